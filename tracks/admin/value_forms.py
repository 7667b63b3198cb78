"""Forms for the values of claims: what is chosen or written. Times are in `time_forms`.

A `ValueForm` gives the value of one claim, in the shapes of `tracks.models.claim_values`.
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

from tracks.models import Aircraft, Airport, ClaimField, Flight, Mission, Operator, Place, Track
from tracks.models import claim_values as values
from tracks.models.vocabulary import AssertionLevel


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
