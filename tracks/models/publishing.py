"""Publish a flight as an immutable revision, or withdraw it."""

from __future__ import annotations

import calendar
import datetime
import hashlib
import json
from typing import Any

from django.contrib.auth.models import User
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _

from tracks.models.assembly import Assembly, assemble
from tracks.models.claim_values import Expander
from tracks.models.flights import FACT_NAMES, Claim, ClaimField, Flight
from tracks.models.ranking import disagreeing_fields, ranked_claims
from tracks.models.revisions import FlightRevision, RevisionStretch
from tracks.models.sources import Source
from tracks.models.track_files import TrackFile
from tracks.models.vocabulary import EvidenceClass, FlightStatus

# What publishing reads of a flight: one query instead of eight.
_READ_WITH_IT = (
    "aircraft", "operator", "mission", "origin__airport", "destination__airport", "published_revision"
)  # fmt: skip


class PublishingRefused(Exception):
    """The flight cannot be published; `reasons` says why, in sentences for a curator."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def reasons_against(flight: Flight, assembly: Assembly) -> list[str]:
    """What keeps the flight from being published; empty when nothing does."""
    reasons: list[str] = []
    if flight.status == FlightStatus.MERGED:
        reasons.append(_("It was merged into flight %(id)s: publish that one.") % {"id": flight.merged_into_id})
    reasons += [
        _("Track file “%(name)s” has no licence and credit: state both on its page first.") % {"name": file.name}
        for file in _files(assembly)
        if not any(acquisition.may_be_published for acquisition in file.acquisitions.all())
    ]
    if not flight.demonstration:
        simulated = {track.track_file_id for track in assembly.tracks if track.simulator}
        reasons += [
            _(
                "Track file “%(name)s” was written by a simulator: nobody flew this. Only a demonstration may show it; "
                "its page has a button that makes it one."
            )
            % {"name": file.name}
            for file in _files(assembly)
            if file.pk in simulated
        ]
    elif flight.aircraft is not None and not flight.aircraft.demonstration:
        reasons.append(
            _("It is a demonstration, and %(aircraft)s is a real aircraft: the one never shows the other.")
            % {"aircraft": flight.aircraft}
        )
    received = any(stretch.evidence_class == EvidenceClass.OBSERVED for stretch in assembly.stretches)
    if flight.evidence_class != EvidenceClass.REPORTED and not received:
        reasons.append(_("Its tracks hold no received position: nothing of it was observed."))
    if flight.evidence_class == EvidenceClass.REPORTED and not flight.flight_sources.exists():
        reasons.append(_("It has neither a track nor a source."))
    return reasons


def _files(assembly: Assembly) -> list[TrackFile]:
    """The files of the shown tracks, each once, in order."""
    return list({track.track_file_id: track.track_file for track in assembly.tracks}.values())


@transaction.atomic
def publish(flight: Flight, by: User | None = None) -> FlightRevision:
    """Make the working copy the public one.

    Nothing changed since the current revision: that revision is returned and no new one made.

    Raises:
        PublishingRefused: with the reasons, in sentences.
    """
    locked = Flight.objects.select_for_update(of=("self",)).select_related(*_READ_WITH_IT).get(pk=flight.pk)
    assembly = assemble(locked)
    if reasons := reasons_against(locked, assembly):
        raise PublishingRefused(reasons)
    snapshot = build_snapshot(locked, assembly)
    content_hash = hash_content(locked, snapshot, assembly)
    revision = locked.published_revision
    if revision is None or revision.content_hash != content_hash or revision.number <= locked.withdrawn_through:
        revision = _store_revision(locked, assembly, snapshot, content_hash, by)
    locked.published_revision = revision
    locked.status = FlightStatus.PUBLISHED
    locked.withdrawal_reason = ""
    locked.withdrawn_at = None
    locked.save()
    flight.refresh_from_db()
    return revision


@transaction.atomic
def withdraw(flight: Flight, reason: str, by: User | None = None) -> None:
    """Take a flight from the public; its permalink answers with a tombstone that gives the reason.

    The revisions there are stay withdrawn for good: publishing the flight again makes a new one.

    `by` is kept by the change log, which knows the request's user; the argument is for callers outside a request.
    """
    from auditlog.context import set_actor

    locked = Flight.objects.select_for_update().get(pk=flight.pk)
    locked.status = FlightStatus.WITHDRAWN
    locked.withdrawal_reason = reason.strip()
    locked.withdrawn_at = datetime.datetime.now(datetime.UTC)
    locked.withdrawn_through = max(locked.revisions.values_list("number", flat=True), default=0)
    if by is None:
        locked.save()
    else:
        with set_actor(by):
            locked.save()
    flight.refresh_from_db()


def _store_revision(
    flight: Flight, assembly: Assembly, snapshot: dict[str, Any], content_hash: str, by: User | None
) -> FlightRevision:
    last = flight.revisions.order_by("-number").values_list("number", flat=True).first()
    revision = FlightRevision.objects.create(
        flight=flight,
        number=(last or 0) + 1,
        published_by=by,
        content_hash=content_hash,
        snapshot=snapshot,
        search_text=search_text(flight, snapshot),
        read_as={file.sha256: file.read_as for file in (stretch.track.track_file for stretch in assembly.stretches)},
        **{name: getattr(flight, name) for name in FACT_NAMES},
    )
    RevisionStretch.objects.bulk_create(
        RevisionStretch(
            revision=revision,
            track=stretch.track,
            file_sha256=stretch.track.track_file.sha256,
            **stretch.fields(ordinal),
        )
        for ordinal, stretch in enumerate(assembly.stretches)
    )
    return revision


def build_snapshot(flight: Flight, assembly: Assembly) -> dict[str, Any]:
    """Everything a reader is shown of the flight besides its path, with names in place of ids."""
    claims, expander = ranked_claims(flight)
    disagreeing = set(disagreeing_fields(claims, expander))
    return {
        "facts": [
            {
                "field": field,
                **_claim_in_words(claims[field][0], expander),
                "claims": [_claim_in_words(claim, expander) for claim in claims[field]],
                "disagreement": field in disagreeing,
            }
            for field in ClaimField.values
            if field in claims
        ],
        "gaps": [gap.in_words() for gap in assembly.gaps],
        "sources": [
            _source_in_words(link.source) | {"supports": link.supports}
            for link in flight.flight_sources.select_related("source").order_by("id")
        ],
        "originals": [_original_in_words(file, assembly) for file in _files(assembly)],
        "edits": [
            {
                "kind": edit.kind,
                "from": edit.starts_at.isoformat() if edit.starts_at else None,
                "to": edit.ends_at.isoformat() if edit.ends_at else None,
                # The rest of what they hold (ids of drafts, of claims) is not the public's business.
                "parameters": {name: edit.parameters[name] for name in ("cause",) if name in edit.parameters},
                "reason": edit.reason,
            }
            for edit in assembly.edits
        ],
    }


def _claim_in_words(claim: Claim, expander: Expander) -> dict[str, Any]:
    return {
        "value": expander.in_full(claim.value),
        "basis": claim.basis,
        "supports": claim.supports,
        "source": _source_in_words(claim.source) if claim.source else None,
        "file_sha256": claim.track.track_file.sha256 if claim.track else None,
    }


def _source_in_words(source: Source) -> dict[str, Any]:
    return {
        "publisher": source.publisher,
        "title": source.title,
        "url": source.url,
        "archive_url": source.archive_url,
        "publication_date": source.publication_date,
        "language": source.language,
        "kind": source.kind,
    }


def _original_in_words(file: TrackFile, assembly: Assembly) -> dict[str, Any]:
    """Names, licence and credit of the bytes; who in the newsroom brought them is not the public's business."""
    acquisitions = [a for a in file.acquisitions.all() if a.may_be_published]
    return {
        "sha256": file.sha256,
        "name": acquisitions[0].original_name if acquisitions else file.sha256[:12],
        "format": file.format,
        "size": file.size,
        "parser_version": file.parser_version,
        "settings": file.settings,
        "fixes": sum(len(s.coordinates) for s in assembly.stretches if s.track.track_file_id == file.pk),
        "acquisitions": [
            {
                "licence": a.licence,
                "credit": a.credit,
                "obtained_from": a.obtained_from,
                "acquired_at": a.acquired_at.isoformat(),
            }
            for a in acquisitions
        ],
    }


def hash_content(flight: Flight, snapshot: dict[str, Any], assembly: Assembly) -> str:
    """SHA-256 over the facts, the snapshot and every number of the stretches."""
    facts = {name: flight.serializable_value(name) for name in FACT_NAMES}
    digest = hashlib.sha256()
    digest.update(json.dumps([facts, snapshot], cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False).encode())
    for stretch in assembly.stretches:
        digest.update(stretch.evidence_class.encode() + stretch.track.track_file.sha256.encode())
        digest.update(stretch.coordinates.astype("<f8").tobytes())
        for name, column in sorted(stretch.columns.items()):
            digest.update(name.encode() + column.tobytes())
    return digest.hexdigest()


def search_text(flight: Flight, snapshot: dict[str, Any]) -> str:
    """The words a search finds the flight by."""
    words: list[str | None] = [flight.title, flight.callsign, flight.type_designator, flight.type_name, flight.note]
    if flight.aircraft is not None:
        words += [flight.aircraft.registration, flight.aircraft.icao24]
    if flight.operator is not None:
        words.append(flight.operator.name)
    for place in (flight.origin, flight.destination):
        if place is not None:
            words.append(place.name)
            if place.airport is not None:
                words += [place.airport.icao, place.airport.iata, place.airport.city]
    words += [flight.date_text, _month_in_words(flight.date_from, flight.date_to)]
    words += [source["publisher"] for source in snapshot["sources"]]
    if flight.mission is not None:
        words.append(flight.mission.title)
    return " ".join(word for word in words if word)


def _month_in_words(start: datetime.datetime | None, end: datetime.datetime | None) -> str:
    """ "20 March 2024", the way people type dates; the months an interval touches when it is longer than two days."""
    if start is None or end is None:
        return ""
    last = end - datetime.timedelta(microseconds=1)
    days = {start.date(), last.date()}
    return " ".join(f"{day.day} {calendar.month_name[day.month]} {day.year}" for day in sorted(days))
