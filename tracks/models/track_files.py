"""Track files as they were brought, who brought them, and the tracks read from them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.gis.db.models import PointField
from django.contrib.postgres.indexes import GistIndex
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from tracks.models.aircraft import Aircraft
from tracks.models.columns import PackedColumn
from tracks.models.fields import TrajectoryField
from tracks.models.places import Airport
from tracks.models.vocabulary import EvidenceClass, GapCause, GapKind


def originals() -> Storage:
    """The storage of original bytes."""
    return storages["originals"]


class TrackFile(models.Model):
    """The original bytes, stored once and never changed, and how their import went.

    The lease: a worker that imports the file writes its name and a time until which it will be heard from, and
    renews it while it works. A sweep queues files whose lease ran out; after `IMPORT_MAX_ATTEMPTS` they fail.
    Progress and lease are written outside the import's transaction.
    """

    class Status(models.TextChoices):
        """How far the import is."""

        PENDING = "pending", _("pending")
        IMPORTING = "importing", _("importing")
        IMPORTED = "imported", _("imported")
        FAILED = "failed", _("failed")

    class Step(models.TextChoices):
        """What a worker does with the file at the moment."""

        NONE = "", _("waiting")
        SNIFFING = "sniffing", _("recognising the format")
        PARSING = "parsing", _("reading fixes")
        CLEANING = "cleaning", _("cleaning and splitting")
        STORING = "storing", _("storing tracks")
        JOINING = "joining", _("joining flights")

    sha256 = models.CharField(_("SHA-256"), max_length=64, unique=True, editable=False)
    content_sha256 = models.CharField(
        _("SHA-256 of the decompressed content"), max_length=64, blank=True, db_index=True, editable=False
    )
    size = models.BigIntegerField(_("size (bytes)"), editable=False)
    content_size = models.BigIntegerField(_("decompressed size (bytes)"), null=True, editable=False)
    file = models.FileField(_("original"), storage=originals, max_length=200, editable=False)
    created_at = models.DateTimeField(_("first brought"), auto_now_add=True, db_index=True)
    demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    format = models.CharField(_("format"), max_length=40, blank=True, editable=False)
    format_reason = models.CharField(_("why this format"), max_length=300, blank=True, editable=False)
    parser_version = models.PositiveIntegerField(_("parser version"), null=True, editable=False)
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    # Format, parsers and settings by which its stored tracks were read, and version and thresholds by which they were
    # processed. Those above, and the report, are of the last attempt, which may have failed or wait still.
    read_as = models.JSONField(default=dict, blank=True, editable=False)

    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.PENDING, db_index=True, editable=False
    )
    step = models.CharField(
        _("step"), max_length=10, choices=Step.choices, default=Step.NONE, blank=True, editable=False
    )
    progress_bytes = models.BigIntegerField(_("bytes read"), default=0, editable=False)
    progress_fixes = models.BigIntegerField(_("fixes read"), default=0, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    lease_owner = models.CharField(max_length=64, blank=True, default="", editable=False)
    lease_expires_at = models.DateTimeField(null=True, blank=True, db_index=True, editable=False)
    queued_at = models.DateTimeField(null=True, blank=True, editable=False)
    imported_at = models.DateTimeField(_("imported"), null=True, blank=True, editable=False)

    report = models.JSONField(_("report"), default=dict, blank=True, editable=False)
    error = models.TextField(_("error"), blank=True, editable=False)
    error_place = models.JSONField(_("where"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("track file")
        verbose_name_plural = _("track files")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(name="track_file_sha256_is_hex", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.sha256[:12]})"

    @property
    def name(self) -> str:
        """The name it was first brought under."""
        first = self.acquisitions.order_by("acquired_at", "id").first()
        return first.original_name if first else self.sha256[:12]


class Acquisition(models.Model):
    """Somebody brought these bytes. Licence and credit are needed before anything from them is published."""

    track_file = models.ForeignKey(TrackFile, models.CASCADE, related_name="acquisitions", verbose_name=_("track file"))
    acquired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("brought by")
    )
    acquired_at = models.DateTimeField(_("brought at"), auto_now_add=True)
    obtained_from = models.CharField(
        _("obtained from"), max_length=500, blank=True, help_text=_("Address, person or device the file came from.")
    )
    original_name = models.CharField(_("original name"), max_length=255)
    licence = models.CharField(_("licence"), max_length=200, blank=True)
    credit = models.CharField(_("credit"), max_length=300, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("acquisition")
        verbose_name_plural = _("acquisitions")
        ordering = ["acquired_at", "id"]

    def __str__(self) -> str:
        return self.original_name

    @property
    def may_be_published(self) -> bool:
        """Whether licence and credit are both stated."""
        return bool(self.licence.strip() and self.credit.strip())


class Track(models.Model):
    """One leg of one aircraft in one file, known by file, aircraft and time interval."""

    track_file = models.ForeignKey(TrackFile, models.CASCADE, related_name="tracks", verbose_name=_("track file"))
    aircraft_key = models.CharField(
        _("aircraft in the file"), max_length=64, help_text=_("How the file tells its aircraft apart.")
    )
    aircraft = models.ForeignKey(
        Aircraft, models.SET_NULL, null=True, blank=True, related_name="tracks", verbose_name=_("aircraft")
    )
    identity = models.JSONField(_("identity the file states"), default=dict, blank=True)
    callsign = models.CharField(_("callsign"), max_length=16, blank=True)
    started_at = models.DateTimeField(_("first fix"))
    ended_at = models.DateTimeField(_("last fix"))
    fix_count = models.PositiveIntegerField(_("fixes"))
    origin_airport = models.ForeignKey(
        Airport, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("origin")
    )
    destination_airport = models.ForeignKey(
        Airport, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("destination")
    )
    ends = models.JSONField(
        _("ends"),
        default=dict,
        blank=True,
        help_text=_(
            "How the ends were found: basis, distance, height, confidence, runway, take-off and landing times."
        ),
    )
    simulator = models.BooleanField(_("from a simulator"), default=False)

    class Meta:
        verbose_name = _("track")
        verbose_name_plural = _("tracks")
        ordering = ["started_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["track_file", "aircraft_key", "started_at", "ended_at"], name="track_once"),
            models.CheckConstraint(name="track_ends_after_start", condition=Q(ended_at__gte=F("started_at"))),
        ]
        indexes = [models.Index(fields=["aircraft", "started_at"], name="track_aircraft_time")]

    def __str__(self) -> str:
        return f"{self.callsign or self.aircraft_key} {self.started_at:%Y-%m-%d %H:%M}Z"


class EpochOf(Func):
    """`to_timestamp(ST_M(ST_StartPoint(path)))`: the time of an end of a trajectory."""

    template = "to_timestamp(ST_M(%(function)s(%(expressions)s)))"
    output_field = models.DateTimeField()


class StretchColumns(models.Model):
    """An uninterrupted run of fixes of one evidence class: its path and the columns parallel to it.

    `path` holds longitude, latitude, altitude (m; 0 where `altitude_known` is false) and time. A lone fix makes no
    line: its `path` is null and `lone_fix` holds the same four numbers. Every other column has `fix_count` values,
    or none where it is unknown throughout; units and "unknown" values stand in `tracks.processing.fixes.COLUMNS`.
    """

    evidence_class = models.CharField(
        _("class"), max_length=10, choices=[c for c in EvidenceClass.choices if c[0] != EvidenceClass.REPORTED]
    )
    ordinal = models.PositiveIntegerField(_("order"))
    fix_count = models.PositiveIntegerField(_("fixes"))
    path = TrajectoryField(_("path"), null=True, editable=False)
    lone_fix = PackedColumn("f8")
    altitude_kind = PackedColumn("u1")
    altitude_known = PackedColumn("?")
    geometric_altitude = PackedColumn("f4")
    ground_speed = PackedColumn("f4")
    track_angle = PackedColumn("f4")
    vertical_rate = PackedColumn("f4")
    source = PackedColumn("u1")
    on_ground = PackedColumn("i1")
    squawk = PackedColumn("i2")
    time_resolution = PackedColumn("f4")
    record_index = PackedColumn("i8")
    started_at = models.GeneratedField(
        expression=EpochOf("path", function="ST_StartPoint"), output_field=models.DateTimeField(), db_persist=True
    )
    ended_at = models.GeneratedField(
        expression=EpochOf("path", function="ST_EndPoint"), output_field=models.DateTimeField(), db_persist=True
    )

    class Meta:
        abstract = True


class Stretch(StretchColumns):
    """A stretch of a track: the working copy, replaced when its file is imported again."""

    track = models.ForeignKey(Track, models.CASCADE, related_name="stretches", verbose_name=_("track"))

    class Meta:
        verbose_name = _("stretch")
        verbose_name_plural = _("stretches")
        ordering = ["track", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["track", "ordinal"], name="stretch_once")]
        indexes = [GistIndex(fields=["path"], name="stretch_path_2d")]

    def __str__(self) -> str:
        return f"{self.track} #{self.ordinal}"


class Gap(models.Model):
    """Time without fixes. A leading gap has no start, a trailing one no end: nobody observed them."""

    track = models.ForeignKey(Track, models.CASCADE, related_name="gaps", verbose_name=_("track"))
    kind = models.CharField(_("kind"), max_length=10, choices=GapKind.choices)
    started_at = models.DateTimeField(_("last fix before"), null=True, blank=True)
    ended_at = models.DateTimeField(_("first fix after"), null=True, blank=True)
    # Without indexes: nothing looks for gaps by their place, and to keep two of them is a third of writing gaps.
    start_point = PointField(_("position before"), srid=4326, null=True, blank=True, spatial_index=False)
    end_point = PointField(_("position after"), srid=4326, null=True, blank=True, spatial_index=False)
    distance_m = models.FloatField(_("distance (m)"), null=True, blank=True)
    implied_speed_kt = models.FloatField(_("implied speed (kt)"), null=True, blank=True)
    cause = models.CharField(_("cause"), max_length=20, choices=GapCause.choices, default=GapCause.UNKNOWN)

    class Meta:
        verbose_name = _("gap")
        verbose_name_plural = _("gaps")
        ordering = ["track", "started_at"]
        constraints = [
            models.CheckConstraint(
                name="gap_is_open_only_at_ends",
                condition=Q(kind=GapKind.LEADING, started_at__isnull=True, ended_at__isnull=False)
                | Q(kind=GapKind.TRAILING, started_at__isnull=False, ended_at__isnull=True)
                | Q(kind=GapKind.INTERIOR, started_at__isnull=False, ended_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.started_at or '…'} – {self.ended_at or '…'}"

    @property
    def duration_s(self) -> float | None:
        """Seconds; None where an end is open."""
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()
