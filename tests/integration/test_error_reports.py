"""`/flights/<id>/report/`: readers say what is wrong; only curators read it."""

import datetime
from importlib import import_module

import pytest
import redis
from auditlog.models import LogEntry
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.core.cache import cache
from django.test import Client, override_settings

from tests import archive
from tests.curators import client_of, curator, person
from tracks.models import ErrorReport, Flight
from tracks.models.publishing import withdraw
from tracks.views import error_reports

pytestmark = pytest.mark.django_db

START = datetime.datetime(2024, 3, 21, 4, 30, tzinfo=datetime.UTC)
SAID = {
    "text": "It landed at Wonsan, see <b>the photo</b>.",
    "contact": "reader@example.org",
    "rev": "1",
    "t": "2024-03-21T04:31:00Z",
}


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def flight() -> Flight:
    return archive.published(archive.observed_flight(START, aircraft=archive.antonov()))


def address(flight: Flight) -> str:
    return f"/flights/{flight.pk}/report/"


def test_the_flights_page_leads_to_the_form_with_the_revision_shown(client: Client, flight: Flight) -> None:
    link = f"{address(flight)}?rev=1"
    assert link in client.get(f"/flights/{flight.pk}/").content.decode()
    form = client.get(f"{link}&t=2024-03-21T04:31:00Z")
    body = form.content.decode()
    assert (form.status_code, form["X-Robots-Tag"]) == (200, "noindex")
    assert "no-store" in form["Cache-Control"]
    for words in ("About revision 1.", "At 2024-03-21 04:31:00 UTC.", 'name="csrfmiddlewaretoken"'):
        assert words in body


def test_a_report_is_kept_as_written_and_nothing_else_of_the_reader(client: Client, flight: Flight) -> None:
    response = client.post(address(flight), SAID, REMOTE_ADDR="203.0.113.7")
    assert (response.status_code, response["Location"]) == (302, f"{address(flight)}?sent=1")
    assert "Thank you." in client.get(response["Location"]).content.decode()
    kept = ErrorReport.objects.get()
    assert (kept.flight, kept.revision, kept.text, kept.contact) == (flight, 1, SAID["text"], SAID["contact"])
    assert kept.moment == START + datetime.timedelta(minutes=1)
    assert not LogEntry.objects.filter(remote_addr="203.0.113.7").exists()
    for page in (f"/flights/{flight.pk}/", f"/api/v1/flights/{flight.pk}/", address(flight)):
        assert "Wonsan" not in client.get(page).content.decode()


@pytest.mark.parametrize("rest", [{"rev": "x", "t": "yesterday"}, {"rev": "99999999999", "t": "9999-99-99"}, {}])
def test_a_senseless_moment_does_not_keep_a_report_back(client: Client, flight: Flight, rest: dict[str, str]) -> None:
    assert client.post(address(flight), {"text": "Wrong day.", **rest}).status_code == 302
    kept = ErrorReport.objects.get()
    assert (kept.revision, kept.moment, kept.contact) == (None, None, "")


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001, "a\0b"])
def test_what_is_empty_endless_or_no_text_is_refused_with_a_word(client: Client, flight: Flight, text: str) -> None:
    response = client.post(address(flight), {**SAID, "text": text})
    assert response.status_code == 400
    assert "report-error" in response.content.decode()
    assert "reader@example.org" in response.content.decode(), "what was typed stays there"
    assert not ErrorReport.objects.exists()


def test_a_form_from_elsewhere_is_refused(hashed_static_files: None, flight: Flight) -> None:
    assert Client(enforce_csrf_checks=True).post(address(flight), SAID).status_code == 403
    assert not ErrorReport.objects.exists()


def test_one_address_can_send_only_so_many_in_an_hour(client: Client, flight: Flight) -> None:
    statuses = [client.post(address(flight), SAID).status_code for _n in range(error_reports.MOST_OF_ONE + 1)]
    assert statuses == [302] * error_reports.MOST_OF_ONE + [429]
    assert client.post(address(flight), SAID, REMOTE_ADDR="203.0.113.8").status_code == 302
    assert client.post(address(flight), SAID, headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 429


@override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"))
def test_behind_a_proxy_the_reader_counts_not_the_proxy_nor_what_the_reader_wrote(
    client: Client, flight: Flight
) -> None:
    for number in range(error_reports.MOST_OF_ONE):
        forged = {"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.7"}
        assert client.post(address(flight), SAID, headers=forged).status_code == 302
    assert client.post(address(flight), SAID, headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 429
    assert client.post(address(flight), SAID, headers={"X-Forwarded-For": "203.0.113.10"}).status_code == 302


def test_all_together_can_send_only_so_many_in_an_hour(
    client: Client, flight: Flight, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(error_reports, "MOST_OF_ALL", 2)
    sent = [client.post(address(flight), SAID, REMOTE_ADDR=f"203.0.113.{n}").status_code for n in range(3)]
    assert sent == [302, 302, 429]


def test_without_redis_nothing_is_taken_and_the_text_stays(
    client: Client, flight: Flight, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object) -> None:
        raise redis.ConnectionError("away")

    monkeypatch.setattr(cache, "add", away)
    response = client.post(address(flight), SAID)
    assert response.status_code == 429
    assert "It landed at Wonsan" in response.content.decode()


def test_of_a_flight_that_is_not_public_there_is_no_form(client: Client, flight: Flight) -> None:
    draft = archive.observed_flight(START)
    withdraw(flight, "wrong")
    staff = Client()
    staff.force_login(User.objects.create_user("editor", is_staff=True))
    for one in (draft, flight):
        for who in (client, staff):
            assert who.get(address(one)).status_code == 404
            assert who.post(address(one), SAID).status_code == 404
    assert not ErrorReport.objects.exists()


def test_curators_find_it_on_their_front_page_read_it_as_text_and_tick_it_off(client: Client, flight: Flight) -> None:
    client.post(address(flight), SAID)
    report = ErrorReport.objects.get()
    desk = client_of(curator())
    assert "report of an error by a reader" in desk.get("/admin/").content.decode()
    assert desk.get("/admin/tracks/errorreport/?state__exact=open").status_code == 200
    page = f"/admin/tracks/errorreport/{report.pk}/change/"
    body = desk.get(page).content.decode()
    assert "&lt;b&gt;the photo&lt;/b&gt;" in body
    assert f"/flights/{flight.pk}/?rev=1&amp;t=2024-03-21T04:31:00Z" in body
    desk.post(page, {"state": "done", "note": "It is so.", "text": "Something else"})
    report.refresh_from_db()
    assert (report.state, report.note, report.text) == ("done", "It is so.", SAID["text"])
    logged = LogEntry.objects.get_for_object(report).get()
    assert set(logged.changes) == {"state", "note"}
    assert desk.get("/admin/tracks/errorreport/add/").status_code == 403


def test_nobody_reads_reports_without_the_permission(client: Client, flight: Flight) -> None:
    client.post(address(flight), SAID)
    outsider = client_of(person("outsider", "view_flight"))
    assert outsider.get("/admin/tracks/errorreport/").status_code == 403
    assert "errorreport" not in outsider.get("/admin/").content.decode()


def test_a_group_of_curators_that_was_there_before_may_read_them_too() -> None:
    group = Group.objects.get(name="Curators")
    readable = Permission.objects.filter(content_type__model="errorreport")
    group.permissions.remove(*readable)
    import_module("tracks.migrations.0008_error_reports").let_curators_read(apps, None)
    names = group.permissions.filter(content_type__model="errorreport").values_list("codename", flat=True)
    assert set(names) == {"view_errorreport", "change_errorreport", "delete_errorreport"}
