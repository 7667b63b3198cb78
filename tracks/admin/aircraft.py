"""Aircraft with their dated identities, operators, sanctions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tracks.admin.base import CuratedAdmin, badge, today
from tracks.models import Aircraft, AircraftIdentity, Flight, Operator, Sanction


def sanctioned_on(aircraft: QuerySet[Aircraft], day: Any) -> QuerySet[Aircraft]:
    """Those upon which, or upon whose operator, a sanction is in force on the day (`SanctionQuerySet.upon`)."""
    named = Q(aircraft=OuterRef("pk")) | Q(operator=OuterRef("operator"), aircraft__isnull=True)
    return aircraft.filter(Exists(Sanction.objects.in_force(day).filter(named)))


class SanctionedFilter(admin.SimpleListFilter):
    """Whether a sanction is in force today."""

    title = _("sanctioned today")
    parameter_name = "sanctioned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Aircraft]) -> QuerySet[Aircraft]:
        if self.value() == "yes":
            return sanctioned_on(queryset, today())
        if self.value() == "no":
            return queryset.exclude(pk__in=sanctioned_on(Aircraft.objects.all(), today()).values("pk"))
        return queryset


class IdentityInline(admin.TabularInline):
    """What is claimed of an airframe's registration, address, type and operator, and when."""

    model = AircraftIdentity
    extra = 0
    autocomplete_fields = ["source"]
    classes = ["wide-inline"]


class SanctionInline(admin.StackedInline):
    """Sanctions that name the aircraft; those upon its operator are in the operator's page."""

    model = Sanction
    fk_name = "aircraft"
    extra = 0
    autocomplete_fields = ["source", "operator"]
    fieldsets = [
        (None, {"fields": [("scope", "authority", "programme"), ("date_text", "valid_from", "valid_to")]}),
        (None, {"fields": ["detail", "operator", "source"]}),
    ]


class OperatorSanctionInline(SanctionInline):
    """Sanctions that name the operator."""

    fk_name = "operator"
    autocomplete_fields = ["source", "aircraft"]
    fieldsets = [
        (None, {"fields": [("scope", "authority", "programme"), ("date_text", "valid_from", "valid_to")]}),
        (None, {"fields": ["detail", "aircraft", "source"]}),
    ]


@admin.register(Aircraft)
class AircraftAdmin(CuratedAdmin):
    list_display = ["key", "icao24", "type_designator", "type_name", "operator", "flights", "marks"]
    list_filter = [SanctionedFilter, "listed", "demonstration", ("operator", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["operator"]
    search_fields = ["registration", "icao24", "type_designator", "type_name", "operator__name", "identities__value"]
    search_help_text = _("Registration, 24-bit address, type or operator")
    autocomplete_fields = ["operator"]
    inlines = [IdentityInline, SanctionInline]
    readonly_fields = ["flights"]
    logged_children = {AircraftIdentity: "aircraft", Sanction: "aircraft"}
    fieldsets = [
        (None, {"fields": [("registration", "icao24"), ("type_designator", "type_name"), "operator"]}),
        (None, {"fields": ["listed", "demonstration", "note", "flights"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Aircraft]:
        flights = Flight.objects.filter(aircraft=OuterRef("pk")).order_by().values("aircraft")
        return (
            super()
            .get_queryset(request)
            .annotate(
                flight_count=flights.annotate(n=Count("pk")).values("n"),
                sanctioned=Exists(sanctioned_on(Aircraft.objects.filter(pk=OuterRef("pk")), today())),
            )
        )

    @admin.display(description=_("registration or address"), ordering="registration")
    def key(self, aircraft: Aircraft) -> str:
        return aircraft.key

    @admin.display(description=_("flights"), ordering="flight_count")
    def flights(self, aircraft: Aircraft) -> SafeString | int:
        count = getattr(aircraft, "flight_count", None) or 0
        if not count:
            return 0
        address = reverse("admin:tracks_flight_changelist")
        return format_html('<a href="{}?aircraft__id__exact={}">{}</a>', address, aircraft.pk, count)

    @admin.display(description="")
    def marks(self, aircraft: Aircraft) -> SafeString:
        marks = [
            badge(_("sanctioned"), "warn") if getattr(aircraft, "sanctioned", False) else "",
            badge(_("demonstration"), "demonstration") if aircraft.demonstration else "",
        ]
        return format_html("{} {}", *marks)


@admin.register(Operator)
class OperatorAdmin(CuratedAdmin):
    list_display = ["name", "country", "aircraft_count"]
    list_filter = ["country"]
    search_fields = ["name", "country"]
    inlines = [OperatorSanctionInline]
    logged_children = {Sanction: "operator"}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Operator]:
        return super().get_queryset(request).annotate(fleet=Count("aircraft", distinct=True))

    @admin.display(description=_("aircraft"), ordering="fleet")
    def aircraft_count(self, operator: Operator) -> int:
        return getattr(operator, "fleet", 0)


@admin.register(Sanction)
class SanctionAdmin(CuratedAdmin):
    list_display = ["named", "scope", "authority", "programme", "date_text", "valid_from", "valid_to", "source"]
    list_display_links = ["named"]
    list_filter = ["scope", "authority", "valid_from"]
    list_select_related = ["aircraft", "operator", "source"]
    search_fields = ["aircraft__registration", "aircraft__icao24", "operator__name", "authority", "programme", "detail"]
    autocomplete_fields = ["aircraft", "operator", "source"]
    date_hierarchy = "valid_from"
    fieldsets = [
        (None, {"fields": ["scope", "aircraft", "operator"]}),
        (None, {"fields": [("authority", "programme"), ("date_text", "valid_from", "valid_to"), "detail", "source"]}),
    ]

    @admin.display(description=_("upon"), ordering="aircraft__registration")
    def named(self, sanction: Sanction) -> str:
        return " · ".join(str(who) for who in (sanction.aircraft, sanction.operator) if who is not None)
