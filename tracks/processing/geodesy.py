"""Distances and directions on the earth, on arrays. Longitudes may cross the antimeridian."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

# IUGG mean radius, and the WGS84 ellipsoid.
MEAN_RADIUS_M = 6_371_008.8
SEMI_MAJOR_M = 6_378_137.0
FLATTENING = 1 / 298.257223563

# In metres a second, exactly.
KNOT_MS = 1852 / 3600
FPM_MS = 0.3048 / 60  # feet a minute

Floats = NDArray[np.float64]


def distance_m(lon1: ArrayLike, lat1: ArrayLike, lon2: ArrayLike, lat2: ArrayLike) -> Floats:
    """Great-circle distance in metres between points in degrees (haversine, mean sphere).

    Within 0.6 % of the ellipsoid; what checks and thresholds use.
    """
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half_lat = np.sin((phi2 - phi1) / 2)
    half_lon = np.sin(np.radians(np.subtract(lon2, lon1)) / 2)
    h = half_lat * half_lat + np.cos(phi1) * np.cos(phi2) * half_lon * half_lon
    return 2 * MEAN_RADIUS_M * np.arcsin(np.sqrt(np.minimum(h, 1.0)))


def distance_between_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """`distance_m` of two single points: an array of one takes ten times as long, which loops over fixes feel."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_lat, half_lon = math.sin((phi2 - phi1) / 2), math.sin(math.radians(lon2 - lon1) / 2)
    h = half_lat * half_lat + math.cos(phi1) * math.cos(phi2) * half_lon * half_lon
    return 2 * MEAN_RADIUS_M * math.asin(math.sqrt(min(h, 1.0)))


def geodesic_m(lon1: ArrayLike, lat1: ArrayLike, lon2: ArrayLike, lat2: ArrayLike) -> Floats:
    """Distance in metres on the WGS84 ellipsoid, by Lambert's formula for long lines.

    Within about 10 m over thousands of kilometres, which is what is told to people. Points nearly
    antipodal, where the formula fails, get the distance on the mean sphere.

    Source: W. D. Lambert, "The distance between two widely separated points on the surface of the
    earth", J. Washington Academy of Sciences 32 (1942).
    """
    beta1 = np.arctan((1 - FLATTENING) * np.tan(np.radians(lat1)))
    beta2 = np.arctan((1 - FLATTENING) * np.tan(np.radians(lat2)))
    half = np.sin((beta2 - beta1) / 2)
    half_lon = np.sin(np.radians(np.subtract(lon2, lon1)) / 2)
    h = half * half + np.cos(beta1) * np.cos(beta2) * half_lon * half_lon
    sigma = 2 * np.arcsin(np.sqrt(np.clip(h, 0.0, 1.0)))
    p, q = (beta1 + beta2) / 2, (beta2 - beta1) / 2
    cos2, sin2 = np.cos(sigma / 2) ** 2, np.sin(sigma / 2) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        x = (sigma - np.sin(sigma)) * (np.sin(p) * np.cos(q)) ** 2 / cos2
        y = (sigma + np.sin(sigma)) * (np.cos(p) * np.sin(q)) ** 2 / sin2
    y = np.where(sin2 > 0, y, 0.0)
    long = SEMI_MAJOR_M * (sigma - FLATTENING / 2 * (x + y))
    return np.where(cos2 > 1e-6, long, distance_m(lon1, lat1, lon2, lat2))


def bearing_deg(lon1: ArrayLike, lat1: ArrayLike, lon2: ArrayLike, lat2: ArrayLike) -> Floats:
    """Initial true bearing of the great circle from the first point to the second, 0…360."""
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    dlon = np.radians(np.subtract(lon2, lon1))
    y = np.sin(dlon) * np.cos(phi2)
    x = np.cos(phi1) * np.sin(phi2) - np.sin(phi1) * np.cos(phi2) * np.cos(dlon)
    return np.degrees(np.arctan2(y, x)) % 360.0


def angle_between_deg(a: ArrayLike, b: ArrayLike) -> Floats:
    """The unsigned angle between two directions in degrees, 0…180."""
    return np.abs((np.subtract(a, b) + 180.0) % 360.0 - 180.0)


def unwrapped(longitude: ArrayLike) -> Floats:
    """Longitudes without jumps of 360° between neighbours: for drawing or measuring in a plane."""
    return np.unwrap(np.asarray(longitude, dtype="f8"), period=360.0)
