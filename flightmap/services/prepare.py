"""Prepare the site: `python -m flightmap.services.prepare static|database|site|demonstration`.

A process of its own, so that Ctrl-C can end it in the middle of anything; one for all steps, because starting Django
takes longer than most of them.
"""

from __future__ import annotations

import os
import secrets
import sys
import traceback
from collections.abc import Callable, Sequence
from io import StringIO

from flightmap.services import paths
from flightmap.services.catalogues import compile_catalogues
from flightmap.services.causes import cause_of
from flightmap.services.console import Console, Step
from flightmap.services.prepared import Prepared
from flightmap.services.servers import open_log

ADMINISTRATOR = "admin"
HANDED_TO = "FLIGHTMAP_FIRST_PASSWORD_FILE"  # where the supervisor wants the first password


class _Progress(StringIO):
    """Takes what a management command writes: the last line shows as progress, all of it is kept for the log."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        self._step = step

    def write(self, text: str) -> int:
        written = super().write(text)
        last = text.replace("\r", "\n").strip().rsplit("\n", 1)[-1]
        if last:
            self._step.progress(last)
        return written

    def last_line(self) -> str:
        """The last line written."""
        lines = self.getvalue().replace("\r", "\n").strip().splitlines()
        return lines[-1].strip() if lines else ""


def _command(console: Console, label: str, name: str, *arguments: str, result: str = "") -> None:
    from django.core.management import call_command

    with console.step(label) as step:
        output = _Progress(step)
        try:
            call_command(name, *arguments, stdout=output, stderr=output, no_color=True)
        finally:
            with open_log(paths.data_directory(), "setup").open("a", encoding="utf-8") as log:
                log.write(f"\n$ manage.py {name} {' '.join(arguments)}\n{output.getvalue()}")
        step.result(result or output.last_line().rstrip("."))


def _migrate(console: Console) -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    with console.step("Database") as step:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        call_command("migrate", interactive=False, stdout=_Progress(step), no_color=True)
        step.result(f"{len(plan)} migrations applied" if plan else "up to date")


def create_administrator(console: Console) -> str | None:
    """Make the first administrator with a random password, unless there is one; returns the password."""
    from django.contrib.auth import get_user_model

    users = get_user_model().objects
    if users.filter(is_superuser=True).exists() or users.filter(username=ADMINISTRATOR).exists():
        return None
    password = secrets.token_urlsafe(12)
    with console.step("Administrator") as step:
        users.create_superuser(ADMINISTRATOR, email="", password=password)
        step.result(f"user {ADMINISTRATOR} made")
    return password


def prepare_static(console: Console, prepared: Prepared) -> None:
    """The translated words, the base map, and all static files under their hashed names."""
    compile_catalogues()
    if prepared.static_is_current():
        return
    _command(console, "Base map", "prepare_basemap")
    _command(
        console, "Static files", "collectstatic", "--noinput", "--verbosity", "2", result="collected and compressed"
    )
    prepared.note_static()


def prepare_database(console: Console, prepared: Prepared) -> None:
    """The tables, what comes with the site, and at the first time an administrator."""
    if prepared.database_is_current():
        return
    _migrate(console)
    _command(console, "Airports, aircraft and other reference data", "load_reference")
    _command(console, "Reported flights", "load_reported")
    password = create_administrator(console)
    if password:
        _hand_over(password, console)
    prepared.note_database()


def prepare_site(console: Console, prepared: Prepared) -> None:
    """Everything the site needs before its first request."""
    prepare_static(console, prepared)
    prepare_database(console, prepared)


def _hand_over(password: str, console: Console) -> None:
    """Show the password, or leave it to the supervisor, which shows it when the site can be visited."""
    file = os.environ.get(HANDED_TO)
    if not file:
        console.line(f"    user {ADMINISTRATOR}, password {password}   (shown this once)")
        return
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as kept:
        kept.write(password)


def load_demonstration(console: Console, prepared: Prepared) -> None:
    """The simulated tracks, written as files and imported by the running worker."""
    _command(console, "Demonstration flights, imported by the worker", "load_demonstration", "--wait")
    prepared.note_demonstration()


TASKS: dict[str, Callable[[Console, Prepared], None]] = {
    "static": prepare_static,
    "database": prepare_database,
    "site": prepare_site,
    "demonstration": load_demonstration,
}


def main(arguments: Sequence[str]) -> int:
    """Do what the first argument names; failures are told in words, their traceback goes to the log."""
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flightmap.settings")
    var = paths.data_directory()
    console = Console()
    if len(arguments) != 1 or arguments[0] not in TASKS:
        console.line(f"python -m flightmap.services.prepare {'|'.join(TASKS)}")
        return 2
    try:
        django.setup()
        own_database = not os.environ.get("DATABASE_URL", "").strip()
        prepared = Prepared(var, os.environ.get("DATABASE_URL", ""), own_database=own_database)
        TASKS[arguments[0]](console, prepared)
    except (CommandError, ImproperlyConfigured) as error:
        console.line(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        log = open_log(var, "setup")
        with log.open("a", encoding="utf-8") as file:
            traceback.print_exc(file=file)
        known = cause_of(f"{type(error).__name__}: {error}")
        console.line(f"\n{known or f'{type(error).__name__}: {error}'}\nThe whole report: {log}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
