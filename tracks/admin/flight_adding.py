"""A flight that no track shows, noted from publications: each thing said becomes a claim."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from tracks.admin.base import change_url
from tracks.admin.claim_forms import StatementForm, ValueForm, value_form
from tracks.models import Claim, ClaimField, Flight
from tracks.models.resolving import resolve
from tracks.models.vocabulary import Basis

# What publications say of a flight, in the order one asks for it. The rest is added on the flight's own page.
ASKED = (
    ClaimField.DATE,
    ClaimField.ORIGIN,
    ClaimField.DESTINATION,
    ClaimField.AIRCRAFT,
    ClaimField.TYPE,
    ClaimField.CALLSIGN,
    ClaimField.ASSERTION_LEVEL,
    ClaimField.NOTE,
)


def add_flight(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The page that asks for it. Whoever calls has checked the permission."""
    data = request.POST if request.method == "POST" else None
    forms = [
        value_form(field, data, prefix=field, empty_permitted=True, use_required_attribute=False) for field in ASKED
    ]
    statement = StatementForm(data, initial={"basis": Basis.SOURCE})
    complaint = ""
    # Each form is asked, so that each shows what is wrong with it.
    if data is not None and all([form.is_valid() for form in [*forms, statement]]):  # noqa: C419
        stated = [form for form in forms if form.has_changed()]
        if stated:
            flight = _make(stated, statement.cleaned_data, request)
            model_admin.log_addition(request, flight, [{"added": {}}])
            model_admin.message_user(request, _("The flight is noted as a draft."), messages.SUCCESS)
            return HttpResponseRedirect(change_url(flight))
        complaint = _("Say at least one thing about the flight.")
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Note a reported flight"),
        "forms": [(form, ClaimField(form.claim_field).label) for form in forms],
        "statement": statement,
        "complaint": complaint,
        "media": sum((form.media for form in forms), statement.media),
    }
    return TemplateResponse(request, "admin/tracks/flight/add.html", context)


@transaction.atomic
def _make(stated: list[ValueForm], statement: dict[str, Any], request: HttpRequest) -> Flight:
    flight = Flight.objects.create()
    for form in stated:
        Claim.objects.create(
            flight=flight,
            field=form.claim_field,
            value=form.value(),
            basis=Basis(statement["basis"]),
            source=statement["source"],
            supports=statement["supports"],
            author=request.user,  # type: ignore[misc]
        )
    if statement["source"] is not None:
        flight.flight_sources.create(source=statement["source"], supports=statement["supports"])
    return resolve(flight)
