"""Ends: an airport is named only where the fixes are at it."""

import numpy as np
import pytest

from tests.unit.flights import Flight
from tests.unit.format_samples import fixes_of, read_file, sample
from tracks.processing.cleaning import clean
from tracks.processing.endpoints import Airports, Confidence, EndBasis, find_end
from tracks.processing.fixes import Fixes, OnGround
from tracks.processing.splitting import split_legs

# Vladivostok Knevichi, with one runway due north-south through it for the tests, and an airfield far away.
AIRPORTS = Airports.of(["UHWW", "FAR"], [132.15, 131.0], [43.4, 39.0], [14.0, np.nan]).with_runway_ends(
    [0, 0], ["18", "36"], [132.15, 132.15], [43.415, 43.385], [180.0, 0.0], [3335.0, 3335.0]
)


def one_fix(lat=43.4, lon=132.15, altitude=np.nan, ground=OnGround.NO):
    return Fixes.of([0.0], [lon], [lat], altitude=altitude, on_ground=ground)


def departure(fixes, airports=AIRPORTS):
    return find_end(fixes, airports, arrival=False)


def test_a_fix_on_the_ground_at_an_airport_is_there():
    end = departure(one_fix(43.41, ground=OnGround.YES))
    assert (end.airport, end.basis, end.confidence) == (0, EndBasis.ON_GROUND, Confidence.HIGH)
    assert end.distance_m == pytest.approx(0.01 * 111_195, rel=1e-3)
    assert end.height_m is None
    assert end.seen


@pytest.mark.parametrize(
    ("lat", "altitude", "found"),
    [
        (43.45, 300.0, True),  # near and low
        (43.45, 3000.0, False),  # near, but high above
        (43.80, 300.0, False),  # low, but 44 km off
        (43.45, np.nan, False),  # near, at unknown height
        (43.45, -2000.0, False),  # an altitude that cannot be
    ],
)
def test_a_fix_in_the_air_is_at_an_airport_only_within_both_distance_and_height(lat, altitude, found):
    end = departure(one_fix(lat, altitude=altitude))
    assert (end.airport == 0) is found
    assert end.seen is found
    if found:
        assert end.basis is EndBasis.LOW_NEARBY
        assert end.height_m == pytest.approx(286.0)


def test_an_airport_of_unknown_elevation_is_never_concluded_from_the_air():
    assert departure(one_fix(39.0, 131.0, altitude=10.0)).airport is None
    assert departure(one_fix(39.0, 131.0, ground=OnGround.YES)).airport == 1


def test_on_the_ground_far_from_any_airport_the_end_is_seen_but_its_place_unknown():
    end = departure(one_fix(41.0, ground=OnGround.YES))
    assert end.seen
    assert end.airport is None


def test_two_airports_about_as_near_make_the_answer_uncertain():
    pair = Airports.of(["A", "B"], [132.15, 132.15], [43.41, 43.38], [10.0, 10.0])
    end = departure(one_fix(43.396, ground=OnGround.YES), pair)
    assert (end.airport, end.confidence) == (0, Confidence.LOW)


def test_without_airports_the_ends_are_unknown():
    assert departure(one_fix(altitude=100.0), None).airport is None


def test_a_position_the_tracker_estimated_at_an_airport_is_no_arrival_there():
    flight = Flight(lat=44.6).fly(300, 400, 5000.0)
    fixes = flight.roll(60, 20).fixes()
    fixes.latitude[-6:] = 43.40
    fixes.estimated[-6:] = True
    end = find_end(fixes, AIRPORTS, arrival=True)
    assert end.airport is None
    assert not end.seen
    fixes.estimated[:] = True
    assert find_end(fixes, AIRPORTS, arrival=False).seen is False
    fixes.estimated[:] = False
    assert find_end(fixes, AIRPORTS, arrival=True).airport == 0


def test_take_off_is_told_between_the_last_fix_on_the_ground_and_the_first_in_the_air():
    flight = Flight(lat=43.42).park(60).roll(40, 120)
    left = flight.time
    flight.fly(600, 200, 3000)
    end = departure(flight.fixes())
    assert end.time == pytest.approx(left - 5)
    assert end.time_uncertainty_s == 5
    assert end.runway == "18"


def test_a_landing_northwards_is_on_the_opposite_end_of_the_runway():
    flight = Flight(lat=43.25)
    flight.altitude = 600.0
    flight.fly(240, 140, 10.0, south=False)
    touched = flight.time
    flight.roll(60, 60, south=False)
    end = find_end(flight.fixes(), AIRPORTS, arrival=True)
    assert end.airport == 0
    assert end.runway == "36"
    assert end.time == pytest.approx(touched - 5)


def test_take_off_hidden_in_a_silence_has_no_time():
    flight = Flight(lat=43.42).park(60).wait(600).fly(600, 200, 3000)
    end = departure(flight.fixes())
    assert end.airport == 0
    assert end.time is None


def test_taxiing_past_the_runway_does_not_name_it():
    end = departure(Flight(lat=43.41).roll(300, 15).fixes())
    assert end.runway is None


def test_the_recorded_day_ends_where_its_flights_went():
    """DAL2418 and DAL2927 began at Minneapolis, DAL2927 ended at Denver; Spokane was never in sight."""
    airports = Airports.of(
        ["KMSP", "KDEN", "KGEG"], [-93.2218, -104.6737, -117.5339], [44.8820, 39.8617, 47.6199], [256.0, 1655.0, 727.0]
    )
    fixes, _ = clean(fixes_of(read_file(sample("readsb/trace_full_ac671b.json"))[0]))
    ends = []
    for part, _ in split_legs(fixes):
        leg = fixes[part]
        pair = find_end(leg, airports, arrival=False), find_end(leg, airports, arrival=True)
        ends.append([None if e.airport is None else airports.code[e.airport] for e in pair])
    assert ends == [[None, "KMSP"], ["KMSP", None], [None, "KMSP"], ["KMSP", "KDEN"]]


@pytest.mark.parametrize("step", [0.1, 0.2, 1.0])
def test_a_logger_of_ten_fixes_a_second_shows_the_runway_too(step):
    fixes = Flight(lat=43.41, step=step).park(20).roll(30, 120).fly(60, 150, 300).fixes()
    assert departure(fixes).runway == "18"
