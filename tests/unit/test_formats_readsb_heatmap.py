"""readsb heatmap files, against a reading of the records one by one with `struct`."""

import gzip
import io
import math
import struct
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.format_samples import fixes_of, read_file
from tracks.formats import readsb_heatmap
from tracks.formats.contract import CHUNK_FIXES, DropReason, ParseError, ParseReport, ParseSettings
from tracks.formats.readsb_heatmap import ReadsbHeatmap
from tracks.processing.fixes import AltitudeKind, OnGround, PositionSource

START = 1_710_993_600_000  # 2024-03-21T04:00:00Z in ms
MAGIC = 0x0E7F7C9D


def position(address, lat=43.4, lon=132.1, alt=400, gs=2505, kind=0):
    return struct.pack("<IiihH", address | kind << 27, round(lat * 1e6), round(lon * 1e6), alt, gs & 0xFFFF)


def identity(address, callsign=b"VTB1234 ", squawk=7700):
    return struct.pack("<Ii8s", address, 1 << 30 | squawk, callsign)


def mark(time_ms, interval_ms=30_000):
    return struct.pack("<IiIHh", MAGIC, time_ms >> 32, time_ms & 0xFFFFFFFF, interval_ms & 0xFFFF, 0)


def heatmap(*slices, interval_ms=30_000, start=START, index=True):
    """A file as readsb writes it: as many slices as fit into half an hour, the first of them given."""
    count = 1_800_000 // interval_ms
    body, where = b"", []
    for number in range(count):
        where.append(count + len(body) // 16)
        body += mark(start + number * interval_ms, interval_ms)
        body += b"".join(slices[number]) if number < len(slices) else b""
    return (b"".join(struct.pack("<Iiihh", place, 0, 0, 0, 0) for place in where) if index else b"") + body


def parsed(data, packed=True):
    chunks, report, detected = read_file(gzip.compress(data) if packed else data)
    assert detected.parser.name == "readsb-heatmap"
    return chunks, report


def test_a_position_is_read_in_degrees_metres_and_knots_at_the_time_of_its_slice():
    chunks, report = parsed(heatmap([], [position(0xAB12CD, 43.399086, -132.148083, 1400, 2505, kind=5)]))
    fixes = fixes_of(chunks)
    assert chunks[0].aircraft_key == "ab12cd"
    assert chunks[0].identity.icao24 == "ab12cd"
    assert fixes.time[0] == 1_710_993_630.0
    assert (fixes.latitude[0], fixes.longitude[0]) == (43.399086, -132.148083)
    assert fixes.altitude[0] == pytest.approx(35_000 * 0.3048)
    assert fixes.altitude_kind[0] == AltitudeKind.UNSTATED
    assert fixes.ground_speed[0] == pytest.approx(250.5)
    assert fixes.source[0] == PositionSource.MLAT
    assert fixes.on_ground[0] == OnGround.NO
    assert fixes.time_resolution[0] == 30
    assert math.isnan(fixes.track_angle[0])
    assert (report.records_read, report.fixes_read) == (1, 1)
    assert not report.warnings


def test_a_fix_is_found_by_the_number_of_its_record_index_included():
    data = heatmap([identity(1), position(1)], [position(2), position(1, alt=7)])
    chunks, _ = parsed(data)
    for chunk in chunks:
        for record, alt in zip(chunk.fixes.record_index, chunk.fixes.altitude, strict=True):
            there = struct.unpack_from("<Iiihh", data, int(record) * 16)
            assert f"{there[0]:06x}" == chunk.aircraft_key
            assert alt == pytest.approx(there[3] * 7.62)
    assert fixes_of(chunks, "000001").record_index.tolist() == [62, 65]


def test_ground_and_unknown_altitude_and_speed_are_told_apart():
    chunks, _ = parsed(heatmap([position(1, alt=-123, gs=-1)], [position(1, alt=-124)], [position(1, alt=0)]))
    fixes = fixes_of(chunks)
    assert fixes.on_ground.tolist() == [OnGround.YES, OnGround.UNKNOWN, OnGround.NO]
    assert np.isnan(fixes.altitude).tolist() == [True, True, False]
    assert fixes.altitude_kind.tolist() == [AltitudeKind.UNKNOWN, AltitudeKind.UNKNOWN, AltitudeKind.UNSTATED]
    assert np.isnan(fixes.ground_speed).tolist() == [True, False, False]


def test_addresses_that_are_not_icao_are_marked_and_kept_apart():
    chunks, _ = parsed(heatmap([position(0x1ABCDEF, kind=11), position(0xABCDEF)]))
    assert {c.aircraft_key for c in chunks} == {"~abcdef", "abcdef"}
    assert {c.identity.icao24 for c in chunks} == {None, "abcdef"}


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        (1, PositionSource.ADSB_NON_TRANSPONDER),
        (2, PositionSource.ADSR),
        (3, PositionSource.TISB),
        (4, PositionSource.ADSC),
        (5, PositionSource.MLAT),
        (6, PositionSource.OTHER),
        (7, PositionSource.MODE_S),
        (8, PositionSource.ADSB),
        (9, PositionSource.ADSR),
        (10, PositionSource.TISB),
        (11, PositionSource.TISB),
        (12, PositionSource.UNKNOWN),
        (31, PositionSource.UNKNOWN),
    ],
)
def test_each_kind_of_address_is_a_source(kind, source):
    chunks, _ = parsed(heatmap([position(1), position(2, kind=kind)]))
    assert fixes_of(chunks, "000002").source[0] == source
    assert fixes_of(chunks, "000001").source[0] == PositionSource.ADSB


def test_a_file_that_shows_no_kind_of_address_leaves_the_source_unknown():
    chunks, _ = parsed(heatmap([position(1), position(2)]))
    assert {int(c.fixes.source[0]) for c in chunks} == {int(PositionSource.UNKNOWN)}


def test_callsign_and_squawk_are_stated_for_the_position_that_follows_in_the_slice():
    chunks, _ = parsed(
        heatmap(
            [identity(1, b"OLD     ", 1200), identity(1, b"VTB1234 ", 7700), position(2), position(1)],
            [position(1), identity(1, b"LATE    ", 1234)],
            [position(1), identity(2, b"\0\0\0\0\0\0\0\0", 0), position(2)],
        )
    )
    one, two = fixes_of(chunks, "000001"), fixes_of(chunks, "000002")
    assert [one.callsign_at(i) for i in range(3)] == ["VTB1234", None, None]
    assert one.squawk.tolist() == [0o7700, -1, -1]
    assert [two.callsign_at(i) for i in range(2)] == [None, None]
    assert two.squawk.tolist() == [-1, -1], "0000 also stands where none was received"


@pytest.mark.parametrize(
    ("written", "read"), [(8, -1), (1280, -1), (9999, -1), (7777, 0o7777), (21, 0o21), (65535, -1)]
)
def test_a_squawk_that_cannot_be_is_unknown(written, read):
    chunks, _ = parsed(heatmap([identity(1, squawk=written), position(1)]))
    assert fixes_of(chunks).squawk[0] == read


@pytest.mark.parametrize("interval_ms", [1_000, 10_000, 30_000, 60_000, 120_000, 300_000])
def test_the_interval_is_the_resolution_also_where_sixteen_bits_are_too_few_for_it(interval_ms):
    chunks, _ = parsed(heatmap([position(1)], interval_ms=interval_ms))
    assert fixes_of(chunks).time_resolution[0] == interval_ms / 1000


def test_a_file_without_compression_or_index_is_read_too():
    chunks, report = parsed(heatmap([position(1)], index=False), packed=False)
    assert len(fixes_of(chunks)) == 1
    assert not report.warnings


def test_positions_that_cannot_be_are_dropped_with_the_first_places_in_file_order():
    data = heatmap([position(3, lat=91.0), position(2, lon=-180.5), position(1), position(1, lat=-95.0)])
    chunks, report = parsed(data)
    assert len(fixes_of(chunks)) == 1
    assert report.dropped[DropReason.POSITION_OUT_OF_RANGE] == 3
    assert [p.number for p in report.places[DropReason.POSITION_OUT_OF_RANGE]] == [61, 62, 64]


def test_a_slice_of_an_impossible_time_gives_no_fix():
    data = heatmap([position(1)]) + mark(0) + position(1)
    chunks, report = parsed(data)
    assert len(fixes_of(chunks)) == 1
    assert report.dropped[DropReason.TIME_OUT_OF_RANGE] == 1


@given(st.data())
def test_any_file_reads_as_record_by_record(data):
    kinds = st.sampled_from([0, 0, 0, 5, 11])
    addresses = st.integers(1, 5) | st.just(0x1000002)
    positions = st.builds(
        position,
        addresses,
        st.floats(-90, 90),
        st.floats(-180, 180),
        st.integers(-40, 2200) | st.sampled_from([-123, -124]),
        st.integers(0, 9000) | st.just(-1),
        kinds,
    )
    identities = st.builds(
        identity, addresses, st.sampled_from([b"AAA     ", b"B1\0\0\0\0\0\0", b"\0" * 8]), st.integers(0, 7777)
    )
    slices = data.draw(st.lists(st.lists(positions | identities, max_size=8), max_size=4))
    file = heatmap(*slices, interval_ms=300_000)
    chunks, report = parsed(file)
    expected = {}
    time, waiting = None, {}
    for number in range(6, len(file) // 16):
        word, lat, lon, alt, gs = struct.unpack_from("<Iiihh", file, number * 16)
        if word == MAGIC:
            time, waiting = ((lat << 32) + (lon & 0xFFFFFFFF)) / 1000, {}
            continue
        name = ("~" if word & 1 << 24 else "") + f"{word & 0xFFFFFF:06x}"
        if lat >= 1 << 30:
            waiting[name] = file[number * 16 + 8 : number * 16 + 16].decode().rstrip(" \0") or None
            continue
        expected.setdefault(name, []).append((number, time, lat / 1e6, lon / 1e6, alt, gs, waiting.pop(name, None)))
    assert {c.aircraft_key for c in chunks} == set(expected)
    for name, rows in expected.items():
        fixes = fixes_of(chunks, name)
        assert fixes.record_index.tolist() == [r[0] for r in rows]
        assert fixes.time.tolist() == [r[1] for r in rows]
        assert fixes.latitude.tolist() == [r[2] for r in rows]
        assert fixes.longitude.tolist() == [r[3] for r in rows]
        assert [fixes.callsign_at(i) for i in range(len(rows))] == [r[6] for r in rows]
        metres = [math.nan if r[4] in (-123, -124) else r[4] * 7.62 for r in rows]
        np.testing.assert_allclose(fixes.altitude, metres, rtol=1e-6)
        np.testing.assert_allclose(fixes.ground_speed, [math.nan if r[5] == -1 else r[5] / 10 for r in rows], rtol=1e-6)
    assert report.fixes_read == sum(map(len, expected.values()))


@pytest.mark.parametrize("block", [3, 7, 64])
def test_the_size_of_the_blocks_changes_nothing(block, monkeypatch):
    slices = [[identity(k), position(k, alt=n)] for n in range(20) for k in (1, 2)]
    file = heatmap(*([b for k in range(3) for b in slices[2 * n + k % 2]] for n in range(20)))
    whole, _ = parsed(file)
    monkeypatch.setattr(readsb_heatmap, "_BLOCK", block)
    pieces, _ = parsed(file)
    for key in ("000001", "000002"):
        one, other = fixes_of(whole, key), fixes_of(pieces, key)
        assert one.record_index.tolist() == other.record_index.tolist()
        assert one.time.tolist() == other.time.tolist()


@given(cut=st.integers(0, 16 * 70 - 1))
def test_a_file_cut_anywhere_yields_the_whole_records_and_says_that_it_is_cut(cut):
    file = heatmap([position(n) for n in range(1, 8)], [position(1)])[: 16 * 70]
    try:
        chunks, report = parsed(file[:cut], packed=False)
    except ParseError:
        assert cut < 61 * 16, "only without a slice it is no heatmap"
        return
    assert sum(len(c.fixes) for c in chunks) == sum(1 for k in range(61, cut // 16) if k != 68)
    assert any("stops" in str(w) for w in report.warnings)


@given(st.data())
def test_no_mutation_breaks_the_parser(data):
    file = bytearray(heatmap([identity(1), position(1), position(2)], [position(1), identity(2), position(2)]))
    for at in data.draw(st.lists(st.integers(0, len(file) - 1), max_size=20)):
        file[at] = data.draw(st.integers(0, 255))
    report = ParseReport()
    try:
        chunks = list(ReadsbHeatmap().parse(io.BytesIO(bytes(file)), report, ParseSettings()))
    except ParseError:
        return
    for chunk in chunks:
        assert (np.abs(chunk.fixes.latitude) <= 90).all()


class Endless(io.RawIOBase):
    """Slices of many aircraft, made while they are read."""

    def __init__(self, slices, aircraft):
        self.made = (self._slice(n, aircraft) for n in range(slices))
        self.rest = bytearray()

    @staticmethod
    def _slice(number, aircraft):
        rows = np.zeros(aircraft, dtype=readsb_heatmap.RECORD)
        rows["hex"] = np.arange(1, aircraft + 1)
        rows["lat"] = number
        return mark(START + number * 1000, 1000) + rows.tobytes()

    def read(self, size=-1):
        while len(self.rest) < size and (more := next(self.made, b"")):
            self.rest += more
        data = bytes(self.rest[:size])
        del self.rest[:size]
        return data


def test_memory_does_not_grow_with_the_file(monkeypatch):
    monkeypatch.setattr(readsb_heatmap, "_BLOCK", 1 << 11)
    peaks = []
    for slices in (20, 100):
        tracemalloc.start()
        count = sum(len(c.fixes) for c in ReadsbHeatmap().parse(Endless(slices, 400), ParseReport(), ParseSettings()))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert count == slices * 400
    assert peaks[1] < 1.5 * peaks[0]


def test_more_aircraft_than_there_can_be_are_refused(monkeypatch):
    monkeypatch.setattr(readsb_heatmap, "_MOST_AIRCRAFT", 10)
    with pytest.raises(ParseError, match="more than 10 aircraft"):
        parsed(heatmap([position(n) for n in range(20)]))


def test_one_aircraft_in_very_many_slices_gives_bounded_chunks():
    stream = Endless(CHUNK_FIXES + 10, 1)
    chunks = list(ReadsbHeatmap().parse(stream, ParseReport(), ParseSettings()))
    assert [len(c.fixes) for c in chunks] == [CHUNK_FIXES, 9, 1], "the last slice waits for what may belong to it"
