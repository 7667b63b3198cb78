"""What curators took out of a flight: for the newsroom alone."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.gzip import gzip_page

from tracks.models import Flight
from tracks.serving.excluded import excluded_from
from tracks.views.answers import readable
from tracks.visibility import sees_everything


@readable
@gzip_page
def excluded(request: HttpRequest, flight_id: str) -> HttpResponse:
    """`/flights/<id>/excluded/`: the stretches that trims and exclusions keep out, with the reasons. Kept nowhere."""
    if not sees_everything(request.user):
        raise Http404
    response = JsonResponse(excluded_from(get_object_or_404(Flight, pk=flight_id)))
    response["Cache-Control"] = "private, no-store"
    return response
