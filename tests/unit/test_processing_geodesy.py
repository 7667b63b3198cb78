"""Distances against values published by others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracks.processing.geodesy import (
    angle_between_deg,
    bearing_deg,
    distance_m,
    geodesic_m,
    unwrapped,
)

# Test lines of Vincenty's formulae as published by Geoscience Australia (Flinders Peak to Buninyong, GRS80) and
# of the great circle on the sphere by Ed Williams' Aviation Formulary (LAX to JFK: 0.623585 rad).
FLINDERS = (144.424867889, -37.951033417)
BUNINYONG = (143.926495527, -37.652821139)


def test_the_ellipsoidal_distance_agrees_with_a_published_test_line():
    assert geodesic_m(*FLINDERS, *BUNINYONG) == pytest.approx(54_972.271, abs=1.0)


def test_a_long_line_agrees_within_metres():
    # One degree of latitude at the pole and at the equator on WGS84: 111,694 m and 110,574 m.
    assert geodesic_m(0, 0, 0, 1) == pytest.approx(110_574.4, abs=1.0)
    assert geodesic_m(0, 89, 0, 90) == pytest.approx(111_693.9, abs=1.0)
    # A quarter of the equator, and a quarter of a meridian (10,001,965.729 m).
    assert geodesic_m(0, 0, 90, 0) == pytest.approx(np.pi / 2 * 6_378_137, abs=20)
    assert geodesic_m(0, 0, 0, 90) == pytest.approx(10_001_965.7, abs=20)


def test_the_great_circle_agrees_with_the_aviation_formulary():
    lax, jfk = (-(118 + 24 / 60), 33 + 57 / 60), (-(73 + 47 / 60), 40 + 38 / 60)
    assert distance_m(*lax, *jfk) / 6_371_008.8 == pytest.approx(0.623585, abs=1e-5)
    assert bearing_deg(*lax, *jfk) == pytest.approx(65.8922, abs=1e-3)


def test_antipodal_and_equal_points_have_a_distance():
    assert geodesic_m(10, 20, 10, 20) == 0
    assert geodesic_m(0, 0, 180, 0) == pytest.approx(np.pi * 6_371_008.8, rel=0.01)


@given(*[st.floats(-180, 180), st.floats(-89, 89)] * 2)
def test_sphere_and_ellipsoid_never_differ_by_more_than_their_flattening(lon1, lat1, lon2, lat2):
    sphere, ellipsoid = distance_m(lon1, lat1, lon2, lat2), geodesic_m(lon1, lat1, lon2, lat2)
    assert ellipsoid == pytest.approx(sphere, rel=0.0075, abs=0.01)


def test_directions_and_longitudes_wrap():
    assert angle_between_deg(350, 10) == 20
    assert angle_between_deg(90, 270) == 180
    assert np.diff(unwrapped([179.5, -179.5, -178.5, 179.0])).tolist() == pytest.approx([1.0, 1.0, -2.5])


def test_the_distance_of_two_single_points_is_a_number_like_any():
    # A minute of latitude at 45° N is 1,852.2 m on WGS84.
    assert float(geodesic_m(130.0, 45.0 - 1 / 120, 130.0, 45.0 + 1 / 120)) == pytest.approx(1852.2, abs=0.1)
    assert float(geodesic_m(130.0, 45.0, 130.0, 45.0)) == 0.0
