"""Stretches and gaps: what may be joined by a line, and what was not seen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.flights import Flight
from tracks.processing.fixes import Fixes, OnGround, PositionSource
from tracks.processing.gaps import Evidence, GapKind, find_gaps, gap_threshold_s
from tracks.processing.pipeline import process
from tracks.processing.thresholds import ProcessingSettings


def at_times(times, **columns):
    """Fixes in the air moving north at about 400 kt."""
    times = np.asarray(times, dtype="f8")
    return Fixes.of(times, np.full(times.shape, 130.0), 40 + times * 400 / 3600 / 60, on_ground=OnGround.NO, **columns)


def seen(fixes, **arguments):
    return find_gaps(fixes, departure_seen=True, arrival_seen=True, **arguments)


def test_a_track_without_interruption_is_one_stretch_and_no_gap():
    stretches, gaps = seen(at_times(np.arange(0, 600, 5)))
    assert [(s.start, s.stop, s.evidence) for s in stretches] == [(0, 120, Evidence.OBSERVED)]
    assert gaps == []


def test_an_interior_gap_tells_its_duration_distance_and_speed():
    times = np.concatenate([np.arange(0, 300, 5), np.arange(2100, 2400, 5)])
    stretches, gaps = seen(at_times(times))
    assert [(s.start, s.stop) for s in stretches] == [(0, 60), (60, 120)]
    (gap,) = gaps
    assert (gap.kind, gap.start, gap.end, gap.before, gap.after) == (GapKind.INTERIOR, 295.0, 2100.0, 59, 60)
    assert gap.duration_s == 1805.0
    # 1,805 s at 400 kt are 200.56 arc minutes of latitude at 41.6–45°; a minute there is 1,851.2 m on WGS84.
    assert gap.distance_m == pytest.approx(200.556 * 1851.2, rel=1e-3)
    assert gap.implied_speed_kt == pytest.approx(400, rel=2e-3)


@pytest.mark.parametrize(
    ("every", "silence", "is_gap"), [(5, 55, False), (5, 65, True), (60, 200, False), (60, 300, True)]
)
def test_the_source_s_own_interval_decides_what_is_a_gap(every, silence, is_gap):
    first = np.arange(0, 1200, every)
    _, gaps = seen(at_times(np.concatenate([first, first[-1] + silence + np.arange(0, 600, every)])))
    assert bool(gaps) is is_gap


def test_satellite_reports_every_fourteen_minutes_are_joined_while_adsb_keeps_its_own_measure():
    dense, sparse = np.arange(0, 600, 5), 600 + 840 * np.arange(1, 8)
    fixes = at_times(np.concatenate([dense, sparse]))
    fixes.source = np.where(fixes.time < 600, PositionSource.ADSB, PositionSource.ADSC).astype("u1")
    thresholds = gap_threshold_s(fixes)
    assert thresholds[10] == 60
    assert thresholds[-1] == 4 * 840
    assert seen(fixes)[1] == []


def test_a_leg_not_seen_from_or_to_the_ground_has_open_gaps():
    fixes = at_times(np.arange(0, 100, 5))
    _, gaps = find_gaps(fixes, departure_seen=False, arrival_seen=False)
    leading, trailing = gaps
    assert (leading.kind, leading.start, leading.end) == (GapKind.LEADING, None, 0.0)
    assert (trailing.kind, trailing.start, trailing.end) == (GapKind.TRAILING, 95.0, None)
    assert leading.duration_s is None
    assert trailing.implied_speed_kt is None


def test_a_lone_fix_is_a_stretch_of_one():
    stretches, _ = seen(at_times([0, 5, 10, 4000, 8000, 8005]))
    assert [len(s) for s in stretches] == [3, 1, 2]
    assert [len(s) for s in find_gaps(at_times([7]), departure_seen=False, arrival_seen=False)[0]] == [1]


def test_estimated_fixes_are_stretches_of_their_own_class():
    estimated = np.zeros(12, dtype=bool)
    estimated[[0, 5, 6]] = True
    stretches, gaps = seen(at_times(np.arange(0, 60, 5), estimated=estimated))
    assert [(s.start, s.stop, s.evidence.value) for s in stretches] == [
        (0, 1, "estimated"),
        (1, 5, "observed"),
        (5, 7, "estimated"),
        (7, 12, "observed"),
    ]
    assert gaps == []


def test_a_parked_aircraft_that_reports_every_five_minutes_is_not_lost():
    flight = Flight(step=5.0).roll(300, 15)
    parked = flight.step
    flight.step = 300.0
    flight.park(1500)
    flight.step = parked
    flight.roll(300, 15)
    stretches, gaps = seen(flight.fixes())
    assert gaps == []
    assert len(stretches) == 1


def test_a_jump_that_had_to_be_believed_breaks_the_line():
    fixes = at_times(np.arange(0, 100, 5))
    fixes.latitude[10:] += 20.0
    stretches, gaps = seen(fixes)
    assert [(s.start, s.stop) for s in stretches] == [(0, 10), (10, 20)]
    assert gaps[0].duration_s == 5.0
    assert gaps[0].implied_speed_kt > 10_000


def test_a_gap_across_the_antimeridian_is_as_long_as_it_is():
    times = np.concatenate([np.arange(0, 100, 5), np.arange(1000, 1100, 5)])
    fixes = Fixes.of(times, (179.5 + times / 1000 + 180) % 360 - 180, np.full(times.shape, 60.0))
    _, gaps = seen(fixes)
    # 0.905° of longitude at 60° N: 55,800 m to a degree on WGS84.
    assert gaps[0].distance_m == pytest.approx(0.905 * 55_800, rel=1e-3)


@given(
    steps=st.lists(st.sampled_from([0.5, 1.0, 5.0, 59.0, 61.0, 700.0]), max_size=60),
    estimated=st.lists(st.booleans(), min_size=61, max_size=61),
    sources=st.lists(st.sampled_from([1, 5, 6]), min_size=61, max_size=61),
)
def test_stretches_hold_every_fix_once_and_never_span_a_gap_or_two_classes(steps, estimated, sources):
    times = np.concatenate([[0.0], np.cumsum(steps)])
    n = times.size
    fixes = at_times(times, estimated=estimated[:n], source=sources[:n])
    stretches, gaps = find_gaps(fixes, departure_seen=False, arrival_seen=False)
    assert [i for s in stretches for i in range(s.start, s.stop)] == list(range(n))
    breaks = {g.after for g in gaps if g.kind is GapKind.INTERIOR}
    for stretch in stretches:
        assert len(set(fixes.estimated[stretch.slice].tolist())) == 1
        assert breaks.isdisjoint(range(stretch.start + 1, stretch.stop))
        assert (np.diff(fixes.time[stretch.slice]) > 0).all()
    for gap in gaps:
        if gap.kind is GapKind.INTERIOR:
            assert gap.duration_s >= 60
    assert (gaps[0].kind, gaps[-1].kind) == (GapKind.LEADING, GapKind.TRAILING)


def test_a_silence_the_file_marks_breaks_the_line_however_short_it_is():
    marks = np.zeros(20, dtype=bool)
    marks[8] = True
    stretches, gaps = seen(at_times(np.arange(0, 100, 5), break_before=marks))
    assert [(s.start, s.stop, s.evidence) for s in stretches] == [
        (0, 8, Evidence.OBSERVED),
        (8, 20, Evidence.OBSERVED),
    ]
    assert [(g.kind, g.start, g.end, g.before, g.after) for g in gaps] == [(GapKind.INTERIOR, 35.0, 40.0, 7, 8)]


@pytest.mark.parametrize(("moves", "is_gap"), [(False, False), (True, True)])
def test_a_marked_silence_of_a_parked_aircraft_is_no_gap(moves, is_gap):
    fixes = at_times(np.arange(0, 100, 5), break_before=np.arange(20) == 8)
    fixes.on_ground[:] = OnGround.YES
    if not moves:
        fixes.latitude[:] = 40.0
    assert bool(seen(fixes)[1]) is is_gap


def test_a_mark_at_an_estimated_fix_tells_of_the_observed_ones_around_it_too():
    estimated = np.isin(np.arange(20), [8, 9])
    _, gaps = seen(at_times(np.arange(0, 100, 5), break_before=np.arange(20) == 9, estimated=estimated))
    assert [(g.before, g.after) for g in gaps] == [(7, 10)]


def test_estimates_do_not_fill_a_gap():
    times = np.arange(0, 60 * 60, 10.0)
    estimated = (times >= 300) & (times < 3300)
    stretches, gaps = seen(at_times(times, estimated=estimated))
    assert [s.evidence.value for s in stretches] == ["observed", "estimated", "observed"]
    (gap,) = gaps
    assert (gap.kind, gap.start, gap.end, gap.before, gap.after) == (GapKind.INTERIOR, 290.0, 3300.0, 29, 330)
    assert gap.duration_s == 3010.0


def test_open_gaps_begin_and_end_at_the_fixes_received_not_at_estimates():
    estimated = np.ones(40, dtype=bool)
    estimated[10:30] = False
    fixes = at_times(np.arange(0, 200, 5), estimated=estimated)
    _, gaps = find_gaps(fixes, departure_seen=False, arrival_seen=False)
    assert [(g.kind, g.start, g.end, g.before, g.after) for g in gaps] == [
        (GapKind.LEADING, None, 50.0, None, 10),
        (GapKind.TRAILING, 145.0, None, 29, None),
    ]


def test_what_cleaning_took_for_reachable_does_not_break_the_line():
    fixes = Fixes.of(np.arange(30) * 10.0, np.full(30, 30.0), 40 + 0.06 * np.arange(30), ground_speed=1297.0)
    assert len(process(fixes, ProcessingSettings(max_ground_speed_kmh=2500.0)).legs[0].stretches) == 1
    assert len(process(fixes).legs[0].stretches) == 30
