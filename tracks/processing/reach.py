"""Whether one fix can be reached from another: what cleaning, gaps and signs of forgery ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tracks.processing.fixes import Fixes
from tracks.processing.geodesy import MEAN_RADIUS_M, distance_m

_DEGREE_M = float(np.radians(1.0)) * MEAN_RADIUS_M
_BLOCK = 32_768


@dataclass(frozen=True, slots=True)
class Limits:
    """What decides whether a place can be reached: a speed in m/s, the noise of positions in metres, of clocks in s."""

    speed_ms: float
    noise_m: float
    noise_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """When and where n fixes are, and which records of the file: what is asked here, without their other columns."""

    time: NDArray[np.float64]
    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]
    record_index: NDArray[np.int64]

    @classmethod
    def of(cls, fixes: Fixes, members: NDArray[np.int64] | None = None) -> Self:
        """All fixes, or those at some positions."""
        columns = (fixes.time, fixes.longitude, fixes.latitude, fixes.record_index)
        if members is not None and members.size < len(fixes):
            columns = tuple(column[members] for column in columns)  # type: ignore[assignment]
        return cls(*columns)

    def __len__(self) -> int:
        return int(self.time.size)

    def __getitem__(self, index: NDArray[np.bool_] | NDArray[np.int64]) -> Places:
        return Places(self.time[index], self.longitude[index], self.latitude[index], self.record_index[index])


def reachable(places: Places, before: NDArray[np.int64], after: NDArray[np.int64], limits: Limits) -> NDArray[np.bool_]:
    """Whether each fix `after` can be reached from each fix `before` (positions in `places`)."""
    lon, lat = places.longitude, places.latitude
    distance = distance_m(lon[before], lat[before], lon[after], lat[after])
    duration = np.abs(places.time[after] - places.time[before])
    return distance <= limits.speed_ms * (duration + limits.noise_s) + limits.noise_m


def neighbours_reachable(places: Places, limits: Limits) -> NDArray[np.bool_]:
    """Whether each fix but the first can be reached from the one before it; n fixes give n−1."""
    possible = np.empty(max(len(places) - 1, 0), dtype=bool)
    # In blocks: what is worked on stays in the processor's cache, which takes half the time.
    for start in range(0, possible.size, _BLOCK):
        part = slice(start, start + _BLOCK + 1)
        lon = np.abs(np.diff(places.longitude[part]))
        allowed = limits.speed_ms * (np.abs(np.diff(places.time[part])) + limits.noise_s) + limits.noise_m
        # A bound that needs no trigonometry settles nearly all: no degree is longer than at the equator.
        bound = _DEGREE_M * (np.abs(np.diff(places.latitude[part])) + np.minimum(lon, 360.0 - lon))
        possible[start : start + _BLOCK] = bound <= allowed
    doubtful = np.flatnonzero(~possible)
    if doubtful.size:
        possible[doubtful] = reachable(places, doubtful, doubtful + 1, limits)
    return possible
