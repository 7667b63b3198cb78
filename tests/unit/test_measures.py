"""Times and measures as templates write them."""

import pytest

from tracks.templatetags.measures import distance, iso, speed, utc


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


def test_a_distance_is_written_in_kilometres_and_nautical_miles() -> None:
    assert distance(1_852_000.0) == "1,852 km (1,000 NM)"
    assert distance(None) == ""


def test_a_speed_is_written_in_knots_and_kilometres_an_hour() -> None:
    assert speed(100.0) == "100 kt (185 km/h)"
    assert speed(None) == ""
