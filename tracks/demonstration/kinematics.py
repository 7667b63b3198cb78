"""A simple kinematic model of a jet's flight, from stand to stand.

The horizontal path is a chain of great circles with circular turns. Altitude and speed are functions
of the distance flown, so the time follows by integration and nothing is simulated step by step:

- take-off: constant acceleration along the runway to the speed of lift-off;
- climb: at a gradient that falls with height; descent: along 3° to the threshold;
- speed over the ground: rises and falls with altitude (below 3 km about 250 kt), plus the wind;
- landing roll: constant deceleration to taxi speed.

Units: metres, seconds, degrees.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracks.processing.geodesy import MEAN_RADIUS_M, bearing_deg, distance_m

Floats = NDArray[np.float64]

LIFT_OFF_MS = 76.0
TOUCHDOWN_MS = 70.0
TAXI_MS = 8.0
ACCELERATION = 1.9
DECELERATION = 1.7
GLIDE = np.tan(np.radians(3.0))
STEP_M = 50.0

# Altitude above the airport -> speed over the ground in still air, climbing or descending.
_HEIGHTS = (0.0, 500.0, 3000.0, 6000.0, 10_000.0)
_CLIMB_MS = (LIFT_OFF_MS, 88.0, 129.0, 190.0, 229.0)
_DESCENT_MS = (TOUCHDOWN_MS, 76.0, 126.0, 182.0, 229.0)


@dataclass(frozen=True, slots=True)
class Waypoint:
    """A corner of the path, rounded with a radius. Degrees and metres."""

    longitude: float
    latitude: float
    radius_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Route:
    """The corners from stand to stand.

    `roll_from` is the corner where the take-off roll starts, `threshold` the one where the landing
    runway starts; both are indices of corners without a turn.
    """

    corners: tuple[Waypoint, ...]
    roll_from: int
    threshold: int
    origin_elevation_m: float
    destination_elevation_m: float
    cruise_m: float
    wind_to_deg: float
    wind_ms: float


@dataclass(frozen=True, slots=True)
class Motion:
    """The whole movement, sampled every `STEP_M` metres: columns of one length."""

    time: Floats  # seconds from the first movement
    longitude: Floats
    latitude: Floats
    altitude: Floats  # metres, above the 1013 hPa level taken as sea level
    ground_speed: Floats  # metres a second
    track: Floats  # degrees true
    vertical_speed: Floats  # metres a second
    on_ground: NDArray[np.bool_]

    def at(self, time: Floats) -> Motion:
        """The movement at other times (within its own)."""
        grounded = np.interp(time, self.time, self.on_ground.astype("f8")) > 0.5
        turn = np.unwrap(self.track, period=360.0)
        return Motion(
            time,
            np.interp(time, self.time, self.longitude),
            np.interp(time, self.time, self.latitude),
            np.interp(time, self.time, self.altitude),
            np.interp(time, self.time, self.ground_speed),
            np.interp(time, self.time, turn) % 360.0,
            np.interp(time, self.time, self.vertical_speed),
            grounded,
        )


def fly(route: Route) -> Motion:
    """The movement along a route."""
    longitude, latitude, corner_at = _path(route.corners)
    step = distance_m(longitude[:-1], latitude[:-1], longitude[1:], latitude[1:])
    way = np.concatenate([[0.0], np.cumsum(step)])
    roll_from, threshold = way[corner_at[route.roll_from]], way[corner_at[route.threshold]]
    lift_off = roll_from + LIFT_OFF_MS**2 / (2 * ACCELERATION)
    touchdown = threshold + 300.0

    climbed, descending = way - lift_off, touchdown - way
    up = np.interp(climbed, (0, 35e3, 100e3, 220e3), (0.0, 3000.0, 7000.0, 11_500.0)) + route.origin_elevation_m
    down = np.clip(descending, 0, None) * GLIDE + route.destination_elevation_m
    # Rounded less and less towards the runways, so that the profile leaves and meets them.
    rounding = np.clip(np.minimum(climbed, descending), 0.0, 2500.0)
    altitude = _smoothed(np.minimum(np.minimum(up, down), route.cruise_m), way, rounding)
    grounded = (way <= lift_off) | (way >= touchdown)
    elevation = np.where(way < way[-1] / 2, route.origin_elevation_m, route.destination_elevation_m)
    altitude = np.where(grounded, elevation, np.maximum(altitude, elevation))

    track = bearing_deg(longitude[:-1], latitude[:-1], longitude[1:], latitude[1:])
    track = np.append(track, track[-1])
    height = altitude - elevation
    rising = way < way[-1] / 2
    speed = np.where(rising, np.interp(height, _HEIGHTS, _CLIMB_MS), np.interp(height, _HEIGHTS, _DESCENT_MS))
    # The wind blows fully at height and not at all on the ground.
    speed = speed + route.wind_ms * np.cos(np.radians(track - route.wind_to_deg)) * np.clip(height / 8000.0, 0, 1)
    rolling = np.sqrt(2 * ACCELERATION * np.clip(way - roll_from, 0, None))
    braking = np.sqrt(np.clip(TOUCHDOWN_MS**2 - 2 * DECELERATION * (way - touchdown), 0, None))
    speed = np.where(way <= lift_off, np.maximum(rolling, TAXI_MS), speed)
    speed = np.where(way < roll_from, TAXI_MS, speed)
    speed = np.where(way >= touchdown, np.maximum(braking, TAXI_MS), speed)

    seconds = np.concatenate([[0.0], np.cumsum(step / ((speed[:-1] + speed[1:]) / 2))])
    vertical = np.where(grounded, 0.0, np.gradient(altitude, way) * speed)
    return Motion(seconds, longitude, latitude, altitude, speed, track, vertical, grounded)


def _smoothed(values: Floats, way: Floats, metres: Floats) -> Floats:
    """Rounds the corners of a profile: at each place its mean over so many metres on each side."""
    integral = np.concatenate([[0.0], np.cumsum(np.diff(way) * (values[:-1] + values[1:]) / 2)])
    low, high = np.clip(way - metres, way[0], way[-1]), np.clip(way + metres, way[0], way[-1])
    mean = (np.interp(high, way, integral) - np.interp(low, way, integral)) / np.maximum(high - low, 1.0)
    return np.where(high - low > 1.0, mean, values)


def _path(corners: tuple[Waypoint, ...]) -> tuple[Floats, Floats, list[int]]:
    """Points along great circles between the corners, rounded; and where each corner is among them.

    Drawn on a gnomonic projection, on which great circles are straight. It stretches the outermost
    turns by less than a hundredth, which a turn does not mind.
    """
    centre = (corners[0].longitude + corners[-1].longitude) / 2, (corners[0].latitude + corners[-1].latitude) / 2
    points = [np.array(_to_plane(c.longitude, c.latitude, centre)) for c in corners]
    pieces: list[Floats] = []
    corner_at = [0]
    at = points[0]
    for before, corner, after, waypoint in zip(points[:-2], points[1:-1], points[2:], corners[1:-1], strict=True):
        inward, outward = _unit(corner - before), _unit(after - corner)
        turn = np.arctan2(inward[0] * outward[1] - inward[1] * outward[0], inward @ outward)
        tangent = waypoint.radius_m * np.tan(abs(turn) / 2)
        begin = corner - inward * tangent
        pieces.append(_straight(at, begin))
        if tangent > 1.0:
            left = np.array([-inward[1], inward[0]]) * np.sign(turn)
            pivot = begin + left * waypoint.radius_m
            angles = np.linspace(0.0, turn, max(4, int(abs(turn) * waypoint.radius_m / STEP_M)))[:-1]
            spoke = begin - pivot
            arc = np.column_stack(
                [
                    pivot[0] + spoke[0] * np.cos(angles) - spoke[1] * np.sin(angles),
                    pivot[1] + spoke[0] * np.sin(angles) + spoke[1] * np.cos(angles),
                ]
            )
            pieces.append(arc)
        at = corner + outward * tangent
        corner_at.append(sum(len(piece) for piece in pieces))
    pieces += [_straight(at, points[-1]), points[-1][None, :]]
    corner_at.append(sum(len(piece) for piece in pieces) - 1)
    plane = np.concatenate(pieces)
    longitude, latitude = _from_plane(plane[:, 0], plane[:, 1], centre)
    return longitude, latitude, corner_at


def _unit(vector: Floats) -> Floats:
    return vector / np.hypot(*vector)


def _straight(start: Floats, end: Floats) -> Floats:
    """Points from start up to but without end."""
    count = max(1, round(float(np.hypot(*(end - start))) / STEP_M))
    return start + np.linspace(0.0, 1.0, count, endpoint=False)[:, None] * (end - start)


def _to_plane(longitude: float, latitude: float, centre: tuple[float, float]) -> tuple[float, float]:
    phi, phi0, lam = np.radians(latitude), np.radians(centre[1]), np.radians(longitude - centre[0])
    cos_c = np.sin(phi0) * np.sin(phi) + np.cos(phi0) * np.cos(phi) * np.cos(lam)
    x = np.cos(phi) * np.sin(lam) / cos_c
    y = (np.cos(phi0) * np.sin(phi) - np.sin(phi0) * np.cos(phi) * np.cos(lam)) / cos_c
    return float(x * MEAN_RADIUS_M), float(y * MEAN_RADIUS_M)


def _from_plane(x: Floats, y: Floats, centre: tuple[float, float]) -> tuple[Floats, Floats]:
    phi0 = np.radians(centre[1])
    u, v = x / MEAN_RADIUS_M, y / MEAN_RADIUS_M
    # The point on the tangent plane, seen from the earth's centre, in axes pointing up, east and north.
    latitude = np.arctan2(np.sin(phi0) + v * np.cos(phi0), np.hypot(np.cos(phi0) - v * np.sin(phi0), u))
    longitude = centre[0] + np.degrees(np.arctan2(u, np.cos(phi0) - v * np.sin(phi0)))
    return longitude, np.degrees(latitude)
