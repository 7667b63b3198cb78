"""The edits curators made: every one can be set aside, and what only hides fixes can be put in force again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tracks.admin.base import CuratedAdmin, badge, change_url, link, utc
from tracks.importing import curating
from tracks.models import Acquisition, Edit, Flight
from tracks.models.editing import SHOWING, put_in_force
from tracks.models.revisions import EditRefused
from tracks.models.vocabulary import GapCause

NOTHING = "–"
STATE_BADGE = {"active": "good", "review": "warn", "reverted": ""}


@admin.register(Edit)
class EditAdmin(CuratedAdmin):
    """What was done is not retold; its reason may be worded anew, and whether it holds is decided by two buttons."""

    change_form_template = "admin/tracks/edit/change_form.html"
    list_display = [
        "summary",
        "stand",
        "flight",
        "file",
        "aircraft_key",
        "starts",
        "ends",
        "author",
        "made",
    ]
    list_display_links = ["summary"]
    list_filter = ["state", "kind", "author"]
    list_select_related = ["flight", "author"]
    search_fields = ["reason", "flight__id", "flight__title", "aircraft_key", "track_file__sha256__startswith"]
    date_hierarchy = "created_at"
    readonly_fields = [
        "stand",
        "kind",
        "flight_link",
        "file_link",
        "aircraft_key",
        "starts",
        "ends",
        "says",
        "author",
        "made",
    ]
    fields = ["reason", *readonly_fields]

    def heading(self, obj: Edit) -> str:
        return str(capfirst(obj.get_kind_display()))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edit]:
        """With the name of the file, which the file itself would ask the database for once a row."""
        names = Acquisition.objects.filter(track_file=OuterRef("track_file")).order_by("acquired_at", "id")
        return super().get_queryset(request).annotate(file_name=Subquery(names.values("original_name")[:1]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        def step(route: str, view: Any, name: str) -> URLPattern:
            return path(
                f"<int:pk>/{route}/", self.admin_site.admin_view(require_POST(view)), name=f"tracks_edit_{name}"
            )

        return [step("undo", self.undo_view, "undo"), step("force", self.force_view, "force"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        edit = self.get_object(request, object_id)
        holds = edit is not None and edit.state != Edit.State.REVERTED
        context = {
            "may_undo": holds,
            "may_force": edit is not None and edit.kind in SHOWING and edit.state != Edit.State.ACTIVE,
            "show_save_and_add_another": False,
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, context)

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Set an edit aside: the flight shows again what it showed, flights joined or parted are as they were."""
        return self._step(request, pk, curating.undo, gettext_noop("The edit is set aside."))

    def force_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._step(request, pk, put_in_force, gettext_noop("The edit holds again."))

    def _step(self, request: HttpRequest, pk: int, act: Callable[[Edit], Any], done: str) -> HttpResponse:
        edit = get_object_or_404(Edit.objects.select_related("flight"), pk=pk)
        if not self.has_change_permission(request, edit) or not request.user.has_perm("tracks.change_flight"):
            raise PermissionDenied
        try:
            act(edit)
        except EditRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.log_change(request, edit, done)
            self.message_user(request, gettext(done), messages.SUCCESS)
        flight = Flight.objects.filter(pk=request.POST.get("flight", "").replace("\0", "")).first()
        return HttpResponseRedirect(f"{change_url(flight)}#edits" if flight else change_url(edit))

    @admin.display(description=_("edit"), ordering="kind")
    def summary(self, edit: Edit) -> str:
        return str(edit)

    @admin.display(description=_("track file"), ordering="file_name")
    def file(self, edit: Edit) -> str | None:
        return getattr(edit, "file_name", None)

    @admin.display(description=_("made"), ordering="created_at")
    def made(self, edit: Edit) -> SafeString | None:
        return utc(edit.created_at)

    @admin.display(description=_("state"), ordering="state")
    def stand(self, edit: Edit) -> SafeString:
        return badge(edit.get_state_display(), STATE_BADGE[edit.state])

    @admin.display(description=_("from"), ordering="starts_at")
    def starts(self, edit: Edit) -> SafeString | str:
        return utc(edit.starts_at, seconds=True) or NOTHING

    @admin.display(description=_("to"), ordering="ends_at")
    def ends(self, edit: Edit) -> SafeString | str:
        return utc(edit.ends_at, seconds=True) or NOTHING

    @admin.display(description=_("flight"))
    def flight_link(self, edit: Edit) -> SafeString | None:
        return link(edit.flight)

    @admin.display(description=_("what it says besides"))
    def says(self, edit: Edit) -> SafeString | str:
        """The other flight, or the cause."""
        told = edit.parameters
        if partner := told.get("into") or told.get("flight"):
            return link(Flight.objects.filter(pk=partner).first(), partner) or partner
        return str(GapCause(told["cause"]).label) if told.get("cause") in GapCause.values else NOTHING

    @admin.display(description=_("track file"))
    def file_link(self, edit: Edit) -> SafeString | None:
        return link(edit.track_file)
