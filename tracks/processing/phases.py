"""Which fixes are on the ground and which in the air, as far as they say; shared by the steps after cleaning."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracks.processing.fixes import Fixes, OnGround
from tracks.processing.geodesy import KNOT_MS, distance_m


def speed_kt(fixes: Fixes, *, within_s: float = 60.0) -> NDArray[np.float64]:
    """The ground speed stated, or where none is, what the fixes before and after imply; n knots.

    For conclusions only: what is implied is never stored as a speed of the fix.

    Args:
        fixes: times strictly increasing.
        within_s: fixes farther apart in time imply nothing (NaN).
    """
    speed = fixes.ground_speed.astype("f8")
    which = np.flatnonzero(np.isnan(speed))
    if not which.size or len(fixes) < 2:
        return speed
    before, after = np.maximum(which - 1, 0), np.minimum(which + 1, len(fixes) - 1)
    # At a gap only the side without it counts.
    before = np.where(fixes.time[which] - fixes.time[before] > within_s, which, before)
    after = np.where(fixes.time[after] - fixes.time[which] > within_s, which, after)
    duration = fixes.time[after] - fixes.time[before]
    distance = distance_m(
        fixes.longitude[before], fixes.latitude[before], fixes.longitude[after], fixes.latitude[after]
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        speed[which] = np.where(duration > 0, distance / duration / KNOT_MS, np.nan)
    return speed


def on_ground(fixes: Fixes, *, stopped_below_kt: float = 5.0) -> NDArray[np.bool_]:
    """Fixes on the ground: where the file says so, or, where it does not say, without any speed.

    Args:
        stopped_below_kt: no aeroplane flies slower. (A hovering helicopter does; it then counts as
            stopped, and a long hover separates two legs.)
    """
    untold = fixes.on_ground == OnGround.UNKNOWN
    ground = fixes.on_ground == OnGround.YES
    if untold.any():
        with np.errstate(invalid="ignore"):
            ground |= untold & (speed_kt(fixes) < stopped_below_kt)
    return ground


def in_air(fixes: Fixes, *, flying_above_kt: float = 100.0) -> NDArray[np.bool_]:
    """Fixes in the air: where the file says so, or, where it does not say, too fast for a taxiway.

    Args:
        flying_above_kt: faster than anything taxies. A take-off roll may pass for flight for
            seconds, which no step minds.
    """
    untold = fixes.on_ground == OnGround.UNKNOWN
    air = fixes.on_ground == OnGround.NO
    if untold.any():
        with np.errstate(invalid="ignore"):
            high = fixes.altitude > 5000.0  # above any airport
            air |= untold & ((speed_kt(fixes) > flying_above_kt) | high)
    return air
