"""A track file's page: its report in words, its bytes, reading it again, and what may be deleted."""

import datetime
import html
import io
import json
import re
import zipfile
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests import archive
from tests.curators import client_of, curator, person
from tests.integration.archive import bring, imported, make_airports, run_task
from tests.other_trackers import as_fr24_csv
from tests.traces import trace
from tracks.admin import track_files
from tracks.admin.deleting import delete_files
from tracks.models import Acquisition, Aircraft, Claim, Flight, FlightRevision, FlightTrack, Track, TrackFile
from tracks.models.publishing import publish
from tracks.originals import original_name
from tracks.receiving import reimport, stop_import

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hashed_static_files")]


def page_of(file: TrackFile) -> str:
    return reverse("admin:tracks_trackfile_change", args=[file.pk])


def acquisition_form(file: TrackFile, **changes: str) -> dict[str, Any]:
    """What the browser posts back from the page."""
    data: dict[str, Any] = {}
    for index, acquisition in enumerate(file.acquisitions.order_by("acquired_at", "id")):
        prefix = f"acquisitions-{index}-"
        data |= {prefix + "id": acquisition.pk, prefix + "track_file": file.pk}
        for name in ("licence", "credit", "obtained_from", "note"):
            data[prefix + name] = changes.get(name, getattr(acquisition, name))
    count = file.acquisitions.count()
    return data | {"acquisitions-TOTAL_FORMS": count, "acquisitions-INITIAL_FORMS": count}


@pytest.fixture
def client(transactional_db: None) -> Client:
    make_airports()
    return client_of(curator())


def test_the_report_is_told_in_words_with_links_to_tracks_flights_and_aircraft(client: Client) -> None:
    file = imported(trace(400, flights=2))
    assert file.status == "imported", file.error
    page = client.get(page_of(file)).content.decode()
    for track in file.tracks.all():
        assert reverse("admin:tracks_track_change", args=[track.pk]) in page
        assert reverse("admin:tracks_flight_change", args=[track.flight_track.flight_id]) in page
    assert reverse("admin:tracks_aircraft_change", args=[file.tracks.first().aircraft_id]) in page
    assert "readsb / tar1090 trace JSON" in page
    assert file.sha256 in page
    assert file.content_sha256 in page
    assert "the file says that a new leg begins" in page
    assert "registration TEST-1" in page


def test_what_was_dropped_is_told_with_reason_and_first_place(client: Client) -> None:
    rows = trace(60, flights=1).split(b"\n")
    rows[12] = b"    [24.0, 95.0, 500.0, 33000, 450, 40, 0, 0, null],"  # no such latitude
    file = imported(b"\n".join(rows))
    page = client.get(page_of(file)).content.decode()
    assert "latitude or longitude that cannot exist" in page
    assert "record 10" in page


def spots(page: str) -> list[str]:
    """The addresses of the links of a page that lead from a place in the file to the map."""
    return [html.unescape(url) for url in re.findall(r'href="([^"]*/spot/[^"]*)"', page)]


def test_a_dropped_fix_leads_to_the_map_at_its_time_with_the_place_it_claimed(client: Client) -> None:
    rows = trace(2000, flights=1).split(b"\n")
    rows[12] = b"    [20.0, 48.0, 139.0, 33000, 450, 40, 0, 0, null],"  # hundreds of kilometres off, for one fix
    file = imported(b"\n".join(rows))
    page = client.get(page_of(file)).content.decode()
    assert "unreachable from the fixes before and after it" in page
    address = spots(page)[0]
    assert parse_qs(urlsplit(address).query) == {
        "record": ["10"], "t": ["2023-11-14T22:13:40.000Z"], "at": ["48.000000,139.000000"],
    }  # fmt: skip
    answer = client.get(address)
    track = file.tracks.get()
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("admin:tracks_track_change", args=[track.pk]))
    shown = client.get(answer["Location"])
    assert shown.context["map_data"]["spot"] == {"time": 1_700_000_020.0, "at": [48.0, 139.0]}


def test_a_record_that_gave_no_fix_leads_to_the_fix_read_next_to_it(client: Client) -> None:
    rows = trace(2000, flights=1).split(b"\n")
    rows[12] = b"    [20.0, 95.0, 500.0, 33000, 450, 40, 0, 0, null],"  # no such latitude
    file = imported(b"\n".join(rows))
    address = spots(client.get(page_of(file)).content.decode())[0]
    assert urlsplit(address).query == "record=10"
    location = client.get(address)["Location"]
    # Record 9 is the one before, at 18 s; a tie goes to the earlier.
    assert parse_qs(urlsplit(location).query)["t"] == ["2023-11-14T22:13:38.000Z"]


def test_a_line_that_gave_no_fix_leads_to_the_fix_of_the_row_next_to_it(client: Client) -> None:
    lines = as_fr24_csv(trace(2000, flights=1)).split(b"\n")
    time = int(lines[20].split(b",")[0])
    lines[21] = lines[21].replace(b'"4', b'"94', 1)  # no such latitude
    lines[30] = b"nothing that is a row"
    file = imported(b"\n".join(lines), "table.csv")
    page = client.get(page_of(file)).content.decode()
    assert "line 22" in page
    assert "line 31" in page
    queries = [parse_qs(urlsplit(client.get(address)["Location"]).query)["t"] for address in spots(page)]
    at = [datetime.datetime.fromtimestamp(time + later, datetime.UTC) for later in (90, 0)]  # rows 10 s apart
    assert {time for (time,) in queries} == {f"{moment:%Y-%m-%dT%H:%M:%S}.000Z" for moment in at}


def test_a_byte_where_the_file_is_broken_leads_to_the_fix_read_before_it(client: Client) -> None:
    data = trace(2000, flights=1)
    file = imported(data[: len(data) // 2])
    (warning,) = [w for w in file.report["warnings"] if "stops before its end" in w["text"]]
    assert warning["place"]["kind"] == "byte"
    page = client.get(page_of(file)).content.decode()
    (address,) = spots(page)
    last = file.tracks.get().ended_at
    assert parse_qs(urlsplit(client.get(address)["Location"]).query)["t"] == [f"{last:%Y-%m-%dT%H:%M:%S}.000Z"]


def test_a_place_at_which_no_record_stands_is_told_to_have_no_spot(client: Client) -> None:
    file = imported(trace(2000, flights=1) + b"more")
    page = client.get(page_of(file)).content.decode()
    assert "Something follows the end" in page
    assert spots(page) == []
    assert "there is no spot on the map that it belongs to" in page


def test_a_place_in_a_file_of_an_archive_leads_to_the_track_of_that_file(client: Client) -> None:
    rows = trace(2000, flights=1, hex_address="15f0ab", registration="TEST-2").split(b"\n")
    rows[12] = b"    [20.0, 95.0, 500.0, 33000, 450, 40, 0, 0, null],"  # no such latitude
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive_file:
        archive_file.writestr("one.json", trace(2000, flights=1))
        archive_file.writestr("two.json", b"\n".join(rows))
    file = imported(packed.getvalue(), "both.zip")
    page = client.get(page_of(file)).content.decode()
    assert "two.json: record 10" in page
    location = client.get(spots(page)[0])["Location"]
    assert reverse("admin:tracks_track_change", args=[file.tracks.get(aircraft__icao24="15f0ab").pk]) in location


@pytest.mark.parametrize(
    "query", ["", "record=x", "record=-1", "record=" + "9" * 30, "record=" + "9" * 19, "record=99999999999999999"]
)
def test_a_spot_nobody_can_find_leads_back_to_the_file_with_a_word(client: Client, query: str) -> None:
    file = imported(trace(20, flights=1))
    answer = client.get(f"{reverse('admin:tracks_trackfile_spot', args=[file.pk])}?{query}", follow=True)
    assert answer.redirect_chain[0][0] == page_of(file)
    assert "no map can show it" in answer.content.decode()


def test_a_map_asked_for_a_spot_that_is_none_opens_as_ever(client: Client) -> None:
    track = imported(trace(20, flights=1)).tracks.get()
    page = reverse("admin:tracks_track_change", args=[track.pk])
    for query in ("t=yesterday", "at=1", "at=nan,nan", "at=91,0", "at=a,b", "t=&at="):
        answer = client.get(f"{page}?{query}")
        assert answer.status_code == 200
        assert answer.context["map_data"]["spot"] is None, query


def test_gaps_and_ends_are_told_with_their_way_to_the_map(client: Client) -> None:
    file = imported(trace(400, flights=1, step_s=10.0, lost=(0.4, 0.6)))
    track = file.tracks.get()
    gap = track.gaps.get(kind="interior")
    report = client.get(page_of(file)).context["report"]
    assert [row.gap for row in report.gaps] == [gap]
    assert gap.started_at is not None
    moment = gap.started_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert report.gaps[0].url == (
        f"{reverse('admin:tracks_track_change', args=[track.pk])}?{urlencode({'t': moment})}#map"
    )
    assert (report.tracks[0].origin.code, report.tracks[0].destination.code) == ("UHWW", "UHHH")
    assert report.recognised == "recognised by its content, beyond doubt"


def test_the_report_leads_to_the_edits_that_lost_their_place(client: Client) -> None:
    file = imported(trace(2000, flights=1))
    TrackFile.objects.update(report={**file.report, "edits_to_review": 2})
    page = client.get(page_of(file)).content.decode()
    assert "2 edits no longer find their place" in page
    assert f"{reverse('admin:tracks_edit_changelist')}?state__exact=review" in page


def test_a_warning_about_an_aircraft_leads_to_its_track(client: Client) -> None:
    Aircraft.objects.create(registration="OTHER-9", icao24="15f0aa")
    file = imported(trace(60, flights=1))
    page = client.get(page_of(file)).content.decode()
    warnings = page.partition("Warnings</h3>")[2].partition("</ul>")[0]
    assert "registration TEST-1 for OTHER-9" in warnings
    assert reverse("admin:tracks_track_change", args=[file.tracks.get().pk]) in warnings


def test_an_address_of_another_states_than_the_registration_is_told(client: Client) -> None:
    file = imported(trace(2000, flights=1, hex_address="15406e", registration="P-632"))
    page = html.unescape(client.get(page_of(file)).content.decode())
    assert "The address 15406e does not match the registration P-632" in page
    assert "registrations that begin with RA-, RF-" in page
    assert file.tracks.get().flight_track.flight.aircraft.icao24 == "15406e", "the address still decides"


def test_a_failed_import_says_what_is_wrong_and_where_and_what_to_do(client: Client) -> None:
    file = imported(b'{"icao":"abcdef","timestamp":1700000000,"trace":[[1,2,')
    assert file.status == "failed"
    page = client.get(page_of(file)).content.decode()
    assert file.error in page.replace("&#x27;", "'")
    assert "bring the file again" in page
    assert "import-progress" in page


def test_the_original_is_a_download_that_no_browser_shows(client: Client) -> None:
    data = trace(20, flights=1)
    file = imported(data, name='<b>"trace".html')
    response = client.get(reverse("admin:tracks_trackfile_original", args=[file.pk]))
    assert b"".join(response.streaming_content) == data
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_the_original_is_for_those_who_may_look_at_track_files(client: Client) -> None:
    file = imported(trace(20, flights=1))
    address = reverse("admin:tracks_trackfile_original", args=[file.pk])
    assert Client().get(address).status_code == 302
    assert client_of(person("newcomer")).get(address).status_code == 403
    assert client.get(reverse("admin:tracks_trackfile_original", args=[10**6])).status_code == 404


def test_a_track_file_is_never_typed_in(client: Client) -> None:
    response = client.get(reverse("admin:tracks_trackfile_add"))
    assert response["Location"] == reverse("admin:tracks_trackfile_upload")


def test_licence_and_credit_are_corrected_and_the_rest_of_the_row_is_left_alone(client: Client) -> None:
    file = bring(trace(20, flights=1), licence="", credit="")
    data = acquisition_form(file, licence="CC BY 4.0", credit="A receiver")
    # A worker takes the file between the page and its saving: its lease must survive.
    TrackFile.objects.filter(pk=file.pk).update(status="importing", lease_owner="worker", progress_fixes=7)
    assert client.post(page_of(file), data).status_code == 302
    assert Acquisition.objects.get().may_be_published
    file.refresh_from_db()
    assert (file.status, file.lease_owner, file.progress_fixes) == ("importing", "worker", 7)


def test_a_file_is_read_again_with_another_zone(client: Client) -> None:
    file = imported(trace(20, flights=1))
    again = reverse("admin:tracks_trackfile_again", args=[file.pk])
    assert client.get(again).status_code == 405
    assert client.post(again, {"time_zone": "Asia/Pyongyang"})["Location"] == page_of(file)
    file.refresh_from_db()
    assert (file.status, file.settings) == ("pending", {"time_zone": "Asia/Pyongyang"})
    response = client.post(again, {"time_zone": "Nowhere"}, follow=True)
    assert "“Nowhere” is no time zone" in response.content.decode()


def test_a_file_in_a_workers_hands_is_not_taken_from_it(client: Client) -> None:
    file = imported(trace(20, flights=1))
    TrackFile.objects.filter(pk=file.pk).update(status="importing")
    response = client.post(reverse("admin:tracks_trackfile_again", args=[file.pk]), follow=True)
    assert "in a worker’s hands" in response.content.decode().replace("&#x27;", "’")
    file.refresh_from_db()
    assert file.status == "importing"


def test_several_files_are_read_again_from_the_list(client: Client) -> None:
    files = [imported(trace(20, flights=1, seed=seed, hex_address=f"15f0a{seed}")) for seed in (1, 2)]
    data = {"action": "read_again", "_selected_action": [f.pk for f in files]}
    response = client.post(reverse("admin:tracks_trackfile_changelist"), data, follow=True)
    assert "2 files are being read again." in response.content.decode()
    assert set(TrackFile.objects.values_list("status", flat=True)) == {"pending"}


def test_a_file_that_a_published_revision_rests_on_cannot_be_deleted(client: Client) -> None:
    file = imported(trace(60, flights=1))
    flight = Flight.objects.get()
    publish(flight)
    page = client.get(page_of(file)).content.decode()
    assert "It cannot be deleted" in page
    assert flight.pk in page
    delete = reverse("admin:tracks_trackfile_delete", args=[file.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [file.pk], "post": "yes"}
    client.post(reverse("admin:tracks_trackfile_changelist"), data)
    assert TrackFile.objects.filter(pk=file.pk).exists()
    assert file.file.storage.exists(original_name(file.sha256))


def test_a_file_nothing_public_rests_on_is_deleted_with_its_tracks_drafts_and_bytes(client: Client) -> None:
    file = imported(trace(60, flights=1))
    delete = reverse("admin:tracks_trackfile_delete", args=[file.pk])
    summary = " ".join(client.get(delete).content.decode().split()).lower()
    assert "tracks: 1" in summary
    assert "drafts that show nothing else: 1" in summary
    assert client.post(delete, {"post": "yes"}).status_code == 302
    for model in (TrackFile, Track, Flight, Claim, Acquisition):
        assert not model.objects.exists(), model
    assert not file.file.storage.exists(original_name(file.sha256))


def test_a_file_that_was_published_while_somebody_was_asked_is_not_deleted(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = imported(trace(60, flights=1))
    monkeypatch.setattr(track_files, "published_in", lambda files: FlightRevision.objects.none())  # as it was then
    publish(Flight.objects.get())
    deleting = reverse("admin:tracks_trackfile_delete", args=[file.pk])
    assert client.post(deleting, {"post": "yes"}).status_code == 403
    assert TrackFile.objects.filter(pk=file.pk).exists()
    assert file.tracks.count() == 1


def test_bytes_that_somebody_brought_again_while_their_file_was_deleted_stay(client: Client) -> None:
    data = trace(60, flights=1)
    file = imported(data)
    with transaction.atomic():
        delete_files([file])
        again = bring(data)  # as if it came between the commit and the removal of the bytes
    assert again.pk != file.pk
    assert again.file.storage.exists(original_name(again.sha256))
    with transaction.atomic():
        delete_files([again])
    assert not again.file.storage.exists(original_name(again.sha256))


def test_deleting_a_file_leaves_the_flight_to_its_other_witness(client: Client) -> None:
    file = imported(trace(60, flights=1))
    twin = imported(trace(60, flights=1, compressed=True))
    flight = Flight.objects.get()
    witness = FlightTrack.objects.get(track__track_file=twin)
    assert not witness.shown
    client.post(reverse("admin:tracks_trackfile_delete", args=[file.pk]), {"post": "yes"})
    witness.refresh_from_db()
    flight.refresh_from_db()
    assert witness.shown
    assert flight.evidence_class == "observed"


def test_a_draft_somebody_spoke_of_stays_when_its_file_goes(client: Client) -> None:
    file = imported(trace(60, flights=1))
    flight = Flight.objects.get()
    archive.claim(flight, "callsign", {"text": "KEPT"}, "curator")
    client.post(reverse("admin:tracks_trackfile_delete", args=[file.pk]), {"post": "yes"})
    flight.refresh_from_db()
    assert (flight.callsign, flight.evidence_class, flight.starts_at) == ("KEPT", "reported", None)


def test_a_track_shows_its_stretches_gaps_and_ends_with_their_basis(client: Client) -> None:
    file = imported(trace(400, flights=1, lost=(0.4, 0.6)))
    track = file.tracks.get()
    page = client.get(reverse("admin:tracks_track_change", args=[track.pk])).content.decode()
    assert "UHWW, from fixes" in page
    assert "between fixes" in page
    assert "observed" in page
    form = page.split('id="track_form"')[1].split("</form>")[0]
    assert re.findall(r'<(?:input|textarea|select)[^>]*name="([^"]+)"', form) == ["csrfmiddlewaretoken"]


def test_the_path_of_a_track_comes_on_the_wire_for_staff_only(client: Client) -> None:
    file = imported(trace(100, flights=1))
    address = reverse("admin:tracks_track_path", args=[file.tracks.get().pk])
    response = client.get(address)
    assert response.content[:4] == b"FMP1"
    assert "no-store" in response["Cache-Control"]
    assert Client().get(address).status_code == 302
    assert client_of(person("newcomer")).get(address).status_code == 403


def test_tracks_are_read_only_even_for_administrators(client: Client) -> None:
    boss = client_of(person("boss", is_superuser=True))
    track = imported(trace(20, flights=1)).tracks.get()
    change = reverse("admin:tracks_track_change", args=[track.pk])
    assert boss.post(change, {"callsign": "FORGED"}).status_code == 403
    assert boss.get(reverse("admin:tracks_track_add")).status_code == 403
    assert boss.post(reverse("admin:tracks_track_delete", args=[track.pk]), {"post": "yes"}).status_code == 403


def test_a_file_read_again_keeps_its_page_and_links(client: Client) -> None:
    file = imported(trace(60, flights=1))
    track = file.tracks.get()
    client.post(reverse("admin:tracks_trackfile_again", args=[file.pk]), {"time_zone": ""})
    file = run_task(file)
    assert file.status == "imported"
    assert file.imported_at is not None
    assert file.imported_at.tzinfo is datetime.UTC
    assert reverse("admin:tracks_track_change", args=[track.pk]) in client.get(page_of(file)).content.decode()


def test_the_report_says_which_track_is_shown_since_another_file_came(client: Client) -> None:
    data = trace(400, flights=1)
    document = json.loads(data)
    part = imported(json.dumps(document | {"trace": document["trace"][100:300]}).encode())
    assert "second witness" not in client.get(page_of(part)).content.decode()
    whole = imported(data)
    assert Flight.objects.count() == 1
    assert "second witness" in client.get(page_of(part)).content.decode()
    assert " m apart" in client.get(page_of(part)).content.decode()
    assert "second witness" not in client.get(page_of(whole)).content.decode()


def test_a_track_that_went_to_another_flight_is_told_to_be_there(client: Client) -> None:
    file = imported(trace(400, flights=1))
    other = archive.observed_flight(datetime.datetime(2024, 3, 21, tzinfo=datetime.UTC))
    former = Flight.objects.get(flight_tracks__track__track_file=file)
    FlightTrack.objects.filter(track__track_file=file).update(flight=other, shown=False)
    report = client.get(page_of(file)).content.decode()
    assert reverse("admin:tracks_flight_change", args=[other.pk]) in report
    assert reverse("admin:tracks_flight_change", args=[former.pk]) not in report


def test_reading_a_file_again_in_vain_says_that_what_it_gave_before_stays(client: Client) -> None:
    file = imported(trace(400, flights=2))
    count = file.tracks.count()
    assert "Report of the import before" not in client.get(page_of(file)).content.decode()
    reimport(file, queue=False)
    assert "Report of the import before" in client.get(page_of(file)).content.decode()
    stop_import(file)
    stopped = client.get(page_of(file)).content.decode()
    assert "Report of the import before" in stopped
    assert f"{count} tracks of an earlier import stay as they were" in stopped
    reimport(file, queue=False)
    file.file.storage.delete(file.file.name)
    assert run_task(file).status == "failed"
    failed = client.get(page_of(file)).content.decode()
    assert "Report of the import before" not in failed  # its own, as far as it came
    assert f"{count} tracks of an earlier import stay as they were" in failed


def test_a_file_of_an_archive_that_nobody_recognises_is_told_to_look_like_something(client: Client) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as files:
        files.writestr("trace.json", trace(40, flights=1))
        files.writestr("readme.txt", "Recorded on the roof.")
    file = imported(packed.getvalue(), "two.zip")
    row = re.search(r'<th scope="row">readme.txt</th><td>(.*?)</td>', client.get(page_of(file)).content.decode())
    assert row is not None
    assert "It looks like plain text." in row[1]
    assert "We read" not in row[1]
