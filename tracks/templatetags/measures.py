"""Times and measures in templates, written as everywhere on the site."""

from __future__ import annotations

import datetime
import zoneinfo

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracks.serving.wording import duration_in_words

register = template.Library()
NAUTICAL_MILE = 1852.0  # metres
_LOCAL_ZONES = (
    (zoneinfo.ZoneInfo("Asia/Pyongyang"), gettext_lazy("Pyongyang")),
    (zoneinfo.ZoneInfo("Asia/Vladivostok"), gettext_lazy("Vladivostok")),
)


def _moment(value: float | str | None) -> datetime.datetime | None:
    """Epoch seconds or ISO 8601 text as a moment in UTC; None for anything else."""
    try:
        if isinstance(value, str):
            return datetime.datetime.fromisoformat(value).astimezone(datetime.UTC)
        return None if value is None else datetime.datetime.fromtimestamp(value, datetime.UTC)
    except (ValueError, OverflowError, OSError):
        return None


@register.filter
def utc(value: float | str | None) -> str:
    """ "2024-03-21 04:12:33" of epoch seconds or ISO 8601 text; empty for what is no time."""
    moment = _moment(value)
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else ""


@register.filter
def iso(value: float | str | None) -> str:
    """ "2024-03-21T04:12:33Z", for addresses and `<time datetime>`."""
    moment = _moment(value)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


@register.filter
def local_times(value: float | str | None) -> str:
    """ "13:12 Pyongyang · 14:12 Vladivostok": a moment on the clocks of the corridor's two ends, for the day it was.

    The zone database knows that Pyongyang stood at UTC+8:30 until 4 May 2018.
    """
    moment = _moment(value)
    if moment is None:
        return ""
    return " · ".join(f"{_beside(moment, zone)} {name}" for zone, name in _LOCAL_ZONES)


def _beside(moment: datetime.datetime, zone: zoneinfo.ZoneInfo) -> str:
    there = moment.astimezone(zone)
    days = (there.date() - moment.date()).days
    if not days:
        return f"{there:%H:%M}"
    return f"{there:%H:%M} ({_('%(days)s d') % {'days': f'+{days}' if days > 0 else f'−{-days}'}})"


@register.filter
def distance(metres: float | None) -> str:
    """ "612 km (330 NM)" """
    if metres is None:
        return ""
    numbers = {"km": _whole(metres / 1000), "nautical": _whole(metres / NAUTICAL_MILE)}
    return _("%(km)s km (%(nautical)s NM)") % numbers


@register.filter
def speed(knots: float | None) -> str:
    """ "412 kt (763 km/h)" """
    if knots is None:
        return ""
    return _("%(knots)s kt (%(kmh)s km/h)") % {"knots": _whole(knots), "kmh": _whole(knots * NAUTICAL_MILE / 1000)}


@register.filter
def duration(seconds: float | None) -> str:
    """ "2 h 5 min" """
    return duration_in_words(seconds)


def _whole(value: float) -> str:
    return number_format(round(value), use_l10n=True, force_grouping=True)
