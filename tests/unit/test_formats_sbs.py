"""SBS-1 logs: messages joined per aircraft, the zone of their times, every odd row seen in logs."""

import io
import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.format_samples import fixes_of, read_file
from tracks.formats import table_lines
from tracks.formats.content import open_content
from tracks.formats.contract import DropReason, ParseError, ParseReport, ParseSettings
from tracks.formats.last_known import LastKnown
from tracks.formats.sbs import Sbs
from tracks.processing.fixes import AltitudeKind, OnGround, PositionSource

UTC = ParseSettings(time_zone="UTC")
T0 = 1710993906.0  # 2024-03-21T04:05:06Z


def message(kind, seconds, address="71C011", *, first="MSG", logged=0.1, width=22, **fields):
    """A message some seconds after T0."""
    places = {
        "callsign": 10,
        "alt": 11,
        "gs": 12,
        "track": 13,
        "lat": 14,
        "lon": 15,
        "rate": 16,
        "squawk": 17,
        "ground": 21,
    }
    cells = [first, str(kind), "1", "1", address, "1", *[""] * 16]
    for at, offset in ((6, 0.0), (8, logged)):
        moment = str(np.datetime64(round((T0 + seconds + offset) * 1000), "ms"))
        cells[at], cells[at + 1] = moment[:10].replace("-", "/"), moment[11:]
    for name, value in fields.items():
        cells[places[name]] = str(value)
    return ",".join(cells[:width]) + "\n"


def position(seconds, address="71C011", *, lat=43.3981, lon=132.148, alt=35000, **fields):
    return message(3, seconds, address, lat=lat, lon=lon, alt=alt, **fields)


def parsed(text, parse_settings=UTC):
    chunks, report, detected = read_file(text if isinstance(text, bytes) else text.encode(), parse_settings)
    assert detected.parser.name == "sbs"
    return chunks, report


LOG = (
    message(1, 0.0, callsign="KOR271  ")
    + message(4, 0.5, gs=420.5, track=255.1, rate=-64)
    + position(1.0, ground=0)
    + message(6, 1.5, alt=35000, squawk="0510")
    + message(3, 1.7, "155BF0", lat=39.0, lon=125.5, alt="", ground="-1")
    + position(2.25, lat=43.40, lon=132.10, ground=0)
    + message(8, 2.5, ground=0)
)


def test_identity_velocity_and_position_of_an_aircraft_are_joined():
    chunks, report = parsed(LOG)
    fixes = fixes_of(chunks, "71c011")
    assert {c.identity.icao24 for c in chunks} == {"71c011", "155bf0"}
    assert fixes.time.tolist() == [T0 + 1.0, T0 + 2.25]
    assert fixes.latitude.tolist() == [43.3981, 43.40]
    assert fixes.longitude.tolist() == [132.148, 132.10]
    assert fixes.altitude.tolist() == pytest.approx([10668.0] * 2)
    assert fixes.altitude_kind.tolist() == [AltitudeKind.PRESSURE] * 2
    assert fixes.ground_speed.tolist() == pytest.approx([420.5] * 2)
    assert fixes.track_angle.tolist() == pytest.approx([255.1] * 2)
    assert fixes.vertical_rate.tolist() == [-64, -64]
    assert [fixes.callsign_at(i) for i in range(2)] == ["KOR271", None]  # stated once, for the fix after it
    assert fixes.squawk.tolist() == [-1, 0o510]
    assert fixes.on_ground.tolist() == [OnGround.NO] * 2
    assert fixes.time_resolution.tolist() == pytest.approx([0.001] * 2)
    assert fixes.record_index.tolist() == [2, 5]
    other = fixes_of(chunks, "155bf0")
    assert other.on_ground.tolist() == [OnGround.YES]
    assert np.isnan(other.ground_speed[0])  # nothing of another aircraft
    assert other.callsign_at(0) is None
    assert report.records_read == report.fixes_read == 3


def test_without_a_stated_zone_the_log_is_refused_with_what_to_do():
    with pytest.raises(ParseError) as refused:
        parsed(LOG, ParseSettings())
    assert "zone" in str(refused.value)
    assert "2024/03/21 04:05:06.000" in str(refused.value)
    assert str(refused.value.place) == "line 1"


def test_the_stated_zone_is_that_of_the_receivers_clock():
    chunks, _ = parsed(LOG, ParseSettings(time_zone="Asia/Vladivostok"))
    assert fixes_of(chunks, "155bf0").time.tolist() == [T0 + 1.7 - 36_000]


def test_times_that_state_their_zone_need_none():
    text = "".join(
        ",".join(c + ("Z" if i in (7, 9) else "") for i, c in enumerate(line.split(","))) + "\n"
        for line in LOG.splitlines()
    )
    chunks, _ = parsed(text, ParseSettings())
    assert fixes_of(chunks, "155bf0").time.tolist() == [T0 + 1.7]


def test_an_hour_that_the_clocks_showed_twice_is_told():
    text = position(0).replace("2024/03/21,04:05:06", "2024/10/27,02:30:00")
    chunks, report = parsed(text, ParseSettings(time_zone="Europe/Berlin"))
    assert fixes_of(chunks).time.tolist() == [1729989000.0]  # the earlier: 00:30 UTC
    assert "showed twice" in str(report.warnings[0])


def test_the_time_generated_counts_and_the_time_logged_only_where_it_is_missing():
    late = position(1.0, logged=300.0)
    bare = position(2.0, logged=0.5).split(",")
    bare[6] = bare[7] = ""
    chunks, report = parsed(late + ",".join(bare))
    assert fixes_of(chunks).time.tolist() == [T0 + 1.0, T0 + 2.5]
    assert "the time they were logged was taken" in str(report.warnings[0])
    assert str(report.warnings[0].place) == "line 2"


def test_a_velocity_counts_for_five_seconds_and_an_identity_for_a_minute():
    text = message(4, 0, gs=400, track=90, rate=0) + message(1, 0, callsign="ABC1")
    chunks, _ = parsed(text + position(5.0))
    assert fixes_of(chunks).ground_speed.tolist() == [400]
    chunks, _ = parsed(text + position(5.1))
    assert np.isnan(fixes_of(chunks).ground_speed[0])
    assert fixes_of(chunks).callsign_at(0) == "ABC1"
    chunks, _ = parsed(text + position(60.1))
    assert fixes_of(chunks).callsign_at(0) is None


def test_a_velocity_message_counts_as_a_whole():
    text = message(4, 0, gs=400, track=90, rate=128) + message(4, 1, gs=410, track=91) + position(2)
    fixes = fixes_of(parsed(text)[0])
    assert (fixes.ground_speed[0], fixes.track_angle[0]) == (410, 91)
    assert np.isnan(fixes.vertical_rate[0])


def test_a_message_that_says_all_needs_no_other():
    text = message(3, 0, lat=1, lon=2, alt=100, gs=300, track=10, rate=5, squawk=4244, callsign="ABC", ground=0)
    fixes = fixes_of(parsed(text)[0])
    assert (fixes.ground_speed[0], fixes.track_angle[0], fixes.vertical_rate[0]) == (300, 10, 5)
    assert (fixes.squawk[0], fixes.callsign_at(0)) == (0o4244, "ABC")


@pytest.mark.parametrize(
    ("kind", "flag", "meaning"),
    [(3, "-1", 1), (3, "1", 1), (3, "0", 0), (3, "", -1), (2, "", 1), (2, "-1", 1), (2, "0", 0)],
)
def test_the_ground_flag_is_read_in_its_spellings_and_type_2_is_of_the_ground(kind, flag, meaning):
    assert fixes_of(parsed(message(kind, 0, lat=1, lon=2, ground=flag))[0]).on_ground.tolist() == [meaning]


def test_multilaterated_positions_say_so_and_others_say_nothing():
    text = message(3, 0, first="MLAT", lat=1, lon=2, alt=100, gs=300, track=10) + position(1)
    fixes = fixes_of(parsed(text)[0])
    assert fixes.source.tolist() == [PositionSource.MLAT, PositionSource.UNKNOWN]
    assert fixes.ground_speed[0] == 300


def test_short_rows_other_messages_and_long_rows_are_read_as_far_as_they_go():
    others = (
        "STA,,5,179,71C011,10103,2024/03/21,04:05:06.153,2024/03/21,04:05:06.153,RM\n"
        "ID ,,64,522,71C011,1509068,2024/03/21,04:05:06.992,2024/03/21,04:05:06.992,BAW4J\n"
        "CLK,,496,-1,,-1,2024/03/21,04:05:06.036,2024/03/21,04:05:06.036\n"
    )
    text = others + position(1, width=16) + position(2).rstrip() + ",,,,\n" + "\n" + position(3)
    chunks, report = parsed(text)
    assert fixes_of(chunks).time.tolist() == [T0 + 1, T0 + 2, T0 + 3]
    assert not report.dropped


def test_a_column_of_numbers_before_the_messages_is_passed_over():
    text = "".join(f"{n},{line}\n" for n, line in enumerate(LOG.splitlines()))
    chunks, _ = parsed(text)
    assert fixes_of(chunks, "155bf0").time.tolist() == [T0 + 1.7]


def test_what_is_no_message_or_of_no_aircraft_or_of_no_possible_place_is_dropped_with_its_line():
    text = (
        LOG
        + "garbage here\n"
        + position(3, "")
        + position(4, lat=99)
        + position(5, lon="")
        + position(6).replace("2024/03/21,04:05:12", "yesterday,noon")
    )
    _, report = parsed(text)
    places = {reason: [str(p) for p in found] for reason, found in report.places.items()}
    assert places == {
        DropReason.UNREADABLE: ["line 8"],
        DropReason.NO_AIRCRAFT: ["line 9"],
        DropReason.POSITION_OUT_OF_RANGE: ["line 10"],
        DropReason.NO_POSITION: ["line 11"],
        DropReason.UNREADABLE_TIME: ["line 12"],
    }
    assert report.records_read == report.fixes_read + 5


@pytest.mark.parametrize(
    "text", [LOG.replace("\n", "\r\n"), LOG.replace("\n", "\r"), "\ufeff" + LOG, LOG[20:], LOG[:-30]]
)
def test_line_ends_byte_order_mark_and_cut_ends_do_not_matter(text):
    chunks, _ = parsed(text)
    assert fixes_of(chunks, "155bf0").time.tolist() == [T0 + 1.7]


def test_blocks_of_lines_of_any_size_give_the_same(monkeypatch):
    rng = np.random.default_rng(3)
    rows = []
    for second in np.sort(rng.uniform(0, 900, 4_000)):
        address = f"71C0{rng.integers(0, 7):02d}"
        kind = int(rng.integers(0, 4))
        rows.append(
            [
                position(second, address, lat=round(second / 100, 5)),
                message(4, second, address, gs=round(second, 1), track=10, rate=64),
                message(1, second, address, callsign=f"C{int(second)}"),
                message(6, second, address, squawk=f"{int(second) % 4096:04o}"),
            ][kind]
        )
    text = "".join(rows)
    whole, _ = parsed(text)
    monkeypatch.setattr(table_lines, "BLOCK_BYTES", 2_000)
    monkeypatch.setattr(table_lines, "_READ_BYTES", 700)
    parts, _ = parsed(text)
    for key in {c.aircraft_key for c in whole}:
        one, other = fixes_of(whole, key), fixes_of(parts, key)
        assert [one.callsign_at(i) for i in range(len(one))] == [other.callsign_at(i) for i in range(len(other))]
        for (name, column), (_, again) in zip(one.columns(), other.columns(), strict=True):
            assert name == "callsign" or np.array_equal(column, again, equal_nan=column.dtype.kind == "f"), name


def by_hand(aircraft, time, asked, values, age, once):
    """What LastKnown answers, message by message."""
    waiting, answers = {}, []
    for who, when, fix, value in zip(aircraft, time, asked, values, strict=True):
        if not np.isnan(value):
            waiting[who] = (when, value)
        if fix:
            at, said = waiting.get(who, (np.nan, np.nan))
            answers.append(said if abs(when - at) <= age else np.nan)
            if once:
                waiting.pop(who, None)
    return answers


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 20), st.booleans(), st.none() | st.integers(0, 9)), max_size=60
    ),
    st.booleans(),
    st.integers(1, 20),
)
def test_what_was_last_said_agrees_with_going_message_by_message(rows, once, size):
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    aircraft, time = np.array(columns[0], "i4"), np.array(columns[1], "f8")
    asked = np.array(columns[2], "?")
    values = np.array([np.nan if v is None else v for v in columns[3]], "f8")
    known = LastKnown(1, 5.0, once=once)
    found = []
    for start in range(0, len(rows), size):
        part = slice(start, start + size)
        found += known.of(aircraft[part], time[part], asked[part], values[part, None])[:, 0].tolist()
    assert np.array_equal(found, by_hand(aircraft, time, asked, values, 5.0, once), equal_nan=True)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_mutation_raises_anything_but_a_sentence(data):
    text = bytearray((LOG * 3).encode())
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(text) - 1))
        end = at + data.draw(st.integers(0, 12))
        text[at:end] = data.draw(st.binary(max_size=12) | st.sampled_from([b",", b"\n", b'"', b"nan", b"1e400", b"-1"]))
    report = ParseReport()
    try:
        content = open_content(io.BytesIO(bytes(text)), report)
        if not Sbs().sniff(content.head):
            return
        fixes = sum(len(c.fixes) for c in Sbs().parse(content, report, UTC))
    except ParseError:
        return
    assert report.fixes_read == fixes
    assert report.records_read == fixes + report.dropped.total()
    assert json.dumps(report.as_dict())


def test_a_line_that_names_the_columns_is_no_record():
    heads = "MT,TT,SID,AID,Hex,FID,DMG,TMG,DML,TML,CS,Alt,GS,Trk,Lat,Lng,VR,Sq,Alrt,Emer,SPI,Gnd\n"
    bare, with_heads = ParseReport(), ParseReport()
    for report, log in ((bare, LOG), (with_heads, heads + LOG)):
        settings = ParseSettings(time_zone="UTC")
        list(Sbs().parse(io.BytesIO(log.encode()), report, settings))
    assert with_heads.records_read == bare.records_read
    assert with_heads.dropped == bare.dropped
    assert not with_heads.warnings


def test_messages_without_date_and_time_are_refused_as_what_they_are():
    undated = "MSG,3,,,4B1908,,,,,,,2525,,,33.96693,-118.25598,,,0,0,0,0\nMSG,8,,,4B1908,,,,,,,,,,,,,,,,,\n"
    with pytest.raises(ParseError, match="without date and time"):
        read_file(undated.encode())


def test_what_waits_for_a_fix_does_not_count_for_a_position_without_a_time():
    undated = (
        position(1.0).replace(",2024/03/21,", ",,").replace(",04:05:07.000,", ",,").replace(",04:05:07.100,", ",,")
    )
    named = message(6, 0.5, squawk="0510") + message(1, 0.6, callsign="KOR271")
    chunks, report = parsed(named + undated + position(2.0))
    fixes = fixes_of(chunks)
    assert (fixes.time.tolist(), fixes.squawk.tolist()) == ([T0 + 2], [0o510])
    assert fixes.callsign_at(0) == "KOR271"
    assert report.dropped == {DropReason.NO_TIME: 1}
