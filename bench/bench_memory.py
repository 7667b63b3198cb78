"""A gigabyte of each of six formats through a real worker: its peak memory, and the seconds from queue to commit.

FLIGHTMAP_BENCH_MEMORY_MIB makes the files smaller where there is no time for a gigabyte.

The files are made while they are brought (`made_files.py`). Each has a worker of its own, on PostgreSQL and Redis of
their own; memory is the peak of its child (VmHWM of /proc), all of it, Python and libraries included. Nothing of it
stays on the disk.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.bench_import import MIB, POLL_S, ROOT, _environment, _memory, _services, _worker
from bench.figures import Row
from bench.made_files import FORMATS, Made

TITLE = "Memory of an import"
SIZE = int(os.environ.get("FLIGHTMAP_BENCH_MEMORY_MIB", "1024")) * MIB
ALLOWED_MIB = 400


def run(wanted: Sequence[str] = ()) -> dict[str, Any]:
    """Peak memory and seconds of all formats, or of those named; in a process of its own, for the settings are."""
    with tempfile.TemporaryDirectory(prefix="flightmap-bench-") as folder:
        Path(folder).chmod(0o755)  # where root starts it, the servers run as somebody else
        done = subprocess.run(
            [sys.executable, "-m", "bench.bench_memory", "--measure", folder, *wanted],
            cwd=ROOT,
            env={**_environment(Path(folder)), "UPLOAD_MAX_MB": str(SIZE // MIB + 64)},
            stdout=subprocess.PIPE,
            check=True,
        )
        return json.loads(done.stdout.splitlines()[-1])


def measure(folder: Path, wanted: list[str]) -> dict[str, Any]:
    """Import a file of each format after the other."""
    results: dict[str, Any] = {"allowed_mib": ALLOWED_MIB}
    with _services(folder):
        for number, (name, make) in enumerate(FORMATS.items()):
            if not wanted or name in wanted:
                with _worker(folder, f"memory{number}") as (_node, child):
                    results["idle_mib"] = round(_memory(child, "VmRSS") / MIB, 1)
                    results[name] = _one(make(SIZE), name, child)
    return results


def _one(upload: Made, name: str, child: int) -> dict[str, Any]:
    from tracks.models import TrackFile
    from tracks.receiving import receive, reimport

    given: Any = upload
    settings = {"time_zone": "UTC"}  # which no SBS-1 log states
    track_file = receive(given, name=name, licence="none", credit="none", settings=settings, queue=False).track_file
    TrackFile.objects.filter(pk=track_file.pk).update(status="failed")
    began = time.perf_counter()
    reimport(track_file)
    shares: list[float] = []
    peak = 0
    while True:
        with contextlib.suppress(OSError, KeyError):  # after a large import the worker replaces its child
            peak = _memory(child, "VmHWM")
        row = TrackFile.objects.only("status", "progress_bytes", "size").get(pk=track_file.pk)
        if row.status in {"imported", "failed"}:
            break
        shares.append(row.progress_bytes / row.size)
        time.sleep(POLL_S)
    seconds = time.perf_counter() - began
    row = TrackFile.objects.get(pk=track_file.pk)
    if row.status != "imported":
        raise RuntimeError(f"{name}: {row.error}")
    row.file.storage.delete(row.file.name)
    return {
        "file_mib": round(row.size / MIB),
        "fixes": row.progress_fixes,
        "flights": row.report["tracks_count"],
        "seconds": round(seconds, 1),
        "of_which_s": row.report["durations"],
        "peak_mib": round(peak / MIB, 1),
        "progress_seen": len(set(shares)),
        "progress_never_back": shares == sorted(shares),
    }


def rows(f: dict[str, Any]) -> list[Row]:
    """What `run` measured, as rows of docs/benchmarks.md."""
    return [
        Row(
            f"{name} of {of['file_mib']:,} MiB ({of['fixes']:,} fixes, {of['flights']:,} flights) through a worker: "
            "peak memory of its process",
            f"{of['peak_mib']} MiB, {of['seconds']:.0f} s (idle {f['idle_mib']} MiB)",
            f"< {f['allowed_mib']} MiB",
            of["peak_mib"] < f["allowed_mib"] and of["progress_never_back"],
        )
        for name, of in f.items()
        if isinstance(of, dict)
    ]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        sys.stdout.write(json.dumps(measure(Path(sys.argv[2]), sys.argv[3:])) + "\n")
    else:
        sys.stdout.write(json.dumps(run(sys.argv[1:]), indent=1) + "\n")
