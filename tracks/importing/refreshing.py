"""Makes flights what their tracks say now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q

from tracks.importing.track_claims import TrackClaims
from tracks.importing.witnesses import Comparer
from tracks.models import Edit, Flight, FlightRevision, FlightTrack
from tracks.models.flights import FACT_NAMES
from tracks.models.logged import write_fields
from tracks.models.merging import let_one_lead
from tracks.models.resolving import resolve, set_facts
from tracks.models.vocabulary import FlightStatus

# Flights whose facts are set with one handful of queries; their claims are in memory together.
AT_ONCE = 500


def refresh(flight: Flight) -> None:
    """The claims of its tracks, a track that is shown, its witnesses, then the facts. What curators said stays."""
    _settle([flight], TrackClaims(), Comparer())
    resolve(flight)


def refresh_all(flight_ids: Iterable[str], comparer: Comparer) -> None:
    """Refresh any number of flights, within the transaction of the caller; drafts that nothing is left of go.

    What is asked and written is so for many flights at once and without a savepoint each: a second tracker's file of
    thousands of flights would otherwise ask dozens of questions about each, and fill the database's list of
    subtransactions.
    """
    claims = TrackClaims()
    waiting = sorted(flight_ids)
    for start in range(0, len(waiting), AT_ONCE):
        # In the order of their ids, so that two transactions cannot wait for each other.
        rows = Flight.objects.filter(pk__in=waiting[start : start + AT_ONCE]).order_by("pk").select_for_update()
        flights = {flight.pk: flight for flight in rows}
        tracked = FlightTrack.objects.filter(flight__in=flights).order_by().values_list("flight", flat=True)
        for pk in flights.keys() - set(tracked):
            if _is_nothing(flights[pk]):
                flights.pop(pk).delete()
        together = list(flights.values())
        _settle(together, claims, comparer)
        set_facts(together)
        write_fields(together, [*FACT_NAMES, "changed_at"])


def _is_nothing(flight: Flight) -> bool:
    """Whether nobody would miss it: a draft that never was public and that nobody has said anything about."""
    return flight.status == FlightStatus.DRAFT and not (
        flight.external_key
        or flight.revisions.exists()
        or flight.flight_tracks.exists()
        or flight.claims.exists()
        or flight.edits.exists()
        or flight.flight_sources.exists()
        or flight.merged.exists()
    )


def _settle(flights: Sequence[Flight], claims: TrackClaims, comparer: Comparer) -> None:
    """Everything of a refresh but the facts."""
    by_flight: dict[str, list[FlightTrack]] = {flight.pk: [] for flight in flights}
    found = FlightTrack.objects.filter(flight__in=by_flight).select_related("track")
    there = {flight.pk: flight for flight in flights}
    for link in found.order_by("track__started_at", "pk"):
        link.flight = there[link.flight_id]
        by_flight[link.flight_id].append(link)
    before = {link.pk: (link.shown, link.compared) for links in by_flight.values() for link in links}
    for links in by_flight.values():
        let_one_lead(links)
    several = {pk: links for pk, links in by_flight.items() if not all(link.shown for link in links)}
    for pk in _nobody_worked_on([flight for flight in flights if flight.pk in several]):
        show_the_fuller(several[pk])
    every = [link for links in by_flight.values() for link in links]
    claims.refresh(every)
    comparer.of_flights(several.values())
    write_fields([link for link in every if before[link.pk] != (link.shown, link.compared)], ["shown", "compared"])


def _nobody_worked_on(flights: Sequence[Flight]) -> set[str]:
    """Those that are drafts as imports made them: none that a curator split off or moved a track into either."""
    drafts = {flight.pk for flight in flights if flight.status == FlightStatus.DRAFT}
    if not drafts:
        return set()
    once_public = FlightRevision.objects.filter(flight__in=drafts).order_by().values_list("flight", flat=True)
    edits = Edit.objects.filter(Q(flight__in=drafts) | Q(parameters__into__in=list(drafts))).order_by()
    edited = {pk for edit in edits.values_list("flight", "parameters__into") for pk in edit}
    return drafts - set(once_public) - edited


def show_the_fuller(links: list[FlightTrack]) -> None:
    """Of two witnesses show the one that saw the other's whole time and more, whichever was brought first; not saved.

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


def _length(link: FlightTrack) -> float:
    """Seconds from the first fix to the last."""
    return (link.track.ended_at - link.track.started_at).total_seconds()
