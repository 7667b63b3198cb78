"""Gaps in which an aircraft must have been on the ground, though nobody saw it land or take off.

A gap takes the time of the way across it; or, if it landed, at least the time to come down, to stand
and to climb again. Only what is left of the gap after that can have been a stay.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracks.processing.fixes import Fixes
from tracks.processing.geodesy import FPM_MS, KNOT_MS, angle_between_deg, distance_m
from tracks.processing.phases import Phases
from tracks.processing.split_rules import Split, SplitReason, SplitThresholds
from tracks.processing.trend import climb_fpm, course_deg, recent

Floats = NDArray[np.float64]


def unseen_stays(fixes: Fixes, known: Phases, limits: SplitThresholds) -> list[Split]:
    """Where legs begin after gaps in which the aircraft must have been on the ground.

    Args:
        fixes: observed ones, times strictly increasing.
        known: their phases.
    """
    time = fixes.time
    before = np.flatnonzero(np.diff(time) >= limits.gap_s)
    if not before.size:
        return []
    after = before + 1
    duration = time[after] - time[before]
    vertical = (_height_m(fixes, known, before) + _height_m(fixes, known, after)) / (limits.vertical_fpm * FPM_MS)
    least = min(limits.low_ground_s, limits.one_end_s, limits.stay_s, limits.reversed_stay_s)
    possible = (duration - vertical >= least) | (duration >= limits.longest_gap_s)
    before, after, duration, vertical = before[possible], after[possible], duration[possible], vertical[possible]
    distance = distance_m(
        fixes.longitude[before], fixes.latitude[before], fixes.longitude[after], fixes.latitude[after]
    )
    speed = distance / duration / KNOT_MS
    flying = np.where(known.ground, np.nan, known.speed_kt)
    usual = np.array([_usual_kt(time, flying, position, limits) for position in after.tolist()])
    spare = duration - np.maximum(distance / (usual * KNOT_MS), vertical)
    flown = np.cumsum(known.air)
    between_flights = (flown[before] > 0) & (flown[-1] > flown[before])
    splits = []
    for i, position in enumerate(after.tolist()):
        last = position - 1
        arriving = bool(known.ground[last]) or _sinks(fixes, last, limits)
        departing = bool(known.ground[position]) or _climbs(fixes, position, limits)
        too_slow = speed[i] < limits.stay_speed_kt
        landed = bool(arriving and departing and between_flights[i] and spare[i] >= limits.low_ground_s)
        one_end = bool((arriving or departing) and between_flights[i] and spare[i] >= limits.one_end_s)
        stayed = bool(too_slow and spare[i] >= limits.stay_s)
        if not (landed or one_end or stayed) and too_slow and between_flights[i]:
            stayed = spare[i] >= limits.reversed_stay_s and _came_back(fixes, position, limits)
        if landed:
            splits.append(Split(position, SplitReason.LANDING_UNSEEN))
        elif one_end or stayed or duration[i] >= limits.longest_gap_s:
            splits.append(Split(position, SplitReason.STAYED_UNSEEN))
    return splits


def _height_m(fixes: Fixes, known: Phases, at: NDArray[np.int64]) -> Floats:
    """How high fixes are; 0 on the ground and where it is not known."""
    height = np.nan_to_num(fixes.altitude[at].astype("f8"), nan=0.0)
    return np.where(known.ground[at], 0.0, np.maximum(height, 0.0))


def _usual_kt(time: Floats, flying: Floats, after: int, limits: SplitThresholds) -> float:
    """How fast the way across the gap before the fix at `after` would have been flown, in knots.

    The median of a few minutes, as one speed may be wrong or of a turn; of both sides the faster,
    as the other may be an approach.

    Args:
        flying: n ground speeds in knots, NaN on the ground or where not known.
    """
    first = recent(time, after - 1, -1, limits.usual_within_s)
    last = recent(time, after, 1, limits.usual_within_s)
    sides = [side[~np.isnan(side)] for side in (flying[first:after], flying[after : last + 1])]
    # np.median takes longer than all else here.
    usual = max((float(np.partition(side, side.size // 2)[side.size // 2]) for side in sides if side.size), default=0.0)
    return usual if usual >= limits.least_usual_kt else limits.usual_kt


def _sinks(fixes: Fixes, position: int, limits: SplitThresholds) -> bool:
    """Whether the fixes up to `position` look like the last part of a descent."""
    if not _low_and_slow_at(fixes, position, limits):
        return False
    return climb_fpm(fixes, position, recent(fixes.time, position, -1, limits.recent_s)) <= -limits.sinking_fpm


def _climbs(fixes: Fixes, position: int, limits: SplitThresholds) -> bool:
    """Whether the fixes from `position` on look like the first part of a climb."""
    if _low_and_slow_at(fixes, position, limits):
        return climb_fpm(fixes, position, recent(fixes.time, position, 1, limits.recent_s)) >= limits.sinking_fpm
    # A jet is soon above `low_m`; then the rate it states has to say that it climbs steeply.
    return bool(fixes.altitude[position] < 2 * limits.low_m and fixes.vertical_rate[position] > limits.steep_fpm)


def _low_and_slow_at(fixes: Fixes, position: int, limits: SplitThresholds) -> bool:
    speed = fixes.ground_speed[position]
    return bool(fixes.altitude[position] < limits.low_m and (np.isnan(speed) or speed < limits.slow_kt))


def _came_back(fixes: Fixes, position: int, limits: SplitThresholds) -> bool:
    turn = angle_between_deg(course_deg(fixes, position - 1, -1), course_deg(fixes, position, 1))
    return bool(turn >= limits.reversed_deg)
