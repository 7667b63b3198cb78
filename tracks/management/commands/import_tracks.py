"""`manage.py import_tracks FILE…`: bring track files from the shell, the same way as through the upload page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from tracks.management.imports import import_here, result, watch
from tracks.models import TrackFile
from tracks.receiving import Received, ReceivingRefused, receive, reimport


class Command(BaseCommand):
    help = "Import track files. They become draft flights; publish them in the admin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--queue", action="store_true", help="leave the work to the workers and watch them")
        parser.add_argument("--licence", default="", help="needed before anything of it is published: CC BY 4.0")
        parser.add_argument("--credit", default="", help="whom to name; needed before publishing, too")
        parser.add_argument("--obtained-from", default="", help="address, person or device the files came from")
        parser.add_argument("--note", default="")
        parser.add_argument("--time-zone", default="", help="of times written without a zone: Asia/Vladivostok")
        parser.add_argument("--again", action="store_true", help="import files again that are imported already")

    def handle(self, *args: Any, files: list[Path], queue: bool, **options: Any) -> None:
        failed = 0
        received: list[tuple[Path, Received]] = []
        for path in files:
            try:
                received.append((path, self._receive(path, queue, options)))
            except ReceivingRefused as error:
                failed += self._refused(path, str(error))
            except OSError as error:
                failed += self._refused(path, error.strerror or str(error))
        for path, brought in received:
            failed += not self._import(path, brought, queue, options["again"])
        if failed:
            raise CommandError(_("%(failed)d of %(all)d files failed.") % {"failed": failed, "all": len(files)})

    def _receive(self, path: Path, queue: bool, options: dict[str, Any]) -> Received:
        return receive(
            path,
            licence=options["licence"],
            credit=options["credit"],
            obtained_from=options["obtained_from"],
            note=options["note"],
            settings={"time_zone": options["time_zone"]},
            queue=queue,
        )

    def _refused(self, path: Path, why: str) -> int:
        self.stderr.write(self.style.ERROR(f"{path.name}: {why}"))
        return 1

    def _import(self, path: Path, brought: Received, queue: bool, again: bool) -> bool:
        """Import one file; whether it went well."""
        row = TrackFile.objects.get(pk=brought.track_file.pk)
        if brought.already_known and row.status == TrackFile.Status.IMPORTED:
            if not again:
                self.stdout.write(_("%(name)s: is in the archive already.") % {"name": path.name})
                return True
            reimport(row, queue=queue)
        row = (watch if queue else import_here)(row, sys.stderr, path.name)
        fine = row.status == TrackFile.Status.IMPORTED
        if fine:
            self.stdout.write(result(row, path.name))
        else:
            self.stderr.write(self.style.ERROR(result(row, path.name)))
        return fine
