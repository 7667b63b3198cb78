"""Tracks of one flight beside each other: whether they were at one place at one time, and how their clocks differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tracks.importing.continuing import fixes_of
from tracks.models import Flight, FlightTrack, Track
from tracks.processing.clock_offset import Comparison, compare

# Two tracks of one aircraft at one time that are farther apart, whatever their clocks say, are not one flight: two
# aircraft use one address, or a file is wrong. Within it, multilateration at its worst.
FAR_M = 20_000.0


@dataclass(slots=True)
class Comparer:
    """Compares tracks; remembers what it has compared."""

    _done: dict[tuple[int, int], Comparison | None] = field(default_factory=dict)

    def compare(self, first: Track, other: Track) -> Comparison | None:
        """The other's clock and positions against the first's; None where they share no time."""
        key = (first.pk, other.pk)
        if key not in self._done:
            self._done[key] = compare(fixes_of(first), fixes_of(other))
        return self._done[key]

    def far_apart_m(self, first: Track, other: Track) -> float | None:
        """How far apart two tracks are that cannot be one flight; None where they can."""
        found = self.compare(first, other)
        return found.apart_m if found is not None and found.apart_m > FAR_M else None

    def of_flight(self, flight: Flight) -> None:
        """Compare each second witness of a flight with the shown track it shares most time with."""
        links = list(flight.flight_tracks.select_related("track"))
        for link in links:
            told = {} if link.shown else self._told(link, (other for other in links if other.shown))
            if told != link.compared:
                link.compared = told
                link.save(update_fields=["compared"])

    def _told(self, link: FlightTrack, shown: Iterable[FlightTrack]) -> dict[str, Any]:
        beside = [(_shared(one.track, link.track), one.pk, one.track) for one in shown]
        seconds, _pk, other = max(beside, default=(0.0, 0, None))
        found = self.compare(other, link.track) if other is not None and seconds > 0 else None
        if other is None or found is None:
            return {}
        told = {
            "with": other.pk,
            "fixes": found.fixes,
            "distance_m": round(found.distance_m, 1),
            "offset_s": None if found.offset_s is None else round(found.offset_s, 2),
            "doubt_s": None if found.doubt_s is None else round(found.doubt_s, 3),
            "aligned_m": None if found.aligned_m is None else round(found.aligned_m, 1),
        }
        return {name: value for name, value in told.items() if value is not None}


def _shared(one: Track, other: Track) -> float:
    """Seconds two tracks have in common; less than none where they have not."""
    return (min(one.ended_at, other.ended_at) - max(one.started_at, other.started_at)).total_seconds()
