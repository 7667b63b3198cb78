"""GeoJSON and MF-JSON with times: every place programs put times into, hand-worked; order and size change nothing."""

import io
import json
import math
import tracemalloc
from datetime import UTC, datetime

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.format_samples import fixes_of, read_file
from tracks.formats import feature_points, features, json_walk, number_spool
from tracks.formats.contract import DropReason, ParseError, ParseReport, ParseSettings
from tracks.formats.geojson import GeoJson
from tracks.processing.fixes import AltitudeKind

START = 1_711_026_000.0  # 2024-03-21T13:00:00Z
LINE = [[132.1, 43.4, 1000], [132.2, 43.5, 1100.5], [132.3, 43.6, 1200]]
TIMES = ["2024-03-21T13:00:00Z", "2024-03-21T13:00:10Z", "2024-03-21T13:00:20.5Z"]


def feature(coordinates=LINE, kind="LineString", **properties):
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}


def collection(*features, **more):
    return {"type": "FeatureCollection", "features": list(features), **more}


def moving(coordinates=LINE, datetimes=TIMES, **properties):
    temporal = {"type": "MovingPoint", "coordinates": coordinates, "datetimes": datetimes, "interpolation": "Linear"}
    return {"type": "Feature", "temporalGeometry": temporal, "properties": properties}


def parsed(document, zone=None, name=None):
    data = document if isinstance(document, bytes) else orjson.dumps(document)
    chunks, report, detected = read_file(data, ParseSettings(time_zone=zone))
    assert detected.parser.name == (
        name or ("mf-json" if b"MovingPoint" in data or b"datetimes" in data else "geojson")
    )
    return chunks, report


@pytest.mark.parametrize(
    "properties",
    [
        {"coordTimes": TIMES},
        {"times": TIMES},
        {"linestringTimestamps": TIMES},
        {"coordinateProperties": {"times": TIMES, "heart": [1, 2, 3]}},
        {"times": [START, START + 10, START + 20.5]},
        {"times": [int(START * 1000), START * 1000 + 10_000, START * 1000 + 20_500]},
        {"time": TIMES, "name": "A"},
        {"timestamps": [t.replace("Z", "+00:00") for t in TIMES]},
    ],
)
def test_the_times_of_a_line_are_found_where_programs_put_them(properties):
    for document in (feature(**properties), collection(feature(**properties))):
        chunks, report = parsed(document, name="geojson")
        fixes = fixes_of(chunks)
        assert fixes.time.tolist() == [START, START + 10, START + 20.5]
        assert fixes.longitude.tolist() == [132.1, 132.2, 132.3]
        assert fixes.latitude.tolist() == [43.4, 43.5, 43.6]
        assert fixes.altitude.tolist() == [1000, 1100.5, 1200]
        assert set(fixes.altitude_kind) == {AltitudeKind.UNSTATED}
        assert fixes.record_index.tolist() == [0, 1, 2]
        assert report.fixes_read == report.records_read == 3
        assert not report.warnings


def test_the_order_of_the_fields_changes_nothing():
    one = feature(times=TIMES)
    other = {"properties": one["properties"], "geometry": dict(reversed(one["geometry"].items())), "type": "Feature"}
    assert fixes_of(parsed(one)[0]).time.tolist() == fixes_of(parsed(other)[0]).time.tolist()


def test_a_line_of_several_parts_has_silence_between_them():
    nested = feature([LINE, LINE[:2]], "MultiLineString", coordinateProperties={"times": [TIMES, TIMES[:2]]})
    flat = feature([LINE, LINE[:2]], "MultiLineString", times=TIMES + TIMES[:2])
    for document in (nested, flat):
        fixes = fixes_of(parsed(document)[0])
        assert fixes.break_before.tolist() == [False, False, False, True, False]
        assert len(fixes) == 5


def _of_lines(*parts):
    return {"type": "GeometryCollection", "geometries": [{"type": kind, "coordinates": c} for kind, c in parts]}


@pytest.mark.parametrize("last", ["geometry", "properties"])
def test_a_collection_of_lines_is_a_line_of_several_parts(last):
    parts = [("LineString", LINE[:2]), ("LineString", LINE[2:])]
    fields = {
        "type": "Feature",
        "geometry": _of_lines(*parts),
        "properties": {"coordinateProperties": {"times": [TIMES[:2], TIMES[2:]]}},
    }
    fields[last] = fields.pop(last)
    fixes = fixes_of(parsed(collection(fields), name="geojson")[0])
    assert fixes.time.tolist() == [START, START + 10, START + 20.5]
    assert fixes.latitude.tolist() == [43.4, 43.5, 43.6]
    assert fixes.break_before.tolist() == [False, False, True]


def test_a_collection_of_more_than_lines_is_no_track():
    parts = [("Point", LINE[0]), ("LineString", LINE)]
    mixed = {"type": "Feature", "geometry": _of_lines(*parts), "properties": {"times": TIMES}}
    with pytest.raises(ParseError, match=r"no track"):
        parsed(collection(mixed))


def test_a_fourth_number_that_can_be_a_time_is_one():
    line = [[lon, lat, ele, START * 1000 + 1000 * n] for n, (lon, lat, ele) in enumerate(LINE)]
    assert fixes_of(parsed(feature(line))[0]).time.tolist() == [START, START + 1, START + 2]
    with pytest.raises(ParseError, match="a line without times"):
        parsed(feature([[lon, lat, ele, 90 + n] for n, (lon, lat, ele) in enumerate(LINE)]))


def test_as_many_times_as_positions_or_none_of_them_count():
    document = collection(feature(times=TIMES[:2]), feature(times=TIMES))
    chunks, report = parsed(document)
    assert len(fixes_of(chunks)) == 3
    assert fixes_of(chunks).record_index.tolist() == [3, 4, 5]
    assert report.dropped[DropReason.NO_TIME] == 3
    assert "3 positions but 2 times" in str(report.warnings[0])


def test_a_file_without_times_is_refused_as_no_track():
    for document in (feature(name="route"), collection(feature(), feature(LINE[0], "Point"))):
        with pytest.raises(ParseError, match="line without times cannot be shown"):
            parsed(document)
    with pytest.raises(ParseError, match="no line or point"):
        parsed(collection())


def test_lines_that_name_no_aircraft_are_kept_apart_and_those_that_name_one_are_together():
    document = collection(
        feature(times=TIMES),
        feature(times=TIMES),
        feature(times=TIMES, icao24="15F0AA", registration="RA-82030", typeCode="A124"),
        feature(times=TIMES, hex="15f0aa", callsign="VDA1"),
    )
    chunks, _ = parsed(document)
    assert [c.aircraft_key for c in chunks] == ["feature-1", "feature-2", "15f0aa", "15f0aa"]
    assert chunks[2].identity.as_dict() == {"address": "15f0aa", "registration": "RA-82030", "type_designator": "A124"}
    assert chunks[3].identity.callsign == "VDA1"


def test_names_that_may_mean_anything_identify_nobody():
    chunks, _ = parsed(feature(times=TIMES, name="15f0aa", id="abcdef", type="A124", reg="not a registration"))
    assert chunks[0].identity.as_dict() == {}


@pytest.mark.parametrize(
    "time", [TIMES[0], START, START * 1000, "2024-03-21 13:00:00 UTC", "20240321T130000Z", "2024-03-21T22:00:00+09:00"]
)
def test_points_with_a_time_each_are_a_track(time):
    document = collection(
        feature([132.1, 43.4, 900], "Point", time=time), feature([132.2, 43.5], "Point", timestamp=TIMES[1])
    )
    chunks, _ = parsed(document)
    fixes = fixes_of(chunks)
    assert fixes.time.tolist() == [START, START + 10]
    assert fixes.longitude.tolist() == [132.1, 132.2]
    assert fixes.altitude[0] == 900
    assert math.isnan(fixes.altitude[1])
    assert {c.aircraft_key for c in chunks} == {"aircraft"}


def test_points_of_several_aircraft_are_told_apart_and_keep_their_records_and_callsigns():
    rows = [("aaaaaa", "AAA1"), ("bbbbbb", None), ("aaaaaa", "AAA2"), ("aaaaaa", None)]
    document = collection(
        *(
            feature([130 + n, 40], "Point", time=START + n, icao24=hex_, **({"callsign": cs} if cs else {}))
            for n, (hex_, cs) in enumerate(rows)
        )
    )
    chunks, _ = parsed(document)
    one = fixes_of(chunks, "aaaaaa")
    assert one.record_index.tolist() == [0, 2, 3]
    assert one.longitude.tolist() == [130, 132, 133]
    assert [one.callsign_at(n) for n in range(3)] == ["AAA1", "AAA2", None]
    assert fixes_of(chunks, "bbbbbb").record_index.tolist() == [1]


def test_points_of_several_callsigns_that_name_no_aircraft_are_told():
    def point(second, callsign):
        when = f"2024-03-21T13:00:{second:02d}Z"
        return feature([132.1 + second / 100, 43.4], "Point", time=when, callsign=callsign)

    _, report, _ = read_file(json.dumps(collection(point(0, "AFL1"), point(1, "KOR2"), point(2, "AFL1"))).encode())
    assert "several callsigns, “AFL1” and “KOR2” among them" in str(report.warnings[0])
    _, report, _ = read_file(json.dumps(collection(point(0, "AFL1"), point(1, "AFL1"))).encode())
    assert not report.warnings


def test_times_without_a_zone_are_refused_until_the_zone_is_stated():
    document = feature(times=[t.replace("Z", "") for t in TIMES])
    with pytest.raises(ParseError, match="do not say in which zone"):
        parsed(document)
    fixes = fixes_of(parsed(document, "Asia/Vladivostok")[0])
    assert fixes.time.tolist() == [START - 36_000, START - 36_000 + 10, START - 36_000 + 20.5]


def test_what_is_no_time_or_no_position_is_dropped_and_counted_where_it_is():
    line = [*LINE, [1], ["x", 2], None, [400, 10], [10, 95]]
    stated = [TIMES[0], "soon", None, *[TIMES[2]] * 5]
    chunks, report = parsed(feature(line, times=stated))
    assert len(fixes_of(chunks)) == 1
    places = {str(reason): [p.number for p in found] for reason, found in report.places.items()}
    assert places == {
        "unreadable-time": [1],
        "no-time": [2],
        "no-position": [3, 4, 5],
        "position-out-of-range": [6, 7],
    }
    assert "soon" in str(report.warnings[0])


def test_times_to_the_minute_and_of_fractions_have_their_resolution():
    document = collection(
        feature(times=["2024-03-21T13:00Z", "2024-03-21T13:01Z", "2024-03-21T13:02Z"]), feature(times=TIMES)
    )
    chunks, _ = parsed(document)
    assert chunks[0].fixes.time_resolution.tolist() == [60, 60, 60]
    assert chunks[1].fixes.time_resolution == pytest.approx([0.1, 0.1, 0.1])


def test_times_to_the_hour_say_no_more_than_the_hour():
    hours = ["2024-03-21T13Z", "2024-03-21T14Z", "2024-03-21T15Z"]
    chunks, _, _ = read_file(json.dumps(feature(times=hours)).encode())
    assert fixes_of(chunks).time_resolution.tolist() == [3600.0] * 3


def test_heights_that_are_all_zero_are_unknown():
    chunks, report = parsed(feature([[lon, lat, 0] for lon, lat, _ in LINE], times=TIMES))
    assert np.isnan(fixes_of(chunks).altitude).all()
    assert report.blanked["altitude"] == 3


def test_heights_of_points_that_are_all_zero_are_unknown_and_counted_however_they_fall_into_blocks(monkeypatch):
    zeros = [feature([132 + n / 100, 43, 0], "Point", time=START + n) for n in range(4)]
    chunks, report = parsed(collection(*zeros))
    assert np.isnan(fixes_of(chunks).altitude).all()
    assert report.blanked == {"altitude": 4}
    assert "all zero" in str(report.warnings[0])
    # Zeros after heights are heights: an aircraft that has landed.
    monkeypatch.setattr(feature_points, "_BATCH", 2)
    flown = [feature([132, 43, 300], "Point", time=START - 2), feature([132, 43], "Point", time=START - 1)]
    chunks, report = parsed(collection(*flown, *zeros))
    assert fixes_of(chunks).altitude.tolist() == pytest.approx([300, np.nan, 0, 0, 0, 0], nan_ok=True)
    assert not report.blanked


def test_longitudes_that_go_on_beyond_the_180th_meridian_are_those_they_are_and_told():
    line = [[179.5, 50], [180, 50], [180.5, 50], [360, 50], [-190, 50], [-180, 50]]
    chunks, report = parsed(feature(line, times=[START + 60 * n for n in range(6)]))
    assert fixes_of(chunks).longitude.tolist() == [179.5, 180, -179.5, 0, 170, -180]
    assert ["3 longitudes are beyond 180°" in str(warning) for warning in report.warnings] == [True]


def test_points_that_name_no_aircraft_and_cannot_be_of_one_are_never_read_as_one():
    def points(*places):
        return [feature([lon, lat + n / 1000], "Point", time=START + n) for n in range(9) for lon, lat in places]

    with pytest.raises(ParseError, match=r"cannot be of one.*record 1\)"):
        parsed(collection(*points((132, 43), (125, 39))))
    assert len(fixes_of(parsed(collection(*points((132, 43))))[0])) == 9
    named = points((132, 43), (125, 39))
    for n, point in enumerate(named):
        point["properties"]["icao24"] = ("aaaaaa", "bbbbbb")[n % 2]
    assert {c.aircraft_key for c in parsed(collection(*named))[0]} == {"aaaaaa", "bbbbbb"}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("urn:ogc:def:crs:EPSG::4326", True),
        ("urn:ogc:def:crs:EPSG:8.5:4326", True),
        ("http://www.opengis.net/gml/srs/epsg.xml#4326", True),
        ("EPSG:4326", False),
        ("urn:ogc:def:crs:OGC::CRS84", False),
        ("urn:ogc:def:crs:OGC:1.3:CRS84h", False),
        ("WGS 84", False),
    ],
)
def test_positions_are_longitude_first_whatever_order_a_reference_system_has(name, told):
    crs = {"type": "name", "properties": {"name": name}}
    for document in (collection(feature(times=TIMES), crs=crs), {**moving(), "crs": crs}):
        chunks, report = parsed(document)
        assert fixes_of(chunks).longitude.tolist() == [132.1, 132.2, 132.3]
        assert ["latitude first" in str(warning) for warning in report.warnings] == [True] * told


@pytest.mark.parametrize(
    "crs",
    [
        None,
        {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
        {"type": "name", "properties": {"name": "EPSG:4326"}},
        {"type": "Name", "properties": {"name": "urn:ogc:def:crs:EPSG::4979"}},
        {"type": "Link", "properties": {"href": "http://www.opengis.net/def/crs/EPSG/0/4326"}},
        {"type": "EPSG", "properties": {"code": 4326}},
    ],
)
def test_wgs84_by_any_name_is_read(crs):
    assert len(fixes_of(parsed(collection(feature(times=TIMES), crs=crs))[0])) == 3


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::3857", "EPSG:14326", "urn:ogc:def:crs:EPSG:9.9.1:32652"])
def test_another_reference_system_is_refused_by_its_name(name):
    crs = {"type": "name", "properties": {"name": name}}
    for document in ({**collection(feature(times=TIMES)), "crs": crs}, {"crs": crs, **moving()}):
        with pytest.raises(ParseError, match=name):
            parsed(document)


def test_shapes_that_are_no_track_are_told():
    areas = feature([[[1, 2], [3, 4], [1, 2]]], "Polygon", times=TIMES)
    _, report = parsed(collection(areas, feature(times=TIMES)))
    assert "1 features of other shapes" in str(report.warnings[0])


def test_moving_points_are_read_from_features_and_collections():
    for document in (moving(icao24="15f0aa"), collection(moving(icao24="15f0aa"))):
        chunks, _ = parsed(document, name="mf-json")
        fixes = fixes_of(chunks)
        assert fixes.time.tolist() == [START, START + 10, START + 20.5]
        assert fixes.latitude.tolist() == [43.4, 43.5, 43.6]
        assert chunks[0].aircraft_key == "15f0aa"


def test_a_feature_that_is_called_a_moving_feature_is_one():
    chunks, _ = parsed({**moving(), "type": "MovingFeature"}, name="mf-json")
    assert fixes_of(chunks).time.tolist() == [START, START + 10, START + 20.5]


def test_a_moving_point_of_a_single_moment_is_a_fix():
    for document in (
        {"type": "MovingPoint", "coordinates": LINE[0], "datetimes": TIMES[0], "interpolation": "None"},
        {"type": "MovingPoint", "coordinates": LINE[:1], "datetimes": TIMES[:1], "interpolation": "None"},
        {"datetimes": TIMES[0], "coordinates": LINE[0], "type": "MovingPoint"},
    ):
        fixes = fixes_of(parsed(document, name="mf-json")[0])
        assert (fixes.time.tolist(), fixes.longitude.tolist(), fixes.altitude.tolist()) == ([START], [132.1], [1000])


def test_the_trajectory_encoding_is_read():
    document = feature(datetimes=[int(START * 1000) + 1000 * n for n in range(3)], state=["walking"])
    assert fixes_of(parsed(document, name="mf-json")[0]).time.tolist() == [START, START + 1, START + 2]


def test_a_summary_of_the_path_beside_a_moving_point_is_not_read_twice():
    document = {**moving(), "geometry": {"type": "LineString", "coordinates": LINE}}
    for order in (document, dict(reversed(document.items()))):
        chunks, report = parsed(order, name="mf-json")
        assert len(fixes_of(chunks)) == 3
        assert report.records_read == 3


def test_what_mobilitydb_writes_is_read():
    bare = {
        "type": "MovingPoint",
        "crs": {"type": "Name", "properties": {"name": "EPSG:4326"}},
        "coordinates": [[132.1, 43.4], [132.2, 43.5]],
        "datetimes": ["2024-03-21T13:00:00+00", "2024-03-21T22:00:10+09"],
        "lower_inc": True,
        "upper_inc": True,
        "interpolation": "Linear",
    }
    assert fixes_of(parsed(bare)[0]).time.tolist() == [START, START + 10]
    sequences = {
        "type": "MovingPoint",
        "sequences": [
            {"coordinates": LINE, "datetimes": TIMES, "lower_inc": True},
            {"datetimes": ["2024-03-21T14:00:00+00:00"], "coordinates": [[1, 2]]},
        ],
        "interpolation": "Linear",
    }
    fixes = fixes_of(parsed(sequences)[0])
    assert fixes.break_before.tolist() == [False, False, False, True]
    assert fixes.time[-1] == START + 3600


def test_a_collection_of_moving_geometries_is_read():
    prisms = [{"type": "MovingPoint", "datetimes": TIMES, "coordinates": LINE}]
    document = {"type": "Feature", "temporalGeometry": {"type": "MovingGeometryCollection", "prisms": prisms}}
    assert len(fixes_of(parsed(document)[0])) == 3


@pytest.mark.parametrize("whole", [0, 1 << 18])
@pytest.mark.parametrize("spooled", [1, 1 << 20])
def test_features_that_are_walked_through_or_put_aside_read_the_same(whole, spooled, monkeypatch):
    features = [
        feature(times=TIMES, icao24="aaaaaa"),
        feature([LINE, LINE], "MultiLineString", times=[TIMES, TIMES]),
        moving(),
        feature([1, 2], "Point", time=START, callsign="ABC1"),
        {"type": "Feature", "temporalGeometry": {"sequences": [{"coordinates": LINE, "datetimes": TIMES}] * 3}},
        feature([[[1, 2], [3, 4]]], "Polygon"),
        {"type": "Feature", "geometry": None, "properties": None},
    ]
    expected = parsed(collection(*features), name="mf-json")
    monkeypatch.setattr(json_walk, "WHOLE_BYTES", whole)
    monkeypatch.setattr(number_spool, "IN_MEMORY", spooled)
    got = parsed(collection(*features), name="mf-json")
    assert got[1].as_dict() == expected[1].as_dict()
    for key in {c.aircraft_key for c in expected[0]}:
        one, other = fixes_of(expected[0], key), fixes_of(got[0], key)
        for (name, column), (_, again) in zip(one.columns(), other.columns(), strict=True):
            np.testing.assert_array_equal(column, again, err_msg=name)


POSITION = st.tuples(st.floats(-180, 180), st.floats(-90, 90), st.floats(-100, 9000)).map(list)


@given(
    lines=st.lists(st.lists(POSITION, min_size=1, max_size=5), min_size=1, max_size=4),
    style=st.sampled_from(["iso", "s", "ms", "offset"]),
    times_first=st.booleans(),
)
def test_any_lines_come_out_as_they_went_in(lines, style, times_first):
    def stated(count):
        seconds = [START + 7 * n for n in range(count)]
        if style == "iso":
            return [datetime.fromtimestamp(t, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for t in seconds]
        if style == "offset":
            return [datetime.fromtimestamp(t + 34_200, UTC).strftime("%Y-%m-%dT%H:%M:%S+09:30") for t in seconds]
        return [t * 1000 for t in seconds] if style == "ms" else seconds

    features = [feature(line, coordTimes=stated(len(line))) for line in lines]
    if times_first:
        features = [dict(reversed(each.items())) for each in features]
    chunks, report = parsed(collection(*features))
    assert report.fixes_read == sum(map(len, lines))
    for n, line in enumerate(lines):
        fixes = fixes_of(chunks, f"feature-{n + 1}")
        assert np.column_stack((fixes.longitude, fixes.latitude)).tolist() == [row[:2] for row in line]
        assert fixes.time.tolist() == [START + 7 * k for k in range(len(line))]


WHOLE = orjson.dumps(collection(feature([[n, n / 2, n] for n in range(20)], times=[START + n for n in range(20)])))


@given(st.integers(1, len(WHOLE) - 1))
def test_a_file_cut_anywhere_gives_the_positions_that_have_their_times(cut):
    report = ParseReport()
    try:
        chunks = list(GeoJson().parse(io.BytesIO(WHOLE[:cut]), report, ParseSettings()))
    except ParseError:
        return
    fixes = fixes_of(chunks)
    assert fixes.longitude.tolist() == [float(n) for n in range(len(fixes))]
    assert fixes.time.tolist() == [START + n for n in range(len(fixes))]
    if len(fixes) < 20:
        assert any("stops before its end" in str(w) for w in report.warnings)


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 600), st.integers(0, 255)), max_size=8))
def test_no_mutation_gives_anything_but_fixes_or_a_sentence(changes):
    data = bytearray(orjson.dumps(collection(feature(times=TIMES), moving(), feature([1, 2], "Point", time=START))))
    for at, value in changes:
        data[at % len(data)] = value
    report = ParseReport()
    try:
        chunks = list(GeoJson().parse(io.BytesIO(bytes(data)), report, ParseSettings()))
    except ParseError:
        return
    assert sum(len(c.fixes) for c in chunks) == report.fixes_read


@pytest.mark.parametrize("encode", [lambda d: b"\xef\xbb\xbf" + d, lambda d: d.replace(b",", b",\r\n ")])
def test_byte_order_marks_and_line_ends_change_nothing(encode):
    assert len(fixes_of(parsed(encode(orjson.dumps(feature(times=TIMES))))[0])) == 3


def test_numbers_that_cannot_be_do_no_harm():
    data = orjson.dumps(feature(times=TIMES)).replace(b"132.2", b"1e999").replace(b"1200", b"NaN")
    chunks, report = parsed(data)
    fixes = fixes_of(chunks)
    assert fixes.longitude.tolist() == [132.1, 132.3]
    assert math.isnan(fixes.altitude[1])
    assert report.dropped.total() == 1


def test_memory_does_not_grow_with_a_single_feature(monkeypatch):
    monkeypatch.setattr(number_spool, "IN_MEMORY", 1 << 14)
    monkeypatch.setattr(features, "_BATCH", 1 << 13)  # so that a small file has several

    class Endless:
        """All positions first, then all times."""

        def __init__(self, count):
            self.parts = self.made(count)
            self.rest = bytearray()

        @staticmethod
        def made(count):
            yield '{"type":"Feature","geometry":{"type":"LineString","coordinates":[[1.5,2.5,1]'
            for n in range(count):
                yield f",[{n % 180}.25,{n % 90}.5,{n % 9000}]"
            yield ']},"properties":{"times":["2024-03-21T13:00:00Z"'
            for n in range(count):
                yield f',"2024-03-21T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}Z"'
            yield "]}}"

        def read(self, size=-1):
            while len(self.rest) < size and (part := next(self.parts, None)):
                self.rest += part.encode()
            data = bytes(self.rest[:size])
            del self.rest[:size]
            return data

    tracemalloc.start()
    chunks = GeoJson().parse(Endless(160_000), ParseReport(), ParseSettings())
    assert sum(len(c.fixes) for c in chunks) == 160_001
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # It stays between 17 and 20 MB however many there are; lists of them all would take 45 MB.
    assert peak < 28e6


def test_half_a_surrogate_pair_in_a_time_is_a_time_that_cannot_be_read():
    stated = [*TIMES[:2], "2024-03-21T13:00\ud8000Z"]
    chunks, report, _ = read_file(json.dumps(feature(coordTimes=stated)).encode())
    assert fixes_of(chunks).time.tolist() == [START, START + 10]
    assert report.dropped[DropReason.UNREADABLE_TIME] == 1


@pytest.mark.parametrize("kind", [["Feature"], {"a": 1}, None, 7])
def test_a_type_that_is_no_word_keeps_nothing_from_being_read(kind):
    whole = collection(feature(coordTimes=TIMES))
    assert len(fixes_of(read_file(json.dumps({**whole, "type": kind, "was": "FeatureCollection"}).encode())[0])) == 3
    lone = {**feature(coordTimes=TIMES), "type": kind, "was": "Feature"}
    assert len(fixes_of(read_file(json.dumps(lone).encode())[0])) == 3
