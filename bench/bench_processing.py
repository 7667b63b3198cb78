"""How fast fixes become legs: clean, split, gaps and ends, without and with the world's airports.

A recorded trace of 2,500 fixes and four flights (from the samples of the `traffic` package) is repeated, each day after
the last. Time is what one core spent on it (CPU time), the median of several runs after a first one, in a process of
its own for each number of fixes; memory is the peak of that process above what it had with the fixes loaded.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench.bench_legs import airports
from bench.bench_parsing import parsed, sample_trace
from bench.figures import Row
from tracks.processing.fixes import COLUMNS, Fixes
from tracks.processing.pipeline import process

ROOT = Path(__file__).resolve().parent.parent
TITLE = "From fixes to legs"
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
LONG = 1_000_000  # with more fewer runs are enough
RUNS = 5
MIB = 1 << 20


def repeated(count: int) -> Fixes:
    """So many fixes: the recorded day over and over, without the estimated ones of other days in between."""
    day = parsed(sample_trace())
    times = count // len(day)
    columns = {name: np.tile(getattr(day, name), times) for name in COLUMNS}
    columns["time"] += np.repeat(np.arange(times) * (day.time[-1] - day.time[0] + 20_000.0), len(day))
    columns["record_index"] = np.arange(columns["time"].size)
    return Fixes(**columns, callsigns=day.callsigns)


def _memory(field: str) -> int:
    line = next(li for li in Path("/proc/self/status").read_text().splitlines() if li.startswith(field))
    return int(line.split()[1]) * 1024


def _measure(count: int) -> dict[str, Any]:
    """In a process of its own: CPU seconds and memory of so many fixes."""
    fixes = repeated(count)
    known, _ = airports()
    process(fixes[:5000], airports=known)  # what is loaded and compiled once
    before = _memory("VmRSS")
    seconds: dict[str, list[float]] = {"seconds": [], "with_airports_s": []}
    legs = 0
    for _ in range(3 if count > LONG else RUNS):
        for name, given in (("seconds", None), ("with_airports_s", known)):
            began = time.process_time()
            legs = len(process(fixes, airports=given).legs)
            seconds[name].append(time.process_time() - began)
    return {
        "fixes": len(fixes),
        "legs": legs,
        "input_mib": round(sum(column.nbytes for _, column in fixes.columns()) / MIB),
        "peak_above_mib": round((_memory("VmHWM") - before) / MIB),
        **{name: statistics.median(taken) for name, taken in seconds.items()},
    }


def run() -> dict[str, Any]:
    """Measure each number of fixes; figures by number."""
    figures = {}
    for size in SIZES:
        command = [sys.executable, "-m", "bench.bench_processing", str(size)]
        measured = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
        measured["fixes_per_s"] = round(measured["fixes"] / measured["seconds"])
        measured["with_airports_fixes_per_s"] = round(measured["fixes"] / measured["with_airports_s"])
        figures[str(size)] = measured
    return figures


def rows(f: dict[str, Any]) -> list[Row]:
    """What `run` measured, as rows of docs/benchmarks.md."""
    written: list[Row] = []
    for of_size in f.values():
        rate = of_size["fixes_per_s"]
        # Less than a million take less than a second: what any call costs shows there.
        wanted = of_size["fixes"] >= 1_000_000
        written.append(
            Row(
                f"clean, split, gaps and ends of {of_size['fixes']:,} fixes ({of_size['legs']:,} legs), one core",
                f"{rate:,} fixes/s, looking for airports {of_size['with_airports_fixes_per_s']:,}; "
                f"memory {of_size['peak_above_mib']} MiB beside {of_size['input_mib']} MiB of fixes",
                "≥ 1,000,000 fixes/s" if wanted else "",
                rate >= 1_000_000 if wanted else None,
            )
        )
    return written


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(int(sys.argv[1])) if sys.argv[1:] else run(), indent=1) + "\n")
