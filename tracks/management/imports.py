"""What the commands share: import a file here or by a worker, and watch it."""

from __future__ import annotations

import time
from typing import TextIO

from celery import current_app
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from kombu.exceptions import OperationalError

from tracks.importing.importer import run_import
from tracks.importing.progress import Progress
from tracks.management.progress_bar import ProgressBar
from tracks.models import TrackFile

POLL_SECONDS = 0.2
OVER = frozenset({TrackFile.Status.IMPORTED, TrackFile.Status.FAILED})


def worker_answers(wait_s: float = 2.0) -> bool:
    """Whether a worker answers within the time; asked again until it is over."""
    end = time.monotonic() + wait_s
    while True:
        try:
            if current_app.control.ping(timeout=1.0):
                return True
        except OperationalError:
            time.sleep(min(1.0, max(end - time.monotonic(), 0.0)))  # the queue itself does not answer yet
        if time.monotonic() >= end:
            return False


def import_here(track_file: TrackFile, stderr: TextIO, name: str) -> TrackFile:
    """Import in this process, showing progress; the row as it is afterwards.

    Where a worker has the file already, its work is watched instead.
    """
    bar = ProgressBar(stderr, name, track_file.size)

    def listener(progress: Progress) -> None:
        bar.show(*progress.seen())

    try:
        run_import(track_file.pk, listener)
    finally:
        bar.clear()
    return watch(track_file, stderr, name)


def watch(track_file: TrackFile, stderr: TextIO, name: str) -> TrackFile:
    """Show progress until the import has ended, whoever does it; the row as it is then."""
    bar = ProgressBar(stderr, name, track_file.size)
    try:
        while True:
            row = TrackFile.objects.get(pk=track_file.pk)
            if row.status in OVER:
                return row
            bar.show(row.step, row.progress_bytes, row.progress_fixes)
            time.sleep(POLL_SECONDS)
    finally:
        bar.clear()


def result(row: TrackFile, name: str) -> str:
    """One line on how an import ended."""
    if row.status == TrackFile.Status.FAILED:
        place = dict(row.error_place or {})
        inside = place.pop("member", "")
        where = ", ".join(
            f"{inside}: {kind} {number:,}" if inside else f"{kind} {number:,}" for kind, number in place.items()
        )
        return f"{name}: {row.error}" + (f" ({where})" if where else "")
    report = row.report
    line = _("%(name)s: %(format)s, %(kept)s of %(read)s fixes") % {
        "name": name,
        "format": _(report["format"]["label"]),
        "kept": f"{report['read']['kept']:,}",
        "read": f"{report['read']['fixes']:,}",
    }
    tracks = report["tracks_count"]
    line += ngettext(", %(count)d track", ", %(count)d tracks", tracks) % {"count": tracks}
    flights = list(dict.fromkeys(track["flight"] for track in report["tracks"] if track.get("flight")))
    if flights:
        line += ngettext(", flight %(ids)s", ", flights %(ids)s", len(flights)) % {"ids": " ".join(flights)}
    if report["warnings"]:
        line += "".join(f"\n  ! {warning['text']}" for warning in report["warnings"])
    return line
