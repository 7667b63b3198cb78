"""IGC files: hand-worked records, every variant of date and extension, and another library's reading."""

import io
import math
import tracemalloc
from datetime import UTC, datetime

import aerofiles.igc
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.format_samples import fixes_of, read_file
from tracks.formats import igc
from tracks.formats.contract import DropReason, ParseError, ParseReport, ParseSettings
from tracks.formats.igc import Igc
from tracks.formats.igc_records import Extensions
from tracks.processing.fixes import AltitudeKind, OnGround, PositionSource


def b(clock="130000", lat="4323943N", lon="13208885E", valid="A", pressure="01200", gnss="01250", more=""):
    return f"B{clock}{lat}{lon}{valid}{pressure}{gnss}{more}"


def igc_file(*lines, date="HFDTE210324", end="\r\n"):
    return end.join(["AXXXABC", date, *lines, ""]).encode()


def parsed(data):
    chunks, report, detected = read_file(data)
    assert detected.parser.name == "igc"
    return (fixes_of(chunks) if chunks else None), report, (chunks[-1].identity if chunks else None)


def times(fixes):
    return [datetime.fromtimestamp(t, UTC).strftime("%d %H:%M:%S") for t in fixes.time]


def test_a_record_is_read_in_degrees_and_metres():
    fixes, report, _ = parsed(igc_file(b()))
    assert fixes.time[0] == 1_711_026_000.0  # 2024-03-21T13:00:00Z
    assert fixes.latitude[0] == pytest.approx(43 + 23.943 / 60, abs=1e-12)
    assert fixes.longitude[0] == pytest.approx(132 + 8.885 / 60, abs=1e-12)
    assert (fixes.altitude[0], fixes.altitude_kind[0]) == (1200, AltitudeKind.PRESSURE)
    assert fixes.geometric_altitude[0] == 1250
    assert fixes.source[0] == PositionSource.GNSS_LOGGER
    assert fixes.on_ground[0] == OnGround.UNKNOWN
    assert fixes.time_resolution[0] == 1
    assert not fixes.estimated[0]
    assert (report.records_read, report.fixes_read) == (1, 1)


def test_south_west_and_heights_below_zero_are_negative():
    fixes, _, _ = parsed(igc_file(b(lat="0030000S", lon="00015000W", pressure="-0012", gnss="-0050")))
    assert (fixes.latitude[0], fixes.longitude[0]) == (-0.5, -0.25)
    assert (fixes.altitude[0], fixes.geometric_altitude[0]) == (-12, -50)


@pytest.mark.parametrize(
    "date",
    [
        "HFDTE210324",
        "HFDTEDATE:210324,01",
        "HFDTEDATE: 210324",
        "HFDTE:210324",
        "HODTE210324",
        "HPDTE210324",
        "hfdte210324",
        "HFDTE DATE:210324,1",
    ],
)
def test_the_date_is_read_in_all_its_forms(date):
    fixes, _, _ = parsed(igc_file(b(), date=date))
    assert fixes.time[0] == 1_711_026_000.0


def test_years_of_two_digits_are_of_the_time_there_were_recorders():
    assert parsed(igc_file(b("000000"), date="HFDTE010198"))[0].time[0] == 883_612_800.0
    assert parsed(igc_file(b("000000"), date="HFDTE290220"))[0].time[0] == 1_582_934_400.0


@pytest.mark.parametrize("date", ["LNODATE", "HFDTE000000", "HFDTE320124", "HFDTE"])
def test_a_file_without_a_date_is_refused(date):
    with pytest.raises(ParseError, match="states no date"):
        parsed(igc_file(b(), date=date))


def test_the_clock_runs_over_midnight_into_the_next_day():
    fixes, report, _ = parsed(igc_file(b("235958"), b("235959"), b("000000"), b("000001")))
    assert times(fixes) == ["21 23:59:58", "21 23:59:59", "22 00:00:00", "22 00:00:01"]
    assert not report.warnings


def test_a_small_step_back_stays_in_the_day_also_over_midnight():
    fixes, report, _ = parsed(igc_file(b("120010"), b("120005"), b("235959"), b("000001"), b("235958"), b("000002")))
    assert times(fixes) == ["21 12:00:10", "21 12:00:05", "21 23:59:59", "22 00:00:01", "21 23:59:58", "22 00:00:02"]
    assert "steps back here, by 5 s" in str(report.warnings[0])
    assert report.warnings[0].place.number == 4


def test_a_long_silence_within_the_day_is_no_new_day():
    fixes, _, _ = parsed(igc_file(b("060000"), b("190000"), b("194500")))
    assert times(fixes) == ["21 06:00:00", "21 19:00:00", "21 19:45:00"]


def test_the_recorders_own_clock_before_the_first_valid_fix_moves_no_day():
    none = {"lat": "0000000N", "lon": "00000000E", "valid": "V"}
    fixes, report, _ = parsed(igc_file(b("235950", **none), b("080000"), b("235955", **none), b("080001")))
    assert times(fixes) == ["21 08:00:00", "21 08:00:01"]
    assert report.dropped[DropReason.NO_POSITION] == 2
    late, _, _ = parsed(igc_file(b("235959", valid="V"), b("000001"), b("000002", valid="V", lat="4300000N")))
    assert times(late) == ["20 23:59:59", "21 00:00:01", "21 00:00:02"]


def test_a_file_of_nothing_but_two_dimensional_fixes_runs_over_midnight_too():
    fixes, _, _ = parsed(igc_file(*(b(t, valid="V", lat=f"43{n}0000N") for n, t in enumerate(["235959", "000001"]))))
    assert times(fixes) == ["21 23:59:59", "22 00:00:01"]


def test_a_later_date_in_the_file_counts_from_there():
    fixes, _, _ = parsed(igc_file(b("235959"), b("000001"), "HFDTE210324", b("000002"), "HFDTE250324", b("100000")))
    assert times(fixes) == ["21 23:59:59", "22 00:00:01", "22 00:00:02", "25 10:00:00"]


def test_a_fix_that_is_not_valid_has_no_geometric_height_and_is_estimated_where_it_repeats_the_one_before():
    repeated, empty = b("130001", valid="V"), b("130002", valid="V", lat="4323950N", gnss="00000")
    fixes, report, _ = parsed(igc_file(b(), repeated, empty, b("130003")))
    assert report.blanked == {"geometric_altitude": 1}
    assert fixes.estimated.tolist() == [False, True, False, False]
    assert np.isnan(fixes.geometric_altitude).tolist() == [False, True, True, False]
    assert fixes.altitude.tolist() == [1200] * 4


def test_a_file_without_a_barometer_has_the_geometric_height():
    fixes, _, _ = parsed(igc_file(b(pressure="00000"), b("130001", pressure="00000", gnss="00300")))
    assert fixes.altitude.tolist() == [1250, 300]
    assert fixes.altitude_kind.tolist() == [AltitudeKind.GEOMETRIC] * 2
    assert np.isnan(fixes.geometric_altitude).all()


def test_a_pressure_height_of_zero_among_others_is_a_height():
    fixes, _, _ = parsed(igc_file(b(pressure="00000", gnss="00010"), b("130001", pressure="00007")))
    assert fixes.altitude.tolist() == [0, 7]


def test_a_file_without_any_height_has_none():
    fixes, _, _ = parsed(igc_file(b(pressure="00000", gnss="00000")))
    assert math.isnan(fixes.altitude[0])
    assert fixes.altitude_kind[0] == AltitudeKind.UNKNOWN


def test_headers_say_what_the_heights_are():
    assert parsed(igc_file("HFALPALTPRESSURE:MSL", b()))[0].altitude_kind[0] == AltitudeKind.UNSTATED
    nil, _, _ = parsed(igc_file("HFALPALTPRESSURE:NIL", b()))
    assert (nil.altitude[0], nil.altitude_kind[0]) == (1250, AltitudeKind.GEOMETRIC)
    assert math.isnan(parsed(igc_file("HFALGALTGPS:NIL", b()))[0].geometric_altitude[0])


def test_extensions_add_decimals_speed_and_track():
    record = b(more="12" + "75" + "250" + "12345" + "2701")
    fixes, _, _ = parsed(igc_file("I053637LAD3839LOD4042TDS4347GSP4851TRT", record))
    assert fixes.latitude[0] == pytest.approx(43 + 23.94312 / 60, abs=1e-12)
    assert fixes.longitude[0] == pytest.approx(132 + 8.88575 / 60, abs=1e-12)
    assert fixes.time[0] == 1_711_026_000.25
    assert fixes.time_resolution[0] == pytest.approx(0.001)
    assert fixes.ground_speed[0] == pytest.approx(123.45 / 1.852)
    assert fixes.track_angle[0] == pytest.approx(270.1)


def test_extensions_are_read_by_their_bytes_also_beyond_the_ninety_ninth():
    line = "I183638FXA3940SIU4143ENL4448TAS4953GSP5456TRT5761VAT6265OAT6670NET"
    line += "7173MOP7477ACZ7881AOR8284AOP8588AOA8993RPM9496EGT9799FFL100104FLE"
    read = Extensions.of(line).bytes
    assert read["FXA"] == (35, 38)
    assert read["GSP"] == (48, 53)
    assert read["FFL"] == (96, 99)
    assert read["FLE"] == (99, 104)
    assert len(read) == 18


def test_another_i_record_counts_from_there():
    lines = ["I013638TRT", b(more="090"), "I013638XYZ", b("130001", more="090"), "I013638TRT", b("130002", more="180")]
    fixes, _, _ = parsed(igc_file(*lines))
    np.testing.assert_array_equal(fixes.track_angle, [90, np.nan, 180])


def test_the_glider_is_read_and_nobody_on_board():
    fixes, report, identity = parsed(
        igc_file(
            "HFPLTPILOTINCHARGE:Ada Lovelace", "HFCM2CREW2:Bob", "HFGTYGLIDERTYPE:LS 8", "HFGIDGLIDERID: d-1234", b()
        )
    )
    assert identity.as_dict() == {"registration": "D-1234", "type_name": "LS 8"}
    assert len(fixes) == 1
    assert "Lovelace" not in str(report.as_dict())


@pytest.mark.parametrize("value", ["", "N/A", "not set", "?", "--", "1234", "Gin Boomerang 7", "a" * 40])
def test_what_is_no_registration_is_none(value):
    _, _, identity = parsed(igc_file(f"HFGIDGLIDERID:{value}", b()))
    assert identity.registration is None


@pytest.mark.parametrize(
    "line",
    [
        "HFFTYFRTYPE:Condor Soaring Simulator",
        "HFFTYFRTYPE: sim_logger 2.31",
        "HFRFWFIRMWAREVERSION:MSFS 2020",
        "LCONFPL[Version]",
        "AXXXCondor2",
        "HOSIMSIMULATOR:yes, a simulator",
        "HFFTYFRTYPE:Little Navmap",
        "HFRFWFIRMWAREVERSION:simulated",
    ],
)
def test_a_simulator_keeps_its_mark(line):
    _, report, identity = parsed(igc_file(line, "HFGTYGLIDERTYPE:LS8", b()))
    assert identity.simulator
    assert "nobody flew this" in str(report.warnings[0])


def test_a_glider_called_condor_is_no_simulator():
    _, report, identity = parsed(igc_file("HFFTYFRTYPE:LX9000", "HFGTYGLIDERTYPE:Schempp-Hirth Condor IV", b()))
    assert identity.simulator is None
    assert not report.warnings


def test_records_that_cannot_be_are_counted_with_their_lines():
    fixes, report, _ = parsed(
        igc_file("Bwhat", b("250000"), b(lat="4360000N"), b(lon="18100000E"), b(), b(valid="X"), b("13"))
    )
    assert len(fixes) == 1
    assert fixes.record_index.tolist() == [4]
    places = {str(k): [p.number for p in v] for k, v in report.places.items()}
    assert places == {
        "unreadable-record": [3, 8, 9],
        "unreadable-time": [4],
        "position-out-of-range": [5, 6],
    }
    assert report.records_read == 7


def test_altitudes_that_are_no_numbers_are_unknown():
    fixes, _, _ = parsed(igc_file(b(pressure="0 120", gnss="-----"), b("130001")))
    assert np.isnan(fixes.altitude).tolist() == [True, False]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("begin", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks_change_nothing(end, begin):
    fixes, _, _ = parsed(begin + igc_file(b(), b("130001"), end=end))
    assert len(fixes) == 2


def test_letters_of_other_encodings_do_no_harm():
    data = igc_file("HFGTYGLIDERTYPE:Grob Ästir", b(), "LXXXgrüße").decode().encode("latin-1")
    fixes, _, identity = parsed(data)
    assert len(fixes) == 1
    assert identity.type_name.startswith("Grob")


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("HFDTM014GPSDATUM:OSGB36", "OSGB36"),
        ("HFDTM100DATUM:ED50", "ED50"),  # the number as a matter of form
        ("HFDTM100GPSDATUM:NAD 1927", "NAD 1927"),
        ("HFDTM047GPSDATUM:", "047"),
        ("HFDTM100GPSDATUM:WGS-1984", None),
        ("HFDTM100DATUM:WGS-84", None),
        ("HFDTM100:WGS84", None),
        ("HFDTMGPSDATUM:WGS84", None),
        ("HFDTM100GPSDATUM:", None),
        ("HFDTM100GPSDATUM:UNKNOWN", None),
    ],
)
def test_another_datum_is_told(header, told):
    warnings = [str(warning) for warning in parsed(igc_file(header, b()))[1].warnings]
    assert len(warnings) == (told is not None)
    assert all(f"stated on “{told}”, not on WGS 84" in warning for warning in warnings)


CLOCK = st.integers(0, 86_399)


@given(
    st.integers(0, 20_000),
    st.lists(
        st.tuples(st.integers(1, 40_000), st.floats(-89.9, 89.9), st.floats(-179.9, 179.9)), min_size=1, max_size=20
    ),
)
def test_any_recorder_is_read_as_another_library_reads_it(day, steps):
    out = io.BytesIO()
    writer = aerofiles.igc.Writer(out)
    now = datetime.fromtimestamp(883_612_800 + day * 86_400 % 883_000_000, UTC).replace(tzinfo=None)
    writer.write_headers(
        {
            "manufacturer_code": "XXX",
            "logger_id": "ABC",
            "date": now.date(),
            "logger_type": "x",
            "gps_receiver": "y",
            "pilot": "z",
            "glider_type": "LS 8",
            "glider_id": "D-1234",
            "firmware_version": "1",
            "hardware_version": "1",
        }
    )
    seconds = 0
    for step, lat, lon in steps:
        seconds += step
        at = datetime.fromtimestamp(now.replace(tzinfo=UTC).timestamp() + seconds, UTC)
        writer.write_fix(at.time(), latitude=lat, longitude=lon, valid=True, pressure_alt=step % 9000 + 1, gps_alt=700)
    data = out.getvalue()
    fixes, _, identity = parsed(data)
    theirs = aerofiles.igc.Reader().read(io.TextIOWrapper(io.BytesIO(data), "utf-8"))
    records = theirs["fix_records"][1]
    assert len(fixes) == len(records)
    np.testing.assert_allclose(fixes.latitude, [r["lat"] for r in records], atol=1e-9)
    np.testing.assert_allclose(fixes.longitude, [r["lon"] for r in records], atol=1e-9)
    assert fixes.altitude.tolist() == [r["pressure_alt"] for r in records]
    assert fixes.geometric_altitude.tolist() == [r["gps_alt"] for r in records]
    clock = [r["time"].hour * 3600 + r["time"].minute * 60 + r["time"].second for r in records]
    np.testing.assert_array_equal(fixes.time % 86_400, clock)
    begin = now.replace(tzinfo=UTC).timestamp()
    np.testing.assert_array_equal(fixes.time, begin + np.cumsum([s for s, _, _ in steps]) - 0)
    assert identity.registration == theirs["header"][1]["glider_registration"]


@pytest.mark.parametrize("batch", [1, 2, 3, 1000])
def test_the_size_of_the_batches_changes_nothing(batch, monkeypatch):
    clock = ["235950", "235940", "000010", "235959", "000011", "000012", "120000", "115959"]
    valid = "AVAAVVAA"
    lines = [b(t, valid=v, lat=f"4{n}00000N") for n, (t, v) in enumerate(zip(clock, valid, strict=True))]
    expected, _, _ = parsed(igc_file(*lines))
    monkeypatch.setattr(igc, "_BATCH", batch)
    fixes, _, _ = parsed(igc_file(*lines))
    assert fixes.time.tolist() == expected.time.tolist()
    assert fixes.estimated.tolist() == expected.estimated.tolist()


SAMPLE = igc_file("HFGIDGLIDERID:D-1", "I023638FXA3940LAD", *(b(f"13{n:02}00", more="12301") for n in range(50)))


@given(
    st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), max_size=30), st.integers(0, len(SAMPLE))
)
def test_no_mutation_gives_anything_but_fixes_or_a_sentence(changes, cut):
    data = bytearray(SAMPLE)
    for at, value in changes:
        data[at] = value
    for variant in (bytes(data), bytes(data[:cut])):
        report = ParseReport()
        try:
            chunks = list(Igc().parse(io.BytesIO(variant), report, ParseSettings()))
        except ParseError:
            continue
        assert sum(len(c.fixes) for c in chunks) + report.dropped.total() == report.records_read


def test_memory_does_not_grow_with_the_file(monkeypatch):
    monkeypatch.setattr(igc, "_BATCH", 1000)

    class Endless:
        def __init__(self, lines):
            self.lines = (b(f"{n // 3600 % 24:02}{n // 60 % 60:02}{n % 60:02}") for n in range(lines))
            self.rest = igc_file()

        def read(self, size=-1):
            while len(self.rest) < size and (line := next(self.lines, None)):
                self.rest += line.encode() + b"\r\n"
            data, self.rest = self.rest[:size], self.rest[size:]
            return data

    peaks = []
    for lines in (10_000, 40_000):
        tracemalloc.start()
        assert sum(len(c.fixes) for c in Igc().parse(Endless(lines), ParseReport(), ParseSettings())) == lines
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]
