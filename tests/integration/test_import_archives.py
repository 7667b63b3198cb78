"""ZIP archives through the whole import: rows, reports, what a curator finds again, and verification."""

import io
import json
import zipfile

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.integration.archive import bring, imported, make_airports, run_task
from tests.traces import trace
from tracks.admin.reports import report_of
from tracks.admin.tracks import stretch_rows
from tracks.admin.uploads import check_content
from tracks.formats.archives import ArchiveRefused
from tracks.formats.contract import ParseError
from tracks.formats.reading import MEMBER_BIT, member_and_record
from tracks.formats.registry import parser_named
from tracks.importing.verifying import verify_revision
from tracks.management.imports import result
from tracks.models import Aircraft, Flight, Stretch, Track, TrackFile
from tracks.models.publishing import publish
from tracks.originals import ReceivingRefused

pytestmark = pytest.mark.django_db(transaction=True)


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def two_aircraft() -> bytes:
    one = trace(2000, flights=1)
    other = json.loads(trace(1500, flights=1))
    other.update(icao="15f0bb", r="TEST-2")
    return zipped(("notes.txt", b"Dear all"), ("one.json", one), ("day/two.json", json.dumps(other).encode()))


def test_each_file_of_an_archive_gives_tracks_that_lead_back_to_its_records() -> None:
    make_airports()
    data = two_aircraft()
    track_file = imported(data, "day.zip")
    assert (track_file.status, track_file.error) == ("imported", "")
    assert (track_file.format, track_file.progress_bytes) == ("zip", len(data))
    assert track_file.progress_fixes == 3500
    keys = set(Track.objects.values_list("aircraft_key", flat=True))
    assert keys == {"one.json!15f0aa", "day/two.json!15f0bb"}
    rows = json.loads(trace(2000, flights=1))["trace"]
    for stretch in Stretch.objects.filter(track__aircraft_key="one.json!15f0aa"):
        found = [member_and_record(int(index)) for index in stretch.record_index]
        assert {ordinal for ordinal, _ in found} == {2}
        wanted = [rows[record] for _, record in found]
        np.testing.assert_array_equal(stretch.path.coordinates[:, 0], [row[2] for row in wanted])
    assert {a.registration for a in Aircraft.objects.all()} == {"TEST-1", "TEST-2"}


def test_the_report_names_each_file_what_read_it_and_why_one_was_left_out() -> None:
    track_file = imported(two_aircraft(), "day.zip")
    members = track_file.report["members"]
    assert [(m["number"], m["name"], m.get("format"), m.get("fixes")) for m in members] == [
        (1, "notes.txt", None, None),
        (2, "one.json", "readsb-trace", 2000),
        (3, "day/two.json", "readsb-trace", 1500),
    ]
    assert "plain text" in members[0]["error"]
    assert all(len(m["sha256"]) == 64 and m["parser_version"] >= 1 for m in members[1:])
    told = report_of(track_file)
    assert told.format == "ZIP archive"
    assert [m.format for m in told.members] == ["", "readsb / tar1090 trace JSON", "readsb / tar1090 trace JSON"]
    assert any("notes.txt" in warned.sentence for warned in told.warnings)
    row = stretch_rows(Track.objects.get(aircraft_key="day/two.json!15f0bb"))[0]
    assert row.record.startswith("day/two.json: record ")


def test_an_archive_of_one_file_is_known_as_the_same_content() -> None:
    data = trace(1000, flights=1)
    plain = imported(data, "a.json")
    packed = imported(zipped(("a.json", data)), "a.zip")
    assert packed.content_sha256 == plain.content_sha256
    assert packed.format == "readsb-trace"
    assert packed.report["format"]["container"] == "zip"
    assert packed.report["members"][0]["name"] == "a.json"
    assert Flight.objects.count() == 1, "the second is a witness of the same flight"
    assert Stretch.objects.filter(track__track_file=packed).first().record_index[0] < 1 << MEMBER_BIT


def test_an_archive_read_again_keeps_its_tracks() -> None:
    track_file = imported(two_aircraft(), "day.zip")
    before = set(Track.objects.values_list("pk", "aircraft_key"))
    TrackFile.objects.update(status="pending", attempts=0)
    assert run_task(track_file).status == "imported"
    assert set(Track.objects.values_list("pk", "aircraft_key")) == before


def test_a_published_flight_of_an_archive_is_derived_from_it_again() -> None:
    imported(two_aircraft(), "day.zip")
    for flight in Flight.objects.all():
        found = verify_revision(publish(flight))
        assert found.sound, found.differs
        assert found.fixes > 1000


def test_a_published_flight_is_derived_again_though_a_later_import_ended_within_the_archive(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    imported(two_aircraft(), "day.zip")
    revision = publish(Flight.objects.get(aircraft__registration="TEST-2"))

    def refused(*_arguments: object) -> None:
        raise ArchiveRefused("It unpacks to too much.")

    TrackFile.objects.update(status="pending", attempts=0)
    with monkeypatch.context() as patch:
        patch.setattr("tracks.formats.archives.Entry.open", refused)
        track_file = run_task(TrackFile.objects.get())
    assert track_file.status == "failed"
    assert [set(member) & {"format", "error"} for member in track_file.report["members"]] == [set()]
    found = verify_revision(revision)
    assert found.sound, found.differs


def test_a_file_of_an_archive_that_the_report_does_not_list_is_verified_with_the_parser_that_read_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tracks.importing.reports.LISTED", 1)
    track_file = imported(two_aircraft(), "day.zip")
    assert [member["name"] for member in track_file.report["members"]] == ["notes.txt"]
    (run,) = track_file.report["parsers"]
    assert (run["first"], run["last"], run["format"]) == (2, 3, "readsb-trace")

    def unknown(*_arguments: object) -> None:
        raise ParseError("Nobody knows what it is.")

    monkeypatch.setattr("tracks.formats.registry.detect", unknown)  # what a file is taken for now must not matter
    for flight in Flight.objects.all():
        found = verify_revision(publish(flight))
        assert found.sound, found.differs
        assert not [sentence for sentence in found.agrees if "version" in sentence]
    monkeypatch.setattr(type(parser_named("readsb-trace")), "version", 99, raising=False)
    found = verify_revision(publish(Flight.objects.all()[0]))
    assert [sentence for sentence in found.agrees if "this is version 99" in sentence]


def test_a_damaged_file_of_an_archive_leaves_no_trace_but_a_warning() -> None:
    broken = trace(40_000)
    broken = broken[: broken.rindex(b"]")] + b"}" + broken[broken.rindex(b"]") :]
    track_file = imported(zipped(("a.json", broken), ("b.json", trace(1000))), "day.zip")
    assert track_file.status == "imported"
    assert track_file.report["read"]["fixes"] == track_file.progress_fixes == 1000
    assert set(Track.objects.values_list("aircraft_key", flat=True)) == {"b.json!15f0aa"}
    assert "a.json" in track_file.report["warnings"][0]["text"]


def test_an_archive_of_nothing_readable_fails_with_a_sentence() -> None:
    failed = run_task(bring(zipped(("a.txt", b"Dear all"), ("b.txt", b"Yours")), "day.zip"))
    assert failed.status == "failed"
    assert "None of the 2 files" in failed.error


def test_the_place_of_an_error_in_an_archive_names_the_file_it_is_in() -> None:
    no_date = b"AXXX\r\nB1300004323943N13208885EA0120001250\r\n"
    failed = run_task(bring(zipped(("photo.jpg", b"-"), ("day/flight.igc", no_date)), "day.zip"))
    assert failed.status == "failed"
    assert failed.error_place == {"line": 1, "member": "day/flight.igc"}
    assert report_of(failed).error_place == "day/flight.igc: line 1"
    assert "(day/flight.igc: line 1)" in result(failed, "day.zip")


def test_formats_of_all_kinds_come_out_of_one_archive() -> None:
    seconds = range(0, 1200, 10)
    places = [[132.1 + n / 1000, 43.4 + n / 1000, 3000.0] for n in seconds]
    stamps = [f"2023-11-14T22:{n // 60:02}:{n % 60:02}Z" for n in seconds]
    line = {"type": "LineString", "coordinates": places}
    geojson = {"type": "Feature", "geometry": line, "properties": {"coordTimes": stamps}}
    moving = {"type": "MovingPoint", "coordinates": places, "datetimes": stamps}
    samples = [number for stamp, place in zip(stamps, places, strict=True) for number in (stamp, *place)]
    czml = [{"id": "document", "version": "1.0"}, {"id": "a", "position": {"cartographicDegrees": samples}}]
    whens = "".join(f"<when>{stamp}</when>" for stamp in stamps)
    coords = "".join(f"<gx:coord>{lon} {lat} {ele}</gx:coord>" for lon, lat, ele in places)
    kml = (
        '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">'
        f"<Document><Placemark><gx:Track>{whens}{coords}</gx:Track></Placemark></Document></kml>"
    )
    igc = ["AXXX001", "HFDTE141123"]
    igc += [f"B22{n // 60:02}{n % 60:02}43{24000 + 20 * n:05}N132{6000 + 60 * n // 10:05}EA0300003000" for n in seconds]
    track_file = imported(
        zipped(
            ("a.geojson", json.dumps(geojson).encode()),
            ("b.json", json.dumps(moving).encode()),
            ("c.czml", json.dumps(czml).encode()),
            ("d.kmz", zipped(("doc.kml", kml.encode()), ("files/icon.png", b"\x89PNG"))),
            ("e.igc", "\r\n".join(igc).encode()),
        ),
        "all.zip",
    )
    assert (track_file.status, track_file.error) == ("imported", "")
    formats = {member["name"]: member.get("format") for member in track_file.report["members"]}
    assert formats == {
        "a.geojson": "geojson",
        "b.json": "mf-json",
        "c.czml": "czml",
        "d.kmz/doc.kml": "kml",
        "e.igc": "igc",
    }
    assert track_file.report["read"]["kept"] == 5 * len(seconds)
    tracks = Track.objects.filter(track_file=track_file)
    assert {track.fix_count for track in tracks} == {len(seconds)}
    assert len({(track.started_at, track.ended_at) for track in tracks}) == 1, "all of the same minutes"


def test_the_door_lets_in_an_archive_with_a_track_and_keeps_out_one_without() -> None:
    check_content(SimpleUploadedFile("day.zip", two_aircraft()))
    with pytest.raises(ReceivingRefused, match="None of the 2 files"):
        check_content(SimpleUploadedFile("day.zip", zipped(("a.txt", b"Dear all"), ("b.txt", b"Yours"))))
