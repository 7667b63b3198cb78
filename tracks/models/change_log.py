"""The change log: who changed what when, for every model a curator edits (django-auditlog)."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from auditlog.signals import post_log, pre_log
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.db.models.signals import pre_save
from django.utils import translation

from tracks.models import aircraft, error_reports, flights, places, revisions, sources, suggestions, track_files
from tracks.models.logged import LANGUAGE, name_in_log

CURATED_MODELS = (
    aircraft.Operator,
    aircraft.Aircraft,
    aircraft.AircraftIdentity,
    aircraft.Sanction,
    places.Airport,
    places.Runway,
    places.Place,
    sources.Source,
    track_files.Acquisition,
    flights.Mission,
    flights.Flight,
    flights.FlightTrack,
    flights.Claim,
    flights.FlightSource,
    revisions.Edit,
    suggestions.Suggestion,
)


# The row that is being logged. The log itself is told nothing of how a row is to be named.
_logged: ContextVar[Model | None] = ContextVar("logged", default=None)


def _note_row(instance: Model, **_: Any) -> None:
    _logged.set(instance)


def _forget_row(**_: Any) -> None:
    _logged.set(None)


def _name_in_english(instance: LogEntry, **_: Any) -> None:
    row = _logged.get()
    if row is None or translation.get_language() == LANGUAGE:
        return
    try:
        # Only what the log named after this very row, as it is now.
        if str(row.pk) == str(instance.object_pk) and str(row) == instance.object_repr:
            instance.object_repr = name_in_log(row)
    except ObjectDoesNotExist:
        return  # the log has words of its own for it


def register_curated_models() -> None:
    """Put every curated model under the change log. Called once, when the applications are ready."""
    pre_log.connect(_note_row, dispatch_uid="flightmap.note_row")
    post_log.connect(_forget_row, dispatch_uid="flightmap.forget_row")
    pre_save.connect(_name_in_english, sender=LogEntry, dispatch_uid="flightmap.name_in_english")
    for model in CURATED_MODELS:
        if not auditlog.contains(model):
            auditlog.register(model)
    if not auditlog.contains(error_reports.ErrorReport):
        # What a reader wrote is not copied into the log, where it would outlive its removal.
        auditlog.register(error_reports.ErrorReport, include_fields=["state", "note"])
