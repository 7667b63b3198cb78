"""An import says how far it is, and stops, also while a file is read that gives no fix for long."""

import pytest

from tests.integration.archive import bring
from tests.unit import kml_samples
from tracks.importing import leases
from tracks.importing.importer import _Import, run_import
from tracks.importing.leases import LeaseLost
from tracks.importing.progress import Progress
from tracks.models import Track, TrackFile

pytestmark = pytest.mark.django_db(transaction=True)

COUNT = 40_000


def all_times_before_all_positions() -> bytes:
    fixes = [(when, 120 + i * 1e-4, 40.0, 9000.0) for i, when in enumerate(kml_samples.times(COUNT))]
    return kml_samples.kml(kml_samples.placemark(kml_samples.track(fixes)))


def test_progress_moves_on_through_a_track_whose_positions_come_last() -> None:
    data = all_times_before_all_positions()
    track_file = bring(data, "track.kml")
    seen: list[tuple[int, int]] = []
    assert run_import(track_file.pk, lambda progress: seen.append((progress.file_bytes, progress.fixes)))
    before_any_fix = {size for size, fixes in seen if not fixes and 0 < size < len(data)}
    assert len(before_any_fix) >= 5
    sizes = [size for size, _ in seen]
    assert sizes == sorted(sizes)
    assert seen[-1] == (len(data), COUNT)


def test_an_import_that_lost_its_lease_stops_while_it_still_reads_times() -> None:
    data = all_times_before_all_positions()
    track_file = bring(data, "track.kml")
    lease = leases.take(track_file.pk)
    assert lease is not None

    def cancel(progress: Progress) -> None:
        if progress.file_bytes:
            lease.lost.set()

    progress = Progress(size=len(data), listener=cancel)
    with pytest.raises(LeaseLost):
        _Import(lease, TrackFile.objects.get(pk=track_file.pk), progress).run()
    assert 0 < progress.file_bytes < len(data) / 2
    assert progress.fixes == 0
    assert not Track.objects.exists()
