"""The tracks of the aircraft an import speaks of, around its time, loaded once: what joining looks at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from tracks.importing.continuing import longest_gap
from tracks.importing.storing import Interval
from tracks.models import FlightTrack, Track


@dataclass(slots=True)
class Scene:
    """Tracks of one aircraft in order of time, those of the import among them."""

    tracks: list[Track] = field(default_factory=list)

    def overlapping(self, track: Track) -> list[Track]:
        """The others that share time with a track."""
        return [
            other
            for other in self.tracks
            if other.started_at < track.ended_at and other.ended_at > track.started_at and other.pk != track.pk
        ]

    def replace(self, track: Track, *tracks: Track) -> None:
        """A track was cut: let these stand in its place."""
        others = [other for other in self.tracks if other.pk != track.pk]
        self.tracks = sorted([*others, *tracks], key=lambda other: (other.started_at, other.pk))

    def before(self, track: Track) -> Track | None:
        """The last one that ended before a track began, not too long ago to be the same flight."""
        ended = [
            other
            for other in self.tracks
            if track.started_at - longest_gap() <= other.ended_at <= track.started_at and other.pk != track.pk
        ]
        return max(ended, key=lambda other: other.ended_at, default=None)

    def after(self, track: Track) -> Track | None:
        """The first one that began after a track ended, not too late to be the same flight."""
        begun = [
            other
            for other in self.tracks
            if track.ended_at <= other.started_at <= track.ended_at + longest_gap() and other.pk != track.pk
        ]
        return min(begun, key=lambda other: other.started_at, default=None)


def scenes_of(tracks: Iterable[Track], *, demonstration: bool) -> dict[int, Scene]:
    """The scene of every aircraft of these tracks, by its id: of the same kind only, real or demonstration."""
    tracks = [track for track in tracks if track.aircraft_id is not None]
    scenes: dict[int, Scene] = defaultdict(Scene)
    if tracks:
        around = Track.objects.filter(
            aircraft__in={track.aircraft_id for track in tracks},
            track_file__demonstration=demonstration,
            started_at__lte=max(track.ended_at for track in tracks) + longest_gap(),
            ended_at__gte=min(track.started_at for track in tracks) - longest_gap(),
        )
        for track in around.select_related("flight_track").order_by("started_at", "pk"):
            assert track.aircraft_id is not None
            scenes[track.aircraft_id].tracks.append(track)
    return scenes


def twins_of(content_sha256: str, track_file_id: int, *, demonstration: bool) -> dict[str, Scene]:
    """The tracks of other files with the same content, by their key of the aircraft."""
    twins: dict[str, Scene] = defaultdict(Scene)
    same = Track.objects.filter(track_file__content_sha256=content_sha256, track_file__demonstration=demonstration)
    for track in same.exclude(track_file=track_file_id).select_related("flight_track") if content_sha256 else ():
        twins[track.aircraft_key].tracks.append(track)
    return twins


def flight_id_of(track: Track) -> str | None:
    """The flight a loaded track belongs to."""
    link: FlightTrack | None = getattr(track, "flight_track", None)
    return link.flight_id if link else None


def overlap(interval: Interval, track: Track) -> float:
    """Seconds two intervals have in common; a lone fix within counts as a little."""
    start, end = max(interval[0], track.started_at), min(interval[1], track.ended_at)
    return max((end - start).total_seconds(), 0.001 if end >= start else 0.0)
