"""Script time of one animation step: our flight layer against Leaflet.TimeDimension, at 200 flights and at 1,000.

Both pages get the same paths, the same view and the same moments, one step a frame, in one Chromium. Script time is
from asking for the moment until the library says it is shown, without the browser's own painting, which
`main_thread_ms` adds. The peer is measured with Leaflet's SVG and with its canvas; the ratio is taken against the
faster. Rounds of all three take turns, so that a busy machine is busy for each.

    python -m bench.bench_animation
"""

from __future__ import annotations

import json
import os
import platform
import statistics
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench.figures import Row
from bench.pages import START, VIEWPORT, BenchPage, install_peers, made_paths, served
from tests.browser_page import CHROMIUM_ARGUMENTS, chromium

TITLE = "Animation beside Leaflet.TimeDimension"
FIXES = 500
STEP_S = 5.0  # of data a step: 300× at 60 frames a second
FIRST_STEP_AT = START + 2500.0  # about half of each path is flown
# Flights, steps of a round, rounds, and what part of the peer's time ours may take.
SIZES = ((200, 60, 5, 100), (1000, 30, 3, 150))


class _Contestant(BenchPage):
    """A page with one of the animations."""

    def __init__(self, browser: Browser, address: str, steps: int) -> None:
        super().__init__(browser, address)
        self.times = [FIRST_STEP_AT + STEP_S * (number + 1) for number in range(steps)]
        self.calls: list[float] = []
        self.main_thread: list[float] = []

    def play(self, *, counts: bool) -> None:
        """One round."""
        self.call("async (time) => { await prepare(time); }", FIRST_STEP_AT)
        before = self.task_seconds()
        calls = self.call("(times) => steps(times)", self.times)
        spent = self.task_seconds() - before
        if counts:
            self.calls += calls
            self.main_thread.append(spent * 1000 / len(self.times))

    def result(self) -> dict[str, float]:
        """Medians, milliseconds a step."""
        return {
            "script_ms": round(statistics.median(self.calls), 3),
            "main_thread_ms": round(statistics.median(self.main_thread), 1),
        }


def _compare(browser: Browser, site: str, flights: int, steps: int, rounds: int) -> dict[str, Any]:
    """All three on so many flights."""
    span = f"first={FIRST_STEP_AT:.0f}&last={FIRST_STEP_AT + STEP_S * (steps + 1):.0f}&step={STEP_S:.0f}"
    data = f"paths=/data/{flights}"
    pages = {
        "flight_layer": _Contestant(browser, f"{site}/ours?{data}", steps),
        "timedimension_svg": _Contestant(browser, f"{site}/timedimension?{data}&{span}", steps),
        "timedimension_canvas": _Contestant(browser, f"{site}/timedimension?canvas&{data}&{span}", steps),
    }
    for number in range(rounds + 1):
        for page in pages.values():
            page.play(counts=number > 0)  # the first round warms the engine up
    results = {name: page.result() for name, page in pages.items()}
    for page in pages.values():
        page.page.close()
    peer = min(results["timedimension_svg"]["script_ms"], results["timedimension_canvas"]["script_ms"])
    return {**results, "times_less_script": round(peer / results["flight_layer"]["script_ms"], 1)}


def run() -> dict[str, Any]:
    """Measure; milliseconds a step, and how many times less script ours needs than the faster peer."""
    install_peers()
    data = {str(flights): made_paths(flights, FIXES) for flights, *_ in SIZES}
    with served(data) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        results = {
            str(flights): _compare(browser, site, flights, steps, rounds) for flights, steps, rounds, _part in SIZES
        }
        version = browser.version
        browser.close()
    return {
        "fixes_a_flight": FIXES,
        "viewport": f"{VIEWPORT['width']}×{VIEWPORT['height']}",
        "chromium": version,
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, headless, software rendering",
        "results": results,
    }


def rows(f: dict[str, Any]) -> list[Row]:
    """What `run` measured, as rows of docs/benchmarks.md."""
    written: list[Row] = []
    for flights, _steps, _rounds, part in SIZES:
        r = f["results"][str(flights)]
        svg, canvas = r["timedimension_svg"]["script_ms"], r["timedimension_canvas"]["script_ms"]
        written += [
            Row(
                f"script a frame, {flights:,} flights × {f['fixes_a_flight']} fixes: flight layer",
                f"{r['flight_layer']['script_ms']:.3f} ms",
            ),
            Row("the same: Leaflet.TimeDimension 1.1.1 on SVG, on canvas", f"{svg:.1f} ms, {canvas:.1f} ms"),
            Row(
                "ratio against the faster of the two",
                f"1/{r['times_less_script']}",
                f"≤ 1/{part}",
                r["times_less_script"] >= part,
            ),
        ]
    return [*written, Row("viewport, browser", f"{f['viewport']}, Chromium {f['chromium']}")]


if __name__ == "__main__":
    print(json.dumps(run(), indent=2, ensure_ascii=False))
