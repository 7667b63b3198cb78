"""What the positions of a track say of its speed and direction: a check on numbers whose unit a file does not state."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracks.formats.units import KNOTS_IN

_EARTH_M = 6_371_008.8
# Fixes that show a unit are moving at least so fast, and there are at least so many.
_MOVING_MS = 3.0
_ENOUGH = 5
# By so much of a speed, and so many degrees, values may be off those that the positions show, in the middle.
# Knots and miles an hour differ by 15 %: more than half of that would take one for the other.
_SPEED_OFF = 0.07
COURSE_OFF_DEG = 15.0


def implied(
    time: NDArray[np.float64], longitude: NDArray[np.float64], latitude: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Speed in m/s and direction in degrees at each fix between its neighbours, NaN where it hardly moves."""
    n = time.size
    speed, course = np.full(n, np.nan), np.full(n, np.nan)
    if n < 3:
        return speed, course
    longitude, latitude = np.radians(longitude), np.radians(latitude)
    with np.errstate(all="ignore"):
        seconds = time[2:] - time[:-2]
        north = latitude[2:] - latitude[:-2]
        east = (longitude[2:] - longitude[:-2]) * np.cos(latitude[1:-1])
        implied = np.where(seconds > 0, np.hypot(north, east) * _EARTH_M / seconds, np.nan)
        moving = (implied > _MOVING_MS) & (implied < 1_000)
        speed[1:-1] = np.where(moving, implied, np.nan)
        course[1:-1] = np.where(moving, np.degrees(np.arctan2(east, north)) % 360, np.nan)
    return speed, course


def speed_unit(values: NDArray[np.float64], shown: NDArray[np.float64]) -> str | None:
    """The unit in which the values are, in the middle, what the positions show; None where there is none."""
    with np.errstate(all="ignore"):
        ratio = values / shown
    ratio = ratio[np.isfinite(ratio)]
    if ratio.size < _ENOUGH:
        return None
    middle = float(np.median(ratio))
    for unit, knots in KNOTS_IN.items():
        if abs(middle * knots / KNOTS_IN["m/s"] - 1) < _SPEED_OFF:
            return unit
    return None


def course_factor(values: NDArray[np.float64], shown: NDArray[np.float64], most_off: float) -> float | None:
    """What makes degrees of the values: 1, or 180/π where they are radians; None where neither fits."""
    for factor in (1.0, 180 / np.pi):
        with np.errstate(all="ignore"):
            off = np.abs((values * factor - shown + 180) % 360 - 180)
        off = off[np.isfinite(off)]
        if off.size >= _ENOUGH and np.median(off) < most_off:
            return factor
    return None
