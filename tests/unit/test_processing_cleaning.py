"""Cleaning: hand-worked cases, and what must hold for any input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracks.processing.cleaning import Dropped, clean
from tracks.processing.fixes import Fixes
from tracks.processing.reach import Limits, Places, neighbours_reachable

# 0.01° of latitude is 1,112 m; in 10 s that is 400 km/h.
STEP = 0.01


def northward(count, start=40.0, dt=10.0, t0=1_000_000.0, lon=130.0):
    return Fixes.of(
        t0 + dt * np.arange(count),
        np.full(count, lon),
        start + STEP * np.arange(count),
        record_index=np.arange(count),
    )


def dropped(report):
    return {reason: sorted(records.tolist()) for reason, records in report.dropped.items()}


def test_a_plausible_track_comes_through_unchanged():
    fixes = northward(20)
    cleaned, report = clean(fixes)
    assert len(cleaned) == report.kept == report.read == 20
    assert not report.dropped
    for name, column in fixes.columns():
        assert np.array_equal(getattr(cleaned, name), column, equal_nan=column.dtype.kind == "f"), name


def test_fixes_without_a_possible_time_or_place_are_dropped_and_counted():
    fixes = northward(6)
    fixes.time[1] = np.nan
    fixes.latitude[2] = 90.01
    fixes.longitude[3] = np.nan
    fixes.time[4] = np.inf
    cleaned, report = clean(fixes)
    assert cleaned.record_index.tolist() == [0, 5]
    assert dropped(report) == {Dropped.INVALID_TIME: [1, 4], Dropped.INVALID_POSITION: [2, 3]}


def test_null_island_is_flagged_but_stays():
    fixes = Fixes.of([0, 600, 1200], [0.01, 0.0, -0.01], [0.0, 0.0, 0.0], record_index=[0, 1, 2])
    cleaned, report = clean(fixes)
    assert len(cleaned) == 3
    assert report.null_island.tolist() == [1]


def test_fixes_out_of_order_are_sorted_and_counted():
    fixes = northward(5)[np.array([0, 3, 1, 2, 4])]
    cleaned, report = clean(fixes)
    assert cleaned.record_index.tolist() == [0, 1, 2, 3, 4]
    assert report.out_of_order.tolist() == [1, 2]


def test_the_same_time_and_place_twice_is_one_fix_and_the_first_stays():
    fixes = northward(4)
    again = fixes[np.array([0, 1, 1, 2, 3])]
    again.record_index = np.arange(5)
    again.ground_speed = np.array([1, 2, 3, 4, 5], "f4")
    cleaned, report = clean(again)
    assert cleaned.ground_speed.tolist() == [1, 2, 4, 5]
    assert dropped(report) == {Dropped.DUPLICATE: [2]}


def test_of_two_fixes_at_one_time_in_two_possible_places_neither_enters_the_path():
    fixes = northward(6)
    fixes.time[3] = fixes.time[2]
    cleaned, report = clean(fixes)
    assert cleaned.record_index.tolist() == [0, 1, 4, 5]
    assert dropped(report) == {Dropped.CONTRADICTORY: [2, 3]}


def test_of_two_fixes_at_one_time_the_only_possible_one_stays():
    fixes = northward(6)
    fixes.time[3] = fixes.time[2]
    fixes.latitude[3] = 10.0
    cleaned, report = clean(fixes)
    assert cleaned.record_index.tolist() == [0, 1, 2, 4, 5]
    assert dropped(report) == {Dropped.IMPLAUSIBLE: [3]}


def test_a_spike_that_neither_neighbour_could_reach_is_dropped_and_no_position_changes():
    fixes = northward(20)
    fixes.latitude[8] += 5.0
    cleaned, report = clean(fixes)
    assert dropped(report) == {Dropped.IMPLAUSIBLE: [8]}
    assert np.array_equal(cleaned.latitude, np.delete(fixes.latitude, 8))


def test_a_wrong_first_fix_does_not_condemn_the_right_ones():
    fixes = northward(20)
    fixes.latitude[0] = -10.0
    cleaned, report = clean(fixes)
    assert dropped(report) == {Dropped.IMPLAUSIBLE: [0]}
    assert len(cleaned) == 19


def test_a_wrong_last_fix_is_dropped():
    fixes = northward(20)
    fixes.longitude[19] = 100.0
    _, report = clean(fixes)
    assert dropped(report) == {Dropped.IMPLAUSIBLE: [19]}


def test_a_short_excursion_is_dropped_whole_though_its_fixes_agree_with_each_other():
    fixes = northward(30)
    fixes.latitude[10:14] += 20.0
    _, report = clean(fixes, reanchor_after=5)
    assert dropped(report) == {Dropped.IMPLAUSIBLE: [10, 11, 12, 13]}


def test_after_enough_fixes_elsewhere_in_a_row_the_track_goes_on_from_there():
    fixes = northward(30)
    fixes.latitude[10:] += 20.0
    cleaned, report = clean(fixes, reanchor_after=5)
    assert len(cleaned) == 30
    assert not report.dropped


def test_alternating_receivers_far_apart_keep_the_longer_chain():
    fixes = northward(40)
    wrong = np.arange(5, 35, 3)
    fixes.longitude[wrong] -= 40.0
    _, report = clean(fixes)
    assert dropped(report) == {Dropped.IMPLAUSIBLE: wrong.tolist()}


@pytest.mark.parametrize(("kmh", "possible"), [(1390, True), (1410, False)])
def test_the_speed_limit_is_the_argument_in_kilometres_an_hour(kmh, possible):
    latitude = 40 + np.arange(10) * (kmh / 3.6 * 60) / 111_195.1
    fixes = Fixes.of(60.0 * np.arange(10), np.full(10, 130.0), latitude)
    assert neighbours_reachable(Places.of(fixes), Limits(1400 / 3.6, noise_m=0, noise_s=0)).all() == possible


def test_crossing_the_antimeridian_is_no_jump():
    fixes = Fixes.of(10.0 * np.arange(20), (179.9 + 0.01 * np.arange(20) + 180) % 360 - 180, np.full(20, 60.0))
    cleaned, report = clean(fixes)
    assert len(cleaned) == 20
    assert not report.dropped


def test_midnight_and_a_leap_day_are_ordinary_moments():
    midnight = np.datetime64("2024-02-29T00:00:00", "s").astype("f8")
    fixes = northward(20, t0=float(midnight) - 100)
    cleaned, report = clean(fixes)
    assert len(cleaned) == 20
    assert report.out_of_order.size == 0


def test_nothing_and_one_fix_are_fine():
    assert len(clean(Fixes.empty())[0]) == 0
    assert len(clean(northward(1))[0]) == 1


def test_estimates_running_straight_on_do_not_outvote_the_fixes_observed_after_a_turn():
    fixes = northward(53)
    fixes.estimated[20:50] = True
    # The tracker went on north at 1,000 km/h; the aircraft turned and was received to the south of it.
    fixes.latitude[20:50] = fixes.latitude[19] + 0.025 * np.arange(1, 31)
    fixes.latitude[50:] = fixes.latitude[19] - 0.01 * np.arange(3)
    cleaned, report = clean(fixes)
    observed = cleaned.record_index[~cleaned.estimated].tolist()
    assert observed == [*range(20), 50, 51, 52]
    (reason,) = report.dropped
    assert reason is Dropped.REFUTED
    refuted = sorted(report.dropped[reason].tolist())
    # n·0.025° away after n·10 s, and (31 − n)·10 s to come back at 1,400 km/h (0.035° in 10 s; 1 s and 500 m of grace).
    assert refuted == [record for record in range(20, 50) if 0.025 * (record - 19) > 0.035 * (50 - record) + 0.008]


def test_an_estimate_at_the_time_of_an_observed_fix_gives_way_to_it():
    fixes = northward(6)[np.array([0, 1, 1, 2, 3, 3, 4, 5])]
    fixes.record_index = np.arange(8)
    fixes.estimated[[1, 4]] = True
    fixes.latitude[4] += 0.001  # beside the observed one; the other is at the same place
    cleaned, report = clean(fixes)
    assert cleaned.record_index.tolist() == [0, 2, 3, 5, 6, 7]
    assert dropped(report) == {Dropped.DUPLICATE: [1], Dropped.REFUTED: [4]}


def test_estimates_alone_are_judged_by_each_other():
    fixes = northward(20)
    fixes.estimated[:] = True
    fixes.latitude[8] += 5.0
    assert dropped(clean(fixes)[1]) == {Dropped.IMPLAUSIBLE: [8]}


@pytest.mark.parametrize("mark", ["break_before", "leg_start"])
@pytest.mark.parametrize("spoil", ["time", "place", "spike", "contradiction", "twin"])
def test_the_mark_of_a_dropped_fix_is_inherited_by_the_next_one_kept(spoil, mark):
    fixes = northward(20)
    getattr(fixes, mark)[8] = True
    match spoil:
        case "time":
            fixes.time[8] = np.nan
        case "place":
            fixes.longitude[8] = np.nan
        case "spike":
            fixes.latitude[8] += 5.0
        case "contradiction":
            fixes.time[8] = fixes.time[9]
        case "twin":
            fixes.time[8], fixes.latitude[8] = fixes.time[7], fixes.latitude[7]
    cleaned, _ = clean(fixes)
    expected = 10 if spoil == "contradiction" else 9
    assert 8 not in cleaned.record_index
    assert cleaned.record_index[getattr(cleaned, mark)].tolist() == [expected]


def test_a_mark_stays_with_its_fix_when_fixes_are_sorted():
    fixes = northward(9)
    fixes.break_before[4] = True
    cleaned, _ = clean(fixes[np.array([8, 4, 1, 0, 2, 3, 7, 6, 5])])
    assert cleaned.record_index[cleaned.break_before].tolist() == [4]


COORDINATE = st.floats(-200, 200) | st.just(float("nan"))


@given(st.lists(st.tuples(st.integers(0, 40).map(float) | st.just(float("nan")), COORDINATE, COORDINATE), max_size=60))
def test_for_any_input_times_increase_strictly_and_every_fix_is_accounted_for(rows):
    columns = np.array(rows, dtype="f8").reshape(-1, 3)
    fixes = Fixes.of(columns[:, 0], columns[:, 1], columns[:, 2], record_index=np.arange(len(rows)))
    cleaned, report = clean(fixes)
    assert (np.diff(cleaned.time) > 0).all()
    lost = [r for records in report.dropped.values() for r in records.tolist()]
    assert sorted([*cleaned.record_index.tolist(), *lost]) == list(range(len(rows)))
    for position, record in enumerate(cleaned.record_index.tolist()):
        assert (cleaned.time[position], cleaned.longitude[position], cleaned.latitude[position]) == rows[record]


@given(st.permutations(range(12)))
def test_the_order_in_the_file_does_not_change_what_is_kept(order):
    fixes = northward(12)
    fixes.latitude[5] += 9.0
    expected, _ = clean(fixes)
    cleaned, _ = clean(fixes[np.array(order)])
    assert cleaned.record_index.tolist() == expected.record_index.tolist()


@given(
    st.lists(
        st.tuples(st.integers(0, 60).map(float), st.floats(30, 45), st.booleans(), st.booleans()),
        min_size=1,
        max_size=40,
    )
)
def test_estimates_never_change_which_observed_fixes_are_kept_nor_lose_a_mark(rows):
    time, latitude, estimated, marks = (np.array(column) for column in zip(*rows, strict=True))
    fixes = Fixes.of(
        60.0 * time,
        np.full(len(rows), 130.0),
        latitude,
        estimated=estimated,
        break_before=marks,
        record_index=np.arange(len(rows)),
    )
    cleaned, _ = clean(fixes)
    alone, _ = clean(fixes[~estimated])
    assert cleaned.record_index[~cleaned.estimated].tolist() == alone.record_index.tolist()
    assert (np.diff(cleaned.time) > 0).all()
    # The mark of a dropped fix is at the next one kept: a fix of the same time may stand before or after it.
    for marked in fixes.time[marks & ~np.isin(fixes.record_index, cleaned.record_index)].tolist():
        later = cleaned.break_before[cleaned.time > marked][:1]
        assert not later.size or later[0] or cleaned.break_before[cleaned.time == marked].any()


def two_a_second(resolution, apart=0.0004, count=40):
    """A logger with two fixes a second, 0.0004° (44 m, 172 kt) apart."""
    return Fixes.of(
        1_000_000.0 + np.arange(count) // 2,
        np.full(count, 130.0),
        40.0 + apart * np.arange(count),
        time_resolution=resolution,
        record_index=np.arange(count),
    )


def test_two_fixes_a_second_stamped_in_whole_seconds_are_no_contradiction_and_the_first_stays():
    cleaned, report = clean(two_a_second(1.0))
    assert cleaned.record_index.tolist() == list(range(0, 40, 2))
    assert dropped(report) == {Dropped.SAME_MOMENT: list(range(1, 40, 2))}


@pytest.mark.parametrize("resolution", [np.nan, 0.001, 0.1])
def test_with_times_written_more_exactly_or_not_known_how_exactly_they_are_one(resolution):
    cleaned, report = clean(two_a_second(resolution))
    assert not len(cleaned)
    assert dropped(report) == {Dropped.CONTRADICTORY: list(range(40))}


def test_farther_apart_than_anything_flies_within_a_second_they_are_one_too():
    # 0.0035° is 389.2 m; 1,400 km/h is 388.9 m in a second.
    assert not len(clean(two_a_second(1.0, apart=0.0035))[0])
    assert len(clean(two_a_second(1.0, apart=0.0034))[0])


def test_a_wrong_position_of_the_same_second_does_not_condemn_the_right_ones():
    fixes = two_a_second(1.0)
    fixes.latitude[21] += 20.0
    cleaned, report = clean(fixes)
    assert 20 in cleaned.record_index
    assert dropped(report)[Dropped.IMPLAUSIBLE] == [21]


def test_a_track_faster_than_the_limit_throughout_keeps_every_fix_alone_as_nothing_tells_which_are_wrong():
    fixes = northward(30, dt=1.0)  # 4,000 km/h
    cleaned, report = clean(fixes, position_noise_m=0.0, clock_noise_s=0.0)
    assert cleaned.record_index.tolist() == list(range(30))
    assert not report.dropped


def test_a_long_zigzag_between_many_places_gives_none_of_them_preference():
    lon = np.array([10.0, 60.0, 110.0])[np.arange(60) % 3] + np.where(np.arange(60) % 3 == 0, 0.0, np.arange(60))
    fixes = Fixes.of(np.arange(60) * 10.0, lon, np.full(60, 50.0), record_index=np.arange(60))
    cleaned, _ = clean(fixes)
    assert set(cleaned.longitude.tolist()) == {10.0}  # the only place whose fixes agree with each other


@pytest.mark.parametrize("silence", [60.0, 600.0, 7_200.0, 86_400.0])
@pytest.mark.parametrize("wrong", [19, 20])
def test_one_wrong_fix_right_before_or_after_a_silence_is_dropped_though_it_was_in_reach_across_it(silence, wrong):
    fixes = northward(40)
    fixes.time[20:] += silence
    fixes.latitude[wrong] += 0.19  # 21 km: too far for 10 s, not for a minute
    cleaned, report = clean(fixes)
    assert dropped(report) == {Dropped.IMPLAUSIBLE: [wrong]}
    assert len(cleaned) == 39


def test_rare_fixes_are_judged_by_those_across_the_silences_between_them():
    fixes = northward(12, dt=120.0)
    fixes.latitude[5] += 3.0
    assert dropped(clean(fixes)[1]) == {Dropped.IMPLAUSIBLE: [5]}


def test_few_fixes_after_a_silence_are_not_dropped_for_disagreeing_with_as_few():
    fixes = northward(24)
    fixes.time[20:] += 3_600.0
    fixes.latitude[22:] += 1.0
    cleaned, _ = clean(fixes)
    assert {20, 21} <= set(cleaned.record_index.tolist())
