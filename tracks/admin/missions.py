"""Missions, and the edits curators made."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tracks.admin.base import CuratedAdmin, badge, link, utc
from tracks.models import Edit, Flight, Mission

STATE_BADGE = {"active": "good", "review": "warn", "reverted": ""}


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


@admin.register(Edit)
class EditAdmin(CuratedAdmin):
    """What was done is not retold; only whether it holds, and why, is decided here."""

    list_display = [
        "summary",
        "stand",
        "flight",
        "track_file",
        "aircraft_key",
        "starts",
        "ends",
        "author",
        "created_at",
    ]
    list_display_links = ["summary"]
    list_filter = ["state", "kind", "author"]
    list_select_related = ["flight", "track_file", "author"]
    search_fields = ["reason", "flight__id", "flight__title", "aircraft_key", "track_file__sha256__startswith"]
    date_hierarchy = "created_at"
    readonly_fields = [
        "kind",
        "flight_link",
        "file_link",
        "aircraft_key",
        "starts",
        "ends",
        "parameters",
        "author",
        "created_at",
    ]
    fields = ["state", "reason", *readonly_fields]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("edit"), ordering="kind")
    def summary(self, edit: Edit) -> str:
        return str(edit)

    @admin.display(description=_("state"), ordering="state")
    def stand(self, edit: Edit) -> SafeString:
        return badge(edit.get_state_display(), STATE_BADGE[edit.state])

    @admin.display(description=_("from"), ordering="starts_at")
    def starts(self, edit: Edit) -> SafeString | None:
        return utc(edit.starts_at, seconds=True)

    @admin.display(description=_("to"), ordering="ends_at")
    def ends(self, edit: Edit) -> SafeString | None:
        return utc(edit.ends_at, seconds=True)

    @admin.display(description=_("flight"))
    def flight_link(self, edit: Edit) -> SafeString | None:
        return link(edit.flight)

    @admin.display(description=_("track file"))
    def file_link(self, edit: Edit) -> SafeString | None:
        return link(edit.track_file)
