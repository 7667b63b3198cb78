"""The whole site as `make run` starts it: on an empty folder, killed, started again, stopped."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest

from flightmap.services import processes
from flightmap.services.leftovers import end_leftovers

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def var() -> Iterator[Path]:
    """An empty folder for everything made at run time, which the servers' own user can reach."""
    with tempfile.TemporaryDirectory(prefix="flightmap-site-") as temporary:
        Path(temporary).chmod(0o755)
        directory = Path(temporary) / "var"
        yield directory
        end_leftovers(directory / "running.json")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Site:
    """A site started as by `make run`, in a session of its own as in a terminal of its own."""

    def __init__(self, var: Path, port: int) -> None:
        # Nothing of the tests' environment: their database is not this site's.
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.var, self.port = var, port
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flightmap.bootstrap", "run"],
            cwd=PROJECT,
            env={**environment, "PYTHONUTF8": "1", "DATA_DIR": str(var), "PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
        )
        self.output = ""

    def read_until(self, words: str) -> None:
        """Read what it prints until a line with these words."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line
            if words in line:
                return
        raise AssertionError(f"It ended without saying {words!r}:\n{self.output}")

    def stop(self, number: signal.Signals) -> int:
        """Send a signal to the whole group, as a terminal does, and wait for the end."""
        os.killpg(self.process.pid, number)
        assert self.process.stdout is not None
        self.output += self.process.stdout.read()
        return self.process.wait(timeout=120)

    def children(self) -> dict[str, int]:
        """The processes it looks after, by name."""
        return {name: entry["pid"] for name, entry in json.loads((self.var / "running.json").read_text()).items()}

    def url(self, path: str) -> str:
        return f"http://localhost:{self.port}{path}"


def get(url: str, **headers: str) -> tuple[str, dict[str, str]]:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:
        return answer.read().decode(errors="replace"), {k.lower(): v for k, v in answer.headers.items()}


def can_log_in(site: Site, password: str) -> bool:
    """Whether the admin takes the password: it answers a right one with a redirect to its index."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    with opener.open(site.url("/admin/login/"), timeout=30) as answer:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.read().decode())
    assert token
    form = {"username": "admin", "password": password, "csrfmiddlewaretoken": token[1], "next": "/admin/"}
    with opener.open(site.url("/admin/login/"), urlencode(form).encode(), timeout=30) as answer:
        return bool(answer.url == site.url("/admin/"))


def gone(pids: list[int]) -> bool:
    return all(processes.started_at(pid) is None for pid in pids)


def test_a_site_starts_from_nothing_survives_being_killed_and_stops_whole(var: Path) -> None:
    site = Site(var, free_port())
    with contextlib.ExitStack() as stack:
        stack.callback(site.process.kill)
        site.read_until("Flightmap is complete")
        assert set(site.children()) == {"postgres", "redis", "worker", "beat", "web"}

        password = re.search(r"user admin, password (\S+)", site.output)
        assert password
        assert can_log_in(site, password[1])
        assert not can_log_in(site, "admin")
        page, _ = get(site.url("/"))
        module = re.search(r'"(/static/flightmap/js/clock\.[0-9a-f]{12}\.js)"', page)
        assert module, "the import map leads to no hashed module"
        _, headers = get(site.url(module[1]), **{"Accept-Encoding": "br"})
        assert headers["content-encoding"] == "br"
        assert "immutable" in headers["cache-control"]

        second = Site(var, site.port)
        assert second.process.wait(timeout=60) == 1
        assert second.process.stdout is not None
        assert f"runs already from this folder (process {site.process.pid})" in second.process.stdout.read()

        site.process.kill()  # the supervisor alone, which leaves it no time for anything
        site.process.wait()
        again = Site(var, site.port)
        stack.callback(again.process.kill)
        again.read_until("Ctrl-C stops it")
        assert "password" in again.output
        assert password[1] not in again.output
        assert "Airports" not in again.output
        assert can_log_in(again, password[1])

        children = list(again.children().values())
        assert not gone(children)
        assert again.stop(signal.SIGINT) == 0
        assert gone(children)
        assert not (var / "running.json").exists()


def test_a_taken_port_is_told_in_two_lines_before_anything_is_made(var: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        site = Site(var, port)
        assert site.process.wait(timeout=60) == 1
    assert site.process.stdout is not None
    output = site.process.stdout.read()
    assert f"Port {port}" in output
    assert "make run PORT=" in output
    assert len(output.strip().splitlines()) <= 2
    assert not (var / "postgres").exists()
