"""Splitting: where one flight of an aircraft ends and its next begins.

A gap in reception alone never splits: on the way to Pyongyang an aircraft goes dark in cruise and
that is one flight. It splits where the fixes show, or time and place leave no other way, that the
aircraft was on the ground in between. What a tracker estimated shows nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracks.processing.fixes import Fixes
from tracks.processing.phases import Phases, phases
from tracks.processing.split_rules import Split, SplitReason, SplitThresholds
from tracks.processing.unseen_stays import unseen_stays

__all__ = ["Split", "SplitReason", "SplitThresholds", "split_legs"]


def split_legs(
    fixes: Fixes, thresholds: SplitThresholds | None = None, known: Phases | None = None
) -> list[tuple[slice, SplitReason]]:
    """Cut cleaned fixes (times strictly increasing) into legs, by what the observed ones show.

    Estimated fixes stay with the leg observed before them, unless the file has a leg start among
    them.

    Args:
        known: the phases of the fixes, where they were found already.

    Returns:
        One slice of `fixes` for each leg, in order, together every fix once; with why it begins.
    """
    if not len(fixes):
        return []
    known = known or phases(fixes)
    observed = np.flatnonzero(~fixes.estimated)
    if observed.size == len(fixes):
        found = _splits(fixes, known, thresholds or SplitThresholds())
    elif observed.size:
        seen = fixes[observed]
        flags = np.cumsum(fixes.leg_start)
        seen.leg_start = np.diff(flags[observed], prepend=0) > 0
        found = {}
        for position, reason in _splits(seen, known[observed], thresholds or SplitThresholds()).items():
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


def _splits(fixes: Fixes, known: Phases, limits: SplitThresholds) -> dict[int, SplitReason]:
    """Where new legs begin in observed fixes, and why."""
    air, ground = known.air, known.ground
    found: dict[int, SplitReason] = {}
    for splits in (
        unseen_stays(fixes, known, limits),
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
