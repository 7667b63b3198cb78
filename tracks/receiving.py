"""The front door: somebody brings a track file. Its bytes are kept, who brought them is noted, its import is queued.

Upload page, admin and commands come in here. The import itself is a worker's; it is queued by name, so that nothing
on this side of the queue depends on it.
"""

from __future__ import annotations

import os
import unicodedata
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from celery import current_app
from django.conf import settings as site
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from tracks.formats.table_mapping import MappingRefused, TableMapping
from tracks.models import Acquisition, TrackFile
from tracks.originals import ReceivingRefused, pieces, store_original

IMPORT_TASK = "tracks.import_track_file"

__all__ = ["Received", "ReceivingRefused", "receive", "reimport", "stop_import"]


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was brought. `already_known`: its bytes were in the archive before."""

    track_file: TrackFile
    acquisition: Acquisition
    already_known: bool


def receive(
    upload: Any,
    *,
    name: str = "",
    acquired_by: User | None = None,
    licence: str = "",
    credit: str = "",
    obtained_from: str = "",
    note: str = "",
    settings: Mapping[str, Any] | None = None,
    demonstration: bool = False,
    queue: bool = True,
) -> Received:
    """Store the bytes, note who brought them, and queue the import when the transaction commits.

    The same bytes brought again are the same TrackFile with one more Acquisition. They are imported again only
    where that failed before; `settings` then count, otherwise those of the first time stay.

    Args:
        upload: a path, a file of Django's, or anything with `read(size)` that gives bytes.
        name: the name it came under; that of the upload where not given.
        settings: how to read it: `{"time_zone": "Asia/Vladivostok"}` for times written without a zone, "table" as
            `TableMapping.as_json` gives it for the columns of a table.
        queue: False where the caller imports it himself.

    Raises:
        ReceivingRefused: too large, no room, or settings that make no sense; `str()` is a sentence.
    """
    chosen = checked_settings(settings or {})
    stored = store_original(pieces(upload), site.UPLOAD_MAX_BYTES)
    with transaction.atomic():
        track_file, created = TrackFile.objects.get_or_create(
            sha256=stored.sha256,
            defaults={
                "size": stored.size,
                "file": stored.name,
                "settings": chosen,
                "demonstration": demonstration,
            },
        )
        acquisition = Acquisition.objects.create(
            track_file=track_file,
            acquired_by=acquired_by,
            original_name=clean_name(name or upload_name(upload)) or stored.sha256[:12],
            licence=licence.strip()[:200],
            credit=credit.strip()[:300],
            obtained_from=obtained_from.strip()[:500],
            note=note.strip(),
        )
        if created and queue:
            queue_import(track_file)
        elif track_file.status == TrackFile.Status.FAILED:
            # What was said of its columns still holds of the same bytes.
            said = {name: value for name, value in track_file.settings.items() if name == "table"}
            reimport(track_file, settings={**said, **chosen}, queue=queue)
    return Received(track_file, acquisition, not created)


def reimport(track_file: TrackFile, *, settings: Mapping[str, Any] | None = None, queue: bool = True) -> bool:
    """Read the file again, with the parser of today and, where given, other settings.

    What it gave before stays until the new import commits. False when a worker has the file at this moment.

    Raises:
        ReceivingRefused: settings that make no sense.
    """
    changes: dict[str, Any] = {"status": TrackFile.Status.PENDING, "attempts": 0, "step": TrackFile.Step.NONE}
    if settings is not None:
        changes["settings"] = checked_settings(settings)
    with transaction.atomic():
        ended = TrackFile.objects.filter(pk=track_file.pk).exclude(status=TrackFile.Status.IMPORTING)
        if not ended.update(**changes):
            return False
        if queue:
            queue_import(track_file)
    track_file.refresh_from_db()
    return True


def stop_import(track_file: TrackFile, by: User | None = None) -> bool:
    """Stop the import of a file that waits, or that a worker has: it notices within a second or two.

    Nothing of it is stored; what an earlier import gave stays. False when it was over already.
    """
    sentence = _("The import was stopped by %(name)s. Nothing of it was stored; import the file again when you like.")
    running = TrackFile.objects.filter(
        pk=track_file.pk, status__in=[TrackFile.Status.PENDING, TrackFile.Status.IMPORTING]
    )
    stopped = running.update(
        status=TrackFile.Status.FAILED,
        step=TrackFile.Step.NONE,
        # Without its lease a worker can store nothing (`tracks.importing.leases`).
        lease_owner="",
        lease_expires_at=None,
        error=sentence % {"name": by.get_username() if by else _("hand")},
        error_place=None,
    )
    track_file.refresh_from_db()
    return bool(stopped)


def queue_import(track_file: TrackFile) -> None:
    """Queue the import for when the transaction has committed.

    Should the queue not answer then, the file stays pending and the sweep queues it (`tracks.importing.leases`).
    """
    TrackFile.objects.filter(pk=track_file.pk).update(queued_at=Now())

    def send() -> None:  # not a partial: Django tells of one that failed by its name, which a partial has not
        current_app.send_task(IMPORT_TASK, args=[track_file.pk])

    transaction.on_commit(send, robust=True)


def checked_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings a curator may choose, empty ones left out.

    Raises:
        ReceivingRefused: a setting that is not known, a time zone that does not exist, or statements on columns
            that make no sense.
    """
    if unknown := set(settings) - {"time_zone", "table"}:
        raise ReceivingRefused(_("There is no setting “%(name)s”.") % {"name": min(unknown)})
    return {**_checked_zone(settings.get("time_zone")), **_checked_table(settings.get("table"))}


def _checked_table(stated: Any) -> dict[str, Any]:
    if not stated:
        return {}
    try:
        return {"table": TableMapping.from_json(stated).as_json()}
    except MappingRefused as refusal:
        values = {name: _(value) if isinstance(value, str) else value for name, value in refusal.values.items()}
        raise ReceivingRefused(_(refusal.message) % values) from refusal


def _checked_zone(stated: Any) -> dict[str, Any]:
    zone = str(stated or "").strip()
    if not zone:
        return {}
    try:
        zoneinfo.ZoneInfo(zone)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        raise ReceivingRefused(
            _("“%(zone)s” is no time zone. Write it like Asia/Vladivostok, Asia/Pyongyang or UTC.") % {"zone": zone}
        ) from None
    return {"time_zone": zone}


def upload_name(upload: Any) -> str:
    """The name an upload brings along; empty where it has none."""
    name = upload if isinstance(upload, str | os.PathLike) else getattr(upload, "name", "")
    return os.fsdecode(name) if isinstance(name, str | bytes | os.PathLike) else ""


def clean_name(name: str) -> str:
    """The last part of a name, of either kind of path, without control characters; at most 255 characters."""
    last = PurePath(name.replace("\\", "/")).name
    return "".join(c for c in last if unicodedata.category(c)[0] != "C").strip()[:255]
