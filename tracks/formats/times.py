"""Times as text. One without a zone is no time, unless somebody says which zone is meant."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tracks.formats.contract import ParseError, gettext_noop

_FRACTION = re.compile(r"[.,](\d+)")


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
    """ISO 8601 as epoch seconds, NaN where it is no time at all.

    Args:
        text: "2024-03-21T04:05:06.789Z" and what Python's `fromisoformat` reads besides.
        zone: the zone meant where the text states none.

    Raises:
        ZonelessTime: the text states no zone and none was given.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return math.nan
    if moment.tzinfo is None:
        if zone is None:
            raise ZonelessTime(text)
        moment = moment.replace(tzinfo=zone)
    try:
        # Not timestamp(): its float of microseconds is the same, but it fails before year 1.
        return (moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    except OverflowError:
        return math.nan


def written_resolution(text: str) -> float:
    """The step of a time as it is written: 1 for whole seconds, 0.1 for one decimal…"""
    fraction = _FRACTION.search(text)
    return 10.0 ** -len(fraction[1]) if fraction else 1.0
