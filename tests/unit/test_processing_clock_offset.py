"""The difference of two trackers' clocks, against flights whose difference is known because we set it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracks.processing.clock_offset import comes_near, compare
from tracks.processing.fixes import Fixes

T0 = 1_700_000_000.0


def flown(
    times: np.ndarray,
    *,
    clock_s: float = 0.0,
    noise_m: float = 0.0,
    seed: int = 0,
    speed_ms: float = 230.0,
    **columns: object,
) -> Fixes:
    """Fixes at true times (s from the start) of a flight that turns slowly: north-east, then east, then south-east."""
    course = np.radians(45 + 0.02 * times)
    rate = math.radians(0.02)
    # Integrated by hand: a circle of speed / rate about a point to the right.
    east = speed_ms / rate * (np.cos(math.radians(45)) - np.cos(course))
    north = speed_ms / rate * (np.sin(course) - np.sin(math.radians(45)))
    noise = np.random.default_rng(seed)
    latitude = 43.0 + (north + noise.normal(0, noise_m or 1e-9, times.size)) / 111_195.0
    longitude = 132.0 + (east + noise.normal(0, noise_m or 1e-9, times.size)) / 111_195.0 / np.cos(np.radians(43.0))
    return Fixes.of(T0 + times + clock_s, longitude, latitude, **columns)  # type: ignore[arg-type]


@pytest.mark.parametrize("clock_s", [0.0, 2.0, -7.3, 38.5, -111.0])
def test_the_difference_of_two_clocks_is_found(clock_s: float) -> None:
    first = flown(np.arange(0, 3600, 4.0), noise_m=20, seed=1)
    other = flown(np.arange(300, 3000, 7.0), clock_s=clock_s, noise_m=20, seed=2)
    found = compare(first, other)
    assert found is not None
    assert found.offset_s == pytest.approx(clock_s, abs=0.1)
    assert found.doubt_s is not None
    assert found.doubt_s < 0.05
    # At 230 m/s, so far apart as stated; aligned, only the noise of two receivers (20 m each, in two directions).
    assert found.distance_m == pytest.approx(abs(clock_s) * 230, rel=0.03, abs=60)
    assert found.aligned_m is not None
    assert found.aligned_m < 60


@settings(max_examples=30, deadline=None)
@given(clock_s=st.floats(-100, 100), step=st.floats(2.0, 60.0), seed=st.integers(0, 1000))
def test_whatever_the_trackers_intervals(clock_s: float, step: float, seed: int) -> None:
    first = flown(np.arange(0, 7200, step), noise_m=30, seed=seed)
    other = flown(np.arange(200, 7000, 11.0), clock_s=clock_s, noise_m=30, seed=seed + 1)
    found = compare(first, other)
    assert found is not None
    assert found.offset_s is not None
    assert abs(found.offset_s - clock_s) <= max(6 * (found.doubt_s or 0), 0.1)


def test_a_few_wrong_positions_change_nothing() -> None:
    first = flown(np.arange(0, 3600, 4.0))
    other = flown(np.arange(300, 3000, 7.0), clock_s=5.0)
    other.latitude[::5] += 3.0
    found = compare(first, other)
    assert found is not None
    assert found.offset_s == pytest.approx(5.0, abs=0.1)


def test_an_aircraft_that_stands_says_nothing_about_clocks() -> None:
    times = np.arange(0, 3600, 5.0)
    first, other = (Fixes.of(T0 + times + late, np.full(720, 132.0), np.full(720, 43.0)) for late in (0.0, 2.0))
    found = compare(first, other)
    assert found is not None
    assert found.offset_s is None
    assert found.distance_m == found.apart_m == pytest.approx(0.0, abs=1.0)


def test_a_handful_of_fixes_says_how_far_apart_but_not_whose_clock_is_wrong() -> None:
    found = compare(flown(np.arange(0, 3600, 4.0)), flown(np.arange(300, 340, 10.0), clock_s=4.0))
    assert found is not None
    assert (found.fixes, found.offset_s) == (4, None)
    assert found.distance_m == pytest.approx(920, rel=0.03)


def test_two_aircraft_far_apart_are_far_apart_whatever_their_clocks() -> None:
    other = flown(np.arange(300, 3000, 7.0))
    other.latitude += 2.0
    found = compare(flown(np.arange(0, 3600, 4.0)), other)
    assert found is not None
    assert found.offset_s is None
    assert found.apart_m == pytest.approx(222_390, rel=0.05)


def test_nothing_is_compared_across_gaps_or_with_guesses() -> None:
    first = flown(np.concatenate([np.arange(0, 600, 4.0), np.arange(3000, 3600, 4.0)]))
    assert compare(first, flown(np.arange(800, 2800, 7.0))) is None
    guessed = flown(np.arange(0, 600, 4.0), estimated=True)
    assert compare(first, guessed) is None
    assert compare(guessed, first) is None
    assert compare(first, Fixes.of([], [], [])) is None


def test_the_antimeridian_is_no_distance() -> None:
    first, other = flown(np.arange(0, 3600, 4.0)), flown(np.arange(300, 3000, 7.0), clock_s=3.0)
    for fixes in (first, other):
        fixes.longitude[:] = np.remainder(fixes.longitude + 50.0 - 2.0 + 180.0, 360.0) - 180.0
    assert first.longitude.min() < -179
    found = compare(first, other)
    assert found is not None
    assert found.offset_s == pytest.approx(3.0, abs=0.1)


# Whether it is worth while to compare


@given(
    clock_s=st.floats(-119, 119),
    noise_m=st.floats(0, 400),
    step_s=st.sampled_from([1.0, 7.0, 60.0, 118.0]),
    start_s=st.floats(-3000, 3000),
    seed=st.integers(0, 99),
    east_deg=st.sampled_from([0.0, 48.0, 47.95, -132.0]),  # onto the date line, too
)
@settings(max_examples=60, deadline=None)
def test_paths_that_are_found_to_be_one_come_near(
    clock_s: float, noise_m: float, step_s: float, start_s: float, seed: int, east_deg: float
) -> None:
    first = flown(np.arange(0, 3600, 4.0), seed=seed)
    other = flown(np.arange(start_s, start_s + 2400, step_s), clock_s=clock_s, noise_m=noise_m, seed=seed + 1)
    for fixes in (first, other):
        fixes.longitude[:] = (fixes.longitude + east_deg + 180) % 360 - 180
    found = compare(first, other)
    if found is not None and found.offset_s is not None and found.apart_m < 500:
        assert comes_near(first, other)
        assert comes_near(other, first)


@pytest.mark.parametrize("clock_s", [0.0, 119.0, -119.0])
def test_a_second_tracker_comes_near_whatever_its_clock_says(clock_s: float) -> None:
    assert comes_near(flown(np.arange(0, 3600, 4.0)), flown(np.arange(300, 3000, 7.0), clock_s=clock_s))


def test_one_that_follows_ten_minutes_behind_on_the_same_way_does_not_come_near() -> None:
    first = flown(np.arange(0, 3600, 4.0))
    assert not comes_near(first, flown(np.arange(0, 3600, 4.0), clock_s=600.0))
    assert not comes_near(first, flown(np.arange(0, 3600, 4.0), clock_s=86_400.0))


def test_nothing_comes_near_to_what_a_tracker_only_estimated() -> None:
    first, estimated = flown(np.arange(0, 600, 4.0)), flown(np.arange(0, 600, 4.0), estimated=True)
    assert comes_near(first, first)
    assert not comes_near(first, estimated)
    assert not comes_near(estimated, first)
    assert not comes_near(Fixes.empty(), first)
