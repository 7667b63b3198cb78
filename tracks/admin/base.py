"""What the pages of every model share: history from the change log, badges, times, places typed as numbers."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.contrib.gis.db.models import PointField
from django.db import transaction
from django.db.models import Model, QuerySet, URLField
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import now

from tracks.admin.change_log import ChangeLogMixin
from tracks.admin.points import LatLonField
from tracks.models.locks import lock_joining

Staff = AbstractBaseUser | PermissionsMixin | AnonymousUser


class CuratedAdmin(ChangeLogMixin, admin.ModelAdmin):
    """A model that curators edit and whose changes are logged."""

    list_per_page = 50
    show_full_result_count = False
    formfield_overrides = {PointField: {"form_class": LatLonField}, URLField: {"assume_scheme": "https"}}

    def get_ordering(self, request: HttpRequest) -> Any:
        """As the model is ordered, said outright: beside counts a model's own order does not hold."""
        return self.ordering or self.opts.ordering

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Titled by what it lists, not by "Select … to change"."""
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def heading(self, obj: Any) -> str:
        """What the page of an object is called."""
        return str(obj)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Titled by the object, not by "Change …" with the object below."""
        if kwargs.get("obj") is not None:
            context = {**context, "title": self.heading(kwargs["obj"]), "subtitle": None}
        return super().render_change_form(request, context, *args, **kwargs)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """An import that joins tracks goes first: it may be writing rows that hold on to this one."""
        lock_joining()
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """The same of several."""
        with transaction.atomic():
            lock_joining()
            super().delete_queryset(request, queryset)


class ReadOnly:
    """A model whose rows are made by imports and publishing, and are looked at here."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class NothingTyped:
    """A model whose own row no form may write: workers and `resolve` do. Its page has what belongs to it as inlines."""

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return []

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """The row in hand may be old by now, and a worker writes its progress on it: leave it alone."""


def badge(text: object, kind: str = "") -> SafeString:
    """A word in a frame; `kind` picks the frame of base.css ("observed", "warn", "bad", …)."""
    return format_html('<span class="{}">{}</span>', f"badge badge-{kind}" if kind else "badge", text)


def utc(moment: datetime.datetime | None, *, seconds: bool = False) -> SafeString | None:
    """A time in UTC as the archive writes it: 2024-03-21 06:14Z."""
    if moment is None:
        return None
    at = moment.astimezone(datetime.UTC)
    text = f"{at:%Y-%m-%d %H:%M:%S}Z" if seconds else f"{at:%Y-%m-%d %H:%M}Z"
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), text)


def change_url(obj: Model) -> str:
    """The admin's page of an object."""
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def link(obj: Model | None, text: object | None = None) -> SafeString | None:
    """A link to the admin's page of an object."""
    return None if obj is None else format_html('<a href="{}">{}</a>', change_url(obj), obj if text is None else text)


def today() -> datetime.date:
    """The date in UTC."""
    return now().astimezone(datetime.UTC).date()
