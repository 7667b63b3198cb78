"""Shared by the tests of importing: airports, bringing files, importing them by the task's own code."""

from __future__ import annotations

import io
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
