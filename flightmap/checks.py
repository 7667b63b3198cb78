"""`make test`: every check and test, what can be side by side, and one summary in the end.

`python -m flightmap.checks [--lint]`, in the virtual environment; `make test` sets up what it needs first.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flightmap.bootstrap import node_packages
from flightmap.services import local, locks, paths
from flightmap.services.console import Console
from flightmap.services.errors import ServiceError

STAGE_LIMIT = 1800.0  # seconds; a stage that hangs fails instead of holding everything up
MOST_PROCESSES = 6
# The tests of starting and ending services, which run beside the others: nobody else may be ended by them.
SERVICES_TESTS = "tests/integration/test_services_*.py"
# What `check --deploy` is asked about: a site on the open internet.
DEPLOYED = {"SITE_URL": "https://flightmap.example", "DEBUG": "0"}


@dataclass
class Stage:
    """One command of the summary. `seconds` and `status` are known once it has run."""

    label: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    status: int | None = None


def lint_stages() -> list[Stage]:
    """The checks that need neither database nor browser."""
    python = sys.executable
    return [
        Stage("Rules (ruff check)", [python, "-m", "ruff", "check", "."]),
        Stage("Formatting (ruff format)", [python, "-m", "ruff", "format", "--check", "."]),
        Stage("Types (mypy)", [python, "-m", "mypy"]),
    ]


def javascript_stage() -> Stage:
    """The modules of the browser under Node's own test runner; files by name, as its versions differ in folders."""
    tests = sorted(str(path.relative_to(paths.BASE_DIR)) for path in (paths.BASE_DIR / "tests/js").rglob("*.test.js"))
    node = node_packages.node(paths.BASE_DIR)
    return Stage("JavaScript (node --test)", [str(node or "node"), "--test", "--test-reporter", "spec", *tests])


def lanes() -> tuple[list[Stage], list[Stage]]:
    """What runs beside each other: the tests, in some processes with a database each, and everything else.

    The processes take file after file, so all of them end at about the same time; the files of many small tests come
    last. There is one more than processors: some tests wait for a worker that was killed, or for the browser.
    """
    python = sys.executable
    var = paths.test_directory()
    on_services = {
        "DATA_DIR": str(var),
        "DATABASE_URL": paths.database_url(var),
        "REDIS_URL": paths.redis_url(var),
    }
    first = {"FLIGHTMAP_TEST_SUFFIX": "make", "FLIGHTMAP_SAME_EXAMPLES": "1"}
    second = {"FLIGHTMAP_TEST_SUFFIX": "make_services"}
    manage = [python, "manage.py"]
    pytest = [python, "-m", "pytest", "-q", "--create-db", "--durations", "12"]
    services = sorted(str(path.relative_to(paths.BASE_DIR)) for path in paths.BASE_DIR.glob(SERVICES_TESTS))
    processes = min(MOST_PROCESSES, (os.cpu_count() or 1) + 1)
    by_file = ["--numprocesses", str(processes), "--dist", "loadfile", "--no-loadscope-reorder"]
    folders = ["tests/browser", "tests/integration", f"--ignore-glob={SERVICES_TESTS}", "tests/unit"]
    return (
        [Stage("Browser, integration and unit tests", [*pytest, *by_file, *folders], first)],
        [
            *lint_stages(),
            Stage("Migrations", [*manage, "makemigrations", "--check", "--dry-run"], on_services),
            Stage(
                "Deployment (check --deploy)",
                [*manage, "check", "--deploy", "--fail-level", "WARNING"],
                {**on_services, **DEPLOYED},
            ),
            javascript_stage(),
            Stage("Services, the whole site (make run)", [*pytest, *services], second),
        ],
    )


class Runner:
    """Runs stages and prints the output of each in one piece when it has ended."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._stopping = False

    def run_lane(self, stages: Sequence[Stage]) -> None:
        """Run stages one after the other, the next one also when one failed."""
        for stage in stages:
            if self._stopping:
                return
            self._run(stage)

    def _run(self, stage: Stage) -> None:
        began = time.monotonic()
        try:
            process = subprocess.Popen(
                stage.command,
                cwd=paths.BASE_DIR,
                env={**os.environ, "PATH": _path_with_node(), **stage.environment},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            stage.status = 127
            self._console.line(f"\n── {stage.label}: {stage.command[0]}: {error.strerror}")
            return
        with self._lock:
            self._processes.add(process)
        limit = threading.Timer(STAGE_LIMIT, _end, [process])
        limit.start()
        output, _ = process.communicate()
        limit.cancel()
        with self._lock:
            self._processes.discard(process)
        stage.status, stage.seconds = process.returncode, time.monotonic() - began
        if self._stopping:
            return
        text = output.decode(errors="replace").rstrip()
        self._console.line(f"\n── {stage.label} ({stage.seconds:.1f} s)\n{text}")
        if stage.seconds >= STAGE_LIMIT:
            self._console.line(f"Ended: it took longer than {STAGE_LIMIT:.0f} s.")

    def stop(self) -> None:
        """End what runs, with everything it started."""
        self._stopping = True
        with self._lock:
            for process in self._processes:
                _end(process)


def _path_with_node() -> str:
    """PATH with a Node.js first: some tests run modules of the browser, also where Node.js is in .venv only."""
    node = node_packages.node(paths.BASE_DIR)
    found = os.environ.get("PATH", "")
    return os.pathsep.join([str(node.parent), found]) if node else found


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask a stage to end, so that its fixtures clean up, and insist after a while."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def summary(stages: Sequence[Stage]) -> str:
    """One line a stage and the closing count."""
    lines = ["", "── Summary"]
    for stage in stages:
        result = "passed" if stage.status == 0 else "not run" if stage.status is None else "FAILED"
        lines.append(f"  {result:8} {stage.label} ({stage.seconds:.1f} s)")
    passed = sum(stage.status == 0 for stage in stages)
    return "\n".join([*lines, "", f"stages: {passed} passed, {len(stages) - passed} failed"])


def main(arguments: Sequence[str]) -> int:
    """Run everything, or with --lint what needs no services; returns 0 if all passed."""
    console = Console()
    runner = Runner(console)

    def interrupted(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    try:
        if "--lint" in arguments:
            stages = lint_stages()
            runner.run_lane(stages)
            console.line(summary(stages))
            return int(any(stage.status for stage in stages))
        return _run_all(console, runner)
    except ServiceError as error:
        console.line(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        runner.stop()
        console.line("\nStopped.")
        return 130


def _run_all(console: Console, runner: Runner) -> int:
    began = time.monotonic()
    lock = _alone(console, paths.test_directory() / "make-test.lock")
    with console.step("PostgreSQL and Redis of the tests") as step:
        started = local.start(for_tests=True)
        step.result("started" if started else "run already, and will be left running")
    # A deployed site has prepared its base map; its checks look for the folder.
    (paths.test_directory() / "basemap").mkdir(exist_ok=True)
    both = lanes()
    threads = [threading.Thread(target=runner.run_lane, args=[stages], daemon=True) for stages in both]
    try:
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            for thread in threads:
                thread.join(timeout=0.2)
    except KeyboardInterrupt:
        runner.stop()
        raise
    finally:
        for server in reversed(started):
            server.stop()
        os.close(lock)
    stages = [stage for lane in both for stage in lane]
    console.line(summary(stages))
    console.line(f"All of it took {time.monotonic() - began:.0f} s.")
    return int(any(stage.status != 0 for stage in stages))


def _alone(console: Console, file: Path) -> int:
    """Two runs in one folder would share databases: the second waits."""
    lock = locks.acquire(file, wait=False)
    if lock is None:
        with console.step(f"Waiting for the tests of process {locks.holder(file)}"):
            lock = locks.acquire(file, wait=True)
    assert lock is not None
    return lock


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
