"""CZML: samples hand-worked in each of its notations, and the way from the Earth's centre to the ellipsoid."""

import io
import math
import tracemalloc

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.format_samples import fixes_of, read_file
from tracks.formats import json_walk, number_spool
from tracks.formats.contract import DropReason, ParseError, ParseReport, ParseSettings
from tracks.formats.czml import Czml
from tracks.formats.ecef import FLATTENING, SEMI_MAJOR_AXIS, geodetic
from tracks.processing.fixes import AltitudeKind

START = 1_711_026_000.0  # 2024-03-21T13:00:00Z
EPOCH = "2024-03-21T13:00:00Z"
DEGREES = [0, 132.1, 43.4, 1000, 10, 132.2, 43.5, 1100, 20.5, 132.3, 43.6, 1200]
HEAD = {
    "id": "document",
    "name": "x",
    "version": "1.0",
    "clock": {"interval": "2024-03-21T13:00:00Z/2024-03-21T14:00:00Z"},
}


def czml(*packets):
    return [HEAD, *packets]


def packet(position, name="a", **more):
    return {"id": name, "path": {"width": 2}, "position": position, **more}


def degrees(samples=DEGREES, **more):
    return {"epoch": EPOCH, "cartographicDegrees": samples, **more}


def parsed(document, zone=None):
    data = document if isinstance(document, bytes) else orjson.dumps(document)
    chunks, report, detected = read_file(data, ParseSettings(time_zone=zone))
    assert detected.parser.name == "czml"
    return [c for c in chunks if len(c.fixes)], report


def geocentric(longitude, latitude, height):
    """From the ellipsoid to metres from the Earth's centre: exact by definition of the ellipsoid."""
    e2 = FLATTENING * (2 - FLATTENING)
    lon, lat = math.radians(longitude), math.radians(latitude)
    radius = SEMI_MAJOR_AXIS / math.sqrt(1 - e2 * math.sin(lat) ** 2)
    across = (radius + height) * math.cos(lat)
    return across * math.cos(lon), across * math.sin(lon), (radius * (1 - e2) + height) * math.sin(lat)


def test_samples_in_degrees_are_read_with_the_epoch_before_or_behind_them():
    for position in (degrees(), dict(reversed(degrees().items()))):
        chunks, report = parsed(czml(packet(position)))
        fixes = fixes_of(chunks)
        assert chunks[0].aircraft_key == "a"
        assert fixes.time.tolist() == [START, START + 10, START + 20.5]
        assert fixes.longitude.tolist() == [132.1, 132.2, 132.3]
        assert fixes.latitude.tolist() == [43.4, 43.5, 43.6]
        assert fixes.altitude.tolist() == [1000, 1100, 1200]
        assert set(fixes.altitude_kind) == {AltitudeKind.UNSTATED}
        assert fixes.record_index.tolist() == [0, 1, 2]
        assert report.fixes_read == report.records_read == 3
        assert not report.warnings


def test_samples_with_written_times_need_no_epoch():
    samples = ["2024-03-21T13:00:00Z", 132.1, 43.4, 1000, "2024-03-21T22:00:10.25+09:00", 132.2, 43.5, 1100]
    fixes = fixes_of(parsed(czml(packet({"cartographicDegrees": samples})))[0])
    assert fixes.time.tolist() == [START, START + 10.25]
    assert fixes.time_resolution == pytest.approx([0.01, 0.01])


def test_longitudes_that_go_on_beyond_the_180th_meridian_are_those_they_are_and_told():
    samples = [0, 179.5, 50, 9000, 60, 180.5, 50, 9000, 120, -181.5, 50, 9000]
    chunks, report = parsed(czml(packet({"epoch": EPOCH, "cartographicDegrees": samples})))
    assert fixes_of(chunks).longitude.tolist() == [179.5, -179.5, 178.5]
    assert "2 longitudes are beyond 180°" in str(report.warnings[0])


def test_radians_are_turned_into_degrees():
    samples = [0, math.radians(132.1), math.radians(43.4), 1000]
    fixes = fixes_of(parsed(czml(packet({"epoch": EPOCH, "cartographicRadians": samples})))[0])
    assert fixes.longitude[0] == pytest.approx(132.1, abs=1e-12)
    assert fixes.latitude[0] == pytest.approx(43.4, abs=1e-12)


@pytest.mark.parametrize("kind", ["cartesian", "cartesianVelocity"])
def test_metres_from_the_centre_become_a_place_and_a_geometric_height(kind):
    velocity = [1.0, 2.0, 3.0] if kind == "cartesianVelocity" else []
    samples = [0, *geocentric(132.1, 43.4, 11_000), *velocity, 5, *geocentric(-132.2, -43.5, 0), *velocity]
    fixes = fixes_of(parsed(czml(packet({"epoch": EPOCH, kind: samples})))[0])
    np.testing.assert_allclose(fixes.longitude, [132.1, -132.2], atol=1e-11)
    np.testing.assert_allclose(fixes.latitude, [43.4, -43.5], atol=1e-11)
    np.testing.assert_allclose(fixes.altitude, [11_000, 0], atol=1e-3)
    assert set(fixes.altitude_kind) == {AltitudeKind.GEOMETRIC}


def test_known_points_of_the_ellipsoid_are_where_they_are():
    x = np.array([6_378_137.0, 0, 0, -6_378_137.0 - 100, 0])
    y = np.array([0, 6_378_137.0, 0, 0, 0])
    z = np.array([0, 0, 6_356_752.314245179, 0, -6_356_752.314245179 - 50])
    longitude, latitude, height = geodetic(x, y, z)
    np.testing.assert_allclose(longitude[[0, 1, 3]], [0, 90, 180], atol=1e-12)
    np.testing.assert_allclose(latitude, [0, 0, 90, 0, -90], atol=1e-12)
    np.testing.assert_allclose(height, [0, 0, 0, 100, 50], atol=1e-6)


@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(-5_000, 500_000))
def test_the_way_to_the_centre_and_back_ends_where_it_began(longitude, latitude, height):
    point = [np.array([value]) for value in geocentric(longitude, latitude, height)]
    found = [float(value[0]) for value in geodetic(*point)]
    assert found[1] == pytest.approx(latitude, abs=1e-9)
    assert found[2] == pytest.approx(height, abs=1e-5)
    if abs(latitude) < 89.999:
        assert math.remainder(found[0] - longitude, 360) == pytest.approx(0, abs=1e-9)


def test_the_middle_of_the_earth_is_nowhere():
    assert np.isnan(geodetic(np.zeros(1), np.zeros(1), np.zeros(1))).all()
    chunks, report = parsed(czml(packet({"epoch": EPOCH, "cartesian": [0, 1, 2, 3]}), packet(degrees(), "b")))
    assert [c.aircraft_key for c in chunks] == ["b"]
    assert report.dropped[DropReason.NO_POSITION] == 1


def test_intervals_are_parts_with_silence_between_them():
    position = [
        {"interval": "2024-03-21T13:00:00Z/2024-03-21T13:01:00Z", **degrees()},
        {
            "interval": "2024-03-21T14:00:00Z/2024-03-21T15:00:00Z",
            "epoch": "2024-03-21T14:00:00Z",
            "cartographicDegrees": [0, 1, 2, 3],
        },
        {"interval": "2024-03-21T15:00:00Z/2024-03-21T16:00:00Z", "cartographicDegrees": [4, 5, 6]},
    ]
    fixes = fixes_of(parsed(czml(packet(position)))[0])
    assert fixes.time.tolist() == [START, START + 10, START + 20.5, START + 3600, START + 7200]
    assert fixes.break_before.tolist() == [False, False, False, True, True]
    assert fixes.longitude[-1] == 4


def test_packets_are_told_apart_by_their_ids_and_pieces_of_one_belong_together():
    document = czml(packet(degrees(), "a"), packet(degrees(), "b"), packet(degrees([30, 1, 2, 3]), "a"))
    chunks, _ = parsed(document)
    assert len(fixes_of(chunks, "a")) == 4
    assert len(fixes_of(chunks, "b")) == 3
    assert fixes_of(chunks, "a").record_index.tolist() == [0, 1, 2, 6]


def test_an_id_behind_the_position_counts_all_the_same():
    late = {"position": degrees(), "id": "late"}
    nameless = {"position": degrees()}
    chunks, _ = parsed(czml(late, nameless))
    assert [c.aircraft_key for c in chunks] == ["late", "packet-3"]


def test_who_the_aircraft_is_may_stand_among_the_properties_in_either_notation():
    properties = {"icao24": "15F0AA", "registration": {"string": "RA-82030"}, "name": "Ivan"}
    for order in (packet(degrees(), properties=properties), {"properties": properties, **packet(degrees())}):
        chunks, _, _ = read_file(orjson.dumps(czml(order)))
        identity = chunks[0].identity
        for chunk in chunks[1:]:
            identity = identity.merged(chunk.identity)
        assert identity.as_dict() == {"address": "15f0aa", "registration": "RA-82030"}
        assert {c.aircraft_key for c in chunks} == {"a"}


def test_a_place_without_times_is_passed_over():
    station = packet({"cartographicDegrees": [1, 2, 3]}, "station")
    chunks, report = parsed(czml(station, packet(degrees())))
    assert {c.aircraft_key for c in chunks} == {"a"}
    assert report.records_read == 3
    with pytest.raises(ParseError, match="sampled over time"):
        parsed(czml(station))


def test_positions_in_a_frame_that_does_not_turn_are_not_read():
    inertial = {"epoch": EPOCH, "referenceFrame": "INERTIAL", "cartesian": [0, *geocentric(1, 2, 3)]}
    chunks, report = parsed(czml(packet(inertial, "b"), packet(degrees())))
    assert {c.aircraft_key for c in chunks} == {"a"}
    assert "does not turn with the Earth" in str(report.warnings[0])
    assert report.dropped[DropReason.NO_POSITION] == 1


def test_seconds_without_an_epoch_are_no_times():
    _, report = parsed(czml(packet({"cartographicDegrees": DEGREES}), packet(degrees(), "b")))
    assert report.dropped[DropReason.NO_TIME] == 3
    assert "no “epoch”" in str(report.warnings[0])


def test_times_without_a_zone_are_refused_until_the_zone_is_stated():
    document = czml(packet(degrees(epoch="2024-03-21T13:00:00")))
    with pytest.raises(ParseError, match="do not say in which zone"):
        parsed(document)
    assert fixes_of(parsed(document, "Asia/Pyongyang")[0]).time[0] == START - 9 * 3600


def test_a_sample_that_is_not_whole_and_what_is_no_number_are_counted():
    samples = [*DEGREES, 30, 1, 2, 3, "soon", 1, 2, 3, 40, "x", 2, 3, 50, 1]
    chunks, report = parsed(czml(packet(degrees(samples))))
    assert len(fixes_of(chunks)) == 4
    assert {str(k): v for k, v in report.dropped.items()} == {
        "unreadable-time": 1,
        "no-position": 1,
        "unreadable-record": 1,
    }


def test_heights_that_are_all_zero_are_unknown():
    fixes = fixes_of(parsed(czml(packet(degrees([0, 1, 2, 0, 5, 1, 2, 0]))))[0])
    assert np.isnan(fixes.altitude).all()


@pytest.mark.parametrize("whole", [0, 1 << 18])
@pytest.mark.parametrize("spooled", [1, 1 << 20])
def test_packets_that_are_walked_through_or_put_aside_read_the_same(whole, spooled, monkeypatch):
    intervals = [{"interval": "2024-03-21T13:00:00Z/..", **degrees()}, {"epoch": EPOCH, "cartesian": [9, 7e6, 1, 2]}]
    document = czml(packet(degrees()), packet(intervals, "b"), {"position": degrees(), "id": "c"}, {"id": "d"})
    expected = parsed(document)
    monkeypatch.setattr(json_walk, "WHOLE_BYTES", whole)
    monkeypatch.setattr(number_spool, "IN_MEMORY", spooled)
    got = parsed(document)
    assert got[1].as_dict() == expected[1].as_dict()
    for key in "abc":
        for (name, column), (_, again) in zip(
            fixes_of(expected[0], key).columns(), fixes_of(got[0], key).columns(), strict=True
        ):
            np.testing.assert_array_equal(column, again, err_msg=name)


WHOLE = orjson.dumps(czml(packet(degrees([v for n in range(30) for v in (n, n, n / 2, n)]))))


@given(st.integers(1, len(WHOLE) - 1))
def test_a_file_cut_anywhere_gives_its_whole_samples(cut):
    report = ParseReport()
    try:
        chunks = list(Czml().parse(io.BytesIO(WHOLE[:cut]), report, ParseSettings()))
    except ParseError:
        return
    fixes = fixes_of(chunks)
    assert fixes.longitude.tolist() == [float(n) for n in range(len(fixes))]
    assert fixes.time.tolist() == [START + n for n in range(len(fixes))]
    assert any("stops before its end" in str(w) for w in report.warnings)


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 600), st.integers(0, 255)), max_size=8))
def test_no_mutation_gives_anything_but_fixes_or_a_sentence(changes):
    data = bytearray(orjson.dumps(czml(packet(degrees()), packet([degrees(), degrees()], "b"))))
    for at, value in changes:
        data[at % len(data)] = value
    report = ParseReport()
    try:
        chunks = list(Czml().parse(io.BytesIO(bytes(data)), report, ParseSettings()))
    except ParseError:
        return
    assert sum(len(c.fixes) for c in chunks) == report.fixes_read


def test_memory_does_not_grow_with_a_single_packet(monkeypatch):
    monkeypatch.setattr(number_spool, "IN_MEMORY", 1 << 14)

    class Endless:
        def __init__(self, count):
            self.parts = self.made(count)
            self.rest = bytearray()

        @staticmethod
        def made(count):
            yield '[{"id":"document","version":"1.0"},{"id":"a","position":{"cartographicDegrees":[0,1.5,2.5,3'
            for n in range(count):
                yield f",{n},{n % 180}.25,{n % 90}.5,{n % 9000}"
            yield '],"epoch":"2024-03-21T13:00:00Z"}}]'

        def read(self, size=-1):
            while len(self.rest) < size and (part := next(self.parts, None)):
                self.rest += part.encode()
            data = bytes(self.rest[:size])
            del self.rest[:size]
            return data

    peaks = []
    for count in (60_000, 180_000):
        tracemalloc.start()
        chunks = Czml().parse(Endless(count), ParseReport(), ParseSettings())
        assert sum(len(c.fixes) for c in chunks) == count + 1
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]
