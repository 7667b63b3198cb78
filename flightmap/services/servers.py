"""What PostgreSQL and Redis have in common: a program of ours with a home, a log and a readiness to wait for."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path

from flightmap.services.accounts import Account, prepare_home
from flightmap.services.errors import ServiceError
from flightmap.services.processes import dies_with_parent, others_in, stop, tail, wait_until, works_in

ROTATE_LOG_AT = 10 * 1024 * 1024  # bytes


def open_log(var: Path, name: str) -> Path:
    """The log file of a process, begun anew when the old one has grown large."""
    directory = var / "log"
    directory.mkdir(parents=True, exist_ok=True)
    log = directory / f"{name}.log"
    if log.exists() and log.stat().st_size > ROTATE_LOG_AT:
        log.replace(log.with_suffix(".log.1"))
    return log


class Server(ABC):
    """One of the two servers of a `var` folder."""

    name: str
    label: str
    program: str  # the name that the kernel knows its processes by
    stop_signal: signal.Signals
    # Seconds to wait for readiness: a cluster that was killed replays its log first.
    patience = 120.0

    def __init__(self, var: Path, account: Account) -> None:
        self.var = var
        self.account = account

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.var / "log" / f"{self.name}.log"

    @property
    @abstractmethod
    def pid_file(self) -> Path:
        """Where the server writes its process id."""

    @property
    def files_with_pid(self) -> list[Path]:
        """All files that hold the server's process id."""
        return [self.pid_file]

    @property
    @abstractmethod
    def working_directory(self) -> Path:
        """The folder the running server has as its working directory: how we know it for ours."""

    @property
    @abstractmethod
    def socket_directory(self) -> Path:
        """The folder of the server's socket."""

    @abstractmethod
    def command(self) -> list[str]:
        """The command that runs the server in the foreground."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether the server answers."""

    @abstractmethod
    def running_pid(self) -> int | None:
        """The process id of our running server, or None; a pid file left by a dead one does not count."""

    def prepare(self) -> None:
        """Make the server's folders; safe to call again."""
        prepare_home(self.var, self.name, self.account)
        self._make_socket_directory()
        self.clear_leftovers()

    def clear_leftovers(self) -> None:
        """Make way after a server that was killed.

        The files with its pid go: the number may have come round to another program, which the next server would take
        for itself. Its children end by themselves a moment after it, and the next server must not start before.
        """
        if self.running_pid() is None:
            for file in self.files_with_pid:
                file.unlink(missing_ok=True)
            wait_until(lambda: not others_in(self.working_directory, self.program), 15.0)

    def _make_socket_directory(self) -> None:
        directory = self.socket_directory
        try:
            directory.mkdir(mode=0o700, parents=True)
            if self.account.steps_down:
                os.chown(directory, self.account.uid, self.account.gid)
        except FileExistsError:
            pass
        found = directory.lstat()
        if found.st_uid != self.account.uid or directory.is_symlink() or not directory.is_dir():
            raise ServiceError(
                f"{directory} is not a folder of the user {self.account.name}; remove it and start again."
            )
        directory.chmod(0o700)

    def spawn(self, *, with_us: bool) -> subprocess.Popen[bytes]:
        """Start the server in the foreground, in a session of its own so that Ctrl-C does not reach it.

        `with_us` ties its life to ours: should we be killed, the kernel stops it.
        """
        with open_log(self.var, self.name).open("ab") as log:
            return subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.working_directory,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
                start_new_session=True,
                preexec_fn=dies_with_parent(self.stop_signal) if with_us else None,
                **self.account.credentials(),
            )

    def start_detached(self) -> bool:
        """Start the server on its own if it does not run yet; waits for it. Returns whether it was started."""
        if self.running_pid() is not None:
            wait_until(self.is_ready, self.patience)
            return False
        self.prepare()
        process = self.spawn(with_us=False)
        if (
            not wait_until(lambda: self.is_ready() or process.poll() is not None, self.patience)
            or process.poll() is not None
        ):
            raise ServiceError(self.failure())
        return True

    def stop(self) -> bool:
        """Stop our running server; returns whether one ran."""
        pid = self.running_pid()
        if pid is not None:
            stop(pid, self.stop_signal, seconds=60.0)
        self.tidy()
        return pid is not None

    def tidy(self) -> None:
        """Remove the socket's folder where it lies outside the server's home, once the server is gone."""
        home, directory = (self.var / self.name).resolve(), self.socket_directory
        if self.running_pid() is None and home not in (directory, *directory.parents):
            with contextlib.suppress(OSError):
                directory.rmdir()

    def failure(self) -> str:
        """Why the server did not come up: the end of its log and where the rest is."""
        return f"{self.label} did not start. The end of {self.log}:\n{tail(self.log)}"

    def _works_here(self, pid: int | None) -> int | None:
        return pid if pid is not None and works_in(pid, self.working_directory) else None
