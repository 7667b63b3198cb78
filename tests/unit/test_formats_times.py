"""Times as text: what is read, what is refused, and that nothing is made up."""

import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from tests.unit.format_samples import fixes_of, read_file
from tracks.formats.column_times import written_times
from tracks.formats.contract import DropReason
from tracks.formats.times import ZonelessTime, clock_time, epoch_seconds, written_resolution, written_resolutions

NOON = datetime(2024, 3, 20, 12, 0, 0, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-20T12:00:00Z",
        "2024-03-20 12:00:00 UTC",
        "2024-03-20T12:00:00UTC",
        "2024-03-20 12:00 GMT",
        "2024-03-20T12:00:00Z UTC",
        "20240320T120000Z",
        "2024-03-20T22:00:00+10:00",
        "2024-03-20T22:00:00.000+1000",
        "2024-W12-3T12:00:00Z",
    ],
)
def test_times_in_their_various_spellings_are_read(text):
    assert epoch_seconds(text) == NOON


@pytest.mark.parametrize(
    ("text", "zone", "utc", "doubtful"),
    [
        # Moscow stood at UTC+4 until 2014-10-26 02:00, then at +3: 01:30 came twice.
        ("2014-10-26 01:30:00", "Europe/Moscow", "2014-10-25T21:30:00", True),
        ("2014-10-26 02:00:00", "Europe/Moscow", "2014-10-25T23:00:00", False),
        ("2014-10-26 01:30:00+03:00", "Europe/Moscow", "2014-10-25T22:30:00", False),
        # Pyongyang went from UTC+8:30 to +9 on 2018-05-04 at 23:30: that half hour never was.
        ("2018-05-04 23:45:00", "Asia/Pyongyang", "2018-05-04T15:15:00", True),
        ("2018-05-05 00:00:00", "Asia/Pyongyang", "2018-05-04T15:00:00", False),
        ("0001-01-01 00:00:00", "Asia/Pyongyang", None, False),
    ],
)
def test_times_that_clocks_showed_twice_or_never_are_read_by_the_clock_as_it_was_before(text, zone, utc, doubtful):
    seconds, told = clock_time(text, ZoneInfo(zone))
    assert told is doubtful
    if utc is not None:
        assert seconds == datetime.fromisoformat(utc + "Z").timestamp()
        assert epoch_seconds(text, ZoneInfo(zone)) == seconds
        column = written_times(pl.Series([text, None, text.replace("-", "", 2).replace(" ", "T")]), ZoneInfo(zone))
        assert column.seconds[0] == column.seconds[2] == seconds
        assert column.ambiguous.tolist() == [doubtful, False, doubtful]


@pytest.mark.parametrize(
    "text", ["2024-03-20", "20240320", "2024-W12-3", "2024-03-20Z", "2024-03-20 UTC", "12:00:00Z", "soon", "", "2024"]
)
def test_a_date_without_a_time_of_day_is_no_time(text):
    assert math.isnan(epoch_seconds(text, UTC))


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00+00:00"),
        ("2017-01-01T08:59:60.5+09:00", "2017-01-01T00:00:00.500000+00:00"),
        ("2015-06-30 23:59:60 UTC", "2015-07-01T00:00:00+00:00"),
    ],
)
def test_a_leap_second_is_the_second_after_it_as_posix_counts(text, after):
    assert epoch_seconds(text) == datetime.fromisoformat(after).timestamp()


@pytest.mark.parametrize("text", ["2024-03-20T12:00:60Z", "2016-12-31T23:59:61Z", "2024-03-20T23:59:60Z"])
def test_a_sixtieth_second_where_none_can_be_is_no_time(text):
    assert math.isnan(epoch_seconds(text))


def test_a_time_without_zone_is_told_apart_from_none():
    with pytest.raises(ZonelessTime):
        epoch_seconds("2024-03-20 12:00")


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("2024-03-20T12Z", 3600),
        ("2024-03-20 12:00", 60),
        ("2024-03-20 12:00 UTC", 60),
        ("2024-03-20T12:00+09:30", 60),
        ("2024-03-20T12:00:00Z", 1),
        ("2024-03-20T12:00:00.25+09:00", 0.01),
        ("1700000000", 1),
    ],
)
def test_the_step_of_a_time_is_that_of_its_last_digit(text, step):
    assert written_resolution(text) == pytest.approx(step)


def test_whole_seconds_among_decimals_are_as_fine_but_minutes_are_not():
    steps = written_resolutions(["2024-03-20T12:00:00Z", "2024-03-20T12:00:01.5Z", "2024-03-20T12:01Z", ""])
    assert steps.tolist() == pytest.approx([0.1, 0.1, 60, 0.1])


def gpx(*times):
    points = "\n".join(f'<trkpt lat="1" lon="2"><time>{t}</time></trkpt>' for t in times)
    return f'<gpx version="1.1"><trk><trkseg>\n{points}</trkseg></trk></gpx>'.encode()


def test_dates_and_unreadable_times_are_no_fixes_and_the_first_is_quoted_with_its_place():
    chunks, report, _ = read_file(gpx("2024-03-20T12:00:00Z", "2024-03-20", "", "noon", "2024-03-20 12:00:05 UTC"))
    assert fixes_of(chunks).time.tolist() == [NOON, NOON + 5]
    assert report.dropped == {DropReason.UNREADABLE_TIME: 2, DropReason.NO_TIME: 1}
    (warning,) = report.warnings
    assert "“2024-03-20” could not be read" in str(warning)
    assert str(warning.place) == str(report.places[DropReason.UNREADABLE_TIME][0]) == "line 3"


@pytest.mark.parametrize("text", ["1970-01-01T00:00:00Z", "1980-01-06T00:00:00Z", "1989-12-31T23:59:59Z"])
def test_a_clock_that_was_never_set_gives_no_fix(text):
    chunks, report, _ = read_file(gpx(text, "1990-01-01T00:00:00Z"))
    assert len(fixes_of(chunks)) == 1
    assert report.dropped == {DropReason.TIME_OUT_OF_RANGE: 1}


def test_epoch_zero_in_a_table_gives_no_fix():
    head = "Timestamp,UTC,Callsign,Position,Altitude,Speed,Direction\n"
    _, report, _ = read_file((head + '0,,X,"43,132",0,0,0\n').encode())
    assert report.dropped == {DropReason.TIME_OUT_OF_RANGE: 1}


def test_utc_written_to_the_minute_is_known_to_the_minute():
    head = "UTC,Callsign,Position,Altitude,Speed,Direction\n"
    rows = '2024-03-20 12:00,X,"43,132",0,0,0\n2024-03-20 12:01,X,"43,132",0,0,0\n'
    chunks, _, _ = read_file((head + rows).encode())
    assert fixes_of(chunks).time.tolist() == [NOON, NOON + 60]
    assert fixes_of(chunks).time_resolution.tolist() == [60, 60]


def test_utc_to_the_minute_does_not_contradict_a_timestamp_within_it():
    head = "Timestamp,UTC,Callsign,Position,Altitude,Speed,Direction\n"
    chunks, report, _ = read_file((head + f'{NOON + 42:.0f},2024-03-20 12:00,X,"43,132",0,0,0\n').encode())
    assert fixes_of(chunks).time_resolution.tolist() == [1]
    assert not report.warnings
