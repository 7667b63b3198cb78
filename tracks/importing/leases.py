"""Who may import a file: a lease on its row, taken by one UPDATE that only one worker can win.

The broker does not know whether a worker lives: a killed worker's message comes back after an hour, and the message of
a file that kills workers comes back for ever. So the row carries the truth. A worker takes the lease and counts an
attempt, a heartbeat renews it, and a sweep queues files whose lease ran out. Times are the database's, so clocks of
different machines do not matter. All of it is written outside the import's transaction, but for the last word: the
import commits together with an UPDATE of the row that still names its lease, so of two workers only one can commit.
"""

from __future__ import annotations

import datetime
import os
import secrets
import socket
import threading
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from tracks.importing.waiting import messages_waiting
from tracks.models import TrackFile

Status, Step = TrackFile.Status, TrackFile.Step

# A file just queued has its message under way; the sweep leaves it alone for so long.
MESSAGE_UNDER_WAY = datetime.timedelta(seconds=10)
# Beyond this a waiting file is queued once more, however busy the queue is.
MESSAGE_LOST = datetime.timedelta(minutes=10)


class LeaseLost(Exception):
    """Another worker has taken over, or the lease could not be renewed: nothing of this import may be stored."""


@dataclass(slots=True)
class Lease:
    """The right to import one file. `lost` is set by the heartbeat once it is gone."""

    track_file_id: int
    owner: str
    lost: threading.Event = field(default_factory=threading.Event)

    def row(self) -> QuerySet[TrackFile]:
        """The file's row as long as the lease holds, else nothing."""
        return TrackFile.objects.filter(pk=self.track_file_id, lease_owner=self.owner, status=Status.IMPORTING)

    def check(self) -> None:
        """Go on only while the lease holds.

        Raises:
            LeaseLost: it does not.
        """
        if self.lost.is_set():
            raise LeaseLost

    def renew(self, **changes: Any) -> bool:
        """Put off the lease's end and write progress; False when the lease is gone."""
        return bool(self.row().update(lease_expires_at=Now() + lease_time(), **changes))

    def complete(self, **changes: Any) -> None:
        """The last statement of the import's transaction: the file is imported, unless the lease was lost.

        The UPDATE holds the row until the commit, so a worker that would take the file over waits for it and then
        finds it imported.

        Raises:
            LeaseLost: somebody else has the file; the transaction must be rolled back.
        """
        assert transaction.get_connection().in_atomic_block, "the result is stored together with what it speaks of"
        if not self.row().update(**_ended(Status.IMPORTED), imported_at=Now(), error="", error_place=None, **changes):
            raise LeaseLost

    def fail(self, error: str, place: dict[str, Any] | None, **changes: Any) -> bool:
        """The file cannot be imported, and why. False when the lease was lost: then it is not ours to say."""
        return bool(self.row().update(**_ended(Status.FAILED), error=error, error_place=place, **changes))

    def give_back(self) -> None:
        """Leave the file to the sweep: whatever stopped us was not the file's fault."""
        self.row().update(lease_expires_at=Now())


def lease_time() -> datetime.timedelta:
    """How long a lease holds without a heartbeat."""
    return datetime.timedelta(seconds=settings.IMPORT_LEASE_SECONDS)


def take(track_file_id: int) -> Lease | None:
    """Take the lease of a pending file, or of one whose lease ran out, and count an attempt.

    None when there is nothing to do: imported or failed already, in another worker's hands, tried too often, gone.
    """
    owner = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(8)}"
    takable = Q(status=Status.PENDING) | Q(status=Status.IMPORTING, lease_expires_at__lt=Now())
    taken = TrackFile.objects.filter(takable, pk=track_file_id, attempts__lt=settings.IMPORT_MAX_ATTEMPTS).update(
        status=Status.IMPORTING,
        step=Step.SNIFFING,
        attempts=F("attempts") + 1,
        lease_owner=owner,
        lease_expires_at=Now() + lease_time(),
        progress_bytes=0,
        progress_fixes=0,
        error="",
        error_place=None,
    )
    return Lease(track_file_id, owner) if taken else None


def sweep() -> list[int]:
    """Find the files nobody works on any more; returns the ids to queue again.

    A lease that ran out is a worker that died: its file is tried again, or fails after `IMPORT_MAX_ATTEMPTS`. A file
    that waits while the queue is empty has lost its message.
    """
    died = TrackFile.objects.filter(status=Status.IMPORTING, lease_expires_at__lt=Now())
    for track_file in died.filter(attempts__gte=settings.IMPORT_MAX_ATTEMPTS):
        _give_up(track_file)
    again = [pk for pk in _ids(died) if died.filter(pk=pk).update(**_ended(Status.PENDING), queued_at=Now())]
    lost_after = MESSAGE_UNDER_WAY if messages_waiting() == 0 else MESSAGE_LOST
    lost = TrackFile.objects.filter(Q(queued_at__isnull=True) | Q(queued_at__lt=Now() - lost_after), status="pending")
    again += [pk for pk in _ids(lost) if lost.filter(pk=pk).update(queued_at=Now())]
    return again


def _ids(files: QuerySet[TrackFile]) -> list[int]:
    return list(files.order_by("created_at", "id").values_list("pk", flat=True))


def _ended(status: TrackFile.Status) -> dict[str, Any]:
    return {"status": status, "step": Step.NONE, "lease_owner": "", "lease_expires_at": None}


def _give_up(track_file: TrackFile) -> None:
    error = _(
        "The import was broken off %(attempts)d times by the end of its worker, the last time at the step “%(step)s” "
        "after %(fixes)d fixes. The file may need more memory than there is, or be made to do harm. "
        "Nothing of it was stored; the original is kept."
    ) % {
        "attempts": track_file.attempts,
        "step": track_file.get_step_display(),
        "fixes": track_file.progress_fixes,
    }
    place = {"byte": track_file.progress_bytes} if track_file.progress_bytes else None
    same = TrackFile.objects.filter(
        pk=track_file.pk, status=Status.IMPORTING, lease_owner=track_file.lease_owner, lease_expires_at__lt=Now()
    )
    same.update(**_ended(Status.FAILED), error=error, error_place=place)
