"""Two flights become one, a track gets a flight of its own, and both are undone: which track belongs to which flight.

A flight that goes into another keeps its id for ever: it is marked as merged and its permalink leads on. What was
moved is written into the edit, so that undoing gives everything back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tracks.models.anchors import anchor_to, concerns
from tracks.models.editing import open_to_edits
from tracks.models.flights import Claim, Flight, FlightSource, FlightTrack
from tracks.models.locks import lock_joining
from tracks.models.resolving import resolve
from tracks.models.revisions import Edit, EditRefused
from tracks.models.suggestions import Suggestion
from tracks.models.track_files import Track, TrackFile
from tracks.models.vocabulary import FlightStatus


def survivor(flight: Flight, other: Flight) -> tuple[Flight, Flight]:
    """Which of two flights keeps its id when they are joined, and which leads on to it.

    A published one outlives a draft, for its permalink must not lead readers to what they may not see; otherwise the
    one with tracks outlives a report, and the first given outlives the second.
    """

    def rank(one: Flight) -> tuple[bool, bool]:
        return (one.status != FlightStatus.PUBLISHED, not one.flight_tracks.exists())

    return (other, flight) if rank(other) < rank(flight) else (flight, other)


def keep_imports_away(*flights: Flight) -> None:
    """Keep workers from taking up the files of these flights until the transaction ends.

    An import reads what there is of a file before it writes: what was moved, cut or mended in between it would put
    back, write whole or leave beside its half.

    Raises:
        EditRefused: a worker is at one of them.
    """
    files = TrackFile.objects.filter(tracks__flight_track__flight__in=flights)
    # Not by a join: rows of one are locked, each once, and in one order.
    locked = TrackFile.objects.filter(pk__in=files.values("pk")).select_for_update(no_key=True).order_by("pk")
    for track_file in locked:
        if track_file.status == TrackFile.Status.IMPORTING:
            raise EditRefused(_("“%(name)s” is being imported: try again once it is.") % {"name": track_file.name})


@transaction.atomic
def join(flight: Flight, other: Flight, *, reason: str, author: User | None) -> Flight:
    """Make two flights one, and return it. `survivor` says which.

    Tracks, claims and sources of the other come to it. Where tracks cover the same time, those that were shown stay.

    Raises:
        EditRefused: they cannot be one flight, or one is not there to be joined.
    """
    lock_joining()
    kept, gone = (open_to_edits(one) for one in survivor(flight, other))
    _refuse_what_cannot_be_one(kept, gone)
    keep_imports_away(kept, gone)
    links = list(gone.flight_tracks.select_related("track").order_by("track__started_at", "pk"))
    claims = list(gone.claims.filter(track__isnull=True))
    known = set(kept.flight_sources.values_list("source", flat=True))
    sources = [link for link in gone.flight_sources.all() if link.source_id not in known]
    told: dict[str, Any] = {
        "was": gone.status,
        "claims": [claim.pk for claim in claims],
        "sources": [link.pk for link in sources],
    }
    tracks: list[Track | None] = [link.track for link in links] or [None]
    for track in tracks:
        # On every row: a file may be deleted, and its edits with it.
        _note(Edit.Kind.JOIN, kept, track, reason, author, {"flight": gone.pk, **told})
    for link in links:
        move_track(link, kept)
    hand_over(claims, kept)
    hand_over(sources, kept)
    lead_on(gone, kept)
    _decide(kept, gone, Suggestion.State.JOINED, author)
    return resolve(kept)


def _refuse_what_cannot_be_one(kept: Flight, gone: Flight) -> None:
    if kept.pk == gone.pk:
        raise EditRefused(_("It is the same flight."))
    if kept.demonstration != gone.demonstration:
        raise EditRefused(_("A demonstration never becomes one with a real flight."))
    for one in (kept, gone):
        if one.status == FlightStatus.WITHDRAWN:
            raise EditRefused(
                _("Flight %(id)s is withdrawn: its permalink says so and must go on doing it.") % {"id": one.pk}
            )
    parted = Q(flight=kept, parameters__into=gone.pk) | Q(flight=gone, parameters__into=kept.pk)
    if Edit.objects.filter(parted, state=Edit.State.ACTIVE).exists():
        raise EditRefused(_("A curator parted these two: undo that instead."))


@transaction.atomic
def undo_join(edit: Edit) -> Flight:
    """Take two joined flights apart again, as they were before, and return the one that comes back.

    Raises:
        EditRefused: one of them has been joined to a third flight since.
    """
    lock_joining()
    rows = siblings(edit, "flight")
    gone = Flight.objects.select_for_update().get(pk=edit.parameters["flight"])
    kept = open_to_edits(edit.flight)  # type: ignore[arg-type]  # a join always has one
    if gone.status != FlightStatus.MERGED or gone.merged_into_id != kept.pk:
        raise EditRefused(_("Flight %(id)s is not part of this one any more.") % {"id": gone.pk})
    keep_imports_away(kept)
    told = edit.parameters
    gone.status, gone.merged_into = told["was"], None
    gone.save()
    for link in kept.flight_tracks.select_related("track"):
        if any(concerns(row, link.track) for row in rows):
            move_track(link, gone, shown=True)
    hand_over(Claim.objects.filter(pk__in=told["claims"], flight=kept), gone)
    hand_over(FlightSource.objects.filter(pk__in=told["sources"], flight=kept), gone)
    revert(rows)
    for flight in (kept, gone):
        show_one(flight)
        resolve(flight)
    return gone


@transaction.atomic
def move_out(link: FlightTrack, *, reason: str, author: User | None) -> Flight:
    """Give a track a flight of its own, and return that. No later import joins it to the flight it left.

    Raises:
        EditRefused: it is the flight's only track.
    """
    flight = open_to_edits(link.flight)
    if not flight.flight_tracks.exclude(pk=link.pk).exists():
        raise EditRefused(_("It is the flight's only track: there is nothing to move it away from."))
    keep_imports_away(flight)
    own = Flight.objects.create(demonstration=flight.demonstration)
    _note(Edit.Kind.MOVE_OUT, flight, link.track, reason, author, {"into": own.pk, "shown": link.shown})
    move_track(link, own, shown=True)
    _decide(flight, own, Suggestion.State.DISMISSED, author)
    show_one(flight)
    resolve(flight)
    return resolve(own)


@transaction.atomic
def undo_move_out(edit: Edit) -> Flight:
    """Bring a track back to the flight it was moved out of, and return that.

    Raises:
        EditRefused: either flight has been joined to another since.
    """
    lock_joining()
    flight = open_to_edits(edit.flight)  # type: ignore[arg-type]  # it always has one
    found = Flight.objects.filter(pk=edit.parameters["into"]).first()
    if found is None:  # an import left the draft without a track: there is nothing to bring back
        revert([edit])
        return flight
    own = open_to_edits(found)
    keep_imports_away(flight, own)
    for link in own.flight_tracks.select_related("track"):
        if concerns(edit, link.track):
            move_track(link, flight, shown=edit.parameters["shown"])
    revert([edit])
    if own.flight_tracks.exists() or own.status != FlightStatus.DRAFT:
        show_one(own)
        resolve(own)
    else:
        lead_on(own, flight)
    return resolve(flight)


def lead_on(flight: Flight, into: Flight) -> None:
    """Let a flight whose tracks went to another be part of that: its permalink leads there."""
    flight.status, flight.merged_into = FlightStatus.MERGED, into
    flight.save()


def dismiss(flight: Flight, other: Flight, kind: str, author: User | None) -> None:
    """A curator says that two flights are not one: it is not suggested again."""
    _decide(flight, other, Suggestion.State.DISMISSED, author, kind)


def suggest(flight: Flight, other: Flight, kind: str) -> bool:
    """Propose two flights as one, unless somebody has decided on them; False where only one was flown in a simulator:
    then they cannot be one.
    """
    if _simulated(flight) != _simulated(other):
        return False
    one, second = sorted((flight.pk, other.pk))
    Suggestion.objects.get_or_create(one_id=one, other_id=second, defaults={"kind": kind})
    return True


def withdraw_suggestions(flight: Flight) -> None:
    """Ask no more whether a flight that was flown in a simulator is one with a flight that was not."""
    pairs = Suggestion.objects.filter(Q(one=flight) | Q(other=flight), state=Suggestion.State.OPEN)
    for suggestion in pairs.select_related("one", "other"):
        if _simulated(suggestion.one) != _simulated(suggestion.other):
            suggestion.delete()


def _simulated(flight: Flight) -> bool:
    return flight.demonstration or flight.tracks.filter(simulator=True).exists()


def _decide(flight: Flight, other: Flight, state: str, author: User | None, kind: str | None = None) -> None:
    one, second = sorted((flight.pk, other.pk))
    found = Suggestion.objects.filter(one=one, other=second).first()
    if found is None:
        if state != Suggestion.State.DISMISSED:
            return
        found = Suggestion(one_id=one, other_id=second, kind=kind or Suggestion.Kind.CONNECTED)
    found.state, found.decided_by = state, author
    found.save()


def show_one(flight: Flight) -> None:
    """Where none of the flight's tracks is shown, the longest is."""
    if (longest := let_one_lead(list(flight.flight_tracks.select_related("track")))) is not None:
        longest.save(update_fields=["shown"])


def let_one_lead(links: Sequence[FlightTrack]) -> FlightTrack | None:
    """Where none of a flight's tracks is shown, let the longest be, and return it; not saved."""
    if not links or any(link.shown for link in links):
        return None
    longest = max(links, key=lambda link: (link.track.ended_at - link.track.started_at, -link.pk))
    longest.shown = True
    return longest


def move_track(link: FlightTrack, flight: Flight, shown: bool | None = None) -> None:
    """Put a track with the claims it makes to another flight; shown only where no shown track covers its time."""
    track = link.track
    beside = flight.flight_tracks.filter(
        shown=True, track__started_at__lt=track.ended_at, track__ended_at__gt=track.started_at
    )
    link.shown = (link.shown if shown is None else shown) and not beside.exclude(pk=link.pk).exists()
    link.flight = flight
    link.compared = {}
    link.save()
    hand_over(Claim.objects.filter(track=track), flight)


def hand_over(rows: Iterable[Claim | FlightSource], flight: Flight) -> None:
    """One by one, so that the change log tells of each."""
    for row in list(rows):
        row.flight = flight
        row.save(update_fields=["flight"])


def _note(
    kind: Edit.Kind, flight: Flight, track: Track | None, reason: str, author: User | None, parameters: dict[str, Any]
) -> Edit:
    return Edit.objects.create(
        kind=kind,
        flight=flight,
        track_file_id=track.track_file_id if track else None,
        aircraft_key=track.aircraft_key if track else "",
        starts_at=track.started_at if track else None,
        ends_at=track.ended_at if track else None,
        parameters={**(anchor_to(track) if track else {}), **parameters},
        reason=reason.strip(),
        author=author,
    )


def siblings(edit: Edit, name: str) -> list[Edit]:
    """The rows in force of one act: of the same kind, flight and partner (`parameters[name]`)."""
    return list(
        Edit.objects.filter(
            kind=edit.kind,
            flight=edit.flight,
            state=Edit.State.ACTIVE,
            **{f"parameters__{name}": edit.parameters[name]},
        ).order_by("pk")
    )


def revert(rows: Iterable[Edit]) -> None:
    """Let edits no longer hold."""
    for row in rows:
        row.state = Edit.State.REVERTED
        row.save(update_fields=["state"])
