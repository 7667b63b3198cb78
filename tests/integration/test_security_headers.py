"""The headers of every answer, as on the open internet."""

import datetime
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from tests import archive

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
START = datetime.datetime(2024, 3, 21, 4, 30, tzinfo=datetime.UTC)

ADDRESSES = [
    "/", "/flights/", "/flights/zzzzzzzz/", "/aircraft/nobody/", "/method/", "/healthz", "/robots.txt", "/favicon.ico",
    "/api/v1/", "/api/v1/flights/", "/api/v1/flights/?limit=x", "/api/v1/paths/", "/nothing/", "/admin/",
    "/admin/login/", "/static/flightmap/icon.svg",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_is_guarded(client: Client, address: str) -> None:
    response = client.get(address)
    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert re.fullmatch(r"'self'( 'nonce-[A-Za-z0-9+/=]+')?", policy["script-src"])
    assert policy["style-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
    assert policy["img-src"] == "'self' data:"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    for feature in ("camera", "geolocation", "microphone", "payment", "usb"):
        assert f"{feature}=()" in response["Permissions-Policy"]


def test_a_script_or_style_carries_no_policy_for_documents_and_is_guarded_otherwise(client: Client) -> None:
    for address in ("/static/flightmap/js/clock.js", "/static/flightmap/css/base.css"):
        response = client.get(address)
        assert "Permissions-Policy" not in response
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/", "/flights/", "/method/", "/nothing/"])
def test_a_page_runs_only_scripts_that_carry_its_own_nonce_and_no_inline_styles(client: Client, address: str) -> None:
    archive.published(archive.observed_flight(START))
    bodies = [client.get(address).content.decode() for _n in range(2)]
    nonces = [set(re.findall(r'nonce="([^"]*)"', body)) for body in bodies]
    assert [len(found) for found in nonces] == [1, 1]
    assert nonces[0] != nonces[1]
    for body in bodies:
        for tag in re.findall(r"<script\b[^>]*>", body):
            assert "nonce=" in tag or 'type="application/json"' in tag, tag
        assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=\"", body)
        assert not re.search(r"(src|href)=\"(https?:)?//(?!localhost:8000/)", body)


@pytest.mark.parametrize("address", ["/api/v1/", "/api/v1/flights/", "/api/v1/paths/", "/admin/login/", "/healthz"])
def test_what_is_not_for_search_engines_says_so(client: Client, address: str) -> None:
    assert client.get(address)["X-Robots-Tag"] == "noindex"


def test_a_page_differs_by_reader_and_language_and_shared_caches_know_it(client: Client) -> None:
    response = client.get("/flights/")
    assert {"Cookie", "Accept-Language", "Accept-Encoding"} <= {part.strip() for part in response["Vary"].split(",")}
    assert "private" in response["Cache-Control"]


def test_the_api_is_the_same_for_every_reader_and_shared_caches_know_it(client: Client) -> None:
    archive.published(archive.observed_flight(START))
    for address in ("/api/v1/", "/api/v1/flights/"):
        response = client.get(address, headers={"accept-encoding": "gzip", "accept-language": "ru"})
        assert response["Cache-Control"] == "public, max-age=300"
        assert response["Vary"] == "Accept-Encoding"


def test_pages_and_lists_are_sent_compressed(client: Client) -> None:
    for n in range(3):
        archive.published(archive.observed_flight(START + n * archive.DAY))
    for address in ("/", "/flights/", "/api/v1/flights/"):
        response = client.get(address, headers={"accept-encoding": "gzip"})
        assert response["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in response["Vary"]


def test_static_files_under_their_hashed_names_are_kept_for_ever(client: Client) -> None:
    body = client.get("/").content.decode()
    address = re.search(r'href="(/static/flightmap/css/base\.[0-9a-f]{12}\.css)"', body)
    assert address
    response = client.get(address[1], headers={"accept-encoding": "br"})
    assert "immutable" in response["Cache-Control"]
    assert response["Content-Encoding"] == "br"


def test_a_frame_of_another_site_may_not_hold_a_page(client: Client) -> None:
    assert client.get("/")["X-Frame-Options"] == "DENY"


def test_djangos_own_checks_of_a_deployment_find_nothing() -> None:
    environment = {
        # What the tests' browser needs and a deployment has not.
        **{name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"},
        "DJANGO_SETTINGS_MODULE": "flightmap.settings",
        "SITE_URL": "https://flights.example.org",
        "SECRET_KEY": "k3x9q7wz-6f1e0a8b-73d25c4b90-e1f2a3b4c5d6-for-this-test-alone",
        "DEBUG": "0",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "ERROR"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    # An old GDAL of the distribution's is warned of; nothing of ours may be.
    assert set(re.findall(r"\(([a-z]+\.[WE]\d+)\)", done.stderr)) <= {"gis.W001"}, done.stderr
