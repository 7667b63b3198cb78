"""Tables of the Python library traffic and of the decoder jet1090, by the same authors: one naming, one set of units.

    timestamp,icao24,latitude,longitude,altitude,groundspeed,track,vertical_rate,callsign,squawk,onground,geoaltitude

Columns in any order, any but time, address and position may be missing, others are passed over. Feet of pressure
altitude, knots, feet a minute, degrees. Times are ISO 8601 in CSV, milliseconds in JSON that pandas writes, seconds
in jet1090's. Source: "Flight" and "Traffic" in traffic's documentation; the messages in rs1090's.

No table says its units, so the curator is told which were taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from tracks.formats.contract import (
    ByteStream,
    Chunk,
    Confidence,
    ParseError,
    ParseReport,
    ParseSettings,
    at_line,
    gettext_noop,
)
from tracks.formats.table_lines import HEAD_BYTES, Peeked, head_lines, layout_of
from tracks.formats.table_mapping import TableMapping
from tracks.formats.times import MILLISECONDS_FROM

_ROLES = {
    "icao24": "icao24",
    "registration": "registration",
    "latitude": "latitude-degrees",
    "longitude": "longitude-degrees",
    "altitude": "altitude-pressure-ft",
    "geoaltitude": "altitude-geometric-ft",
    "groundspeed": "speed-kt",
    "track": "track",
    "vertical_rate": "rate-ftmin",
    "onground": "on-ground",
    "callsign": "callsign",
    "squawk": "squawk",
    "position_source": "source",
}
_NEEDED = {"timestamp", "icao24", "latitude", "longitude", "groundspeed", "track"}
_NUMBER = re.compile(r"\d+(\.\d*)?")


class TrafficTable:
    """The parser of these tables."""

    name = "traffic-table"
    label = gettext_noop("Table of the Python library traffic, or of jet1090")
    version = 2

    def __init__(self, *, units_stated: bool = False) -> None:
        # Whether the units are known otherwise: then nobody has to be told of an assumption.
        self._units_stated = units_stated

    def sniff(self, head: bytes) -> Confidence:
        """Likely where the columns have the names that only these programs put together."""
        return Confidence.NO if mapping_by_names(head, _NEEDED, _ROLES) is None else Confidence.LIKELY

    @staticmethod
    def usual_heads(heads: Collection[str]) -> Collection[str]:
        """The columns that may come up further on in a table with these; none where it is of another program."""
        return _ROLES.keys() if set(heads) >= _NEEDED else ()

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield the rows' fixes, gathered by aircraft; see `contract.Parser.parse`."""
        from tracks.formats.csv_rows import fixes_of_rows  # Polars: see `tables`

        peeked = Peeked(stream, HEAD_BYTES)
        mapping = mapping_by_names(peeked.head, _NEEDED, _ROLES)
        if mapping is None:
            raise ParseError(gettext_noop("The first line does not name the columns."), place=at_line(1))
        if not self._units_stated:
            report.warn(
                gettext_noop(
                    "The table does not name its units: those of the library traffic were taken, which are feet, knots "
                    "and feet a minute. If another program wrote it, say on the page “Columns” what they are."
                )
            )
        yield from fixes_of_rows(peeked, mapping, report, settings)


def mapping_by_names(head: bytes, needed: Collection[str], roles: Mapping[str, str]) -> TableMapping | None:
    """What the columns are, None where they are not named so.

    Args:
        head: the beginning of the content.
        needed: names that have to be there, one of them `timestamp`: ISO 8601, seconds or milliseconds since 1970.
        roles: what columns with other names are, keys of `table_mapping.ROLES`.
    """
    layout = layout_of(head, lambda cells: set(cells) >= set(needed))
    if layout is None or layout.framed:
        return None
    at = layout.heads.index("timestamp")
    rows = map(layout.cells, head_lines(head)[layout.first_line - 1 :])
    first = next((row[at] for row in rows if len(row) == layout.width and row[at]), "")
    time = "time-ymd"
    if _NUMBER.fullmatch(first):
        time = "time-epoch-ms" if float(first) >= MILLISECONDS_FROM else "time-epoch-s"
    columns: list[str] = []
    for name in layout.heads:
        role = time if name == "timestamp" else roles.get(name, "")
        columns.append("" if role in columns else role)
    return TableMapping(layout.delimiter, False, layout.first_line, layout.heads, tuple(columns))
