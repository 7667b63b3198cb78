"""The corridor map."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tracks.forms import FlightFilterForm
from tracks.serving.airports import airports_with_runways
from tracks.serving.corridor import corridor_page, reported
from tracks.views.answers import page


@page
def corridor(request: HttpRequest) -> HttpResponse:
    """`/`: flights of a window of time, animated together, and a lane for each aircraft."""
    asked = FlightFilterForm(request.GET).chosen
    data = corridor_page(
        start=asked.start,
        end=asked.end,
        flight_id=request.GET.get("flight", ""),
        demonstration=asked.demonstration,
        narrowed=asked,
    )
    demonstration = data["counts"]["demonstration"] > 0
    context = {
        "page_json": data,
        "airports": airports_with_runways(),
        "corridor": data["corridor"],
        "counts": data["counts"],
        "demonstration": demonstration,
        "demonstration_only": data["demonstration_only"],
        "reported": reported(data["lanes"]) if demonstration else None,
        "canonical": f"{settings.SITE_URL}/",
        "tile_layers": settings.TILE_LAYERS,
    }
    response = render(request, "tracks/corridor.html", context)
    if demonstration:
        response["X-Robots-Tag"] = "noindex"
    return response
