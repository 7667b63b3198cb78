"""Loading reported flights into a database that knows something already, or not enough."""

import pytest
from django.core.management import CommandError, call_command

from tracks.models import Aircraft, AircraftIdentity, Flight, Source
from tracks.reference.airports import load_airports
from tracks.reference.reported import load_reported


def test_an_aircraft_that_an_import_knew_by_its_address_becomes_this_one(db):
    load_airports()
    known = Aircraft.objects.create(icao24="15406e")
    load_reported()
    known.refresh_from_db()
    assert known.registration == "RA-82030"
    assert known.listed


def test_an_address_another_aircraft_holds_is_not_taken_from_it(db):
    load_airports()
    holder = Aircraft.objects.create(icao24="15406e", registration="RA-99999")
    load_reported()
    holder.refresh_from_db()
    assert holder.registration == "RA-99999"
    assert Aircraft.objects.get(registration="RA-82030").icao24 is None
    assert AircraftIdentity.objects.filter(aircraft__registration="RA-82030", value="15406e").exists()


def test_without_airports_the_command_says_what_to_run(db):
    with pytest.raises(CommandError, match="load_reference"):
        call_command("load_reported")
    assert not Flight.objects.exists()
    assert not Source.objects.exists(), "all or nothing"


def test_the_command_says_what_it_loaded(db, capsys):
    load_airports()
    call_command("load_reported")
    assert capsys.readouterr().out.strip() == "77 reported flights (77 new, 0 changed), 23 aircraft."
