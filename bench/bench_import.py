"""A readsb trace of 200,000 fixes through a real worker: fixes a second from the queue to the commit, and its memory.

Two traces are made here and brought like any file. *made*: six flights of 33,000 fixes, an update each half second,
with the detail objects and receiver noise of a real one. *recorded*: the trace of the `traffic` package's samples
(2,500 fixes, four flights) over and over, 320 flights in one file, each joined and resolved. The worker is a process
of its own on PostgreSQL and Redis of its own, as `make run` starts them, with all airports loaded. The time runs from
queueing to the moment another connection sees the file imported, so it holds the way through the broker too; beside
it the processor time of the worker's child, which a busy machine does not lengthen. Memory is that of the child: what
it has before the first file, and the peak while it imports (VmHWM of /proc, set back before).

Then several such files at once, by one worker and by two, in turns: a second worker stands by and takes files only
when it is its turn.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import itertools
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.figures import Row

ROOT = Path(__file__).resolve().parent.parent
TITLE = "Import through a worker"
FIXES = 200_000
RUNS = 5
FILES_AT_ONCE = 4
TURNS = 5
POLL_S = 0.005
# Looking takes a millisecond or two of the processor: more seldom where two workers and PostgreSQL want all of it.
POLL_AT_ONCE_S = 0.025
MIB = 1 << 20


def run() -> dict[str, Any]:
    """Fixes a second and memory; in a process of its own, for Django is set up only once in one."""
    with tempfile.TemporaryDirectory(prefix="flightmap-bench-") as folder:
        Path(folder).chmod(0o755)  # where root starts it, the servers run as somebody else
        done = subprocess.run(
            [sys.executable, "-m", "bench.bench_import", "--measure", folder],
            cwd=ROOT,
            env=_environment(Path(folder)),
            stdout=subprocess.PIPE,
            check=True,
        )
        return json.loads(done.stdout.splitlines()[-1])


def _environment(folder: Path) -> dict[str, str]:
    """Everything by its default, in a folder of its own: the settings find database and queue by it."""
    ours = ("IMPORT_", "UPLOAD_", "CORRIDOR_", "DATABASE_URL", "REDIS_URL", "CELERY_QUEUE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "bench")]),
        "DJANGO_SETTINGS_MODULE": "flightmap.settings",
        "DATA_DIR": str(folder / "var"),
        "LOG_LEVEL": "WARNING",
    }


@contextlib.contextmanager
def _services(folder: Path) -> Iterator[None]:
    """PostgreSQL and Redis as `make run` starts them, with all airports."""
    import django
    from django.core.management import call_command

    from flightmap.services import local

    local.start(for_tests=False, var=folder / "var")
    try:
        django.setup()
        call_command("migrate", verbosity=0)
        call_command("load_reference", stdout=io.StringIO())
        yield
    finally:
        local.stop(for_tests=False, var=folder / "var")


@contextlib.contextmanager
def _worker(folder: Path, name: str) -> Iterator[tuple[str, int]]:
    """A worker with one child; its name among the workers, and the child's process id."""
    from flightmap.celery import app

    node = f"{name}@{socket.gethostname()}"
    options = ["-P", "prefork", "-c", "1", "-l", "WARNING", "--without-gossip", "--without-mingle", "-n", node]
    with (folder / f"{name}.log").open("wb") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "flightmap", "worker", *options],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        while not app.control.ping(destination=[node], timeout=1.0):
            if worker.poll() is not None:
                raise RuntimeError((folder / f"{name}.log").read_text(errors="replace")[-3000:])
        (child,) = (int(pid) for pid in Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split())
        yield node, child
    finally:
        os.killpg(worker.pid, signal.SIGTERM)
        worker.wait(timeout=30)


def _memory(pid: int, what: str) -> int:
    """A figure of /proc/PID/status, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) * 1024
    raise KeyError(what)


def _import(files: list[bytes], poll_s: float = POLL_S) -> tuple[float, list[Any]]:
    """Bring files and wait until the import of all of them is seen; seconds from queueing, and their rows."""
    from tracks.models import TrackFile
    from tracks.receiving import receive, reimport

    brought = [
        receive(io.BytesIO(data), name="trace.json", licence="none", credit="none", queue=False).track_file
        for data in files
    ]
    ours = TrackFile.objects.filter(pk__in=[file.pk for file in brought])
    ours.update(status="failed")
    began = time.perf_counter()
    for file in brought:
        reimport(file)
    while ours.filter(status__in=["pending", "importing"]).exists():
        time.sleep(poll_s)
    seconds = time.perf_counter() - began
    for row in ours:
        if row.status != "imported":
            raise RuntimeError(row.error)
    return seconds, list(ours)


def _processor_s(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _traces() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """What is brought: a name, and what gives it, each time as that of another aircraft."""
    from bench_parsing import repeated_trace

    from tests.traces import trace

    made = trace(FIXES, flights=6, step_s=0.5, stop_s=3600.0)
    recorded = repeated_trace()
    aircraft = itertools.count()

    def another(data: bytes) -> bytes:
        """The same flights by an aircraft not seen before, so that nothing joins what is there already."""
        number = next(aircraft)
        head, rest = data[:200], data[200:]
        head = re.sub(rb'"icao":"\w+"', b'"icao":"%06x"' % (0xA00000 + number), head)
        return re.sub(rb'"r":"[^"]+"', b'"r":"N%dFM"' % number, head) + rest

    yield "made, gzip", lambda: gzip.compress(another(made), 6, mtime=0)
    yield "made, plain", lambda: another(made)
    yield "recorded, gzip", lambda: gzip.compress(another(recorded), 6, mtime=0)


def measure(folder: Path) -> dict[str, Any]:
    """Import fresh traces one after the other, then several at once."""
    results: dict[str, Any] = {"fixes": FIXES, "runs": RUNS}
    traces = list(_traces())
    with _services(folder), _worker(folder, "first") as (_node, child):
        idle = _memory(child, "VmRSS")
        results["idle_mib"] = round(idle / MIB, 1)
        for kind, make in traces:
            results[kind] = _one_after_the_other(make, child, idle)
        with _worker(folder, "second") as (second, _child):
            results["at_once"] = {
                kind: _at_once(make, second) for kind, make in traces if kind in ("made, gzip", "recorded, gzip")
            }
    return results


def _one_after_the_other(make: Callable[[], bytes], child: int, idle: int) -> dict[str, Any]:
    seconds, processor, parts, peaks, size = [], [], [], [], 0
    for _ in range(RUNS):
        data = make()
        size = len(data)
        Path(f"/proc/{child}/clear_refs").write_text("5")  # forget the peak so far
        before = _processor_s(child)
        took, (row,) = _import([data])
        seconds.append(took)
        processor.append(_processor_s(child) - before)
        parts.append(row.report["durations"])
        peaks.append(_memory(child, "VmHWM") - idle)
    return {
        "file_mib": round(size / MIB, 2),
        "flights": row.report["tracks_count"],
        "seconds": [round(s, 3) for s in seconds],
        "fixes_per_s": round(FIXES / statistics.median(seconds)),
        "worker_processor_s": round(statistics.median(processor), 3),
        "of_which_s": {
            name: round(statistics.median(p[name] for p in parts), 3)
            for name in ("reading", "cleaning", "storing", "joining")
        },
        "peak_above_idle_mib": round(max(peaks) / MIB, 1),
        "allowed_above_idle_mib": round(64 + 10 * size / MIB, 1),
    }


def _at_once(make: Callable[[], bytes], second: str) -> dict[str, Any]:
    """Several files queued together, by one worker and by two in turn."""
    from flightmap.celery import app

    queue = app.conf.task_default_queue
    _import([make() for _ in range(FILES_AT_ONCE)])  # the second worker's first file has it load what it keeps
    one, two = [], []
    for _ in range(TURNS):
        for taken, change in ((one, app.control.cancel_consumer), (two, app.control.add_consumer)):
            if not change(queue, destination=[second], reply=True, timeout=10.0):
                raise RuntimeError("the second worker does not answer")
            taken.append(_import([make() for _ in range(FILES_AT_ONCE)], POLL_AT_ONCE_S)[0])
    fixes = FILES_AT_ONCE * FIXES
    return {
        "files": FILES_AT_ONCE,
        "one_s": [round(s, 3) for s in one],
        "two_s": [round(s, 3) for s in two],
        "one_fixes_per_s": round(fixes / statistics.median(one)),
        "two_fixes_per_s": round(fixes / statistics.median(two)),
        "times": round(statistics.median(one) / statistics.median(two), 2),
    }


def rows(f: dict[str, Any]) -> list[Row]:
    """What `run` measured, as rows of docs/benchmarks.md."""
    written: list[Row] = []
    for kind, of_kind in f.items():
        if not isinstance(of_kind, dict) or kind == "at_once":
            continue
        rate, peak, allowed = of_kind["fixes_per_s"], of_kind["peak_above_idle_mib"], of_kind["allowed_above_idle_mib"]
        steps = ", ".join(f"{name} {seconds} s" for name, seconds in of_kind["of_which_s"].items())
        wanted = 150_000 if of_kind["flights"] < 100 else 100_000  # each flight is some twenty rows more to write
        written += [
            Row(
                f"trace of {f['fixes']:,} fixes, {of_kind['flights']} flights, {kind} ({of_kind['file_mib']} MiB), "
                "queue to commit, one worker",
                f"{rate:,} fixes/s ({steps}; processor {of_kind['worker_processor_s']} s)",
                f"≥ {wanted:,} fixes/s",
                rate >= wanted,
            ),
            Row(
                f"the same: peak memory of the worker above idle ({kind})",
                f"{peak} MiB",
                f"< {allowed} MiB (64 + 10 × the file)",
                peak < allowed,
            ),
        ]
    for kind, of_kind in f["at_once"].items():
        written.append(
            Row(
                f"{of_kind['files']} such files at once ({kind}): two workers beside one, in turns",
                f"{of_kind['times']} times as fast ({of_kind['two_fixes_per_s']:,} and "
                f"{of_kind['one_fixes_per_s']:,} fixes/s)",
                "≥ 1.4 on two cores shared with PostgreSQL",
                of_kind["times"] >= 1.4,
            )
        )
    return written


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        sys.stdout.write(json.dumps(measure(Path(sys.argv[2]))) + "\n")
    else:
        sys.stdout.write(json.dumps(run(), indent=1) + "\n")
