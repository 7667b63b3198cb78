"""The reported flights that come with the site, as the API gives them."""

import pytest
from django.core.management import call_command
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_archive_that_comes_with_the_site_is_found_by_what_people_type() -> None:
    call_command("load_reference", verbosity=0)
    call_command("load_reported", verbosity=0)
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
