"""PostgreSQL and Redis without the site: kept running between two runs of the tests."""

from __future__ import annotations

from pathlib import Path

from flightmap.services import paths
from flightmap.services.accounts import server_account
from flightmap.services.postgres import Postgres
from flightmap.services.redis import Redis
from flightmap.services.servers import Server


def servers(*, for_tests: bool, var: Path | None = None) -> tuple[Postgres, Redis]:
    """The two servers of the site or of the tests."""
    directory = var or (paths.test_directory() if for_tests else paths.data_directory())
    account = server_account()
    return Postgres(directory, account, for_tests=for_tests), Redis(directory, account, for_tests=for_tests)


def start(*, for_tests: bool, var: Path | None = None) -> list[Server]:
    """Start what does not run yet and wait until it answers; returns what was started."""
    postgres, redis = servers(for_tests=for_tests, var=var)
    started: list[Server] = [server for server in (postgres, redis) if server.start_detached()]
    postgres.ensure_database()
    return started


def stop(*, for_tests: bool, var: Path | None = None) -> list[Server]:
    """Stop what runs; returns what was stopped."""
    return [server for server in reversed(servers(for_tests=for_tests, var=var)) if server.stop()]


def status(*, for_tests: bool, var: Path | None = None) -> list[tuple[Server, int | None, bool]]:
    """Each server with its process id (None: does not run) and whether it answers."""
    found = servers(for_tests=for_tests, var=var)
    return [(server, pid := server.running_pid(), pid is not None and server.is_ready()) for server in found]
