"""Track files: the originals, how their import went, who brought them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import BigIntegerField, Count, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tracks.admin.attention import without_licence
from tracks.admin.base import CuratedAdmin, NothingTyped, badge, change_url, utc
from tracks.admin.columns import TABLES, columns_in_words, columns_view
from tracks.admin.deleting import delete_files, drafts_of_nothing_else, published_in
from tracks.admin.progress import as_json, progress_view, stop_view
from tracks.admin.reports import report_of
from tracks.admin.simulators import demonstrate_view
from tracks.admin.spots import spot_view
from tracks.admin.uploads import upload_view
from tracks.admin.words import format_label
from tracks.models import Acquisition, FlightRevision, TrackFile
from tracks.models.simulated import can_be_demonstration
from tracks.receiving import ReceivingRefused, reimport

STATUS_BADGE = {"failed": "bad", "importing": "busy", "pending": "busy", "imported": ""}


class LicenceFilter(admin.SimpleListFilter):
    """Whether anything from the file may be published."""

    title = _("licence and credit")
    parameter_name = "licence"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("missing", _("Missing")), ("stated", _("Stated"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[TrackFile]) -> QuerySet[TrackFile]:
        stated = Acquisition.objects.exclude(licence="").exclude(credit="").values("track_file")
        if self.value() == "missing":
            return queryset.filter(pk__in=without_licence().values("pk"))
        return queryset.filter(pk__in=stated) if self.value() == "stated" else queryset


class FormatFilter(admin.SimpleListFilter):
    """The formats there are files of, by their names for people."""

    title = _("format")
    parameter_name = "format"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        found = TrackFile.objects.order_by("format").values_list("format", flat=True).distinct()
        return [(name or "none", format_label(name) or _("not recognised")) for name in found]

    def queryset(self, request: HttpRequest, queryset: QuerySet[TrackFile]) -> QuerySet[TrackFile]:
        chosen = self.value()
        return queryset if chosen is None else queryset.filter(format="" if chosen == "none" else chosen)


class AcquisitionInline(admin.StackedInline):
    """Who brought the bytes. Made by bringing a file, corrected here."""

    model = Acquisition
    extra = 0
    readonly_fields = ["original_name", "brought"]
    fieldsets = [
        (None, {"fields": [("original_name", "brought"), ("licence", "credit"), ("obtained_from", "note")]}),
    ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "note" and field is not None:
            field.widget.attrs["rows"] = 2
        return field

    @admin.display(description=_("brought"))
    def brought(self, acquisition: Acquisition) -> str:
        who = acquisition.acquired_by or gettext("nobody we know")
        return gettext("%(time)s by %(who)s") % {"time": f"{acquisition.acquired_at:%Y-%m-%d %H:%M}Z", "who": who}


@admin.register(TrackFile)
class TrackFileAdmin(NothingTyped, CuratedAdmin):
    change_list_template = "admin/tracks/trackfile/change_list.html"
    change_form_template = "admin/tracks/trackfile/change_form.html"
    list_display = ["name", "state", "sized", "kept", "tracks_made", "licensed", "brought"]
    list_filter = ["status", FormatFilter, LicenceFilter, "demonstration", "acquisitions__acquired_by"]
    search_fields = ["acquisitions__original_name", "sha256__startswith", "content_sha256__startswith"]
    search_help_text = _("Name, or the beginning of a SHA-256")
    date_hierarchy = "created_at"
    actions = ["read_again"]
    inlines = [AcquisitionInline]
    logged_children = {Acquisition: "track_file"}

    def get_queryset(self, request: HttpRequest) -> QuerySet[TrackFile]:
        first = Acquisition.objects.filter(track_file=OuterRef("pk")).order_by("acquired_at", "id")
        stated = Acquisition.objects.filter(track_file=OuterRef("pk")).exclude(licence="").exclude(credit="")
        return (
            super()
            .get_queryset(request)
            .annotate(
                first_name=Subquery(first.values("original_name")[:1]),
                first_by=Subquery(first.values("acquired_by__username")[:1]),
                may_be_published=Subquery(stated.values("pk")[:1]),
                fixes_kept=Cast(KT("report__read__kept"), BigIntegerField()),
                track_count=Count("tracks", distinct=True),
            )
        )

    def get_urls(self) -> list[URLPattern]:
        def admin_path(route: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
            return path(route, self.admin_site.admin_view(view), name=f"tracks_trackfile_{name}")

        return [
            admin_path("upload/", upload_view(self), "upload"),
            admin_path("progress/", functools.partial(progress_view, self), "progress"),
            admin_path("<int:pk>/original/", self.original_view, "original"),
            admin_path("<int:pk>/spot/", functools.partial(spot_view, self), "spot"),
            admin_path("<int:pk>/columns/", functools.partial(columns_view, self), "columns"),
            admin_path("<int:pk>/again/", require_POST(self.again_view), "again"),
            admin_path("<int:pk>/stop/", require_POST(functools.partial(stop_view, self)), "stop"),
            admin_path("<int:pk>/demonstrate/", require_POST(functools.partial(demonstrate_view, self)), "demonstrate"),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """A track file is never typed in: the way is the upload page."""
        return HttpResponseRedirect(reverse("admin:tracks_trackfile_upload"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        file = self.get_object(request, object_id)
        if file is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        context = {
            "report": report_of(file),
            "progress": as_json(file),
            "revisions": published_in([file]),
            "is_table": file.format in TABLES or "table" in file.settings,
            "columns": columns_in_words(file),
            "may_demonstrate": request.user.has_perm("tracks.change_flight") and can_be_demonstration(file),
            "show_save_and_add_another": False,
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, context)

    def heading(self, obj: TrackFile) -> str:
        return obj.name

    def original_view(self, request: HttpRequest, pk: int) -> FileResponse:
        """The bytes as they were brought. Always a download: a browser must never show them as a page of ours."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        file = get_object_or_404(TrackFile, pk=pk)
        try:
            stored = file.file.open("rb")
        except FileNotFoundError as error:
            raise Http404(gettext("The original is not in the archive's folder any more.")) from error
        response = FileResponse(stored, as_attachment=True, filename=file.name, content_type="application/octet-stream")
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return response

    def again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Read the file again, perhaps with another statement on the zone of its times."""
        file = get_object_or_404(TrackFile, pk=pk)
        if not self.has_change_permission(request, file):
            raise PermissionDenied
        try:
            taken = reimport(file, settings={**file.settings, "time_zone": request.POST.get("time_zone", "")})
        except ReceivingRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self._tell_again(request, int(taken), int(not taken))
        return HttpResponseRedirect(change_url(file))

    @admin.action(description=_("Read selected files again"), permissions=["change"])
    def read_again(self, request: HttpRequest, queryset: QuerySet[TrackFile]) -> None:
        taken = [reimport(file) for file in queryset]
        self._tell_again(request, sum(taken), len(taken) - sum(taken))

    def _tell_again(self, request: HttpRequest, taken: int, busy: int) -> None:
        if taken:
            text = ngettext("%(n)d file is being read again.", "%(n)d files are being read again.", taken)
            self.message_user(request, text % {"n": taken}, messages.SUCCESS)
        if busy:
            text = ngettext(
                "%(n)d file is in a worker's hands at this moment.",
                "%(n)d files are in a worker's hands at this moment.",
                busy,
            )
            self.message_user(request, text % {"n": busy}, messages.WARNING)

    def has_delete_permission(self, request: HttpRequest, obj: TrackFile | None = None) -> bool:
        """What a published revision rests on stays."""
        if not super().has_delete_permission(request, obj):
            return False
        return obj is None or (obj.status != TrackFile.Status.IMPORTING and not published_in([obj]).exists())

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[Any, int], set[str], list[Any]]:
        """What goes with the files. Their tracks and acquisitions are theirs; nothing published may be lost."""
        files = list(objs)
        counts: dict[Any, int] = {
            self.opts.verbose_name_plural: len(files),
            _("tracks"): sum(file.tracks.count() for file in files),
            _("acquisitions"): sum(file.acquisitions.count() for file in files),
            _("edits"): sum(file.edits.count() for file in files),
            _("drafts that show nothing else"): len(drafts_of_nothing_else(files)),
        }
        kept = [_describe(revision) for revision in published_in(files)]
        return [str(file) for file in files], counts, set(), kept

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: TrackFile) -> None:
        delete_files([obj])

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[TrackFile]) -> None:
        delete_files(list(queryset))

    def action_checkbox(self, obj: TrackFile) -> SafeString:
        """Named by what the list has read already; `str(obj)` would ask the database once a row."""
        label = gettext("Select “%(name)s” for an action") % {"name": self.name(obj)}
        attrs = {"class": "action-select", "aria-label": label}
        return forms.CheckboxInput(attrs, lambda value: False).render(ACTION_CHECKBOX_NAME, str(obj.pk))

    @admin.display(description=_("name"), ordering="first_name")
    def name(self, file: TrackFile) -> str:
        return getattr(file, "first_name", None) or file.sha256[:12]

    @admin.display(description=_("status and format"), ordering="status")
    def state(self, file: TrackFile) -> SafeString:
        status = badge(file.get_status_display(), STATUS_BADGE[file.status])
        return format_html('{}<br><span class="quiet">{}</span>', status, format_label(file.format))

    @admin.display(description=_("size"), ordering="size")
    def sized(self, file: TrackFile) -> str:
        return filesizeformat(file.size)

    @admin.display(description=_("fixes kept"), ordering="fixes_kept")
    def kept(self, file: TrackFile) -> str | None:
        count = getattr(file, "fixes_kept", None)
        return None if count is None else f"{count:,}"

    @admin.display(description=_("tracks"), ordering="track_count")
    def tracks_made(self, file: TrackFile) -> int:
        return getattr(file, "track_count", 0)

    @admin.display(description=_("licensed"), boolean=True)
    def licensed(self, file: TrackFile) -> bool:
        return getattr(file, "may_be_published", None) is not None

    @admin.display(description=_("first brought"), ordering="created_at")
    def brought(self, file: TrackFile) -> SafeString:
        by = getattr(file, "first_by", None) or gettext("nobody we know")
        return format_html('{}<br><span class="quiet">{}</span>', utc(file.created_at) or "", by)


def _describe(revision: FlightRevision) -> str:
    return gettext("published revision %(n)d of flight %(flight)s") % {
        "n": revision.number,
        "flight": quote(revision.flight_id),
    }
