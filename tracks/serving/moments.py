"""Times as addresses and search boxes write them, and as JSON carries them.

An address comes from anywhere, so reading one never raises: what is no time of the archive is None. The rules are
those of static/flightmap/js/url-state.js.
"""

from __future__ import annotations

import calendar
import datetime
import functools
import re
from dataclasses import dataclass

from django.conf import settings
from django.utils import dates, translation

UTC = datetime.UTC
# Outside these years a date is a slip of the keyboard, and arithmetic on it would overflow.
EARLIEST = datetime.datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime.datetime(2200, 1, 1, tzinfo=UTC)

_ISO_TIME = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?",
    re.ASCII,
)


def epoch(moment: datetime.datetime | None) -> float | None:
    """Epoch seconds, or None."""
    return None if moment is None else moment.timestamp()


def from_epoch(seconds: float) -> datetime.datetime:
    """An aware UTC time."""
    return datetime.datetime.fromtimestamp(seconds, UTC)


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start` until before `end`, both aware."""

    start: datetime.datetime
    end: datetime.datetime


def parse_time(text: str | None, *, end: bool = False) -> datetime.datetime | None:
    """Read an ISO 8601 year, month, day or moment; without an offset it is UTC.

    Args:
        text: as it stands in an address or a form.
        end: of a year, month or day take its end, so that "to 2024-03-21" includes the 21st.

    Returns:
        An aware UTC time, or None for anything that is no time of the archive.
    """
    written = (text or "").strip()
    if "T" in written:
        written = written.replace(" ", "+")  # an offset's plus sign typed into an address arrives as a space
    match = _ISO_TIME.fullmatch(written)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        if hour is None:
            interval = calendar_interval(int(year), int(month) if month else None, int(day) if day else None)
            moment = interval.end if end else interval.start
        else:
            microsecond = int((fraction or "0").ljust(6, "0")[:6])
            moment = datetime.datetime(
                int(year), int(month), int(day), int(hour), int(minute), int(second or 0), microsecond, _zone(zone)
            ).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if EARLIEST <= moment <= LATEST else None


def _zone(text: str | None) -> datetime.timezone:
    if text in {None, "Z"}:
        return UTC
    digits = text[1:].replace(":", "")
    offset = datetime.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return datetime.timezone(-offset if text[0] == "-" else offset)


def calendar_interval(year: int, month: int | None = None, day: int | None = None) -> Interval:
    """A whole UTC year, month or day.

    Raises:
        ValueError: there is no such date.
    """
    start = datetime.datetime(year, month or 1, day or 1, tzinfo=UTC)
    if day is not None:
        end = start + datetime.timedelta(days=1)
    elif month is not None:
        end = start + datetime.timedelta(days=calendar.monthrange(year, month)[1])
    else:
        end = start.replace(year=year + 1)
    return Interval(start, end)


@dataclass(frozen=True, slots=True)
class DatePhrase:
    """A date somebody typed among other words: its UTC interval, its ISO form, and the words themselves."""

    interval: Interval
    iso: str
    words: str


@functools.cache
def month_numbers() -> dict[str, int]:
    """Names of the months in every language of the site, whole, shortened and inflected, in lower case.

    The corridor map's script gets the same table, so that a date found here is found there.
    """
    names: dict[str, int] = {}
    for number in range(1, 13):
        found = [calendar.month_name[number], calendar.month_abbr[number]]
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                found += [str(table[number]) for table in (dates.MONTHS, dates.MONTHS_3, dates.MONTHS_ALT)]
        names.update({name.lower().rstrip("."): number for name in found})
    return names


_ISO_DATE = r"(?P<iso_year>[0-9]{4})-(?P<iso_month>[0-9]{2})(?:-(?P<iso_day>[0-9]{2}))?"
_DOTTED = r"(?P<dot_day>[0-9]{1,2})\.(?P<dot_month>[0-9]{1,2})\.(?P<dot_year>[0-9]{4})"
_KOREAN = r"(?P<korean_year>[0-9]{4})년(?:\s*(?P<korean_month>[0-9]{1,2})월(?:\s*(?P<korean_day>[0-9]{1,2})일)?)?"
_RUSSIAN_YEAR = r"(?:\s+(?:года|году|год|г\.?))?"  # "март 2024 г."
_YEAR = r"(?P<year>(?:19|20|21)[0-9]{2})"


@functools.cache
def _date_pattern() -> re.Pattern[str]:
    """The same as in static/flightmap/js/search.js."""
    name = "|".join(re.escape(m) for m in sorted(month_numbers(), key=len, reverse=True) if m)
    spoken = (
        rf"(?:(?P<day_before>[0-9]{{1,2}})\s+)?(?P<month>{name})\.?"
        rf"(?:\s+(?P<day_after>[0-9]{{1,2}}),?)?\s+(?P<spoken_year>[0-9]{{4}})"
    )
    written = rf"{_ISO_DATE}|{_DOTTED}|{_KOREAN}|(?:{spoken}|{_YEAR}){_RUSSIAN_YEAR}"
    return re.compile(rf"(?<![\w.-])(?:{written})(?![\w.-])", re.IGNORECASE)


def take_dates(text: str) -> tuple[list[DatePhrase], str]:
    """Find dates in a search: "March 2024", "21 March 2024", "March 21, 2024", "2024-03", "21.03.2024", "2024".

    The months of every language of the site are known: "март 2024 г.", "2024년 3월".

    Returns:
        The dates, and the text without them. What only looks like a date stays in the text.
    """
    found: list[DatePhrase] = []

    def take(match: re.Match[str]) -> str:
        parts = match.groupdict()
        kinds = ("iso", "dot", "korean")
        year = next((parts[f"{k}_year"] for k in (*kinds, "spoken") if parts[f"{k}_year"]), parts["year"])
        month = next((parts[f"{k}_month"] for k in kinds if parts[f"{k}_month"]), None)
        month = month or month_numbers().get((parts["month"] or "").lower())
        day = next((parts[f"{k}_day"] for k in kinds if parts[f"{k}_day"]), parts["day_before"] or parts["day_after"])
        numbers = [int(part) if part else None for part in (year, month, day)]
        try:
            interval = calendar_interval(*numbers)  # type: ignore[arg-type]
        except (ValueError, OverflowError):
            return match[0]
        if not EARLIEST <= interval.start < LATEST:
            return match[0]
        iso = "-".join(f"{n:02d}" for n in numbers if n is not None)
        found.append(DatePhrase(interval, iso, match[0]))
        return " "

    return found, _date_pattern().sub(take, text)
