"""Times and measures as templates write them."""

import pytest

from tracks.templatetags.measures import distance, iso, local_times, speed, utc


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1710995553.9, "2024-03-21 04:32:33"),
        ("2024-03-21T04:32:33Z", "2024-03-21 04:32:33"),
        ("2024-03-21T13:32:33+09:00", "2024-03-21 04:32:33"),
        (0, "1970-01-01 00:00:00"),
        (None, ""),
        ("last Thursday", ""),
        (1e300, ""),
    ],
)
def test_a_moment_is_written_in_utc_and_what_is_none_is_left_out(value: float | str | None, written: str) -> None:
    assert utc(value) == written
    assert iso(value) == (written.replace(" ", "T") + "Z" if written else "")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        # Pyongyang went from UTC+8:30 to UTC+9 at 23:30 on 4 May 2018, Vladivostok from UTC+11 to +10 in October 2014.
        ("2018-05-04T14:59:00Z", "23:29 Pyongyang · 00:59 (+1 d) Vladivostok"),
        ("2018-05-04T15:00:00Z", "00:00 (+1 d) Pyongyang · 01:00 (+1 d) Vladivostok"),
        ("2014-07-01T04:00:00Z", "13:00 Pyongyang · 15:00 Vladivostok"),
        (None, ""),
    ],
)
def test_a_moment_stands_on_the_clocks_of_both_ends_as_they_were_that_day(value: str | None, written: str) -> None:
    assert local_times(value) == written


def test_a_distance_is_written_in_kilometres_and_nautical_miles() -> None:
    assert distance(1_852_000.0) == "1,852 km (1,000 NM)"
    assert distance(None) == ""


def test_a_speed_is_written_in_knots_and_kilometres_an_hour() -> None:
    assert speed(100.0) == "100 kt (185 km/h)"
    assert speed(None) == ""
