"""Where an aircraft was going, up or down and which way, before or after one of its fixes."""

from __future__ import annotations

import bisect

import numpy as np
from numpy.typing import NDArray

from tracks.processing.fixes import Fixes
from tracks.processing.geodesy import bearing_deg

_FPM_MS = 0.3048 / 60

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


def climb_fpm(fixes: Fixes, first: int, last: int) -> float:
    """The mean rate of climb between two fixes in feet a minute; of one fix the rate it states; NaN where not known."""
    if first == last:
        return float(fixes.vertical_rate[last])
    gained = float(fixes.altitude[last]) - float(fixes.altitude[first])
    return gained / (float(fixes.time[last]) - float(fixes.time[first])) / _FPM_MS


def course_deg(fixes: Fixes, position: int, step: int) -> float:
    """Where a fix was going: as stated, or else from it and its neighbour on one side; NaN if neither tells."""
    stated = float(fixes.track_angle[position])
    other = recent(fixes.time, position, step, _COURSE_S)
    if not np.isnan(stated) or other == position:
        return stated
    first, last = min(position, other), max(position, other)
    lon, lat = fixes.longitude, fixes.latitude
    return float(bearing_deg(lon[first], lat[first], lon[last], lat[last]))
