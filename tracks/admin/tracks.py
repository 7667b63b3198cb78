"""Tracks: what the import made of a file, on a map and in tables. Nothing here changes a path; edits do."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tracks.admin.base import NothingTyped, ReadOnly, link, utc
from tracks.admin.maps import assembled, map_data
from tracks.admin.spots import marked_spot, track_spot_url
from tracks.admin.words import begins_label, end_in_words, record_in_words
from tracks.models import Acquisition, Stretch, Track
from tracks.serving.encoding import WireFlight, encode_paths
from tracks.serving.paths import in_order, wire_stretch

LISTED = 300  # stretches and gaps each; a noisy file may have thousands
_WIRE_COLUMNS = (
    "altitude_kind",
    "altitude_known",
    "ground_speed",
    "track_angle",
    "vertical_rate",
    "source",
    "on_ground",
)


class FlightFilter(admin.SimpleListFilter):
    """Whether a flight shows the track."""

    title = _("flight")
    parameter_name = "flight"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("shown", _("Shown")), ("witness", _("Second witness")), ("none", _("None"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Track]) -> QuerySet[Track]:
        match self.value():
            case "shown":
                return queryset.filter(flight_track__shown=True)
            case "witness":
                return queryset.filter(flight_track__shown=False)
            case "none":
                return queryset.filter(flight_track__isnull=True)
        return queryset


@dataclass(frozen=True, slots=True)
class StretchRow:
    """A line of the table of stretches."""

    ordinal: int
    evidence_class: str
    label: str
    fixes: int
    start: datetime.datetime
    end: datetime.datetime
    seconds: float
    record: str


def stretch_rows(track: Track) -> list[StretchRow]:
    """The track's first stretches, without reading their paths."""
    rows = []
    for stretch in track.stretches.defer("path").order_by("ordinal")[:LISTED]:
        if stretch.started_at is None or stretch.ended_at is None:  # a lone fix makes no line
            at = datetime.datetime.fromtimestamp(float(np.asarray(stretch.lone_fix)[3]), datetime.UTC)
            start, end = at, at
        else:
            start, end = stretch.started_at, stretch.ended_at
        records = np.asarray(stretch.record_index)
        rows.append(
            StretchRow(
                stretch.ordinal,
                stretch.evidence_class,
                stretch.get_evidence_class_display(),
                stretch.fix_count,
                start,
                end,
                (end - start).total_seconds(),
                record_in_words(int(records[0]), track.track_file.report) if records.size else "",
            )
        )
    return rows


@admin.register(Track)
class TrackAdmin(ReadOnly, NothingTyped, admin.ModelAdmin):
    change_form_template = "admin/tracks/track/change_form.html"
    list_display = ["name", "aircraft_link", "file", "first", "last", "fix_count", "ends_shown", "gap_count", "flight"]
    list_filter = [FlightFilter, "track_file__format", "track_file__demonstration", "simulator", "started_at"]
    list_select_related = ["aircraft", "origin_airport", "destination_airport", "flight_track__flight"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = [
        "callsign",
        "aircraft_key",
        "aircraft__registration",
        "aircraft__icao24",
        "track_file__sha256__startswith",
        "track_file__acquisitions__original_name",
    ]
    search_help_text = _("Callsign, registration, 24-bit address, file name or beginning of a SHA-256")
    date_hierarchy = "started_at"
    ordering = ["-started_at", "-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Track]:
        names = Acquisition.objects.filter(track_file=OuterRef("track_file")).order_by("acquired_at", "id")
        return (
            super()
            .get_queryset(request)
            .annotate(
                file_name=Subquery(names.values("original_name")[:1]),
                gaps_found=Count("gaps", distinct=True),
            )
        )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.path_view)
        return [path("<int:pk>/path/", view, name="tracks_track_path"), *super().get_urls()]

    def path_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The track's path in the wire's view profile (docs/wire.md), whether it is published or not."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        track = get_object_or_404(Track, pk=pk)
        stretches = []
        for stretch in Stretch.objects.filter(track=track).order_by("ordinal"):
            line = stretch.path.coordinates if stretch.path is not None else np.asarray(stretch.lone_fix).reshape(-1, 4)
            columns = {name: np.asarray(getattr(stretch, name)) for name in _WIRE_COLUMNS}
            stretches.append(wire_stretch(stretch.evidence_class, str(track.pk), line, columns))
        body = encode_paths([WireFlight(f"track-{track.pk}", 0, in_order(stretches))])
        return HttpResponse(body, content_type="application/octet-stream")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        track = self.get_object(request, unquote(object_id))
        if track is None:
            return super().change_view(request, object_id, form_url, extra_context)
        gaps = list(track.gaps.order_by("started_at", "id")[:LISTED])
        gap_rows = [(gap, track_spot_url(track.pk, gap.started_at or gap.ended_at)) for gap in gaps]
        context = {
            "title": str(track),
            "subtitle": None,
            "stretches": stretch_rows(track),
            "stretch_count": track.stretches.count(),
            "gaps": gap_rows,
            "gap_count": getattr(track, "gaps_found", len(gaps)),
            "identity": sorted((track.identity or {}).items()),
            "begins": begins_label(track.ends.get("begins", "")),
            "departure": end_in_words(track.ends.get("departure"), departure=True),
            "arrival": end_in_words(track.ends.get("arrival"), departure=False),
            "map_data": map_data(
                paths_url=reverse("admin:tracks_track_path", args=[track.pk]),
                gaps=assembled(gaps),
                airports=[track.origin_airport, track.destination_airport],
                spot=marked_spot(request, track),
            ),
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, context)

    @admin.display(description=_("track"), ordering="callsign")
    def name(self, track: Track) -> str:
        return track.callsign or track.aircraft_key

    @admin.display(description=_("aircraft"), ordering="aircraft__registration")
    def aircraft_link(self, track: Track) -> SafeString | None:
        return link(track.aircraft)

    @admin.display(description=_("track file"), ordering="file_name")
    def file(self, track: Track) -> str | None:
        return getattr(track, "file_name", None)

    @admin.display(description=_("first fix"), ordering="started_at")
    def first(self, track: Track) -> SafeString | None:
        return utc(track.started_at)

    @admin.display(description=_("last fix"), ordering="ended_at")
    def last(self, track: Track) -> SafeString | None:
        return utc(track.ended_at)

    @admin.display(description=_("ends"))
    def ends_shown(self, track: Track) -> str:
        ends = (track.origin_airport, track.destination_airport)
        return " → ".join(airport.icao if airport else "?" for airport in ends)

    @admin.display(description=_("gaps"), ordering="gaps_found")
    def gap_count(self, track: Track) -> int:
        return getattr(track, "gaps_found", 0)

    @admin.display(description=_("flight"), ordering="flight_track__flight")
    def flight(self, track: Track) -> SafeString | None:
        found = getattr(track, "flight_track", None)
        return None if found is None else link(found.flight, found.flight_id)
