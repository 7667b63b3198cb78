"""The project's own PostgreSQL cluster: made by initdb under `var/`, reachable by its socket only."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flightmap.services import paths
from flightmap.services.accounts import Account
from flightmap.services.errors import ServiceError
from flightmap.services.processes import pid_in
from flightmap.services.servers import Server, open_log

if TYPE_CHECKING:
    import psycopg

DEBIAN_VERSIONS = Path("/usr/lib/postgresql")
# The socket is the only door, and only the cluster's user and root may open it; see unix_socket_permissions.
SETTINGS = {"listen_addresses": "", "unix_socket_permissions": "0700", "jit": "off", "log_min_messages": "warning"}
# A test database is made anew whenever it is wanted: what a power cut would do to it does not matter.
TEST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


def programs_directory(version: str | None = None, versions: Path = DEBIAN_VERSIONS) -> Path:
    """The folder of initdb and postgres: of the given major version, or the newest that has PostGIS beside it."""
    found = {
        path.parent.name: path
        for path in versions.glob("*/bin")
        if path.parent.name.isdigit() and (path / "initdb").exists()
    }
    if version is not None:
        if version in found:
            return found[version]
        raise ServiceError(
            f"The database under var/ was made by PostgreSQL {version}, which is not installed any more.\n"
            f"Install it (apt install postgresql-{version} postgresql-{version}-postgis-3) and start again."
        )
    with_postgis = [v for v in found if (Path("/usr/share/postgresql") / v / "extension" / "postgis.control").exists()]
    if with_postgis:
        return found[max(with_postgis, key=int)]
    program = shutil.which("initdb")
    if program:
        return Path(os.path.realpath(program)).parent
    raise ServiceError("PostgreSQL with PostGIS is not installed. Install the packages that system-packages.txt lists.")


class Postgres(Server):
    """The cluster of a `var` folder. One process, one socket, one superuser `flightmap`."""

    name = "postgres"
    label = "PostgreSQL"
    program = "postgres"
    stop_signal = signal.SIGINT  # "fast": ends connections, then shuts down cleanly

    def __init__(self, var: Path, account: Account, *, for_tests: bool = False) -> None:
        super().__init__(var, account)
        self.settings = {**SETTINGS, **(TEST_SETTINGS if for_tests else {})}

    @property
    def data(self) -> Path:
        """The data directory."""
        return paths.postgres_data(self.var)

    @property
    def pid_file(self) -> Path:
        """PostgreSQL's own lock file."""
        return self.data / "postmaster.pid"

    @property
    def files_with_pid(self) -> list[Path]:
        """The lock of the data directory and that of the socket."""
        return [self.pid_file, self.socket_directory / f"{paths.POSTGRES_SOCKET}.lock"]

    @property
    def working_directory(self) -> Path:
        """The postmaster works in its data directory."""
        return self.data

    @property
    def socket_directory(self) -> Path:
        """The folder that libpq takes as host."""
        return paths.postgres_socket_directory(self.var)

    @property
    def exists(self) -> bool:
        """Whether the cluster has been made."""
        return (self.data / "PG_VERSION").exists()

    def running_pid(self) -> int | None:
        """The postmaster of this very data directory, if it runs."""
        return self._works_here(pid_in(self.pid_file))

    def prepare(self) -> None:
        """Make the folders and, the first time, the cluster."""
        super().prepare()
        if not self.exists:
            self._make_cluster()

    def _make_cluster(self) -> None:
        """initdb into a folder beside, then one rename: a cluster is there whole or not at all."""
        home = self.data.parent
        unfinished = home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        command = [
            str(programs_directory() / "initdb"),
            f"--pgdata={unfinished}",
            f"--username={paths.DATABASE_USER}",
            "--auth=trust",  # file permissions guard the socket; there is no other way in
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-instructions",
        ]
        with open_log(self.var, self.name).open("ab") as log:
            done = subprocess.run(
                command,
                cwd=home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
                start_new_session=True,
                check=False,
                **self.account.credentials(),
            )
        if done.returncode != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise ServiceError(self.failure())
        unfinished.rename(self.data)

    def command(self) -> list[str]:
        """postgres in the foreground; every setting of ours on the command line, so that a moved clone still starts."""
        version = (self.data / "PG_VERSION").read_text().strip()
        settings = {**self.settings, "unix_socket_directories": _quoted(self.socket_directory)}
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return [str(programs_directory(version) / "postgres"), "-D", str(self.data), *options]

    def is_ready(self) -> bool:
        """Whether the server takes connections."""
        import psycopg

        try:
            with self._connect():
                return True
        except psycopg.OperationalError:
            return False

    def ensure_database(self, name: str = paths.DATABASE_NAME) -> bool:
        """Make the database unless it is there; returns whether it was made. Migrating adds PostGIS to it."""
        if not re.fullmatch(r"[a-z_][a-z0-9_]*", name):
            raise ServiceError(f"{name!r} is no name for a database: small letters, digits and _ only.")
        import psycopg

        try:
            with self._connect() as connection:
                if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                    return False
                connection.execute(f'CREATE DATABASE "{name}"')
                return True
        except psycopg.Error as error:
            raise ServiceError(f"PostgreSQL did not make the database {name}: {error}\nIts log: {self.log}") from error

    def _connect(self) -> psycopg.Connection[Any]:
        import psycopg  # not at the top: it is not there before the virtual environment is

        return psycopg.connect(
            host=str(self.socket_directory),
            user=paths.DATABASE_USER,
            dbname="postgres",
            autocommit=True,
            connect_timeout=5,
        )


def _quoted(directory: Path) -> str:
    """A folder as one element of a PostgreSQL list setting."""
    return '"' + str(directory).replace('"', '""') + '"'
