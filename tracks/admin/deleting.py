"""What may be deleted, and what deleting leaves behind."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from tracks.models import Flight, FlightRevision, TrackFile
from tracks.models.resolving import resolve
from tracks.models.vocabulary import FlightStatus
from tracks.originals import delete_original


def published_in(files: Iterable[TrackFile]) -> QuerySet[FlightRevision]:
    """The revisions, current or older, that show fixes from these files."""
    hashes = [file.sha256 for file in files]
    return FlightRevision.objects.filter(stretches__file_sha256__in=hashes).distinct().order_by("flight", "number")


def delete_files(files: Iterable[TrackFile]) -> None:
    """Delete files with their tracks. Drafts that were nothing but these tracks go too; others are resolved anew.

    The bytes leave the archive's folder when the transaction has committed.
    """
    files = list(files)
    flights = list(Flight.objects.filter(flight_tracks__track__track_file__in=files).distinct())
    hashes = [file.sha256 for file in files]
    for file in files:
        file.delete()
    for flight in flights:
        if _is_nothing(flight):
            flight.delete()
            continue
        _show_another(flight)
        resolve(flight)
    for sha256 in hashes:
        transaction.on_commit(functools.partial(delete_original, sha256))


def deletable(flight: Flight) -> bool:
    """Only a draft that never was public: a permalink once given out is answered for ever."""
    return flight.status == FlightStatus.DRAFT and not flight.revisions.exists() and not flight.merged.exists()


def _is_nothing(flight: Flight) -> bool:
    """A draft that never was public, of which nothing is left and nobody has said anything."""
    said = (flight.flight_tracks, flight.claims, flight.flight_sources, flight.edits)
    return deletable(flight) and flight.external_key is None and not any(rows.exists() for rows in said)


def _show_another(flight: Flight) -> None:
    """Where the shown track went with its file, the longest witness that is left takes its place."""
    links = list(flight.flight_tracks.select_related("track"))
    if links and not any(link.shown for link in links):
        longest = max(links, key=lambda link: link.track.ended_at - link.track.started_at)
        longest.shown = True
        longest.save()
