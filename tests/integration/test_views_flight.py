"""`/flights/<id>/`: the permalink, through every state of a flight."""

import datetime
import html
import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests import archive
from tracks.models import Edit, Flight, FlightTrack, Mission, Source, claim_values
from tracks.models.publishing import publish, withdraw
from tracks.models.resolving import resolve
from tracks.models.vocabulary import FlightStatus, GapCause

pytestmark = pytest.mark.django_db

START = datetime.datetime(2024, 3, 21, 4, 30, tzinfo=datetime.UTC)


@pytest.fixture
def flight() -> Flight:
    facts = {
        "origin": claim_values.place_value(archive.vladivostok()),
        "destination": claim_values.place_value(archive.north_korea()),
    }
    return archive.published(archive.observed_flight(START, aircraft=archive.antonov(), facts=facts))


@pytest.fixture
def staff_client(hashed_static_files: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_user("curator", is_staff=True))
    return client


def changed(flight: Flight, callsign: str = "RFF7044") -> Flight:
    """The flight with a working copy that differs from what is published."""
    archive.claim(flight, "callsign", claim_values.text_value(callsign), "curator")
    return resolve(flight)


def merge(flight: Flight, into: Flight) -> None:
    Flight.objects.filter(pk=flight.pk).update(status=FlightStatus.MERGED, merged_into=into)


def page_data(body: bytes) -> dict[str, Any]:
    match = re.search(r'<script id="page-data" type="application/json">(.*?)</script>', body.decode(), re.S)
    assert match
    return json.loads(match[1])


def test_the_page_holds_what_the_api_says(client: Client, flight: Flight) -> None:
    response = client.get(f"/flights/{flight.pk}/")
    assert response.status_code == 200
    assert page_data(response.content) == client.get(f"/api/v1/flights/{flight.pk}/").json()
    assert "X-Robots-Tag" not in response
    assert response["Cache-Control"] == "private, no-cache"


def test_a_slug_and_any_parameter_that_makes_no_sense_change_nothing(client: Client, flight: Flight) -> None:
    plain = page_data(client.get(f"/flights/{flight.pk}/").content)
    for rest in ("an-124-nach-pjöngjang/", "?t=", "?t=yesterday", "?t=2024-03-21T04:31Z", "?rev=", "?rev=x", "?rev=²",
                 "?rev=99999999999999999999", "?rev=-1", "?preview=", "?preview=0", "?t=%00&rev=%00"):  # fmt: skip
        response = client.get(f"/flights/{flight.pk}/{rest}")
        assert response.status_code == 200, rest
        assert page_data(response.content) == plain, rest


def test_title_description_and_address_are_there_for_link_previews(client: Client, flight: Flight) -> None:
    body = html.unescape(client.get(f"/flights/{flight.pk}/some-slug/?t=2024").content.decode())
    assert f'<link rel="canonical" href="http://localhost:8000/flights/{flight.pk}/">' in body
    assert 'property="og:title" content="RA-82030: Vladivostok → North Korea, 2024-03-21"' in body
    assert (
        'name="description" content="An-124 RA-82030 from Vladivostok International to North Korea, 2024-03-21. '
        'Received positions, animated; gaps are shown as gaps."' in body
    )


def test_a_correction_shows_only_when_it_is_published(client: Client, flight: Flight) -> None:
    changed(flight)
    assert b"RFF7044" not in client.get(f"/flights/{flight.pk}/").content
    publish(flight)
    assert b"RFF7044" in client.get(f"/flights/{flight.pk}/").content


def test_an_older_revision_stays_as_it_was_and_says_what_replaced_it(client: Client, flight: Flight) -> None:
    publish(changed(flight))
    response = client.get(f"/flights/{flight.pk}/?rev=1")
    body = response.content.decode()
    assert "RFF7044" not in body
    assert "This is revision 1. Revision 2 has replaced it." in body
    assert f'href="/flights/{flight.pk}/"' in body
    assert response["X-Robots-Tag"] == "noindex"
    data = page_data(response.content)
    assert data["paths_url"] == f"/api/v1/paths/?f={flight.pk}.1"
    assert [revision["number"] for revision in data["revisions"]] == [2, 1]
    for query in ("", "?rev=2"):
        newest = client.get(f"/flights/{flight.pk}/{query}")
        assert b"has replaced it" not in newest.content
        assert "X-Robots-Tag" not in newest


def test_a_revision_that_is_not_there_is_answered_with_the_newest_and_a_word_on_it(
    client: Client, flight: Flight
) -> None:
    body = client.get(f"/flights/{flight.pk}/?rev=7").content.decode()
    assert "There is no such revision. This is the newest, revision 1." in body


def test_a_withdrawn_flight_leaves_a_tombstone_with_reason_and_day(client: Client, flight: Flight) -> None:
    withdraw(flight, "The track is another aircraft’s.")
    response = client.get(f"/flights/{flight.pk}/?rev=1")
    body = response.content.decode()
    assert response.status_code == 410
    assert response["X-Robots-Tag"] == "noindex"
    assert "The track is another aircraft’s." in body
    assert flight.pk in body
    assert datetime.datetime.now(datetime.UTC).date().isoformat() in body
    assert "RA-82030" not in body
    answer = client.get(f"/api/v1/flights/{flight.pk}/")
    assert answer.status_code == 410
    assert answer.json()["withdrawn"]["reason"] == "The track is another aircraft’s."


def test_the_day_of_a_withdrawal_stays_when_the_flight_is_rebuilt(client: Client, flight: Flight) -> None:
    withdraw(flight, "wrong")
    Flight.objects.update(withdrawn_at=datetime.datetime(2025, 1, 2, tzinfo=datetime.UTC))
    flight.refresh_from_db()
    changed(flight)
    assert client.get(f"/api/v1/flights/{flight.pk}/").json()["withdrawn"]["date"] == "2025-01-02"


def test_a_flight_published_again_after_a_withdrawal_is_back(client: Client, flight: Flight) -> None:
    withdraw(flight, "wrong")
    flight.refresh_from_db()
    publish(flight)
    assert client.get(f"/flights/{flight.pk}/").status_code == 200


def test_a_draft_is_not_there_and_neither_is_one_withdrawn_before_it_was_public(client: Client) -> None:
    draft, dropped = archive.observed_flight(START), archive.observed_flight(START)
    withdraw(dropped, "never mind")
    nobody = client.get("/flights/zzzzzzzz/")
    for flight in (draft, dropped):
        for address in ("", "slug/", "?preview=1", "?rev=1"):
            response = client.get(f"/flights/{flight.pk}/{address}")
            assert response.status_code == 404
            assert _apart_from_address(response.content) == _apart_from_address(nobody.content)


def _apart_from_address(body: bytes) -> bytes:
    """The page without its nonce and the address that the choice of the language leads back to."""
    return re.sub(rb'nonce="[^"]*"|name="next" value="[^"]*"', b"", body)


def test_a_merged_flight_leads_to_what_it_became_at_the_same_moment(client: Client, flight: Flight) -> None:
    other, third = archive.observed_flight(START), archive.observed_flight(START)
    merge(other, flight), merge(third, other)
    for merged in (other, third):
        response = client.get(f"/flights/{merged.pk}/some-slug/?t=2024-03-21T04:31Z&x=1")
        assert response.status_code == 301
        assert response["Location"] == f"/flights/{flight.pk}/?t=2024-03-21T04:31Z"
        assert client.get(f"/api/v1/flights/{merged.pk}/")["Location"] == f"/api/v1/flights/{flight.pk}/"
    assert client.get(f"/flights/{other.pk}/?t=x%0d%0aSet-Cookie:a")["Location"] == f"/flights/{flight.pk}/"


def test_a_merged_flight_never_leads_to_a_draft_nor_in_circles(client: Client) -> None:
    one, other, draft = (archive.observed_flight(START) for _n in range(3))
    merge(one, draft)
    assert client.get(f"/flights/{one.pk}/").status_code == 404
    merge(one, other), merge(other, one)
    assert client.get(f"/flights/{one.pk}/").status_code == 404
    assert client.get(f"/api/v1/flights/{one.pk}/").status_code == 404


def test_a_merged_flight_leads_to_the_tombstone_of_a_withdrawn_one(client: Client, flight: Flight) -> None:
    other = archive.observed_flight(START)
    merge(other, flight)
    withdraw(flight, "wrong")
    assert client.get(f"/flights/{other.pk}/", follow=True).status_code == 410


def test_the_newsroom_previews_a_working_copy_marked_as_such(staff_client: Client, flight: Flight) -> None:
    changed(flight, "NEWCALL")
    response = staff_client.get(f"/flights/{flight.pk}/?preview=1")
    assert response.status_code == 200
    assert b"NEWCALL" in response.content
    assert b"Not published" in response.content
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Cache-Control"] == "private, no-store"
    data = page_data(response.content)
    assert data["summary"]["revision"] == 0
    assert staff_client.get(data["paths_url"]).status_code == 200
    assert b"NEWCALL" not in staff_client.get(f"/flights/{flight.pk}/").content


def test_the_newsroom_is_led_from_a_drafts_permalink_to_its_preview(staff_client: Client) -> None:
    draft = archive.reported_flight(archive.day_value(datetime.date(2024, 3, 21)))
    response = staff_client.get(f"/flights/{draft.pk}/", follow=True)
    assert response.redirect_chain == [(f"/flights/{draft.pk}/?preview=1", 302)]
    assert response.status_code == 200
    assert page_data(response.content)["paths_url"] is None


def test_a_preview_says_of_a_working_copy_what_its_revision_then_says(staff_client: Client) -> None:
    draft = archive.observed_flight(START, aircraft=archive.antonov())
    preview = page_data(staff_client.get(f"/flights/{draft.pk}/?preview=1").content)
    publish(draft)
    page = page_data(staff_client.get(f"/flights/{draft.pk}/").content)
    for key in ("facts", "gaps", "sources", "originals", "edits", "mission", "note"):
        assert preview[key] == page[key], key
    del preview["summary"]["revision"], page["summary"]["revision"]
    assert preview["summary"] == page["summary"]


def test_the_other_legs_of_the_visit_stand_in_order_and_only_when_published(client: Client) -> None:
    mission = claim_values.mission_value(Mission.objects.create(key="2024-03-visit", title="The visit"))
    legs = [
        archive.reported_flight(archive.day_value(datetime.date(2024, 3, day)), mission=mission)
        for day in (20, 21, 22, 23)
    ]
    for leg in legs[:3]:
        publish(leg)
    answer = client.get(f"/api/v1/flights/{legs[1].pk}/").json()
    assert [leg["id"] for leg in answer["mission"]] == [legs[0].pk, legs[2].pk]
    visit = answer["visit"]
    assert (visit["title"], visit["grouped"]) == ("The visit", "curator")
    assert [(leg["id"], leg["current"]) for leg in visit["legs"]] == [
        (legs[0].pk, False), (legs[1].pk, True), (legs[2].pk, False)
    ]  # fmt: skip
    assert "2024-03-23" not in client.get(f"/flights/{legs[1].pk}/").content.decode()


def test_edits_are_shown_with_their_reasons(client: Client) -> None:
    draft = archive.observed_flight(START)
    track = draft.tracks.get()
    Edit.objects.create(
        kind="exclude",
        track_file=track.track_file,
        aircraft_key=track.aircraft_key,
        starts_at=START,
        ends_at=START + archive.MINUTE,
        reason="spoofed positions",
    )
    publish(draft)
    (edit,) = client.get(f"/api/v1/flights/{draft.pk}/").json()["edits"]
    assert (edit["kind"], edit["reason"]) == ("exclude", "spoofed positions")


def test_what_was_done_to_the_tracks_of_several_trackers_is_told_once_with_its_time(client: Client) -> None:
    flight = archive.observed_flight(START)
    minute = datetime.timedelta(minutes=1)
    until, at = START + 30 * minute, START + 5 * minute
    for kind, start, end, reason in (
        ("trim", None, until, "then it is another aircraft"),
        ("trim", START + minute, None, "taxiing"),
        ("split", at, at, "two flights"),
    ):
        for _track in range(2):
            Edit.objects.create(flight=flight, kind=kind, starts_at=start, ends_at=end, reason=reason)
    cause = {"cause": "coverage"}
    Edit.objects.create(flight=flight, kind="gap_cause", starts_at=START, parameters=cause, reason="terrain")
    archive.published(flight)
    page = client.get(f"/flights/{flight.pk}/").content.decode()
    told = [re.sub("<.*?>", "", html.unescape(item)) for item in re.findall(r"<li>(.*?)</li>", page)]
    edits = [item for item in told if re.search(": (then|taxi|two|terrain)", item)]
    assert edits == [
        "trim: keep only this interval · until 2024-03-21 05:00:00 UTC: then it is another aircraft",
        "trim: keep only this interval · from 2024-03-21 04:31:00 UTC on: taxiing",
        "split the flight here · 2024-03-21 04:35:00 UTC: two flights",
        f"cause of a gap, {GapCause('coverage').label} · from 2024-03-21 04:30:00 UTC on: terrain",
    ]


def test_an_address_in_the_data_is_never_a_link_to_a_script(client: Client) -> None:
    draft = archive.reported_flight(None)
    Source.objects.update(url="javascript:alert(1)", archive_url="data:text/html,x")
    publish(draft)
    body = client.get(f"/flights/{draft.pk}/").content
    assert b"javascript:" not in body
    assert b"data:text" not in body


def test_a_demonstration_flight_says_so_and_stays_out_of_search_engines(client: Client) -> None:
    flight = archive.published(archive.demonstration_flight(START))
    response = client.get(f"/flights/{flight.pk}/")
    assert response["X-Robots-Tag"] == "noindex"
    assert b'id="demonstration"' in response.content
    assert b"Demonstration, not a real flight." in response.content


def test_a_page_with_much_on_it_takes_no_more_queries_than_one_with_little(
    client: Client, flight: Flight, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(10):
        client.get(f"/flights/{flight.pk}/")
    for n in range(5):
        archive.claim(flight, "note", claim_values.text_value(f"note {n}"), "source", source=archive.source())
    FlightTrack.objects.create(flight=flight, track=archive.track(START + archive.DAY))
    publish(resolve(flight))
    with django_assert_max_num_queries(10):
        client.get(f"/flights/{flight.pk}/")


def test_an_id_in_capitals_or_with_a_nul_is_not_there(client: Client, flight: Flight) -> None:
    for name in (flight.pk.upper(), f"{flight.pk}%00", "%00", "a" * 13, "a b", "..", "%2e%2e"):
        assert client.get(f"/flights/{name}/").status_code == 404


def test_a_flight_leads_to_those_of_its_aircraft_before_and_after_it(client: Client) -> None:
    aircraft = archive.antonov()
    days = [archive.published(archive.observed_flight(START + n * archive.DAY, aircraft=aircraft)) for n in range(3)]
    archive.observed_flight(START + archive.DAY / 2, aircraft=aircraft)  # a draft
    archive.published(archive.observed_flight(START + archive.DAY / 3))  # of nobody knows which aircraft
    archive.published(archive.demonstration_flight(START + archive.DAY / 4))

    def beside(flight: Flight) -> list[str | None]:
        page = client.get(f"/flights/{flight.pk}/")
        found = [page.context["flight"]["neighbours"][side] for side in ("previous", "next")]
        for side, to in zip(("prev", "next"), found, strict=True):
            link = re.search(rf'rel="{side}" href="([^"]+)"', page.content.decode())
            assert (link and link[1]) == (to and to["url"])
        return [to and to["url"] for to in found]

    first, middle, last = (f"/flights/{flight.pk}/" for flight in days)
    assert [beside(flight) for flight in days] == [[None, middle], [first, last], [middle, None]]
