"""How many flights each choice of the list's form would leave, under all the other filters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from typing import Any

from django.db.models import QuerySet

from tracks.models import FlightRevision
from tracks.serving.filters import FlightFilter
from tracks.serving.summaries import flight_day, sanctioned_on_the_day

# What is read of a flight for counting, by the names below.
_COLUMNS = {
    "registration": "aircraft__registration",
    "icao24": "aircraft__icao24",
    "type": "type_designator",
    "type_name": "type_name",
    "operator": "operator__name",
    "owner": "aircraft__operator__name",
    "callsign": "callsign",
    "origin": "origin__airport__icao",
    "origin_name": "origin__name",
    "destination": "destination__airport__icao",
    "destination_name": "destination__name",
    "class": "evidence_class",
    "direction": "direction",
    "aircraft": "aircraft",
    "start": "starts_at",
    "sanctioned": "sanctioned",
}


Row = dict[str, Any]


# The values of a form's field that a flight counts for.
_VALUES: dict[str, Callable[[Row], Iterable[str | None]]] = {
    "aircraft": lambda row: [row["registration"] or row["icao24"]],
    "operator": lambda row: [row["operator"] or row["owner"]],
    "type": lambda row: [row["type"] or row["type_name"]],
    "callsign": lambda row: [row["callsign"]],
    "airport": lambda row: {
        row["origin"] or row["origin_name"],
        row["destination"] or row["destination_name"],
    },
    "class": lambda row: [row["class"]],
    "direction": lambda row: [row["direction"]],
    "sanctioned": lambda row: [None if row["aircraft"] is None else "yes" if row["sanctioned"] else "no"],
    "undated": lambda row: ["yes" if row["start"] is None else None],
}
# The attribute of `FlightFilter` a field sets.
_ATTRIBUTES = {"class": "evidence_class"}


def choice_counts(asked: FlightFilter, revisions: QuerySet[FlightRevision]) -> dict[str, Counter[str]]:
    """By field, for each value how many of `revisions` there would be with it and all other filters of `asked`.

    One query for all fields that narrow nothing, and one for each that does.
    """
    untouched = FlightFilter()
    defaults = {field.name: getattr(untouched, field.name) for field in fields(FlightFilter)}
    common: list[Row] | None = None
    counts: dict[str, Counter[str]] = {}
    for name, values in _VALUES.items():
        attribute = _ATTRIBUTES.get(name, name)
        if getattr(asked, attribute) != defaults[attribute]:
            rows = _rows(replace(asked, **{attribute: defaults[attribute]}), revisions)
        else:
            rows = common = common if common is not None else _rows(asked, revisions)
        counts[name] = Counter(value for row in rows for value in set(values(row)) if value)
        if name == "type":
            counts[name] = Counter({value: sum(_is_of(row, value) for row in rows) for value in counts[name]})
    return counts


def _is_of(row: Row, kind: str) -> bool:
    """The rule of `FlightFilter` for a type: its designator, or a part of its name."""
    word = kind.lower()
    return row["type"].lower() == word or word in row["type_name"].lower()


def _rows(asked: FlightFilter, revisions: QuerySet[FlightRevision]) -> list[Row]:
    found = asked.apply(revisions).alias(summary_day=flight_day()).annotate(sanctioned=sanctioned_on_the_day())
    rows = found.order_by().values_list(*_COLUMNS.values())
    return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
