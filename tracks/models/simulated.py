"""What was flown in a simulator: nobody saw it, so it is public as a demonstration or not at all."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tracks.models.editing import open_to_edits
from tracks.models.flights import Flight
from tracks.models.locks import lock_joining
from tracks.models.merging import keep_imports_away, withdraw_suggestions
from tracks.models.resolving import resolve
from tracks.models.revisions import EditRefused
from tracks.models.track_files import TrackFile


def can_be_demonstration(file: TrackFile) -> bool:
    """Whether a file holds nothing but what a simulator wrote, and is no demonstration yet."""
    tracks = file.tracks.all()
    return not file.demonstration and tracks.exists() and not tracks.filter(simulator=False).exists()


@transaction.atomic
def mark_as_demonstration(file: TrackFile) -> list[Flight]:
    """Make a file and its flights a demonstration, for good; returns the flights.

    Raises:
        EditRefused: something in it, or in one of its flights, is real or claimed to be; or a worker is at the file.
    """
    lock_joining()  # before the file, as everybody takes them
    file = TrackFile.objects.select_for_update().get(pk=file.pk)
    if file.status == TrackFile.Status.IMPORTING:
        raise EditRefused(_("“%(name)s” is being imported: try again once it is.") % {"name": file.name})
    if not can_be_demonstration(file):
        raise EditRefused(_("Only a file that a simulator wrote, and nothing else, becomes a demonstration."))
    flights = [open_to_edits(one) for one in Flight.objects.filter(tracks__track_file=file).distinct().order_by("pk")]
    keep_imports_away(*flights)
    for flight in flights:
        others = flight.tracks.exclude(track_file=file).filter(track_file__demonstration=False)
        if others.exists() or flight.revisions.exists():
            raise EditRefused(
                _("Flight %(id)s has tracks of other files, or was published as real: a demonstration shows neither.")
                % {"id": flight.pk}
            )
        if flight.flight_sources.exists() or flight.claims.filter(source__isnull=False).exists():
            raise EditRefused(
                _("Flight %(id)s rests on a publication too: a demonstration shows nothing that was reported.")
                % {"id": flight.pk}
            )
        if flight.aircraft is not None and not flight.aircraft.demonstration:
            raise EditRefused(
                _("Flight %(id)s is claimed to be of %(aircraft)s: a demonstration never shows a real aircraft.")
                % {"id": flight.pk, "aircraft": flight.aircraft}
            )
    file.demonstration = True
    file.save(update_fields=["demonstration"])
    resolved = [resolve(flight) for flight in flights]
    for flight in resolved:
        withdraw_suggestions(flight)
    return resolved
