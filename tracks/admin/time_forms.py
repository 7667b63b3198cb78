"""Forms for the times and dates of claims: on the clocks of a named zone, no more exact than they are known."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracks.admin.claim_times import interval, moment, stated_date, zone_choices
from tracks.admin.value_forms import ValueForm
from tracks.models import claim_values as values
from tracks.models.vocabulary import DatePrecision, ZoneBasis


class MomentForm(ValueForm):
    """A time on the clock of a named zone; or, where that is all there is, a source's words."""

    date = forms.DateField(label=gettext_lazy("Date"), required=False, widget=forms.DateInput({"type": "date"}))
    time = forms.TimeField(
        label=gettext_lazy("Time"), required=False, widget=forms.TimeInput({"type": "time", "step": 1})
    )
    zone = forms.ChoiceField(label=gettext_lazy("on the clocks of"), choices=zone_choices, initial="UTC")
    zone_basis = forms.ChoiceField(
        label=gettext_lazy("Zone"), choices=[c for c in ZoneBasis.choices if c[0] != ZoneBasis.UNSTATED]
    )
    precision = forms.ChoiceField(
        label=gettext_lazy("Known"),
        choices=[c for c in DatePrecision.choices if c[0] in {"second", "minute", "hour"}],
        initial=DatePrecision.MINUTE,
    )
    approximate = forms.BooleanField(label=gettext_lazy("only approximately"), required=False)
    as_reported = forms.CharField(
        label=gettext_lazy("In the source's words"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("“in the morning”. Enough by itself where no time is given."),
    )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if self.errors:
            return given
        if given["date"] and given["time"]:
            given["at"] = moment(given["date"], given["time"], given["zone"])
        elif given["date"] or given["time"]:
            self.add_error("time" if given["date"] else "date", _("A time needs its date, and a date its time."))
        elif not given["as_reported"]:
            self.add_error("date", _("Give a date and a time, or the source's words."))
        return given

    def value(self) -> values.Value:
        given = self.cleaned_data
        return values.moment_value(
            given.get("at"),
            precision=given["precision"],
            zone_basis=given["zone_basis"],
            approximate=given["approximate"],
            as_reported=given["as_reported"],
            where=given.get("where", ""),
        )


class SignalForm(MomentForm):
    """Where and when the signal was lost or came back."""

    where = forms.CharField(label=gettext_lazy("Where"), max_length=200, required=False)


class DateForm(ValueForm):
    """The day, month or year of a flight that no track dates."""

    asides = frozenset({"zone", "zone_basis"})
    text = forms.CharField(
        label=gettext_lazy("Date"), max_length=10, help_text=gettext_lazy("2024-03-21, or 2024-03 or 2024.")
    )
    zone_basis = forms.ChoiceField(
        label=gettext_lazy("Zone"),
        choices=ZoneBasis.choices,
        initial=ZoneBasis.UNSTATED,
        help_text=gettext_lazy(
            "Where the source does not say whose day it is, the flight may lie in either neighbour."
        ),
    )
    zone = forms.ChoiceField(
        label=gettext_lazy("Day in"), choices=zone_choices, initial="Asia/Pyongyang", required=False
    )

    def clean_text(self) -> str:
        text = self.cleaned_data["text"].strip()
        stated_date(text)
        return text

    def value(self) -> values.Value:
        given = self.cleaned_data
        first, after, precision = stated_date(given["text"])
        zone = None if given["zone_basis"] == ZoneBasis.UNSTATED else given["zone"] or "UTC"
        start, end = interval(first, after, zone)
        return values.date_value(
            start,
            end,
            precision=precision,
            zone_basis=given["zone_basis"],
            text=given["text"],
            zone_text=zone or "",
        )
