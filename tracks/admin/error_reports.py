"""Reports of errors by readers: read, answered outside, and ticked off."""

from __future__ import annotations

from datetime import UTC
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from tracks.admin.base import CuratedAdmin, link, utc
from tracks.models import ErrorReport


@admin.register(ErrorReport)
class ErrorReportAdmin(CuratedAdmin):
    list_display = ["beginning", "flight", "received", "state"]
    list_filter = ["state"]
    list_select_related = ["flight"]
    search_fields = ["text", "contact", "note", "flight__id"]
    fieldsets = [
        (None, {"fields": ["about", "shown", "text", "contact", "received"]}),
        (None, {"fields": ["state", "note"]}),
    ]
    # What a reader wrote stays as it was written.
    readonly_fields = ["about", "shown", "text", "contact", "received"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Readers write them, on the flight's page."""
        return False

    @admin.display(description=_("what is wrong"), ordering="text")
    def beginning(self, report: ErrorReport) -> str:
        return Truncator(report.text).chars(90)

    @admin.display(description=_("flight"))
    def about(self, report: ErrorReport) -> SafeString | None:
        return link(report.flight)

    @admin.display(description=_("as the reader saw it"))
    def shown(self, report: ErrorReport) -> SafeString:
        query = {"rev": report.revision, "t": report.moment and f"{report.moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
        said = urlencode({name: value for name, value in query.items() if value}, safe=":")
        address = report.flight.get_absolute_url() + (f"?{said}" if said else "")
        return format_html('<a href="{}">{}</a>', address, address)

    @admin.display(description=_("received"), ordering="created_at")
    def received(self, report: ErrorReport) -> SafeString | None:
        return utc(report.created_at)
