"""Loading reported flights into a database that knows something already, and what the API gives then."""

import io

import pytest
from django.core.management import call_command
from django.test import Client

from tracks.models import Aircraft, AircraftIdentity


@pytest.fixture(scope="module")
def _said(module_transaction: None) -> str:
    """What the command said after loading beside two aircraft that were there before."""
    call_command("load_reference", verbosity=0)
    Aircraft.objects.create(icao24="15406e")  # RA-82030's, known from an import
    Aircraft.objects.create(icao24="154f53", registration="RA-99999")  # the data's for RA-85843
    out = io.StringIO()
    call_command("load_reported", stdout=out)
    return out.getvalue()


@pytest.fixture
def said(_said: str, db: None) -> str:
    return _said


def test_an_aircraft_that_an_import_knew_by_its_address_becomes_this_one(said: str) -> None:
    known = Aircraft.objects.get(icao24="15406e")
    assert known.registration == "RA-82030"
    assert known.listed
    assert known.pk == Aircraft.objects.order_by("pk").values_list("pk", flat=True)[0]


def test_an_address_another_aircraft_holds_is_not_taken_from_it(said: str) -> None:
    assert Aircraft.objects.get(icao24="154f53").registration == "RA-99999"
    assert Aircraft.objects.get(registration="RA-85843").icao24 is None
    assert AircraftIdentity.objects.filter(aircraft__registration="RA-85843", value="154f53").exists()


def test_the_command_says_what_it_loaded(said: str) -> None:
    assert said.strip() == "77 reported flights (77 new, 0 changed), 23 aircraft."


def test_the_archive_that_comes_with_the_site_is_found_by_what_people_type(said: str) -> None:
    client = Client()
    found = {
        query: {flight["title"]: flight for flight in client.get("/api/v1/flights/", {"q": query}).json()["flights"]}
        for query in ("RA-82030", "15406e", "An-124", "Sunan", "Knevichi", "March 2024")
    }
    assert all(found.values())
    lead = "RA-82030: North Korea → Vladivostok"
    assert [query for query in found if lead in found[query]] == [
        "RA-82030",
        "15406e",
        "An-124",
        "Knevichi",
        "March 2024",
    ]
    assert found["15406e"][lead]["aircraft"]["sanctioned"] is True
    assert all(
        "ZKPY" in {(flight[end] or {}).get("icao") for end in ("origin", "destination")}
        for flight in found["Sunan"].values()
    )
    undated = client.get("/api/v1/flights/?undated=1").json()
    assert undated["total"] == 8
    # No position is made up: a place known only as a country keeps its precision, a flight without one has none.
    everything = client.get("/api/v1/flights/?limit=500").json()["flights"]
    assert len(everything) == 77
    assert not any(flight["has_path"] for flight in everything)
    one_end_open = [f for f in everything if not all(f[end] and f[end]["icao"] for end in ("origin", "destination"))]
    assert len(one_end_open) == 38
