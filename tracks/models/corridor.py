"""Whether a flight belongs to the corridor, and which way along it.

That must not depend on an observed end there, for coverage is lost at the far end: a curator's word, an end of any
basis, or else a path through the corridor's area decides.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db.models import Func
from django.db.models.fields import BooleanField

from tracks.models.claim_values import Expander
from tracks.models.flights import Claim, ClaimField, Flight
from tracks.models.places import Place
from tracks.models.ranking import value_of
from tracks.models.track_files import Stretch
from tracks.models.vocabulary import Direction


def _lies_at_far_end(place: Place) -> bool:
    """Whether the place lies at the corridor's far end (the settings' destinations and countries)."""
    if place.airport is not None and place.airport.icao in settings.CORRIDOR_DESTINATIONS:
        return True
    return place.country in settings.CORRIDOR_COUNTRIES


def direction_between(origin: Place | None, destination: Place | None) -> str:
    """Towards the far end, back from it, or neither (an empty text)."""
    from_far = origin is not None and _lies_at_far_end(origin)
    to_far = destination is not None and _lies_at_far_end(destination)
    if to_far and not from_far:
        return Direction.OUTBOUND
    if from_far and not to_far:
        return Direction.INBOUND
    return ""


class _MeetsCorridor(Func):
    """`ST_Intersects(path, corridor)`; the wrapper keeps GeoDjango from asking the field for its GEOS class."""

    function = "ST_Intersects"
    template = "%(function)s(%(expressions)s, ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326))"
    output_field = BooleanField()

    def __init__(self, bounds: tuple[float, ...]) -> None:
        west, south, east, north = (repr(float(bound)) for bound in bounds)
        super().__init__("path", west=west, south=south, east=east, north=north)


def said_of_corridor(decided: Claim | None, claims: dict[str, list[Claim]], expander: Expander) -> bool | None:
    """What a curator's word, or else an end of any basis, says; None where neither does."""
    if "flag" in value_of(decided):
        return bool(value_of(decided)["flag"])
    ends = [c for field in (ClaimField.ORIGIN, ClaimField.DESTINATION) for c in claims.get(field, [])]
    if any(place is not None and _lies_at_far_end(place) for place in (expander.place(c.value) for c in ends)):
        return True
    return None


def passing_through_corridor(flights: Sequence[Flight]) -> set[str]:
    """Those of the flights with a shown path through the corridor's area: coverage is lost at the far end."""
    passing = (
        Stretch.objects.filter(track__flight_track__flight__in=flights, track__flight_track__shown=True)
        .annotate(meets=_MeetsCorridor(settings.CORRIDOR_BOUNDS))
        .filter(meets=True)
    )
    return (
        set(passing.order_by().values_list("track__flight_track__flight", flat=True).distinct()) if flights else set()
    )
