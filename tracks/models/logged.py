"""Writes and removes many rows of one model at once, with the entries of the change log each of them would get.

`save` and `delete` of a row under the change log ask the database three questions. Here it is a handful for any number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from auditlog.cid import get_cid
from auditlog.diff import model_instance_diff
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Model
from django.db.models.signals import pre_save
from django.utils import translation

# Rows of one statement, and as many entries.
TOGETHER = 500
# What the change log keeps has one language, whatever language the curator reads.
LANGUAGE = "en"


def name_in_log(row: Model) -> str:
    """How the change log names a row.

    Raises:
        ObjectDoesNotExist: a row that its name is made from is gone.
    """
    with translation.override(LANGUAGE):
        return str(row)


def write_fields(rows: Sequence[Model], fields: Sequence[str]) -> None:
    """Write some fields of rows that are there already, and say in the change log what became of them.

    The caller holds the rows' locks, or knows that nobody else writes these fields.

    Args:
        fields: names; those that a row sets by itself when it is saved (`auto_now`) among them.
    """
    for some, model in _batches(rows):
        before = model._base_manager.in_bulk([row.pk for row in some])
        there = [row for row in some if row.pk in before]
        changes = [model_instance_diff(before[row.pk], row, fields_to_check=fields) for row in there]
        update(there, fields)
        _log(LogEntry.Action.UPDATE, zip(there, changes, strict=True))


def update(rows: Sequence[Model], fields: Sequence[str]) -> None:
    """Write some fields of rows of one model that are there already, and nothing in the change log.

    Every row conflicts with itself, so that none is made: Django's `bulk_update` puts a condition for each row into
    each column, which PostgreSQL takes many times as long to read.
    """
    for some, model in _batches(rows):
        key = str(model._meta.pk.name)
        model._base_manager.bulk_create(some, update_conflicts=True, unique_fields=[key], update_fields=fields)


def remove(rows: Iterable[Model]) -> None:
    """Remove rows that no others point to, and say in the change log what they were."""
    for some, model in _batches(list(rows)):
        _log(LogEntry.Action.DELETE, [(row, model_instance_diff(row, None)) for row in some])
        model._base_manager.filter(pk__in=[row.pk for row in some])._raw_delete(using=connection.alias)


def _batches(rows: Sequence[Model]) -> Iterable[tuple[list[Any], type[Any]]]:
    for start in range(0, len(rows), TOGETHER):
        yield list(rows[start : start + TOGETHER]), type(rows[0])


def _log(action: int, changed: Iterable[tuple[Model, dict[str, Any]]]) -> None:
    """Write an entry of the change log for each row that changed, as the log does by itself when one is saved."""
    entries = [
        LogEntry(
            content_type=ContentType.objects.get_for_model(row),
            object_pk=str(row.pk),
            object_id=row.pk if isinstance(row.pk, int) else None,
            object_repr=name_in_log(row),
            action=action,
            changes=changes,
            cid=get_cid(),
        )
        for row, changes in changed
        if changes
    ]
    for entry in entries:  # whoever waits to write down who it was
        pre_save.send(sender=LogEntry, instance=entry, raw=False, using=connection.alias, update_fields=None)
    LogEntry.objects.bulk_create(entries)
