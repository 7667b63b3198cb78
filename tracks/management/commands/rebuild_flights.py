"""`manage.py rebuild_flights`: make the facts of flights anew from their tracks and claims."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracks.importing.refreshing import refresh
from tracks.models import Flight
from tracks.models.vocabulary import FlightStatus


class Command(BaseCommand):
    help = "Rebuild what is computed of flights: claims of their tracks, then the facts. Decisions of curators stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--flight", nargs="+", metavar="ID", help="only these; without, all")

    def handle(self, *args: Any, flight: list[str] | None, **options: Any) -> None:
        flights = Flight.objects.exclude(status=FlightStatus.MERGED)
        if flight:
            flights = flights.filter(pk__in=flight)
            if missing := set(flight) - set(flights.values_list("pk", flat=True)):
                raise CommandError(_("There is no flight %(ids)s.") % {"ids": ", ".join(sorted(missing))})
        count = changed = 0
        for pk in list(flights.order_by("pk").values_list("pk", flat=True)):
            with transaction.atomic():
                one = Flight.objects.select_for_update().get(pk=pk)
                before = Flight.objects.filter(pk=pk).values().get()
                refresh(one)
                after = Flight.objects.filter(pk=pk).values().first()
            count += 1
            changed += _facts(before) != _facts(after)
        self.stdout.write(
            ngettext(
                "%(count)d flight rebuilt, %(changed)d of them changed.",
                "%(count)d flights rebuilt, %(changed)d of them changed.",
                count,
            )
            % {"count": count, "changed": changed}
        )
        self.stdout.write(_("What is published stays as it is until it is published again."))


def _facts(row: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if row is None else {name: value for name, value in row.items() if name != "changed_at"}
