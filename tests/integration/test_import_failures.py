"""What cannot be imported says why, in a sentence and with its place, and harms nothing that is stored."""

import datetime
import errno
import gzip
import io
import json
import os
import re
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection
from pytest_django.fixtures import Settings

from tests.integration.archive import bring, imported, run_task
from tests.traces import trace
from tracks.importing import importer, joining
from tracks.importing.identities import Identifier
from tracks.models import Aircraft, Claim, Flight, Gap, Stretch, Track, TrackFile
from tracks.receiving import receive, reimport

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def archive() -> dict[str, Any]:
    """Something that was stored before and must stay as it is."""
    imported(trace(300, flights=1, step_s=20, hex_address="aaaaaa", registration="OLD-1"), "before.json")
    return stored()


def stored() -> dict[str, Any]:
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in (Track, Gap, Flight, Claim)} | {
        "Stretch": [(s.pk, s.track_id, s.path) for s in Stretch.objects.order_by("pk")]
    }


def rows_of(data: bytes) -> dict[str, Any]:
    return json.loads(data)


def without_positions() -> bytes:
    document = rows_of(trace(40, flights=1))
    for row in document["trace"]:
        row[1] = row[2] = None
    return json.dumps(document).encode()


def absurd_positions() -> bytes:
    document = rows_of(trace(40, flights=1))
    for row in document["trace"]:
        row[1] += 1000
    return json.dumps(document).encode()


def times_of_another_age() -> bytes:
    document = rows_of(trace(40, flights=1))
    document["timestamp"] = 9.9e9
    return json.dumps(document).encode()


ZONELESS = b"""Time,Callsign,Position,Altitude,Speed,Direction
2024-03-20 01:00:00,TST1,"43.4,132.1",10000,400,180
2024-03-20 01:01:00,TST1,"43.3,132.1",10000,400,180
"""
DAMAGED = bytearray(gzip.compress(trace(3000)))
DAMAGED[20_000:20_050] = bytes(50)

BAD = {
    "empty": (b"", r"The file is empty\.", {"byte": 0}),
    "empty inside": (gzip.compress(b""), r"gzip file contains nothing", {"byte": 0}),
    "white space": (b" \n" * 100, r"nothing but white space", {"byte": 0}),
    "an image": (b"\x89PNG\r\n\x1a\n" + bytes(1000), r"looks like a PNG image", {"byte": 0}),
    "a login page": (b"<!DOCTYPE html><html><title>Log in</title>", r"web page, perhaps a login", {"byte": 0}),
    "a letter": (b"Sehr geehrte Damen und Herren,", r"plain text", {"byte": 0}),
    "other JSON": (b'{"hello": "world"}', r"JSON, but without the fields", {"byte": 0}),
    "random bytes": (os.urandom(50_000), r"not a track file we can read", {"byte": 0}),
    "a trace without rows": (b'{"icao":"abc123","timestamp":1700000000,"trace":[]}', r"no usable fix", None),
    "no positions": (without_positions(), r"no usable fix.*40 × no position stated", {"record": 0}),
    "absurd positions": (absurd_positions(), r"no usable fix.*40 × latitude or longitude", {"record": 0}),
    "another age": (times_of_another_age(), r"no usable fix.*40 × time before 1990 or in the far", {"record": 0}),
    "no time base": (b'{"icao":"abc123","trace":[[0,43.1,131.9,1000]]}', r"states no “timestamp”", None),
    "cut before the rows": (trace(300).split(b"[")[0], r"stops before its list of positions", {"byte": 101}),
    "damaged gzip": (bytes(DAMAGED), r"gzip data is damaged.*Fetch the file again", ...),
    "no zone": (ZONELESS, r"do not say in which zone they are.*State the zone", {"line": 2}),
    "UTF-16": (trace(10).decode().encode("utf-16"), r"UTF-16", {"byte": 0}),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_fails_with_a_sentence_and_its_place(case: str, archive: dict[str, Any]) -> None:
    data, sentence, place = BAD[case]
    failed = imported(data, f"{case}.json")
    assert failed.status == "failed"
    assert re.search(sentence, failed.error), failed.error
    if place is ...:  # as near as the decoder can tell
        assert failed.error_place is not None
    else:
        assert failed.error_place == place
    assert (failed.lease_owner, failed.lease_expires_at, failed.step) == ("", None, "")
    assert stored() == archive


def test_a_truncated_trace_gives_what_is_complete_and_a_warning(archive: dict[str, Any]) -> None:
    data = trace(3000, flights=1)
    cut = data[: len(data) // 2]
    track_file = imported(cut)
    assert track_file.status == "imported"
    complete = cut.count(b"]")  # every row ends with one; the last, cut row has none
    assert track_file.report["read"]["fixes"] == complete
    (warning,) = track_file.report["warnings"]
    assert warning["place"]["kind"] == "byte"
    assert Track.objects.filter(track_file=track_file).exists()


def test_a_truncated_gzip_gives_what_is_complete_and_a_warning() -> None:
    data = gzip.compress(trace(3000, flights=1))
    track_file = imported(data[: len(data) // 2])
    assert track_file.status == "imported"
    assert any("gzip file stops before its end" in warning["text"] for warning in track_file.report["warnings"])
    assert 0 < track_file.report["read"]["fixes"] < 3000


class Nonsense(io.RawIOBase):
    """A file of any size that needs no room: the same random megabyte over and over, behind a beginning."""

    def __init__(self, begin: bytes, size: int) -> None:
        self.left, self.begin, self.block = size, begin, os.urandom(1 << 20)

    def read(self, size: int = -1, /) -> bytes:
        part, self.begin = (self.begin or self.block)[: min(size, self.left)], b""
        self.left -= len(part)
        return part


TRACE_HEAD = b'{"icao":"abc123","timestamp":1700000000,"trace":['


@pytest.mark.parametrize("begin", [b"", TRACE_HEAD], ids=["plain", "disguised"])
def test_half_a_gigabyte_of_nonsense_fails_without_holding_it(begin: bytes, archive: dict[str, Any]) -> None:
    upload: Any = Nonsense(begin, 500 << 20)
    track_file = receive(upload, name="nonsense.json", queue=False).track_file
    assert track_file.size == 500 << 20
    failed = run_task(track_file)
    assert failed.status == "failed"
    assert "error in the program" not in failed.error
    assert failed.error_place is not None
    assert stored() == archive
    TrackFile.objects.all().delete()
    failed.file.storage.delete(failed.file.name)


def test_a_gzip_bomb_is_not_unpacked(archive: dict[str, Any]) -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9) as bomb:
        bomb.write(TRACE_HEAD)
        for _ in range(300):
            bomb.write(b" " * (1 << 20))
    failed = imported(packed.getvalue(), "bomb.json.gz")
    assert failed.status == "failed"
    assert "unpacks to more than 200 times its size" in failed.error
    assert failed.error_place is not None
    assert failed.error_place["byte"] < 32 << 20
    assert stored() == archive


def test_content_over_the_limit_is_refused(settings: Settings) -> None:
    settings.UPLOAD_MAX_EXPANDED_BYTES = 1 << 20
    failed = imported(trace(20_000, compressed=True))
    assert failed.status == "failed"
    assert "larger than the 1 MiB allowed" in failed.error


class Interrupting:
    """In place of the parser's stream: raises once the parser has read a little."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __call__(self, chunk: object) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (SoftTimeLimitExceeded(), "took longer than the 55 minutes allowed"),
        (MemoryError(), "needs more memory than the worker has"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk of the archive is full"),
        (RuntimeError("what now"), "error in the program stopped the import (RuntimeError: what now)"),
    ],
)
def test_what_stops_an_import_from_without_is_told(
    error: BaseException, sentence: str, archive: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    track_file = bring(trace(3000))
    monkeypatch.setattr(importer.Spool, "add", lambda _self, chunk: Interrupting(error)(chunk))
    failed = run_task(track_file)
    assert failed.status == "failed"
    assert sentence in failed.error
    assert stored() == archive
    monkeypatch.undo()


def test_a_spool_on_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch, archive: dict[str, Any]) -> None:
    def full(**_given: Any) -> BinaryIO:
        return Path("/dev/full").open("wb+", buffering=0)  # answers every write as a full disk does

    track_file = bring(trace(150_000, step_s=0.5))
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    failed = run_task(track_file)
    assert failed.status == "failed"
    assert "disk of the archive is full" in failed.error
    assert stored() == archive


def test_ctrl_c_in_the_shell_ends_the_import_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    track_file = bring(trace(3000))
    monkeypatch.setattr(importer.Spool, "add", lambda _self, chunk: Interrupting(KeyboardInterrupt())(chunk))
    with pytest.raises(KeyboardInterrupt):
        run_task(track_file)
    track_file.refresh_from_db()
    assert track_file.status == "failed"
    assert "stopped by hand" in track_file.error


def test_an_original_that_is_missing_is_told() -> None:
    track_file = bring(trace(3000))
    track_file.file.storage.delete(track_file.file.name)
    failed = run_task(track_file)
    assert failed.status == "failed"
    assert "original is missing" in failed.error


def test_absurd_values_beside_a_sound_position_are_left_out_not_stored() -> None:
    document = rows_of(trace(1000, flights=1))
    for index, (place, value) in {5: (3, 9e9), 6: (4, -1e9), 7: (7, 1e12), 8: (5, 1e6), 9: (10, -9e9)}.items():
        document["trace"][500 + index][place] = value
    track_file = imported(json.dumps(document).encode())
    assert (track_file.status, track_file.error) == ("imported", "")
    assert Track.objects.get(track_file=track_file).fix_count == 1000


def test_times_without_a_zone_are_read_once_the_curator_states_the_zone() -> None:
    failed = imported(ZONELESS, "zoneless.csv")
    assert failed.status == "failed"
    track_file = imported(ZONELESS, "zoneless.csv", settings={"time_zone": "Asia/Vladivostok"})
    assert (track_file.pk, track_file.status) == (failed.pk, "imported")
    track = Track.objects.get(track_file=track_file)
    assert track.started_at == datetime.datetime(2024, 3, 19, 15, 0, tzinfo=datetime.UTC)


# While somebody else works


def elsewhere(work: Callable[[], object]) -> None:
    """Have work done, and committed, on another connection."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


def before_calling(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, *works: Callable[[], object]) -> None:
    """Have something done elsewhere just before each call of a function, the first with the first call."""
    waiting = iter(works)
    original = getattr(owner, name)

    def called(*given: Any, **named: Any) -> Any:
        if (work := next(waiting, None)) is not None:
            elsewhere(work)
        return original(*given, **named)

    monkeypatch.setattr(owner, name, called)


def known_aircraft() -> Aircraft:
    """One of which the file has nothing to add."""
    return Aircraft.objects.create(icao24="15f0aa", registration="TEST-1", type_designator="A124")


def test_an_aircraft_that_is_removed_while_a_file_of_it_is_imported_is_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old = known_aircraft()
    before_calling(monkeypatch, joining, "refresh_all", old.delete)
    row = imported(trace(300, flights=1, step_s=20))
    assert (row.status, row.error, row.attempts) == ("imported", "", 1)
    new = Aircraft.objects.get(icao24="15f0aa")
    assert new != old
    assert row.tracks.get().aircraft == row.tracks.get().flights.get().aircraft == new
    assert row.report["tracks_count"] == len(row.report["tracks"]) == 1


def test_a_draft_that_is_removed_while_a_track_comes_to_it_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    old = Flight.objects.get()
    before_calling(monkeypatch, joining, "refresh_all", old.delete)
    row = imported(trace(290, flights=1, step_s=20, hex_address="aaaaaa", registration="OLD-1", seed=2))
    assert (row.status, row.error) == ("imported", "")
    new = row.tracks.get().flights.get()
    assert new != old
    assert set(new.claims.values_list("track", flat=True)) <= set(row.tracks.values_list("pk", flat=True))
    assert not Flight.objects.filter(pk=old.pk).exists()


def test_an_aircraft_that_a_curator_adds_while_the_import_makes_it_is_the_one(monkeypatch: pytest.MonkeyPatch) -> None:
    before_calling(monkeypatch, Identifier, "write", known_aircraft)
    row = imported(trace(300, flights=1, step_s=20))
    assert (row.status, row.error) == ("imported", "")
    known = row.tracks.get().aircraft
    assert known is not None
    assert (known.icao24, known.type_name) == ("15f0aa", ""), "the file would have said more of a new one"


def test_where_the_archive_changes_again_and_again_the_import_says_so_and_stores_nothing(
    archive: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def take_away() -> None:
        Aircraft.objects.get(icao24="15f0aa").delete()

    before_calling(monkeypatch, joining, "lock_joining", known_aircraft, known_aircraft)
    before_calling(monkeypatch, joining, "review_edits", take_away, take_away)
    row = imported(trace(300, flights=1, step_s=20))
    assert row.status == "failed"
    assert "by somebody while it was imported" in row.error
    assert "Nothing was stored" in row.error
    assert row.report["tracks_count"] == 1
    assert stored() == archive
    monkeypatch.undo()
    reimport(row, queue=False)
    assert run_task(row).status == "imported"
