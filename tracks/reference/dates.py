"""Dates and times of reports as UTC, never more exact than the source.

A date without a zone means a day in the zone of one of its places: which one is not known, so the UTC interval covers
all of them. "21 March" on a flight between Vladivostok (UTC+10) and Pyongyang (UTC+9) is 20 March 14:00 UTC to
21 March 15:00 UTC, 25 hours. Zones come from the zone database, not from fixed offsets.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from tracks.models.claim_values import Value, date_value, moment_value
from tracks.models.vocabulary import DatePrecision, ZoneBasis
from tracks.reference.files import ReferenceDataError

_KST, _VLAT, _MSK = "Asia/Seoul", "Asia/Vladivostok", "Europe/Moscow"
_STATED, _PRESUMED, _UNSTATED = ZoneBasis.STATED, ZoneBasis.PRESUMED, ZoneBasis.UNSTATED


@dataclass(frozen=True)
class Reading:
    """How a zone note of the data is read.

    zones: whose day is meant; none means that of any place of the flight.
    basis: None means as stated or presumed as the flight's first time is.
    at_origin: the day is the origin's.
    """

    zones: tuple[str, ...] = ()
    basis: ZoneBasis | None = None
    at_origin: bool = False


# Every zone note of the data set, word for word. A date that holds for departure and arrival at their own places
# covers both days; one that a departure alone carries is the departure's day.
READINGS = {
    "not stated": Reading(basis=_UNSTATED),
    "not stated in the lead story; evening of 20 March per Airspace Review": Reading(basis=_UNSTATED),
    "KST presumed": Reading((_KST,), _PRESUMED),
    "KST (+09:00, presumed)": Reading((_KST,), _PRESUMED),
    "KST (+09:00, stated)": Reading((_KST,), _STATED),
    "KST (+09:00, stated as Korean-peninsula time)": Reading((_KST,), _STATED),
    "KST (derived from the GMT value)": Reading((_KST,), _STATED),
    "KST (+09:00)": Reading((_KST,)),
    "KST (Yakutsk has the same offset)": Reading((_KST,)),
    "VLAT (+10:00, presumed)": Reading((_VLAT,), _PRESUMED),
    "VLAT (+10:00, airport local time)": Reading((_VLAT,), _PRESUMED),
    "VLAT (+10:00, stated as local)": Reading((_VLAT,), _STATED),
    "VLAT (+10:00)": Reading((_VLAT,)),
    "local (KST +09:00)": Reading((_KST,)),
    "local at destination (KST +09:00)": Reading((_KST,)),
    "local at each airport": Reading((_KST, _VLAT)),
    "KST for departure, local for arrival": Reading((_KST, _VLAT)),
    "MSK for departure, KST for arrival": Reading((_MSK,)),
    "MSK for departure, local for arrival": Reading((_MSK,)),
    "MSK presumed for departure": Reading((_MSK,), _PRESUMED),
    "local presumed": Reading(basis=_PRESUMED, at_origin=True),
}
_ABOUT = re.compile(r"\b(about|around|after|approximately)\b", re.IGNORECASE)
_MINUTES = re.compile(r"\d[:.]\d\d|\b\d{4} GMT|\bmin", re.IGNORECASE)


def interval(text: str, precision: str, zones: Sequence[str]) -> tuple[datetime.datetime, datetime.datetime]:
    """The UTC interval (end exclusive) that a day, month or year can mean in any of the zones.

    Raises:
        ReferenceDataError: the text is not a date of that precision.
    """
    try:
        year, *rest = (int(part) for part in text.split("-"))
        match precision, rest:
            case "day", [month, day]:
                first = datetime.datetime(year, month, day)  # noqa: DTZ001 - the zones follow
                last = first + datetime.timedelta(days=1)
            case "month", [month]:
                first = datetime.datetime(year, month, 1)  # noqa: DTZ001
                last = datetime.datetime(year + month // 12, month % 12 + 1, 1)  # noqa: DTZ001
            case "year", []:
                first, last = datetime.datetime(year, 1, 1), datetime.datetime(year + 1, 1, 1)  # noqa: DTZ001
            case _:
                raise ValueError(precision)
    except ValueError as error:
        raise ReferenceDataError(f"“{text}” is not a date to the {precision}.") from error
    starts = [first.replace(tzinfo=ZoneInfo(zone)).astimezone(datetime.UTC) for zone in zones]
    ends = [last.replace(tzinfo=ZoneInfo(zone)).astimezone(datetime.UTC) for zone in zones]
    return min(starts), max(ends)


def flight_date(record: dict[str, Any], origin_zones: Sequence[str], other_zones: Sequence[str]) -> Value | None:
    """The date claim's value of a record; None where the date is not known.

    Args:
        origin_zones, other_zones: the zones the flight's origin, and its other places, can lie in.

    Raises:
        ReferenceDataError: the record's zone note has no reading.
    """
    note = record["flight_date_timezone"]
    if record["flight_date"] is None:
        return None
    if note not in READINGS:
        raise ReferenceDataError(
            f"Flight {record['id']}: the zone note “{note}” has no reading; add one to tracks/reference/dates.py."
        )
    reading = READINGS[note]
    zones = reading.zones or (origin_zones if reading.at_origin else (*origin_zones, *other_zones))
    start, end = interval(record["flight_date"], record["flight_date_precision"], zones)
    return date_value(
        start,
        end,
        precision=DatePrecision(record["flight_date_precision"]),
        zone_basis=reading.basis or _basis_of_times(record),
        text=record["flight_date"],
        zone_text="" if note == "not stated" else note,
    )


def _basis_of_times(record: dict[str, Any]) -> ZoneBasis:
    """Stated where the source states the zone of the first time it gives, otherwise presumed."""
    for time in (record["departure_time"], record["arrival_time"]):
        if time:
            return _STATED if time["timezone_stated_by_source"] else _PRESUMED
    return _PRESUMED


def moment(time: dict[str, Any]) -> Value:
    """A departure, arrival, or loss or return of signal.

    A time that cannot be placed keeps its words and has no value. "About 9 p.m." is known to the hour.
    """
    words = time["as_reported"] or ""
    value = time["value"]
    approximate = time.get("approximate", bool(value and _ABOUT.search(words)))
    if not time["timezone"]:
        basis = _UNSTATED
    else:
        basis = _STATED if time.get("timezone_stated_by_source") else _PRESUMED
    precision = DatePrecision.UNKNOWN
    if value:
        whole_hour = value[14:16] == "00" and not _MINUTES.search(words)
        precision = DatePrecision.HOUR if whole_hour else DatePrecision.MINUTE
    return moment_value(
        datetime.datetime.fromisoformat(value) if value else None,
        precision=precision,
        zone_basis=basis,
        approximate=bool(approximate),
        as_reported=words,
        where=time.get("where") or "",
    )
