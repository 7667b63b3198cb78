"""What the page of one flight shows, from its revision or, for the newsroom, from the working copy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils.translation import gettext as _

from tracks.models import Edit, Flight, FlightRevision, RevisionStretch
from tracks.models.assembly import assemble
from tracks.models.flights import FlightFacts
from tracks.models.publishing import build_snapshot
from tracks.models.vocabulary import EvidenceClass, GapCause, SourceKind
from tracks.serving.neighbours import neighbours
from tracks.serving.paths import paths_url
from tracks.serving.summaries import Summary, newest_first, sanctioned_on, summaries, summarise
from tracks.serving.visits import visit_of
from tracks.serving.wording import (
    claim_in_words,
    field_label,
    gap_in_words,
    label_of,
    source_in_brief,
)
from tracks.visibility import REVISION_IS_PUBLIC, listed_revisions

PageData = dict[str, Any]


def published_page(revision: FlightRevision) -> PageData:
    """The page of a revision, the newest or an older one."""
    has_path = RevisionStretch.objects.filter(revision=revision).exists()
    wire = paths_url(reverse("api-paths"), [(revision.flight_id, revision.number)]) if has_path else None
    return _page(revision, revision.flight_id, revision.number, revision.snapshot, wire)


def draft_page(flight: Flight) -> PageData:
    """The page of a working copy, as revision 0. Only for those who may see drafts."""
    assembly = assemble(flight)
    # As a revision would keep it: times as text.
    snapshot = json.loads(json.dumps(build_snapshot(flight, assembly), cls=DjangoJSONEncoder))
    wire = f"{reverse('api-paths')}?preview={flight.pk}" if assembly.stretches else None
    return _page(flight, flight.pk, 0, snapshot, wire)


def _page(facts: FlightFacts, flight_id: str, number: int, snapshot: dict[str, Any], wire: str | None) -> PageData:
    day = facts.date_from or facts.starts_at
    summary = summarise(
        facts,
        flight_id=flight_id,
        number=number,
        gaps=snapshot["gaps"],
        has_path=wire is not None,
        sanctioned=sanctioned_on(facts, day.date() if day else None),
    )
    return {
        "summary": summary,
        "note": facts.note,
        "facts": [
            _fact(fact, {original["sha256"] for original in snapshot["originals"]}) for fact in snapshot["facts"]
        ],
        "gaps": [gap_in_words(gap) for gap in snapshot["gaps"]],
        "sources": [_source(source) for source in snapshot["sources"]],
        "originals": [_original(original) for original in snapshot["originals"]],
        "edits": _edits(snapshot["edits"]),
        "revisions": _revisions(flight_id),
        "mission": _mission(facts, flight_id),
        "visit": visit_of(facts, summary),
        "neighbours": neighbours(facts, summary),
        "paths_url": wire,
    }


def _fact(fact: dict[str, Any], files: set[str]) -> dict[str, Any]:
    """A fact with its claims; of the files claims were computed from, those in `files` are named."""
    field = fact["field"]
    return {
        "field": field,
        "label": field_label(field),
        **claim_in_words(field, fact, files),
        "claims": [claim_in_words(field, claim, files) for claim in fact["claims"]],
        "disagreement": fact["disagreement"],
    }


def _source(source: dict[str, Any]) -> dict[str, Any]:
    return {
        **source_in_brief(source),
        "language": source["language"],
        "kind": source["kind"],
        "kind_label": label_of(SourceKind, source["kind"]),
        "supports": source["supports"],
    }


def _original(original: dict[str, Any]) -> dict[str, Any]:
    """The bytes a path leads back to; licence and credit are of the first who brought them with both.

    Where they were obtained may be a person: that stays in the newsroom.
    """
    public = ("licence", "credit", "acquired_at")
    acquisitions = [{key: acquisition[key] for key in public} for acquisition in original["acquisitions"]]
    first = acquisitions[0] if acquisitions else {}
    return {
        **{key: original[key] for key in ("sha256", "name", "format", "size", "fixes", "parser_version")},
        "licence": first.get("licence", ""),
        "credit": first.get("credit", ""),
        "acquired_at": first.get("acquired_at"),
        "acquisitions": acquisitions,
    }


def _edits(edits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What curators did, each once: an edit of a flight with several trackers stands there for each of their tracks."""
    found: list[dict[str, Any]] = []
    for edit in map(_edit, edits):
        if edit not in found:
            found.append(edit)
    return found


def _edit(edit: dict[str, Any]) -> dict[str, Any]:
    cause = edit["parameters"].get("cause")
    return {
        "kind": edit["kind"],
        "kind_label": label_of(Edit.Kind, edit["kind"]),
        "from": edit["from"],
        "to": edit["to"],
        "cause_label": label_of(GapCause, cause) if cause else None,
        "reason": edit["reason"],
    }


def _revisions(flight_id: str) -> list[dict[str, Any]]:
    """Every public revision, newest first, with its address; times as ISO 8601 text."""
    rows = FlightRevision.objects.filter(REVISION_IS_PUBLIC, flight=flight_id).order_by("-number")
    here = reverse("flight", args=[flight_id])
    return [
        {
            "number": number,
            "published_at": published_at.isoformat().replace("+00:00", "Z"),
            "hash": content_hash,
            "url": f"{here}?rev={number}",
        }
        for number, published_at, content_hash in rows.values_list("number", "published_at", "content_hash")
    ]


def _mission(facts: FlightFacts, flight_id: str) -> list[Summary]:
    """The other published legs of the visit, in order of time."""
    if facts.mission_id is None:
        return []
    return summaries(newest_first(listed_revisions().filter(mission=facts.mission_id).exclude(flight=flight_id)))[::-1]


@dataclass(frozen=True, slots=True)
class Meta:
    """What a search engine or a link preview says of a page."""

    title: str
    description: str
    canonical: str
    robots: str = ""


def meta_of(page: PageData, site_url: str, *, robots: str) -> Meta:
    """Title, description and address of a flight's page."""
    summary = page["summary"]
    date = summary["date"]["text"]
    return Meta(
        title=f"{summary['title']}, {date}" if date else summary["title"],
        description=describe(summary),
        canonical=f"{site_url}{summary['url']}",
        robots=robots,
    )


def describe(summary: Summary) -> str:
    """A flight in a sentence or two, with how it is known."""
    aircraft = summary["aircraft"] or {}
    who = " ".join(
        filter(None, [aircraft.get("type_name") or summary["type_name"], aircraft.get("key") or summary["callsign"]])
    )
    words = {
        "who": who or _("An aircraft"),
        "origin": (summary["origin"] or {}).get("name") or _("an unknown place"),
        "destination": (summary["destination"] or {}).get("name") or _("an unknown place"),
        "date": summary["date"]["text"] or _("an unknown date"),
    }
    text = _("%(who)s from %(origin)s to %(destination)s, %(date)s.") % words
    if summary["class"] == EvidenceClass.OBSERVED:
        known = _("Received positions, animated; gaps are shown as gaps.")
    else:
        known = _("Reported by publications; no positions are known.")
    if summary["demonstration"]:
        return " ".join([_("Demonstration, not a real flight."), text])
    return " ".join([text, known])
