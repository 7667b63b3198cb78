"""What the positions of a track say of its speed and direction: a check on numbers whose unit a file does not state."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracks.formats.units import EARTH_RADIUS, KNOTS_IN

# Fixes that show a unit are moving at least so fast, and there are at least so many.
_MOVING_MS = 3.0
_ENOUGH = 5
# A way over three fixes is straight where it is hardly longer than the line from the first to the last. In curves flown
# within a few fixes positions show less than the speed: circling gliders would seem to state knots, or km/h.
_STRAIGHT = 0.98
# By so much of a speed, and so many degrees, values may be off those that the positions show, in the middle.
# Knots and miles an hour differ by 15 %: more than half of that would take one for the other.
_SPEED_OFF = 0.07
# And so far from the middle the middle half of them may be: a unit has one factor, stops between fixes have any.
_SPEED_SPREAD = 0.15
COURSE_OFF_DEG = 15.0


def implied(
    time: NDArray[np.float64], longitude: NDArray[np.float64], latitude: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Speed in m/s and direction in degrees at each fix between its neighbours, NaN where it hardly moves or turns."""
    n = time.size
    speed, course = np.full(n, np.nan), np.full(n, np.nan)
    if n < 3:
        return speed, course
    longitude, latitude = np.radians(longitude), np.radians(latitude)
    with np.errstate(all="ignore"):
        seconds = time[2:] - time[:-2]
        level = np.cos(latitude[1:-1])
        north = np.diff(latitude)
        east = np.diff(longitude)
        steps = np.hypot(north[:-1], east[:-1] * level) + np.hypot(north[1:], east[1:] * level)
        north, east = north[:-1] + north[1:], (east[:-1] + east[1:]) * level
        way = np.hypot(north, east)
        implied = np.where((seconds > 0) & (way >= _STRAIGHT * steps), way * EARTH_RADIUS / seconds, np.nan)
        moving = (implied > _MOVING_MS) & (implied < 1_000)
        speed[1:-1] = np.where(moving, implied, np.nan)
        course[1:-1] = np.where(moving, np.degrees(np.arctan2(east, north)) % 360, np.nan)
    return speed, course


def speed_unit(values: NDArray[np.float64], shown: NDArray[np.float64]) -> str | None:
    """The unit in which the values are, in the middle, what the positions show.

    None where there is none, or where too much of it differs from the middle.
    """
    with np.errstate(all="ignore"):
        ratio = values / shown
    ratio = ratio[np.isfinite(ratio)]
    if ratio.size < _ENOUGH:
        return None
    low, middle, high = (float(quarter) for quarter in np.percentile(ratio, (25, 50, 75)))
    if low < middle * (1 - _SPEED_SPREAD) or high > middle * (1 + _SPEED_SPREAD):
        return None
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
