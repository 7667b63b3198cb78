"""The Celery tasks of importing: thin, named, and harmless when delivered twice."""

from __future__ import annotations

from celery import shared_task

from tracks import originals
from tracks.importing import importer, leases


@shared_task(name="tracks.import_track_file")
def import_track_file(track_file_id: int) -> None:
    """Import one track file, unless it is imported already or another worker has it."""
    importer.run_import(track_file_id)


@shared_task(name="tracks.sweep_import_leases")
def sweep_import_leases() -> None:
    """Queue again what dead workers and a lost queue left behind; give up what failed too often."""
    for track_file_id in leases.sweep():
        import_track_file.delay(track_file_id)
    originals.remove_abandoned()
