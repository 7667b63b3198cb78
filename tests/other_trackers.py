"""The flight of a readsb trace as other trackers would have written it down."""

from __future__ import annotations

import datetime
from typing import Any

import orjson

FEET = 0.3048


def _rows(trace: bytes, every: int, clock_s: float) -> list[tuple[float, list[Any]]]:
    """Epoch seconds by this tracker's clock, and the row of the trace."""
    document = orjson.loads(trace)
    return [(document["timestamp"] + row[0] + clock_s, row) for row in document["trace"][::every]]


def as_fr24_csv(trace: bytes, callsign: str = "TST100", *, every: int = 5, clock_s: float = 0.0) -> bytes:
    """The CSV that Flightradar24 offers; `clock_s`: by how much its clock is ahead."""
    lines = ["Timestamp,UTC,Callsign,Position,Altitude,Speed,Direction"]
    for time, row in _rows(trace, every, clock_s):
        at = datetime.datetime.fromtimestamp(round(time), datetime.UTC)
        altitude = 0 if row[3] == "ground" else row[3]
        position = f'"{row[1]:.6f},{row[2]:.6f}"'
        lines.append(
            f"{round(time)},{at:%Y-%m-%dT%H:%M:%SZ},{callsign},{position},{altitude},{round(row[4])},{round(row[5])}"
        )
    return ("\n".join(lines) + "\n").encode()


def as_gpx(trace: bytes, name: str = "TEST-1", *, every: int = 3, clock_s: float = 0.0) -> bytes:
    """The log of a hand-held receiver on board."""
    points = []
    for time, row in _rows(trace, every, clock_s):
        at = datetime.datetime.fromtimestamp(time, datetime.UTC)
        height = 14 if row[3] == "ground" else row[3] * FEET
        points.append(
            f'<trkpt lat="{row[1]:.6f}" lon="{row[2]:.6f}"><ele>{height:.1f}</ele>'
            f"<time>{at.isoformat(timespec='milliseconds').replace('+00:00', 'Z')}</time></trkpt>"
        )
    head = '<?xml version="1.0"?><gpx version="1.1" creator="Logger" xmlns="http://www.topografix.com/GPX/1/1">'
    body = "\n".join(points)
    return f"{head}<trk><name>{name}</name><trkseg>\n{body}\n</trkseg></trk></gpx>".encode()
