"""The airports an import looks ends up in: kept between imports, never older than the database."""

import pytest
from django.contrib.gis.geos import Point
from django.db import transaction

from tests.integration.archive import make_airports
from tracks.importing.airports import load_airports
from tracks.models import Airport, Runway

pytestmark = pytest.mark.django_db


@pytest.fixture
def airports(db):
    make_airports()
    return {airport.icao: airport for airport in Airport.objects.all()}


def test_they_are_read_once_while_nothing_changes(airports):
    table = load_airports()
    assert table.airports.code == ["UHWW", "UHHH"]
    assert table.ids == [airports["UHWW"].pk, airports["UHHH"].pk]
    assert load_airports() is table


def test_a_moved_an_added_and_a_removed_airport_are_seen(airports):
    load_airports()
    airports["UHWW"].location = Point(130.0, 42.0)
    airports["UHWW"].save()
    assert load_airports().airports.longitude[0] == 130.0
    Airport.objects.create(icao="ZKPY", name="Sunan", location=Point(125.67, 39.22))
    assert load_airports().airports.code == ["UHWW", "UHHH", "ZKPY"]
    Airport.objects.filter(icao="UHHH").delete()
    assert load_airports().airports.code == ["UHWW", "ZKPY"]


def test_a_runway_that_was_added_is_seen(airports):
    assert len(load_airports().airports.end_airport) == 0
    Runway.objects.create(
        airport=airports["UHHH"],
        low_ident="05",
        high_ident="23",
        low_threshold=Point(135.16, 48.52),
        high_threshold=Point(135.20, 48.53),
        low_heading=52.0,
        length_m=4000,
    )
    table = load_airports().airports
    assert table.end_ident == ["05", "23"]
    assert table.end_airport.tolist() == [1, 1]
    assert table.end_heading_deg.tolist() == [52.0, 232.0]


def test_what_was_rolled_back_is_not_kept(airports):
    before = load_airports().airports.longitude.tolist()
    with transaction.atomic():
        Airport.objects.update(location=Point(0.0, 0.0))
        assert load_airports().airports.longitude.tolist() == [0.0, 0.0]
        transaction.set_rollback(True)
    assert load_airports().airports.longitude.tolist() == before
