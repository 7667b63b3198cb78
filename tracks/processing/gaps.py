"""Stretches and gaps: where a leg was observed without interruption, and where it was not.

A stretch is a run of fixes of one evidence class with no gap inside; its fixes may be joined by a
line. A gap is time without fixes. What happened in it is not known, and nothing here guesses.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tracks.processing.cleaning import neighbours_reachable
from tracks.processing.fixes import Fixes
from tracks.processing.geodesy import KNOT_MS, distance_m, geodesic_m
from tracks.processing.phases import on_ground


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
    """Time without fixes. None where not known: a leading gap has no start, a trailing one no end.

    Attributes:
        start, end: epoch seconds of the last fix before and the first after.
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
    """When time without fixes is a gap. Seconds and metres.

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
    max_ground_speed_kmh: float = 1400.0
    position_noise_m: float = 500.0
    clock_noise_s: float = 1.0


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
    alike = fixes.source[1:] == fixes.source[:-1]
    usual = np.full(256, limits.least_s)
    for source in np.unique(fixes.source):
        own = step[alike & (fixes.source[1:] == source)]
        if own.size > 1:
            interval = np.quantile(own, limits.interval_quantile, method="lower")
            usual[source] = min(max(limits.times_interval * interval, limits.least_s), limits.most_s)
    return np.maximum(usual[fixes.source[1:]], usual[fixes.source[:-1]])


def find_gaps(
    fixes: Fixes, thresholds: GapThresholds | None = None, *, departure_seen: bool, arrival_seen: bool
) -> tuple[list[Stretch], list[Gap]]:
    """The stretches and gaps of one leg (times strictly increasing), both in order of time.

    Args:
        departure_seen, arrival_seen: whether the leg's first and last fix show it at an airport or
            on the ground; where not, a leading or trailing gap says that the rest was not seen.

    Returns:
        Stretches that together hold every fix once, and gaps. Where neighbours cannot be joined
        although little time passed (a jump that cleaning had to believe), the gap is interior too.
    """
    limits = thresholds or GapThresholds()
    count = len(fixes)
    if not count:
        return [], []
    breaks = _breaks(fixes, limits)
    estimated = fixes.estimated
    edges = breaks | (estimated[1:] != estimated[:-1])
    starts = np.concatenate([[0], np.flatnonzero(edges) + 1])
    stops = np.concatenate([starts[1:], [count]])
    classes = (Evidence.OBSERVED, Evidence.ESTIMATED)
    stretches = [
        Stretch(start, stop, classes[guessed])
        for start, stop, guessed in zip(starts.tolist(), stops.tolist(), estimated[starts].tolist(), strict=True)
    ]
    gaps: list[Gap] = []
    if not departure_seen:
        gaps.append(Gap(GapKind.LEADING, None, float(fixes.time[0]), None, 0))
    gaps += _interior(fixes, np.flatnonzero(breaks))
    if not arrival_seen:
        gaps.append(Gap(GapKind.TRAILING, float(fixes.time[-1]), None, count - 1, None))
    return stretches, gaps


def _breaks(fixes: Fixes, limits: GapThresholds) -> NDArray[np.bool_]:
    count = len(fixes)
    if count < 2:
        return np.zeros(0, dtype=bool)
    step = np.diff(fixes.time)
    long = step >= gap_threshold_s(fixes, limits)
    which = np.flatnonzero(long)
    if which.size:
        ground = on_ground(fixes)
        lon, lat = fixes.longitude, fixes.latitude
        moved = distance_m(lon[which], lat[which], lon[which + 1], lat[which + 1])
        parked = ground[which] & ground[which + 1] & (moved <= limits.parked_m)
        long[which] = ~parked | (step[which] >= limits.parked_s)
    possible = neighbours_reachable(
        fixes, limits.max_ground_speed_kmh / 3.6, limits.position_noise_m, limits.clock_noise_s
    )
    return long | ~possible


def _interior(fixes: Fixes, before: NDArray[np.int64]) -> list[Gap]:
    if not before.size:
        return []
    after = before + 1
    start, end = fixes.time[before], fixes.time[after]
    distance = geodesic_m(
        fixes.longitude[before], fixes.latitude[before], fixes.longitude[after], fixes.latitude[after]
    )
    speed = distance / (end - start) / KNOT_MS
    kind = GapKind.INTERIOR
    return [
        Gap(kind, float(s), float(e), int(b), int(b) + 1, float(e - s), float(d), float(v))
        for b, s, e, d, v in zip(before, start, end, distance, speed, strict=True)
    ]
