"""Flights: what the archive publishes, and the claims their facts are resolved from."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tracks.models.aircraft import Aircraft, Operator
from tracks.models.places import Place
from tracks.models.sources import Source
from tracks.models.track_files import Track
from tracks.models.vocabulary import (
    AssertionLevel,
    Basis,
    DatePrecision,
    Direction,
    EvidenceClass,
    FlightStatus,
    ZoneBasis,
)

if TYPE_CHECKING:
    from tracks.models.revisions import FlightRevision

# Without vowels no word comes about, without 0/o, 1/l/i nothing is misread on the telephone.
_ID_LETTERS = "23456789bcdfghjkmnpqrstvwxz"


def new_flight_id() -> str:
    """An opaque id of 8 letters and digits (27⁸ ≈ 2.8 × 10¹¹): it says nothing that a correction could make false."""
    return "".join(secrets.choice(_ID_LETTERS) for _unused in range(8))


class Mission(models.Model):
    """The legs of one visit."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)
    lead_story = models.BooleanField(_("lead story"), default=False)

    class Meta:
        verbose_name = _("mission")
        verbose_name_plural = _("missions")
        ordering = ["-key"]

    def __str__(self) -> str:
        return self.title or self.key


class FlightFacts(models.Model):
    """The facts of a flight, each nullable: unknown stays unknown.

    `starts_at`…`ends_at` is the interval the flight's bar covers: its observed fixes, or, for a reported flight, the
    UTC interval its stated date can mean. `date_from`…`date_to` is that date alone (end exclusive).
    """

    aircraft = models.ForeignKey(
        Aircraft, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("aircraft")
    )
    type_designator = models.CharField(_("type designator"), max_length=4, blank=True)
    type_name = models.CharField(_("type"), max_length=120, blank=True)
    operator = models.ForeignKey(
        Operator, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("operator")
    )
    callsign = models.CharField(_("callsign"), max_length=40, blank=True)
    origin = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("origin"))
    origin_basis = models.CharField(max_length=10, choices=Basis.choices, blank=True)
    destination = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("destination")
    )
    destination_basis = models.CharField(max_length=10, choices=Basis.choices, blank=True)
    departure_at = models.DateTimeField(_("departure"), null=True, blank=True)
    departure_basis = models.CharField(max_length=10, blank=True)  # observed, estimated, source, curator
    departure_precision = models.CharField(max_length=10, choices=DatePrecision.choices, blank=True)
    arrival_at = models.DateTimeField(_("arrival"), null=True, blank=True)
    arrival_basis = models.CharField(max_length=10, blank=True)
    arrival_precision = models.CharField(max_length=10, choices=DatePrecision.choices, blank=True)
    date_from = models.DateTimeField(_("date, from"), null=True, blank=True)
    date_to = models.DateTimeField(_("date, to"), null=True, blank=True)
    date_text = models.CharField(_("date as stated"), max_length=40, blank=True)
    date_precision = models.CharField(
        _("date precision"), max_length=10, choices=DatePrecision.choices, default=DatePrecision.UNKNOWN
    )
    date_zone_basis = models.CharField(
        _("zone basis"), max_length=10, choices=ZoneBasis.choices, default=ZoneBasis.UNSTATED
    )
    starts_at = models.DateTimeField(_("from"), null=True, blank=True, db_index=True)
    ends_at = models.DateTimeField(_("to"), null=True, blank=True, db_index=True)
    evidence_class = models.CharField(
        _("class"),
        max_length=10,
        choices=EvidenceClass.choices,
        default=EvidenceClass.REPORTED,
    )
    assertion_level = models.CharField(_("assertion level"), max_length=40, choices=AssertionLevel.choices, blank=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction.choices, blank=True)
    in_corridor = models.BooleanField(_("in the corridor"), default=False, db_index=True)
    demonstration = models.BooleanField(_("demonstration"), default=False, db_index=True)
    mission = models.ForeignKey(
        Mission, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("mission")
    )
    disagreements = models.JSONField(_("disagreements"), default=list, blank=True)

    class Meta:
        abstract = True


FACT_NAMES = tuple(field.name for field in FlightFacts._meta.local_fields)


class Flight(FlightFacts):
    """A flight: its working copy. The public sees `published_revision` only.

    The facts are resolved from the claims (`tracks.models.resolving`) and can be rebuilt at any time.
    """

    id = models.CharField(primary_key=True, max_length=12, default=new_flight_id, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=FlightStatus.choices, default=FlightStatus.DRAFT, db_index=True
    )
    published_revision: models.ForeignKey[FlightRevision | None, FlightRevision | None] = models.ForeignKey(
        "tracks.FlightRevision",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("published revision"),
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    withdrawal_reason = models.TextField(_("reason of withdrawal"), blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    withdrawn_through = models.PositiveIntegerField(
        _("revisions withdrawn"),
        default=0,
        editable=False,
        help_text=_("Revisions up to this number stay withdrawn, also when a corrected one is published."),
    )
    external_key = models.CharField(
        _("key in its data set"), max_length=120, null=True, blank=True, unique=True, editable=False
    )
    tracks: models.ManyToManyField[Track, FlightTrack] = models.ManyToManyField(
        Track, through="tracks.FlightTrack", related_name="flights", verbose_name=_("tracks")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("flight")
        verbose_name_plural = _("flights")
        ordering = ["-starts_at", "id"]
        indexes = [
            models.Index(fields=["aircraft", "starts_at"], name="flight_aircraft_time"),
            models.Index(fields=["status", "starts_at"], name="flight_status_time"),
        ]
        constraints = [
            models.CheckConstraint(
                name="flight_ends_after_start",
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
            ),
            models.CheckConstraint(
                name="flight_published_has_revision",
                condition=~Q(status=FlightStatus.PUBLISHED) | Q(published_revision__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.id

    def get_absolute_url(self) -> str:
        """The permalink."""
        return reverse("flight", args=[self.pk])


class FlightTrack(models.Model):
    """Which track shows a flight when: one track per stretch of time, never merged point by point."""

    flight = models.ForeignKey(Flight, models.CASCADE, related_name="flight_tracks", verbose_name=_("flight"))
    track = models.OneToOneField(Track, models.CASCADE, related_name="flight_track", verbose_name=_("track"))
    shown = models.BooleanField(
        _("shown"),
        default=True,
        help_text=_("Off: a second witness beside the shown track; it is shown only where that has a gap."),
    )
    compared = models.JSONField(
        _("compared with the shown track"),
        default=dict,
        blank=True,
        editable=False,
        help_text=_("“with”: the other track, “offset_s”: how far this one's clock is ahead, and how well they agree."),
    )

    class Meta:
        verbose_name = _("track of a flight")
        verbose_name_plural = _("tracks of flights")
        ordering = ["flight", "track__started_at"]

    def __str__(self) -> str:
        return str(self.track)


class ClaimField(models.TextChoices):
    """What a claim is about, and the shape of its value (see `tracks.models.claim_values`)."""

    AIRCRAFT = "aircraft", _("aircraft")
    TYPE = "type", _("aircraft type")
    OPERATOR = "operator", _("operator")
    CALLSIGN = "callsign", _("callsign")
    ORIGIN = "origin", _("origin")
    DESTINATION = "destination", _("destination")
    VIA = "via", _("via")
    DEPARTURE = "departure", _("departure")
    ARRIVAL = "arrival", _("arrival")
    DATE = "date", _("date")
    ASSERTION_LEVEL = "assertion_level", _("assertion level")
    TITLE = "title", _("title")
    NOTE = "note", _("note")
    MISSION = "mission", _("mission")
    SIGNAL_LOST = "signal_lost", _("signal lost")
    SIGNAL_REGAINED = "signal_regained", _("signal regained")
    CONFLICT = "conflict", _("conflict between sources")
    IN_CORRIDOR = "in_corridor", _("in the corridor")


class Claim(models.Model):
    """One statement on one fact of a flight. Claims are never overwritten by others; the strongest is shown."""

    flight = models.ForeignKey(Flight, models.CASCADE, related_name="claims", verbose_name=_("flight"))
    field = models.CharField(_("what"), max_length=20, choices=ClaimField.choices)
    value = models.JSONField(_("value"))
    basis = models.CharField(_("basis"), max_length=10, choices=Basis.choices)
    track = models.ForeignKey(
        Track, models.CASCADE, null=True, blank=True, related_name="claims", verbose_name=_("track")
    )
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="claims", verbose_name=_("source")
    )
    supports = models.TextField(_("what the source says"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("author")
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["flight", "field", "-created_at", "-id"]
        indexes = [models.Index(fields=["flight", "field"], name="claim_flight_field")]
        constraints = [
            models.CheckConstraint(
                name="claim_computed_has_track", condition=~Q(basis=Basis.COMPUTED) | Q(track__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_field_display()} ({self.get_basis_display()})"


class FlightSource(models.Model):
    """A publication that speaks of a flight, and what in it."""

    flight = models.ForeignKey(Flight, models.CASCADE, related_name="flight_sources", verbose_name=_("flight"))
    source = models.ForeignKey(Source, models.PROTECT, related_name="flight_sources", verbose_name=_("source"))
    supports = models.TextField(_("what it supports"), blank=True)

    class Meta:
        verbose_name = _("source of a flight")
        verbose_name_plural = _("sources of flights")
        ordering = ["flight", "id"]
        constraints = [models.UniqueConstraint(fields=["flight", "source"], name="flight_source_once")]

    def __str__(self) -> str:
        return str(self.source)
