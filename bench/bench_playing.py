"""Whether playing for long leaves anything behind in the browser: memory, elements, listeners.

Map and lanes are played on one clock, round and round; what the browser still holds after its garbage is collected is
compared before and after. What a frame leaves behind shows in thousands of them, however long each takes.

    python -m bench.bench_playing
"""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import sync_playwright

from bench.bench_map import lanes_data
from bench.figures import Row
from bench.pages import BenchPage, made_paths, served
from tests.browser_page import CHROMIUM_ARGUMENTS, chromium

TITLE = "Memory while playing"
FLIGHTS, FIXES = 200, 500
STEP_S = 1_000 / 60  # of data a frame: 1000× at 60 frames a second
WARM_UP, FRAMES = 1_800, 3_000
LANES = 200  # flights on the lanes
MOST_GROWTH = 0.02  # of the heap: what the engine keeps of code it has optimised meanwhile


def held(page: BenchPage) -> dict[str, float]:
    """Bytes of the JavaScript heap, elements and listeners that are left when all garbage is gone."""
    for _ in range(3):  # what a finaliser lets go of is garbage only then
        page.devtools.send("HeapProfiler.collectGarbage")
    metrics = {m["name"]: float(m["value"]) for m in page.devtools.send("Performance.getMetrics")["metrics"]}
    return {
        "heap": metrics["JSHeapUsedSize"], "nodes": metrics["Nodes"], "listeners": metrics["JSEventListeners"],
    }  # fmt: skip


def run() -> dict[str, Any]:
    """Play and compare."""
    made = lanes_data()
    made["flights"] = made["flights"][:LANES]
    data = {"paths": made_paths(FLIGHTS, FIXES), "lanes": json.dumps(made).encode()}
    with served(data) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        try:
            page = BenchPage(browser, f"{site}/playing?paths=/data/paths")
            page.devtools.send("HeapProfiler.enable")
            page.call(f"() => play({WARM_UP}, {STEP_S})")
            before = held(page)
            page.call(f"() => play({FRAMES}, {STEP_S})")
            return {"before": before, "after": held(page)}
        finally:
            browser.close()


def rows(f: dict[str, Any]) -> list[Row]:
    """What `run` measured, as rows of docs/benchmarks.md."""
    before, after = f["before"], f["after"]
    hours = FRAMES * STEP_S / 3600
    played = f"{FRAMES:,} frames at 1000×, {hours:.0f} h of data, {FLIGHTS} flights × {FIXES} fixes"
    growth = after["heap"] / before["heap"] - 1
    counts = {name: (before[name], after[name]) for name in ("nodes", "listeners")}
    return [
        Row(
            f"JavaScript heap before and after {played}",
            f"{before['heap'] / 1e6:.2f}, {after['heap'] / 1e6:.2f} MB ({growth:+.1%})",
            f"≤ +{MOST_GROWTH:.0%}",
            growth <= MOST_GROWTH,
        ),
        *(
            Row(f"the same: {name}", f"{first:.0f}, {last:.0f}", "no growth", last <= first)
            for name, (first, last) in counts.items()
        ),
    ]


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
