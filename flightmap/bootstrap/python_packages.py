"""The virtual environment and the pinned Python packages in it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from flightmap.bootstrap.commands import run
from flightmap.services import stamps
from flightmap.services.console import Console

# What each mode installs. Packages read only for their data come without what they need themselves.
REQUIREMENTS = {"run": ("requirements.txt",), "test": ("requirements-dev.txt",)}
WITHOUT_DEPENDENCIES = {"run": (), "test": ("requirements-samples.txt",)}
_PIP_OPTIONS = ("--disable-pip-version-check", "--no-input", "--progress-bar", "off")


def virtual_environment(project: Path) -> Path:
    """The virtual environment's folder."""
    return project / ".venv"


def interpreter(project: Path) -> Path:
    """The virtual environment's Python."""
    return virtual_environment(project) / "bin" / "python"


def _works(python: Path) -> bool:
    """Whether the environment has a working pip and a Python that is new enough (an upgrade may have taken it away)."""
    check = "import sys, importlib.util as u; sys.exit(sys.version_info < (3, 11) or u.find_spec('pip') is None)"
    try:
        return subprocess.run([python, "-I", "-c", check], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def ensure_environment(project: Path, log: Path, console: Console) -> None:
    """Make the virtual environment if there is none that works."""
    if _works(interpreter(project)):
        return
    with console.step("Virtual environment") as step:
        shutil.rmtree(virtual_environment(project), ignore_errors=True)
        run([sys.executable, "-m", "venv", str(virtual_environment(project))], step, log, cwd=project)
        step.result("made in .venv")


def ensure_packages(project: Path, mode: str, log: Path, console: Console) -> None:
    """Install the pinned packages of `mode` if its lists changed since the last time."""
    stamp = virtual_environment(project) / "flightmap-installed.json"
    if stamps.is_current(stamp, mode, _digest(project, mode)):
        return
    python = str(interpreter(project))
    with console.step("Python packages") as step:
        for name in REQUIREMENTS[mode]:
            run([python, "-m", "pip", "install", *_PIP_OPTIONS, "-r", name], step, log, cwd=project)
        for name in WITHOUT_DEPENDENCIES[mode]:
            run([python, "-m", "pip", "install", *_PIP_OPTIONS, "--no-deps", "-r", name], step, log, cwd=project)
        step.result("installed")
    # The lists of the tests include those of the site.
    stamps.write(stamp, **{done: _digest(project, done) for done in {mode, "run"}})


def _digest(project: Path, mode: str) -> str:
    names = ("requirements.txt", *REQUIREMENTS[mode], *WITHOUT_DEPENDENCIES[mode])
    return stamps.digest(project / name for name in names)
