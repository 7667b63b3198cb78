"""What a curator says of the columns of a table that no parser knows: stored with the file, read again alike.

Nothing here is guessed (`table_guessing.py` proposes), and nothing is read from a column that nobody named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracks.formats.contract import gettext_noop

DELIMITERS: Mapping[str, str] = {
    ",": gettext_noop("comma"),
    ";": gettext_noop("semicolon"),
    "\t": gettext_noop("tab"),
    "|": gettext_noop("vertical line"),
}

# No table of tracks is wider.
MOST_COLUMNS = 400


@dataclass(frozen=True, slots=True)
class Role:
    """What a column may be.

    Attributes:
        slot: the quantity; each is there once at most.
        group, label: for people.
        how: what the values are: a unit, the order of a date, the way an angle is written.
        kind: of an altitude, what it is measured from.
    """

    slot: str
    group: str
    label: str
    how: str = ""
    kind: str = ""


_TIME, _PLACE = gettext_noop("Time"), gettext_noop("Place")
_HEIGHT, _MOTION, _WHO = gettext_noop("Altitude"), gettext_noop("Movement"), gettext_noop("Aircraft")

ROLES: Mapping[str, Role] = {
    "time-epoch-s": Role("time", _TIME, gettext_noop("seconds since 1970"), "s"),
    "time-epoch-ms": Role("time", _TIME, gettext_noop("milliseconds since 1970"), "ms"),
    "time-epoch-us": Role("time", _TIME, gettext_noop("microseconds since 1970"), "us"),
    "time-epoch-ns": Role("time", _TIME, gettext_noop("nanoseconds since 1970"), "ns"),
    "time-ymd": Role("time", _TIME, gettext_noop("date and time, year first (ISO 8601)"), "ymd"),
    "time-dmy": Role("time", _TIME, gettext_noop("date and time, day first (21.03.2024)"), "dmy"),
    "time-mdy": Role("time", _TIME, gettext_noop("date and time, month first (03/21/2024)"), "mdy"),
    "time-named": Role("time", _TIME, gettext_noop("date and time, month as a word (21-Mar-2024)"), "named"),
    "date-ymd": Role("date", _TIME, gettext_noop("date, year first"), "ymd"),
    "date-dmy": Role("date", _TIME, gettext_noop("date, day first"), "dmy"),
    "date-mdy": Role("date", _TIME, gettext_noop("date, month first"), "mdy"),
    "date-named": Role("date", _TIME, gettext_noop("date, month as a word"), "named"),
    "clock": Role("clock", _TIME, gettext_noop("time of day")),
    "utc-offset": Role("offset", _TIME, gettext_noop("difference of the times to UTC (-04:00)")),
    "latitude-degrees": Role("latitude", _PLACE, gettext_noop("latitude, degrees"), "degrees"),
    "longitude-degrees": Role("longitude", _PLACE, gettext_noop("longitude, degrees"), "degrees"),
    "latitude-minutes": Role("latitude", _PLACE, gettext_noop("latitude, degrees and minutes"), "minutes"),
    "longitude-minutes": Role("longitude", _PLACE, gettext_noop("longitude, degrees and minutes"), "minutes"),
    "position-degrees": Role("position", _PLACE, gettext_noop("latitude and longitude in one, degrees"), "degrees"),
    "position-minutes": Role(
        "position", _PLACE, gettext_noop("latitude and longitude in one, degrees and minutes"), "minutes"
    ),
    "position-geometry": Role(
        "position", _PLACE, gettext_noop("point as WKT, WKB or GeoJSON (longitude first)"), "geometry"
    ),
    "altitude-pressure-ft": Role("altitude", _HEIGHT, gettext_noop("pressure altitude, feet"), "ft", "pressure"),
    "altitude-pressure-m": Role("altitude", _HEIGHT, gettext_noop("pressure altitude, metres"), "m", "pressure"),
    "altitude-pressure-fl": Role("altitude", _HEIGHT, gettext_noop("flight level"), "fl", "pressure"),
    "altitude-geometric-ft": Role("geometric", _HEIGHT, gettext_noop("geometric (GNSS) altitude, feet"), "ft"),
    "altitude-geometric-m": Role("geometric", _HEIGHT, gettext_noop("geometric (GNSS) altitude, metres"), "m"),
    "altitude-unstated-ft": Role("altitude", _HEIGHT, gettext_noop("altitude of unknown kind, feet"), "ft", "unstated"),
    "altitude-unstated-hft": Role(
        "altitude", _HEIGHT, gettext_noop("altitude of unknown kind, hundreds of feet"), "hft", "unstated"
    ),
    "altitude-unstated-m": Role("altitude", _HEIGHT, gettext_noop("altitude of unknown kind, metres"), "m", "unstated"),
    "speed-kt": Role("ground_speed", _MOTION, gettext_noop("ground speed, knots"), "kt"),
    "speed-kmh": Role("ground_speed", _MOTION, gettext_noop("ground speed, km/h"), "km/h"),
    "speed-ms": Role("ground_speed", _MOTION, gettext_noop("ground speed, m/s"), "m/s"),
    "speed-mph": Role("ground_speed", _MOTION, gettext_noop("ground speed, mph"), "mph"),
    "track": Role("track_angle", _MOTION, gettext_noop("track angle, degrees")),
    "rate-ftmin": Role("vertical_rate", _MOTION, gettext_noop("vertical rate, ft/min"), "ft/min"),
    "rate-ms": Role("vertical_rate", _MOTION, gettext_noop("vertical rate, m/s"), "m/s"),
    "on-ground": Role("on_ground", _MOTION, gettext_noop("on the ground: yes or no")),
    "icao24": Role("icao24", _WHO, gettext_noop("24-bit address (hexadecimal)")),
    "registration": Role("registration", _WHO, gettext_noop("registration")),
    "callsign": Role("callsign", _WHO, gettext_noop("callsign")),
    "squawk": Role("squawk", _WHO, gettext_noop("squawk")),
    "source": Role("source", _WHO, gettext_noop("how the position was received (ADS-B, MLAT, estimated)")),
    "key": Role("key", _WHO, gettext_noop("number or name that tells aircraft apart in this file alone")),
}


class MappingRefused(ValueError):
    """Statements on columns that make no sense together; `message` is a sentence with placeholders."""

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message % values if values else message)
        self.message = message
        self.values = values


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How a table is written and what its columns are.

    Attributes:
        delimiter: one of `DELIMITERS`.
        decimal_comma: numbers are written 43,398.
        first_line: the line, from 1, on which the rows begin.
        heads: the cells of the line before it, where that names the columns; else empty.
        columns: for each column a key of `ROLES`, or "" where it is not read.
    """

    delimiter: str
    decimal_comma: bool
    first_line: int
    heads: tuple[str, ...]
    columns: tuple[str, ...]

    def checked(self) -> TableMapping:
        """Itself.

        Raises:
            MappingRefused: with what is missing or contradictory.
        """
        if self.delimiter not in DELIMITERS or not 1 <= self.first_line <= 10_000:
            raise MappingRefused(gettext_noop("This is no way to write a table: check separator and first line."))
        if not 2 <= len(self.columns) <= MOST_COLUMNS or (self.heads and len(self.heads) != len(self.columns)):
            raise MappingRefused(gettext_noop("The number of columns is not that of the table."))
        if unknown := sorted(set(self.columns) - set(ROLES) - {""}):
            raise MappingRefused(gettext_noop("There is no kind of column “%(name)s”."), name=unknown[0][:40])
        slots = [ROLES[role].slot for role in self.columns if role]
        for role in filter(None, self.columns):
            if slots.count(ROLES[role].slot) > 1:
                raise MappingRefused(
                    gettext_noop("Two columns are said to be the same (“%(label)s”): choose one."),
                    label=ROLES[role].label,
                )
        if "time" not in slots and not {"date", "clock"} <= set(slots):
            raise MappingRefused(gettext_noop("Say which column is the time, or which are date and time of day."))
        if "time" in slots and {"date", "clock"} & set(slots):
            raise MappingRefused(gettext_noop("Choose either one column as time, or date and time of day."))
        if "offset" in slots and any(role.startswith("time-epoch-") for role in self.columns):
            raise MappingRefused(
                gettext_noop("Seconds since 1970 are in UTC: a difference to it has no meaning beside them.")
            )
        if "position" not in slots and not {"latitude", "longitude"} <= set(slots):
            raise MappingRefused(gettext_noop("Say which columns are latitude and longitude."))
        if "position" in slots and {"latitude", "longitude"} & set(slots):
            raise MappingRefused(gettext_noop("Choose either one column as position, or latitude and longitude."))
        return self

    def where(self) -> dict[str, tuple[int, Role]]:
        """The position and role of each quantity that is there."""
        return {ROLES[role].slot: (position, ROLES[role]) for position, role in enumerate(self.columns) if role}

    def as_json(self) -> dict[str, Any]:
        """For `TrackFile.settings`."""
        return {
            "delimiter": self.delimiter,
            "decimal_comma": self.decimal_comma,
            "first_line": self.first_line,
            "heads": list(self.heads),
            "columns": list(self.columns),
        }

    @classmethod
    def from_json(cls, stored: Any) -> TableMapping:
        """What `as_json` gave.

        Raises:
            MappingRefused: it did not, or what it says makes no sense.
        """
        try:
            mapping = cls(
                str(stored["delimiter"]),
                bool(stored["decimal_comma"]),
                int(stored["first_line"]),
                _words(stored["heads"]),
                _words(stored["columns"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise MappingRefused(gettext_noop("These are no statements on the columns of a table.")) from error
        return mapping.checked()


def _words(values: Sequence[Any]) -> tuple[str, ...]:
    if isinstance(values, str):
        raise TypeError("a list is meant")
    return tuple(str(value)[:200] for value in values)
