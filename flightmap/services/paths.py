"""Where the project's own PostgreSQL and Redis keep their data and their sockets.

Settings read this for their default addresses, so it is pure standard library and looks at nothing but paths.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from urllib.parse import quote

BASE_DIR = Path(__file__).resolve().parents[2]

# `sun_path` of unix(7) holds 108 bytes with its closing NUL. PostgreSQL and Redis both refuse longer ones.
SOCKET_PATH_LIMIT = 107
POSTGRES_SOCKET = ".s.PGSQL.5432"
REDIS_SOCKET = "redis.sock"
DATABASE_NAME = DATABASE_USER = "flightmap"

# The broker's URL parser does not decode escapes, so a socket never lies under a folder that needs one.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._+@-]+")


def data_directory() -> Path:
    """The folder of everything made at run time: DATA_DIR, or `var/` of this clone."""
    return Path(os.environ.get("DATA_DIR", "").strip() or BASE_DIR / "var").resolve()


def test_directory() -> Path:
    """The folder of the services that tests run on."""
    return data_directory() / "test"


def postgres_home(var: Path) -> Path:
    """The folder of the PostgreSQL cluster and its socket.

    `var/postgres` is a link to a folder elsewhere when the server's unprivileged user cannot reach `var`
    (a clone under /root); see `flightmap.services.accounts`.
    """
    return Path(os.path.realpath(var / "postgres"))


def postgres_data(var: Path) -> Path:
    """The data directory of the cluster."""
    return postgres_home(var) / "data"


def postgres_socket_directory(var: Path) -> Path:
    """The folder of PostgreSQL's socket, which libpq takes as its host."""
    return socket_directory(postgres_home(var) / "run", POSTGRES_SOCKET)


def redis_home(var: Path) -> Path:
    """The folder of Redis' data and configuration."""
    return Path(os.path.realpath(var / "redis"))


def redis_socket(var: Path) -> Path:
    """Redis' socket."""
    return socket_directory(redis_home(var), REDIS_SOCKET) / REDIS_SOCKET


def socket_directory(wanted: Path, name: str) -> Path:
    """`wanted`, or a short folder of its own when a socket `name` in it would be too long or need escaping."""
    path = os.fsencode(wanted / name)
    if len(path) <= SOCKET_PATH_LIMIT and _PLAIN_PATH.fullmatch(os.fsdecode(path)):
        return wanted
    key = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:16]
    if os.geteuid() == 0:
        return Path("/run") / f"flightmap-{key}"
    return Path("/tmp") / f"flightmap-{os.geteuid()}-{key}"  # noqa: S108 - who starts the server checks whose it is


def database_url(var: Path, name: str = DATABASE_NAME) -> str:
    """The address of a database of the cluster under `var`, as libpq and `flightmap.environment.database` read it."""
    return f"postgresql://{DATABASE_USER}@/{quote(name)}?host={quote(str(postgres_socket_directory(var)))}"


def redis_url(var: Path, database: int = 0) -> str:
    """The address of the Redis under `var`, as redis-py reads it: `unix:///folder/redis.sock?db=0`."""
    return f"unix://{redis_socket(var)}?db={database}"
