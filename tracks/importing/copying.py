"""Writes stretches and gaps by binary COPY: INSERT would send every path and column as text, twice as long."""

from __future__ import annotations

import datetime
import itertools
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracks.importing.bulk import copy_rows
from tracks.models import Gap, Stretch, Trajectory
from tracks.models.columns import PackedColumn
from tracks.models.fields import SRID
from tracks.models.track_files import StretchColumns
from tracks.processing import gaps as found
from tracks.processing.fixes import COLUMNS, Fixes
from tracks.processing.pipeline import Leg

PACKED: dict[str, np.dtype[Any]] = {
    column.name: column.dtype
    for column in StretchColumns._meta.local_fields
    if isinstance(column, PackedColumn) and column.name != "lone_fix"
}
# Column -> its type on the wire; a geometry is received as the bytes of its EWKB.
_STRETCH = {
    "track_id": "int8",
    "ordinal": "int4",
    "evidence_class": "text",
    "fix_count": "int4",
    "path": "bytea",
    "lone_fix": "bytea",
    **dict.fromkeys(PACKED, "bytea"),
}
_GAP = {
    "track_id": "int8",
    "kind": "text",
    "started_at": "timestamptz",
    "ended_at": "timestamptz",
    "start_point": "bytea",
    "end_point": "bytea",
    "distance_m": "float8",
    "implied_speed_kt": "float8",
    "cause": "text",
}
_POINT_WITH_SRID = 0x1 | 0x20000000


@dataclass(frozen=True, slots=True)
class StoredGap:
    """A gap of a stored track; `fixes` are those of its leg."""

    track_id: int
    gap: found.Gap
    fixes: Fixes
    cause: str


def moment(epoch: float) -> datetime.datetime:
    """Epoch seconds as an aware time, to the microsecond."""
    return datetime.datetime.fromtimestamp(epoch, datetime.UTC)


def copy_stretches(legs: list[tuple[int, Leg]]) -> list[int]:
    """Write the stretches of several tracks (by their ids); how many each of them has."""
    counts: list[int] = []

    def rows() -> Iterator[tuple[Any, ...]]:
        for track_id, leg in legs:
            columns = StoredColumns(leg.fixes)
            pieces = list(_line_pieces(leg))
            for ordinal, (evidence, start, stop) in enumerate(pieces):
                yield (track_id, ordinal, evidence, stop - start, *columns.values(start, stop))
            counts.append(len(pieces))

    copy_rows(Stretch, _STRETCH, rows())
    return counts


def copy_gaps(gaps: Iterable[StoredGap]) -> None:
    """Write gaps."""
    copy_rows(
        Gap,
        _GAP,
        (
            (
                stored.track_id,
                str(stored.gap.kind),
                None if stored.gap.start is None else moment(stored.gap.start),
                None if stored.gap.end is None else moment(stored.gap.end),
                _point(stored.fixes, stored.gap.before),
                _point(stored.fixes, stored.gap.after),
                stored.gap.distance_m,
                stored.gap.implied_speed_kt,
                stored.cause,
            )
            for stored in gaps
        ),
    )


def _point(fixes: Fixes, position: int | None) -> bytes | None:
    """The EWKB of a fix's place."""
    if position is None:
        return None
    return struct.pack(
        "<BIIdd", 1, _POINT_WITH_SRID, SRID, float(fixes.longitude[position]), float(fixes.latitude[position])
    )


def _line_pieces(leg: Leg) -> Iterator[tuple[str, int, int]]:
    """Class, first and one past the last fix of each stretch, cut where it crosses the antimeridian.

    On the plane its line would run round the world instead.
    """
    crossings = np.flatnonzero(np.abs(np.diff(leg.fixes.longitude)) > 180.0) + 1
    for stretch in leg.stretches:
        inside = crossings[(crossings > stretch.start) & (crossings < stretch.stop)].tolist() if crossings.size else []
        for start, stop in itertools.pairwise([stretch.start, *inside, stretch.stop]):
            yield str(stretch.evidence), start, stop


class StoredColumns:
    """Fixes as the database holds them; `values` gives any run of them."""

    def __init__(self, fixes: Fixes) -> None:
        self._line = Trajectory.of(fixes.longitude, fixes.latitude, fixes.altitude, fixes.time).coordinates
        self._columns = [_Packed.of(name, getattr(fixes, name)) for name in PACKED]

    def values(self, start: int, stop: int) -> list[bytes | None]:
        """The path (EWKB; None for a lone fix), the lone fix, and the packed columns in the order of `PACKED`."""
        line = self._line[start:stop]
        alone = stop - start == 1
        return [
            None if alone else Trajectory(line).ewkb(),
            line.astype("<f8").tobytes() if alone else b"",
            *(column.bytes_of(start, stop) for column in self._columns),
        ]


@dataclass(frozen=True, slots=True)
class _Packed:
    """A column of a leg as bytes, of which a stretch gets its part: a leg may have hundreds of short stretches.

    `known_before[i]` counts the known values before the i-th; None where that does not matter.
    """

    data: bytes
    item: int
    known_before: NDArray[np.int64] | None

    @classmethod
    def of(cls, name: str, column: NDArray[Any]) -> _Packed:
        stored, known = packed_column(name, column)
        before = None if known is None else np.concatenate([[0], np.cumsum(known)])
        return cls(stored.tobytes(), stored.itemsize, before)

    def bytes_of(self, start: int, stop: int) -> bytes:
        """The values from `start` to before `stop`; none where they are unknown throughout."""
        if self.known_before is not None and self.known_before[start] == self.known_before[stop]:
            return b""
        return self.data[start * self.item : stop * self.item]


def packed_column(name: str, column: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """A column in the type it is stored in, and where its values are known; None where that does not matter."""
    stored = np.ascontiguousarray(column, dtype=PACKED[name])
    if name not in COLUMNS:
        return stored, None
    _dtype, unknown = COLUMNS[name]
    known = ~np.isnan(column) if np.isnan(unknown) else column != unknown
    return stored, None if known.all() else known
