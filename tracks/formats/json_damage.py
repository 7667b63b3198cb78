"""What was wrong with a JSON document around its rows, told to the curator."""

from __future__ import annotations

from tracks.formats.contract import ParseReport, gettext_noop
from tracks.formats.json_rows import JsonArrayReader


def report_damage(reader: JsonArrayReader, report: ParseReport) -> None:
    """Tell the curator, after the iteration, what was wrong with the document around its rows."""
    if reader.truncated is not None:
        report.warn(
            gettext_noop(
                "The file stops before its end: the %(records)d records before that point were read, "
                "whatever followed is missing. Fetch the file again if you can."
            ),
            reader.truncated,
            records=report.records_read,
        )
    if reader.trailing is not None:
        report.warn(gettext_noop("Something follows the end of the JSON; it was not read."), reader.trailing)
    for path, place in reader.repeated:
        report.warn(
            gettext_noop("The field “%(key)s” is stated twice with different values; the first was taken."),
            place,
            key=".".join(path),
        )
