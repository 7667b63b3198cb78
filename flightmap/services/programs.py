"""The site's own processes: web server, worker, periodic scheduler. What each is started by and known by."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from flightmap.services.health import is_healthy
from flightmap.services.paths import BASE_DIR
from flightmap.services.processes import dies_with_parent
from flightmap.services.servers import Server, open_log

Spawn = Callable[[], subprocess.Popen[bytes]]
CELERY = (sys.executable, "-m", "celery", "--app", "flightmap.celery:app")


@dataclass(frozen=True)
class Program:
    """Something the supervisor starts, awaits, brings up again and stops."""

    name: str
    label: str
    log: Path
    spawn: Spawn
    is_ready: Callable[[], bool] | None = None
    patience: float = 120.0  # seconds to become ready
    stop_signal: signal.Signals = signal.SIGTERM
    stop_patience: float = 15.0  # seconds to end before it is killed


def server(of: Server) -> Program:
    """PostgreSQL or Redis as a child of the supervisor."""

    def spawn() -> subprocess.Popen[bytes]:
        of.clear_leftovers()
        return of.spawn(with_us=True)

    return Program(
        of.name, of.label, of.log, spawn, of.is_ready, of.patience, stop_signal=of.stop_signal, stop_patience=60.0
    )


def _program(name: str, command: list[str], var: Path, environment: Mapping[str, str]) -> Spawn:
    def spawn() -> subprocess.Popen[bytes]:
        with open_log(var, name).open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=BASE_DIR,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the supervisor alone
                preexec_fn=dies_with_parent(signal.SIGTERM),
            )

    return spawn


def web(var: Path, environment: Mapping[str, str], host: str, port: int, site_url: str) -> Program:
    """gunicorn; ready when /healthz says so."""
    command = [sys.executable, "-m", "gunicorn", "--config", "python:flightmap.gunicorn", "flightmap.wsgi"]
    spawn = _program("web", command, var, environment)
    return Program("web", "Web server", var / "log" / "web.log", spawn, lambda: is_healthy(host, port, site_url))


def worker(var: Path, environment: Mapping[str, str], concurrency: int) -> Program:
    """The Celery worker that imports files, each task in a child process of its own."""
    options = ["--pool", "prefork", "--concurrency", str(concurrency), "--without-gossip", "--without-mingle"]
    command = [*CELERY, "worker", "--loglevel", "INFO", "--hostname", f"flightmap-{os.getpid()}@%h", *options]
    spawn = _program("worker", command, var, environment)
    # An import under way is given a little time; its lease brings it back at the next start.
    return Program("worker", "Worker", var / "log" / "worker.log", spawn, stop_patience=10.0)


def beat(var: Path, environment: Mapping[str, str]) -> Program:
    """Celery beat, which wakes the sweep over unfinished imports. Its own pid file would only outlive it."""
    command = [*CELERY, "beat", "--loglevel", "INFO", "--pidfile", ""]
    spawn = _program("beat", command, var, environment)
    return Program("beat", "Scheduler", var / "log" / "beat.log", spawn)
