"""Flights: facts with the claims they rest on, tracks, sources, edits, revisions; publishing."""

from __future__ import annotations

import itertools
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tracks.admin.attention import with_disagreements, with_suggestions
from tracks.admin.base import CuratedAdmin, NothingTyped, badge, link, utc
from tracks.admin.deleting import deletable
from tracks.admin.facts import fact_rows
from tracks.admin.flight_adding import add_flight
from tracks.admin.flight_edits import FlightEdits, edit_context, flight_map
from tracks.admin.flight_steps import FlightSteps, refused_in_words, resolve_anew
from tracks.admin.words import compared_in_words
from tracks.models import Claim, Edit, Flight, FlightSource, FlightTrack
from tracks.models.assembly import assemble
from tracks.models.locks import lock_joining
from tracks.models.publishing import PublishingRefused, publish
from tracks.models.resolving import short_place

STATUS_BADGE = {"draft": "warn", "published": "good", "withdrawn": "bad", "merged": ""}


def _refuse_what_is_public_now(flights: QuerySet[Flight]) -> None:
    lock_joining()  # as always before flights are locked
    if not all(deletable(flight) for flight in flights.order_by("pk").select_for_update(of=["self"])):
        raise PermissionDenied


class DisagreementFilter(admin.SimpleListFilter):
    """Whether tracks or sources contradict each other."""

    title = _("disagreement")
    parameter_name = "disagreement"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Flight]) -> QuerySet[Flight]:
        if self.value() == "yes":
            return queryset.filter(pk__in=with_disagreements().values("pk"))
        return queryset.filter(disagreements=[]) if self.value() == "no" else queryset


class SameFilter(admin.SimpleListFilter):
    """Whether a report fits it, or a track connects it with another."""

    title = _("may be one with another")
    parameter_name = "same"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Flight]) -> QuerySet[Flight]:
        return queryset.filter(pk__in=with_suggestions().values("pk")) if self.value() == "yes" else queryset


class SourceInline(admin.TabularInline):
    """Publications that speak of the flight."""

    model = FlightSource
    extra = 0
    autocomplete_fields = ["source"]
    verbose_name = _("source")
    verbose_name_plural = _("sources")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "supports" and field is not None:
            field.widget.attrs["rows"] = 2
        return field


class ShownTracks(forms.BaseInlineFormSet):
    """One track per stretch of time: shown tracks follow each other."""

    def clean(self) -> None:
        super().clean()
        shown = [form.instance.track for form in self.forms if form.cleaned_data.get("shown")]
        shown.sort(key=lambda track: track.started_at)
        for before, after in itertools.pairwise(shown):
            if after.started_at < before.ended_at:
                raise ValidationError(
                    gettext("“%(one)s” and “%(other)s” cover the same time: show one of them."),
                    params={"one": before, "other": after},
                )


class TrackInline(admin.TabularInline):
    """The tracks of the flight, and which of them is shown."""

    model = FlightTrack
    formset = ShownTracks
    extra = 0
    fields = ["track_link", "first", "last", "fixes", "file", "shown", "clock", "steps"]
    readonly_fields = ["track_link", "first", "last", "fixes", "file", "clock", "steps"]
    verbose_name = _("track")
    verbose_name_plural = _("tracks")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "shown" and field is not None:
            field.widget.attrs["aria-label"] = db_field.verbose_name  # the table's head is no label to a checkbox
        return field

    def get_queryset(self, request: HttpRequest) -> QuerySet[FlightTrack]:
        return super().get_queryset(request).select_related("track__track_file").order_by("track__started_at")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("track"))
    def track_link(self, row: FlightTrack) -> SafeString | None:
        return link(row.track, row.track.callsign or row.track.aircraft_key)

    @admin.display(description=_("first fix"))
    def first(self, row: FlightTrack) -> SafeString | None:
        return utc(row.track.started_at)

    @admin.display(description=_("last fix"))
    def last(self, row: FlightTrack) -> SafeString | None:
        return utc(row.track.ended_at)

    @admin.display(description=_("fixes"))
    def fixes(self, row: FlightTrack) -> str:
        return f"{row.track.fix_count:,}"

    @admin.display(description=_("track file"))
    def file(self, row: FlightTrack) -> SafeString | None:
        return link(row.track.track_file, row.track.track_file.name)

    @admin.display(description=_("beside the shown track"))
    def clock(self, row: FlightTrack) -> str:
        return compared_in_words(row.compared) or "–"

    @admin.display(description="")
    def steps(self, row: FlightTrack) -> SafeString:
        """Where the track is another aircraft's, or should be shown somewhere."""
        address = reverse("admin:tracks_flight_edit", args=[row.flight_id, "move-out"])
        name = row.track.callsign or row.track.aircraft_key
        label = gettext("Move out: %(track)s, to a flight of its own") % {"track": name}
        return format_html('<a href="{}?track={}" aria-label="{}">{}</a>', address, row.pk, label, gettext("Move out…"))


@admin.register(Flight)
class FlightAdmin(FlightEdits, FlightSteps, NothingTyped, CuratedAdmin):
    change_form_template = "admin/tracks/flight/change_form.html"
    change_list_template = "admin/tracks/flight/change_list.html"
    list_display = ["name", "state", "aircraft", "route", "dated", "level", "marks"]
    list_display_links = ["name"]
    list_filter = [
        "status",
        "evidence_class",
        DisagreementFilter,
        SameFilter,
        "in_corridor",
        "direction",
        "assertion_level",
        "demonstration",
        ("mission", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["aircraft", "origin__airport", "destination__airport"]
    search_fields = [
        "id",
        "title",
        "callsign",
        "aircraft__registration",
        "aircraft__icao24",
        "type_designator",
        "type_name",
        "external_key",
    ]
    search_help_text = _("Id, title, callsign, registration, 24-bit address or type")
    date_hierarchy = "starts_at"
    actions = ["publish_selected", "resolve_selected"]
    inlines = [TrackInline, SourceInline]
    logged_children = {Claim: "flight", FlightSource: "flight", FlightTrack: "flight", Edit: "flight"}

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """The latest first; what nobody dates comes last, not first as PostgreSQL would have it."""
        return [F("starts_at").desc(nulls_last=True), "id"]

    def get_urls(self) -> list[URLPattern]:
        return [*self.step_urls(), *self.edit_urls(), *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return add_flight(self, request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        flight = self.get_object(request, unquote(object_id))
        if flight is None:
            return super().change_view(request, object_id, form_url, extra_context)
        assembly = assemble(flight)
        context = {
            "facts": fact_rows(flight),
            "status_badge": STATUS_BADGE[flight.status],
            **edit_context(request, flight, assembly),
            "revisions": flight.revisions.select_related("published_by").order_by("-number"),
            "may_claim": request.user.has_perm("tracks.add_claim"),
            "show_save_and_add_another": False,
            **(extra_context or {}),
        }
        if assembly.stretches:
            context["map_data"] = flight_map(flight, assembly)
        return super().change_view(request, object_id, form_url, context)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Sources and shown tracks were saved: the facts follow from them."""
        super().save_related(request, form, formsets, change)
        resolve_anew(form.instance)

    def has_delete_permission(self, request: HttpRequest, obj: Flight | None = None) -> bool:
        """A permalink once given out is answered for ever: withdraw instead."""
        return super().has_delete_permission(request, obj) and (obj is None or deletable(obj))

    def delete_model(self, request: HttpRequest, obj: Flight) -> None:
        """Unless somebody published it since this was asked for."""
        _refuse_what_is_public_now(Flight.objects.filter(pk=obj.pk))
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Flight]) -> None:
        """The same of several."""
        _refuse_what_is_public_now(queryset)
        super().delete_queryset(request, queryset)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[Any, int], set[str], list[Any]]:
        flights = list(objs)
        counts: dict[Any, int] = {
            self.opts.verbose_name_plural: len(flights),
            _("claims"): Claim.objects.filter(flight__in=flights).count(),
        }
        kept = [
            gettext("%(flight)s was published once: withdraw it instead") % {"flight": flight}
            for flight in flights
            if not deletable(flight)
        ]
        return [str(flight) for flight in flights], counts, set(), kept

    @admin.action(description=_("Publish selected flights"), permissions=["change"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Flight]) -> None:
        """Each by itself: one refusal keeps no other back."""
        done = 0
        for flight in queryset:
            try:
                publish(flight, by=request.user)  # type: ignore[arg-type]
                done += 1
            except PublishingRefused as refusal:
                self.message_user(request, refused_in_words(refusal, flight, named=True), messages.ERROR)
        if done:
            text = ngettext("%(n)d flight is published.", "%(n)d flights are published.", done)
            self.message_user(request, text % {"n": done}, messages.SUCCESS)

    @admin.action(description=_("Resolve selected flights again"), permissions=["change"])
    def resolve_selected(self, request: HttpRequest, queryset: QuerySet[Flight]) -> None:
        count = len([resolve_anew(flight) for flight in queryset])
        text = ngettext("%(n)d flight was resolved again.", "%(n)d flights were resolved again.", count)
        self.message_user(request, text % {"n": count}, messages.SUCCESS)

    @admin.display(description=_("flight"), ordering="title")
    def name(self, flight: Flight) -> SafeString:
        return format_html('{} <code class="flight-id">{}</code>', flight.title or "–", flight.pk)

    @admin.display(description=_("status and class"), ordering="status")
    def state(self, flight: Flight) -> SafeString:
        status = badge(flight.get_status_display(), STATUS_BADGE[flight.status])
        return format_html("{} {}", status, badge(flight.get_evidence_class_display(), flight.evidence_class))

    @admin.display(description=_("ends"))
    def route(self, flight: Flight) -> str:
        return f"{short_place(flight.origin)} → {short_place(flight.destination)}"

    @admin.display(description=_("date"), ordering="starts_at")
    def dated(self, flight: Flight) -> SafeString | None:
        """The date as stated; under it the times, as far as anything says them."""
        if flight.departure_at is None and flight.arrival_at is None:
            return format_html("{}", flight.date_text) if flight.date_text else None
        times = (utc(at) or "?" for at in (flight.departure_at, flight.arrival_at))
        return format_html('{}<br><span class="quiet">{} –<br>{}</span>', flight.date_text or "?", *times)

    @admin.display(description=_("asserted as"), ordering="assertion_level")
    def level(self, flight: Flight) -> str | None:
        return flight.get_assertion_level_display() or None

    @admin.display(description="")
    def marks(self, flight: Flight) -> SafeString:
        marks = [
            badge(_("disagreement"), "disagreement") if flight.disagreements else "",
            badge(_("demonstration"), "demonstration") if flight.demonstration else "",
        ]
        return format_html("{} {}", *marks)
