"""Stretches and gaps: where a leg was observed without interruption, and where it was not.

A stretch is a run of fixes of one evidence class with no gap inside; its fixes may be joined by a
line. A gap is time without observed fixes. What happened in it is not known, and nothing here
guesses: where the tracker guessed, its estimated fixes are stretches within the gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tracks.processing.fixes import Fixes
from tracks.processing.geodesy import KNOT_MS, distance_m, geodesic_m
from tracks.processing.phases import Phases, phases
from tracks.processing.reach import Limits, Places, neighbours_reachable


class Evidence(StrEnum):
    """The evidence class of a stretch of fixes."""

    OBSERVED = "observed"
    ESTIMATED = "estimated"


class GapKind(StrEnum):
    """Where in its leg a gap lies."""

    LEADING = "leading"
    INTERIOR = "interior"
    TRAILING = "trailing"


@dataclass(frozen=True, slots=True)
class Stretch:
    """The fixes start…stop−1 of a leg: one evidence class, no gap. One fix alone is a stretch too."""

    start: int
    stop: int
    evidence: Evidence

    def __len__(self) -> int:
        return self.stop - self.start

    @property
    def slice(self) -> slice:
        """For indexing the leg's `Fixes`."""
        return slice(self.start, self.stop)


@dataclass(frozen=True, slots=True)
class Gap:
    """Time without observed fixes. None where not known: a leading gap has no start, a trailing one no end.

    Attributes:
        start, end: epoch seconds of the last observed fix before and the first after.
        duration_s, distance_m, implied_speed_kt: between these two, on the WGS84 ellipsoid.
        before, after: positions of these two in the leg.
    """

    kind: GapKind
    start: float | None
    end: float | None
    before: int | None
    after: int | None
    duration_s: float | None = None
    distance_m: float | None = None
    implied_speed_kt: float | None = None


@dataclass(frozen=True, slots=True)
class GapThresholds:
    """When time without observed fixes is a gap. Seconds and metres.

    The source's own update interval decides: `times_interval` times the interval that
    `interval_quantile` of its fixes keep to, but never below `least_s` nor above `most_s`.
    A parked aircraft is silent without being lost: on the ground at one place (`parked_m`) only
    `parked_s` is a gap.
    """

    interval_quantile: float = 0.75
    times_interval: float = 4.0
    least_s: float = 60.0
    most_s: float = 3600.0
    parked_s: float = 1800.0
    parked_m: float = 200.0


def gap_threshold_s(fixes: Fixes, thresholds: GapThresholds | None = None) -> NDArray[np.float64]:
    """For each of the n−1 intervals of a leg, the seconds from which on it is a gap.

    Each source (ADS-B, multilateration, satellite…) has its own update interval, measured within
    this leg; between two sources the slower one counts. A source with a single interval tells
    nothing about its habit and gets the least.
    """
    limits = thresholds or GapThresholds()
    if len(fixes) < 2:
        return np.empty(0)
    step = np.diff(fixes.time)
    later, earlier = fixes.source[1:], fixes.source[:-1]
    alike = later == earlier
    if alike.all():
        return np.full(step.size, _usual_s(step, limits))
    usual = np.full(256, limits.least_s)
    step, of = step[alike], later[alike]
    for source in np.flatnonzero(np.bincount(of)).tolist():
        usual[source] = _usual_s(step[of == source], limits)
    return np.maximum(usual[later], usual[earlier])


def _usual_s(intervals: NDArray[np.float64], limits: GapThresholds) -> float:
    """From which interval on one is a gap, among those of one source."""
    if intervals.size < 2:
        return limits.least_s
    # The quantile, of the intervals there are the next below; np.quantile takes ten times as long.
    rank = int(limits.interval_quantile * (intervals.size - 1))
    interval = float(np.partition(intervals, rank)[rank])
    return min(max(limits.times_interval * interval, limits.least_s), limits.most_s)


def find_gaps(
    fixes: Fixes,
    thresholds: GapThresholds | None = None,
    known: Phases | None = None,
    *,
    departure_seen: bool,
    arrival_seen: bool,
    reach: Limits | None = None,
) -> tuple[list[Stretch], list[Gap]]:
    """The stretches and gaps of one leg (times strictly increasing), both in order of time.

    Args:
        known: the leg's phases, where they were found already.
        departure_seen, arrival_seen: whether the leg's first and last observed fix show it at an
            airport or on the ground; where not, a leading or trailing gap says that the rest was not seen.
        reach: what cleaning took for reachable: where even that was not kept, the line breaks.

    Returns:
        Stretches that together hold every fix once, and gaps. Where neighbours cannot be joined
        although little time passed (a jump that cleaning had to believe, a silence that the file
        marks), the gap is interior too. Of a leg without any observed fix the first and the last
        estimated one bound the open gaps.
    """
    limits = thresholds or GapThresholds()
    count = len(fixes)
    if not count:
        return [], []
    reach = reach or Limits.of()
    known = known or phases(fixes)
    estimated = fixes.estimated
    observed, guesses = np.flatnonzero(~estimated), np.flatnonzero(estimated)
    broken = _breaks(fixes, observed, limits, known, reach)
    if guesses.size:
        edges = estimated[1:] != estimated[:-1]
        for members, breaks in ((observed, broken), (guesses, _breaks(fixes, guesses, limits, known, reach))):
            edges[members[1:][breaks] - 1] = True
    else:
        edges = broken
    inner = (np.flatnonzero(edges) + 1).tolist()
    starts, stops = [0, *inner], [*inner, count]
    classes = map((Evidence.OBSERVED, Evidence.ESTIMATED).__getitem__, estimated[starts].tolist())
    stretches = list(map(Stretch, starts, stops, classes))
    first, last = (int(observed[0]), int(observed[-1])) if observed.size else (0, count - 1)
    gaps: list[Gap] = []
    if not departure_seen:
        gaps.append(Gap(GapKind.LEADING, None, float(fixes.time[first]), None, first))
    gaps += _interior(fixes, observed[:-1][broken], observed[1:][broken])
    if not arrival_seen:
        gaps.append(Gap(GapKind.TRAILING, float(fixes.time[last]), None, last, None))
    return stretches, gaps


def _breaks(
    fixes: Fixes, members: NDArray[np.int64], limits: GapThresholds, known: Phases, reach: Limits
) -> NDArray[np.bool_]:
    """Between which of the fixes at m positions (of one evidence class) the line breaks; m−1 answers."""
    if members.size < 2:
        return np.zeros(0, dtype=bool)
    marks = fixes.break_before
    if members.size < len(fixes):
        # A mark at a fix of the other class in between speaks of this time too.
        marks = np.insert(np.diff(np.cumsum(marks)[members]) > 0, 0, marks[members[0]])
        fixes, known = fixes[members], known[members]
    step = np.diff(fixes.time)
    long = step >= gap_threshold_s(fixes, limits)
    breaks = long | marks[1:]
    which = np.flatnonzero(breaks & known.ground[1:] & known.ground[:-1])
    if which.size:
        lon, lat = fixes.longitude, fixes.latitude
        parked = distance_m(lon[which], lat[which], lon[which + 1], lat[which + 1]) <= limits.parked_m
        breaks[which] = ~parked | (long[which] & (step[which] >= limits.parked_s))
    return breaks | ~neighbours_reachable(Places.of(fixes), reach)


def _interior(fixes: Fixes, before: NDArray[np.int64], after: NDArray[np.int64]) -> list[Gap]:
    if not before.size:
        return []
    start, end = fixes.time[before], fixes.time[after]
    distance = geodesic_m(
        fixes.longitude[before], fixes.latitude[before], fixes.longitude[after], fixes.latitude[after]
    )
    speed = distance / (end - start) / KNOT_MS
    columns = (column.tolist() for column in (start, end, before, after, end - start, distance, speed))
    return [Gap(GapKind.INTERIOR, *values) for values in zip(*columns, strict=True)]
