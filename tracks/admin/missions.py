"""Missions."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tracks.admin.base import CuratedAdmin
from tracks.models import Flight, Mission


@admin.register(Mission)
class MissionAdmin(CuratedAdmin):
    list_display = ["key", "title", "flights", "lead_story"]
    list_filter = ["lead_story"]
    search_fields = ["key", "title", "note"]
    readonly_fields = ["flights"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mission]:
        flights = Flight.objects.filter(mission=OuterRef("pk")).order_by().values("mission")
        count = Subquery(flights.annotate(n=Count("pk")).values("n"))
        return super().get_queryset(request).annotate(flight_count=Coalesce(count, 0))

    @admin.display(description=_("flights"), ordering="flight_count")
    def flights(self, mission: Mission) -> SafeString | int:
        count = getattr(mission, "flight_count", 0)
        address = reverse("admin:tracks_flight_changelist")
        return format_html('<a href="{}?mission__id__exact={}">{}</a>', address, mission.pk, count) if count else 0
