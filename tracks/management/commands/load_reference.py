"""`manage.py load_reference`: airports and runways. Quick when nothing changed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from tracks.reference.airports import load_airports
from tracks.reference.files import ReferenceDataError


class Command(BaseCommand):
    """Load airports and runways."""

    help = "Load airports (airportsdata) and runways (OurAirports). What somebody edited stays; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_airports()
        except ReferenceDataError as error:
            raise CommandError(str(error)) from error
        for reason in loaded.left_out:
            self.stdout.write(_("Left out: %(reason)s.") % {"reason": reason})
        self.stdout.write(
            _("%(airports)d airports (%(new)d written), %(runways)d runways (%(new_runways)d written).")
            % {
                "airports": loaded.airports,
                "new": loaded.airports_written,
                "runways": loaded.runways,
                "new_runways": loaded.runways_written,
            }
        )
