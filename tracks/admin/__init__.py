"""The curators' workplace: one module per model family, registered on `flightmap.admin.CuratorsSite`."""

from tracks.admin import (
    aircraft,
    curators,
    edits,
    error_reports,
    flights,
    missions,
    places,
    sources,
    track_files,
    tracks,
)

__all__ = [
    "aircraft",
    "curators",
    "edits",
    "error_reports",
    "flights",
    "missions",
    "places",
    "sources",
    "track_files",
    "tracks",
]
