"""A curator's edits of what a flight shows: made, set aside, put in force again. They change no stored path.

Flights are joined and parted in `tracks.models.merging`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tracks.models.anchors import anchor_to, concerns
from tracks.models.assembled import AssembledGap
from tracks.models.assembly import Assembly, assemble
from tracks.models.flights import Flight, FlightTrack
from tracks.models.locks import lock_joining
from tracks.models.resolving import resolve
from tracks.models.revisions import Edit, EditRefused
from tracks.models.track_files import Track
from tracks.models.turns import observed
from tracks.models.vocabulary import FlightStatus, GapCause

Moment = datetime.datetime

# What changes only how a flight's tracks are shown, and can be put in force again as it was.
SHOWING = frozenset({Edit.Kind.TRIM, Edit.Kind.EXCLUDE, Edit.Kind.GAP_CAUSE, Edit.Kind.CHOOSE_SOURCE})


@transaction.atomic
def cut_away(
    flight: Flight,
    kind: Edit.Kind,
    tracks: Iterable[Track],
    interval: tuple[Moment | None, Moment | None],
    *,
    reason: str,
    author: User | None,
) -> list[Edit]:
    """Trim tracks to an interval, or exclude it from them (both ends belong to it); one edit for each track.

    Args:
        kind: TRIM or EXCLUDE.
        tracks: of the flight. An interval is excluded from those only that have time in it.
        interval: either end may be open.

    Raises:
        EditRefused: the flight would show the same as before, or nothing received at all.
    """
    start, end = interval
    flight = open_to_edits(flight)
    before = assemble(flight)
    edits = [
        _make(flight, kind, track, interval, reason, author)
        for track in tracks
        if kind == Edit.Kind.TRIM
        or ((start is None or start <= track.ended_at) and (end is None or end >= track.started_at))
    ]
    after = assemble(flight)
    if not edits or _shows(before) == _shows(after):
        raise EditRefused(_("The flight would show the same as before: none of its fixes lies where you cut."))
    if not len(observed(after.stretches)):
        raise EditRefused(_("Nothing that was received would be left of the flight. Withdraw it instead."))
    resolve(flight)
    return edits


@transaction.atomic
def state_cause(flight: Flight, gap: AssembledGap, cause: str, *, reason: str, author: User | None) -> Edit:
    """Say why a gap of the flight is there. Anchored to the track the gap begins or ends in.

    Raises:
        EditRefused: the flight has no such gap now, or the cause is none a curator may state.
    """
    flight = open_to_edits(flight)
    if cause not in GapCause.values or cause == GapCause.REMOVED:
        raise EditRefused(_("“%(cause)s” is no cause a gap can have.") % {"cause": cause})
    assembly = assemble(flight)
    bounds = (gap.started_at, gap.ended_at)
    if all((one.started_at, one.ended_at) != bounds for one in assembly.gaps):
        raise EditRefused(_("The flight has no such gap now. Load the page again."))
    edge = gap.started_at or gap.ended_at
    assert edge is not None
    track = min(assembly.tracks, key=lambda one: (not one.started_at <= edge <= one.ended_at, one.started_at, one.pk))
    edit = _make(flight, Edit.Kind.GAP_CAUSE, track, bounds, reason, author, cause=cause)
    resolve(flight)
    return edit


@transaction.atomic
def choose_track(
    flight: Flight, track: Track, interval: tuple[Moment, Moment], *, reason: str, author: User | None
) -> Edit:
    """Show one of the flight's tracks from one moment to another, and no other track there.

    Raises:
        EditRefused: the track has nothing there, or is what is shown there already.
    """
    flight = open_to_edits(flight)
    before = assemble(flight)
    edit = _make(flight, Edit.Kind.CHOOSE_SOURCE, track, interval, reason, author)
    after = assemble(flight)
    start, end = (moment.timestamp() for moment in interval)
    if not any(piece.track.pk == track.pk and piece.end >= start and piece.start <= end for piece in after.stretches):
        raise EditRefused(_("This track has no fix there."))
    if _shows(before) == _shows(after):
        raise EditRefused(_("It is what is shown there already."))
    resolve(flight)
    return edit


@transaction.atomic
def set_aside(edit: Edit) -> None:
    """Let an edit no longer hold. For those of `SHOWING`; others are undone where they were made.

    Raises:
        EditRefused: its kind is another.
    """
    lock_joining()
    if edit.kind not in SHOWING:
        raise EditRefused(_("Flights that were joined or parted are undone as a whole."))
    edit.state = Edit.State.REVERTED
    edit.save(update_fields=["state"])
    for flight in flights_of(edit):
        resolve(flight)


@transaction.atomic
def put_in_force(edit: Edit) -> None:
    """Let an edit hold again, that was set aside or waited for review.

    Raises:
        EditRefused: nothing is left that it could hold for.
    """
    lock_joining()
    if edit.kind not in SHOWING:
        raise EditRefused(_("Join or part the flights anew."))
    flights = flights_of(edit)
    if not flights:
        raise EditRefused(_("No flight has a track of this aircraft at this time of the file any more."))
    edit.state = Edit.State.ACTIVE
    edit.save(update_fields=["state"])
    for flight in flights:
        resolve(flight)


def flights_of(edit: Edit) -> list[Flight]:
    """The living flights an edit is made on."""
    links = FlightTrack.objects.filter(
        track__track_file=edit.track_file_id, track__aircraft_key=edit.aircraft_key
    ).select_related("track")
    anchored = {link.flight_id for link in links if concerns(edit, link.track)} if edit.track_file_id else set()
    own = Q(pk=edit.flight_id) if edit.track_file_id is None else Q(pk__in=anchored)
    return list(Flight.objects.select_for_update().filter(own).exclude(status=FlightStatus.MERGED).order_by("pk"))


def open_to_edits(flight: Flight) -> Flight:
    """The flight's row, locked; imports wait that would give its tracks to another.

    Raises:
        EditRefused: it was merged into another.
    """
    lock_joining()
    locked = Flight.objects.select_for_update().get(pk=flight.pk)
    if locked.status == FlightStatus.MERGED:
        raise EditRefused(_("It was merged into flight %(id)s: edit that one.") % {"id": locked.merged_into_id})
    return locked


def _make(
    flight: Flight,
    kind: Edit.Kind,
    track: Track,
    interval: tuple[Moment | None, Moment | None],
    reason: str,
    author: User | None,
    **parameters: Any,
) -> Edit:
    return Edit.objects.create(
        kind=kind,
        flight=flight,
        track_file_id=track.track_file_id,
        aircraft_key=track.aircraft_key,
        starts_at=interval[0],
        ends_at=interval[1],
        parameters={**anchor_to(track), **parameters},
        reason=reason.strip(),
        author=author,
    )


def _shows(assembly: Assembly) -> list[tuple[int, float, float, int]]:
    """What a flight shows, to be compared with what it shows afterwards."""
    return [(piece.track.pk, piece.start, piece.end, len(piece.coordinates)) for piece in assembly.stretches]
