"""Script time of one animation step at 200 flights × 500 fixes: our flight layer against Leaflet.TimeDimension.

Both pages get the same paths, the same view and the same moments, one step a frame, in one Chromium. Script time is
from asking for the moment until the library says it is shown, without the browser's own painting, which
`main_thread_ms` adds. The peer is measured with Leaflet's SVG and with its canvas; the ratio is taken against the
faster. Rounds of all three take turns, so that a busy machine is busy for each.

    python -m bench.bench_animation
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import statistics
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from bench.figures import Row
from tests.browser_page import CHROMIUM_ARGUMENTS, chromium
from tracks.serving.encoding import WireFlight, WireStretch, encode_paths

ROOT = Path(__file__).resolve().parent.parent
TITLE = "Animation beside Leaflet.TimeDimension"
BENCH = ROOT / "bench"
VIEWPORT: ViewportSize = {"width": 1440, "height": 900}
FLIGHTS, FIXES = 200, 500
FIX_EVERY_S = 10.0
START = 1_711_000_000.0
STEP_S = 5.0  # of data a step: 300× at 60 frames a second
FIRST_STEP_AT = START + 2500.0  # about half of each path is flown
STEPS, ROUNDS = 60, 5


def _package_folder(name: str) -> Path:
    """Where a package is installed, without importing it (django-leaflet wants settings)."""
    spec = importlib.util.find_spec(name)
    assert spec
    assert spec.origin
    return Path(spec.origin).parent


FOLDERS = {
    "/static/": ROOT / "static",
    "/leaflet/": _package_folder("leaflet") / "static" / "leaflet",
    "/bench/": BENCH / "animation",
    "/npm/": BENCH / "node_modules",
}
TIMEDIMENSION = (
    '<script src="/npm/iso8601-js-period/iso8601.js"></script>'
    '<script src="/npm/leaflet-timedimension/dist/leaflet.timedimension.min.js"></script>'
    '<script type="module" src="/bench/timedimension.js"></script>'
)
OURS = '<script type="module" src="/bench/ours.js"></script>'


def made_paths(seed: int = 1) -> bytes:
    """FLIGHTS curved paths of FIXES fixes around the corridor, as a message of paths."""
    noise = np.random.default_rng(seed)
    share = np.linspace(0, 1, FIXES)
    flights = []
    for number in range(FLIGHTS):
        west, south, east, north = noise.uniform([122, 36, 122, 36], [138, 47, 138, 47])
        bow = noise.uniform(-1.5, 1.5) * np.sin(np.pi * share)
        lon = west + (east - west) * share + bow + noise.normal(0, 0.002, FIXES)
        lat = south + (north - south) * share + bow / 2 + noise.normal(0, 0.002, FIXES)
        time = START + noise.uniform(0, 300) + np.arange(FIXES) * FIX_EVERY_S
        angle = np.degrees(np.arctan2(np.gradient(lon), np.gradient(lat))) % 360
        stretch = WireStretch(
            evidence_class="observed", track="bench", time=time, longitude=lon, latitude=lat, track_angle=angle
        )
        flights.append(WireFlight(f"bench{number:03d}", 1, [stretch]))
    return encode_paths(flights)


class _Handler(SimpleHTTPRequestHandler):
    """The pages, the modules under test and the peer's files."""

    def __init__(self, *args: Any, paths: bytes, **kwargs: Any) -> None:
        self._paths = paths
        super().__init__(*args, **kwargs)

    def translate_path(self, path: str) -> str:
        plain = path.partition("?")[0]
        for prefix, folder in FOLDERS.items():
            if plain.startswith(prefix):
                return str(folder / plain.removeprefix(prefix))
        return str(BENCH / "animation" / "absent")

    def do_GET(self) -> None:
        plain = self.path.partition("?")[0]
        if plain == "/paths.bin":
            self._answer(self._paths, "application/octet-stream")
        elif plain in {"/ours", "/timedimension"}:
            page = (BENCH / "animation" / "page.html").read_text()
            scripts = OURS if plain == "/ours" else TIMEDIMENSION
            self._answer(page.replace("<!-- scripts -->", scripts).encode(), "text/html")
        else:
            super().do_GET()

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        # An isolated page has the finest clock a browser gives.
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@contextmanager
def _served(paths: bytes) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, paths=paths))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Contestant:
    """A page with one of the animations."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.address = address
        self.errors: list[str] = []
        self.page: Page = browser.new_page(viewport=VIEWPORT)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(address)
        self.page.wait_for_function("window.ready === true")
        self.devtools = self.page.context.new_cdp_session(self.page)
        self.devtools.send("Performance.enable")
        self.calls: list[float] = []
        self.main_thread: list[float] = []

    def _task_seconds(self) -> float:
        metrics = self.devtools.send("Performance.getMetrics")["metrics"]
        return next(float(m["value"]) for m in metrics if m["name"] == "TaskDuration")

    def play(self, *, counts: bool) -> None:
        """One round of STEPS steps."""
        times = [FIRST_STEP_AT + STEP_S * (number + 1) for number in range(STEPS)]
        self.page.bring_to_front()
        self.page.evaluate("async (time) => { await prepare(time); }", FIRST_STEP_AT)
        before = self._task_seconds()
        calls = self.page.evaluate("(times) => steps(times)", times)
        spent = self._task_seconds() - before
        if self.errors:
            raise RuntimeError(f"{self.address}: {self.errors[0]}")
        if counts:
            self.calls += calls
            self.main_thread.append(spent * 1000 / STEPS)

    def result(self) -> dict[str, float]:
        """Medians, milliseconds a step."""
        return {
            "script_ms": round(statistics.median(self.calls), 3),
            "main_thread_ms": round(statistics.median(self.main_thread), 1),
        }


def _install_peer() -> None:
    if not (BENCH / "node_modules" / "leaflet-timedimension").is_dir():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=BENCH, check=True, capture_output=True, text=True)


def run() -> dict[str, Any]:
    """Measure; milliseconds a step, and how many times less script ours needs than the faster peer."""
    _install_peer()
    span = f"first={FIRST_STEP_AT:.0f}&last={FIRST_STEP_AT + STEP_S * (STEPS + 1):.0f}&step={STEP_S:.0f}"
    with _served(made_paths()) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        pages = {
            "flight_layer": _Contestant(browser, f"{site}/ours"),
            "timedimension_svg": _Contestant(browser, f"{site}/timedimension?{span}"),
            "timedimension_canvas": _Contestant(browser, f"{site}/timedimension?canvas&{span}"),
        }
        for number in range(ROUNDS + 1):
            for page in pages.values():
                page.play(counts=number > 0)  # the first round warms the engine up
        results = {name: page.result() for name, page in pages.items()}
        version = browser.version
        browser.close()
    peer = min(results["timedimension_svg"]["script_ms"], results["timedimension_canvas"]["script_ms"])
    return {
        "flights": FLIGHTS,
        "fixes_a_flight": FIXES,
        "steps": STEPS,
        "rounds": ROUNDS,
        "viewport": f"{VIEWPORT['width']}×{VIEWPORT['height']}",
        "chromium": version,
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, headless, software rendering",
        "results": results,
        "times_less_script": round(peer / results["flight_layer"]["script_ms"], 1),
    }


def rows(f: dict[str, Any]) -> list[Row]:
    """What `run` measured, as rows of docs/benchmarks.md."""
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


if __name__ == "__main__":
    print(json.dumps(run(), indent=2, ensure_ascii=False))
