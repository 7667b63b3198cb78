"""The page on which a curator says what the columns of a table are: proposed, looked at, saved, remembered."""

import gzip
import io
import json
import re
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from tests.curators import client_of, curator, person
from tests.integration.archive import imported, make_airports, run_task
from tracks.models import Track, TrackFile
from tracks.receiving import ReceivingRefused, reimport

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hashed_static_files")]

UPLOAD = "/admin/tracks/trackfile/upload/"
HEADS = "Zeit;Breite;Länge;Alt;Kennung"


def table(rows: int = 40, heads: str = HEADS) -> bytes:
    """A logger's table that no parser knows: decimal commas, times without a zone, no unit of the altitude."""
    lines = [heads]
    for n in range(rows):
        minute, second = divmod(n * 10, 60)
        lines.append(
            f"21.03.2024 04:{minute:02d}:{second:02d};43,{3900 + n * 10};132,{1000 + n * 100};{9000 + n};HL7773"
        )
    return ("\n".join(lines) + "\n").encode()


SAID = {
    "delimiter": ";",
    "first_line": "2",
    "decimal_comma": "on",
    "time_zone": "Asia/Vladivostok",
    "column": ["time-dmy", "latitude-degrees", "longitude-degrees", "altitude-unstated-m", "registration"],
}


@pytest.fixture
def client(transactional_db: None) -> Client:
    make_airports()
    return client_of(curator())


def columns_of(file: TrackFile) -> str:
    return reverse("admin:tracks_trackfile_columns", args=[file.pk])


def page_of(file: TrackFile) -> str:
    return reverse("admin:tracks_trackfile_change", args=[file.pk])


def chosen(page: str) -> list[str]:
    """What each column's select has chosen."""
    selects = re.findall(r'<select name="column".*?</select>', page, re.S)
    return [found[1] if (found := re.search(r'<option value="([^"]*)" selected', select)) else "" for select in selects]


def test_an_unknown_table_is_taken_fails_with_what_to_do_and_is_read_as_the_curator_says(client: Client) -> None:
    upload = io.BytesIO(table())
    upload.name = "logger.csv"
    answer = client.post(UPLOAD, {"files": [upload], "licence": "CC BY 4.0", "credit": "A logger"})
    assert answer.status_code == 200
    file = run_task(TrackFile.objects.get())
    assert (file.status, file.format) == ("failed", "csv-table")
    assert "Columns" in file.error
    assert columns_of(file) in client.get(page_of(file)).content.decode()

    page = client.get(columns_of(file)).content.decode()
    # Proposed from values and heads; the altitude's unit and kind are not stated, so it is left open.
    assert chosen(page) == ["time-dmy", "latitude-degrees", "longitude-degrees", "", ""]
    assert "21.03.2024 04:00:10" in page
    assert "do not say in which zone" in page
    file.refresh_from_db()
    assert (file.status, file.settings) == ("failed", {})  # nothing is applied by looking

    page = client.post(columns_of(file), {**SAID, "preview": "1"}).content.decode()
    assert "2024-03-20 18:00:00Z" in page  # Vladivostok is ten hours ahead
    assert "43.39000, 132.10000" in page
    assert "9,000 m (29,528 ft), kind unknown" in page
    assert "HL7773" in page
    file.refresh_from_db()
    assert file.settings == {}

    assert client.post(columns_of(file), {**SAID, "save": "1"})["Location"] == page_of(file)
    file = run_task(file)
    assert file.status == "imported", file.error
    track = Track.objects.get()
    assert (track.fix_count, track.identity["registration"]) == (40, "HL7773")
    assert track.started_at.isoformat() == "2024-03-20T18:00:00+00:00"
    assert file.settings["table"]["columns"] == SAID["column"]
    page = client.get(page_of(file)).content.decode()
    assert "date and time, day first" in page
    assert chosen(client.get(columns_of(file)).content.decode()) == SAID["column"]


def test_what_was_said_stays_when_the_file_is_read_again_or_brought_again(client: Client) -> None:
    file = imported(table())
    client.post(columns_of(file), {**SAID, "save": "1"})
    file = run_task(file)
    client.post(reverse("admin:tracks_trackfile_again", args=[file.pk]), {"time_zone": "Asia/Seoul"})
    file = run_task(file)
    assert file.status == "imported"
    assert file.settings["time_zone"] == "Asia/Seoul"
    assert Track.objects.get().started_at.isoformat() == "2024-03-20T19:00:00+00:00"
    TrackFile.objects.update(status="failed")
    file = imported(table())
    assert (file.status, file.settings["table"]["columns"]) == ("failed", SAID["column"])  # the zone was not said again
    assert "zone" in file.error


def test_a_further_table_with_the_same_heads_is_proposed_what_was_said_of_the_first(client: Client) -> None:
    file = imported(table(), name="first.csv")
    client.post(columns_of(file), {**SAID, "save": "1"})
    other = imported(table(30), name="second.csv")
    page = client.get(columns_of(other)).content.decode()
    assert chosen(page) == SAID["column"]
    assert "first.csv" in page
    other.refresh_from_db()
    assert other.status == "failed"


def test_statements_that_make_no_sense_are_not_saved(client: Client) -> None:
    file = imported(table())
    for changes, sentence in (
        ({"column": ["time-dmy", "latitude-degrees", "", "", ""]}, "Say which columns are latitude and longitude."),
        ({"column": ["time-dmy", "time-dmy", "longitude-degrees", "", ""]}, "said to be the same"),
        ({"column": ["colour", "", "", "", ""]}, "no kind of column"),
        ({"delimiter": ","}, "has other columns"),
        ({"delimiter": "x"}, "correct what is marked"),
        ({"first_line": "900"}, "does not look like a table"),
        ({"column": []}, "has other columns"),
        ({"time_zone": "Mars/Olympus"}, "correct what is marked"),
    ):
        response = client.post(columns_of(file), {**SAID, **changes, "save": "1"})
        assert response.status_code == 400, changes
        assert sentence in response.content.decode(), changes
    file.refresh_from_db()
    assert file.settings == {}
    with pytest.raises(ReceivingRefused):
        reimport(file, settings={"table": {"columns": ["time-dmy"]}})


def test_the_page_is_for_curators_and_for_files_that_begin_like_text(client: Client) -> None:
    file = imported(table())
    assert Client().get(columns_of(file)).status_code == 302
    assert client_of(person("reader", "view_trackfile")).get(columns_of(file)).status_code == 403
    assert client.get(reverse("admin:tracks_trackfile_columns", args=[10**6])).status_code == 404
    picture = imported(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert client.get(columns_of(picture)).status_code == 404
    hostile = imported(table(heads="<script>alert(1)</script>;Breite;Länge;Alt;Kennung"))
    assert "<script>alert(1)" not in client.get(columns_of(hostile)).content.decode()


def test_a_table_that_a_parser_took_for_its_own_can_be_read_otherwise(client: Client) -> None:
    text = "Timestamp,UTC,Callsign,Position,Altitude,Speed,Direction\n"
    text += "".join(f'{1711000000 + n * 10},,DEMO1,"43.4,132.{100 + n}",900{n % 10},200,75\n' for n in range(30))
    file = imported(text.encode())
    assert (file.status, file.format) == ("imported", "fr24-csv")
    assert columns_of(file) in client.get(page_of(file)).content.decode()
    said = {**SAID, "delimiter": ",", "decimal_comma": "", "time_zone": ""}
    said["column"] = ["time-epoch-s", "", "callsign", "position-degrees", "altitude-geometric-m", "speed-kt", "track"]
    client.post(columns_of(file), {**said, "save": "1"})
    file = run_task(file)
    assert (file.status, file.format) == ("imported", "csv-table")


@pytest.mark.parametrize("packed", ["gzip", "zip"])
def test_packed_tables_are_shown_and_read_alike(client: Client, packed: str) -> None:
    if packed == "gzip":
        data = gzip.compress(table())
    else:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("read me.txt", "The tables of a logger.\n")
            archive.writestr("one.csv", table())
            archive.writestr("two.csv", table(30).replace(b"21.03.", b"22.03."))
        data = buffer.getvalue()
    file = imported(data)
    assert file.status == "failed"
    assert "21.03.2024 04:00:10" in client.get(columns_of(file)).content.decode()
    client.post(columns_of(file), {**SAID, "save": "1"})
    file = run_task(file)
    assert file.status == "imported", file.error
    assert Track.objects.count() == (1 if packed == "gzip" else 2)


def test_a_list_of_records_in_json_is_shown_and_read_like_a_table(client: Client) -> None:
    records = [
        {"when": 1711000000 + n * 10, "lat": 43.4 + n / 100, "lng": 132.1, "height": 900 + n, "tail": "HL7773"}
        for n in range(30)
    ]
    file = imported(json.dumps({"positions": records}, indent=1).encode(), "list.json")
    assert (file.status, file.format) == ("failed", "json-table")
    assert columns_of(file) in client.get(page_of(file)).content.decode()
    page = client.get(columns_of(file)).content.decode()
    assert chosen(page)[1:3] == ["latitude-degrees", "longitude-degrees"]
    assert "1711000010" in page
    said = {**SAID, "delimiter": ",", "decimal_comma": "", "time_zone": ""}
    said["column"] = ["time-epoch-s", "latitude-degrees", "longitude-degrees", "altitude-unstated-m", "registration"]
    page = client.post(columns_of(file), {**said, "preview": "1"}).content.decode()
    assert "2024-03-21 05:46:40Z" in page
    client.post(columns_of(file), {**said, "save": "1"})
    file = run_task(file)
    assert (file.status, file.format) == ("imported", "json-table"), file.error
    track = Track.objects.get()
    assert (track.fix_count, track.identity["registration"]) == (30, "HL7773")
