"""`manage.py remove_demonstration`: take away everything simulated, and nothing else."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from tracks.models import Aircraft, Flight, TrackFile
from tracks.models.vocabulary import FlightStatus
from tracks.originals import delete_original


class Command(BaseCommand):
    help = "Remove the demonstration: its files, tracks, flights with their revisions, and aircraft."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            files = TrackFile.objects.filter(demonstration=True)
            flights = Flight.objects.filter(demonstration=True)
            aircraft = Aircraft.objects.filter(demonstration=True)
            originals = list(files.values_list("sha256", flat=True))
            counts = {"files": len(originals), "flights": flights.count(), "aircraft": aircraft.count()}
            # A published flight must have its revision; and flights merged into one another hold on to each other.
            flights.update(status=FlightStatus.DRAFT, published_revision=None, merged_into=None)
            flights.delete()
            files.delete()
            aircraft.delete()
        for sha256 in originals:
            delete_original(sha256)
        self.stdout.write(_("Removed: %(files)d files, %(flights)d flights, %(aircraft)d aircraft.") % counts)
