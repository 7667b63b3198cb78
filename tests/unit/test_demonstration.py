"""The demonstration: plausible flights, plainly fictional, read back by the parsers as what they are."""

import json
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from tests.unit.format_samples import fixes_of, read_file
from tracks.demonstration import coverage
from tracks.demonstration.generate import TRIPS, route, write_demonstration
from tracks.demonstration.kinematics import fly
from tracks.processing.endpoints import Airports
from tracks.processing.fixes import PositionSource
from tracks.processing.gaps import GapKind
from tracks.processing.geodesy import KNOT_MS, distance_m
from tracks.processing.pipeline import process

# The Airport reference points and open runways as published (OurAirports, public domain).
AIRPORTS = Airports.of(["UHWW", "ZKPY"], [132.148, 125.67], [43.399, 39.2241], [14.0, 36.0]).with_runway_ends(
    [0, 0, 1, 1],
    ["07R", "25L", "17", "35"],
    [132.141998, 132.169006, 125.664001, 125.676003],
    [43.3937, 43.404499, 39.220402, 39.190201],
    [61.1, 241.1, 163.0, 343.0],
    [3500.0, 3500.0, 3502.0, 3502.0],
)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return write_demonstration(tmp_path_factory.mktemp("demonstration"))


@pytest.fixture(scope="module")
def legs(files):
    """Registration -> its legs, each as processing makes them from the written file."""
    found = defaultdict(list)
    for file in files:
        chunks, report, detected = read_file(file.path.read_bytes())
        assert detected.parser.name == file.format
        assert not report.dropped
        assert not report.warnings
        for key in dict.fromkeys(chunk.aircraft_key for chunk in chunks):
            processed = process(fixes_of(chunks, key), airports=AIRPORTS)
            assert not processed.report.dropped
            found[file.registration] += processed.legs
    return found


def ends(leg):
    return [None if end.airport is None else AIRPORTS.code[end.airport] for end in (leg.departure, leg.arrival)]


def kinds(leg):
    return [gap.kind for gap in leg.gaps]


def test_every_call_writes_the_same_bytes(files, tmp_path):
    again = write_demonstration(tmp_path / "new" / "folder")
    assert [f.path.name for f in again] == [f.path.name for f in files]
    assert all(a.path.read_bytes() == b.path.read_bytes() for a, b in zip(again, files, strict=True))


def test_every_file_states_its_licence_credit_aircraft_and_that_it_is_simulated(files):
    for file in files:
        assert file.licence == "CC0-1.0"
        assert "simulated" in file.credit.lower()
        assert file.note.startswith("Simulated.")
        assert file.registration.startswith("DEMO-")
        assert file.callsigns
    assert len({f.path for f in files}) == len(files)
    assert {f.format for f in files} == {"readsb-trace", "fr24-csv", "fr24-playback", "gpx"}


def test_nothing_can_be_taken_for_a_real_aircraft_on_a_real_date(files):
    for file in files:
        chunks, _, _ = read_file(file.path.read_bytes())
        for chunk in chunks:
            assert chunk.identity.icao24 is None
            assert chunk.identity.registration in (None, file.registration)
            assert chunk.identity.type_designator in (None, "ZZZZ")
            for seconds in (chunk.fixes.time.min(), chunk.fixes.time.max()):
                assert (datetime.fromtimestamp(seconds, UTC).year, datetime.fromtimestamp(seconds, UTC).month) == (
                    2001,
                    3,
                )


def test_every_trip_is_two_flights_of_modest_size(legs):
    assert sum(len(trips) for trips in TRIPS.values()) == 11
    for registration, trips in TRIPS.items():
        assert len(legs[registration]) == 2 * len(trips)
        assert all(leg.airborne and 500 <= len(leg.fixes) <= 2000 for leg in legs[registration])


def test_demo_1_goes_dark_stays_and_comes_back_in_one_file(files, legs):
    assert sum(f.registration == "DEMO-1" for f in files) == 3
    for out, back in zip(legs["DEMO-1"][::2], legs["DEMO-1"][1::2], strict=True):
        assert (ends(out), kinds(out)) == (["UHWW", None], [GapKind.TRAILING])
        assert (ends(back), kinds(back)) == ([None, "UHWW"], [GapKind.LEADING])


def test_demo_2_is_never_seen_landing_and_partly_multilaterated(legs):
    assert all(kinds(leg) == [GapKind.TRAILING] for leg in legs["DEMO-2"][::2])
    for leg in legs["DEMO-2"]:
        assert 20 < np.count_nonzero(leg.fixes.source == PositionSource.MLAT) < len(leg.fixes) / 2


def test_demo_3_is_lost_over_the_dprk_and_regained(legs):
    for leg in legs["DEMO-3"]:
        (gap,) = [g for g in leg.gaps if g.kind is GapKind.INTERIOR]
        assert gap.duration_s > 300
        assert 380 < gap.implied_speed_kt < 520
        assert leg.fixes.latitude[gap.before] < 42
        assert leg.fixes.latitude[gap.after] < 42


def test_demo_4_is_dark_only_near_pyongyang(legs):
    for out, back in zip(legs["DEMO-4"][::2], legs["DEMO-4"][1::2], strict=True):
        assert (ends(out), kinds(out)) == (["UHWW", None], [GapKind.TRAILING])
        assert (ends(back), kinds(back)) == ([None, "UHWW"], [GapKind.LEADING])
        assert distance_m(out.fixes.longitude[-1], out.fixes.latitude[-1], 125.67, 39.22) < 120e3


def test_demo_5_is_seen_all_the_way_runways_included(legs):
    for out, back in zip(legs["DEMO-5"][::2], legs["DEMO-5"][1::2], strict=True):
        assert (ends(out), kinds(out)) == (["UHWW", "ZKPY"], [])
        assert (ends(back), kinds(back)) == (["ZKPY", "UHWW"], [])
        assert (out.departure.runway, out.arrival.runway) == ("25L", "35")
        assert (back.departure.runway, back.arrival.runway) == ("35", "25L")


def test_several_aircraft_are_in_the_air_at_once(legs):
    spans = [leg.interval for found in legs.values() for leg in found]
    assert max(sum(start <= moment <= end for start, end in spans) for moment, _ in spans) >= 4


@pytest.mark.parametrize("outbound", [True, False])
def test_the_model_flies_as_a_jet_can(outbound):
    motion = fly(route(outbound=outbound, cruise_ft=34_000, east_m=0.0))
    step = distance_m(motion.longitude[:-1], motion.latitude[:-1], motion.longitude[1:], motion.latitude[1:])
    seconds = np.diff(motion.time)
    assert (seconds > 0).all()
    # What it states agrees with what its positions say.
    assert np.allclose(step / seconds, (motion.ground_speed[1:] + motion.ground_speed[:-1]) / 2, rtol=1e-3)
    assert motion.ground_speed.max() < 520 * KNOT_MS
    assert np.abs(motion.vertical_speed).max() / 0.3048 * 60 < 3000
    assert np.abs(np.diff(motion.altitude)).max() < 10
    assert motion.altitude.max() == pytest.approx(34_000 * 0.3048, abs=1)
    flying = ~motion.on_ground
    assert motion.ground_speed[flying].min() > 100 * KNOT_MS
    assert np.abs(np.diff(motion.ground_speed) / seconds).max() < 2.5
    assert 60 < motion.time[-1] / 60 < 100


def test_a_receiver_hears_as_far_as_its_horizon():
    motion = fly(route(outbound=True, cruise_ft=35_000, east_m=0.0))
    heard = coverage.heard(motion, (coverage.VLADIVOSTOK,))
    away = distance_m(131.9, 43.1, motion.longitude, motion.latitude)
    cruising = motion.altitude > 10_600
    # 10,668 m + 15 m = d·tan 1° + d² / 16,989 km  →  d = 302.8 km
    assert away[heard & cruising].max() == pytest.approx(302.8e3, rel=0.01)
    assert not heard[-1]


def test_the_files_hold_no_more_than_a_megabyte_each(files):
    assert all(file.path.stat().st_size < 1_000_000 for file in files)
    playback = next(f for f in files if f.format == "fr24-playback")
    flight = json.loads(Path(playback.path).read_text())["result"]["response"]["data"]["flight"]
    assert flight["aircraft"]["identification"] == {"modes": None, "registration": "DEMO-4"}
