"""Columns of text as numbers and angles, in the ways people write them; null where they cannot be read."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
from numpy.typing import NDArray

_DEGREES = r"^\s*(?<before>[NSEWnsew])?\s*(?<sign>[+-])?(?<degrees>\d{1,3}(?:\.\d*)?)\s*°?\s*(?<after>[NSEWnsew])?\s*$"
_MINUTES = (
    r"^\s*(?<before>[NSEWnsew])?\s*(?<sign>[+-])?(?<degrees>\d{1,3})(?:\s*[°º:]\s*|\s+)(?<minutes>\d{1,2}(?:\.\d*)?)"
    r"""(?:(?:\s*['′’:]\s*|\s+)(?<seconds>\d{1,2}(?:\.\d*)?)\s*(?:"|″|”|'')?|\s*['′’]?)\s*(?<after>[NSEWnsew])?\s*$"""
)
# As receivers write them: two or three digits of degrees, two of minutes, a fraction.
_COMPACT = (
    r"^\s*(?<before>[NSEWnsew])?\s*(?<sign>[+-])?(?<degrees>\d{1,3})(?<minutes>\d{2}(?:\.\d*)?)"
    r"\s*(?<after>[NSEWnsew])?\s*$"
)


def plain_numbers(texts: pl.Series, decimal_comma: bool) -> pl.Series:
    """Texts with plain numbers: what parts the thousands removed (1,234.5; 1.234,5), a decimal comma made a point."""
    group, point = (".", ",") if decimal_comma else (",", ".")
    parted = rf"^\s*[+-]?\d{{1,3}}({re.escape(group)}\d{{3}})+({re.escape(point)}\d+)?\s*$"
    if texts.str.contains(group, literal=True).any():
        text = pl.col(texts.name)
        plain = pl.when(text.str.contains(parted)).then(text.str.replace_all(group, "", literal=True)).otherwise(text)
        texts = texts.to_frame().select(plain)[texts.name]
    return texts.str.replace(",", ".", literal=True) if decimal_comma else texts


def numbers(texts: pl.Series) -> NDArray[np.float64]:
    """n numbers, NaN where a text is none or infinite."""
    values = texts.str.strip_chars().cast(pl.Float64, strict=False).to_numpy(writable=True)
    values[np.isinf(values)] = np.nan
    return values


def bare_directions(texts: pl.Series) -> pl.Series:
    """Directions without the arrow before them and the sign of degrees behind, as pages show them (← 298°)."""
    return texts.str.replace(r"^[\s\x{2190}-\x{21ff}\x{2700}-\x{27bf}\x{2b00}-\x{2bff}]+", "").str.replace(
        r"\s*[°º]\s*(?:[Tt](?:rue)?)?\s*$", ""
    )


def bare_times(column: str) -> pl.Expr:
    """A column of times of day without the weekday before them (Thu 01:23:45 PM): the date says it."""
    return pl.col(column).str.replace(r"(?i)^\s*(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", "")


def angles(texts: pl.Series, how: str, *, latitude: bool) -> NDArray[np.float64]:
    """Latitudes or longitudes in degrees, NaN where a text is none.

    Args:
        how: "degrees" (43.398, N43.398), or "minutes" (43°23.9'N, 43 23 54.4 N, 4323.9N).
    """
    if how == "degrees":
        return _angle(texts, _DEGREES, latitude)
    values = _angle(texts, _MINUTES, latitude)
    missing = np.isnan(values)
    return np.where(missing, _angle(texts, _COMPACT, latitude), values) if missing.any() else values


def _angle(texts: pl.Series, pattern: str, latitude: bool) -> NDArray[np.float64]:
    if not len(texts):
        return np.empty(0)
    parts = texts.str.extract_groups(pattern).struct.unnest()
    value = numbers(parts["degrees"])
    for name, share in (("minutes", 60.0), ("seconds", 3600.0)):
        if name in parts.columns:
            part = numbers(parts[name])
            value = np.where(part < 60, value + part / share, np.where(np.isnan(part), value, np.nan))
            if name == "minutes":
                value[np.isnan(part)] = np.nan
    before, after = (parts[name].str.to_uppercase() for name in ("before", "after"))
    letter = before.fill_null("") + after.fill_null("")
    signed = parts["sign"].is_not_null().to_numpy()
    lettered = (letter != "").to_numpy()
    fits = letter.is_in(["", "N", "S"] if latitude else ["", "E", "W"]).to_numpy() & ~(signed & lettered)
    negative = letter.is_in(["S", "W"]).to_numpy() | (parts["sign"] == "-").fill_null(False).to_numpy()
    return np.where(fits, np.where(negative, -value, value), np.nan)


def pairs(texts: pl.Series, decimal_comma: bool) -> tuple[pl.Series, pl.Series]:
    """The two halves of positions in one column, separated by a comma, semicolon, slash or space."""
    separator = r"\s*[;/]\s*|\s+" if decimal_comma else r"\s*[,;/]\s*|\s+"
    halves = texts.str.strip_chars(" ()[]").str.extract_groups(rf"^(.+?)(?:{separator})(\S+)$").struct.unnest()
    return halves[halves.columns[0]], halves[halves.columns[1]]


def lettered_pairs(texts: pl.Series, decimal_comma: bool) -> tuple[pl.Series, pl.Series]:
    """The two halves of positions in one column, told apart by their letters: N or S, then E or W."""
    behind = texts.str.extract_groups(r"^([^EWew]*[NSns])[\s,;/]*([^NSns]*[EWew])\s*$").struct.unnest()
    before = texts.str.extract_groups(r"^\s*([NSns][^EWew]*?)[\s,;/]*([EWew][^NSns]*)$").struct.unnest()
    latitude, longitude = (before[name].fill_null(behind[name]) for name in before.columns)
    return latitude, longitude
