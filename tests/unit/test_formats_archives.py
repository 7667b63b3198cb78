"""ZIP and KMZ archives: what is read of them, what is refused, and how a fix is found again in them."""

import gzip
import io
import struct
import tracemalloc
import zipfile
import zlib

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracks.formats import archives
from tracks.formats.archives import Archive, ArchiveRefused
from tracks.formats.content import Container, TooLarge
from tracks.formats.contract import Chunk, DropReason, Limits, ParseError, ParseReport, ParseSettings
from tracks.formats.reading import (
    MEMBER_BIT,
    Reading,
    Withdrawn,
    member_and_record,
    recognise,
    record_place,
)

BASE = 1_700_000_000.0


def trace(address="ab12cd", rows=3, lat=43.4, bad=()):
    listed = [[float(i), None if i in bad else lat, 132.1, 1000, 250, 200, 0, 0, None] for i in range(rows)]
    return orjson.dumps({"icao": address, "timestamp": BASE, "trace": listed})


def zipped(*members, method=zipfile.ZIP_DEFLATED, **given):
    """An archive of (name, bytes)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method, **given) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def read(data, chosen=None, **limits):
    """All that an archive holds: fixes by key, the report, the reading."""
    report = ParseReport()
    reading = Reading(io.BytesIO(data), report, ParseSettings(limits=Limits(**limits)), chosen)
    found = {}
    for item in reading.chunks():
        if isinstance(item, Withdrawn):
            for key in item.aircraft_keys:
                del found[key]
        else:
            assert isinstance(item, Chunk)
            found.setdefault(item.aircraft_key, []).extend(item.fixes.record_index.tolist())
    return found, report, reading


def test_each_file_gives_its_aircraft_under_keys_of_its_own():
    found, report, reading = read(zipped(("a.json", trace("aaaaaa")), ("sub/b.json", trace("bbbbbb", 2))))
    assert set(found) == {"a.json!aaaaaa", "sub/b.json!bbbbbb"}
    assert report.fixes_read == 5
    assert reading.container is Container.ZIP
    assert [(m.name, m.detected.parser.name, m.report.fixes_read) for m in reading.members] == [
        ("a.json", "readsb-trace", 3),
        ("sub/b.json", "readsb-trace", 2),
    ]


def test_a_record_of_an_archive_has_one_number_that_leads_to_file_and_record():
    found, _, reading = read(zipped(("a.json", trace("aaaaaa")), ("b.json", trace("bbbbbb", bad=[0]))))
    assert found["a.json!aaaaaa"] == [(1 << MEMBER_BIT) + i for i in range(3)]
    assert [member_and_record(i) for i in found["b.json!bbbbbb"]] == [(2, 1), (2, 2)]
    names = {m.ordinal: m.name for m in reading.members}
    assert str(record_place(found["b.json!bbbbbb"][0], names)) == "b.json: record 1"
    assert str(record_place(7, {})) == "record 7"


def test_places_and_warnings_name_the_file_they_are_in():
    cut = trace("bbbbbb", 50)[:-30]
    _, report, _ = read(zipped(("a.json", trace("aaaaaa", bad=[1])), ("b.json", cut)))
    assert [str(p) for p in report.places[DropReason.NO_POSITION]] == ["a.json: record 1"]
    assert [w.place.member for w in report.warnings] == ["b.json"]


def test_an_archive_with_one_file_reads_as_the_file_itself():
    data = trace(rows=4)
    plain, _, alone = read(data)
    packed, report, reading = read(zipped(("__MACOSX/._a.json", b"x"), ("dir/", b""), ("a.json", data), ("m.png", b"")))
    assert packed == plain == {"ab12cd": [0, 1, 2, 3]}
    assert reading.content_sha256() == alone.content_sha256()
    assert reading.content_bytes == len(data)
    assert reading.only.detected.parser.name == "readsb-trace"
    assert not report.warnings


def test_what_is_no_track_is_named_and_does_not_stop_the_rest():
    found, report, reading = read(
        zipped(("notes.txt", b"Dear all"), ("a.json", trace("aaaaaa")), ("b.pdf", b"%PDF-1.7"))
    )
    assert set(found) == {"a.json!aaaaaa"}
    assert [str(w).split(" in the archive")[0] for w in report.warnings] == ["“notes.txt”", "“b.pdf”"]
    assert "PDF" in str(report.warnings[1])
    assert [m.error is None for m in reading.members] == [False, True, False]


def test_keys_and_numbers_do_not_depend_on_what_the_other_files_are():
    one, _, _ = read(zipped(("x", b"Dear all"), ("a.json", trace())))
    other, _, _ = read(zipped(("x", trace("aaaaaa")), ("a.json", trace())))
    assert one["a.json!ab12cd"] == other["a.json!ab12cd"]


def test_a_file_that_turns_out_to_be_damaged_is_withdrawn_whole():
    broken = trace("bbbbbb", 30_000)
    broken = broken[:-2] + b"}" + broken[-2:]
    found, report, reading = read(zipped(("b.json", broken), ("a.json", trace("aaaaaa"))))
    assert set(found) == {"a.json!aaaaaa"}
    assert report.fixes_read == 3
    assert "b.json" in str(report.warnings[0])
    assert reading.members[0].error is not None


def test_an_archive_without_any_readable_file_is_refused_with_what_its_file_is():
    with pytest.raises(ParseError, match="None of the 2 files"):
        read(zipped(("a.txt", b"Dear all"), ("b.txt", b"Dear all")))
    with pytest.raises(ParseError, match="plain text") as caught:
        read(zipped(("a.txt", b"Dear all")))
    assert caught.value.place.member == "a.txt"
    for nothing in (zipped(), zipped(("a.png", b"\x89PNG")), zipped(("dir/", b""))):
        with pytest.raises(ParseError, match="no file that might be a track"):
            read(nothing)


def test_gzip_in_an_archive_is_unpacked():
    found, _, _ = read(zipped(("a.json.gz", gzip.compress(trace("aaaaaa"))), ("b.json", trace("bbbbbb"))))
    assert set(found) == {"a.json.gz!aaaaaa", "b.json!bbbbbb"}


def test_an_archive_in_an_archive_is_read_one_level_deep():
    inner = zipped(("doc.json", trace("aaaaaa")), ("more.json", trace("bbbbbb")))
    found, report, reading = read(
        zipped(("one.kmz", inner), ("z.json", trace("cccccc")), ("deep.zip", zipped(("i.zip", inner))))
    )
    assert set(found) == {"one.kmz/doc.json!aaaaaa", "one.kmz/more.json!bbbbbb", "z.json!cccccc"}
    assert [m.ordinal for m in reading.members] == [1, 2, 3, 4]
    assert "archive in an archive in an archive" in str(report.warnings[0])


def test_an_archive_with_nothing_but_an_archive_of_one_file_reads_as_that_file():
    found, _, reading = read(zipped(("one.kmz", zipped(("doc.json", trace())))))
    assert found == {"ab12cd": [0, 1, 2]}
    assert reading.members[0].name == "one.kmz/doc.json"


def test_two_files_of_one_name_are_kept_apart():
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped(("a.json", trace("aaaaaa")), ("a.json", trace("aaaaaa", 2)))
    found, _, _ = read(data)
    assert {key: len(rows) for key, rows in found.items()} == {"a.json!aaaaaa": 3, "a.json+!aaaaaa": 2}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_thousands_of_files_of_one_name_have_short_names_of_their_own():
    names = ["a", "a+2", *["a"] * 3_000]
    reading = Archive(io.BytesIO(zipped(*((name, b"") for name in names))), Limits())
    paths = [entry.path for entry in reading.entries()]
    assert paths[:5] == ["a", "a+2", "a+", "a+3", "a+4"]
    assert len(set(paths)) == len(names)
    assert max(map(len, paths)) == len("a+3001")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "C:\\x.json", "a\x1b[31m\u202e.json", "n" * 60_000]
)
def test_names_that_lead_elsewhere_are_only_names(name):
    found, _, reading = read(zipped((name, trace("aaaaaa")), ("b.json", trace("bbbbbb"))))
    assert len(found) == 2
    assert all(key.isprintable() and len(key) <= 64 for key in found)
    assert all(len(m.name) <= 200 for m in reading.members)


def test_long_names_that_differ_only_at_their_start_give_different_keys():
    names = [f"{n}{'x' * 90}.json" for n in (1, 2)]
    found, _, _ = read(zipped(*((name, trace("aaaaaa")) for name in names)))
    assert len(found) == 2


def test_stored_entries_data_descriptors_and_zip64_are_read(monkeypatch):
    class Unseekable(io.RawIOBase):
        def __init__(self):
            self.data = b""

        def writable(self):
            return True

        def write(self, data):
            self.data += bytes(data)
            return len(data)

    streamed = Unseekable()
    with zipfile.ZipFile(streamed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", trace("aaaaaa"))
        with archive.open("b.json", "w", force_zip64=True) as entry:
            entry.write(trace("bbbbbb"))
    assert b"PK\x07\x08" in streamed.data, "there are data descriptors"
    assert set(read(streamed.data)[0]) == {"a.json!aaaaaa", "b.json!bbbbbb"}
    assert set(read(zipped(("a.json", trace()), method=zipfile.ZIP_STORED))[0]) == {"ab12cd"}
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100)
    sixty_four = zipped(("a.json", trace("aaaaaa", 9)), ("b.json", trace("bbbbbb", 9)))
    monkeypatch.undo()
    assert b"PK\x06\x06" in sixty_four, "there is a ZIP64 end record"
    assert set(read(sixty_four)[0]) == {"a.json!aaaaaa", "b.json!bbbbbb"}


def test_progress_is_that_of_the_packed_bytes():
    data = zipped(*((f"{n}.json", trace(f"aaaaa{n}", 5000)) for n in range(4)))
    reading = Reading(io.BytesIO(data), ParseReport(), ParseSettings())
    seen = [reading.file_bytes for _ in reading.chunks()]
    assert seen == sorted(seen)
    assert len(set(seen)) == 4
    assert len(data) * 0.95 < seen[-1] <= len(data)


def test_encrypted_and_strangely_packed_files_are_told():
    data = bytearray(zipped(("a.json", trace("aaaaaa")), ("b.json", trace("bbbbbb"))))
    at = data.rindex(b"PK\x01\x02")  # the second one's entry in the directory
    data[at + 8] |= 1
    _, report, _ = read(bytes(data))
    assert "“b.json” in the archive was left out. It is encrypted" in str(report.warnings[0])
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        with pytest.raises(ParseError, match="packed by a method we do not read"):
            read(zipped(("a.json", trace()), method=method))


def test_damaged_packed_data_spoils_its_file_only():
    data = bytearray(zipped(("a.json", trace("aaaaaa", 4000)), ("b.json", trace("bbbbbb"))))
    data[2000] ^= 0xFF
    found, report, _ = read(bytes(data))
    assert set(found) == {"b.json!bbbbbb"}
    assert "damaged in the archive" in str(report.warnings[0])


@pytest.mark.parametrize("kept", [0.2, 0.9, 0.999])
def test_an_archive_that_stops_early_is_refused_as_cut_off(kept):
    data = zipped(("a.json", trace(rows=500)), ("b.json", trace()))
    with pytest.raises(ParseError, match="damaged or cut off"):
        read(data[: int(len(data) * kept)])


def test_a_bomb_of_zeros_is_noticed_while_unpacking():
    bomb = zipped(("a.json", trace()[:-1] + b" " * (40 << 20)), ("b.json", trace()))
    tracemalloc.start()
    with pytest.raises(ArchiveRefused, match="more than 200 times its size"):
        read(bomb)
    assert tracemalloc.get_traced_memory()[1] < 24 << 20
    tracemalloc.stop()


def test_files_may_not_unpack_to_more_than_allowed_together():
    data = zipped(*((f"{n}.json", trace(f"aaaaa{n}", 3000)) for n in range(5)))
    size = len(trace(rows=3000))
    assert len(read(data, content_bytes=6 * size)[0]) == 5
    with pytest.raises(ArchiveRefused, match="unpacks to more than"):
        read(data, content_bytes=4 * size)
    packed = zipped(*((f"{n}.gz", gzip.compress(trace(f"aaaaa{n}", 3000))) for n in range(5)))
    assert len(read(packed, content_bytes=6 * size)[0]) == 5
    with pytest.raises(TooLarge):
        read(packed, content_bytes=4 * size)


def test_too_many_files_are_refused_also_over_two_levels():
    many = zipped(*((f"{n}", b"x") for n in range(50)))
    with pytest.raises(ArchiveRefused, match="more than the 40 files"):
        read(many, members=40)
    with pytest.raises(ArchiveRefused, match="more than the 60 files"):
        read(zipped(("a.zip", many), ("b.zip", many)), members=60)


def test_a_directory_too_large_to_hold_is_not_read():
    many = zipped(*((f"{n:0200}", b"") for n in range(200)))
    with pytest.raises(ArchiveRefused, match="list of files"):
        read(many, directory_bytes=40_000)


def test_entries_that_share_bytes_are_refused():
    data = zipped(("a.json", trace("aaaaaa")), ("b.json", trace("aaaaaa")))
    start = data.rindex(b"PK\x01\x02")
    shared = bytearray(data)
    struct.pack_into("<I", shared, start + 42, 0)  # the second entry's place is the first's
    with pytest.raises(ArchiveRefused, match="share bytes"):
        read(bytes(shared))


def quine_like():
    """An archive that lists one local file over and over: small on disk, huge when unpacked."""
    name, body = b"a.json", zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = trace(rows=20_000)
    packed = body.compress(raw) + body.flush()
    fields = (zlib.crc32(raw), len(packed), len(raw), len(name))
    local = struct.pack("<4s5HIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 0, *fields, 0) + name + packed
    central = struct.pack("<4s6HIIIHHHHHII", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, *fields, 0, 0, 0, 0, 0, 0) + name
    count = 1000
    end = struct.pack("<4s4HIIH", b"PK\x05\x06", 0, 0, count, count, len(central) * count, len(local), 0)
    return local + central * count + end


def test_a_file_listed_a_thousand_times_is_refused():
    with pytest.raises(ArchiveRefused, match="share bytes"):
        read(quine_like())


@pytest.mark.parametrize(
    "names",
    [
        ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/worksheets/sheet1.xml"),
        ("mimetype", "content.xml", "meta.xml"),
    ],
)
def test_a_spreadsheet_is_called_one_and_its_table_asked_for_as_csv(names):
    with pytest.raises(ParseError, match=r"spreadsheet.* as CSV"):
        read(zipped(*((name, b'<?xml version="1.0"?><x/>') for name in names)))


def test_the_parsers_of_an_earlier_reading_can_be_asked_for():
    data = zipped(("a.json", trace("aaaaaa")), ("b.json", trace("bbbbbb")))
    _, report, reading = read(data, chosen={1: "gpx", 2: "readsb-trace"})
    assert reading.members[0].error is not None
    assert reading.members[1].detected.parser.name == "readsb-trace"
    assert "a.json" in str(report.warnings[0])


def test_what_a_file_is_can_be_asked_without_reading_it():
    assert recognise(io.BytesIO(trace())).parser.name == "readsb-trace"
    archive = zipped(("a.txt", b"Dear all"), ("b.json", trace()))
    assert recognise(io.BytesIO(archive)).parser.name == "readsb-trace"
    with pytest.raises(ParseError, match="None of the 2 files"):
        recognise(io.BytesIO(zipped(("a.txt", b"Dear all"), ("b.txt", b"Hello"))))


def test_memory_does_not_grow_with_the_file_in_an_archive():
    peaks = []
    for rows in (40_000, 120_000):
        data = zipped(("a.json", trace(rows=rows, lat=43.123456)), ("b.json", trace()))
        tracemalloc.start()
        reading = Reading(io.BytesIO(data), ParseReport(), ParseSettings())
        assert sum(len(c.fixes) for c in reading.chunks()) == rows + 3
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]


SAMPLE = zipped(
    ("a.json", trace("aaaaaa", 40)),
    ("in.kmz", zipped(("doc.json", trace("bbbbbb", 5)), ("x.txt", b"hello"))),
    ("b.json.gz", gzip.compress(trace("cccccc", 5))),
)


@given(
    st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), max_size=12), st.integers(0, len(SAMPLE))
)
def test_no_mutation_gives_anything_but_fixes_or_a_sentence(changes, cut):
    data = bytearray(SAMPLE)
    for at, value in changes:
        data[at] = value
    for variant in (bytes(data), bytes(data[:cut])):
        try:
            read(variant)
        except ParseError:
            continue


def test_the_archive_module_keeps_no_file_open_of_archives_within(monkeypatch):
    opened = []
    original = archives.tempfile.SpooledTemporaryFile
    monkeypatch.setattr(
        archives.tempfile, "SpooledTemporaryFile", lambda size: opened.append(original(size)) or opened[-1]
    )
    read(zipped(("a.zip", zipped(("a.json", trace("aaaaaa")))), ("b.json", trace())))
    assert [file.closed for file in opened] == [True]
