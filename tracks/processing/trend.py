"""Where an aircraft was going, up or down and which way, before or after one of its fixes."""

from __future__ import annotations

import bisect

import numpy as np
from numpy.typing import NDArray

from tracks.processing.fixes import Fixes
from tracks.processing.geodesy import FPM_MS, bearing_deg

# Nobody needs to look at more fixes than these to see whether an aircraft sinks.
_RECENT_FIXES = 400
_COURSE_S = 60.0


def recent(time: NDArray[np.float64], position: int, step: int, seconds: float) -> int:
    """The farthest fix from `position` in one direction (−1 or 1) within some seconds and `_RECENT_FIXES`."""
    if step < 0:
        low = max(position - _RECENT_FIXES, 0)
        return bisect.bisect_left(time, time[position] - seconds, low, position)
    high = min(position + _RECENT_FIXES, time.size - 1)
    return bisect.bisect_right(time, time[position] + seconds, position, high + 1) - 1


def climb_fpm(fixes: Fixes, position: int, other: int) -> float:
    """The mean rate of climb in feet a minute at one fix, over the time to another one before or after it.

    Two altitudes of different kinds, hundreds of metres apart in level flight, are not compared: the fix farthest from
    `position` that has one of the same kind is. Where there is none the rate stated at `position`; NaN where not known.
    """
    first, last = min(position, other), max(position, other)
    alike = fixes.altitude_kind[first : last + 1] == fixes.altitude_kind[position]
    alike &= ~np.isnan(fixes.altitude[first : last + 1])
    usable = np.flatnonzero(alike)
    if not usable.size:
        return float(fixes.vertical_rate[position])
    far = first + int(usable[0 if other < position else -1])
    seconds = float(fixes.time[position]) - float(fixes.time[far])
    if not seconds or np.isnan(fixes.altitude[position]):
        return float(fixes.vertical_rate[position])
    return (float(fixes.altitude[position]) - float(fixes.altitude[far])) / seconds / FPM_MS


def course_deg(fixes: Fixes, position: int, step: int) -> float:
    """Where a fix was going: as stated, or else from it and its neighbour on one side; NaN if neither tells."""
    stated = float(fixes.track_angle[position])
    other = recent(fixes.time, position, step, _COURSE_S)
    if not np.isnan(stated) or other == position:
        return stated
    first, last = min(position, other), max(position, other)
    lon, lat = fixes.longitude, fixes.latitude
    return float(bearing_deg(lon[first], lat[first], lon[last], lat[last]))
