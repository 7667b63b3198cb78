"""The tracks of the aircraft an import speaks of, around its time, loaded once: what joining looks at."""

from __future__ import annotations

import bisect
import datetime
import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from tracks.importing.continuing import longest_gap
from tracks.importing.storing import Interval
from tracks.models import FlightTrack, Track


@dataclass(slots=True)
class Scene:
    """Tracks of one aircraft in order of time, those of the import among them."""

    tracks: list[Track]
    # When each begins, and the latest end of it and all before it: both rise, so that times are looked up by halves.
    _starts: list[datetime.datetime] = field(default_factory=list)
    _latest_ends: list[datetime.datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._starts = [track.started_at for track in self.tracks]
        self._latest_ends = list(itertools.accumulate((track.ended_at for track in self.tracks), max))

    def within(self, start: datetime.datetime, end: datetime.datetime) -> list[Track]:
        """The tracks that have some time of an interval, be it its first or last moment."""
        first, stop = bisect.bisect_left(self._latest_ends, start), bisect.bisect_right(self._starts, end)
        return [track for track in self.tracks[first:stop] if track.ended_at >= start]

    def overlapping(self, track: Track) -> list[Track]:
        """The others that share time with a track."""
        return [
            other
            for other in self.within(track.started_at, track.ended_at)
            if other.started_at < track.ended_at and other.ended_at > track.started_at and other.pk != track.pk
        ]

    def replace(self, track: Track, *tracks: Track) -> None:
        """A track was cut: let these stand in its place."""
        others = [other for other in self.tracks if other.pk != track.pk]
        self.tracks = sorted([*others, *tracks], key=lambda other: (other.started_at, other.pk))
        self.__post_init__()

    def before(self, track: Track) -> Track | None:
        """The last one that ended before a track began, not too long ago to be the same flight."""
        near = self.within(track.started_at - longest_gap(), track.started_at)
        ended = [other for other in near if other.ended_at <= track.started_at and other.pk != track.pk]
        return max(ended, key=lambda other: other.ended_at, default=None)

    def after(self, track: Track) -> Track | None:
        """The first one that began after a track ended, not too late to be the same flight."""
        first = bisect.bisect_left(self._starts, track.ended_at)
        stop = bisect.bisect_right(self._starts, track.ended_at + longest_gap())
        return next((other for other in self.tracks[first:stop] if other.pk != track.pk), None)


def scenes_of(tracks: Iterable[Track], *, demonstration: bool) -> dict[int, Scene]:
    """The scene of every aircraft of these tracks, by its id: of the same kind only, real or demonstration."""
    tracks = [track for track in tracks if track.aircraft_id is not None]
    found: dict[int, list[Track]] = defaultdict(list)
    if tracks:
        around = Track.objects.filter(
            aircraft__in={track.aircraft_id for track in tracks},
            track_file__demonstration=demonstration,
            started_at__lte=max(track.ended_at for track in tracks) + longest_gap(),
            ended_at__gte=min(track.started_at for track in tracks) - longest_gap(),
        )
        for track in around.select_related("flight_track").order_by("started_at", "pk"):
            assert track.aircraft_id is not None
            found[track.aircraft_id].append(track)
    return {pk: Scene(own) for pk, own in found.items()}


def twins_of(content_sha256: str, track_file_id: int, *, demonstration: bool) -> dict[str, Scene]:
    """The tracks of other files with the same content, by their key of the aircraft."""
    found: dict[str, list[Track]] = defaultdict(list)
    same = Track.objects.filter(track_file__content_sha256=content_sha256, track_file__demonstration=demonstration)
    same = same.exclude(track_file=track_file_id).select_related("flight_track").order_by("started_at", "pk")
    for track in same if content_sha256 else ():
        found[track.aircraft_key].append(track)
    return {key: Scene(own) for key, own in found.items()}


def flight_id_of(track: Track) -> str | None:
    """The flight a loaded track belongs to."""
    link: FlightTrack | None = getattr(track, "flight_track", None)
    return link.flight_id if link else None


def overlap(interval: Interval, track: Track) -> float:
    """Seconds two intervals have in common; a lone fix within counts as a little."""
    start, end = max(interval[0], track.started_at), min(interval[1], track.ended_at)
    return max((end - start).total_seconds(), 0.001 if end >= start else 0.0)
