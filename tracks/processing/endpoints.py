"""Ends: where a leg began and ended, as far as its fixes show; otherwise unknown.

The nearest airport is not an answer: a leg last seen at 10 km height over the sea ends nowhere that
we know. An airport is named only where the first or last fix is within both a distance and a height
of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tracks.processing.fixes import Fixes, OnGround
from tracks.processing.geodesy import angle_between_deg, bearing_deg, distance_m
from tracks.processing.phases import in_air, on_ground, speed_kt

FEET = 0.3048


@dataclass(slots=True, eq=False)
class Airports:
    """k airports as arrays, their runways (r) beside them.

    Attributes:
        code: k names by which the caller knows them.
        longitude, latitude: k, degrees. elevation_m: k, metres, NaN where not known.
        runway_airport: r indices into the airports; the other runway arrays have length 2r: each
            runway once from its low and once from its high end, in that order, as `ident`,
            position of the threshold and true heading of who lands or takes off there.
    """

    code: Sequence[str]
    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]
    elevation_m: NDArray[np.float64]
    end_airport: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, "i8"))
    end_ident: Sequence[str] = ()
    end_longitude: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    end_latitude: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    end_heading_deg: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    end_length_m: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    _by_latitude: NDArray[np.int64] = field(init=False, repr=False)
    _latitudes: NDArray[np.float64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._by_latitude = np.argsort(self.latitude, kind="stable")
        self._latitudes = self.latitude[self._by_latitude]

    def within_latitude(self, latitude: float, reach_m: float) -> NDArray[np.int64]:
        """The airports whose latitude is within some metres of one: a first, cheap choice."""
        reach = float(np.degrees(reach_m / 6.3e6))
        between = np.searchsorted(self._latitudes, (latitude - reach, latitude + reach))
        return self._by_latitude[between[0] : between[1]]

    @classmethod
    def of(cls, code: Sequence[str], longitude: ArrayLike, latitude: ArrayLike, elevation_m: ArrayLike) -> Airports:
        """Airports without runways, from any sequences of length k."""
        return cls(
            list(code),
            np.asarray(longitude, dtype="f8"),
            np.asarray(latitude, dtype="f8"),
            np.asarray(elevation_m, dtype="f8"),
        )

    def with_runway_ends(
        self,
        airport: ArrayLike,
        ident: Sequence[str],
        longitude: ArrayLike,
        latitude: ArrayLike,
        heading_deg: ArrayLike,
        length_m: ArrayLike,
    ) -> Airports:
        """The same airports with runway ends: e entries, two for each runway (one a direction).

        Args:
            airport: index into the airports. ident: "07L". longitude, latitude: the threshold.
            heading_deg: true heading of a landing or take-off there. length_m: of the runway.
        """
        return Airports(
            self.code,
            self.longitude,
            self.latitude,
            self.elevation_m,
            np.asarray(airport, dtype="i8"),
            list(ident),
            np.asarray(longitude, dtype="f8"),
            np.asarray(latitude, dtype="f8"),
            np.asarray(heading_deg, dtype="f8"),
            np.asarray(length_m, dtype="f8"),
        )


class EndBasis(StrEnum):
    """From what an airport was concluded."""

    ON_GROUND = "fixes-on-the-ground-there"
    LOW_NEARBY = "fixes-low-nearby"


class Confidence(StrEnum):
    """How sure an end is: `low` where another airport is about as near."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class End:
    """One end of a leg.

    Attributes:
        seen: whether the fixes reach the ground, or an airport's close vicinity; where False, the
            leg goes on unseen beyond its first or last fix.
        airport: index into the airports given, None where unknown.
        distance_m, height_m: of the end fix from that airport; height is above its elevation and as
            wrong as the air pressure was far from standard; None on the ground or where unknown.
        runway: ident of the runway end used, None where the fixes do not show it.
        time: of take-off or landing in epoch seconds, where the fixes show it: the moment between
            the last fix on one side of it and the first on the other; `time_uncertainty_s` is half
            the time between them.
    """

    seen: bool
    airport: int | None = None
    basis: EndBasis | None = None
    confidence: Confidence | None = None
    distance_m: float | None = None
    height_m: float | None = None
    runway: str | None = None
    time: float | None = None
    time_uncertainty_s: float | None = None


@dataclass(frozen=True, slots=True)
class EndThresholds:
    """When an end is at an airport.

    Args:
        ground_m: a fix on the ground is at an airport whose reference point is this near.
        near_m, height_m: a fix in the air is at one that is this near and, above its elevation,
            this close below. 900 m hold a glide path from 15 km out and a pressure 30 hPa off.
        elevation_m: taken for an airport of unknown elevation is nothing: it cannot be concluded
            from a fix in the air.
        rival: another airport less than this many times as far makes the answer uncertain.
        takeoff_s: take-off and landing are told only if the fixes around are this close in time.
        runway_window_s: fixes this close to take-off or landing may show the runway.
        runway_lateral_m, runway_beyond_m, runway_deg: they must be this near to its line, at most
            this far off its ends, and move along it within this angle.
    """

    ground_m: float = 6_000.0
    near_m: float = 12_000.0
    height_m: float = 900.0
    rival: float = 1.5
    takeoff_s: float = 120.0
    runway_window_s: float = 90.0
    runway_lateral_m: float = 90.0
    runway_beyond_m: float = 4_000.0
    runway_deg: float = 12.0


def find_end(fixes: Fixes, airports: Airports | None, thresholds: EndThresholds | None = None, *, arrival: bool) -> End:
    """One end of a cleaned leg; see `find_ends`.

    Args:
        arrival: the last end rather than the first.
    """
    return find_ends(fixes, airports, thresholds)[arrival]


def find_ends(fixes: Fixes, airports: Airports | None, thresholds: EndThresholds | None = None) -> tuple[End, End]:
    """Both ends of a cleaned leg, from its observed fixes alone: an estimated one shows nothing.

    Args:
        fixes: the leg, times strictly increasing, at least one fix.
        airports: candidates; None leaves the airports unknown.

    Returns:
        Departure and arrival.
    """
    limits = thresholds or EndThresholds()
    if fixes.estimated.any():
        fixes = fixes[~fixes.estimated]
    if not len(fixes):
        return End(seen=False), End(seen=False)
    air, ground = in_air(fixes), on_ground(fixes)
    return (
        _end(fixes, air, ground, airports, limits, arrival=False),
        _end(fixes, air, ground, airports, limits, arrival=True),
    )


def _end(
    fixes: Fixes,
    air: NDArray[np.bool_],
    ground: NDArray[np.bool_],
    airports: Airports | None,
    limits: EndThresholds,
    *,
    arrival: bool,
) -> End:
    at = len(fixes) - 1 if arrival else 0
    grounded = bool(ground[at])
    moment = _transition(fixes, air, ground, limits, arrival=arrival) if grounded else None
    time, uncertainty = moment or (None, None)
    found = _airport(fixes, at, grounded, airports, limits) if airports is not None and len(airports.code) else None
    if airports is None or found is None:
        return End(seen=grounded, time=time, time_uncertainty_s=uncertainty)
    airport, distance, height, confidence = found
    when = time if time is not None else _first_or_last(fixes, air, at, arrival=arrival)
    return End(
        seen=True,
        airport=airport,
        basis=EndBasis.ON_GROUND if grounded else EndBasis.LOW_NEARBY,
        confidence=confidence,
        distance_m=distance,
        height_m=height,
        runway=_runway(fixes, airport, when, airports, limits),
        time=time,
        time_uncertainty_s=uncertainty,
    )


def _airport(
    fixes: Fixes, at: int, grounded: bool, airports: Airports, limits: EndThresholds
) -> tuple[int, float, float | None, Confidence] | None:
    lon, lat = fixes.longitude[at], fixes.latitude[at]
    # Trigonometry over all the world's airports for each leg would cost more than all else together.
    near = airports.within_latitude(lat, max(limits.ground_m, limits.near_m))
    distance = distance_m(lon, lat, airports.longitude[near], airports.latitude[near])
    height: float | None = None
    if grounded:
        allowed = distance <= limits.ground_m
    else:
        altitude = fixes.altitude[at]
        if np.isnan(altitude):
            return None
        heights = altitude - airports.elevation_m[near]
        with np.errstate(invalid="ignore"):
            allowed = (distance <= limits.near_m) & (heights <= limits.height_m) & (heights >= -limits.height_m)
    near, distance = near[allowed], distance[allowed]
    if not near.size:
        return None
    order = np.argsort(distance, kind="stable")
    best = int(near[order[0]])
    if not grounded:
        height = float(fixes.altitude[at] - airports.elevation_m[best])
    disputed = near.size > 1 and distance[order[1]] < limits.rival * distance[order[0]]
    if disputed:
        confidence = Confidence.LOW
    else:
        confidence = Confidence.HIGH if grounded else Confidence.MEDIUM
    return best, float(distance[order[0]]), height, confidence


def _first_or_last(fixes: Fixes, air: NDArray[np.bool_], at: int, *, arrival: bool) -> float:
    """The time of the flying fix nearest to an end, or of the end itself."""
    flying = np.flatnonzero(air)
    return float(fixes.time[flying[-1 if arrival else 0] if flying.size else at])


def _transition(
    fixes: Fixes, air: NDArray[np.bool_], ground: NDArray[np.bool_], limits: EndThresholds, *, arrival: bool
) -> tuple[float, float] | None:
    """When it left or reached the ground: the middle between two fixes, and half their distance in time."""
    # Only what the file itself says about the ground: a speed alone does not tell lift-off.
    told = fixes.on_ground != OnGround.UNKNOWN
    flying = np.flatnonzero(air & told)
    rolling = np.flatnonzero(ground & told)
    if not flying.size or not rolling.size:
        return None
    if arrival:
        last = flying[-1]
        later = rolling[rolling > last]
        pair = (last, later[0]) if later.size else None
    else:
        first = flying[0]
        earlier = rolling[rolling < first]
        pair = (earlier[-1], first) if earlier.size else None
    if pair is None:
        return None
    start, end = fixes.time[pair[0]], fixes.time[pair[1]]
    if end - start > limits.takeoff_s:
        return None
    return float((start + end) / 2), float((end - start) / 2)


def _runway(fixes: Fixes, airport: int, when: float, airports: Airports, limits: EndThresholds) -> str | None:
    """The runway end whose line most of the fixes around take-off or landing lie on and move along."""
    ends = np.flatnonzero(airports.end_airport == airport)
    window = np.flatnonzero(np.abs(fixes.time - when) <= limits.runway_window_s)
    with np.errstate(invalid="ignore"):
        window = window[speed_kt(fixes[window]) > 50.0]
    if not ends.size or window.size < 2:
        return None
    # Direction of travel from the positions: on the ground files give headings, or nothing.
    lon, lat = fixes.longitude[window], fixes.latitude[window]
    course = bearing_deg(lon[:-1], lat[:-1], lon[1:], lat[1:])
    moved = distance_m(lon[:-1], lat[:-1], lon[1:], lat[1:]) > 20.0
    votes = []
    for end in ends.tolist():
        heading = airports.end_heading_deg[end]
        far = distance_m(airports.end_longitude[end], airports.end_latitude[end], lon[1:], lat[1:])
        direction = bearing_deg(airports.end_longitude[end], airports.end_latitude[end], lon[1:], lat[1:])
        off = np.radians(direction - heading)
        along, lateral = far * np.cos(off), far * np.sin(off)
        length = airports.end_length_m[end]
        on_line = (
            moved
            & (np.abs(lateral) <= limits.runway_lateral_m)
            & (along >= -limits.runway_beyond_m)
            & (along <= length + limits.runway_beyond_m)
            & (angle_between_deg(course, heading) <= limits.runway_deg)
        )
        votes.append((int(on_line.sum()), -float(np.abs(lateral[on_line]).mean()) if on_line.any() else 0.0, end))
    votes.sort(reverse=True)
    best = votes[0]
    if best[0] < 2 or (len(votes) > 1 and votes[1][:2] == best[:2]):
        return None
    return str(airports.end_ident[best[2]])
