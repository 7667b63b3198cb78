"""On the ground or in the air: by the file's word, or, without it, by speeds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.flights import Flight
from tracks.processing.fixes import Fixes, OnGround
from tracks.processing.phases import PhaseThresholds, phases, speed_kt


def untold(speeds, step=10.0, **columns):
    """Fixes of stated speeds; the file does not tell ground from air."""
    count = len(speeds)
    return Fixes.of(np.arange(count) * step, np.zeros(count), np.arange(count) * 1e-3, ground_speed=speeds, **columns)


def on_ground(fixes, limits=None):
    return phases(fixes, limits).ground


def in_air(fixes, limits=None):
    return phases(fixes, limits).air


def test_the_word_of_the_file_counts_whatever_the_speed():
    fixes = untold([0.0, 300.0], on_ground=[OnGround.NO, OnGround.YES])
    assert in_air(fixes).tolist() == [True, False]
    assert on_ground(fixes).tolist() == [False, True]


@pytest.mark.parametrize(
    ("knots", "ground", "air"), [(4.9, True, False), (5.0, False, False), (100.0, False, False), (100.5, False, True)]
)
def test_without_it_hardly_any_speed_is_the_ground_and_a_high_one_the_air(knots, ground, air):
    fixes = untold([knots])
    assert (bool(on_ground(fixes)[0]), bool(in_air(fixes)[0])) == (ground, air)


def test_the_thresholds_are_arguments():
    limits = PhaseThresholds(stopped_below_kt=10.0, flying_above_kt=50.0)
    assert on_ground(untold([9.0]), limits).all()
    assert in_air(untold([51.0]), limits).all()


def test_a_glider_flies_at_fifty_knots_for_a_minute_and_nothing_taxies_so():
    assert in_air(untold([50.0] * 7)).all()
    assert not in_air(untold([50.0] * 6)).any()  # 50 s
    assert not in_air(untold([50.0, 50.0, 20.0, 50.0, 50.0])).any()


def test_high_up_it_flies_at_any_speed():
    assert in_air(untold([np.nan], altitude=5001.0)).all()
    assert not on_ground(untold([1.0], altitude=5001.0)).any()


def test_speeds_not_stated_are_implied_by_the_neighbours():
    # A thousandth of a degree of latitude in 2 s: 111.2 m, 108 kt.
    fixes = untold([np.nan] * 5, step=2.0)
    assert speed_kt(fixes) == pytest.approx(np.full(5, 108.1), abs=0.1)
    assert in_air(fixes).all()


def test_a_position_that_jumps_at_the_gate_is_no_flight():
    lat = np.array([0.0, 0.0, 0.01, 0.01, 0.01])  # 1.1 km in 10 s would be 216 kt
    fixes = Fixes.of(np.arange(5) * 10.0, np.zeros(5), lat)
    assert not in_air(fixes).any()


def test_a_logger_with_a_fix_every_four_minutes_flies_all_the_same():
    lat = np.arange(6) * 0.3  # 33 km in 240 s: 270 kt at least
    assert in_air(Fixes.of(np.arange(6) * 240.0, np.zeros(6), lat)).all()


def test_airborne_for_a_moment_at_the_gate_is_the_transponder_s_error():
    flight = Flight().park(300)
    fixes = flight.fixes()
    fixes.on_ground[10:20] = OnGround.NO
    assert not in_air(fixes).any()
    assert on_ground(fixes).sum() == 20


def test_airborne_at_the_gate_for_hours_is_so_too_but_a_circuit_is_a_flight():
    flight = Flight().park(60)
    said = len(flight.rows)
    flight.park(7200)
    until = len(flight.rows)
    fixes = flight.park(60).fixes()
    fixes.on_ground[said:until] = OnGround.NO
    assert not in_air(fixes).any()
    circuit = Flight().park(60).fly(150, 90, 300.0).fly(150, 90, 0.0, south=False).park(60).fixes()
    assert in_air(circuit).sum() == 30


def test_a_jump_from_pad_to_pad_farther_than_an_airport_is_a_flight_though_short_seen():
    flight = Flight().park(60).fly(20, 20)
    fixes = flight.wait(3600).park(60).fixes()
    fixes.latitude[-6:] += 1.0
    assert in_air(fixes).sum() == 2


def test_observed_fixes_are_judged_without_the_estimated_ones():
    fixes = untold([np.nan] * 6, step=2.0)
    fixes.estimated[1::2] = True
    fixes.longitude[1::2] = 30.0  # far off, as a projection may be
    alone = phases(fixes[~fixes.estimated])
    together = phases(fixes)[~fixes.estimated]
    assert together.air.tolist() == alone.air.tolist()
    assert together.speed_kt == pytest.approx(alone.speed_kt)


@given(
    st.lists(
        st.tuples(
            st.integers(1, 900), st.integers(-50, 50), st.sampled_from([np.nan, 0.0, 30.0, 60.0, 400.0]),
            st.sampled_from([-1, 0, 1]), st.sampled_from([np.nan, 0.0, 6000.0]), st.booleans(),
        ),
        max_size=30,
    )
)  # fmt: skip
def test_no_fix_is_both_on_the_ground_and_in_the_air_and_the_file_is_never_contradicted_upwards(rows):
    table = np.array(rows, dtype="f8").reshape(-1, 6)
    fixes = Fixes.of(
        np.cumsum(table[:, 0]), np.zeros(len(rows)), table[:, 1] * 1e-3,
        ground_speed=table[:, 2], on_ground=table[:, 3], altitude=table[:, 4], estimated=table[:, 5],
    )  # fmt: skip
    found = phases(fixes)
    assert not (found.ground & found.air).any()
    assert found.ground[fixes.on_ground == OnGround.YES].all()
    assert not found.ground[fixes.on_ground == OnGround.NO].any()
    assert not found.air[fixes.on_ground == OnGround.YES].any()


def paraglider():
    """Fifteen to twenty knots all the way: up 700 m in ten minutes, down again, and it stands."""
    return Flight().park(60).fly(600, 15, 700).fly(600, 20, 0).park(60).fixes(says_ground=False)


def test_what_climbs_and_sinks_like_nothing_on_the_ground_flies_however_slowly():
    fixes = paraglider()
    air = in_air(fixes)
    assert air[20:55].all()  # climbing
    assert air[80:110].all()  # sinking
    assert on_ground(fixes)[[0, -1]].all()
    fixes.altitude[:] = np.nan
    assert not in_air(fixes).any()


def test_hovering_in_a_climb_is_no_time_on_the_ground():
    fixes = untold([1.0] * 60, altitude=np.arange(60) * 10.0)
    assert in_air(fixes)[12:-12].all()
    assert not on_ground(fixes)[12:-12].any()


@pytest.mark.parametrize("kind", [1, 2])
def test_an_altimeter_that_is_set_and_one_that_wavers_do_not_fly(kind):
    parked = np.zeros(60)
    stepped = np.where(np.arange(60) < 30, 0.0, 300.0)
    wavering = 60.0 * np.sin(np.arange(60) / 6)
    spike = np.where(np.arange(60) == 30, 500.0, 0.0)
    for altitude in (parked, stepped, wavering, spike):
        assert not in_air(untold([0.0] * 60, altitude=altitude, altitude_kind=kind)).any()


def test_two_kinds_of_altitude_by_turns_are_no_climb():
    kind = np.repeat([1, 2, 1], 20)
    altitude = np.repeat([0.0, 200.0, 400.0], 20)
    assert not in_air(untold([0.0] * 60, altitude=altitude, altitude_kind=kind)).any()
