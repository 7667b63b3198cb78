"""The change log: who changed what when, for every model a curator edits (django-auditlog)."""

from auditlog.registry import auditlog

from tracks.models import aircraft, error_reports, flights, places, revisions, sources, suggestions, track_files

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


def register_curated_models() -> None:
    """Put every curated model under the change log. Called once, when the applications are ready."""
    for model in CURATED_MODELS:
        if not auditlog.contains(model):
            auditlog.register(model)
    if not auditlog.contains(error_reports.ErrorReport):
        # What a reader wrote is not copied into the log, where it would outlive its removal.
        auditlog.register(error_reports.ErrorReport, include_fields=["state", "note"])
