"""Frames a second and time to the first frame: our flight layer beside deck.gl's TripsLayer on Leaflet.

Both get the same paths, view and moments in one Chromium, in turns; each frame shows the moment that is due. TripsLayer
draws by WebGL, for which a machine without a graphics processor has SwiftShader, a program; `renderer` says what drew.
It draws trails only; ours draws the aircraft and their labels too.

    python -m bench.bench_trips
"""

from __future__ import annotations

import json
import statistics
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench.figures import Row
from bench.pages import START, VIEWPORT, BenchPage, install_peers, made_paths, served
from tests.browser_page import CHROMIUM_ARGUMENTS, chromium

TITLE = "Animation beside deck.gl's TripsLayer on Leaflet"
FIXES = 500
# Of each number of flights, how often both are opened and played: in software the peer takes a minute for the larger.
ROUNDS = {200: 3, 1_000: 1}
FIRST = START + 2_500.0  # about half of each path is flown
RATE = 300.0
SECONDS = 4.0
CONTESTANTS = {"flight_layer": "/ours", "trips_layer": "/trips"}
# Only WebGL goes to the program; with the whole page on it nothing moves, whoever draws.
WEBGL = ["--enable-unsafe-swiftshader"]


def _compare(browser: Browser, site: str, flights: int) -> dict[str, Any]:
    addresses = {name: f"{site}{page}?paths=/data/{flights}&first={FIRST:.0f}" for name, page in CONTESTANTS.items()}
    first: dict[str, list[float]] = {name: [] for name in addresses}
    rates: dict[str, list[float]] = {name: [] for name in addresses}
    renderer = ""
    for number in range(ROUNDS[flights]):
        for (
            name,
            address,
        ) in addresses.items():  # one page at a time, each with nothing in its cache: neither draws behind the other
            page = BenchPage(browser, address)
            first[name].append(page.call("() => window.firstFrameAt"))
            if name == "trips_layer" and number == 0 and not page.call("() => painted()"):
                raise RuntimeError("deck.gl drew no trail: nothing to compare with")
            page.call(f"() => play({FIRST}, {RATE}, 1)")  # warms the engine up
            played = page.call(f"() => play({FIRST}, {RATE}, {SECONDS})")
            rates[name].append(played["frames"] / played["ms"] * 1000)
            renderer = page.call("() => window.renderer?.()") or renderer
            page.page.close()
    return {
        "renderer": renderer,
        **{
            name: {
                "frames_a_second": round(statistics.median(rates[name]), 2),
                "first_frame_ms": round(statistics.median(first[name])),
            }
            for name in addresses
        },
    }


def run() -> dict[str, Any]:
    """Measure; medians where there is more than one round."""
    install_peers()
    data = {str(flights): made_paths(flights, FIXES) for flights in ROUNDS}
    with served(data) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*CHROMIUM_ARGUMENTS, *WEBGL])
        try:
            results = {str(flights): _compare(browser, site, flights) for flights in ROUNDS}
            version = browser.version
        finally:
            browser.close()
    return {"chromium": version, "viewport": f"{VIEWPORT['width']}×{VIEWPORT['height']}", "results": results}


def _often(flights: int) -> str:
    return f"median of {ROUNDS[flights]}" if ROUNDS[flights] > 1 else "once"


def rows(f: dict[str, Any]) -> list[Row]:
    """What `run` measured, as rows of docs/benchmarks.md."""
    written: list[Row] = []
    for flights in ROUNDS:
        ours, theirs = (f["results"][str(flights)][name] for name in CONTESTANTS)
        size = f"{flights:,} flights × {FIXES} fixes"
        written += [
            Row(
                f"frames a second at {RATE:.0f}×, {size}, {_often(flights)}: flight layer, TripsLayer (deck.gl 9.4.0)",
                f"{ours['frames_a_second']:.1f}, {theirs['frames_a_second']:.2f}",
            ),
            Row(
                f"opening to first frame, {size}, {_often(flights)}, empty cache, files of this machine: the same",
                f"{ours['first_frame_ms']} ms, {theirs['first_frame_ms']} ms",
            ),
        ]
    renderer = f["results"][str(next(iter(ROUNDS)))]["renderer"]
    return [
        *written,
        Row("viewport, browser, what draws WebGL", f"{f['viewport']}, Chromium {f['chromium']}, {renderer}"),
    ]


if __name__ == "__main__":
    print(json.dumps(run(), indent=2, ensure_ascii=False))
