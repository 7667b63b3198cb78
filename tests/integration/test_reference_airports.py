"""Airports and runways: loaded once, quick and harmless again, never over a person's edit."""

import pytest
from auditlog.context import set_actor
from django.contrib.auth.models import User
from django.core.management import call_command

from tracks.models import Airport, Runway
from tracks.processing.geodesy import distance_m
from tracks.reference.airports import load_airports
from tracks.reference.files import read

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _once(module_transaction):
    return load_airports()


@pytest.fixture
def loaded(_once, db):
    """The loaded airports; what a test changes is taken back."""
    return _once


def test_every_airport_with_an_icao_code_is_loaded_and_the_missing_one_added(loaded):
    assert Airport.objects.count() == loaded.airports > 28_000
    sunan, knevichi, wonsan = (Airport.objects.get(icao=icao) for icao in ("ZKPY", "UHWW", "ZKWS"))
    assert (sunan.country, sunan.time_zone, sunan.iata) == ("KP", "Asia/Pyongyang", "FNJ")
    assert distance_m(sunan.location.x, sunan.location.y, 125.670, 39.224) < 1000
    assert (knevichi.country, knevichi.time_zone) == ("RU", "Asia/Vladivostok")
    assert wonsan.name == "Wonsan Kalma International Airport"
    assert wonsan.elevation_m == pytest.approx(7 * 0.3048, abs=0.05)
    assert wonsan.data_source.startswith("OurAirports")


def test_the_thresholds_of_a_runway_lie_as_far_apart_as_it_is_long(loaded):
    """Two independent columns of OurAirports against each other; docs/reference-data.md names the one that is off."""
    off = set()
    runways = Runway.objects.exclude(low_threshold=None).select_related("airport")
    for runway in runways:
        low, high = runway.low_threshold, runway.high_threshold
        if distance_m(low.x, low.y, high.x, high.y) != pytest.approx(runway.length_m, rel=0.08):
            off.add(str(runway))
    assert len(runways) == 17
    assert off == {"UHWW 07R/25L"}
    sunan = Runway.objects.get(airport__icao="ZKPY", low_ident="17")
    assert (sunan.high_ident, sunan.closed) == ("35", False)
    assert sunan.length_m == pytest.approx(3502, abs=1)


def test_a_runway_without_thresholds_keeps_them_unknown(loaded):
    wonsan = Runway.objects.get(airport__icao="ZKWS", low_ident="15L")
    assert wonsan.low_threshold is None
    assert wonsan.low_heading is None
    assert wonsan.length_m == pytest.approx(3499.7, abs=0.1)


def test_a_runway_whose_airport_is_unknown_is_left_out_and_named(loaded):
    total = len(read("runways.json")["runways"])
    assert Runway.objects.count() == loaded.runways == total - 1
    assert loaded.left_out == ("runway 04 of ZKUJ, an airport not in the data",)


def test_loading_again_writes_nothing(loaded, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        again = load_airports()
    assert (again.airports_written, again.runways_written) == (0, 0)


def test_a_changed_row_is_brought_back_unless_a_person_changed_it(loaded):
    Airport.objects.filter(icao="UHWW").update(name="Something else")
    runway = Runway.objects.get(airport__icao="ZKPY", low_ident="17")
    edited = Airport.objects.get(icao="ZKPY")
    with set_actor(User.objects.create_user("curator")):
        edited.name = "Sunan"
        edited.save()
        runway.surface = "asphalt"
        runway.save()
    again = load_airports()
    assert (again.airports_written, again.runways_written) == (1, 0)
    assert Airport.objects.get(icao="UHWW").name == "Vladivostok Knevichi International Airport"
    assert Airport.objects.get(icao="ZKPY").name == "Sunan"
    runway.refresh_from_db()
    assert runway.surface == "asphalt"


def test_the_command_says_what_there_is_and_what_it_left_out(loaded, capsys):
    call_command("load_reference")
    said = capsys.readouterr().out
    assert "ZKUJ" in said
    assert said.strip().endswith(f"{loaded.airports} airports (0 written), {loaded.runways} runways (0 written).")
