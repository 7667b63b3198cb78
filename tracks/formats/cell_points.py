"""Columns of points as geographic software writes them: WKT, WKB in hexadecimal digits, GeoJSON; longitude first.

    POINT (132.148 43.398)
    SRID=4326;POINT Z (132.148 43.398 1200)     {"type": "Point", "coordinates": [132.148, 43.398]}
    0101000020E6100000…     (of ISO and of PostGIS, in either byte order)

What is no single point, or says that it is in another system than WGS 84 (SRID 4326), is none. A height in it has
no unit and is not read. Format: OGC 06-103r4, "Well-known Text" and "Well-known Binary"; RFC 7946.
"""

from __future__ import annotations

import math
import re
import struct

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tracks.formats.cell_values import numbers

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?"
_TEXT = (
    rf"(?i)^\s*(?:SRID\s*=\s*4326\s*;\s*)?POINT\s*(?:Z|M|ZM)?\s*\(\s*(?<lon>{_NUMBER})\s+(?<lat>{_NUMBER})"
    rf"(?:\s+{_NUMBER}){{0,2}}\s*\)\s*$"
)
# Of quotes in a cell nothing may be left (`tables.py`).
_JSON = (
    rf"""^\s*\{{(?:[^{{}}\[\]]*,)?\s*["']?coordinates["']?\s*:\s*[\[(]\s*(?<lon>{_NUMBER})\s*,\s*(?<lat>{_NUMBER})"""
    rf"""(?:\s*,\s*{_NUMBER}){{0,2}}\s*[\])][^{{}}\[\]]*\}}\s*$"""
)
_BINARY = re.compile(r"\s*(?:\\x)?(0[01][0-9A-Fa-f]{40,100})\s*")
_POINT, _WGS84 = 1, 4326
_HAS_SRID, _HAS_Z_OR_M = 0x2000_0000, 0xC000_0000


def points(texts: pl.Series) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Latitudes and longitudes of n texts in degrees, NaN where a text is no point."""
    latitude, longitude = np.full(len(texts), np.nan), np.full(len(texts), np.nan)
    for pattern in (_TEXT, _JSON):
        parts = texts.str.extract_groups(pattern).struct.unnest()
        found = parts["lat"].is_not_null().to_numpy()
        if pattern is _JSON:
            found &= texts.str.contains(r"""type["']?\s*:\s*["']?Point\b""").fill_null(False).to_numpy()
            found &= ~texts.str.contains(r"""\bcrs["']?\s*:""").fill_null(False).to_numpy()
        latitude = np.where(found, numbers(parts["lat"]), latitude)
        longitude = np.where(found, numbers(parts["lon"]), longitude)
    rest = np.flatnonzero(np.isnan(latitude) & texts.is_not_null().to_numpy())
    for position, text in zip(rest.tolist(), texts.gather(rest).to_list(), strict=True):
        latitude[position], longitude[position] = _of_binary(text)
    latitude[np.isinf(latitude)] = longitude[np.isinf(longitude)] = np.nan
    return latitude, longitude


def _of_binary(text: str) -> tuple[float, float]:
    """Latitude and longitude of a point in well-known binary, NaN where it is none."""
    match = _BINARY.fullmatch(text)
    if match is None or len(match[1]) % 2:
        return math.nan, math.nan
    data = bytes.fromhex(match[1])
    order = "<" if data[0] else ">"
    (kind,) = struct.unpack_from(f"{order}I", data, 1)
    at = 5
    if kind & _HAS_SRID:
        (srid,) = struct.unpack_from(f"{order}I", data, at)
        at += 4
        if srid != _WGS84:
            return math.nan, math.nan
    if (kind & ~(_HAS_SRID | _HAS_Z_OR_M)) % 1000 != _POINT or len(data) < at + 16:
        return math.nan, math.nan
    longitude, latitude = struct.unpack_from(f"{order}2d", data, at)
    return latitude, longitude
