"""The beginning of a table, and how its first rows would be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO, cast

from django.conf import settings as site
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracks.admin.words import FEET, column_label
from tracks.formats.archives import Archive, is_archive
from tracks.formats.content import open_content
from tracks.formats.contract import DROP_REASONS, Limits, ParseError, ParseReport
from tracks.formats.json_table import as_table
from tracks.formats.table_guessing import guess_table
from tracks.formats.table_mapping import TableMapping
from tracks.formats.table_preview import FirstFix, first_fixes
from tracks.models import TrackFile

ROWS_SHOWN = 6


@dataclass(slots=True)
class Preview:
    """What the first rows give: a line a fix, and what was lost; or why nothing can be read."""

    rows: list[dict[str, str]] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    error: str = ""


def preview_of(head: bytes, mapping: TableMapping, zone: str) -> Preview:
    """How the first rows of a table would be read, in words.

    Args:
        head: the beginning of the content.
        zone: that of times without one, "" where none is stated.
    """
    try:
        fixes, report = first_fixes(head, mapping, zone or None, ROWS_SHOWN)
    except ParseError as error:
        return Preview(error=_(error.message) % error.values)
    losses = [
        _("%(count)d × %(reason)s") % {"count": count, "reason": _(DROP_REASONS[reason])}
        for reason, count in report.dropped.most_common()
    ]
    losses += [
        _("%(count)d × %(column)s that cannot be read") % {"count": count, "column": column_label(name)}
        for name, count in sorted(report.blanked.items())
    ]
    rows = [_in_words(fix) for fix in fixes]
    return Preview(rows, losses, "" if rows else _("None of the first rows gives a fix."))


def table_head(file: TrackFile) -> bytes | None:
    """The beginning of the file's content; of an archive, of its first table. None where it is no text.

    A list of records in JSON is given as the table in CSV as which it is read.
    """
    limits = Limits(content_bytes=site.UPLOAD_MAX_EXPANDED_BYTES)
    try:
        with file.file.open("rb") as stored:
            original = cast(BinaryIO, stored)
            archive = is_archive(original.read(4))
            original.seek(0)
            heads = (
                _heads_in(Archive(original, limits))
                if archive
                else [open_content(original, ParseReport(), limits).head]
            )
            found = [as_table(head) or head for head in heads if b"\0" not in head]
    except FileNotFoundError as error:
        raise Http404(_("The original is not in the archive's folder any more.")) from error
    except ParseError:
        return None
    return next((head for head in found if guess_table(head) is not None), found[0] if found else None)


def _heads_in(archive: Archive, most: int = 50) -> list[bytes]:
    heads = []
    for _number, entry in zip(range(most), archive.entries(), strict=False):
        try:
            with entry.open() as stream:
                heads.append(open_content(stream, ParseReport()).head)
        except ParseError:
            continue
    return heads


_KINDS = {
    "pressure": gettext_lazy("pressure"),
    "geometric": gettext_lazy("geometric"),
    "unstated": gettext_lazy("kind unknown"),
}
_GROUND = {True: gettext_lazy("on the ground"), False: gettext_lazy("airborne")}


def _in_words(fix: FirstFix) -> dict[str, str]:
    """A fix in words, "" for what it does not state."""

    def number(value: float | None, pattern: str) -> str:
        return "" if value is None else pattern.format(value)

    altitude = ""
    if fix.altitude is not None:
        altitude = f"{fix.altitude:,.0f} m ({fix.altitude / FEET:,.0f} ft), {_KINDS[fix.altitude_kind]}"
    return {
        "time": fix.time,
        "place": f"{fix.latitude:.5f}, {fix.longitude:.5f}",
        "altitude": altitude,
        "speed": number(fix.ground_speed, "{:.0f} kt"),
        "track": number(fix.track_angle, "{:.0f}°"),
        "rate": number(fix.vertical_rate, "{:+,.0f} ft/min"),
        "aircraft": fix.aircraft,
        "ground": "" if fix.on_ground is None else str(_GROUND[fix.on_ground]),
    }
