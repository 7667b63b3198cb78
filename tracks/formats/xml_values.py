"""Columns of text from XML as numbers and times, many at once.

Every function gives what reading its texts one by one would give: what is written in the usual way is
read in bulk, and whatever is not goes one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import orjson
from numpy.typing import NDArray

from tracks.formats.columns import numbers
from tracks.formats.times import written_resolution

_NAN = float("nan")
_BETWEEN = re.compile(rb"[\s,]+")

# A text as long as this may have been cut off where one by one is read (`Sink.texts`), so it is no number either way.
LONGEST_NUMBER = 63

# The same for a position, three numbers.
LONGEST_PLACE = 199

# Longest time read in bulk: 2024-03-21T04:05:06.123456789+00:00
_LONGEST = 35

_DAYS_BEFORE_MONTH = np.array([0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334], dtype="i8")
_DAYS_IN_MONTH = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype="i8")


def _float(text: bytes) -> float | None:
    try:
        return float(text) if b"_" not in text else None
    except ValueError:
        return None


def floats(texts: Sequence[bytes]) -> NDArray[np.float64]:
    """n texts as n numbers, NaN for what is none (nothing, a word, infinity, hundreds of digits)."""
    if not any(texts):
        return np.full(len(texts), _NAN)
    if max(map(len, texts)) > LONGEST_NUMBER:
        texts = [text if len(text) <= LONGEST_NUMBER else b"" for text in texts]
    try:
        values = orjson.loads(b"[%b]" % b",".join(texts))
    except orjson.JSONDecodeError:
        values = None
    # A comma in a text makes more values than texts, an empty text is no JSON.
    if values is None or len(values) != len(texts):
        values = [_float(text) for text in texts]
    return numbers(values)


def coordinates(texts: Sequence[bytes], separator: bytes) -> NDArray[np.float64]:
    """n texts of "longitude latitude [altitude]" as n × 3 numbers, NaN for what is missing or is none.

    A text of one number, of more than three, with a word in it or of hundreds of digits has no position at all.

    Args:
        separator: the byte that usually stands between two numbers: a space or a comma.
    """
    if not texts:
        return np.empty((0, 3))
    if max(map(len, texts)) > LONGEST_PLACE:
        texts = [text if len(text) <= LONGEST_PLACE else b"" for text in texts]
    try:
        rows = orjson.loads(b"[[%b]]" % b"],[".join(texts).replace(separator, b","))
    except orjson.JSONDecodeError:
        rows = None
    if rows is not None and len(rows) == len(texts):
        widths = set(map(len, rows))
        if widths == {3} or widths == {2}:
            flat = numbers([value for row in rows for value in row]).reshape(len(texts), -1)
            return flat if flat.shape[1] == 3 else np.column_stack([flat, np.full(len(texts), _NAN)])
    return np.array([_coordinate(text) for text in texts], dtype="f8")


def _coordinate(text: bytes) -> tuple[float, float, float]:
    values = [_float(part) for part in _BETWEEN.split(text.strip())]
    if len(values) not in (2, 3) or None in values[:2]:
        return _NAN, _NAN, _NAN
    longitude, latitude, *rest = (_NAN if v is None or abs(v) == float("inf") else v for v in values)
    return longitude, latitude, rest[0] if rest else _NAN


def times(
    texts: Sequence[bytes], otherwise: Callable[[int, str], float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """n times as epoch seconds (NaN for what is none) and the step each is written in, in seconds.

    Args:
        otherwise: reads what is not written as 2024-03-21T04:05:06[.789](Z or ±hh:mm): called with the
            position of the text and the text itself.
    """
    seconds = np.full(len(texts), _NAN)
    steps = np.ones(len(texts))
    lengths = np.fromiter(map(len, texts), dtype="i4", count=len(texts))
    left = lengths > 0
    for length in np.unique(lengths[(lengths >= 20) & (lengths <= _LONGEST)]):
        at = np.flatnonzero(lengths == length)
        same = texts if at.size == len(texts) else [texts[int(i)] for i in at]
        letters = np.frombuffer(b"".join(same), dtype="u1").reshape(at.size, length)
        for zone, rows in (
            (1, letters[:, -1] == ord("Z")),
            (6, np.isin(letters[:, -6], list(b"+-")) & (letters[:, -3] == ord(":"))),
        ):
            decimals = int(length) - 20 - zone
            if decimals in (-1, *range(1, 10)) and rows.any():
                value, good = _usual(letters[rows], zone, max(decimals, 0))
                place = at[rows][good]
                seconds[place] = value[good]
                steps[place] = 10.0 ** -max(decimals, 0)
                left[place] = False
    for position in np.flatnonzero(left):
        text = texts[int(position)].decode("utf-8", "replace").strip()
        if text:
            seconds[position] = otherwise(int(position), text)
            steps[position] = written_resolution(text)
    return seconds, steps


def uniform_steps(steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """The steps of n times written by one program, as `times.written_resolutions` has them.

    Programs leave a fraction of zero out, so where one time has decimals those of whole seconds have
    them too; times to the minute stay so.
    """
    return np.where(steps <= 1.0, min(1.0, steps.min()), steps) if steps.size else steps


def _usual(letters: NDArray[np.uint8], zone: int, decimals: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Times of one length and kind of zone as epoch seconds, and which of them are times."""
    digits = letters - np.uint8(ord("0"))  # whatever is no digit becomes 10 or more
    good = np.ones(len(letters), dtype=bool)

    def number(start: int, count: int) -> NDArray[np.int64]:
        part = digits[:, start : start + count]
        good[:] &= (part <= 9).all(axis=1)
        value = np.zeros(len(part), dtype="i8")
        for column in range(count):
            value = value * 10 + part[:, column]
        return value

    for position, letter in ((4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")):
        good &= letters[:, position] == ord(letter)
    if decimals:
        good &= letters[:, 19] == ord(".")
    year, month, day = number(0, 4), number(5, 2), number(8, 2)
    hour, minute, second = number(11, 2), number(14, 2), number(17, 2)
    # Finer than a microsecond is cut off, as `datetime` does.
    micro = number(20, min(decimals, 6)) * 10 ** (6 - min(decimals, 6))
    number(20, decimals)
    # Within these years microseconds since 1970 are exact in a float.
    good &= (year >= 1700) & (year <= 2200) & (month >= 1) & (month <= 12) & (day >= 1)
    good &= (hour <= 23) & (minute <= 59) & (second <= 59)
    month = np.where(good, month, 1)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    good &= day <= _DAYS_IN_MONTH[month - 1] + (leap & (month == 2))
    before = year - 1
    days = before * 365 + before // 4 - before // 100 + before // 400 - 719_162
    days += _DAYS_BEFORE_MONTH[month - 1] + (leap & (month > 2)) + day - 1
    whole = days * 86_400 + hour * 3_600 + minute * 60 + second
    if zone == 6:
        first = letters.shape[1] - 6
        hours, minutes = number(first + 1, 2), number(first + 4, 2)
        good &= (hours <= 23) & (minutes <= 59)
        whole -= np.where(letters[:, first] == ord("-"), -1, 1) * (hours * 3_600 + minutes * 60)
    return (whole * 1_000_000 + micro) / 1e6, good
