"""Sources, operators, aircraft with their identity claims, and sanctions, from tracks/data/aircraft.json."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from tracks.models import Aircraft, AircraftIdentity, Operator, Sanction, Source
from tracks.models.vocabulary import Basis, SanctionScope, SourceKind
from tracks.reference.touched import touched_by_people

LEAD_STORY_TITLE = "Russian heavy-lift cargo aircraft secretly fly to North Korea"
_LEAD_STORY_HOST = "defence-blog.com"
_OPERATOR_COUNTRIES = {"Air Koryo": "KP"}  # every other operator of the set is Russian
_SCOPES = {
    "operator": SanctionScope.OPERATOR,
    "operator_fleet": SanctionScope.FLEET,
    "owner": SanctionScope.OWNER,
    "aircraft": SanctionScope.AIRCRAFT,
    "aircraft_as_reported": SanctionScope.AIRCRAFT_AS_REPORTED,
}
_UPON_AIRCRAFT = {SanctionScope.AIRCRAFT, SanctionScope.AIRCRAFT_AS_REPORTED}


def load_sources(entries: Iterable[dict[str, Any]]) -> dict[str, Source]:
    """Every source named by the entries' `sources` and `sanctions`, by address."""
    wanted: dict[str, dict[str, Any]] = {}
    for entry in entries:
        for source in entry["sources"]:
            wanted.setdefault(
                source["url"],
                {
                    "publisher": source["publisher"],
                    "publication_date": source["publication_date"] or "",
                    "language": source["language"] or "",
                    "kind": source["source_kind"],
                    "title": LEAD_STORY_TITLE if _LEAD_STORY_HOST in source["url"] else "",
                },
            )
    for entry in entries:
        for sanction in entry.get("sanctions", ()):
            # Named only by its address: the host stands for the publisher.
            host = (urlsplit(sanction["source_url"]).hostname or "").removeprefix("www.")
            wanted.setdefault(sanction["source_url"], {"publisher": host, "kind": SourceKind.OTHER})
    touched = touched_by_people(Source)
    stored = {source.url: source for source in Source.objects.filter(url__in=wanted)}
    for url, values in wanted.items():
        source = stored.get(url) or Source(url=url)
        if source.pk is None or (source.pk not in touched and _differs(source, values)):
            _assign(source, values)
            source.save()
        stored[url] = source
    return stored


def load_operators(names: Iterable[str]) -> dict[str, Operator]:
    """Operators by the name reports use."""
    stored = {operator.name: operator for operator in Operator.objects.all()}
    for name in sorted(set(names) - stored.keys()):
        stored[name] = Operator.objects.create(name=name, country=_OPERATOR_COUNTRIES.get(name, "RU"))
    return stored


def load_aircraft(
    entries: list[dict[str, Any]], operators: dict[str, Operator], sources: dict[str, Source]
) -> dict[str, Aircraft]:
    """The aircraft by registration, with identity claims and sanctions. What somebody edited stays."""
    touched = touched_by_people(Aircraft)
    registered = Aircraft.objects.filter(registration__isnull=False).select_related("operator")
    by_registration = {a.registration: a for a in registered}
    by_address = {a.icao24: a for a in Aircraft.objects.filter(icao24__isnull=False)}
    loaded: dict[str, Aircraft] = {}
    for entry in entries:
        registration = entry["registration"]
        icao24 = entry["icao24"].lower() if entry["icao24"] else None
        aircraft = by_registration.get(registration)
        holder = by_address.get(icao24)
        if aircraft is None:
            # An import may know the airframe by its address only; then it is this one.
            aircraft = holder if holder is not None and holder.registration is None else Aircraft()
        if aircraft.pk is None or aircraft.pk not in touched:
            values: dict[str, Any] = {
                "registration": registration,
                "icao24": aircraft.icao24 or (icao24 if holder in (None, aircraft) else None),
                "type_designator": entry["aircraft_type_icao"] or "",
                "type_name": entry["aircraft_type_reported"] or "",
                "operator": operators[entry["operator_reported"]],
                "listed": True,
                "note": _note(entry),
            }
            if aircraft.pk is None or _differs(aircraft, values):
                _assign(aircraft, values)
                aircraft.save()
        loaded[registration] = aircraft
    identities = [claim for entry in entries for claim in _identities(entry, loaded[entry["registration"]], sources)]
    AircraftIdentity.objects.bulk_create(identities, ignore_conflicts=True)
    _load_sanctions(entries, loaded, operators, sources)
    return loaded


def _says_what(supports: str, entry: dict[str, Any]) -> list[AircraftIdentity.Field]:
    """Which facts of the aircraft's identity a source's `supports` note is about; none for anything else."""
    fields = AircraftIdentity.Field
    words = supports.casefold()
    if "conflict" in words or "as far as the authors" in words or "company aircraft" in words:
        return []
    if words.startswith("hex"):
        adopted = entry["icao24"] and entry["icao24"].casefold() in words
        return ([fields.ICAO24] if adopted else []) + ([fields.TYPE] if ", type " in words else [])
    found = [fields.TYPE] if "type" in words else []
    if "operator" in words or "unit" in words or "vta aircraft" in words:
        found.append(fields.OPERATOR)
    if not found or "tail number" in words or "registration" in words:
        found.append(fields.REGISTRATION)
    return found


def _identities(entry: dict[str, Any], aircraft: Aircraft, sources: dict[str, Source]) -> list[AircraftIdentity]:
    fields = AircraftIdentity.Field
    values = {
        fields.REGISTRATION: entry["registration"],
        fields.ICAO24: (entry["icao24"] or "").lower(),
        fields.TYPE: entry["aircraft_type_icao"] or entry["aircraft_type_reported"],
        fields.OPERATOR: entry["operator_reported"],
    }
    made: list[tuple[AircraftIdentity.Field, str, Source | None]] = []
    named = set()
    for source in entry["sources"]:
        for field in _says_what(source["supports"], entry):
            note = entry["icao24_basis"] if field == fields.ICAO24 else source["supports"]
            named.add(field)
            made.append((field, note, sources[source["url"]]))
    missing = [field for field, value in values.items() if value and field not in named]
    made += [(field, "as compiled from the sources of its flights", None) for field in missing]
    return [
        AircraftIdentity(
            aircraft=aircraft,
            field=field,
            value=values[field],
            basis=Basis.SOURCE,
            basis_note=note[:300],
            source=source,
        )
        for field, note, source in made
    ]


def _note(entry: dict[str, Any]) -> str:
    """The note of the data, and what sources say beside the identity."""
    beside = [
        f"{source['publisher']}: {source['supports']}."
        for source in entry["sources"]
        if not _says_what(source["supports"], entry)
    ]
    return "\n".join([entry["note"] or "", *beside]).strip()


def _load_sanctions(
    entries: list[dict[str, Any]],
    aircraft: dict[str, Aircraft],
    operators: dict[str, Operator],
    sources: dict[str, Source],
) -> None:
    """Each sanction once, upon whom it names. An operator's is one row, however many aircraft list it."""
    known = Sanction.objects.filter(source__isnull=False).select_related("aircraft", "operator", "source")
    stored = {(s.scope, s.aircraft_id, s.operator_id, s.source_id): s for s in known}
    touched = touched_by_people(Sanction)
    for entry in entries:
        for item in entry["sanctions"]:
            scope = _SCOPES[item["scope"]]
            upon_aircraft = scope in _UPON_AIRCRAFT
            values: dict[str, Any] = {
                "scope": scope,
                "aircraft": aircraft[entry["registration"]] if upon_aircraft else None,
                "operator": None if upon_aircraft else operators[entry["operator_reported"]],
                "authority": item["authority"],
                "programme": item["programme"] or "",
                "detail": item["detail"] or "",
                "date_text": item["date"] or "",
                "valid_from": last_day(item["date"]),
                "source": sources[item["source_url"]],
            }
            upon = [getattr(values[name], "pk", None) for name in ("aircraft", "operator", "source")]
            key = (str(scope), upon[0], upon[1], upon[2])
            sanction = stored.get(key) or Sanction()
            if sanction.pk is None or (sanction.pk not in touched and _differs(sanction, values)):
                _assign(sanction, values)
                sanction.save()
            stored[key] = sanction


def last_day(text: str | None) -> datetime.date | None:
    """The last day a date of reduced precision can mean: only from then on is it certainly in force."""
    if not text:
        return None
    year, *rest = (int(part) for part in text.split("-"))
    month = rest[0] if rest else 12
    day = rest[1] if len(rest) > 1 else calendar.monthrange(year, month)[1]
    return datetime.date(year, month, day)


def _differs(row: Any, values: dict[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in values.items())


def _assign(row: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
