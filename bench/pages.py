"""Pages with an animation in a real Chromium, for what is measured in a browser."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, ViewportSize

from tracks.serving.encoding import WireFlight, WireStretch, encode_paths

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / "bench"
VIEWPORT: ViewportSize = {"width": 1440, "height": 900}
LASTS_S = 5_000.0  # a flight
START = 1_711_000_000.0


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
_TIMEDIMENSION = (
    '<script src="/npm/iso8601-js-period/iso8601.js"></script>'
    '<script src="/npm/leaflet-timedimension/dist/leaflet.timedimension.min.js"></script>'
)
_DECK = (
    '<script src="/npm/deck.gl/dist.min.js"></script>'
    '<script src="/npm/deck.gl-leaflet/dist/deck.gl-leaflet.umd.min.js"></script>'
)
# What a page loads, by its address.
PAGES = {
    "/ours": '<script type="module" src="/bench/ours.js"></script>',
    "/timedimension": f'{_TIMEDIMENSION}<script type="module" src="/bench/timedimension.js"></script>',
    "/trips": f'{_DECK}<script type="module" src="/bench/trips.js"></script>',
    "/playing": (
        '<link rel="stylesheet" href="/static/flightmap/css/timeline.css">'
        '<script type="module" src="/bench/playing.js"></script>'
    ),
    "/lanes": (
        '<link rel="stylesheet" href="/static/flightmap/css/timeline.css">'
        '<script type="module" src="/bench/lanes.js"></script>'
    ),
}


def made_paths(flights: int, fixes: int, seed: int = 1) -> bytes:
    """Curved paths around the corridor, all of 5,000 s, as a message of paths."""
    noise = np.random.default_rng(seed)
    share = np.linspace(0, 1, fixes)
    made = []
    for number in range(flights):
        west, south, east, north = noise.uniform([122, 36, 122, 36], [138, 47, 138, 47])
        bow = noise.uniform(-1.5, 1.5) * np.sin(np.pi * share)
        lon = west + (east - west) * share + bow + noise.normal(0, 0.002, fixes)
        lat = south + (north - south) * share + bow / 2 + noise.normal(0, 0.002, fixes)
        time = START + noise.uniform(0, 300) + share * LASTS_S
        angle = np.degrees(np.arctan2(np.gradient(lon), np.gradient(lat))) % 360
        stretch = WireStretch(
            evidence_class="observed", track="bench", time=time, longitude=lon, latitude=lat, track_angle=angle
        )
        made.append(WireFlight(f"bench{number:04d}", 1, [stretch]))
    return encode_paths(made)


class _Handler(SimpleHTTPRequestHandler):
    """The pages, the modules under test and the peer's files."""

    def __init__(self, *args: Any, data: Mapping[str, bytes], **kwargs: Any) -> None:
        self._data = data
        super().__init__(*args, **kwargs)

    def translate_path(self, path: str) -> str:
        plain = path.partition("?")[0]
        for prefix, folder in FOLDERS.items():
            if plain.startswith(prefix):
                return str(folder / plain.removeprefix(prefix))
        return str(BENCH / "animation" / "absent")

    def do_GET(self) -> None:
        plain = self.path.partition("?")[0]
        if plain.startswith("/data/"):
            self._answer(self._data[plain.removeprefix("/data/")], "application/octet-stream")
        elif plain in PAGES:
            page = (BENCH / "animation" / "page.html").read_text()
            self._answer(page.replace("<!-- scripts -->", PAGES[plain]).encode(), "text/html")
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
def served(data: Mapping[str, bytes]) -> Iterator[str]:
    """A site with the pages and, under /data/, some data by name; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, data=data))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def install_peers() -> None:
    """Leaflet.TimeDimension and deck.gl, by their lock; deck.gl's frameworks and map services stay away."""
    wanted = json.loads((BENCH / "package.json").read_text())["dependencies"]
    if not all((BENCH / "node_modules" / name).is_dir() for name in wanted):
        command = ["npm", "ci", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=BENCH, check=True, capture_output=True, text=True)


class BenchPage:
    """A page of `PAGES`, ready."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.address = address
        self.errors: list[str] = []
        self.page: Page = browser.new_page(viewport=VIEWPORT)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(address)
        self.page.wait_for_function("window.ready === true", timeout=120_000)
        self.devtools = self.page.context.new_cdp_session(self.page)
        self.devtools.send("Performance.enable")

    def task_seconds(self) -> float:
        """How long the page's main thread has worked so far, the browser's own painting included."""
        metrics = self.devtools.send("Performance.getMetrics")["metrics"]
        return next(float(m["value"]) for m in metrics if m["name"] == "TaskDuration")

    def call(self, expression: str, argument: Any = None) -> Any:
        """What a script of the page gives, with the page in front.

        Raises:
            RuntimeError: something in the page failed.
        """
        self.page.bring_to_front()
        result = self.page.evaluate(expression, argument)
        if self.errors:
            raise RuntimeError(f"{self.address}: {self.errors[0]}")
        return result
