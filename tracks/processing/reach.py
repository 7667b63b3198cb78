"""Whether one fix can be reached from another: what cleaning, gaps and signs of forgery ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tracks.processing.fixes import Fixes
from tracks.processing.geodesy import MEAN_RADIUS_M, distance_between_m, distance_m

_DEGREE_M = float(np.radians(1.0)) * MEAN_RADIUS_M
_BLOCK = 32_768


@dataclass(frozen=True, slots=True)
class Limits:
    """What decides whether a place can be reached: a speed in m/s, the noise of positions in metres, of clocks in s."""

    speed_ms: float
    noise_m: float
    noise_s: float

    @classmethod
    def of(
        cls, *, max_ground_speed_kmh: float = 1400.0, position_noise_m: float = 500.0, clock_noise_s: float = 1.0
    ) -> Self:
        """Limits from a speed in km/h.

        Args:
            max_ground_speed_kmh: faster than any aircraft of the type goes, a tail wind included.
            position_noise_m, clock_noise_s: what two true fixes may differ by beyond that speed:
                multilateration is off by hundreds of metres, trackers round times to a second.
        """
        return cls(max_ground_speed_kmh / 3.6, position_noise_m, clock_noise_s)

    def allow(self, before: tuple[float, float, float], after: tuple[float, float, float]) -> bool:
        """Whether one fix can be reached from one other: time, longitude and latitude of each."""
        (time1, lon1, lat1), (time2, lon2, lat2) = before, after
        allowed = self.speed_ms * (abs(time2 - time1) + self.noise_s) + self.noise_m
        return distance_between_m(lon1, lat1, lon2, lat2) <= allowed


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """When and where n fixes are, and which records of the file; nothing of them is copied.

    Attributes:
        fixes: all there are. members: the positions in them of the n meant here; None: all.
    """

    fixes: Fixes
    members: NDArray[np.int64] | None = None

    @classmethod
    def of(cls, fixes: Fixes, members: NDArray[np.int64] | None = None) -> Self:
        """All fixes, or those at some positions."""
        return cls(fixes, None if members is not None and members.size == len(fixes) else members)

    def __len__(self) -> int:
        return len(self.fixes) if self.members is None else int(self.members.size)

    def times(self) -> NDArray[np.float64]:
        """n epoch seconds."""
        return self.fixes.time if self.members is None else self.fixes.time[self.members]

    def records(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> NDArray[np.int64]:
        """The record indices of some of the n."""
        return self.fixes.record_index[index if self.members is None else self.members[index]]

    def resolutions_s(self, index: NDArray[np.int64]) -> NDArray[np.float64]:
        """To how many seconds the file writes the times of some of the n; 0 where it is not known."""
        where = index if self.members is None else self.members[index]
        return np.nan_to_num(self.fixes.time_resolution[where].astype("f8"), nan=0.0, posinf=0.0)

    def at(
        self, index: NDArray[np.int64] | slice
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Time, longitude and latitude of some of the n."""
        where = index if self.members is None else self.members[index]
        return self.fixes.time[where], self.fixes.longitude[where], self.fixes.latitude[where]


def reachable(places: Places, before: NDArray[np.int64], after: NDArray[np.int64], limits: Limits) -> NDArray[np.bool_]:
    """Whether each fix `after` can be reached from each fix `before` (positions in `places`)."""
    (time1, lon1, lat1), (time2, lon2, lat2) = places.at(before), places.at(after)
    allowed = limits.speed_ms * (np.abs(time2 - time1) + limits.noise_s) + limits.noise_m
    return distance_m(lon1, lat1, lon2, lat2) <= allowed


def neighbours_reachable(places: Places, limits: Limits) -> NDArray[np.bool_]:
    """Whether each fix but the first can be reached from the one before it; n fixes give n−1."""
    possible = np.empty(max(len(places) - 1, 0), dtype=bool)
    # In blocks: what is worked on stays in the processor's cache, which takes half the time.
    for start in range(0, possible.size, _BLOCK):
        time, lon, lat = places.at(slice(start, start + _BLOCK + 1))
        turn = np.abs(np.diff(lon))
        allowed = limits.speed_ms * (np.abs(np.diff(time)) + limits.noise_s) + limits.noise_m
        # A bound that needs no trigonometry settles nearly all: no degree is longer than at the equator.
        bound = _DEGREE_M * (np.abs(np.diff(lat)) + np.minimum(turn, 360.0 - turn))
        possible[start : start + _BLOCK] = bound <= allowed
    doubtful = np.flatnonzero(~possible)
    if doubtful.size:
        possible[doubtful] = reachable(places, doubtful, doubtful + 1, limits)
    return possible
