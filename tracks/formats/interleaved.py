"""Whether fixes that name no aircraft are those of several: then they cannot be read as one."""

from __future__ import annotations

import numpy as np

from tracks.formats.units import EARTH_RADIUS
from tracks.processing.fixes import Fixes


class Interleaved:
    """Counts, block by block, fixes that follow one another in time faster than anything flies.

    A receiver's spikes are rare; of two aircraft in turn, every step or every other one is such.

    Args:
        speed_ms: faster is impossible, metres a second (1,944 kt).
        distance_m: steps shorter than this count as possible, as times may be written to the minute only.
        share: of all steps, that must be impossible.
        least: and so many at least.

    Attributes:
        example: the record with which the first impossible step ends, None where there is none.
    """

    def __init__(
        self, *, speed_ms: float = 1_000.0, distance_m: float = 20_000.0, share: float = 0.25, least: int = 8
    ) -> None:
        self._speed = speed_ms
        self._distance = distance_m
        self._share = share
        self._least = least
        self._steps = self._impossible = 0
        self.example: int | None = None

    def add(self, fixes: Fixes) -> None:
        """Further fixes, in any order, all with a time and a place."""
        if len(fixes) < 2:
            return
        order = np.argsort(fixes.time, kind="stable")
        longitude, latitude = np.radians(fixes.longitude[order]), np.radians(fixes.latitude[order])
        level = np.cos(latitude)
        places = np.stack((level * np.cos(longitude), level * np.sin(longitude), np.sin(latitude)))
        chord = np.linalg.norm(np.diff(places), axis=0) * EARTH_RADIUS
        impossible = (chord > self._distance) & (chord > self._speed * np.diff(fixes.time[order]))
        self._steps += impossible.size
        self._impossible += int(np.count_nonzero(impossible))
        if self.example is None and impossible.any():
            self.example = int(fixes.record_index[order[int(np.argmax(impossible)) + 1]])

    @property
    def evident(self) -> bool:
        """Whether the fixes so far cannot be of one aircraft."""
        return self._impossible >= self._least and self._impossible >= self._share * self._steps
