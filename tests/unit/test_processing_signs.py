"""Signs of forged positions: far and back, and several aircraft at one spot."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.flights import Flight
from tracks.processing.cleaning import clean
from tracks.processing.fixes import Fixes
from tracks.processing.reach import Limits, Places
from tracks.processing.signs import find_jumps

LIMITS = Limits(1400.0 / 3.6, 500.0, 1.0)


def cruise(minutes=60):
    flight = Flight(lat=40.0, lon=33.0)
    flight.altitude = 10_000.0
    return flight.fly(minutes * 60, 450).fixes()


def moved(fixes, first, last, lat, lon):
    """Positions first…last−1 put at another place."""
    fixes.latitude[first:last] = lat + np.arange(last - first) * 1e-3
    fixes.longitude[first:last] = lon
    return fixes


def test_an_ordinary_flight_jumps_nowhere():
    assert find_jumps(Places.of(cruise()), LIMITS) == []


def test_a_quarter_of_an_hour_at_a_far_airport_is_a_jump_there_and_back():
    fixes = moved(cruise(), 100, 190, 33.82, 35.49)
    (jump,) = clean(fixes)[1].jumps
    assert (jump.first_record, jump.last_record, jump.count, jump.came_back) == (100, 189, 90, True)
    assert (jump.longitude, jump.latitude) == (35.49, 33.82)
    # From 38.7° N 33° E, by the haversine formula worked by hand: 586 km.
    at = fixes.latitude[99]
    a = np.sin(np.radians(33.82 - at) / 2) ** 2
    a += np.cos(np.radians(at)) * np.cos(np.radians(33.82)) * np.sin(np.radians(2.49) / 2) ** 2
    assert jump.distance_m == pytest.approx(2 * 6_371_008.8 * np.arcsin(np.sqrt(a)))
    assert (jump.start, jump.end) == (fixes.time[100], fixes.time[189])


def test_a_single_wrong_position_is_an_error_and_no_sign():
    assert find_jumps(Places.of(moved(cruise(), 100, 101, 33.82, 35.49)), LIMITS) == []


def test_a_jump_of_some_kilometres_is_bad_reception():
    fixes = cruise()
    fixes.longitude[100:120] += 0.2  # 17 km
    assert find_jumps(Places.of(fixes), LIMITS) == []
    assert len(find_jumps(Places.of(fixes), LIMITS, far_m=10_000.0)) == 1


def test_a_track_that_ends_at_the_far_place_jumped_and_did_not_come_back():
    fixes = cruise()
    (jump,) = find_jumps(Places.of(moved(fixes, 300, len(fixes), 33.82, 35.49)), LIMITS)
    assert (jump.came_back, jump.first_record, jump.count) == (False, 300, len(fixes) - 300)


def test_a_long_silence_makes_a_far_place_reachable():
    flight = Flight(lat=40.0)
    flight.altitude = 10_000.0
    fixes = flight.fly(600, 450).fly(3600, 450, seen=False).fly(600, 450).fixes()
    assert find_jumps(Places.of(fixes), LIMITS) == []


def test_several_places_one_after_another_are_one_time_away():
    fixes = moved(moved(cruise(), 100, 130, 33.82, 35.49), 130, 160, 30.1, 31.4)
    (jump,) = find_jumps(Places.of(fixes), LIMITS)
    assert (jump.first_record, jump.last_record) == (100, 159)


def test_crossing_the_antimeridian_and_passing_the_pole_are_no_jumps():
    time = np.arange(0.0, 3600.0, 10.0)
    east = Fixes.of(time, (179.0 + time / 1000.0 + 180.0) % 360.0 - 180.0, np.full(time.size, 60.0))
    assert find_jumps(Places.of(east), LIMITS) == []
    latitude = 89.0 + time / 2000.0
    over = latitude > 90.0
    pole = Fixes.of(time, np.where(over, -150.0, 30.0), np.where(over, 180.0 - latitude, latitude))
    assert find_jumps(Places.of(pole), LIMITS) == []


@given(st.lists(st.tuples(st.integers(1, 600), st.integers(-3, 3), st.integers(-3, 3)), max_size=40))
def test_jumps_are_in_order_apart_and_as_far_as_asked(rows):
    table = np.array(rows, dtype="f8").reshape(-1, 3)
    fixes = Fixes.of(np.cumsum(table[:, 0]), table[:, 1] * 0.5, table[:, 2] * 0.5, record_index=np.arange(len(rows)))
    last = 0
    for jump in find_jumps(Places.of(fixes), LIMITS):
        assert jump.first_record > last
        last = jump.last_record
        assert jump.count == jump.last_record - jump.first_record + 1 >= 2
        assert jump.distance_m >= 20_000.0


@pytest.mark.parametrize("seconds", [30.0, 3600.0])
def test_a_clock_that_is_set_back_in_flight_is_told_and_time_still_increases(seconds):
    fixes = cruise()
    fixes.time[200:] -= seconds
    kept, report = clean(fixes)
    (step,) = report.clock_steps
    assert (step.record, step.seconds) == (200, seconds - 10.0)  # a fix every ten seconds
    assert (np.diff(kept.time) > 0).all()
    # Nothing of the first part but its last moments is given up for the second.
    assert set(range(190)) <= set(kept.record_index.tolist())


def test_a_file_out_of_order_has_no_clock_that_steps():
    fixes = cruise()
    shuffled = fixes[np.random.default_rng(1).permutation(len(fixes))]
    assert clean(shuffled)[1].clock_steps == []
    halves = np.concatenate([np.arange(200, len(fixes)), np.arange(200)])
    assert clean(fixes[halves])[1].clock_steps == []


def test_one_wrong_first_position_is_an_error_and_no_jump_of_all_that_follow():
    fixes = moved(cruise(), 0, 1, 60.0, 60.0)
    assert clean(fixes)[1].jumps == []
    (jump,) = clean(moved(cruise(), 0, 2, 60.0, 60.0))[1].jumps
    assert not jump.came_back
