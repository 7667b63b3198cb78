"""Which flights a reader asked for: one set of filters for the list, the corridor map and the API.

The names and values are those the corridor map writes into its address (static/flightmap/js/url-state.js).
"""

from __future__ import annotations

import datetime
import functools
import operator
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Lower, Replace

from tracks.models import AircraftIdentity, FlightRevision
from tracks.models.vocabulary import EvidenceClass
from tracks.serving.moments import Interval, take_dates
from tracks.serving.summaries import flight_day, sanctioned_on_the_day
from tracks.visibility import public_identities

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
    registration: str = ""
    icao24: str = ""
    operator: list[str] = field(default_factory=list)
    type: str = ""
    callsign: str = ""
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
        return search(revisions, self.q) if self.q else revisions

    def _conditions(self) -> list[Q]:
        conditions: list[Q] = []
        if self.aircraft:
            conditions.append(_any(_lane(key) for key in self.aircraft))
        if self.registration:
            conditions.append(Q(aircraft__registration__iexact=self.registration))
        if self.icao24:
            conditions.append(Q(aircraft__icao24=self.icao24.lower()))
        if self.operator:
            conditions.append(_any(_operator(name) for name in self.operator))
        if self.type:
            designator = Q(type_designator__iexact=self.type)
            conditions.append(designator | Q(type_name__icontains=self.type))
        if self.callsign:
            conditions.append(Q(callsign__iexact=self.callsign))
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
    if key == "unknown":
        return nameless & Q(type_designator="", type_name="")
    if key.startswith("type:"):
        kind = key.removeprefix("type:")
        return nameless & (Q(type_designator=kind) | Q(type_designator="", type_name=kind))
    return Q(aircraft__registration__iexact=key) | Q(aircraft__icao24=key.lower())


def _operator(name: str) -> Q:
    return Q(operator__name__iexact=name) | Q(operator__isnull=True, aircraft__operator__name__iexact=name)


def _place(end: str, name: str) -> Q:
    return (
        Q(**{f"{end}__airport__icao__iexact": name})
        | Q(**{f"{end}__name__iexact": name})
        | Q(**{f"{end}__airport__name__iexact": name})
    )


def within(start: datetime.datetime | None, end: datetime.datetime | None) -> Q:
    """Flights whose interval reaches into [start, end); a flight without a date never does."""
    condition = Q(starts_at__isnull=False)
    if start is not None:
        # An interval that only touches `start` ends before it, unless it has no length.
        condition &= Q(ends_at__gt=start) | Q(starts_at__gte=start)
    if end is not None:
        condition &= Q(starts_at__lt=end)
    return condition


def search(revisions: QuerySet[FlightRevision], text: str) -> QuerySet[FlightRevision]:
    """Free text: every word, and every date, must be found. Case and dashes do not count ("an124" is An-124).

    A date finds flights whose interval reaches into it, and those whose stated date is written so.
    """
    phrases, rest = take_dates(text)
    revisions = revisions.alias(haystack=folded("search_text"))
    for phrase in phrases:
        revisions = revisions.filter(
            _reaches_into(phrase.interval)
            | Q(date_text__startswith=phrase.iso)
            | Q(haystack__contains=fold(phrase.words))
        )
    for word in filter(None, map(fold, rest.split())):
        revisions = revisions.filter(Q(haystack__contains=word) | Q(flight_id=word) | Q(_former_identity(word)))
    return revisions


def _reaches_into(interval: Interval) -> Q:
    return within(interval.start, interval.end)


def fold(word: str) -> str:
    """Lower case, without dashes of any kind."""
    return word.lower().translate(dict.fromkeys(map(ord, "-‐‑‒–—")))


def folded(column: str) -> Lower:
    """SQL: a column of text as `fold` has a word."""
    return Lower(Replace(column, Value("-"), Value(""), output_field=TextField()))


def _former_identity(word: str) -> Exists:
    """SQL: whether the flight's aircraft also goes or went by this registration or address."""
    identities = public_identities().filter(
        aircraft=OuterRef("aircraft"),
        field__in=[AircraftIdentity.Field.REGISTRATION, AircraftIdentity.Field.ICAO24],
    )
    return Exists(identities.alias(folded=folded("value")).filter(folded=word))


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
