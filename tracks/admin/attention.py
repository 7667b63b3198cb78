"""What needs a curator's attention, counted for the front page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

from tracks.admin.base import Staff
from tracks.models import Acquisition, Edit, ErrorReport, Flight, Suggestion, TrackFile
from tracks.models.matching import tracked_with_reports
from tracks.models.vocabulary import FlightStatus


@dataclass(frozen=True, slots=True)
class Attention:
    """One count and the list it leads to. `tone` is "bad", "warn", "busy" or "plain"."""

    label: str | Promise
    count: int
    url: str
    tone: str


def without_licence() -> QuerySet[TrackFile]:
    """Imported files that no acquisition states licence and credit of: nothing from them can be published."""
    stated = Acquisition.objects.exclude(Q(licence="") | Q(credit=""))
    return TrackFile.objects.filter(status=TrackFile.Status.IMPORTED).exclude(pk__in=stated.values("track_file"))


def with_disagreements() -> QuerySet[Flight]:
    """Flights whose sources or tracks contradict each other."""
    return Flight.objects.exclude(disagreements=[]).exclude(status__in=[FlightStatus.MERGED, FlightStatus.WITHDRAWN])


def with_suggestions() -> QuerySet[Flight]:
    """Flights that a report fits or that a track connects with another, and nobody has decided whether they are one."""
    at_hand = [FlightStatus.DRAFT, FlightStatus.PUBLISHED]
    open_pairs = Suggestion.objects.filter(
        state=Suggestion.State.OPEN, one__status__in=at_hand, other__status__in=at_hand
    )
    connected = Q(pk__in=open_pairs.values("one"))
    return Flight.objects.filter(connected | Q(pk__in=tracked_with_reports().values("pk")))


def attention_for(user: Any) -> list[Attention]:
    """The counts the user may see, in order of urgency; zeros too, so that an empty desk shows as one."""
    found: list[Attention] = []
    if _may_view(user, "trackfile"):
        files = TrackFile.objects
        busy = [TrackFile.Status.PENDING, TrackFile.Status.IMPORTING]
        found += [
            _files(
                ngettext_lazy("import that failed", "imports that failed", "n"),
                files.filter(status="failed"),
                "bad",
                status__exact="failed",
            ),
            _files(
                ngettext_lazy("file being imported", "files being imported", "n"),
                files.filter(status__in=busy),
                "busy",
                status__in=",".join(busy),
            ),
            _files(
                ngettext_lazy("file without licence or credit", "files without licence or credit", "n"),
                without_licence(),
                "warn",
                licence="missing",
            ),
        ]
    if _may_view(user, "flight"):
        drafts = Flight.objects.filter(status=FlightStatus.DRAFT)
        found += [
            _flights(
                ngettext_lazy("draft to check and publish", "drafts to check and publish", "n"),
                drafts,
                "plain",
                status__exact="draft",
            ),
            _flights(
                ngettext_lazy("flight with disagreements", "flights with disagreements", "n"),
                with_disagreements(),
                "warn",
                disagreement="yes",
            ),
            _flights(
                ngettext_lazy("flight that may be one with another", "flights that may be one with another", "n"),
                with_suggestions(),
                "plain",
                same="yes",
            ),
        ]
    if _may_view(user, "edit"):
        review = Edit.objects.filter(state=Edit.State.REVIEW)
        found.append(
            _item(
                ngettext_lazy("edit to review", "edits to review", "n"), review, "warn", "edit", state__exact="review"
            )
        )
    if _may_view(user, "errorreport"):
        said = ErrorReport.objects.filter(state=ErrorReport.State.OPEN)
        label = ngettext_lazy("report of an error by a reader", "reports of errors by readers", "n")
        found.append(_item(label, said, "warn", "errorreport", state__exact="open"))
    return found


def _may_view(user: Staff, model: str) -> bool:
    return any(user.has_perm(f"tracks.{action}_{model}") for action in ("view", "change"))  # type: ignore[union-attr]


def _files(label: Promise, rows: QuerySet[Any], tone: str, **query: str) -> Attention:
    return _item(label, rows, tone, "trackfile", **query)


def _flights(label: Promise, rows: QuerySet[Any], tone: str, **query: str) -> Attention:
    return _item(label, rows, tone, "flight", **query)


def _item(label: Promise, rows: QuerySet[Any], tone: str, model: str, **query: str) -> Attention:
    url = f"{reverse(f'admin:tracks_{model}_changelist')}?{urlencode(query)}"
    count = rows.count()
    return Attention(label % {"n": count}, count, url, tone)
