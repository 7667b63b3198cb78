"""The archive's data. Models import neither importing nor serving."""

from tracks.models.aircraft import Aircraft, AircraftIdentity, Operator, Sanction
from tracks.models.error_reports import ErrorReport
from tracks.models.fields import Trajectory, TrajectoryField
from tracks.models.flights import Claim, ClaimField, Flight, FlightSource, FlightTrack, Mission
from tracks.models.places import Airport, Place, Runway
from tracks.models.revisions import Edit, FlightRevision, RevisionStretch
from tracks.models.sources import Source
from tracks.models.suggestions import Suggestion
from tracks.models.track_files import Acquisition, Gap, Stretch, Track, TrackFile

__all__ = [
    "Acquisition",
    "Aircraft",
    "AircraftIdentity",
    "Airport",
    "Claim",
    "ClaimField",
    "Edit",
    "ErrorReport",
    "Flight",
    "FlightRevision",
    "FlightSource",
    "FlightTrack",
    "Gap",
    "Mission",
    "Operator",
    "Place",
    "RevisionStretch",
    "Runway",
    "Sanction",
    "Source",
    "Stretch",
    "Suggestion",
    "Track",
    "TrackFile",
    "Trajectory",
    "TrajectoryField",
]
