"""Writes simulated flights as files of the trackers' own formats, byte for byte the same each time.

The formats are those that `tracks/formats` reads, written from their descriptions, not by its code.
Aircraft have no ICAO address: every one of the 16 million belongs to some state's register.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracks.demonstration.kinematics import Motion

FOOT = 0.3048
KNOT = 1852 / 3600

# No position for this long, and readsb calls the next one stale.
_STALE_S = 15.0


@dataclass(frozen=True, slots=True)
class Recording:
    """One flight as one tracker recorded it.

    `start` is the epoch second that `motion.time` counts from; `mlat` marks the samples whose
    position was multilaterated.
    """

    callsign: str
    start: float
    motion: Motion
    mlat: NDArray[np.bool_]
    squawk: str


def write_readsb(path: Path, recordings: list[Recording], address: str, registration: str, type_name: str) -> None:
    """A readsb trace of one aircraft, gzip without a suffix that says so, as readsb writes it."""
    base = round(recordings[0].start + float(recordings[0].motion.time[0]), 3)
    rows: list[list[Any]] = []
    last = -np.inf
    for recording in recordings:
        motion = recording.motion
        for i in range(motion.time.size):
            at = recording.start + float(motion.time[i]) - base
            grounded = bool(motion.on_ground[i])
            mlat = bool(recording.mlat[i])
            feet = round(float(motion.altitude[i]) / FOOT / 25) * 25
            knots = round(float(motion.ground_speed[i]) / KNOT, 1)
            track = round(float(motion.track[i]), 1) % 360.0
            rate = round(float(motion.vertical_speed[i]) / FOOT * 60 / 64) * 64
            source = "mlat" if mlat else "adsb_other"
            detail: dict[str, Any] | None = None
            if len(rows) % 4 == 0:
                detail = {"type": source, "flight": recording.callsign.ljust(8), "squawk": recording.squawk}
                if not mlat:
                    detail |= {"nic": 8, "rc": 186, "version": 2, "nac_p": 10, "sil": 3, "sil_type": "perhour"}
            rows.append(
                [
                    round(at, 2),
                    round(float(motion.latitude[i]), 6),
                    round(float(motion.longitude[i]), 6),
                    "ground" if grounded else feet,
                    knots,
                    track,
                    int(at - last > _STALE_S),
                    None if grounded else rate,
                    detail,
                    source,
                    None if grounded or mlat else feet + 325,
                    None,
                    None,
                    None,
                ]
            )
            last = at
    header = {"icao": address, "r": registration, "t": "ZZZZ", "desc": type_name, "timestamp": base}
    text = json.dumps(header, separators=(",", ":"))[:-1] + ',\n"trace":[\n'
    text += ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]}\n"
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def _fr24_rows(recording: Recording) -> list[tuple[int, float, float, int, int, int, int]]:
    """Whole seconds, latitude, longitude, feet (0 on the ground), knots, degrees, ft/min."""
    motion = recording.motion
    rows = []
    for i in range(motion.time.size):
        grounded = bool(motion.on_ground[i])
        rows.append(
            (
                int(recording.start + float(motion.time[i])),
                round(float(motion.latitude[i]), 6),
                round(float(motion.longitude[i]), 6),
                0 if grounded else max(25, round(float(motion.altitude[i]) / FOOT / 25) * 25),
                round(float(motion.ground_speed[i]) / KNOT),
                round(float(motion.track[i])) % 360,
                0 if grounded else round(float(motion.vertical_speed[i]) / FOOT * 60 / 64) * 64,
            )
        )
    return rows


def write_fr24_csv(path: Path, recording: Recording) -> None:
    """The CSV export of one flight."""
    lines = ["Timestamp,UTC,Callsign,Position,Altitude,Speed,Direction"]
    for seconds, lat, lon, feet, knots, track, _ in _fr24_rows(recording):
        utc = f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"
        lines.append(f'{seconds},{utc},{recording.callsign},"{lat:.6f},{lon:.6f}",{feet},{knots},{track}')
    path.write_bytes(("\n".join(lines) + "\n").encode())


def write_fr24_playback(
    path: Path, recording: Recording, registration: str, type_name: str, origin: str, destination: str
) -> None:
    """The playback JSON of one flight."""
    track = [
        {
            "latitude": lat,
            "longitude": lon,
            "altitude": {"feet": feet, "meters": round(feet * FOOT)},
            "speed": {"kmh": round(knots * 1.852, 1), "kts": knots, "mph": round(knots * 1.15078, 1)},
            "verticalSpeed": {"fpm": rate, "ms": round(rate * FOOT / 60)},
            "heading": heading,
            "squawk": recording.squawk.lstrip("0"),
            "timestamp": seconds,
            "ems": None,
        }
        for seconds, lat, lon, feet, knots, heading, rate in _fr24_rows(recording)
    ]
    flight = {
        "identification": {"id": path.stem, "number": {"default": None}, "callsign": recording.callsign},
        "status": {"live": False},
        "aircraft": {
            "model": {"code": "ZZZZ", "text": type_name},
            "identification": {"modes": None, "registration": registration},
        },
        "owner": {"name": "Flightmap demonstration"},
        "airline": None,
        "airport": {"origin": {"code": {"icao": origin}}, "destination": {"code": {"icao": destination}}},
        "track": track,
    }
    document = {
        "result": {"request": {}, "response": {"timestamp": track[-1]["timestamp"], "data": {"flight": flight}}}
    }
    path.write_bytes(json.dumps(document, indent=1).encode())


def write_gpx(path: Path, recordings: list[Recording]) -> None:
    """What a satellite navigation logger aboard wrote: one track for each flight, geometric heights."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gpx version="1.1" creator="Flightmap demonstration" xmlns="http://www.topografix.com/GPX/1/1">',
    ]
    for recording in recordings:
        motion = recording.motion
        lines.append(f"<trk><name>{recording.callsign}</name><trkseg>")
        for i in range(motion.time.size):
            moment = datetime.fromtimestamp(round(recording.start + float(motion.time[i]), 1), UTC)
            time = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 100_000}Z"
            lines.append(
                f'<trkpt lat="{motion.latitude[i]:.6f}" lon="{motion.longitude[i]:.6f}">'
                f"<ele>{motion.altitude[i]:.1f}</ele><time>{time}</time></trkpt>"
            )
        lines.append("</trkseg></trk>")
    lines.append("</gpx>")
    path.write_bytes(("\n".join(lines) + "\n").encode())
