"""The curators' pages open for those who may see them, and for nobody else."""

import datetime
import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.gis.geos import Point
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import archive
from tests.curators import client_of, curator, person
from tracks.admin.curators import GROUP
from tracks.models import (
    Aircraft,
    AircraftIdentity,
    Airport,
    Edit,
    ErrorReport,
    Flight,
    Mission,
    Operator,
    Place,
    Runway,
    Sanction,
    Source,
    Track,
    TrackFile,
    claim_values,
)
from tracks.models.publishing import publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hashed_static_files")]

START = datetime.datetime(2024, 3, 21, 4, 30, tzinfo=datetime.UTC)
MODELS = [
    Aircraft, Airport, Edit, ErrorReport, Flight, Mission, Operator, Place, Runway, Sanction, Source, Track, TrackFile
]  # fmt: skip
MARKUP = "<script>alert(1)</script>"


@pytest.fixture
def world() -> dict[type, int | str]:
    """One of everything, with markup wherever text can be typed."""
    aircraft = archive.antonov()
    flight = archive.observed_flight(
        START,
        aircraft=aircraft,
        name=f"{MARKUP}.json",
        credit=MARKUP,
        facts={"title": claim_values.text_value(MARKUP), "origin": claim_values.place_value(archive.vladivostok())},
    )
    publish(flight)
    source = Source.objects.create(publisher=MARKUP, title=MARKUP, url="https://example.org/markup")
    flight.flight_sources.create(source=source, supports=MARKUP)
    AircraftIdentity.objects.create(aircraft=aircraft, field="type", value=MARKUP, basis="source", source=source)
    airport = Airport.objects.get(icao="UHWW")
    track = flight.flight_tracks.get().track
    return {
        Aircraft: aircraft.pk,
        Airport: airport.pk,
        Edit: Edit.objects.create(kind="exclude", state="reverted", flight=flight, reason=MARKUP).pk,
        ErrorReport: ErrorReport.objects.create(flight=flight, text=MARKUP, contact=MARKUP).pk,
        Flight: flight.pk,
        Mission: Mission.objects.create(key="visit", title=MARKUP).pk,
        Operator: Operator.objects.create(name=MARKUP).pk,
        Place: Place.objects.create(name=MARKUP, precision="city", radius_km=20, location=Point(125.7, 39)).pk,
        Runway: Runway.objects.create(airport=airport, low_ident="07L", high_ident="25R").pk,
        Sanction: Sanction.objects.create(scope="aircraft", aircraft=aircraft, authority=MARKUP, source=source).pk,
        Source: source.pk,
        Track: track.pk,
        TrackFile: track.track_file_id,
    }


def address(model: type, what: str, *args: object) -> str:
    return reverse(f"admin:tracks_{model.__name__.lower()}_{what}", args=args)


def addresses(world: dict[type, int | str]) -> list[str]:
    """Every page of ours that is only looked at."""
    pages = [reverse("admin:index"), reverse("admin:tracks_trackfile_upload"), reverse("admin:tracks_flight_add")]
    for model in MODELS:
        pages += [address(model, "changelist"), address(model, "change", world[model])]
    pages += [address(model, "history", world[model]) for model in MODELS if model is not Track]
    pages += [
        address(Flight, "claim", world[Flight], field)
        for field in ("aircraft", "origin", "via", "departure", "date", "in_corridor", "signal_lost")
    ]
    pages.append(address(Flight, "withdraw", world[Flight]))
    pages += [reverse("admin:tracks_trackfile_progress"), address(Track, "path", world[Track])]
    return pages


def test_every_page_opens_for_a_curator_and_shows_text_as_text(world: dict[type, int | str]) -> None:
    client = client_of(curator())
    for page in addresses(world):
        response = client.get(page)
        assert response.status_code == 200, page
        assert MARKUP.encode() not in response.content, page


def test_no_page_has_a_script_or_style_that_the_policy_would_stop(world: dict[type, int | str]) -> None:
    client = client_of(curator())
    for page in addresses(world):
        response = client.get(page)
        if not response["Content-Type"].startswith("text/html"):
            continue
        html = response.content.decode()
        policy = response["Content-Security-Policy"]
        nonce = re.search(r"'nonce-([^']+)'", policy)
        for tag in re.findall(r"<script\b[^>]*>", html):
            runs = 'type="application/json"' not in tag
            inline = "src=" not in tag
            assert not (runs and inline) or (nonce and f'nonce="{nonce[1]}"' in tag), f"{page}: {tag}"
        assert "<style" not in html, page
        assert not re.search(r"<[^>]+\s(?:style|on\w+)=", html), page


@pytest.mark.parametrize("role", ["anonymous", "reader", "staff without permissions"])
def test_nobody_else_sees_anything(world: dict[type, int | str], role: str) -> None:
    client = Client()
    if role == "reader":
        client = client_of(person("reader", is_staff=False))
    elif role != "anonymous":
        client = client_of(person("newcomer"))
    for page in addresses(world):
        response = client.get(page)
        if page == reverse("admin:index") and role == "staff without permissions":
            assert b"attention" not in response.content.replace(b"admin-index", b"")
            continue
        assert response.status_code in {302, 403}, page
        if response.status_code == 302:
            assert response["Location"].startswith(reverse("admin:login")), page


def test_who_may_only_look_finds_nothing_to_press(world: dict[type, int | str]) -> None:
    looker = client_of(person("looker", *(f"view_{model.__name__.lower()}" for model in MODELS)))
    page = looker.get(address(Flight, "change", world[Flight])).content.decode()
    assert reverse("admin:tracks_flight_publish", args=[world[Flight]]) not in page
    assert "claims/add" not in page
    assert looker.get(reverse("admin:tracks_trackfile_upload")).status_code == 403
    for step in ("publish", "resolve", "withdraw"):
        assert looker.post(address(Flight, step, world[Flight])).status_code == 403, step
    assert looker.post(address(TrackFile, "again", world[TrackFile])).status_code == 403
    assert looker.get(reverse("admin:tracks_trackfile_add")).status_code in {302, 403}


def test_curators_manage_no_users() -> None:
    client = client_of(curator())
    assert client.get(reverse("admin:auth_user_changelist")).status_code == 403
    assert client.get(reverse("admin:auth_group_changelist")).status_code == 403
    group = Group.objects.get(name=GROUP)
    assert not group.permissions.filter(content_type__app_label="auth").exists()


def test_what_an_administrator_changes_in_the_group_stays_after_the_next_migration() -> None:
    group = Group.objects.get(name=GROUP)
    group.permissions.clear()
    call_command("migrate", verbosity=0)
    assert not group.permissions.exists()
    group.delete()
    call_command("migrate", verbosity=0)
    assert Group.objects.get(name=GROUP).permissions.filter(codename="change_flight").exists()


def test_the_change_log_says_who_did_what_and_cannot_be_changed(world: dict[type, int | str]) -> None:
    somebody = curator("annabel")
    client = client_of(somebody)
    page = address(Operator, "change", world[Operator])
    data = {"name": "Air Koryo", "country": "KP", "note": "", "sanctions-TOTAL_FORMS": 0, "sanctions-INITIAL_FORMS": 0}
    assert client.post(page, data).status_code == 302
    log = client.get(address(Operator, "history", world[Operator])).content.decode()
    assert "annabel" in log
    assert "Air Koryo" in log
    entries = client.get(reverse("admin:auditlog_logentry_changelist"))
    assert entries.status_code == 200
    assert client.get(reverse("admin:auditlog_logentry_add")).status_code == 403


def test_the_log_of_a_flight_keeps_claims_that_are_gone(world: dict[type, int | str]) -> None:
    client = client_of(curator())
    flight = Flight.objects.get(pk=world[Flight])
    claim = archive.claim(flight, "callsign", claim_values.text_value("GONECALL"), "curator")
    assert client.post(address(Flight, "remove_claim", flight.pk, claim.pk)).status_code == 302
    assert "GONECALL" in client.get(address(Flight, "history", flight.pk)).content.decode()


def test_the_history_of_what_is_not_there_leads_back_to_the_front() -> None:
    response = client_of(curator()).get(address(Source, "history", 10**6))
    assert response.status_code == 302


@pytest.mark.parametrize(
    ("model", "query", "found"),
    [
        (Aircraft, "82030", 1),
        (Aircraft, "15406e", 1),
        (Airport, "UHWW", 1),
        (Flight, "RA-82030", 1),
        (Flight, "no such flight", 0),
        (Track, "RA-82030", 1),
        (TrackFile, "script", 1),
        (Source, "example.org/markup", 1),
    ],
)
def test_lists_are_searched_by_what_curators_know(
    world: dict[type, int | str], model: type, query: str, found: int
) -> None:
    response = client_of(curator()).get(address(model, "changelist"), {"q": query})
    assert len(response.context["cl"].result_list) == found


@pytest.mark.parametrize(
    ("model", "query", "found"),
    [
        (Flight, "status__exact=published", 1),
        (Flight, "status__exact=draft", 0),
        (Flight, "disagreement=yes", 0),
        (Flight, "disagreement=no", 1),
        (Flight, "evidence_class__exact=observed&in_corridor__exact=1&demonstration__exact=0", 1),
        (Flight, "direction__exact=inbound", 0),
        (Flight, "assertion_level__exact=scheduled_only", 0),
        (Track, "flight=shown", 1),
        (Track, "flight=witness", 0),
        (Track, "flight=none", 0),
        (TrackFile, "licence=missing", 0),
        (TrackFile, "licence=stated", 1),
        (TrackFile, "format=readsb", 1),
        (TrackFile, "format=none", 0),
        (Aircraft, "sanctioned=yes", 0),
        (Aircraft, "sanctioned=no", 1),
    ],
)
def test_lists_are_filtered(world: dict[type, int | str], model: type, query: str, found: int) -> None:
    response = client_of(curator()).get(f"{address(model, 'changelist')}?{query}")
    assert response.status_code == 200
    assert len(response.context["cl"].result_list) == found


def test_an_aircraft_is_sanctioned_by_its_operator_too(world: dict[type, int | str]) -> None:
    aircraft = Aircraft.objects.get(pk=world[Aircraft])
    Sanction.objects.create(scope="operator", operator=aircraft.operator, authority="A", valid_from="2024-01-11")
    response = client_of(curator()).get(f"{address(Aircraft, 'changelist')}?sanctioned=yes")
    assert [a.pk for a in response.context["cl"].result_list] == [aircraft.pk]


def test_the_front_page_counts_what_waits(world: dict[type, int | str]) -> None:
    archive.observed_flight(START + datetime.timedelta(days=2), licence="")
    TrackFile.objects.filter(acquisitions__licence="").update(status=TrackFile.Status.IMPORTED)
    TrackFile.objects.create(sha256="f" * 64, size=1, file="x", status=TrackFile.Status.FAILED)
    counts = {str(a.label): a.count for a in client_of(curator()).get(reverse("admin:index")).context["attention"]}
    assert counts == {
        "import that failed": 1,
        "file being imported": 1,
        "file without licence or credit": 1,
        "draft to check and publish": 1,
        "flights with disagreements": 0,
        "flights that may be one with another": 0,
        "edits to review": 0,
        "report of an error by a reader": 1,
    }


def test_every_count_leads_to_the_list_of_just_what_it_counts(world: dict[type, int | str]) -> None:
    archive.observed_flight(START + datetime.timedelta(days=2))
    flight = archive.observed_flight(
        START + datetime.timedelta(days=4), facts={"callsign": claim_values.text_value("ONE")}
    )
    archive.claim(flight, "callsign", claim_values.text_value("OTHER"))
    client = client_of(curator())
    client.post(address(Flight, "resolve", flight.pk))
    for item in client.get(reverse("admin:index")).context["attention"]:
        assert client.get(item.url).context["cl"].result_count == item.count, item.label


@pytest.mark.parametrize("model", [Flight, Track, TrackFile, Aircraft, Source])
def test_a_list_asks_no_more_of_the_database_for_more_rows(model: type) -> None:
    client = client_of(curator())

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address(model, "changelist")).status_code == 200
        return len(asked)

    def grow(day: int) -> None:
        aircraft = Aircraft.objects.create(
            registration=f"RA-{day:05}", operator=Operator.objects.create(name=f"O{day}")
        )
        places = {"origin": archive.vladivostok(), "destination": archive.pyongyang()}
        facts = {end: claim_values.place_value(place) for end, place in places.items()}
        archive.observed_flight(START + datetime.timedelta(days=day), aircraft=aircraft, facts=facts)
        archive.source()

    grow(1)
    queries()  # what is asked once and kept, like content types, does not count
    few = queries()
    for day in range(2, 6):
        grow(day)
    assert queries() <= few


def test_what_a_curator_did_last_stands_on_the_front_page(world: dict[type, int | str]) -> None:
    client = client_of(curator())
    client.post(address(Flight, "resolve", world[Flight]))
    assert "Nothing yet." in client.get(reverse("admin:index")).content.decode()
    client.post(address(Flight, "publish", world[Flight]))
    assert address(Flight, "change", world[Flight]) in client.get(reverse("admin:index")).content.decode()


def test_an_airport_is_found_first_by_its_code() -> None:
    for icao, name in (("ZZZZ", "UHWW memorial field"), ("UHWW", "Knevichi")):
        Airport.objects.create(icao=icao, name=name, location=Point(1, 1))
    query = {"term": "uhww", "app_label": "tracks", "model_name": "track", "field_name": "origin_airport"}
    answer = client_of(curator()).get(reverse("admin:autocomplete"), query).json()
    assert [row["text"] for row in answer["results"]] == ["Knevichi (UHWW)", "UHWW memorial field (ZZZZ)"]


def test_a_place_is_typed_in_degrees_and_a_half_one_refused() -> None:
    client = client_of(curator())
    data = {"name": "Rason", "precision": "city", "country": "KP", "radius_km": "15"}
    refused = client.post(address(Place, "add"), {**data, "location_lat": "42.3", "location_lon": ""})
    assert "both latitude and longitude" in refused.content.decode()
    taken = client.post(address(Place, "add"), {**data, "location_lat": "42.25", "location_lon": "130.3"})
    assert taken.status_code == 302
    place = Place.objects.get(name="Rason")
    assert (place.location.y, place.location.x) == (42.25, 130.3)


def test_a_place_known_roughly_needs_a_radius_and_an_exact_one_its_airport() -> None:
    client = client_of(curator())
    rough = client.post(address(Place, "add"), {"name": "Somewhere", "precision": "area", "radius_km": "0"})
    assert "how far around" in rough.content.decode()
    exact = client.post(address(Place, "add"), {"name": "Airport", "precision": "airport", "radius_km": "0"})
    assert "is an airport: choose it" in exact.content.decode()


def test_looking_at_an_airport_and_saving_it_changes_nothing(world: dict[type, int | str]) -> None:
    airport = Airport.objects.get(pk=world[Airport])
    Airport.objects.filter(pk=airport.pk).update(location=Point(132.14812345678, 43.39898765432))
    client = client_of(curator())
    page = address(Airport, "change", airport.pk)
    form = client.get(page).context["adminform"].form
    data = {name: form[name].value() for name in form.fields if name != "location"}
    data = {name: "" if value is None else value for name, value in data.items()}
    latitude, longitude = form.fields["location"].widget.decompress(form.initial["location"])
    data |= {"location_lat": latitude, "location_lon": longitude}
    data |= {"runways-TOTAL_FORMS": 0, "runways-INITIAL_FORMS": 0}
    assert client.post(page, data).status_code == 302
    airport.refresh_from_db()
    assert (airport.location.x, airport.location.y) == (132.14812345678, 43.39898765432)


def test_every_model_a_curator_edits_has_a_page_of_ours() -> None:
    registered = {model for model in admin.site._registry if model._meta.app_label == "tracks"}
    assert registered == set(MODELS)
    assert not admin.site._registry[Track].has_change_permission(None)
    assert User in admin.site._registry


@pytest.mark.parametrize(
    "path",
    [
        "flight/%00/change/",
        "flight/%00/publish/",
        "flight/?status__exact=%00",
        "trackfile/?format=%00",
        "track/?q=%00",
        "aircraft/1/change/?next=%00",
    ],
)
def test_an_address_with_a_nul_is_not_there(path: str) -> None:
    assert client_of(curator()).get(f"/admin/tracks/{path}").status_code == 404


def test_an_edit_is_undone_whatever_page_it_is_said_to_come_from() -> None:
    flight = archive.observed_flight(START)
    edit = Edit.objects.create(flight=flight, kind="exclude", starts_at=START, ends_at=START, reason="x")
    answer = client_of(curator()).post(reverse("admin:tracks_edit_undo", args=[edit.pk]), {"flight": "\0"})
    assert answer["Location"] == reverse("admin:tracks_edit_change", args=[edit.pk])
