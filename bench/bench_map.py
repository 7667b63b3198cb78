"""What the map and the timeline cost at their largest: seeking, moving, many fixes, many aircraft, many lanes.

Script times as in `bench_animation`, the browser's own painting not counted; only the interval from frame to frame
holds all. Beside each the same with less, in turns, where a ratio is asked for.

    python -m bench.bench_map
"""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import statistics
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench.figures import Row
from bench.pages import LASTS_S, START, BenchPage, made_paths, served
from tests.browser_page import CHROMIUM_ARGUMENTS, chromium

TITLE = "Map and timeline at their largest"
LANES, BARS = 500, 20_000
DAY = 86_400.0
TURNS = 3


def lanes_data(seed: int = 1) -> dict[str, Any]:
    """Summaries of BARS flights by LANES aircraft in ten years, and the words of the timeline as the site has them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django
    from django.template.loader import render_to_string

    django.setup()
    words = re.search(r">(\{.*\})<", render_to_string("tracks/timeline_words.html"), re.DOTALL)
    assert words
    draw = random.Random(seed)
    flights = []
    for number in range(BARS):
        lane = f"RA-{85_000 + number % LANES}"
        start = START - draw.uniform(0, 3_650) * DAY
        flights.append(
            {
                "id": f"b{number:07d}",
                "revision": 1,
                "url": f"/flights/b{number:07d}/",
                "title": lane,
                "class": draw.choice(["observed", "observed", "reported"]),
                "demonstration": False,
                "aircraft": {"key": lane, "registration": lane, "icao24": None, "type": "T154", "type_name": "Tu-154"},
                "callsign": None,
                "lane": lane,
                "origin": None,
                "destination": None,
                "departure": start,
                "arrival": start + 7_200,
                "start": start,
                "end": start + 7_200,
                "date": {"text": "", "precision": "second", "zone_basis": "stated"},
                "assertion_level": None,
                "direction": draw.choice(["outbound", "inbound"]),
                "gaps": [],
                "disagreements": [],
                "has_path": True,
            }
        )
    return {
        "flights": flights,
        "words": json.loads(words[1].encode().decode("unicode_escape").encode("latin-1").decode()),
        "window": {"start": START - 1_825 * DAY, "end": START},
    }


def _medians(browser: Browser, site: str) -> dict[str, Any]:
    draw = random.Random(2)

    def open_page(address: str) -> BenchPage:
        return BenchPage(browser, f"{site}{address}")

    usual, dense = open_page("/ours?paths=/data/200x500"), open_page("/ours?paths=/data/200x5000")
    seeks = [START + draw.uniform(100, LASTS_S) for _ in range(30)]
    measured: dict[str, Any] = {"seek_ms": usual.call("(times) => seeks(times)", seeks)}
    usual.call("(time) => prepare(time)", START + LASTS_S)
    measured["zoom_ms"] = usual.call("(levels) => zooms(levels)", [5, 6, 7, 6] * 5)
    measured["pan_ms"] = usual.call("(offsets) => pans(offsets)", [[300, 200], [-300, -200]] * 8)
    usual.call("(levels) => zooms(levels)", [6])
    times = [START + 2_500 + 5.0 * step for step in range(60)]
    steps: dict[str, list[float]] = {"few": [], "many": []}
    for turn in range(TURNS + 1):
        for name, page in (("few", usual), ("many", dense)):
            page.call("(time) => prepare(time)", START + 2_500)
            spent = page.call("(times) => steps(times)", times)
            steps[name] += spent if turn else []
    crowd = open_page("/ours?paths=/data/1000x500")
    intervals: dict[str, list[float]] = {"still": [], "moving": []}
    for _ in range(TURNS):
        crowd.call("(time) => prepare(time)", START + 2_500)
        intervals["still"] += crowd.call("(times) => intervals(times)", [None] * 60)
        intervals["moving"] += crowd.call("(times) => intervals(times)", times)
    lanes = open_page("/lanes")
    moves = [[(-1) ** (n // 20) * 23, None] for n in range(60)]
    zooms = [[None, 1.06 if n // 20 % 2 else 1 / 1.06] for n in range(80)]
    measured["lanes_pan_ms"] = lanes.call("(moves) => gesture(moves)", moves)
    measured["lanes_zoom_ms"] = lanes.call("(moves) => gesture(moves)", zooms)
    pairs = itertools.chain(measured.items(), steps.items(), intervals.items())
    return {
        **{name: round(statistics.median(values), 3) for name, values in pairs},
        **lanes.call("() => counts()"),
    }


def run() -> dict[str, Any]:
    """Medians, milliseconds."""
    sizes = ((200, 500), (200, 5_000), (1_000, 500))
    data = {f"{flights}x{fixes}": made_paths(flights, fixes) for flights, fixes in sizes}
    data["lanes"] = json.dumps(lanes_data()).encode()
    with served(data) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        try:
            return _medians(browser, site)
        finally:
            browser.close()


def rows(f: dict[str, Any]) -> list[Row]:
    """What `run` measured, as rows of docs/benchmarks.md."""
    dense, moving = f["many"] / f["few"], f["moving"] / f["still"]
    lanes = f"{f['lanes']} lanes with {BARS:,} bars, {f['seen']} in sight"

    def most(what: str, ms: float, limit: float) -> Row:
        return Row(what, f"{ms:.2f} ms", f"≤ {limit:g} ms", ms <= limit)

    return [
        most("seek to any moment, 200 flights × 500 fixes, script", f["seek_ms"], 16),
        most("zoom, 100,000 fixes flown, all painted again, script", f["zoom_ms"], 50),
        most("pan by 360 px, 100,000 fixes flown, script", f["pan_ms"], 50),
        Row(
            "script a frame, 200 flights × 5,000 fixes in the time of 500",
            f"{dense:.2f} times that of 500 ({f['many']:.3f} and {f['few']:.3f} ms)",
            "≤ 1.2",
            dense <= 1.2,
        ),
        Row(
            "from frame to frame, 1,000 aircraft moving, beside the same map standing still",
            f"{moving:.2f} times ({f['moving']:.1f} and {f['still']:.1f} ms)",
            "≤ 1.3",
            moving <= 1.3,
        ),
        most(f"timeline, {lanes}: pan, script a frame", f["lanes_pan_ms"], 4),
        most(f"timeline, {lanes}: zoom, script a frame", f["lanes_zoom_ms"], 4),
    ]


if __name__ == "__main__":
    print(json.dumps(run(), indent=2, ensure_ascii=False))
