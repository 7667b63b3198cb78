"""What a curator does with a flight as a whole: publish, withdraw, resolve again; make and remove claims.

Every step is a POST of its own with the admin's permissions. None of them writes a fact: claims do, by `resolve`.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tracks.admin.base import change_url, link
from tracks.admin.claim_forms import MAY_BE_UNKNOWN, StatementForm, UnknownForm, value_form
from tracks.admin.facts import fact_rows, made_by_hand
from tracks.models import Claim, ClaimField, Flight, FlightRevision, TrackFile
from tracks.models.claim_values import UNKNOWN, Value
from tracks.models.publishing import PublishingRefused, publish, withdraw
from tracks.models.resolving import resolve
from tracks.models.vocabulary import Basis, FlightStatus


class WithdrawForm(forms.Form):
    """The reason the tombstone will give."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Readers who open the permalink see it."),
    )


class FlightSteps:
    """Mixed into the flight's ModelAdmin."""

    admin_site: admin.AdminSite
    has_change_permission: Any
    message_user: Any
    log_change: Any  # Django's own log: what the front page lists as done last
    opts: Any

    def step_urls(self) -> list[URLPattern]:
        """The addresses of the steps, below that of the flight."""

        def step(route: str, view: Any, name: str) -> URLPattern:
            return path(f"<str:pk>/{route}", self.admin_site.admin_view(view), name=f"tracks_flight_{name}")

        return [
            step("publish/", require_POST(self.publish_view), "publish"),
            step("withdraw/", self.withdraw_view, "withdraw"),
            step("resolve/", require_POST(self.resolve_view), "resolve"),
            step("claims/add/<str:field>/", self.claim_view, "claim"),
            step("claims/<int:claim>/remove/", require_POST(self.remove_claim_view), "remove_claim"),
        ]

    def _flight(self, request: HttpRequest, pk: str) -> Flight:
        flight = get_object_or_404(Flight, pk=pk)
        if not self.has_change_permission(request, flight):
            raise PermissionDenied
        return flight

    def publish_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        flight = self._flight(request, pk)
        before = flight.published_revision_id if flight.status == FlightStatus.PUBLISHED else None
        try:
            revision = publish(flight, by=request.user)  # type: ignore[arg-type]
        except PublishingRefused as refusal:
            self.message_user(request, refused_in_words(refusal, flight), messages.ERROR)
        else:
            self.log_change(request, flight, f"Published as revision {revision.number}.")
            self.message_user(request, _published(flight, revision, before), messages.SUCCESS)
        return HttpResponseRedirect(change_url(flight))

    def withdraw_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        flight = self._flight(request, pk)
        if flight.status != FlightStatus.PUBLISHED:
            self.message_user(request, _("Only a published flight can be withdrawn."), messages.ERROR)
            return HttpResponseRedirect(change_url(flight))
        form = WithdrawForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            withdraw(flight, form.cleaned_data["reason"], by=request.user)  # type: ignore[arg-type]
            self.log_change(request, flight, "Withdrawn.")
            self.message_user(
                request, _("It is withdrawn. Its permalink now answers with the reason."), messages.SUCCESS
            )
            return HttpResponseRedirect(change_url(flight))
        context = self._context(request, flight, _("Withdraw %(flight)s") % {"flight": flight}) | {"form": form}
        return TemplateResponse(request, "admin/tracks/flight/withdraw.html", context)

    def resolve_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        flight = resolve_anew(self._flight(request, pk))
        self.message_user(request, _("The facts were resolved again from the claims."), messages.SUCCESS)
        return HttpResponseRedirect(change_url(flight))

    def claim_view(self, request: HttpRequest, pk: str, field: str) -> HttpResponse:
        """The form for one more claim on one field."""
        flight = self._flight(request, pk)
        if not request.user.has_perm("tracks.add_claim"):
            raise PermissionDenied
        if field not in ClaimField.values:
            raise Http404
        about = ClaimField(field)
        data = request.POST if request.method == "POST" else None
        unknown = UnknownForm(data) if about in MAY_BE_UNKNOWN else None
        decided_unknown = unknown is not None and unknown.is_valid() and unknown.cleaned_data["unknown"]
        form, statement = value_form(about, data), StatementForm(data)
        if data is not None and statement.is_valid() and (decided_unknown or form.is_valid()):
            value = UNKNOWN if decided_unknown else form.value()
            make_claim(flight, about, value, statement.cleaned_data, request)
            self.log_change(request, flight, f"Claimed: {field}.")
            self.message_user(request, _("The claim is noted and the facts are resolved again."), messages.SUCCESS)
            return HttpResponseRedirect(f"{change_url(flight)}#fact-{field}")
        row = next(row for row in fact_rows(flight) if row.field == field)
        context = self._context(request, flight, row.label) | {
            "form": form,
            "unknown": unknown,
            "statement": statement,
            "row": row,
            "media": form.media + statement.media,
        }
        return TemplateResponse(request, "admin/tracks/flight/claim.html", context)

    def remove_claim_view(self, request: HttpRequest, pk: str, claim: int) -> HttpResponse:
        flight = self._flight(request, pk)
        found = get_object_or_404(Claim, pk=claim, flight=flight)
        if not request.user.has_perm("tracks.delete_claim") or not made_by_hand(found):
            raise PermissionDenied
        field = found.field
        with transaction.atomic():
            found.delete()
            resolve_anew(flight)
        self.log_change(request, flight, f"Took back a claim: {field}.")
        self.message_user(request, _("The claim is taken back; the change log keeps it."), messages.SUCCESS)
        return HttpResponseRedirect(f"{change_url(flight)}#fact-{field}")

    def _context(self, request: HttpRequest, flight: Flight, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": flight,
            "title": title,
            "subtitle": None,
        }


@transaction.atomic
def make_claim(
    flight: Flight, field: ClaimField, value: Value, statement: dict[str, Any], request: HttpRequest
) -> Claim:
    """Note a claim as the cleaned statement says, and resolve the flight."""
    flight = locked(flight)
    claim = Claim.objects.create(
        flight=flight,
        field=field,
        value=value,
        basis=Basis(statement["basis"]),
        source=statement["source"],
        supports=statement["supports"],
        author=request.user,  # type: ignore[misc]
    )
    if claim.source is not None:
        flight.flight_sources.get_or_create(source=claim.source, defaults={"supports": claim.supports})
    resolve(flight)
    return claim


def locked(flight: Flight) -> Flight:
    """The flight's row as it is now, kept from others until the transaction ends. `resolve` writes the whole row: what
    was read before it would undo a publication, or worse a withdrawal, that came in between.
    """
    return Flight.objects.select_for_update().get(pk=flight.pk)


@transaction.atomic
def resolve_anew(flight: Flight) -> Flight:
    """Resolve a flight that was read without a lock."""
    return resolve(locked(flight))


def refused_in_words(refusal: PublishingRefused, flight: Flight, named: bool = False) -> str:
    """The reasons as a list, escaped; a track file they name is linked to its page. `named`: say which flight."""
    lead = _("%(flight)s is not published:") % {"flight": flight} if named else _("It is not published:")
    files = TrackFile.objects.filter(tracks__flights=flight).distinct().order_by("pk")
    # Two files may bear one name: each reason takes the next of those it may speak of.
    unlicensed = [file for file in files if not any(a.may_be_published for a in file.acquisitions.all())]
    simulated = [file for file in files if file.tracks.filter(simulator=True).exists()]

    def linked(reason: str) -> str:
        for unused in (unlicensed, simulated):
            for file in unused:
                before, quoted, after = reason.partition(f"“{file.name}”")
                if quoted:
                    unused.remove(file)
                    return format_html("{}{}{}", before, link(file, quoted), after)
        return reason

    reasons = format_html_join("", "<li>{}</li>", ((linked(reason),) for reason in refusal.reasons))
    return format_html('{}<ul class="refusals">{}</ul>', lead, reasons)


def _published(flight: Flight, revision: FlightRevision, before: int | None) -> str:
    address = reverse("flight", args=[flight.pk])
    if before == revision.pk:
        text = _("Nothing has changed since revision %(n)d: no new one was made.") % {"n": revision.number}
    else:
        text = _("Published as revision %(n)d.") % {"n": revision.number}
    return format_html('{} <a href="{}">{}</a>', text, address, _("View on site"))
