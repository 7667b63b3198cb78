"""Free text: what a word is looked up in, and which flights it finds.

One definition for the list, the API and the corridor map. The map searches in the browser, in the text that `haystack`
gives it; tests/filter_cases.json holds what both must answer.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from typing import Any

from django.db.models import CharField, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat

from tracks.models import AircraftIdentity, FlightRevision
from tracks.serving.moments import take_dates
from tracks.visibility import public_identities

# Accents and dashes are typed or left out at will; a letter with an accent is its letter and U+0300-036F.
_IGNORED = "[\u0300-\u036f\u2010-\u2014-]"
_ALIKE = re.compile(_IGNORED)

# What a summary shows and the text kept with a revision may not hold: these are told as they are today.
_NAMES = (
    "aircraft__type_name",
    "operator__name",
    "aircraft__operator__name",
    "origin__airport__name",
    "destination__airport__name",
)


def fold(text: str) -> str:
    """Lower case, without accents and dashes: "Ан-124" and "ан124" are one."""
    return _ALIKE.sub("", unicodedata.normalize("NFKD", text)).lower()


class Folded(Func):
    """SQL: text as `fold` gives it."""

    template = f"lower(regexp_replace(normalize(%(expressions)s, NFKD), '{_IGNORED}', '', 'g'))"
    output_field = TextField()


def within(start: datetime.datetime | None, end: datetime.datetime | None) -> Q:
    """Flights whose interval reaches into [start, end); a flight without a date never does."""
    condition = Q(starts_at__isnull=False)
    if start is not None:
        # An interval that only touches `start` ends before it, unless it has no length.
        condition &= Q(ends_at__gt=start) | Q(starts_at__gte=start)
    if end is not None:
        condition &= Q(starts_at__lt=end)
    return condition


def search(revisions: QuerySet[FlightRevision], text: str) -> QuerySet[FlightRevision]:
    """Free text: every word, and every date, must be found. Case, accents and dashes do not count ("an124" is An-124).

    A date finds flights whose interval reaches into it, and those whose stated date is written so.
    """
    phrases, rest = take_dates(text)
    words = dict.fromkeys(fold(rest).split())  # each is looked for in the text of every flight: once is enough
    if not phrases and not words:
        return revisions
    revisions = revisions.alias(haystack=Folded(_all_text()))
    for phrase in phrases:
        revisions = revisions.filter(
            within(phrase.interval.start, phrase.interval.end)
            | Q(date_text__startswith=phrase.iso)
            | Q(haystack__contains=fold(phrase.words))
        )
    for word in words:
        revisions = revisions.filter(Q(haystack__contains=word) | Q(flight_id=word) | Q(_former_identity(word)))
    return revisions


def _all_text() -> Combinable:
    parts: list[Any] = [F("search_text")]
    for name in _NAMES:
        parts += [Value("\n"), Coalesce(F(name), Value(""), output_field=CharField())]
    return Concat(*parts, output_field=TextField())


def _identities() -> QuerySet[AircraftIdentity]:
    """The registrations and addresses that everybody may know of an aircraft, now or formerly."""
    return public_identities().filter(field__in=[AircraftIdentity.Field.REGISTRATION, AircraftIdentity.Field.ICAO24])


def _former_identity(word: str) -> Exists:
    """SQL: whether the flight's aircraft also goes or went by this registration or address."""
    identities = _identities().filter(aircraft=OuterRef("aircraft"))
    return Exists(identities.alias(folded=Folded("value")).filter(folded=word))


def haystacks(revisions: QuerySet[FlightRevision]) -> dict[str, dict[str, Any]]:
    """By flight id, what a browser searches: `text`, folded, and `names`, former identities that count as a whole."""
    names: dict[int, set[str]] = {}
    for aircraft, value in _identities().values_list("aircraft", "value"):
        names.setdefault(aircraft, set()).add(fold(value))
    rows = revisions.annotate(all_text=_all_text()).order_by().values_list("flight_id", "aircraft", "all_text")
    found: dict[str, dict[str, Any]] = {}
    for flight_id, aircraft, text in rows:
        folded = _without_repetition(fold(text))
        former = sorted(name for name in names.get(aircraft, ()) if name not in folded)
        found[flight_id] = {"text": folded, **({"names": former} if former else {})}
    return found


def _without_repetition(text: str) -> str:
    """The lines of a text without those that another one holds: they would go over the wire for nothing."""
    kept: list[str] = []
    for line in filter(None, text.split("\n")):
        if not any(line in other for other in kept):
            kept.append(line)
    return "\n".join(kept)
