"""Load the reported flights: every fact a claim of a source, published at once, never a position.

Loading again changes only what changed in the data. The claims of the data are those with the basis "source", without
author and without track; whatever a curator added stays, and what a curator decided outweighs them as always. A flight
that was withdrawn or merged is not published again.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tracks.models import Aircraft, Claim, Flight, FlightSource, Mission
from tracks.models.assembly import assemble
from tracks.models.publishing import build_snapshot, hash_content, publish
from tracks.models.resolving import resolve
from tracks.models.vocabulary import Basis, FlightStatus
from tracks.reference.claims import RecordClaims, Rows, Statement
from tracks.reference.files import read
from tracks.reference.fleet import load_aircraft, load_operators, load_sources
from tracks.reference.places import Places
from tracks.reference.touched import touched_by_people

KEY_PREFIX = "reported:"


@dataclass
class Loaded:
    """What a run did."""

    flights: int = 0
    created: int = 0
    changed: int = 0
    waiting: int = 0  # changed, but somebody's unpublished work is on them
    aircraft: int = 0


@transaction.atomic
def load_reported() -> Loaded:
    """Bring aircraft, sanctions, sources and reported flights up to the data.

    Raises:
        ReferenceDataError: an airport is not loaded yet, or the data says something that has no reading.
    """
    fleet, records = read("aircraft.json")["aircraft"], read("reported_flights.json")["flights"]
    rows = _rows(fleet, records)
    stored = {
        flight.external_key: flight
        for flight in Flight.objects.filter(external_key__startswith=KEY_PREFIX).select_related("published_revision")
    }
    claims, links = _stored_statements(stored), _stored_links(stored)
    loaded = Loaded(flights=len(records), aircraft=len(fleet))
    for record in records:
        key = f"{KEY_PREFIX}{record['id']}"
        wanted = RecordClaims(record, rows).statements()
        flight = stored.get(key)
        if flight is None:
            flight = Flight.objects.create(external_key=key)
            _write(flight, record, wanted, rows, {}, {})
            resolve(flight)
            publish(flight)
            loaded.created += 1
        elif flight.status != FlightStatus.MERGED:
            _update(flight, record, wanted, rows, claims[flight.pk], links[flight.pk], loaded)
    return loaded


def _rows(fleet: list[dict[str, Any]], records: list[dict[str, Any]]) -> Rows:
    sources = load_sources([*records, *fleet])
    names = {entry["operator_reported"] for entry in fleet} | {r["operator"] for r in records if r["operator"]}
    operators = load_operators(names)
    aircraft: dict[str, Aircraft] = load_aircraft(fleet, operators, sources)
    places = Places()
    ends = [end for r in records for end in (r["origin"], r["destination"], *r["via"]) if end]
    places.prepare({end["icao"] for end in ends if end["icao"]})
    return Rows(sources, operators, aircraft, _load_missions(records), places)


def _load_missions(records: list[dict[str, Any]]) -> dict[str, Mission]:
    legs = defaultdict(list)
    for record in records:
        legs[record["mission_id"]].append(record)
    touched = touched_by_people(Mission)
    stored = {mission.key: mission for mission in Mission.objects.filter(key__in=legs)}
    for key, group in legs.items():
        values = (_mission_title(group), any(leg["lead_story"] for leg in group))
        mission = stored.get(key) or Mission(key=key)
        if mission.pk is None or (mission.pk not in touched and (mission.title, mission.lead_story) != values):
            mission.title, mission.lead_story = values
            mission.save()
        stored[key] = mission
    return stored


def _mission_title(legs: list[dict[str, Any]]) -> str:
    """The aircraft of a visit and its first date: "RA-82030, RA-85843 · 2024-03-20"."""
    named = [leg["aircraft_registration"] or leg["aircraft_type_reported"] or leg["operator"] or "?" for leg in legs]
    dates = sorted(leg["flight_date"] for leg in legs if leg["flight_date"])
    who = ", ".join(dict.fromkeys(sorted(named)))
    return f"{who} · {dates[0]}" if dates else who


def _stored_statements(flights: dict[str | None, Flight]) -> dict[str, dict[tuple[Any, ...], Claim]]:
    """The claims of the data that are in the database, by flight."""
    found: dict[str, dict[tuple[Any, ...], Claim]] = defaultdict(dict)
    claims = Claim.objects.filter(
        flight__in=flights.values(), basis=Basis.SOURCE, author__isnull=True, track__isnull=True
    ).select_related("source")
    for claim in claims:
        found[claim.flight_id][Statement(claim.field, claim.value, claim.source, claim.supports).key] = claim
    return found


def _stored_links(flights: dict[str | None, Flight]) -> dict[str, dict[int, str]]:
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for link in FlightSource.objects.filter(flight__in=flights.values()):
        found[link.flight_id][link.source_id] = link.supports
    return found


def _update(
    flight: Flight,
    record: dict[str, Any],
    wanted: list[Statement],
    rows: Rows,
    claims: dict[tuple[Any, ...], Claim],
    links: dict[int, str],
    loaded: Loaded,
) -> None:
    same_claims = claims.keys() == {statement.key for statement in wanted}
    same_links = all(links.get(rows.sources[s["url"]].pk) == s["supports"] for s in record["sources"])
    if same_claims and same_links:
        return
    clean = flight.status == FlightStatus.PUBLISHED and _is_as_published(flight)
    _write(flight, record, wanted, rows, claims, links)
    resolve(flight)
    loaded.changed += 1
    if clean:
        publish(flight)
    elif flight.status == FlightStatus.PUBLISHED:
        loaded.waiting += 1


def _is_as_published(flight: Flight) -> bool:
    """Whether the working copy is what the public sees; if not, somebody is at work on it."""
    assembly = assemble(flight)
    revision = flight.published_revision
    return revision is not None and revision.content_hash == hash_content(
        flight, build_snapshot(flight, assembly), assembly
    )


def _write(
    flight: Flight,
    record: dict[str, Any],
    wanted: list[Statement],
    rows: Rows,
    claims: dict[tuple[Any, ...], Claim],
    links: dict[int, str],
) -> None:
    """Make the flight's claims and sources those of the data."""
    keys = {statement.key for statement in wanted}
    gone = [claim.pk for key, claim in claims.items() if key not in keys]
    Claim.objects.filter(pk__in=gone).delete()
    Claim.objects.bulk_create(
        Claim(
            flight=flight,
            field=statement.field,
            value=statement.value,
            basis=Basis.SOURCE,
            source=statement.source,
            supports=statement.supports,
        )
        for statement in wanted
        if statement.key not in claims
    )
    for source in record["sources"]:
        row = rows.sources[source["url"]]
        if row.pk not in links:
            FlightSource.objects.create(flight=flight, source=row, supports=source["supports"])
        elif links[row.pk] != source["supports"]:
            FlightSource.objects.filter(flight=flight, source=row).update(supports=source["supports"])
