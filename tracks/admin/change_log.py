"""Who changed what when: the change log of an object and of the rows that belong to it."""

from __future__ import annotations

from typing import Any

from auditlog.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

PER_PAGE = 50


def entries_of(obj: Model, children: dict[type[Model], str]) -> QuerySet[LogEntry]:
    """The log of an object, newest first, with that of its children: model -> name of the key that points to it.

    Children that are gone are found by what their entries say they pointed to.
    """
    wanted = _entries(type(obj), [obj.pk])
    for model, key in children.items():
        there = model._default_manager.filter(**{key: obj.pk}).values_list("pk", flat=True)
        pointed = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(model),
            action__in=[LogEntry.Action.CREATE, LogEntry.Action.DELETE],
            **{f"changes__{key}__contains": str(obj.pk)},
        )
        wanted |= _entries(model, {*map(str, there), *pointed.values_list("object_pk", flat=True)})
    return LogEntry.objects.filter(wanted).select_related("actor", "content_type").order_by("-timestamp", "-id")


def _entries(model: type[Model], keys: Any) -> Q:
    return Q(content_type=ContentType.objects.get_for_model(model), object_pk__in=[str(key) for key in keys])


class ChangeLogMixin:
    """The admin's "History" shows the change log; Django's own knows only that something was saved.

    `logged_children`: models whose entries belong to the object's history, with the name of the key to it.
    """

    logged_children: dict[type[Model], str] = {}

    def history_view(
        self: Any, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        pages = Paginator(entries_of(obj, self.logged_children), PER_PAGE)
        page = pages.get_page(request.GET.get(PAGE_VAR))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change log of %(what)s") % {"what": obj},
            "module_name": capfirst(str(self.opts.verbose_name_plural)),
            "object": obj,
            "opts": self.opts,
            "log_entries": page,
            "pagination_required": pages.num_pages > 1,
            "page_range": pages.get_elided_page_range(page.number),
            "page_var": PAGE_VAR,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/change_log.html", context)
