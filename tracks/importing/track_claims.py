"""The claims on a flight that one of its tracks makes, read from the track's row alone.

So they can be made again at any time (`rebuild_flights`), without the file. What the fixes do not show is not claimed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_noop

from tracks.importing.storing import moment
from tracks.models import Airport, Claim, ClaimField, Flight, Place, Track
from tracks.models.claim_values import Value, aircraft_value, moment_value, place_value, text_value, type_value
from tracks.models.vocabulary import Basis, DatePrecision

# Beyond it the moment of take-off or landing is told to the minute only.
SURE_TO_THE_SECOND = 2.0  # seconds
STATED = gettext_noop("stated in the track file")


def refresh_claims(flight: Flight, track: Track) -> None:
    """Make the flight's claims from this track what they should be; those that are right already stay as they are."""
    wanted = list(_claims(track))
    for claim in Claim.objects.filter(track=track).exclude(basis=Basis.CURATOR):
        same = (claim.field, claim.basis, claim.value)
        if claim.flight_id == flight.pk and same in wanted:
            wanted.remove(same)
        else:
            claim.delete()
    for field, basis, value in wanted:
        supports = STATED if basis == Basis.SOURCE else ""
        Claim.objects.create(flight=flight, track=track, field=field, basis=basis, value=value, supports=supports)


def _claims(track: Track) -> Iterator[tuple[str, str, Value]]:
    if track.aircraft is not None:
        yield ClaimField.AIRCRAFT, Basis.COMPUTED, aircraft_value(track.aircraft)
    elif kind := _stated_type(track.identity):
        yield ClaimField.TYPE, Basis.SOURCE, kind
    if track.callsign:
        yield ClaimField.CALLSIGN, Basis.COMPUTED, text_value(track.callsign)
    elif stated := track.identity.get("callsign"):
        yield ClaimField.CALLSIGN, Basis.SOURCE, text_value(stated[:40])
    yield from _end(track, ClaimField.ORIGIN, ClaimField.DEPARTURE, track.origin_airport, "departure")
    yield from _end(track, ClaimField.DESTINATION, ClaimField.ARRIVAL, track.destination_airport, "arrival")


def _end(
    track: Track, place_field: str, time_field: str, airport: Airport | None, name: str
) -> Iterator[tuple[str, str, Value]]:
    if airport is not None and track.ends.get("airborne"):
        yield place_field, Basis.COMPUTED, place_value(Place.for_airport(airport))
    if stated := _stated_airport(track.identity.get(place_field)):
        yield place_field, Basis.SOURCE, place_value(Place.for_airport(stated))
    end: dict[str, Any] = track.ends.get(name, {})
    if end.get("time") is not None:
        doubt = end.get("time_uncertainty_s") or 0.0
        precision = DatePrecision.SECOND if doubt <= SURE_TO_THE_SECOND else DatePrecision.MINUTE
        yield (
            time_field,
            Basis.COMPUTED,
            moment_value(moment(end["time"]), precision=precision, evidence="observed"),
        )


def _stated_airport(code: str | None) -> Airport | None:
    """The airport of a code the file states, ICAO or IATA; None where it is not exactly one."""
    if not code:
        return None
    code = code.strip().upper()
    found = list(Airport.objects.filter(**({"icao": code} if len(code) == 4 else {"iata": code}))[:2])
    return found[0] if len(found) == 1 else None


def _stated_type(identity: dict[str, str]) -> Value | None:
    designator, name = identity.get("type_designator", "")[:4], identity.get("type_name", "")[:120]
    return type_value(designator, name) if designator or name else None
