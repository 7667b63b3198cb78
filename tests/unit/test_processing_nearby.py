"""Which airport an end in the air belongs to: not the nearest, but the one that fits the way it flies."""

import numpy as np
import pytest

from tracks.processing.endpoints import Airports, find_end
from tracks.processing.fixes import AltitudeKind, Fixes, OnGround
from tracks.processing.geodesy import KNOT_MS

METRE_LAT = 1 / 111_195.0
GLIDE = 0.0524  # 3 degrees

# A large airport, and a small one 1.5 km beside the line of its approach from the west, 8 km before it.
LARGE, SMALL = (2.55, 49.0), (2.44, 49.0 - 1500 * METRE_LAT)
AIRPORTS = Airports.of(["LARGE", "SMALL"], [LARGE[0], SMALL[0]], [LARGE[1], SMALL[1]], [100.0, 70.0])


def eastward(end_m, *, rate=-700.0, knots=150.0, height=None, seconds=120, track=90.0, says_track=True, north_m=0.0):
    """Straight eastwards past the point `end_m` west of LARGE; its last fix is there.

    On the glide path to 2 km before the reference point unless `height` (metres above LARGE there) is given.
    """
    time = np.arange(0.0, seconds + 1.0, 5.0)
    metre_lon = METRE_LAT / np.cos(np.radians(49.0))
    east = -end_m + (time - time[-1]) * knots * KNOT_MS
    last = GLIDE * max(end_m - 2000.0, 0.0) if height is None else height
    altitude = 100.0 + last + (time - time[-1]) * rate * 0.3048 / 60
    return Fixes.of(
        time, LARGE[0] + east * metre_lon, np.full(time.size, LARGE[1] + north_m * METRE_LAT),
        altitude=altitude, ground_speed=knots, track_angle=track if says_track else np.nan,
        vertical_rate=rate, on_ground=OnGround.NO,
    )  # fmt: skip


def arrival(fixes, airports=AIRPORTS):
    end = find_end(fixes, airports, arrival=True)
    return None if end.airport is None else airports.code[end.airport]


def departure(fixes, airports=AIRPORTS):
    end = find_end(fixes, airports, arrival=False)
    return None if end.airport is None else airports.code[end.airport]


def reversed_in_time(fixes):
    """The same way flown the other way round."""
    back = fixes[np.arange(len(fixes))[::-1]]
    back.time = fixes.time
    back.track_angle = (back.track_angle + 180.0) % 360.0
    back.vertical_rate = -back.vertical_rate
    return back


@pytest.mark.parametrize("end_m", [1_000.0, 3_000.0, 6_000.0, 8_000.0, 10_000.0])
@pytest.mark.parametrize("says_track", [True, False])
def test_on_the_glide_path_to_the_large_airport_it_arrives_there_though_the_small_one_is_nearer(end_m, says_track):
    assert arrival(eastward(end_m, says_track=says_track)) == "LARGE"


def test_without_the_small_one_the_answer_is_the_same():
    alone = Airports.of(["LARGE"], [LARGE[0]], [LARGE[1]], [100.0])
    assert arrival(eastward(8_000.0), alone) == "LARGE"
    assert departure(reversed_in_time(eastward(8_000.0)), alone) == "LARGE"


def test_level_at_five_hundred_metres_it_only_passes():
    assert arrival(eastward(8_000.0, rate=0.0, height=500.0)) is None
    assert departure(eastward(8_000.0, rate=0.0, height=500.0)) is None


def test_climbing_it_does_not_arrive_and_sinking_it_does_not_depart():
    assert arrival(eastward(8_000.0, rate=900.0)) is None
    assert departure(reversed_in_time(eastward(8_000.0, rate=900.0))) is None


def test_sinking_past_an_airport_that_lies_aside_it_arrives_nowhere_known():
    alone = Airports.of(["SMALL"], [SMALL[0]], [SMALL[1]], [70.0])
    assert arrival(eastward(8_000.0, north_m=3_000.0), alone) is None


def test_far_above_the_glide_path_it_cannot_land_there():
    # The runway begins at most 3 km on: 15 % of that, and 300 m for the air pressure, are 750 m.
    assert arrival(eastward(1_000.0, height=760.0)) is None
    assert arrival(eastward(1_000.0, height=740.0)) == "LARGE"


def test_far_below_the_glide_path_it_goes_elsewhere():
    far = Airports.of(["HIGH"], [LARGE[0]], [LARGE[1]], [600.0])
    assert arrival(eastward(11_000.0, height=0.0), far) is None


def test_over_the_airport_so_low_it_is_there_wherever_it_heads():
    assert arrival(eastward(900.0, rate=0.0, height=60.0, track=0.0)) == "LARGE"


def test_two_airports_that_fit_alike_leave_the_end_unknown():
    pair = Airports.of(
        ["A", "B"], [LARGE[0]] * 2, [LARGE[1] + 300 * METRE_LAT, LARGE[1] - 300 * METRE_LAT], [100.0] * 2
    )
    assert arrival(eastward(8_000.0), pair) is None


def test_a_lone_fix_whose_way_is_not_known_is_judged_by_distance_and_height():
    fix = Fixes.of([0.0], [LARGE[0]], [LARGE[1] + 5_000 * METRE_LAT], altitude=250.0, on_ground=OnGround.NO)
    alone = Airports.of(["LARGE"], [LARGE[0]], [LARGE[1]], [100.0])
    assert arrival(fix, alone) == departure(fix, alone) == "LARGE"


@pytest.mark.parametrize(
    ("away_m", "knots", "found"), [(300.0, 103.0, True), (300.0, 180.0, False), (2_500.0, 103.0, False)]
)
def test_a_slow_fix_of_unknown_height_right_over_an_airport_is_there_with_low_confidence(away_m, knots, found):
    fix = Fixes.of([0.0], [LARGE[0]], [LARGE[1] + away_m * METRE_LAT], ground_speed=knots)
    end = find_end(fix, AIRPORTS, arrival=True)
    assert (end.airport is not None) is found
    if found:
        assert (end.confidence, end.height_m) == ("low", None)


def test_an_approach_across_the_antimeridian_finds_its_airport():
    fixes = eastward(4_000.0)
    shift = 180.0 - LARGE[0] + 0.01
    fixes.longitude = (fixes.longitude + shift + 180.0) % 360.0 - 180.0
    lon = (LARGE[0] + shift + 180.0) % 360.0 - 180.0
    assert fixes.longitude[0] > 179 > lon
    assert arrival(fixes, Airports.of(["LARGE"], [lon], [LARGE[1]], [100.0])) == "LARGE"


@pytest.mark.parametrize("says_speed", [True, False])
@pytest.mark.parametrize(("knots", "there"), [(310.0, True), (450.0, False)])
def test_over_the_airport_at_cruising_speed_it_passes_though_its_height_reads_nought(knots, there, says_speed):
    fixes = eastward(500.0, rate=0.0, knots=knots, height=-100.0)
    if not says_speed:
        fixes.ground_speed[:] = np.nan
    assert arrival(fixes) == ("LARGE" if there else None)


def test_positions_that_waver_within_seconds_are_no_speed():
    fixes = eastward(500.0, rate=0.0, knots=150.0, height=50.0)[-2:]
    fixes.ground_speed[:] = np.nan
    fixes.time[-1] = fixes.time[-2] + 1.0  # 750 kt
    assert arrival(fixes) == "LARGE"


def test_the_altitudes_of_two_kinds_by_turns_do_not_make_it_climb():
    fixes = eastward(6000.0)
    fixes.altitude_kind[:] = AltitudeKind.PRESSURE
    fixes.altitude_kind[::2] = AltitudeKind.GEOMETRIC
    other = fixes.altitude_kind != fixes.altitude_kind[-1]
    fixes.altitude[other] -= 900.0  # the far end of the minute looked at is of this kind
    assert fixes.altitude_kind[np.searchsorted(fixes.time, fixes.time[-1] - 60.0)] == fixes.altitude_kind[-1]
    assert arrival(fixes) == "LARGE"
    assert arrival(fixes[1:]) == "LARGE"
    fixes.altitude_kind[-13] = AltitudeKind.GEOMETRIC if fixes.altitude_kind[-1] == 1 else AltitudeKind.PRESSURE
    fixes.altitude[-13] -= 900.0
    assert arrival(fixes) == "LARGE"
