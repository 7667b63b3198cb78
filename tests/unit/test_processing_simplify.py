"""Simplification keeps every place at its time."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.format_samples import fixes_of, read_file, sample
from tracks.processing.fixes import Fixes
from tracks.processing.geodesy import distance_m, unwrapped
from tracks.processing.simplify import simplify


def worst_error(fixes, kept):
    """How far positions interpolated in time between kept fixes are from the fixes, at most, in metres."""
    lon = np.interp(fixes.time, fixes.time[kept], unwrapped(fixes.longitude)[kept])
    lat = np.interp(fixes.time, fixes.time[kept], fixes.latitude[kept])
    return float(distance_m(lon, lat, fixes.longitude, fixes.latitude).max())


def test_even_straight_movement_needs_only_its_ends():
    fixes = Fixes.of(np.arange(1000.0), np.full(1000, 130.0), 40 + 0.001 * np.arange(1000))
    assert simplify(fixes, 10.0).tolist() == [0, 999]


def test_a_wait_on_a_straight_line_is_kept_though_the_shape_does_not_need_it():
    moved = np.concatenate([np.arange(50), np.full(100, 50), np.arange(50, 100)])
    fixes = Fixes.of(np.arange(200.0), np.full(200, 130.0), 40 + 0.001 * moved)
    kept = simplify(fixes, 20.0)
    assert 2 < kept.size < 10
    assert worst_error(fixes, kept) <= 20.0


@given(st.integers(1, 400), st.sampled_from([5.0, 50.0, 500.0]), st.integers(0, 2**32 - 1))
def test_no_position_is_off_by_more_than_the_tolerance_at_its_time(count, tolerance, seed):
    rng = np.random.default_rng(seed)
    lon = (179.0 + np.cumsum(rng.normal(0.002, 0.004, count)) + 180) % 360 - 180
    fixes = Fixes.of(np.cumsum(rng.uniform(0.5, 20, count)), lon, 45 + np.cumsum(rng.normal(0, 0.003, count)))
    kept = simplify(fixes, tolerance)
    assert kept[0] == 0
    assert kept[-1] == count - 1
    assert (np.diff(kept) > 0).all()
    assert worst_error(fixes, kept) <= tolerance * 1.05 + 1


def test_a_recorded_flight_shrinks_and_stays_within_the_tolerance():
    fixes = fixes_of(read_file(sample("readsb/trace_full_ac671b.json"))[0])[1810:2280]
    kept = simplify(fixes, 200.0)
    assert kept.size < len(fixes) / 3
    assert worst_error(fixes, kept) <= 215.0


@given(st.integers(3, 200), st.floats(-30, 85), st.floats(-180, 180), st.floats(-1.0, 1.0), st.integers(0, 2**32 - 1))
def test_nor_on_long_ways_towards_the_poles(count, start, lon, rate, seed):
    rng = np.random.default_rng(seed)
    lat = start + (89.0 - start) * np.sort(rng.random(count))
    fixes = Fixes.of(np.arange(count) * 60.0, (lon + rate * np.arange(count) + 540) % 360 - 180, lat)
    kept = simplify(fixes, 1000.0)
    assert worst_error(fixes, kept) <= 1000.0 * 1.05 + 1
