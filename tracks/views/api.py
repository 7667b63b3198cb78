"""`/api/v1/`: the published archive for programs. The same for everybody: drafts are not in it."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import replace

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from tracks.forms import FlightFilterForm
from tracks.models import Flight, FlightRevision
from tracks.models.vocabulary import FlightStatus
from tracks.serving.aircraft_pages import aircraft_data, find_aircraft, flights_of
from tracks.serving.filters import WITHOUT
from tracks.serving.flight_pages import published_page
from tracks.serving.moments import epoch, from_epoch
from tracks.serving.paths import MOST_FLIGHTS
from tracks.serving.summaries import newest_first, summary_of_revision, with_facts, with_summary_data
from tracks.serving.tombstones import successor_of, tombstone_of
from tracks.views.answers import ApiError, api, json_answer
from tracks.visibility import listed_revisions, visible_aircraft

MAX_AGE = 300  # seconds a list or a flight's data may be kept
DEFAULT_LIMIT, MOST_LISTED = 100, 500


@api
def index(request: HttpRequest) -> HttpResponse:
    """`/api/v1/`: what there is."""
    here = f"{settings.SITE_URL}{reverse('api-index')}"
    parameters = {
        name: str(field.help_text or field.label) for name, field in FlightFilterForm(QueryDict("")).fields.items()
    }
    return json_answer(
        {
            "name": settings.SITE_NAME,
            "flights": {
                "url": f"{here}flights/",
                "parameters": {
                    **parameters,
                    "demonstration": _("no (default), all (or 1: with demonstration flights), only"),
                    "limit": _("At most %(most)d; %(default)d if not given.")
                    % {"most": MOST_LISTED, "default": DEFAULT_LIMIT},
                    "cursor": _("Where the next page begins: follow “next”."),
                },
            },
            "flight": {"url": f"{here}flights/{{id}}/"},
            "paths": {
                "url": f"{here}paths/?f={{id}}.{{revision}},…",
                "format": "FMP1",
                "most_flights": MOST_FLIGHTS,
            },
            "aircraft": {"url": f"{here}aircraft/{{registration or icao24}}/"},
            "units": {
                "time": "seconds since 1970-01-01T00:00:00Z",
                "distance_m": "m",
                "radius_km": "km",
                "implied_speed_kt": "kt",
            },
        },
        max_age=MAX_AGE,
    )


@api
def flights(request: HttpRequest) -> HttpResponse:
    """`/api/v1/flights/`: summaries, newest first, page by page. Demonstration flights only when asked for."""
    form = FlightFilterForm(request.GET)
    if not form.is_valid():
        raise ApiError(400, _invalid_sentence(form), parameters=form.errors.get_json_data())
    asked = form.chosen
    revisions = replace(asked, demonstration=asked.demonstration or WITHOUT).apply(listed_revisions())
    limit = _limit(request.GET.get("limit"))
    total = revisions.count()
    after = _after(revisions, request.GET.get("cursor"))
    rows = list(newest_first(with_summary_data(after))[: limit + 1])
    more = len(rows) > limit
    return json_answer(
        {
            "total": total,
            "flights": [summary_of_revision(row) for row in rows[:limit]],
            "next": _next_address(request, rows[limit - 1]) if more else None,
        },
        max_age=MAX_AGE,
    )


def _invalid_sentence(form: FlightFilterForm) -> str:
    name, errors = next(iter(form.errors.items()))
    return _("Parameter “%(name)s”: %(error)s") % {"name": name, "error": errors[0]}


def _limit(text: str | None) -> int:
    if not text:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MOST_LISTED):
        raise ApiError(400, _("Parameter “limit”: a whole number from 1 to %(most)d.") % {"most": MOST_LISTED})
    return int(text)


def _cursor_of(row: FlightRevision) -> str:
    """Where a page ended: the sort key of its last flight, so that what is published meanwhile shifts nothing."""
    key = json.dumps([epoch(row.starts_at), row.flight_id]).encode()
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def _after(revisions: QuerySet[FlightRevision], cursor: str | None) -> QuerySet[FlightRevision]:
    if not cursor:
        return revisions
    try:
        seconds, flight_id = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=="))
        moment = None if seconds is None else from_epoch(float(seconds))
        if not isinstance(flight_id, str) or "\0" in flight_id:
            raise ValueError
    except (ValueError, TypeError, OverflowError, OSError, binascii.Error, RecursionError):
        raise ApiError(400, _("Parameter “cursor”: take it from “next” of the page before.")) from None
    if moment is None:
        return revisions.filter(starts_at__isnull=True, flight__gt=flight_id)
    return revisions.filter(
        Q(starts_at__lt=moment) | Q(starts_at=moment, flight__gt=flight_id) | Q(starts_at__isnull=True)
    )


def _next_address(request: HttpRequest, last: FlightRevision) -> str:
    query = request.GET.copy()
    query["cursor"] = _cursor_of(last)
    return f"{settings.SITE_URL}{request.path}?{query.urlencode()}"


@api
def flight(request: HttpRequest, flight_id: str) -> HttpResponse:
    """`/api/v1/flights/<id>/`: everything the flight's page shows."""
    row = Flight.objects.select_related("merged_into").filter(pk=flight_id).first()
    if row is None:
        raise ApiError(404, _("There is no flight %(id)s.") % {"id": flight_id})
    if row.status == FlightStatus.PUBLISHED:
        return json_answer(published_page(with_facts(listed_revisions()).get(flight=row)), max_age=MAX_AGE)
    if tombstone := tombstone_of(row):
        day = tombstone.day.isoformat() if tombstone.day else None
        withdrawn = {"id": tombstone.flight_id, "reason": tombstone.reason, "date": day}
        raise ApiError(410, _("Flight %(id)s was withdrawn.") % {"id": flight_id}, withdrawn=withdrawn)
    if row.status == FlightStatus.MERGED and (successor := successor_of(row)):
        return _moved(reverse("api-flight", args=[successor.pk]))
    raise ApiError(404, _("There is no flight %(id)s.") % {"id": flight_id})


def _moved(address: str) -> HttpResponse:
    response = HttpResponsePermanentRedirect(address)
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    return response


@api
def aircraft(request: HttpRequest, key: str) -> HttpResponse:
    """`/api/v1/aircraft/<registration or 24-bit address>/`: the aircraft and its flights."""
    found = find_aircraft(visible_aircraft(AnonymousUser()).select_related("operator"), key)
    if found is None:
        raise ApiError(404, _("No aircraft is known here by that registration or 24-bit address."))
    if key != found.key:
        return _moved(reverse("api-aircraft", args=[found.key]))
    return json_answer({"aircraft": aircraft_data(found), "flights": flights_of(found)}, max_age=MAX_AGE)
