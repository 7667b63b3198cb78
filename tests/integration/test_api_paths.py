"""`/api/v1/paths/`: published paths as the map reads them, compressed, with ETag."""

import base64
import datetime
import gzip
import json
import subprocess
from pathlib import Path
from typing import Any

import brotli
import numpy as np
import pytest
import redis
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests import archive
from tracks.models import Flight, Stretch, claim_values
from tracks.models.publishing import publish, withdraw
from tracks.models.resolving import resolve
from tracks.serving import paths

pytestmark = pytest.mark.django_db

START = datetime.datetime(2024, 3, 21, 4, 30, tzinfo=datetime.UTC)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def flight() -> Flight:
    return archive.published(archive.observed_flight(START))


def decoded(body: bytes) -> list[dict[str, Any]]:
    """By the browser's own decoder, under Node."""
    done = subprocess.run(
        ["node", str(ROOT / "tests" / "js" / "decode-lines.js")],
        input=base64.b64encode(body).decode() + "\n",
        capture_output=True,
        text=True,
        check=True,
    )
    answer = json.loads(done.stdout)
    assert isinstance(answer, list), answer
    return answer


def asked(*names: str, **headers: str) -> Any:
    return Client().get(f"/api/v1/paths/?f={','.join(names)}", headers=headers)


def test_the_browser_reads_what_was_published(flight: Flight) -> None:
    response = asked(f"{flight.pk}.1")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/octet-stream"
    (path,) = decoded(response.content)
    assert (path["id"], path["revision"], path["t0"]) == (flight.pk, 1, START.timestamp())
    assert [stretch["n"] for stretch in path["stretches"]] == [5, 5]
    first, second = path["stretches"]
    assert first["class"] == "observed"
    assert first["time"] == [0, 60, 120, 180, 240]
    assert second["time"][0] == 14 * 60
    assert np.allclose(first["lon"], 132.0 - np.arange(5) * 0.06, atol=6e-6)
    assert np.allclose(first["lat"], 43.3 - np.arange(5) * 0.048, atol=6e-6)
    assert first["track"] == flight.tracks.get().track_file.sha256[:12]


def test_an_unknown_altitude_is_unknown_and_not_zero(flight: Flight) -> None:
    first = decoded(asked(f"{flight.pk}.1").content)[0]["stretches"][0]
    assert first["altitude"][0] is None
    assert first["altitude"][1:] == pytest.approx([9144.0] * 4)


def test_what_is_sent_is_the_revision_and_not_the_working_copy(flight: Flight) -> None:
    Stretch.objects.filter(track__flight_track__flight=flight).delete()
    assert sum(s["n"] for s in decoded(asked(f"{flight.pk}.1").content)[0]["stretches"]) == 10


def test_a_lone_fix_is_sent_as_a_stretch_of_one() -> None:
    draft = archive.observed_flight(START)
    stretch = Stretch.objects.filter(track__flight_track__flight=draft).order_by("ordinal").last()
    assert stretch is not None
    line = stretch.path.coordinates[0]
    Stretch.objects.filter(pk=stretch.pk).delete()
    Stretch.objects.create(track=stretch.track, ordinal=1, evidence_class="estimated", fix_count=1, lone_fix=line)
    publish(draft)
    lone = decoded(asked(f"{draft.pk}.1").content)[0]["stretches"][1]
    assert (lone["class"], lone["n"], lone["time"]) == ("estimated", 1, [14 * 60])


@pytest.mark.parametrize(
    ("accepted", "encoding", "expand"),
    [
        ("br, gzip", "br", brotli.decompress),
        ("gzip, deflate, br;q=0.9", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("gzip, br;q=0", "gzip", gzip.decompress),
        ("*", "br", brotli.decompress),
        ("identity", None, bytes),
        ("br;q=none", None, bytes),
        ("", None, bytes),
    ],
)
def test_the_compression_is_the_best_the_reader_accepts(
    flight: Flight, accepted: str, encoding: str | None, expand: Any
) -> None:
    plain = asked(f"{flight.pk}.1").content
    for _from in ("made", "kept"):
        response = asked(f"{flight.pk}.1", **{"accept-encoding": accepted})
        assert response.get("Content-Encoding") == encoding
        assert expand(response.content) == plain
        assert "Accept-Encoding" in response["Vary"]


def test_every_compression_carries_one_weak_etag_and_hours_to_live(flight: Flight) -> None:
    answers = [asked(f"{flight.pk}.1", **{"accept-encoding": encoding}) for encoding in ("br", "gzip", "identity")]
    assert len({answer["ETag"] for answer in answers}) == 1
    assert answers[0]["ETag"].startswith('W/"')
    assert answers[0]["Cache-Control"] == "public, max-age=14400"
    # The same for every reader and language.
    assert answers[0]["Vary"] == "Accept-Encoding"
    assert "Content-Language" not in answers[0]


def test_an_unchanged_path_is_not_sent_again(flight: Flight) -> None:
    tag = asked(f"{flight.pk}.1")["ETag"]
    again = asked(f"{flight.pk}.1", **{"if-none-match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert again["Cache-Control"] == "public, max-age=14400"
    assert asked(f"{flight.pk}.1", **{"if-none-match": '"another"'}).status_code == 200


def test_a_new_revision_has_another_etag_and_the_old_one_stays_as_it_was(flight: Flight) -> None:
    before = asked(f"{flight.pk}.1")
    archive.claim(flight, "callsign", claim_values.text_value("RFF7044"), "curator")
    publish(resolve(flight))
    assert asked(f"{flight.pk}.2")["ETag"] != before["ETag"]
    assert asked(f"{flight.pk}.1").content == before.content


def test_kept_bytes_are_not_made_again(flight: Flight, monkeypatch: pytest.MonkeyPatch) -> None:
    first = asked(f"{flight.pk}.1", **{"accept-encoding": "br"}).content
    monkeypatch.setattr(paths, "encode_paths", lambda flights: pytest.fail("made again"))
    assert asked(f"{flight.pk}.1", **{"accept-encoding": "br"}).content == first


def test_without_its_cache_the_site_still_answers(flight: Flight, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object, **_kwargs: object) -> None:
        raise redis.ConnectionError("refused")

    monkeypatch.setattr(cache, "get", away)
    monkeypatch.setattr(cache, "set", away)
    assert decoded(asked(f"{flight.pk}.1").content)[0]["id"] == flight.pk


def test_a_withdrawn_flight_is_gone_at_once_and_left_out_of_a_larger_answer(flight: Flight) -> None:
    other = archive.published(archive.observed_flight(START + archive.DAY))
    both = (f"{flight.pk}.1", f"{other.pk}.1")
    before = asked(*both)
    assert {path["id"] for path in decoded(before.content)} == {flight.pk, other.pk}
    alone = asked(both[0])
    withdraw(flight, "the source asked for it")
    after = asked(*both, **{"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert {path["id"] for path in decoded(after.content)} == {other.pk}
    gone = asked(both[0], **{"if-none-match": alone["ETag"]})
    assert gone.status_code == 410
    assert gone.json()["gone"] == [both[0]]
    assert gone["Cache-Control"] == "no-store"


def test_a_draft_and_a_flight_that_is_not_there_are_answered_alike() -> None:
    draft = archive.observed_flight(START)
    answers = [asked(name) for name in (f"{draft.pk}.1", f"{draft.pk}.0", "zzzzzzzz.1")]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert len({answer.content for answer in answers}) == 1


def test_a_flight_withdrawn_before_it_was_ever_published_is_not_there() -> None:
    draft = archive.observed_flight(START)
    withdraw(draft, "never mind")
    assert asked(f"{draft.pk}.1").status_code == 404


@pytest.mark.parametrize(
    "query", ["", "?f=", "?f=,", "?f=abc", "?f=abc.x", "?f=abc.1;2", "?f=abc.99999999999", "?f=%00.1"]
)
def test_what_is_no_path_is_answered_with_a_sentence(query: str) -> None:
    response = Client().get(f"/api/v1/paths/{query}")
    assert response.status_code == 400
    assert response.json()["error"].endswith((".", "commas."))


def test_more_flights_than_one_request_may_ask_for_are_refused_plainly() -> None:
    most = paths.MOST_FLIGHTS
    many = [f"{'b' * 7}{n}.1" for n in range(most + 1)]
    refused = asked(*many)
    assert refused.status_code == 400
    assert str(most) in refused.json()["error"]
    assert refused.json()["most_flights"] == most
    assert asked(*many[:most]).status_code == 404
    # The longest address must fit into the 4,094 bytes of a request line that gunicorn reads.
    assert len(paths.paths_url("/api/v1/paths/", [(f"{n:08d}", 99_999) for n in range(most)]) or "") < 4000


def test_many_flights_take_as_many_queries_as_one(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    names = [f"{archive.published(archive.observed_flight(START + n * archive.DAY)).pk}.1" for n in range(5)]
    client = Client()
    for group in (names[:1], names):
        with django_assert_num_queries(2):
            assert client.get(f"/api/v1/paths/?f={','.join(group)}").status_code == 200


def test_only_the_newsroom_gets_the_path_of_a_working_copy() -> None:
    draft = archive.observed_flight(START)
    address = f"/api/v1/paths/?preview={draft.pk}"
    reader, staff = Client(), Client()
    reader.force_login(User.objects.create_user("reader"))
    staff.force_login(User.objects.create_user("curator", is_staff=True))
    assert [client.get(address).status_code for client in (Client(), reader)] == [404, 404]
    response = staff.get(address, headers={"accept-encoding": "gzip"})
    assert (decoded(gzip.decompress(response.content))[0]["revision"], response.status_code) == (0, 200)
    assert response["Cache-Control"] == "private, no-store"
    assert "Cookie" in response["Vary"]
    assert staff.get("/api/v1/paths/?preview=%00").status_code == 404
