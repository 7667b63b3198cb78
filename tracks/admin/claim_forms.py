"""A form for every kind of claim, so that nobody types JSON: aircraft and places are chosen, times have a zone.

A `ValueForm` gives the value of one claim, a `StatementForm` says who claims it. The page of a claim has one of each,
the page of a new flight several values and one statement.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracks.admin.time_forms import DateForm, MomentForm, SignalForm
from tracks.admin.value_forms import (
    AircraftForm,
    AssertionForm,
    CallsignForm,
    CorridorForm,
    LongTextForm,
    MissionForm,
    OperatorForm,
    PlaceForm,
    ShortTextForm,
    TypeForm,
    ValueForm,
    ViaForm,
    autocomplete,
)
from tracks.models import Claim, ClaimField, Source
from tracks.models.vocabulary import Basis

_FORMS: dict[ClaimField, type[ValueForm]] = {
    ClaimField.AIRCRAFT: AircraftForm,
    ClaimField.TYPE: TypeForm,
    ClaimField.OPERATOR: OperatorForm,
    ClaimField.CALLSIGN: CallsignForm,
    ClaimField.ORIGIN: PlaceForm,
    ClaimField.DESTINATION: PlaceForm,
    ClaimField.VIA: ViaForm,
    ClaimField.DEPARTURE: MomentForm,
    ClaimField.ARRIVAL: MomentForm,
    ClaimField.DATE: DateForm,
    ClaimField.ASSERTION_LEVEL: AssertionForm,
    ClaimField.TITLE: ShortTextForm,
    ClaimField.NOTE: LongTextForm,
    ClaimField.MISSION: MissionForm,
    ClaimField.SIGNAL_LOST: SignalForm,
    ClaimField.SIGNAL_REGAINED: SignalForm,
    ClaimField.CONFLICT: LongTextForm,
    ClaimField.IN_CORRIDOR: CorridorForm,
}
# What can be decided to be not known. A flight always has a title, and is in the corridor or not.
MAY_BE_UNKNOWN = frozenset(
    {
        ClaimField.AIRCRAFT,
        ClaimField.TYPE,
        ClaimField.OPERATOR,
        ClaimField.CALLSIGN,
        ClaimField.ORIGIN,
        ClaimField.DESTINATION,
        ClaimField.DEPARTURE,
        ClaimField.ARRIVAL,
        ClaimField.DATE,
        ClaimField.MISSION,
    }
)


def value_form(field: ClaimField, *args: Any, **kwargs: Any) -> ValueForm:
    """The form for a claim on this field."""
    form = _FORMS[field](*args, **kwargs)
    form.claim_field = field
    return form


class StatementForm(forms.Form):
    """Who claims it: the curator, or a source that the curator reads."""

    basis = forms.ChoiceField(
        label=gettext_lazy("Basis"),
        choices=[c for c in Basis.choices if c[0] != Basis.COMPUTED][::-1],
        initial=Basis.CURATOR,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Your decision outweighs every other claim. What a source states stands beside the others."
        ),
    )
    source = forms.ModelChoiceField(Source.objects.all(), label=gettext_lazy("Source"), required=False)
    supports = forms.CharField(
        label=gettext_lazy("Reason, or what the source says"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        autocomplete(self, "source", Claim, "source")

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("basis") == Basis.SOURCE and not given.get("source") and not self.errors.get("source"):
            self.add_error("source", _("Choose the source that states it."))
        return given


class UnknownForm(forms.Form):
    """A curator's decision that a fact is not known, whatever else claims it."""

    unknown = forms.BooleanField(label=gettext_lazy("It is not known"), required=False)
