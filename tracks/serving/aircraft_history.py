"""What the flights of one aircraft add up to: its routes, its years, and which sanction was in force on which day."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tracks.models import Aircraft, Sanction
from tracks.models.vocabulary import Direction, EvidenceClass, GapKind
from tracks.serving.moments import from_epoch, parse_time
from tracks.serving.summaries import Summary
from tracks.visibility import listed_revisions


def routes(flights: Iterable[Summary]) -> list[dict[str, Any]]:
    """Each pair of places with how often it was flown, the most frequent first.

    Returns:
        `origin`, `destination` (names, None where unknown), `observed`, `reported`, and `first` and `last`: the
        earliest and the latest dated flight, None where none has a date.
    """
    found: dict[tuple[str | None, str | None], list[Summary]] = {}
    for flight in flights:
        ends = tuple((flight[end] or {}).get("name") for end in ("origin", "destination"))
        found.setdefault((ends[0], ends[1]), []).append(flight)
    rows: list[dict[str, Any]] = [
        {
            "origin": origin,
            "destination": destination,
            "number": len(those),
            **_counted(those),
            **_first_and_last(those),
        }
        for (origin, destination), those in found.items()
    ]
    return sorted(rows, key=lambda row: (-row["number"], row["origin"] or "", row["destination"] or ""))


def statistics(flights: Sequence[Summary]) -> dict[str, Any]:
    """The flights in numbers.

    Returns:
        `number`, `observed`, `reported`, `outbound`, `inbound`, `undated`, `first` and `last` flight, `observed_s`
        (seconds within reach of a receiver: observed flights without their gaps), `gaps` and `gaps_s` (interior ones),
        `years`: `year`, `observed`, `reported` of each, the latest first.
    """
    inner = [gap for flight in flights for gap in flight["gaps"] if gap["kind"] == GapKind.INTERIOR]
    silent = sum(gap["end"] - gap["start"] for gap in inner if None not in (gap["start"], gap["end"]))
    seen = [flight for flight in flights if flight["has_path"] and None not in (flight["start"], flight["end"])]
    years: dict[int, list[Summary]] = {}
    for flight in flights:
        if flight["start"] is not None:
            years.setdefault(from_epoch(flight["start"]).year, []).append(flight)
    directions = Counter(flight["direction"] for flight in flights)
    return {
        "number": len(flights),
        **_counted(flights),
        "outbound": directions[Direction.OUTBOUND],
        "inbound": directions[Direction.INBOUND],
        "undated": sum(flight["start"] is None for flight in flights),
        **_first_and_last(flights),
        "observed_s": max(0.0, sum(flight["end"] - flight["start"] for flight in seen) - silent) if seen else None,
        "gaps": len(inner),
        "gaps_s": silent,
        "years": [{"year": year, **_counted(years[year])} for year in sorted(years, reverse=True)],
    }


def _counted(flights: Iterable[Summary]) -> dict[str, int]:
    classes = Counter(flight["class"] for flight in flights)
    return {name: classes[name] for name in (EvidenceClass.OBSERVED.value, EvidenceClass.REPORTED.value)}


def _first_and_last(flights: Iterable[Summary]) -> dict[str, Summary | None]:
    dated = sorted((flight for flight in flights if flight["start"] is not None), key=lambda flight: flight["start"])
    return {"first": dated[0] if dated else None, "last": dated[-1] if dated else None}


def sanctions_upon_flights(aircraft: Aircraft) -> list[Sanction]:
    """The sanctions upon the aircraft, and those upon operators that flew it, as the flights' own badges go by them."""
    flown_by = listed_revisions().filter(aircraft=aircraft, operator__isnull=False).values("operator")
    upon = Sanction.objects.upon(aircraft) | Sanction.objects.filter(aircraft__isnull=True, operator__in=flown_by)
    return list(upon.select_related("operator", "source").order_by("valid_from", "id").distinct())


def sanction_states(
    aircraft: Aircraft, sanctions: Sequence[Sanction], flights: Iterable[Summary]
) -> list[dict[str, Any]]:
    """For each flight, in the order given, how each sanction stood on its day: `flight` and `states`.

    A state is `name` ("in_force", "perhaps", "not_yet", "ended", "other_operator", "unknown") and `label`. The rule of
    "in force" is that of `summaries.sanctioned_on_the_day`.
    """
    rows = listed_revisions().filter(aircraft=aircraft)
    columns = ("flight_id", "operator", "date_from", "date_to", "starts_at", "ends_at")
    days = {row[0]: row[1:] for row in rows.values_list(*columns)}
    found = []
    for flight in flights:
        operator, date_from, date_to, starts_at, ends_at = days[flight["id"]]
        first = _day(date_from or starts_at)
        # The end of a stated date is exclusive.
        last = _day(date_to - datetime.timedelta(microseconds=1) if date_to else ends_at) or first
        flown_by = operator or aircraft.operator_id
        names = [_state(sanction, aircraft, flown_by, first, last) for sanction in sanctions]
        found.append({"flight": flight, "states": [{"name": name, "label": label(name)} for name in names]})
    return found


def label(state: str) -> str:
    """A state in words."""
    return {
        "in_force": _("in force"),
        "perhaps": _("perhaps: the dates are too rough"),
        "not_yet": _("not yet"),
        "ended": _("ended"),
        "other_operator": _("flown by another operator"),
        "unknown": _("not known: a date is missing"),
    }[state]


def _day(moment: datetime.datetime | None) -> datetime.date | None:
    return moment.astimezone(datetime.UTC).date() if moment else None


def _state(
    sanction: Sanction,
    aircraft: Aircraft,
    flown_by: int | None,
    first: datetime.date | None,
    last: datetime.date | None,
) -> str:
    """`first`, `last`: the days the flight's date can mean."""
    if sanction.aircraft_id != aircraft.pk and sanction.operator_id != flown_by:
        return "other_operator"
    if first is None or last is None or sanction.valid_from is None:
        return "unknown"
    if sanction.valid_to is not None and first > sanction.valid_to:
        return "ended"
    if sanction.valid_from <= first:
        return "in_force"
    earliest = parse_time(sanction.date_text)
    begins = earliest.date() if earliest else sanction.valid_from
    return "perhaps" if last >= begins else "not_yet"
