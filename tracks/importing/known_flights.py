"""The flights an import's tracks may belong to, with what they show and where curators parted them from others.

Looked up for hundreds of tracks at once: one by one, a file of thousands of flights would ask thousands of questions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from tracks.importing.storing import Interval
from tracks.models import Edit, Flight, FlightTrack, Track
from tracks.models.anchors import bounds_by, splits_of
from tracks.models.vocabulary import FlightStatus


@dataclass(slots=True)
class KnownFlights:
    """Flights by their ids. What is asked of one that was not looked up is looked up then."""

    _living: dict[str, Flight | None] = field(default_factory=dict)
    _splits: dict[str, list[Edit]] = field(default_factory=dict)
    _shown: dict[str, list[Interval]] = field(default_factory=dict)

    def look_up(self, flight_ids: Iterable[str | None]) -> None:
        """Load these flights and those they were merged into."""
        wanted = {flight_id for flight_id in flight_ids if flight_id} - self._living.keys()
        if not wanted:
            return
        found: dict[str, Flight] = {}
        unread: set[str | None] = {*wanted}
        while unread:
            more = Flight.objects.in_bulk(unread)
            found |= more
            unread = {flight.merged_into_id for flight in more.values()} - found.keys() - {None}
        self._living |= {pk: _survivor(found, pk) for pk in wanted}
        new = (found.keys() | wanted) - self._splits.keys()
        self._splits |= splits_of(new)
        shown: dict[str, list[Interval]] = defaultdict(list)
        links = FlightTrack.objects.filter(flight__in=new, shown=True).order_by("pk")
        for pk, start, end in links.values_list("flight", "track__started_at", "track__ended_at"):
            shown[pk].append((start, end))
        self._shown |= {pk: shown[pk] for pk in new}

    def add(self, flight: Flight) -> None:
        """A new draft, which nothing is known of and which shows nothing yet."""
        self._living[flight.pk], self._splits[flight.pk], self._shown[flight.pk] = flight, [], []

    def living(self, flight_id: str | None) -> Flight | None:
        """The flight, or the one it was merged into."""
        if flight_id is None:
            return None
        self.look_up([flight_id])
        return self._living[flight_id]

    def splits(self, flight_id: str) -> list[Edit]:
        """The splits in force that parted it from other flights, in the order of their moments."""
        self.look_up([flight_id])
        return self._splits[flight_id]

    def allow(self, flight: Flight, track: Track) -> bool:
        """Whether a track may belong to a flight: most of it lies within the bounds a split set."""
        since, until = bounds_by(self.splits(flight.pk), flight.pk)
        middle = track.started_at + (track.ended_at - track.started_at) / 2
        return (since is None or middle >= since) and (until is None or middle < until)

    def show(self, flight: Flight, track: Track) -> bool:
        """Let the flight show a track, if no track it shows covers its time; whether it does."""
        self.look_up([flight.pk])
        shown = self._shown[flight.pk]
        if any(start < track.ended_at and end > track.started_at for start, end in shown):
            return False
        shown.append((track.started_at, track.ended_at))
        return True


def _survivor(found: dict[str, Flight], flight_id: str) -> Flight | None:
    """The flight that is left of one, following where each was merged into."""
    flight = found.get(flight_id)
    seen: set[str] = set()
    while flight is not None and flight.status == FlightStatus.MERGED and flight.pk not in seen:
        seen.add(flight.pk)
        flight = found.get(flight.merged_into_id or "")
    return flight
