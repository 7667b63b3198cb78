"""What is wrong in a JSON document, among its rows and around them: counted, and told to the curator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tracks.formats.contract import CHUNK_FIXES, DropReason, ParseReport, Place, at_byte, at_record, gettext_noop
from tracks.formats.json_rows import JsonArrayReader, Unreadable


def drop_unsound(element: Any, number: int, report: ParseReport) -> None:
    """Count an element of the list of rows that is none."""
    report.records_read += 1
    place = at_byte(element.byte_offset) if isinstance(element, Unreadable) else at_record(number)
    report.drop(DropReason.UNREADABLE, place.of_record(number))


def sound_rows(
    reader: JsonArrayReader, is_row: Callable[[Any], bool], report: ParseReport
) -> Iterator[tuple[list[Any], list[int]]]:
    """The rows and their numbers in the file, `CHUNK_FIXES` at the most at once; what is none is counted as dropped."""
    for block in reader.blocks():
        report.refuse_nonsense()
        rows: list[Any] = []
        index: list[int] = []
        for number, row in enumerate(block.elements, block.first_index):
            if is_row(row):
                rows.append(row)
                index.append(number)
                continue
            drop_unsound(row, number, report)
        for start in range(0, len(rows), CHUNK_FIXES):
            part = slice(start, start + CHUNK_FIXES)
            yield rows[part], index[part]


def report_damage(reader: JsonArrayReader, report: ParseReport, records: int | None = None) -> None:
    """Tell the curator, after the iteration, what was wrong with the document around its rows.

    Args:
        records: how many rows there were, where the report does not know yet.
    """
    if reader.truncated is not None:
        tell_of_early_end(report, reader.truncated, report.records_read if records is None else records)
    if reader.trailing is not None:
        report.warn(gettext_noop("Something follows the end of the JSON; it was not read."), reader.trailing)
    for path, place in reader.repeated:
        report.warn(
            gettext_noop("The field “%(key)s” is stated twice with different values; the first was taken."),
            place,
            key=".".join(path),
        )


def tell_of_early_end(report: ParseReport, place: Place, records: int) -> None:
    """Tell the curator that a file stops at a place, behind so many records."""
    report.warn(
        gettext_noop(
            "The file stops before its end: the %(records)d records before that point were read, "
            "whatever followed is missing. Fetch the file again if you can."
        ),
        place.of_record(records),
        records=records,
    )
