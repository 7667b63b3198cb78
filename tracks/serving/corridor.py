"""The corridor map: which flights, and the window of time it opens on."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from tracks.models import Airport, FlightRevision
from tracks.models.vocabulary import EvidenceClass
from tracks.serving.filters import ALL, ONLY, FlightFilter, demonstration_shown
from tracks.serving.moments import UTC, month_numbers
from tracks.serving.paths import MOST_FLIGHTS, paths_url
from tracks.serving.search import haystacks
from tracks.serving.summaries import Summary, newest_first, summaries
from tracks.serving.wording import city_in_words
from tracks.visibility import listed_revisions

HOUR = 3600.0
TOGETHER_S = 20 * HOUR  # flights less apart than this are watched together: an outbound leg and the next day's return
LONGEST_S = 72 * HOUR  # at 1000× the longest window then plays in four minutes and a half
MARGIN = 0.03  # of the window, on both sides, so that no flight begins at its very edge


@dataclass(frozen=True, slots=True)
class Window:
    """A window of time in epoch seconds."""

    start: float
    end: float

    def shows(self, flight: Summary) -> bool:
        """Whether a dated flight reaches into the window."""
        return flight["start"] is not None and flight["start"] < self.end and flight["end"] >= self.start


def corridor_page(
    *,
    start: datetime.datetime | None,
    end: datetime.datetime | None,
    flight_id: str,
    demonstration: str | None,
    narrowed: FlightFilter | None = None,
) -> dict[str, Any]:
    """The page data of the corridor map.

    Args:
        start, end: the window a reader asked for; half a one, or one that ends before it starts, is none.
        flight_id: a flight to open on, where no window was asked for.
        demonstration: "no", "all", "only"; None shows demonstration flights only while nothing real was observed.
            With "only" the map gets all and opens on a simulated one: its own filter narrows, and can be taken off.
        narrowed: the other filters of the address. The map gets all flights, but opens where some of these pass.
    """
    asked = ALL if demonstration == ONLY else demonstration
    revisions = demonstration_shown(listed_revisions().filter(in_corridor=True), asked)
    lanes = summaries(newest_first(revisions))
    if start is not None and end is not None and end > start:
        window = Window(start.timestamp(), end.timestamp())
    else:
        openers = [flight for flight in lanes if flight["demonstration"]] if demonstration == ONLY else lanes
        if not any(flight["id"] == flight_id for flight in lanes):
            openers = _passing(openers, revisions, narrowed) or openers
        window = opening_window(openers, flight_id)
    shown = [flight for flight in lanes if window.shows(flight)]
    moving = [flight for flight in shown if flight["has_path"]]
    return {
        "flights": shown,
        "lanes": lanes,
        "search": {"months": month_numbers(), "flights": haystacks(revisions)},
        "window": {"start": window.start, "end": window.end},
        "paths_url": paths_url(reverse("api-paths"), [(f["id"], f["revision"]) for f in moving[:MOST_FLIGHTS]]),
        "paths_left_out": max(0, len(moving) - MOST_FLIGHTS),
        "corridor": corridor(),
        "demonstration_only": demonstration_only(lanes),
        "counts": counts(lanes),
    }


def _passing(
    flights: Sequence[Summary], revisions: QuerySet[FlightRevision], narrowed: FlightFilter | None
) -> list[Summary]:
    """The dated flights that pass the filters which narrow in every window: not its ends, not `demonstration`."""
    filters = replace(narrowed or FlightFilter(), start=None, end=None, demonstration=None)
    if filters == FlightFilter():
        return list(flights)
    passing = set(filters.apply(revisions).values_list("flight_id", flat=True))
    return [flight for flight in flights if flight["id"] in passing and flight["start"] is not None]


def corridor() -> dict[str, Any]:
    """Name, bounds and airports of the corridor, as the settings say."""
    west, south, east, north = settings.CORRIDOR_BOUNDS
    codes = [*settings.CORRIDOR_ORIGINS, *settings.CORRIDOR_DESTINATIONS]
    airports = sorted(Airport.objects.filter(icao__in=codes), key=lambda airport: codes.index(airport.icao))
    return {
        "name": " – ".join(city_in_words(end) for end in settings.CORRIDOR_NAME.split(" – ")),
        "bounds": [[south, west], [north, east]],
        "airports": [
            {"icao": a.icao, "name": a.name, "lat": a.location.y, "lon": a.location.x, "city": city_in_words(a.city)}
            for a in airports
        ],
    }


def counts(flights: Iterable[Summary]) -> dict[str, int]:
    """How many flights of each kind; a demonstration flight counts under its class too."""
    total = {"observed": 0, "reported": 0, "undated": 0, "demonstration": 0}
    for flight in flights:
        total[flight["class"]] += 1
        total["undated"] += flight["start"] is None
        total["demonstration"] += flight["demonstration"]
    return total


def demonstration_only(flights: Iterable[Summary]) -> bool:
    """Whether all that moves is simulated."""
    observed = [flight for flight in flights if flight["class"] == EvidenceClass.OBSERVED]
    return bool(observed) and all(flight["demonstration"] for flight in observed)


def reported(flights: Iterable[Summary]) -> dict[str, Any] | None:
    """How many real flights are only reported, and the years of those with a date, "2018–2026"; None for no such."""
    found = [f for f in flights if f["class"] == EvidenceClass.REPORTED and not f["demonstration"]]
    dated = [(f["start"], f["end"]) for f in found if f["start"] is not None and f["end"] is not None]
    if not dated:
        return None
    first, last = (
        datetime.datetime.fromtimestamp(moment, datetime.UTC).year
        for moment in (min(start for start, _end in dated), max(end for _start, end in dated) - 1)
    )
    return {"count": len(found), "years": f"{first}" if first == last else f"{first}–{last}"}


def opening_window(flights: Sequence[Summary], flight_id: str = "") -> Window:
    """The window to open on: around the flight asked for, else the latest in which something moves.

    Real flights win over simulated ones, observed over reported. Flights close to each other are shown together,
    back to `LONGEST_S`. With nothing dated at all it is today.
    """
    dated = [flight for flight in flights if flight["start"] is not None and flight["end"] is not None]
    for chosen in (
        [flight for flight in dated if flight["id"] == flight_id],
        [flight for flight in dated if flight["has_path"] and not flight["demonstration"]],
        [flight for flight in dated if flight["has_path"]],
        dated,
    ):
        if chosen:
            return _latest_cluster(chosen)
    today = datetime.datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Window(today.timestamp(), today.timestamp() + 24 * HOUR)


def _latest_cluster(flights: Iterable[Summary]) -> Window:
    latest_first = sorted(flights, key=lambda flight: (flight["end"], flight["start"]), reverse=True)
    start, end = latest_first[0]["start"], latest_first[0]["end"]
    for flight in latest_first[1:]:
        if start - flight["end"] > TOGETHER_S or end - min(start, flight["start"]) > LONGEST_S:
            break
        start = min(start, flight["start"])
    margin = max((end - start) * MARGIN, HOUR / 4)
    return Window(start - margin, end + margin)
