"""The upload page takes what can be read, says of each file what became of it, and lets nobody else in."""

import gzip
import io
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from tests.curators import client_of, curator, person
from tests.traces import trace
from tracks.models import Acquisition, TrackFile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hashed_static_files")]

UPLOAD = "/admin/tracks/trackfile/upload/"
PROGRESS = "/admin/tracks/trackfile/progress/"
TRACE = trace(40, flights=1)
JSON = {"HTTP_ACCEPT": "application/json"}


def file(data: bytes = TRACE, name: str = "trace.json") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def send(client: Client, *files: SimpleUploadedFile, **said: str) -> dict[str, Any]:
    """As js/admin-upload.js sends."""
    return client.post(UPLOAD, {"files": list(files), **said}, **JSON).json()


@pytest.fixture
def client() -> Client:
    return client_of(curator())


def test_a_file_is_taken_with_what_is_said_of_it(client: Client) -> None:
    answer = send(
        client,
        file(),
        licence="CC BY 4.0",
        credit="A receiver",
        obtained_from="https://example.org/a",
        note="by mail",
        time_zone="Asia/Vladivostok",
    )
    track_file = TrackFile.objects.get()
    assert answer["errors"] == {}
    assert answer["results"] == [
        {
            "name": "trace.json",
            "outcome": "new",
            "message": "Taken. A worker imports it.",
            "id": track_file.pk,
            "url": f"/admin/tracks/trackfile/{track_file.pk}/change/",
        }
    ]
    acquisition = Acquisition.objects.get()
    assert acquisition.track_file == track_file
    assert acquisition.acquired_by is not None
    assert acquisition.acquired_by.username == "curator"
    said = (acquisition.licence, acquisition.credit, acquisition.obtained_from, acquisition.note)
    assert said == ("CC BY 4.0", "A receiver", "https://example.org/a", "by mail")
    assert track_file.settings == {"time_zone": "Asia/Vladivostok"}
    assert track_file.status == TrackFile.Status.PENDING
    assert track_file.queued_at is not None
    with track_file.file.open("rb") as stored:
        assert stored.read() == TRACE


def test_without_licence_and_credit_it_is_taken_too_and_the_page_says_what_follows(client: Client) -> None:
    assert send(client, file())["results"][0]["outcome"] == "new"
    assert "nothing from them can be published" in client.get(UPLOAD).content.decode()


def test_the_same_bytes_again_show_the_earlier_file_and_note_who_brought_them(client: Client) -> None:
    first = send(client, file())["results"][0]
    again = send(client_of(curator("second")), file(name="other name.json"))["results"][0]
    assert (again["outcome"], again["id"], again["url"]) == ("known", first["id"], first["url"])
    assert "“trace.json”" in again["message"]
    assert TrackFile.objects.count() == 1
    assert [a.original_name for a in Acquisition.objects.order_by("id")] == ["trace.json", "other name.json"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "PNG image"),
        (b"<!doctype html><title>Log in</title>", "web page"),
        (b"MZ" + bytes(200), "binary data"),
        (b"", "empty"),
        (gzip.compress(b""), "contains nothing"),
        (b"%PDF-1.7", "PDF document"),
    ],
)
def test_what_no_parser_reads_is_refused_at_the_door(client: Client, data: bytes, sentence: str) -> None:
    answer = client.post(UPLOAD, {"files": [file(data, "holiday.json")]}, **JSON)
    result = answer.json()["results"][0] if answer.json()["results"] else {}
    said = result.get("message") or " ".join(answer.json()["errors"].get("files", []))
    assert result.get("outcome", "refused") == "refused"
    assert sentence in said
    assert not TrackFile.objects.exists()


def test_one_bad_file_keeps_no_other_back(client: Client) -> None:
    answer = send(client, file(b"nonsense", "bad.json"), file())
    outcomes = {result["name"]: result["outcome"] for result in answer["results"]}
    assert outcomes == {"bad.json": "refused", "trace.json": "new"}


def test_a_file_above_the_limit_is_refused_while_it_comes_in_and_the_next_one_taken(
    client: Client, settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = len(TRACE)
    answer = send(client, file(TRACE + b" ", "large.json"), file())
    outcomes = {result["name"]: (result["outcome"], result["message"]) for result in answer["results"]}
    assert outcomes["large.json"][0] == "refused"
    assert "larger than the" in outcomes["large.json"][1]
    assert outcomes["trace.json"][0] == "new"


def test_a_body_longer_than_all_files_may_be_is_refused_unread(client: Client, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    settings.UPLOAD_MAX_FILES = 1

    class Unreadable(io.BytesIO):
        def read(self, *_args: Any) -> bytes:
            raise AssertionError("the body was read")

    response = client.generic(
        "POST",
        UPLOAD,
        b"x",
        content_type=MULTIPART_CONTENT,
        CONTENT_LENGTH=str(10_000_000),
        **{"wsgi.input": Unreadable()},
        **JSON,
    )
    assert response.status_code == 413
    assert response.json()["results"][0]["outcome"] == "refused"


def test_more_files_than_allowed_are_refused_together(client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = settings.UPLOAD_MAX_FILES = 2
    response = client.post(UPLOAD, {"files": [file(name=f"{n}.json") for n in range(3)]})
    assert response.status_code == 400
    assert "More than 2 files at once: nothing was taken" in response.content.decode()
    assert not TrackFile.objects.exists()


def test_a_zone_that_does_not_exist_is_refused_before_anything_is_stored(client: Client) -> None:
    answer = client.post(UPLOAD, {"files": [file()], "time_zone": "Mars/Olympus"}, **JSON)
    assert answer.status_code == 400
    assert "“Mars/Olympus” is no time zone" in answer.json()["errors"]["time_zone"][0]
    assert not TrackFile.objects.exists()


def test_nothing_chosen_is_said(client: Client) -> None:
    response = client.post(UPLOAD, {"licence": "CC0"})
    assert response.status_code == 400
    assert "Choose at least one file." in response.content.decode()


def test_a_plain_form_gets_the_page_with_a_result_for_each_file(client: Client) -> None:
    response = client.post(UPLOAD, {"files": [file(), file(b"nonsense", "bad.json")], "licence": "CC0", "credit": "Me"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "Taken. A worker imports it." in page
    assert "Refused." in page
    assert reverse("admin:tracks_trackfile_change", args=[TrackFile.objects.get().pk]) in page
    assert 'value="CC0"' in page, "what was said stays for the next files"


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>.json", '"><svg onload=alert(1)>.json'])
def test_a_name_with_markup_stays_text_everywhere(client: Client, name: str) -> None:
    # A browser sends the name as it is; Django's test client would quote it.
    body = encode_multipart("b", {"licence": "CC0"}).decode().removesuffix("--b--\r\n")
    quoted = name.replace('"', "%22")
    head = (
        f'--b\r\nContent-Disposition: form-data; name="files"; filename="{quoted}"\r\nContent-Type: text/plain\r\n\r\n'
    )
    data = body.encode() + head.encode() + TRACE + b"\r\n--b--\r\n"
    page = client.generic("POST", UPLOAD, data, content_type="multipart/form-data; boundary=b").content.decode()
    track_file = TrackFile.objects.get()
    kept = track_file.acquisitions.get().original_name
    assert "alert(1)" in kept
    for shown in (
        page,
        client.get(reverse("admin:tracks_trackfile_changelist")).content.decode(),
        client.get(reverse("admin:tracks_trackfile_change", args=[track_file.pk])).content.decode(),
    ):
        assert "alert(1)" in shown
        assert "<img src=x" not in shown
        assert "<svg onload" not in shown


def test_paths_in_names_are_cut_off(client: Client) -> None:
    send(client, file(name="../../etc/passwd"))
    assert Acquisition.objects.get().original_name == "passwd"


@pytest.mark.parametrize("role", ["anonymous", "reader", "staff"])
def test_who_may_not_add_files_is_stopped_before_the_body_is_read(role: str) -> None:
    client = Client()
    if role == "reader":
        client = client_of(person("reader", is_staff=False))
    elif role == "staff":
        client = client_of(person("looker", "view_trackfile", "change_trackfile"))
    response = client.post(UPLOAD, {"files": [file()]})
    assert response.status_code == (403 if role == "staff" else 302)
    assert not TrackFile.objects.exists()


def test_a_form_without_its_token_is_refused(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    response = strict.post(UPLOAD, {"files": [file()]})
    assert response.status_code == 403
    assert not TrackFile.objects.exists()
    page = strict.get(UPLOAD)
    token = page.context["csrf_token"]
    taken = strict.post(UPLOAD, {"files": [file()], "csrfmiddlewaretoken": str(token)}, **JSON)
    assert taken.json()["results"][0]["outcome"] == "new"


def test_progress_is_told_of_the_files_asked_for_in_their_order(client: Client) -> None:
    waiting = TrackFile.objects.create(sha256="a" * 64, size=1000, file="a")
    working = TrackFile.objects.create(
        sha256="b" * 64,
        size=1000,
        file="b",
        status="importing",
        step="parsing",
        progress_bytes=250,
        progress_fixes=1234,
        attempts=2,
    )
    failed = TrackFile.objects.create(sha256="c" * 64, size=1, file="c", status="failed", error="No usable fix.")
    done = TrackFile.objects.create(sha256="d" * 64, size=1, file="d", status="imported", progress_fixes=2500)
    asked = [done, failed, working, waiting]
    answer = client.get(PROGRESS, {"id": ",".join(str(f.pk) for f in asked) + ",999999,abc"})
    assert "no-store" in answer["Cache-Control"]
    told = answer.json()["files"]
    assert [one["id"] for one in told] == [f.pk for f in asked]
    assert [(one["status"], one["done"], one["value"]) for one in told] == [
        ("imported", True, 1.0),
        ("failed", True, 1.0),
        ("importing", False, 0.25),
        ("pending", False, 0.0),
    ]
    assert [one["text"] for one in told] == [
        "2,500 fixes read, 0 tracks made",
        "No usable fix.",
        "reading fixes: 250 of 1,000 bytes, 1,234 fixes · attempt 2",
        "Waiting for a worker",
    ]


def test_progress_is_for_staff_who_may_look() -> None:
    TrackFile.objects.create(sha256="a" * 64, size=1, file="a")
    assert Client().get(PROGRESS, {"id": "1"}).status_code == 302
    assert client_of(person("newcomer")).get(PROGRESS, {"id": "1"}).status_code == 403


def test_the_page_tells_the_browser_the_limits_of_the_settings(client: Client) -> None:
    page = client.get(UPLOAD).content.decode()
    assert f'data-max-bytes="{settings.UPLOAD_MAX_BYTES}"' in page
    assert f'data-max-files="{settings.UPLOAD_MAX_FILES}"' in page
