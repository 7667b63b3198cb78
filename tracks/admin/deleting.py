"""What may be deleted, and what deleting leaves behind."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from tracks.models import Flight, FlightRevision, FlightTrack, TrackFile
from tracks.models.locks import lock_joining
from tracks.models.merging import show_one
from tracks.models.resolving import resolve
from tracks.models.vocabulary import FlightStatus
from tracks.originals import delete_original


def published_in(files: Iterable[TrackFile]) -> QuerySet[FlightRevision]:
    """The revisions, current or older, that show fixes from these files."""
    hashes = [file.sha256 for file in files]
    return FlightRevision.objects.filter(stretches__file_sha256__in=hashes).distinct().order_by("flight", "number")


def drafts_of_nothing_else(files: Iterable[TrackFile]) -> list[Flight]:
    """The flights that `delete_files` removes with the files."""
    files = list(files)
    touched = Flight.objects.filter(flight_tracks__track__track_file__in=files).distinct()
    return [flight for flight in touched if _is_nothing_without(flight, files)]


def delete_files(files: Iterable[TrackFile]) -> None:
    """Delete files with their tracks. Drafts that were nothing but these tracks go too; others are resolved anew.

    The bytes leave the archive's folder when the transaction has committed.

    Raises:
        PermissionDenied: something of them was published since somebody was asked whether to delete them.
    """
    files = list(files)
    lock_joining()  # else an import could join a track to a flight that goes
    shown = FlightTrack.objects.filter(track__track_file__in=files)
    touched = list(Flight.objects.filter(pk__in=shown.values("flight")).select_for_update().order_by("pk"))
    if published_in(files).exists():
        raise PermissionDenied
    nothing_left = [flight for flight in touched if _is_nothing_without(flight, files)]
    rest = [flight for flight in touched if flight not in nothing_left]
    hashes = [file.sha256 for file in files]
    for row in [*files, *nothing_left]:
        row.delete()
    for flight in rest:
        show_one(flight)
        resolve(flight)
    for sha256 in hashes:
        transaction.on_commit(functools.partial(forget_bytes, sha256))


def forget_bytes(sha256: str) -> None:
    """Remove the bytes of a deleted file, unless somebody brought them again meanwhile."""
    if not TrackFile.objects.filter(sha256=sha256).exists():
        delete_original(sha256)


def deletable(flight: Flight) -> bool:
    """Only a draft that never was public: a permalink once given out is answered for ever."""
    return flight.status == FlightStatus.DRAFT and not flight.revisions.exists() and not flight.merged.exists()


def _is_nothing_without(flight: Flight, files: list[TrackFile]) -> bool:
    """A draft that never was public, and of which the files hold all there is: nobody else has said anything."""
    if not deletable(flight) or flight.external_key is not None:
        return False
    return not (
        flight.flight_tracks.exclude(track__track_file__in=files).exists()
        or flight.claims.exclude(track__track_file__in=files).exists()
        or flight.edits.exclude(track_file__in=files).exists()
        or flight.flight_sources.exists()
    )
