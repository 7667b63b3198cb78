"""Ends: where a leg began and ended, as far as its fixes show; otherwise unknown.

The nearest airport is not an answer: a leg last seen at 10 km height over the sea ends nowhere that
we know. An airport is named only where the first or last fix is within both a distance and a height
of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tracks.processing.airports import Airports
from tracks.processing.end_rules import EndThresholds
from tracks.processing.fixes import Fixes, OnGround
from tracks.processing.nearby import Confidence, Nearby, airport_in_air, airport_on_ground
from tracks.processing.phases import Phases, phases
from tracks.processing.runways import runway_used

__all__ = ["Airports", "Confidence", "End", "EndBasis", "EndThresholds", "find_end", "find_ends"]


class EndBasis(StrEnum):
    """From what an airport was concluded."""

    ON_GROUND = "fixes-on-the-ground-there"
    LOW_NEARBY = "fixes-low-nearby"


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


def find_end(fixes: Fixes, airports: Airports | None, thresholds: EndThresholds | None = None, *, arrival: bool) -> End:
    """One end of a cleaned leg; see `find_ends`.

    Args:
        arrival: the last end rather than the first.
    """
    return find_ends(fixes, airports, thresholds)[arrival]


def find_ends(
    fixes: Fixes, airports: Airports | None, thresholds: EndThresholds | None = None, known: Phases | None = None
) -> tuple[End, End]:
    """Both ends of a cleaned leg, from its observed fixes alone: an estimated one shows nothing.

    Args:
        fixes: the leg, times strictly increasing, at least one fix.
        airports: candidates; None leaves the airports unknown.
        known: the leg's phases, where they were found already.

    Returns:
        Departure and arrival.
    """
    limits = thresholds or EndThresholds()
    known = known or phases(fixes)
    if fixes.estimated.any():
        observed = ~fixes.estimated
        fixes, known = fixes[observed], known[observed]
    if not len(fixes):
        return End(seen=False), End(seen=False)
    return (
        _end(fixes, known, airports, limits, arrival=False),
        _end(fixes, known, airports, limits, arrival=True),
    )


def _end(fixes: Fixes, known: Phases, airports: Airports | None, limits: EndThresholds, *, arrival: bool) -> End:
    at = len(fixes) - 1 if arrival else 0
    grounded = bool(known.ground[at])
    moment = _transition(fixes, known, limits, arrival=arrival) if grounded else None
    time, uncertainty = moment or (None, None)
    found = _airport(fixes, known, at, airports, limits, arrival=arrival)
    if airports is None or found is None:
        return End(seen=grounded, time=time, time_uncertainty_s=uncertainty)
    when = time if time is not None else _first_or_last(fixes, known.air, at, arrival=arrival)
    return End(
        seen=True,
        airport=found.airport,
        basis=EndBasis.ON_GROUND if grounded else EndBasis.LOW_NEARBY,
        confidence=found.confidence,
        distance_m=found.distance_m,
        height_m=found.height_m,
        runway=runway_used(fixes, known, found.airport, when, airports, limits),
        time=time,
        time_uncertainty_s=uncertainty,
    )


def _airport(
    fixes: Fixes, known: Phases, at: int, airports: Airports | None, limits: EndThresholds, *, arrival: bool
) -> Nearby | None:
    if airports is None or not len(airports.code):
        return None
    if known.ground[at]:
        return airport_on_ground(fixes, at, airports, limits)
    return airport_in_air(fixes, known, at, airports, limits, arrival=arrival)


def _first_or_last(fixes: Fixes, air: NDArray[np.bool_], at: int, *, arrival: bool) -> float:
    """The time of the flying fix nearest to an end, or of the end itself."""
    flying = np.flatnonzero(air)
    return float(fixes.time[flying[-1 if arrival else 0] if flying.size else at])


def _transition(fixes: Fixes, known: Phases, limits: EndThresholds, *, arrival: bool) -> tuple[float, float] | None:
    """When it left or reached the ground: the middle between two fixes, and half their distance in time."""
    # Only what the file itself says about the ground: a speed alone does not tell lift-off.
    told = fixes.on_ground != OnGround.UNKNOWN
    flying, rolling = known.air & told, known.ground & told
    if arrival:  # the same question, from the end
        flying, rolling = flying[::-1], rolling[::-1]
    first = int(flying.argmax())
    before = rolling[:first][::-1]
    if not flying[first] or not before.any():
        return None
    pair = first - 1 - int(before.argmax()), first
    if arrival:
        pair = len(fixes) - 1 - pair[1], len(fixes) - 1 - pair[0]
    start, end = fixes.time[pair[0]], fixes.time[pair[1]]
    if end - start > limits.takeoff_s:
        return None
    return float((start + end) / 2), float((end - start) / 2)
