"""The project's own Redis: the broker of the workers and the cache, kept on disk, reachable by its socket only."""

from __future__ import annotations

import shutil
import signal
import socket
from pathlib import Path

from flightmap.services import paths
from flightmap.services.accounts import Account
from flightmap.services.errors import ServiceError
from flightmap.services.processes import pid_in
from flightmap.services.servers import Server


class Redis(Server):
    """The Redis of a `var` folder."""

    name = "redis"
    label = "Redis"
    program = "redis-server"
    stop_signal = signal.SIGTERM  # saves, then exits

    def __init__(self, var: Path, account: Account, *, for_tests: bool = False) -> None:
        super().__init__(var, account)
        self.for_tests = for_tests

    @property
    def home(self) -> Path:
        """The folder of the append-only file."""
        return paths.redis_home(self.var)

    @property
    def pid_file(self) -> Path:
        """Where this Redis writes its process id."""
        return self.home / "redis.pid"

    @property
    def working_directory(self) -> Path:
        """Redis changes to its data folder (`dir`)."""
        return self.home

    @property
    def socket(self) -> Path:
        """The unix socket."""
        return paths.redis_socket(self.var)

    @property
    def socket_directory(self) -> Path:
        """The socket's folder."""
        return self.socket.parent

    def running_pid(self) -> int | None:
        """Our Redis, if it runs."""
        return self._works_here(pid_in(self.pid_file))

    def command(self) -> list[str]:
        """redis-server in the foreground with every setting on the command line."""
        program = shutil.which("redis-server") or shutil.which("redis-server", path="/usr/bin:/usr/local/bin")
        if not program:
            raise ServiceError("Redis is not installed. Install the packages that system-packages.txt lists.")
        return [
            program,
            *("--port", "0"),
            *("--unixsocket", str(self.socket)),
            *("--unixsocketperm", "700"),
            *("--daemonize", "no"),
            *("--dir", str(self.home)),
            *("--pidfile", str(self.pid_file)),
            # A queued import survives a crash of the machine but for its last second.
            *("--appendonly", "no" if self.for_tests else "yes"),
            *("--save", ""),
            # Every run of the tests has a database number of its own; see tests/settings.py.
            *("--databases", "4096" if self.for_tests else "16"),
        ]

    def is_ready(self) -> bool:
        """Whether Redis answers a PING, and not with "loading" (RESP: an inline command, `+PONG`)."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(2)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False
