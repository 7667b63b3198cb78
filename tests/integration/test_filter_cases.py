"""One table of filters and searches with what each must find: for the server here, for the map's script in tests/js.

The table's flights are those made here, as the server gives them to the map: neither side is tried on flights that
the other never sees.
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict

from tests import archive
from tracks.forms import FlightFilterForm
from tracks.models import Aircraft, AircraftIdentity, Operator, Sanction, claim_values
from tracks.models.vocabulary import Basis
from tracks.serving.choices import choice_counts
from tracks.serving.moments import month_numbers
from tracks.serving.search import haystacks
from tracks.serving.summaries import summaries
from tracks.visibility import listed_revisions

pytestmark = pytest.mark.django_db

TABLE = json.loads((Path(__file__).parents[1] / "filter_cases.json").read_text("utf-8"))
UTC = datetime.UTC
FACTS = ("class", "demonstration", "type", "type_name", "operator", "callsign", "lane", "start", "end", "direction")


def make_flights() -> dict[str, str]:
    """The table's names of the flights by their ids."""
    place, text = claim_values.place_value, claim_values.text_value
    antonov = archive.antonov()
    AircraftIdentity.objects.create(aircraft=antonov, field="registration", value="CCCP-82030", basis=Basis.SOURCE)
    koryo = Operator.objects.create(name="Air Koryo")
    ilyushin = Aircraft.objects.create(
        registration="P-885", type_designator="IL62", type_name="Il-62M", operator=koryo, listed=True
    )
    Sanction.objects.create(authority="UN", scope="operator", operator=koryo, date_text="2016", valid_from="2016-12-31")
    observed = archive.observed_flight(
        datetime.datetime(2024, 3, 21, 4, 30, tzinfo=UTC), aircraft=antonov, facts={"callsign": text("RFF8030")}
    )
    made = {
        "observed": observed,
        "outbound": archive.reported_flight(
            archive.day_value(datetime.date(2024, 3, 20)),
            aircraft=claim_values.aircraft_value(antonov),
            origin=place(archive.vladivostok()),
            destination=place(archive.north_korea()),
        ),
        "koryo": archive.reported_flight(
            archive.day_value(datetime.date(2023, 12, 31)),
            publisher="Коммерсантъ",
            aircraft=claim_values.aircraft_value(ilyushin),
            origin=place(archive.pyongyang()),
            destination=place(archive.vladivostok()),
            callsign=text("KOR271"),
        ),
        "undated": archive.reported_flight(
            aircraft=claim_values.aircraft_value(ilyushin), destination=place(archive.pyongyang())
        ),
        "nameless": archive.reported_flight(
            archive.day_value(datetime.date(2024, 2, 29)), type=claim_values.type_value("IL76", "Ил-76ТД")
        ),
        "unknown": archive.reported_flight(archive.day_value(datetime.date(2024, 4, 1)), publisher="조선일보"),
        "simulated": archive.demonstration_flight(datetime.datetime(2001, 3, 10, tzinfo=UTC)),
    }
    return {archive.published(flight).pk: name for name, flight in made.items()}


def as_listed(names: dict[str, str]) -> dict[str, Any]:
    """The flights as the table holds them: what filters and searches read of what the map's page has."""
    hay = haystacks(listed_revisions())
    listed = {}
    for summary in summaries(listed_revisions().order_by("published_at")):
        flight = {key: summary[key] for key in FACTS}
        flight["date"] = {"text": summary["date"]["text"]}
        for end in ("origin", "destination"):
            flight[end] = summary[end] and {key: summary[end][key] for key in ("name", "icao")}
        aircraft = summary["aircraft"]
        flight["aircraft"] = aircraft and {key: aircraft[key] for key in ("registration", "icao24", "sanctioned")}
        name = names[summary["id"]]
        found = hay[summary["id"]]
        # Titles do not name the flight, but a nameless one may hold its id.
        listed[name] = {**flight, "search": {**found, "text": found["text"].replace(summary["id"], name)}}
    return listed


def test_the_table_holds_the_flights_and_months_that_the_server_gives_to_the_map() -> None:
    names = make_flights()
    assert as_listed(names) == TABLE["flights"]
    assert month_numbers() == TABLE["months"]


def test_the_server_finds_what_the_table_says() -> None:
    names = make_flights()
    wrong = {}
    for query, expected in TABLE["finds"].items():
        form = FlightFilterForm(QueryDict(query))
        found = form.chosen.apply(listed_revisions()).values_list("flight_id", flat=True)
        if (got := sorted(names[pk] for pk in found)) != sorted(expected):
            wrong[query] = got
    assert wrong == {}


@pytest.mark.parametrize("query", ["", "class=reported", "aircraft=P-885&direction=inbound", "q=sunan&sanctioned=no"])
def test_each_choice_of_the_list_is_counted_as_it_would_leave(query: str) -> None:
    make_flights()
    counts = choice_counts(FlightFilterForm(QueryDict(query)).chosen, listed_revisions())
    assert {"aircraft", "type", "operator", "callsign", "airport", "class", "direction", "sanctioned"} < counts.keys()
    for name, of_values in counts.items():
        for value, count in of_values.items():
            chosen = QueryDict(query, mutable=True)
            chosen[name] = value
            assert FlightFilterForm(chosen).chosen.apply(listed_revisions()).count() == count, (name, value)


def test_a_flight_is_found_by_its_id_and_by_a_former_registration_as_a_whole() -> None:
    names = make_flights()
    for flight_id, name in names.items():
        found = FlightFilterForm(QueryDict(f"q={flight_id}")).chosen.apply(listed_revisions())
        assert [names[pk] for pk in found.values_list("flight_id", flat=True)] == [name]
