"""Words for the values of the archive's vocabularies."""

from __future__ import annotations

from django import template

from tracks.models.vocabulary import AssertionLevel, EvidenceClass
from tracks.serving.wording import label_of, place_in_words

register = template.Library()


@register.filter
def assertion(level: str | None) -> str:
    """ "scheduled only" """
    return label_of(AssertionLevel, level) if level else ""


@register.filter
def evidence(name: str) -> str:
    """ "observed" """
    return label_of(EvidenceClass, name)


@register.filter
def without_name(title: str, name: str | None) -> str:
    """A title without the name it begins with: "RA-82030: ? → Sunan" of RA-82030 is "? → Sunan"."""
    return title.removeprefix(f"{name or '?'}: ")


register.filter("place", place_in_words)
