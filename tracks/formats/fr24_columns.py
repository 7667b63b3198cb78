"""The columns of Flightradar24's tables by their heads, and the rows below; see `fr24_csv`."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from tracks.formats.contract import ParseError, at_line, gettext_noop

_BATCH = 16_384

# Our name of a column -> how the variants head it, in lower case.
_HEADS = {
    "epoch": ("timestamp", "snapshot_id"),
    "utc": ("utc",),
    "zoneless": ("time", "date", "datetime", "date time"),
    "callsign": ("callsign",),
    "position": ("position",),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon", "lng"),
    "altitude": ("altitude", "alt"),
    "speed": ("speed", "gspeed"),
    "direction": ("direction", "track", "heading"),
    "vertical_rate": ("vspeed",),
    "squawk": ("squawk",),
    "source": ("source",),
    "address": ("hex",),
    "registration": ("reg",),
    "type": ("type",),
    "flight": ("fr24_id",),
}
_NAME_OF = {head: name for name, heads in _HEADS.items() for head in heads}


@dataclass(frozen=True, slots=True)
class Columns:
    """Where which column stands, by our names of them; `count` heads in all."""

    delimiter: str
    count: int
    where: dict[str, int]


def columns_of(line: str) -> Columns | None:
    """The columns a header line names; None where it names no table of ours."""
    delimiter = max(",;\t", key=line.count)
    heads = [head.strip().strip('"').strip().lower() for head in line.split(delimiter)]
    where: dict[str, int] = {}
    for index, head in enumerate(heads):
        name = _NAME_OF.get(head)
        if name is not None:
            where.setdefault(name, index)
    placed = "position" in where or {"latitude", "longitude"} <= set(where)
    return Columns(delimiter, len(heads), where) if placed and "altitude" in where else None


def batches_of_rows(lines: Iterator[str], number: int, columns: Columns) -> Iterator[tuple[list[list[str]], list[int]]]:
    """The rows that follow line `number` and the lines on which they stand, in batches."""
    batch: list[list[str]] = []
    at: list[int] = []
    rows = csv.reader(lines, delimiter=columns.delimiter)
    try:
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            batch.append(row)
            at.append(number + rows.line_num)
            if len(batch) == _BATCH:
                yield batch, at
                batch, at = [], []
    except csv.Error as error:
        raise ParseError(
            gettext_noop("The table is broken here (%(detail)s)."),
            place=at_line(number + rows.line_num),
            detail=str(error),
        ) from error
    if batch:
        yield batch, at
