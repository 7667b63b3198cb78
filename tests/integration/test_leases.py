"""Only one worker imports a file, and no worker's death leaves one behind."""

import datetime
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from tests.integration.archive import bring, run_task
from tests.traces import trace
from tracks.importing import heartbeat, importer, leases
from tracks.importing.heartbeat import Heartbeat
from tracks.importing.leases import Lease, LeaseLost
from tracks.importing.progress import Progress
from tracks.models import Flight, Track, TrackFile

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def track_file() -> TrackFile:
    return bring(trace(500, flights=1))


def run_out(track_file: TrackFile) -> None:
    """As if nobody had been heard of for a lease's time."""
    TrackFile.objects.filter(pk=track_file.pk).update(lease_expires_at=Now() - datetime.timedelta(seconds=1))


def row(track_file: TrackFile) -> TrackFile:
    return TrackFile.objects.get(pk=track_file.pk)


def test_of_many_workers_at_once_one_gets_the_lease(track_file: TrackFile) -> None:
    taken: list[Lease | None] = []
    ready = threading.Barrier(8)

    def worker() -> None:
        try:
            ready.wait()
            taken.append(leases.take(track_file.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 8
    assert len([lease for lease in taken if lease is not None]) == 1
    assert row(track_file).attempts == 1


def test_a_lease_that_holds_cannot_be_taken_one_that_ran_out_can(track_file: TrackFile) -> None:
    first = leases.take(track_file.pk)
    assert first is not None
    assert leases.take(track_file.pk) is None
    run_out(track_file)
    second = leases.take(track_file.pk)
    assert second is not None
    assert row(track_file).attempts == 2
    assert first.renew() is False
    assert second.renew() is True


@pytest.mark.parametrize("status", ["imported", "failed"])
def test_a_file_that_is_done_with_is_not_taken(track_file: TrackFile, status: str) -> None:
    TrackFile.objects.update(status=status)
    assert leases.take(track_file.pk) is None


def test_who_lost_the_lease_can_neither_complete_nor_fail_the_file(track_file: TrackFile) -> None:
    first = leases.take(track_file.pk)
    assert first is not None
    run_out(track_file)
    second = leases.take(track_file.pk)
    assert second is not None
    assert first.fail("a late word", None) is False
    with pytest.raises(LeaseLost), transaction.atomic():
        first.complete()
    with transaction.atomic():
        second.complete()
    assert (row(track_file).status, row(track_file).error) == ("imported", "")


def test_a_worker_that_was_overtaken_stores_nothing(track_file: TrackFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """All is stored but not committed when its lease runs out and another worker takes the file."""
    join = importer.Joiner.join
    others: list[Lease | None] = []

    def overtake() -> None:
        try:
            run_out(track_file)
            others.append(leases.take(track_file.pk))
        finally:
            connection.close()

    def hang(self: importer.Joiner, *args: Any) -> None:
        join(self, *args)
        assert Track.objects.exists(), "stored, as this transaction sees it"
        thread = threading.Thread(target=overtake)
        thread.start()
        thread.join()

    monkeypatch.setattr(importer.Joiner, "join", hang)
    run_task(track_file)
    assert others[0] is not None
    assert (row(track_file).status, row(track_file).lease_owner) == ("importing", others[0].owner)
    assert not Track.objects.exists()
    assert not Flight.objects.exists()


def test_the_heartbeat_renews_the_lease_and_writes_progress(track_file: TrackFile, settings: Settings) -> None:
    settings.IMPORT_LEASE_SECONDS = 1
    lease = leases.take(track_file.pk)
    assert lease is not None
    first = row(track_file).lease_expires_at
    progress = Progress()
    with Heartbeat(lease, progress):
        progress.step, progress.file_bytes, progress.fixes = TrackFile.Step.PARSING, 123, 45
        wait_for(lambda: row(track_file).progress_bytes == 123)
        wait_for(lambda: row(track_file).lease_expires_at > first + datetime.timedelta(seconds=1))
        assert not lease.lost.is_set()
    assert (row(track_file).step, row(track_file).progress_fixes) == ("parsing", 45)


def test_the_heartbeat_notices_that_the_lease_is_another_workers(track_file: TrackFile, settings: Settings) -> None:
    settings.IMPORT_LEASE_SECONDS = 1
    lease = leases.take(track_file.pk)
    assert lease is not None
    TrackFile.objects.update(lease_owner="another")
    with Heartbeat(lease, Progress()):
        assert lease.lost.wait(20)
    with pytest.raises(LeaseLost):
        lease.check()


def test_a_heartbeat_without_a_database_gives_the_lease_up_when_it_must_have_run_out(
    track_file: TrackFile, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.IMPORT_LEASE_SECONDS = 1
    lease = leases.take(track_file.pk)
    assert lease is not None

    def gone(*_args: object, **_kwargs: object) -> bool:
        raise heartbeat.DatabaseError("server closed the connection")

    monkeypatch.setattr(Lease, "renew", gone)
    with Heartbeat(lease, Progress()):
        assert lease.lost.wait(20)


def test_the_sweep_queues_a_dead_workers_file_again(track_file: TrackFile) -> None:
    leases.take(track_file.pk)
    assert leases.sweep() == []
    run_out(track_file)
    assert leases.sweep() == [track_file.pk]
    assert (row(track_file).status, row(track_file).attempts) == ("pending", 1)
    assert leases.sweep() == [], "its message is under way"


def test_the_sweep_fails_a_file_that_ended_three_workers_and_says_so(track_file: TrackFile, settings: Settings) -> None:
    for attempt in range(settings.IMPORT_MAX_ATTEMPTS):
        lease = leases.take(track_file.pk)
        assert lease is not None, attempt
        lease.renew(step="parsing", progress_bytes=777, progress_fixes=1234)
        run_out(track_file)
        leases.sweep()
    failed = row(track_file)
    assert failed.status == "failed"
    assert "broken off 3 times" in failed.error
    assert "“reading fixes” after 1234 fixes" in failed.error
    assert failed.error_place == {"byte": 777}
    assert leases.take(track_file.pk) is None


def test_the_sweep_queues_a_pending_file_whose_message_was_lost(track_file: TrackFile) -> None:
    """The queue is empty (nobody sent anything), so whoever waits for a message waits in vain."""
    TrackFile.objects.update(queued_at=Now() - datetime.timedelta(minutes=1))
    assert leases.sweep() == [track_file.pk]
    assert leases.sweep() == []


def test_the_sweep_leaves_a_file_that_waits_for_its_turn_alone(
    track_file: TrackFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "messages_waiting", lambda: 12)
    TrackFile.objects.update(queued_at=Now() - datetime.timedelta(minutes=1))
    assert leases.sweep() == []
    TrackFile.objects.update(queued_at=Now() - datetime.timedelta(minutes=11))
    assert leases.sweep() == [track_file.pk]


def test_when_the_database_goes_away_the_file_is_left_to_the_sweep(
    track_file: TrackFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends the import's own connection in the middle of storing."""

    def cut_off(_self: object, *_args: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with monkeypatch.context() as patch:
        patch.setattr(importer.Joiner, "join", cut_off)
        with pytest.raises(OperationalError):
            run_task(track_file)
    assert row(track_file).status == "importing"
    assert not Track.objects.exists()
    assert leases.sweep() == [track_file.pk]
    assert run_task(track_file).status == "imported"


def wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Until the condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
