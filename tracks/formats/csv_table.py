"""Tables of any kind, read as a curator says: which column is what, in which unit (`table_mapping.py`).

Without such statements nothing is read. The file is then refused with what to do; the statements are
stored with it, and it is read again.

Decisions:
- Values that cannot be read as what a column is said to be are unknown and counted; so the curator notices
  a wrong unit or decimal comma. Rows of another width are dropped and counted.
- With a column of addresses, of registrations, or of the file's own numbers or names, each is an aircraft; a row that
  names none is dropped. Numbers of the file's own are no identity. Without any of these the whole table is one
  aircraft, for callsigns alone tell no aircraft apart; where its rows jump to and fro as those of several do
  (`interleaved`), it is refused.
- A difference to UTC that stands in a column of its own, as avionics write it, counts row by row.
- Longitudes beyond 180° are the meridians they are (`longitudes`). Lines that begin with # are no rows.
- Years of two digits are those from 2000 on. Times without a zone need the zone stated.
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
from tracks.formats.table_guessing import Guess, guess_table, names_dates, propose_columns
from tracks.formats.table_lines import Layout, Peeked, head_lines
from tracks.formats.table_mapping import ROLES, TableMapping

_QUOTED_HEADS = 120
_QUOTED_TIME = 40
_TIMES = {"time", "date", "clock"}


class CsvTable:
    """The parser of tables whose columns a curator names."""

    name = "csv-table"
    label = gettext_noop("Table (CSV) with columns as a curator names them")
    version = 4

    def sniff(self, head: bytes) -> Confidence:
        """Possible where lines have the same number of cells with numbers in them."""
        return Confidence.NO if guess_table(head) is None else Confidence.POSSIBLE

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield the rows' fixes, gathered by aircraft; see `contract.Parser.parse`."""
        mapping = settings.table
        peeked = Peeked(stream)
        if mapping is None or not is_described_by(mapping, peeked.head):
            guess = guess_table(peeked.head)
            roles = [] if guess is None else propose_columns(guess)
            if (
                guess is not None
                and not names_dates(guess)
                and {"clock"} == _TIMES & {ROLES[role].slot for role in roles if role}
            ):
                raise ParseError(
                    gettext_noop(
                        "This is a table whose times (“%(text)s”) have no date, and no other column seems to be one. "
                        "Add a column with the date of each row and bring it again; or bring a file of the same "
                        "flight with whole times, such as the KML that FlightAware offers beside its track log."
                    ),
                    place=at_line(guess.layout.first_line),
                    text=_first(guess, roles.index("clock")),
                )
            if guess is not None and guess.layout.heads and not _has_places(roles):
                raise ParseError(
                    gettext_noop(
                        "This is a table, but no column is named as one of positions would be (%(heads)s): it may be a "
                        "list of flights, which has no tracks. Bring the file with the positions; or, if they are in "
                        "this one, say on its page “Columns” where."
                    ),
                    place=at_line(1),
                    heads=", ".join(guess.layout.heads)[:_QUOTED_HEADS],
                )
            raise ParseError(
                gettext_noop(
                    "This is a table, but its columns are not those of any tracker we know. Say on the page “Columns” "
                    "of this file which column is the time, which latitude and longitude, and what the others are; "
                    "it is then read."
                ),
                place=at_line(1),
            )
        from tracks.formats.csv_rows import fixes_of_rows  # Polars: see `tables`

        yield from fixes_of_rows(peeked, mapping, report, settings)


def _first(guess: Guess, position: int) -> str:
    """The first value in a column."""
    return next((row[position] for row in guess.rows if row[position]), "")[:_QUOTED_TIME]


def _has_places(roles: Sequence[str]) -> bool:
    """Whether some columns seem to hold positions."""
    slots = {ROLES[role].slot for role in roles if role}
    return "position" in slots or {"latitude", "longitude"} <= slots


def is_described_by(mapping: TableMapping, head: bytes) -> bool:
    """Whether a content begins as the table does that the statements are about.

    In an archive they count for the tables alike, and for nothing else.
    """
    layout = Layout(mapping.delimiter, (), len(mapping.columns), mapping.first_line)
    lines = head_lines(head)[max(mapping.first_line - 2, 0) :]
    if mapping.heads:
        return bool(lines) and layout.cells(lines[0]) == list(mapping.heads)
    return any(len(layout.cells(line)) == layout.width for line in lines[:50])
