"""`/flights/`: the list, its form and its pages."""

import datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests import archive
from tracks.models import claim_values
from tracks.views import flights

pytestmark = pytest.mark.django_db

START = datetime.datetime(2024, 3, 21, 4, 30, tzinfo=datetime.UTC)


def shown(client: Client, query: str = "") -> list[str]:
    """The ids on the page."""
    return [summary["id"] for summary in context(client, query)["page"].object_list]


def context(client: Client, query: str = "") -> Any:
    response = client.get(f"/flights/{query}")
    assert response.status_code == 200
    return response.context


def observed(start: datetime.datetime = START) -> str:
    return archive.published(archive.observed_flight(start, aircraft=archive.antonov())).pk


def reported(day: datetime.date | None = None, **facts: Any) -> str:
    return archive.published(archive.reported_flight(archive.day_value(day) if day else None, **facts)).pk


def test_flights_stand_newest_first_and_those_without_a_date_last(client: Client) -> None:
    undated, old, new = reported(), reported(datetime.date(2023, 5, 2)), observed()
    assert shown(client) == [new, old, undated]
    body = client.get("/flights/").content.decode()
    assert all(f'href="/flights/{flight}/"' in body for flight in (undated, old, new))


def test_the_list_answers_the_address_that_the_map_writes(client: Client) -> None:
    one = observed()
    reported(datetime.date(2024, 3, 22), destination=claim_values.place_value(archive.pyongyang()))
    query = "?aircraft=RA-82030&class=observed&operator=224th Flight Unit State Airlines&sanctioned=no&q=an124"
    assert shown(client, query) == [one]
    assert shown(client, "?undated=1") == []


def test_every_filter_of_the_form_is_on_the_page_with_what_was_asked(client: Client) -> None:
    observed()
    body = client.get("/flights/?q=An-124&aircraft=RA-82030&from=2024&direction=outbound").content.decode()
    assert 'value="An-124"' in body
    assert '<option value="RA-82030" selected>' in body
    assert 'value="2024"' in body
    assert '<option value="outbound" selected>' in body


def test_beside_each_choice_stands_how_many_flights_it_would_leave(client: Client) -> None:
    observed()
    reported(datetime.date(2024, 3, 22), destination=claim_values.place_value(archive.pyongyang()))
    body = client.get("/flights/?class=reported").content.decode()
    assert "RA-82030 (An-124) · 0</option>" in body
    assert "observed · 1</option>" in body
    assert "Pyongyang Sunan International (ZKPY) · 1</option>" in body


def test_an_aircraft_that_is_not_in_the_archive_stays_chosen_in_the_form(client: Client) -> None:
    assert '<option value="P-885" selected>' in client.get("/flights/?aircraft=P-885").content.decode()


def test_a_filter_that_makes_no_sense_is_named_and_the_others_still_hold(client: Client) -> None:
    one = observed()
    reported()
    response = client.get("/flights/?from=yesterday&class=observed")
    assert [summary["id"] for summary in response.context["page"].object_list] == [one]
    assert "Write a date as" in response.content.decode()


def test_an_empty_list_says_which_filter_empties_it(client: Client) -> None:
    observed()
    reported(datetime.date(2024, 3, 22))
    page = context(client, "?aircraft=RA-82030&from=2025&page=3")
    assert page["total"] == 0
    assert [(reason["name"], reason["without"]) for reason in page["empty"]] == [("from", 1), ("aircraft", 0)]
    assert page["empty"][0]["query"] == "aircraft=RA-82030"
    assert "aircraft=RA-82030" in client.get("/flights/?aircraft=RA-82030&from=2025").content.decode()


def test_pages_hold_so_many_and_keep_the_filters(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flights, "PAGE_SIZE", 2)
    ids = [observed(START + n * archive.DAY) for n in range(5)][::-1]
    assert shown(client, "?class=observed") == ids[:2]
    assert shown(client, "?class=observed&page=2") == ids[2:4]
    assert shown(client, "?page=99") == shown(client, "?page=3") == ids[4:]
    assert shown(client, "?page=x") == shown(client, "?page=-1%00") == ids[:2]
    assert context(client, "?class=observed&page=2")["query"] == "class=observed"
    body = client.get("/flights/?class=observed&page=2").content.decode()
    assert "class=observed&amp;page=3" in body
    assert "class=observed&amp;page=1" in body


def test_demonstration_flights_stand_in_the_list_only_while_nothing_real_was_observed(client: Client) -> None:
    simulated, report = archive.published(archive.demonstration_flight(START)).pk, reported()
    response = client.get("/flights/")
    assert shown(client) == [simulated, report]
    assert b'id="demonstration"' in response.content
    assert response["X-Robots-Tag"] == "noindex"
    real = observed()
    assert shown(client) == [real, report]
    assert "X-Robots-Tag" not in client.get("/flights/")
    assert shown(client, "?demonstration=only") == [simulated]


def test_a_longer_list_takes_no_more_queries(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    observed()
    # Something real?, how many, the page, what the form offers (aircraft, operators, types, callsigns, places at both
    # ends), and one for all the numbers beside the choices.
    with django_assert_num_queries(10):
        shown(client)
    for day in range(1, 9):
        observed(START + day * archive.DAY)
    with django_assert_num_queries(10):
        assert len(shown(client)) == 9


def test_a_draft_is_neither_in_the_list_nor_in_what_the_form_offers(client: Client) -> None:
    observed()
    secret = archive.Aircraft.objects.create(registration="P-618")
    archive.observed_flight(START, aircraft=secret)
    assert b"P-618" not in client.get("/flights/").content
