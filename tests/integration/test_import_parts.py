"""An aircraft with very many fixes is worked on in parts: what is stored of it is what the whole would have given."""

import functools
import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.archive import imported, make_airports
from tests.traces import trace
from tracks.importing import importer, spooling
from tracks.models import Flight, Stretch, Track
from tracks.processing.fixes import Fixes

pytestmark = pytest.mark.django_db(transaction=True)


def week() -> bytes:
    """Six flights with a night of twenty hours after each; of two positions some are impossible."""
    document = json.loads(trace(1800, flights=6, step_s=12, stop_s=20 * 3600.0))
    for wrong in (100, 101, 1500):
        document["trace"][wrong][1] += 20.0
    return json.dumps(document).encode()


class Counting(spooling.Spool):
    """Keeps everything on disk, and a list of what it gave."""

    def __init__(self, parts: list[Fixes], folder: Path, apart_s: float) -> None:
        super().__init__(folder, memory_bytes=0, apart_s=apart_s)
        self.parts_given = parts

    def take(self, gathered: spooling.Gathered) -> Fixes:
        self.parts_given.append(super().take(gathered))
        return self.parts_given[-1]


def stored() -> dict[str, Any]:
    return {
        "tracks": list(
            Track.objects.order_by("started_at").values("started_at", "ended_at", "fix_count", "ends", "callsign")
        ),
        "stretches": [
            (stretch.ordinal, stretch.evidence_class, stretch.path)
            for stretch in Stretch.objects.order_by("track__started_at", "ordinal")
        ],
        "flights": Flight.objects.count(),
    }


def test_parts_give_what_the_whole_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    make_airports()
    results, reports = [], []
    for part_fixes in (250_000, 500):
        parts: list[Fixes] = []
        with monkeypatch.context() as patch:
            patch.setattr(spooling, "PART_FIXES", part_fixes)
            patch.setattr(importer, "Spool", functools.partial(Counting, parts))
            track_file = imported(week())
        assert (track_file.status, track_file.error) == ("imported", "")
        assert (len(parts) > 1) == (part_fixes == 500)
        results.append(stored())
        told = {name: track_file.report[name] for name in ("read", "aircraft", "aircraft_count", "tracks_count")}
        reports.append({**told, "begins": [track["begins"] for track in track_file.report["tracks"]]})
        Flight.objects.all().delete()
        track_file.delete()
    assert results[0] == results[1]
    assert reports[0] == reports[1]
    assert len(results[0]["tracks"]) == 6
    assert reports[0]["aircraft_count"] == 1
    assert reports[0]["aircraft"][0]["dropped"]
