"""The page of an aircraft."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tracks.serving.aircraft_history import routes, sanction_states, sanctions_upon_flights, statistics
from tracks.serving.aircraft_pages import aircraft_data, find_aircraft, flights_of, sanction_data
from tracks.serving.visits import last_visit_url
from tracks.views.answers import page
from tracks.views.flights import NOINDEX, moved
from tracks.visibility import visible_aircraft


@page
def aircraft(request: HttpRequest, key: str) -> HttpResponse:
    """`/aircraft/<registration or 24-bit address>/`: identity, sanctions, flights."""
    found = find_aircraft(visible_aircraft(request.user).select_related("operator"), key)
    if found is None:
        raise Http404
    if key != found.key:
        return moved(reverse("aircraft", args=[found.key]), request)
    data, flights = aircraft_data(found), flights_of(found)
    hidden = not visible_aircraft(AnonymousUser()).filter(pk=found.pk).exists()
    sanctions = sanctions_upon_flights(found)
    context = {
        "aircraft": data,
        "flights": flights,
        "routes": routes(flights),
        "statistics": statistics(flights),
        "sanctions": [sanction_data(sanction) for sanction in sanctions],
        "sanction_states": sanction_states(found, sanctions, flights) if sanctions else [],
        "last_visit_url": last_visit_url(found),
        "page_json": {"aircraft": data, "flights": flights},
        "hidden": hidden,
        "demonstration": found.demonstration,
        "canonical": f"{settings.SITE_URL}{request.path}",
    }
    response = render(request, "tracks/aircraft.html", context)
    if found.demonstration or hidden:
        response["X-Robots-Tag"] = NOINDEX
    return response
