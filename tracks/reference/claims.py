"""What one record of tracks/data/reported_flights.json claims: field, value, source.

The data set lists a flight's sources, each with a note on what it supports, but does not say which value came from
which. A claim is linked to the first source whose note speaks of that fact, and the note is shown beside it. Where no
note does and there are several sources, the claim is linked to the first one and says so.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tracks.models import Aircraft, ClaimField, Mission, Operator, Source
from tracks.models.claim_values import (
    Value,
    aircraft_value,
    assertion_level_value,
    in_corridor_value,
    mission_value,
    moment_value,
    operator_value,
    place_value,
    text_value,
    type_value,
    via_value,
)
from tracks.models.vocabulary import DatePrecision, ZoneBasis
from tracks.reference.dates import flight_date, moment
from tracks.reference.fleet import LEAD_STORY_TITLE
from tracks.reference.places import Places

# Words by which a source's note speaks of a place of the data.
_PLACE_WORDS = {
    "ZKPY": ("Pyongyang", "Sunan"),
    "UHWW": ("Vladivostok",),
    "UUWW": ("Vnukovo", "Moscow"),
    "UUEE": ("Sheremetyevo", "Moscow"),
    "UEEE": ("Yakutsk",),
    "UHHH": ("Khabarovsk",),
    "UNNT": ("Novosibirsk", "same stops"),
    "UNKL": ("Krasnoyarsk",),
    "ULLI": ("Petersburg", "Russian airspace"),
    "ZSPD": ("Pudong", "Shanghai"),
}
_DEPARTURE_WORDS = ("depart", "take-off", "took off", "left ", "leav")
_ARRIVAL_WORDS = ("arriv", "landing", "landed", "touchdown", "landing at")
_SIGNAL_WORDS = ("signal", "transponder", "track", "disappear", "trail", "call sign", "seen", "picked up", "recorded")
_NOT_NOTED = "No source is noted for this"


@dataclass(frozen=True)
class Statement:
    """A claim to be: what, the value, who says so, and in which words."""

    field: str
    value: Value
    source: Source | None
    supports: str

    @property
    def key(self) -> tuple[str, str, int | None, str]:
        """What makes two statements the same one."""
        return (
            self.field,
            json.dumps(self.value, sort_keys=True),
            self.source.pk if self.source else None,
            self.supports,
        )


@dataclass
class Rows:
    """The rows of the database that values refer to, by the names the data uses."""

    sources: dict[str, Source]
    operators: dict[str, Operator]
    aircraft: dict[str, Aircraft]
    missions: dict[str, Mission]
    places: Places


class RecordClaims:
    """The statements of one record."""

    def __init__(self, record: dict[str, Any], rows: Rows) -> None:
        self._record = record
        self._rows = rows
        self._lead = next((s for s in record["sources"] if "defence-blog.com" in s["url"]), None)

    def statements(self) -> list[Statement]:
        """All of them, the more important first: of equals, the first is shown."""
        lead = list(self._lead_story())
        said = [(statement.field, statement.value) for statement in lead]
        general = [
            statement
            for statement in (*self._identity(), *self._ends(), *self._times())
            # What the lead story says needs no second voice that is not noted for it.
            if not (statement.supports.startswith(_NOT_NOTED) and (statement.field, statement.value) in said)
        ]
        return [*lead, *general, *self._rest()]

    def _identity(self) -> Iterator[Statement]:
        record, rows = self._record, self._rows
        if registration := record["aircraft_registration"]:
            value = aircraft_value(rows.aircraft[registration])
            yield self._state(ClaimField.AIRCRAFT, value, [registration, "registration", "same aircraft"])
        if record["aircraft_type_icao"] or record["aircraft_type_reported"]:
            name = record["aircraft_type_reported"] or ""
            value = type_value(record["aircraft_type_icao"] or "", name)
            yield self._state(ClaimField.TYPE, value, [name, name.rstrip("MTD"), "type"])
        if record["operator"]:
            words = [record["operator"], "air force", "squadron", "Air Koryo", "airline", "operator", "presidential"]
            yield self._state(ClaimField.OPERATOR, operator_value(rows.operators[record["operator"]]), words)
        if callsign := record["callsign_or_flight_number"]:
            yield self._state(ClaimField.CALLSIGN, text_value(callsign), callsign.split(" / "))

    def _ends(self) -> Iterator[Statement]:
        for field, name in ((ClaimField.ORIGIN, "origin"), (ClaimField.DESTINATION, "destination")):
            if end := self._record[name]:
                place = self._rows.places.get(end["name"], end["icao"])
                yield self._state(field, place_value(place), _place_words(end))
        if via := self._record["via"]:
            value = via_value(self._rows.places.get(stop["name"], stop["icao"]) for stop in via)
            yield self._state(ClaimField.VIA, value, [word for stop in via for word in _place_words(stop)])

    def _times(self) -> Iterator[Statement]:
        record, places = self._record, self._rows.places
        others = [zone for end in (record["destination"], *record["via"]) for zone in places.zones(end)]
        if date := flight_date(record, places.zones(record["origin"]), others):
            yield self._state(ClaimField.DATE, date, _date_words(record["flight_date"]))
        moments: list[tuple[str, str, Iterable[str]]] = [
            (ClaimField.DEPARTURE, "departure_time", _DEPARTURE_WORDS),
            (ClaimField.ARRIVAL, "arrival_time", _ARRIVAL_WORDS),
            (ClaimField.SIGNAL_LOST, "signal_lost", _SIGNAL_WORDS),
            (ClaimField.SIGNAL_REGAINED, "signal_regained", _SIGNAL_WORDS),
        ]
        for field, name, words in moments:
            if time := record[name]:
                yield self._state(field, moment(time), [*_clock_words(time["as_reported"] or ""), *words])

    def _rest(self) -> Iterator[Statement]:
        record = self._record
        evidence = ", ".join(basis.replace("_", " ") for basis in record["evidence_basis"])
        level = assertion_level_value(record["assertion_level"])
        first = self._rows.sources[record["sources"][0]["url"]]
        yield Statement(ClaimField.ASSERTION_LEVEL, level, first, f"Evidence: {evidence}.")
        if not any("KP" in self._countries(end) for end in (record["origin"], record["destination"])):
            supports = "Listed among the flights between Russia and North Korea; neither end says so."
            yield Statement(ClaimField.IN_CORRIDOR, in_corridor_value(True), first, supports)
        yield Statement(ClaimField.MISSION, mission_value(self._rows.missions[record["mission_id"]]), None, "")
        if note := self._note():
            yield Statement(ClaimField.NOTE, text_value(note), None, "")
        for conflict in record["conflicts"]:
            named = [s for s in record["sources"] if any(n in conflict for n in _publisher_names(s["publisher"]))]
            source = self._rows.sources[named[0]["url"]] if named else None
            yield Statement(ClaimField.CONFLICT, text_value(conflict), source, "")
        if record["aircraft_count"] > 1:
            yield Statement(ClaimField.TITLE, text_value(self._title_of_several()), None, "")

    def _countries(self, end: dict[str, Any] | None) -> set[str]:
        return {self._rows.places.get(end["name"], end["icao"]).country} if end else set()

    def _note(self) -> str:
        """The record's note; with what is said of a date that cannot be given, and the mark of the lead story."""
        parts = [self._record["note"] or ""]
        if remark := self._record["flight_date_note"]:
            parts.append(f"Date: {remark.rstrip('.')}.")
        if self._record["lead_story"]:
            parts.append(f"A leg of the lead story: Defence Blog, “{LEAD_STORY_TITLE}”, 24 April 2024.")
        return " ".join(part for part in parts if part)

    def _title_of_several(self) -> str:
        record = self._record
        kind = record["aircraft_type_reported"] or "aircraft"
        ends = [end["name"].split(" (")[0].split(" Sunan")[0].split(" International")[0] if end else "?"
                for end in (record["origin"], record["destination"])]  # fmt: skip
        return f"{record['aircraft_count']} × {kind}: {ends[0]} → {ends[1]}"

    def _lead_story(self) -> Iterator[Statement]:
        """What the lead story itself says, in its own exactness: cities and a country, not airports."""
        said = self._record["lead_story_statement"]
        if not said or not self._lead:
            return
        source, supports = self._rows.sources[self._lead["url"]], self._lead["supports"]
        places = self._rows.places
        values: list[tuple[str, Value]] = [
            (ClaimField.TYPE, type_value(self._record["aircraft_type_icao"] or "", said["aircraft_type"])),
        ]
        for field, name in ((ClaimField.ORIGIN, "origin"), (ClaimField.DESTINATION, "destination")):
            values.append((field, place_value(places.rough(f"{said[name]} (airport not stated)"))))
        if said["registration"]:
            values.append((ClaimField.AIRCRAFT, aircraft_value(self._rows.aircraft[said["registration"]])))
        if said["operator"]:
            values.append((ClaimField.OPERATOR, operator_value(self._rows.operators[self._record["operator"]])))
        if said["date"]:
            others = places.zones(self._record["destination"])
            if date := flight_date(self._record, places.zones(self._record["origin"]), others):
                values.append((ClaimField.DATE, date))
        if said["time"]:
            unplaced = moment_value(
                None,
                precision=DatePrecision.UNKNOWN,
                zone_basis=ZoneBasis.UNSTATED,
                approximate=True,
                as_reported=said["time"],
            )
            values.append((ClaimField.DEPARTURE, unplaced))
        for claimed, value in values:
            yield Statement(claimed, value, source, supports)

    def _state(self, field: str, value: Value, words: Iterable[str]) -> Statement:
        """A statement by the first source whose note has one of the words, the telling words first.

        Where the lead story has statements of its own, the record's values come from the others.
        """
        sources = self._record["sources"]
        if self._record["lead_story_statement"] and len(sources) > 1:
            sources = [source for source in sources if source is not self._lead]
        for word in words:
            for source in sources:
                if word and word.casefold() in source["supports"].casefold():
                    return Statement(field, value, self._rows.sources[source["url"]], source["supports"])
        first = sources[0]
        supports = first["supports"]
        if len(sources) > 1:
            supports = f"{_NOT_NOTED} (one of {len(sources)} sources of this flight). Noted: {supports}"
        return Statement(field, value, self._rows.sources[first["url"]], supports)


def _place_words(end: dict[str, Any]) -> list[str]:
    if end["icao"]:
        return [*_PLACE_WORDS.get(end["icao"], ())]
    return [
        end["name"].split(" (")[0].split(" area")[0].split(" air base")[0],
        "Russia" if "Russia" in end["name"] else "",
    ]


def _date_words(text: str) -> list[str]:
    """The ways a note may name a date: "9 July", "9th", "Tuesday"; for a month its name."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 1:
        return [text]
    month = datetime.date(parts[0], parts[1], 1).strftime("%B")
    if len(parts) == 2:
        return [f"{month} {parts[0]}", month]
    day = datetime.date(*parts)
    suffix = "th" if 10 <= day.day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return [f"{day.day} {month}", f"{day.day}{suffix}", day.strftime("%A"), "same day", month]


def _clock_words(text: str) -> list[str]:
    """The clock times in words such as "about 22:00"."""
    return [time for time in re.findall(r"\d{1,2}:\d\d", text) for time in (time, time.lstrip("0")) if time]


def _publisher_names(publisher: str) -> list[str]:
    """Names a conflict may call a publisher by: "Newsweek", "VOA" of "VOA Korean", "NK News" of "Newsis (citing …)"."""
    main = publisher.split(" (")[0]
    short = main.removeprefix("The ").split(" ")[0]
    return [main, short] if len(short) > 2 else [main]
