"""A readsb trace of 200,000 fixes through a real worker: fixes a second from the queue to the commit, and its memory.

Two traces are made here and brought like any file. *made*: six flights of 33,000 fixes, an update each half second,
with the detail objects and receiver noise of a real one. *recorded*: the trace of the `traffic` package's samples
(2,500 fixes, four flights) over and over, 320 flights in one file, each joined and resolved. The worker is a process
of its own on PostgreSQL and Redis of its own, as `make run` starts them, with all airports loaded. The time runs from
queueing to the moment another connection sees the file imported, so it holds the way through the broker too; beside
it the processor time of the worker's child, which a busy machine does not lengthen. Memory is that of the child: what
it has before the first file, and the peak while it imports (VmHWM of /proc, set back before).
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FIXES = 200_000
RUNS = 5
POLL_S = 0.002
MIB = 1 << 20


def run() -> dict[str, Any]:
    """Fixes a second and memory; in a process of its own, for Django is set up only once in one."""
    with tempfile.TemporaryDirectory(prefix="flightmap-bench-") as folder:
        Path(folder).chmod(0o755)  # where root starts it, the servers run as somebody else
        done = subprocess.run(
            [sys.executable, str(Path(__file__)), "--measure", folder],
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
def _worker(folder: Path) -> Iterator[int]:
    """A worker with one child; the child's process id."""
    from flightmap.celery import app

    with (folder / "worker.log").open("wb") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "flightmap", "worker", "-P", "prefork", "-c", "1", "-l", "WARNING"],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        while not app.control.ping(timeout=1.0):
            if worker.poll() is not None:
                raise RuntimeError((folder / "worker.log").read_text(errors="replace")[-3000:])
        (child,) = (int(pid) for pid in Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split())
        yield child
    finally:
        os.killpg(worker.pid, signal.SIGTERM)
        worker.wait(timeout=30)


def _memory(pid: int, what: str) -> int:
    """A figure of /proc/PID/status, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) * 1024
    raise KeyError(what)


def _import(data: bytes, name: str) -> tuple[float, Any]:
    """Bring a file and wait until its import is seen; seconds from queueing, and its row."""
    from tracks.models import TrackFile
    from tracks.receiving import receive, reimport

    brought = receive(io.BytesIO(data), name=name, licence="none", credit="none", queue=False).track_file
    TrackFile.objects.filter(pk=brought.pk).update(status="failed")
    began = time.perf_counter()
    reimport(brought)
    while TrackFile.objects.filter(pk=brought.pk, status__in=["pending", "importing"]).exists():
        time.sleep(POLL_S)
    seconds = time.perf_counter() - began
    row = TrackFile.objects.get(pk=brought.pk)
    if row.status != "imported":
        raise RuntimeError(row.error)
    return seconds, row


def _processor_s(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _traces() -> Iterator[tuple[str, Callable[[int], bytes]]]:
    """What is brought: a name, and bytes that differ from run to run."""
    from bench_parsing import repeated_trace

    from tests.traces import trace

    def made(number: int) -> bytes:
        return trace(FIXES, flights=6, step_s=0.5, stop_s=3600.0, timestamp=1.0e9 + 1e7 * number, seed=number)

    def recorded(number: int) -> bytes:
        # Another time and another aircraft, so that nothing joins what was imported before.
        data = repeated_trace().replace(b"ac671b", b"%06x" % (0xAC0000 + number)).replace(b"N899DN", b"N%dDN" % number)
        return re.sub(rb'"timestamp":[0-9.]+', b'"timestamp":%d' % (1.8e9 + 2e7 * number), data, count=1)

    yield "made, gzip", lambda number: gzip.compress(made(number), 6, mtime=0)
    yield "made, plain", lambda number: made(100 + number)
    yield "recorded, gzip", lambda number: gzip.compress(recorded(number), 6, mtime=0)


def measure(folder: Path) -> dict[str, Any]:
    """Import fresh traces one after the other."""
    results: dict[str, Any] = {"fixes": FIXES, "runs": RUNS}
    with _services(folder), _worker(folder) as child:
        idle = _memory(child, "VmRSS")
        results["idle_mib"] = round(idle / MIB, 1)
        for kind, make in _traces():
            seconds, processor, parts, peaks, size = [], [], [], [], 0
            for number in range(RUNS):
                data = make(number)
                size = len(data)
                Path(f"/proc/{child}/clear_refs").write_text("5")  # forget the peak so far
                before = _processor_s(child)
                took, row = _import(data, f"{kind} {number}.json")
                seconds.append(took)
                processor.append(_processor_s(child) - before)
                parts.append(row.report["durations"])
                peaks.append(_memory(child, "VmHWM") - idle)
            results[kind] = {
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
    return results


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        sys.stdout.write(json.dumps(measure(Path(sys.argv[2]))) + "\n")
    else:
        sys.stdout.write(json.dumps(run(), indent=1) + "\n")
