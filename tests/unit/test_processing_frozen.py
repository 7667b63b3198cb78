"""Old positions told again are no fixes; standing still is not old."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.flights import Flight
from tracks.processing.cleaning import Dropped, clean
from tracks.processing.fixes import Fixes, OnGround
from tracks.processing.frozen import frozen
from tracks.processing.pipeline import process
from tracks.processing.thresholds import ProcessingSettings


def repeated(times, *, speed=np.nan, ground=OnGround.NO, lat=48.9963, lon=2.6286, **columns):
    """A position on the way there, one that is told again and again, as OpenSky does after the last reception."""
    count = len(times)
    return Fixes.of(
        [times[0] - 10.0, *times],
        [lon + 0.01, *[lon] * count],
        np.array([lat, *[lat] * count]),
        ground_speed=speed,
        on_ground=ground,
        record_index=np.arange(count + 1),
        **columns,
    )


def test_an_approach_told_for_four_minutes_over_the_threshold_is_one_fix():
    # 162 kt are 83 m/s: after 240 s it would be 20 km on.
    fixes = repeated(np.arange(0.0, 241.0), speed=162.0)
    kept, report = clean(fixes)
    assert kept.record_index.tolist() == [0, 1]
    assert report.dropped[Dropped.FROZEN].tolist() == list(range(2, 242))


def test_a_place_told_again_before_the_aircraft_can_have_left_it_is_no_sign_of_anything():
    # 162 kt for 5 s are 417 m, for 7 s 583 m.
    assert not frozen(repeated(np.arange(0.0, 6.0), speed=162.0)).any()
    assert frozen(repeated(np.arange(0.0, 8.0), speed=162.0)).sum() == 7


def test_a_parked_and_a_taxiing_aircraft_are_not_frozen():
    assert not frozen(repeated(np.arange(0.0, 3600.0, 10.0), speed=0.0, ground=OnGround.YES)).any()
    assert not frozen(repeated(np.arange(0.0, 3600.0, 10.0), speed=12.0, ground=OnGround.UNKNOWN)).any()


def test_one_slow_fix_among_them_shows_that_it_stood_there():
    fixes = repeated(np.arange(0.0, 200.0, 10.0), speed=120.0)
    fixes.ground_speed[12] = 3.0
    assert not frozen(fixes).any()


def test_without_speeds_it_is_frozen_only_where_the_file_says_that_it_flies():
    assert frozen(repeated([0.0, 30.0, 60.0])).tolist() == [False, False, True, True]
    assert not frozen(repeated([0.0, 30.0, 59.0])).any()
    assert not frozen(repeated([0.0, 30.0, 60.0], ground=OnGround.UNKNOWN)).any()
    assert not frozen(repeated([0.0, 300.0, 900.0], ground=OnGround.YES)).any()


def test_in_a_file_of_two_decimals_the_same_place_for_a_while_is_ordinary():
    # A hundredth of a degree is 1.1 km, at 162 kt 13 s.
    time = np.arange(0.0, 600.0, 4.0)
    exact = 48.0 + time * 83.3 / 111_195.0
    fixes = Fixes.of(time, np.full(time.size, 2.0), np.round(exact, 2), ground_speed=162.0)
    assert not frozen(fixes).any()


def test_what_the_tracker_estimated_is_judged_elsewhere():
    fixes = repeated(np.arange(0.0, 200.0, 10.0), speed=400.0, estimated=True)
    assert not frozen(fixes).any()


def test_two_frozen_places_one_after_another_leave_one_fix_each():
    time = np.arange(0.0, 120.0, 10.0)
    lat = np.where(time < 60.0, 48.0, 48.05)
    fixes = Fixes.of(time, np.full(time.size, 2.0), lat, ground_speed=250.0)
    assert np.flatnonzero(~frozen(fixes)).tolist() == [0, 6]


def test_a_landing_lost_over_the_threshold_is_lost_there():
    flight = Flight(lat=44.2)
    flight.altitude = 3000.0
    fixes = flight.fly(900, 160, 60.0).fixes()
    told_again = Fixes.concatenate([fixes, fixes[np.full(30, len(fixes) - 1)]])
    told_again.time[-30:] += np.arange(10.0, 310.0, 10.0)
    told_again.record_index = np.arange(len(told_again))
    (leg,) = process(told_again).legs
    assert leg.interval[1] == fixes.time[-1]
    settings = ProcessingSettings(frozen_m=1e9)
    assert process(told_again, settings).legs[0].interval[1] == fixes.time[-1] + 300.0


@given(
    st.lists(
        st.tuples(
            st.integers(0, 40), st.sampled_from([48.0, 48.0, 48.01]), st.sampled_from([np.nan, 0.0, 80.0, 400.0]),
            st.sampled_from([-1, 0, 1]), st.booleans(),
        ),
        max_size=30,
    )
)  # fmt: skip
def test_only_repetitions_are_ever_frozen_and_a_place_is_told_at_least_once(rows):
    table = np.array(rows, dtype="f8").reshape(-1, 5)
    fixes = Fixes.of(
        np.cumsum(table[:, 0] + 1.0), np.full(len(rows), 2.0), table[:, 1],
        ground_speed=table[:, 2], on_ground=table[:, 3], estimated=table[:, 4],
    )  # fmt: skip
    found = frozen(fixes)
    assert found.shape == (len(rows),)
    for position in np.flatnonzero(found).tolist():
        assert position > 0
        assert fixes.latitude[position] == fixes.latitude[position - 1]
        assert not fixes.estimated[position]
        assert not fixes.estimated[position - 1]
    kept, _ = clean(fixes)
    assert set(fixes.latitude.tolist()) == set(kept.latitude.tolist())
