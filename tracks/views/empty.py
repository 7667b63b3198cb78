"""Why a list is empty: which filter leaves nothing, and where to go from there."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from tracks.forms import FlightFilterForm
from tracks.models import FlightRevision


def why_empty(query: QueryDict, form: FlightFilterForm, revisions: QuerySet[FlightRevision]) -> list[dict[str, Any]]:
    """For each filter set, how many flights there would be without it, the most first.

    Each with its label, the value as asked for, the number, and the query that leaves it out.
    """
    reasons = []
    for name in form.active():
        fewer = query.copy()
        fewer.pop("page", None)
        values = [value for value in fewer.pop(name, []) if isinstance(value, str)]
        reasons.append(
            {
                "name": name,
                "label": form.fields[name].label,
                "value": ", ".join(values),
                "without": FlightFilterForm(fewer).chosen.apply(revisions).count(),
                "query": fewer.urlencode(),
            }
        )
    return sorted(reasons, key=lambda reason: -reason["without"])
