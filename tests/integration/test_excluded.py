"""What curators take out of a flight: seen by the newsroom, in nothing that others get."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests import archive
from tracks.models import Edit, Flight, FlightTrack
from tracks.models.cut_away import cut_away_from
from tracks.models.editing import cut_away, set_aside
from tracks.models.publishing import publish
from tracks.serving.paths import wire_flights

pytestmark = pytest.mark.django_db

START = datetime.datetime(2024, 3, 21, 4, 30, tzinfo=datetime.UTC)
FIRST = START.timestamp()


@pytest.fixture
def flight() -> Flight:
    """Two stretches of five fixes a minute apart, from minutes 0 and 14."""
    return archive.published(archive.observed_flight(START, aircraft=archive.antonov()))


@pytest.fixture
def newsroom() -> Client:
    client = Client()
    client.force_login(User.objects.create_user("curator", is_staff=True))
    return client


def cut(flight: Flight, kind: Edit.Kind, start: int | None, end: int | None) -> list[Edit]:
    """Cut by minutes from the first fix."""
    bounds = [None if minute is None else START + minute * archive.MINUTE for minute in (start, end)]
    tracks = [link.track for link in FlightTrack.objects.filter(flight=flight)]
    return cut_away(flight, kind, tracks, (bounds[0], bounds[1]), reason="Reflections", author=None)


def minutes(flight: Flight) -> list[tuple[str, float, float, int]]:
    """What is cut away, in minutes from the first fix."""
    return [
        (one.edit.kind, (one.stretch.start - FIRST) / 60, (one.stretch.end - FIRST) / 60, len(one.stretch.coordinates))
        for one in cut_away_from(flight)
    ]


def test_exclusions_and_trims_are_told_with_the_fixes_they_take(flight: Flight) -> None:
    assert minutes(flight) == []
    cut(flight, Edit.Kind.EXCLUDE, 2, 3)
    assert minutes(flight) == [("exclude", 2, 3, 2)]
    cut(flight, Edit.Kind.TRIM, 1, 16)
    assert minutes(flight) == [("trim", 0, 0, 1), ("exclude", 2, 3, 2), ("trim", 17, 18, 2)]


def test_an_exclusion_across_a_gap_is_a_run_on_each_side_of_it(flight: Flight) -> None:
    (edit,) = cut(flight, Edit.Kind.EXCLUDE, 4, 15)
    assert minutes(flight) == [("exclude", 4, 4, 1), ("exclude", 14, 15, 2)]
    set_aside(edit)
    assert minutes(flight) == []


def test_the_newsroom_reads_them_with_the_reason_and_nobody_keeps_the_answer(flight: Flight, newsroom: Client) -> None:
    cut(flight, Edit.Kind.EXCLUDE, 2, 3)
    answer = newsroom.get(f"/flights/{flight.pk}/excluded/")
    (stretch,) = answer.json()["stretches"]
    assert answer["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer
    assert (stretch["reason"], stretch["file"], stretch["fixes"]) == ("Reflections", "trace.json", 2)
    assert stretch["line"] == [[131.88, 43.204], [131.82, 43.156]]  # 120 s and 180 s of 0.001° and 0.0008° a second
    assert newsroom.get("/flights/nosuch/excluded/").status_code == 404
    assert newsroom.post(f"/flights/{flight.pk}/excluded/").status_code == 405


def test_others_get_the_same_as_before_whatever_was_cut_since_publication(client: Client, flight: Flight) -> None:
    addresses = [f"/api/v1/paths/?f={flight.pk}.1", f"/api/v1/flights/{flight.pk}/"]
    before = [client.get(address) for address in addresses]
    cut(flight, Edit.Kind.EXCLUDE, 2, 3)
    after = [client.get(address) for address in addresses]
    assert [answer.content for answer in after] == [answer.content for answer in before]
    assert [answer["ETag"] for answer in after] == [answer["ETag"] for answer in before]
    assert client.get(f"/flights/{flight.pk}/excluded/").status_code == 404


@pytest.mark.usefixtures("hashed_static_files")
def test_only_the_newsrooms_page_says_where_to_ask_and_a_new_revision_holds_no_fix_of_it(
    client: Client, newsroom: Client, flight: Flight
) -> None:
    cut(flight, Edit.Kind.EXCLUDE, 2, 3)
    publish(flight)
    address = f"/flights/{flight.pk}/"
    page = newsroom.get(address)
    assert f'data-excluded="{address}excluded/"' in page.content.decode()
    assert "Cookie" in page["Vary"]
    assert "private" in page["Cache-Control"]
    assert "/excluded/" not in client.get(address).content.decode()
    assert "131.88" not in client.get(f"/api/v1/flights/{flight.pk}/").content.decode()
    revision = Flight.objects.get(pk=flight.pk).published_revision
    assert revision is not None
    (shown,) = wire_flights([revision])
    times = [time - FIRST for stretch in shown.stretches for time in stretch.time]
    assert sorted(times) == [
        0,
        60,
        240,
        840,
        900,
        960,
        1020,
        1080,
    ]
