"""The wire format of paths, view profile: what the map, the chart and the table of fixes need.

Columns, not rows; integers; each column one run over all stretches of all flights, predicted from what
stands before and the rest written as variable-length integers. The server compresses the whole. The bytes
are specified in docs/wire.md, which also has the measured sizes; static/flightmap/js/path.js reads them.

This module knows numbers only: no models, no files, no requests.
"""

from __future__ import annotations

import itertools
import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

MAGIC = b"FMP1"
DEGREE = 100_000  # positions are multiples of 1e-5°
TWO_BYTES, MANY_BYTES = 192, 192 + 63 * 256  # where values begin to need a tail byte, a tail of any length
FURTHEST = 1_000_000  # 10°: a prediction that moves further is worth nothing and is not made
CLASSES = ("observed", "estimated")

# Steps tried in turn: the first of which every value is a multiple is lossless and makes the smallest
# numbers; where none fits, values are rounded to the last. Feet in metres, then the metre itself.
ALTITUDE_STEPS = (30.48, 7.62, 1.0, 0.3048)  # metres
RATE_STEPS = (64.0, 32.0, 1.0)  # feet a minute
TICKS = (1, 10)  # ticks a second

COLUMN_ORDER = (
    "time",
    "major",
    "minor",
    "altitude",
    "altitude_kind",
    "ground_speed",
    "track_angle",
    "vertical_rate",
    "source",
    "on_ground",
)

Integers = NDArray[np.int64]
Symbols = NDArray[np.uint64]
Known = NDArray[np.bool_]
_NONE: Symbols = np.empty(0, np.uint64)


@dataclass(frozen=True, slots=True, kw_only=True)
class WireStretch:
    """An uninterrupted run of n fixes, in order of time.

    Attributes:
        evidence_class: "observed" or "estimated".
        track: what leads back to the original: a track's id or the first digits of its file's SHA-256.
        time: n epoch seconds, ascending. longitude, latitude: n degrees.
        altitude: n metres, NaN unknown. altitude_kind: n of `processing.fixes.AltitudeKind`.
        ground_speed: n knots, NaN unknown. track_angle: n degrees true, NaN unknown.
        vertical_rate: n feet a minute, NaN unknown. source: n of `PositionSource`.
        on_ground: n of −1 (unknown), 0, 1.
        Any but the first three may be None: unknown throughout.
    """

    evidence_class: str
    track: str
    time: ArrayLike
    longitude: ArrayLike
    latitude: ArrayLike
    altitude: ArrayLike | None = None
    altitude_kind: ArrayLike | None = None
    ground_speed: ArrayLike | None = None
    track_angle: ArrayLike | None = None
    vertical_rate: ArrayLike | None = None
    source: ArrayLike | None = None
    on_ground: ArrayLike | None = None


@dataclass(frozen=True, slots=True)
class WireFlight:
    """One flight's stretches, in order of time."""

    id: str
    revision: int
    stretches: Sequence[WireStretch]


def encode_paths(flights: Sequence[WireFlight]) -> bytes:
    """Write flights in the view profile (uncompressed; see docs/wire.md).

    Raises:
        ValueError: a stretch is empty, its columns differ in length, its times descend or are not
            finite, a position is not finite or off the globe, or its class is not known.
    """
    columns: dict[str, list[Symbols]] = {name: [] for name in COLUMN_ORDER}
    described = [_encode_flight(flight, columns) for flight in flights]
    bodies = {name: _column(np.concatenate([_NONE, *parts])) for name, parts in columns.items()}
    header = json.dumps(
        {"profile": "view", "flights": described, "columns": [[name, len(bodies[name])] for name in COLUMN_ORDER]},
        separators=(",", ":"),
        ensure_ascii=False,
    ).encode()
    message = b"".join([MAGIC, struct.pack("<I", len(header)), header, *bodies.values()])
    return message + struct.pack("<I", zlib.crc32(message))


def _encode_flight(flight: WireFlight, columns: dict[str, list[Symbols]]) -> dict[str, object]:
    """Append a flight's columns; return its entry in the header."""
    times = [_checked_times(flight, s) for s in flight.stretches]
    for before, after in itertools.pairwise(times):
        if after[0] < before[0]:
            raise ValueError(f"flight {flight.id}: stretches are not in order of time")
    t0 = int(np.floor(times[0][0])) if times else 0
    all_times = np.concatenate(times) - t0 if times else np.empty(0)
    ticks = next((t for t in TICKS if _are_multiples(all_times * t, 1.0, 1e-4)), TICKS[-1])
    altitude_step = _step(ALTITUDE_STEPS, [s.altitude for s in flight.stretches], 0.005)
    rate_step = _step(RATE_STEPS, [s.vertical_rate for s in flight.stretches], 0.005)

    stretches = []
    for stretch, epoch in zip(flight.stretches, times, strict=True):
        n = epoch.size
        time = np.round((epoch - t0) * ticks).astype(np.int64)
        longitude = _degrees(flight, "longitude", stretch.longitude, n, 180)
        latitude = _degrees(flight, "latitude", stretch.latitude, n, 90)
        major, minor = _position_residuals(time, longitude, latitude)
        columns["time"].append(_zigzag(np.diff(time, prepend=0)))
        columns["major"].append(_zigzag(major))
        columns["minor"].append(_zigzag(minor))
        for name, given, step, unknown in (
            ("altitude", stretch.altitude, altitude_step, np.nan),
            ("altitude_kind", stretch.altitude_kind, 1.0, 0),
            ("ground_speed", stretch.ground_speed, 1.0, np.nan),
            ("track_angle", stretch.track_angle, 1.0, np.nan),
            ("vertical_rate", stretch.vertical_rate, rate_step, np.nan),
            ("source", stretch.source, 1.0, 0),
            ("on_ground", stretch.on_ground, 1.0, -1),
        ):
            values, known = _quantise(flight, name, given, n, step, unknown)
            turn = 360 if name == "track_angle" else 0
            columns[name].append(_optional(values, known, turn))
        stretches.append({"class": stretch.evidence_class, "n": n, "track": stretch.track})
    return {
        "id": flight.id,
        "revision": flight.revision,
        "t0": t0,
        "ticks": ticks,
        "altitude_step": altitude_step,
        "rate_step": rate_step,
        "stretches": stretches,
    }


def _checked_times(flight: WireFlight, stretch: WireStretch) -> NDArray[np.float64]:
    if stretch.evidence_class not in CLASSES:
        raise ValueError(f"flight {flight.id}: no path of class {stretch.evidence_class!r}; a path is {CLASSES}")
    time = np.asarray(stretch.time, dtype="f8")
    if time.ndim != 1 or time.size == 0:
        raise ValueError(f"flight {flight.id}: a stretch needs at least one fix")
    if not np.isfinite(time).all() or (np.diff(time) < 0).any():
        raise ValueError(f"flight {flight.id}: times of a stretch must be finite and ascend")
    return time


def _degrees(flight: WireFlight, name: str, given: ArrayLike, n: int, limit: int) -> Integers:
    values = np.asarray(given, dtype="f8")
    if values.shape != (n,):
        raise ValueError(f"flight {flight.id}: {values.size} values of {name} for {n} fixes")
    if not (np.abs(values) <= limit).all():  # NaN fails too
        raise ValueError(f"flight {flight.id}: {name} outside ±{limit}°, or unknown")
    return np.round(values * DEGREE).astype(np.int64)


def _quantise(
    flight: WireFlight, name: str, given: ArrayLike | None, n: int, step: float, unknown: float
) -> tuple[Integers, Known]:
    """Multiples of `step`, and which are known."""
    if given is None:
        return np.zeros(n, np.int64), np.zeros(n, bool)
    values = np.asarray(given, dtype="f8")
    if values.shape != (n,):
        raise ValueError(f"flight {flight.id}: {values.size} values of {name} for {n} fixes")
    known = np.isfinite(values) & (values != unknown)
    return np.round(np.where(known, values, 0) / step).astype(np.int64), known


def _are_multiples(values: NDArray[np.float64], step: float, tolerance: float) -> bool:
    return bool((np.abs(values - np.round(values / step) * step) <= tolerance).all())


def _step(steps: Sequence[float], columns: Sequence[ArrayLike | None], tolerance: float) -> float:
    """The first step that all finite values are multiples of, else the last."""
    given = [np.asarray(c, dtype="f8").ravel() for c in columns if c is not None]
    values = np.concatenate(given) if given else np.empty(0)
    values = values[np.isfinite(values)]
    return next((s for s in steps if _are_multiples(values, s, tolerance)), steps[-1])


def _position_residuals(time: Integers, longitude: Integers, latitude: Integers) -> tuple[Integers, Integers]:
    """What is left of positions after prediction: along the major axis, then along the minor.

    The last move, stretched to the time now passed, predicts the axis that moved more. Most of what is
    left is jitter of the clock, which shifts a position along its line of flight: so the other axis is
    predicted from the first one's real move, not from time. The arithmetic is float64 multiplication,
    division and floor in a fixed order, which every language does alike.
    """
    d_lon, d_lat = np.diff(longitude), np.diff(latitude)
    elapsed = np.diff(time).astype("f8")
    lat_major = np.ones(time.size, bool)
    major, minor = latitude.copy(), longitude.copy()  # the first fix is written as it is
    major[1:], minor[1:] = d_lat, d_lon  # the second as a move
    if time.size > 2:
        lat_is = np.abs(d_lat[:-1]) >= np.abs(d_lon[:-1])
        lat_major[2:] = lat_is
        before_major = np.where(lat_is, d_lat[:-1], d_lon[:-1]).astype("f8")
        before_minor = np.where(lat_is, d_lon[:-1], d_lat[:-1]).astype("f8")
        move_major = np.where(lat_is, d_lat[1:], d_lon[1:])
        move_minor = np.where(lat_is, d_lon[1:], d_lat[1:])
        with np.errstate(divide="ignore", invalid="ignore"):
            along = np.floor(before_major * elapsed[1:] / elapsed[:-1] + 0.5)
            across = np.floor(before_minor * move_major.astype("f8") / before_major + 0.5)
        major[2:] = move_major - _usable(along)
        minor[2:] = move_minor - _usable(across)
    return major, minor


def _usable(prediction: NDArray[np.float64]) -> Integers:
    """The prediction, or none (0) where it is not a number or too far to be of use."""
    within = np.abs(prediction) <= FURTHEST
    return np.where(within, prediction, 0).astype(np.int64)


def _optional(values: Integers, known: Known, turn: int) -> Symbols:
    """0 for unknown, else 1 + the zig-zag of the change since the last known value.

    With `turn` (360), values are angles and the change is the short way round.
    """
    symbols = np.zeros(values.size, np.uint64)
    kept = values[known] % turn if turn else values[known]
    change = np.diff(kept, prepend=0)
    if turn:
        change = (change + turn // 2) % turn - turn // 2
    symbols[known] = _zigzag(change) + np.uint64(1)
    return symbols


def _zigzag(values: Integers) -> Symbols:
    """0, −1, 1, −2, 2 … become 0, 1, 2, 3, 4 …"""
    signed = values.astype(np.int64)
    return ((signed << 1) ^ (signed >> 63)).astype(np.uint64)


def _column(values: Symbols) -> bytes:
    """One lead byte a value, then the tails of the values that need more.

    Lead bytes alone are what the compressor sees most of, and small residuals are whole in them. Leads
    below 192 are the value; up to 254 they carry its high bits and one tail byte its low ones; 255 stands
    before a LEB128 number.
    """
    small, middle = values < TWO_BYTES, values < MANY_BYTES
    above = values - np.uint64(TWO_BYTES)  # meaningless (wrapped) where small, and not used there
    lead = np.full(values.size, 255, np.uint8)
    lead[small] = values[small].astype(np.uint8)
    in_middle = middle & ~small
    lead[in_middle] = TWO_BYTES + (above[in_middle] >> np.uint64(8)).astype(np.uint8)
    tails = [
        bytes([int(value - TWO_BYTES) & 255]) if value < MANY_BYTES else _leb128(value - MANY_BYTES)
        for value in values[~small].tolist()
    ]
    return lead.tobytes() + b"".join(tails)


def _leb128(value: int) -> bytes:
    """Seven bits a byte, low bits first, the high bit set while more follow."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)
