"""What curators took out of a flight: the fixes that trims and exclusions in force keep from being shown."""

from __future__ import annotations

from dataclasses import dataclass

from tracks.models.anchors import concerns, edits_about, time_bounds
from tracks.models.assembled import AssembledStretch, within
from tracks.models.flights import Flight, FlightTrack
from tracks.models.revisions import Edit
from tracks.models.track_files import Stretch

CUTS = frozenset({Edit.Kind.EXCLUDE, Edit.Kind.TRIM})


@dataclass(frozen=True, slots=True)
class CutAway:
    """A run of fixes, without its parallel columns, and the edit that took it out."""

    edit: Edit
    stretch: AssembledStretch


def cut_away_from(flight: Flight) -> list[CutAway]:
    """Every run of fixes of the flight's tracks that an edit in force takes out, in order of time.

    What a second witness has there counts too. What lies beyond a split belongs to another flight and is not among
    them. A fix that several edits take out is told once, with the first of them.
    """
    links = FlightTrack.objects.filter(flight=flight).select_related("track__track_file")
    tracks = [link.track for link in links.defer("track__track_file__report")]
    cuts = [edit for edit in edits_about(flight, tracks, [Edit.State.ACTIVE]) if edit.kind in CUTS]
    if not cuts:
        return []
    since, until = time_bounds(flight)
    found = []
    for track in tracks:
        stored = Stretch.objects.filter(track=track).order_by("ordinal")
        pieces = [AssembledStretch.of(stretch, track, ()) for stretch in stored]
        for edit in cuts:
            if edit.track_file_id is None or concerns(edit, track):
                pieces, taken = _cut(pieces, edit)
                found += [CutAway(edit, piece) for piece in taken]
    start = since.timestamp() if since else float("-inf")
    end = until.timestamp() if until else float("inf")
    inside = [
        CutAway(cut.edit, piece)
        for cut in found
        for piece in cut.stretch.where((cut.stretch.coordinates[:, 3] >= start) & (cut.stretch.coordinates[:, 3] < end))
    ]
    return sorted(inside, key=lambda cut: cut.stretch.start)


def _cut(pieces: list[AssembledStretch], edit: Edit) -> tuple[list[AssembledStretch], list[AssembledStretch]]:
    """What an edit leaves of the pieces, and what it takes."""
    left: list[AssembledStretch] = []
    taken: list[AssembledStretch] = []
    for piece in pieces:
        inside = within(piece.coordinates[:, 3], edit.starts_at, edit.ends_at)
        goes = inside if edit.kind == Edit.Kind.EXCLUDE else ~inside
        left += piece.where(~goes)
        taken += piece.where(goes)
    return left, taken
