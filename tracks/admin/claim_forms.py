"""A form for every kind of claim, so that nobody types JSON: aircraft and places are chosen, times have a zone.

A `ValueForm` gives the value of one claim (shapes in `tracks.models.claim_values`), a `StatementForm` says who claims
it. The page of a claim has one of each, the page of a new flight several values and one statement.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracks.admin.claim_times import interval, moment, stated_date, zone_choices
from tracks.models import Aircraft, Airport, Claim, ClaimField, Flight, Mission, Operator, Place, Source, Track
from tracks.models import claim_values as values
from tracks.models.vocabulary import AssertionLevel, Basis, DatePrecision, ZoneBasis


def autocomplete(form: forms.Form, name: str, model: Any, key_name: str) -> None:
    """Have a field of the form chosen by the admin's autocomplete, as what the foreign key of a model points to."""
    key = model._meta.get_field(key_name)
    field: Any = form.fields[name]
    assert isinstance(key, ForeignKey)
    several = isinstance(field, forms.ModelMultipleChoiceField)
    widget = (AutocompleteSelectMultiple if several else AutocompleteSelect)(key, admin.site)
    widget.is_required = field.required
    widget.choices = field.choices
    field.widget = widget


class ValueForm(forms.Form):
    """The value of a claim on one field. `claim_field` is set by `value_form`."""

    claim_field: ClaimField
    asides: frozenset[str] = frozenset()  # fields that say nothing by themselves, like the zone of no date

    def has_changed(self) -> bool:
        return not self.asides.issuperset(self.changed_data)

    def value(self) -> values.Value:
        """The value as the claim stores it; only of a valid form."""
        raise NotImplementedError

    def need(self, name: str, sentence: str) -> Any:
        """The cleaned value of a field, or an error on it."""
        given = self.cleaned_data.get(name)
        if not given and not self.errors.get(name):
            self.add_error(name, sentence)
        return given


class AircraftForm(ValueForm):
    """Which airframe flew."""

    aircraft = forms.ModelChoiceField(Aircraft.objects.all(), label=gettext_lazy("Aircraft"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        autocomplete(self, "aircraft", Flight, "aircraft")

    def value(self) -> values.Value:
        return values.aircraft_value(self.cleaned_data["aircraft"])


class TypeForm(ValueForm):
    """The type, where the airframe is not known."""

    type_designator = forms.CharField(
        label=gettext_lazy("Type designator"),
        max_length=4,
        required=False,
        help_text=gettext_lazy("ICAO Doc 8643: A124."),
    )
    type_name = forms.CharField(label=gettext_lazy("Type in words"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not given.get("type_designator") and not given.get("type_name"):
            raise ValidationError(_("Give the designator or the name of the type."))
        return given

    def value(self) -> values.Value:
        return values.type_value(self.cleaned_data["type_designator"].strip().upper(), self.cleaned_data["type_name"])


class OperatorForm(ValueForm):
    """Who flew it this time."""

    operator = forms.ModelChoiceField(Operator.objects.all(), label=gettext_lazy("Operator"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        autocomplete(self, "operator", Flight, "operator")

    def value(self) -> values.Value:
        return values.operator_value(self.cleaned_data["operator"])


class MissionForm(ValueForm):
    """The visit the flight belongs to."""

    mission = forms.ModelChoiceField(Mission.objects.all(), label=gettext_lazy("Mission"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        autocomplete(self, "mission", Flight, "mission")

    def value(self) -> values.Value:
        return values.mission_value(self.cleaned_data["mission"])


class ShortTextForm(ValueForm):
    """A callsign or a title."""

    text = forms.CharField(label=gettext_lazy("Text"), max_length=200)

    def value(self) -> values.Value:
        return values.text_value(self.cleaned_data["text"].strip())


class CallsignForm(ShortTextForm):
    """As transmitted or printed."""

    text = forms.CharField(label=gettext_lazy("Callsign"), max_length=40)


class LongTextForm(ValueForm):
    """A note, or a conflict between sources in words."""

    text = forms.CharField(label=gettext_lazy("Text"), widget=forms.Textarea(attrs={"rows": 4}))

    def value(self) -> values.Value:
        return values.text_value(self.cleaned_data["text"].strip())


class PlaceForm(ValueForm):
    """An airport, or a place known less exactly. Not both."""

    airport = forms.ModelChoiceField(Airport.objects.all(), label=gettext_lazy("Airport"), required=False)
    place = forms.ModelChoiceField(
        Place.objects.all(),
        label=gettext_lazy("or a place known only roughly"),
        required=False,
        help_text=gettext_lazy("A city, an area or a country: it is drawn as a patch, not as a point."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        autocomplete(self, "airport", Track, "origin_airport")
        autocomplete(self, "place", Flight, "origin")

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if bool(given.get("airport")) == bool(given.get("place")) and not self.errors:
            raise ValidationError(_("Choose either an airport or a place."))
        return given

    def value(self) -> values.Value:
        airport = self.cleaned_data["airport"]
        return values.place_value(Place.for_airport(airport) if airport else self.cleaned_data["place"])


class ViaForm(ValueForm):
    """Stops or waypoints, in their order."""

    places = forms.ModelMultipleChoiceField(Place.objects.all(), label=gettext_lazy("Places, in their order"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        autocomplete(self, "places", Flight, "origin")

    def value(self) -> values.Value:
        data: Any = self.data
        order = data.getlist(self.add_prefix("places"))
        return values.via_value(sorted(self.cleaned_data["places"], key=lambda place: order.index(str(place.pk))))


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


class AssertionForm(ValueForm):
    """How strongly the flight is asserted."""

    choice = forms.ChoiceField(
        label=gettext_lazy("Assertion level"), choices=[("", "---------"), *AssertionLevel.choices]
    )

    def value(self) -> values.Value:
        return values.assertion_level_value(self.cleaned_data["choice"])


class CorridorForm(ValueForm):
    """A curator's word on whether the flight belongs to the corridor."""

    flag = forms.TypedChoiceField(
        label=gettext_lazy("In the corridor"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        widget=forms.RadioSelect,
        coerce=lambda answer: answer == "yes",
    )

    def value(self) -> values.Value:
        return values.in_corridor_value(self.cleaned_data["flag"])


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
