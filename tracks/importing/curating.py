"""What a curator does to flights that needs the rules imports go by: split, join, move out, and undoing these.

Unlike the rest of importing this is called by the curators' pages, within their transaction: it takes no longer than
reading and writing one track, and the page that follows shows what was done.
"""

from __future__ import annotations

import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from tracks.importing.airports import AirportTable, load_airports
from tracks.importing.cutting import cut, mend
from tracks.importing.refreshing import refresh
from tracks.models import Edit, Flight, FlightTrack, merging
from tracks.models.anchors import PARTING, anchor_of, anchor_to, anchored_in, concerns, time_bounds
from tracks.models.assembly import assemble
from tracks.models.editing import open_to_edits, set_aside
from tracks.models.revisions import EditRefused
from tracks.models.turns import observed
from tracks.models.vocabulary import FlightStatus
from tracks.processing.splitting import SplitReason


@transaction.atomic
def split(flight: Flight, at: datetime.datetime, *, reason: str, author: User | None) -> Flight:
    """Begin another flight with the first fix at or after `at`, and return it.

    Tracks that cross the moment are cut there, and will be whenever their file is imported again.

    Raises:
        EditRefused: nothing the flight shows was received before, or nothing from then on; or a worker is at a file.
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
            FlightTrack.objects.create(flight=rest, track=cut(link.track, at, table), shown=link.shown)
    for one in (flight, rest):
        merging.show_one(one)
        refresh(one)
    rest.refresh_from_db()
    return rest


@transaction.atomic
def undo_split(edit: Edit) -> Flight:
    """Make the two flights of a split one again, and return it. Tracks that were cut for it are mended.

    Raises:
        EditRefused: one of them has become part of a third, or the public knows only the later one; or a worker is at
            a file of theirs.
    """
    flight = open_to_edits(edit.flight)  # type: ignore[arg-type]  # a split always has one
    later = Flight.objects.filter(pk=edit.parameters["into"]).first()
    if later is None:  # an import left the draft without a track: there is nothing to give back
        merging.revert(merging.siblings(edit, "into"))
        refresh(flight)
        return flight
    rest = open_to_edits(later)
    merging.keep_imports_away(flight, rest)
    if rest.status == FlightStatus.PUBLISHED and flight.status != FlightStatus.PUBLISHED:
        raise EditRefused(
            _("Flight %(rest)s is public and %(id)s is not: publish this one first, so that its readers find it.")
            % {"rest": rest.pk, "id": flight.pk}
        )
    rows = merging.siblings(edit, "into")
    table = load_airports()
    for row in rows:
        _mend(row, flight, rest, table)
    for link in rest.flight_tracks.select_related("track"):
        merging.move_track(link, flight)
    merging.revert(rows)
    merging.lead_on(rest, flight)
    merging.show_one(flight)
    refresh(flight)
    flight.refresh_from_db()
    return flight


def _mend(row: Edit, flight: Flight, rest: Flight, table: AirportTable) -> None:
    """Join the two halves of the track that a row of the split cut, if there still are two."""
    at, (start, end) = row.starts_at, anchor_of(row)
    same = {"track__track_file": row.track_file, "track__aircraft_key": row.aircraft_key}
    before = flight.flight_tracks.filter(**same, track__ended_at__lt=at, track__ended_at__gte=start)
    after = rest.flight_tracks.filter(**same, track__started_at__gte=at, track__started_at__lte=end)
    first = before.select_related("track").order_by("-track__ended_at").first()
    second = after.select_related("track").order_by("track__started_at").first()
    if first and second and second.track.ends.get("begins") == SplitReason.CURATOR_SAYS:
        # What was trimmed of a half would cut the other half off the whole: somebody has to look at it.
        for edit in anchored_in(row.track_file_id or 0, Edit.Kind.TRIM).filter(created_at__gt=row.created_at):
            if concerns(edit, first.track) or concerns(edit, second.track):
                edit.state = Edit.State.REVIEW
                edit.save(update_fields=["state"])
        mend(first.track, second.track, table)


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
            back = merging.undo_join(edit)
            refresh(back)
            return back
        case Edit.Kind.MOVE_OUT:
            return merging.undo_move_out(edit)
    set_aside(edit)
    return None
