"""The page of an aircraft."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tracks.serving.aircraft_pages import aircraft_data, find_aircraft, flights_of
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
    context = {
        "aircraft": data,
        "flights": flights,
        "page_json": {"aircraft": data, "flights": flights},
        "hidden": hidden,
        "demonstration": found.demonstration,
        "canonical": f"{settings.SITE_URL}{request.path}",
    }
    response = render(request, "tracks/aircraft.html", context)
    if found.demonstration or hidden:
        response["X-Robots-Tag"] = NOINDEX
    return response
