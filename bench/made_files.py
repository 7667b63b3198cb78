"""Files of any size for measurements, made while they are read, so that nowhere the whole of one is in memory.

Those of one aircraft: flights to and fro, four hours each, with nights between them, a fix each second. Those of many
aircraft: all of them cruise for as long as the file lasts.
"""

from __future__ import annotations

import datetime
import io
import itertools
import math
from collections.abc import Callable, Iterator

FLIGHT_S = 4 * 3600
DAY_S = 86_400
START = 1_420_070_400  # 2015-01-01


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


def states(size: int, aircraft: int = 2_000, step_s: int = 10) -> Made:
    """A table of OpenSky state vectors, each aircraft every ten seconds."""
    head = (
        b"time,icao24,lat,lon,velocity,heading,vertrate,callsign,onground,squawk,baroaltitude,geoaltitude,"
        b"lastposupdate\n"
    )

    def sweeps() -> Iterator[bytes]:
        for number in itertools.count():
            moment = START + number * step_s
            yield "".join(
                f"{moment},{0x700000 + n:06x},{30 + n % 300 / 10:.1f},{_longitude(n * 0.7 + number * 0.03):.6f},"
                f"221.35,90.0,0.0,TST{n:04d} ,false,{n % 4096:04o},10668.0,{10_700 + (n + number) % 40}.5,"
                f"{moment - n % 10 / 10}\n"
                for n in range(aircraft)
            ).encode()

    return Made(head, sweeps(), b"", size)


def sbs(size: int, aircraft: int = 200) -> Made:
    """A log of SBS-1 messages, a position of each aircraft every second, speed and callsign now and then."""

    def seconds() -> Iterator[bytes]:
        for number in itertools.count():
            moment = datetime.datetime.fromtimestamp(START + number, datetime.UTC)
            clock = f"{moment:%Y/%m/%d,%H:%M:%S}"
            lines = []
            for n in range(aircraft):
                begin = f",1,1,{0x710000 + n:06X},1,{clock}.{n:03d},{clock}.{n:03d},"
                if (number + n) % 4 == 0:
                    lines.append(f"MSG,4{begin},,430,90,,,0,,,,,\n")
                if (number + n) % 20 == 0:
                    lines.append(f"MSG,1{begin}TST{n:04d},,,,,,,,,,,\n")
                x = _longitude(n * 0.7 + number * 0.003)
                lines.append(f"MSG,3{begin},35000,,,{30 + n % 300 / 10:.4f},{x:.5f},,,0,,0,0\n")
            yield "".join(lines).encode()

    return Made(b"", seconds(), b"", size)


def _longitude(degrees: float) -> float:
    return (degrees + 180) % 360 - 180


FORMATS: dict[str, Callable[[int], Made]] = {
    "GPX": gpx,
    "KML gx:Track": gx_track,
    "GeoJSON": geojson,
    "readsb trace": readsb,
    "OpenSky state vectors": states,
    "SBS-1 log": sbs,
}
