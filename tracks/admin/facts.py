"""The facts of a flight beside the claims they are resolved from, for the curator's page."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tracks.models import Claim, ClaimField, Flight
from tracks.models.ranking import disagreeing_fields, ranked_claims
from tracks.models.vocabulary import Basis, EvidenceClass
from tracks.serving.wording import field_label, value_in_words


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim in words. `removable`: a person made it, so a person may take it back."""

    claim: Claim
    words: str
    shown: bool
    removable: bool


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact: what is shown of it, from where it follows if nobody claims it, and all that is claimed."""

    field: str
    label: str
    words: str
    derived: str
    claims: list[ClaimRow]
    disagreement: bool


def fact_rows(flight: Flight) -> list[FactRow]:
    """Every fact a flight can have, in the order of `ClaimField`."""
    ranked, expander = ranked_claims(flight)
    disagreeing = set(disagreeing_fields(ranked, expander))
    rows = []
    for field in ClaimField.values:
        claims = [
            ClaimRow(
                claim,
                value_in_words(field, expander.in_full(claim.value)),
                shown=place == 0 and field != ClaimField.CONFLICT,
                removable=made_by_hand(claim),
            )
            for place, claim in enumerate(ranked.get(field, []))
        ]
        words, derived = (claims[0].words, "") if claims else _derived(flight, field)
        if field == ClaimField.CONFLICT:
            words = "; ".join(row.words for row in claims)
        rows.append(FactRow(field, field_label(field), words, derived, claims, field in disagreeing))
    return rows


def made_by_hand(claim: Claim) -> bool:
    """Whether a person made the claim; those of tracks and of data sets are made again by command."""
    return claim.basis == Basis.CURATOR or (claim.basis == Basis.SOURCE and claim.author_id is not None)


def _derived(flight: Flight, field: str) -> tuple[str, str]:
    """What is shown though no claim says it, and from where it follows."""
    match field:
        case ClaimField.TYPE if flight.type_designator or flight.type_name:
            return " ".join(filter(None, (flight.type_name, flight.type_designator))), _("from the aircraft")
        case ClaimField.OPERATOR if flight.operator is not None:
            return flight.operator.name, _("from the aircraft")
        case ClaimField.TITLE:
            return flight.title, _("made from the facts")
        case ClaimField.IN_CORRIDOR:
            return (_("yes") if flight.in_corridor else _("no")), _("from the ends and the path")
        case ClaimField.DATE if flight.evidence_class == EvidenceClass.OBSERVED and flight.starts_at:
            return f"{flight.starts_at.astimezone(datetime.UTC):%Y-%m-%d}", _("from the first fix, in UTC")
    return "", ""
