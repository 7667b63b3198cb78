"""Joins tracks to flights: whose aircraft is it, which flight does it show, or is it a new one.

A track belongs to the flight
1. its place in the same file belonged to before the file was imported again,
2. of the track at its place in a file with the same content (the same file once compressed, once not),
3. of the same aircraft that it overlaps in time most, where both are one leg,
4. of the same aircraft whose last track it continues, or whose first continues it, where both are one leg;
otherwise to a new draft. Nothing is merged point by point, a demonstration never meets what is real, and flights known
from reports alone are left to a curator.

Only one import joins at a time (a lock in the database), so that two files of one flight do not become two flights.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import F, QuerySet
from django.utils.translation import gettext_noop

from tracks.importing.continuing import LONGEST_GAP, one_leg
from tracks.importing.identities import aircraft_for
from tracks.importing.reports import ImportReport
from tracks.importing.storing import FormerTrack, Interval, StoredTrack
from tracks.importing.track_claims import refresh_claims
from tracks.models import Aircraft, Edit, Flight, FlightTrack, Track, TrackFile
from tracks.models.resolving import resolve
from tracks.models.vocabulary import FlightStatus

# Any number will do, as long as nothing else in the database takes this lock.
JOINING_LOCK = 0x666C69676874


@dataclass(slots=True)
class Joiner:
    """Joins the tracks of one import. Runs inside its transaction."""

    track_file: TrackFile
    content_sha256: str
    report: ImportReport
    _touched: dict[str, Flight] = field(default_factory=dict)
    _aircraft: dict[str, Aircraft | None] = field(default_factory=dict)
    _places: dict[int, FormerTrack] = field(default_factory=dict)

    def join(self, stored: list[StoredTrack], former: list[FormerTrack]) -> None:
        """Give every track its aircraft and flight, and resolve the flights concerned."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [JOINING_LOCK])
        stored = sorted(stored, key=lambda s: (s.track.started_at, s.track.pk))
        for one in stored:
            self._identify(one.track)
        self._places = _places(stored, former)
        for one in stored:
            self._join_track(one)
        for flight_id in {f.flight_id for f in former if f.flight_id} - self._touched.keys():
            if flight := Flight.objects.filter(pk=flight_id).first():
                self._touched[flight_id] = flight
        for flight in self._touched.values():
            if _is_nothing(flight):
                flight.delete()
            else:
                refresh(flight)
        self.report.edits_to_review = review_edits(self.track_file)

    def _identify(self, track: Track) -> None:
        key = track.aircraft_key
        if key not in self._aircraft:
            self._aircraft[key] = aircraft_for(track.identity, self.track_file, self.report)
        if track.aircraft_id != (self._aircraft[key].pk if self._aircraft[key] else None):  # type: ignore[union-attr]
            track.aircraft = self._aircraft[key]
            track.save(update_fields=["aircraft"])

    def _join_track(self, one: StoredTrack) -> None:
        track = one.track
        link = FlightTrack.objects.filter(track=track).select_related("flight").first()
        new_flight = False
        if link is None:
            flight, shown = self._flight_for(track)
            if flight is None and not one.airborne:
                self.report.warn(
                    gettext_noop("%(track)s stays on the ground: it was stored, but no flight was made of it."),
                    track=str(track),
                )
                return
            if flight is None:
                flight, new_flight = Flight.objects.create(demonstration=self.track_file.demonstration), True
            link = attach(flight, track, shown)
        self._touched[link.flight_id] = link.flight
        if one.entry is not None:
            one.entry.update(flight=link.flight_id, new_flight=new_flight, shown=link.shown)

    def _flight_for(self, track: Track) -> tuple[Flight | None, bool]:
        """The flight a track belongs to, if there is one, and whether it may be shown there."""
        place = self._places.get(track.pk)
        if place is not None and (flight := _living(place.flight_id)):
            return flight, place.shown
        if twin := self._twin(track):
            return twin, True
        if track.aircraft is None:
            return None, True
        same = _others(track)
        shared: Counter[str] = Counter()
        for other in same.filter(started_at__lt=track.ended_at, ended_at__gt=track.started_at):
            if (flight_id := _flight_id(other)) and one_leg(other, track):
                shared[flight_id] += int(_overlap((other.started_at, other.ended_at), track) * 1000)
        if shared:
            return _living(shared.most_common(1)[0][0]), True
        return self._neighbour(track, same), True

    def _twin(self, track: Track) -> Flight | None:
        """The flight of the same place in another file with the same content."""
        if not self.content_sha256:
            return None
        twins = Track.objects.filter(
            track_file__content_sha256=self.content_sha256,
            track_file__demonstration=self.track_file.demonstration,
            aircraft_key=track.aircraft_key,
            started_at__lte=track.ended_at,
            ended_at__gte=track.started_at,
        ).exclude(track_file=self.track_file)
        best = max(twins, key=lambda t: _overlap((t.started_at, t.ended_at), track), default=None)
        return _living(_flight_id(best)) if best else None

    def _neighbour(self, track: Track, same: QuerySet[Track]) -> Flight | None:
        """The flight of the track just before or just after, where both are one leg."""
        before = same.filter(ended_at__lte=track.started_at, ended_at__gte=track.started_at - LONGEST_GAP)
        after = same.filter(started_at__gte=track.ended_at, started_at__lte=track.ended_at + LONGEST_GAP)
        earlier, later = before.order_by("-ended_at").first(), after.order_by("started_at").first()
        flights: list[Flight] = []
        # Legs of one file were told apart when the whole file was looked at.
        if earlier and earlier.track_file_id != track.track_file_id and one_leg(earlier, track):
            flights += self._flight_of_neighbour(earlier)
        if later and later.track_file_id != track.track_file_id and one_leg(track, later):
            flights += [f for f in self._flight_of_neighbour(later) if f not in flights]
        if len(flights) > 1:
            self.report.warn(
                gettext_noop(
                    "%(track)s continues flight %(one)s and is continued by flight %(other)s: "
                    "the two seem to be one flight. It was joined to the first; join the flights if you agree."
                ),
                track=str(track),
                one=flights[0].pk,
                other=flights[1].pk,
            )
        return flights[0] if flights else None

    def _flight_of_neighbour(self, track: Track) -> list[Flight]:
        """Its flight; a track that only stood on the ground has none yet and now gets one."""
        flight = _living(_flight_id(track))
        if flight is None:
            flight = Flight.objects.create(demonstration=self.track_file.demonstration)
            attach(flight, track, True)
        return [flight]


def _places(stored: list[StoredTrack], former: list[FormerTrack]) -> dict[int, FormerTrack]:
    """For a new track the former one whose place it takes: of several that share its time, the one sharing most."""
    places: dict[int, FormerTrack] = {}
    pairs = [
        (shared, one.track.pk, old)
        for old in former
        for one in stored
        if old.flight_id and one.new and one.track.aircraft_key == old.aircraft_key
        if (shared := _overlap(old.interval, one.track)) > 0
    ]
    taken: set[int] = set()
    for _shared, pk, old in sorted(pairs, key=lambda pair: -pair[0]):
        if pk not in places and id(old) not in taken:
            places[pk] = old
            taken.add(id(old))
    return places


def attach(flight: Flight, track: Track, shown: bool) -> FlightTrack:
    """Put a track to a flight; it is shown only where no other shown track covers its time."""
    others = FlightTrack.objects.filter(flight=flight, shown=True)
    taken = others.filter(track__started_at__lt=track.ended_at, track__ended_at__gt=track.started_at)
    return FlightTrack.objects.create(flight=flight, track=track, shown=shown and not taken.exists())


def refresh(flight: Flight) -> None:
    """Make a flight what its tracks and claims say now: the tracks' claims, a track shown, the facts."""
    links = list(flight.flight_tracks.select_related("track__aircraft", "track__origin_airport"))
    if links and not any(link.shown for link in links):
        longest = max(links, key=lambda link: (link.track.ended_at - link.track.started_at, -link.pk))
        longest.shown = True
        longest.save(update_fields=["shown"])
    for link in links:
        refresh_claims(flight, link.track)
    resolve(flight)


def review_edits(track_file: TrackFile) -> int:
    """Set aside the edits on a file that no longer find their place in it; returns how many."""
    spans: dict[str, list[Interval]] = defaultdict(list)
    for key, start, end in track_file.tracks.values_list("aircraft_key", "started_at", "ended_at"):
        spans[key].append((start, end))
    count = 0
    for edit in Edit.objects.filter(track_file=track_file, state=Edit.State.ACTIVE):
        placed = any(
            (edit.starts_at is None or edit.starts_at <= end) and (edit.ends_at is None or edit.ends_at >= start)
            for start, end in spans[edit.aircraft_key]
        )
        if not placed:
            edit.state = Edit.State.REVIEW
            edit.save(update_fields=["state"])
            count += 1
    return count


def _others(track: Track) -> QuerySet[Track]:
    """The other tracks of the same aircraft, of the same kind (demonstration or real)."""
    return (
        Track.objects.filter(aircraft=track.aircraft, track_file__demonstration=F("aircraft__demonstration"))
        .exclude(pk=track.pk)
        .select_related("flight_track")
    )


def _flight_id(track: Track) -> str | None:
    link: FlightTrack | None = getattr(track, "flight_track", None)
    return link.flight_id if link else None


def _living(flight_id: str | None) -> Flight | None:
    """The flight, or the one it was merged into."""
    flight = Flight.objects.filter(pk=flight_id).first() if flight_id else None
    while flight is not None and flight.status == FlightStatus.MERGED:
        flight = flight.merged_into
    return flight


def _overlap(interval: Interval, track: Track) -> float:
    """Seconds two intervals have in common; a lone fix within counts as a little."""
    start, end = max(interval[0], track.started_at), min(interval[1], track.ended_at)
    return max((end - start).total_seconds(), 0.001 if end >= start else 0.0)


def _is_nothing(flight: Flight) -> bool:
    """Whether nobody would miss it: a draft that never was public and that nobody has said anything about."""
    return flight.status == FlightStatus.DRAFT and not (
        flight.external_key
        or flight.revisions.exists()
        or flight.flight_tracks.exists()
        or flight.claims.exists()
        or flight.edits.exists()
        or flight.flight_sources.exists()
        or flight.merged.exists()
    )
