"""`/api/v1/flights/`: summaries, filters, search, pages."""

import datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests import archive
from tracks.models import Claim, Operator, Sanction, claim_values
from tracks.models.publishing import publish
from tracks.models.resolving import resolve

pytestmark = pytest.mark.django_db

UTC = datetime.UTC
LEAD = datetime.datetime(2024, 3, 21, 4, 30, tzinfo=UTC)


def listed(client: Client, query: str = "") -> list[dict[str, Any]]:
    response = client.get(f"/api/v1/flights/{query}")
    assert response.status_code == 200, response.content
    return response.json()["flights"]


def lead_story() -> dict[str, Any]:
    """The facts of the flight that the tests search for."""
    return {
        "aircraft": claim_values.aircraft_value(archive.antonov()),
        "origin": claim_values.place_value(archive.vladivostok()),
        "destination": claim_values.place_value(archive.pyongyang()),
    }


def test_a_summary_has_every_key_of_the_contract_with_its_unit() -> None:
    flight = archive.observed_flight(
        LEAD, aircraft=archive.antonov(), facts=lead_story() | {"callsign": claim_values.text_value("RFF7044")}
    )
    flight = archive.published(flight)
    (summary,) = listed(Client())
    assert summary == {
        "id": flight.pk,
        "revision": 1,
        "url": f"/flights/{flight.pk}/",
        "title": "RA-82030: Vladivostok → Pyongyang",
        "class": "observed",
        "demonstration": False,
        "aircraft": {
            "key": "RA-82030",
            "registration": "RA-82030",
            "icao24": "15406e",
            "type": "A124",
            "type_name": "An-124",
            "operator": "224th Flight Unit State Airlines",
            "url": "/aircraft/RA-82030/",
            "sanctioned": False,
        },
        "type": "A124",
        "type_name": "An-124",
        "operator": "224th Flight Unit State Airlines",
        "callsign": "RFF7044",
        "lane": "RA-82030",
        "origin": {
            "name": "Vladivostok International",
            "icao": "UHWW",
            "precision": "airport",
            "lat": 43.398,
            "lon": 132.148,
            "radius_km": 0,
            "basis": "curator",
        },
        "destination": {
            "name": "Pyongyang Sunan International",
            "icao": "ZKPY",
            "precision": "airport",
            "lat": 39.224,
            "lon": 125.67,
            "radius_km": 0,
            "basis": "curator",
        },
        "departure": None,
        "departure_basis": None,
        "arrival": None,
        "arrival_basis": None,
        "start": LEAD.timestamp(),
        "end": LEAD.timestamp() + 18 * 60,
        "date": {"text": "2024-03-21", "precision": "second", "zone_basis": "stated"},
        "assertion_level": None,
        "direction": "outbound",
        "gaps": [
            {
                "kind": "interior",
                "start": LEAD.timestamp() + 4 * 60,
                "end": LEAD.timestamp() + 14 * 60,
                "distance_m": 120_000.0,
                "implied_speed_kt": 400.0,
                "cause": "unknown",
            },
            {
                "kind": "trailing",
                "start": LEAD.timestamp() + 18 * 60,
                "end": None,
                "distance_m": None,
                "implied_speed_kt": None,
                "cause": "unknown",
            },
        ],
        "disagreements": [],
        "has_path": True,
    }


def test_a_reported_flight_covers_the_utc_interval_its_local_date_can_mean() -> None:
    korean_day = archive.day_value(datetime.date(2024, 3, 21), archive.KST)
    archive.published(archive.reported_flight(korean_day, **lead_story()))
    (summary,) = listed(Client())
    assert summary["start"] == datetime.datetime(2024, 3, 20, 15, tzinfo=UTC).timestamp()
    assert summary["end"] == datetime.datetime(2024, 3, 21, 15, tzinfo=UTC).timestamp()
    assert summary["class"] == "reported"
    assert summary["has_path"] is False
    assert summary["assertion_level"] == "tracked_full_or_partial"


def test_what_nobody_knows_is_null_and_nothing_else() -> None:
    archive.published(archive.reported_flight(None))
    (summary,) = listed(Client())
    unknown = ["aircraft", "type", "operator", "callsign", "origin", "destination", "departure", "arrival"]
    assert [summary[key] for key in [*unknown, "start", "end", "direction"]] == [None] * 11
    assert summary["lane"] == "unknown"
    assert summary["date"] == {"text": "", "precision": "unknown", "zone_basis": "unstated"}


def test_a_flight_without_an_aircraft_lies_in_the_lane_of_its_type() -> None:
    archive.published(archive.reported_flight(None, type=claim_values.type_value("A124", "An-124")))
    assert listed(Client())[0]["lane"] == "type:A124"
    assert listed(Client(), "?aircraft=type:A124")
    assert not listed(Client(), "?aircraft=unknown")


@pytest.mark.parametrize("number", [1, 12])
def test_a_list_of_any_length_takes_the_same_queries(
    number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for day in range(number):
        archive.published(
            archive.observed_flight(LEAD + day * archive.DAY, aircraft=archive.antonov(), facts=lead_story())
        )
    client = Client()
    with django_assert_num_queries(2):  # the number of all, and the page
        assert len(listed(client)) == number


@pytest.mark.parametrize(
    "query", ["RA-82030", "ra82030", "15406e", "15406E", "An-124", "an124", "Sunan", "March 2024", "21 mar 2024",
              "2024-03", "2024", "An-124 March 2024", "Defence", "FNJ"]
)  # fmt: skip
def test_a_search_finds_the_flight_by(query: str) -> None:
    found = archive.published(
        archive.reported_flight(archive.day_value(datetime.date(2024, 3, 21), archive.KST), **lead_story())
    )
    archive.published(
        archive.reported_flight(archive.day_value(datetime.date(2023, 5, 2)), publisher="VOA")
    )  # and not this one
    assert [flight["id"] for flight in listed(Client(), f"?q={query}")] == [found.pk]


@pytest.mark.parametrize("query", ["April 2024", "RA-82031", "An-124 2023", "%", "_", "An_124"])
def test_a_search_does_not_find_it_by(query: str) -> None:
    archive.published(
        archive.reported_flight(archive.day_value(datetime.date(2024, 3, 21), archive.KST), **lead_story())
    )
    assert listed(Client(), "?" + f"q={query}".replace("%", "%25")) == []


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("?aircraft=RA-82030", 2),
        ("?aircraft=ra-82030&aircraft=P-885", 2),
        ("?aircraft=15406E", 2),
        ("?registration=RA-82030", 2),
        ("?icao24=15406E", 2),
        ("?operator=224th Flight Unit State Airlines", 2),
        ("?operator=Air Koryo", 0),
        ("?type=A124", 2),
        ("?type=an-124", 2),
        ("?callsign=rff7044", 1),
        ("?airport=ZKPY", 2),
        ("?airport=North Korea", 1),
        ("?class=observed", 1),
        ("?class=observed&class=reported", 3),
        ("?direction=outbound", 2),
        ("?direction=inbound", 1),
        ("?undated=1", 1),
        ("?from=2024-03-21&to=2024-03-21", 1),
        ("?from=2024-03", 2),
        ("?to=2024-03-21", 1),
        ("?to=2024-03-20", 0),
        ("?from=2024-03-21T04:48:30Z&to=2025", 1),
        ("?from=2024-03-21T13:30%2B09:00&to=2024-03-21T13:31%2B09:00", 1),
        ("?class=reported&direction=inbound", 1),
    ],
)
def test_a_filter_leaves(query: str, number: int) -> None:
    facts = lead_story()
    archive.published(
        archive.observed_flight(
            LEAD, aircraft=archive.antonov(), facts=facts | {"callsign": claim_values.text_value("RFF7044")}
        )
    )
    back = facts | {"origin": facts["destination"], "destination": facts["origin"]}
    archive.published(archive.reported_flight(archive.day_value(datetime.date(2024, 3, 22)), **back))
    archive.published(archive.reported_flight(None, destination=claim_values.place_value(archive.north_korea())))
    assert len(listed(Client(), query)) == number


def test_an_airport_is_found_at_either_end_and_each_flight_once() -> None:
    ends = {end: claim_values.place_value(archive.pyongyang()) for end in ("origin", "destination")}
    archive.published(archive.reported_flight(None, **ends))
    assert len(listed(Client(), "?airport=ZKPY&airport=UHWW")) == 1


@pytest.mark.parametrize(("zone", "utc_days"), [(UTC, ["2024-03-21"]), (archive.KST, ["2024-03-20", "2024-03-21"])])
def test_a_day_is_found_on_each_utc_day_it_can_mean(zone: datetime.tzinfo, utc_days: list[str]) -> None:
    archive.published(archive.reported_flight(archive.day_value(datetime.date(2024, 3, 21), zone)))
    found = [
        day
        for day in ("2024-03-19", "2024-03-20", "2024-03-21", "2024-03-22")
        if listed(Client(), f"?from={day}&to={day}")
    ]
    assert found == utc_days


@pytest.mark.parametrize("language", ["en", "ru", "ko"])
def test_a_readers_language_moves_no_flight_to_another_day(language: str) -> None:
    archive.published(archive.reported_flight(archive.day_value(datetime.date(2024, 3, 21))))
    response = Client().get("/api/v1/flights/?from=2024-03-21&to=2024-03-21", headers={"accept-language": language})
    assert response.json()["total"] == 1


def sanction(**columns: Any) -> Sanction:
    return Sanction.objects.create(scope="operator", authority="US Department of State", **columns)


def sanctioned_on(day: datetime.date) -> bool:
    archive.published(archive.reported_flight(archive.day_value(day), **lead_story()))
    (summary,) = listed(Client())
    by_filter = [len(listed(Client(), f"?sanctioned={word}")) for word in ("yes", "no")]
    assert by_filter == ([1, 0] if summary["aircraft"]["sanctioned"] else [0, 1])
    return summary["aircraft"]["sanctioned"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2024-01-10", False), ("2024-01-11", True), ("2024-06-30", True), ("2024-07-01", False)],
)
def test_the_sanction_status_is_that_of_the_day_of_the_flight(day: str, expected: bool) -> None:
    operator = archive.antonov().operator
    sanction(operator=operator, valid_from=datetime.date(2024, 1, 11), valid_to=datetime.date(2024, 6, 30))
    assert sanctioned_on(datetime.date.fromisoformat(day)) is expected


def test_a_sanction_without_a_date_is_not_held_against_any_flight() -> None:
    sanction(aircraft=archive.antonov())
    assert not sanctioned_on(datetime.date(2024, 3, 21))


def test_a_sanction_on_one_aircraft_of_an_operator_does_not_reach_the_others() -> None:
    other = archive.Aircraft.objects.create(registration="RA-82038", operator=archive.antonov().operator)
    sanction(aircraft=other, operator=other.operator, valid_from=datetime.date(2020, 1, 1))
    assert not sanctioned_on(datetime.date(2024, 3, 21))


def test_the_operator_on_the_flight_counts_not_the_aircrafts_present_one() -> None:
    other = Operator.objects.create(name="Volga-Dnepr")
    sanction(operator=archive.antonov().operator, valid_from=datetime.date(2020, 1, 1))
    archive.published(
        archive.reported_flight(
            archive.day_value(datetime.date(2024, 3, 21)),
            **lead_story() | {"operator": claim_values.operator_value(other)},
        )
    )
    assert listed(Client())[0]["aircraft"]["sanctioned"] is False


def test_a_flight_of_an_unnamed_aircraft_is_neither_sanctioned_nor_not() -> None:
    archive.published(archive.reported_flight(None))
    assert listed(Client(), "?sanctioned=yes") == listed(Client(), "?sanctioned=no") == []


def test_demonstration_flights_are_left_out_unless_asked_for() -> None:
    real = archive.published(archive.reported_flight(None)).pk
    simulated = archive.published(archive.demonstration_flight(LEAD)).pk
    ids = {query: {flight["id"] for flight in listed(Client(), query)} for query in (
        "", "?demonstration=1", "?demonstration=all", "?demonstration=only", "?demonstration=yes", "?demonstration=no"
    )}  # fmt: skip
    assert ids == {
        "": {real},
        "?demonstration=1": {real, simulated},
        "?demonstration=all": {real, simulated},
        "?demonstration=only": {simulated},
        "?demonstration=yes": {simulated},
        "?demonstration=no": {real},
    }


def test_pages_follow_each_other_without_loss_or_repetition_undated_flights_last() -> None:
    start = LEAD
    dated = [archive.published(archive.observed_flight(start + n * archive.DAY)).pk for n in range(4)]
    same_moment = archive.published(archive.observed_flight(start)).pk
    undated = sorted(archive.published(archive.reported_flight(None)).pk for _n in range(3))
    client, seen, address = Client(), [], "/api/v1/flights/?limit=2"
    while address:
        answer = client.get(address.removeprefix("http://localhost:8000")).json()
        assert answer["total"] == 8
        seen += [flight["id"] for flight in answer["flights"]]
        address = answer["next"]
    assert seen == [*dated[:0:-1], *sorted([dated[0], same_moment]), *undated]


def test_what_is_published_meanwhile_shifts_no_page() -> None:
    first, second, third = (archive.published(archive.observed_flight(LEAD + n * archive.DAY)).pk for n in range(3))
    page = Client().get("/api/v1/flights/?limit=2").json()
    assert [flight["id"] for flight in page["flights"]] == [third, second]
    archive.published(archive.observed_flight(LEAD + 9 * archive.DAY))
    after = Client().get(page["next"].removeprefix("http://localhost:8000")).json()
    assert [flight["id"] for flight in after["flights"]] == [first]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("?from=yesterday", "from"),
        ("?from=2024-02-30", "from"),
        ("?to=0001", "to"),
        ("?from=2024-03-02&to=2024-03-01", "to"),
        ("?direction=up", "direction"),
        ("?class=estimated", "class"),
        ("?sanctioned=perhaps", "sanctioned"),
        ("?limit=0", "limit"),
        ("?limit=501", "limit"),
        ("?limit=9999999999999999999999", "limit"),
        ("?limit=²", "limit"),
        ("?cursor=x", "cursor"),
        ("?cursor=bnVsbA", "cursor"),
        ("?cursor=WzFlOTk5LCAiYSJd", "cursor"),
        ("?q=%00", "q"),
        ("?aircraft=%00", "aircraft"),
        ("?aircraft=" + "a" * 121, "aircraft"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_answered_with_a_sentence_that_names_it(query: str, named: str) -> None:
    response = Client().get(f"/api/v1/flights/{query}")
    assert response.status_code == 400
    assert f"“{named}”" in response.json()["error"]
    assert response["Cache-Control"] == "no-store"


def test_a_flight_is_answered_with_all_its_page_shows() -> None:
    draft = archive.observed_flight(LEAD, aircraft=archive.antonov(), facts=lead_story())
    flight = archive.published(draft)
    answer = Client().get(f"/api/v1/flights/{flight.pk}/").json()
    assert answer["summary"] == listed(Client())[0]
    (original,) = answer["originals"]
    assert original["sha256"] == flight.tracks.get().track_file.sha256
    assert (original["licence"], original["credit"], original["fixes"]) == ("CC BY 4.0", "A receiver's owner", 10)
    assert answer["paths_url"] == f"/api/v1/paths/?f={flight.pk}.1"
    assert [gap["duration"] for gap in answer["gaps"]] == ["10 min", "open"]
    assert answer["revisions"][0]["url"] == f"/flights/{flight.pk}/?rev=1"
    facts = {fact["field"]: fact for fact in answer["facts"]}
    assert facts["destination"]["value"] == "Pyongyang Sunan International (ZKPY)"
    assert facts["aircraft"]["value"] == "RA-82030 / 15406e (An-124)"


def test_a_fact_shows_its_claims_and_their_disagreement() -> None:
    flight = archive.reported_flight(
        archive.day_value(datetime.date(2024, 3, 21), archive.KST, "presumed"),
        destination=claim_values.place_value(archive.pyongyang()),
    )
    Claim.objects.create(
        flight=flight,
        field="destination",
        value=claim_values.place_value(archive.vladivostok()),
        basis="source",
        source=archive.source("Another paper"),
    )
    publish(resolve(flight))
    facts = {f["field"]: f for f in Client().get(f"/api/v1/flights/{flight.pk}/").json()["facts"]}
    destination = facts["destination"]
    assert destination["disagreement"] is True
    assert [claim["source"]["publisher"] for claim in destination["claims"]] == ["Defence Blog", "Another paper"]
    assert destination["source"]["date"] == "2024-04-24"
    assert facts["date"]["value"] == "2024-03-21 (zone presumed)"
    assert facts["date"]["disagreement"] is False


def test_the_api_only_reads() -> None:
    client = Client(enforce_csrf_checks=True)
    for address in ("/api/v1/", "/api/v1/flights/", "/api/v1/flights/abc/", "/api/v1/paths/", "/api/v1/aircraft/x/"):
        refused = client.post(address, {})
        assert (refused.status_code, refused["Cache-Control"]) == (405, "no-store")
        assert "error" in refused.json()
        assert Client().put(address)["Allow"] == "GET, HEAD, OPTIONS"
        options = Client().options(address)
        assert (options.status_code, options["Allow"]) == (204, "GET, HEAD, OPTIONS")


def test_head_has_the_headers_of_get_and_no_body() -> None:
    archive.published(archive.reported_flight(None))
    got, head = Client().get("/api/v1/flights/"), Client().head("/api/v1/flights/")
    assert head.content == b""
    assert (head.status_code, head["Content-Type"]) == (got.status_code, got["Content-Type"])


def test_a_list_that_did_not_change_is_not_sent_again() -> None:
    archive.published(archive.reported_flight(None))
    first = Client().get("/api/v1/flights/")
    tag = {"if-none-match": first["ETag"]}
    again = Client().get("/api/v1/flights/", headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    archive.published(archive.reported_flight(None))
    assert Client().get("/api/v1/flights/", headers=tag).status_code == 200


def test_the_index_names_addresses_that_answer() -> None:
    archive.published(archive.reported_flight(None))
    index = Client().get("/api/v1/").json()
    assert Client().get(index["flights"]["url"].removeprefix("http://localhost:8000")).status_code == 200
    assert set(index["flights"]["parameters"]) >= {"q", "from", "to", "aircraft", "class", "limit", "demonstration"}


def test_what_is_not_in_the_api_is_answered_in_json() -> None:
    response = Client().get("/api/v1/nothing/")
    assert response.status_code == 404
    assert response.json()["error"]
