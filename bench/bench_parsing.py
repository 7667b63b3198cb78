"""How fast files are read, beside the fastest JSON library doing nothing but reading JSON, and beside `traffic`.

A recorded trace of 2,500 fixes (from the samples of the `traffic` package) is repeated to 200,000, each day after the
last. Every figure is the median of several runs, the two sides of a ratio taken in turn. Memory is that of a process
of its own: its peak while parsing less its size before.
"""

from __future__ import annotations

import gzip
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import orjson

from bench.figures import Row
from bench.peers import run_peer
from tracks.demonstration.generate import write_demonstration
from tracks.formats.content import open_content
from tracks.formats.contract import ParseReport, ParseSettings
from tracks.formats.registry import detect
from tracks.processing.fixes import Fixes

ROOT = Path(__file__).resolve().parent.parent
TITLE = "Parsing"
FIXES = 200_000
RUNS = 5
MIB = 1 << 20


def sample_trace() -> bytes:
    """The recorded trace."""
    sample = metadata.distribution("traffic").locate_file("traffic/data/samples/readsb/trace_full_ac671b.json")
    return Path(str(sample)).read_bytes()


def repeated_trace() -> bytes:
    """The recorded trace over and over, as readsb writes it."""
    document = orjson.loads(sample_trace())
    rows = document.pop("trace")
    span = rows[-1][0] + 20_000.0
    times = range(FIXES // len(rows))
    repeated = [[round(row[0] + k * span, 2), *row[1:]] for k in times for row in rows]
    return orjson.dumps({**document, "trace": repeated}).replace(b"],[", b"],\n[")


def parse(data: bytes) -> int:
    """Read a file the way the importer does, keeping nothing; the number of its fixes."""
    report = ParseReport()
    content = open_content(io.BytesIO(data), report)
    for _chunk in detect(content).parser.parse(content, report, ParseSettings()):
        pass
    return report.fixes_read


def parsed(data: bytes) -> Fixes:
    """All fixes of a file of one aircraft."""
    report = ParseReport()
    content = open_content(io.BytesIO(data), report)
    return Fixes.concatenate([c.fixes for c in detect(content).parser.parse(content, report, ParseSettings())])


def alternately(*work: Callable[[], Any]) -> list[float]:
    """Median seconds of each piece of work, all run in turn so that none has the quiet moments to itself."""
    seconds: list[list[float]] = [[] for _ in work]
    for _ in range(RUNS):
        for piece, taken in zip(work, seconds, strict=True):
            began = time.perf_counter()
            piece()
            taken.append(time.perf_counter() - began)
    return [statistics.median(taken) for taken in seconds]


def memory_of(path: Path) -> int:
    """Bytes by which parsing a file raises the peak of a process that does nothing else."""
    answer = subprocess.run(
        [sys.executable, "-m", "bench.bench_parsing", "--memory", str(path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return int(answer.stdout)


def _measure_memory(path: Path) -> None:
    def field(name: str) -> int:
        line = next(li for li in Path("/proc/self/status").read_text().splitlines() if li.startswith(name))
        return int(line.split()[1]) * 1024

    report = ParseReport()
    before = field("VmRSS")
    with path.open("rb") as file:
        content = open_content(file, report)
        for _chunk in detect(content).parser.parse(content, report, ParseSettings()):
            pass
    sys.stdout.write(f"{field('VmHWM') - before}\n")


def run() -> dict[str, Any]:
    """Measure; the figures by name."""
    plain = repeated_trace()
    packed = gzip.compress(plain, 6)
    fixes = parse(plain)
    load, read, unpack_and_load, unpack_and_read = alternately(
        lambda: orjson.loads(plain),
        lambda: parse(plain),
        lambda: orjson.loads(gzip.decompress(packed)),
        lambda: parse(packed),
    )
    figures: dict[str, Any] = {
        "trace_fixes": fixes,
        "trace_mib": round(len(plain) / MIB, 1),
        "trace_fixes_per_s": round(fixes / read),
        "trace_to_orjson_ratio": round(load / read, 2),
        "trace_gzip_fixes_per_s": round(fixes / unpack_and_read),
        "trace_gzip_to_orjson_ratio": round(unpack_and_load / unpack_and_read, 2),
    }
    with tempfile.TemporaryDirectory(prefix="flightmap-bench-") as folder:
        file = Path(folder) / "trace.json"
        file.write_bytes(plain)
        theirs = json.loads(run_peer("peer_readsb.py", str(file), str(RUNS)))
        (read_again,) = alternately(lambda: parse(file.read_bytes()))
        figures["peer_fixes_per_s"] = round(theirs["fixes"] / theirs["seconds"])
        figures["times_the_peer"] = round(theirs["seconds"] / read_again * fixes / theirs["fixes"], 1)
        figures["trace_parser_memory_mib"] = round(memory_of(file) / MIB, 1)
        for name, data in {f.format: f.path.read_bytes() for f in write_demonstration(Path(folder))}.items():
            if name != "readsb-trace":
                count = parse(data)
                (seconds,) = alternately(lambda data=data: parse(data))
                figures[f"{name}_fixes_per_s"] = round(count / seconds)
    return figures


def rows(f: dict[str, Any]) -> list[Row]:
    """What `run` measured, as rows of docs/benchmarks.md."""
    ratio, packed = f["trace_to_orjson_ratio"], f["trace_gzip_to_orjson_ratio"]
    return [
        Row(
            f"readsb trace of {f['trace_fixes']:,} fixes ({f['trace_mib']} MiB): parser against bare `orjson.loads`",
            f"{ratio} of its speed ({f['trace_fixes_per_s']:,} fixes/s)",
            "≥ 0.35",
            ratio >= 0.35,
        ),
        Row("the same gzipped, both unpacking", f"{packed} ({f['trace_gzip_fixes_per_s']:,} fixes/s)"),
        Row(
            "the same trace, beside `Flight.from_readsb` of traffic 2.13",
            f"{f['times_the_peer']} times as fast (traffic {f['peer_fixes_per_s']:,} fixes/s)",
            "≥ 3.5",
            f["times_the_peer"] >= 3.5,
        ),
    ]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--memory"]:
        _measure_memory(Path(sys.argv[2]))
    else:
        for name, figure in run().items():
            sys.stdout.write(f"{name}: {figure:,}\n")
