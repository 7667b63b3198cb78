"""Columns of times whose month is written as an English word: brought into the order of ISO 8601.

    21-Mar-2024 13:00:05     Thu, 21 Mar 2024 13:00:05 GMT     Mar 21, 2024 1:00 PM     March 21st 2024 at 13:00
    2024-Mar-21 13:00:05     Thu Mar 21 13:00:05 UTC 2024      Thu Mar 21 2024 22:00:05 GMT+0900 (Japan Standard Time)

The word says what is the day and what the month, so nobody has to be asked for their order. A year of two digits is
one from 2000 on, and stands last.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping

import polars as pl

_WEEKDAY = r"^\s*(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_MONTH = r"(?<month>[a-z]{3,9})\.?"
_DAY = r"(?<day>\d{1,2})(?:st|nd|rd|th)?"
_REST = r"(?<rest>(?:[^\d].*)?)$"

# Written ways, each with the groups year, month, day and rest; `clock` where the time of day stands before the year.
_WAYS = (
    rf"(?i){_WEEKDAY}{_DAY}[-\s./]*{_MONTH}[-\s./,]*(?<year>\d{{4}}|\d{{2}}){_REST}",
    rf"(?i){_WEEKDAY}{_MONTH}\s*{_DAY},?\s+(?<year>\d{{4}}){_REST}",
    rf"(?i)^\s*(?<year>\d{{4}})[-\s./]*{_MONTH}[-\s./]*{_DAY}{_REST}",
    rf"(?i){_WEEKDAY}{_MONTH}\s+{_DAY}\s+(?<clock>\d{{1,2}}:\d{{2}}(?::\d{{2}})?)(?<rest>\s.*|)\s(?<year>\d{{4}})\s*$",
)


def _months() -> Mapping[str, str]:
    found = {"sept": "09"}
    for number in range(1, 13):
        for name in (calendar.month_name[number], calendar.month_abbr[number]):
            found[name.lower()] = f"{number:02}"
    return found


_NUMBERS = _months()


def with_numbers(texts: pl.Series) -> pl.Series:
    """Texts as `2024-03-21 13:00:05 …`; null where they are no date with the month's name."""
    found = pl.Series(texts.name, [None] * len(texts), dtype=pl.String)
    for way in _WAYS:
        if not (missing := found.is_null()).any():
            break
        parts = texts.str.extract_groups(way).struct.unnest()
        month = parts["month"].str.to_lowercase().replace_strict(_NUMBERS, default=None, return_dtype=pl.String)
        year = parts["year"].str.replace(r"^(\d\d)$", "20$1")
        # After a clock time what follows is its zone, whose minus counts.
        before = r"^\s+" if "clock" in parts.columns else r"(?i)^[-,\sT]+(?:at\s+)?"
        rest = parts["rest"].str.replace(before, "")
        rest = rest.str.replace(r"\s*\([^()]*\)\s*$", "").str.replace(r"(?i)(?:GMT|UTC)\s*([+-]\d)", "$1")
        if "clock" in parts.columns:
            rest = parts["clock"] + " " + rest
        date = year + "-" + month + "-" + parts["day"].str.zfill(2)
        found = found.zip_with(~missing, (date + " " + rest).str.strip_chars())
    return found
