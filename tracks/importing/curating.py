"""What a curator does to flights that needs the rules imports go by: split, join, move out, and undoing these.

Unlike the rest of importing this is called by the curators' pages, within their transaction: it takes no longer than
reading and writing one track, and the page that follows shows what was done.
"""

from __future__ import annotations

import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from tracks.importing.airports import load_airports
from tracks.importing.cutting import cut, thresholds_of
from tracks.importing.refreshing import refresh
from tracks.importing.reuniting import undo_split
from tracks.models import Edit, Flight, FlightTrack, merging
from tracks.models.anchors import PARTING, anchor_to, time_bounds
from tracks.models.assembly import assemble
from tracks.models.editing import open_to_edits, set_aside
from tracks.models.locks import lock_joining
from tracks.models.revisions import EditRefused
from tracks.models.turns import observed


@transaction.atomic
def split(flight: Flight, at: datetime.datetime, *, reason: str, author: User | None) -> Flight:
    """Begin another flight with the first fix at or after `at`, and return it.

    Tracks that cross the moment are cut there, and will be whenever their file is imported again.

    Raises:
        EditRefused: nothing the flight shows was received before, or nothing from then on; or a worker is at a file; or
            it is not known how one was processed.
    """
    flight = open_to_edits(flight)
    merging.keep_imports_away(flight)
    times = observed(assemble(flight).stretches)[:, 3]
    if not (times < at.timestamp()).any() or not (times >= at.timestamp()).any():
        raise EditRefused(_("There must be fixes on both sides of the moment at which you split the flight."))
    until = time_bounds(flight)[1]
    rest = Flight.objects.create(demonstration=flight.demonstration)
    parameters = {"into": rest.pk, "until": until.isoformat() if until else None}
    table = load_airports()
    links = list(flight.flight_tracks.select_related("track__track_file").order_by("track__started_at", "pk"))
    crossing = [link for link in links if link.track.started_at < at <= link.track.ended_at]
    # A moment between two tracks cuts none; the split is then anchored to the last one before it.
    before = [link for link in links if link.track.ended_at < at and link.shown] or links
    for link in crossing or before[-1:]:
        track = link.track
        Edit.objects.create(
            kind=Edit.Kind.SPLIT,
            flight=flight,
            track_file_id=track.track_file_id,
            aircraft_key=track.aircraft_key,
            starts_at=at,
            ends_at=at,
            parameters={**anchor_to(track), **parameters},
            reason=reason.strip(),
            author=author,
        )
    for link in links:
        if link.track.started_at >= at:
            merging.move_track(link, rest)
        elif link in crossing:
            part, _legs = cut(link.track, at, table, thresholds_of(link.track.track_file))
            FlightTrack.objects.create(flight=rest, track=part, shown=link.shown)
    for one in (flight, rest):
        merging.show_one(one)
        refresh(one)
    rest.refresh_from_db()
    return rest


@transaction.atomic
def join(flight: Flight, other: Flight, *, reason: str, author: User | None) -> Flight:
    """`merging.join`, and the tracks that now stand beside each other compared."""
    kept = merging.join(flight, other, reason=reason, author=author)
    refresh(kept)
    kept.refresh_from_db()
    return kept


@transaction.atomic
def undo(edit: Edit) -> Flight | None:
    """Let an edit no longer hold; returns a flight that came back or was put together again, if one did.

    Raises:
        EditRefused: it is not in force, or what came later rests on it.
    """
    if edit.state == Edit.State.REVERTED:
        raise EditRefused(_("It is set aside already."))
    if edit.state == Edit.State.REVIEW and edit.kind in PARTING:
        merging.revert([edit])  # it has no place any more; there is nothing to give back
        return None
    match edit.kind:
        case Edit.Kind.SPLIT:
            return undo_split(edit)
        case Edit.Kind.JOIN:
            _refuse_while_split(edit)
            back = merging.undo_join(edit)
            refresh(back)
            return back
        case Edit.Kind.MOVE_OUT:
            return merging.undo_move_out(edit)
    set_aside(edit)
    return None


def _refuse_while_split(join: Edit) -> None:
    """What was joined and then split again cannot come back: its tracks were cut, and half of each is elsewhere."""
    lock_joining()
    later = Edit.objects.filter(kind=Edit.Kind.SPLIT, state=Edit.State.ACTIVE, created_at__gt=join.created_at)
    split_since = later.filter(flight=join.flight_id).order_by("-created_at").first()
    if split_since is not None:
        raise EditRefused(
            _("The flight was split since, at %(time)s, and tracks of both were cut: undo that split first.")
            % {"time": f"{split_since.starts_at:%Y-%m-%d %H:%M:%S}Z"}
        )
