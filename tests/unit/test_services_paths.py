"""Where the local services keep their data and sockets."""

import os
from pathlib import Path

import pytest

from flightmap import environment
from flightmap.services import paths


def test_sockets_lie_under_var_when_their_path_fits() -> None:
    var = Path("/srv/flightmap/var")
    assert paths.postgres_socket_directory(var) == var / "postgres" / "run"
    assert paths.redis_socket(var) == var / "redis" / "redis.sock"


@pytest.mark.parametrize("length", [20, 60, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 107, 200])
def test_no_socket_path_is_longer_than_the_kernel_takes(length: int) -> None:
    var = Path("/" + "d" * (length - 1))
    for socket in (paths.postgres_socket_directory(var) / paths.POSTGRES_SOCKET, paths.redis_socket(var)):
        assert len(os.fsencode(socket)) <= 107


def test_two_long_folders_have_different_sockets() -> None:
    one, other = Path("/" + "d" * 150 + "/1/var"), Path("/" + "d" * 150 + "/2/var")
    assert paths.redis_socket(one) != paths.redis_socket(other)
    assert paths.redis_socket(one) == paths.redis_socket(one)


@pytest.mark.parametrize("folder", ["/srv/two words/var", "/srv/50%/var", "/srv/größe/var", "/srv/a?b#c/var"])
def test_addresses_need_no_escaping_whatever_the_folder_is_called(folder: str) -> None:
    var = Path(folder)
    assert paths.redis_url(var, 3) == f"unix://{paths.redis_socket(var)}?db=3"
    assert set(str(paths.redis_socket(var))) <= set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-"
    )


def test_the_settings_read_the_database_address_as_it_is_meant() -> None:
    var = Path("/srv/flightmap/var")
    settings = environment.database("A_VARIABLE_THAT_IS_NOT_SET", paths.database_url(var))
    assert (settings["HOST"], settings["NAME"], settings["USER"]) == (
        "/srv/flightmap/var/postgres/run",
        "flightmap",
        "flightmap",
    )
    assert settings["PORT"] == ""


def test_a_link_to_another_folder_is_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "postgres").symlink_to(elsewhere)
    assert paths.postgres_data(tmp_path / "var") == elsewhere.resolve() / "data"
