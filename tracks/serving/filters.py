"""Which flights a reader asked for: one set of filters for the list, the corridor map and the API.

The names and values are those the corridor map writes into its address (static/flightmap/js/url-state.js),
and the rules those of its filters (js/filters.js): tests/filter_cases.json holds what both must answer.
"""

from __future__ import annotations

import datetime
import functools
import operator
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from tracks.models import FlightRevision
from tracks.models.vocabulary import EvidenceClass
from tracks.serving.search import search, within
from tracks.serving.summaries import flight_day, sanctioned_on_the_day

# Values of `demonstration`.
WITHOUT, ALL, ONLY = "no", "all", "only"


@dataclass(frozen=True, slots=True)
class FlightFilter:
    """What a reader asked for; what is empty or None narrows nothing. Several values of one filter: any of them.

    Attributes:
        aircraft: lane keys: a registration or 24-bit address, "type:A124" or "unknown" where no aircraft is named.
        airport: ICAO codes or names of places, at either end.
        start, end: flights that reach into this interval (end exclusive); one without a date never does.
        undated: only flights without a date.
        demonstration: "no", "all" or "only"; None leaves it to the page.
    """

    aircraft: list[str] = field(default_factory=list)
    registration: list[str] = field(default_factory=list)
    icao24: list[str] = field(default_factory=list)
    operator: list[str] = field(default_factory=list)
    type: list[str] = field(default_factory=list)
    callsign: list[str] = field(default_factory=list)
    airport: list[str] = field(default_factory=list)
    evidence_class: list[str] = field(default_factory=list)
    direction: str = ""
    sanctioned: bool | None = None
    start: datetime.datetime | None = None
    end: datetime.datetime | None = None
    undated: bool = False
    demonstration: str | None = None
    q: str = ""

    def apply(self, revisions: QuerySet[FlightRevision]) -> QuerySet[FlightRevision]:
        """The revisions that pass."""
        for condition in self._conditions():
            revisions = revisions.filter(condition)
        if self.sanctioned is not None:
            # Of an aircraft nobody identified, nobody can say that it is not sanctioned.
            revisions = revisions.alias(summary_day=flight_day()).filter(aircraft__isnull=False)
            revisions = revisions.filter(sanctioned_on_the_day() if self.sanctioned else ~sanctioned_on_the_day())
        return search(revisions, self.q)

    def _conditions(self) -> list[Q]:
        conditions: list[Q] = []
        if self.aircraft:
            conditions.append(_any(_lane(key) for key in self.aircraft))
        if self.registration:
            conditions.append(_any(Q(aircraft__registration__iexact=word) for word in self.registration))
        if self.icao24:
            conditions.append(_any(Q(aircraft__icao24=word.lower()) for word in self.icao24))
        if self.operator:
            conditions.append(_any(_operator(name) for name in self.operator))
        if self.type:
            conditions.append(
                _any(Q(type_designator__iexact=word) | Q(type_name__icontains=word) for word in self.type)
            )
        if self.callsign:
            conditions.append(_any(Q(callsign__iexact=word) for word in self.callsign))
        if self.airport:
            conditions.append(_any(_place(end, name) for name in self.airport for end in ("origin", "destination")))
        if self.evidence_class:
            conditions.append(Q(evidence_class__in=self.evidence_class))
        if self.direction:
            conditions.append(Q(direction=self.direction))
        if self.start is not None or self.end is not None:
            conditions.append(within(self.start, self.end))
        if self.undated:
            conditions.append(Q(starts_at__isnull=True))
        if self.demonstration in {WITHOUT, ONLY}:
            conditions.append(Q(demonstration=self.demonstration == ONLY))
        return conditions


def _any(conditions: Iterable[Q]) -> Q:
    return functools.reduce(operator.or_, conditions)


def _lane(key: str) -> Q:
    nameless = Q(aircraft__isnull=True)
    if key.lower() == "unknown":
        return nameless & Q(type_designator="", type_name="")
    if key.lower().startswith("type:"):
        kind = key[len("type:") :]
        return nameless & (Q(type_designator__iexact=kind) | Q(type_designator="", type_name__iexact=kind))
    return Q(aircraft__registration__iexact=key) | Q(aircraft__icao24=key.lower())


def _operator(name: str) -> Q:
    return Q(operator__name__iexact=name) | Q(operator__isnull=True, aircraft__operator__name__iexact=name)


def _place(end: str, name: str) -> Q:
    # By the names a summary shows: an airport's own, else the place's.
    return (
        Q(**{f"{end}__airport__icao__iexact": name})
        | Q(**{f"{end}__airport__name__iexact": name})
        | Q(**{f"{end}__airport__isnull": True, f"{end}__name__iexact": name})
    )


def in_corridor(revisions: QuerySet[FlightRevision]) -> QuerySet[FlightRevision]:
    """The flights of the corridor the site opens on."""
    return revisions.filter(in_corridor=True)


def demonstration_shown(revisions: QuerySet[FlightRevision], asked: str | None) -> QuerySet[FlightRevision]:
    """Demonstration flights as asked for, or, unasked, only where nothing real was observed yet."""
    if asked is None:
        something_real = revisions.filter(demonstration=False, evidence_class=EvidenceClass.OBSERVED).exists()
        asked = WITHOUT if something_real else ALL
    if asked == ALL:
        return revisions
    return revisions.filter(demonstration=asked == ONLY)
