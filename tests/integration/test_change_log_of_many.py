"""Rows written or removed together leave the entries in the change log that one by one would leave."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from auditlog.context import set_actor
from auditlog.models import LogEntry
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.archive import antonov, observed_flight
from tests.curators import curator
from tests.flown import START
from tracks.models import Claim, Flight, FlightTrack
from tracks.models.flights import FACT_NAMES
from tracks.models.logged import remove, update, write_fields

pytestmark = pytest.mark.django_db

TOLD = ("content_type", "object_pk", "object_id", "object_repr", "action", "changes", "actor", "serialized_data", "cid")


def told_of(*works: Callable[[], Any]) -> list[list[dict[str, Any]]]:
    """The entries that each piece of work by a curator leaves; it is undone before the next."""
    user = curator()
    found = []
    for work in works:
        with transaction.atomic():
            last = LogEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            with set_actor(user):
                work()
            found.append(list(LogEntry.objects.filter(pk__gt=last).order_by("object_pk").values(*TOLD)))
            transaction.set_rollback(True)
    return found


@pytest.fixture
def flights() -> list[Flight]:
    day = datetime.timedelta(days=1)
    return [observed_flight(START + number * day, aircraft=antonov()) for number in range(3)]


def test_of_flights_written_together_as_of_each_saved(flights: list[Flight]) -> None:
    def changed() -> list[Flight]:
        """Read anew: a row that was saved knows another time of its last change."""
        rows = list(Flight.objects.order_by("starts_at"))
        rows[0].title, rows[0].disagreements = "Another", ["origin"]
        rows[2].aircraft = None
        return rows

    def one_by_one() -> None:
        for flight in changed():
            flight.save()

    saved, together = told_of(one_by_one, lambda: write_fields(changed(), [*FACT_NAMES, "changed_at"]))
    assert together == saved
    assert [sorted(entry["changes"]) for entry in sorted(saved, key=lambda entry: len(entry["changes"]))] == [
        ["aircraft"],
        ["disagreements", "title"],
    ]


def test_of_links_written_together_as_of_each_saved(flights: list[Flight]) -> None:
    links = list(FlightTrack.objects.select_related("track"))
    links[1].shown, links[1].compared = False, {"with": 7, "fixes": 20}

    def one_by_one() -> None:
        for link in links:
            link.save(update_fields=["compared"])

    saved, together = told_of(one_by_one, lambda: write_fields(links, ["compared"]))
    assert together == saved
    assert len(saved) == 1
    assert list(saved[0]["changes"]) == ["compared"], "shown was not to be written"


def test_of_rows_removed_together_as_of_each_deleted(flights: list[Flight]) -> None:
    def one_by_one() -> None:
        for claim in Claim.objects.all():
            claim.delete()

    deleted, together = told_of(one_by_one, lambda: remove(Claim.objects.all()))
    assert together == deleted
    assert len(deleted) == Claim.objects.count() == 3
    remove(Claim.objects.all())
    assert not Claim.objects.exists()


def test_what_is_written_is_there_and_nothing_else_and_no_row_that_went_comes_back(flights: list[Flight]) -> None:
    first, second, gone = flights
    Flight.objects.filter(pk=second.pk).update(withdrawal_reason="said meanwhile")
    Flight.objects.filter(pk=gone.pk).delete()
    made = first.created_at
    for flight in flights:
        flight.title, flight.note = f"Flight {flight.pk}", "not to be written"
    before = LogEntry.objects.count()
    write_fields(flights, ["title", "changed_at"])
    rows = list(Flight.objects.order_by("starts_at").values_list("pk", "title", "note", "withdrawal_reason"))
    assert rows == [
        (first.pk, f"Flight {first.pk}", "", ""),
        (second.pk, f"Flight {second.pk}", "", "said meanwhile"),
    ]
    assert LogEntry.objects.count() == before + 2
    again = Flight.objects.get(pk=first.pk)
    assert again.created_at == made < again.changed_at
    again.title = "untold"
    update([again], ["title"])
    assert Flight.objects.get(pk=first.pk).title == "untold"
    assert LogEntry.objects.count() == before + 2


def test_many_are_asked_about_no_more_often_than_a_few(flights: list[Flight]) -> None:
    asked = []
    for some in (flights[:1], flights):
        for flight in some:
            flight.title += "!"
        with CaptureQueriesContext(connection) as queries:
            write_fields(some, ["title"])
        asked.append(len(queries))
    assert asked[0] == asked[1]
