"""Recorded real flights through the real worker, checked against what is known of them otherwise.

The recordings are samples of the `traffic` package. What must come out is read from the same files here by plain
`json`, without any of our parsers; where a Flightradar24 file names its airports, the airports found from the fixes
alone must be those.
"""

import json
import subprocess
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from tests.emptying import Emptier
from tests.integration.archive import bring, import_is_over, wait_for
from tracks.models import Flight, Gap, Stretch, Track, TrackFile

SAMPLES = Path(str(metadata.distribution("traffic").locate_file("traffic/data/samples")))


READSB = "readsb/trace_full_ac671b.json"


@pytest.fixture(scope="module")
def _imported(module_worker: subprocess.Popen[bytes], django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, int]]:
    """All recordings imported by a worker, once: the ids of their files by name."""
    with django_db_blocker.unblock():
        call_command("load_reference", verbosity=0)
        names = [READSB, *(f"fr24/{name}.json" for name in PLAYBACKS)]
        brought = {name: bring((SAMPLES / name).read_bytes(), Path(name).name, queue=True) for name in names}
        for track_file in brought.values():
            wait_for(import_is_over, track_file)
        yield {name: track_file.pk for name, track_file in brought.items()}
        Emptier().empty()


@pytest.fixture
def imported(_imported: dict[str, int], db: None) -> Callable[[str], TrackFile]:
    """The file of a recording, as the import left it."""

    def find(name: str) -> TrackFile:
        row = TrackFile.objects.get(pk=_imported[name])
        assert (row.status, row.error) == ("imported", "")
        return row

    return find


def stored_fixes(track: Track) -> np.ndarray[Any, Any]:
    """Every fix of a track: record index, epoch seconds, longitude, latitude, altitude (m, NaN unknown)."""
    parts = []
    for stretch in Stretch.objects.filter(track=track).order_by("ordinal"):
        line = stretch.path.coordinates if stretch.path is not None else np.asarray(stretch.lone_fix).reshape(1, 4)
        altitude = np.where(stretch.altitude_known, line[:, 2], np.nan)
        parts.append(np.column_stack([stretch.record_index, line[:, 3], line[:, 0], line[:, 1], altitude]))
    return np.concatenate(parts)


# File -> how many records share their time with one before, and whether the end is seen on the ground.
PLAYBACKS = {
    "2ce4f83f": (0, True),  # SPAR19, Kuala Lumpur – Taipei round the South China Sea, 2 August 2022
    "3376ab31": (0, False),  # JAL516, Sapporo – Tokyo Haneda, 2 January 2024: last fix still rolling at 123 kt
    "34a8254b": (1, True),  # EDW24, Zurich – Cancún: two fixes of one second, 41 m apart
    "372355e5": (0, True),  # THY9BP, Istanbul – Oslo
}


@pytest.mark.parametrize("name", PLAYBACKS)
def test_a_flightradar24_playback_is_one_flight_between_the_airports_it_names(
    name: str, imported: Callable[[str], TrackFile]
) -> None:
    doubled, arrived = PLAYBACKS[name]
    told = json.loads((SAMPLES / f"fr24/{name}.json").read_text())["result"]["response"]["data"]["flight"]
    wanted = told["track"]
    track_file = imported(f"fr24/{name}.json")
    assert track_file.format == "fr24-playback"
    assert track_file.report["read"]["fixes"] == len(wanted)
    assert sum(loss["count"] for loss in track_file.report["read"]["dropped"]) == doubled

    track = track_file.tracks.get()
    assert track.started_at.timestamp() == wanted[0]["timestamp"]
    assert track.ended_at.timestamp() == wanted[-1]["timestamp"]
    fixes = stored_fixes(track)
    assert len(fixes) == track.fix_count == len(wanted) - doubled
    source = [wanted[int(record)] for record in fixes[:, 0]]
    np.testing.assert_array_equal(fixes[:, 1], [p["timestamp"] for p in source])
    np.testing.assert_array_equal(fixes[:, 2], [p["longitude"] for p in source])
    np.testing.assert_array_equal(fixes[:, 3], [p["latitude"] for p in source])
    known = ~np.isnan(fixes[:, 4])
    feet = np.array([p["altitude"]["feet"] for p in source], dtype=float)
    np.testing.assert_allclose(fixes[known, 4] / 0.3048, feet[known], atol=0.01)
    assert known[feet > 0].all()

    flight = Flight.objects.get(flight_tracks__track=track)
    assert flight.aircraft is not None
    assert flight.aircraft.registration == told["aircraft"]["identification"]["registration"]
    assert flight.aircraft.icao24 == told["aircraft"]["identification"]["modes"].lower()
    assert flight.callsign == told["identification"]["callsign"]
    assert track.origin_airport is not None
    assert track.origin_airport.icao == told["airport"]["origin"]["code"]["icao"]
    assert flight.destination is not None
    assert flight.destination.airport is not None
    assert flight.destination.airport.icao == told["airport"]["destination"]["code"]["icao"]
    assert flight.disagreements == []
    if arrived:
        assert flight.destination_basis == "computed"
        # The tracker's own word on the landing, which is another's computation: within five minutes.
        landed = told["status"]["generic"]["eventTime"]["utc"]
        assert flight.arrival_at is not None
        assert flight.arrival_at.timestamp() == pytest.approx(landed, abs=300)


def test_a_readsb_trace_of_a_day_is_the_four_flights_that_were_flown(imported: Callable[[str], TrackFile]) -> None:
    """N899DN of Delta Air Lines on 4 and 5 February 2025: home to Minneapolis, out and back, then to Denver."""
    document = json.loads((SAMPLES / READSB).read_text())
    rows, base = document["trace"], document["timestamp"]
    track_file = imported(READSB)
    assert track_file.report["read"]["fixes"] == len(rows) == 2500

    # Two rows have one time and two places 60 m apart; nobody can say which is right.
    assert rows[103][0] == rows[104][0]
    assert rows[103][1:3] != rows[104][1:3]
    tracks = list(track_file.tracks.order_by("started_at"))
    fixes = [stored_fixes(track) for track in tracks]
    records = np.concatenate([part[:, 0] for part in fixes]).astype(int)
    assert sorted(records) == sorted(set(range(2500)) - {103, 104})

    # readsb marks where a new leg begins.
    begins = [0, *(i for i, row in enumerate(rows) if row[6] & 2)]
    assert [int(part[0, 0]) for part in fixes] == begins
    together = np.concatenate(fixes)
    np.testing.assert_allclose(together[:, 1], [base + rows[i][0] for i in records], atol=1e-6)
    np.testing.assert_array_equal(together[:, 2], [rows[i][2] for i in records])
    np.testing.assert_array_equal(together[:, 3], [rows[i][1] for i in records])
    feet = [rows[i][3] if isinstance(rows[i][3], int) else np.nan for i in records]
    np.testing.assert_allclose(together[:, 4] / 0.3048, feet, atol=0.01)

    flights = Flight.objects.filter(flight_tracks__track__in=tracks).order_by("starts_at")
    ends = [
        (
            flight.callsign,
            flight.origin and flight.origin.airport and flight.origin.airport.icao,
            flight.destination and flight.destination.airport and flight.destination.airport.icao,
        )
        for flight in flights.select_related("origin__airport", "destination__airport")
    ]
    assert ends == [
        ("DAL1812", None, "KMSP"),  # first heard over Belize at 32,000 ft: where it came from is not known
        ("DAL2418", "KMSP", None),
        ("DAL1615", None, "KMSP"),
        ("DAL2927", "KMSP", "KDEN"),
    ]
    # Every position was received. A row flagged 1 ends a silence: in the air no line leads to it.
    stretches = Stretch.objects.filter(track__in=tracks)
    assert not stretches.filter(evidence_class="estimated").exists()
    begins_a_line = {int(stretch.record_index[0]) for stretch in stretches}
    flagged = {i for i, row in enumerate(rows) if row[6] & 1 and row[3] != "ground"} - {103, 104}
    assert len(flagged) > 50
    assert flagged <= begins_a_line
    assert Gap.objects.filter(track=tracks[0], kind="leading").exists()
    assert not Gap.objects.filter(track=tracks[3], kind__in=["leading", "trailing"]).exists()
