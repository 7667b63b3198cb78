"""The order in which a machine is set up, and what is started afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from flightmap.bootstrap import node_packages, packages, python_packages, system
from flightmap.bootstrap.commands import SetUpFailed
from flightmap.services import locks
from flightmap.services.causes import explain_error
from flightmap.services.console import Console
from flightmap.services.leftovers import end_leftovers
from flightmap.services.paths import BASE_DIR, data_directory

# Bytes: what a first set-up takes (packages, virtual environment, database), and what any start should have.
SPACE_FOR_SETUP = 1_500_000_000
SPACE_FOR_START = 150_000_000
AFTERWARDS = {
    "run": ["-m", "flightmap.services.run"],
    "test": ["-m", "flightmap.checks"],
    "bench": ["bench/run.py"],
}


def main(arguments: Sequence[str]) -> int:  # noqa: RET503 - or never returns
    """Set up for the mode named first, then become what it starts; returns the exit status if that fails."""
    mode, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if mode == "packages":
        listed = packages.sections(packages.LIST.read_text(encoding="utf-8"))
        print(" ".join(names[0] for section in rest for names in listed[section]))
        return 0
    if mode not in AFTERWARDS:
        print(f"python3 -m flightmap.bootstrap {'|'.join(AFTERWARDS)}", file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)
    console = Console()
    try:
        _set_up(mode, console)
    except SetUpFailed as error:
        console.line(f"\n{error}")
        return 1
    except OSError as error:
        console.line(f"\n{explain_error(error, data_directory())}")
        return 1
    except KeyboardInterrupt:
        console.line("\nStopped. Start again to go on from here.")
        return 130
    os.chdir(BASE_DIR)
    python = str(python_packages.interpreter(BASE_DIR))
    os.execv(python, [python, *AFTERWARDS[mode], *rest])  # noqa: S606 - this process becomes it, with its lock


def _interrupted(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _set_up(mode: str, console: Console) -> None:
    var = data_directory()
    var.mkdir(parents=True, exist_ok=True)
    if mode == "run":
        lock = locks.acquire(var / "run.lock", wait=False)
        if lock is None:
            raise SetUpFailed(
                f"Flightmap runs already from this folder (process {locks.holder(var / 'run.lock')}). "
                "Stop that one first: Ctrl-C there, or make stop."
            )
        locks.hand_on(lock)
        left = end_leftovers(var / "running.json")
        if left:
            console.line(f"  ! Stopped what a killed run had left behind: {', '.join(left)}")
        check_port(os.environ.get("HOST", "").strip() or "127.0.0.1", os.environ.get("PORT", "").strip() or "8000")
    check_space(var, SPACE_FOR_START if python_packages.interpreter(BASE_DIR).exists() else SPACE_FOR_SETUP)
    log = var / "log" / "setup.log"
    needs = "run" if mode == "run" else "test"
    alone = locks.acquire(var / "setup.lock", wait=False)
    if alone is None:
        with console.step("Waiting for another set-up in this folder"):
            alone = locks.acquire(var / "setup.lock", wait=True)
    assert alone is not None
    try:
        system.ensure_packages(BASE_DIR, needs, log, console)
        python_packages.ensure_environment(BASE_DIR, log, console)
        python_packages.ensure_packages(BASE_DIR, needs, log, console)
        node_packages.ensure_packages(BASE_DIR, log, console)
        if needs == "test" and node_packages.node(BASE_DIR) is None:
            node_packages.ensure_node(BASE_DIR, log, console)
    finally:
        os.close(alone)


def check_port(host: str, port: str) -> None:
    """Say so before anything is installed if the web server's port is taken."""
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise SetUpFailed(f"PORT={port} is no port: choose a number from 1 to 65535, as in make run PORT=8001")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except PermissionError:
            raise SetUpFailed(f"Port {port} is reserved for root. Choose another: make run PORT=8000") from None
        except OSError as error:
            raise SetUpFailed(
                f"Port {port} on {host} cannot be used ({(error.strerror or '').lower()}). "
                f"Stop what uses it, or choose another: make run PORT={int(port) + 1 if int(port) < 65535 else 8000}"
            ) from None


def check_space(directory: Path, needed: int) -> None:
    """Say so before anything is installed if the disk is nearly full."""
    free = shutil.disk_usage(directory).free
    if free < needed:
        raise SetUpFailed(
            f"The disk of {directory} has {free / 1e6:.0f} MB free; {needed / 1e6:.0f} MB are needed. "
            "Make room and start again."
        )
