"""From Earth-centred, Earth-fixed metres to longitude, latitude and height on the WGS 84 ellipsoid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SEMI_MAJOR_AXIS = 6_378_137.0  # metres, of WGS 84
FLATTENING = 1 / 298.257223563


def geodetic(
    x: NDArray[np.float64], y: NDArray[np.float64], z: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Longitude, latitude (degrees) and height above the ellipsoid (metres) of n points.

    The closed formula of H. Vermeille, Direct transformation from geocentric coordinates to geodetic
    coordinates, Journal of Geodesy 76 (2002), 451–454: exact, without iteration. It holds outside the
    evolute of the ellipse; nearer to the Earth's centre than about 43 km there is none: NaN.
    """
    e2 = FLATTENING * (2 - FLATTENING)
    e4 = e2 * e2
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        across = np.hypot(x, y)
        p = (across / SEMI_MAJOR_AXIS) ** 2
        q = (1 - e2) * (z / SEMI_MAJOR_AXIS) ** 2
        r = (p + q - e4) / 6
        s = e4 * p * q / (4 * r**3)
        t = np.cbrt(1 + s + np.sqrt(s * (2 + s)))
        u = r * (1 + t + 1 / t)
        v = np.sqrt(u**2 + e4 * q)
        w = e2 * (u + v - q) / (2 * v)
        k = np.sqrt(u + v + w**2) - w
        d = k * across / (k + e2)
        far = np.hypot(d, z)
        height = (k + e2 - 1) / k * far
        latitude = np.degrees(2 * np.arctan2(z, d + far))
        longitude = np.degrees(np.arctan2(y, x))
        outside = r > 0
    nowhere = np.nan
    return (
        np.where(outside, longitude, nowhere),
        np.where(outside, latitude, nowhere),
        np.where(outside, height, nowhere),
    )
