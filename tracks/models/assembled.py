"""The parts of what a flight shows: stretches and gaps, apart from the rows they came from."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracks.models.columns import PackedColumn
from tracks.models.fields import Trajectory
from tracks.models.track_files import Gap, StretchColumns, Track
from tracks.models.vocabulary import GapCause, GapKind
from tracks.processing.geodesy import KNOT_MS, geodesic_m

Line = NDArray[np.float64]  # n×4: longitude and latitude (°), altitude (m), epoch seconds

PARALLEL_COLUMNS = tuple(
    field.name
    for field in StretchColumns._meta.local_fields
    if isinstance(field, PackedColumn) and field.name != "lone_fix"
)


def within(times: Line, starts_at: datetime.datetime | None, ends_at: datetime.datetime | None) -> NDArray[np.bool_]:
    """Which times lie in an interval, both ends included. A fix's time may be finer than a datetime can say."""
    start = starts_at.timestamp() - 1e-6 if starts_at else -np.inf
    end = ends_at.timestamp() + 1e-6 if ends_at else np.inf
    return (times >= start) & (times <= end)


def moment(epoch: float) -> datetime.datetime:
    """Epoch seconds as an aware time, to the microsecond."""
    return datetime.datetime.fromtimestamp(float(epoch), datetime.UTC)


@dataclass(slots=True)
class AssembledStretch:
    """A stretch as the flight shows it: `coordinates` n×4 (°, °, m, epoch s), columns of length n or 0 (unknown)."""

    evidence_class: str
    coordinates: NDArray[np.float64]
    columns: dict[str, NDArray[Any]]
    track: Track

    @classmethod
    def of(cls, stretch: StretchColumns, track: Track, names: Sequence[str] = PARALLEL_COLUMNS) -> AssembledStretch:
        """Read a stored stretch with these of its parallel columns."""
        line = stretch.path.coordinates if stretch.path is not None else np.asarray(stretch.lone_fix).reshape(-1, 4)
        return cls(
            stretch.evidence_class,
            line,
            {name: np.asarray(getattr(stretch, name)) for name in names},
            track,
        )

    @property
    def start(self) -> float:
        """Epoch seconds of the first fix."""
        return float(self.coordinates[0, 3])

    @property
    def end(self) -> float:
        """Epoch seconds of the last fix."""
        return float(self.coordinates[-1, 3])

    def where(self, mask: NDArray[np.bool_]) -> list[AssembledStretch]:
        """The runs of fixes at which the mask is true, each a stretch of its own."""
        if mask.all():
            return [self]
        edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.view("i1"), [0]])))
        return [
            AssembledStretch(
                self.evidence_class,
                self.coordinates[start:end],
                {name: column[start:end] if column.size else column for name, column in self.columns.items()},
                self.track,
            )
            for start, end in edges.reshape(-1, 2)
        ]

    def fields(self, ordinal: int) -> dict[str, Any]:
        """The values of `StretchColumns` that store it."""
        lone = len(self.coordinates) == 1
        return {
            "ordinal": ordinal,
            "evidence_class": self.evidence_class,
            "fix_count": len(self.coordinates),
            "path": None if lone else Trajectory(self.coordinates),
            "lone_fix": self.coordinates.ravel() if lone else np.empty(0),
            **self.columns,
        }


@dataclass(slots=True)
class AssembledGap:
    """Time without fixes within a flight; see `tracks.models.Gap`."""

    kind: str
    started_at: datetime.datetime | None
    ended_at: datetime.datetime | None
    start_point: tuple[float, float] | None  # longitude, latitude
    end_point: tuple[float, float] | None
    distance_m: float | None
    implied_speed_kt: float | None
    cause: str = GapCause.UNKNOWN
    cause_reason: str = ""

    @classmethod
    def of(cls, gap: Gap) -> AssembledGap:
        """Read a stored gap."""
        return cls(
            gap.kind,
            gap.started_at,
            gap.ended_at,
            (gap.start_point.x, gap.start_point.y) if gap.start_point else None,
            (gap.end_point.x, gap.end_point.y) if gap.end_point else None,
            gap.distance_m,
            gap.implied_speed_kt,
            gap.cause,
        )

    @classmethod
    def between(cls, before: NDArray[np.float64], after: NDArray[np.float64], cause: str) -> AssembledGap:
        """The gap between two fixes (rows of coordinates)."""
        distance = float(geodesic_m(before[0], before[1], after[0], after[1]))
        seconds = float(after[3] - before[3])
        return cls(
            GapKind.INTERIOR,
            moment(before[3]),
            moment(after[3]),
            (float(before[0]), float(before[1])),
            (float(after[0]), float(after[1])),
            distance,
            distance / seconds / KNOT_MS if seconds > 0 else None,
            cause,
        )

    @classmethod
    def open_before(cls, fix: NDArray[np.float64], cause: str) -> AssembledGap:
        """The gap before the first fix."""
        point = (float(fix[0]), float(fix[1]))
        return cls(GapKind.LEADING, None, moment(fix[3]), None, point, None, None, cause)

    @classmethod
    def open_after(cls, fix: NDArray[np.float64], cause: str) -> AssembledGap:
        """The gap after the last fix."""
        point = (float(fix[0]), float(fix[1]))
        return cls(GapKind.TRAILING, moment(fix[3]), None, point, None, None, None, cause)

    def in_words(self) -> dict[str, Any]:
        """As a revision keeps it."""
        return {
            "kind": self.kind,
            "start": self.started_at.timestamp() if self.started_at else None,
            "end": self.ended_at.timestamp() if self.ended_at else None,
            "start_point": self.start_point,
            "end_point": self.end_point,
            "distance_m": self.distance_m,
            "implied_speed_kt": self.implied_speed_kt,
            "cause": self.cause,
            "cause_reason": self.cause_reason,
        }
