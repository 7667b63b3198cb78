"""`manage.py load_reported`: the reported flights, their aircraft, sources and sanctions."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from tracks.reference.files import ReferenceDataError
from tracks.reference.reported import load_reported


class Command(BaseCommand):
    """Load the reported flights."""

    help = "Load and publish the reported flights. What a curator decided stays; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_reported()
        except ReferenceDataError as error:
            raise CommandError(str(error)) from error
        if loaded.waiting:
            self.stdout.write(
                _("%(count)d flights changed that have unpublished edits: publish them in the admin.")
                % {"count": loaded.waiting}
            )
        self.stdout.write(
            _("%(flights)d reported flights (%(created)d new, %(changed)d changed), %(aircraft)d aircraft.")
            % {
                "flights": loaded.flights,
                "created": loaded.created,
                "changed": loaded.changed,
                "aircraft": loaded.aircraft,
            }
        )
