"""What the page of one aircraft shows."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from tracks.models import Aircraft, AircraftIdentity, Sanction
from tracks.models.vocabulary import Basis, SanctionScope
from tracks.serving.search import Folded, fold
from tracks.serving.summaries import Summary, newest_first, summaries
from tracks.serving.wording import label_of, source_in_brief, web_address
from tracks.visibility import listed_revisions, public_identities


def find_aircraft(aircraft: QuerySet[Aircraft], key: str) -> Aircraft | None:
    """The aircraft of a registration or 24-bit address, in any case of letters, dashes written or not.

    One that goes or went by that registration or address as well is found too, when it is the only one.
    """
    key = key.strip()
    if "\0" in key:
        return None
    exact = Q(registration__iexact=key) | Q(icao24=key.lower())
    if found := aircraft.filter(exact).order_by("registration").first():
        return found
    if not (word := fold(key)):
        return None
    spelt = aircraft.alias(spelling=Folded("registration")).filter(spelling=word)[:2]
    if len(spelt) == 1:
        return spelt[0]
    names = [AircraftIdentity.Field.REGISTRATION, AircraftIdentity.Field.ICAO24]
    bearers = public_identities().filter(field__in=names).alias(spelling=Folded("value"))
    for same in (Q(value__iexact=key), Q(spelling=word)):
        if others := aircraft.filter(pk__in=bearers.filter(same).values("aircraft"))[:2]:
            return others[0] if len(others) == 1 else None
    return None


def aircraft_data(aircraft: Aircraft) -> dict[str, Any]:
    """The aircraft with the claims on its identity and the sanctions upon it."""
    return {
        "key": aircraft.key,
        "url": reverse("aircraft", args=[aircraft.key]),
        "registration": aircraft.registration,
        "icao24": aircraft.icao24,
        "type": aircraft.type_designator or None,
        "type_name": aircraft.type_name or None,
        "operator": aircraft.operator.name if aircraft.operator else None,
        "identities": [_identity(i) for i in public_identities().filter(aircraft=aircraft).select_related("source")],
        "sanctions": [sanction_data(s) for s in Sanction.objects.upon(aircraft).select_related("operator", "source")],
        "note": aircraft.note,
        "demonstration": aircraft.demonstration,
    }


def _identity(identity: AircraftIdentity) -> dict[str, Any]:
    source = identity.source
    return {
        "field": identity.field,
        "field_label": label_of(AircraftIdentity.Field, identity.field),
        "value": identity.value,
        "basis": identity.basis,
        "basis_label": identity.basis_note or label_of(Basis, identity.basis),
        "source": source_in_brief(
            {
                "publisher": source.publisher,
                "title": source.title,
                "url": source.url,
                "archive_url": source.archive_url,
                "publication_date": source.publication_date,
            }
        )
        if source
        else None,
        "valid_from": identity.valid_from.isoformat() if identity.valid_from else None,
        "valid_to": identity.valid_to.isoformat() if identity.valid_to else None,
    }


def sanction_data(sanction: Sanction) -> dict[str, Any]:
    """A sanction as its source states it."""
    return {
        "scope": sanction.scope,
        "scope_label": label_of(SanctionScope, sanction.scope),
        "names": sanction.operator.name if sanction.operator else None,
        "authority": sanction.authority,
        "programme": sanction.programme,
        "date_text": sanction.date_text,
        "valid_to": sanction.valid_to.isoformat() if sanction.valid_to else None,
        "detail": sanction.detail,
        "source_url": web_address(sanction.source.url) if sanction.source else "",
    }


def flights_of(aircraft: Aircraft) -> list[Summary]:
    """The published flights of the aircraft, newest first."""
    return summaries(newest_first(listed_revisions().filter(aircraft=aircraft)))
