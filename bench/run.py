"""Run every measurement and write docs/benchmarks.md: what was measured, with what, when, and what it should reach.

    make bench                 # all of it
    python bench/run.py import animation

Each measurement module has `run() -> dict` and measures beside its peer in one run, so ratios hold on a busy machine.
A measurement left out keeps the section it had.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
PAGE = ROOT / "docs" / "benchmarks.md"
HEAD = """# Measured figures

Written by `make bench`. Ratios compare both sides in one run on one machine and hold on a busy one; absolute rates
depend on the machine and on what else it does.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a section: what, the figure in words, the target in words, and whether it is reached."""

    what: str
    figure: str
    target: str = ""
    reached: bool | None = None

    def line(self) -> str:
        """As a row of a Markdown table."""
        verdict = {None: "", True: "yes", False: "**no**"}[self.reached]
        return f"| {self.what} | {self.figure} | {self.target} | {verdict} |"


@dataclass(frozen=True, slots=True)
class Part:
    """A measurement: its name on the command line, its heading, how it is run and how its figures read."""

    name: str
    title: str
    run: Callable[[], dict[str, Any]]
    rows: Callable[[dict[str, Any]], list[Row]]


def _parsing() -> dict[str, Any]:
    from bench import bench_parsing

    return bench_parsing.run()


def _import() -> dict[str, Any]:
    from bench import bench_import

    return bench_import.run()


def _memory() -> dict[str, Any]:
    from bench import bench_memory

    return bench_memory.run()


def _memory_rows(f: dict[str, Any]) -> list[Row]:
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


def _animation() -> dict[str, Any]:
    from bench import bench_animation

    return bench_animation.run()


def _site() -> dict[str, Any]:
    from bench import bench_site

    return bench_site.run()


def _xml() -> dict[str, Any]:
    from bench import bench_xml

    return bench_xml.run()


def _xml_rows(f: dict[str, Any]) -> list[Row]:
    rows: list[Row] = []
    for kind, what, peer in (("gpx", "GPX", "gpxpy 1.6.2"), ("gx_track", "KML gx:Track", "fastkml 1.4.0")):
        own = f[kind]
        rows.append(
            Row(
                f"{what} of {f['fixes']:,} fixes ({own['file_mib']} MiB) beside {peer}",
                f"{own['times_the_peer']} × its speed ({own['fixes_per_s']:,} against {own['peer_fixes_per_s']:,} "
                f"fixes/s; {own['memory_mib']} MiB above idle)",
                "≥ 5 ×",
                own["times_the_peer"] >= 5,
            )
        )
    points = f["points"]
    figure = f"{points['fixes_per_s']:,} fixes/s ({points['memory_mib']} MiB above idle)"
    rows.append(Row(f"KML points with descriptions ({points['file_mib']} MiB)", figure))
    return rows


def _processing() -> dict[str, Any]:
    from bench import bench_processing

    return bench_processing.run()


def _legs() -> dict[str, Any]:
    from bench import bench_legs

    return bench_legs.run()


def _statevectors() -> dict[str, Any]:
    from bench import bench_statevectors

    return bench_statevectors.run()


def _statevectors_rows(f: dict[str, Any]) -> list[Row]:
    ratio, memory = f["to_polars_ratio"], f["memory_mib"]
    return [
        Row(
            f"table of {f['rows']:,} rows of {f['aircraft']:,} aircraft ({f['file_mib']} MiB): fixes against bare "
            f"`read_csv` of Polars {f['polars_version']}",
            f"{ratio} of its speed ({f['rows_per_s']:,} and {f['polars_rows_per_s']:,} rows/s)",
            "≥ 0.5",
            ratio >= 0.5,
        ),
        Row(
            "the same: memory of the process above its start, Polars loaded", f"{memory} MiB", "< 400 MiB", memory < 400
        ),
    ]


def _parsing_rows(f: dict[str, Any]) -> list[Row]:
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


def _processing_rows(f: dict[str, Any]) -> list[Row]:
    rows = []
    for of_size in f.values():
        rate = of_size["fixes_per_s"]
        # Less than a million take less than a second: what any call costs shows there.
        wanted = of_size["fixes"] >= 1_000_000
        rows.append(
            Row(
                f"clean, split, gaps and ends of {of_size['fixes']:,} fixes ({of_size['legs']:,} legs), one core",
                f"{rate:,} fixes/s, looking for airports {of_size['with_airports_fixes_per_s']:,}; "
                f"memory {of_size['peak_above_mib']} MiB beside {of_size['input_mib']} MiB of fixes",
                "≥ 1,000,000 fixes/s" if wanted else "",
                rate >= 1_000_000 if wanted else None,
            )
        )
    return rows


def _legs_rows(f: dict[str, Any]) -> list[Row]:
    rows = []
    for name, of in f.items():
        ours, peer, best = of["ours"], of["peer"], of["peer_best"]
        rows += [
            Row(
                f"{name}: {of['boundaries']:,} boundaries between {of['legs']:,} legs on {of['days']:,} days of "
                "recorded flights, spans cut out: precision, recall",
                f"{ours['precision']:.3f}, {ours['recall']:.3f} (traffic's split: {peer['precision']:.3f}, "
                f"{peer['recall']:.3f}; at {best['minutes']} min, best for these days: {best['precision']:.3f}, "
                f"{best['recall']:.3f})",
                "≥ 0.97 each",
                min(ours["precision"], ours["recall"]) >= 0.97,
            ),
            Row(
                f"{name}: airport right where one is told, of {of['ends_judged']:,} ends",
                f"{of['ends_right']:.1%}",
                "≥ 98 %",
                of["ends_right"] >= 0.98,
            ),
            Row(
                f"{name}: airport told, of {of['ends_near']:,} ends within 10 km and 3,000 ft of it",
                f"{of['ends_near_answered']:.1%}",
                "≥ 80 %",
                of["ends_near_answered"] >= 0.8,
            ),
        ]
    return rows


def _import_rows(f: dict[str, Any]) -> list[Row]:
    rows: list[Row] = []
    for kind, of_kind in f.items():
        if not isinstance(of_kind, dict) or kind == "at_once":
            continue
        rate, peak, allowed = of_kind["fixes_per_s"], of_kind["peak_above_idle_mib"], of_kind["allowed_above_idle_mib"]
        steps = ", ".join(f"{name} {seconds} s" for name, seconds in of_kind["of_which_s"].items())
        wanted = 150_000 if of_kind["flights"] < 100 else 100_000  # each flight is some twenty rows more to write
        rows += [
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
        rows.append(
            Row(
                f"{of_kind['files']} such files at once ({kind}): two workers beside one, in turns",
                f"{of_kind['times']} times as fast ({of_kind['two_fixes_per_s']:,} and "
                f"{of_kind['one_fixes_per_s']:,} fixes/s)",
                "≥ 1.4 on two cores shared with PostgreSQL",
                of_kind["times"] >= 1.4,
            )
        )
    return rows


def _animation_rows(f: dict[str, Any]) -> list[Row]:
    ours, svg, canvas = (
        f["results"][name]["script_ms"] for name in ("flight_layer", "timedimension_svg", "timedimension_canvas")
    )
    return [
        Row(
            f"script a frame, {f['flights']} flights × {f['fixes_a_flight']} fixes: flight layer",
            f"{ours:.3f} ms",
        ),
        Row("the same: Leaflet.TimeDimension 1.1.1 on SVG, on canvas", f"{svg:.1f} ms, {canvas:.1f} ms"),
        Row(
            "ratio against the faster of the two",
            f"1/{f['times_less_script']}",
            "≤ 1/50",
            f["times_less_script"] >= 50,
        ),
        Row("viewport, browser", f"{f['viewport']}, Chromium {f['chromium']}"),
    ]


def _site_rows(f: dict[str, Any]) -> list[Row]:
    moving, first, size = f["from_nothing_to_moving_s"], f["first_frame_ms"], f["bytes_over_wire"]
    return [
        Row(
            "empty clone to a moving aircraft by one command (system packages already there)",
            f"{moving:.0f} s (page after {f['from_nothing_to_page_s']:.0f} s)",
            "< 480 s",
            moving < 480,
        ),
        Row("first animated frame of `/`, cold cache (median of 5)", f"{first} ms", "≤ 1,500 ms", first <= 1500),
        Row(
            f"over the wire in all, {f['requests']} requests, to {', '.join(f['hosts'])} only",
            f"{size / 1000:.0f} kB",
            "< 700 kB",
            size < 700_000,
        ),
        Row("viewport, browser", f"{f['viewport']}, Chromium {f['chromium']}"),
    ]


PARTS = (
    Part("site", "From nothing to a moving aircraft; the page opened cold", _site, _site_rows),
    Part("animation", "Animation beside Leaflet.TimeDimension", _animation, _animation_rows),
    Part("import", "Import through a worker", _import, _import_rows),
    Part("memory", "Memory of an import", _memory, _memory_rows),
    Part("parsing", "Parsing", _parsing, _parsing_rows),
    Part("processing", "From fixes to legs", _processing, _processing_rows),
    Part("legs", "Legs and ends against what is known of recorded flights", _legs, _legs_rows),
    Part("xml", "GPX and KML beside gpxpy and fastkml", _xml, _xml_rows),
    Part("statevectors", "State vectors beside bare Polars", _statevectors, _statevectors_rows),
)


def machine() -> str:
    """Cores, architecture, load and versions, in a line."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, load {load:.1f} at the start, "
        f"Python {platform.python_version()}, commit {commit.stdout.strip() or 'unknown'}"
    )


def section(part: Part, rows: list[Row], about: str) -> str:
    """The Markdown of one part."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    table = "\n".join(["| what | measured | to reach | reached |", "|---|---|---|---|", *(row.line() for row in rows)])
    return f"## {part.title}\n\n{today}, `python bench/run.py {part.name}`, {about}\n\n{table}\n"


def main(arguments: list[str]) -> int:
    """Measure the parts named (all without names) and rewrite their sections; 1 when a target is missed."""
    names = [part.name for part in PARTS]
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("parts", nargs="*", help=f"of: {', '.join(names)}")
    wanted = asked.parse_args(arguments).parts or names
    if unknown := set(wanted) - set(names):
        asked.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    text = PAGE.read_text() if PAGE.exists() else ""
    kept = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", text, re.M | re.S))
    missed = False
    for part in PARTS:
        if part.name not in wanted:
            continue
        print(f"{part.title} …", flush=True)
        about = machine()
        rows = part.rows(part.run())
        missed |= any(row.reached is False for row in rows)
        written = section(part, rows, about)
        kept[part.title] = written.split("\n", 1)[1]
        print(written, flush=True)
        order = [p.title for p in PARTS if p.title in kept]
        PAGE.write_text(HEAD + "".join(f"\n## {title}\n{kept[title].rstrip()}\n" for title in order))
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
