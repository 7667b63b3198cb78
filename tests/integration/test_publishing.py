"""Facts are resolved from claims; what is published stays as it was."""

import datetime

import numpy as np
import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.gis.geos import Point
from django.db import DatabaseError, connection, transaction
from django.test import Client

from tracks import visibility
from tracks.models import (
    Acquisition,
    Aircraft,
    Airport,
    Claim,
    Edit,
    Flight,
    FlightSource,
    FlightTrack,
    Gap,
    Place,
    Source,
    Stretch,
    Track,
    TrackFile,
    Trajectory,
    claim_values,
)
from tracks.models.publishing import PublishingRefused, publish, withdraw
from tracks.models.resolving import resolve
from tracks.models.vocabulary import Basis

pytestmark = pytest.mark.django_db

START = datetime.datetime(2024, 3, 20, 12, tzinfo=datetime.UTC)


def epoch(minutes: float) -> float:
    return START.timestamp() + minutes * 60


@pytest.fixture
def places() -> dict[str, Place]:
    vladivostok = Airport.objects.create(
        icao="UHWW", name="Vladivostok International", city="Vladivostok", country="RU", location=Point(132.148, 43.398)
    )
    pyongyang = Airport.objects.create(
        icao="ZKPY", name="Pyongyang Sunan", city="Pyongyang", country="KP", location=Point(125.67, 39.224)
    )
    return {
        "UHWW": Place.for_airport(vladivostok),
        "ZKPY": Place.for_airport(pyongyang),
        "KP": Place.objects.create(name="North Korea", precision="country", country="KP", radius_km=250),
    }


def make_track(*, licence: str = "CC BY", name: str = "a.json", sha: str = "a") -> Track:
    """Two stretches of five fixes a minute apart, with ten minutes of gap between them, open at the end."""
    file = TrackFile.objects.create(sha256=sha * 64, size=10, file=name)
    Acquisition.objects.create(track_file=file, original_name=name, licence=licence, credit=licence)
    track = Track.objects.create(
        track_file=file,
        aircraft_key="15406e",
        started_at=START,
        ended_at=START + datetime.timedelta(minutes=18),
        fix_count=10,
    )
    for ordinal, first in enumerate((0, 14)):
        minutes = np.arange(first, first + 5)
        Stretch.objects.create(
            track=track,
            ordinal=ordinal,
            evidence_class="observed",
            fix_count=5,
            path=Trajectory.of(132 - minutes * 0.1, 43 - minutes * 0.05, np.full(5, 9000.0), epoch(0) + minutes * 60),
            record_index=minutes,
        )
    minute = datetime.timedelta(minutes=1)
    Gap.objects.create(track=track, kind="interior", started_at=START + 4 * minute, ended_at=START + 14 * minute)
    Gap.objects.create(track=track, kind="trailing", started_at=START + 18 * minute)
    return track


def observed_flight(**kwargs: str) -> Flight:
    flight = Flight.objects.create()
    FlightTrack.objects.create(flight=flight, track=make_track(**kwargs))
    return resolve(flight)


def test_a_curators_word_outweighs_the_track_and_the_track_a_publication(places: dict[str, Place]) -> None:
    flight = observed_flight()
    track = flight.tracks.get()
    stated = claim_values.place_value(places["KP"])
    Claim.objects.create(flight=flight, field="destination", value=stated, basis=Basis.SOURCE)
    assert resolve(flight).destination == places["KP"]
    computed = claim_values.place_value(places["UHWW"])
    Claim.objects.create(flight=flight, field="destination", value=computed, basis=Basis.COMPUTED, track=track)
    assert resolve(flight).destination == places["UHWW"]
    assert flight.disagreements == ["destination"]
    decided = claim_values.place_value(places["ZKPY"])
    Claim.objects.create(flight=flight, field="destination", value=decided, basis=Basis.CURATOR)
    assert resolve(flight).destination == places["ZKPY"]
    assert flight.destination_basis == "curator"
    assert flight.disagreements == ["destination"]
    assert flight.direction == "outbound"


def test_a_country_and_an_airport_in_it_do_not_disagree(places: dict[str, Place]) -> None:
    flight = Flight.objects.create()
    for place in ("KP", "ZKPY"):
        Claim.objects.create(
            flight=flight, field="origin", value=claim_values.place_value(places[place]), basis=Basis.SOURCE
        )
    assert resolve(flight).origin == places["ZKPY"]
    assert flight.disagreements == []


def test_a_curator_can_decide_that_a_fact_is_unknown(places: dict[str, Place]) -> None:
    flight = Flight.objects.create()
    Claim.objects.create(
        flight=flight, field="origin", value=claim_values.place_value(places["ZKPY"]), basis=Basis.SOURCE
    )
    Claim.objects.create(flight=flight, field="origin", value=claim_values.UNKNOWN, basis=Basis.CURATOR)
    assert resolve(flight).origin is None


def test_a_path_through_the_area_belongs_to_the_corridor_without_any_known_end() -> None:
    assert observed_flight().in_corridor


def test_a_file_without_licence_and_credit_keeps_its_flight_from_being_published() -> None:
    with pytest.raises(PublishingRefused) as refusal:
        publish(observed_flight(licence=""))
    assert "licence and credit" in refusal.value.reasons[0]
    assert "a.json" in refusal.value.reasons[0]


def test_a_report_without_a_source_is_not_published() -> None:
    with pytest.raises(PublishingRefused):
        publish(resolve(Flight.objects.create()))


def test_publishing_twice_without_a_change_makes_one_revision() -> None:
    flight = observed_flight()
    assert publish(flight) == publish(flight)
    assert flight.revisions.count() == 1


def test_a_published_revision_keeps_its_path_when_the_track_is_imported_anew() -> None:
    flight = observed_flight()
    revision = publish(flight)
    before = [s.path.coordinates.tolist() for s in revision.stretches.all()]
    flight.tracks.get().delete()
    assert [s.path.coordinates.tolist() for s in revision.stretches.all()] == before
    assert len(before) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tracks_flightrevision SET title = 'something else'",
        "UPDATE tracks_flightrevision SET direction = 'inbound'",
        "UPDATE tracks_flightrevision SET disagreements = '[1]'",
        "UPDATE tracks_revisionstretch SET evidence_class = 'estimated'",
        "UPDATE tracks_revisionstretch SET ground_speed = '\\x00'",
        "UPDATE tracks_revisionstretch SET path = ST_Translate(path, 0, 1)",
    ],
)
def test_a_published_revision_cannot_be_changed(statement: str) -> None:
    publish(observed_flight())
    with (
        pytest.raises(DatabaseError, match="cannot be changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_stretch_cannot_be_taken_out_of_its_revision_but_goes_with_it() -> None:
    flight = observed_flight()
    revision = publish(flight)
    with (
        pytest.raises(DatabaseError, match="cannot be taken out"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; DELETE FROM tracks_revisionstretch WHERE ordinal = 0")
    Flight.objects.update(status="draft", published_revision=None)
    flight.delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not type(revision).objects.exists()


def test_a_flight_of_nothing_but_the_trackers_guesses_is_not_observed_and_not_published() -> None:
    flight = observed_flight()
    Stretch.objects.update(evidence_class="estimated")
    assert resolve(flight).evidence_class == "estimated"
    with pytest.raises(PublishingRefused, match="no received position"):
        publish(flight)


def test_excluded_fixes_leave_a_gap_that_says_so_and_the_original_numbers() -> None:
    flight = observed_flight()
    track = flight.tracks.get()
    Edit.objects.create(
        kind=Edit.Kind.EXCLUDE,
        track_file=track.track_file,
        aircraft_key=track.aircraft_key,
        starts_at=START + datetime.timedelta(minutes=2),
        ends_at=START + datetime.timedelta(minutes=2),
        reason="jumped",
    )
    revision = publish(flight)
    assert [s.fix_count for s in revision.stretches.all()] == [2, 2, 5]
    removed = [gap for gap in revision.snapshot["gaps"] if gap["cause"] == "removed"]
    assert [(gap["start"], gap["end"]) for gap in removed] == [(epoch(1), epoch(3))]
    assert [gap["kind"] for gap in revision.snapshot["gaps"]] == ["interior", "interior", "trailing"]
    # 0.2° west and 0.1° north of 43°: 16.23 km east-west and 11.11 km north-south
    assert removed[0]["distance_m"] == pytest.approx(19_700, rel=0.01)
    assert [s.record_index.tolist() for s in revision.stretches.all()] == [[0, 1], [3, 4], [14, 15, 16, 17, 18]]


def test_what_is_trimmed_away_leaves_open_gaps_that_say_so() -> None:
    flight = observed_flight()
    track = flight.tracks.get()
    Edit.objects.create(
        kind=Edit.Kind.TRIM,
        track_file=track.track_file,
        aircraft_key=track.aircraft_key,
        starts_at=START + datetime.timedelta(minutes=1),
        ends_at=START + datetime.timedelta(minutes=15),
        reason="taxiing",
    )
    gaps = publish(flight).snapshot["gaps"]
    assert [(gap["kind"], gap["start"], gap["end"], gap["cause"]) for gap in gaps] == [
        ("leading", None, epoch(1), "removed"),
        ("interior", epoch(4), epoch(14), "unknown"),
        ("trailing", epoch(15), None, "removed"),
    ]


def test_a_change_of_class_at_an_edit_hides_no_removed_fix() -> None:
    flight = observed_flight()
    track = flight.tracks.get()
    Stretch.objects.filter(ordinal=1).update(evidence_class="estimated")
    Gap.objects.filter(kind="interior").delete()
    Edit.objects.create(
        kind=Edit.Kind.EXCLUDE,
        track_file=track.track_file,
        aircraft_key=track.aircraft_key,
        starts_at=START + datetime.timedelta(minutes=4),
        ends_at=START + datetime.timedelta(minutes=4),
        reason="jumped",
    )
    gaps = publish(flight).snapshot["gaps"]
    assert ("trailing", epoch(3), "removed") in [(gap["kind"], gap["start"], gap["cause"]) for gap in gaps]


def test_a_curators_cause_of_a_gap_stands_in_the_revision() -> None:
    flight = observed_flight()
    Edit.objects.create(
        kind=Edit.Kind.GAP_CAUSE,
        flight=flight,
        starts_at=START + datetime.timedelta(minutes=5),
        ends_at=START + datetime.timedelta(minutes=6),
        parameters={"cause": "transponder_off"},
        reason="NOTAM",
    )
    assert [gap["cause"] for gap in publish(flight).snapshot["gaps"]] == ["transponder_off", "unknown"]


def test_the_snapshot_names_the_bytes_and_their_credit_but_nobody_of_the_newsroom() -> None:
    flight = observed_flight()
    user = User.objects.create_user("curator", "secret@example.org")
    Acquisition.objects.update(acquired_by=user)
    snapshot = publish(flight, by=user).snapshot
    assert snapshot["originals"][0]["sha256"] == "a" * 64
    assert snapshot["originals"][0]["acquisitions"][0]["licence"] == "CC BY"
    assert "secret@example.org" not in str(snapshot)


def test_an_aircraft_known_only_from_drafts_is_hidden_until_its_flight_is_published() -> None:
    aircraft = Aircraft.objects.create(registration="RA-82030")
    flight = Flight.objects.create()
    Claim.objects.create(
        flight=flight, field="aircraft", value=claim_values.aircraft_value(aircraft), basis=Basis.SOURCE
    )
    source = Source.objects.create(publisher="A paper", url="https://example.org/a")
    FlightSource.objects.create(flight=flight, source=source)
    resolve(flight)
    public = AnonymousUser()
    assert not visibility.visible_aircraft(public).exists()
    assert not visibility.can_see(public, flight)
    publish(flight)
    assert visibility.visible_aircraft(public).get() == aircraft
    assert visibility.listed_revisions().get().aircraft == aircraft
    withdraw(flight, "wrong aircraft")
    assert not visibility.visible_aircraft(public).exists()
    assert not visibility.listed_revisions().exists()


def test_a_withdrawn_revision_stays_withdrawn_when_the_flight_is_published_again(client: Client) -> None:
    flight = observed_flight()
    first = publish(flight)
    withdraw(flight, "wrong aircraft")
    second = publish(flight)
    assert second.number == first.number + 1
    assert list(visibility.visible_revisions(AnonymousUser())) == [second]
    assert visibility.is_public(second)
    assert client.get(f"/api/v1/paths/?f={flight.pk}.{first.number}").status_code == 410
    page = client.get(f"/flights/{flight.pk}/?rev={first.number}").content.decode()
    assert "That revision was withdrawn." in page
    assert f'href="/flights/{flight.pk}/?rev={second.number}"' in page
    assert f'href="/flights/{flight.pk}/?rev={first.number}"' not in page


def test_a_search_finds_type_registration_and_month(places: dict[str, Place]) -> None:
    flight = observed_flight()
    aircraft = Aircraft.objects.create(registration="RA-82030", icao24="15406e", type_name="An-124")
    Claim.objects.create(
        flight=flight, field="aircraft", value=claim_values.aircraft_value(aircraft), basis=Basis.CURATOR
    )
    resolve(flight)
    text = publish(flight).search_text
    for word in ("RA-82030", "15406e", "An-124", "March 2024"):
        assert word in text
