"""Which rows people have edited: loading again must leave those alone.

The change log notes every save with its author. What loaders write has none.
"""

from __future__ import annotations

from auditlog.models import LogEntry
from django.db import models


def touched_by_people(model: type[models.Model]) -> set[int]:
    """The primary keys of the rows of a model that somebody created or changed by hand."""
    entries = LogEntry.objects.get_for_model(model).filter(actor__isnull=False)
    return set(entries.values_list("object_id", flat=True))
