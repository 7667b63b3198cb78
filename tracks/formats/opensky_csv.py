"""OpenSky Network state vectors as tables: its archive's CSV, and what its SQL shells and clients save.

    time,icao24,lat,lon,velocity,heading,vertrate,callsign,onground,alert,spi,squawk,
    baroaltitude,geoaltitude,lastposupdate,lastcontact,hour

Format: the README of OpenSky's state vector samples and its guides to Impala and Trino; the names of the
live API (`time_position`, `baro_altitude`, `true_track`, …) are read too. Columns in any order, any but
address, position and a time may be missing. Impala draws frames of pipes. Metres, metres a second, epoch
seconds or ISO 8601.

Decisions:
- `time` is when the state was valid; the position in it may be older, up to 300 s: OpenSky repeats the
  last one. `lastposupdate` is when the position was received, so that is the time of the fix. Without it
  `time` is taken, with a warning.
- What a row says besides is of `time`. Where that is more than 15 s after the position was received
  (the time after which OpenSky calls a position old), height, speed, direction and rate are left
  unknown, and the fix comes after the fresh ones of its block, so that of repeated ones those stay.
- An address that is not six hexadecimal digits is none (spreadsheets make 4.00E+12 of 400e10), and a row
  without an address cannot be given to an aircraft: it is dropped and counted.
- The table does not say how a position was received, except in the column `position_source`.
- Callsigns are kept as stated, per fix; they arrive damaged at times, so nothing is split by them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
from tracks.formats.table_lines import HEAD_BYTES, Peeked, layout_of

# Our name of a column -> how it is headed, in lower case.
HEADS = {
    "time": ("time",),
    "position_time": ("lastposupdate", "time_position"),
    "icao24": ("icao24",),
    "latitude": ("lat", "latitude"),
    "longitude": ("lon", "longitude"),
    "velocity": ("velocity",),
    "heading": ("heading", "true_track"),
    "vertical_rate": ("vertrate", "vertical_rate"),
    "callsign": ("callsign",),
    "on_ground": ("onground", "on_ground"),
    "squawk": ("squawk",),
    "pressure_altitude": ("baroaltitude", "baro_altitude"),
    "geometric_altitude": ("geoaltitude", "geo_altitude"),
    "position_source": ("position_source",),
}
_NAME_OF = {head: name for name, heads in HEADS.items() for head in heads}

# Nobody else heads columns like this.
_MARKS = {
    *("lastposupdate", "lastcontact", "baroaltitude", "geoaltitude"),
    *("time_position", "last_contact", "baro_altitude", "geo_altitude"),
}


def positions_of(cells: Sequence[str]) -> dict[str, int]:
    """Where the columns of ours stand in a line of heads; empty where it is not one of state vectors."""
    heads = [_bare(cell) for cell in cells]
    where: dict[str, int] = {}
    for position, head in enumerate(heads):
        if head in _NAME_OF:
            where.setdefault(_NAME_OF[head], position)
    timed = "time" in where or "position_time" in where
    placed = {"icao24", "latitude", "longitude"} <= set(where)
    return where if timed and placed and _MARKS & set(heads) else {}


def _bare(cell: str) -> str:
    """A head without the name of its table."""
    return cell.strip().lower().rsplit(".", 1)[-1]


class OpenSkyCsv:
    """The parser of tables of state vectors."""

    name = "opensky-states"
    label = gettext_noop("OpenSky state vectors (CSV)")
    version = 2

    def sniff(self, head: bytes) -> Confidence:
        """Certain where a line names address, position, time and two columns that only OpenSky names so."""
        layout = layout_of(head, lambda cells: bool(positions_of(cells)))
        if layout is None:
            return Confidence.NO
        marks = _MARKS & {_bare(cell) for cell in layout.heads}
        return Confidence.CERTAIN if len(marks) > 1 else Confidence.LIKELY

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield the rows' fixes, gathered by aircraft; see `contract.Parser.parse`."""
        from tracks.formats.state_vectors import fixes_of_table  # Polars: see there

        peeked = Peeked(stream, HEAD_BYTES)
        layout = layout_of(peeked.head, lambda cells: bool(positions_of(cells)))
        if layout is None:
            raise ParseError(gettext_noop("The first line does not name the columns."), place=at_line(1))
        yield from fixes_of_table(peeked, peeked.head, layout, positions_of(layout.heads), report, settings)
