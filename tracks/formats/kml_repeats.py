"""Points that only repeat the fixes of tracks before them, as GPSBabel writes both; see `kml_reading`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracks.formats.kml_parts import Part
from tracks.formats.kml_track import Positions

# So many fixes are remembered, eight bytes each. Points that repeat further ones are taken as they stand.
_MOST = 1 << 21

_ODD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype="u8")


class TrackFixes:
    """Remembers time and place of the fixes that the tracks of a file have, as 64 bits each.

    Attributes:
        too_many: whether there were more than are remembered.
    """

    def __init__(self) -> None:
        self.too_many = False
        self._sorted: NDArray[np.uint64] = np.empty(0, dtype="u8")
        self._new: list[NDArray[np.uint64]] = []
        self._count = 0

    def add(self, fixes: Positions) -> None:
        """Remember the fixes of a track."""
        if self._count >= _MOST:
            self.too_many |= bool(len(fixes))
            return
        self._new.append(_hashes(fixes))
        self._count += len(fixes)

    def repeated_in(self, fixes: Positions) -> NDArray[np.bool_]:
        """Which of n points are among them: the same time at the same place, both to the last digit."""
        if self._new:
            self._sorted, self._new = np.unique(np.concatenate([self._sorted, *self._new])), []
        if not self._sorted.size:
            return np.zeros(len(fixes), dtype=bool)
        hashes = _hashes(fixes)
        places = np.minimum(np.searchsorted(self._sorted, hashes), self._sorted.size - 1)
        return (self._sorted[places] == hashes) & ~np.isnan(fixes.time)


def _hashes(fixes: Positions) -> NDArray[np.uint64]:
    columns = (fixes.time, fixes.position[:, 0], fixes.position[:, 1])
    mixed = np.zeros(len(fixes), dtype="u8")
    for column, odd in zip(columns, _ODD, strict=True):
        mixed ^= (np.ascontiguousarray(column) + 0.0).view("u8")  # + 0.0: −0 is 0
        mixed *= odd
        mixed ^= mixed >> np.uint64(29)
    return mixed


def without(part: Part, dropped: NDArray[np.bool_]) -> Part:
    """The points of a part but some."""
    kept = np.flatnonzero(~dropped)
    each = kept.tolist()
    return Part(
        part.folder,
        part.mark,
        part.fixes[kept],
        [part.modes[at] for at in each] if len(part.modes) == len(part.fixes) else part.modes,
        part.further,
        [part.names[at] for at in each] if part.names else [],
        [part.descriptions[at] for at in each] if part.descriptions else [],
        part.fields,
    )
