"""Reports that fit a tracked flight, and tracked flights that fit a report: suggested to a curator, never joined here.

They fit where the dates can be the same, and the report names the same aircraft or, naming none, the same type or
operator, and nothing says that they flew in opposite directions.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value
from django.db.models.lookups import Exact

from tracks.models.flights import Flight
from tracks.models.suggestions import Suggestion
from tracks.models.vocabulary import EvidenceClass, FlightStatus

# A report of the same aircraft may be as vague as a month. Type or operator alone say too little beyond a day or two,
# which a day without a zone is.
VAGUE = datetime.timedelta(days=32)
CLOSE = datetime.timedelta(days=3)
MOST = 10


@dataclass(frozen=True, slots=True)
class Match:
    """Another flight that may be the same, and in what the two agree: "aircraft", "type", "operator", "direction"."""

    flight: Flight
    agrees: list[str]


def matches_of(flight: Flight) -> list[Match]:
    """The flights of the other kind that may be this one, the likeliest first; those dismissed are left out."""
    if flight.status not in _AT_HAND or flight.starts_at is None:
        return []
    if flight.evidence_class == EvidenceClass.REPORTED:
        this = _reports().filter(pk=flight.pk)
        found = _tracked().filter(Exists(this.filter(_fits(OuterRef), ~Exists(_dismissed(OuterRef(OuterRef("pk")))))))
    else:

        def stated(name: str) -> Any:
            field: Any = Flight._meta.get_field(name)
            return Value(field.value_from_object(flight), output_field=getattr(field, "target_field", field))

        found = _reports().filter(_fits(stated), ~Exists(_dismissed(Value(flight.pk))))
    rows = found.select_related("aircraft", "operator", "origin__airport", "destination__airport")
    matches = [Match(row, _agreement(flight, row)) for row in rows.order_by("starts_at", "pk")[: 5 * MOST]]
    return sorted(matches, key=lambda match: -len(match.agrees))[:MOST]


def tracked_with_reports() -> QuerySet[Flight]:
    """The tracked flights that a report fits on which nobody has decided."""
    return _tracked().filter(Exists(_reports().filter(_fits(OuterRef), ~Exists(_dismissed(OuterRef(OuterRef("pk")))))))


_AT_HAND = (FlightStatus.DRAFT, FlightStatus.PUBLISHED)


def _reports() -> QuerySet[Flight]:
    length = ExpressionWrapper(F("date_to") - F("date_from"), output_field=DurationField())
    reports = Flight.objects.filter(evidence_class=EvidenceClass.REPORTED, status__in=_AT_HAND)
    return reports.annotate(vagueness=length).order_by()


def _tracked() -> QuerySet[Flight]:
    return Flight.objects.exclude(evidence_class=EvidenceClass.REPORTED).filter(status__in=_AT_HAND)


def _fits(tracked: Callable[[str], Any]) -> Q:
    """What a report has to say to fit a tracked flight. `tracked`: a fact of that as an expression."""
    day = Q(date_from__lt=tracked("ends_at"), date_to__gt=tracked("starts_at"))
    same = Q(aircraft=tracked("aircraft"), vagueness__lte=VAGUE)
    kind = Q(type_designator=tracked("type_designator")) & ~Q(type_designator="")
    alike = Q(aircraft__isnull=True, vagueness__lte=CLOSE) & (kind | Q(operator=tracked("operator")))
    ways = Q(direction="") | Q(direction=tracked("direction")) | Q(Exact(tracked("direction"), Value("")))
    return day & (same | alike) & ways & Q(demonstration=tracked("demonstration"))


def _dismissed(tracked: Any) -> QuerySet[Suggestion]:
    """Whether a curator said that a report (the outer query's) is not a tracked flight (by its id)."""
    pair = Q(one=OuterRef("pk"), other=tracked) | Q(one=tracked, other=OuterRef("pk"))
    return Suggestion.objects.filter(pair, state=Suggestion.State.DISMISSED)


def _agreement(one: Flight, other: Flight) -> list[str]:
    agrees = {
        "aircraft": one.aircraft_id is not None and one.aircraft_id == other.aircraft_id,
        "type": one.type_designator == other.type_designator != "",
        "operator": one.operator_id is not None and one.operator_id == other.operator_id,
        "direction": one.direction == other.direction != "",
    }
    return [name for name, same in agrees.items() if same]
