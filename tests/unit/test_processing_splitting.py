"""Legs: what separates two flights, and what must not."""

import numpy as np
import pytest

from tests.unit.flights import Flight
from tests.unit.format_samples import fixes_of, read_file, sample
from tracks.processing.cleaning import clean
from tracks.processing.fixes import Fixes, OnGround
from tracks.processing.splitting import SplitReason, split_legs

HOUR = 3600.0


def legs(fixes):
    return [(part.start, part.stop, reason) for part, reason in split_legs(fixes)]


def reasons(fixes):
    return [reason for _, reason in split_legs(fixes)]


def outbound(flight, seen_minutes=20):
    """Take-off, climb and a piece of cruise southwards."""
    return flight.park(120).roll(60, 100).fly(1200, 380, 10_000).fly(seen_minutes * 60, 450)


def test_no_fixes_have_no_legs_and_one_fix_is_a_leg():
    assert split_legs(Fixes.empty()) == []
    assert legs(Fixes.of([0], [1], [2])) == [(0, 1, SplitReason.TRACK_START)]


def test_a_reception_gap_in_cruise_does_not_split():
    flight = outbound(Flight()).fly(40 * 60, 450, seen=False).fly(600, 450)
    assert reasons(flight.fixes()) == [SplitReason.TRACK_START]


def test_a_night_over_the_ocean_without_fixes_does_not_split():
    flight = outbound(Flight(lat=80.0)).fly(8 * HOUR, 450, seen=False).fly(600, 450)
    assert reasons(flight.fixes()) == [SplitReason.TRACK_START]


def test_going_dark_in_descent_and_coming_back_in_climb_hours_later_is_two_flights():
    flight = outbound(Flight()).fly(300, 400, 7_000)
    first = len(flight.rows)
    flight.fly(900, 280, 0, seen=False).on_ground_now().wait(5 * HOUR)
    flight.fly(900, 280, 7_000, south=False, seen=False).fly(600, 400, 10_000, south=False)
    assert legs(flight.fixes()) == [
        (0, first, SplitReason.TRACK_START),
        (first, len(flight.rows), SplitReason.STAYED_UNSEEN),
    ]


def test_going_dark_in_cruise_and_coming_back_in_cruise_hours_later_is_two_flights_too():
    flight = outbound(Flight()).fly(25 * 60, 400, 0, seen=False).on_ground_now().wait(2 * HOUR)
    flight.fly(25 * 60, 400, 10_000, south=False, seen=False).fly(600, 450, south=False)
    assert reasons(flight.fixes()) == [SplitReason.TRACK_START, SplitReason.STAYED_UNSEEN]


@pytest.mark.parametrize("states_track", [True, False])
def test_a_short_turnaround_unseen_splits_because_it_comes_back_reversed(states_track):
    flight = outbound(Flight()).fly(20 * 60, 350, 0, seen=False).on_ground_now().wait(40 * 60)
    flight.fly(20 * 60, 350, 10_000, south=False, seen=False).fly(600, 450, south=False)
    fixes = flight.fixes()
    if not states_track:
        fixes.track_angle[:] = np.nan
    assert reasons(fixes) == [SplitReason.TRACK_START, SplitReason.STAYED_UNSEEN]


def test_coming_back_after_a_few_minutes_is_a_turn_and_no_stay():
    flight = outbound(Flight()).fly(6 * 60, 450, seen=False).fly(6 * 60, 450, south=False, seen=False)
    flight.fly(600, 450, south=False)
    assert reasons(flight.fixes()) == [SplitReason.TRACK_START]


@pytest.mark.parametrize("says_ground", [True, False])
def test_a_stop_on_the_ground_splits_where_the_longest_wait_was(says_ground):
    flight = outbound(Flight(), 5).fly(1200, 300, 0).roll(120, 20).park(600).wait(1800)
    second = len(flight.rows)
    flight.park(300).roll(60, 120).fly(1200, 380, 9_000)
    assert legs(flight.fixes(says_ground))[1][:2] == (second, len(flight.rows))
    assert len(legs(flight.fixes(says_ground))) == 2


def test_a_touch_and_go_is_one_flight():
    flight = outbound(Flight(), 5).fly(1200, 250, 0).roll(30, 120).fly(600, 250, 1_500).fly(600, 200, 0).roll(60, 60)
    assert reasons(flight.fixes()) == [SplitReason.TRACK_START]


def test_landing_seen_then_silence_then_take_off_seen_splits():
    flight = outbound(Flight(), 5).fly(1200, 250, 300)
    first = len(flight.rows)
    flight.wait(50 * 60).fly(300, 180, 2_000, south=False).fly(600, 350, 8_000, south=False)
    assert legs(flight.fixes())[1][0] == first
    assert reasons(flight.fixes())[1] == SplitReason.LANDING_UNSEEN


def test_waiting_for_departure_is_not_a_leg_of_its_own():
    flight = Flight().park(60).wait(25 * 60).park(300).roll(60, 100).fly(1200, 380, 10_000)
    assert reasons(flight.fixes()) == [SplitReason.TRACK_START]


def test_a_fix_at_the_gate_the_evening_before_is_not_part_of_the_morning_flight():
    flight = Flight().park(20).wait(12 * HOUR).park(300).roll(60, 100).fly(1200, 380, 10_000)
    assert legs(flight.fixes())[1][0] == 2


def test_the_file_s_own_leg_flag_splits():
    fixes = outbound(Flight()).fixes()
    fixes.leg_start[[0, 50]] = True
    assert legs(fixes) == [(0, 50, SplitReason.TRACK_START), (50, len(fixes), SplitReason.FILE_SAYS)]


def with_callsigns(fixes, changes):
    fixes.callsigns = ("DEMO1", "DEMO2")
    for position, code in changes:
        fixes.callsign[position] = code
    return fixes


def test_another_callsign_after_the_ground_splits_though_the_stop_was_short():
    flight = outbound(Flight(), 5).fly(1200, 300, 0)
    landed = len(flight.rows)
    flight.roll(200, 15)
    last = len(flight.rows)
    flight.fly(1200, 380, 9_000)
    fixes = with_callsigns(flight.fixes(), [(10, 0), (landed - 5, 0), (last + 5, 1)])
    found = legs(fixes)
    assert [reason for *_, reason in found] == [SplitReason.TRACK_START, SplitReason.CALLSIGN_CHANGE]
    assert landed - 5 < found[1][0] <= last + 5


def test_a_callsign_garbled_in_flight_does_not_split():
    fixes = with_callsigns(outbound(Flight()).fixes(), [(150, 0), (160, 1), (170, 0)])
    assert reasons(fixes) == [SplitReason.TRACK_START]


def test_repeated_overflights_without_any_leg_flag_are_separate():
    flight = Flight(lat=46.0)
    flight.altitude = 10_000.0
    for south in (True, False, True):
        flight.fly(1800, 450, south=south).wait(1.4 * HOUR)
    assert reasons(flight.fixes()) == [SplitReason.TRACK_START, *[SplitReason.STAYED_UNSEEN] * 2]


def test_every_fix_is_in_exactly_one_leg():
    flight = outbound(Flight()).wait(6 * HOUR).park(900).wait(HOUR).fly(900, 400, 9_000).wait(20 * HOUR).fly(60, 300)
    parts = [part for part, _ in split_legs(flight.fixes())]
    assert [p.start for p in parts] == [0, *[p.stop for p in parts[:-1]]]
    assert parts[-1].stop == len(flight.rows)


def test_midnight_utc_and_the_antimeridian_separate_nothing():
    midnight = float(np.datetime64("2024-02-29T00:00:00", "s").astype("f8"))
    fixes = outbound(Flight(t0=midnight - 1000)).fixes()
    fixes.longitude = (179.95 + 0.002 * np.arange(len(fixes)) + 180) % 360 - 180
    assert reasons(fixes) == [SplitReason.TRACK_START]


def test_a_recorded_day_of_four_flights_splits_into_four():
    """N899DN on 4 and 5 February 2025: DAL1812 to Minneapolis, DAL2418 on to Spokane (descending out of sight,
    8.4 hours there unseen), DAL1615 back to Minneapolis, DAL2927 to Denver. On the way it was lost in cruise for
    48, 46, 36 and 21 minutes, which must not split."""
    fixes, _ = clean(fixes_of(read_file(sample("readsb/trace_full_ac671b.json"))[0]))
    flown = [
        sorted({fixes.callsign_at(i) for i in range(part.start, part.stop)} - {None}) for part, _ in split_legs(fixes)
    ]
    assert flown == [["DAL1812"], ["DAL2418"], ["DAL1615"], ["DAL2927"]]


def test_without_the_file_s_leg_flags_the_recorded_day_splits_the_same():
    fixes, _ = clean(fixes_of(read_file(sample("readsb/trace_full_ac671b.json"))[0]))
    expected = [part.start for part, _ in split_legs(fixes)]
    fixes.leg_start[:] = False
    assert len(expected) == 4
    assert [part.start for part, _ in split_legs(fixes)] == expected


def test_an_estimated_time_on_the_ground_within_a_cruise_does_not_split():
    fixes = outbound(Flight(), 40).fixes()
    guessed = slice(250, 290)  # 400 s in cruise
    fixes.estimated[guessed] = True
    fixes.on_ground[guessed] = OnGround.YES
    fixes.ground_speed[guessed] = 0.0
    assert reasons(fixes) == [SplitReason.TRACK_START]


def test_estimates_in_a_gap_do_not_hide_that_it_must_have_stayed():
    flight = outbound(Flight()).fly(25 * 60, 400, 0, seen=False).on_ground_now()
    first = len(flight.rows)
    flight.park(2 * HOUR)
    second = len(flight.rows)
    flight.fly(25 * 60, 400, 10_000, south=False, seen=False).fly(600, 450, south=False)
    fixes = flight.fixes()
    fixes.estimated[first:second] = True
    assert legs(fixes) == [
        (0, second, SplitReason.TRACK_START),
        (second, len(fixes), SplitReason.STAYED_UNSEEN),
    ]


def test_a_leg_flag_among_estimates_splits_there():
    fixes = outbound(Flight()).fixes()
    fixes.estimated[40:60] = True
    fixes.leg_start[50] = True
    assert legs(fixes) == [(0, 50, SplitReason.TRACK_START), (50, len(fixes), SplitReason.FILE_SAYS)]


@pytest.mark.parametrize("states_speed", [True, False])
@pytest.mark.parametrize(("silence", "legs_flown"), [(2.5 * HOUR, 1), (4.5 * HOUR, 2)])
def test_a_slow_aircraft_is_measured_by_its_own_speed(states_speed, silence, legs_flown):
    """A helicopter at 80 kt: 200 NM in 2.5 hours are its way; in 4.5 hours it stayed two somewhere."""
    flight = Flight().fly(1800, 80, 500).fly(2.5 * HOUR, 80, seen=False).wait(silence - 2.5 * HOUR).fly(1800, 80)
    fixes = flight.fixes()
    if not states_speed:
        fixes.ground_speed[:] = np.nan
    assert len(legs(fixes)) == legs_flown


def test_one_wrong_speed_beside_a_gap_changes_nothing():
    fixes = Flight().fly(1800, 80, 500).fly(2.5 * HOUR, 80, seen=False).fly(1800, 80).fixes()
    last = int(np.argmax(np.diff(fixes.time)))
    fixes.ground_speed[[last, last + 1]] = 400.0
    assert len(legs(fixes)) == 1


@pytest.mark.parametrize(("minutes", "expected"), [(20, 1), (45, 2)])
def test_a_landing_seen_and_a_cruise_seen_later_is_two_flights_when_there_was_time_to_stand(minutes, expected):
    flight = outbound(Flight(), 5).fly(1200, 160, 60.0)
    flight.fly(minutes * 60, 160, 9_000.0, seen=False).fly(600, 450)
    assert len(legs(flight.fixes())) == expected


@pytest.mark.parametrize(("altitude", "expected"), [(1_000.0, 2), (12_000.0, 1)])
def test_from_high_up_it_takes_longer_to_land_and_come_back(altitude, expected):
    # 55 minutes over one place: from 12 km 44 of them are for the way down and up at 1,800 ft/min.
    flight = Flight().park(60).roll(60, 100).fly(1800, 400, altitude).fly(600, 400)
    flight.wait(55 * 60).fly(600, 400, south=False)
    assert len(legs(flight.fixes())) == expected


def test_a_glider_without_any_word_on_the_ground_lands_between_its_flights():
    flight = Flight()
    for _ in range(2):
        flight.park(600).fly(1200, 55, 1_500.0).fly(1200, 55, 0.0, south=False).park(600)
    assert reasons(flight.fixes(says_ground=False)) == [SplitReason.TRACK_START, SplitReason.GROUND_STOP]


def test_a_transponder_that_says_airborne_at_the_gate_cuts_no_leg_off():
    flight = Flight().park(900)
    fixes = flight.roll(300, 10).fly(1800, 400, 10_000).fixes()
    fixes.on_ground[40:45] = OnGround.NO
    assert reasons(fixes) == [SplitReason.TRACK_START]


def test_on_a_leap_day_over_the_pole_nothing_separates():
    # 29 February 2024, from before midnight; over the pole the longitude turns by 180 degrees.
    flight = Flight(lat=75.0, lon=10.0, t0=1_709_250_000.0).park(60).roll(60, 100, south=False)
    fixes = flight.fly(1200, 400, 10_000, south=False).fly(3 * HOUR, 480, south=False).fixes()
    over = fixes.latitude > 90.0
    assert over.any()
    fixes.latitude = np.where(over, 180.0 - fixes.latitude, fixes.latitude)
    fixes.longitude = np.where(over, -170.0, fixes.longitude)
    assert reasons(fixes) == [SplitReason.TRACK_START]
