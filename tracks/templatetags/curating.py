"""Template filters of the curators' pages."""

from __future__ import annotations

import datetime

from django import template
from django.utils.formats import number_format
from django.utils.safestring import SafeString

from tracks.admin import base, words
from tracks.serving.wording import duration_in_words

register = template.Library()


@register.filter
def utc(moment: datetime.datetime | None) -> SafeString | str:
    """A time in UTC to the second; a dash where there is none."""
    return base.utc(moment, seconds=True) or "–"


@register.filter
def number(value: float | None) -> str:
    """A number with its thousands set apart; a dash where there is none."""
    return "–" if value is None else number_format(value, use_l10n=True, force_grouping=True)


@register.filter
def duration(seconds: float | None) -> str:
    """A length of time in words."""
    return duration_in_words(seconds)


@register.filter
def badge(text: object, kind: str = "") -> SafeString:
    """A word in a frame."""
    return base.badge(text, kind)


@register.filter
def km(metres: float | None) -> str:
    """A distance in kilometres; a dash where there is none."""
    return "–" if metres is None else f"{number(round(metres / 1000, 1 if metres < 100_000 else 0))} km"


@register.filter
def identity_label(name: str) -> str:
    """A part of an identity in words."""
    return words.identity_label(name)
