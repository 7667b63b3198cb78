"""`manage.py load_demonstration`: simulated flights on fictional dates, brought and imported like any others."""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from tracks.demonstration.generate import DemonstrationFile, write_demonstration
from tracks.management.imports import import_here, result, watch, worker_answers
from tracks.models import Aircraft, Claim, ClaimField, Flight, TrackFile
from tracks.models.claim_values import aircraft_value
from tracks.models.publishing import publish
from tracks.models.resolving import resolve
from tracks.models.vocabulary import Basis, FlightStatus
from tracks.receiving import receive

# A worker that was started together with this command needs a moment before it answers.
WORKER_STARTS_WITHIN = 60.0  # seconds


class Command(BaseCommand):
    help = (
        "Bring the demonstration: simulated flights of fictional aircraft on fictional dates, written as real track "
        "files, imported by a worker (or here, if none answers) and published. Safe to run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--wait", action="store_true", help="wait up to a minute for a worker to answer before importing here"
        )

    def handle(self, *args: Any, wait: bool, **options: Any) -> None:
        with tempfile.TemporaryDirectory(prefix="flightmap-demonstration-") as folder:
            files = write_demonstration(Path(folder))
            known = {file.path: _known(file.path) for file in files}
            fresh = [file for file in files if not (row := known[file.path]) or row.status != "imported"]
            rows = [(file, row) for file in files if (row := known[file.path]) and file not in fresh]
            if fresh:
                rows += self._bring(fresh, by_worker=worker_answers(WORKER_STARTS_WITHIN if wait else 2.0))
        published = sum(_publish(file, row) for file, row in rows)
        self.stdout.write(
            _("%(files)d demonstration files in the archive, %(new)d of them new; %(published)d flights published.")
            % {"files": len(rows), "new": len(fresh), "published": published}
        )

    def _bring(self, files: list[DemonstrationFile], *, by_worker: bool) -> list[tuple[DemonstrationFile, TrackFile]]:
        self.stdout.write(
            _("%(count)d files, imported by the worker") % {"count": len(files)}
            if by_worker
            else _("%(count)d files, imported here, for no worker answers") % {"count": len(files)}
        )
        brought = [
            (
                file,
                receive(
                    file.path,
                    licence=file.licence,
                    credit=file.credit,
                    obtained_from=_("the simulation in this project"),
                    note=file.note,
                    demonstration=True,
                    queue=by_worker,
                ).track_file,
            )
            for file in files
        ]
        done = []
        for number, (file, row) in enumerate(brought, 1):
            name = file.path.name
            row = (watch if by_worker else import_here)(row, sys.stderr, name)
            if row.status == TrackFile.Status.FAILED:
                raise CommandError(result(row, name))
            self.stdout.write(f"[{number}/{len(brought)}] {result(row, name)}")
            done.append((file, row))
        return done


def _known(path: Path) -> TrackFile | None:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return TrackFile.objects.filter(sha256=sha256, demonstration=True).first()


@transaction.atomic
def _publish(file: DemonstrationFile, row: TrackFile) -> int:
    """Publish the drafts of a file; how many. What somebody withdrew stays withdrawn."""
    count = 0
    for flight in Flight.objects.filter(tracks__track_file=row, status=FlightStatus.DRAFT).distinct():
        if flight.aircraft is None:
            _name_aircraft(flight, file.registration)
        publish(flight)
        count += 1
    return count


def _name_aircraft(flight: Flight, registration: str) -> None:
    """Some formats do not state the aircraft; here it is known, as a curator would know it."""
    aircraft, _made = Aircraft.objects.get_or_create(registration=registration, defaults={"demonstration": True})
    Claim.objects.get_or_create(
        flight=flight,
        field=ClaimField.AIRCRAFT,
        basis=Basis.CURATOR,
        defaults={"value": aircraft_value(aircraft), "supports": "the aircraft that was simulated"},
    )
    resolve(flight)
