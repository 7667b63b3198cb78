"""Facts in words, compression, and the window the map opens on."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from tracks.models import claim_values
from tracks.serving.compression import accepted_encoding, compress
from tracks.serving.corridor import HOUR, LONGEST_S, MARGIN, opening_window
from tracks.serving.paths import MOST_FLIGHTS, Wanted, parse_wanted, paths_url
from tracks.serving.search import fold
from tracks.serving.wording import duration_in_words, gap_in_words, value_in_words, web_address

DURATIONS = json.loads((Path(__file__).parents[1] / "duration_cases.json").read_text("utf-8"))
AT = datetime.datetime(2024, 3, 21, 4, 30, 15, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({}, "2024-03-21 04:30:15 UTC"),
        ({"precision": "minute"}, "2024-03-21 04:30 UTC"),
        ({"precision": "hour", "approximate": True}, "about 2024-03-21 04 UTC"),
        ({"precision": "day"}, "2024-03-21"),
        ({"precision": "month"}, "2024-03"),
        ({"precision": "minute", "zone_basis": "unstated"}, "2024-03-21 04:30 UTC (zone not stated)"),
        ({"precision": "minute", "evidence": "estimated"}, "2024-03-21 04:30 UTC (estimated)"),
        ({"precision": "minute", "as_reported": "about 12:02"}, "2024-03-21 04:30 UTC (“about 12:02”)"),
    ],
)
def test_a_moment_is_told_no_more_exactly_than_it_is_known(columns: dict[str, Any], words: str) -> None:
    assert value_in_words("departure", claim_values.moment_value(AT, **columns)) == words


def test_a_moment_that_cannot_be_placed_is_told_in_the_sources_own_words() -> None:
    value = claim_values.moment_value(None, as_reported="disappeared from radar there", where="after the border")
    assert value_in_words("signal_lost", value) == "“disappeared from radar there” (after the border)"
    assert value_in_words("signal_lost", claim_values.moment_value(None)) == "time not stated"


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"name": "Pyongyang Sunan", "icao": "ZKPY", "precision": "airport"}, "Pyongyang Sunan (ZKPY)"),
        ({"name": "North Korea", "icao": None, "precision": "country"}, "North Korea (only the country is known)"),
        ({"name": "Wonsan", "icao": None, "precision": "city"}, "Wonsan (no airport named)"),
    ],
)
def test_a_place_is_told_no_more_exactly_than_it_is_known(place: dict[str, Any], words: str) -> None:
    assert value_in_words("origin", place) == words
    assert value_in_words("via", {"places": [place, place]}) == f"{words}, {words}"


def test_what_a_curator_found_to_be_unknown_is_unknown_in_every_field() -> None:
    for field in ("aircraft", "origin", "departure", "date", "callsign", "mission", "in_corridor", "anything"):
        assert value_in_words(field, claim_values.UNKNOWN) == "unknown"


@pytest.mark.parametrize(("seconds", "words"), [(None, "open"), *DURATIONS])
def test_a_duration_is_told_in_its_two_largest_units_as_the_scripts_tell_it(seconds: float | None, words: str) -> None:
    assert duration_in_words(seconds) == words


def test_the_length_of_a_gap_open_at_an_end_is_not_made_up() -> None:
    gap = gap_in_words({"kind": "trailing", "start": 5.0, "end": None, "cause": "unknown"})
    assert (gap["duration_s"], gap["duration"], gap["kind_label"]) == (None, "open", "after the last fix")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "JavaScript:x", "data:text/html,x", "//x", "x", "", "http://["])
def test_only_addresses_of_the_web_become_links(url: str) -> None:
    assert web_address(url) == ""
    assert web_address("https://example.org/?q=1") == "https://example.org/?q=1"


@pytest.mark.parametrize(
    ("header", "encoding"),
    [("", "identity"), ("gzip", "gzip"), ("gzip, br", "br"), ("BR", "br"), ("br;q=0, gzip;q=0.1", "gzip"), ("*", "br"),
     ("*;q=0", "identity"), ("br;q=0, *", "gzip"), ("identity", "identity"), ("br;q=x", "identity"),
     (";,;=", "identity")],
)  # fmt: skip
def test_the_readers_word_on_compression_is_heeded(header: str, encoding: str) -> None:
    assert accepted_encoding(header) == encoding


def test_the_same_bytes_are_compressed_to_the_same_bytes() -> None:
    assert compress(b"x" * 1000, "gzip") == compress(b"x" * 1000, "gzip")
    assert compress(b"x", "identity") == b"x"


def test_paths_asked_for_twice_are_sent_once_in_the_order_asked() -> None:
    assert parse_wanted("b.2, a.1,b.2,,a.2") == [Wanted("b", 2), Wanted("a", 1), Wanted("a", 2)]


def test_the_address_of_paths_is_the_same_for_the_same_flights() -> None:
    assert paths_url("/p/", [("b", 1), ("a", 2)]) == paths_url("/p/", [("a", 2), ("b", 1)]) == "/p/?f=a.2,b.1"
    assert paths_url("/p/", []) is None
    address = paths_url("/p/", [(f"f{n}", 1) for n in range(MOST_FLIGHTS + 5)])
    assert address
    assert address.count(",") == MOST_FLIGHTS - 1


@pytest.mark.parametrize("word", ["An-124", "an124", "AN–124", "a‑n124"])
def test_case_and_dashes_do_not_count_in_a_search(word: str) -> None:
    assert fold(word) == "an124"


def flight(start: float | None, hours: float = 2, **columns: Any) -> dict[str, Any]:
    """A summary, as far as windows go. Hours from the epoch."""
    end = None if start is None else (start + hours) * HOUR
    begin = None if start is None else start * HOUR
    return {"id": "x", "start": begin, "end": end, "has_path": True, "demonstration": False, **columns}


def hours_of(*flights: dict[str, Any]) -> tuple[float, float]:
    """The window without its margin, in hours."""
    window = opening_window(flights)
    length = window.end - window.start
    margin = max(length - length / (1 + 2 * MARGIN), HOUR / 2) / 2
    return round((window.start + margin) / HOUR, 6), round((window.end - margin) / HOUR, 6)


def test_a_single_flight_fills_the_window() -> None:
    assert hours_of(flight(1000)) == (1000, 1002)


def test_flights_close_to_the_latest_are_shown_with_it_and_others_are_not() -> None:
    assert hours_of(flight(1000), flight(1020), flight(900)) == (1000, 1022)


def test_a_window_reaches_back_only_so_far() -> None:
    start, end = hours_of(*(flight(1000 + 10 * n) for n in range(30)))
    assert end == 1292
    assert LONGEST_S / HOUR - 12 < end - start <= LONGEST_S / HOUR


def test_one_flight_longer_than_the_longest_window_is_shown_whole() -> None:
    assert hours_of(flight(1000, hours=100)) == (1000, 1100)


def test_what_moves_wins_over_what_is_newer_and_the_real_over_the_simulated() -> None:
    report, simulated = flight(3000, has_path=False), flight(2000, demonstration=True)
    assert hours_of(flight(1000), simulated, report) == (1000, 1002)
    assert hours_of(simulated, report) == (2000, 2002)
    assert hours_of(report, flight(None)) == (3000, 3002)


def test_flights_that_overlap_make_one_window() -> None:
    assert hours_of(flight(1000, hours=5), flight(1001, hours=1)) == (1000, 1005)
