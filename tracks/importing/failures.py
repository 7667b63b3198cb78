"""Why an import ended, in a sentence for a curator."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings as site
from django.db import IntegrityError, InterfaceError, OperationalError
from django.utils.translation import gettext as _
from psycopg.errors import ForeignKeyViolation, UniqueViolation

from tracks.formats.contract import ParseError
from tracks.importing.progress import Progress
from tracks.importing.reports import ImportReport, error_place

_FULL_DISK = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True, slots=True)
class Failure:
    """A sentence and the place in the file; `is_ours`: a fault of the program or the machine, so it is logged."""

    sentence: str
    place: dict[str, Any] | None = None
    is_ours: bool = False


def not_the_files_fault(error: BaseException) -> bool:
    """Whether the import should be tried again: the database went away, or this process is told to end."""
    return isinstance(error, OperationalError | InterfaceError | SystemExit | GeneratorExit)


def overtaken(error: BaseException) -> bool:
    """Whether somebody removed or made what an import speaks of while it ran: an aircraft, a draft, another file."""
    return isinstance(error, IntegrityError) and isinstance(error.__cause__, ForeignKeyViolation | UniqueViolation)


def as_failure(error: BaseException, report: ImportReport, progress: Progress) -> Failure:
    """What the curator is told about an error that ended an import."""
    here = {"byte": progress.file_bytes} if progress.file_bytes else None
    if isinstance(error, ParseError):
        return _unreadable(error, report)
    if isinstance(error, SoftTimeLimitExceeded):
        return Failure(
            _("The import took longer than the %(minutes)d minutes allowed. Split the file, or have the limit raised.")
            % {"minutes": site.CELERY_TASK_SOFT_TIME_LIMIT // 60},
            here,
        )
    if isinstance(error, MemoryError):
        return Failure(_("The file needs more memory than the worker has. Split it and bring the parts."), here, True)
    if isinstance(error, FileNotFoundError):
        return Failure(_("The stored original is missing from the archive's disk. Bring the file again."), None, True)
    if isinstance(error, OSError) and error.errno in _FULL_DISK:
        return Failure(_("The disk of the archive is full. Have space freed, then import the file again."), here, True)
    if isinstance(error, KeyboardInterrupt):
        return Failure(_("The import was stopped by hand. Import the file again when you like."), here)
    if overtaken(error):
        return Failure(
            _(
                "What the file speaks of was removed or added by somebody while it was imported, twice in a row: an "
                "aircraft, a flight or another file. Nothing was stored; import the file again."
            ),
            None,
            True,
        )
    return Failure(
        _("An error in the program stopped the import (%(kind)s: %(detail)s). Nothing was stored; please report it.")
        % {"kind": type(error).__name__, "detail": str(error)[:300]},
        here,
        True,
    )


def _unreadable(error: ParseError, report: ImportReport) -> Failure:
    """The parser's sentence; where nothing usable was left, why not, and where that begins."""
    sentence = _(error.message) % error.values if error.values else _(error.message)
    if error.place is not None:
        return Failure(sentence, error_place(error.place))
    losses = report.losses()
    if not losses:
        return Failure(sentence)
    reasons = "; ".join(
        _("%(count)d × %(reason)s") % {"count": loss["count"], "reason": _(loss["label"])} for loss in losses
    )
    first = next((place for loss in losses for place in loss["places"]), None)
    if first is None:
        return Failure(f"{sentence} {reasons}.")
    member = {"member": first["member"]} if "member" in first else {}
    return Failure(f"{sentence} {reasons}.", {first["kind"]: first["number"], **member})
