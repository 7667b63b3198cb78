"""The whole site from this folder, under one supervisor, until Ctrl-C: what `make run` becomes after the set-up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from flightmap.services import local, locks, paths, programs
from flightmap.services.causes import explain_error
from flightmap.services.console import Console
from flightmap.services.errors import ServiceError
from flightmap.services.postgres import Postgres
from flightmap.services.prepare import ADMINISTRATOR, HANDED_TO
from flightmap.services.prepared import Prepared
from flightmap.services.processes import dies_with_parent
from flightmap.services.processes import stop as stop_process
from flightmap.services.servers import Server
from flightmap.services.supervisor import StopAsked, Supervisor


def run() -> int:
    """Run the site until it is asked to stop; returns the exit status."""
    console = Console()
    var = paths.data_directory()
    var.mkdir(parents=True, exist_ok=True)
    if locks.take_over() is None:
        console.line("This is started by: make run")
        return 2
    supervisor = Supervisor(console, var / "running.json")
    supervisor.listen()
    status = 0
    try:
        _Site(console, var, supervisor).run()
    except StopAsked:
        console.line()
    except ServiceError as error:
        console.line(f"\n{error}")
        status = 1
    except OSError as error:
        console.line(f"\n{explain_error(error, var)}")
        status = 1
    finally:
        with console.step("Stopping all that was started"):
            supervisor.stop_all()
            for server in local.servers(for_tests=False):
                server.tidy()
    return status


def _number(name: str, default: int) -> int:
    value = os.environ.get(name, "").strip()
    if value and not value.isdigit():
        raise ServiceError(f"{name}={value}: write a whole number.")
    return int(value) if value else default


class _Site:
    """One run of the site."""

    def __init__(self, console: Console, var: Path, supervisor: Supervisor) -> None:
        self.console, self.var, self.supervisor = console, var, supervisor
        self.began = time.monotonic()
        self.host = os.environ.get("HOST", "").strip() or "127.0.0.1"
        self.port = _number("PORT", 8000)
        self.site_url = os.environ.get("SITE_URL", "").strip() or f"http://localhost:{self.port}"
        self.database_url = os.environ.get("DATABASE_URL", "").strip()
        self.password_file = var / "first-password"
        self.environment = {"SITE_URL": self.site_url, "HOST": self.host, "PORT": str(self.port)}

    def run(self) -> None:
        """Start everything in its order, then look after it."""
        postgres, redis = local.servers(for_tests=False)
        if not self.database_url:
            self._start_server(postgres)
            postgres.ensure_database()
        if not os.environ.get("REDIS_URL", "").strip():
            self._start_server(redis)
        prepared = Prepared(self.var, self.database_url, own_database=not self.database_url)
        current = prepared.database_is_current() and prepared.static_is_current()
        if not current and not self._prepare("site"):
            raise ServiceError("The site was not started. Mend the cause and start again: what is done stays done.")
        with self.console.step("Worker, scheduler and web server"):
            self.supervisor.start(programs.worker(self.var, self.environment, _number("WORKER_CONCURRENCY", 1)))
            self.supervisor.start(programs.beat(self.var, self.environment))
            web = programs.web(self.var, self.environment, self.host, self.port, self.site_url)
            self.supervisor.start(web)
            self.supervisor.await_ready(web)
        self._welcome()
        if not prepared.demonstration_was_loaded():
            if self._prepare("demonstration"):
                self.console.line(f"\n  Flightmap is complete: {self.site_url}/ (Ctrl-C stops it)")
            else:
                self.console.line("\n  The site runs without the demonstration; the next start tries it again.")
        self.supervisor.run()

    def _start_server(self, server: Server) -> None:
        if server.running_pid() is not None and server.is_ready():
            self.console.line(f"  ✓ {server.label}: runs already, and will be left running")
            return
        new, had_home = isinstance(server, Postgres) and not server.exists, os.path.lexists(self.var / server.name)
        with self.console.step(server.label) as step:
            server.prepare()
            program = programs.server(server)
            self.supervisor.start(program)
            self.supervisor.await_ready(program)
            step.result("new database cluster, started" if new else "started")
        home = self.var / server.name
        if home.is_symlink() and not had_home:
            self.console.line(
                f"    Its files are in {home.readlink()}: it runs as the user {server.account.name}, "
                f"who cannot enter {_closed_folder(self.var, server)}. {home} is a link to them."
            )

    def _prepare(self, what: str) -> bool:
        command = [sys.executable, "-m", "flightmap.services.prepare", what]
        process = subprocess.Popen(
            command,
            cwd=paths.BASE_DIR,
            env={**os.environ, **self.environment, HANDED_TO: str(self.password_file)},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGTERM),
        )
        return self.supervisor.run_beside(process) == 0

    def _welcome(self) -> None:
        file = self.password_file
        lines = [f"Flightmap runs: {self.site_url}/", f"For curators:   {self.site_url}/admin/"]
        try:
            password = file.read_text()
            lines.append(f"                user {ADMINISTRATOR}, password {password}   (shown this once)")
        except FileNotFoundError:
            lines.append("                forgotten password: .venv/bin/python manage.py changepassword admin")
        lines.append(f"Logs: {self.var / 'log'}. Started in {time.monotonic() - self.began:.1f} s. Ctrl-C stops it.")
        self.console.line("\n" + "\n".join(f"  {line}" for line in lines) + "\n")
        file.unlink(missing_ok=True)


def _closed_folder(var: Path, server: Server) -> Path:
    """The outermost folder on the way to `var` that the server's user may not enter."""
    for folder in [*reversed(var.parents), var]:
        if not server.account.can_enter(folder):
            return folder
    return var


def stop() -> bool:
    """Ask the running site of this folder to stop and wait for it; returns whether one ran."""
    file = paths.data_directory() / "run.lock"
    free = locks.acquire(file, wait=False)
    if free is not None:
        os.close(free)
        return False
    holder = locks.holder(file)
    if holder.isdigit():
        stop_process(int(holder), signal.SIGTERM, seconds=120.0, insists=signal.SIGTERM)
    return True


if __name__ == "__main__":
    sys.exit(run())
