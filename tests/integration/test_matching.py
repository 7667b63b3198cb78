"""A report that fits a tracked flight is suggested from both sides, joined by a curator alone, and can be dismissed."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests import archive
from tests.curators import curator
from tests.flown import START
from tracks.importing import curating
from tracks.models import Aircraft, Flight, Operator, Suggestion, claim_values, merging
from tracks.models.claim_values import Value
from tracks.models.matching import matches_of, tracked_with_reports
from tracks.models.publishing import publish

pytestmark = pytest.mark.django_db

DAY = START.date()


@pytest.fixture
def author() -> User:
    return curator()


@pytest.fixture
def tracked() -> Flight:
    """An An-124 from Vladivostok to Pyongyang on 21 March 2024."""
    ends = {
        "origin": claim_values.place_value(archive.vladivostok()),
        "destination": claim_values.place_value(archive.pyongyang()),
    }
    return archive.observed_flight(START, aircraft=archive.antonov(), facts=ends)


def report(day: datetime.date = DAY, **facts: Value) -> Flight:
    return archive.reported_flight(archive.day_value(day), **facts)


def outbound() -> dict[str, Value]:
    return {"destination": claim_values.place_value(archive.north_korea())}


def inbound() -> dict[str, Value]:
    return {"origin": claim_values.place_value(archive.north_korea())}


def matched(flight: Flight) -> list[tuple[str, list[str]]]:
    return [(match.flight.pk, match.agrees) for match in matches_of(flight)]


def test_a_report_of_the_same_aircraft_and_day_is_suggested_on_both_pages(tracked: Flight) -> None:
    said = report(aircraft=claim_values.aircraft_value(archive.antonov()), **outbound())
    agrees = ["aircraft", "type", "operator", "direction"]
    assert matched(tracked) == [(said.pk, agrees)]
    assert matched(said) == [(tracked.pk, agrees)]
    assert list(tracked_with_reports()) == [tracked]


@pytest.mark.parametrize("facts", [{"type": claim_values.type_value("A124", "An-124")}, "operator"])
def test_a_report_that_names_no_aircraft_fits_by_type_or_operator(tracked: Flight, facts: Any) -> None:
    if facts == "operator":
        facts = {"operator": claim_values.operator_value(Operator.objects.get())}
    said = report(**facts)
    assert [pk for pk, _agrees in matched(tracked)] == [said.pk]
    assert [pk for pk, _agrees in matched(said)] == [tracked.pk]


@pytest.mark.parametrize(
    "case", ["another day", "another aircraft", "another type", "the other way", "nothing", "a month by type"]
)
def test_what_does_not_fit_is_not_suggested(tracked: Flight, case: str) -> None:
    plane = claim_values.aircraft_value(archive.antonov())
    kind = claim_values.type_value("A124", "An-124")
    month = claim_values.date_value(
        START.replace(day=1, hour=0, minute=0), START.replace(month=4, day=1, hour=0, minute=0),
        precision="month", zone_basis="stated", text="2024-03",
    )  # fmt: skip
    match case:
        case "another day":
            said = report(DAY + datetime.timedelta(days=1), aircraft=plane)
        case "another aircraft":
            other = Aircraft.objects.create(registration="RA-82028", type_designator="A124")
            said = report(aircraft=claim_values.aircraft_value(other))
        case "another type":
            said = report(type=claim_values.type_value("IL62", "Il-62"))
        case "the other way":
            said = report(aircraft=plane, **inbound())
        case "nothing":
            said = report()
        case _:
            said = archive.reported_flight(month, type=kind)
    assert matched(tracked) == matched(said) == []
    assert not tracked_with_reports().exists()


def test_a_month_is_exact_enough_for_the_same_aircraft(tracked: Flight) -> None:
    month = claim_values.date_value(
        START.replace(day=1, hour=0, minute=0), START.replace(month=4, day=1, hour=0, minute=0),
        precision="month", zone_basis="stated", text="2024-03",
    )  # fmt: skip
    said = archive.reported_flight(month, aircraft=claim_values.aircraft_value(archive.antonov()))
    assert [pk for pk, _agrees in matched(tracked)] == [said.pk]


def test_the_better_match_comes_first(tracked: Flight) -> None:
    by_type = report(type=claim_values.type_value("A124", "An-124"))
    by_aircraft = report(aircraft=claim_values.aircraft_value(archive.antonov()), **outbound())
    assert [pk for pk, _agrees in matched(tracked)] == [by_aircraft.pk, by_type.pk]


def test_what_a_curator_dismissed_is_suggested_on_neither_page(tracked: Flight, author: User) -> None:
    said = report(aircraft=claim_values.aircraft_value(archive.antonov()))
    merging.dismiss(said, tracked, Suggestion.Kind.REPORT, author)
    assert matched(tracked) == matched(said) == []
    assert not tracked_with_reports().exists()


def test_joining_a_published_report_keeps_its_permalink_and_brings_the_track_to_it(
    tracked: Flight, author: User
) -> None:
    """What the public knows must not lead to a draft: the report's id stays, its next revision is observed."""
    said = archive.published(report(aircraft=claim_values.aircraft_value(archive.antonov()), **outbound()))
    kept = curating.join(tracked, said, reason="the report is of this flight", author=author)
    assert kept == said
    assert (kept.evidence_class, kept.status) == ("observed", "published")
    tracked.refresh_from_db()
    assert (tracked.status, tracked.merged_into) == ("merged", said)
    revision = publish(kept)
    assert revision.number == 2
    assert revision.stretches.count() == 2
    assert [source["publisher"] for source in revision.snapshot["sources"]] == ["Defence Blog"]


def test_of_two_drafts_the_tracked_one_keeps_its_id_and_gets_claims_and_sources(tracked: Flight, author: User) -> None:
    said = report(aircraft=claim_values.aircraft_value(archive.antonov()), **outbound())
    kept = curating.join(said, tracked, reason="x", author=author)
    assert kept == tracked
    assert kept.assertion_level == "tracked_full_or_partial"
    assert kept.flight_sources.count() == 1
    said.refresh_from_db()
    assert said.merged_into == tracked
    assert matched(kept) == []


def test_an_unknown_aircraft_matches_no_other_unknown_aircraft() -> None:
    unknown = archive.observed_flight(START)
    said = report()
    assert matched(unknown) == matched(said) == []
    assert not tracked_with_reports().exists()
