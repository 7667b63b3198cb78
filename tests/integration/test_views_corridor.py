"""`/`: the corridor map's page data and the window it opens on."""

import datetime
import json
import re
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests import archive
from tracks.models import Runway, claim_values
from tracks.serving import corridor, paths

pytestmark = pytest.mark.django_db

START = datetime.datetime(2024, 3, 21, 4, 30, tzinfo=datetime.UTC)
HOUR = 3600


def page_data(client: Client, query: str = "", block: str = "page-data") -> Any:
    """The data as the browser gets it."""
    response = client.get(f"/{query}")
    assert response.status_code == 200
    match = re.search(f'<script id="{block}" type="application/json">(.*?)</script>', response.content.decode(), re.S)
    assert match
    return json.loads(match[1])


def observed(start: datetime.datetime = START) -> str:
    return archive.published(archive.observed_flight(start, aircraft=archive.antonov())).pk


def reported(day: datetime.date | None, destination: archive.Place | None = None) -> str:
    place = claim_values.place_value(destination or archive.north_korea())
    date = archive.day_value(day) if day else None
    return archive.published(archive.reported_flight(date, destination=place)).pk


def demonstration(start: datetime.datetime = START) -> str:
    return archive.published(archive.demonstration_flight(start)).pk


def ids(flights: list[dict[str, Any]]) -> list[str]:
    return [flight["id"] for flight in flights]


def test_an_empty_archive_opens_on_today_with_the_corridors_airports(client: Client) -> None:
    archive.vladivostok(), archive.pyongyang()
    data = page_data(client)
    now = datetime.datetime.now(datetime.UTC).timestamp()
    assert data["window"]["start"] <= now <= data["window"]["end"]
    assert (data["flights"], data["lanes"], data["paths_url"]) == ([], [], None)
    assert data["corridor"]["name"] == "Vladivostok – Pyongyang"
    assert data["corridor"]["bounds"] == [[37.5, 124.0], [44.0, 133.5]]
    assert [airport["icao"] for airport in data["corridor"]["airports"]] == ["UHWW", "ZKPY"]
    assert data["counts"] == {"observed": 0, "reported": 0, "undated": 0, "demonstration": 0}
    assert data["demonstration_only"] is False


def test_it_opens_on_the_latest_flight_that_moves_and_not_on_a_later_report(client: Client) -> None:
    observed(START - 30 * archive.DAY)
    latest = observed()
    later = reported(datetime.date(2024, 6, 1))
    data = page_data(client)
    assert ids(data["flights"]) == [latest]
    assert data["window"]["start"] < START.timestamp() < data["window"]["end"]
    assert later in ids(data["lanes"])
    assert len(data["lanes"]) == 3
    assert data["paths_url"] == f"/api/v1/paths/?f={latest}.1"


def test_the_outbound_leg_and_the_next_days_return_are_shown_together(client: Client) -> None:
    out = observed()
    back = observed(START + datetime.timedelta(hours=20))
    observed(START - 10 * archive.DAY)
    data = page_data(client)
    assert set(ids(data["flights"])) == {out, back}
    assert client.get(data["paths_url"]).status_code == 200


def test_a_window_of_flights_every_few_hours_does_not_grow_without_end(client: Client) -> None:
    for n in range(20):
        observed(START + n * datetime.timedelta(hours=10))
    window = page_data(client)["window"]
    assert 48 * HOUR < window["end"] - window["start"] <= corridor.LONGEST_S * (1 + 2 * corridor.MARGIN)


def test_real_flights_win_over_simulated_ones_which_then_are_not_shown(client: Client) -> None:
    simulated = demonstration(START + 300 * archive.DAY)
    assert ids(page_data(client)["flights"]) == [simulated]
    real = observed()
    data = page_data(client)
    assert ids(data["flights"]) == ids(data["lanes"]) == [real]
    asked = page_data(client, "?demonstration=all")
    assert set(ids(asked["lanes"])) == {real, simulated}
    assert ids(asked["flights"]) == [real]
    narrowed = page_data(client, "?demonstration=yes")
    assert set(ids(narrowed["lanes"])) == {real, simulated}
    assert ids(narrowed["flights"]) == [simulated]


def test_with_filters_in_the_address_it_opens_where_some_flight_passes_them(client: Client) -> None:
    simulated = demonstration(START + 300 * archive.DAY)
    march = reported(datetime.date(2024, 3, 20))
    june = reported(datetime.date(2024, 6, 1))
    reported(None)
    data = page_data(client, "?q=March+2024")
    assert ids(data["flights"]) == [march]
    assert set(ids(data["lanes"])) >= {simulated, march, june}
    assert ids(page_data(client, "?class=reported")["flights"]) == [june]
    assert ids(page_data(client, f"?q=March+2024&flight={june}")["flights"]) == [june]
    assert ids(page_data(client, "?q=xyzzy")["flights"]) == [simulated]


def test_while_only_simulated_flights_move_reports_lie_beside_them_and_the_page_says_so(client: Client) -> None:
    simulated, report = demonstration(), reported(None)
    data = page_data(client)
    assert data["demonstration_only"] is True
    assert set(ids(data["lanes"])) == {simulated, report}
    assert data["counts"] == {"observed": 1, "reported": 1, "undated": 1, "demonstration": 1}
    response = client.get("/")
    assert 'id="demonstration"' in response.content.decode()
    assert response["X-Robots-Tag"] == "noindex"


def test_without_a_demonstration_the_page_may_be_indexed(client: Client) -> None:
    observed()
    response = client.get("/")
    assert "X-Robots-Tag" not in response
    assert 'id="demonstration"' not in response.content.decode()


def test_with_reports_alone_it_opens_on_the_latest_report(client: Client) -> None:
    reported(datetime.date(2023, 1, 1)), reported(None)
    latest = reported(datetime.date(2024, 6, 1))
    assert ids(page_data(client)["flights"]) == [latest]


def test_flights_outside_the_corridor_are_not_on_its_map(client: Client) -> None:
    reported(datetime.date(2024, 6, 1), archive.vladivostok())
    assert page_data(client)["lanes"] == []


def test_a_window_asked_for_is_shown_to_the_end_of_its_last_day(client: Client) -> None:
    observed()
    early = reported(datetime.date(2023, 5, 2))
    data = page_data(client, "?from=2023-05-01&to=2023-05-02")
    assert ids(data["flights"]) == [early]
    assert data["window"] == {
        "start": datetime.datetime(2023, 5, 1, tzinfo=datetime.UTC).timestamp(),
        "end": datetime.datetime(2023, 5, 3, tzinfo=datetime.UTC).timestamp(),
    }


def test_it_opens_around_the_flight_asked_for(client: Client) -> None:
    early = observed(START - 30 * archive.DAY)
    observed()
    assert ids(page_data(client, f"?flight={early}")["flights"]) == [early]


@pytest.mark.parametrize(
    "query", ["?from=2024", "?to=2024", "?from=2024-03-02&to=2024-03-01", "?from=x&to=y", "?from=0001&to=9999",
              "?from=2023&to=%00", "?flight=nobody", "?from=&to="]
)  # fmt: skip
def test_a_window_that_makes_no_sense_falls_back(client: Client, query: str) -> None:
    latest = observed()
    assert ids(page_data(client, query)["flights"]) == [latest]


def test_the_map_gets_the_runways_whose_thresholds_are_known(client: Client) -> None:
    airport = archive.vladivostok().airport
    thresholds = {"low_threshold": Point(132.1, 43.4, srid=4326), "high_threshold": Point(132.2, 43.5, srid=4326)}
    Runway.objects.create(airport=airport, low_ident="07L", high_ident="25R", **thresholds)
    Runway.objects.create(airport=airport, low_ident="07R", high_ident="25L")
    (shown,) = page_data(client, block="airports")
    assert shown["icao"] == "UHWW"
    low, high = {"ident": "07L", "lat": 43.4, "lon": 132.1}, {"ident": "25R", "lat": 43.5, "lon": 132.2}
    assert shown["runways"] == [{"low": low, "high": high, "closed": False}]


def test_more_paths_than_one_request_carries_are_counted(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    newest, _older = observed(START + archive.DAY), observed()
    monkeypatch.setattr(corridor, "MOST_FLIGHTS", 1)
    data = page_data(client, "?from=2024-03&to=2024-03")
    assert data["paths_url"] == f"/api/v1/paths/?f={newest}.1"
    assert data["paths_left_out"] == 1
    assert paths.MOST_FLIGHTS > 1


def test_the_page_takes_the_same_queries_however_many_flights_there_are(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    observed()
    # Whether something real is observed; the flights; the airports; the runways; for the search:
    # the flights' words and former identities.
    with django_assert_num_queries(6):
        page_data(client)
    for day in range(1, 8):
        observed(START + day * archive.DAY), reported(datetime.date(2024, 4, day))
    with django_assert_num_queries(6):
        assert len(page_data(client)["lanes"]) == 15


def test_words_of_the_archive_cannot_end_the_pages_data(client: Client) -> None:
    flight = archive.observed_flight(START, facts={"title": claim_values.text_value("</script><b onload=x>&")})
    archive.published(flight)
    body = client.get("/").content.decode()
    assert "</script><b" not in body
    assert page_data(client)["lanes"][0]["title"] == "</script><b onload=x>&"
