r"""The records of a JSON document that is a table: a list of objects, wherever it stands, and one object a line.

    [{…}, {…}]                              what `pandas` and scripts save
    {…}\n{…}\n                              JSON Lines
    {"data": [{…}, …]}                      answers of web services; so are "tracks", "positions", …
    [{"fr24_id": "…", "tracks": [{…}, …]}]  a list in each object: what stands beside it holds for all of it
    {"time": {"0": …, "1": …}, "lat": {…}}  column by column, as pandas does unless it is told otherwise

Two kinds of answers are about one moment each and name it beside their list; here it becomes part of
each record:

    {"time": 1700000000, "states": [["4b1817", "SWR1  ", …], …]}            OpenSky, /states/all
    {"now": 1700000000.1, "aircraft": [{"hex", "lat", "lon", "seen_pos", …}]}  aircraft.json of readsb and dump1090;
                                                                            "ac" and milliseconds in web services

What is written about each aircraft there, and by Virtual Radar Server in "acList": `json_aircraft.py`.

Format: "All State Vectors" in OpenSky's REST documentation; README-json.md of wiedehopf/readsb.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from tracks.formats.contract import ByteStream, Limits, ParseError, ParseReport, at_byte, at_record, gettext_noop
from tracks.formats.json_aircraft import Record, of_flightaware, of_virtual_radar, seen
from tracks.formats.json_damage import report_damage, tell_of_early_end
from tracks.formats.json_events import Elements, Leave, Path, Value, Want
from tracks.formats.json_values import NOT_JSON, load
from tracks.formats.json_walk import JsonWalker
from tracks.formats.table_lines import blocks_of_lines
from tracks.formats.text import BOM, begin_of
from tracks.formats.times import MILLISECONDS_FROM

# Lists that are the table of an answer, by what web services call them.
_LISTS = frozenset(
    {"data", "tracks", "track", "positions", "states", "aircraft", "ac", "points", "records", "trail", "acList"}
)

# The columns of OpenSky's states; the last is there on request only.
_STATE = (
    *("icao24", "callsign", "origin_country", "time_position", "last_contact", "longitude", "latitude"),
    *("baro_altitude", "on_ground", "velocity", "true_track", "vertical_rate", "sensors", "geo_altitude"),
    *("squawk", "spi", "position_source", "category"),
)

# Lists of a moment that is not named before them wait for the end of what they stand in, but no more of them.
_OF_A_MOMENT = {("states",), ("aircraft",), ("ac",)}
_HELD = 16
# Lists are looked for no deeper than this.
_DEEPEST = 4

# So many records are given at once.
_AT_ONCE = 2_048
# What stands beside a list becomes part of each record: so many values, none longer than so many characters.
_SHARED = 64
_LONGEST_SHARED = 200
# Where more stands beside lists in one object, it is no table.
_MOST_BESIDE = 1 << 16

_BY_COLUMNS = re.compile(rb'\{\s*"[^"]{1,200}"\s*:\s*\{\s*"0"\s*:')
# A table by columns may have so many times the bytes of a record.
_HELD_RECORDS = 4
_READ_BYTES = 1 << 18


def records_of(stream: ByteStream, head: bytes, report: ParseReport, limits: Limits) -> Iterator[list[Record | None]]:
    """The records in the order of the document, in lists of bounded size; None for what should be one and is none.

    Args:
        head: the beginning of the stream, which comes again from it.

    Raises:
        ParseError: it is no JSON, a value is larger than a record may be, or it is evidently no table.
    """
    if _is_lines(head):
        return _of_lines(stream, report, limits)
    return _of_document(JsonWalker(stream, _want, limits), report)


def _of_lines(stream: ByteStream, report: ParseReport, limits: Limits) -> Iterator[list[Record | None]]:
    count, value = 0, None
    for text, _last in blocks_of_lines(stream, limits):
        lines = filter(bytes.strip, text.split(b"\n"))
        while values := [load(line) for line in islice(lines, _AT_ONCE)]:
            value = values[-1]
            for records in _batches(record for each in values for record in _expanded("", {}, each)):
                count += len(records)
                yield records
    if value is NOT_JSON:
        tell_of_early_end(report, at_record(count - 1), count - 1)


def _of_document(walker: JsonWalker, report: ParseReport) -> Iterator[list[Record | None]]:
    beside: dict[Path, Record] = {}
    counts: dict[Path, int] = {}
    undated: list[Elements] = []
    waits = True
    count = 0
    for event in walker.events():
        ready: list[Elements] = []
        if isinstance(event, Value):
            outer = event.path[:-1]
            counts[outer] = counts.get(outer, 0) + 1
            if counts[outer] > _MOST_BESIDE:
                raise ParseError(
                    gettext_noop("An object here has more than %(limit)d values beside its lists: this is no table."),
                    place=at_byte(event.byte),
                    limit=_MOST_BESIDE,
                )
            _share(beside.setdefault(outer, {}), event.path[-1] if event.path else "", event.value)
        elif isinstance(event, Elements):
            undatable = waits and event.path[-1:] in _OF_A_MOMENT and not _moment(beside.get(event.path[:-1], {}))
            (undated if undatable else ready).append(event)  # the moment may stand behind the list
            if len(undated) > _HELD:
                ready, undated, waits = undated, [], False
        elif isinstance(event, Leave):
            ready = [each for each in undated if each.path[:-1] == event.path]
            undated = [each for each in undated if each.path[:-1] != event.path]
        for records in _batches(record for each in ready for record in _of_list(each, beside)):
            count += len(records)
            yield records
        if isinstance(event, Leave):
            beside.pop(event.path, None)
            counts.pop(event.path, None)
    for records in _batches(record for each in undated for record in _of_list(each, beside)):
        count += len(records)
        yield records
    report_damage(walker, report, count)


def _batches(records: Iterator[Record | None]) -> Iterator[list[Record | None]]:
    while batch := list(islice(records, _AT_ONCE)):
        yield batch


def is_by_columns(head: bytes) -> bool:
    """Whether a table is written column by column, each an object by the numbers of the rows, as pandas does."""
    return _BY_COLUMNS.match(begin_of(head)) is not None


def by_rows(stream: ByteStream, limits: Limits) -> bytes:
    """A table written column by column as a list of records. It has to be held for that; values are single ones.

    Raises:
        ParseError: it is too large to be held, no JSON, or not written so throughout.
    """
    most = limits.record_bytes * _HELD_RECORDS
    parts, size = [], 0
    while size <= most and (part := stream.read(_READ_BYTES)):
        parts.append(part)
        size += len(part)
    text = b"".join(parts)
    if len(text) > most:
        raise ParseError(
            gettext_noop(
                "The table is written column by column and is larger than the %(limit)d MiB that are read of such. "
                'Save it row by row (in pandas with orient="records"), or as CSV.'
            ),
            place=at_byte(most),
            limit=most >> 20,
        )
    table = load(text.removeprefix(BOM))
    columns = table if type(table) is dict and all(type(column) is dict for column in table.values()) else {}
    if not columns:
        raise ParseError(
            gettext_noop("The JSON is broken, or stops before its end: a table written by columns is lost with it."),
            place=at_byte(len(text)),
        )
    rows: dict[str, Record] = {}
    for name, column in columns.items():
        for number, value in column.items():
            if type(value) not in (dict, list):
                rows.setdefault(number, {})[name] = value
    return b"[" + b",".join(json.dumps(row).encode() for row in rows.values()) + b"]"


def records_in(head: bytes) -> list[Record]:
    """The whole records in the beginning of a document; none where it is no table in JSON."""
    if begin_of(head)[:1] not in (b"{", b"["):
        return []
    found: list[Record] = []
    with contextlib.suppress(ParseError):
        for records in records_of(io.BytesIO(head), head, ParseReport(), Limits()):
            found += filter(None, records)
    return found


def _is_lines(head: bytes) -> bool:
    """Whether the first line is an object, and another begins on the next."""
    first, _, rest = begin_of(head).partition(b"\n")
    return first.startswith(b"{") and rest.lstrip().startswith(b"{") and type(load(first)) is dict


def _want(path: Path) -> Want:
    if not path:
        return Want.OBJECTS
    if path[-1] in _LISTS:
        return Want.OBJECTS
    return Want.WALK if len(path) < _DEEPEST else Want.SKIP


def _of_list(event: Elements, beside: dict[Path, Record]) -> Iterator[Record | None]:
    name = event.path[-1] if event.path else ""
    shared = beside.get(event.path[:-1], {})
    for element in event.elements:
        yield from _expanded(name, shared, element)


def _share(shared: Record, name: str, value: Any) -> None:
    """Keep a value that holds for all of a list, unless it is longer than any such is."""
    longest = max(len(name), len(value) if type(value) is str else 0)
    if len(shared) < _SHARED and longest <= _LONGEST_SHARED:
        shared[name] = value


def _expanded(name: str, shared: Record, element: Any) -> Iterator[Record | None]:
    """The records in an element of the list `name`, beside which `shared` stands; None for what is none."""
    if type(element) is list and name == "states":
        yield {"time": shared.get("time"), **dict(zip(_STATE, element, strict=False))}
        return
    if type(element) is not dict:
        yield None
        return
    inner = [key for key, value in element.items() if key in _LISTS and type(value) is list]
    if inner:
        own = dict(shared)
        for key, value in _plain(element).items():
            _share(own, key, value)
        for key in inner:
            for each in element[key]:
                yield from _expanded(key, own, each)
    elif (name,) in _OF_A_MOMENT and "hex" in element:
        yield seen(element, _moment(shared))
    elif name == "acList" and "Icao" in element:
        yield from of_virtual_radar(element)
    elif name == "track" and "coord" in element:
        yield of_flightaware(element)
    else:
        yield _plain({**shared, **element})


def _plain(element: Record) -> Record:
    """An object as the row of a table: fields of objects in it as `outer.inner`, lists left out."""
    row: Record = {}
    for key, value in element.items():
        if type(value) is dict:
            row |= {f"{key}.{inner}": v for inner, v in value.items() if type(v) not in (dict, list)}
        elif type(value) is not list:
            row[key] = value
    return row


def _moment(shared: Record) -> float | None:
    """The moment of a list, in epoch seconds."""
    value = shared.get("now", shared.get("time"))
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return value / 1000 if value > MILLISECONDS_FROM else value
