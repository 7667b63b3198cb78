"""The step that makes a simulator's file a demonstration, on the file's page."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from tracks.admin.base import change_url
from tracks.models import TrackFile
from tracks.models.revisions import EditRefused
from tracks.models.simulated import mark_as_demonstration


def demonstrate_view(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """A POST: the file and its flights are a demonstration from now on."""
    file = get_object_or_404(TrackFile, pk=pk)
    if not model_admin.has_change_permission(request, file) or not request.user.has_perm("tracks.change_flight"):
        raise PermissionDenied
    try:
        mark_as_demonstration(file)
    except EditRefused as refusal:
        model_admin.message_user(request, str(refusal), messages.ERROR)
    else:
        model_admin.log_change(request, file, "Marked as a demonstration.")
        text = _("The file and its flights are a demonstration: every page, map and export of theirs will say so.")
        model_admin.message_user(request, text, messages.SUCCESS)
    return HttpResponseRedirect(change_url(file))
