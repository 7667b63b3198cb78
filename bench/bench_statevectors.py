"""How fast tables of state vectors are read into fixes, beside Polars doing nothing but reading the table.

The table is made as OpenSky writes its archive: every aircraft every ten seconds, all digits of its floats, positions
up to a second old. Both sides read the same file, in turn; theirs gives a table as it stands, ours the fixes of each
aircraft, checked row by row. Memory is that of a process of its own, with Polars in it from the start.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bench.figures import Row
from tracks.formats.content import open_content
from tracks.formats.contract import Limits, ParseReport, ParseSettings
from tracks.formats.opensky_csv import OpenSkyCsv
from tracks.formats.registry import detect

ROOT = Path(__file__).resolve().parent.parent
TITLE = "State vectors beside bare Polars"
ROWS = 2_000_000
AIRCRAFT = 5_000
RUNS = 7
MIB = 1 << 20
START = 1_650_844_800


def write_table(path: Path, rows: int = ROWS, aircraft: int = AIRCRAFT) -> None:
    """A table of state vectors, the same every time, written in parts."""
    rng = np.random.default_rng(1)
    address = rng.choice(1 << 24, aircraft, replace=False)
    latitude, longitude = rng.uniform(30, 60, aircraft), rng.uniform(-120, 130, aircraft)
    speed, heading = rng.uniform(50, 280, aircraft), rng.uniform(0, 360, aircraft)
    named = rng.random(aircraft) > 0.1
    with path.open("wb") as file:
        for sweep in range(rows // aircraft):
            moment = START + 10 * sweep
            heard = moment - rng.random(aircraft).round(3)
            table = pl.DataFrame(
                {
                    "time": np.full(aircraft, moment),
                    "icao24": [f"{number:06x}" for number in address],
                    "lat": latitude + sweep * 1e-3,
                    "lon": longitude + sweep * 1e-3,
                    "velocity": speed + rng.uniform(-1, 1, aircraft),
                    "heading": heading,
                    "vertrate": rng.integers(-10, 10, aircraft) * 0.32512,
                    "callsign": [f"ABC{n:04d} " if named[n] else "" for n in range(aircraft)],
                    "onground": np.zeros(aircraft, "?"),
                    "alert": np.zeros(aircraft, "?"),
                    "spi": np.zeros(aircraft, "?"),
                    "squawk": [f"{code:04o}" for code in rng.integers(0, 4096, aircraft)],
                    "baroaltitude": 10_000 + rng.integers(0, 100, aircraft) * 7.62,
                    "geoaltitude": 10_200 + rng.integers(0, 100, aircraft) * 7.62,
                    "lastposupdate": heard,
                    "lastcontact": np.maximum(heard, moment - 0.1),
                }
            )
            table.write_csv(file, include_header=sweep == 0)


def read(path: Path) -> int:
    """Read the table the way the importer does, keeping nothing; the number of its fixes."""
    report = ParseReport()
    with path.open("rb") as file:
        content = open_content(file, report, Limits(content_bytes=1 << 33))
        for _chunk in detect(content).parser.parse(content, report, ParseSettings()):
            pass
    return report.fixes_read


def parse(path: Path) -> int:
    """Read the table with its parser alone, which neither hashes nor unpacks, as Polars does not; its fixes."""
    report = ParseReport()
    with path.open("rb") as file:
        for _chunk in OpenSkyCsv().parse(file, report, ParseSettings()):
            pass
    return report.fixes_read


def memory_of(path: Path) -> int:
    """Bytes by which reading the table raises the peak of a process that does nothing else."""
    command = [sys.executable, "-m", "bench.bench_statevectors", "--memory", str(path)]
    return int(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def _measure_memory(path: Path) -> None:
    def field(name: str) -> int:
        line = next(li for li in Path("/proc/self/status").read_text().splitlines() if li.startswith(name))
        return int(line.split()[1]) * 1024

    before = field("VmRSS")
    read(path)
    sys.stdout.write(f"{field('VmHWM') - before}\n")


def run() -> dict[str, Any]:
    """Measure; the figures by name."""
    with tempfile.TemporaryDirectory(prefix="flightmap-bench-") as folder:
        path = Path(folder) / "states.csv"
        write_table(path)
        fixes = read(path)
        assert fixes == parse(path) == ROWS, "every row is a fix"
        works: dict[str, Callable[[Path], object]] = {"parser": parse, "read": read, "polars": pl.read_csv}
        seconds: dict[str, list[float]] = {name: [] for name in works}
        for _ in range(RUNS):
            for name, work in works.items():
                began = time.perf_counter()
                work(path)
                seconds[name].append(time.perf_counter() - began)
        ours, hashed, theirs = (statistics.median(seconds[name]) for name in works)
        return {
            "rows": ROWS,
            "aircraft": AIRCRAFT,
            "file_mib": round(path.stat().st_size / MIB),
            "rows_per_s": round(ROWS / ours),
            "polars_version": pl.__version__,
            "polars_rows_per_s": round(ROWS / theirs),
            "to_polars_ratio": round(theirs / ours, 2),
            "read_rows_per_s": round(ROWS / hashed),
            "read_to_polars_ratio": round(theirs / hashed, 2),
            "memory_mib": round(memory_of(path) / MIB),
        }


def rows(f: dict[str, Any]) -> list[Row]:
    """What `run` measured, as rows of docs/benchmarks.md."""
    ratio, memory = f["to_polars_ratio"], f["memory_mib"]
    return [
        Row(
            f"table of {f['rows']:,} rows of {f['aircraft']:,} aircraft ({f['file_mib']} MiB): fixes of the parser "
            f"against bare `read_csv` of Polars {f['polars_version']}",
            f"{ratio} of its speed ({f['rows_per_s']:,} and {f['polars_rows_per_s']:,} rows/s)",
            "≥ 0.5",
            ratio >= 0.5,
        ),
        Row(
            "the same, limited and hashed as an import reads it (Polars hashes nothing)",
            f"{f['read_to_polars_ratio']} of its speed ({f['read_rows_per_s']:,} rows/s)",
        ),
        Row(
            "the same: memory of the process above its start, Polars loaded", f"{memory} MiB", "< 400 MiB", memory < 400
        ),
    ]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--memory"]:
        _measure_memory(Path(sys.argv[2]))
    else:
        for name, figure in run().items():
            sys.stdout.write(f"{name}: {figure}\n")
