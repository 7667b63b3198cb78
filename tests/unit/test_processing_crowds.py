"""Crowds of aircraft at one spot: found, told apart, and found as soon where they are many."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tracks.processing import crowds as crowds_module
from tracks.processing.crowds import find_crowds
from tracks.processing.geodesy import distance_m


def test_three_aircraft_at_one_spot_at_one_time_are_a_crowd():
    (crowd,) = find_crowds(
        [1, 2, 3, 4, 1],
        [0.0, 60.0, 120.0, 0.0, 90_000.0],
        [35.49, 35.50, 35.49, 10.0, 35.49],
        [33.82, 33.82, 33.83, 50.0, 33.82],
    )
    assert (crowd.members, crowd.aircraft) == ((0, 1, 2), 3)
    assert (crowd.start, crowd.end) == (0.0, 120.0)


def test_one_aircraft_three_times_at_one_spot_is_no_crowd():
    assert find_crowds([7, 7, 7], [0.0, 1.0, 2.0], [1.0] * 3, [1.0] * 3) == []
    assert find_crowds([], [], [], []) == []


def test_a_crowd_across_the_antimeridian_is_one():
    (crowd,) = find_crowds([1, 2, 3], [0.0] * 3, [179.99, -179.99, 180.0], [10.0] * 3)
    assert crowd.members == (0, 1, 2)


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 5000), st.integers(-2, 2), st.integers(-2, 2)), max_size=25
    )
)  # fmt: skip
def test_every_crowd_has_enough_aircraft_and_nobody_is_in_two(rows):
    table = np.array(rows, dtype="f8").reshape(-1, 4)
    who = table[:, 0].astype("i8")
    crowds = find_crowds(who, table[:, 1], table[:, 2] * 0.03, table[:, 3] * 0.03)
    members = [m for crowd in crowds for m in crowd.members]
    assert len(members) == len(set(members))
    for crowd in crowds:
        assert len({int(who[m]) for m in crowd.members}) == crowd.aircraft >= 3
        times = table[list(crowd.members), 1]
        assert times.max() - times.min() <= 3600.0


def by_hand(who, when, lon, lat, spot_m, spot_s):
    """How many different aircraft are about each position, each compared with every other."""
    near = (np.abs(when[:, None] - when) <= spot_s) & (distance_m(lon[:, None], lat[:, None], lon, lat) <= spot_m)
    return [len(set(who[row].tolist())) for row in near]


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(-9, 9), st.integers(0, 400), st.integers(0, 400)), max_size=16),
    st.sampled_from([(0.0, 0.0), (179.9, -50.0), (20.0, 89.9), (0.0, -90.0)]),
    st.sampled_from([(5_000.0, 1_800.0), (300.0, 1.0), (2e7, 1e6)]),
)
def test_the_first_crowd_is_the_largest_there_is_anywhere_on_the_globe(rows, corner, spot):
    table = np.array(rows, dtype="f8").reshape(-1, 4)
    who, when = table[:, 0].astype("i8"), table[:, 1] * 600.0
    lon = (corner[0] + table[:, 2] * 0.01 + 180.0) % 360.0 - 180.0
    lat = np.clip(corner[1] + table[:, 3] * 0.001, -90.0, 90.0)
    counts = by_hand(who, when, lon, lat, *spot)
    found = find_crowds(who, when, lon, lat, spot_m=spot[0], spot_s=spot[1])
    largest = max(counts, default=0)
    assert [crowd.aircraft for crowd in found[:1]] == ([largest] if largest >= 3 else [])


def test_thousands_at_one_spot_are_not_each_compared_with_all(monkeypatch):
    compared = 0

    def counted(lon1, lat1, lon2, lat2):
        nonlocal compared
        compared += np.size(lon2)
        return distance_m(lon1, lat1, lon2, lat2)

    monkeypatch.setattr(crowds_module, "distance_m", counted)
    rng = np.random.default_rng(5)
    for spread in (1e-6, 1.0):
        compared, n = 0, 20_000
        found = find_crowds(
            np.arange(n), rng.uniform(0, 1_700, n), 25.0 + rng.normal(0, spread, n), 60.0 + rng.normal(0, spread, n)
        )
        assert sum(len(crowd.members) for crowd in found) > 0.9 * n
        assert compared < 600 * n


@given(st.floats(0, 6.28), st.floats(-70, 70), st.floats(-170, 170))
def test_one_aircraft_that_jumps_often_hides_no_crowd_beside_it(angle, lat, lon):
    there = lon + 6_000 / 111_000 * np.cos(angle) / np.cos(np.radians(lat)), lat + 6_000 / 111_000 * np.sin(angle)
    lons, lats = [lon] * 20 + [there[0]] * 3, [lat] * 20 + [there[1]] * 3
    (crowd,) = find_crowds([0] * 20 + [1, 2, 3], np.arange(23.0), lons, lats)
    assert crowd.members == (20, 21, 22)
