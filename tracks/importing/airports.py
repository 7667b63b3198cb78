"""The archive's airports as the arrays that processing looks ends up in."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.db import connection
from django.db.models import FloatField, Func

from tracks.models import Airport, Runway
from tracks.processing.endpoints import Airports


class _Longitude(Func):
    function = "ST_X"
    output_field = FloatField()


class _Latitude(Func):
    function = "ST_Y"
    output_field = FloatField()


@dataclass(frozen=True, slots=True)
class AirportTable:
    """`airports` for processing; `ids[i]` is the primary key of its i-th airport, `airports.code[i]` its ICAO code."""

    airports: Airports
    ids: list[int]


# The table as it was loaded last in this process, under what told its state.
_loaded: dict[tuple[object, ...], AirportTable] = {}


def load_airports() -> AirportTable:
    """Every airport with the runways whose thresholds are known, read again only when one of them has changed."""
    state = _state()
    table = _loaded.get(state)
    if table is None:
        table = _load()
        _loaded.clear()
        _loaded[state] = table
    return table


def _state() -> tuple[object, ...]:
    """What differs once a row of either table was added, changed or removed: a tenth of the work of reading them.

    Every writing of a row gives it the number of the transaction, `xmin`, and another place, `ctid`.
    """
    state: list[object] = [connection.settings_dict["NAME"]]
    with connection.cursor() as cursor:
        for model in (Airport, Runway):
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT count(*), sum(xmin::text::int8), sum(hashtid(ctid)) FROM {table}")  # noqa: S608 - our own name
            state += cursor.fetchone()
    return tuple(state)


def _load() -> AirportTable:
    """Some 28,000 airports in a tenth of a second."""
    # ST_X and ST_Y: a GEOS point for each of them would take ten times as long.
    rows = list(
        Airport.objects.order_by("pk").values_list(
            "pk", "icao", _Longitude("location"), _Latitude("location"), "elevation_m"
        )
    )
    ids = [row[0] for row in rows]
    airports = Airports.of(
        [row[1] for row in rows],
        [row[2] for row in rows],
        [row[3] for row in rows],
        [math.nan if row[4] is None else row[4] for row in rows],
    )
    number = {pk: index for index, pk in enumerate(ids)}
    ends: list[tuple[int, str, float, float, float, float]] = []
    for runway in Runway.objects.exclude(low_heading__isnull=True).exclude(length_m__isnull=True):
        for ident, threshold, turn in (
            (runway.low_ident, runway.low_threshold, 0.0),
            (runway.high_ident, runway.high_threshold, 180.0),
        ):
            if threshold is not None:
                heading = (runway.low_heading + turn) % 360.0  # type: ignore[operator]  # not null, see the query
                ends.append(
                    (number[runway.airport_id], ident, threshold.x, threshold.y, heading, float(runway.length_m or 0))
                )
    if ends:
        airports = airports.with_runway_ends(
            airport=[end[0] for end in ends],
            ident=[end[1] for end in ends],
            longitude=[end[2] for end in ends],
            latitude=[end[3] for end in ends],
            heading_deg=[end[4] for end in ends],
            length_m=[end[5] for end in ends],
        )
    return AirportTable(airports, ids)
