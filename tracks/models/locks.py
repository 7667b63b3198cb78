"""Locks in the database that hold until the transaction ends."""

from __future__ import annotations

from django.db import connection

# Any number will do, as long as nothing else in the database takes this lock.
JOINING_LOCK = 0x666C69676874


def lock_joining() -> None:
    """Only one transaction at a time says which track belongs to which flight: an import, or a curator."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [JOINING_LOCK])
