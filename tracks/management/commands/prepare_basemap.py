"""`manage.py prepare_basemap`: write the offline base map from Natural Earth. Quick when nothing changed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from tracks.basemap.prepare import prepare_basemap
from tracks.basemap.topology import BaseMapError


class Command(BaseCommand):
    """Prepare the base map's files in DATA_DIR/basemap."""

    help = "Prepare the offline base map (Natural Earth) in DATA_DIR/basemap; does nothing if it is there."
    requires_system_checks: list[str] = []  # runs before there is a database

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--source", type=Path, help="folder of the npm package world-atlas")
        parser.add_argument("--target", type=Path, help="folder to write")

    def handle(self, *args: Any, **options: Any) -> None:
        source = options["source"] or Path(settings.BASE_DIR) / "node_modules" / "world-atlas"
        target = options["target"] or Path(settings.DATA_DIR) / "basemap"
        started = time.monotonic()
        verbose = options["verbosity"] > 1

        def say(line: str) -> None:
            if verbose:
                self.stdout.write(f"  {line}")

        try:
            written = prepare_basemap(source, target, say)
        except BaseMapError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                _("The base map cannot be written to %(target)s: %(reason)s.")
                % {"target": target, "reason": error.strerror or error}
            ) from error
        if written:
            seconds = time.monotonic() - started
            self.stdout.write(_("Base map prepared in %(seconds).1f s.") % {"seconds": seconds})
        else:
            self.stdout.write(_("Base map is up to date."))
