"""Which flights make a visit, and how long an aircraft stood between two of them."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tracks.serving.visits import around, in_time, map_url, stay_between

HOUR = 3600.0
DAY = 24 * HOUR
SUNAN = {"icao": "ZKPY", "name": "Pyongyang Sunan International"}
KNEVICHI = {"icao": "UHWW", "name": "Vladivostok International"}


def leg(start: float | None, end: float | None, direction: str | None = None, **more: Any) -> dict[str, Any]:
    """A summary, as far as a visit reads it."""
    return {
        "id": str(start), "start": start, "end": end, "direction": direction, "class": "observed", "lane": "RA-82030",
        "departure": None, "arrival": None, "origin": None, "destination": None, "demonstration": False, **more,
    }  # fmt: skip


def out(start: float | None, end: float | None, **more: Any) -> dict[str, Any]:
    return leg(start, end, "outbound", origin=KNEVICHI, destination=SUNAN, **more)


def back(start: float | None, end: float | None, **more: Any) -> dict[str, Any]:
    return leg(start, end, "inbound", origin=SUNAN, destination=KNEVICHI, **more)


def test_a_stay_between_known_times_is_their_difference() -> None:
    stay = stay_between(out(0, 2 * HOUR, arrival=2 * HOUR), back(7 * HOUR, 9 * HOUR, departure=7 * HOUR + 300))
    assert stay
    assert (stay["shortest_s"], stay["longest_s"]) == (5 * HOUR + 300, 5 * HOUR + 300)
    assert (stay["words"], stay["place"]) == ("5 h 5 min", "Pyongyang Sunan International")


def test_a_stay_between_the_last_fix_and_the_first_one_is_at_most_that_long() -> None:
    stay = stay_between(out(0, 2 * HOUR), back(7 * HOUR, 9 * HOUR))
    assert stay
    assert (stay["shortest_s"], stay["longest_s"], stay["words"]) == (0.0, 5 * HOUR, "at most 5 h")


def test_a_stay_between_dates_is_no_more_exact_than_they_are() -> None:
    reported = {"class": "reported"}
    stay = stay_between(out(0, DAY, **reported), back(2 * DAY, 3 * DAY, **reported))
    assert stay
    assert (stay["shortest_s"], stay["longest_s"]) == (DAY, 3 * DAY)
    assert stay["words"] == "between 24 h and 3 d"
    assert stay_between(out(0, DAY, **reported), back(None, None, **reported))["words"] == "for how long is not known"  # type: ignore[index]


@pytest.mark.parametrize(
    "later",
    [
        leg(7 * HOUR, 9 * HOUR, origin=KNEVICHI, destination=SUNAN),
        leg(7 * HOUR, 9 * HOUR),
        back(HOUR, 3 * HOUR, departure=HOUR),
    ],
    ids=["it begins elsewhere", "nobody knows where it begins", "it left before the other landed"],
)
def test_there_is_no_stay_where_the_legs_do_not_meet(later: dict[str, Any]) -> None:
    assert stay_between(out(0, 2 * HOUR, arrival=2 * HOUR), later) is None


def test_a_visit_goes_from_one_outbound_flight_to_the_next_return() -> None:
    flights = in_time([
        back(-DAY, -DAY + HOUR), out(0, HOUR), leg(DAY, DAY + HOUR), back(2 * DAY, 2 * DAY + HOUR),
        out(5 * DAY, 5 * DAY + HOUR),
    ])  # fmt: skip
    whole = [0, DAY, 2 * DAY]
    for number, wanted in enumerate(([-DAY], whole, whole, whole, [5 * DAY])):
        assert [flight["start"] for flight in around(flights, flights[number]["id"])] == wanted


def test_flights_months_apart_are_no_visit() -> None:
    flights = [out(0, HOUR), back(30 * DAY + HOUR, 31 * DAY)]
    assert [len(around(flights, flight["id"])) for flight in flights] == [2, 2]
    flights = [out(0, HOUR), back(30 * DAY + HOUR + 1, 32 * DAY)]
    assert [len(around(flights, flight["id"])) for flight in flights] == [1, 1]


def test_the_address_shows_the_lanes_of_the_visit_in_its_window() -> None:
    legs = [out(0, 2 * HOUR), back(10 * HOUR, 100 * HOUR, lane="type:A124", demonstration=True), out(None, None)]
    address = map_url(legs, chosen="0")
    assert address
    assert parse_qs(urlsplit(address).query) == {
        "from": ["1969-12-31T20:00:00Z"], "to": ["1970-01-05T08:00:00Z"], "flight": ["0"],
        "aircraft": ["RA-82030", "type:A124"], "demonstration": ["all"],
    }  # fmt: skip
    assert map_url([out(None, None)], chosen="") is None
