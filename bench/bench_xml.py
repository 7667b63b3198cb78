"""How fast GPX and KML are read, beside gpxpy and fastkml on the same files in the same run.

Files of 200,000 fixes are made in the ways their writers write: a GPX track with heights, a gx:Track with all times
before all positions. The peers run in an environment of their own (bench/peers.py) and only build their objects from
text; ours reads bytes into arrays of checked fixes. Rounds of both take turns; figures are medians. A further KML of
Flightradar24's kind has no peer: fastkml gives its descriptions as text.
"""

from __future__ import annotations

import datetime
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.bench_parsing import memory_of, parse
from bench.figures import Row
from bench.peers import run_peer

TITLE = "GPX and KML beside gpxpy and fastkml"
FIXES = 200_000
ROUNDS = 3
MIB = 1 << 20
BEGIN = datetime.datetime(2024, 3, 21, tzinfo=datetime.UTC)
KML_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2" '
    'xmlns:gx="http://www.google.com/kml/ext/2.2">\n<Document>\n'
)


def fix(number: int) -> tuple[str, float, float, int]:
    """Time, longitude, latitude and metres of a fix."""
    when = (BEGIN + datetime.timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return when, 131 + number * 1e-5, 39 + number * 1e-5, 1000 + number % 900


def gpx() -> str:
    """A track of `FIXES` points."""
    points = "".join(
        f'   <trkpt lat="{y:.6f}" lon="{x:.6f}">\n    <ele>{z}.5</ele>\n    <time>{when}</time>\n   </trkpt>\n'
        for when, x, y, z in map(fix, range(FIXES))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="bench" '
        f'xmlns="http://www.topografix.com/GPX/1/1">\n <trk>\n  <trkseg>\n{points}  </trkseg>\n </trk>\n</gpx>\n'
    )


def kml() -> str:
    """A gx:Track of `FIXES` positions."""
    fixes = list(map(fix, range(FIXES)))
    whens = "".join(f"        <when>{when}</when>\n" for when, *_ in fixes)
    coords = "".join(f"        <gx:coord>{x:.6f} {y:.6f} {z}</gx:coord>\n" for _, x, y, z in fixes)
    track = f"<gx:Track>\n<altitudeMode>absolute</altitudeMode>\n{whens}{coords}</gx:Track>"
    return f"{KML_HEAD}<Placemark><name>bench</name>\n{track}\n</Placemark>\n</Document>\n</kml>\n"


def points_kml() -> str:
    """A folder of `FIXES` timed points with descriptions, as Flightradar24 writes it."""
    points = "".join(
        f"<Placemark>\n<description><![CDATA[<div><div><span><b>Altitude:</b></span> <span>{z * 10:,} ft</span></div>\n"
        "<div><span><b>Speed:</b></span> <span>420 kt</span></div>\n"
        "<div><span><b>Heading:</b></span> <span>225&deg;</span></div>\n</div>]]></description>\n"
        f"<TimeStamp>\n<when>{when[:-1]}+00:00</when>\n</TimeStamp>\n<Point>\n<altitudeMode>absolute</altitudeMode>\n"
        f"<coordinates>{x:.6f},{y:.6f},{z * 3.048:.2f}</coordinates>\n</Point>\n</Placemark>\n"
        for when, x, y, z in map(fix, range(FIXES))
    )
    return f"{KML_HEAD}<Folder>\n<name>Route</name>\n{points}</Folder>\n</Document>\n</kml>\n"


def run() -> dict[str, Any]:
    """Measure; figures by kind of file, then by name."""
    figures: dict[str, Any] = {"fixes": FIXES}
    with tempfile.TemporaryDirectory(prefix="flightmap-bench-") as folder:
        for kind, text, peer in (("gpx", gpx(), "gpx"), ("gx_track", kml(), "kml"), ("points", points_kml(), None)):
            file = Path(folder) / f"{kind}.xml"
            file.write_text(text, encoding="utf-8")
            figures[kind] = _measured(file, peer)
    return figures


def _measured(file: Path, peer: str | None) -> dict[str, Any]:
    data = file.read_bytes()
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        fixes = parse(data)
        ours.append(time.perf_counter() - began)
        assert fixes == FIXES, "every fix is read"
        if peer is not None:
            answer = json.loads(run_peer("peer_xml.py", peer, str(file), "1"))
            assert answer["points"] == FIXES, "the peer reads every point"
            theirs += answer["seconds"]
    figures: dict[str, Any] = {
        "file_mib": round(len(data) / MIB, 1),
        "fixes_per_s": round(FIXES / statistics.median(ours)),
        "memory_mib": round(memory_of(file) / MIB, 1),
    }
    if theirs:
        figures["peer_fixes_per_s"] = round(FIXES / statistics.median(theirs))
        figures["times_the_peer"] = round(statistics.median(theirs) / statistics.median(ours), 1)
    return figures


def rows(f: dict[str, Any]) -> list[Row]:
    """What `run` measured, as rows of docs/benchmarks.md."""
    written: list[Row] = []
    for kind, what, peer in (("gpx", "GPX", "gpxpy 1.6.2"), ("gx_track", "KML gx:Track", "fastkml 1.4.0")):
        own = f[kind]
        written.append(
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
    written.append(Row(f"KML points with descriptions ({points['file_mib']} MiB)", figure))
    return written


if __name__ == "__main__":
    for name, figure in run().items():
        sys.stdout.write(f"{name}: {figure}\n")
