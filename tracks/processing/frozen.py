"""Frozen positions: records that repeat a place the aircraft had left by then.

Receivers' networks go on telling the last position for minutes after the last one was received:
OpenSky's state vectors for up to 300 s, with the speed of the approach beside it. Taken for fixes
they would show an aircraft hovering over a threshold, and hide that it was lost there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracks.processing.fixes import Fixes, OnGround
from tracks.processing.geodesy import KNOT_MS, MEAN_RADIUS_M

_DEGREE_M = float(np.radians(1.0)) * MEAN_RADIUS_M
_BLOCK = 32_768


def frozen(
    fixes: Fixes, *, moved_m: float = 500.0, above_kt: float = 30.0, unstated_s: float = 60.0
) -> NDArray[np.bool_]:
    """Which observed fixes repeat a position that was old by then; the first of each run stays true.

    Args:
        fixes: n fixes sorted by time.
        moved_m: a run of fixes at exactly one place is frozen when, at the slowest speed stated in
            it, the aircraft would have moved this far. Twice the step in which the file writes
            latitudes, where that is more.
        above_kt: slower than this nothing is frozen: it taxies, or hovers.
        unstated_s: without any speed stated it is frozen when the file says all along that it flies
            and the run lasts this long.

    Returns:
        n answers. A parked aircraft is not frozen.
    """
    result = np.zeros(len(fixes), dtype=bool)
    if len(fixes) < 2:
        return result
    lon, lat = fixes.longitude, fixes.latitude
    same = (lat[1:] == lat[:-1]) & (lon[1:] == lon[:-1])
    same &= ~(fixes.estimated[1:] | fixes.estimated[:-1])
    if not same.any():
        return result
    # Runs of neighbours at one place: positions first…last.
    edge = np.diff(np.concatenate([[False], same, [False]]).astype("i1"))
    first, last = np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)
    bounds = np.column_stack([first, last + 1]).ravel()
    inside = slice(None, None, 2)  # what lies between two runs is of no interest
    padded = np.append(fixes.ground_speed, np.float32(np.nan))
    slowest = np.fmin.reduceat(padded, bounds)[inside].astype("f8")
    on_ground = np.append(fixes.on_ground, np.int8(OnGround.NO))
    flies = (np.minimum.reduceat(on_ground, bounds) == OnGround.NO)[inside]
    flies &= (np.maximum.reduceat(on_ground, bounds) == OnGround.NO)[inside]
    duration = fixes.time[last] - fixes.time[first]
    least = max(moved_m, 2.0 * _DEGREE_M * _resolution_deg(np.diff(lat)))
    with np.errstate(invalid="ignore"):
        is_frozen = (slowest >= above_kt) & (slowest * KNOT_MS * duration >= least)
    is_frozen |= np.isnan(slowest) & flies & (duration >= unstated_s)
    counts = (last - first)[is_frozen]
    starts = np.repeat(first[is_frozen] + 1 - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
    result[starts + np.arange(counts.sum())] = True
    return result


def _resolution_deg(step: NDArray[np.float64]) -> float:
    """The smallest step a latitude makes at all: 0.01 in a file that writes two decimals. None writes fewer."""
    smallest = np.inf
    for start in range(0, step.size, _BLOCK):
        moved = np.abs(step[start : start + _BLOCK])
        smallest = min(smallest, float(moved.min(where=moved > 0, initial=smallest)))
    return min(smallest, 0.01) if np.isfinite(smallest) else 0.0
