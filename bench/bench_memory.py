"""A gigabyte of each of four formats through a real worker: its peak memory, and the seconds from queue to commit.

FLIGHTMAP_BENCH_MEMORY_MIB makes the files smaller where there is no time for a gigabyte.

The files are made while they are brought, so that nowhere the whole of one is in memory: flights to and fro, four
hours each, with nights between them, a fix each second. The worker is a process of its own on PostgreSQL and Redis of
its own; memory is the peak of its child (VmHWM of /proc, set back before each file), all of it, Python and libraries
included. Nothing of it stays on the disk.
"""

from __future__ import annotations

import datetime
import io
import itertools
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.bench_import import MIB, POLL_S, ROOT, _environment, _memory, _services, _worker
from bench.figures import Row

TITLE = "Memory of an import"
SIZE = int(os.environ.get("FLIGHTMAP_BENCH_MEMORY_MIB", "1024")) * MIB
FLIGHT_S = 4 * 3600
DAY_S = 86_400
START = 1_420_070_400  # 2015-01-01
ALLOWED_MIB = 400


def run(wanted: Sequence[str] = ()) -> dict[str, Any]:
    """Peak memory and seconds of all formats, or of those named; in a process of its own, for the settings are."""
    with tempfile.TemporaryDirectory(prefix="flightmap-bench-") as folder:
        Path(folder).chmod(0o755)  # where root starts it, the servers run as somebody else
        done = subprocess.run(
            [sys.executable, "-m", "bench.bench_memory", "--measure", folder, *wanted],
            cwd=ROOT,
            env={**_environment(Path(folder)), "UPLOAD_MAX_MB": str(SIZE // MIB + 64)},
            stdout=subprocess.PIPE,
            check=True,
        )
        return json.loads(done.stdout.splitlines()[-1])


class Made(io.RawIOBase):
    """A file that is made while it is read: a head, then pieces until it is large enough, then a tail."""

    def __init__(self, head: bytes, pieces: Iterator[bytes], tail: bytes, size: int) -> None:
        self._parts = self._all(head, pieces, tail, size)
        self._part, self._at = b"", 0

    @staticmethod
    def _all(head: bytes, pieces: Iterator[bytes], tail: bytes, size: int) -> Iterator[bytes]:
        yield head
        made = len(head)
        for piece in pieces:
            made += len(piece)
            yield piece
            if made >= size:
                break
        yield tail

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes; b"" at the end."""
        while self._at >= len(self._part):
            part = next(self._parts, None)
            if part is None:
                return b""
            self._part, self._at = part, 0
        start, self._at = self._at, self._at + (size if size >= 0 else len(self._part))
        return self._part[start : self._at]


def _flight() -> list[tuple[float, float, float]]:
    """Longitude, latitude and metres of each second of a flight."""
    rows = []
    for second in range(FLIGHT_S):
        share = second / FLIGHT_S
        height = min(1.0, 8 * share, 8 * (1 - share))
        rows.append((132.148 - 30 * share, 43.399 + 9 * share + 0.05 * math.sin(second / 700), 10_000 * height))
    return rows


def _days(flight: str) -> Iterator[bytes]:
    """A flight again and again, each day after the last: `DAY` in its text stands for the date."""
    text = flight.encode()
    first = datetime.datetime.fromtimestamp(START, datetime.UTC).date()
    for number in itertools.count():
        yield text.replace(b"DAY", (first + datetime.timedelta(days=number)).isoformat().encode())


def _clock(second: int) -> str:
    return f"DAYT{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z"


def gpx(size: int) -> Made:
    """GPX 1.1, one track, a segment each flight."""
    points = "".join(
        f'<trkpt lat="{lat:.6f}" lon="{lon:.6f}"><ele>{alt:.1f}</ele><time>{_clock(second)}</time></trkpt>\n'
        for second, (lon, lat, alt) in enumerate(_flight())
    )
    head = b'<?xml version="1.0"?>\n<gpx version="1.1" creator="made" xmlns="http://www.topografix.com/GPX/1/1"><trk>\n'
    return Made(head, _days(f"<trkseg>\n{points}</trkseg>\n"), b"</trk></gpx>\n", size)


def gx_track(size: int) -> Made:
    """KML with one gx:Track a flight, all its times before all its places."""
    whens = "".join(f"<when>{_clock(second)}</when>\n" for second in range(FLIGHT_S))
    places = "".join(f"<gx:coord>{lon:.6f} {lat:.6f} {alt:.1f}</gx:coord>\n" for lon, lat, alt in _flight())
    track = f"<gx:Track><altitudeMode>absolute</altitudeMode>\n{whens}{places}</gx:Track>"
    head = (
        b'<?xml version="1.0"?>\n<kml xmlns="http://www.opengis.net/kml/2.2" '
        b'xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>\n'
    )
    pieces = _days(f"<Placemark><name>TST1</name>{track}</Placemark>\n")
    return Made(head, pieces, b"</Document></kml>\n", size)


def geojson(size: int) -> Made:
    """A feature collection of points with times."""
    points = "".join(
        f'{{"type":"Feature","geometry":{{"type":"Point","coordinates":[{lon:.6f},{lat:.6f},{alt:.1f}]}},'
        f'"properties":{{"time":"{_clock(second)}"}}}},\n'
        for second, (lon, lat, alt) in enumerate(_flight())
    )
    last = b'{"type":"Feature","geometry":null,"properties":{}}]}\n'
    return Made(b'{"type":"FeatureCollection","features":[\n', _days(points), last, size)


def readsb(size: int) -> Made:
    """A readsb trace; flights one after the other make it longer than any that a tracker gives out."""
    detail = '{"type":"adsb_icao","flight":"TST1    ","squawk":"4637","nic":8,"rc":186}'
    rows = "".join(
        f"[%d,{lat:.6f},{lon:.6f},{round(alt / 0.3048)},450.1,281.2,{0 if second else 2},0,"
        f'{"null" if second % 4 else detail},"adsb_icao",{round(alt / 0.3048) + 300},0,279,0.1],\n'
        for second, (lon, lat, alt) in enumerate(_flight())
    ).encode()
    pieces = (rows % tuple(range(day * DAY_S, day * DAY_S + FLIGHT_S)) for day in itertools.count())
    head = b'{"icao":"15f0ab","r":"TEST-2","t":"A124","timestamp":%d,"trace":[\n' % START
    last = b"[%d,null,null,null,null,null,0,null,null]]}\n" % (100 * 365 * DAY_S)
    return Made(head, pieces, last, size)


FORMATS: dict[str, Callable[[int], Made]] = {
    "GPX": gpx,
    "KML gx:Track": gx_track,
    "GeoJSON": geojson,
    "readsb trace": readsb,
}


def measure(folder: Path, wanted: list[str]) -> dict[str, Any]:
    """Import a file of each format after the other."""
    results: dict[str, Any] = {"allowed_mib": ALLOWED_MIB}
    with _services(folder), _worker(folder, "first") as (_node, child):
        results["idle_mib"] = round(_memory(child, "VmRSS") / MIB, 1)
        for name, make in FORMATS.items():
            if not wanted or name in wanted:
                results[name] = _one(make(SIZE), name, child)
    return results


def _one(upload: Made, name: str, child: int) -> dict[str, Any]:
    from tracks.models import TrackFile
    from tracks.receiving import receive, reimport

    given: Any = upload
    track_file = receive(given, name=name, licence="none", credit="none", queue=False).track_file
    TrackFile.objects.filter(pk=track_file.pk).update(status="failed")
    Path(f"/proc/{child}/clear_refs").write_text("5")  # forget the peak so far
    began = time.perf_counter()
    reimport(track_file)
    shares: list[float] = []
    while True:
        row = TrackFile.objects.only("status", "progress_bytes", "size").get(pk=track_file.pk)
        if row.status in {"imported", "failed"}:
            break
        shares.append(row.progress_bytes / row.size)
        time.sleep(POLL_S)
    seconds = time.perf_counter() - began
    row = TrackFile.objects.get(pk=track_file.pk)
    if row.status != "imported":
        raise RuntimeError(f"{name}: {row.error}")
    peak = _memory(child, "VmHWM")
    row.file.storage.delete(row.file.name)
    return {
        "file_mib": round(row.size / MIB),
        "fixes": row.progress_fixes,
        "flights": row.report["tracks_count"],
        "seconds": round(seconds, 1),
        "of_which_s": row.report["durations"],
        "peak_mib": round(peak / MIB, 1),
        "progress_seen": len(set(shares)),
        "progress_never_back": shares == sorted(shares),
    }


def rows(f: dict[str, Any]) -> list[Row]:
    """What `run` measured, as rows of docs/benchmarks.md."""
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


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        sys.stdout.write(json.dumps(measure(Path(sys.argv[2]), sys.argv[3:])) + "\n")
    else:
        sys.stdout.write(json.dumps(run(sys.argv[1:]), indent=1) + "\n")
