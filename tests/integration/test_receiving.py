"""Files are taken in: bytes kept once, who brought them noted, the import queued."""

import errno
import hashlib
import io
import os
import threading
import time
from pathlib import Path

import pytest
from celery import current_app
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from kombu.exceptions import OperationalError
from pytest_django import Settings

from tracks import originals
from tracks.models import Acquisition, TrackFile
from tracks.receiving import ReceivingRefused, receive, reimport

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[int]]]:
    """What was put on the queue."""
    messages: list[tuple[str, list[int]]] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args: messages.append((name, args)))
    return messages


def stored_path(track_file: TrackFile) -> Path:
    return Path(originals.originals().path(track_file.file.name))


def test_bytes_are_stored_unchanged_under_their_sha256_and_cannot_be_written_to() -> None:
    data = os.urandom(3_000_000)
    received = receive(io.BytesIO(data), name="x.bin")
    track_file = received.track_file
    assert track_file.sha256 == hashlib.sha256(data).hexdigest()
    assert track_file.size == len(data)
    path = stored_path(track_file)
    assert path.name == track_file.sha256
    assert path.read_bytes() == data
    assert not path.stat().st_mode & 0o222
    assert not list(path.parent.parent.joinpath("incoming").iterdir())


def test_an_upload_of_django_and_a_path_are_taken_alike(tmp_path: Path) -> None:
    (tmp_path / "trace.json").write_bytes(b"the same")
    one = receive(SimpleUploadedFile("upload.json", b"the same"))
    other = receive(tmp_path / "trace.json")
    assert one.acquisition.original_name == "upload.json"
    assert other.acquisition.original_name == "trace.json"
    assert one.track_file == other.track_file


def test_the_same_bytes_brought_twice_are_one_file_with_two_acquisitions() -> None:
    anna, boris = (User.objects.create(username=name) for name in ("anna", "boris"))
    first = receive(io.BytesIO(b"abc"), name="a.json", acquired_by=anna, licence="CC0", credit="A")
    second = receive(io.BytesIO(b"abc"), name="b.json", acquired_by=boris, obtained_from="https://example.org/")
    assert (first.already_known, second.already_known) == (False, True)
    assert TrackFile.objects.count() == 1
    assert [(a.original_name, a.acquired_by, a.licence) for a in Acquisition.objects.all()] == [
        ("a.json", anna, "CC0"),
        ("b.json", boris, ""),
    ]
    assert first.track_file.name == "a.json"


@pytest.mark.django_db(transaction=True)
def test_the_same_bytes_brought_by_many_at_once_are_one_file() -> None:
    data = os.urandom(200_000)
    errors: list[BaseException] = []
    ready = threading.Barrier(6)

    def bring() -> None:
        try:
            ready.wait()
            receive(io.BytesIO(data), name="x", queue=False)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=bring) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert TrackFile.objects.count() == 1
    assert Acquisition.objects.count() == 6
    assert stored_path(TrackFile.objects.get()).read_bytes() == data


def test_the_import_is_queued_by_name_when_the_transaction_commits(
    sent: list, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        track_file = receive(io.BytesIO(b"abc")).track_file
        assert sent == []
    for callback in callbacks:
        callback()
    assert sent == [("tracks.import_track_file", [track_file.pk])]
    assert TrackFile.objects.get().queued_at is not None


def test_an_imported_file_brought_again_is_not_imported_again(sent: list, django_capture_on_commit_callbacks) -> None:
    TrackFile.objects.filter(pk=receive(io.BytesIO(b"abc"), queue=False).track_file.pk).update(status="imported")
    with django_capture_on_commit_callbacks(execute=True):
        receive(io.BytesIO(b"abc"))
    assert sent == []


def test_a_failed_file_brought_again_is_tried_again_with_the_settings_of_now(
    sent: list, django_capture_on_commit_callbacks
) -> None:
    pk = receive(io.BytesIO(b"abc"), queue=False).track_file.pk
    TrackFile.objects.filter(pk=pk).update(status="failed", attempts=3)
    with django_capture_on_commit_callbacks(execute=True):
        receive(io.BytesIO(b"abc"), settings={"time_zone": "Asia/Vladivostok"})
    track_file = TrackFile.objects.get()
    assert (track_file.status, track_file.attempts) == ("pending", 0)
    assert track_file.settings == {"time_zone": "Asia/Vladivostok"}
    assert sent == [("tracks.import_track_file", [pk])]


def test_a_file_in_a_workers_hands_is_not_taken_away_by_a_reimport() -> None:
    track_file = receive(io.BytesIO(b"abc"), queue=False).track_file
    TrackFile.objects.update(status="importing")
    assert reimport(track_file) is False
    assert TrackFile.objects.get().status == "importing"


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 2 * 1024 * 1024
    with pytest.raises(ReceivingRefused, match="larger than the 2 MB"):
        receive(io.BytesIO(bytes(2 * 1024 * 1024 + 1)))
    assert not TrackFile.objects.exists()
    assert not list(Path(originals.originals().path("incoming")).iterdir())


def test_a_full_disk_is_said_plainly_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ReceivingRefused, match="disk of the archive is full"):
        receive(io.BytesIO(b"abc"))
    assert not TrackFile.objects.exists()
    assert not list(Path(originals.originals().path("incoming")).iterdir())


def test_a_truly_full_disk_is_said_plainly(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """/dev/full answers every write as a full disk does."""
    monkeypatch.setattr(originals.tempfile, "mkstemp", lambda **_k: (os.open("/dev/full", os.O_WRONLY), "/dev/null/x"))
    monkeypatch.setattr(Path, "unlink", lambda *_a, **_k: None)
    with pytest.raises(ReceivingRefused, match="disk of the archive is full"):
        receive(io.BytesIO(bytes(100_000)))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\anna\\trace.json", "trace.json"),
        ("tra\x00ce\u202e\n.json", "trace.json"),
        ("x" * 400, "x" * 255),
        ("Рейс 1.csv", "Рейс 1.csv"),
    ],
)
def test_of_a_name_only_its_harmless_last_part_is_kept(given: str, kept: str) -> None:
    assert receive(io.BytesIO(b"abc"), name=given).acquisition.original_name == kept


def test_a_time_zone_that_does_not_exist_is_refused_before_anything_is_stored() -> None:
    with pytest.raises(ReceivingRefused, match="“Vladivostok” is no time zone"):
        receive(io.BytesIO(b"abc"), settings={"time_zone": "Vladivostok"})
    with pytest.raises(ReceivingRefused, match="no setting “colour”"):
        receive(io.BytesIO(b"abc"), settings={"colour": "red"})
    assert not TrackFile.objects.exists()


def test_what_a_killed_process_left_half_received_is_removed_after_a_day() -> None:
    incoming = Path(originals.originals().path("incoming"))
    incoming.mkdir(parents=True, exist_ok=True)
    old, young = incoming / "old.part", incoming / "young.part"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 2 * 86400,) * 2)
    assert originals.remove_abandoned() == 1
    assert (old.exists(), young.exists()) == (False, True)
    young.unlink()


@pytest.mark.django_db(transaction=True)
def test_a_file_brought_while_the_queue_does_not_answer_is_kept_and_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_given: object, **_named: object) -> None:
        raise OperationalError("the queue does not answer")

    monkeypatch.setattr(current_app, "send_task", away)
    received = receive(io.BytesIO(b"abc"))
    assert received.track_file.status == "pending"
    assert TrackFile.objects.get().queued_at is not None  # from when on the sweep may queue it again
