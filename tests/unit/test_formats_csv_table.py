"""Tables whose columns a curator names: recognised as tables, proposals, and reading by what is said of them."""

import io
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.format_samples import fixes_of, read_file
from tracks.formats import table_aircraft
from tracks.formats.cell_values import angles
from tracks.formats.column_times import written_times
from tracks.formats.content import open_content
from tracks.formats.contract import Confidence, DropReason, ParseError, ParseReport, ParseSettings
from tracks.formats.csv_table import CsvTable
from tracks.formats.registry import detect
from tracks.formats.table_guessing import guess_table, propose_columns
from tracks.formats.table_mapping import ROLES, MappingRefused, TableMapping
from tracks.formats.times import ZonelessTime, epoch_seconds
from tracks.processing.fixes import AltitudeKind, OnGround, PositionSource

T0 = 1710993906  # 2024-03-21T04:05:06Z
LOGGER = (
    "Date;Time;Lat;Lon;Height [m];Speed (km/h);Course;Reg\n"
    "21.03.2024;04:05:06;43,39810;132,14806;3.048,5;370,4;75,5;HL7773\n"
    "21.03.2024;04:05:16;43,40000;132,20000;3.050,0;371,0;76,0;HL7773\n"
)
LOGGER_MAPPING = TableMapping(
    ";",
    True,
    2,
    ("Date", "Time", "Lat", "Lon", "Height [m]", "Speed (km/h)", "Course", "Reg"),
    (
        "date-dmy",
        "clock",
        "latitude-degrees",
        "longitude-degrees",
        "altitude-unstated-m",
        "speed-kmh",
        "track",
        "registration",
    ),
)


def mapping_of(head, *roles, **changes):
    heads = tuple(head.split(","))
    given_values = {"delimiter": ",", "decimal_comma": False, "first_line": 2, "heads": heads, "columns": roles}
    return TableMapping(**{**given_values, **changes}).checked()


def parsed(text, mapping, zone=None):
    data = text if isinstance(text, bytes) else text.encode()
    report = ParseReport()
    content = open_content(io.BytesIO(data), report)
    parse_settings = ParseSettings(time_zone=zone, table=mapping)
    detected = detect(content, parse_settings)
    assert detected.parser.name == "csv-table"
    return list(detected.parser.parse(content, report, parse_settings)), report


def test_without_a_word_of_a_curator_nothing_is_read_and_the_sentence_says_what_to_do():
    with pytest.raises(ParseError, match="Columns"):
        parsed(LOGGER, None, "UTC")


def test_other_separators_within_a_cell_do_not_part_the_columns():
    rows = "".join(f"{1710993906 + i},43.4,132.1,a;b;c;d;e;f;g\n" for i in range(5))
    guess = guess_table(f"time,lat,lon,route\n{rows}".encode())
    assert (guess.layout.delimiter, guess.layout.heads) == (",", ("time", "lat", "lon", "route"))


def test_a_number_in_quotes_with_its_thousands_set_off_is_read_also_among_odd_lines():
    head, role = "time,lat,lon,height", ("time-epoch-s", "latitude-degrees", "longitude-degrees", "altitude-unstated-m")
    mapping = TableMapping(",", False, 2, tuple(head.split(",")), role)
    for between in ("", "\n"):
        rows = f'1710993906,43.4,132.1,"1,100"\n{between}1710993907,43.5,132.2,"11,100"\n'
        chunks, _, _ = read_file(f"{head}\n{rows}".encode(), ParseSettings(table=mapping))
        assert fixes_of(chunks).altitude.tolist() == [1100, 11100]


def test_the_loggers_table_is_read_as_it_was_said():
    chunks, report = parsed(LOGGER, LOGGER_MAPPING, "UTC")
    fixes = fixes_of(chunks)
    assert fixes.time.tolist() == [T0, T0 + 10]
    assert fixes.latitude.tolist() == [43.3981, 43.4]
    assert fixes.longitude.tolist() == [132.14806, 132.2]
    assert fixes.altitude.tolist() == [3048.5, 3050.0]
    assert fixes.altitude_kind.tolist() == [AltitudeKind.UNSTATED] * 2
    assert fixes.ground_speed[0] == pytest.approx(200.0)
    assert fixes.track_angle.tolist() == [75.5, 76.0]
    assert (chunks[0].identity.registration, chunks[0].aircraft_key) == ("HL7773", "HL7773")
    assert report.fixes_read == 2
    assert not report.blanked


def test_the_zone_is_needed_and_counts():
    with pytest.raises(ParseError, match=r"21.03.2024 04:05:06.*zone.*line 2"):
        parsed(LOGGER, LOGGER_MAPPING)
    chunks, _ = parsed(LOGGER, LOGGER_MAPPING, "Asia/Pyongyang")
    assert fixes_of(chunks).time[0] == T0 - 9 * 3600


VALUES = {  # role -> what is written, the column of ours, what it is there
    "altitude-pressure-ft": ("10000", "altitude", 3048.0),
    "altitude-pressure-m": ("3048", "altitude", 3048.0),
    "altitude-pressure-fl": ("FL100", "altitude", 3048.0),
    "altitude-geometric-ft": ("10000", "altitude", 3048.0),
    "altitude-geometric-m": ("3048.0", "altitude", 3048.0),
    "altitude-unstated-ft": ("10000", "altitude", 3048.0),
    "altitude-unstated-m": ("3048", "altitude", 3048.0),
    "altitude-unstated-hft": ("100", "altitude", 3048.0),
    "speed-kt": ("200", "ground_speed", 200.0),
    "speed-kmh": ("370.4", "ground_speed", 200.0),
    "speed-ms": ("102.888889", "ground_speed", 200.0),
    "speed-mph": ("230.155897", "ground_speed", 200.0),
    "track": ("75.5", "track_angle", 75.5),
    "rate-ftmin": ("-1000", "vertical_rate", -1000.0),
    "rate-ms": ("-5.08", "vertical_rate", -1000.0),
    "on-ground": ("airborne", "on_ground", OnGround.NO),
    "squawk": ("510", "squawk", 0o510),
}


@pytest.mark.parametrize("role", VALUES)
def test_each_kind_of_column_is_read_in_its_unit(role):
    written, column, value = VALUES[role]
    mapping = mapping_of("t,lat,lon,x", "time-epoch-s", "latitude-degrees", "longitude-degrees", role)
    chunks, _ = parsed(f"t,lat,lon,x\n{T0},43.4,132.1,{written}\n{T0 + 1},43.4,132.2,\n", mapping)
    fixes = fixes_of(chunks)
    assert getattr(fixes, column)[0] == pytest.approx(value, rel=1e-6)
    kinds = {"pressure": AltitudeKind.PRESSURE, "geometric": AltitudeKind.GEOMETRIC, "unstated": AltitudeKind.UNSTATED}
    if role.startswith("altitude"):
        assert fixes.altitude_kind.tolist() == [kinds[role.split("-")[1]], AltitudeKind.UNKNOWN]


TIMES = {
    "time-epoch-s": str(T0),
    "time-epoch-ms": str(T0 * 1000),
    "time-epoch-us": str(T0 * 10**6),
    "time-epoch-ns": str(T0 * 10**9),
    "time-ymd": "2024-03-21T04:05:06Z",
    "time-dmy": "21/03/2024 04:05:06 UTC",
    "time-mdy": "03/21/24 4:05:06 AM +00:00",
    "time-named": "Thu 21 Mar 2024 04:05:06 GMT",
}


@pytest.mark.parametrize("role", TIMES)
def test_each_way_of_writing_a_time_is_read(role):
    mapping = mapping_of("t,lat,lon", role, "latitude-degrees", "longitude-degrees")
    chunks, _ = parsed(f"t,lat,lon\n{TIMES[role]},43.4,132.1\n{TIMES[role]},43.5,132.1\n", mapping)
    assert fixes_of(chunks).time.tolist() == [T0] * 2


def test_every_kind_of_column_there_is_can_be_read():
    tried = set(VALUES) | set(TIMES) | set(LOGGER_MAPPING.columns)
    rest = {"date-ymd", "date-mdy", "latitude-minutes", "longitude-minutes", "position-degrees", "icao24", "callsign"}
    assert tried | rest | {"date-named", "position-geometry", "position-minutes", "utc-offset", "key", "source"} == set(
        ROLES
    )


def test_a_table_of_several_aircraft_gives_one_each_and_rows_of_nobody_are_dropped():
    mapping = mapping_of("t,p,hex,cs", "time-epoch-s", "position-degrees", "icao24", "callsign")
    rows = (
        f't,p,hex,cs\n{T0},"43.4,132.1",71C011,KOR1\n{T0},"39.0, 125.5",155bf0,\n'
        f'{T0},"1,2",,X\n{T0 + 5},"43.5 132.2",71C011,KOR1\n'
    )
    chunks, report = parsed(rows, mapping)
    assert fixes_of(chunks, "71c011").latitude.tolist() == [43.4, 43.5]
    assert fixes_of(chunks, "71c011").callsign_at(1) == "KOR1"
    assert fixes_of(chunks, "155bf0").longitude.tolist() == [125.5]
    assert report.dropped == {DropReason.NO_AIRCRAFT: 1}
    assert [str(p) for p in report.places[DropReason.NO_AIRCRAFT]] == ["line 4"]


def test_several_callsigns_of_no_stated_aircraft_are_told():
    mapping = mapping_of("t,lat,lon,cs", "time-epoch-s", "latitude-degrees", "longitude-degrees", "callsign")
    chunks, report = parsed(f"t,lat,lon,cs\n{T0},1,2,A1\n{T0 + 9},1,2.01,B2\n", mapping)
    assert len({c.aircraft_key for c in chunks}) == 1
    assert "2 callsigns" in str(report.warnings[0])


def test_a_number_of_the_files_own_tells_aircraft_apart_and_is_no_identity():
    mapping = mapping_of("t,p,id,hex", "time-epoch-s", "position-degrees", "key", "icao24")
    rows = (
        f't,p,id,hex\n{T0},"43.4,132.1",12,\n{T0},"39.0,125.5",13,155bf0\n{T0 + 5},"43.5,132.2",12,\n'
        f'{T0 + 5},"39.1,125.5",14,155BF0\n{T0 + 9},"1,2",,\n'
    )
    chunks, report = parsed(rows, mapping)
    assert {c.aircraft_key: (c.identity.address, len(c.fixes)) for c in chunks} == {
        "12": (None, 2),
        "155bf0 13": ("155bf0", 1),
        "155bf0 14": ("155bf0", 1),
    }
    assert report.dropped == {DropReason.NO_AIRCRAFT: 1}


def test_a_column_that_numbers_rows_is_no_name_of_aircraft(monkeypatch):
    monkeypatch.setattr(table_aircraft, "MOST_NAMES", 5)
    mapping = mapping_of("t,p,id", "time-epoch-s", "position-degrees", "key")
    with pytest.raises(ParseError, match="rows apart, not aircraft"):
        parsed("t,p,id\n" + "".join(f'{T0 + n},"43.4,132.1",{n}\n' for n in range(9)), mapping)


def test_an_address_with_two_registrations_is_one_aircraft_and_told():
    mapping = mapping_of("t,p,hex,reg", "time-epoch-s", "position-degrees", "icao24", "registration")
    rows = f't,p,hex,reg\n{T0},"43.4,132.1",155bf0,RA-82030\n{T0 + 5},"43.5,132.1",155bf0,\n'
    chunks, report = parsed(rows + f'{T0 + 9},"43.6,132.1",155bf0,RA-82035\n', mapping)
    assert {c.aircraft_key for c in chunks} == {"155bf0"}
    assert "155bf0 stands beside the registration “RA-82030” and beside “RA-82035”" in str(report.warnings[0])
    assert not parsed(rows, mapping)[1].warnings


def test_rows_of_several_aircraft_that_nothing_names_are_never_read_as_one():
    mapping = mapping_of("t,lat,lon", "time-epoch-s", "latitude-degrees", "longitude-degrees")
    of_two = "".join(f"{T0 + n},43.{n:03d},132\n{T0 + n},39.{n:03d},125\n" for n in range(20))
    with pytest.raises(ParseError, match=r"cannot be of one aircraft.*record 1\)"):
        parsed("t,lat,lon\n" + of_two, mapping)
    one_after_the_other = "".join(f"{T0 + n},43.{n:03d},132\n" for n in range(20))
    one_after_the_other += "".join(f"{T0 + n},39.{n:03d},125\n" for n in range(20))
    with pytest.raises(ParseError, match="cannot be of one aircraft"):
        parsed("t,lat,lon\n" + one_after_the_other, mapping)


def test_a_receivers_spikes_are_no_second_aircraft():
    mapping = mapping_of("t,lat,lon", "time-epoch-s", "latitude-degrees", "longitude-degrees")
    rows = "".join(f"{T0 + n},{'3' if n % 10 == 5 else '43'}.{n:03d},132\n" for n in range(200))
    chunks, _ = parsed("t,lat,lon\n" + rows, mapping)
    assert len(fixes_of(chunks)) == 200


def test_words_of_being_on_the_ground_that_are_not_understood_are_unknown_and_counted():
    mapping = mapping_of("t,lat,lon,g", "time-epoch-s", "latitude-degrees", "longitude-degrees", "on-ground")
    words = ["TRUE", "falsch", "parked", "", "On Ground", "parked", "0"]
    rows = "".join(f"{T0 + n},43.4,132.1,{word}\n" for n, word in enumerate(words))
    chunks, report = parsed("t,lat,lon,g\n" + rows, mapping)
    yes, no, unknown = OnGround.YES, OnGround.NO, OnGround.UNKNOWN
    assert fixes_of(chunks).on_ground.tolist() == [yes, no, unknown, unknown, yes, unknown, no]
    assert report.blanked == {"on_ground": 2}


@pytest.mark.parametrize(
    ("number", "said", "told"),
    [
        ("132.148", True, "none of the first has one, and “132.148” has a point"),
        ("132,148", False, "“132,148” seems to have a decimal comma"),
        ("132.148", False, None),
        ("132,148", True, None),
    ],
)
def test_a_decimal_comma_that_was_said_wrongly_is_told(number, said, told):
    heads = ("t", "lat", "lon")
    roles = ("time-dmy", "latitude-degrees", "longitude-degrees")
    mapping = TableMapping(";", said, 2, heads, roles)
    _, report = parsed(f"t;lat;lon\n21.03.2024 04:05:06Z;43;{number}\n" * 2, mapping)
    warnings = [str(warning) for warning in report.warnings if "comma" in warning.message]
    assert len(warnings) == (told is not None)
    assert all(told in warning for warning in warnings)


def test_words_of_how_a_position_was_received_are_read_and_estimates_marked():
    mapping = mapping_of("t,lat,lon,by", "time-epoch-s", "latitude-degrees", "longitude-degrees", "source")
    words = ["ADS-B", "mlat", "adsb_icao", "Z", "TP", "ESTIMATED", "", "hearsay"]
    rows = "".join(f"{T0 + n},43.4,132.1,{word}\n" for n, word in enumerate(words))
    fixes = fixes_of(parsed("t,lat,lon,by\n" + rows, mapping)[0])
    radar, guess, unknown = PositionSource.RADAR, PositionSource.TRACKER_ESTIMATE, PositionSource.UNKNOWN
    adsb, mlat = PositionSource.ADSB, PositionSource.MLAT
    assert fixes.source.tolist() == [adsb, mlat, adsb, radar, guess, guess, unknown, unknown]
    assert fixes.estimated.tolist() == [False] * 4 + [True] * 2 + [False] * 2


def test_commas_that_part_thousands_are_no_decimal_commas():
    heads, roles = ("t", "lat", "lon", "alt"), ("time-epoch-s", "latitude-degrees", "longitude-degrees")
    mapping = TableMapping("\t", False, 2, heads, (*roles, "altitude-unstated-ft"))
    rows = f"t\tlat\tlon\talt\n{T0}\t43.398\t132.1\t10,000\n{T0 + 1}\t43.4\t132.1\t900\n"
    chunks, report = parsed(rows, mapping)
    assert fixes_of(chunks).altitude.tolist() == pytest.approx([3048, 274.32])
    assert not report.warnings
    assert not report.blanked


# As integrated avionics write their logs: who recorded, units, heads, rows before the satellites are received.
AVIONICS = (
    '#airframe_info, log_version="1.00", airframe_name="Demo 172", mode=NORMAL,\n'
    "#yyy-mm-dd, hh:mm:ss,   hh:mm,  ident,  degrees, degrees, ft Baro, ft msl, kt, kt, fpm, G, deg, deg, kt\n"
    "  Lcl Date, Lcl Time, UTCOfst, AtvWpt, Latitude, Longitude, AltB, AltMSL,IAS,GndSpd,VSpd,LatAc,HDG,TRK,WndSpd\n"
    "          ,         ,        ,       ,         ,          ,     ,       ,    ,      0,     , 0.01,    ,    ,\n"
    "2024-03-20, 23:59:59,  -04:00,  DEMO1, 43.39810, -80.14806,  980,   1000, 101,  110.5,  500, 0.02,  80,  82,  12\n"
    "2024-03-21, 00:00:00,  -04:00,  DEMO1, 43.39820, -80.14800,  985,   1010, 101,  110.6,  510, 0.02,  80,  83,  12\n"
    "2024-03-21, 00:00:01,        ,  DEMO1, 43.39830, -80.14790,  990,   1020, 101,  110.7,  510, 0.02,  80,  84,  12\n"
)


def test_the_log_of_avionics_is_proposed_whole_and_read_with_the_difference_to_utc_it_states():
    guess = guess_table(AVIONICS.encode())
    assert guess.layout.first_line == 4
    proposed = dict(zip(guess.layout.heads, propose_columns(guess), strict=True))
    assert {head: role for head, role in proposed.items() if role} == {
        "Lcl Date": "date-ymd",
        "Lcl Time": "clock",
        "UTCOfst": "utc-offset",
        "Latitude": "latitude-degrees",
        "Longitude": "longitude-degrees",
        "AltB": "altitude-unstated-ft",
        "AltMSL": "altitude-geometric-ft",
        "GndSpd": "speed-kt",
        "VSpd": "rate-ftmin",
        "TRK": "track",
    }
    mapping = TableMapping(",", False, 4, guess.layout.heads, tuple(proposed.values())).checked()
    chunks, report = parsed(AVIONICS, mapping)
    fixes = fixes_of(chunks)
    midnight = datetime(2024, 3, 21, 4, 0, tzinfo=UTC).timestamp()
    assert fixes.time.tolist() == [midnight - 1, midnight]
    assert fixes.geometric_altitude.tolist() == pytest.approx([304.8, 307.848])
    assert fixes.ground_speed.tolist() == pytest.approx([110.5, 110.6])
    assert fixes.track_angle.tolist() == [82, 83]
    assert report.dropped == {DropReason.NO_TIME: 2}
    assert not report.blanked


def test_lines_that_are_commented_out_are_no_rows():
    mapping = mapping_of("id,t,lat,lon", "key", "time-epoch-s", "latitude-degrees", "longitude-degrees")
    text = f"id,t,lat,lon\nA,{T0},43.1,190\n#A,{T0 + 1},43.2,132\n# a word, and another\nA,{T0 + 2},43.3,-179.5\n"
    chunks, report = parsed(text, mapping)
    assert {c.aircraft_key for c in chunks} == {"A"}
    assert fixes_of(chunks).latitude.tolist() == [43.1, 43.3]
    assert fixes_of(chunks).longitude.tolist() == [-170, -179.5]
    assert report.records_read == 2
    assert not report.dropped
    assert "1 longitudes are beyond 180°" in str(report.warnings[0])
    guess = guess_table(text.encode())
    assert (guess.layout.heads, len(guess.rows)) == (("id", "t", "lat", "lon"), 2)


def test_units_below_the_heads_are_heard_and_no_row():
    text = "Time,Lat,Lon,Alt,Speed\n(s),(deg),(deg),(ft),(kts)\n" + f"{T0},43.4,132.1,3000,200\n" * 3
    guess = guess_table(text.encode())
    assert (guess.layout.first_line, len(guess.rows)) == (2, 3)
    assert propose_columns(guess) == [
        "time-epoch-s",
        "latitude-degrees",
        "longitude-degrees",
        "altitude-unstated-ft",
        "speed-kt",
    ]


def test_what_is_no_place_or_no_speed_over_the_ground_is_not_proposed_as_one():
    heads = (
        "timestamp,LatAc,last,longac,airspeed_kt,wind_speed_kt,gps_latitude,gpsLon,groundSpeedKts,flight_id,alt_gps_m,"
        "height_agl_ft,Ground Track (deg)"
    )
    text = heads + "\n" + f"{T0},0.1,2,0.2,120,10,43.4,132.1,130,7,900,50,90\n" * 3
    assert [role for role in propose_columns(guess_table(text.encode())) if role] == [
        "time-epoch-s",
        "latitude-degrees",
        "longitude-degrees",
        "speed-kt",
        "key",
        "altitude-geometric-m",
        "track",
    ]


def test_a_difference_to_utc_beside_seconds_since_1970_is_refused():
    with pytest.raises(MappingRefused, match="has no meaning"):
        mapping_of("t,p,o", "time-epoch-s", "position-degrees", "utc-offset")


def test_what_cannot_be_read_is_unknown_and_counted_and_rows_of_another_width_are_dropped():
    mapping = mapping_of("t,lat,lon,a", "time-epoch-s", "latitude-degrees", "longitude-degrees", "altitude-pressure-ft")
    rows = f"t,lat,lon,a\n{T0},1,2,low\n{T0},1,2\nlater,1,2,5\n{T0 + 2},north,2,5\n{T0 + 3},1,2,7\n"
    chunks, report = parsed(rows, mapping)
    assert fixes_of(chunks).record_index.tolist() == [0, 4]
    assert report.blanked == {"altitude": 1}
    assert report.dropped == {DropReason.UNREADABLE: 1, DropReason.UNREADABLE_TIME: 1, DropReason.NO_POSITION: 1}
    assert "later" in str(report.warnings[0])


def test_what_a_curator_says_counts_more_than_what_the_table_looks_like():
    text = "Timestamp,UTC,Callsign,Position,Altitude,Speed,Direction\n"
    text += f'{T0},2024-03-21T04:05:06Z,DEMO1,"43.4,132.1",3048,200,75\n'
    roles = ("time-epoch-s", "", "callsign", "position-degrees", "altitude-geometric-m", "", "")
    chunks, _ = parsed(text, mapping_of(text.split("\n")[0], *roles))
    assert fixes_of(chunks).altitude.tolist() == [3048.0]
    with pytest.raises(ParseError, match="Columns"):  # another table: they say nothing of it
        parsed(text.replace("Speed", "Velocity"), mapping_of(text.split("\n")[0], *roles))


# Statements.


@pytest.mark.parametrize("magic", [b"\x1f\x8b", b"x\x01", b"x^", b"x\x9c", b"x\xda", b"\x28\xb5\x2f\xfd"])
def test_a_row_that_begins_like_packed_data_is_never_unpacked(magic):
    head, first, *rest = LOGGER.encode().splitlines(keepends=True)
    (chunk,), report = parsed(head + magic + first + b"".join(rest), LOGGER_MAPPING, "UTC")
    assert len(chunk.fixes) == len(rest)
    assert report.dropped == {DropReason.UNREADABLE_TIME: 1}


def test_statements_come_back_from_where_they_are_stored():
    stored = json.loads(json.dumps(LOGGER_MAPPING.as_json()))
    assert TableMapping.from_json(stored) == LOGGER_MAPPING


@pytest.mark.parametrize(
    ("roles", "sentence"),
    [
        (("latitude-degrees", "longitude-degrees", ""), "which column is the time"),
        (("time-epoch-s", "latitude-degrees", ""), "latitude and longitude"),
        (("time-epoch-s", "time-ymd", "position-degrees"), "the same"),
        (("time-epoch-s", "clock", "position-degrees"), "either one column as time"),
        (("time-epoch-s", "latitude-degrees", "position-degrees"), "either one column as position"),
        (("date-ymd", "position-degrees", ""), "which column is the time"),
        (("time-epoch-s", "position-degrees", "colour"), "no kind of column"),
    ],
)
def test_statements_that_make_no_sense_are_refused(roles, sentence):
    with pytest.raises(MappingRefused, match=sentence):
        mapping_of("a,b,c", *roles)


@pytest.mark.parametrize(
    "stored", [None, {}, [], "x", {"delimiter": ","}, {**LOGGER_MAPPING.as_json(), "columns": "x"}]
)
def test_what_is_no_statement_is_refused(stored):
    with pytest.raises(MappingRefused):
        TableMapping.from_json(stored)


# What looks like a table, and proposals.


@pytest.mark.parametrize(
    "text",
    [
        "Dear all, here, finally, are\nthe names, places, and dates\nof it, all, in order\n",
        "name,colour,shape\nball,red,round\nbox,blue,square\n",
        "43.4 132.1\n",
        "",
        "{}",
        '{"a": [1, 2, 3],\n"b": [4, 5, 6],\n"c": [7, 8, 9]}\n',
        "x,y\n\0\0,1\n",
    ],
)
def test_prose_and_lists_of_words_are_no_tables_of_tracks(text):
    assert CsvTable().sniff(text.encode()) is Confidence.NO


def test_proposals_come_from_heads_and_values_and_leave_open_what_they_do_not_tell():
    guess = guess_table(LOGGER.encode())
    assert (guess.layout.delimiter, guess.decimal_comma, guess.layout.first_line) == (";", True, 2)
    assert propose_columns(guess) == list(LOGGER_MAPPING.columns)
    text = "# made by a logger\n\n"
    text += "timestamp,latitude,longitude,altitude,groundspeed,heading,vertical_rate_fpm,baro_alt_ft\n"
    text += f"{T0}000,4323.9N,13208.9E,3000,200,75,64,9800\n" * 3
    assert propose_columns(guess_table(text.encode())) == [
        "time-epoch-ms",
        "latitude-minutes",
        "longitude-minutes",
        "",  # no unit stated
        "",
        "",  # the nose, not the movement
        "rate-ftmin",
        "altitude-pressure-ft",
    ]
    assert guess_table(text.encode()).layout.first_line == 4


@pytest.mark.parametrize(
    ("dates", "role"),
    [
        (["03/04/2024 10:00", "05/06/2024 11:00"], ""),  # day or month first: nobody can tell
        (["03/04/2024 10:00", "13/06/2024 11:00"], "time-dmy"),
        (["03/04/2024 10:00", "03/14/2024 11:00"], "time-mdy"),
        (["2024-03-04 10:00", "2024-03-05 11:00"], "time-ymd"),
    ],
)
def test_the_order_of_day_and_month_is_proposed_only_where_a_number_tells(dates, role):
    text = "time,lat,lon\n" + "".join(f"{date},43.4,132.1\n" for date in dates)
    assert propose_columns(guess_table(text.encode()))[0] == role


def test_a_table_without_heads_is_a_table():
    text = f"{T0},43.4,132.1\n" * 4
    guess = guess_table(text.encode())
    assert (guess.layout.heads, guess.layout.first_line, len(guess.rows)) == ((), 1, 4)
    mapping = mapping_of("a,b,c", "time-epoch-s", "latitude-degrees", "longitude-degrees", first_line=1, heads=())
    chunks, _ = parsed(text, mapping)
    assert len(fixes_of(chunks)) == 4


# Angles and times.

ANGLES = {
    "43.3981": 43.3981,
    "+43.3981": 43.3981,
    "-43.3981": -43.3981,
    "N43.3981": 43.3981,
    "43.3981 S": -43.3981,
    "43.3981°N": 43.3981,
    "-43.3981 S": None,
    "43.3981E": None,
    "43,3981": None,
    "": None,
    "north": None,
}
IN_MINUTES = {
    "43°23.886'N": 43.3981,
    "43 23.886 S": -43.3981,
    "N43:23:53.16": 43.3981,
    "43°23′53.16″N": 43.3981,
    "4323.886N": 43.3981,
    "-4323.886": -43.3981,
    "43°61.0'N": None,
    "43 23 60.1 N": None,
    "4399.0N": None,
    "43°23.886'E": None,
    "43.3981": None,
}


@pytest.mark.parametrize(("how", "table"), [("degrees", ANGLES), ("minutes", IN_MINUTES)])
def test_angles_are_read_as_they_are_written_or_not_at_all(how, table):
    read = angles(pl.Series("x", list(table)), how, latitude=True)
    for text, value, found in zip(table, table.values(), read, strict=True):
        assert np.isnan(found) if value is None else found == pytest.approx(value, abs=1e-9), text


def test_a_longitude_of_three_digits_is_read_in_minutes():
    assert angles(pl.Series("x", ["13208.8836E", "132 8.8836 W"]), "minutes", latitude=False) == pytest.approx(
        [132.14806, -132.14806]
    )


MOMENTS = st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2099-01-01"))
WAYS = [
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%d %H:%M:%S.%f+09:00",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y%m%dT%H%M%SZ",
    "%Y-%m-%d",
    "%H:%M:%S",
    "%Y-%m-%dT%H:%M:60Z",
    "%Y-%m-%d %H:%M:%S UTC",
    "nothing",
]


@given(
    st.lists(st.tuples(MOMENTS, st.sampled_from(WAYS)), min_size=1, max_size=20), st.sampled_from([None, "Asia/Seoul"])
)
def test_columns_of_times_are_read_as_single_times_are(moments, zone):
    texts = [moment.strftime(way) for moment, way in moments]
    named = None if zone is None else ZoneInfo(zone)
    read = written_times(pl.Series("t", texts), named)
    for text, seconds, zoneless in zip(texts, read.seconds, read.zoneless, strict=True):
        try:
            expected = epoch_seconds(text.replace("/", "-"), named)
            if named is not None or not zoneless:
                assert seconds == pytest.approx(expected, abs=1e-6, nan_ok=True), text
        except ZonelessTime:
            assert zoneless, text
            assert np.isnan(seconds)


@given(MOMENTS)
def test_days_first_and_months_first_are_read_by_what_was_said(moment):
    expected = moment.replace(microsecond=0, tzinfo=UTC).timestamp()
    for order, way in (("dmy", "%d.%m.%Y %H:%M:%S"), ("mdy", "%m/%d/%Y, %I:%M:%S %p")):
        read = written_times(pl.Series("t", [moment.strftime(way)]), UTC, order)
        assert read.seconds[0] == expected


def test_days_that_do_not_exist_are_no_times():
    texts = ["2023-02-29 10:00Z", "2024-02-29 10:00Z", "2024-13-01 10:00Z", "2024-01-01 24:00Z", "24-01-01 10:00Z"]
    assert np.isnan(written_times(pl.Series("t", texts)).seconds).tolist() == [True, False, True, True, True]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_mutation_raises_anything_but_a_sentence(data):
    text = bytearray((LOGGER + LOGGER.split("\n", 1)[1] * 4).encode())
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(text) - 1))
        end = at + data.draw(st.integers(0, 12))
        text[at:end] = data.draw(st.binary(max_size=12) | st.sampled_from([b";", b"\n", b'"', b"nan", b"1e400", b"-,"]))
    propose_columns(guess) if (guess := guess_table(bytes(text))) else None
    report = ParseReport()
    try:
        content = open_content(io.BytesIO(bytes(text)), report)
        parse_settings = ParseSettings(time_zone="UTC", table=LOGGER_MAPPING)
        fixes = sum(len(c.fixes) for c in CsvTable().parse(content, report, parse_settings))
    except ParseError:
        return
    assert report.records_read == fixes + report.dropped.total()
    assert json.dumps(report.as_dict())


def test_written_times_in_rarer_spellings_keep_the_step_they_are_written_in():
    texts = ["20240321T040506Z", "2016-12-31T23:59:60Z", "2024-W12-4T04:05Z", "20240321T040506.25Z"]
    assert written_times(pl.Series("t", texts)).resolution.tolist() == [1.0, 1.0, 60.0, 0.01]


@pytest.mark.parametrize(
    ("written", "seconds", "resolution"),
    [
        ("21-Mar-2024 04:05:06", 0, 1),
        ("21/Mar/24 04:05:06.500", 0.5, 0.1**3),
        ("March 21st, 2024 at 4:05 AM", -6, 60),
        ("Mar 21, 2024, 4:05:06 PM", 12 * 3600, 1),
        ("2024-Mar-21 04:05:06", 0, 1),
        ("Thu Mar 21 04:05:06 UTC 2024", 0, 1),
        ("Thu Mar 21 2024 13:05:06 GMT+0900 (Korean Standard Time)", 0, 1),
        ("21 Mrz 2024 04:05:06", None, None),
        ("31 Feb 2024 04:05:06", None, None),
        ("21 Mar 2024", None, None),
        ("Thu 04:05:06 AM", None, None),
    ],
)
def test_dates_whose_month_is_a_word_are_read_where_they_are_whole(written, seconds, resolution):
    times = written_times(pl.Series([written, None]), ZoneInfo("UTC"), "named")
    assert np.isnan(times.seconds[1])
    if seconds is None:
        assert np.isnan(times.seconds[0])
    else:
        assert times.seconds[0] == T0 + seconds
        assert times.resolution[0] == pytest.approx(resolution)


# The same point, written as PostGIS, shapely, GeoPandas and QGIS export it (the binary ones by shapely 2).
POINTS = (
    "POINT (132.148 43.398)",
    "SRID=4326;POINT Z (132.148 43.398 1200)",
    "point(132.148 43.398)",
    "0101000000DBF97E6ABC8460406DE7FBA9F1B24540",
    "0101000020e6100000dbf97e6abc8460406de7fba9f1b24540",
    "0000000001406084BC6A7EF9DB4045B2F1A9FBE76D",
    '{"type": "Point", "coordinates": [132.148, 43.398, 10]}',
    '{"coordinates":[132.148,43.398],"type":"Point"}',
)


def test_points_of_geographic_software_are_read_longitude_first():
    mapping = TableMapping("\t", False, 2, ("t", "geom"), ("time-epoch-s", "position-geometry"))
    rows = "".join(f"{T0 + n}\t{point}\n" for n, point in enumerate(POINTS))
    chunks, report = parsed("t\tgeom\n" + rows, mapping)
    fixes = fixes_of(chunks)
    assert fixes.longitude.tolist() == pytest.approx([132.148] * len(POINTS))
    assert fixes.latitude.tolist() == pytest.approx([43.398] * len(POINTS))
    assert not report.dropped


@pytest.mark.parametrize(
    "written",
    [
        "43°23'52.8\"N 132°08'52.8\"E",
        "43° 23.88' N, 132° 8.88' E",
        "N43 23 52.8 E132 08 52.8",
        "N 43°23.88' / E 132°08.88'",
    ],
)
def test_positions_in_degrees_and_minutes_in_one_column_are_told_apart_by_their_letters(written):
    text = f"t\tPosition\n{T0}\t{written}\n{T0 + 1}\t{written.replace('E', 'W')}\n{T0 + 2}\t43°23' 132°08'\n"
    guess = guess_table("".join(text.splitlines(keepends=True)[:3]).encode())
    assert propose_columns(guess)[1] == "position-minutes"
    mapping = TableMapping("\t", False, 2, ("t", "Position"), ("time-epoch-s", "position-minutes"))
    chunks, report = parsed(text, mapping)
    fixes = fixes_of(chunks)
    assert fixes.latitude.tolist() == pytest.approx([43.398] * 2)
    assert fixes.longitude.tolist() == pytest.approx([132.148, -132.148])
    assert report.dropped.total() == 1


def test_a_table_whose_dates_leave_the_order_open_is_not_said_to_have_none():
    rows = "6/5/2021,17:20:30,43.4,132.1\n6/5/2021,17:20:36,43.5,132.2\n"
    with pytest.raises(ParseError, match="Say on the page “Columns”"):
        read_file(("DATE,TIME,LAT,LNG\n" + rows).encode())


@pytest.mark.parametrize(
    "written",
    [
        "POINT EMPTY",
        "LINESTRING (132 43, 133 44)",
        "SRID=3857;POINT (132 43)",
        "0101000020110f0000dbf97e6abc8460406de7fba9f1b24540",
        "0102000000",
        '{"type": "MultiPoint", "coordinates": [132, 43]}',
        '{"type": "LineString", "coordinates": [[132, 43], [133, 44]]}',
    ],
)
def test_what_is_no_single_point_of_wgs_84_is_no_position(written):
    mapping = TableMapping("\t", False, 2, ("t", "geom"), ("time-epoch-s", "position-geometry"))
    chunks, report = parsed(f"t\tgeom\n{T0}\tPOINT (132 43)\n{T0 + 1}\t{written}\n", mapping)
    assert len(fixes_of(chunks)) == 1
    assert report.dropped.total() == 1


def test_a_copied_page_is_read_once_its_rows_have_a_date():
    page = "Time (EDT)\tLatitude\tLongitude\tCourse\tkts\tfeet\n"
    rows = [
        ("Thu 01:23:45 PM", "43.4", "132.1", "\u2190 298\u00b0", "180", "1,100"),
        ("Thu 01:24:15 PM", "43.5", "132.0", "\u2196 310\u00b0", "190", "12,900"),
    ]
    with pytest.raises(ParseError, match=r"“Thu 01:23:45 PM”\) have no date"):
        read_file((page + "".join("\t".join(row) + "\n" for row in rows)).encode())
    text = "Date\t" + page + "".join("21-Mar-2024\t" + "\t".join(row) + "\n" for row in rows)
    guess = guess_table(text.encode())
    roles = propose_columns(guess)
    assert roles[:5] == ["date-named", "clock", "latitude-degrees", "longitude-degrees", "track"]
    mapping = TableMapping("\t", False, 2, guess.layout.heads, tuple(roles)).checked()
    chunks, report = parsed(text, mapping, "America/New_York")
    fixes = fixes_of(chunks)
    assert fixes.time.tolist() == [T0 + 13 * 3600 + 18 * 60 + 39, T0 + 13 * 3600 + 19 * 60 + 9]
    assert fixes.track_angle.tolist() == [298, 310]
    assert fixes.altitude.tolist() == pytest.approx([1100 * 0.3048, 12900 * 0.3048])
    assert not report.warnings
    assert not report.blanked


@pytest.mark.parametrize(("altitude", "told"), [("1,100", False), ("0,100", True), ("1,10", True), ("1100,5", True)])
def test_a_comma_before_three_digits_parts_thousands(altitude, told):
    mapping = mapping_of(
        "t,lat,lon,alt", "time-epoch-s", "latitude-degrees", "longitude-degrees", "altitude-unstated-ft"
    )
    _, report = parsed(f't,lat,lon,alt\n{T0},43,132,"{altitude}"\n{T0 + 1},44,132,900\n', mapping)
    assert any("decimal comma" in warning.message for warning in report.warnings) == told


@pytest.mark.parametrize(
    ("heads", "row", "proposed"),
    [
        (
            "serverTime,fixTime,latitude,longitude",
            "2024-03-21 04:05:07,2024-03-21 04:05:06,43,132",
            {"fixTime": "time-ymd"},
        ),
        (
            "t,id,geometry",
            "2024-03-21 04:05:06,7,POINT (132.1 43.1)",
            {"t": "time-ymd", "geometry": "position-geometry"},
        ),
        (
            "time,lat,lon,height_above_takeoff(feet),altitude_above_seaLevel(feet)",
            "1710993906,43.1,132.1,0,120",
            {"altitude_above_seaLevel(feet)": "altitude-geometric-ft", "height_above_takeoff(feet)": ""},
        ),
        (
            "time,lat,lon,OSD.height [ft],OSD.altitude [ft]",
            "1710993906,43.1,132.1,0,120",
            {"OSD.height [ft]": "", "OSD.altitude [ft]": "altitude-unstated-ft"},
        ),
        ("ECTRL ID,Time Over,Latitude,Longitude", "18,01-03-2015 00:06:00,43.1,132.1", {"ECTRL ID": "key"}),
    ],
)
def test_of_several_columns_of_a_kind_the_likely_one_is_proposed(heads, row, proposed):
    guess = guess_table(f"{heads}\n{row}\n{row}\n".encode())
    found = dict(zip(guess.layout.heads, propose_columns(guess), strict=True))
    assert {head: found[head] for head in proposed} == proposed


def test_of_two_lines_of_heads_the_last_is_taken_and_no_row_is_lost():
    text = (
        "Date (yyyy-mm-dd),Time (hh:mm:ss),UTC Offset (hh:mm),Latitude (deg),Longitude (deg),Pressure Altitude (ft)\n"
        "Lcl Date,Lcl Time,UTCOfst,Latitude,Longitude,AltP\n"
        "2024-03-20,21:05:06,-07:00,43.4,132.1,1300\n2024-03-20,21:05:07,-07:00,43.4,132.1,1310\n"
    )
    guess = guess_table(text.encode())
    roles = propose_columns(guess)
    assert roles == ["date-ymd", "clock", "utc-offset", "latitude-degrees", "longitude-degrees", "altitude-pressure-ft"]
    mapping = TableMapping(",", False, guess.layout.first_line, guess.layout.heads, tuple(roles)).checked()
    chunks, report = parsed(text, mapping)
    assert fixes_of(chunks).time.tolist() == [T0, T0 + 1]
    assert not report.dropped
