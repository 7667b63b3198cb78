"""Which fixes are on the ground and which in the air, as far as they say; shared by the steps after cleaning."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracks.processing.fixes import Fixes, OnGround


def on_ground(fixes: Fixes, *, stopped_below_kt: float = 5.0) -> NDArray[np.bool_]:
    """Fixes on the ground: where the file says so, or, where it does not say, without any speed.

    Args:
        stopped_below_kt: no aeroplane flies slower. (A hovering helicopter does; it then counts as
            stopped, and a long hover separates two legs.)
    """
    with np.errstate(invalid="ignore"):
        stopped = fixes.ground_speed < stopped_below_kt
    return (fixes.on_ground == OnGround.YES) | ((fixes.on_ground == OnGround.UNKNOWN) & stopped)


def in_air(fixes: Fixes, *, flying_above_kt: float = 100.0) -> NDArray[np.bool_]:
    """Fixes in the air: where the file says so, or, where it does not say, too fast for a taxiway.

    Args:
        flying_above_kt: faster than anything taxies. A take-off roll may pass for flight for
            seconds, which no step minds.
    """
    with np.errstate(invalid="ignore"):
        fast = fixes.ground_speed > flying_above_kt
        high = fixes.altitude > 5000.0  # above any airport
    return (fixes.on_ground == OnGround.NO) | ((fixes.on_ground == OnGround.UNKNOWN) & (fast | high))
