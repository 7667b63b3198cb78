"""The array type every part of the way from bytes to database passes on.

`Fixes` is a struct of arrays: one row a fix, one column a quantity, in the order of the file until
`cleaning` sorts it. What a file does not say stays unknown: NaN in a float column, the named
"unknown" value in an integer column. Nothing here fills a value in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import IntEnum
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray


class PositionSource(IntEnum):
    """How a position reached the tracker. The values are stored: append, never renumber."""

    UNKNOWN = 0
    ADSB = 1
    ADSB_NON_TRANSPONDER = 2
    ADSR = 3
    TISB = 4
    ADSC = 5
    MLAT = 6
    MODE_S = 7
    SATELLITE = 8
    GNSS_LOGGER = 9
    RADAR = 10
    FLARM = 11
    OTHER = 12
    TRACKER_ESTIMATE = 13


class AltitudeKind(IntEnum):
    """What the altitude column means at a fix. The values are stored: append, never renumber."""

    UNKNOWN = 0  # no altitude
    PRESSURE = 1  # above the 1013.25 hPa level
    GEOMETRIC = 2  # above the ellipsoid or mean sea level, as the source has it
    UNSTATED = 3  # an altitude whose reference the file does not state


class OnGround(IntEnum):
    """Whether the file says the aircraft was on the ground."""

    UNKNOWN = -1
    NO = 0
    YES = 1


# Column name -> (dtype, value that means "the file does not say").
COLUMNS: Mapping[str, tuple[np.dtype[Any], float | int]] = {
    "time": (np.dtype("f8"), np.nan),  # epoch seconds, UTC
    "longitude": (np.dtype("f8"), np.nan),  # degrees, −180…180
    "latitude": (np.dtype("f8"), np.nan),  # degrees, −90…90
    "altitude": (np.dtype("f4"), np.nan),  # metres, of the kind in altitude_kind
    "altitude_kind": (np.dtype("u1"), AltitudeKind.UNKNOWN),
    "geometric_altitude": (np.dtype("f4"), np.nan),  # metres, where given beside a pressure altitude
    "ground_speed": (np.dtype("f4"), np.nan),  # knots
    "track_angle": (np.dtype("f4"), np.nan),  # degrees true, 0…360
    "vertical_rate": (np.dtype("f4"), np.nan),  # feet a minute
    "source": (np.dtype("u1"), PositionSource.UNKNOWN),
    "on_ground": (np.dtype("i1"), OnGround.UNKNOWN),
    "estimated": (np.dtype("?"), False),  # the tracker itself marks it stale, projected or estimated
    "leg_start": (np.dtype("?"), False),  # the file says that a new leg starts here
    "break_before": (np.dtype("?"), False),  # the file says that nothing was received for a while before
    "time_resolution": (np.dtype("f4"), np.nan),  # seconds, of the time as the file writes it
    "record_index": (np.dtype("i8"), -1),  # which record of the file this is, from 0
    "callsign": (np.dtype("i4"), -1),  # index into `callsigns`
    "squawk": (np.dtype("i2"), -1),  # the four octal digits read as an octal number
}


@dataclass(slots=True, eq=False)
class Fixes:
    """n fixes of one aircraft, as columns of length n (see `COLUMNS` for units and unknowns).

    `callsigns` lists the callsigns as the file writes them, padding removed; the `callsign` column
    points into it.
    """

    time: NDArray[np.float64]
    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]
    altitude: NDArray[np.float32]
    altitude_kind: NDArray[np.uint8]
    geometric_altitude: NDArray[np.float32]
    ground_speed: NDArray[np.float32]
    track_angle: NDArray[np.float32]
    vertical_rate: NDArray[np.float32]
    source: NDArray[np.uint8]
    on_ground: NDArray[np.int8]
    estimated: NDArray[np.bool_]
    leg_start: NDArray[np.bool_]
    break_before: NDArray[np.bool_]
    time_resolution: NDArray[np.float32]
    record_index: NDArray[np.int64]
    callsign: NDArray[np.int32]
    squawk: NDArray[np.int16]
    callsigns: tuple[str, ...] = field(default=())

    @classmethod
    def of(
        cls,
        time: ArrayLike,
        longitude: ArrayLike,
        latitude: ArrayLike,
        *,
        callsigns: tuple[str, ...] = (),
        **columns: ArrayLike,
    ) -> Self:
        """Build fixes from any columns; those not given are unknown throughout.

        Args:
            time: n epoch seconds; longitude, latitude: n degrees; columns: any further column of
                `COLUMNS`, length n or a scalar.

        Raises:
            ValueError: a column's name is not known or its length is not n.
        """
        times = np.ascontiguousarray(time, dtype="f8")
        if unknown := set(columns) - set(COLUMNS):
            raise ValueError(f"no such column: {', '.join(sorted(unknown))}")
        given = {"time": times, "longitude": longitude, "latitude": latitude, **columns}
        built: dict[str, Any] = {}
        for name, (dtype, missing) in COLUMNS.items():
            if name in given:
                column = np.asarray(given[name], dtype=dtype)
                if column.ndim == 0:
                    column = np.full(times.shape, column, dtype=dtype)
                if column.shape != times.shape:
                    raise ValueError(f"column {name}: {column.shape[0]} values for {times.size} times")
            else:
                column = np.full(times.shape, missing, dtype=dtype)
            built[name] = np.ascontiguousarray(column)
        return cls(**built, callsigns=callsigns)

    @classmethod
    def empty(cls) -> Self:
        """No fixes at all."""
        return cls.of([], [], [])

    @classmethod
    def concatenate(cls, parts: list[Fixes]) -> Fixes:
        """Join parts in the order given; callsign indices are moved to one common list."""
        parts = [part for part in parts if len(part)]
        if not parts:
            return cls.empty()
        if len(parts) == 1:
            return parts[0]
        callsigns: dict[str, int] = {}
        moved: list[NDArray[np.int32]] = []
        for part in parts:
            places = np.array([callsigns.setdefault(c, len(callsigns)) for c in part.callsigns] + [-1], "i4")
            moved.append(places[part.callsign])  # −1 picks the last entry, which is −1
        columns = {name: np.concatenate([getattr(p, name) for p in parts]) for name in COLUMNS}
        columns["callsign"] = np.concatenate(moved)
        return cls(**columns, callsigns=tuple(callsigns))

    def __len__(self) -> int:
        return int(self.time.size)

    def __getitem__(self, index: slice | NDArray[Any]) -> Fixes:
        """The fixes at a slice, a boolean mask or an array of positions. A slice shares memory."""
        columns = {name: getattr(self, name)[index] for name in COLUMNS}
        return Fixes(**columns, callsigns=self.callsigns)

    def columns(self) -> Iterator[tuple[str, NDArray[Any]]]:
        """Every column by name."""
        for name in COLUMNS:
            yield name, getattr(self, name)

    def callsign_at(self, position: int) -> str | None:
        """The callsign stated at one fix, or None."""
        index = int(self.callsign[position])
        return self.callsigns[index] if index >= 0 else None

    @property
    def altitude_known(self) -> NDArray[np.bool_]:
        """Which fixes have an altitude."""
        return ~np.isnan(self.altitude)


assert [f.name for f in fields(Fixes)][:-1] == list(COLUMNS), "Fixes and COLUMNS name the same columns in one order"
