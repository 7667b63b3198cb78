"""Tables in JSON and those of the library traffic: the same fixes as the same table in CSV, whoever wrote it."""

import csv
import gzip
import io
import json
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.format_samples import fixes_of, read_file, sample
from tracks.formats import contract
from tracks.formats.content import open_content
from tracks.formats.contract import Confidence, DropReason, Limits, ParseError, ParseReport, ParseSettings
from tracks.formats.json_table import JsonTable, as_table
from tracks.formats.table_mapping import TableMapping
from tracks.processing.fixes import AltitudeKind, OnGround, PositionSource

T0 = 1_710_993_906
ROWS = [
    {
        "timestamp": (T0 + i) * 1000,
        "icao24": "71bc25",
        "latitude": 43.4 + i / 1000,
        "longitude": 132.1 - i / 1000,
        "altitude": 1000.0 + 25 * i,
        "groundspeed": 150 + i,
        "track": 75.5,
        "vertical_rate": -64,
        "callsign": "KOR271  ",
        "squawk": "0271",
        "onground": False,
    }
    for i in range(5)
]


BY_COLUMNS = json.dumps({name: {str(n): row[name] for n, row in enumerate(ROWS)} for name in ROWS[0]}).encode()


# One aircraft with a trail (every fourth number is an altitude), one without a position.
VIRTUAL_RADAR = {
    "src": 1,
    "acList": [
        {
            "Id": 7453733,
            "Icao": "71BC25",
            "Reg": "HL7773",
            "Call": "KOR271",
            "Sqk": "0271",
            "Gnd": False,
            "Alt": 37000,
            "AltT": 0,
            "GAlt": 37240,
            "Spd": 450.5,
            "SpdTyp": 0,
            "Trak": 75.5,
            "TrkH": False,
            "Lat": 43.5,
            "Long": 132.5,
            "PosTime": T0 * 1000 + 500,
            "Vsi": -64,
            "Mlat": True,
            "TT": "a",
            "Cos": [
                *(43.3, 132.3, T0 * 1000 - 20_000, 36000),
                *(43.4, 132.4, T0 * 1000 - 10_000, None),
                *(43.5, 132.5, T0 * 1000 + 500, 37000),
            ],
        },
        {"Icao": "71BC26", "Alt": 9000, "AltT": 1, "Lat": 1, "Long": 2, "PosTime": T0 * 1000, "SpdTyp": 2, "Spd": 90},
        {"Icao": "71BC27", "Call": "KOR1"},
    ],
    "stm": T0 * 1000 + 900,
}
_AEROAPI_ROW = {"fa_flight_id": None, "altitude_change": "-", "latitude": 43.4, "longitude": 132.1, "heading": 75}
AEROAPI = {
    "actual_distance": 452,
    "positions": [
        {**_AEROAPI_ROW, "timestamp": "2024-03-21T04:05:06Z", "altitude": 350, "groundspeed": 460, "update_type": "A"},
        {**_AEROAPI_ROW, "timestamp": "2024-03-21T04:05:36Z", "altitude": 7, "groundspeed": 143, "update_type": "P"},
    ],
}
_PAGE_POINT = {"timestamp": T0, "coord": [132.1, 43.4], "alt": 350, "gs": 460, "type": "A", "isolated": False}
PAGE = {"version": "2.21", "flights": {"KOR271-1-x": {"origin": {"coord": [126, 37]}, "track": [_PAGE_POINT] * 2}}}


def parsed(document, **settings):
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    chunks, report, detected = read_file(data, ParseSettings(**settings))
    assert detected.parser.name == "json-table"
    return chunks, report


def assert_the_rows(chunks):
    fixes = fixes_of(chunks)
    assert fixes.time.tolist() == [T0 + i for i in range(5)]
    assert fixes.latitude.tolist() == [row["latitude"] for row in ROWS]
    assert fixes.longitude.tolist() == [row["longitude"] for row in ROWS]
    assert fixes.altitude == pytest.approx([row["altitude"] * 0.3048 for row in ROWS])
    assert set(fixes.altitude_kind) == {AltitudeKind.PRESSURE}
    assert fixes.ground_speed.tolist() == [row["groundspeed"] for row in ROWS]
    assert fixes.track_angle.tolist() == [75.5] * 5
    assert fixes.vertical_rate.tolist() == [-64] * 5
    assert fixes.squawk.tolist() == [0o271] * 5
    assert fixes.on_ground.tolist() == [OnGround.NO] * 5
    assert {fixes.callsign_at(i) for i in range(5)} == {"KOR271"}
    assert chunks[0].identity.as_dict() == {"address": "71bc25"}


@pytest.mark.parametrize(
    "document",
    [
        ROWS,
        json.dumps(ROWS, indent=2).encode(),
        "\n".join(map(json.dumps, ROWS)).encode(),
        {"data": ROWS, "meta": {"count": 5}},
        [{"positions": ROWS[:2]}, {"positions": ROWS[2:]}],
        BY_COLUMNS,
    ],
    ids=["a list", "over many lines", "one a line", "in an answer", "several lists", "by columns"],
)
def test_records_are_read_wherever_they_stand(document):
    chunks, report = parsed(document)
    assert_the_rows(chunks)
    assert (report.records_read, report.fixes_read) == (5, 5)
    assert "units" in str(report.warnings[0])


def as_csv(rows):
    """The rows as pandas writes them, with the number of each."""
    text = io.StringIO()
    writer = csv.DictWriter(text, ["", *rows[0]])
    writer.writeheader()
    for number, row in enumerate(rows):
        stamp = np.datetime64(row["timestamp"], "ms").item().isoformat(" ") + "+00:00"
        writer.writerow({"": number, **row, "timestamp": stamp})
    return text.getvalue()


def test_the_same_table_in_csv_gives_the_same_fixes():
    chunks, _, detected = read_file(as_csv(ROWS).encode())
    assert detected.parser.name == "traffic-table"
    assert_the_rows(chunks)


@pytest.mark.parametrize("name", ["featured/kiwi", "ambulances/rega_sg", "calibration/ajaccio", "surveys/liguria"])
def test_recorded_flights_saved_by_traffic_are_read_value_by_value(name):
    rows = json.loads(gzip.decompress(sample(f"{name}.json.gz")))
    chunks, report, _ = read_file(sample(f"{name}.json.gz"))
    fixes = fixes_of(chunks)
    assert report.fixes_read == len(rows)
    assert (fixes.time * 1000).tolist() == [row["timestamp"] for row in rows]
    assert fixes.latitude.tolist() == [row["latitude"] for row in rows]
    assert fixes.longitude.tolist() == [row["longitude"] for row in rows]

    def stated(key):
        return np.array([np.nan if row.get(key) is None else row[key] for row in rows], dtype="f8")

    assert np.allclose(fixes.altitude, stated("altitude") * 0.3048, equal_nan=True)
    assert np.allclose(fixes.ground_speed, stated("groundspeed"), equal_nan=True)
    assert np.allclose(fixes.track_angle, stated("track") % 360, equal_nan=True)  # written −180 to 180 by some
    assert np.allclose(fixes.vertical_rate, stated("vertical_rate"), equal_nan=True)
    codes = [-1 if row.get("squawk") in (None, "0") else int(f"{float(row['squawk']):04.0f}", 8) for row in rows]
    assert fixes.squawk.tolist() == codes
    assert not report.blanked


def test_a_table_by_columns_is_refused_where_it_is_broken_off_or_too_large_to_be_held():
    data = json.dumps({name: {"0": ROWS[0][name]} for name in ROWS[0]}).encode()
    with pytest.raises(ParseError, match="stops before its end"):
        parsed(data[:-9])
    with pytest.raises(ParseError, match="row by row"):
        parsed(data + b" " * 100, limits=Limits(record_bytes=len(data) // 4))
    strange = json.dumps({**json.loads(data), "callsign": {"0": "\ud800KOR"}}).encode()
    assert fixes_of(parsed(strange)[0]).callsign_at(0) == "?KOR"
    long = {name: {str(n): ROWS[0][name] for n in range(5000)} for name in ROWS[0]}
    assert len(fixes_of(parsed(long)[0])) == 5000
    with pytest.raises(ParseError, match="no list of records with positions"):
        parsed({"speed": {"0": 1}, "colour": {"0": 2}})


def test_directions_below_minus_one_tell_that_all_are_written_from_minus_180_to_180():
    west = [{**row, "track": track} for row, track in zip(ROWS, [-1, -121, -180, 0, 180], strict=True)]
    assert fixes_of(parsed(west)[0]).track_angle.tolist() == [359, 239, 180, 0, 180]
    alone = [{**row, "track": track} for row, track in zip(ROWS, [-1, 10, 20, 30, 40], strict=True)]
    chunks, report = parsed(alone)
    assert np.isnan(fixes_of(chunks).track_angle[0])
    assert report.blanked == {"track_angle": 1}
    unknown = [{**row, "track": track} for row, track in zip(ROWS, [350, 10, -99, -9, 0], strict=True)]
    chunks, report = parsed(unknown)
    assert fixes_of(chunks).track_angle.tolist() == pytest.approx([350, 10, np.nan, np.nan, 0], nan_ok=True)
    assert report.blanked == {"track_angle": 2}


def test_answers_of_flightradar24_s_api_are_read_like_its_tables():
    tracks = [
        {
            "timestamp": "2024-03-21T04:05:06Z",
            "lat": 43.4,
            "lon": 132.1,
            "alt": 3000,
            "gspeed": 200,
            "vspeed": 1500,
            "track": 75,
            "squawk": "1234",
            "callsign": "KOR271",
            "source": source,
        }
        for source in ("MLAT", "ESTIMATED")
    ]
    chunks, _ = parsed([{"fr24_id": "35f2ffd9", "tracks": tracks}])
    fixes = fixes_of(chunks)
    assert chunks[0].identity.as_dict() == {}
    assert fixes.time.tolist() == [T0, T0]
    assert fixes.source.tolist() == [PositionSource.MLAT, PositionSource.TRACKER_ESTIMATE]
    assert fixes.estimated.tolist() == [False, True]
    live = {**tracks[0], "fr24_id": "35f2ffd9", "hex": "71BC25", "reg": "HL7733", "type": "A333"}
    chunks, _ = parsed({"data": [live, {**live, "fr24_id": "35f2aaaa", "hex": "3C6444", "reg": "D-AIBD"}]})
    assert [c.identity.address for c in chunks] == ["71bc25", "3c6444"]


STATES = [
    ["3c6444", "DLH9LF  ", "Germany", T0, T0 + 1, 6.15, 50.2, 3048.0, False, 51.444444, 98.3, 5.08, None, 3100, "1000"],
    ["3c6445", "        ", "Germany", T0 - 60, T0, 6.0, 50.0, 1000.0, False, 100.0, 90.0, 0.0, None, None, None],
    ["3c6446", None, "Germany", None, T0, None, None, None, False, 1.0, None, None, None, None, None],
]


@pytest.mark.parametrize("time_first", [True, False])
def test_opensky_s_states_are_fixes_at_the_time_of_their_positions(time_first):
    states = [[*row, False, 2] for row in STATES]
    chunks, report = parsed({"time": T0 + 1, "states": states} if time_first else {"states": states, "time": T0 + 1})
    fresh, old = fixes_of(chunks, "3c6444"), fixes_of(chunks, "3c6445")
    assert (fresh.time[0], fresh.altitude[0], fresh.squawk[0]) == (T0, 3048.0, 0o1000)
    assert fresh.ground_speed[0] == pytest.approx(100.0)
    assert fresh.source[0] == PositionSource.MLAT
    assert old.time[0] == T0 - 60
    assert np.isnan(old.altitude[0])  # of another moment
    assert report.dropped == {DropReason.NO_POSITION: 1}
    assert [str(place) for place in report.places[DropReason.NO_POSITION]] == ["record 2"]


AIRCRAFT = [
    {"hex": "3c6444", "flight": "DLH9LF  ", "alt_baro": 31000, "gs": 452.7, "lat": 50.1, "lon": 6.1, "seen_pos": 1.25},
    {"hex": "~2a3b4c", "type": "tisb_other", "alt_baro": "ground", "lat": 50.2, "lon": 6.2, "seen_pos": 0.5},
    {"hex": "4b1817", "alt_baro": 5000, "seen": 3.0},
    {"hex": "4b1818", "lat": 50.3, "lon": 6.3},
]


@pytest.mark.parametrize(
    "document",
    [
        {"now": T0 + 0.5, "messages": 7, "aircraft": AIRCRAFT},
        {"ac": AIRCRAFT, "msg": "No error", "now": T0 * 1000 + 500},
    ],
    ids=["a receiver's", "a web service's"],
)
def test_aircraft_a_receiver_sees_are_fixes_dated_by_the_age_of_their_positions(document):
    chunks, report = parsed(document)
    one, other = fixes_of(chunks, "3c6444"), fixes_of(chunks, "~2a3b4c")
    assert (one.time[0], one.latitude[0], one.longitude[0]) == (T0 - 0.75, 50.1, 6.1)
    assert one.altitude[0] == pytest.approx(31000 * 0.3048)
    assert one.on_ground[0] == OnGround.NO
    assert (other.time[0], other.on_ground[0]) == (T0, OnGround.YES)
    assert np.isnan(other.altitude[0])
    assert report.dropped == {DropReason.NO_POSITION: 1, DropReason.NO_TIME: 1}
    assert not report.warnings


def test_virtual_radar_s_list_gives_each_aircraft_s_trail_and_last_position():
    chunks, report = parsed(VIRTUAL_RADAR)
    fixes = fixes_of(chunks, "71bc25")
    assert fixes.time.tolist() == [T0 - 20, T0 - 10, T0 + 0.5]
    assert fixes.longitude.tolist() == [132.3, 132.4, 132.5]
    assert fixes.latitude.tolist() == [43.3, 43.4, 43.5]
    assert fixes.altitude.tolist() == pytest.approx([36000 * 0.3048, np.nan, 37000 * 0.3048], nan_ok=True)
    assert fixes.altitude_kind.tolist() == [AltitudeKind.PRESSURE, AltitudeKind.UNKNOWN, AltitudeKind.PRESSURE]
    assert fixes.ground_speed[2] == 450.5
    assert fixes.track_angle[2] == 75.5
    assert fixes.vertical_rate[2] == -64
    assert fixes.squawk[2] == 0o271
    assert fixes.callsign_at(2) == "KOR271"
    assert fixes.on_ground[2] == OnGround.NO
    assert fixes.source.tolist() == [PositionSource.UNKNOWN] * 2 + [PositionSource.MLAT]
    other = fixes_of(chunks, "71bc26")
    assert other.altitude_kind.tolist() == [AltitudeKind.GEOMETRIC]
    assert np.isnan(other.ground_speed[0]), "a speed through the air"
    assert report.dropped == {DropReason.NO_TIME: 1}


@pytest.mark.parametrize("trail", [None, [43.3], ["43", 132, T0], [43, 132, True], {}, [43, 132, 10**400, 1]])
def test_a_trail_of_virtual_radar_that_is_none_leaves_the_last_position(trail):
    aircraft = {"Icao": "71BC25", "Lat": 43.5, "Long": 132.5, "PosTime": T0 * 1000, "TT": "a", "Cos": trail}
    chunks, _ = parsed(json.dumps({"acList": [aircraft]}).encode())
    assert fixes_of(chunks).time.tolist() == [T0]


def test_flightaware_s_positions_are_in_hundreds_of_feet_and_projected_ones_estimates():
    chunks, report = parsed(AEROAPI)
    fixes = fixes_of(chunks)
    assert fixes.time.tolist() == [T0, T0 + 30]
    assert fixes.altitude.tolist() == pytest.approx([35000 * 0.3048, 700 * 0.3048])
    assert set(fixes.altitude_kind) == {AltitudeKind.UNSTATED}
    assert fixes.ground_speed.tolist() == [460, 143]
    assert fixes.track_angle.tolist() == [75, 75]
    assert fixes.source.tolist() == [PositionSource.ADSB, PositionSource.TRACKER_ESTIMATE]
    assert fixes.estimated.tolist() == [False, True]
    assert not report.dropped


def test_what_flightaware_s_pages_load_is_read_like_its_service():
    chunks, _ = parsed(PAGE)
    fixes = fixes_of(chunks)
    assert (fixes.time[0], fixes.latitude[0], fixes.longitude[0]) == (T0, 43.4, 132.1)
    assert fixes.altitude[0] == pytest.approx(10668)
    assert fixes.source[0] == PositionSource.ADSB


def test_numbers_that_json_writes_with_an_exponent_are_read():
    data = json.dumps([{**ROWS[0], "longitude": 1e-05, "latitude": -2.5e-07}]).encode()
    assert b"1e-05" in data
    fixes = fixes_of(parsed(data)[0])
    assert (fixes.longitude[0], fixes.latitude[0]) == (1e-05, -2.5e-07)


def test_names_that_come_up_later_only_are_told_and_usual_ones_read():
    bare = {key: ROWS[0][key] for key in ("timestamp", "icao24", "latitude", "longitude", "groundspeed", "track")}
    late = {**ROWS[1], "wind": 12}
    chunks, report = parsed("\n".join([json.dumps(bare)] * 2000 + [json.dumps(late)]).encode())
    fixes = fixes_of(chunks)
    assert np.isnan(fixes.altitude[0])
    assert fixes.altitude[-1] == pytest.approx(1025 * 0.3048)
    assert "wind (1)" in str(report.warnings[-1])


def test_what_is_no_record_is_dropped_and_what_is_broken_off_told():
    chunks, report = parsed(json.dumps([ROWS[0], 7, None, *ROWS[1:]]).encode()[:-20])
    assert len(fixes_of(chunks)) == 4
    assert report.dropped == {DropReason.UNREADABLE: 2}
    assert any("the 6 records before that point" in str(warning) for warning in report.warnings)
    assert [str(place) for place in report.places[DropReason.UNREADABLE]] == ["record 1", "record 2"]
    assert fixes_of(chunks).record_index.tolist() == [0, 3, 4, 5]


MAPPING = TableMapping(
    ",", False, 2, ("t", "lat", "lon", "h"), ("time-epoch-s", "latitude-degrees", "longitude-degrees", "")
)
STRANGE = [{"t": T0 + i, "lat": 43.0 + i, "lon": 132.0, "h": 7} for i in range(3)]


def test_a_record_a_line_that_is_none_is_dropped_with_its_number_and_a_cut_one_told():
    lines = [*map(json.dumps, ROWS[:2]), "7", '{"timestamp": broken}', *map(json.dumps, ROWS[2:]), '{"timestamp": 17']
    chunks, report = parsed("\n".join(lines).encode())
    assert fixes_of(chunks).record_index.tolist() == [0, 1, 4, 5, 6]
    assert report.dropped == {DropReason.UNREADABLE: 3}
    assert [str(place) for place in report.places[DropReason.UNREADABLE]] == ["record 2", "record 3", "record 7"]
    assert any("the 7 records before that point" in str(warning) for warning in report.warnings)


def tracked(count, **place):
    row = {"timestamp": T0, "lat": 40.0, "lon": 9.0, "alt": 900, "gspeed": 90, "vspeed": 0, "source": "ADSB"}
    return [row | {"timestamp": T0 + i} | place for i in range(count)]


def test_a_long_list_with_a_stretch_without_positions_is_not_refused_as_nonsense(monkeypatch):
    monkeypatch.setattr(contract, "NONSENSE_RECORDS", 10_000)
    rows = [*tracked(40_000), *tracked(30_000, lat=None, lon=None), *tracked(10)]
    chunks, report = parsed("\n".join(map(json.dumps, rows)).encode())
    assert sum(len(chunk.fixes) for chunk in chunks) == report.fixes_read == 40_010
    assert report.records_read == 70_010
    assert report.dropped == {DropReason.NO_POSITION: 30_000}


def test_what_stands_beside_one_list_does_not_hold_for_the_next():
    large = tracked(6_000)  # so that each object is walked through, not taken whole
    one, none = {"hex": "71bc25", "tracks": large}, {"tracks": large}
    for document in ([one, none], {"data": [one, none]}):
        chunks, report = parsed(document)
        assert {chunk.identity.address for chunk in chunks} == {"71bc25"}
        assert sum(len(chunk.fixes) for chunk in chunks) == 6_000
        assert report.dropped == {DropReason.NO_AIRCRAFT: 6_000}


def test_a_moment_behind_its_list_is_that_of_its_own_list():
    def answer(moment, count):
        states = [["4b1817", "SWR1", "CH", moment, moment, 8.0, 47.0, 1000, False, 100, 90, 0] for _ in range(count)]
        return {"states": states, "time": moment}

    chunks, report = parsed([answer(T0, 4_000), answer(T0 + 60, 4_000)])
    assert set(fixes_of(chunks).time) == {T0, T0 + 60}
    assert report.fixes_read == 8_000


def test_a_record_without_any_value_keeps_its_number():
    for rows in (ROWS, tracked(5)):
        chunks, report = parsed([rows[0], {}, *rows[1:3], dict.fromkeys(rows[0]), *rows[3:]])
        assert fixes_of(chunks).record_index.tolist() == [0, 2, 3, 5, 6]
        assert report.dropped == {DropReason.UNREADABLE: 2}
        assert report.records_read == 7


def test_a_value_that_begins_like_a_remark_in_a_table_is_none_in_json():
    rows = [{"id": "#1", "time": T0 + i, "lat": 47.0, "lon": 8.0} for i in range(5)]
    columns = ("key", "time-epoch-s", "latitude-degrees", "longitude-degrees")
    chunks, _ = parsed(rows, table=TableMapping(",", False, 2, tuple(rows[0]), columns))
    assert fixes_of(chunks).record_index.tolist() == [0, 1, 2, 3, 4]
    assert {chunk.aircraft_key for chunk in chunks} == {"#1"}


def listed(parts):
    return ", ".join(parts)


@pytest.mark.parametrize(
    "document",
    [
        '{"time": {"0": 1}, "x": {"0": ' + "[" * 1_000 + "]" * 1_000 + "}}",
        json.dumps({f"c{c}": {str(1_000 * c + row): 1 for row in range(20)} for c in range(2_000)}),
        '[{"time": 1, "lat": 1, "lon": 2}, ' + listed(f'{{"k{i}": 1}}' for i in range(6_000)) + "]",
        '{"time": 1, "data": [{"lat": 1, "lon": 2}], ' + listed(f'"k{i}": 1' for i in range(66_000)) + "}",
        '{"x": "' + "y" * 40_000 + '", "data": [{"lat": 1, "lon": 2}, ' + listed(["{}"] * 50_000) + "]}",
    ],
    ids=["deep", "columns-without-rows", "a-name-for-each-record", "values-beside", "a-long-text-beside"],
)
def test_small_files_that_would_become_large_tables_are_refused_with_little_memory(document):
    tracemalloc.start()
    try:
        with pytest.raises(ParseError):
            parsed(document.encode())
        assert tracemalloc.get_traced_memory()[1] < 100 << 20
    finally:
        tracemalloc.stop()


def test_any_other_list_of_positions_is_read_as_a_curator_says():
    with pytest.raises(ParseError, match="on the page “Columns”"):
        parsed(STRANGE)
    chunks, _ = parsed(STRANGE, table=MAPPING)
    assert fixes_of(chunks).latitude.tolist() == [43.0, 44.0, 45.0]
    assert as_table(json.dumps(STRANGE).encode()).splitlines()[:2] == [b"t,lat,lon,h", f"{T0},43.0,132.0,7".encode()]


def test_places_are_records_also_where_reading_fails():
    with pytest.raises(ParseError) as caught:
        parsed(
            [{**STRANGE[0], "t": "2024-03-21 04:05:06"}],
            table=TableMapping(",", False, 2, MAPPING.heads, ("time-ymd", *MAPPING.columns[1:])),
        )
    assert str(caught.value.place) == "record 0"


@pytest.mark.parametrize(
    "document",
    [
        [{"icao24": "0101be", "firstSeen": T0, "callsign": "MSR785"}],
        {"a": 1},
        [],
        [1, 2],
        {"data": "x"},
        ["lat", "lon"],
    ],
)
def test_json_without_positions_is_no_table(document):
    assert JsonTable().sniff(json.dumps(document).encode()) is Confidence.NO


WHOLE = json.dumps({"data": [*ROWS, {"timestamp": None}, STRANGE[0]]}).encode()


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_damage_gives_anything_but_fixes_or_a_refusal(data):
    damaged = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    report = ParseReport()
    try:
        content = open_content(io.BytesIO(bytes(damaged)), report)
        for chunk in JsonTable().parse(content, report, ParseSettings()):
            assert np.isfinite(chunk.fixes.time).all()
    except ParseError:
        pass
    assert report.records_read >= report.fixes_read


class _Endless:
    """A list of many records, made as it is read."""

    def __init__(self, count):
        self._row = json.dumps(ROWS[0]).encode()
        self._left = count
        self._text = b"["

    def read(self, size=-1):
        while len(self._text) < size and self._left:
            self._left -= 1000
            self._text += b",".join([self._row] * 1000) + (b"," if self._left else b"]")
        taken, self._text = self._text[:size], self._text[size:]
        return taken


def test_memory_does_not_grow_with_the_list():
    def peak(count):
        tracemalloc.start()
        report = ParseReport()
        for _ in JsonTable().parse(_Endless(count), report, ParseSettings()):
            pass
        assert report.fixes_read == count
        high = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return high

    peak(1_000)
    assert peak(60_000) < 90e6


def test_a_table_without_columns_of_positions_is_told_to_be_none_of_tracks():
    flights = b"flight_id,aircraft_id,reg,equip,callsign\n253742382,7867035,HL7773,A332,KAL271\n"
    with pytest.raises(ParseError, match=r"no column is named as one of positions .*flight_id, aircraft_id"):
        read_file(flights)
