"""Times and dates as a curator types them: local, with a zone that is named, and no more exact than they are known."""

from __future__ import annotations

import datetime
import re
import zoneinfo

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracks.models.vocabulary import DatePrecision

# The zones of the corridor and of those who report on it stand first.
NEAR_ZONES = ("UTC", "Asia/Pyongyang", "Asia/Vladivostok", "Asia/Seoul", "Asia/Tokyo", "Asia/Shanghai", "Europe/Moscow")
EARLIEST = datetime.timezone(datetime.timedelta(hours=14))  # where a day begins first, and where it ends last
LATEST = datetime.timezone(datetime.timedelta(hours=-12))
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


def zone_choices() -> list[tuple[str | Promise, list[tuple[str, str]]]]:
    """Every zone of the zone database, in two groups."""
    rest = sorted(zoneinfo.available_timezones() - set(NEAR_ZONES) - {"localtime"})
    return [
        (gettext_lazy("Here"), [(name, name) for name in NEAR_ZONES]),
        (gettext_lazy("All"), [(name, name) for name in rest]),
    ]


def moment(date: datetime.date, time: datetime.time, zone: str) -> datetime.datetime:
    """A local time in UTC.

    Raises:
        ValidationError: the clocks of the zone skipped this time.
    """
    local = datetime.datetime.combine(date, time, zoneinfo.ZoneInfo(zone))
    utc = local.astimezone(datetime.UTC)
    if utc.astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValidationError(_("The clocks in %(zone)s skipped this time."), params={"zone": zone})
    return utc


def stated_date(text: str) -> tuple[datetime.date, datetime.date, DatePrecision]:
    """First day, day after the last, and precision of "2024-03-21", "2024-03" or "2024".

    Raises:
        ValidationError: it is none of these, or no date of the calendar.
    """
    match = _DATE.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError(text)
        year, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None, "the pattern has it"
        start = datetime.date(year, month or 1, day or 1)
        if day is not None:
            return start, start + datetime.timedelta(days=1), DatePrecision.DAY
        if month is not None:
            return start, datetime.date(year + month // 12, month % 12 + 1, 1), DatePrecision.MONTH
        return start, datetime.date(year + 1, 1, 1), DatePrecision.YEAR
    except (ValueError, OverflowError):
        raise ValidationError(_("Write the date like 2024-03-21, or 2024-03 or 2024 where no more is known.")) from None


def interval(
    first: datetime.date, after: datetime.date, zone: str | None
) -> tuple[datetime.datetime, datetime.datetime]:
    """The UTC interval these days can mean, end exclusive; without a zone, in any zone there is."""
    begins = zoneinfo.ZoneInfo(zone) if zone else EARLIEST
    ends = zoneinfo.ZoneInfo(zone) if zone else LATEST
    midnight = datetime.time()
    return (
        datetime.datetime.combine(first, midnight, begins).astimezone(datetime.UTC),
        datetime.datetime.combine(after, midnight, ends).astimezone(datetime.UTC),
    )
