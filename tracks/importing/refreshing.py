"""Makes flights what their tracks say now."""

from __future__ import annotations

from tracks.importing.track_claims import TrackClaims
from tracks.models import Flight
from tracks.models.resolving import resolve


def refresh(flight: Flight, claims: TrackClaims | None = None) -> None:
    """The claims of its tracks, a track that is shown, then the facts. What curators said stays."""
    claims = claims or TrackClaims()
    links = list(flight.flight_tracks.select_related("track"))
    if links and not any(link.shown for link in links):
        longest = max(links, key=lambda link: (link.track.ended_at - link.track.started_at, -link.pk))
        longest.shown = True
        longest.save(update_fields=["shown"])
    for link in links:
        claims.refresh(flight, link.track)
    resolve(flight)
