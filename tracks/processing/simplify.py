"""Simplification for drawing at small scale: fewer fixes, and every place still at its right time.

Ordinary line simplification keeps the shape and forgets the speed: on a straight line an aircraft
that waited would seem to fly evenly. Here a fix may go only if the position interpolated *at its
time* is close to where it was (the synchronised distance).

Source: N. Meratnia and R. A. de By, "Spatiotemporal compression techniques for moving point
objects", EDBT 2004 (top-down time-ratio, TD-TR).
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from tracks.processing.fixes import Fixes
from tracks.processing.geodesy import MEAN_RADIUS_M, unwrapped

# No more are looked at together, which bounds the worst case to n times this.
_WINDOW = 2048


def simplify(fixes: Fixes, tolerance_m: float, *, altitude_weight: float = 0.0) -> NDArray[np.int64]:
    """Which fixes of one stretch to keep, as sorted positions; the first and last always.

    Args:
        fixes: n fixes, times strictly increasing, with no gap inside.
        tolerance_m: how far, at the time of a fix left out, the drawn position may be from it.
        altitude_weight: how much a metre of height counts beside a metre on the ground. Unknown
            altitudes count nothing.

    Returns:
        k positions in the fixes. Take the fixes there: they keep their own time and values.
    """
    count = len(fixes)
    if count <= 2:
        return np.arange(count)
    metre = np.radians(1.0) * MEAN_RADIUS_M
    altitude = fixes.altitude.astype("f8")
    points = np.column_stack([unwrapped(fixes.longitude), fixes.latitude, np.nan_to_num(altitude)])
    # What is drawn runs straight in degrees; how many metres it is off counts where the fix is.
    scale = np.full_like(points, metre)
    scale[:, 0] *= np.cos(np.radians(fixes.latitude))
    scale[:, 2] = np.where(np.isnan(altitude), 0.0, altitude_weight)
    keep = np.zeros(count, dtype=bool)
    anchors = [*range(0, count - 1, _WINDOW), count - 1]
    keep[anchors] = True
    stack = list(itertools.pairwise(anchors))
    time = fixes.time
    limit = tolerance_m * tolerance_m
    while stack:
        first, last = stack.pop()
        if last - first < 2:
            continue
        inner = slice(first + 1, last)
        share = ((time[inner] - time[first]) / (time[last] - time[first]))[:, None]
        off = (points[inner] - (points[first] + share * (points[last] - points[first]))) * scale[inner]
        squared = np.einsum("ij,ij->i", off, off)
        worst = int(np.argmax(squared))
        if squared[worst] > limit:
            split = first + 1 + worst
            keep[split] = True
            stack += [(first, split), (split, last)]
    return np.flatnonzero(keep)
