"""Publications."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from tracks.admin.base import CuratedAdmin
from tracks.models import Source
from tracks.serving.wording import web_address


@admin.register(Source)
class SourceAdmin(CuratedAdmin):
    list_display = ["publisher", "title", "publication_date", "language", "kind", "flights", "archived", "address"]
    list_filter = ["kind", "language", ("archive_url", admin.EmptyFieldListFilter)]
    search_fields = ["publisher", "title", "url", "note"]
    fieldsets = [
        (None, {"fields": ["publisher", "title", "url", "archive_url"]}),
        (None, {"fields": [("publication_date", "language", "kind"), "note"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        return super().get_queryset(request).annotate(flight_count=Count("flight_sources", distinct=True))

    @admin.display(description=_("flights"), ordering="flight_count")
    def flights(self, source: Source) -> int:
        return getattr(source, "flight_count", 0)

    @admin.display(description=_("archived"), boolean=True)
    def archived(self, source: Source) -> bool:
        return bool(source.archive_url)

    @admin.display(description=_("address"))
    def address(self, source: Source) -> SafeString:
        # A publisher shall not learn from where in the admin its page is opened.
        return format_html(
            '<a href="{}" rel="noopener noreferrer" target="_blank">{}</a>',
            web_address(source.url),
            pgettext("link", "open"),
        )
