"""Times and dates as people and addresses write them."""

import datetime
import json
import subprocess
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tracks.serving.moments import parse_time, take_dates

UTC = datetime.UTC
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024", "2024-01-01T00:00:00+00:00", "2025-01-01T00:00:00+00:00"),
        ("2024-02", "2024-02-01T00:00:00+00:00", "2024-03-01T00:00:00+00:00"),
        ("2024-12-31", "2024-12-31T00:00:00+00:00", "2025-01-01T00:00:00+00:00"),
        ("2024-03-21T13:30+09:00", "2024-03-21T04:30:00+00:00", "2024-03-21T04:30:00+00:00"),
        # Before 5 May 2018 the clocks of Pyongyang stood half an hour behind; an offset is an offset.
        ("2018-05-04T13:30+08:30", "2018-05-04T05:00:00+00:00", "2018-05-04T05:00:00+00:00"),
        ("2024-03-21T13:30 09:00", "2024-03-21T04:30:00+00:00", "2024-03-21T04:30:00+00:00"),
        ("2024-03-21 04:30:15.25", "2024-03-21T04:30:15.250000+00:00", "2024-03-21T04:30:15.250000+00:00"),
        (" 2024 ", "2024-01-01T00:00:00+00:00", "2025-01-01T00:00:00+00:00"),
    ],
)
def test_a_time_is_read_and_a_date_has_a_beginning_and_an_end(text: str, start: str, end: str) -> None:
    both = [parse_time(text), parse_time(text, end=True)]
    assert [moment.isoformat() for moment in both if moment] == [start, end]


@pytest.mark.parametrize(
    "text",
    [None, "", "x", "24", "2024-13", "2024-02-30", "1899-12-31", "2200-01-02", "9999", "2024-03-21T24:00", "2024-3-1",
     "2024-03-21T04:30+99:00", "٢٠٢٤", "2024-03-21T04", "-2024", "2024-03-21Z"],
)  # fmt: skip
def test_what_is_no_time_of_the_archive_is_none(text: str | None) -> None:
    assert parse_time(text) is None


def test_python_and_the_browser_read_the_same_times() -> None:
    texts = [
        "2024", "2024-02", "2024-02-29", "2023-02-29", "1900", "2199-12-31", "2200-01-01", "2200-01-02", "1899",
        "2024-03-21T04:30", "2024-03-21 04:30", "2024-03-21T04:30:59.5Z", "2024-03-21T13:30+09:00", "0000", "9999",
        "2024-03-21T13:30 0900", "2024-03-21T04:60", "2024-03-21T23:59:60Z", "2024-03-21T04:30-12:00", "", "abc",
    ]  # fmt: skip
    script = (
        "import { parseTime } from './static/flightmap/js/url-state.js';"
        "const texts = JSON.parse(process.argv[1]);"
        "console.log(JSON.stringify(texts.map((t) => [parseTime(t), parseTime(t, { end: true })])));"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", script, json.dumps(texts)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    ours = [[moment and moment.timestamp() for moment in (parse_time(t), parse_time(t, end=True))] for t in texts]
    assert json.loads(done.stdout) == ours


moments = st.datetimes(
    datetime.datetime(1900, 1, 2),  # noqa: DTZ001 - the zone is drawn too
    datetime.datetime(2199, 12, 30),  # noqa: DTZ001
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: datetime.timezone(datetime.timedelta(minutes=m))),
)


@given(moments)
def test_every_moment_written_in_any_zone_is_read_back(moment: datetime.datetime) -> None:
    assert parse_time(moment.isoformat()) == moment


@given(st.text(max_size=40), st.booleans())
def test_no_text_is_too_much(text: str, end: bool) -> None:
    moment = parse_time(text, end=end)
    assert moment is None or moment.tzinfo is UTC
    phrases, rest = take_dates(text)
    assert len(rest) <= len(text) + len(phrases)


@pytest.mark.parametrize(
    ("text", "iso", "rest"),
    [
        ("March 2024", ["2024-03"], ""),
        ("an-124 march 2024 sunan", ["2024-03"], "an-124 sunan"),
        ("21 March 2024", ["2024-03-21"], ""),
        ("March 21, 2024", ["2024-03-21"], ""),
        ("Sep. 2023", ["2023-09"], ""),
        ("2024-03-21", ["2024-03-21"], ""),
        ("21.3.2024", ["2024-03-21"], ""),
        ("2024 2023", ["2024", "2023"], ""),
        ("31 February 2024", [], "31 February 2024"),
        ("RA-82030 15406e", [], "RA-82030 15406e"),
        ("P-2024", [], "P-2024"),
        ("2024x", [], "2024x"),
        ("2024-13", [], "2024-13"),
    ],
)
def test_dates_are_found_among_other_words(text: str, iso: list[str], rest: str) -> None:
    phrases, left = take_dates(text)
    assert [phrase.iso for phrase in phrases] == iso
    assert " ".join(left.split()) == rest


def test_months_are_known_in_the_readers_language_too() -> None:
    with translation.override("ru"):
        assert [phrase.iso for phrase in take_dates("Марта 2024")[0]] == ["2024-03"]
    assert take_dates("March 2024")[0][0].interval.end == datetime.datetime(2024, 4, 1, tzinfo=UTC)
