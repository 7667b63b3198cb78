"""Facts, gaps and durations in words, in the reader's language."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracks.models.claim_values import Value, parse_time
from tracks.models.flights import ClaimField
from tracks.models.vocabulary import (
    AssertionLevel,
    Basis,
    DatePrecision,
    EvidenceClass,
    GapCause,
    GapKind,
    PlacePrecision,
    ZoneBasis,
)

_MOMENT_FORMATS = {
    DatePrecision.SECOND: "%Y-%m-%d %H:%M:%S",
    DatePrecision.MINUTE: "%Y-%m-%d %H:%M",
    DatePrecision.HOUR: "%Y-%m-%d %H",
    DatePrecision.DAY: "%Y-%m-%d",
    DatePrecision.MONTH: "%Y-%m",
    DatePrecision.YEAR: "%Y",
}


def label_of(choices: Any, value: str) -> str:
    """The word for a value of a vocabulary; the value itself where the vocabulary does not know it."""
    return str(choices(value).label) if value in choices.values else value


def field_label(field: str) -> str:
    """What a claim is about."""
    label = label_of(ClaimField, field)
    return label[:1].upper() + label[1:]


def value_in_words(field: str, value: Value) -> str:
    """A claim's value as a snapshot keeps it (names in place of ids), in words."""
    if value.get("unknown"):
        return _("unknown")
    match field:
        case ClaimField.AIRCRAFT:
            return _aircraft(value)
        case ClaimField.TYPE:
            return _named(value.get("type_name"), value.get("type_designator"))
        case ClaimField.OPERATOR:
            return value.get("name", "")
        case ClaimField.ORIGIN | ClaimField.DESTINATION:
            return place_in_words(value)
        case ClaimField.VIA:
            return ", ".join(place_in_words(place) for place in value.get("places", []))
        case ClaimField.DEPARTURE | ClaimField.ARRIVAL | ClaimField.SIGNAL_LOST | ClaimField.SIGNAL_REGAINED:
            return _moment(value)
        case ClaimField.DATE:
            return _with_remarks(value.get("text", ""), _zone_remarks(value))
        case ClaimField.ASSERTION_LEVEL:
            return label_of(AssertionLevel, value.get("choice", ""))
        case ClaimField.MISSION:
            return value.get("title") or value.get("key", "")
        case ClaimField.IN_CORRIDOR:
            return _("yes") if value.get("flag") else _("no")
        case _:
            return value.get("text", "")


def _named(name: str | None, code: str | None) -> str:
    """ "An-124 (A124)", or what there is of it."""
    return f"{name} ({code})" if name and code else name or code or ""


def _aircraft(value: Value) -> str:
    names = [value.get("registration"), value.get("icao24")]
    key = " / ".join(name for name in names if name)
    kind = value.get("type_name") or value.get("type_designator")
    return _named(key, kind)


def place_in_words(place: Mapping[str, Any]) -> str:
    """A place with its code, or with how roughly it is known."""
    name = place.get("name", "")
    if place.get("icao"):
        return f"{name} ({place['icao']})"
    precision = place.get("precision")
    if precision == PlacePrecision.COUNTRY:
        return _("%(place)s (only the country is known)") % {"place": name}
    if precision in {PlacePrecision.CITY, PlacePrecision.AREA}:
        return _("%(place)s (no airport named)") % {"place": name}
    return name


def city_in_words(name: str) -> str:
    """A city as the reader's language names it, where the catalogue has it (templates/tracks/map_names.html)."""
    return _(name) if name else ""


def _moment(value: Value) -> str:
    at = parse_time(value.get("at"))
    words = value.get("as_reported", "")
    remarks = [value["where"]] if value.get("where") else []
    if at is None:
        return _with_remarks(f"“{words}”" if words else _("time not stated"), remarks)
    form = _MOMENT_FORMATS.get(value.get("precision", ""), _MOMENT_FORMATS[DatePrecision.SECOND])
    text = at.strftime(form)
    if "%H" in form:
        text += " UTC"
    if value.get("approximate"):
        text = _("about %(time)s") % {"time": text}
    if value.get("evidence") == EvidenceClass.ESTIMATED:
        remarks.append(_("estimated"))
    return _with_remarks(text, [*remarks, *_zone_remarks(value), *([f"“{words}”"] if words else [])])


def _zone_remarks(value: Value) -> list[str]:
    zone = value.get("zone_basis", ZoneBasis.STATED)
    remarks = [value["zone_text"]] if value.get("zone_text") else []
    return remarks if zone == ZoneBasis.STATED else [*remarks, label_of(ZoneBasis, zone)]


def _with_remarks(text: str, remarks: list[str]) -> str:
    return f"{text} ({'; '.join(remarks)})" if remarks else text


def claim_in_words(field: str, claim: Mapping[str, Any], files: Container[str]) -> dict[str, Any]:
    """A claim for a reader: value and basis in words, its source; for a moment also its epoch seconds.

    The file it was computed from is named when it is one of `files`: others may not be public.
    """
    file = claim.get("file_sha256")
    at = parse_time(claim["value"].get("at"))
    return {
        "value": value_in_words(field, claim["value"]),
        "at": at.timestamp() if at else None,
        "estimated": claim["value"].get("evidence") == EvidenceClass.ESTIMATED,
        "basis": claim["basis"],
        "basis_label": label_of(Basis, claim["basis"]),
        "supports": claim.get("supports", ""),
        "source": source_in_brief(claim["source"]) if claim.get("source") else None,
        "file_sha256": file if file in files else None,
    }


def source_in_brief(source: Mapping[str, Any]) -> dict[str, Any]:
    """A publication to be named beside a claim."""
    return {
        "publisher": source["publisher"],
        "title": source.get("title", ""),
        "url": web_address(source.get("url", "")),
        "archive_url": web_address(source.get("archive_url", "")),
        "date": source.get("publication_date", ""),
    }


def web_address(url: str) -> str:
    """The address if a browser may be sent there, else nothing: data never becomes a `javascript:` link."""
    try:
        return url if urlsplit(url).scheme in {"http", "https"} else ""
    except ValueError:
        return ""


def gap_in_words(gap: Mapping[str, Any]) -> dict[str, Any]:
    """A gap for a reader: as the snapshot has it, with its kind, cause and duration in words."""
    start, end = gap.get("start"), gap.get("end")
    seconds = end - start if start is not None and end is not None else None
    return {
        **gap,
        "kind_label": label_of(GapKind, gap["kind"]),
        "cause_label": label_of(GapCause, gap["cause"]),
        "duration_s": seconds,
        "duration": duration_in_words(seconds),
    }


def duration_in_words(seconds: float | None) -> str:
    """ "40 s", "12 min", "2 h 5 min", from 48 h on "2 d 8 h"; nobody observed the end of an open one.

    Rounded to the second, minute or hour, halves up; what is 0 is not told. The scripts have the same rule
    (time-format.js); both are tried on tests/duration_cases.json.
    """
    if seconds is None:
        return pgettext("end not observed", "open")
    in_units = [math.floor(seconds / unit + 0.5) for unit in (1, 60, 3600)]
    if in_units[0] < 60:
        return _("{n} s").format(n=in_units[0])
    hours, minutes = divmod(in_units[1], 60)
    days = 0
    if hours >= 48:
        (days, hours), minutes = divmod(in_units[2], 24), 0
    told = [(_("{n} d"), days), (_("{n} h"), hours), (_("{n} min"), minutes)]
    return " ".join(words.format(n=n) for words, n in told if n)
