"""Makes readsb traces of any length: flights to and fro between two airports, as a receiver would write them.

Simple kinematics with receiver noise, the same for the same seed. Only for tests and benchmarks: the aircraft does
not exist.
"""

from __future__ import annotations

import gzip
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

VLADIVOSTOK = (132.148, 43.399, 46.0)  # longitude, latitude (degrees), elevation (feet)
KHABAROVSK = (135.188, 48.528, 244.0)

METRES_A_DEGREE = 111_195.0
CRUISE_FT = 33_000.0


def trace(
    fixes: int,
    *,
    flights: int = 4,
    step_s: float = 2.0,
    stop_s: float = 3 * 3600.0,
    hex_address: str = "15f0aa",
    registration: str | None = "TEST-1",
    timestamp: float = 1_700_000_000.0,
    callsign: str = "TST",
    lost: tuple[float, float] | None = None,
    seed: int = 1,
    compressed: bool = False,
) -> bytes:
    """A trace file of `fixes` fixes.

    Args:
        flights: how many, to and fro; between them the aircraft is silent on the ground for `stop_s`.
        step_s: seconds between two fixes.
        lost: of each flight the part (0…1, 0…1) in which no receiver hears it; its fixes are left out, so the file
            has fewer than `fixes`.
    """
    noise = np.random.default_rng(seed)
    rows: list[list[Any]] = []
    offset = 0.0
    for number, count in enumerate(_shares(fixes, flights)):
        ends = (VLADIVOSTOK, KHABAROVSK) if number % 2 == 0 else (KHABAROVSK, VLADIVOSTOK)
        flight = _flight(count, step_s, *ends, offset, f"{callsign}{100 + number}", noise, lost)
        if number:
            flight[0][6] |= 2  # readsb's mark of a new leg
        rows += flight
        offset += count * step_s + stop_s
    document = {
        "icao": hex_address,
        **({"r": registration, "t": "A124", "desc": "ANTONOV An-124"} if registration else {"noRegData": True}),
        "timestamp": timestamp,
    }
    # As readsb writes it: one row a line.
    head = orjson.dumps(document)[:-1]
    body = b",\n    ".join(map(orjson.dumps, rows))
    text = b'%b,\n  "trace":[\n    %b\n  ]\n}\n' % (head, body)
    return gzip.compress(text, compresslevel=6, mtime=0) if compressed else text


def _shares(fixes: int, flights: int) -> list[int]:
    return [fixes // flights + (1 if number < fixes % flights else 0) for number in range(flights)]


def _flight(
    count: int,
    step_s: float,
    origin: tuple[float, float, float],
    destination: tuple[float, float, float],
    offset: float,
    callsign: str,
    noise: np.random.Generator,
    lost: tuple[float, float] | None,
) -> list[list[Any]]:
    share = np.linspace(0.0, 1.0, count)
    time = offset + np.round(np.arange(count) * step_s, 2)
    rolling = (share < 0.03) | (share > 0.97)
    along = np.clip((share - 0.03) / 0.94, 0.0, 1.0)
    way = _eased(along)
    lon = origin[0] + (destination[0] - origin[0]) * way + np.where(rolling, 0.0, 0.02 * np.sin(np.pi * way) ** 2)
    lat = origin[1] + (destination[1] - origin[1]) * way
    level = np.clip(np.minimum(along, 1 - along) / 0.2, 0.0, 1.0)
    ground = origin[2] + (destination[2] - origin[2]) * along
    altitude = np.round((ground + (CRUISE_FT - ground) * level + noise.normal(0, 12, count)) / 25) * 25
    east = np.gradient(lon) * np.cos(np.radians(lat)) * METRES_A_DEGREE
    north = np.gradient(lat) * METRES_A_DEGREE
    seconds = np.maximum(np.gradient(time), 0.01)
    speed = np.round(np.hypot(east, north) / seconds * 3600 / 1852 + noise.normal(0, 0.4, count), 1)
    course = np.round(np.degrees(np.arctan2(east, north)) % 360.0, 1)
    rate = np.round(np.gradient(altitude) / seconds * 60 / 64) * 64
    lon, lat = np.round(lon, 6), np.round(lat, 6)
    return [
        _row(i, time, lon, lat, altitude, speed, course, rate, bool(rolling[i]), callsign, noise.random())
        for i in range(count)
        if lost is None or not lost[0] < share[i] < lost[1]
    ]


def _eased(along: NDArray[np.float64]) -> NDArray[np.float64]:
    """From rest to rest: slow at both ends, as much way as time on the whole."""
    return along - np.sin(2 * np.pi * along) / (2 * np.pi) * 0.8


def _row(
    i: int,
    time: NDArray[np.float64],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    altitude: NDArray[np.float64],
    speed: NDArray[np.float64],
    course: NDArray[np.float64],
    rate: NDArray[np.float64],
    rolling: bool,
    callsign: str,
    chance: float,
) -> list[Any]:
    height = "ground" if rolling else int(altitude[i])
    geometric = None if rolling else int(altitude[i]) + 325
    detail = None
    if i % 4 == 0:
        detail = {
            "type": "adsb_icao", "flight": f"{callsign:<8}", "alt_geom": geometric, "ias": 279, "tas": 460,
            "mach": 0.772, "wd": 214, "ws": 41, "track": float(course[i]), "roll": round(chance - 0.5, 2),
            "baro_rate": int(rate[i]), "squawk": "4637", "emergency": "none", "nav_qnh": 1013.6,
            "nav_altitude_mcp": 32992, "nav_heading": float(course[i]), "nic": 8, "rc": 186, "version": 2,
            "nic_baro": 1, "nac_p": 10, "nac_v": 2, "sil": 3, "sil_type": "perhour", "gva": 2, "sda": 2,
            "alert": 0, "spi": 0,
        }  # fmt: skip
    return [
        round(float(time[i]), 2), float(lat[i]), float(lon[i]), height, max(float(speed[i]), 0.0), float(course[i]),
        0, None if rolling else int(rate[i]), detail, "adsb_icao", geometric, None if rolling else int(rate[i]),
        279, round(chance * 2 - 1, 1),
    ]  # fmt: skip
