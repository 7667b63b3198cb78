"""Which of a file's tracks takes the place of which it had before it was imported again.

A newer parser may cut a path elsewhere, and a curator may have stated another time zone: then every time of the file is
another, but its records are what they were.
"""

from __future__ import annotations

import bisect
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tracks.importing.storing import FormerTrack, StoredTrack

Bounds = tuple[float, float]


def places_of(stored: list[StoredTrack], former: list[FormerTrack]) -> dict[int, FormerTrack]:
    """For a new track, by its id, the former one whose place it takes: the one it has most in common with.

    What two have in common is their share of records and of time, each of 0…1: of all that either has, how much both
    have. Records decide where both are equal.
    """
    new: dict[str, list[StoredTrack]] = defaultdict(list)
    for one in stored:
        if one.new:
            new[one.track.aircraft_key].append(one)
    of_flights: dict[str, list[FormerTrack]] = defaultdict(list)
    for old in former:
        if old.flight_id and old.aircraft_key in new:
            of_flights[old.aircraft_key].append(old)
    common: dict[tuple[int, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for key, olds in of_flights.items():
        for which, (of_new, of_old) in enumerate(((_records, _former_records), (_times, _former_times))):
            index = _Index.of(new[key], of_new)
            for old in olds:
                bounds = of_old(old)
                for one in index.touching(bounds):
                    common[id(old), one.track.pk][which] = _share(bounds, of_new(one))
    by_id = {id(old): old for old in former}
    places: dict[int, FormerTrack] = {}
    taken: set[int] = set()
    # Rounded: a moment in common, which is better than nothing, must not outdo a whole share of records.
    ranked = sorted(common.items(), key=lambda item: (round(sum(item[1]), 6), item[1][0]), reverse=True)
    for (old_id, pk), _shares in ranked:
        if pk not in places and old_id not in taken:
            places[pk] = by_id[old_id]
            taken.add(old_id)
    return places


def _records(one: StoredTrack) -> Bounds:
    return one.records[0], one.records[1] + 1


def _former_records(old: FormerTrack) -> Bounds:
    return old.records[0], old.records[1] + 1


def _times(one: StoredTrack) -> Bounds:
    return one.track.started_at.timestamp(), one.track.ended_at.timestamp()


def _former_times(old: FormerTrack) -> Bounds:
    return old.interval[0].timestamp(), old.interval[1].timestamp()


def _share(one: Bounds, other: Bounds) -> float:
    """How much of all that either spans both span; a moment within the other is a little."""
    both = min(one[1], other[1]) - max(one[0], other[0])
    either = max(one[1], other[1]) - min(one[0], other[0])
    return max(both / either if either > 0 else 1.0, 1e-9)


@dataclass(slots=True)
class _Index:
    """Tracks by where they begin, and the latest end of each and all before it."""

    tracks: list[StoredTrack]
    starts: list[float]
    latest_ends: list[float]
    bounds: Callable[[StoredTrack], Bounds]

    @classmethod
    def of(cls, tracks: list[StoredTrack], bounds: Callable[[StoredTrack], Bounds]) -> _Index:
        ordered = sorted(tracks, key=bounds)
        ends: Any = itertools.accumulate((bounds(one)[1] for one in ordered), max)
        return cls(ordered, [bounds(one)[0] for one in ordered], list(ends), bounds)

    def touching(self, wanted: Bounds) -> Iterator[StoredTrack]:
        """Those that have something of an interval, be it its first or last moment."""
        first, stop = bisect.bisect_left(self.latest_ends, wanted[0]), bisect.bisect_right(self.starts, wanted[1])
        return (one for one in self.tracks[first:stop] if self.bounds(one)[1] >= wanted[0])
