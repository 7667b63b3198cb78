"""Pages about the site, and what machines ask of it."""

import re

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client, override_settings

pytestmark = pytest.mark.django_db


def test_the_method_is_told(client: Client) -> None:
    response = client.get("/method/")
    assert response.status_code == 200
    body = response.content.decode()
    for word in ("observed", "estimated", "reported", "SHA-256"):
        assert word in body
    leads = set(re.findall(r'href="#([\w-]+)"', body)) - {"content"}
    assert leads == set(re.findall(r'<h2 id="([\w-]+)"', body)), "each part stands in the contents, and is there"
    assert {"classes", "gaps", "estimates", "absence", "sources", "limits"} <= leads


def test_the_method_states_the_thresholds_of_this_site(client: Client) -> None:
    said = "from 4 times the interval", "never below 1 min", "always from 1 h on"
    for words in said:
        assert words in client.get("/method/").content.decode()
    with override_settings(PROCESSING=settings.PROCESSING.changed("gap.least_s=120,gap.times_interval=2.5")):
        body = client.get("/method/").content.decode()
    assert "from 2.5 times" in body
    assert "never below 2 min" in body


def test_a_healthy_site_says_so(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok", "database": "ok", "redis": "ok"})
    assert "no-store" in response["Cache-Control"]


def test_a_site_without_redis_says_so_without_details(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object) -> None:
        raise redis.ConnectionError("Error 111 connecting to unix:///secret/redis.sock")

    monkeypatch.setattr(cache, "get", away)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "database": "ok", "redis": "unavailable"}


def test_a_site_without_its_database_says_so_without_details(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise DatabaseError('connection to server on socket "/secret/.s.PGSQL.5432" failed')

    monkeypatch.setattr(connection, "cursor", away)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "database": "unavailable", "redis": "ok"}


def test_crawlers_are_kept_from_the_newsroom(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == ["User-agent: *", "Disallow: /admin/"]


def test_the_icon_browsers_ask_for_unasked_leads_to_ours(client: Client) -> None:
    response = client.get("/favicon.ico")
    assert response.status_code == 301
    icon = client.get(response["Location"])
    assert (icon.status_code, icon["Content-Type"]) == (200, "image/svg+xml")


@pytest.mark.parametrize("address", ["/", "/flights/", "/method/", "/healthz", "/robots.txt", "/aircraft/x/"])
def test_pages_only_read(client: Client, address: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    for method in ("post", "put", "patch", "delete"):
        refused = getattr(strict, method)(address)
        assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS")
    options = client.options(address)
    assert (options.status_code, options["Allow"], options.content) == (204, "GET, HEAD, OPTIONS", b"")


@pytest.mark.parametrize("address", ["/", "/flights/", "/method/", "/healthz", "/robots.txt"])
def test_head_answers_as_get_without_a_body(client: Client, address: str) -> None:
    got, head = client.get(address), client.head(address)
    assert (head.status_code, head["Content-Type"], head.content) == (200, got["Content-Type"], b"")


def test_a_page_that_is_not_there_says_so_in_the_sites_own_frame(client: Client) -> None:
    response = client.get("/nothing/")
    assert response.status_code == 404
    assert b"There is no such page" in response.content
    assert b'href="/flights/"' in response.content


def test_a_failure_is_answered_without_database_session_or_details(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: object, **_kwargs: object) -> None:
        raise DatabaseError("password=hunter2")

    client.raise_request_exception = False
    client.cookies["sessionid"] = "x" * 32
    monkeypatch.setattr("tracks.views.corridor.corridor_page", fails)
    monkeypatch.setattr("tracks.views.api.listed_revisions", fails)
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", fails)
    page, api = client.get("/"), client.get("/api/v1/flights/")
    assert (page.status_code, api.status_code) == (500, 500)
    assert b"Something went wrong" in page.content
    assert b"hunter2" not in page.content + api.content
    assert api.json()["error"]
    assert page["Content-Security-Policy"]


def test_even_without_templates_or_static_files_there_is_an_answer(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: object, **_kwargs: object) -> None:
        raise ValueError("no manifest at /srv/secret")

    client.raise_request_exception = False
    monkeypatch.setattr("django.contrib.staticfiles.storage.staticfiles_storage.url", fails)
    for address, status in (("/", 500), ("/nothing/", 404)):
        response = client.get(address)
        assert response.status_code == status
        assert b"<h1>" in response.content
        assert b"secret" not in response.content


def test_an_unknown_host_is_refused_in_the_sites_own_words(client: Client) -> None:
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert b"evil.example" not in response.content


@override_settings(SECURE_SSL_REDIRECT=True)
def test_a_supervisor_may_ask_for_health_without_tls_and_nobody_for_anything_else(client: Client) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/flights/")["Location"] == "https://testserver/flights/"
