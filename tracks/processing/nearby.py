"""Which airport a fix is at: on the ground the nearest; in the air the one it comes down to, or climbs from.

In the air the nearest is often another one: an approach to a large airport passes over small ones.
So the airport has to fit three things as far as they are known: the height (a glide path of 3
degrees, or a climb), the line the aircraft flies along, and that it sinks or climbs at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tracks.processing.airports import Airports
from tracks.processing.end_rules import EndThresholds
from tracks.processing.fixes import Fixes
from tracks.processing.geodesy import KNOT_MS, bearing_deg, distance_between_m, distance_m
from tracks.processing.phases import Phases
from tracks.processing.trend import climb_fpm, course_deg, recent

Floats = NDArray[np.float64]


class Confidence(StrEnum):
    """How sure an end is: `low` where another airport is about as near."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Nearby:
    """An airport and how a fix lies to it: metres from its reference point, and above its elevation if in the air."""

    airport: int
    distance_m: float
    height_m: float | None
    confidence: Confidence


def airport_on_ground(fixes: Fixes, at: int, airports: Airports, limits: EndThresholds) -> Nearby | None:
    """The nearest airport to the fix at `at`, which is on the ground."""
    near, distance = _within(fixes, at, airports, limits.ground_m)
    if not near.size:
        return None
    first = distance[0]
    disputed = near.size > 1 and distance[1] < limits.rival * first
    return Nearby(int(near[0]), float(first), None, Confidence.LOW if disputed else Confidence.HIGH)


def airport_in_air(
    fixes: Fixes, known: Phases, at: int, airports: Airports, limits: EndThresholds, *, arrival: bool
) -> Nearby | None:
    """The airport that the fix at `at`, the last or first of a leg and not surely on the ground, belongs to."""
    near, distance = _within(fixes, at, airports, limits.near_m)
    if _passes(fixes, at, limits, arrival=arrival):
        return None
    altitude = float(fixes.altitude[at])
    if np.isnan(altitude):
        return _over(near, distance, known.speed_kt[at], limits)
    height = altitude - airports.elevation_m[near]
    with np.errstate(invalid="ignore"):
        low = np.abs(height) <= limits.height_m
    near, distance, height = near[low], distance[low], height[low]
    if not near.size:
        return None
    close = (distance <= limits.close_m) & (height <= limits.close_height_m)
    misfit = np.full(near.size, np.inf)
    if _goes_vertically(fixes, at, limits, arrival=arrival):
        lon, lat = airports.longitude[near], airports.latitude[near]
        bearing = bearing_deg(fixes.longitude[at], fixes.latitude[at], lon, lat)
        misfit = _misfit_m(fixes, at, distance, height, bearing, limits, arrival=arrival)
    misfit = np.where(close & np.isinf(misfit), distance, misfit)
    order = np.argsort(misfit, kind="stable")
    best = int(order[0])
    if not np.isfinite(misfit[best]):
        return None
    if near.size > 1 and misfit[order[1]] - misfit[best] < limits.doubt_m:
        return None
    return Nearby(int(near[best]), float(distance[best]), float(height[best]), Confidence.MEDIUM)


def _within(fixes: Fixes, at: int, airports: Airports, reach_m: float) -> tuple[NDArray[np.int64], Floats]:
    """Airports within some metres of a fix, the nearest first, and their distances."""
    lon, lat = fixes.longitude[at], fixes.latitude[at]
    # Trigonometry over all the world's airports for each leg would cost more than all else together.
    near = airports.within_latitude(lat, reach_m)
    distance = distance_m(lon, lat, airports.longitude[near], airports.latitude[near])
    order = np.argsort(distance, kind="stable")
    order = order[distance[order] <= reach_m]
    return near[order], distance[order]


def _over(near: NDArray[np.int64], distance: Floats, speed_kt: float, limits: EndThresholds) -> Nearby | None:
    """The airport a slow fix of unknown height is over, or on."""
    if not near.size or distance[0] > limits.over_m or not speed_kt <= limits.over_kt:
        return None
    if near.size > 1 and distance[1] <= limits.over_m:
        return None
    return Nearby(int(near[0]), float(distance[0]), None, Confidence.LOW)


def _passes(fixes: Fixes, at: int, limits: EndThresholds, *, arrival: bool) -> bool:
    """Whether it is too fast to have taken off just before, or to land."""
    stated = float(fixes.ground_speed[at])
    other = recent(fixes.time, at, -1 if arrival else 1, limits.vertical_s)
    if other == at or not np.isnan(stated):
        return stated > limits.fast_kt
    lon, lat = fixes.longitude, fixes.latitude
    way = distance_between_m(lon[at], lat[at], lon[other], lat[other]) - limits.waver_m
    return bool(way > limits.fast_kt * KNOT_MS * abs(fixes.time[at] - fixes.time[other]))


def _goes_vertically(fixes: Fixes, at: int, limits: EndThresholds, *, arrival: bool) -> bool:
    """Whether an arrival sinks and a departure climbs, or it is not known."""
    other = recent(fixes.time, at, -1 if arrival else 1, limits.vertical_s)
    rate = climb_fpm(fixes, at, other)
    return not (-rate if arrival else rate) < limits.vertical_fpm


def _misfit_m(
    fixes: Fixes,
    at: int,
    distance: Floats,
    height: Floats,
    bearing: Floats,
    limits: EndThresholds,
    *,
    arrival: bool,
) -> Floats:
    """How badly each airport fits, in metres across the line flown; infinite where it cannot be the one."""
    course = course_deg(fixes, at, -1 if arrival else 1)
    if np.isnan(course):
        lateral, along = np.zeros_like(distance), distance
    else:
        off = np.radians(bearing - course)
        lateral, along = np.abs(distance * np.sin(off)), distance * np.cos(off) * (1 if arrival else -1)
    usual = limits.glide * np.maximum(distance - limits.line_from_m, 0.0)
    if arrival:
        aside = np.full_like(distance, limits.lateral_m)
        off_path = np.abs(height - usual)
    else:
        aside = np.maximum(limits.lateral_m, limits.lateral_share * distance)
        off_path = np.zeros_like(distance)
    fits = (lateral <= aside) & (along >= -limits.line_from_m)
    fits &= height <= limits.steepest * (distance + limits.line_from_m) + limits.pressure_m
    fits &= height >= usual / 2 - limits.pressure_m
    # A pressure height says less about a place than the line does.
    return np.where(fits, lateral + 2.0 * off_path, np.inf)
