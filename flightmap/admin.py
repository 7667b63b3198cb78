"""The admin site of the curators: what needs attention first, then the models by the work they belong to.

It stands here and not in `tracks.admin`, which registers its models on it: the site must exist before they do.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# (address, name, the models in the order a curator works). Models of no group stay with their application.
GROUPS: tuple[tuple[str, Promise, tuple[str, ...]], ...] = (
    ("bring", _("Bring in"), ("TrackFile", "Track")),
    ("publish", _("Publish"), ("Flight", "Mission", "Edit", "ErrorReport")),
    (
        "reference",
        _("Look up and correct"),
        ("Aircraft", "Operator", "Sanction", "Airport", "Place", "Source"),
    ),
)


class CuratorsSite(admin.AdminSite):
    """The workplace of those who bring track files in, check flights and publish them."""

    site_header = _("Flightmap: curators")
    site_title = _("Flightmap curators")
    index_title = _("What is to be done")
    empty_value_display = "–"

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The front page, with the counts of what needs attention."""
        from tracks.admin.attention import attention_for  # models are not ready when this module is

        return super().index(request, {"attention": attention_for(request.user), **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """Our models in groups by work, each shown as an application of its own; the rest as Django has it."""
        apps = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
        ours = next((app for app in apps if app["app_label"] == "tracks"), None)
        if ours is None:
            return apps
        models = {model["object_name"]: model for model in ours["models"]}
        groups = [
            {**ours, "app_label": key, "name": name, "models": [models.pop(m) for m in names if m in models]}
            for key, name, names in GROUPS
        ]
        rest = [{**ours, "models": list(models.values())}] if models else []
        return [g for g in groups if g["models"]] + rest + [app for app in apps if app is not ours]
