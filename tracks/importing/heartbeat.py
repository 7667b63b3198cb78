"""Keeps the lease of an import alive and writes its progress, from a thread with a database connection of its own."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from types import TracebackType
from typing import Self

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections

from tracks.importing.leases import Lease
from tracks.importing.progress import Progress

logger = logging.getLogger(__name__)

PROGRESS_SECONDS = 0.5
# So often at least it is asked whether the lease holds: whoever stops an import waits so long for it to stop.
ASK_SECONDS = 1.0


class Heartbeat:
    """While entered, renews the lease at least once a second and writes progress at most twice a second.

    Where the lease is gone, or could not be renewed before it ran out, `lease.lost` is set: the import must stop. A
    statement that its connection waits for, a lock perhaps, is broken off.
    """

    def __init__(self, lease: Lease, progress: Progress) -> None:
        self._lease = lease
        self._connection = connections[DEFAULT_DB_ALIAS]  # of the thread that imports
        self._progress = progress
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"heartbeat-{lease.track_file_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            self._beat()
        finally:
            connection.close()

    def _beat(self) -> None:
        renewed = time.monotonic()  # the import took the lease just now
        written = self._progress.seen()
        while not self._stop.wait(min(PROGRESS_SECONDS, settings.IMPORT_LEASE_SECONDS / 3)):
            now = time.monotonic()
            seen = self._progress.seen()
            if seen == written and now - renewed < min(ASK_SECONDS, settings.IMPORT_LEASE_SECONDS / 3):
                continue
            step, file_bytes, fixes = seen
            try:
                held = self._lease.renew(step=step, progress_bytes=file_bytes, progress_fixes=fixes)
            except DatabaseError:
                logger.exception("The lease of track file %s could not be renewed", self._lease.track_file_id)
                connection.close()  # the next beat opens another
                held = now - renewed < settings.IMPORT_LEASE_SECONDS
            else:
                renewed, written = now, seen
            if not held:
                self._lease.lost.set()
                self._break_off()
                return

    def _break_off(self) -> None:
        """End what the import's connection does, if anything: nothing of it may be stored, so nothing is lost."""
        with contextlib.suppress(psycopg.Error):
            if (importing := self._connection.connection) is not None:
                importing.cancel_safe(timeout=settings.IMPORT_LEASE_SECONDS)
