"""Cuts a track that an import brings where a curator split the flight it is of, as other trackers saw it before.

A split cuts the tracks there are. A file that comes later, of one more tracker, gives each of the two flights its part
too: it is cut at the same moment, and a row of the split is anchored to it, so that a later import of it cuts there
again and undoing the split mends it with the others.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings as site
from django.utils.translation import gettext_noop

from tracks.importing.airports import AirportTable
from tracks.importing.continuing import Legs
from tracks.importing.cutting import cut
from tracks.importing.known_flights import KnownFlights
from tracks.importing.reports import ImportReport
from tracks.importing.scenes import flight_id_of
from tracks.importing.storing import StoredTrack, entry_of, records_of
from tracks.importing.witnesses import Comparer
from tracks.models import Edit, Track
from tracks.models.anchors import anchor_to


def part(
    one: StoredTrack, beside: Iterable[Track], known: KnownFlights, table: AirportTable, report: ImportReport
) -> StoredTrack | None:
    """Cut a track at the first split that it crosses, if it crosses one, and return the rest.

    Args:
        beside: tracks of the same aircraft that share time with it.
    """
    edit = _crossed(one.track, beside, known)
    if edit is None or edit.starts_at is None:
        return None
    track = one.track
    report.warn(
        gettext_noop(
            "%(track)s crosses the moment at which a curator split flight %(flight)s off from what is flight "
            "%(other_flight)s now: it was cut there too, and each of the two has its part."
        ),
        track=str(track),
        flight=edit.flight_id,
        other_flight=edit.parameters["into"],
        track_id=track.pk,
    )
    anchor = anchor_to(track)
    rest, (first, second) = cut(track, edit.starts_at, table, site.PROCESSING)  # this import made it
    Edit.objects.create(
        kind=Edit.Kind.SPLIT,
        flight_id=edit.flight_id,
        track_file_id=track.track_file_id,
        aircraft_key=track.aircraft_key,
        starts_at=edit.starts_at,
        ends_at=edit.starts_at,
        parameters={**edit.parameters, **anchor},
        reason=edit.reason,
        author=edit.author,
    )
    if one.entry is not None:
        one.entry.update(entry_of(track, first, one.new, track.stretches.count()))
    one.airborne = first.airborne
    return StoredTrack(
        rest,
        second.airborne,
        True,
        report.add_track(entry_of(rest, second, True, rest.stretches.count())),
        records_of(second),
    )


def _crossed(track: Track, beside: Iterable[Track], known: KnownFlights) -> Edit | None:
    """The first split, of a flight this track is of, that lies within it."""
    tracks = [(flight_id, other) for other in beside if (flight_id := flight_id_of(other))]
    splits = {
        edit.pk: (edit.starts_at, edit.pk, edit)
        for flight_id, _other in tracks
        for edit in known.splits(flight_id)
        if edit.starts_at is not None and track.started_at < edit.starts_at <= track.ended_at
    }
    if not splits:
        return None
    comparer, legs = Comparer(), Legs()  # of their own: what they look at is about to change
    same = {
        flight_id
        for flight_id, other in tracks
        if legs.one_leg(other, track) and comparer.far_apart_m(other, track) is None
    }
    in_order = (edit for _at, _pk, edit in sorted(splits.values()))
    return next((edit for edit in in_order if same & {edit.flight_id, edit.parameters.get("into")}), None)
