"""What curators did to a file's tracks before, done again when the file is imported again.

Trims, exclusions, causes and choices are applied whenever a flight is put together (`tracks.models.assembly`). What is
left to an import: legs are cut where a flight was split, tracks go to the flights that they were joined or moved to,
and edits that no longer find their place are set aside for review.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from tracks.models import Edit, Stretch, Track, TrackFile
from tracks.models.anchors import anchored_in, concerns
from tracks.models.vocabulary import EvidenceClass


def split_moments(track_file: TrackFile) -> dict[str, list[float]]:
    """For each aircraft of a file the epoch seconds at which a curator began another flight."""
    moments: dict[str, list[float]] = defaultdict(list)
    if track_file.pk is not None:
        for edit in anchored_in(track_file.pk, Edit.Kind.SPLIT):
            if edit.starts_at is not None:
                moments[edit.aircraft_key].append(edit.starts_at.timestamp())
    return moments


@dataclass(slots=True)
class Assignments:
    """Where curators said that the tracks of a file belong: their edits by the file's key of the aircraft."""

    edits: dict[str, list[Edit]] = field(default_factory=dict)

    @classmethod
    def of(cls, track_file: TrackFile) -> Assignments:
        edits: dict[str, list[Edit]] = defaultdict(list)
        for edit in anchored_in(track_file.pk, Edit.Kind.SPLIT, Edit.Kind.JOIN, Edit.Kind.MOVE_OUT):
            edits[edit.aircraft_key].append(edit)
        return cls(edits)

    def flight_id(self, track: Track) -> str | None:
        """The flight a curator gave this piece of the file to; of several times the last counts."""
        found: str | None = None
        for edit in self.edits.get(track.aircraft_key, ()):
            if not concerns(edit, track):
                continue
            if edit.kind == Edit.Kind.JOIN or (edit.kind == Edit.Kind.SPLIT and _before(track, edit)):
                found = edit.flight_id
            else:
                found = edit.parameters.get("into")
        return found


def _before(track: Track, edit: Edit) -> bool:
    middle = track.started_at + (track.ended_at - track.started_at) / 2
    return edit.starts_at is not None and middle < edit.starts_at


def review_edits(track_file: TrackFile) -> int:
    """Set aside the edits on a file that no longer find their place in it; returns how many."""
    edits = list(anchored_in(track_file.pk))
    tracks: dict[str, list[Track]] = defaultdict(list)
    for track in track_file.tracks.all() if edits else ():
        tracks[track.aircraft_key].append(track)
    count = 0
    for edit in edits:
        if not _finds_its_place(edit, [track for track in tracks[edit.aircraft_key] if concerns(edit, track)]):
            edit.state = Edit.State.REVIEW
            edit.save(update_fields=["state"])
            count += 1
    return count


def _finds_its_place(edit: Edit, tracks: list[Track]) -> bool:
    """Whether there still is what the edit speaks of. `tracks` are those it was made on, as they are now."""
    start, end = edit.starts_at, edit.ends_at
    if edit.kind == Edit.Kind.GAP_CAUSE:
        if not tracks or start is None or end is None:
            return bool(tracks)
        received = Stretch.objects.filter(track__in=tracks, evidence_class=EvidenceClass.OBSERVED)
        return not received.filter(started_at__lte=start, ended_at__gte=end).exists()
    if edit.kind in {Edit.Kind.TRIM, Edit.Kind.EXCLUDE, Edit.Kind.CHOOSE_SOURCE}:
        return any(
            (start is None or start <= track.ended_at) and (end is None or end >= track.started_at) for track in tracks
        )
    return bool(tracks)
