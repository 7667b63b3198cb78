"""Flightradar24 tables and playback JSON: every variant, and recorded real flights."""

import json
import math

import numpy as np
import pytest

from tests.unit.format_samples import fixes_of, read_file, sample
from tracks.formats.contract import DropReason, ParseError, ParseSettings
from tracks.processing.endpoints import Airports
from tracks.processing.fixes import AltitudeKind, OnGround, PositionSource
from tracks.processing.pipeline import process

HEAD = "Timestamp,UTC,Callsign,Position,Altitude,Speed,Direction\n"
ROWS = (
    '1700000000,2023-11-14T22:13:20Z,DEMO1,"43.398102,132.148056",0,12,75\n'
    '1700000060,2023-11-14T22:14:20Z,DEMO1,"43.412399,132.151001",0,140,255\n'
    '1700000075,2023-11-14T22:14:35Z,DEMO1,"43.420000,-132.160000",1025,161,255\n'
)


def parsed(text, settings=None):
    chunks, report, detected = read_file(text if isinstance(text, bytes) else text.encode(), settings)
    assert detected.parser.name == "fr24-csv"
    return fixes_of(chunks), report


def check(fixes):
    assert fixes.time.tolist() == [1700000000, 1700000060, 1700000075]
    assert fixes.latitude.tolist() == [43.398102, 43.412399, 43.42]
    assert fixes.longitude.tolist() == [132.148056, 132.151001, -132.16]
    assert fixes.ground_speed.tolist() == [12, 140, 161]
    assert fixes.track_angle.tolist() == [75, 255, 255]
    assert fixes.altitude[2] == pytest.approx(1025 * 0.3048)
    assert [fixes.callsign_at(i) for i in range(3)] == ["DEMO1"] * 3


def without_utc(text):
    return "".join(line.split(",")[0] + "," + line.split(",", 2)[2] for line in text.splitlines(keepends=True))


def split_position(text):
    return text.replace('"', "")


VARIANTS = {
    "as exported": HEAD + ROWS,
    "without UTC": without_utc(HEAD + ROWS),
    "with CRLF": (HEAD + ROWS).replace("\n", "\r\n"),
    "with CR only": (HEAD + ROWS).replace("\n", "\r"),
    "with a byte order mark": "\ufeff" + HEAD + ROWS,
    "with Position split in two": HEAD + split_position(ROWS),
    "with Position split and a head for its second half": HEAD.replace("Position,", "Position,,")
    + split_position(ROWS),
    "without UTC and with Position split": without_utc(HEAD) + split_position(without_utc(ROWS)),
    "with semicolons": (HEAD + ROWS)
    .replace(",", ";")
    .replace("43.398102;", "43.398102,")
    .replace("43.412399;", "43.412399,")
    .replace("43.420000;", "43.420000,"),
    "with tabs": (HEAD + split_position(ROWS)).replace(",", "\t"),
    "with every cell quoted": '"Timestamp","UTC","Callsign","Position","Altitude","Speed","Direction"\n'
    + "\n".join(",".join(f'"{c}"' for c in line.replace('"', "").split(",")) for line in ROWS.splitlines()),
    "with blank lines and empty cells at the end": HEAD + "\n" + ROWS.replace("\n", ",,\n") + "\n\n",
    "without a last line end": (HEAD + ROWS).rstrip(),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_of_the_export_reads_alike(name):
    fixes, report = parsed(VARIANTS[name])
    check(fixes)
    assert not report.dropped
    assert not report.warnings


def test_zero_is_no_altitude_and_only_a_slow_aircraft_at_zero_is_on_the_ground():
    fixes, _ = parsed(HEAD + ROWS)
    assert np.isnan(fixes.altitude[:2]).all()
    assert fixes.on_ground.tolist() == [OnGround.YES, OnGround.UNKNOWN, OnGround.NO]
    assert fixes.altitude_kind.tolist() == [AltitudeKind.UNKNOWN, AltitudeKind.UNKNOWN, AltitudeKind.PRESSURE]


def test_the_export_never_states_who_the_aircraft_is():
    chunks, _, _ = read_file((HEAD + ROWS).encode())
    assert chunks[0].identity.as_dict() == {"callsign": "DEMO1"}


def test_utc_alone_is_enough_because_its_head_states_the_zone():
    head = HEAD.replace("Timestamp,", "")
    rows = "".join(line.split(",", 1)[1] for line in ROWS.splitlines(keepends=True))
    fixes, _ = parsed(head + rows)
    check(fixes)
    assert parsed(head + rows.replace("T", " ").replace("Z", ""))[0].time[0] == 1700000000


def test_times_without_a_zone_are_refused_until_somebody_states_it():
    text = (HEAD + ROWS).replace("Timestamp,UTC", "Time").replace("DEMO1", "X")
    for stamp in ("1700000000,", "1700000060,", "1700000075,"):
        text = text.replace(stamp, "")
    text = text.replace("Z,", ",")
    with pytest.raises(ParseError, match="do not say in which zone") as caught:
        parsed(text)
    assert caught.value.place.number == 2
    fixes, _ = parsed(text, ParseSettings(time_zone="Asia/Vladivostok"))
    assert fixes.time[0] == 1700000000 - 10 * 3600


def test_a_table_without_any_times_is_refused():
    with pytest.raises(ParseError, match="no column with times"):
        parsed('Callsign,Position,Altitude,Speed,Direction\nX,"1,2",0,0,0\n')


def test_timestamps_rounded_by_a_spreadsheet_are_no_times_but_utc_beside_them_is():
    rounded = (HEAD + ROWS).replace("1700000000,", "1.7E+09,").replace("1700000060,", "1.7E+09,")
    rounded = rounded.replace("1700000075,", "1.70E+09,")
    fixes, report = parsed(rounded)
    check(fixes)
    assert "spreadsheet has rounded" in str(report.warnings[0])
    chunks, report, _ = read_file(without_utc(rounded).encode())
    assert chunks == []
    assert report.dropped == {DropReason.UNREADABLE_TIME: 3}


def test_a_timestamp_that_contradicts_utc_is_told():
    _, report = parsed(HEAD + ROWS.replace("22:13:20Z", "13:13:20Z"))
    assert "differ (by -32400 s" in str(report.warnings[0])
    assert report.warnings[0].place.number == 2


def test_rows_that_cannot_be_read_are_counted_with_their_line():
    text = HEAD + ROWS + 'x,y\n1700000090,,DEMO1,"43.1,132.1,9",0,1,1\n1700000091,,DEMO1,"93.1,132.1",0,1,1\n'
    fixes, report = parsed(text)
    assert len(fixes) == 3
    assert report.dropped == {
        DropReason.UNREADABLE_TIME: 1,
        DropReason.NO_POSITION: 1,
        DropReason.POSITION_OUT_OF_RANGE: 1,
    }
    assert str(report.places[DropReason.POSITION_OUT_OF_RANGE][0]) == "line 7"
    assert report.records_read == 6


def test_tracks_of_the_api_bring_rates_squawks_and_sources():
    text = (
        "timestamp,lat,lon,alt,gspeed,vspeed,track,squawk,callsign,source\n"
        "2023-11-14T22:13:20Z,43.4,132.1,31000,450,-64,180,416,DEMO2,ADSB\n"
        "1700000060,43.5,132.1,31000,450,0,180,0,DEMO2,ESTIMATED\n"
    )
    fixes, _ = parsed(text)
    assert fixes.time.tolist() == [1700000000, 1700000060]
    assert fixes.vertical_rate.tolist() == [-64, 0]
    assert fixes.squawk.tolist() == [0o416, -1]
    assert fixes.source.tolist() == [PositionSource.ADSB, PositionSource.TRACKER_ESTIMATE]
    assert fixes.estimated.tolist() == [False, True]


def test_positions_of_the_archive_are_read():
    text = (
        "snapshot_id,altitude,heading,latitude,longitude,radar_id,speed,squawk\n"
        "1700000000,31000,180,43.4,132.1,9,450,1000\n"
    )
    fixes, _ = parsed(text)
    assert (fixes.time[0], fixes.latitude[0], fixes.ground_speed[0], fixes.squawk[0]) == (1700000000, 43.4, 450, 0o1000)


def test_another_table_is_not_taken_for_one_of_these():
    with pytest.raises(ParseError, match="columns are not those"):
        read_file(b"time,icao24,lat,lon\n1,2,3,4\n")


# Playback JSON. The first two were in the news: the visit to Taipei of 2 August 2022 and the collision at Haneda of
# 2 January 2024; the others are scheduled flights, Zurich – Cancún and Istanbul – Oslo.
FLIGHTS = {
    "2ce4f83f": ("SPAR19", "ae503d", "09-0540", "WMSA", "RCSS", (101.549, 3.1306, 27), (121.5525, 25.0697, 6)),
    "3376ab31": ("JAL516", "8467d8", "JA13XJ", "RJCC", "RJTT", (141.6923, 42.7752, 21), (139.7796, 35.5523, 6)),
    "34a8254b": ("EDW24", "4b1901", "HB-JMF", "LSZH", "MMUN", (8.5492, 47.4647, 432), (-86.877, 21.0365, 7)),
    "372355e5": ("THY9BP", "4baac6", "TC-JVF", "LTFM", "ENGM", (28.7298, 41.2671, 99), (11.1004, 60.1939, 208)),
}


@pytest.mark.parametrize("flight_id", FLIGHTS)
def test_recorded_playback_flights_are_who_they_were_and_end_where_they_went(flight_id):
    callsign, icao24, registration, origin, destination, first, last = FLIGHTS[flight_id]
    data = sample(f"fr24/{flight_id}.json")
    chunks, report, detected = read_file(data)
    assert detected.parser.name == "fr24-playback"
    identity = chunks[-1].identity
    assert (identity.callsign, identity.icao24, identity.registration) == (callsign, icao24, registration)
    assert (identity.origin, identity.destination) == (origin, destination)

    track = json.loads(data)["result"]["response"]["data"]["flight"]["track"]
    fixes = fixes_of(chunks)
    assert report.records_read == len(fixes) == len(track)
    assert fixes.time.tolist() == [p["timestamp"] for p in track]
    assert fixes.latitude.tolist() == [p["latitude"] for p in track]
    assert fixes.longitude.tolist() == [p["longitude"] for p in track]
    feet = np.array([p["altitude"]["feet"] or np.nan for p in track])
    assert np.allclose(fixes.altitude, feet * 0.3048, equal_nan=True)
    assert fixes.ground_speed.tolist() == [p["speed"]["kts"] for p in track]

    lon, lat, elevation = zip(first, last, strict=True)
    (leg,) = process(fixes, airports=Airports.of([origin, destination], lon, lat, elevation)).legs
    assert leg.departure.airport == 0
    if flight_id == "3376ab31":
        # It collided on the runway of Haneda; the last fixes are above its threshold, at no known height.
        assert leg.arrival.airport is None
    else:
        assert leg.arrival.airport == 1


def test_a_playback_file_without_track_says_so():
    data = b'{"result":{"response":{"data":{"flight":{"identification":{}}}}}}'
    with pytest.raises(ParseError, match="no list of positions"):
        read_file(data)


def test_values_missing_from_a_playback_fix_stay_unknown():
    track = [{"latitude": 1.0, "longitude": 2.0, "timestamp": 1700000000, "altitude": None, "speed": {}}, 7]
    data = json.dumps({"result": {"response": {"data": {"flight": {"identification": None, "track": track}}}}})
    chunks, report, _ = read_file(data.encode())
    fixes = fixes_of(chunks)
    assert math.isnan(fixes.altitude[0])
    assert math.isnan(fixes.ground_speed[0])
    assert fixes.on_ground[0] == OnGround.UNKNOWN
    assert report.dropped == {DropReason.UNREADABLE: 1}
    assert chunks[0].identity.as_dict() == {}


def test_a_playback_says_who_flew_also_after_the_track():
    point = {"latitude": 43.4, "longitude": 132.1, "timestamp": 1_700_000_000}
    flight = {"track": [point] * 20_000, "aircraft": {"identification": {"modes": "155C26"}}}
    data = json.dumps({"result": {"response": {"data": {"flight": flight}}}}).encode()
    chunks, _, _ = read_file(data)
    assert len(chunks) > 1
    assert {c.aircraft_key for c in chunks} == {"flight"}
    assert chunks[-1].identity.address == "155c26"


def test_a_table_s_callsign_is_that_of_the_flight_only_where_no_second_one_follows():
    row = '1700000000,,DEMO1,"43.4,132.1",0,12,75\n'
    chunks, _, _ = read_file((HEAD + row * 20_000 + row.replace("DEMO1", "DEMO2")).encode())
    assert len(chunks) > 1
    assert {c.identity.callsign for c in chunks} == {None}


def test_answers_on_all_flights_of_an_area_give_each_aircraft_its_own_fixes():
    head = "fr24_id,flight,callsign,lat,lon,track,alt,gspeed,vspeed,squawk,timestamp,source,hex,type,reg,orig_icao,"
    head += "dest_icao\n"
    rows = (
        "3a01,KE1,KAL1,43.4,132.1,75,1000,200,-64,7700,2023-11-14T22:13:20Z,ADSB,71C011,A333,HL7702,RKSI,UHWW\n"
        "3a02,JS1,KOR271,39.0,125.5,10,2000,300,0,0510,2023-11-14T22:13:20Z,MLAT,,T204,P-633,ZKPY,UHWW\n"
        "3a01,KE1,KAL1,43.5,132.2,75,1100,210,64,7700,2023-11-14T22:13:30Z,ADSB,71C011,A333,HL7702,RKSI,UHWW\n"
        ",,,1,2,3,4,5,6,,2023-11-14T22:13:30Z,ADSB,,,,,\n"
    )
    chunks, report, detected = read_file((head + rows).encode())
    assert detected.parser.name == "fr24-csv"
    one, other = fixes_of(chunks, "71c011"), fixes_of(chunks, "P-633")
    assert one.latitude.tolist() == [43.4, 43.5]
    assert one.record_index.tolist() == [0, 2]
    assert other.source.tolist() == [PositionSource.MLAT]
    identities = {c.aircraft_key: c.identity for c in chunks}
    assert identities["71c011"].as_dict() == {"address": "71c011", "registration": "HL7702", "type_designator": "A333"}
    assert identities["P-633"].registration == "P-633"
    assert report.dropped == {DropReason.NO_AIRCRAFT: 1}
    assert [str(p) for p in report.places[DropReason.NO_AIRCRAFT]] == ["line 5"]


def test_an_export_whose_halves_of_position_were_given_heads_is_read():
    text = "Timestamp,UTC,Callsign,Latitude,Longitude,Altitude,Speed,Direction\n" + split_position(ROWS)
    fixes, _ = parsed(text)
    check(fixes)


def test_a_trail_of_the_map_is_read_oldest_first_with_who_flew():
    trail = [
        {"lat": 43.5, "lng": 132.2, "alt": 3000, "spd": 200, "ts": 1_700_000_060, "hd": 75},
        {"lat": 43.4, "lng": 132.1, "alt": 0, "spd": 12, "ts": 1_700_000_000, "hd": 70},
    ]
    details = {
        "identification": {"callsign": "KOR271", "number": {"default": "KE271"}},
        "aircraft": {"hex": "71BC25", "registration": "HL7733", "model": {"code": "A333", "text": "Airbus A330"}},
        "airport": {"origin": {"code": {"icao": "RKSI"}}, "destination": None},
        "trail": trail,
        "firstTimestamp": 1_700_000_000,
    }
    chunks, _, detected = read_file(json.dumps(details).encode())
    assert detected.parser.name == "fr24-playback"
    fixes = fixes_of(chunks)
    assert fixes.time.tolist() == [1_700_000_000, 1_700_000_060]
    assert fixes.record_index.tolist() == [1, 0]
    assert (fixes.latitude.tolist(), fixes.longitude.tolist()) == ([43.4, 43.5], [132.1, 132.2])
    assert math.isnan(fixes.altitude[0])
    assert fixes.altitude[1] == pytest.approx(3000 * 0.3048)
    assert fixes.on_ground.tolist() == [OnGround.YES, OnGround.NO]
    assert (fixes.ground_speed.tolist(), fixes.track_angle.tolist()) == ([12, 200], [70, 75])
    assert chunks[0].identity.as_dict() == {
        "address": "71bc25",
        "registration": "HL7733",
        "type_designator": "A333",
        "type_name": "Airbus A330",
        "callsign": "KOR271",
        "flight_number": "KE271",
        "origin": "RKSI",
    }


def clicked(trail):
    return json.dumps(
        {"identification": {}, "aircraft": {}, "airport": {}, "trail": trail, "flightHistory": {}}
    ).encode()


def test_a_trail_that_somebody_put_in_order_stays_so():
    rows = [{"lat": 43.4, "lng": 132.1, "alt": 900, "spd": 200, "ts": 1_700_000_000 + i, "hd": 75} for i in range(3)]
    for trail in (rows, rows[::-1]):
        chunks, _, _ = read_file(clicked(trail))
        assert fixes_of(chunks).time.tolist() == [1_700_000_000, 1_700_000_001, 1_700_000_002]


def test_a_trail_with_more_positions_than_any_flight_is_refused_not_held(monkeypatch):
    monkeypatch.setattr("tracks.formats.fr24_playback._TRAIL_AT_MOST", 1_000)
    row = {"lat": 43.4, "lng": 132.1, "alt": 900, "spd": 200, "ts": 1_700_000_000, "hd": 75}
    assert read_file(clicked([row] * 1_000))[1].fixes_read == 1_000
    with pytest.raises(ParseError, match="more positions than any flight"):
        read_file(clicked([row] * 1_001))


def test_an_export_with_both_halves_of_position_under_heads_needs_no_timestamp_beside_utc():
    text = (
        "UTC,Callsign,Latitude,Longitude,Altitude,Speed,Direction,Label\n"
        "2024-10-23T14:56:23Z,GAF665,33.824123,35.495888,1200,250,188,1\n"
    )
    fixes, _ = parsed(text)
    assert (fixes.time[0], fixes.latitude[0], fixes.track_angle[0]) == (1729695383, 33.824123, 188)
