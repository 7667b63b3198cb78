"""The list of flights, and the page of one."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from tracks.forms import FlightFilterForm
from tracks.models import Flight, FlightRevision
from tracks.models.vocabulary import FlightStatus
from tracks.serving.airports import airports_with_runways
from tracks.serving.filters import demonstration_shown
from tracks.serving.flight_pages import Meta, PageData, draft_page, meta_of, published_page
from tracks.serving.summaries import newest_first, summary_of_revision, with_facts, with_summary_data
from tracks.serving.tombstones import Tombstone, successor_of, tombstone_of
from tracks.views.answers import page
from tracks.views.empty import why_empty
from tracks.visibility import can_see, listed_revisions, sees_everything, visible_revisions

PAGE_SIZE = 50
NOINDEX = "noindex"


@page
def flights(request: HttpRequest) -> HttpResponse:
    """`/flights/`: list, search and filters."""
    form = FlightFilterForm(request.GET)
    asked = form.chosen
    revisions = demonstration_shown(listed_revisions(), asked.demonstration)
    form.count(revisions)
    found = newest_first(with_summary_data(asked.apply(revisions)))
    shown: Any = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    shown.object_list = [summary_of_revision(revision) for revision in shown.object_list]
    total = shown.paginator.count
    without_page = request.GET.copy()
    without_page.pop("page", None)
    demonstration = any(summary["demonstration"] for summary in shown.object_list)
    context = {
        "page": shown,
        "form": form,
        "total": total,
        "query": without_page.urlencode(),
        "filtered": bool(form.errors) or any(name != "q" for name in form.active()),
        "empty": [] if total else why_empty(request.GET, form, revisions),
        "demonstration": demonstration,
        "canonical": f"{settings.SITE_URL}{request.path}",
    }
    response = render(request, "tracks/flights.html", context)
    if demonstration:
        response["X-Robots-Tag"] = NOINDEX
    return response


@page
def flight(request: HttpRequest, flight_id: str, slug: str = "") -> HttpResponse:
    """`/flights/<id>/`: the permalink. `?rev=` shows an older revision, `?preview=1` the newsroom's working copy."""
    row = Flight.objects.select_related("merged_into").filter(pk=flight_id).first()
    if row is None:
        raise Http404
    if request.GET.get("preview") == "1":
        return _preview(request, row)
    if row.status == FlightStatus.PUBLISHED:
        return _published(request, row)
    if tombstone := tombstone_of(row):
        return _tombstone(request, tombstone)
    if row.status == FlightStatus.MERGED and (successor := successor_of(row)):
        return moved(successor.get_absolute_url(), request)
    if can_see(request.user, row):
        return redirect(f"{row.get_absolute_url()}?preview=1")
    raise Http404


def moved(address: str, request: HttpRequest) -> HttpResponse:
    """A permanent redirect that keeps the moment asked for; kept for an hour only, as a curator may undo it.

    Never by a shared cache: to whom the target is visible differs.
    """
    moment = request.GET.get("t", "")
    query = f"?t={moment}" if re.fullmatch(r"[0-9A-Za-z:.+-]{1,40}", moment) else ""
    response = HttpResponsePermanentRedirect(f"{address}{query}")
    patch_cache_control(response, private=True, max_age=3600)
    return response


def _published(request: HttpRequest, row: Flight) -> HttpResponse:
    wanted = request.GET.get("rev", "")
    newest = with_facts(listed_revisions()).get(flight=row)
    revision = None
    if re.fullmatch(r"[0-9]{1,9}", wanted, re.ASCII):
        revision = with_facts(visible_revisions(request.user)).filter(flight=row, number=int(wanted)).first()
    notice = _revision_notice(wanted, revision, newest)
    shown = revision or newest
    data = published_page(shown)
    older = shown.pk != newest.pk
    robots = NOINDEX if older or shown.demonstration else ""
    return _flight_page(request, data, meta_of(data, settings.SITE_URL, robots=robots), notice=notice)


def _revision_notice(wanted: str, found: FlightRevision | None, newest: FlightRevision) -> dict[str, str] | None:
    """What to say of the revision shown, when it is not simply the newest; with the newest's address."""
    if not wanted or (found and found.pk == newest.pk):
        return None
    if found:
        text = _("This is revision %(number)d. Revision %(newest)d has replaced it.") % {
            "number": found.number,
            "newest": newest.number,
        }
    elif re.fullmatch(r"[0-9]{1,9}", wanted, re.ASCII) and 0 < int(wanted) <= newest.flight.withdrawn_through:
        text = _("That revision was withdrawn. This is the newest, revision %(newest)d.") % {"newest": newest.number}
    else:
        text = _("There is no such revision. This is the newest, revision %(newest)d.") % {"newest": newest.number}
    return {"kind": "older" if found else "missing", "text": text, "url": newest.flight.get_absolute_url()}


def _preview(request: HttpRequest, row: Flight) -> HttpResponse:
    if not sees_everything(request.user):
        raise Http404
    data = draft_page(row)
    response = _flight_page(request, data, meta_of(data, settings.SITE_URL, robots=NOINDEX), draft=True)
    response["Cache-Control"] = "private, no-store"
    return response


def _flight_page(
    request: HttpRequest,
    data: PageData,
    meta: Meta,
    *,
    notice: dict[str, str] | None = None,
    draft: bool = False,
) -> HttpResponse:
    context = {
        "flight": data,
        "page_json": data,
        "airports": airports_with_runways(),
        "meta": meta,
        "canonical": meta.canonical,
        "notice": notice,
        "draft": draft,
        "demonstration": data["summary"]["demonstration"],
        # What was cut away is for the newsroom; its page alone knows where to ask for it.
        "excluded_url": reverse("flight-excluded", args=[data["summary"]["id"]])
        if sees_everything(request.user)
        else None,
    }
    response = render(request, "tracks/flight.html", context)
    if meta.robots:
        response["X-Robots-Tag"] = meta.robots
    return response


def _tombstone(request: HttpRequest, tombstone: Tombstone) -> HttpResponse:
    response = render(request, "tracks/withdrawn.html", {"tombstone": tombstone}, status=410)
    response["X-Robots-Tag"] = NOINDEX
    return response
