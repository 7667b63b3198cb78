"""From nothing to a moving aircraft, and how soon the map moves on a running site.

Clones the repository into an empty folder, runs the README's one command there and waits until Chromium shows an
aircraft that moves; then opens the page anew with cold caches: several times with nobody watching, for the time
(bench/devtools.py), and once with the network and the browser's own reports of shifts and long tasks watched. System
packages that are already on the machine are not fetched again; `packages_present` says so.
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
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from bench.devtools import unwatched
from bench.figures import Row

ROOT = Path(__file__).resolve().parent.parent
TITLE = "From nothing to a moving aircraft; the page opened cold"
VIEWPORT = {"width": 1440, "height": 900}
OPENINGS = 5
LONGEST_S = 15 * 60
PLAYED_S = 15  # playback watched for shifts and long tasks, seconds of wall clock
OUR_SCRIPTS = "/static/flightmap/js/"

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


# The browser's own reports, as Lighthouse reads them: what shifted and which tasks took more than 50 ms.
REPORTS = """
window.shifts = [];
window.longTasks = [];
new PerformanceObserver((list) => {
  for (const { startTime, value, hadRecentInput } of list.getEntries()) {
    if (!hadRecentInput) window.shifts.push([startTime, value]);
  }
}).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) window.longTasks.push([startTime, duration]);
}).observe({ type: "longtask", buffered: true });
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


def first_frame(url: str) -> float:
    """Milliseconds from the opening of the page in a new browser to its first animated frame."""
    with unwatched("/usr/bin/chromium", chromium(), VIEWPORT) as page:
        page.send("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        page.send("Page.navigate", url=url)
        return float(page.until("window.movedAt", 60.0))


def gzipped(urls: list[str]) -> int:
    """Bytes of these files for a browser that takes gzip."""
    size = 0
    for url in urls:
        with urlopen(Request(url, headers={"Accept-Encoding": "gzip"}), timeout=30) as answer:
            size += len(answer.read())
    return size


def watch_cold(browser: Browser, url: str) -> dict[str, Any]:
    """Open the page in a fresh profile: what goes over the wire, headers and bodies, and what shifts or halts."""
    context = browser.new_context(viewport=VIEWPORT)  # type: ignore[arg-type]
    page = context.new_page()
    page.add_init_script(WATCH)
    page.add_init_script(REPORTS)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    urls: list[str] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.on("request", lambda request: urls.append(request.url))
    page.goto(url)
    moved = moved_at(page, 60.0)
    if moved is None:
        raise RuntimeError("nothing moved within a minute")
    page.wait_for_load_state("networkidle")
    total, requests = sum(sizes), len(sizes)
    playing_from = page.evaluate("() => performance.now()")
    page.wait_for_timeout(PLAYED_S * 1000)
    shifts, tasks = page.evaluate("() => [window.shifts, window.longTasks]")
    context.close()
    hosts = {address.split("/")[2] for address in urls if "://" in address}
    scripts = sorted({address for address in urls if OUR_SCRIPTS in address})
    return {
        "bytes_over_wire": round(total),
        "requests": requests,
        "hosts": sorted(hosts),
        "scripts": len(scripts),
        "scripts_gzipped": gzipped(scripts),
        "shift_loading": round(sum(value for at, value in shifts if at < playing_from), 4),
        "shift_playing": round(sum(value for at, value in shifts if at >= playing_from), 4),
        "longest_task_ms": round(max([duration for at, duration in tasks if at >= playing_from], default=0)),
    }


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
            watched = watch_cold(browser, url)
            version = browser.version
            browser.close()
            openings = [first_frame(url) for _opening in range(OPENINGS)]
    return {
        "from_nothing_to_page_s": round(page_s, 1),
        "from_nothing_to_moving_s": round(moving_s, 1),
        "packages_present": True,
        "first_frame_ms": round(statistics.median(openings)),
        "first_frame_ms_all": [round(each) for each in openings],
        **watched,
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
        Row("first animated frame of `/`, empty profile (median of 5)", f"{first} ms", "≤ 1,000 ms", first <= 1000),
        Row(
            f"over the wire in all, {f['requests']} requests, to {', '.join(f['hosts'])} only",
            f"{size / 1000:.0f} kB",
            "< 500 kB",
            size < 500_000,
        ),
        Row(
            f"of it JavaScript of our own, {f['scripts']} modules, gzipped",
            f"{f['scripts_gzipped'] / 1000:.1f} kB",
            "< 60 kB",
            f["scripts_gzipped"] < 60_000,
        ),
        Row(
            f"layout shift while it opens, and in {PLAYED_S} s of playback",
            f"{f['shift_loading']:g}, {f['shift_playing']:g}",
            "< 0.01",
            max(f["shift_loading"], f["shift_playing"]) < 0.01,
        ),
        Row(
            f"longest task in {PLAYED_S} s of playback",
            f"{f['longest_task_ms']} ms" if f["longest_task_ms"] else "none over 50 ms",
            "≤ 100 ms",
            f["longest_task_ms"] <= 100,
        ),
        Row("viewport, browser", f"{f['viewport']}, Chromium {f['chromium']}"),
    ]


if __name__ == "__main__":
    sys.stdout.write(f"{run()}\n")
