"""From nothing to a moving aircraft, and how soon the map moves on a running site.

Clones the repository into an empty folder, runs the README's one command there and waits until Chromium shows an
aircraft that moves; then opens the page anew with cold caches. System packages that are already on the machine are
not fetched again; `packages_present` says so.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from bench.figures import Row

ROOT = Path(__file__).resolve().parent.parent
TITLE = "From nothing to a moving aircraft; the page opened cold"
VIEWPORT = {"width": 1440, "height": 900}
OPENINGS = 5
LONGEST_S = 15 * 60

# Looks at the canvas of the heads after each frame, made small. The first animated frame is the first that differs
# from an earlier one on which something was painted: what a person sees as movement, not what the page says of itself.
WATCH = """
(() => {
  const small = document.createElement("canvas");
  small.width = 320; small.height = 200;
  const pen = small.getContext("2d", { willReadFrequently: true });
  let first = null;
  window.movedAt = null;
  const look = () => {
    const heads = document.querySelector(".flight-canvas-heads");
    if (heads && heads.width) {
      pen.clearRect(0, 0, 320, 200);
      pen.drawImage(heads, 0, 0, 320, 200);
      const { data } = pen.getImageData(0, 0, 320, 200);
      let sum = 0, weighed = 0;
      for (let i = 3; i < data.length; i += 4) {
        sum += data[i];
        weighed = (weighed + data[i] * (i % 9973)) % 2147483647;
      }
      if (sum > 0) {
        if (first === null) first = weighed;
        else if (weighed !== first) { window.movedAt = performance.now(); return; }
      }
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def chromium() -> list[str]:
    """Chromium's arguments that keep it from calling anybody."""
    return ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def answers(url: str) -> bool:
    """Whether the site answers."""
    try:
        with urlopen(url, timeout=5) as response:  # an address of this machine
            return response.status == 200
    except (URLError, OSError):
        return False


@contextlib.contextmanager
def running_clone(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Clone, `make run`, and Ctrl-C in the end."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    with (folder.parent / "make-run.log").open("wb") as log:
        site = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL", "DATA_DIR", "SITE_URL"}},
        )
        try:
            yield site
        finally:
            os.killpg(site.pid, signal.SIGINT)
            site.wait(timeout=60)


def moved_at(page: Page, limit_s: float) -> float | None:
    """Milliseconds from the opening to the first animated frame; None when nothing moved in time.

    Asked again and again from here: Playwright's own waiting is an eval in the page, which the page's policy forbids.
    """
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        moved = page.evaluate("() => window.movedAt")
        if moved is not None:
            return float(moved)
        page.wait_for_timeout(50)
    return None


def open_cold(browser: Browser, url: str) -> dict[str, Any]:
    """Open the page in a fresh profile: when it first moves, and what went over the wire (header and body bytes)."""
    context = browser.new_context(viewport=VIEWPORT)  # type: ignore[arg-type]
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    hosts: set[str] = set()
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.on("request", lambda request: hosts.add(request.url.split("/")[2] if "://" in request.url else "data:"))
    page.goto(url)
    moved = moved_at(page, 60.0)
    if moved is None:
        raise RuntimeError("nothing moved within a minute")
    page.wait_for_load_state("networkidle")
    context.close()
    return {"first_frame_ms": moved, "bytes": sum(sizes), "requests": len(sizes), "hosts": sorted(hosts - {"data:"})}


def run() -> dict[str, Any]:
    """Measure; the figures by name."""
    port = free_port()
    url = f"http://localhost:{port}/"
    with tempfile.TemporaryDirectory(prefix="flightmap-bench-") as folder, sync_playwright() as playwright:
        began = time.monotonic()
        with running_clone(Path(folder) / "flightmap", port) as site:
            while not answers(url):
                if site.poll() is not None or time.monotonic() - began > LONGEST_S:
                    raise RuntimeError((Path(folder) / "make-run.log").read_text(errors="replace")[-4000:])
                with contextlib.suppress(subprocess.TimeoutExpired):
                    site.wait(timeout=0.5)
            page_s = time.monotonic() - began
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=chromium())
            page = browser.new_page(viewport=VIEWPORT)  # type: ignore[arg-type]
            page.add_init_script(WATCH)
            while True:  # the first flights arrive while the worker imports them
                page.goto(url)
                if moved_at(page, 5.0) is not None:
                    break
                if time.monotonic() - began > LONGEST_S:
                    raise RuntimeError("no aircraft moved within 15 minutes")
            moving_s = time.monotonic() - began
            page.close()
            openings = [open_cold(browser, url) for _opening in range(OPENINGS)]
            version = browser.version
            browser.close()
    return {
        "from_nothing_to_page_s": round(page_s, 1),
        "from_nothing_to_moving_s": round(moving_s, 1),
        "packages_present": True,
        "first_frame_ms": round(statistics.median(o["first_frame_ms"] for o in openings)),
        "first_frame_ms_all": [round(o["first_frame_ms"]) for o in openings],
        "bytes_over_wire": round(max(o["bytes"] for o in openings)),
        "requests": max(o["requests"] for o in openings),
        "hosts": sorted({host for o in openings for host in o["hosts"]}),
        "viewport": f"{VIEWPORT['width']}×{VIEWPORT['height']}",
        "chromium": version,
    }


def rows(f: dict[str, Any]) -> list[Row]:
    """What `run` measured, as rows of docs/benchmarks.md."""
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


if __name__ == "__main__":
    sys.stdout.write(f"{run()}\n")
