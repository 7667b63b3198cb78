"""Times as text. One without a zone is no time, unless somebody says which zone is meant.

Nothing is made up: a date without a time of day is no time. A leap second (23:59:60 UTC at the end of
a month) has no number of its own in epoch seconds; it is read as the second after it, as POSIX
counts. `:60` at any other moment is no time.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from tracks.formats.contract import ParseError, ParseReport, Place, gettext_noop

# A number from here on counts milliseconds: as seconds it would be the year 5138, as milliseconds it is 1973.
MILLISECONDS_FROM = 1e11

# Date, time of day as far as it is written, zone. `fromisoformat` checks the numbers.
_WRITTEN = re.compile(
    r"(?P<date>[\dW-]+)[Tt ](?P<hour>\d\d)"
    r"(?::?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?)?"
    r"(?P<zone>[Zz]|[+-]\d\d[\d:.]*)?(?P<utc>\s*(?:UTC|GMT))?",
    re.ASCII | re.IGNORECASE,
)


class ZonelessTime(ValueError):
    """A time that does not say in which zone it is."""


def zone_named(name: str | None) -> tzinfo | None:
    """The zone a curator chose, None where none was chosen.

    Raises:
        ParseError: there is no such zone.
    """
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ParseError(gettext_noop("There is no time zone “%(name)s”."), name=name) from error


def epoch_seconds(text: str, zone: tzinfo | None = None) -> float:
    """ISO 8601 as epoch seconds, NaN where it is no time at all, a date without time of day included.

    Args:
        text: "2024-03-21T04:05:06.789Z", what Python's `fromisoformat` reads besides, and any of it
            with "UTC" or "GMT" after it.
        zone: the zone meant where the text states none.

    Raises:
        ZonelessTime: the text states no zone and none was given.
    """
    return clock_time(text, zone)[0]


def clock_time(text: str, zone: tzinfo | None = None) -> tuple[float, bool]:
    """As `epoch_seconds`, and whether it is read by clocks of `zone` that showed it twice or never.

    Such a time is read by the clock as it was before it was put back or forward; see `tell_of_changed_clocks`.
    """
    text = text.strip()
    written = _WRITTEN.fullmatch(text)
    if written is None:
        return math.nan, False
    if written["utc"]:
        text = text[: written.start("utc")] + ("" if written["zone"] else "Z")
    leap = written["second"] == "60"
    if leap:
        text = f"{text[: written.start('second')]}59{text[written.end('second') :]}"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return math.nan, False
    doubtful = False
    try:
        if moment.tzinfo is None:
            if zone is None:
                raise ZonelessTime(text)
            moment = moment.replace(tzinfo=zone)
            doubtful = moment.utcoffset() != moment.replace(fold=1).utcoffset()
        # Not timestamp(): its float of microseconds is the same, but it fails before year 1.
        seconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
        return (_after_leap_second(seconds) if leap else seconds), doubtful
    except OverflowError:
        return math.nan, False


def tell_of_changed_clocks(report: ParseReport, times: int, place: Place | None = None) -> None:
    """Warn, at the end of a file, of times that the clocks of the zone showed twice or never (0: none).

    Args:
        place: where the first of them stands.
    """
    if times:
        report.warn(
            gettext_noop(
                "%(times)d times lie in an hour that the clocks of the zone showed twice or not at all, because they "
                "were put back or forward: they were read by the clock as it was before. Those after it may be an "
                "hour off."
            ),
            place,
            times=times,
        )


def _after_leap_second(seconds: float) -> float:
    """One second later, where that is the first of a month in UTC; leap seconds are inserted nowhere else."""
    after = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=math.floor(seconds) + 1)
    begins_month = (after.day, after.hour, after.minute, after.second) == (1, 0, 0, 0)
    return seconds + 1.0 if begins_month else math.nan


def written_resolution(text: str) -> float:
    """The step of a time as it is written: 60 to the minute, 1 for whole seconds, 0.1 for one decimal…

    Text that is no time counts as whole seconds.
    """
    written = _WRITTEN.fullmatch(text.strip())
    if written is None:
        return 1.0
    if written["fraction"]:
        return 10.0 ** -len(written["fraction"])
    return 1.0 if written["second"] else 60.0 if written["minute"] else 3600.0


def written_resolutions(texts: Sequence[str]) -> NDArray[np.float64]:
    """The step of each of n times; "" and numbers count as whole seconds.

    Programs leave a fraction of zero out, so where one time has decimals those of whole seconds have
    them too. Nobody leaves seconds out that he knows: times to the minute stay so.
    """
    steps = np.array([written_resolution(text) for text in texts], dtype="f8")
    if steps.size:
        steps[steps <= 1.0] = min(1.0, steps.min())
    return steps
