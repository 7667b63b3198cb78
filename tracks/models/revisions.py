"""What was published, unchangeable, and what curators did."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from tracks.models.flights import Flight, FlightFacts
from tracks.models.track_files import StretchColumns, Track, TrackFile


class FlightRevision(FlightFacts):
    """A flight as it was published: facts, claims, gaps, sources, originals and edits. A trigger forbids changes."""

    flight = models.ForeignKey(Flight, models.CASCADE, related_name="revisions", verbose_name=_("flight"))
    number = models.PositiveIntegerField(_("revision"))
    published_at = models.DateTimeField(_("published"), auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("published by")
    )
    content_hash = models.CharField(_("content hash (SHA-256)"), max_length=64)
    snapshot = models.JSONField(
        _("content"), help_text=_("Facts in words with their claims, gaps, sources, originals, edits.")
    )
    search_text = models.TextField(_("text searched"), blank=True)
    # By the SHA-256 of each file shown, `TrackFile.read_as`: the same bytes may be read otherwise later.
    read_as = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["flight", "-number"]
        constraints = [models.UniqueConstraint(fields=["flight", "number"], name="revision_once")]

    def __str__(self) -> str:
        return f"{self.flight_id} r{self.number}"


class RevisionStretch(StretchColumns):
    """A stretch as published: its own copy, so that a later import cannot reach it."""

    revision = models.ForeignKey(FlightRevision, models.CASCADE, related_name="stretches", verbose_name=_("revision"))
    track = models.ForeignKey(Track, models.SET_NULL, null=True, related_name="+", verbose_name=_("track"))
    file_sha256 = models.CharField(_("file's SHA-256"), max_length=64)

    class Meta:
        verbose_name = _("published stretch")
        verbose_name_plural = _("published stretches")
        ordering = ["revision", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["revision", "ordinal"], name="revision_stretch_once")]
        indexes = [GistIndex(fields=["path"], name="revision_stretch_path_2d")]

    def __str__(self) -> str:
        return f"{self.revision} #{self.ordinal}"


class Edit(models.Model):
    """What a curator did to a track or flight, anchored to file, aircraft and time, so that it survives a re-import.

    | kind          | starts_at, ends_at       | parameters                                                        |
    |---------------|--------------------------|-------------------------------------------------------------------|
    | trim, exclude | the interval, may be open|                                                                   |
    | gap_cause     | the gap, may be open     | "cause"                                                           |
    | choose_source | the interval             | the anchor is the track that is shown                             |
    | split         | both: the first moment   | "into": the flight that begins there, "until": where that one was |
    |               | of the later flight      | split already                                                     |
    | join          | the track's interval     | "flight": the one that was merged into `flight`, "was": its       |
    |               |                          | status, "claims", "sources": ids that came from it                |
    | move_out      | the track's interval     | "into": the flight the track has to itself, "shown": whether it   |
    |               |                          | was shown                                                         |

    All may have "anchor": the interval of the track it was made on (`tracks.models.anchors`). A split or a join that
    concerns several tracks is one row for each of them.
    """

    class Kind(models.TextChoices):
        """What was done."""

        TRIM = "trim", _("trim: keep only this interval")
        EXCLUDE = "exclude", _("exclude this interval")
        SPLIT = "split", _("split the flight here")
        JOIN = "join", _("join with another flight")
        MOVE_OUT = "move_out", _("move a track to a flight of its own")
        GAP_CAUSE = "gap_cause", _("cause of a gap")
        CHOOSE_SOURCE = "choose_source", _("show this track here")

    class State(models.TextChoices):
        """Whether it is in force."""

        ACTIVE = "active", _("in force")
        REVIEW = "review", _("found no place after a re-import: to be reviewed")
        REVERTED = "reverted", _("reverted")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ACTIVE)
    flight = models.ForeignKey(
        Flight, models.CASCADE, null=True, blank=True, related_name="edits", verbose_name=_("flight")
    )
    track_file = models.ForeignKey(
        TrackFile, models.CASCADE, null=True, blank=True, related_name="edits", verbose_name=_("track file")
    )
    aircraft_key = models.CharField(_("aircraft in the file"), max_length=64, blank=True)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("to"), null=True, blank=True)
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    reason = models.TextField(_("reason"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("author")
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("edit")
        verbose_name_plural = _("edits")
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.reason}"


class EditRefused(Exception):
    """The edit cannot be made or undone; the message says why, in a sentence for a curator."""
