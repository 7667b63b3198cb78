"""`manage.py verify_flight ID`: does what is published agree with the original bytes?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from tracks.importing.verifying import verify_revision
from tracks.models import Flight, FlightRevision


class Command(BaseCommand):
    help = "Derive a published flight from its original files again and compare every fix."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("flight", metavar="ID")
        parser.add_argument("--revision", type=int, metavar="N", help="an older one; without, the one published")

    def handle(self, *args: Any, flight: str, revision: int | None, **options: Any) -> None:
        chosen = self._revision(flight, revision)
        self.stdout.write(_("Flight %(id)s, revision %(number)d:") % {"id": flight, "number": chosen.number})
        found = verify_revision(chosen)
        for sentence in found.agrees:
            self.stdout.write(f"  = {sentence}")
        for sentence in found.differs:
            self.stdout.write(self.style.ERROR(f"  ≠ {sentence}"))
        self.stdout.write(
            _("  %(fixes)s published fixes are those of the files, in every column.") % {"fixes": f"{found.fixes:,}"}
        )
        if not found.sound:
            raise CommandError(_("What is published does not agree with the original files."))

    def _revision(self, flight_id: str, number: int | None) -> FlightRevision:
        flight = Flight.objects.select_related("published_revision").filter(pk=flight_id).first()
        if flight is None:
            raise CommandError(_("There is no flight %(id)s.") % {"id": flight_id})
        chosen = flight.published_revision if number is None else flight.revisions.filter(number=number).first()
        if chosen is None:
            raise CommandError(
                _("Flight %(id)s was never published.") % {"id": flight_id}
                if number is None
                else _("Flight %(id)s has no revision %(number)d.") % {"id": flight_id, "number": number}
            )
        return chosen
