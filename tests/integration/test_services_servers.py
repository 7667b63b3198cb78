"""The project's own PostgreSQL and Redis, made, started, recognised and stopped for real."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from flightmap.services import local, paths, processes
from flightmap.services.accounts import server_account
from flightmap.services.errors import ServiceError
from flightmap.services.postgres import programs_directory


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder with a long name that holds a space, reachable by the servers' own user, which pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="flightmap-") as temporary:
        Path(temporary).chmod(0o755)
        directory = Path(temporary) / ("two words " + "x" * 100) / "var"
        directory.mkdir(parents=True)
        yield directory
        local.stop(for_tests=True, var=directory)


def listening_tcp_sockets(pid: int) -> set[str]:
    """The sockets of a process that listen on TCP (state 0A in /proc/net/tcp*), by inode."""
    lines = [
        line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]
    listening = {f"socket:[{fields[9]}]" for fields in lines if fields[3] == "0A"}
    return listening & {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}


def test_servers_start_once_on_sockets_alone_keep_their_data_and_stop(var: Path) -> None:
    assert [server.name for server in local.start(for_tests=True, var=var)] == ["postgres", "redis"]
    assert local.start(for_tests=True, var=var) == []
    with psycopg.connect(paths.database_url(var), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION postgis")
        connection.execute("CREATE TABLE kept AS SELECT postgis_version()")
    with redis.Redis.from_url(paths.redis_url(var)) as client:
        assert client.ping()
    for server, pid, ready in local.status(for_tests=True, var=var):
        assert ready
        assert pid is not None
        assert listening_tcp_sockets(pid) == set()
        assert Path(f"/proc/{pid}").stat().st_uid == server.account.uid != 0
    assert len(local.stop(for_tests=True, var=var)) == 2
    assert [pid for _, pid, _ in local.status(for_tests=True, var=var)] == [None, None]
    assert not paths.postgres_socket_directory(var).exists()
    assert not paths.redis_socket(var).parent.exists()
    local.start(for_tests=True, var=var)
    with psycopg.connect(paths.database_url(var)) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1,)


def test_servers_killed_without_a_farewell_start_again(var: Path) -> None:
    local.start(for_tests=True, var=var)
    pids = [pid for _, pid, _ in local.status(for_tests=True, var=var)]
    for pid in pids:
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
    assert processes.wait_until(lambda: all(processes.started_at(pid or 0) is None for pid in pids), 10.0)
    assert [server.name for server in local.start(for_tests=True, var=var)] == ["postgres", "redis"]


def test_a_pid_file_that_names_a_stranger_neither_hinders_the_start_nor_harms_the_stranger(var: Path) -> None:
    local.start(for_tests=True, var=var)
    local.stop(for_tests=True, var=var)
    account = server_account()
    stranger = subprocess.Popen(["cat"], stdin=subprocess.PIPE, **account.credentials())
    try:
        for server in local.servers(for_tests=True, var=var):
            server.pid_file.write_text(f"{stranger.pid}\n")
            assert server.running_pid() is None
        assert local.stop(for_tests=True, var=var) == []
        assert len(local.start(for_tests=True, var=var)) == 2
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_an_initdb_that_was_cut_off_is_begun_anew(var: Path) -> None:
    postgres, _ = local.servers(for_tests=True, var=var)
    super(type(postgres), postgres).prepare()
    unfinished = postgres.data.with_name("data.unfinished")
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("15\n")
    local.start(for_tests=True, var=var)
    assert not unfinished.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root steps down to another user")
def test_a_folder_closed_to_the_servers_user_is_left_closed_and_the_data_kept_elsewhere(var: Path) -> None:
    var.parent.chmod(0o700)
    local.start(for_tests=True, var=var)
    home = var / "postgres"
    assert home.is_symlink()
    elsewhere = home.readlink()
    try:
        assert elsewhere.parent == Path("/var/lib/flightmap")
        assert elsewhere.stat().st_mode & 0o777 == 0o700
        assert var.parent.stat().st_mode & 0o777 == 0o700
        with psycopg.connect(paths.database_url(var)) as connection:
            assert connection.execute("SHOW data_directory").fetchone() == (str(elsewhere / "data"),)
        local.stop(for_tests=True, var=var)
        assert len(local.start(for_tests=True, var=var)) == 2
    finally:
        local.stop(for_tests=True, var=var)
        for link in (home, var / "redis"):
            shutil.rmtree(link.readlink())
    with pytest.raises(ServiceError, match=r"is gone.*\n.*remove the link"):
        local.start(for_tests=True, var=var)


def test_a_cluster_of_a_version_that_is_gone_is_told_with_the_packages_to_install() -> None:
    with pytest.raises(ServiceError, match=r"PostgreSQL 9.*not installed.*\n.*postgresql-9-postgis-3"):
        programs_directory("9")
