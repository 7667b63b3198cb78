"""Imports by real worker processes, some of which are killed in the middle."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.conftest import running_worker
from tests.integration.archive import bring, import_is_over, wait_for
from tests.integration.poison import POISON
from tests.traces import trace
from tracks.models import Flight, Stretch, Track, TrackFile
from tracks.models.locks import JOINING_LOCK
from tracks.receiving import reimport

pytestmark = pytest.mark.django_db(transaction=True)

QUICK = "tests.integration.quick_leases"


def kill_nine(worker: subprocess.Popen[bytes]) -> None:
    """The worker and its child, at once."""
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(timeout=10)


@contextlib.contextmanager
def nobody_joins() -> Iterator[None]:
    """Holds the lock under which tracks are joined to flights: imports stop there, all stored, nothing committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [JOINING_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [JOINING_LOCK])


def test_a_worker_killed_while_it_reads_leaves_nothing_and_the_next_one_imports_all(tmp_path: Path) -> None:
    fixes = 100_000
    with running_worker(
        tmp_path / "worker.log", "--include", "tests.integration.held_reader", settings=QUICK
    ) as worker:
        track_file = bring(trace(fixes, flights=6, step_s=1, compressed=True), queue=True)
        row = wait_for(lambda row: row.step == "parsing" and 0 < row.progress_fixes < fixes, track_file)
        kill_nine(worker)
    assert (row.status, row.attempts) == ("importing", 1)
    assert not Track.objects.exists()
    with running_worker(tmp_path / "second" / "worker.log", "--beat", settings=QUICK):
        row = wait_for(import_is_over, track_file)
    assert (row.status, row.attempts, row.error) == ("imported", 2, "")
    assert Flight.objects.count() == 6
    assert sum(Track.objects.values_list("fix_count", flat=True)) == fixes


def test_a_worker_killed_while_it_stores_leaves_nothing_and_the_next_one_imports_all(tmp_path: Path) -> None:
    with running_worker(tmp_path / "worker.log", settings=QUICK) as worker:
        with nobody_joins():
            track_file = bring(trace(100_000, flights=6, step_s=1), queue=True)
            wait_for(lambda row: row.step == "joining", track_file)
            kill_nine(worker)
        assert not Track.objects.exists()
        assert not Stretch.objects.exists()
    with running_worker(tmp_path / "second" / "worker.log", "--beat", settings=QUICK):
        row = wait_for(import_is_over, track_file)
    assert (row.status, row.attempts) == ("imported", 2)
    assert sum(Track.objects.values_list("fix_count", flat=True)) == 100_000
    assert Flight.objects.count() == 6


def test_a_worker_killed_in_a_reimport_leaves_the_earlier_import_whole(tmp_path: Path) -> None:
    with running_worker(tmp_path / "worker.log", settings=QUICK) as worker:
        track_file = bring(trace(50_000, flights=6, step_s=1), queue=True)
        wait_for(import_is_over, track_file)
        before = [(s.pk, s.track_id, s.path) for s in Stretch.objects.order_by("pk")]
        with nobody_joins():
            reimport(track_file)
            wait_for(lambda row: row.step == "joining", track_file)
            kill_nine(worker)
        assert [(s.pk, s.track_id, s.path) for s in Stretch.objects.order_by("pk")] == before
    with running_worker(tmp_path / "second" / "worker.log", "--beat", settings=QUICK):
        assert wait_for(import_is_over, track_file).status == "imported"
    assert Flight.objects.count() == 6
    assert [s.path for s in Stretch.objects.order_by("pk")] == [path for _pk, _track, path in before]


def test_when_only_the_child_is_killed_the_same_worker_takes_the_file_up_again(tmp_path: Path) -> None:
    with running_worker(tmp_path / "worker.log", "--beat", settings=QUICK) as worker:
        with nobody_joins():
            track_file = bring(trace(20_000, step_s=2), queue=True)
            row = wait_for(lambda row: row.step == "joining", track_file)
            child = int(row.lease_owner.split(":")[1])
            assert child != worker.pid
            os.kill(child, signal.SIGKILL)
        row = wait_for(import_is_over, track_file)
    assert (row.status, row.attempts) == ("imported", 2)


def test_a_file_that_kills_workers_fails_after_three_attempts_and_others_go_on(tmp_path: Path) -> None:
    arguments = ("--beat", "--include", "tests.integration.poison")
    with running_worker(tmp_path / "worker.log", *arguments, settings=QUICK):
        poison = bring(POISON, "poison.bin", queue=True)
        good = bring(trace(500, step_s=10), "good.json", queue=True)
        row = wait_for(import_is_over, poison)
        assert (row.status, row.attempts) == ("failed", settings.IMPORT_MAX_ATTEMPTS)
        assert "broken off 3 times by the end of its worker" in row.error
        assert wait_for(import_is_over, good).status == "imported"


def test_a_file_whose_message_was_lost_is_imported_all_the_same(tmp_path: Path) -> None:
    """The queue was emptied (Redis came back without its data) while a file waited."""
    track_file = bring(trace(500, step_s=10))
    TrackFile.objects.update(queued_at=track_file.created_at.replace(year=2020))
    with running_worker(tmp_path / "worker.log", "--beat", settings=QUICK):
        assert wait_for(import_is_over, track_file).status == "imported"


def test_a_worker_told_to_stop_finishes_its_import_first(tmp_path: Path) -> None:
    with running_worker(tmp_path / "worker.log") as worker:
        with nobody_joins():
            track_file = bring(trace(20_000, step_s=2), queue=True)
            wait_for(lambda row: row.step == "joining", track_file)
            worker.terminate()  # a warm shutdown
            wait_until_told(tmp_path / "worker.log", b"Warm shutdown")
        assert wait_for(import_is_over, track_file).attempts == 1
        assert worker.wait(timeout=20) == 0
    assert TrackFile.objects.get().status == "imported"


def wait_until_told(log: Path, words: bytes, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while words not in log.read_bytes():
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.02)
