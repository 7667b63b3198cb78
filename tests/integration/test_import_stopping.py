"""A curator stops an import: the worker gives it up at once, and nothing of it is stored."""

from pathlib import Path

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tests.conftest import running_worker
from tests.curators import person
from tests.integration.archive import bring, imported, run_task, wait_for
from tests.integration.test_import_killed_workers import nobody_joins, wait_until_told
from tests.traces import trace
from tracks.importing import leases
from tracks.importing.heartbeat import Heartbeat
from tracks.importing.progress import Progress
from tracks.models import Flight, Stretch, Track, TrackFile
from tracks.receiving import reimport, stop_import

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_import_that_is_stopped_while_a_worker_stores_it_leaves_nothing(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    with running_worker(log):
        with nobody_joins():
            track_file = bring(trace(20_000, step_s=2), queue=True)
            wait_for(lambda row: row.step == "joining", track_file)
            assert stop_import(track_file)
            assert not stop_import(track_file)  # it was over already
            wait_until_told(log, b"was given up")  # though it waits for a lock that nobody gives it
        row = TrackFile.objects.get()
        assert (row.status, row.lease_owner, row.step) == ("failed", "", "")
        assert "stopped by hand" in row.error
        assert not Track.objects.exists()
        assert not Stretch.objects.exists()
        assert reimport(track_file)
        assert wait_for(lambda row: row.status == "imported", track_file).error == ""


def test_a_file_that_waits_is_not_imported_once_it_was_stopped() -> None:
    track_file = bring(trace(100))
    assert stop_import(track_file, User.objects.create(username="vera"))
    assert "stopped by vera" in run_task(track_file).error
    assert not Track.objects.exists()


def test_a_reimport_that_is_stopped_leaves_what_was_there() -> None:
    track_file = imported(trace(2000))
    before = list(Track.objects.order_by("pk").values())
    assert reimport(track_file, queue=False)
    assert stop_import(track_file)
    assert run_task(track_file).status == "failed"
    assert list(Track.objects.order_by("pk").values()) == before
    assert Flight.objects.exists()


def test_the_loss_of_a_lease_is_noticed_soon_however_long_leases_are(settings: Settings) -> None:
    settings.IMPORT_LEASE_SECONDS = 3600
    track_file = bring(trace(100))
    lease = leases.take(track_file.pk)
    assert lease is not None
    with Heartbeat(lease, Progress()):
        stop_import(track_file)
        assert lease.lost.wait(timeout=60)


def test_the_page_of_a_file_has_a_button_that_stops_its_import(admin_client: Client) -> None:
    track_file = bring(trace(100))
    page = reverse("admin:tracks_trackfile_change", args=[track_file.pk])
    stop = reverse("admin:tracks_trackfile_stop", args=[track_file.pk])
    assert stop in admin_client.get(page).content.decode()
    assert admin_client.get(stop).status_code == 405
    assert "The import was stopped." in admin_client.post(stop, follow=True).content.decode()
    assert "stopped by admin" in TrackFile.objects.get().error
    assert LogEntry.objects.get().change_message == "Stopped the import."  # the sentence goes with the next import
    assert stop not in admin_client.get(page).content.decode()
    assert "over already" in admin_client.post(stop, follow=True).content.decode()
    assert Client().post(stop).status_code == 302  # to the login


@pytest.mark.parametrize("step", ["stop", "demonstrate"])
def test_who_may_only_look_at_files_is_offered_no_such_step_and_cannot_take_it(client: Client, step: str) -> None:
    track_file = bring(trace(100))
    client.force_login(person("looker", "view_trackfile"))
    address = reverse(f"admin:tracks_trackfile_{step}", args=[track_file.pk])
    page = client.get(reverse("admin:tracks_trackfile_change", args=[track_file.pk]))
    assert page.status_code == 200
    assert address not in page.content.decode()
    assert client.post(address).status_code == 403
    track_file.refresh_from_db()
    assert (track_file.status, track_file.demonstration) == ("pending", False)


def test_a_step_without_the_token_of_a_page_is_refused() -> None:
    track_file = bring(trace(100))
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("vera"))
    for step in ("stop", "demonstrate"):
        assert client.post(reverse(f"admin:tracks_trackfile_{step}", args=[track_file.pk])).status_code == 403
    track_file.refresh_from_db()
    assert track_file.status == "pending"
