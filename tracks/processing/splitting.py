"""Splitting: where one flight of an aircraft ends and its next begins.

A gap in reception alone never splits: on the way to Pyongyang an aircraft goes dark in cruise and
that is one flight. It splits where the fixes show, or time and place leave no other way, that the
aircraft was on the ground in between. What a tracker estimated shows nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tracks.processing.fixes import Fixes
from tracks.processing.geodesy import KNOT_MS, angle_between_deg, bearing_deg, distance_m
from tracks.processing.phases import in_air, on_ground, speed_kt


class SplitReason(StrEnum):
    """Why a new leg begins. The first leg of a track begins because the track does."""

    TRACK_START = "track-start"
    FILE_SAYS = "file-says"
    GROUND_STOP = "ground-stop"
    CALLSIGN_CHANGE = "callsign-change-near-the-ground"
    LANDING_UNSEEN = "landed-and-took-off-unseen"
    STAYED_UNSEEN = "must-have-stayed-unseen"


@dataclass(frozen=True, slots=True)
class SplitThresholds:
    """When a leg ends. Seconds, knots, metres, degrees.

    Args:
        ground_stop_s: on the ground between two flights for at least this long (a touch-and-go or
            a taxi back for another circuit is shorter).
        gap_s: only in a gap at least this long can a landing and a take-off hide.
        low_m: an aircraft this low (any altitude reference) and slower than `slow_kt` was close
            to landing or had just taken off; high airports are a reason not to go lower.
        slow_kt: see there.
        low_ground_s: the least time between the last fix of a landing and the first of a take-off.
        stay_s: so much longer than the way needs must a gap be to say that it stayed.
        stay_speed_kt: and slower than this on average over the gap; slower flight is not en route.
        usual_kt: how fast the way would have been flown, where the fixes around do not tell.
        least_usual_kt: slower than this nothing is en route, whatever its fixes say.
        usual_within_s: fixes so close before and after a gap tell how fast it was flying.
        reversed_deg: a track angle turned by at least this much across a gap means it came back.
        reversed_stay_s: see `stay_s`, for one that came back.
        longest_gap_s: nothing stays in the air this long unseen.
    """

    ground_stop_s: float = 300.0
    gap_s: float = 600.0
    low_m: float = 3000.0
    slow_kt: float = 260.0
    low_ground_s: float = 900.0
    stay_s: float = 2700.0
    stay_speed_kt: float = 130.0
    usual_kt: float = 150.0
    least_usual_kt: float = 50.0
    usual_within_s: float = 300.0
    reversed_deg: float = 120.0
    reversed_stay_s: float = 1500.0
    longest_gap_s: float = 18 * 3600.0


@dataclass(frozen=True, slots=True)
class Split:
    """A new leg begins at the fix at `position`; the leg before ends at the one before it."""

    position: int
    reason: SplitReason


def split_legs(fixes: Fixes, thresholds: SplitThresholds | None = None) -> list[tuple[slice, SplitReason]]:
    """Cut cleaned fixes (times strictly increasing) into legs, by what the observed ones show.

    Estimated fixes stay with the leg observed before them, unless the file has a leg start among
    them.

    Returns:
        One slice of `fixes` for each leg, in order, together every fix once; with why it begins.
    """
    if not len(fixes):
        return []
    observed = np.flatnonzero(~fixes.estimated)
    if observed.size == len(fixes):
        found = _splits(fixes, thresholds or SplitThresholds())
    elif observed.size:
        seen = fixes[observed]
        flags = np.cumsum(fixes.leg_start)
        seen.leg_start = np.diff(flags[observed], prepend=0) > 0
        found = {}
        for position, reason in _splits(seen, thresholds or SplitThresholds()).items():
            at = int(observed[position])
            if seen.leg_start[position]:  # at the file's flag, which may be at an estimate before
                after = int(observed[position - 1]) + 1
                at = after + int(np.argmax(fixes.leg_start[after : at + 1]))
            found[at] = reason
    else:
        found = {split.position: split.reason for split in _leg_flags(fixes)}
    bounds = [0, *sorted(found), len(fixes)]
    reasons = [SplitReason.TRACK_START, *(found[position] for position in sorted(found))]
    return [(slice(a, b), reason) for a, b, reason in zip(bounds[:-1], bounds[1:], reasons, strict=True)]


def _splits(fixes: Fixes, limits: SplitThresholds) -> dict[int, SplitReason]:
    """Where new legs begin in observed fixes, and why."""
    air, ground = in_air(fixes), on_ground(fixes)
    found: dict[int, SplitReason] = {}
    for splits in (
        _unseen_stays(fixes, air, ground, limits),
        _callsign_changes(fixes, air, ground, limits),
        _ground_stops(fixes, air, ground, limits),
        _leg_flags(fixes),
    ):
        for split in splits:
            found[split.position] = split.reason
    return _one_for_each_stay(found, air, fixes.time)


def _leg_flags(fixes: Fixes) -> list[Split]:
    flagged = np.flatnonzero(fixes.leg_start)
    return [Split(int(position), SplitReason.FILE_SAYS) for position in flagged if position > 0]


def _longest_wait(time: NDArray[np.float64], first: int, last: int) -> int:
    """Of the fixes first…last, the one before which the longest time passed."""
    return first + 1 + int(np.argmax(np.diff(time[first : last + 1])))


def _ground_stops(
    fixes: Fixes, air: NDArray[np.bool_], ground: NDArray[np.bool_], limits: SplitThresholds
) -> list[Split]:
    """Between two flights: a time on the ground, cut where the longest wait without a fix was."""
    flights = np.flatnonzero(air)
    if flights.size < 2:
        return []
    time = fixes.time
    grounded = np.concatenate([[0], np.cumsum(ground)])
    earlier, later = flights[:-1], flights[1:]
    # Neighbouring flying fixes with grounded ones between them.
    between = grounded[later] - grounded[earlier + 1]
    splits = []
    for i in np.flatnonzero(between > 0):
        inside = np.arange(earlier[i] + 1, later[i])
        stop = inside[ground[inside]]
        first, last = int(stop[0]), int(stop[-1])
        seen = time[last] - time[first]
        if seen >= limits.ground_stop_s and last > first:
            splits.append(Split(_longest_wait(time, first, last), SplitReason.GROUND_STOP))
        elif time[later[i]] - time[earlier[i]] >= limits.ground_stop_s + limits.gap_s:
            # A glimpse on the ground within a long silence.
            splits.append(Split(_longest_wait(time, int(earlier[i]), int(later[i])), SplitReason.GROUND_STOP))
    return splits


def _callsign_changes(
    fixes: Fixes, air: NDArray[np.bool_], ground: NDArray[np.bool_], limits: SplitThresholds
) -> list[Split]:
    """Another callsign after a time on the ground, or after a silence between low and slow flight.

    In flight a callsign changes by error; that says nothing.
    """
    stated = np.flatnonzero(fixes.callsign >= 0)
    if stated.size < 2:
        return []
    codes = fixes.callsign[stated]
    low = _low_and_slow(fixes, limits)
    grounded = np.concatenate([[0], np.cumsum(ground)])
    flown = np.concatenate([[0], np.cumsum(air)])
    splits = []
    for i in np.flatnonzero(codes[1:] != codes[:-1]):
        first, last = int(stated[i]), int(stated[i + 1])
        if not flown[last] or flown[-1] == flown[last]:
            continue  # a flight before and one after, or there is nothing to separate
        position = _longest_wait(fixes.time, first, last)
        touched = grounded[last + 1] > grounded[first]
        silent = fixes.time[position] - fixes.time[position - 1] >= limits.ground_stop_s
        if touched or (low[position - 1] and low[position] and silent):
            splits.append(Split(position, SplitReason.CALLSIGN_CHANGE))
    return splits


def _low_and_slow(fixes: Fixes, limits: SplitThresholds) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        return (fixes.altitude < limits.low_m) & (fixes.ground_speed < limits.slow_kt)


def _unseen_stays(
    fixes: Fixes, air: NDArray[np.bool_], ground: NDArray[np.bool_], limits: SplitThresholds
) -> list[Split]:
    """Gaps in which the aircraft must have been on the ground."""
    time = fixes.time
    before = np.flatnonzero(np.diff(time) >= limits.gap_s)
    if not before.size:
        return []
    after = before + 1
    duration = time[after] - time[before]
    distance = distance_m(
        fixes.longitude[before], fixes.latitude[before], fixes.longitude[after], fixes.latitude[after]
    )
    speed = distance / duration / KNOT_MS
    flying = np.where(ground, np.nan, speed_kt(fixes))
    usual = np.array([_usual_kt(fixes, flying, position, limits) for position in after.tolist()])
    spare = duration - distance / (usual * KNOT_MS)

    flown = np.cumsum(air)
    splits = []
    for i, position in enumerate(after.tolist()):
        arriving = ground[position - 1] or _sinks(fixes, position - 1, limits)
        departing = ground[position] or _climbs(fixes, position, limits)
        if ground[position - 1] and not flown[position - 1]:
            arriving = False  # it has not flown yet: it waits to depart
        too_slow = speed[i] < limits.stay_speed_kt
        came_back = _came_back(fixes, position, limits)
        if arriving and departing and spare[i] >= limits.low_ground_s:
            splits.append(Split(position, SplitReason.LANDING_UNSEEN))
        elif (
            (too_slow and spare[i] >= limits.stay_s)
            or (too_slow and came_back and spare[i] >= limits.reversed_stay_s)
            or duration[i] >= limits.longest_gap_s
        ):
            splits.append(Split(position, SplitReason.STAYED_UNSEEN))
    return splits


def _usual_kt(fixes: Fixes, flying: NDArray[np.float64], after: int, limits: SplitThresholds) -> float:
    """How fast the way across the gap before the fix at `after` would have been flown, in knots.

    The median of a few minutes, as one speed may be wrong or of a turn; of both sides the slower.

    Args:
        flying: n ground speeds in knots, NaN on the ground or where not known.
    """
    first = _recent(fixes, after - 1, -1, limits.usual_within_s)
    last = _recent(fixes, after, 1, limits.usual_within_s)
    sides = [side[~np.isnan(side)] for side in (flying[first:after], flying[after : last + 1])]
    usual = min((float(np.median(side)) for side in sides if side.size), default=np.nan)
    return usual if usual >= limits.least_usual_kt else limits.usual_kt


def _recent(fixes: Fixes, position: int, step: int, seconds: float = 300.0) -> int:
    """The farthest fix from `position` in one direction within some seconds and 100 fixes."""
    at = position
    while (
        0 <= at + step < len(fixes)
        and abs(at + step - position) <= 100
        and abs(fixes.time[at + step] - fixes.time[position]) <= seconds
    ):
        at += step
    return at


def _sinks(fixes: Fixes, position: int, limits: SplitThresholds) -> bool:
    """Whether the fixes up to `position` look like the last part of a descent."""
    return _low_and_slow_at(fixes, position, limits) and _lost_m(fixes, _recent(fixes, position, -1), position) > 0


def _climbs(fixes: Fixes, position: int, limits: SplitThresholds) -> bool:
    """Whether the fixes from `position` on look like the first part of a climb."""
    if _low_and_slow_at(fixes, position, limits):
        return _lost_m(fixes, position, _recent(fixes, position, 1)) < 0
    # A jet is soon above `low_m`; then the rate it states has to say that it climbs steeply.
    return bool(fixes.altitude[position] < 2 * limits.low_m and fixes.vertical_rate[position] > 500)


def _low_and_slow_at(fixes: Fixes, position: int, limits: SplitThresholds) -> bool:
    speed = fixes.ground_speed[position]
    return bool(fixes.altitude[position] < limits.low_m and (np.isnan(speed) or speed < limits.slow_kt))


def _lost_m(fixes: Fixes, first: int, last: int) -> float:
    """Height lost from one fix to another (NaN where not known), or what the rate stated says."""
    if first == last:
        return -float(fixes.vertical_rate[last])
    return float(fixes.altitude[first] - fixes.altitude[last])


def _came_back(fixes: Fixes, position: int, limits: SplitThresholds) -> bool:
    turn = angle_between_deg(_course(fixes, position - 1, -1), _course(fixes, position, 1))
    return bool(turn >= limits.reversed_deg)


def _course(fixes: Fixes, position: int, step: int) -> float:
    """Where a fix was going: as stated, or else from it and its neighbour on one side; NaN if neither tells."""
    stated = float(fixes.track_angle[position])
    other = _recent(fixes, position, step, seconds=60.0)
    if not np.isnan(stated) or other == position:
        return stated
    first, last = min(position, other), max(position, other)
    lon, lat = fixes.longitude, fixes.latitude
    return float(bearing_deg(lon[first], lat[first], lon[last], lat[last]))


def _one_for_each_stay(
    found: dict[int, SplitReason], air: NDArray[np.bool_], time: NDArray[np.float64]
) -> dict[int, SplitReason]:
    """Several rules may see one stay: of splits with no flight between them only one remains.

    The file's own word is kept before our conclusions, then the split after the longest wait.
    """

    def rank(position: int) -> tuple[bool, float]:
        return found[position] is SplitReason.FILE_SAYS, float(time[position] - time[position - 1])

    flown = np.concatenate([[0], np.cumsum(air)])
    kept: list[int] = []
    for position in sorted(found):
        if kept and flown[position] == flown[kept[-1]]:
            kept[-1] = max(kept[-1], position, key=rank)
        else:
            kept.append(position)
    return {position: found[position] for position in kept}
