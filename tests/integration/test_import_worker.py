"""Imports by a real worker process."""

import subprocess

import pytest

from tests.integration.archive import bring, import_is_over, wait_for
from tests.traces import trace
from tracks.models import Flight, Track

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_worker_imports_what_is_brought(module_worker: subprocess.Popen[bytes]) -> None:
    row = wait_for(import_is_over, bring(trace(3000), queue=True))
    assert (row.status, row.error) == ("imported", "")
    assert (row.lease_owner, row.lease_expires_at, row.attempts) == ("", None, 1)
    assert Flight.objects.count() == 4


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "It looks like a PNG image."),
        (b"\x1f\x8b" + bytes(1000), "The gzip data is damaged"),
    ],
    ids=["empty", "image", "damaged"],
)
def test_a_bad_file_fails_and_the_worker_goes_on(
    module_worker: subprocess.Popen[bytes], data: bytes, sentence: str
) -> None:
    bad = bring(data, "bad", queue=True)
    good = bring(trace(500, step_s=10), "good.json", queue=True)
    assert sentence in wait_for(import_is_over, bad).error
    row = wait_for(import_is_over, good)
    assert (row.status, row.error) == ("imported", "")
    assert set(Track.objects.values_list("track_file", flat=True)) == {good.pk}
