"""Columns of written times: the same reading as `times.epoch_seconds`, for hundreds of thousands at once."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tracks.formats.month_names import with_numbers
from tracks.formats.times import ZonelessTime, clock_time, written_resolution

# "named": the month is a word, which says the order by itself.
DateOrder = Literal["ymd", "dmy", "mdy", "named"]

# A number up to four digits, twice one or two digits, in the order that is known from elsewhere; time of day; zone.
_WRITTEN = (
    r"^\s*(?<first>\d{1,4})[-/.](?<second>\d{1,2})[-/.](?<third>\d{1,4})"
    r"(?:[Tt]|,?\s+|,)(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<seconds>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?"
    r"\s*(?<half>[AaPp]\.?[Mm]\.?)?\s*(?<zone>[Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?\s*$"
)
_AT_ONCE = 1 << 14
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WrittenTimes:
    """Times of n texts.

    Attributes:
        seconds: n epoch seconds, NaN where the text is no time or states no zone and none was given.
        resolution: n seconds: 60 to the minute, 1 to the second, 0.001 with three decimals.
        zoneless: which state no zone.
        ambiguous: which, on the clocks of the zone that was given, happened twice or never (the clock was
            put back or forward), so that `times.tell_of_changed_clocks` must be called.
    """

    seconds: NDArray[np.float64]
    resolution: NDArray[np.float64]
    zoneless: NDArray[np.bool_]
    ambiguous: NDArray[np.bool_]


def written_times(texts: pl.Series, zone: tzinfo | None = None, order: DateOrder = "ymd") -> WrittenTimes:
    """Read a column of n texts as times.

    Args:
        texts: null where nothing is stated.
        zone: the zone meant where a text states none.
        order: of year, month and day, where they are not in the order of ISO 8601. A year of two digits is one
            from 2000 on.
    """
    # A part at a time: taken apart, a column of times needs many times its memory.
    parts = [_read(texts.slice(start, _AT_ONCE), zone, order) for start in range(0, max(len(texts), 1), _AT_ONCE)]
    if len(parts) == 1:
        return parts[0]
    return WrittenTimes(
        np.concatenate([part.seconds for part in parts]),
        np.concatenate([part.resolution for part in parts]),
        np.concatenate([part.zoneless for part in parts]),
        np.concatenate([part.ambiguous for part in parts]),
    )


def _read(texts: pl.Series, zone: tzinfo | None, order: DateOrder) -> WrittenTimes:
    count = len(texts)
    if not count:
        return WrittenTimes(np.empty(0), np.empty(0), np.empty(0, "?"), np.empty(0, "?"))
    if order == "named":
        texts, order = with_numbers(texts), "ymd"
    groups = texts.str.extract_groups(_WRITTEN).struct.unnest()
    part = {name: _whole(groups[name]) for name in ("first", "second", "third", "hour", "minute", "seconds")}
    year, month, day = (
        part[{"y": _place(order, "y"), "m": _place(order, "m"), "d": _place(order, "d")}[c]] for c in "ymd"
    )
    digits = groups[_place(order, "y")].str.len_chars().fill_null(0).to_numpy()
    year = np.where((digits == 2) & (order != "ymd"), year + 2000, year)
    hour = _of_day(part["hour"], groups["half"])
    second = np.where(part["seconds"] < 0, 0, part["seconds"])
    local = _civil_seconds(year, month, day)
    fits = (hour >= 0) & (hour < 24) & (part["minute"] >= 0) & (part["minute"] < 60) & (second < 60)
    fits &= (digits == 4) | ((digits == 2) & (order != "ymd"))
    local = np.where(fits, local + hour * 3600.0 + part["minute"] * 60.0 + second, np.nan)
    fraction, decimals = _fraction(groups["fraction"])
    resolution = np.where(part["seconds"] < 0, 60.0, np.where(decimals > 0, 10.0 ** -decimals.astype("f8"), 1.0))

    read = ~np.isnan(local)
    offset = _offsets(groups["zone"])
    zoneless = read & np.isnan(offset)
    ambiguous = np.zeros(count, dtype="?")
    if zone is not None and zoneless.any():
        offset[zoneless], ambiguous[zoneless] = _zone_offsets(local[zoneless], zone)
    seconds = local - offset + fraction
    _read_the_rest(texts, ~read, order, zone, seconds, resolution, zoneless, ambiguous)
    return WrittenTimes(seconds, resolution, zoneless, ambiguous)


def _place(order: DateOrder, what: str) -> str:
    return ("first", "second", "third")[order.index(what)]


def _whole(texts: pl.Series) -> NDArray[np.int64]:
    """Whole numbers, −1 where there is none."""
    return texts.cast(pl.Int64, strict=False).fill_null(-1).to_numpy()


def _of_day(hour: NDArray[np.int64], half: pl.Series) -> NDArray[np.int64]:
    """Hours from 0 to 23 from those of a clock of twelve hours, where a half of the day is named."""
    letter = half.str.slice(0, 1).str.to_lowercase()
    named, afternoon = letter.is_not_null().to_numpy(), (letter == "p").fill_null(False).to_numpy()
    if not named.any():
        return hour
    twelve = np.where((hour >= 1) & (hour <= 12), hour % 12 + 12 * afternoon, -1)
    return np.where(named, twelve, hour)


def _fraction(digits: pl.Series) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Fractions of a second, and with how many decimals each is written."""
    decimals = digits.str.len_chars().fill_null(0).to_numpy().astype("i8")
    value = digits.cast(pl.Int64, strict=False).fill_null(0).to_numpy()
    return value / 10.0**decimals, decimals


def _civil_seconds(year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.float64]:
    """Seconds from 1970 to the beginning of a day, NaN where there is no such day."""
    possible = (year >= 1) & (year <= 9999) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    months = (np.where(possible, year, 1970) - 1970) * 12 + np.where(possible, month, 1) - 1
    of_month = months.astype("M8[M]")
    days = of_month.astype("M8[D]") + (np.where(possible, day, 1) - 1)
    possible &= days.astype("M8[M]") == of_month
    return np.where(possible, days.astype("i8") * 86_400.0, np.nan)


def _offsets(zones: pl.Series) -> NDArray[np.float64]:
    """Seconds east of UTC that n texts state, NaN where they state nothing."""
    stated = {text: _offset(text) for text in zones.unique().to_list()}
    if len(stated) == 1:
        return np.full(len(zones), next(iter(stated.values())))
    return np.array([stated[text] for text in zones.to_list()], dtype="f8")


def _offset(text: str | None) -> float:
    if text is None:
        return math.nan
    if text[0] not in "+-":
        return 0.0
    digits = text[1:].replace(":", "")
    seconds = int(digits[:2]) * 3600 + int(digits[2:] or 0) * 60
    return -seconds if text[0] == "-" else seconds


def _zone_offsets(local: NDArray[np.float64], zone: tzinfo) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The offset of each local time, and whether the zone's clock showed it other than once."""
    minutes, inverse = np.unique(local // 60, return_inverse=True)
    found = np.array([_offset_at(minute * 60.0, zone) for minute in minutes.tolist()]).reshape(-1, 2)
    return found[inverse, 0], found[inverse, 1] > 0


def _offset_at(local: float, zone: tzinfo) -> tuple[float, float]:
    try:
        clock = (_EPOCH + timedelta(seconds=local)).replace(tzinfo=zone)
        offset, other = clock.utcoffset(), clock.replace(fold=1).utcoffset()
    except OverflowError:
        return math.nan, 0.0
    assert offset is not None, "a zone from the zone database"
    return offset.total_seconds(), float(offset != other)


def _read_the_rest(
    texts: pl.Series,
    rest: NDArray[np.bool_],
    order: DateOrder,
    zone: tzinfo | None,
    seconds: NDArray[np.float64],
    resolution: NDArray[np.float64],
    zoneless: NDArray[np.bool_],
    ambiguous: NDArray[np.bool_],
) -> None:
    """Read, one by one, what is written in rarer ways: `20240321T040506Z`, a leap second."""
    rest = rest & texts.is_not_null().to_numpy()
    if order != "ymd" or not rest.any():
        return
    at = np.flatnonzero(rest)
    read: dict[str, tuple[float, bool, bool]] = {}
    for position, text in zip(at.tolist(), _strings(texts, at), strict=True):
        if text not in read:
            try:
                moment, doubtful = clock_time(text, zone)
                read[text] = moment, False, doubtful
            except ZonelessTime:
                read[text] = math.nan, True, False
        seconds[position], zoneless[position], ambiguous[position] = read[text]
        resolution[position] = written_resolution(text)


def _strings(texts: pl.Series, at: NDArray[np.int64]) -> Iterable[str]:
    return texts.gather(at).to_list()
