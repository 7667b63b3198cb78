"""What an import's report says besides its figures: what became of an earlier import, and what is not listed."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Json = dict[str, Any]


def notes_on(told: Json) -> list[str | SafeString]:
    """What else a curator should know."""
    notes: list[str | SafeString] = []
    if removed := told.get("tracks_removed", 0):
        notes.append(
            ngettext(
                "%(n)d track of the import before was not found again and is gone.",
                "%(n)d tracks of the import before were not found again and are gone.",
                removed,
            )
            % {"n": removed}
        )
    if review := told.get("edits_to_review", 0):
        text = ngettext(
            "%(n)d edit no longer finds its place and waits for review.",
            "%(n)d edits no longer find their place and wait for review.",
            review,
        ) % {"n": review}
        address = f"{reverse('admin:tracks_edit_changelist')}?state__exact=review"
        notes.append(format_html('{} <a href="{}">{}</a>', text, address, _("Edits to review")))
    for kind in ("members", "aircraft", "tracks"):
        listed = len(told.get(kind, []))
        if told.get(f"{kind}_count", 0) > listed:
            notes.append(
                _("Only the first %(n)d are listed here; the archive has all %(all)d.")
                % {"n": listed, "all": told[f"{kind}_count"]}
            )
    return notes
