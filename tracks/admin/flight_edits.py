"""Edits on a flight's page: the forms beside its map, the edits in force, flights suggested to be the same."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tracks.admin.base import change_url, link
from tracks.admin.edit_fields import gap_key
from tracks.admin.edit_forms import FORMS
from tracks.admin.maps import map_data
from tracks.admin.words import compared_in_words
from tracks.importing import curating
from tracks.models import Edit, Flight, FlightTrack, Suggestion, merging
from tracks.models.anchors import PARTING, edits_about
from tracks.models.assembled import AssembledGap
from tracks.models.assembly import Assembly
from tracks.models.matching import matches_of
from tracks.models.revisions import EditRefused
from tracks.models.vocabulary import EvidenceClass, FlightStatus, GapCause, GapKind

OF_TRACKS = ("source", "move-out")  # edits for which all tracks have to be seen
_BESIDE = ("identity-3", "identity-2", "identity-4", "identity-5", "identity-6")
IN_SIGHT = (Edit.State.ACTIVE, Edit.State.REVIEW)


@dataclass(frozen=True, slots=True)
class GapRow:
    """A gap of the flight and its key in the forms."""

    gap: AssembledGap
    key: str
    kind: str
    cause: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Suggested:
    """Another flight that may be the same, and why."""

    flight: Flight
    why: str


class FlightEdits:
    """Mixed into the flight's ModelAdmin."""

    admin_site: admin.AdminSite
    message_user: Any
    log_change: Any
    _flight: Any  # of FlightSteps: the flight, if it may be changed
    _context: Any

    def edit_urls(self) -> list[URLPattern]:
        """The addresses of the edits, below that of the flight."""

        def edit(route: str, view: Any, name: str) -> URLPattern:
            return path(f"<str:pk>/{route}", self.admin_site.admin_view(view), name=f"tracks_flight_{name}")

        return [
            edit("edits/add/<str:kind>/", self.edit_view, "edit"),
            edit("same/<str:other>/join/", require_POST(self.same_view), "same"),
            edit("same/<str:other>/dismiss/", require_POST(self.dismiss_view), "dismiss"),
        ]

    def edit_view(self, request: HttpRequest, pk: str, kind: str) -> HttpResponse:
        """The form of one kind of edit beside the flight's map."""
        flight = self._editable(request, pk)
        if kind not in FORMS:
            raise Http404
        if flight.status == FlightStatus.MERGED:
            self.message_user(request, _("It was merged into another flight: edit that one."), messages.ERROR)
            return HttpResponseRedirect(change_url(flight))
        given = {name: value for name, value in request.GET.items() if name in FORMS[kind].base_fields}
        form = FORMS[kind](flight, request.POST if request.method == "POST" else None, initial=given)
        if request.method == "POST" and form.is_valid():
            try:
                result = form.apply(request.user)  # type: ignore[arg-type]
            except EditRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                self.log_change(request, flight, f"Edited: {kind}.")
                self.message_user(request, _told(flight, result), messages.SUCCESS)
                shown = result if kind == "join" else flight
                return HttpResponseRedirect(f"{change_url(shown)}#edits")
        context = self._context(request, flight, str(form.heading)) | {"form": form, "kind": kind}
        rows = track_rows(flight) if kind in OF_TRACKS else []
        if form.assembly.stretches:
            context |= {"map_data": flight_map(flight, form.assembly, rows), "track_rows": rows}
        return TemplateResponse(request, "admin/tracks/flight/edit.html", context)

    def same_view(self, request: HttpRequest, pk: str, other: str) -> HttpResponse:
        """One click: two flights that were suggested are one."""
        flight, second = self._editable(request, pk), get_object_or_404(Flight, pk=other)
        try:
            kept = curating.join(flight, second, reason=_reason(flight, second), author=request.user)  # type: ignore[arg-type]
        except EditRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(change_url(flight))
        self.log_change(request, kept, f"Joined with {second.pk if kept == flight else flight.pk}.")
        self.message_user(request, _joined(flight, second, kept), messages.SUCCESS)
        return HttpResponseRedirect(f"{change_url(kept)}#edits")

    def dismiss_view(self, request: HttpRequest, pk: str, other: str) -> HttpResponse:
        """Two flights that were suggested are not one."""
        flight, second = self._editable(request, pk), get_object_or_404(Flight, pk=other)
        reported = EvidenceClass.REPORTED in {flight.evidence_class, second.evidence_class}
        kind = Suggestion.Kind.REPORT if reported else Suggestion.Kind.CONNECTED
        merging.dismiss(flight, second, kind, request.user)  # type: ignore[arg-type]
        self.log_change(request, flight, f"Not one with {second.pk}.")
        self.message_user(request, _("They are two flights; it is not suggested again."), messages.SUCCESS)
        return HttpResponseRedirect(change_url(flight))

    def _editable(self, request: HttpRequest, pk: str) -> Flight:
        if not may_edit(request):
            raise PermissionDenied
        return self._flight(request, pk)


def may_edit(request: HttpRequest) -> bool:
    """Whether the user may edit what flights show; changing a flight is asked for besides."""
    return request.user.has_perm("tracks.change_edit")


def edit_context(request: HttpRequest, flight: Flight, assembly: Assembly) -> dict[str, Any]:
    """What the flight's page shows of edits."""
    tracks = [row.track for row in flight.flight_tracks.select_related("track")]
    return {
        "edits": [_edit_row(edit, len(tracks)) for edit in acts(edits_about(flight, tracks, IN_SIGHT))],
        "gaps": [_gap_row(gap) for gap in assembly.gaps],
        "suggested": suggestions_for(flight),
        "may_edit": may_edit(request) and flight.status != FlightStatus.MERGED,
        "witnesses": len(tracks) > 1,
    }


@dataclass(frozen=True, slots=True)
class EditRow:
    """An edit, and the name of the file whose track it is made on where the flight has several."""

    edit: Edit
    of: str


def acts(edits: list[Edit]) -> list[Edit]:
    """What was done, each once: a split or a join of several tracks is one row for each of them."""
    seen: set[tuple[object, ...]] = set()
    done = []
    for edit in edits:
        whole = edit.kind in {Edit.Kind.SPLIT, Edit.Kind.JOIN}
        partner = edit.parameters.get("into") or edit.parameters.get("flight")
        act = (edit.kind, edit.state, edit.flight_id, partner) if whole else (edit.pk,)
        if act not in seen:
            seen.add(act)
            done.append(edit)
    return done


def _edit_row(edit: Edit, tracks: int) -> EditRow:
    told = tracks > 1 and edit.kind not in PARTING and edit.track_file is not None
    return EditRow(edit, edit.track_file.name if told and edit.track_file else "")


@dataclass(frozen=True, slots=True)
class TrackRow:
    """A track of the flight to choose from, and how it stands on the map: `token` of its colour, "" where it leads."""

    link: FlightTrack
    compared: str
    token: str


def track_rows(flight: Flight) -> list[TrackRow]:
    """The flight's tracks, those that lead before the second witnesses; a colour for each of the latter."""
    links = flight.flight_tracks.select_related("track__track_file").order_by("-shown", "track__started_at", "pk")
    colours = itertools.cycle(_BESIDE)
    return [TrackRow(link, compared_in_words(link.compared), "" if link.shown else next(colours)) for link in links]


def beside(rows: list[TrackRow]) -> list[dict[str, Any]]:
    """The tracks of the flight that do not lead, as the map takes them."""
    return [
        {
            "url": reverse("admin:tracks_track_path", args=[row.link.track_id]),
            "token": row.token,
            "name": row.link.track.track_file.name,
        }
        for row in rows
        if row.token
    ]


def flight_map(flight: Flight, assembly: Assembly, rows: list[TrackRow] | None = None) -> dict[str, Any]:
    """The map of a flight's working copy; with `rows`, of the tracks that do not lead too."""
    return map_data(
        beside=beside(rows or []),
        paths_url=f"{reverse('api-paths')}?preview={flight.pk}",
        gaps=assembly.gaps,
        airports=[place.airport for place in (flight.origin, flight.destination) if place],
    )


def suggestions_for(flight: Flight) -> list[Suggested]:
    """Flights that may be the same: those a track connects, then reports that fit."""
    if flight.status not in {FlightStatus.DRAFT, FlightStatus.PUBLISHED}:
        return []
    found: list[Suggested] = []
    pairs = Suggestion.objects.filter(Q(one=flight) | Q(other=flight), state=Suggestion.State.OPEN)
    for pair in pairs.select_related("one", "other"):
        other = pair.other if pair.one_id == flight.pk else pair.one
        if other.status in {FlightStatus.DRAFT, FlightStatus.PUBLISHED}:
            found.append(Suggested(other, pair.get_kind_display()))
    reports = [Suggested(match.flight, agreement_in_words(match.agrees)) for match in matches_of(flight)]
    return [*found, *reports]


def agreement_in_words(agrees: list[str]) -> str:
    """In what a report and a tracked flight agree."""
    words = {
        "aircraft": _("same aircraft"),
        "type": _("same type"),
        "operator": _("same operator"),
        "direction": _("same direction"),
    }
    return ", ".join([*(words[one] for one in agrees), _("the dates can be the same")])


def _gap_row(gap: AssembledGap) -> GapRow:
    lasts = (gap.ended_at - gap.started_at).total_seconds() if gap.started_at and gap.ended_at else None
    return GapRow(gap, gap_key(gap), str(GapKind(gap.kind).label), str(GapCause(gap.cause).label), lasts)


def _reason(flight: Flight, other: Flight) -> str:
    # Kept, and published with the flight: in one language, whoever clicks.
    if EvidenceClass.REPORTED in {flight.evidence_class, other.evidence_class}:
        return gettext_noop("The report is of this tracked flight.")
    pair = Suggestion.objects.filter(one=min(flight.pk, other.pk), other=max(flight.pk, other.pk)).first()
    if pair is not None and pair.kind == Suggestion.Kind.SAME_PATH:
        return gettext_noop("They are on one path at one time.")
    return gettext_noop("A track continues the one and is continued by the other.")


def _joined(flight: Flight, other: Flight, kept: Flight) -> str:
    gone = other if kept.pk == flight.pk else flight
    text = _("Flight %(id)s is part of this one now. If that was wrong, undo it below.") % {"id": gone.pk}
    if kept.status == FlightStatus.PUBLISHED:
        text = f"{text} {_('Readers see it once you publish the flight.')}"
    return text


def _told(flight: Flight, result: Flight) -> str:
    text = _("The edit is noted.")
    if result.pk != flight.pk:
        text = format_html("{} {}", text, link(result, _("Flight %(id)s") % {"id": result.pk}))
    if FlightStatus.PUBLISHED in {flight.status, result.status}:
        text = format_html("{} {}", text, _("Readers see it once you publish the flight."))
    return text
