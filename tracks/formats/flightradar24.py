"""What the formats of Flightradar24 have in common.

Altitudes are pressure altitudes in feet. Zero is what its files give on the ground, and also for
flight at or below the 1013 hPa level, so it is no altitude; only a slow aircraft at zero is taken to
be on the ground. Squawks come without leading zeros, "0" where there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracks.formats.columns import possible, squawk_code
from tracks.formats.contract import ParseReport
from tracks.formats.units import FEET
from tracks.processing.fixes import AltitudeKind, OnGround, PositionSource

# Nothing flies slower than this at pressure altitude zero, helicopters near the sea aside.
_TAXI_KT = 60.0

# Values of `source` in files of its API.
SOURCES = {
    "ADSB": PositionSource.ADSB,
    "MLAT": PositionSource.MLAT,
    "SATELLITE": PositionSource.SATELLITE,
    "RADAR": PositionSource.RADAR,
    "FLARM": PositionSource.FLARM,
    "FAA": PositionSource.RADAR,
    "UAT": PositionSource.ADSB,
    "ESTIMATED": PositionSource.TRACKER_ESTIMATE,
}


def altitude_columns(feet: NDArray[np.float64], knots: NDArray[np.float64], report: ParseReport) -> dict[str, Any]:
    """The columns altitude, altitude_kind and on_ground from altitudes as Flightradar24 writes them."""
    altitude = possible("altitude", np.where(feet == 0, np.nan, feet) * FEET, report)
    known = ~np.isnan(altitude)
    with np.errstate(invalid="ignore"):
        standing = (feet == 0) & (knots < _TAXI_KT)
    ground = np.where(standing, int(OnGround.YES), np.where(known, int(OnGround.NO), int(OnGround.UNKNOWN)))
    return {
        "altitude": altitude,
        "altitude_kind": np.where(known, int(AltitudeKind.PRESSURE), int(AltitudeKind.UNKNOWN)),
        "on_ground": ground,
    }


def squawks(stated: Sequence[object]) -> NDArray[np.int16]:
    """Squawks written without leading zeros; "0" and whatever is none as −1."""
    return np.array(
        [squawk_code(s.strip().zfill(4)) if type(s) is str and s.strip() not in ("", "0") else -1 for s in stated],
        dtype="i2",
    )
