"""Signs that positions were forged or jammed, or a clock was set. They are told to a curator and change nothing.

Forged satellite signals make an aircraft seem to be at a far place (an airport, a circle over a
town) and, once it is out of their reach, back on its way; and they put several aircraft there (`crowds`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tracks.processing.fixes import Fixes
from tracks.processing.geodesy import distance_m
from tracks.processing.reach import Limits, Places, neighbours_reachable, reachable

# A place left for another and that for a third: so many pieces of a track are tried for the way back.
_PIECES_AHEAD = 16


@dataclass(frozen=True, slots=True)
class Jump:
    """A piece of a track at a place that neither the fixes before nor those after can reach.

    Attributes:
        first_record, last_record: the first and the last of its fixes (`Fixes.record_index`).
        count: how many fixes it has.
        start, end: their times in epoch seconds.
        longitude, latitude: where it jumped to.
        distance_m: how far that is from the fix before.
        came_back: whether the track goes on where it could have come to without the jump; it may
            also end at the far place.
    """

    first_record: int
    last_record: int
    count: int
    start: float
    end: float
    longitude: float
    latitude: float
    distance_m: float
    came_back: bool


def find_jumps(places: Places, limits: Limits, *, far_m: float = 20_000.0, least_fixes: int = 2) -> list[Jump]:
    """Where a track jumps to a far place and back.

    Args:
        places: n observed fixes sorted by time, *before* what is out of reach is dropped.
        limits: what decides whether a place can be reached.
        far_m: both jumps, there and back, are at least this long. Less is bad reception, not another place.
        least_fixes: fewer at the far place are a transmission error: one wrong bit of a position.

    Returns:
        Jumps that came back, in order of time; and one at the end that did not.
    """
    if len(places) < 2:
        return []
    cuts = np.flatnonzero(~neighbours_reachable(places, limits)) + 1
    (_, lon1, lat1), (_, lon2, lat2) = places.at(cuts - 1), places.at(cuts)
    cuts = cuts[distance_m(lon1, lat1, lon2, lat2) >= far_m]
    if not cuts.size:
        return []
    starts = np.concatenate([[0], cuts])
    stops = np.concatenate([cuts, [len(places)]])
    jumps: list[Jump] = []
    piece = 0  # the last piece the aircraft is believed to have been on
    while piece + 1 < starts.size:
        at = int(stops[piece]) - 1
        ahead = starts[piece + 2 : piece + 2 + _PIECES_AHEAD]
        back = np.flatnonzero(reachable(places, np.full(ahead.size, at), ahead, limits))
        if back.size:
            following = piece + 2 + int(back[0])
            jumps += _jump(places, at, int(stops[piece]), int(starts[following]), least_fixes)
        else:
            following = piece + 1
            # One wrong position at the beginning is an error like one on the way.
            if following + 1 == starts.size and int(stops[piece] - starts[piece]) >= least_fixes:
                jumps += _jump(places, at, int(starts[following]), len(places), least_fixes)
        piece = following
    return jumps


def _jump(places: Places, left: int, start: int, stop: int, least_fixes: int) -> list[Jump]:
    """The fixes start…stop−1 as a jump from the fix at `left`, if they are enough."""
    if stop - start < least_fixes:
        return []
    ends = np.array([left, start, stop - 1])
    time, lon, lat = places.at(ends)
    records = places.records(ends)
    return [
        Jump(
            first_record=int(records[1]),
            last_record=int(records[2]),
            count=stop - start,
            start=float(time[1]),
            end=float(time[2]),
            longitude=float(lon[1]),
            latitude=float(lat[1]),
            distance_m=float(distance_m(lon[0], lat[0], lon[1], lat[1])),
            came_back=stop < len(places),
        )
    ]


@dataclass(frozen=True, slots=True)
class ClockStep:
    """The file's clock went back by `seconds` at the record while the aircraft went on."""

    record: int
    seconds: float


def find_clock_steps(
    fixes: Fixes, limits: Limits, *, least_s: float = 1.0, most_share: float = 0.01
) -> list[ClockStep]:
    """Where the clock that stamped a file was set back.

    Args:
        fixes: n fixes in the order of the file.
        limits: what decides whether a place can be reached.
        least_s: less is the rounding of times.
        most_share: a file in which more of the times go back is not in order of time at all.
    """
    if len(fixes) < 2:
        return []
    step = np.diff(fixes.time)
    back = np.flatnonzero(step <= -least_s)
    if not back.size or back.size > max(1.0, most_share * len(fixes)):
        return []
    forward = step[step > 0]
    usual_s = float(np.median(forward)) if forward.size else 0.0
    lon, lat = fixes.longitude, fixes.latitude
    moved = distance_m(lon[back], lat[back], lon[back + 1], lat[back + 1])
    # The aircraft went on as in the usual interval: it is the time that is wrong, not the order.
    back = back[moved <= limits.speed_ms * (2.0 * usual_s + limits.noise_s) + limits.noise_m]
    return [ClockStep(int(fixes.record_index[at + 1]), float(-step[at])) for at in back.tolist()]
