"""Tracks find their aircraft and their flight, whichever file comes first."""

import itertools
import json
import threading
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.integration.archive import bring, imported, make_airports, run_task
from tests.other_trackers import as_fr24_csv, as_gpx
from tests.traces import trace
from tracks.importing import continuing, curating, resembling
from tracks.importing.refreshing import refresh
from tracks.models import (
    Acquisition,
    Aircraft,
    AircraftIdentity,
    Claim,
    Edit,
    Flight,
    FlightTrack,
    Stretch,
    Suggestion,
    Track,
)
from tracks.models.flights import FACT_NAMES
from tracks.models.vocabulary import FlightStatus
from tracks.processing.fixes import COLUMNS
from tracks.processing.thresholds import ProcessingSettings
from tracks.receiving import reimport

pytestmark = pytest.mark.django_db(transaction=True)

MIDNIGHT = 1_700_006_400.0  # 15 November 2023, 00:00 UTC


def parts(data: bytes, *cuts: float) -> list[bytes]:
    """A trace cut into files at epoch seconds, as trackers cut at midnight."""
    document = json.loads(data)
    base = document["timestamp"]
    bounds = [-np.inf, *cuts, np.inf]
    return [
        json.dumps({**document, "trace": [row for row in document["trace"] if low <= base + row[0] < high]}).encode()
        for low, high in itertools.pairwise(bounds)
    ]


def across_midnight(**given: Any) -> list[bytes]:
    """One flight of 4,000 s, half of it before midnight."""
    return parts(trace(2000, flights=1, timestamp=MIDNIGHT - 2000, **given), MIDNIGHT)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["in order", "the later day first"])
def test_a_flight_across_midnight_in_two_files_is_one_flight(order: tuple[int, int]) -> None:
    make_airports()
    files = across_midnight()
    for which in order:
        imported(files[which], f"day{which}.json")
    flight = Flight.objects.get()
    assert list(flight.flight_tracks.values_list("shown", flat=True)) == [True, True]
    assert flight.starts_at is not None
    assert flight.ends_at is not None
    assert (flight.starts_at.timestamp(), flight.ends_at.timestamp()) == (MIDNIGHT - 2000, MIDNIGHT + 1998)
    assert flight.origin is not None
    assert flight.destination is not None
    assert {flight.origin.name, flight.destination.name} == {"Vladivostok (UHWW)", "Khabarovsk (UHHH)"}
    assert flight.disagreements == []


def test_a_loss_of_coverage_over_midnight_is_still_one_flight() -> None:
    for data in across_midnight(lost=(0.35, 0.65)):
        imported(data)
    assert Flight.objects.count() == 1


def test_a_loss_longer_than_the_site_says_a_flight_can_have_parts_two_flights_in_two_files_too(settings: Any) -> None:
    settings.PROCESSING = ProcessingSettings().changed("split.longest_gap_s=600")
    for data in across_midnight(lost=(0.35, 0.65)):
        imported(data)
    assert Flight.objects.count() == 2


def test_two_flights_of_two_days_stay_two_flights() -> None:
    # Parked at Khabarovsk over midnight, where a receiver at the airport hears it now and then.
    document = json.loads(trace(2000, flights=2, stop_s=8 * 3600, timestamp=MIDNIGHT - 6 * 3600))
    base, rows = document["timestamp"], document["trace"]
    parked = [row for row in rows if row[3] == "ground" and row[0] < rows[1000][0]][-1]
    first_day = [row for row in rows if base + row[0] < MIDNIGHT]
    glimpses = [[parked[0] + late, *parked[1:]] for late in range(600, 8 * 3600, 600)]
    document["trace"] = sorted([*rows, *glimpses], key=lambda row: row[0])
    assert first_day
    for data in parts(json.dumps(document).encode(), MIDNIGHT):
        imported(data)
    assert Flight.objects.count() == 2
    assert Track.objects.count() == 3, "the second day's time on the ground belongs to a flight, too"


def test_a_day_on_the_ground_alone_makes_no_flight_until_one_belongs_to_it() -> None:
    document = json.loads(trace(1000, flights=1, timestamp=MIDNIGHT - 2100))
    rows = document["trace"]
    last = rows[-1]
    rows += [[last[0] + 60.0 * i, *last[1:]] for i in range(1, 20)]
    before, after = parts(json.dumps(document).encode(), MIDNIGHT)
    alone = imported(after)
    assert not Flight.objects.exists()
    assert any("stays on the ground" in warning["text"] for warning in alone.report["warnings"])
    imported(before)
    assert Flight.objects.get().tracks.count() == 2


def test_a_second_tracker_of_the_same_flight_is_a_witness_beside_it() -> None:
    """Another receiver: its own fixes at its own times, its clock two seconds late."""
    imported(trace(2000, flights=1), "first.json")
    imported(trace(1400, flights=1, step_s=2000 * 2 / 1400, timestamp=1_700_000_002.0, seed=9), "second.json")
    flight = Flight.objects.get()
    shown = {link.track.track_file.name: link.shown for link in flight.flight_tracks.all()}
    assert shown == {"first.json": True, "second.json": False}
    assert flight.starts_at is not None
    assert flight.starts_at.timestamp() == 1_700_000_000.0


def test_the_times_of_a_flight_are_those_of_the_track_that_is_shown_not_of_a_witness_whose_clock_is_ahead() -> None:
    make_airports()
    imported(trace(2000, flights=1), "one.json")
    before = Flight.objects.get()
    imported(trace(2000, flights=1, seed=9, timestamp=1_700_000_040.0), "two.json")
    flight = Flight.objects.get()
    assert flight.flight_tracks.count() == 2
    assert (flight.departure_at, flight.arrival_at) == (before.departure_at, before.arrival_at)
    assert flight.claims.filter(field="arrival").count() == 2


def test_a_witness_of_the_end_that_goes_beyond_it_belongs_to_the_same_flight() -> None:
    whole = trace(2000, flights=1)
    first, _rest = parts(whole, 1_700_000_000.0 + 2600)
    _before, second = parts(trace(2000, flights=1, seed=7, timestamp=1_700_000_001.0), 1_700_000_000.0 + 2300)
    imported(first)
    imported(second)
    flight = Flight.objects.get()
    assert flight.tracks.count() == 2


def test_two_receivers_of_two_successive_flights_do_not_mix_them_up() -> None:
    data = trace(2000, flights=2, stop_s=1200)
    imported(data, "both.json")
    first, second = Flight.objects.order_by("starts_at")
    # The other receiver heard the second flight, and of the first only the last minutes on the ground.
    rows = json.loads(data)["trace"]
    tail = [1_700_000_000.0 + row[0] for row in rows[980:]]
    _before, heard = parts(trace(2000, flights=2, stop_s=1200, seed=5, timestamp=1_700_000_000.7), tail[0])
    imported(heard, "heard.json")
    assert Flight.objects.count() == 2
    longest = Track.objects.filter(track_file__acquisitions__original_name="heard.json").order_by("-fix_count").first()
    assert longest is not None
    assert longest.flight_track.flight == second
    assert first.tracks.count() >= 1


def test_a_log_that_names_no_aircraft_is_suggested_as_the_flight_on_whose_path_it_lies() -> None:
    make_airports()
    data = trace(2000, flights=1)
    imported(data)
    flight = Flight.objects.get()
    file = imported(as_gpx(data, clock_s=40.0), "logger.gpx")
    logged = Flight.objects.get(tracks__track_file=file)
    assert logged != flight
    pair = Suggestion.objects.get()
    assert {pair.one, pair.other} == {flight, logged}
    (told,) = [warning for warning in file.report["warnings"] if "lies on the path" in warning["text"]]
    assert (told["values"]["flight"], told["values"]["offset"]) == (flight.pk, "+40")
    joined = curating.join(flight, logged, reason="x", author=None)
    assert joined.flight_tracks.get(shown=False).compared["offset_s"] == pytest.approx(40.0, abs=1.0)
    table = imported(as_fr24_csv(data), "fr24.csv")
    assert [warning["values"]["flight"] for warning in table.report["warnings"]] == [flight.pk]


def test_the_named_flight_that_comes_after_the_log_is_suggested_too_but_not_one_elsewhere() -> None:
    make_airports()
    data = trace(2000, flights=1)
    file = imported(as_gpx(data), "logger.gpx")
    document = json.loads(data)
    for row in document["trace"]:
        row[1] -= 0.02  # 2 km to the south all the way
    elsewhere = imported(json.dumps({**document, "icao": "15f0bb", "r": "TEST-2"}).encode(), "elsewhere.json")
    assert not Suggestion.objects.exists()
    named = imported(data)
    flights = {Flight.objects.get(tracks__track_file=one).pk for one in (file, named)}
    assert {Suggestion.objects.get().one_id, Suggestion.objects.get().other_id} == flights
    assert Flight.objects.filter(tracks__track_file=elsewhere).exists()


def test_a_log_asks_no_more_often_where_many_others_fly_the_same_way_at_another_time() -> None:
    """Of a crowd on one airway only those that can be it are compared, and it is found among them."""
    make_airports()
    asked = []

    def way(at: float, address: str) -> bytes:
        return trace(300, flights=1, step_s=10, timestamp=at, hex_address=address, registration=None)

    for number, at in enumerate((1.6e9, 1.7e9)):
        for ahead in range(1, 3 + 9 * number):
            imported(way(at + 400 * ahead, f"15f1{number}{ahead:x}"), "crowd.json")
        data = way(at, f"15f1{number}0")
        own = Flight.objects.get(tracks__track_file=imported(data))
        with CaptureQueriesContext(connection) as queries:
            file = imported(as_gpx(data, every=1, clock_s=30.0), f"log {number}.gpx")
        asked.append(len(queries))
        (told,) = [warning for warning in file.report["warnings"] if "lies on the path" in warning["text"]]
        assert told["values"]["flight"] == own.pk
    assert asked[0] == asked[1]


def test_where_not_all_are_looked_at_the_report_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    data = trace(2000, flights=1)
    imported(data)
    for name, most in (("MOST", 0), ("MOST_IN_ALL", 0), ("MOST_COMPARED", 0)):
        with monkeypatch.context() as patched:
            patched.setattr(resembling, name, most)
            file = imported(as_gpx(data, name=name), f"{name}.gpx")
        (told,) = file.report["warnings"]
        assert "not all were looked at" in told["text"]
    assert not Suggestion.objects.exists()


def test_another_aircraft_at_the_same_time_is_another_flight() -> None:
    imported(trace(1000, flights=1))
    imported(trace(1000, flights=1, hex_address="15f0ab", registration="TEST-2"))
    assert Flight.objects.count() == Aircraft.objects.count() == 2


def test_tracks_of_unknown_aircraft_are_never_joined() -> None:
    imported(trace(1000, flights=1, hex_address="~abc001", registration=None))
    imported(trace(999, flights=1, hex_address="~abc001", registration=None, seed=2))
    assert Aircraft.objects.count() == 0
    assert Flight.objects.count() == 2
    assert set(Flight.objects.values_list("aircraft", flat=True)) == {None}


def test_a_demonstration_never_joins_what_is_real() -> None:
    imported(trace(1000, flights=1), demonstration=True)
    real = imported(trace(999, flights=1, seed=2))
    assert set(Flight.objects.values_list("demonstration", "aircraft__demonstration")) == {(True, True), (False, None)}
    assert "the other kind" in real.report["warnings"][0]["text"]
    assert Aircraft.objects.get().demonstration


def test_a_demonstrations_content_packed_otherwise_does_not_join_it() -> None:
    data = trace(1000, flights=1, hex_address="~abc001", registration=None)
    imported(data, demonstration=True)
    imported(data + b"\n")
    assert Flight.objects.filter(demonstration=True).count() == Flight.objects.filter(demonstration=False).count() == 1


def test_a_track_goes_to_the_flight_another_was_merged_into() -> None:
    first, second = across_midnight()
    imported(first)
    old = Flight.objects.get()
    whole = Flight.objects.create()
    FlightTrack.objects.update(flight=whole)
    Flight.objects.filter(pk=old.pk).update(status=FlightStatus.MERGED, merged_into=whole)
    imported(second)
    assert set(FlightTrack.objects.values_list("flight", flat=True)) == {whole.pk}


def test_a_middle_that_connects_two_flights_joins_the_first_and_says_so() -> None:
    """A slow flight of 22 hours in three files: the first and the last alone are too far apart to be one."""
    first, middle, last = parts(trace(3000, flights=1, step_s=26.0), 1_700_006_000.0, 1_700_072_000.0)
    imported(first)
    imported(last)
    assert Flight.objects.count() == 2
    told = [warning["text"] for warning in imported(middle).report["warnings"]]
    one, other = Flight.objects.order_by("starts_at")
    assert told == [text for text in told if "seem to be one flight" in text]
    assert len(told) == 1
    assert f"continues flight {one.pk} and is continued by flight {other.pk}" in told[0]
    assert (one.tracks.count(), other.tracks.count()) == (2, 1)


def test_the_fuller_of_two_witnesses_is_shown_whichever_was_brought_first() -> None:
    short = imported(trace(60, flights=1, step_s=10, timestamp=1.6e9 + 600))
    assert Flight.objects.get().flight_tracks.get().shown
    full = imported(trace(500, flights=1, step_s=10, timestamp=1.6e9))
    flight = Flight.objects.get()
    assert flight.flight_tracks.get(track__track_file=full).shown
    assert not flight.flight_tracks.get(track__track_file=short).shown
    assert flight.starts_at == full.tracks.get().started_at


# Identities


def test_an_aircraft_of_the_archive_is_found_by_address_then_by_registration() -> None:
    known = Aircraft.objects.create(registration="TEST-1", type_designator="A124", type_name="An-124")
    imported(trace(500, flights=1, step_s=10))
    assert Aircraft.objects.get() == known
    known.refresh_from_db()
    assert known.icao24 == "15f0aa", "the address was not known before"
    assert Track.objects.get().aircraft == known


def test_a_file_adds_nothing_to_an_aircraft_that_readers_see_and_says_so() -> None:
    known = Aircraft.objects.create(registration="TEST-1", listed=True)
    track_file = imported(trace(500, flights=1, step_s=10))
    known.refresh_from_db()
    assert (known.icao24, known.type_designator) == (None, "")
    assert Track.objects.get().aircraft == known
    told = [warning["text"] for warning in track_file.report["warnings"]]
    assert any("address 15f0aa for TEST-1" in text and "not filled in" in text for text in told)
    # The next file may state the address alone: the claim of the first leads to the same aircraft.
    imported(trace(500, flights=1, step_s=10, timestamp=1.6e9, registration=None))
    assert Aircraft.objects.get() == known


def test_what_a_file_states_of_an_aircraft_is_kept_as_a_claim_once() -> None:
    imported(trace(500, flights=1, step_s=10))
    imported(trace(500, flights=1, step_s=10, timestamp=1.6e9))
    claims = AircraftIdentity.objects.values_list("field", "value", "basis")
    assert sorted(claims) == [
        ("icao24", "15f0aa", "computed"),
        ("registration", "TEST-1", "computed"),
        ("type", "A124", "computed"),
    ]


def test_a_contradiction_with_the_archive_is_told_and_overwrites_nothing() -> None:
    known = Aircraft.objects.create(registration="OTHER-9", icao24="15f0aa", type_designator="IL62")
    track_file = imported(trace(500, flights=1, step_s=10))
    known.refresh_from_db()
    assert (known.registration, known.type_designator) == ("OTHER-9", "IL62")
    told = " ".join(warning["text"] for warning in track_file.report["warnings"])
    assert "registration TEST-1 for OTHER-9, the archive has OTHER-9" in told
    assert "type A124 for OTHER-9, the archive has IL62" in told
    assert known.identities.filter(field="registration", value="TEST-1").exists()


def test_an_address_and_a_registration_of_two_aircraft_go_to_the_one_with_the_address() -> None:
    by_address = Aircraft.objects.create(icao24="15f0aa")
    by_registration = Aircraft.objects.create(registration="TEST-1")
    track_file = imported(trace(500, flights=1, step_s=10))
    assert Track.objects.get().aircraft == by_address
    by_address.refresh_from_db()
    assert by_address.registration is None
    assert by_registration.tracks.count() == 0
    assert "two aircraft, 15f0aa and TEST-1" in track_file.report["warnings"][0]["text"]


def test_something_that_cannot_be_a_registration_is_left_aside() -> None:
    track_file = imported(trace(500, flights=1, step_s=10, registration="<script>"))
    assert Aircraft.objects.get().registration is None
    assert "cannot be one" in track_file.report["warnings"][0]["text"]


# Edits and claims


def test_an_edit_that_finds_no_place_after_a_reimport_is_put_up_for_review() -> None:
    track_file = imported(trace(500, flights=1, step_s=10))
    track = Track.objects.get()
    placed = Edit.objects.create(
        kind="exclude", track_file=track_file, aircraft_key=track.aircraft_key, starts_at=track.started_at, reason="x"
    )
    lost = Edit.objects.create(kind="exclude", track_file=track_file, aircraft_key="another", reason="x")
    reimport(track_file, queue=False)
    again = run_task(track_file)
    assert again.report["edits_to_review"] == 1
    placed.refresh_from_db()
    lost.refresh_from_db()
    assert (placed.state, lost.state) == ("active", "review")


def test_claims_of_a_track_are_not_made_anew_when_nothing_changed() -> None:
    make_airports()
    track_file = imported(trace(500, flights=1, step_s=10))
    before = list(Claim.objects.order_by("pk").values())
    assert {claim["field"] for claim in before} == {
        "aircraft", "callsign", "origin", "destination", "departure", "arrival",
    }  # fmt: skip
    reimport(track_file, queue=False)
    run_task(track_file)
    assert list(Claim.objects.order_by("pk").values()) == before


def test_the_fixes_of_a_stored_track_can_be_read_back_as_processing_had_them() -> None:
    data = trace(1500, flights=1, lost=(0.4, 0.5))
    rows = json.loads(data)["trace"]
    imported(data)
    fixes = continuing.fixes_of(Track.objects.get())
    assert len(fixes) == len(rows) == Track.objects.get().fix_count
    assert fixes.record_index.tolist() == list(range(len(rows)))
    np.testing.assert_array_equal(fixes.latitude, [row[1] for row in rows])
    np.testing.assert_array_equal(fixes.altitude_known, [row[3] != "ground" for row in rows])
    assert fixes.callsign_at(7) == "TST100"
    for name, column in fixes.columns():
        assert column.dtype == COLUMNS[name][0], name


def test_two_imports_at_once_of_one_flight_make_one_flight() -> None:
    """The second waits for the first to commit before it looks for flights."""
    files = [bring(trace(2000, flights=1)), bring(trace(2000, flights=1, seed=3, timestamp=1_700_000_001.0))]
    errors: list[BaseException] = []

    def work(which: int) -> None:
        try:
            run_task(files[which])
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(which,)) for which in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert {file.status for file in type(files[0]).objects.all()} == {"imported"}
    assert Flight.objects.count() == Aircraft.objects.count() == 1
    assert sorted(FlightTrack.objects.values_list("shown", flat=True)) == [False, True]
    assert Acquisition.objects.count() == 2
    assert Stretch.objects.exists()


def test_a_rebuild_finds_the_facts_that_the_import_set() -> None:
    make_airports()
    imported(trace(2000, flights=4))
    for flight in Flight.objects.all():
        before = {name: flight.serializable_value(name) for name in FACT_NAMES}
        assert before["origin"]
        assert before["callsign"]
        refresh(flight)
        again = Flight.objects.get(pk=flight.pk)
        assert {name: again.serializable_value(name) for name in FACT_NAMES} == before
    assert Flight.objects.count() == 4
