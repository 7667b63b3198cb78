"""The legs of one visit with the stays between them, and the address that shows them together on the corridor map.

A visit is a mission, where a curator has put one together; else from a flight outbound to the next one inbound of the
same aircraft, as far as the archive knows them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tracks.models import Aircraft, FlightRevision
from tracks.models.flights import FlightFacts
from tracks.models.vocabulary import Direction, EvidenceClass
from tracks.serving.moments import UTC
from tracks.serving.summaries import Summary, summaries
from tracks.serving.wording import duration_in_words
from tracks.visibility import listed_revisions

APART_S = 30 * 86_400.0  # two flights further apart than this are not put into one visit by themselves
MARGIN = 0.04  # of the window, on both sides
LEAST_MARGIN_S = 1_800.0
SAME_S = 60.0  # two bounds of a stay this close are one duration

Interval = tuple[float | None, float | None]


def visit_of(facts: FlightFacts, summary: Summary) -> dict[str, Any] | None:
    """The visit a flight belongs to; None where no other leg of it is known.

    Returns:
        `legs` in order of time, each with `id`, `url`, `title`, `date`, `class`, `current` and `stay` (the time on
        the ground before it: `place`, `words`, `shortest_s`, `longest_s`); `grouped`: "curator" or "computed";
        `title` of the mission; `map_url`.
    """
    if facts.mission is not None:
        others, grouped = _mission(facts.mission_id, summary["id"]), "curator"
        legs = in_time([*summaries(others), summary])
    elif facts.aircraft is not None and facts.starts_at is not None and facts.in_corridor:
        near = datetime.timedelta(seconds=4 * APART_S)
        others = _corridor_flights(facts.aircraft).exclude(flight=summary["id"])
        others = others.filter(
            starts_at__range=(facts.starts_at - near, facts.starts_at + near), demonstration=facts.demonstration
        )
        legs, grouped = around(in_time([*summaries(others), summary]), summary["id"]), "computed"
    else:
        return None
    if len(legs) < 2:
        return None
    on_map = set(others.filter(in_corridor=True).values_list("flight_id", flat=True))
    on_map |= {summary["id"]} if facts.in_corridor else set()
    return {
        "title": str(facts.mission) if facts.mission is not None else "",
        "grouped": grouped,
        "legs": _with_stays(legs, summary["id"]),
        "map_url": map_url([leg for leg in legs if leg["id"] in on_map], chosen=summary["id"]),
    }


def last_visit_url(aircraft: Aircraft) -> str | None:
    """The address of the aircraft's latest visit on the corridor map; None where no dated flight of the corridor is."""
    rows = _corridor_flights(aircraft).filter(starts_at__isnull=False)
    missions = dict(rows.values_list("flight_id", "mission"))
    flights = in_time(summaries(rows))
    if not flights:
        return None
    latest = flights[-1]["id"]
    if mission := missions[latest]:
        return map_url([flight for flight in flights if missions[flight["id"]] == mission], chosen="")
    return map_url(around(flights, latest), chosen="")


def _mission(mission: int | None, but: str) -> QuerySet[FlightRevision]:
    return listed_revisions().filter(mission=mission).exclude(flight=but)


def _corridor_flights(aircraft: Aircraft) -> QuerySet[FlightRevision]:
    return listed_revisions().filter(aircraft=aircraft, in_corridor=True)


def in_time(flights: Iterable[Summary]) -> list[Summary]:
    """The earliest first, those without a date last."""
    return sorted(flights, key=lambda flight: (flight["start"] is None, flight["start"] or 0.0, flight["id"]))


def around(flights: Sequence[Summary], flight_id: str) -> list[Summary]:
    """The flights of one aircraft, in order of time, that make a visit with the one named.

    It begins with a flight outbound and ends with the next one inbound; those between belong to it, whatever their
    direction. Where one of the two is not known, it ends with what there is.
    """
    at = next(number for number, flight in enumerate(flights) if flight["id"] == flight_id)
    first = last = at
    while first > 0 and flights[first]["direction"] != Direction.OUTBOUND:
        if flights[first - 1]["direction"] == Direction.INBOUND or _apart(flights[first - 1], flights[first]):
            break
        first -= 1
    while last + 1 < len(flights) and flights[last]["direction"] != Direction.INBOUND:
        if flights[last + 1]["direction"] == Direction.OUTBOUND or _apart(flights[last], flights[last + 1]):
            break
        last += 1
    return list(flights[first : last + 1])


def _apart(earlier: Summary, later: Summary) -> bool:
    if earlier["start"] is None or later["start"] is None:
        return True
    return later["start"] - max(earlier["end"] or earlier["start"], earlier["start"]) > APART_S


def _with_stays(legs: Sequence[Summary], current: str) -> list[dict[str, Any]]:
    """The legs as a page lists them. A stay follows the leg before of the same lane: a visit may have two aircraft."""
    before: dict[str, Summary] = {}
    listed = []
    for leg in legs:
        earlier = before.get(leg["lane"])
        before[leg["lane"]] = leg
        listed.append(
            {
                **{key: leg[key] for key in ("id", "url", "title", "date", "class")},
                "current": leg["id"] == current,
                "stay": stay_between(earlier, leg) if earlier else None,
            }
        )
    return listed


def stay_between(earlier: Summary, later: Summary) -> dict[str, Any] | None:
    """The time on the ground between two legs of one aircraft, no more exact than the two are known.

    None where the one does not begin where the other ended, or the two do not follow each other.
    """
    there, here = earlier["destination"], later["origin"]
    if there is None or here is None or (there["icao"], there["name"]) != (here["icao"], here["name"]):
        return None
    landed, left = _arrival(earlier), _departure(later)
    shortest = max(0.0, left[0] - landed[1]) if left[0] is not None and landed[1] is not None else 0.0
    longest = left[1] - landed[0] if left[1] is not None and landed[0] is not None else None
    if longest is not None and longest < 0:
        return None
    return {
        "place": there["name"],
        "shortest_s": shortest,
        "longest_s": longest,
        "words": _stay_in_words(shortest, longest),
    }


def _arrival(flight: Summary) -> Interval:
    """When it landed, at the earliest and at the latest. An observed one landed after its last fix: nobody saw when."""
    if flight["arrival"] is not None:
        return flight["arrival"], flight["arrival"]
    if flight["class"] == EvidenceClass.OBSERVED:
        return flight["end"], None
    return flight["start"], flight["end"]


def _departure(flight: Summary) -> Interval:
    if flight["departure"] is not None:
        return flight["departure"], flight["departure"]
    if flight["class"] == EvidenceClass.OBSERVED:
        return None, flight["start"]
    return flight["start"], flight["end"]


def _stay_in_words(shortest: float, longest: float | None) -> str:
    if longest is None:
        return _("for how long is not known")
    if longest - shortest <= SAME_S:
        return duration_in_words(longest)
    if not shortest:
        return _("at most %(duration)s") % {"duration": duration_in_words(longest)}
    words = {"shortest": duration_in_words(shortest), "longest": duration_in_words(longest)}
    return _("between %(shortest)s and %(longest)s") % words


def map_url(flights: Iterable[Summary], *, chosen: str) -> str | None:
    """The corridor map in the window of these flights, with only their lanes; None where none has a date."""
    dated = [flight for flight in flights if flight["start"] is not None and flight["end"] is not None]
    if not dated:
        return None
    start, end = min(flight["start"] for flight in dated), max(flight["end"] for flight in dated)
    margin = max((end - start) * MARGIN, LEAST_MARGIN_S)
    query: list[tuple[str, str]] = [("from", _written(start - margin)), ("to", _written(end + margin))]
    if chosen in {flight["id"] for flight in dated}:
        query.append(("flight", chosen))
    query += [("aircraft", lane) for lane in dict.fromkeys(flight["lane"] for flight in dated)]
    if any(flight["demonstration"] for flight in dated):
        query.append(("demonstration", "all"))
    return f"{reverse('corridor')}?{urlencode(query, safe=':')}"


def _written(seconds: float) -> str:
    return f"{datetime.datetime.fromtimestamp(round(seconds), UTC):%Y-%m-%dT%H:%M:%SZ}"
