"""Airports with their runways, and places known more or less exactly."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tracks.admin.base import CuratedAdmin
from tracks.admin.maps import PointMapMixin
from tracks.models import Airport, Place, Runway
from tracks.models.vocabulary import PlacePrecision


class RunwayInline(admin.StackedInline):
    """The airport's runways."""

    model = Runway
    extra = 0
    fieldsets = [
        (None, {"fields": [("low_ident", "low_heading", "low_threshold"), ("high_ident", "high_threshold")]}),
        (None, {"fields": [("length_m", "width_m", "surface", "closed")]}),
    ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        overrides = CuratedAdmin.formfield_overrides.get(type(db_field), {})
        return super().formfield_for_dbfield(db_field, request, **{**overrides, **kwargs})


@admin.register(Airport)
class AirportAdmin(PointMapMixin, CuratedAdmin):
    list_display = ["icao", "iata", "name", "city", "country", "runway_count", "data_source"]
    list_filter = ["country"]
    search_fields = ["icao", "iata", "name", "city"]
    search_help_text = _("ICAO or IATA code, name or city")
    inlines = [RunwayInline]
    logged_children = {Runway: "airport"}
    fieldsets = [
        (None, {"fields": [("icao", "iata"), "name", ("city", "country")]}),
        (None, {"fields": ["location", ("elevation_m", "time_zone"), "data_source"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Airport]:
        return super().get_queryset(request).annotate(runways_known=Count("runways"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """An airport whose code is what was typed comes first: "ZKPY" is not to be looked for among names."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        code = search_term.strip().upper()
        if code and "autocomplete" in request.path:
            exact = Case(
                When(icao=code, then=Value(0)),
                When(iata=code, then=Value(1)),
                When(icao__startswith=code, then=Value(2)),
                default=Value(3),
                output_field=IntegerField(),
            )
            found = found.order_by(exact, "icao")
        return found, duplicates

    @admin.display(description=_("runways"), ordering="runways_known")
    def runway_count(self, airport: Airport) -> int:
        return getattr(airport, "runways_known", 0)


class PlaceForm(forms.ModelForm):
    """A place is a point only where an airport makes it one; any other has a patch, however rough."""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        exact = values.get("precision") in {PlacePrecision.AIRPORT, PlacePrecision.RUNWAY}
        airport = values.get("airport")
        if exact and airport is None:
            raise ValidationError({"airport": _("A place this exact is an airport: choose it.")})
        if exact and airport is not None:
            # The patch and the point of an exact place are the airport's own.
            values["location"], values["radius_km"] = airport.location, 0
        elif not exact and not (values.get("radius_km") or 0) > 0:
            raise ValidationError({"radius_km": _("Say how far around the point the place may lie, in kilometres.")})
        return values


@admin.register(Place)
class PlaceAdmin(PointMapMixin, CuratedAdmin):
    form = PlaceForm
    list_display = ["name", "precision", "airport", "country", "radius_km"]
    list_filter = ["precision", "country"]
    list_select_related = ["airport"]
    search_fields = ["name", "airport__icao", "airport__iata", "airport__name", "airport__city"]
    autocomplete_fields = ["airport", "runway"]
    fieldsets = [
        (None, {"fields": ["name", "precision", ("airport", "runway"), "country"]}),
        (
            _("Patch"),
            {
                "fields": ["location", "radius_km"],
                "description": _(
                    "A city, an area or a country is drawn as a patch, so that nobody takes its middle for the spot."
                ),
            },
        ),
    ]


@admin.register(Runway)
class RunwayAdmin(CuratedAdmin):
    """Runways are edited within their airport; this page makes them searchable where one is chosen."""

    list_display = ["airport", "low_ident", "high_ident", "length_m", "surface", "closed"]
    list_select_related = ["airport"]
    search_fields = ["airport__icao", "airport__name", "low_ident", "high_ident"]
    autocomplete_fields = ["airport"]

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return {}
