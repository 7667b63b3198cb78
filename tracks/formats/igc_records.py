"""The B records of an IGC file as columns, and the day each of them is of; see `igc`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

DAY = 86_400.0

# A clock that jumps ahead by almost a day has stepped back over midnight by so much at most, in seconds.
_STEP_OVER_MIDNIGHT = 3_600.0

_BYTES = 35
_LONGEST = 255

_EXTENSION = re.compile(r"(?:(\d\d)(\d\d)|(\d\d)(\d{3})|(\d{3})(\d{3}))([A-Z][A-Z0-9]{2})")


@dataclass(frozen=True, slots=True)
class Extensions:
    """What follows byte 35 of each B record: code -> first byte and one past the last, from 0."""

    bytes: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, line: str) -> Extensions:
        """As an I record states it; what makes no sense in it is left out."""
        found: dict[str, tuple[int, int]] = {}
        at = 3
        line = line.upper()
        while match := _EXTENSION.match(line, at):
            first, last = (int(number) for number in match.groups()[:6] if number is not None)
            if _BYTES < first <= last <= _LONGEST:
                found.setdefault(match[7], (first - 1, last))
            at = match.end()
        return cls(found)


class BRecords:
    """n B records as columns of length n. Index with a boolean mask to take some of them.

    `readable`: those that have the form of one. `time_of_day` in seconds, NaN where there is no such time;
    latitude and longitude in degrees, 999 where there are no such minutes; altitudes in metres, NaN where
    they are no numbers; `valid` for A, not V.
    """

    def __init__(self, rows: Sequence[str], extensions: Extensions) -> None:
        width = max([_BYTES, *(end for _, end in extensions.bytes.values())])
        text = "".join([row[:width].ljust(width) for row in rows]).encode("ascii", "replace")
        self._text = np.frombuffer(text, dtype="u1").reshape(len(rows), width)
        self._extensions = extensions

    def __len__(self) -> int:
        return len(self._text)

    def __getitem__(self, mask: NDArray[np.bool_]) -> BRecords:
        some = object.__new__(BRecords)
        some._text = self._text[mask]
        some._extensions = self._extensions
        return some

    def _digits(self, start: int, stop: int) -> NDArray[np.float64]:
        """The number in some bytes, NaN where they are not all digits."""
        digits = self._text[:, start:stop].astype("i8") - ord("0")
        number = digits @ 10 ** np.arange(stop - start - 1, -1, -1, dtype="i8")
        return np.where(((digits >= 0) & (digits <= 9)).all(axis=1), number.astype("f8"), np.nan)

    def _decimals(self, code: str) -> tuple[NDArray[np.float64], float]:
        """An extension of decimals and the value of its last digit; zeros where there is none."""
        start, stop = self._extensions.bytes.get(code, (0, 0))
        step = 10.0 ** (start - stop)
        if stop - start not in range(1, 10):
            return np.zeros(len(self)), 1.0
        return np.nan_to_num(self._digits(start, stop)) * step, step

    def _after_three(self, code: str) -> NDArray[np.float64]:
        """An extension of three digits and, where it is longer, decimals; NaN where there is none."""
        start, stop = self._extensions.bytes.get(code, (0, 0))
        if stop - start not in range(3, 10):
            return np.full(len(self), np.nan)
        return self._digits(start, stop) / 10.0 ** (stop - start - 3)

    @property
    def readable(self) -> NDArray[np.bool_]:
        """Those that are of the form of a B record; altitudes may be anything."""
        text = self._text
        return (
            ~np.isnan(self._digits(1, 14))
            & np.isin(text[:, 14], (ord("N"), ord("S")))
            & ~np.isnan(self._digits(15, 23))
            & np.isin(text[:, 23], (ord("E"), ord("W")))
            & np.isin(text[:, 24], (ord("A"), ord("V")))
        )

    @property
    def valid(self) -> NDArray[np.bool_]:
        """A fix in three dimensions."""
        return self._text[:, 24] == ord("A")

    @property
    def time_of_day(self) -> NDArray[np.float64]:
        """Seconds since midnight UTC, with the decimals of TDS."""
        hour, minute, second = self._digits(1, 3), self._digits(3, 5), self._digits(5, 7)
        possible = (hour < 24) & (minute < 60) & (second < 60)
        return np.where(possible, hour * 3600 + minute * 60 + second + self._decimals("TDS")[0], np.nan)

    def time_text(self, position: int) -> str:
        """The time of one record as it is written."""
        return self._text[position, 1:7].tobytes().decode("ascii", "replace")

    @property
    def time_resolution(self) -> float:
        """Seconds."""
        return self._decimals("TDS")[1]

    @property
    def latitude(self) -> NDArray[np.float64]:
        """Degrees, south negative."""
        return self._angle(7, 2, "LAD", ord("S"))

    @property
    def longitude(self) -> NDArray[np.float64]:
        """Degrees, west negative."""
        return self._angle(15, 3, "LOD", ord("W"))

    def _angle(self, start: int, degrees: int, code: str, negative: int) -> NDArray[np.float64]:
        whole = self._digits(start, start + degrees)
        thousandths = self._digits(start + degrees, start + degrees + 5)
        # One division of whole numbers: nothing is rounded twice.
        angle = (whole * 60_000 + thousandths + self._decimals(code)[0]) / 60_000
        signed = np.where(self._text[:, start + degrees + 5] == negative, -angle, angle)
        return np.where(thousandths < 60_000, signed, 999.0)

    @property
    def pressure_altitude(self) -> NDArray[np.float64]:
        """Metres above the 1013.25 hPa level."""
        return self._signed(25)

    @property
    def gnss_altitude(self) -> NDArray[np.float64]:
        """Metres above the ellipsoid, as the specification has it."""
        return self._signed(30)

    def _signed(self, start: int) -> NDArray[np.float64]:
        minus = self._text[:, start] == ord("-")
        return np.where(minus, -self._digits(start + 1, start + 5), self._digits(start, start + 5))

    @property
    def ground_speed_kmh(self) -> NDArray[np.float64]:
        """Km/h, of GSP."""
        return self._after_three("GSP")

    @property
    def track_angle(self) -> NDArray[np.float64]:
        """Degrees true, of TRT."""
        return self._after_three("TRT")


def days_of(
    time_of_day: NDArray[np.float64], clock: NDArray[np.int64], start: float, *, first: bool
) -> NDArray[np.float64]:
    """Epoch seconds of n times of day in the order of the file.

    Args:
        clock: positions of those that move the day on; the others take the day nearest to one of them.
        start: epoch seconds: of the one before them, or, where they are the `first`, of the day's begin.
    """
    clock = clock[~np.isnan(time_of_day[clock])]
    day = np.floor(start / DAY) * DAY
    if not clock.size:
        near = start if not first else day + DAY / 2
        return time_of_day + np.round((near - time_of_day) / DAY) * DAY
    moving = time_of_day[clock]
    steps = np.diff(np.concatenate(([moving[0] if first else start - day], moving)))
    days = np.where(steps < -DAY / 2, 1.0, np.where(steps > DAY - _STEP_OVER_MIDNIGHT, -1.0, 0.0))
    moved = day + np.cumsum(days) * DAY + moving
    behind = np.searchsorted(clock, np.arange(time_of_day.size), side="right") - 1
    near = moved[np.maximum(behind, 0)]
    if not first:
        near = np.where(behind < 0, start, near)
    times = time_of_day + np.round((near - time_of_day) / DAY) * DAY
    times[clock] = moved
    return times
