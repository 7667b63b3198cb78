"""The claims on a flight that one of its tracks makes, read from the track's row alone.

So they can be made again at any time (`rebuild_flights`), without the file. What the fixes do not show is not claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop

from tracks.importing.copying import moment
from tracks.models import Airport, Claim, ClaimField, Flight, FlightTrack, Place, Track
from tracks.models.claim_values import Value, moment_value, place_value, text_value, type_value
from tracks.models.logged import remove
from tracks.models.vocabulary import Basis, DatePrecision

# How far the moment of take-off or landing may be from the middle between the fixes around it, in seconds.
SURE_TO_THE_SECOND = 2.0  # beyond it is told to the minute only
OBSERVED_WITHIN = 10.0  # beyond it was not observed (sources update every few seconds): the middle is an estimate
STATED = gettext_noop("stated in the track file")


@dataclass(slots=True)
class TrackClaims:
    """Makes claims; remembers the places it looked up."""

    _places: dict[int, Place] = field(default_factory=dict)
    _codes: dict[str, Airport | None] = field(default_factory=dict)

    def of(self, flight: Flight, track: Track) -> list[Claim]:
        """The claims this track makes, not saved."""
        return [
            Claim(
                flight=flight,
                track=track,
                field=name,
                basis=basis,
                value=value,
                supports=STATED if basis == Basis.SOURCE else "",
            )
            for name, basis, value in self._statements(track)
        ]

    def refresh(self, links: Iterable[FlightTrack]) -> None:
        """Make the claims of tracks on their flights what they should be; those that are right already stay."""
        links = list(links)
        there: dict[int, list[Claim]] = {link.track_id: [] for link in links}
        for claim in Claim.objects.filter(track__in=there).exclude(basis=Basis.CURATOR).order_by("pk"):
            there[claim.track_id or 0].append(claim)
        wrong: list[Claim] = []
        missing: list[Claim] = []
        for link in links:
            wanted = self.of(link.flight, link.track)
            for claim in there[link.track_id]:
                same = next((w for w in wanted if claim.flight_id == link.flight_id and _alike(w, claim)), None)
                if same is None:
                    wrong.append(claim)
                else:
                    wanted.remove(same)
            missing += wanted
        remove(wrong)
        Claim.objects.bulk_create(missing)

    def _statements(self, track: Track) -> Iterator[tuple[str, str, Value]]:
        if track.aircraft_id is not None:
            yield ClaimField.AIRCRAFT, Basis.COMPUTED, {"aircraft": track.aircraft_id}
        elif kind := _stated_type(track.identity):
            yield ClaimField.TYPE, Basis.SOURCE, kind
        if track.callsign:
            yield ClaimField.CALLSIGN, Basis.COMPUTED, text_value(track.callsign)
        elif stated := track.identity.get("callsign"):
            yield ClaimField.CALLSIGN, Basis.SOURCE, text_value(stated[:40])
        yield from self._end(track, ClaimField.ORIGIN, ClaimField.DEPARTURE, track.origin_airport_id, "departure")
        yield from self._end(track, ClaimField.DESTINATION, ClaimField.ARRIVAL, track.destination_airport_id, "arrival")

    def _end(
        self, track: Track, place_field: str, time_field: str, airport_id: int | None, name: str
    ) -> Iterator[tuple[str, str, Value]]:
        if airport_id is not None and track.ends.get("airborne"):
            yield place_field, Basis.COMPUTED, place_value(self._place(airport_id))
        if stated := self._stated_airport(track.identity.get(place_field)):
            yield place_field, Basis.SOURCE, place_value(self._place(stated.pk))
        end: dict[str, Any] = track.ends.get(name, {})
        if end.get("time") is not None:
            yield time_field, Basis.COMPUTED, _transition(end["time"], end.get("time_uncertainty_s"))

    def _place(self, airport_id: int) -> Place:
        if airport_id not in self._places:
            self._places[airport_id] = Place.for_airport(Airport.objects.get(pk=airport_id))
        return self._places[airport_id]

    def _stated_airport(self, code: str | None) -> Airport | None:
        """The airport of a code the file states, ICAO or IATA; None where it is not exactly one."""
        code = (code or "").strip().upper()
        if code and code not in self._codes:
            found = list(Airport.objects.filter(**({"icao": code} if len(code) == 4 else {"iata": code}))[:2])
            self._codes[code] = found[0] if len(found) == 1 else None
        return self._codes.get(code)


def _transition(epoch: float, doubt: float | None) -> Value:
    """The moment of a take-off or landing, `doubt` seconds either way; None where that is not known."""
    doubt = float("inf") if doubt is None else doubt
    observed = doubt <= OBSERVED_WITHIN
    return moment_value(
        moment(epoch),
        precision=DatePrecision.SECOND if doubt <= SURE_TO_THE_SECOND else DatePrecision.MINUTE,
        approximate=not observed,
        evidence="observed" if observed else "estimated",
    )


def _alike(one: Claim, other: Claim) -> bool:
    return (one.field, one.basis, one.value) == (other.field, other.basis, other.value)


def _stated_type(identity: dict[str, str]) -> Value | None:
    designator, name = identity.get("type_designator", "")[:4], identity.get("type_name", "")[:120]
    return type_value(designator, name) if designator or name else None
