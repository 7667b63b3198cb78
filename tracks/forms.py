"""The form that filters flights. Its fields are the parameters of `/flights/` and `/api/v1/flights/`."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from tracks.models import FlightRevision
from tracks.models.vocabulary import Direction, EvidenceClass
from tracks.serving.choices import choice_counts
from tracks.serving.filters import ALL, ONLY, WITHOUT, FlightFilter
from tracks.serving.moments import parse_time
from tracks.visibility import listed_revisions

LONGEST_WORD = 120  # characters
MOST_VALUES = 50  # more values of one filter than any form here sends
YES, NO = "yes", "no"
_SAID_YES, _SAID_NO = {"yes", "1", "true", "on"}, {"no", "0", "false", "off"}


class WordField(forms.CharField):
    """One word or phrase; longer ones are nobody's filter."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=LONGEST_WORD, **kwargs)


class OneOrMoreSelect(forms.SelectMultiple):
    """A plain choice of one, as most people want it; an address with several values is shown with all of them."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value or [""], attrs)
        if len(value or []) <= 1:
            context["widget"]["attrs"].pop("multiple", None)
        return context

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        """A value that is not among the choices is shown too: it is what the list below is filtered by."""
        before, offered = self.choices, list(self.choices)
        known = {str(choice) for choice, _label in offered}
        self.choices = [("", _("any")), *offered, *((word, word) for word in value if word and word not in known)]
        try:
            return super().optgroups(name, value, attrs)
        finally:
            self.choices = before


class OneOrMoreWords(forms.TextInput):
    """A word is typed; an address with several values is shown with all of them."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [word for given in data.getlist(name) for word in given.split(",")]

    def format_value(self, value: Any) -> str | None:
        return ", ".join(value) if value else None


class WordsField(forms.Field):
    """Any of several words, the parameter repeated for each. `offered` lists what a form lets one choose."""

    def __init__(self, offered: Callable[[], Iterable[tuple[str, Any]]] | None = None, **kwargs: Any) -> None:
        # With nothing offered it is written, and only an address has several values of it.
        kwargs.setdefault("widget", OneOrMoreSelect if offered else OneOrMoreWords)
        super().__init__(required=False, **kwargs)
        self.offered = offered
        self.validate_word: list[Callable[[str], None]] = [
            ProhibitNullCharactersValidator(),
            MaxLengthValidator(LONGEST_WORD),
        ]

    def to_python(self, value: Any) -> list[str]:
        words = list(dict.fromkeys(word.strip() for word in value or [] if word.strip()))
        if len(words) > MOST_VALUES:
            raise ValidationError(_("At most %(number)s values."), params={"number": MOST_VALUES})
        for word in words:
            for validate in self.validate_word:
                validate(word)
        return words


class TimeField(forms.CharField):
    """An ISO 8601 year, month, day or moment; UTC where it has no offset."""

    widget = forms.TextInput(attrs={"placeholder": "2024-03-21"})

    def __init__(self, *, end: bool, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=40, **kwargs)
        self.end = end

    def clean(self, value: Any) -> datetime.datetime | None:
        text = super().clean(value)
        if not text:
            return None
        moment = parse_time(text, end=self.end)
        if moment is None:
            raise ValidationError(
                _("Write a date as 2024, 2024-03, 2024-03-21 or 2024-03-21T04:30Z, between 1900 and 2200.")
            )
        return moment


class ChoiceField(forms.ChoiceField):
    """One of a few words; other writings of a word are understood."""

    def __init__(self, *, means: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.means = means or {}

    def to_python(self, value: Any) -> str:
        word = super().to_python(value).strip().lower()
        return self.means.get(word, word)


def _offered_aircraft() -> Iterable[tuple[str, str]]:
    rows = listed_revisions().filter(aircraft__isnull=False).order_by()
    pairs = rows.values_list("aircraft__registration", "aircraft__icao24", "aircraft__type_name").distinct()
    keys = [(registration or icao24 or "", kind) for registration, icao24, kind in pairs]
    return [(key, f"{key} ({kind})" if kind else key) for key, kind in sorted(keys)]


def _offered_operators() -> Iterable[tuple[str, str]]:
    names = listed_revisions().exclude(operator=None).order_by("operator__name")
    return [(name, name) for name in names.values_list("operator__name", flat=True).distinct()]


def _offered_types() -> Iterable[tuple[str, str]]:
    rows = listed_revisions().exclude(type_designator="", type_name="").order_by()
    names: dict[str, str] = {}
    for designator, name in sorted(rows.values_list("type_designator", "type_name").distinct()):
        names.setdefault(designator or name, f"{name} ({designator})" if designator and name else designator or name)
    return sorted(names.items(), key=lambda item: item[1])


def _offered_callsigns() -> Iterable[tuple[str, str]]:
    words = listed_revisions().exclude(callsign="").order_by("callsign").values_list("callsign", flat=True)
    return [(word, word) for word in words.distinct()]


def _offered_airports() -> Iterable[tuple[str, str]]:
    found: dict[str, str] = {}
    for end in ("origin", "destination"):
        rows = listed_revisions().exclude(**{end: None}).order_by()
        names = rows.values_list(F(f"{end}__airport__icao"), F(f"{end}__airport__name"), F(f"{end}__name")).distinct()
        for icao, airport, place in names:
            found[icao or place] = f"{airport} ({icao})" if icao else place
    return sorted(found.items(), key=lambda item: item[1])


def _all_conditions() -> dict[str, forms.Field]:
    """Every field by its parameter's name; `from` and `class` cannot be names in a class body."""
    any_choice = [("", _("any"))]
    yes_no = {**dict.fromkeys(_SAID_YES, YES), **dict.fromkeys(_SAID_NO, NO)}
    return {
        "q": WordField(
            label=_("Search"),
            widget=forms.TextInput(attrs={"type": "search", "placeholder": _("RA-82030, An-124, March 2024 …")}),
        ),
        "from": TimeField(label=_("From"), end=False),
        "to": TimeField(label=_("To"), end=True, help_text=_("Included: a day, month or year counts whole. UTC.")),
        "aircraft": WordsField(_offered_aircraft, label=_("Aircraft")),
        "registration": WordsField(label=_("Registration")),
        "icao24": WordsField(label=_("24-bit address")),
        "operator": WordsField(_offered_operators, label=_("Operator")),
        "type": WordsField(_offered_types, label=_("Type")),
        "callsign": WordsField(_offered_callsigns, label=_("Callsign")),
        "airport": WordsField(_offered_airports, label=_("Airport")),
        "class": WordsField(_offered_classes, label=_("Class")),
        "direction": ChoiceField(label=_("Direction"), choices=[*any_choice, *Direction.choices]),
        "sanctioned": ChoiceField(
            label=_("Sanctioned at the time"), choices=[*any_choice, (YES, _("yes")), (NO, _("no"))], means=yes_no
        ),
        "undated": ChoiceField(
            label=_("Date"), choices=[*any_choice, (YES, _("only without a date"))], means={**yes_no, "no": ""}
        ),
        "demonstration": ChoiceField(
            label=_("Demonstration flights"),
            choices=[("", _("as needed")), (ALL, _("shown")), (ONLY, _("only these")), (WITHOUT, _("not shown"))],
            # "yes" is what the map's filter writes: only these.
            means={"1": ALL, "true": ALL, "yes": ONLY, "0": WITHOUT, "false": WITHOUT},
        ),
    }


def _offered_classes() -> Iterable[tuple[str, Any]]:
    return [choice for choice in EvidenceClass.choices if choice[0] != EvidenceClass.ESTIMATED]


class FlightFilterForm(forms.Form):
    """Read the filters from a query. Each field that makes no sense is an error of its own; the others still hold."""

    error_css_class = "field-error"

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query, auto_id="filter-%s")
        self.fields.update(_all_conditions())
        for field in self.fields.values():
            if isinstance(field, WordsField) and field.offered:
                # A callable: the database is asked when a page shows them.
                field.widget.choices = field.offered

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        classes = cleaned.get("class", [])
        if unknown := set(classes) - {EvidenceClass.OBSERVED, EvidenceClass.REPORTED}:
            self.add_error("class", _("There is no class “%(word)s” of flights.") % {"word": sorted(unknown)[0]})
            cleaned["class"] = [word for word in classes if word not in unknown]
        start, end = cleaned.get("from"), cleaned.get("to")
        if start and end and end <= start:
            self.add_error("to", _("This is before the beginning."))
            cleaned["from"] = None
        return cleaned

    @property
    def chosen(self) -> FlightFilter:
        """What was asked for, leaving out what made no sense."""
        self.is_valid()
        given = self.cleaned_data
        return FlightFilter(
            aircraft=given.get("aircraft") or [],
            registration=given.get("registration") or [],
            icao24=given.get("icao24") or [],
            operator=given.get("operator") or [],
            type=given.get("type") or [],
            callsign=given.get("callsign") or [],
            airport=given.get("airport") or [],
            evidence_class=given.get("class") or [],
            direction=given.get("direction") or "",
            sanctioned={YES: True, NO: False}.get(given.get("sanctioned") or ""),
            start=given.get("from"),
            end=given.get("to"),
            undated=given.get("undated") == YES,
            demonstration=given.get("demonstration") or None,
            q=given.get("q") or "",
        )

    def count(self, revisions: QuerySet[FlightRevision]) -> None:
        """Write beside every choice how many of `revisions` it would leave, with all the other filters as they are."""
        for name, counts in choice_counts(self.chosen, revisions).items():
            field: Any = self.fields[name]
            offered: Iterable[tuple[str, Any]] = field.offered() if hasattr(field, "offered") else field.choices
            field.widget.choices = [
                (value, f"{label} · {number_format(counts[value], force_grouping=True)}" if value else label)
                for value, label in offered
            ]

    def active(self) -> list[str]:
        """The names of the filters that narrow something."""
        self.is_valid()
        return [name for name in self.fields if name != "demonstration" and self.cleaned_data.get(name)]
