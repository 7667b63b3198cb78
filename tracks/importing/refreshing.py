"""Makes flights what their tracks say now."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from tracks.importing.track_claims import TrackClaims
from tracks.importing.witnesses import Comparer
from tracks.models import Edit, Flight, FlightTrack
from tracks.models.resolving import resolve, set_facts
from tracks.models.vocabulary import FlightStatus

# Flights whose facts are set with one handful of queries; their claims are in memory together.
AT_ONCE = 500


def refresh(flight: Flight, claims: TrackClaims | None = None, comparer: Comparer | None = None) -> None:
    """The claims of its tracks, a track that is shown, its witnesses, then the facts. What curators said stays."""
    _settle(flight, claims or TrackClaims(), comparer or Comparer())
    resolve(flight)


def refresh_all(flights: Iterable[Flight], claims: TrackClaims, comparer: Comparer) -> None:
    """Refresh any number of flights, within the transaction of the caller.

    The facts are set for many flights at once and without a savepoint each: a second tracker's file of thousands of
    flights would otherwise ask a dozen questions about each, and fill the database's list of subtransactions.
    """
    waiting = list(flights)
    for start in range(0, len(waiting), AT_ONCE):
        together = waiting[start : start + AT_ONCE]
        for flight in together:
            _settle(flight, claims, comparer)
        set_facts(together)
        for flight in together:
            flight.save()


def _settle(flight: Flight, claims: TrackClaims, comparer: Comparer) -> None:
    """Everything of a refresh but the facts."""
    links = list(flight.flight_tracks.select_related("track"))
    if links and not any(link.shown for link in links):
        longest = max(links, key=lambda link: (link.track.ended_at - link.track.started_at, -link.pk))
        longest.shown = True
        longest.save(update_fields=["shown"])
    if any(not link.shown for link in links) and _nobody_worked_on(flight):
        show_the_fuller(links)
    for link in links:
        claims.refresh(flight, link.track)
    if any(not link.shown for link in links):
        comparer.of_flight(flight)


def _nobody_worked_on(flight: Flight) -> bool:
    """Whether it is a draft as imports made it: not one that a curator split off or moved a track into either."""
    if flight.status != FlightStatus.DRAFT or flight.revisions.exists():
        return False
    return not Edit.objects.filter(Q(flight=flight) | Q(parameters__into=flight.pk)).exists()


def show_the_fuller(links: list[FlightTrack]) -> None:
    """Of two witnesses show the one that saw the other's whole time and more, whichever was brought first.

    Only for drafts nobody has worked on: what is shown on a flight that was published or edited is a curator's choice.
    """
    for hidden in sorted((link for link in links if not link.shown), key=_length, reverse=True):
        start, end = hidden.track.started_at, hidden.track.ended_at
        beside = [link for link in links if link.shown and link.track.started_at < end and link.track.ended_at > start]
        within = all(start <= link.track.started_at and link.track.ended_at <= end for link in beside)
        if beside and within and _length(hidden) > sum(_length(link) for link in beside):
            for link in beside:
                link.shown = False
            hidden.shown = True
            FlightTrack.objects.bulk_update([*beside, hidden], ["shown"])


def _length(link: FlightTrack) -> float:
    """Seconds from the first fix to the last."""
    return (link.track.ended_at - link.track.started_at).total_seconds()
