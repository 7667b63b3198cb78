"""Where an edit holds: edits are anchored to file, aircraft and time, never to rows, so they outlive an import."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from tracks.models.flights import Flight
from tracks.models.revisions import Edit
from tracks.models.track_files import Track

Bound = datetime.datetime | None
# What gives tracks to other flights. It is told on the pages of both.
PARTING = frozenset({Edit.Kind.SPLIT, Edit.Kind.JOIN, Edit.Kind.MOVE_OUT})
# Of an anchor and a track the shorter one lies so far in the other: then they are the same piece of the file.
SAME_PIECE = 0.5


def anchor_to(track: Track) -> dict[str, list[str]]:
    """What an edit's parameters hold to find the track again after an import: its interval when the edit was made."""
    return {"anchor": [track.started_at.isoformat(), track.ended_at.isoformat()]}


def anchor_of(edit: Edit) -> tuple[Bound, Bound]:
    """The interval of the file an edit is anchored to; where it names none, the interval it speaks of."""
    if stored := edit.parameters.get("anchor"):
        start, end = (datetime.datetime.fromisoformat(text) for text in stored)
        return start, end
    return edit.starts_at, edit.ends_at


def concerns(edit: Edit, track: Track) -> bool:
    """Whether an edit that is anchored to a file was made on this track, or on what it was before an import."""
    if (edit.track_file_id, edit.aircraft_key) != (track.track_file_id, track.aircraft_key):
        return False
    start, end = anchor_of(edit)
    first, last = max(start or track.started_at, track.started_at), min(end or track.ended_at, track.ended_at)
    if first > last:
        return False
    lengths = [track.ended_at - track.started_at]
    if start is not None and end is not None:
        lengths.append(end - start)
    return last - first >= SAME_PIECE * min(lengths)


def edits_about(flight: Flight, tracks: Iterable[Track], states: Iterable[str]) -> list[Edit]:
    """The edits on a flight in the order they were made: its own, and those anchored to its tracks.

    What was done to a flight that was merged into this one was done to this one.
    """
    tracks = list(tracks)
    own = (Q(flight=flight) | Q(flight__merged_into=flight)) & Q(track_file__isnull=True)
    partners = Q(kind__in=PARTING) & (Q(flight=flight) | Q(parameters__into=flight.pk))
    anchored = Q(track_file__in={track.track_file_id for track in tracks})
    edits = Edit.objects.filter(own | partners | anchored, state__in=list(states))
    return [
        edit
        for edit in edits.select_related("author", "track_file").order_by("created_at", "pk")
        if edit.track_file_id is None or _is_partner(edit, flight) or any(concerns(edit, track) for track in tracks)
    ]


def _is_partner(edit: Edit, flight: Flight) -> bool:
    return edit.kind in PARTING and flight.pk in {edit.flight_id, edit.parameters.get("into")}


def edits_on(flight: Flight, tracks: Iterable[Track]) -> list[Edit]:
    """The edits in force on a flight."""
    return edits_about(flight, tracks, [Edit.State.ACTIVE])


def anchored_in(track_file_id: int, *kinds: str) -> QuerySet[Edit]:
    """The edits in force that are anchored to a file, in the order they were made; `kinds`: these only."""
    edits = Edit.objects.filter(track_file=track_file_id, state=Edit.State.ACTIVE).order_by("created_at", "pk")
    return edits.filter(kind__in=kinds) if kinds else edits


def time_bounds(flight: Flight) -> tuple[Bound, Bound]:
    """From when until before when a flight lasts, as far as it was split off another or another off it."""
    since = until = None
    splits = Edit.objects.filter(kind=Edit.Kind.SPLIT, state=Edit.State.ACTIVE)
    for edit in splits.filter(Q(flight=flight) | Q(parameters__into=flight.pk)):
        if edit.parameters.get("into") == flight.pk:
            since = max(filter(None, (since, edit.starts_at)))
            if rest := edit.parameters.get("until"):
                end = datetime.datetime.fromisoformat(rest)
                until = end if until is None else min(until, end)
        elif edit.starts_at is not None:
            until = edit.starts_at if until is None else min(until, edit.starts_at)
    return since, until
