"""Where an edit holds: edits are anchored to file, aircraft and time, never to rows, so they outlive an import."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import F, Q, QuerySet

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


def cuts_in(track_file_ids: Iterable[int]) -> list[Edit]:
    """The trims and exclusions in force that are anchored to these files."""
    kinds = (Edit.Kind.TRIM, Edit.Kind.EXCLUDE)
    return list(Edit.objects.filter(track_file__in=set(track_file_ids), kind__in=kinds, state=Edit.State.ACTIVE))


def is_cut_away(track: Track, at: datetime.datetime, cuts: Iterable[Edit]) -> bool:
    """Whether one of these trims and exclusions takes a moment of a track away."""
    for edit in cuts:
        inside = (edit.starts_at is None or edit.starts_at <= at) and (edit.ends_at is None or at <= edit.ends_at)
        if inside == (edit.kind == Edit.Kind.EXCLUDE) and concerns(edit, track):
            return True
    return False


def edits_about(flight: Flight, tracks: Iterable[Track], states: Iterable[str]) -> list[Edit]:
    """The edits on a flight in the order they were made: its own, and those anchored to its tracks.

    What was done to a flight that was merged into this one was done to this one.
    """
    return edits_about_each({flight.pk: list(tracks)}, states)[flight.pk]


def edits_about_each(tracks: Mapping[str, Sequence[Track]], states: Iterable[str]) -> dict[str, list[Edit]]:
    """`edits_about` of several flights, given by id with their tracks, in one query."""
    owners: dict[tuple[int, str], list[tuple[str, Track]]] = defaultdict(list)
    for flight_id, track in ((flight_id, track) for flight_id, own in tracks.items() for track in own):
        owners[track.track_file_id, track.aircraft_key].append((flight_id, track))
    own = (Q(flight__in=tracks) | Q(flight__merged_into__in=tracks)) & Q(track_file__isnull=True)
    anchored = Q(track_file__in={file for file, _key in owners})
    edits = Edit.objects.filter(own | _partners_of(tracks) | anchored, state__in=list(states))
    found: dict[str, list[Edit]] = {flight_id: [] for flight_id in tracks}
    edits = edits.annotate(led_on_to=F("flight__merged_into")).select_related("author", "track_file")
    # The report of an import may be as long as the file has tracks.
    for edit in edits.defer("track_file__report").order_by("created_at", "pk"):
        about = {edit.flight_id, edit.parameters.get("into")} if edit.kind in PARTING else set()
        if edit.track_file_id is None:
            about |= {edit.flight_id, edit.led_on_to}
        else:
            beside = owners.get((edit.track_file_id, edit.aircraft_key), ())
            about |= {flight_id for flight_id, track in beside if concerns(edit, track)}
        for flight_id in about & found.keys():
            found[flight_id].append(edit)
    return found


def _partners_of(flight_ids: Iterable[str]) -> Q:
    """The edits that gave tracks of these flights to others, or of others to them."""
    ids = list(flight_ids)
    return Q(kind__in=PARTING) & (Q(flight__in=ids) | Q(parameters__into__in=ids))


def anchored_in(track_file_id: int, *kinds: str) -> QuerySet[Edit]:
    """The edits in force that are anchored to a file, in the order they were made; `kinds`: these only."""
    edits = Edit.objects.filter(track_file=track_file_id, state=Edit.State.ACTIVE).order_by("created_at", "pk")
    return edits.filter(kind__in=kinds) if kinds else edits


def splits_of(flight_ids: Iterable[str]) -> dict[str, list[Edit]]:
    """The splits in force that parted each of these flights from another, in the order of their moments."""
    found: dict[str, list[Edit]] = {flight_id: [] for flight_id in flight_ids}
    splits = Edit.objects.filter(_partners_of(found), kind=Edit.Kind.SPLIT, state=Edit.State.ACTIVE)
    for edit in splits.order_by("starts_at", "pk") if found else ():
        for flight_id in {edit.flight_id, edit.parameters.get("into")} & found.keys():
            found[flight_id].append(edit)
    return found


def time_bounds(flight: Flight) -> tuple[Bound, Bound]:
    """From when until before when a flight lasts, as far as it was split off another or another off it."""
    return bounds_by(splits_of([flight.pk])[flight.pk], flight.pk)


def bounds_by(splits: Iterable[Edit], flight_id: str) -> tuple[Bound, Bound]:
    """`time_bounds` of the flight that these splits parted from others."""
    since = until = None
    for edit in splits:
        if edit.parameters.get("into") == flight_id:
            since = max(filter(None, (since, edit.starts_at)))
            if rest := edit.parameters.get("until"):
                end = datetime.datetime.fromisoformat(rest)
                until = end if until is None else min(until, end)
        elif edit.starts_at is not None:
            until = edit.starts_at if until is None else min(until, edit.starts_at)
    return since, until
