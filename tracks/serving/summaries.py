"""The summary of a flight: the one JSON object that lists, maps, lanes, pages and the API all show of it.

Read from revisions with `with_summary_data`, a list of any length costs one query.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.urls import reverse

from tracks.models import Aircraft, FlightRevision, Place, RevisionStretch, Sanction
from tracks.models.flights import FlightFacts
from tracks.serving.moments import UTC, epoch

Summary = dict[str, Any]

# Facts a summary leaves to the flight's own page; a snapshot is many times a summary's size.
_HEAVY = ("snapshot", "search_text", "note")


def with_facts(revisions: QuerySet[FlightRevision]) -> QuerySet[FlightRevision]:
    """The revisions with the rows their facts name."""
    return revisions.select_related(
        "aircraft", "aircraft__operator", "operator", "origin__airport", "destination__airport"
    )


def with_summary_data(revisions: QuerySet[FlightRevision]) -> QuerySet[FlightRevision]:
    """The revisions with all that `summary_of_revision` reads, in one query."""
    return (
        with_facts(revisions)
        .annotate(
            summary_gaps=KeyTransform("gaps", "snapshot"),
            summary_has_path=Exists(RevisionStretch.objects.filter(revision=OuterRef("pk"))),
        )
        .alias(summary_day=flight_day())
        .annotate(summary_sanctioned=sanctioned_on_the_day())
        .defer(*_HEAVY)
    )


def flight_day() -> Any:
    """SQL: the day a flight's sanction status is shown for, the first (UTC) day its date can mean.

    With a sanction's `valid_from` being the last day its own date can mean, a flight counts as sanctioned only
    when there is no reading of both dates under which it flew before.
    """
    # The time zone is named: a reader's own must never move a flight to another day.
    return TruncDate(Coalesce("date_from", "starts_at"), tzinfo=UTC)


def sanctioned_on_the_day() -> Exists:
    """SQL: whether the flight's aircraft or operator was under a sanction on `summary_day`."""
    day = ExpressionWrapper(Cast(OuterRef("summary_day"), DateField()), output_field=DateField())
    operator = Coalesce(OuterRef("operator"), OuterRef("aircraft__operator"))
    upon = Q(aircraft=OuterRef("aircraft")) | Q(aircraft__isnull=True, operator=operator)
    return Exists(Sanction.objects.in_force(day).filter(upon))  # type: ignore[arg-type]


def summaries(revisions: QuerySet[FlightRevision]) -> list[Summary]:
    """The summaries of revisions, in the queryset's order, by one query."""
    return [summary_of_revision(revision) for revision in with_summary_data(revisions)]


def summary_of_revision(revision: FlightRevision) -> Summary:
    """The summary of a revision read through `with_summary_data`."""
    annotated: Any = revision
    return summarise(
        revision,
        flight_id=revision.flight_id,
        number=revision.number,
        gaps=annotated.summary_gaps or [],
        has_path=annotated.summary_has_path,
        sanctioned=annotated.summary_sanctioned,
    )


def summarise(
    facts: FlightFacts,
    *,
    flight_id: str,
    number: int,
    gaps: Iterable[dict[str, Any]],
    has_path: bool,
    sanctioned: bool,
) -> Summary:
    """The summary of any facts: a revision's or the working copy's.

    Times are epoch seconds or None, distances metres, speeds knots.
    """
    operator = facts.operator or (facts.aircraft.operator if facts.aircraft else None)
    return {
        "id": flight_id,
        "revision": number,
        "url": reverse("flight", args=[flight_id]),
        "title": facts.title or flight_id,
        "class": facts.evidence_class,
        "demonstration": facts.demonstration,
        "aircraft": _aircraft(facts, sanctioned) if facts.aircraft else None,
        # Beside the aircraft's: what is known of a flight whose aircraft nobody named.
        "type": facts.type_designator or None,
        "type_name": facts.type_name or None,
        "operator": operator.name if operator else None,
        "callsign": facts.callsign or None,
        "lane": lane_key(facts.aircraft, facts.type_designator, facts.type_name),
        "origin": place_summary(facts.origin, facts.origin_basis),
        "destination": place_summary(facts.destination, facts.destination_basis),
        "departure": epoch(facts.departure_at),
        "departure_basis": facts.departure_basis or None,
        "arrival": epoch(facts.arrival_at),
        "arrival_basis": facts.arrival_basis or None,
        "start": epoch(facts.starts_at),
        "end": epoch(facts.ends_at),
        "date": {
            "text": facts.date_text,
            "precision": facts.date_precision,
            "zone_basis": facts.date_zone_basis,
        },
        "assertion_level": facts.assertion_level or None,
        "direction": facts.direction or None,
        "gaps": [
            {key: gap.get(key) for key in ("kind", "start", "end", "distance_m", "implied_speed_kt", "cause")}
            for gap in gaps
        ],
        "disagreements": facts.disagreements,
        "has_path": has_path,
    }


def _aircraft(facts: FlightFacts, sanctioned: bool) -> dict[str, Any]:
    aircraft = facts.aircraft
    assert aircraft is not None
    operator = facts.operator or aircraft.operator
    return {
        "key": aircraft.key,
        "registration": aircraft.registration,
        "icao24": aircraft.icao24,
        "type": aircraft.type_designator or None,
        "type_name": aircraft.type_name or None,
        "operator": operator.name if operator else None,
        "url": reverse("aircraft", args=[aircraft.key]),
        "sanctioned": sanctioned,
    }


def lane_key(aircraft: Aircraft | None, type_designator: str, type_name: str) -> str:
    """Which lane a flight lies in: its aircraft's, or one for all flights of a type, or one for the rest."""
    if aircraft is not None:
        return aircraft.key
    return f"type:{type_designator or type_name}" if type_designator or type_name else "unknown"


def place_summary(place: Place | None, basis: str) -> dict[str, Any] | None:
    """An origin or destination, no more exact than it is known."""
    if place is None:
        return None
    return {
        "name": place.airport.name if place.airport else place.name,
        "icao": place.airport.icao if place.airport else None,
        "precision": place.precision,
        "lat": place.location.y if place.location else None,
        "lon": place.location.x if place.location else None,
        "radius_km": place.radius_km,
        "basis": basis or None,
    }


def sanctioned_on(facts: FlightFacts, day: datetime.date | None) -> bool:
    """The rule of `sanctioned_on_the_day` for facts that are not a revision's."""
    if day is None:
        return False
    operator = facts.operator or (facts.aircraft.operator if facts.aircraft else None)
    upon = Q(aircraft__isnull=True, operator=operator) if operator else Q(pk__in=[])
    if facts.aircraft:
        upon |= Q(aircraft=facts.aircraft)
    return Sanction.objects.in_force(day).filter(upon).exists()


def newest_first(revisions: QuerySet[FlightRevision]) -> QuerySet[FlightRevision]:
    """The order of every list: the latest flight first, those without a date last."""
    return revisions.order_by(F("starts_at").desc(nulls_last=True), "flight_id")
