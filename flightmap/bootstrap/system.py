"""Install the system packages that are missing, with root's rights from sudo where we have none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from flightmap.bootstrap import packages
from flightmap.bootstrap.commands import SetUpFailed, run
from flightmap.services.console import Console


def ensure_packages(project: Path, mode: str, log: Path, console: Console) -> None:
    """Install what `make run` or `make test` needs and is not there."""
    lacking = packages.missing(packages.wanted(mode))
    if not lacking:
        return
    names = [" or ".join(names) for names in lacking]
    apt = shutil.which("apt-get")
    if apt is None:
        raise SetUpFailed(
            "These programs are missing and this machine has no apt-get to install them with: "
            f"{', '.join(names)}.\n"
            "Install PostgreSQL 14 or newer with PostGIS 3, Redis 6 or newer and GDAL 3.1 or newer"
            f"{', and Chromium' if mode == 'test' else ''}, then start again."
        )
    as_root = _becoming_root([names[0] for names in lacking])
    with console.step(f"System packages ({', '.join(names)})") as step:
        command = [*as_root, "env", f"PYTHONPATH={project}", sys.executable, "-B", "-m", "flightmap.bootstrap.debian"]
        run([*command, *("|".join(names) for names in lacking)], step, log, cwd=project)
        step.result("installed")
    still = packages.missing(packages.wanted(mode))
    if still:
        raise SetUpFailed(f"apt-get ended well but {', '.join(names[0] for names in still)} is not there. See {log}")


def _becoming_root(names: Sequence[str]) -> list[str]:
    """What to put before a command to run it as root; sudo asks for its password here, before anything is done."""
    if os.geteuid() == 0:
        return []
    by_hand = f"As root: apt-get install {' '.join(names)}\nThen start again."
    sudo = shutil.which("sudo")
    if sudo is None:
        raise SetUpFailed(f"System packages are missing, and there is no sudo to install them with.\n{by_hand}")
    ask = [sudo, "--validate"] if sys.stdin.isatty() else [sudo, "--non-interactive", "--validate"]
    if subprocess.run(ask, check=False).returncode != 0:
        raise SetUpFailed(f"System packages are missing, and sudo refuses to install them.\n{by_hand}")
    return [sudo]
