"""The rows of readsb's traces as objects of known types, straight from the text.

Detail objects have some thirty fields, of which three are read, and are most of a trace's bytes. msgspec checks what
is not wanted and passes over it, where orjson would build all of it: a third of the time. It takes exact types only;
a block in which some value is of another type is read by orjson, and its rows are taken one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import orjson


class Detail(msgspec.Struct, gc=False):
    """What is read of a detail object."""

    flight: str | None = None
    squawk: str | None = None
    type: str | None = None


class Row(msgspec.Struct, array_like=True, gc=False):
    """A row as far as it is read (see `readsb`); rows may be longer, and shorter after the longitude."""

    time: float | None
    latitude: float | None
    longitude: float | None
    altitude: float | str | None = None
    ground_speed: float | None = None
    track_angle: float | None = None
    flags: float | None = None
    vertical_rate: float | None = None
    detail: Detail | None = None
    source: str | None = None
    geometric_altitude: float | None = None


_NEEDED = 3
_COLUMNS = len(Row.__struct_fields__)
_ROWS = msgspec.json.Decoder(list[Row])


def decode(text: bytes) -> list[Any]:
    """A JSON array of rows: all of them `Row`, or, where not every value is of the type it should be, as they are.

    Raises:
        ValueError: it is not JSON.
    """
    try:
        return _ROWS.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return orjson.loads(text)


def as_row(element: Any) -> Row | None:
    """An element as a row, its values of other types than they should have taken as null; None where it is no row."""
    if type(element) is Row:
        return element
    if type(element) is not list or len(element) < _NEEDED:
        return None
    stated = element[:_COLUMNS] + [None] * (_COLUMNS - len(element))
    time, latitude, longitude, altitude, speed, angle, flags, rate, detail, source, geometric = stated
    return Row(
        _number(time),
        _number(latitude),
        _number(longitude),
        altitude if type(altitude) is str else _number(altitude),
        _number(speed),
        _number(angle),
        _number(flags),
        _number(rate),
        Detail(*(_text(detail.get(name)) for name in Detail.__struct_fields__)) if type(detail) is dict else None,
        _text(source),
        _number(geometric),
    )


def stated_times(elements: Sequence[Any]) -> list[Any]:
    """What elements that are rows state as their time, of whatever type."""
    return [element.time if type(element) is Row else element[0] for element in elements]


def _number(value: Any) -> float | None:
    return value if type(value) in (float, int) else None


def _text(value: Any) -> str | None:
    return value if type(value) is str else None
