"""Pages about the site, and what machines ask of it."""

from __future__ import annotations

import logging

import redis
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import never_cache

from tracks.views.answers import page, readable

OK, UNAVAILABLE = "ok", "unavailable"
logger = logging.getLogger(__name__)


@page
def method(request: HttpRequest) -> HttpResponse:
    """`/method/`: how it is done, in plain words."""
    context = {"canonical": f"{settings.SITE_URL}{request.path}", "gap": settings.PROCESSING.gap}
    return render(request, "tracks/method.html", context)


@never_cache
@readable
def healthz(request: HttpRequest) -> HttpResponse:
    """`/healthz`: whether the site can serve; 503 when it cannot. What is wrong stands in the log, not here."""
    parts = {"database": _database(), "redis": _redis()}
    healthy = all(state == OK for state in parts.values())
    return JsonResponse({"status": OK if healthy else UNAVAILABLE, **parts}, status=200 if healthy else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        logger.error("The database does not answer: %s", error)
        return UNAVAILABLE
    return OK


def _redis() -> str:
    try:
        cache.get("healthz")
    except redis.RedisError as error:
        logger.error("Redis does not answer: %s", error)
        return UNAVAILABLE
    return OK


@readable
def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`. What must not be indexed says so itself, by `X-Robots-Tag`; a crawler must see it to obey."""
    response = HttpResponse("User-agent: *\nDisallow: /admin/\n", content_type="text/plain; charset=utf-8")
    patch_cache_control(response, public=True, max_age=24 * 3600)
    return response


@readable
def favicon(request: HttpRequest) -> HttpResponse:
    """`/favicon.ico`, which browsers ask for unasked."""
    response = HttpResponsePermanentRedirect(staticfiles_storage.url("flightmap/icon.svg"))
    patch_cache_control(response, public=True, max_age=24 * 3600)
    return response
