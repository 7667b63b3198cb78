"""readsb and tar1090 traces: hand-worked rows, old and new, damaged ones, and a recorded real one."""

import gzip
import json
import math

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.format_samples import fixes_of, read_file, sample
from tracks.formats.columns import MOST_CALLSIGNS
from tracks.formats.contract import CHUNK_FIXES, DropReason, ParseError
from tracks.processing.fixes import AltitudeKind, OnGround, PositionSource

BASE = 1_700_000_000.5


def trace(*rows, **header):
    return orjson.dumps({"icao": "ab12cd", "timestamp": BASE, **header, "trace": list(rows)})


def row(offset=0.0, lat=43.4, lon=132.1, alt=1000, gs=250.0, track=200.0, flags=0, rate=-640, detail=None, *more):
    return [offset, lat, lon, alt, gs, track, flags, rate, detail, *more]


def parsed(data):
    chunks, report, detected = read_file(data)
    assert detected.parser.name == "readsb-trace"
    return fixes_of(chunks), report


def test_a_row_is_read_in_metres_knots_and_degrees():
    fixes, report = parsed(trace(row(12.34, 43.4, 132.1, 1000, 250.5, 200.1, 0, -640)))
    assert fixes.time[0] == BASE + 12.34
    assert (fixes.latitude[0], fixes.longitude[0]) == (43.4, 132.1)
    assert fixes.altitude[0] == pytest.approx(304.8)
    assert fixes.altitude_kind[0] == AltitudeKind.PRESSURE
    assert fixes.ground_speed[0] == pytest.approx(250.5)
    assert fixes.track_angle[0] == pytest.approx(200.1, abs=1e-4)
    assert fixes.vertical_rate[0] == -640
    assert fixes.on_ground[0] == OnGround.NO
    assert fixes.record_index[0] == 0
    assert (report.records_read, report.fixes_read) == (1, 1)


def test_flags_tell_silence_before_new_leg_and_geometric_altitude_apart():
    fixes, _ = parsed(trace(*(row(float(i), flags=flags) for i, flags in enumerate([0, 1, 2, 4, 8, 3, 15]))))
    assert fixes.break_before.tolist() == [False, True, False, False, False, True, True]
    assert not fixes.estimated.any(), "the flag speaks of the time before; the fix itself was received"
    assert fixes.leg_start.tolist() == [False, False, True, False, False, True, True]
    geometric = [AltitudeKind.PRESSURE] * 4 + [AltitudeKind.GEOMETRIC, AltitudeKind.PRESSURE, AltitudeKind.GEOMETRIC]
    assert fixes.altitude_kind.tolist() == geometric


def test_ground_is_no_altitude_and_the_heading_there_no_track_angle():
    fixes, _ = parsed(trace(row(alt="ground", gs=12.0, track=75.0)))
    assert fixes.on_ground[0] == OnGround.YES
    assert math.isnan(fixes.altitude[0])
    assert fixes.altitude_kind[0] == AltitudeKind.UNKNOWN
    assert math.isnan(fixes.track_angle[0])


def test_what_a_row_leaves_null_stays_unknown():
    fixes, _ = parsed(trace(row(alt=None, gs=None, track=None, rate=None)))
    for name in ("altitude", "ground_speed", "track_angle", "vertical_rate", "geometric_altitude"):
        assert math.isnan(getattr(fixes, name)[0]), name
    assert fixes.on_ground[0] == OnGround.UNKNOWN
    assert fixes.altitude_kind[0] == AltitudeKind.UNKNOWN
    assert fixes.callsign_at(0) is None
    assert fixes.squawk[0] == -1


def test_callsign_and_squawk_are_known_only_where_a_detail_object_states_them():
    fixes, _ = parsed(
        trace(
            row(0.0, detail={"flight": "DEMO1   ", "squawk": "7700"}),
            row(1.0),
            row(2.0, detail={"type": "adsb_icao"}),
            row(3.0, detail={"flight": "DEMO2"}),
            row(4.0, detail={"flight": "        "}),
        )
    )
    assert [fixes.callsign_at(i) for i in range(5)] == ["DEMO1", None, None, "DEMO2", None]
    assert fixes.squawk.tolist() == [0o7700, -1, -1, -1, -1]


def test_newer_rows_state_source_and_geometric_altitude_themselves():
    kinds = ["adsb_icao", "adsb_icao_nt", "adsr_other", "tisb_trackfile", "adsc", "mlat", "other", "mode_s", None, "x"]
    fixes, _ = parsed(trace(*(row(float(i), 43, 132, 1000, 1, 1, 0, 0, None, k, 1100) for i, k in enumerate(kinds))))
    assert [PositionSource(s).name for s in fixes.source.tolist()] == [
        *("ADSB", "ADSB_NON_TRANSPONDER", "ADSR", "TISB", "ADSC", "MLAT", "OTHER", "MODE_S", "UNKNOWN", "UNKNOWN")
    ]
    assert fixes.geometric_altitude[0] == pytest.approx(335.28)


def test_older_rows_have_a_source_only_where_their_detail_object_names_it():
    fixes, _ = parsed(trace(row(0.0, detail={"type": "mlat"}), row(1.0)))
    assert fixes.source.tolist() == [PositionSource.MLAT, PositionSource.UNKNOWN]


def test_rows_of_different_lengths_may_stand_in_one_file():
    fixes, report = parsed(trace([0, 43.0, 132.0], row(1.0), [*row(2.0), "mlat", 900, 64, 280, 0.0, "new"]))
    assert len(fixes) == 3
    assert fixes.source.tolist() == [0, 0, PositionSource.MLAT]
    assert not report.dropped


def test_an_address_that_is_not_icao_is_never_given_as_one():
    chunks, _, _ = read_file(trace(row(), icao="~2FFF01"))
    identity = chunks[0].identity
    assert identity.address == "~2fff01"
    assert identity.icao24 is None
    assert identity.is_icao_address is False


def test_the_file_s_own_database_entry_is_the_stated_identity():
    chunks, _, _ = read_file(trace(row(), icao="155C26", r="RA-82038", t="A124", desc="ANTONOV An-124", ownOp="AN OP"))
    assert chunks[0].identity.as_dict() == {
        "address": "155c26",
        "registration": "RA-82038",
        "type_designator": "A124",
        "type_name": "ANTONOV An-124",
        "operator": "AN OP",
    }


@pytest.mark.parametrize(("offset", "resolution"), [(3, 1.0), (3.5, 0.1), (3.25, 0.01), (3.125, 0.001)])
def test_the_time_resolution_is_that_of_the_offsets_written(offset, resolution):
    fixes, _ = parsed(trace(row(0), row(offset)))
    assert fixes.time_resolution.tolist() == pytest.approx([resolution] * 2)


def test_records_without_a_possible_time_or_position_are_counted_with_their_place():
    rows = [
        row(0.0),
        row(1.0, lat=None),
        row(2.0, lat=91.0),
        row(3.0, lon=-180.5),
        row(None),
        row(1e12),
        None,
        [1],
        {"a": 1},
        row("4.0"),
        row(5.0, lat="43"),
        row(True),
        row(6.0, 90.0, -180.0),
    ]
    fixes, report = parsed(trace(*rows))
    assert fixes.record_index.tolist() == [0, 12]
    assert report.dropped == {
        DropReason.NO_POSITION: 2,
        DropReason.POSITION_OUT_OF_RANGE: 2,
        DropReason.NO_TIME: 1,
        DropReason.UNREADABLE_TIME: 2,
        DropReason.TIME_OUT_OF_RANGE: 1,
        DropReason.UNREADABLE: 3,
    }
    assert [p.number for p in report.places[DropReason.POSITION_OUT_OF_RANGE]] == [2, 3]
    assert (report.records_read, report.fixes_read) == (13, 2)


def test_absurd_values_are_unknown_and_counted_while_the_position_stays():
    data = trace(row(0.0, alt=10**9, gs=-4.0, track=400.0, rate=1e7)).replace(b"400.0", b"NaN")
    fixes, report = parsed(data)
    assert len(fixes) == 1
    assert all(math.isnan(getattr(fixes, n)[0]) for n in ("altitude", "ground_speed", "track_angle", "vertical_rate"))
    assert report.blanked == {"altitude": 1, "ground_speed": 1, "vertical_rate": 1}


def test_a_file_without_its_time_base_is_refused():
    with pytest.raises(ParseError, match="states no “timestamp”"):
        read_file(b'{"icao":"ab12cd","r":"x","trace":[[0,1,2,3]]}')


@pytest.mark.parametrize("value", [b'"2024-01-01"', b"1700000000000", b"-5", b"null", b"true"])
def test_a_time_base_that_is_no_time_is_refused(value):
    with pytest.raises(ParseError, match="not a time in seconds"):
        read_file(b'{"icao":"ab12cd","timestamp":' + value + b',"trace":[[0,1,2,3]]}')


def test_a_time_base_after_the_trace_is_waited_for():
    fixes, _ = parsed(b'{"icao":"ab12cd","trace":[[0,1,2,3],[5,1,2,3]],"timestamp":1700000000}')
    assert fixes.time.tolist() == [1_700_000_000, 1_700_000_005]


def test_two_different_time_bases_are_refused():
    with pytest.raises(ParseError, match="“timestamp” twice"):
        read_file(b'{"icao":"a","timestamp":1700000000,"timestamp":1600000000,"trace":[[0,1,2,3]]}')


@given(keep=st.floats(0.2, 0.99), packed=st.booleans())
def test_a_truncated_file_gives_its_complete_records_and_says_where_it_stops(keep, packed):
    data = trace(*(row(float(i), 43 + i / 1000, detail={"flight": "DEMO1"} if i % 4 == 0 else None) for i in range(60)))
    cut = data[: int(len(data) * keep)]
    chunks, report, _ = read_file(gzip.compress(cut) if packed else cut)
    fixes = fixes_of(chunks)
    whole = json.loads(data)["trace"]
    assert 0 < len(fixes) < 60
    assert fixes.latitude.tolist() == [r[1] for r in whole[: len(fixes)]]
    warning = next(w for w in report.warnings if "stops before its end" in str(w))
    assert warning.place is not None
    assert warning.place.number == len(cut)
    assert f"the {len(fixes)} records" in str(warning)


def test_a_download_broken_off_inside_gzip_gives_its_complete_records():
    rng = np.random.default_rng(5)
    data = trace(*(row(float(i), *rng.uniform(30, 50, 2).round(6).tolist()) for i in range(3000)))
    packed = gzip.compress(data)
    chunks, report, _ = read_file(packed[: len(packed) // 2])
    fixes = fixes_of(chunks)
    assert 1000 < len(fixes) < 2000
    assert fixes.record_index.tolist() == list(range(len(fixes)))
    assert any("gzip file stops" in str(w) for w in report.warnings)


def test_one_damaged_row_costs_one_record():
    data = trace(*(row(float(i)) for i in range(50))).replace(b"[20.0,", b"[20.0,,")
    fixes, report = parsed(data)
    assert len(fixes) == 49
    place = report.places[DropReason.UNREADABLE][0]
    assert data[place.number :].startswith(b"[20.0,,")
    assert fixes.record_index[20] == 21, "later records keep their own index"


def test_chunks_are_bounded_however_dense_the_file():
    data = b'{"icao":"ab12cd","timestamp":1700000000,"trace":[' + b",".join([b"[0,1,2]"] * 150_000) + b"]}"
    chunks, report, _ = read_file(data)
    assert max(len(c.fixes) for c in chunks) <= CHUNK_FIXES
    assert report.fixes_read == 150_000
    assert fixes_of(chunks).record_index.tolist() == list(range(150_000))


def test_a_recorded_trace_reads_as_a_plain_json_library_reads_it():
    data = sample("readsb/trace_full_ac671b.json")
    document = json.loads(data)
    rows = document["trace"]
    fixes, report = parsed(data)
    assert report.records_read == report.fixes_read == len(rows) == 2500
    assert np.allclose(fixes.time, [document["timestamp"] + r[0] for r in rows], atol=5e-4, rtol=0)
    assert fixes.latitude.tolist() == [r[1] for r in rows]
    assert fixes.longitude.tolist() == [r[2] for r in rows]
    feet = np.array([np.nan if r[3] == "ground" else r[3] for r in rows], dtype="f8")
    assert np.allclose(fixes.altitude, feet * 0.3048, equal_nan=True, rtol=1e-6)
    assert (fixes.on_ground == OnGround.YES).tolist() == [r[3] == "ground" for r in rows]
    assert np.array_equal(fixes.ground_speed, np.array([r[4] for r in rows], dtype="f4"), equal_nan=True)
    assert np.array_equal(fixes.vertical_rate, np.array([r[7] for r in rows], dtype="f4"), equal_nan=True)
    assert fixes.break_before.tolist() == [bool(r[6] & 1) for r in rows]
    # What the flag means, seen in the data itself: where it stands, nothing came for 15 s or more before.
    silence = np.diff([r[0] for r in rows])
    assert fixes.break_before[1:].any()
    assert (silence[fixes.break_before[1:]] >= 15).all()
    stated = [(r[8] or {}).get("flight") for r in rows]
    assert [fixes.callsign_at(i) for i in range(len(rows))] == [s.strip() if s else None for s in stated]
    # Independently known: four flights of N899DN, a Boeing 737-900 of Delta, on 4 and 5 February 2025.
    assert fixes.callsigns == ("DAL1812", "DAL2418", "DAL1615", "DAL2927")
    chunks, _, _ = read_file(gzip.compress(data))
    assert chunks[0].identity.as_dict() == {
        "address": "ac671b",
        "registration": "N899DN",
        "type_designator": "B739",
        "type_name": "BOEING 737-900",
        "operator": "DELTA AIR LINES INC",
    }
    assert np.array_equal(fixes_of(chunks).time, fixes.time)


def test_a_file_of_nothing_but_unusable_records_is_given_up_with_a_reason():
    data = b'{"icao":"ab12cd","timestamp":1700000000,"trace":[' + b"[1,null,null]," * 400_000 + b"[1,2,3]]}"
    with pytest.raises(ParseError, match="could not be used, most of them because: no position stated") as caught:
        read_file(data)
    assert caught.value.values["read"] < 400_000


def test_many_unusable_records_among_good_ones_are_only_counted():
    data = b'{"icao":"ab12cd","timestamp":1700000000,"trace":[' + b"[1,null,null],[1,2,3]," * 80_000 + b"[1,2,3]]}"
    fixes, report = parsed(data)
    assert len(fixes) == 80_001
    assert report.dropped == {DropReason.NO_POSITION: 80_000}


def test_silence_before_a_row_without_position_is_silence_before_the_next_fix():
    fixes, _ = parsed(trace(row(0.0), row(100.0, lat=None, flags=1), row(101.0), row(102.0)))
    assert fixes.break_before.tolist() == [False, True, False]


def long_trace(header, footer, callsign=lambda i: "DEMO1"):
    rows = (row(float(i), detail={"flight": callsign(i)}) for i in range(20_000))
    return orjson.dumps({**header, "timestamp": BASE, "trace": list(rows), **footer})


def test_who_the_aircraft_is_may_be_stated_after_the_trace():
    chunks, _, _ = read_file(long_trace({}, {"icao": "AB12CD", "r": "RA-82038"}))
    assert len(chunks) > 1
    assert {c.aircraft_key for c in chunks} == {"aircraft"}, "the key stays what it was at first"
    assert chunks[-1].identity.as_dict() == {"address": "ab12cd", "registration": "RA-82038", "callsign": "DEMO1"}
    assert sum(len(c.fixes) for c in chunks) == 20_000


def test_a_callsign_is_stated_of_the_whole_file_only_where_it_is_the_only_one():
    chunks, _, _ = read_file(long_trace({"icao": "ab12cd"}, {}, lambda i: "DEMO1" if i < 19_999 else "DEMO2"))
    assert len(chunks) > 1
    assert {c.identity.callsign for c in chunks} == {None}


def test_a_chunk_lists_only_the_callsigns_it_uses():
    chunks, report, _ = read_file(long_trace({"icao": "ab12cd"}, {}, lambda i: f"D{i // 10}"))
    assert len(chunks) > 1
    for chunk in chunks:
        assert set(chunk.fixes.callsign.tolist()) == set(range(len(chunk.fixes.callsigns)))
    fixes = fixes_of(chunks)
    assert [fixes.callsign_at(i) for i in (0, 9_999, 19_999)] == ["D0", "D999", "D1999"]
    assert not report.blanked


def test_callsigns_without_end_are_unknown_after_the_first_thousands():
    chunks, report, _ = read_file(long_trace({"icao": "ab12cd"}, {}, lambda i: f"D{i}"))
    fixes = fixes_of(chunks)
    assert len(fixes.callsigns) == MOST_CALLSIGNS
    assert report.blanked == {"callsign": 20_000 - MOST_CALLSIGNS}
    assert fixes.callsign_at(MOST_CALLSIGNS - 1) is not None
    assert fixes.callsign_at(MOST_CALLSIGNS) is None


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("offset", [1e308, -1e308, 1e300, 1e15])
def test_an_absurd_offset_is_dropped_without_overflowing(offset):
    fixes, report = parsed(trace(row(0.0), row(offset)))
    assert len(fixes) == 1
    assert report.dropped == {DropReason.TIME_OUT_OF_RANGE: 1}


ANY_VALUE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["ground", "mlat", "adsb_icao", "12", "7700", ""]),
    st.dictionaries(st.sampled_from(["flight", "squawk", "type", "nic"]), st.sampled_from(["A1 ", "0123", 5, None])),
    st.lists(st.none(), max_size=2),
)
USUAL_ROW = st.tuples(
    st.floats(0, 9e4),
    st.floats(-95, 95),
    st.floats(-185, 185),
    st.one_of(st.none(), st.just("ground"), st.integers(-2000, 60_000)),
    *[st.one_of(st.none(), st.floats(-10, 5000), st.integers(-10, 400))] * 4,
    st.one_of(st.none(), st.fixed_dictionaries({"flight": st.sampled_from(["A1 ", "B2"]), "nic": st.integers(0, 9)})),
    st.sampled_from([None, "mlat", "adsb_icao"]),
    st.one_of(st.none(), st.integers(-2000, 60_000)),
    st.floats(allow_nan=False, allow_infinity=False),
).flatmap(lambda values: st.integers(3, 12).map(lambda length: list(values[:length])))


def numbers_read(fixes):
    return {name: np.nan_to_num(column, nan=-9.25).tolist() for name, column in fixes.columns()} | {
        "callsigns": fixes.callsigns
    }


@given(st.lists(USUAL_ROW, min_size=1, max_size=8))
def test_rows_read_at_once_and_one_by_one_give_the_same_fixes(rows):
    rows = [row(0.0), *rows]
    at_once, counted = parsed(trace(*rows))
    # A value of the wrong type has the whole block read row by row.
    one_by_one, counted_so = parsed(trace(*rows, [None, 1.0, 1.0, True]))
    assert numbers_read(one_by_one) == numbers_read(at_once)
    assert counted_so.blanked == counted.blanked
    assert counted_so.records_read == counted.records_read + 1


@given(st.lists(st.one_of(ANY_VALUE, st.lists(ANY_VALUE, max_size=13)), min_size=1, max_size=6))
def test_values_of_wrong_types_count_as_not_stated_and_every_record_is_accounted_for(elements):
    elements = [row(0.0), *elements]
    fixes, report = parsed(trace(*elements))
    assert report.records_read == len(elements)
    assert len(fixes) == report.fixes_read == len(elements) - report.dropped.total()
    for position, record in enumerate(fixes.record_index.tolist()):
        stated = (elements[record] + [None] * 5)[4]
        usable = type(stated) in (int, float) and 0 <= stated <= 4000
        speed = fixes.ground_speed[position]
        assert np.isclose(speed, stated, rtol=1e-6) if usable else math.isnan(speed)


def test_text_that_is_not_utf8_in_what_is_not_read_costs_nothing():
    data = trace(row(0.0, detail={"flight": "DEMO1", "x": "?"}), row(1.0)).replace(b'"?"', b'"\xff"')
    fixes, report = parsed(data)
    assert fixes.callsign_at(0) == "DEMO1"
    assert (len(fixes), report.dropped.total()) == (2, 0)
