"""Tracks of one flight beside each other: whether they were at one place at one time, and how their clocks differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tracks.importing.continuing import fixes_of, paths_of
from tracks.models import FlightTrack, Track
from tracks.models.batches import in_batches
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

    def prepare(self, pairs: Iterable[tuple[Track, Track]]) -> None:
        """Compare many pairs of tracks, first and other, with a handful of queries, for those who ask later."""
        waiting = {(first.pk, other.pk): (first, other) for first, other in pairs}
        for together in in_batches((pair for key, pair in waiting.items() if key not in self._done), _fixes):
            paths = paths_of({track.pk for pair in together for track in pair})
            for first, other in together:
                self._done[first.pk, other.pk] = compare(paths[first.pk], paths[other.pk])

    def forget(self, track: Track) -> None:
        """Drop what was compared with a track that has other fixes now."""
        self._done = {pair: found for pair, found in self._done.items() if track.pk not in pair}

    def of_flights(self, flights: Iterable[list[FlightTrack]]) -> None:
        """Compare each second witness of flights with the shown track it shares most time with; saves nothing.

        Args:
            flights: the links of each flight.
        """
        beside = [(link, _beside(link, links)) for links in flights for link in links]
        self.prepare((other, link.track) for link, other in beside if other is not None)
        for link, other in beside:
            link.compared = {} if other is None else self._told(link, other)

    def _told(self, link: FlightTrack, other: Track) -> dict[str, Any]:
        found = self.compare(other, link.track)
        if found is None:
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


def _beside(link: FlightTrack, links: Iterable[FlightTrack]) -> Track | None:
    """The shown track that a second witness shares most time with; None of one that is shown, or shares none."""
    if link.shown:
        return None
    shared = [(_shared(one.track, link.track), one.pk, one.track) for one in links if one.shown]
    seconds, _pk, other = max(shared, default=(0.0, 0, None))
    return other if seconds > 0 else None


def _shared(one: Track, other: Track) -> float:
    """Seconds two tracks have in common; less than none where they have not."""
    return (min(one.ended_at, other.ended_at) - max(one.started_at, other.started_at)).total_seconds()


def _fixes(pair: tuple[Track, Track]) -> int:
    return pair[0].fix_count + pair[1].fix_count
