"""The flights of the same aircraft right before and right after one, for stepping from page to page."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from tracks.models import FlightRevision
from tracks.models.flights import FlightFacts
from tracks.serving.summaries import Summary, summaries
from tracks.visibility import listed_revisions

Neighbours = dict[str, dict[str, Any] | None]


def neighbours(facts: FlightFacts, summary: Summary) -> Neighbours:
    """`previous` and `next`, each with `url`, `title` and `date`, or None where the archive has none.

    Only dated flights have an order; those of one moment follow each other by id. Demonstration data lead to
    demonstration data alone.
    """
    if facts.aircraft is None or facts.starts_at is None:
        return {"previous": None, "next": None}
    others = listed_revisions().filter(
        aircraft=facts.aircraft, demonstration=facts.demonstration, starts_at__isnull=False
    )
    at, own = facts.starts_at, summary["id"]
    before = others.filter(Q(starts_at__lt=at) | Q(starts_at=at, flight_id__lt=own))
    after = others.filter(Q(starts_at__gt=at) | Q(starts_at=at, flight_id__gt=own))
    return {
        "previous": _first(before.order_by("-starts_at", "-flight_id")),
        "next": _first(after.order_by("starts_at", "flight_id")),
    }


def _first(rows: QuerySet[FlightRevision]) -> dict[str, Any] | None:
    # Sliced by key: a summary joins tables whose rows must not be cut.
    found = summaries(rows[:1])
    return {key: found[0][key] for key in ("url", "title", "date")} if found else None
