"""SBS-1 / BaseStation logs: what decoders write to port 30003, one message a line.

    MSG,3,1,1,71C011,1,2024/03/21,04:05:06.789,2024/03/21,04:05:06.812,,35000,,,43.39810,132.14806,,,0,0,0,0

Fields: 1 message type, 2 transmission type, 5 address, 7–8 date and time generated, 9–10 logged,
11 callsign, 12 altitude ft, 13 ground speed kt, 14 track, 15 latitude, 16 longitude, 17 vertical rate ft/min,
18 squawk, 22 on ground. Rows may be shorter; some loggers put a column before the first. Format:
"Socket Data and BST Files" (Barebones SBS-1 documentation), Kinetic's BaseStation manual, and the writers of
dump1090 and readsb.

Decisions:
- Times have no zone. readsb and the dump1090 family write UTC or the clock of their machine, BaseStation
  that of its PC: nothing in the file says which, so it is refused until a curator states it. A wrong
  zone would move a flight by hours.
- The time generated is when the message was received, and that of the fix. BaseStation logged up to five
  minutes later. Only where it is missing is the time logged taken, with a warning.
- A fix is a message with a position, of whatever type: AirNav's programs put one into all of them.
  Altitude and ground flag are those of the same message. Type 2 is sent on the ground only.
- Speed, track and rate come in messages of their own, twice a second: the last one counts for a fix where
  it is not older than 5 s, as a whole. A callsign or squawk is stated for the fix that follows it within a
  minute; between two of them nothing is stated.
- `MLAT` in the first field tells how a position was found. Relays write such positions as `MSG` too, so
  `MSG` states no source.
- Altitude is pressure altitude. Ground flags are −1 or 1 for yes, 0 for no.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

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
from tracks.formats.table_lines import HEAD_BYTES, Layout, Peeked, head_lines

# Fields of a message, from 0.
FIELDS = {
    "kind": 0,
    "transmission": 1,
    "address": 4,
    "date_generated": 6,
    "time_generated": 7,
    "date_logged": 8,
    "time_logged": 9,
    "callsign": 10,
    "altitude": 11,
    "ground_speed": 12,
    "track": 13,
    "latitude": 14,
    "longitude": 15,
    "vertical_rate": 16,
    "squawk": 17,
    "on_ground": 21,
}
_WIDTH = 22
_KINDS = {"MSG", "MLAT", "SEL", "ID", "AIR", "STA", "CLK"}

# What loggers put before a message takes no more columns than this.
_MOST_BEFORE = 2
_LOOKED_AT = 50
_DATE = re.compile(r"\s*\d{4}[/-]\d\d[/-]\d\d\s*")


class Sbs:
    """The parser of SBS-1 logs."""

    name = "sbs"
    label = gettext_noop("SBS-1 / BaseStation log")
    version = 3

    def sniff(self, head: bytes) -> Confidence:
        """Certain where nearly all lines begin with a kind of message, and one has address and date in place."""
        if layout_of_log(head) is not None:
            return Confidence.CERTAIN
        return Confidence.LIKELY if _is_undated(head) else Confidence.NO

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield the log's positions, gathered by aircraft; see `contract.Parser.parse`."""
        from tracks.formats.sbs_messages import fixes_of_log  # Polars: see there

        peeked = Peeked(stream, HEAD_BYTES)
        layout = layout_of_log(peeked.head)
        if layout is None and _is_undated(peeked.head):
            raise ParseError(
                gettext_noop(
                    "These are SBS-1 messages without date and time, so nobody can say when they were received. "
                    "Record them again with times, or look for a log that has them."
                ),
                place=at_line(1),
            )
        if layout is None:
            raise ParseError(gettext_noop("No line begins with a kind of SBS-1 message."), place=at_line(1))
        yield from fixes_of_log(peeked, layout, layout.width - _WIDTH, report, settings)


def _is_undated(head: bytes) -> bool:
    """Whether the lines are messages that lack their dates."""
    lines = [line.split(",") for line in head_lines(head)[:_LOOKED_AT] if line.strip()]
    messages = [cells for cells in lines if cells[0].strip() in ("MSG", "MLAT") and len(cells) >= _WIDTH - 4]
    return len(messages) >= max(0.8 * len(lines), 1) and not any("".join(cells[6:10]).strip() for cells in messages)


def layout_of_log(head: bytes) -> Layout | None:
    """How the lines are written, wider than 22 fields by the columns before them; None where it is no such log."""
    if b"\0" in head:
        return None
    lines = [line.split(",") for line in head_lines(head)[:_LOOKED_AT] if line.strip()]
    for before in range(_MOST_BEFORE + 1):
        kinds = [cells[before].strip().lstrip("\ufeff") if len(cells) > before else "" for cells in lines]
        messages = [
            cells
            for kind, cells in zip(kinds, lines, strict=True)
            if kind in ("MSG", "MLAT") and len(cells) > before + 9 and _DATE.fullmatch(cells[before + 6])
        ]
        if messages and sum(kind in _KINDS for kind in kinds) >= 0.8 * len(lines) - 1:
            # Some loggers name the columns first.
            named = not re.search(r"\d", ",".join(lines[0])) and kinds[0] not in _KINDS
            return Layout(",", (), before + _WIDTH, 2 if named else 1)
    return None
