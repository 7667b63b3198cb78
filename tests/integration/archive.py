"""Shared by the tests of importing: airports, bringing files, importing them by the task's own code or a worker."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

from django.contrib.gis.geos import Point

from tests.traces import KHABAROVSK, VLADIVOSTOK
from tracks.importing.tasks import import_track_file
from tracks.models import Airport, TrackFile
from tracks.receiving import receive


def make_airports() -> None:
    """The two airports that the made traces fly between."""
    for icao, city, (lon, lat, feet) in (
        ("UHWW", "Vladivostok", VLADIVOSTOK),
        ("UHHH", "Khabarovsk", KHABAROVSK),
    ):
        Airport.objects.create(
            icao=icao, name=city, city=city, country="RU", location=Point(lon, lat), elevation_m=feet * 0.3048
        )


def bring(data: bytes, name: str = "trace.json", **given: Any) -> TrackFile:
    """Receive bytes without queueing them."""
    given = {"licence": "CC BY 4.0", "credit": "A receiver", "queue": False, **given}
    return receive(io.BytesIO(data), name=name, **given).track_file


def imported(data: bytes, name: str = "trace.json", **given: Any) -> TrackFile:
    """Receive bytes and run the task's code on them, in this process."""
    return run_task(bring(data, name, **given))


def run_task(track_file: TrackFile) -> TrackFile:
    """Run the task's code on a file; the row as it is afterwards."""
    import_track_file.run(track_file.pk)
    return TrackFile.objects.get(pk=track_file.pk)


def wait_for(condition: Callable[[TrackFile], bool], track_file: TrackFile, seconds: float = 60.0) -> TrackFile:
    """Until the file's row is as wanted; the row."""
    end = time.monotonic() + seconds
    while True:
        row = TrackFile.objects.get(pk=track_file.pk)
        if condition(row):
            return row
        assert time.monotonic() < end, f"waited in vain: {row.status}, {row.step}, {row.attempts}, {row.error}"
        time.sleep(0.01)


def import_is_over(row: TrackFile) -> bool:
    """For `wait_for`: imported or failed."""
    return row.status in {"imported", "failed"}
