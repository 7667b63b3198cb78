"""Take out of the database what a test committed: quicker than Django's flush, and the same for the next test.

Django truncates every table of the site, which makes a new file for each of them and of their indexes, and writes
content types and permissions anew under other ids, which a running worker does not notice. Most tests leave a few rows
in a few tables: those are deleted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.test import TransactionTestCase

# What a migrated database comes with, and a test hardly ever changes.
PRESENT = ("django_content_type", "auth_permission", "auth_group", "auth_group_permissions")
KEPT = {"django_migrations", *PRESENT}


class Emptier:
    """Empties the database of this process after each test that commits; knows what it held before the first one."""

    def __init__(self) -> None:
        self._tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - KEPT)
        self._present = self._what_is_present()

    def _what_is_present(self) -> str:
        parts = [f"(SELECT string_agg(t::text, '|' ORDER BY id) FROM {table} t)" for table in PRESENT]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT md5(concat_ws('#', {', '.join(parts)}))")
            return str(cursor.fetchone()[0])

    def instead_of(self, flush: Callable[[Any], None]) -> Callable[[Any], None]:
        """A replacement of `TransactionTestCase._fixture_teardown`."""

        def teardown(case: TransactionTestCase) -> None:
            if self._what_is_present() == self._present:
                self.empty()
            else:
                flush(case)
                self._present = self._what_is_present()

        return teardown

    @transaction.atomic
    def empty(self) -> None:
        """Delete every row but those of KEPT."""
        names = [connection.ops.quote_name(table) for table in self._tables]
        filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in names)
        with connection.cursor() as cursor:
            # As truncating would: wait for whoever is still writing.
            cursor.execute(f"LOCK TABLE {', '.join(names)} IN EXCLUSIVE MODE")
            cursor.execute(filled)
            deletions = [f"DELETE FROM {name}" for (name,) in cursor.fetchall()]
            # No triggers: neither those that keep revisions unchangeable nor those of foreign keys.
            cursor.execute("; ".join(["SET LOCAL session_replication_role = replica", *deletions]))
