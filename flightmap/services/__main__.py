"""`python -m flightmap.services start|stop|status [--test]`: PostgreSQL and Redis alone; `stop` stops the site too."""

from __future__ import annotations

import argparse
import sys

from flightmap.services import local, paths
from flightmap.services.errors import ServiceError
from flightmap.services.run import stop as stop_site


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m flightmap.services", description="The project's own services.")
    parser.add_argument("command", choices=["start", "stop", "status"], help="what to do with PostgreSQL and Redis")
    parser.add_argument("--test", action="store_true", help="those of the tests, under var/test")
    options = parser.parse_args(arguments)
    try:
        return _services(options.command, for_tests=options.test)
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 1


def _services(command: str, *, for_tests: bool) -> int:
    var = paths.test_directory() if for_tests else paths.data_directory()
    if command == "start":
        started = local.start(for_tests=for_tests)
        for server in local.servers(for_tests=for_tests):
            print(f"{server.label}: {'started' if server.name in {s.name for s in started} else 'ran already'}")
        print(f"DATABASE_URL={paths.database_url(var)}\nREDIS_URL={paths.redis_url(var)}")
        return 0
    if command == "stop":
        if not for_tests and stop_site():
            print("Stopped the site.")
        stopped = local.stop(for_tests=for_tests)
        print("Stopped: " + ", ".join(server.label for server in stopped) if stopped else "Nothing ran.")
        return 0
    states = local.status(for_tests=for_tests)
    for found, pid, ready in states:
        state = "does not run" if pid is None else f"process {pid}" + ("" if ready else ", not ready")
        print(f"{found.label}: {state}")
    return 0 if all(ready for _, _, ready in states) else 3


if __name__ == "__main__":
    sys.exit(main())
