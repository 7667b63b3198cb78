"""`/flights/<id>/report/`: a reader says what is wrong with a flight; curators read it in the admin."""

from __future__ import annotations

import functools
import logging
from typing import Any

import redis
from auditlog.context import disable_auditlog
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tracks.models import ErrorReport, Flight
from tracks.models.error_reports import LONGEST_CONTACT, LONGEST_TEXT
from tracks.models.vocabulary import FlightStatus
from tracks.serving.moments import parse_time
from tracks.serving.summaries import summaries
from tracks.visibility import listed_revisions

HOUR = 3600  # seconds
MOST_OF_ONE = 5  # reports an hour from one address
MOST_OF_ALL = 200  # reports an hour: nobody reads more, and nobody shall fill the database
logger = logging.getLogger(__name__)


class ReportForm(forms.Form):
    """What is wrong, and how to answer. `rev` and `t` say what the reader saw; nonsense there is left out."""

    text = forms.CharField(
        label=_("What is wrong?"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Which fact, place or time, and how you know. Addresses of sources help most."),
    )
    contact = forms.CharField(
        label=_("How can we answer you?"),
        max_length=LONGEST_CONTACT,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
        help_text=_("Not needed. Only the curators see it, and only to ask back."),
    )
    rev = forms.CharField(required=False, widget=forms.HiddenInput)
    t = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, initial: dict[str, str] | None = None) -> None:
        super().__init__(data, initial=initial, auto_id="report-%s")
        for name in ("text", "contact"):
            field = self.fields[name]
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"report-{name}-help"

    def seen(self) -> dict[str, Any]:
        """Revision and moment the reader had before them, each None where it was not said."""
        said = {**self.initial, **getattr(self, "cleaned_data", {})}
        number = str(said.get("rev") or "")
        known = number.isascii() and number.isdigit() and len(number) < 9
        return {"revision": int(number) if known else None, "moment": parse_time(said.get("t"))}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, flight_id: str) -> HttpResponse:
    """The form, and what was sent with it. Only of published flights: of others nobody knows but the newsroom."""
    flight = get_object_or_404(Flight, pk=flight_id, status=FlightStatus.PUBLISHED)
    found = summaries(listed_revisions().filter(flight=flight))
    if not found:
        raise Http404
    page = functools.partial(_page, request, found[0])
    if request.method != "POST":
        form = ReportForm(initial={name: request.GET.get(name, "")[:40] for name in ("rev", "t")})
        return page(form, sent=request.GET.get("sent") == "1")
    form = ReportForm(request.POST)
    if not form.is_valid():
        return page(form, status=400)
    if not _may_send(request):
        form.add_error(None, _("Too many reports have come in within the hour. Keep your text and send it later."))
        return page(form, status=429)
    words = {name: form.cleaned_data[name] for name in ("text", "contact")}
    with disable_auditlog():  # the log would keep the reader's network address
        ErrorReport.objects.create(flight=flight, **words, **form.seen())
    return HttpResponseRedirect(f"{reverse('flight-report', args=[flight.pk])}?sent=1")


def _page(
    request: HttpRequest, summary: dict[str, Any], form: ReportForm, *, status: int = 200, sent: bool = False
) -> HttpResponse:
    context = {
        "flight": summary,
        "form": form,
        "seen": form.seen(),
        "sent": sent,
        "demonstration": summary["demonstration"],
    }
    response = render(request, "tracks/report.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


def _may_send(request: HttpRequest) -> bool:
    """Count the report against what one address and all together may send within an hour.

    No address is kept: the count goes by a hash of it, and only until the hour is over.
    """
    sender = salted_hmac("flightmap.error-reports", _address(request)).hexdigest()[:24]
    try:
        return _counted(f"reports:{sender}") <= MOST_OF_ONE and _counted("reports:all") <= MOST_OF_ALL
    except redis.RedisError as error:
        logger.error("Redis does not answer, so that no report of an error can be taken: %s", error)
        return False


def _counted(key: str) -> int:
    cache.add(key, 0, HOUR)
    try:
        return cache.incr(key)
    except ValueError:  # the hour ended between the two
        cache.set(key, 1, HOUR)
        return 1


def _address(request: HttpRequest) -> str:
    """Who asks: behind a proxy whom it names last, what stands before that anybody can write."""
    if settings.SECURE_PROXY_SSL_HEADER:
        named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if named:
            return named
    return str(request.META.get("REMOTE_ADDR", ""))
