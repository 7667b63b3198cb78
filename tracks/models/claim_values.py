"""The shapes of claim values: JSON objects that refer to rows by key, and what they say in full.

| field                        | value                                                                              |
|------------------------------|------------------------------------------------------------------------------------|
| aircraft                     | {"aircraft": id}                                                                   |
| type                         | {"type_designator": "A124", "type_name": "An-124"}                                 |
| operator                     | {"operator": id}                                                                   |
| callsign, title, note,       | {"text": "…"}                                                                      |
| conflict                     |                                                                                    |
| origin, destination          | {"place": id}                                                                      |
| via                          | {"places": [id, …]}                                                                |
| departure, arrival,          | {"at": ISO UTC or null, "precision", "zone_basis", "approximate", "as_reported",   |
| signal_lost, signal_regained |  "evidence": "observed" or "estimated" or null, "where": "…" or absent}            |
| date                         | {"from": ISO UTC, "to": ISO UTC (exclusive), "precision", "zone_basis", "text",     |
|                              |  "zone_text"}                                                                      |
| assertion_level              | {"choice": "…"}                                                                    |
| mission                      | {"mission": id}                                                                    |
| in_corridor                  | {"flag": true}                                                                     |

A curator who decides that a fact is not known says {"unknown": true}.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable
from typing import Any

from tracks.models.aircraft import Aircraft, Operator
from tracks.models.flights import ClaimField, Mission
from tracks.models.places import Place
from tracks.models.vocabulary import AssertionLevel, DatePrecision, ZoneBasis

Value = dict[str, Any]

UNKNOWN: Value = {"unknown": True}


def aircraft_value(aircraft: Aircraft) -> Value:
    """The flight's aircraft."""
    return {"aircraft": aircraft.pk}


def type_value(type_designator: str, type_name: str = "") -> Value:
    """The type, where no airframe is named."""
    return {"type_designator": type_designator, "type_name": type_name}


def operator_value(operator: Operator) -> Value:
    """The operator on this flight."""
    return {"operator": operator.pk}


def place_value(place: Place) -> Value:
    """An origin or a destination."""
    return {"place": place.pk}


def via_value(places: Iterable[Place]) -> Value:
    """Stops or waypoints a source names, in order."""
    return {"places": [place.pk for place in places]}


def text_value(text: str) -> Value:
    """Callsign, title, note or a conflict in words."""
    return {"text": text}


def moment_value(
    at: datetime.datetime | None,
    *,
    precision: DatePrecision | str = DatePrecision.SECOND,
    zone_basis: ZoneBasis | str = ZoneBasis.STATED,
    approximate: bool = False,
    as_reported: str = "",
    evidence: str | None = None,
    where: str = "",
) -> Value:
    """A departure, an arrival, a loss or return of signal.

    Args:
        at: aware; None where a source gives a time that cannot be placed (as_reported then holds its words).
        evidence: "observed" or "estimated" for times computed from a track.
    """
    value: Value = {
        "at": at.astimezone(datetime.UTC).isoformat() if at else None,
        "precision": str(precision),
        "zone_basis": str(zone_basis),
        "approximate": approximate,
        "as_reported": as_reported,
        "evidence": evidence,
    }
    if where:
        value["where"] = where
    return value


def date_value(
    start: datetime.datetime,
    end: datetime.datetime,
    *,
    precision: DatePrecision | str,
    zone_basis: ZoneBasis | str,
    text: str,
    zone_text: str = "",
) -> Value:
    """A stated date as the UTC interval it can mean, end exclusive; `text` is the date as stated."""
    return {
        "from": start.astimezone(datetime.UTC).isoformat(),
        "to": end.astimezone(datetime.UTC).isoformat(),
        "precision": str(precision),
        "zone_basis": str(zone_basis),
        "text": text,
        "zone_text": zone_text,
    }


def assertion_level_value(level: AssertionLevel | str) -> Value:
    """How strongly the flight is asserted."""
    return {"choice": str(level)}


def mission_value(mission: Mission) -> Value:
    """The visit the flight belongs to."""
    return {"mission": mission.pk}


def in_corridor_value(flag: bool) -> Value:
    """A curator's word on whether the flight belongs to the corridor."""
    return {"flag": flag}


def parse_time(text: str | None) -> datetime.datetime | None:
    """An ISO time of a value; None stays None."""
    return datetime.datetime.fromisoformat(text) if text else None


def place_in_full(place: Place) -> Value:
    """Everything a reader needs of a place, without looking it up."""
    return {
        "name": place.name if place.airport is None else place.airport.name,
        "icao": place.airport.icao if place.airport else None,
        "city": place.airport.city if place.airport else "",
        "precision": place.precision,
        "country": place.country,
        "lat": place.location.y if place.location else None,
        "lon": place.location.x if place.location else None,
        "radius_km": place.radius_km,
    }


class Expander:
    """Turns values that refer to rows by id into ones that say everything, with one query a kind of row."""

    def __init__(self, values: Iterable[Value]) -> None:
        values = list(values)
        places = {v["place"] for v in values if "place" in v} | {p for v in values for p in v.get("places", ())}
        self._places = Place.objects.select_related("airport").in_bulk(places)
        self._aircraft = Aircraft.objects.select_related("operator").in_bulk(
            {v["aircraft"] for v in values if "aircraft" in v}
        )
        self._operators = Operator.objects.in_bulk({v["operator"] for v in values if "operator" in v})
        self._missions = Mission.objects.in_bulk({v["mission"] for v in values if "mission" in v})

    def place(self, value: Value) -> Place | None:
        """The place a value names."""
        return self._places.get(value.get("place", 0))

    def aircraft(self, value: Value) -> Aircraft | None:
        """The aircraft a value names."""
        return self._aircraft.get(value.get("aircraft", 0))

    def operator(self, value: Value) -> Operator | None:
        """The operator a value names."""
        return self._operators.get(value.get("operator", 0))

    def mission(self, value: Value) -> Mission | None:
        """The mission a value names."""
        return self._missions.get(value.get("mission", 0))

    def in_full(self, value: Value) -> Value:
        """The value with names in place of ids."""
        if place := self.place(value):
            return place_in_full(place)
        if "places" in value:
            return {"places": [place_in_full(self._places[pk]) for pk in value["places"] if pk in self._places]}
        if aircraft := self.aircraft(value):
            return {
                "registration": aircraft.registration,
                "icao24": aircraft.icao24,
                "type_designator": aircraft.type_designator,
                "type_name": aircraft.type_name,
            }
        if operator := self.operator(value):
            return {"name": operator.name, "country": operator.country}
        if mission := self.mission(value):
            return {"key": mission.key, "title": mission.title}
        return value


def values_agree(field: str, first: Value, second: Value, expander: Expander) -> bool:
    """Whether two claims can both be true.

    A country and an airport in it agree: one is only less exact. Times agree within 10 minutes, or 45 where a source
    gives one of them as approximate.
    """
    if first == second or first.get("unknown") or second.get("unknown"):
        return True
    if field in {ClaimField.ORIGIN, ClaimField.DESTINATION}:
        return _places_agree(expander.place(first), expander.place(second))
    if field in {ClaimField.DEPARTURE, ClaimField.ARRIVAL}:
        one, other = parse_time(first.get("at")), parse_time(second.get("at"))
        if one is None or other is None:
            return True
        vague = any(value.get("approximate") and not value.get("evidence") for value in (first, second))
        tolerance = 45 * 60 if vague else 10 * 60
        return abs((one - other).total_seconds()) <= tolerance
    if field == ClaimField.DATE:
        return first["from"] < second["to"] and second["from"] < first["to"]
    if field == ClaimField.TYPE:
        return first.get("type_designator") == second.get("type_designator")
    if field == ClaimField.CALLSIGN:
        return first.get("text", "").replace(" ", "").upper() == second.get("text", "").replace(" ", "").upper()
    return False


def _places_agree(one: Place | None, other: Place | None) -> bool:
    if one is None or other is None or one == other:
        return True
    if one.airport_id is not None and one.airport_id == other.airport_id:
        return True
    if not one.country or not other.country or one.country != other.country:
        return False
    if one.precision == other.precision:
        return False
    if "country" in {one.precision, other.precision}:
        return True
    if one.location is None or other.location is None:
        return True
    # A city or an area agrees with an airport that lies in its patch, or close to it as airports do.
    reach_km = max(one.radius_km, other.radius_km) + 30
    middle = math.radians((one.location.y + other.location.y) / 2)
    east = math.remainder(one.location.x - other.location.x, 360) * math.cos(middle)
    north = one.location.y - other.location.y
    return math.hypot(east, north) * 111.2 <= reach_km
