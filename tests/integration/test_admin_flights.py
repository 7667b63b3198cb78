"""A flight's page: claims by friendly forms, publishing with its refusals, withdrawing with a reason."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from tests import archive
from tests.curators import client_of, curator, person
from tracks.admin import flights as admin_flights
from tracks.admin.claim_forms import _FORMS
from tracks.admin.claim_times import interval, moment, stated_date
from tracks.admin.flight_steps import FlightSteps
from tracks.models import Claim, ClaimField, Flight, FlightTrack, Mission, Operator, Place, claim_values
from tracks.models.publishing import publish, withdraw
from tracks.models.resolving import resolve

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hashed_static_files")]

UTC = datetime.UTC
START = datetime.datetime(2024, 3, 21, 4, 30, tzinfo=UTC)


@pytest.fixture
def client() -> Client:
    return client_of(curator())


@pytest.fixture
def flight() -> Flight:
    return archive.observed_flight(START, aircraft=archive.antonov())


def page_of(flight: Flight) -> str:
    return reverse("admin:tracks_flight_change", args=[flight.pk])


def step(flight: Flight, name: str, *args: object) -> str:
    return reverse(f"admin:tracks_flight_{name}", args=[flight.pk, *args])


def claim(client: Client, flight: Flight, field: str, **given: object) -> Any:
    """Fill in and send the form of a claim; the page after it."""
    return client.post(step(flight, "claim", field), {"basis": "curator", "supports": "", **given})


def flight_form(flight: Flight, **changes: object) -> dict[str, Any]:
    """What the browser posts back from the flight's page."""
    data: dict[str, Any] = {}
    links = list(flight.flight_tracks.order_by("track__started_at"))
    for index, row in enumerate(links):
        prefix = f"flight_tracks-{index}-"
        data |= {prefix + "id": row.pk, prefix + "flight": flight.pk} | ({prefix + "shown": "on"} if row.shown else {})
    data |= {"flight_tracks-TOTAL_FORMS": len(links), "flight_tracks-INITIAL_FORMS": len(links)}
    data |= {"flight_sources-TOTAL_FORMS": 0, "flight_sources-INITIAL_FORMS": 0}
    return {name: value for name, value in (data | changes).items() if value is not None}


def test_every_kind_of_claim_has_a_form() -> None:
    assert set(_FORMS) == set(ClaimField)


def test_a_claim_on_the_aircraft_is_the_curators_and_the_fact_follows(client: Client, flight: Flight) -> None:
    other = archive.Aircraft.objects.create(registration="RA-82028")
    response = claim(client, flight, "aircraft", aircraft=other.pk, supports="seen on a photograph")
    assert response["Location"] == f"{page_of(flight)}#fact-aircraft"
    made = flight.claims.get(value=claim_values.aircraft_value(other))
    assert (made.basis, made.author.username, made.supports) == ("curator", "curator", "seen on a photograph")
    flight.refresh_from_db()
    assert flight.aircraft == other
    assert flight.disagreements == ["aircraft"], "the claim before stays, and the contradiction shows"
    page = client.get(page_of(flight)).content.decode()
    assert "seen on a photograph" in page
    assert "badge-disagreement" in page


def test_an_origin_is_an_airport_or_a_rough_place_but_not_both(client: Client, flight: Flight) -> None:
    vladivostok, korea = archive.vladivostok(), archive.north_korea()
    both = claim(client, flight, "origin", airport=vladivostok.airport_id, place=korea.pk)
    assert "either an airport or a place" in both.content.decode()
    assert "either an airport or a place" in claim(client, flight, "origin").content.decode()
    assert not flight.claims.filter(field="origin").exists()
    claim(client, flight, "origin", airport=vladivostok.airport_id)
    flight.refresh_from_db()
    assert (flight.origin, flight.origin_basis) == (vladivostok, "curator")
    claim(client, flight, "destination", place=korea.pk)
    flight.refresh_from_db()
    assert (flight.destination, flight.direction) == (korea, "outbound")


def test_an_airport_never_used_before_becomes_a_place(client: Client, flight: Flight) -> None:
    airport = archive.pyongyang().airport
    Place.objects.all().delete()
    claim(client, flight, "destination", airport=airport.pk)
    flight.refresh_from_db()
    assert flight.destination.airport == airport


def test_a_time_is_typed_on_the_clocks_of_a_zone(client: Client, flight: Flight) -> None:
    given = {"date": "2018-05-04", "time": "12:00", "zone": "Asia/Pyongyang", "zone_basis": "presumed"}
    claim(client, flight, "departure", precision="minute", approximate="on", **given)
    flight.refresh_from_db()
    # Until that day Pyongyang's clocks stood at UTC+8:30.
    assert flight.departure_at == datetime.datetime(2018, 5, 4, 3, 30, tzinfo=UTC)
    assert (flight.departure_basis, flight.departure_precision) == ("curator", "minute")
    value = flight.claims.get(field="departure").value
    assert (value["zone_basis"], value["approximate"]) == ("presumed", True)


def test_a_time_without_its_date_is_refused_and_a_sources_words_are_enough(client: Client, flight: Flight) -> None:
    given = {"zone": "UTC", "zone_basis": "stated", "precision": "minute"}
    assert "needs its date" in claim(client, flight, "arrival", time="10:00", **given).content.decode()
    assert "Give a date and a time" in claim(client, flight, "arrival", **given).content.decode()
    assert claim(client, flight, "arrival", as_reported="in the morning", **given).status_code == 302
    assert flight.claims.get(field="arrival").value["at"] is None


def test_where_the_signal_was_lost_is_noted_with_when(client: Client, flight: Flight) -> None:
    given = {"date": "2024-03-21", "time": "04:44:10", "zone": "UTC", "zone_basis": "stated", "precision": "second"}
    claim(client, flight, "signal_lost", where="off Rason", **given)
    value = flight.claims.get(field="signal_lost").value
    assert (value["where"], value["at"]) == ("off Rason", "2024-03-21T04:44:10+00:00")


@pytest.mark.parametrize(
    ("field", "given", "value"),
    [
        ("type", {"type_designator": "a124", "type_name": "An-124"}, claim_values.type_value("A124", "An-124")),
        ("callsign", {"text": " RFF7082 "}, claim_values.text_value("RFF7082")),
        ("title", {"text": "Heavy lift"}, claim_values.text_value("Heavy lift")),
        ("note", {"text": "Seen twice."}, claim_values.text_value("Seen twice.")),
        ("conflict", {"text": "They differ."}, claim_values.text_value("They differ.")),
        ("assertion_level", {"choice": "imagery_only"}, claim_values.assertion_level_value("imagery_only")),
        ("in_corridor", {"flag": "no"}, claim_values.in_corridor_value(False)),
        ("in_corridor", {"flag": "yes"}, claim_values.in_corridor_value(True)),
        ("aircraft", {"unknown": "on"}, claim_values.UNKNOWN),
        ("departure", {"unknown": "on"}, claim_values.UNKNOWN),
        (
            "date",
            {"text": "2024-03", "zone_basis": "stated", "zone": "Asia/Vladivostok"},
            claim_values.date_value(
                datetime.datetime(2024, 2, 29, 14, tzinfo=UTC),
                datetime.datetime(2024, 3, 31, 14, tzinfo=UTC),
                precision="month",
                zone_basis="stated",
                text="2024-03",
                zone_text="Asia/Vladivostok",
            ),
        ),
    ],
)
def test_forms_give_the_value_that_claims_store(
    client: Client, flight: Flight, field: str, given: dict[str, str], value: dict[str, Any]
) -> None:
    flight.claims.filter(field=field).delete()
    response = claim(client, flight, field, **given)
    assert response.status_code == 302, response.context["form"].errors
    assert flight.claims.get(field=field).value == value


def test_operator_mission_and_stops_are_chosen(client: Client, flight: Flight) -> None:
    operator = Operator.objects.create(name="Air Koryo")
    mission = Mission.objects.create(key="visit")
    stops = [archive.pyongyang(), archive.north_korea(), archive.vladivostok()]
    claim(client, flight, "operator", operator=operator.pk)
    claim(client, flight, "mission", mission=mission.pk)
    claim(client, flight, "via", places=[stop.pk for stop in stops])
    flight.refresh_from_db()
    assert (flight.operator, flight.mission) == (operator, mission)
    assert flight.claims.get(field="via").value == {"places": [stop.pk for stop in stops]}


def test_a_sources_statement_names_the_source_and_stands_below_the_decision(client: Client, flight: Flight) -> None:
    refused = claim(client, flight, "callsign", text="RFF7082", basis="source")
    assert "Choose the source" in refused.content.decode()
    publication = archive.source()
    claim(client, flight, "callsign", text="RFF7082", basis="source", source=publication.pk, supports="names it")
    claim(client, flight, "callsign", text="RFF7081")
    flight.refresh_from_db()
    assert flight.callsign == "RFF7081"
    assert flight.disagreements == ["callsign"]
    assert flight.flight_sources.get().source == publication


def test_nobody_claims_to_have_computed_anything(client: Client, flight: Flight) -> None:
    response = claim(client, flight, "callsign", text="FORGED", basis="computed")
    assert response.status_code == 200
    assert not Claim.objects.filter(basis="computed").exists()


def test_a_claim_made_by_hand_is_taken_back_and_one_of_a_track_is_not(client: Client, flight: Flight) -> None:
    track = flight.flight_tracks.get().track
    computed = archive.claim(flight, "callsign", claim_values.text_value("TRACKED"), "computed", track=track)
    claim(client, flight, "callsign", text="DECIDED")
    decided = flight.claims.get(field="callsign", basis="curator")
    assert client.get(step(flight, "remove_claim", decided.pk)).status_code == 405
    assert client.post(step(flight, "remove_claim", decided.pk)).status_code == 302
    flight.refresh_from_db()
    assert flight.callsign == "TRACKED"
    assert client.post(step(flight, "remove_claim", computed.pk)).status_code == 403


def test_a_claim_of_a_data_set_is_not_taken_back_but_outweighed(client: Client) -> None:
    flight = archive.reported_flight(callsign=claim_values.text_value("PRINTED"))
    printed = flight.claims.get(field="callsign")
    assert client.post(step(flight, "remove_claim", printed.pk)).status_code == 403
    claim(client, flight, "callsign", unknown="on")
    flight.refresh_from_db()
    assert flight.callsign == ""


def test_a_claim_of_another_flight_is_not_reached_through_this_one(client: Client, flight: Flight) -> None:
    other = archive.observed_flight(START + datetime.timedelta(days=1), aircraft=archive.antonov())
    theirs = other.claims.get(field="aircraft")
    assert client.post(step(flight, "remove_claim", theirs.pk)).status_code == 404
    assert client.get(step(flight, "claim", "nonsense")).status_code == 404


def test_publishing_makes_a_revision_and_says_where_it_is(client: Client, flight: Flight) -> None:
    assert client.get(step(flight, "publish")).status_code == 405
    page = client.post(step(flight, "publish"), follow=True).content.decode()
    flight.refresh_from_db()
    assert flight.status == "published"
    assert "Published as revision 1." in page
    assert flight.published_revision.content_hash in page
    assert flight.published_revision.published_by.username == "curator"
    assert Client().get(reverse("flight", args=[flight.pk])).status_code == 200
    again = client.post(step(flight, "publish"), follow=True).content.decode()
    assert "no new one was made" in again
    assert flight.revisions.count() == 1


def test_a_refusal_is_told_in_plain_words_and_nothing_becomes_public(client: Client) -> None:
    flight = archive.observed_flight(START, name="nolicence.json", licence="")
    page = client.post(step(flight, "publish"), follow=True).content.decode()
    assert "It is not published:" in page
    file = flight.flight_tracks.get().track.track_file
    address = reverse("admin:tracks_trackfile_change", args=[file.pk])
    assert f'Track file <a href="{address}">“nolicence.json”</a> has no licence and credit' in page
    flight.refresh_from_db()
    assert flight.status == "draft"
    assert Client().get(reverse("flight", args=[flight.pk])).status_code == 404


def test_the_link_in_a_refusal_shows_markup_in_a_files_name_as_text(client: Client) -> None:
    flight = archive.observed_flight(START, name="<b>x</b>.json", licence="")
    page = client.post(step(flight, "publish"), follow=True).content.decode()
    assert ">“&lt;b&gt;x&lt;/b&gt;.json”</a> has no licence" in page
    assert "<b>x</b>" not in page


def test_several_are_published_each_with_its_own_result(client: Client, flight: Flight) -> None:
    refused = archive.observed_flight(START + datetime.timedelta(days=1), licence="")
    data = {"action": "publish_selected", "_selected_action": [flight.pk, refused.pk]}
    page = client.post(reverse("admin:tracks_flight_changelist"), data, follow=True).content.decode()
    assert "1 flight is published." in page
    assert "is not published:" in page
    flight.refresh_from_db()
    refused.refresh_from_db()
    assert (flight.status, refused.status) == ("published", "draft")


def test_withdrawing_needs_a_reason_and_readers_are_told_it(client: Client, flight: Flight) -> None:
    publish(flight)
    assert "This field is required" in client.post(step(flight, "withdraw"), {"reason": " "}).content.decode()
    flight.refresh_from_db()
    assert flight.status == "published"
    response = client.post(step(flight, "withdraw"), {"reason": "It was another aircraft."}, follow=True)
    assert "It is withdrawn." in response.content.decode()
    tombstone = Client().get(reverse("flight", args=[flight.pk]))
    assert tombstone.status_code == 410
    assert "It was another aircraft." in tombstone.content.decode()
    client.post(step(flight, "publish"))
    assert Client().get(reverse("flight", args=[flight.pk])).status_code == 200


def test_what_is_not_public_cannot_be_withdrawn(client: Client, flight: Flight) -> None:
    response = client.post(step(flight, "withdraw"), {"reason": "why not"}, follow=True)
    assert "Only a published flight can be withdrawn." in response.content.decode()
    flight.refresh_from_db()
    assert flight.status == "draft"


def test_editing_a_published_flight_changes_nothing_for_the_public_until_it_is_published_again(
    client: Client, flight: Flight
) -> None:
    publish(flight)
    claim(client, flight, "title", text="Corrected title")
    public = reverse("flight", args=[flight.pk])
    assert "Corrected title" not in Client().get(public).content.decode()
    client.post(step(flight, "publish"))
    assert "Corrected title" in Client().get(public).content.decode()
    assert flight.revisions.count() == 2


def test_rebuilding_makes_the_facts_again_from_the_claims(client: Client, flight: Flight) -> None:
    Flight.objects.filter(pk=flight.pk).update(title="Not from any claim", aircraft=None)
    assert client.post(step(flight, "resolve")).status_code == 302
    flight.refresh_from_db()
    assert (flight.title, flight.aircraft.key) == ("RA-82030: ? → ?", "RA-82030")


@pytest.mark.parametrize("what", ["resolve", "claim", "remove"])
def test_a_withdrawal_while_somebody_works_on_the_facts_is_not_undone(
    client: Client, flight: Flight, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim(client, flight, "callsign", text="RFF7001")
    made = flight.claims.get(field="callsign", basis="curator")
    publish(flight)
    read = FlightSteps._flight

    def then_withdrawn(steps: FlightSteps, request: HttpRequest, pk: str) -> Flight:
        found = read(steps, request, pk)
        withdraw(Flight.objects.get(pk=pk), "another aircraft")  # by somebody else, just now
        return found

    monkeypatch.setattr(FlightSteps, "_flight", then_withdrawn)
    if what == "claim":
        claim(client, flight, "title", text="A visit")
    else:
        client.post(step(flight, "resolve") if what == "resolve" else step(flight, "remove_claim", made.pk))
    flight.refresh_from_db()
    assert (flight.status, flight.withdrawal_reason) == ("withdrawn", "another aircraft")
    assert (flight.title == "A visit", flight.callsign == "") == (what == "claim", what == "remove")


def test_saving_the_page_never_writes_a_fact(client: Client, flight: Flight) -> None:
    data = flight_form(flight, title="Typed", status="published", callsign="TYPED", evidence_class="reported")
    assert client.post(page_of(flight), data).status_code == 302
    flight.refresh_from_db()
    assert (flight.title, flight.callsign) == ("RA-82030: ? → ?", "")
    assert (flight.status, flight.evidence_class) == ("draft", "observed")


def test_a_source_is_added_on_the_page(client: Client, flight: Flight) -> None:
    publication = archive.source()
    data = flight_form(flight) | {
        "flight_sources-TOTAL_FORMS": 1,
        "flight_sources-0-source": publication.pk,
        "flight_sources-0-supports": "speaks of it",
        "flight_sources-0-flight": flight.pk,
    }
    assert client.post(page_of(flight), data).status_code == 302
    assert flight.flight_sources.get().supports == "speaks of it"


def test_two_tracks_of_one_time_are_not_both_shown(client: Client, flight: Flight) -> None:
    witness = archive.track(START, aircraft=archive.antonov())
    link = FlightTrack.objects.create(flight=flight, track=witness, shown=False)
    data = flight_form(flight)
    index = [row.pk for row in flight.flight_tracks.order_by("track__started_at")].index(link.pk)
    both = client.post(page_of(flight), data | {f"flight_tracks-{index}-shown": "on"})
    assert "cover the same time" in both.content.decode()
    swapped = {f"flight_tracks-{1 - index}-shown": None, f"flight_tracks-{index}-shown": "on"}
    assert client.post(page_of(flight), flight_form(flight, **swapped)).status_code == 302
    assert [row.track for row in flight.flight_tracks.filter(shown=True)] == [witness]


def test_only_drafts_that_never_were_public_are_deleted(client: Client, flight: Flight) -> None:
    publish(flight)
    delete = step(flight, "delete")
    assert client.post(delete, {"post": "yes"}).status_code == 403
    client.post(step(flight, "withdraw"), {"reason": "wrong"})
    assert client.post(delete, {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [flight.pk], "post": "yes"}
    client.post(reverse("admin:tracks_flight_changelist"), data)
    assert Flight.objects.filter(pk=flight.pk).exists()
    draft = archive.reported_flight()
    assert client.post(step(draft, "delete"), {"post": "yes"}).status_code == 302
    assert not Flight.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize("several", [False, True])
def test_a_draft_that_is_published_while_it_is_deleted_stays(
    client: Client, flight: Flight, monkeypatch: pytest.MonkeyPatch, several: bool
) -> None:
    # Deleting waits here for who joins or publishes; by then the flight is public.
    monkeypatch.setattr(admin_flights, "lock_joining", lambda: publish(flight))
    if several:
        data = {"action": "delete_selected", "_selected_action": [flight.pk], "post": "yes"}
        answer = client.post(reverse("admin:tracks_flight_changelist"), data)
    else:
        answer = client.post(step(flight, "delete"), {"post": "yes"})
    assert answer.status_code == 403
    assert Flight.objects.filter(pk=flight.pk).exists()


def test_a_reported_flight_is_noted_as_claims_of_its_source(client: Client) -> None:
    publication, vladivostok = archive.source(), archive.vladivostok()
    page = reverse("admin:tracks_flight_add")
    empty = client.post(page, {"basis": "curator", "date-zone_basis": "stated", "date-zone": "UTC"})
    assert "at least one thing" in empty.content.decode()
    given = {
        "basis": "source",
        "source": publication.pk,
        "supports": "the whole story",
        "date-text": "2024-03-21",
        "date-zone_basis": "presumed",
        "date-zone": "Asia/Pyongyang",
        "origin-airport": vladivostok.airport_id,
        "destination-place": archive.north_korea().pk,
        "assertion_level-choice": "mentioned_or_inferred",
    }
    assert client.post(page, given).status_code == 302
    flight = Flight.objects.get()
    assert (flight.status, flight.evidence_class) == ("draft", "reported")
    assert flight.starts_at == datetime.datetime(2024, 3, 20, 15, tzinfo=UTC)
    assert (flight.date_precision, flight.date_zone_basis) == ("day", "presumed")
    assert (flight.origin, flight.assertion_level) == (vladivostok, "mentioned_or_inferred")
    assert set(flight.claims.values_list("field", "basis", "source")) == {
        (field, "source", publication.pk) for field in ("date", "origin", "destination", "assertion_level")
    }
    client.post(step(flight, "publish"))
    assert Client().get(reverse("flight", args=[flight.pk])).status_code == 200


def test_a_mistake_in_one_part_of_a_noted_flight_stores_nothing(client: Client) -> None:
    given = {"basis": "curator", "date-text": "21.3.2024", "date-zone_basis": "unstated", "callsign-text": "RFF1"}
    response = client.post(reverse("admin:tracks_flight_add"), given)
    assert "Write the date like 2024-03-21" in response.content.decode()
    assert not Flight.objects.exists()


def test_who_may_change_flights_but_not_claim_cannot_claim(flight: Flight) -> None:
    editor = client_of(person("editor", "view_flight", "change_flight"))
    assert editor.get(step(flight, "claim", "origin")).status_code == 403
    made = flight.claims.get()
    assert editor.post(step(flight, "remove_claim", made.pk)).status_code == 403
    assert editor.post(step(flight, "publish")).status_code == 302


@pytest.mark.parametrize(
    ("text", "first", "after", "precision"),
    [
        ("2024-02-29", (2024, 2, 29), (2024, 3, 1), "day"),
        ("2024-12", (2024, 12, 1), (2025, 1, 1), "month"),
        ("2024-02", (2024, 2, 1), (2024, 3, 1), "month"),
        (" 2024 ", (2024, 1, 1), (2025, 1, 1), "year"),
    ],
)
def test_a_stated_date_is_no_more_exact_than_it_says(
    text: str, first: tuple[int, int, int], after: tuple[int, int, int], precision: str
) -> None:
    assert stated_date(text) == (datetime.date(*first), datetime.date(*after), precision)


@pytest.mark.parametrize("text", ["", "2023-02-29", "2024-13", "24-03-21", "2024-3-21", "March 2024", "9999", "٢٠٢٤"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="Write the date like"):
        stated_date(text)


def test_a_day_of_no_stated_zone_can_be_that_of_any_zone() -> None:
    start, end = interval(datetime.date(2024, 3, 21), datetime.date(2024, 3, 22), None)
    assert start == datetime.datetime(2024, 3, 20, 10, tzinfo=UTC)
    assert end == datetime.datetime(2024, 3, 22, 12, tzinfo=UTC)


def test_a_time_the_clocks_skipped_is_refused() -> None:
    # Pyongyang went from UTC+8:30 to UTC+9 at 2018-05-04 23:30: that half hour never was.
    with pytest.raises(ValidationError, match="skipped"):
        moment(datetime.date(2018, 5, 4), datetime.time(23, 45), "Asia/Pyongyang")
    after = moment(datetime.date(2018, 5, 5), datetime.time(0, 0), "Asia/Pyongyang")
    assert after == datetime.datetime(2018, 5, 4, 15, tzinfo=UTC)


def test_resolving_from_the_list_reports_how_many(client: Client, flight: Flight) -> None:
    resolve(flight)
    data = {"action": "resolve_selected", "_selected_action": [flight.pk]}
    page = client.post(reverse("admin:tracks_flight_changelist"), data, follow=True).content.decode()
    assert "1 flight was resolved again." in page
