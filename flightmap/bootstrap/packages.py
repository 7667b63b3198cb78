"""The list of system packages, and which of them are missing here."""

from __future__ import annotations

import ctypes.util
import importlib.util
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
LIST = PROJECT / "system-packages.txt"

# A machine without dpkg may have the programs from elsewhere: look for those.
_PROBES: Mapping[str, Callable[[], object]] = {
    "gdal-bin": lambda: ctypes.util.find_library("gdal"),
    "postgresql": lambda: shutil.which("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb")),
    "postgresql-postgis": lambda: any(
        any(Path(folder).glob("**/extension/postgis.control"))
        for folder in ("/usr/share/postgresql", "/usr/share/pgsql", "/usr/local/share/postgresql")
    ),
    "redis-server": lambda: shutil.which("redis-server"),
    "chromium": lambda: shutil.which("chromium") or shutil.which("chromium-browser"),
    "gettext": lambda: shutil.which("xgettext"),
}


def sections(text: str) -> dict[str, list[tuple[str, ...]]]:
    """The list by section: each entry is a tuple of alternatives, the preferred one first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    current: list[tuple[str, ...]] = []
    for raw in text.splitlines():
        line = raw.split("#", 1)[0].strip()
        if line.startswith("[") and line.endswith("]"):
            current = found.setdefault(line[1:-1], [])
        elif line:
            current.append(tuple(part.strip() for part in line.split("|")))
    return found


def wanted(mode: str) -> list[tuple[str, ...]]:
    """What `make run` ("run") or `make test` ("test") needs on this machine."""
    listed = sections(LIST.read_text(encoding="utf-8"))
    needed = listed["site"] + listed["servers"]
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        needed += listed["venv"]
    if mode == "test":
        needed += listed["test"]
    return needed


def missing(needed: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Those entries of which no alternative is installed, by dpkg's word or, without dpkg, by their programs."""
    needed = list(needed)
    dpkg = shutil.which("dpkg-query") or shutil.which("dpkg-query", path="/usr/bin")
    if dpkg is None:
        return [names for names in needed if names[0] in _PROBES and not _PROBES[names[0]]()]
    installed = installed_packages(dpkg, [name for names in needed for name in names])
    return [names for names in needed if not installed.intersection(names)]


def installed_packages(dpkg: str, names: Iterable[str]) -> set[str]:
    """Which of the named packages dpkg has installed."""
    command = [dpkg, "--show", "--showformat", "${Package} ${db:Status-Status}\\n", *names]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)  # 1: some are not known
    return {line.split()[0] for line in answer.stdout.splitlines() if line.endswith(" installed")}
