"""The beginning of a table, and how its first rows would be read."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import BinaryIO, cast

import numpy as np
from django.conf import settings as site
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracks.admin.words import FEET, column_label
from tracks.formats.archives import Archive, is_archive
from tracks.formats.content import HEAD_BYTES, open_content
from tracks.formats.contract import DROP_REASONS, Limits, ParseError, ParseReport, ParseSettings
from tracks.formats.csv_table import CsvTable
from tracks.formats.table_guessing import guess_table
from tracks.formats.table_mapping import TableMapping
from tracks.models import TrackFile
from tracks.processing.fixes import AltitudeKind, Fixes, OnGround

ROWS_SHOWN = 6


@dataclass(slots=True)
class Preview:
    """What the first rows give: a line a fix, and what was lost; or why nothing can be read."""

    rows: list[dict[str, str]] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    error: str = ""


def preview_of(head: bytes, mapping: TableMapping, zone: str) -> Preview:
    """How the first rows of a table would be read.

    Args:
        head: the beginning of the content; its last line may be cut.
        zone: that of times without one, "" where none is stated.
    """
    lines = head.splitlines(keepends=True)
    whole = b"".join(lines if len(lines) < 2 else lines[:-1]) if len(head) >= HEAD_BYTES else head
    report = ParseReport()
    try:
        chunks = list(CsvTable().parse(io.BytesIO(whole), report, ParseSettings(time_zone=zone or None, table=mapping)))
    except ParseError as error:
        return Preview(error=_(error.message) % error.values)
    told = [
        (int(chunk.fixes.record_index[i]), chunk.identity, chunk.fixes, i)
        for chunk in chunks
        for i in range(min(len(chunk.fixes), ROWS_SHOWN))
    ]
    told.sort(key=lambda each: each[0])
    losses = [
        _("%(count)d × %(reason)s") % {"count": count, "reason": _(DROP_REASONS[reason])}
        for reason, count in report.dropped.most_common()
    ]
    losses += [
        _("%(count)d × %(column)s that cannot be read") % {"count": count, "column": column_label(name)}
        for name, count in sorted(report.blanked.items())
    ]
    rows = [_in_words(identity.address or identity.registration or "", fixes, i) for _r, identity, fixes, i in told]
    return Preview(rows[:ROWS_SHOWN], losses, "" if rows else _("None of the first rows gives a fix."))


def table_head(file: TrackFile) -> bytes | None:
    """The beginning of the file's content; of an archive, of its first table. None where it is no text."""
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
            found = [head for head in heads if b"\0" not in head]
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
    AltitudeKind.PRESSURE: gettext_lazy("pressure"),
    AltitudeKind.GEOMETRIC: gettext_lazy("geometric"),
    AltitudeKind.UNSTATED: gettext_lazy("kind unknown"),
}
_GROUND = {OnGround.YES: gettext_lazy("on the ground"), OnGround.NO: gettext_lazy("airborne")}


def _in_words(aircraft: str, fixes: Fixes, i: int) -> dict[str, str]:
    """A fix in words, "" for what it does not state."""

    def number(value: float, pattern: str) -> str:
        return "" if np.isnan(value) else pattern.format(value)

    time = np.datetime64(round(float(fixes.time[i]) * 1000), "ms")
    altitude = number(float(fixes.altitude[i]), "{:,.0f} m")
    if altitude:
        kind = _KINDS[AltitudeKind(int(fixes.altitude_kind[i]))]
        altitude = f"{altitude} ({float(fixes.altitude[i]) / FEET:,.0f} ft), {kind}"
    return {
        "time": str(time).replace("T", " ").removesuffix(".000") + "Z",
        "place": f"{fixes.latitude[i]:.5f}, {fixes.longitude[i]:.5f}",
        "altitude": altitude,
        "speed": number(float(fixes.ground_speed[i]), "{:.0f} kt"),
        "track": number(float(fixes.track_angle[i]), "{:.0f}°"),
        "rate": number(float(fixes.vertical_rate[i]), "{:+,.0f} ft/min"),
        "aircraft": " ".join(filter(None, (aircraft, fixes.callsign_at(i)))),
        "ground": str(_GROUND.get(OnGround(int(fixes.on_ground[i])), "")),
    }
