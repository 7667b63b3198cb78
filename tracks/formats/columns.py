"""From columns of parsed values to arrays, exactly: what is not a number stays unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracks.formats.contract import PLACES_KEPT, DropReason, ParseReport, Place, gettext_noop
from tracks.formats.text import clean
from tracks.processing.fixes import Fixes

# Fixes outside are dropped: nobody recorded tracks before GPS (a clock that was never set says 1970 or
# 1980); beyond, seconds were milliseconds.
EARLIEST = 631_152_000.0  # 1990-01-01
LATEST = 4_102_444_800.0  # 2100-01-01

# So much of a text that could not be read is quoted to the curator.
QUOTED = 40

_NUMBERS = {float, int, type(None)}
_NAN = float("nan")


def numbers(column: Sequence[Any]) -> NDArray[np.float64]:
    """Values as float64, NaN for null and for whatever is not a JSON number; n values give n."""
    if not set(map(type, column)) <= _NUMBERS:
        column = [value if type(value) is float or type(value) is int else _NAN for value in column]
    return floats(column)


def floats(column: Sequence[float | None]) -> NDArray[np.float64]:
    """Numbers and None as float64, NaN for None and infinity; n values give n."""
    array = np.array(column, dtype="f8")  # None becomes NaN
    array[np.isinf(array)] = _NAN
    return array


# What an aircraft's value can be; outside, the file is wrong and the value counts as not stated.
POSSIBLE = {
    "altitude": (-1_000.0, 60_000.0),  # metres
    "geometric_altitude": (-1_000.0, 60_000.0),  # metres
    "ground_speed": (0.0, 4_000.0),  # knots
    "track_angle": (0.0, 360.0),  # degrees
    "vertical_rate": (-100_000.0, 100_000.0),  # feet a minute
}


def possible(name: str, array: NDArray[np.float64], report: ParseReport) -> NDArray[np.float64]:
    """The values of a column of `POSSIBLE`, those that cannot be replaced by NaN and counted."""
    low, high = POSSIBLE[name]
    wrong = (array < low) | (array > high)
    count = int(np.count_nonzero(wrong))
    if count:
        report.blank(name, count)
        array = np.where(wrong, _NAN, array)
    return array


class Directions:
    """The directions of a table: written from 0 to 360, or from −180 to 180 as some programs do.

    Nobody says which; a direction below −1 does, unless one above 180 has been there before. (−1 alone is what others
    write for "not known", and so are −9 and −99.)
    """

    def __init__(self, report: ParseReport) -> None:
        self._report = report
        self._signed: bool | None = None  # None: nothing has told yet

    def of(self, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        """n directions as track angles from 0 to 360, those that cannot be NaN and counted."""
        west = (degrees >= -180.0) & (degrees < 0.0)
        if self._signed is None:
            beyond = bool(((degrees > 180.0) & (degrees <= 360.0)).any())
            self._signed = False if beyond else True if (degrees[west] < -1.0).any() else None
        return possible(
            "track_angle", np.where(west, degrees + 360.0, degrees) if self._signed else degrees, self._report
        )


_SQUAWKS = {f"{code:04o}": code for code in range(0o10000)}


def squawk_code(text: object) -> int:
    """Four octal digits as a number, −1 for anything else. `"7700"` is 0o7700."""
    return _SQUAWKS.get(text, -1) if type(text) is str else -1


# By the four digits read as a decimal number.
_SQUAWK_OF = np.array([squawk_code(f"{digits:04d}") for digits in range(7778)], dtype="i2")


def squawks_of(numbers: NDArray[np.float64]) -> NDArray[np.int16]:
    """Squawks from numbers with octal digits, as of programs that drop leading zeros or add “.0”; −1 for others."""
    whole = (numbers >= 0) & (numbers <= 7777) & (numbers == np.floor(numbers))
    return _SQUAWK_OF[np.where(whole, numbers, 8).astype("i2")]


def unreadable_times(stated: Sequence[Any], records: Sequence[int] | NDArray[np.int64]) -> dict[int, str]:
    """Which of n times in JSON are stated but no numbers: record index -> what stands there."""
    if set(map(type, stated)) <= _NUMBERS:
        return {}
    return {
        int(record): str(value)[:QUOTED]
        for value, record in zip(stated, records, strict=True)
        if type(value) not in _NUMBERS
    }


def without_unusable(
    fixes: Fixes, report: ParseReport, place_of: Callable[[int], Place], unreadable: Mapping[int, str] | None = None
) -> Fixes:
    """Drop and count fixes without a possible time and position.

    What the file says of the time before a dropped fix (`break_before`) goes to the next that is kept.

    Args:
        place_of: called with a record index, gives its `Place` for the report.
        unreadable: records that state a time which could not be read, and what they state.
    """
    time, lon, lat = fixes.time, fixes.longitude, fixes.latitude
    no_time = np.isnan(time)
    not_read = no_time & np.isin(fixes.record_index, list(unreadable)) if unreadable else np.zeros_like(no_time)
    wrong_time = ~no_time & ~((time >= EARLIEST) & (time < LATEST))
    no_position = np.isnan(lon) | np.isnan(lat)
    wrong_position = ~no_position & ~((np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0))
    bad = no_time | wrong_time | no_position | wrong_position
    report.records_read += len(fixes)
    report.fixes_read += len(fixes) - int(bad.sum())
    if not bad.any():
        return fixes
    counted = np.zeros(len(fixes), dtype=bool)
    for reason, mask in (
        (DropReason.UNREADABLE_TIME, not_read),
        (DropReason.NO_TIME, no_time),
        (DropReason.TIME_OUT_OF_RANGE, wrong_time),
        (DropReason.NO_POSITION, no_position),
        (DropReason.POSITION_OUT_OF_RANGE, wrong_position),
    ):
        records = fixes.record_index[mask & ~counted]
        if records.size:
            if unreadable and reason is DropReason.UNREADABLE_TIME and not report.dropped[reason]:
                report.warn(
                    gettext_noop("Times like “%(text)s” could not be read; the fixes that have them were left out."),
                    place_of(int(records[0])).of_record(int(records[0])),
                    text=unreadable[int(records[0])],
                )
            first = (place_of(record).of_record(record) for record in records[:PLACES_KEPT].tolist())
            report.drop(reason, *first, count=int(records.size))
        counted |= mask
    lost = np.flatnonzero(bad & fixes.break_before)
    if lost.size:
        kept = np.flatnonzero(~bad)
        heirs = np.searchsorted(kept, lost)
        fixes.break_before[kept[heirs[heirs < kept.size]]] = True
    return fixes[~bad]


# No aircraft used more callsigns in one file; more of them are noise that would only fill memory.
MOST_CALLSIGNS = 4096


class Callsigns:
    """The callsigns of a file, numbered anew in each chunk as `Fixes.callsign` wants them.

    Each chunk lists only what it uses, so that a file of many chunks does not carry all of them in
    each; `Fixes.concatenate` renumbers. After `MOST_CALLSIGNS` different ones, further ones count as
    not stated and as blanked.
    """

    def __init__(self, report: ParseReport) -> None:
        self._report = report
        self._distinct: set[str] = set()
        self._names: dict[str, str] = {}  # as written, padding and all -> name

    def column(self, stated: Sequence[object]) -> tuple[NDArray[np.int32], tuple[str, ...]]:
        """Of n stated callsigns: n indices, −1 where none is stated, into the names beside them."""
        index: dict[str, int] = {}
        column = [-1] * len(stated)
        names = self._names
        for position, text in enumerate(stated):
            if type(text) is str and (name := names.get(text) or self._name(text)):
                column[position] = index.setdefault(name, len(index))
        return np.array(column, dtype="i4"), tuple(index)

    def _name(self, text: str) -> str:
        """A callsign, its padding removed; "" where there is none."""
        if (known := self._names.get(text)) is not None:
            return known
        name = clean(text[:64]).strip(" @")[:16].rstrip()
        if name and name not in self._distinct:
            if len(self._distinct) >= MOST_CALLSIGNS:
                self._report.blank("callsign", 1)
                return ""
            self._distinct.add(name)
        if len(self._names) < MOST_CALLSIGNS and len(text) <= 64:
            self._names[text] = name
        return name

    @property
    def only(self) -> str | None:
        """The callsign, where there is exactly one so far."""
        return next(iter(self._distinct)) if len(self._distinct) == 1 else None
