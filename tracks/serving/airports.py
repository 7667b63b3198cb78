"""Airports and their runways as maps draw them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings

from tracks.models import Airport, Runway

CORRIDOR_ZOOM = 6.0  # where the names of the corridor's own airports appear
OTHER_ZOOM = 8.0  # … and of the others whose runways are known


def airports_with_runways() -> list[dict[str, Any]]:
    """Every airport a runway of which is known by both thresholds, the corridor's first; one query.

    Returns:
        Per airport what `airport_on_map` says; `zoom` is where its name appears.
    """
    own = {*settings.CORRIDOR_ORIGINS, *settings.CORRIDOR_DESTINATIONS}
    runways: dict[str, list[Runway]] = {}
    for runway in Runway.objects.select_related("airport").order_by("airport__icao", "low_ident"):
        if runway.low_threshold and runway.high_threshold:
            runways.setdefault(runway.airport.icao, []).append(runway)
    codes = sorted(runways, key=lambda icao: (icao not in own, icao))
    return [
        airport_on_map(
            runways[icao][0].airport, runways=runways[icao], zoom=CORRIDOR_ZOOM if icao in own else OTHER_ZOOM
        )
        for icao in codes
    ]


def airport_on_map(airport: Airport, *, runways: Iterable[Runway], zoom: float) -> dict[str, Any]:
    """An airport for js/basemap.js.

    Args:
        runways: those to draw; one whose thresholds are not known is left out.
        zoom: where its name appears.

    Returns:
        icao, name, lat, lon (degrees), zoom, and runways: low and high with ident, lat, lon; closed.
    """
    return {
        "icao": airport.icao,
        "name": airport.name,
        "lat": airport.location.y,
        "lon": airport.location.x,
        "zoom": zoom,
        "runways": [
            {
                "low": _threshold(runway.low_ident, runway.low_threshold),
                "high": _threshold(runway.high_ident, runway.high_threshold),
                "closed": runway.closed,
            }
            for runway in runways
            if runway.low_threshold and runway.high_threshold
        ],
    }


def _threshold(ident: str, point: Any) -> Mapping[str, str | float]:
    return {"ident": ident, "lat": round(point.y, 6), "lon": round(point.x, 6)}
