"""How far imports are: JSON for the pages that show it while it changes; and how to stop one.

Staff only, and the row is the truth.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracks.admin.base import change_url
from tracks.models import TrackFile
from tracks.receiving import stop_import

MOST_FILES = 500


def progress_view(model_admin: ModelAdmin, request: HttpRequest) -> JsonResponse:
    """`?id=1,2,3` → `{"files": [...]}` in that order; ids that are not known are left out."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    ids = [int(part) for part in request.GET.get("id", "").split(",") if part.isascii() and part.isdigit()]
    found = {file.pk: file for file in with_counts(TrackFile.objects.filter(pk__in=ids[:MOST_FILES]))}
    return JsonResponse({"files": [as_json(found[pk]) for pk in ids if pk in found]})


def stop_view(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the import of a file, whether it waits or a worker has it."""
    file = get_object_or_404(TrackFile, pk=pk)
    if not model_admin.has_change_permission(request, file):
        raise PermissionDenied
    assert isinstance(request.user, User)
    if stop_import(file, request.user):
        model_admin.log_change(request, file, "Stopped the import.")
        model_admin.message_user(request, _("The import was stopped."), messages.SUCCESS)
    else:
        model_admin.message_user(request, _("The import was over already."), messages.WARNING)
    return HttpResponseRedirect(change_url(file))


def with_counts(files: QuerySet[TrackFile]) -> Iterable[TrackFile]:
    """The files with `track_count`, without their reports."""
    return files.defer("report").annotate(track_count=Count("tracks", distinct=True))


def as_json(file: TrackFile) -> dict[str, Any]:
    """One file's progress; `value` of 0…1 is how much of its bytes a worker has read."""
    status = TrackFile.Status(file.status)
    done = status in {TrackFile.Status.IMPORTED, TrackFile.Status.FAILED}
    return {
        "id": file.pk,
        "status": status.value,
        "label": str(status.label),
        "done": done,
        "value": 1.0 if done else min(file.progress_bytes / file.size, 1.0) if file.size else 0.0,
        "text": told(file),
        "url": change_url(file),
    }


def told(file: TrackFile) -> str:
    """The progress in one sentence."""
    if file.status == TrackFile.Status.FAILED:
        return file.error
    if file.status == TrackFile.Status.IMPORTED:
        made = getattr(file, "track_count", 0)
        sentence = ngettext(
            "%(fixes)s fixes read, %(tracks)s track made", "%(fixes)s fixes read, %(tracks)s tracks made", made
        )
        return sentence % {"fixes": f"{file.progress_fixes:,}", "tracks": made}
    if file.status == TrackFile.Status.PENDING:
        return _("Waiting for a worker") if not file.attempts else _("Waiting to be tried again")
    values = {
        "step": file.get_step_display(),
        "bytes": f"{file.progress_bytes:,}",
        "size": f"{file.size:,}",
        "fixes": f"{file.progress_fixes:,}",
    }
    sentence = _("%(step)s: %(bytes)s of %(size)s bytes, %(fixes)s fixes") % values
    return sentence if file.attempts < 2 else f"{sentence} · " + _("attempt %(n)d") % {"n": file.attempts}
