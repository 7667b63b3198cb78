"""Whether one fix can be reached from another: what cleaning, gaps and signs of forgery ask."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracks.processing.fixes import Fixes
from tracks.processing.geodesy import MEAN_RADIUS_M, distance_m

_DEGREE_M = float(np.radians(1.0)) * MEAN_RADIUS_M


def reachable(
    fixes: Fixes, before: NDArray[np.int64], after: NDArray[np.int64], speed_ms: float, noise_m: float, noise_s: float
) -> NDArray[np.bool_]:
    """Whether each fix `after` can be reached from each fix `before` (positions in `fixes`)."""
    distance = distance_m(
        fixes.longitude[before], fixes.latitude[before], fixes.longitude[after], fixes.latitude[after]
    )
    duration = np.abs(fixes.time[after] - fixes.time[before])
    return distance <= speed_ms * (duration + noise_s) + noise_m


def neighbours_reachable(fixes: Fixes, speed_ms: float, noise_m: float, noise_s: float) -> NDArray[np.bool_]:
    """Whether each fix but the first can be reached from the one before it; n fixes give n−1."""
    allowed = speed_ms * (np.abs(np.diff(fixes.time)) + noise_s) + noise_m
    # A bound that needs no trigonometry settles nearly all: no degree is longer than at the equator.
    lon = np.abs(np.diff(fixes.longitude))
    bound = _DEGREE_M * (np.abs(np.diff(fixes.latitude)) + np.minimum(lon, 360.0 - lon))
    possible = bound <= allowed
    doubtful = np.flatnonzero(~possible)
    if doubtful.size:
        possible[doubtful] = reachable(fixes, doubtful, doubtful + 1, speed_ms, noise_m, noise_s)
    return possible
