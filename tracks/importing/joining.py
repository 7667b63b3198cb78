"""Joins tracks to flights: whose aircraft is it, which flight does it show, or is it a new one.

A track belongs to the flight
1. its place in the same file belonged to before the file was imported again,
2. a curator gave this piece of the file to,
3. of the track at its place in a file with the same content (the same file once compressed, once not),
4. of the same aircraft that it overlaps in time most, where both are one leg and at one place,
5. of the same aircraft whose last track it continues, or whose first continues it, where both are one leg;
otherwise to a new draft. Nothing is merged point by point, a demonstration never meets what is real, and flights known
from reports alone, or on both sides of a track, are left to a curator.

A track that crosses the moment at which a curator split the flight it is of is cut there first (`parting`).

Only one import joins at a time (a lock in the database), so that two files of one flight do not become two flights.
New drafts are written in bulk and are not in the change log, which is for what curators do: the report tells of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop

from tracks.importing.airports import AirportTable, load_airports
from tracks.importing.bulk import copy_objects
from tracks.importing.continuing import Legs
from tracks.importing.identities import Identifier, write_aircraft
from tracks.importing.known_flights import KnownFlights
from tracks.importing.parting import part
from tracks.importing.places import places_of
from tracks.importing.refreshing import refresh_all
from tracks.importing.replaying import Assignments, review_edits
from tracks.importing.reports import ImportReport
from tracks.importing.resembling import suggest_same_paths
from tracks.importing.scenes import Scene, flight_id_of, overlap, scenes_of, twins_of
from tracks.importing.storing import FormerTrack, StoredTrack
from tracks.importing.track_claims import TrackClaims
from tracks.importing.witnesses import Comparer
from tracks.models import Aircraft, Claim, Flight, FlightTrack, Suggestion, Track, TrackFile
from tracks.models.locks import lock_joining
from tracks.models.merging import suggest
from tracks.models.resolving import set_facts

# So many tracks are looked ahead at: what is asked of them is asked at once.
AT_ONCE = 500


@dataclass(slots=True)
class Joiner:
    """Joins the tracks of one import. Runs inside its transaction."""

    track_file: TrackFile
    content_sha256: str
    report: ImportReport
    _scenes: dict[int, Scene] = field(default_factory=dict)
    _twins: dict[str, Scene] = field(default_factory=dict)
    _places: dict[int, FormerTrack] = field(default_factory=dict)
    _links: dict[int, FlightTrack] = field(default_factory=dict)  # by track, those to be written among them
    _flights: dict[str, Flight] = field(default_factory=dict)  # all concerned, drafts to be written among them
    _drafts: dict[str, Flight] = field(default_factory=dict)
    _attached: list[FlightTrack] = field(default_factory=list)
    _known: KnownFlights = field(default_factory=KnownFlights)
    _assignments: Assignments = field(default_factory=Assignments)
    _legs: Legs = field(default_factory=Legs)
    _comparer: Comparer = field(default_factory=Comparer)
    _connected: list[tuple[Flight, Flight]] = field(default_factory=list)

    def join(self, stored: list[StoredTrack], former: list[FormerTrack]) -> None:
        """Give every track its aircraft and flight, and resolve the flights concerned."""
        lock_joining()
        stored = sorted(stored, key=lambda s: (s.track.started_at, s.track.pk))
        self._identify(stored)
        demonstration = self.track_file.demonstration
        self._scenes = scenes_of([one.track for one in stored], demonstration=demonstration)
        self._twins = twins_of(self.content_sha256, self.track_file.pk, demonstration=demonstration)
        self._places = places_of(stored, former)
        self._assignments = Assignments.of(self.track_file)
        links = FlightTrack.objects.filter(track__track_file=self.track_file).select_related("flight")
        self._links = {link.track_id: link for link in links}
        table = load_airports()
        whole, stored = stored, []
        for start in range(0, len(whole), AT_ONCE):
            waiting = deque(whole[start : start + AT_ONCE])
            self._look_ahead(waiting)
            while waiting:
                one = waiting.popleft()
                if (rest := self._part(one, table)) is not None:
                    waiting.appendleft(rest)
                self._join_track(one)
                stored.append(one)
        self._write()
        self.report.edits_to_review = review_edits(self.track_file)
        concerned = {old.flight_id for old in former if old.flight_id} | self._flights.keys()
        refresh_all(concerned - self._drafts.keys(), self._comparer)
        for before, after in self._connected:
            suggest(before, after, Suggestion.Kind.CONNECTED)
        # New ones; of others it was said when they came.
        suggest_same_paths(self._attached, self.track_file, self.report)
        self._tell_of_witnesses(stored)

    def _identify(self, stored: list[StoredTrack]) -> None:
        by_key: dict[str, list[Track]] = defaultdict(list)
        for one in stored:
            by_key[one.track.aircraft_key].append(one.track)
        identifier = Identifier(self.track_file, self.report, [tracks[0].identity for tracks in by_key.values()])
        meant: dict[int, Aircraft | None] = {}
        for tracks in by_key.values():
            self.report.about = tracks[0].pk
            aircraft = identifier.aircraft_for(tracks[0].identity)
            self.report.about = None
            meant |= {track.pk: aircraft for track in tracks}
        identifier.write()
        changed = [one.track for one in stored if one.track.aircraft_id != getattr(meant[one.track.pk], "pk", None)]
        for track in changed:
            track.aircraft = meant[track.pk]
        write_aircraft(changed)

    def _look_ahead(self, stored: Iterable[StoredTrack]) -> None:
        """Look up and compare what joining these tracks asks for, all at once."""
        flights: set[str | None] = set()
        beside: list[tuple[Track, Track]] = []
        continuing: list[tuple[Track, Track]] = []
        for track in (one.track for one in stored if one.track.pk not in self._links):
            decided = {self._assignments.flight_id(track), *(flight_id_of(twin) for twin in self._twins_of(track))}
            if place := self._places.get(track.pk):
                decided.add(place.flight_id)
            flights |= decided
            scene = self._scenes.get(track.aircraft_id or 0)
            if scene is None:
                continue
            overlapping = [other for other in scene.overlapping(track) if self._comes_before(other, track)]
            near = [other for other in (scene.before(track), scene.after(track)) if other is not None]
            flights |= {flight_id_of(other) for other in (*overlapping, *near)}
            if not decided - {None}:
                beside += [(other, track) for other in overlapping]
                if not overlapping:
                    continuing += [(other, track) for other in near if other.track_file_id != track.track_file_id]
        self._known.look_up(flights)
        self._legs.prepare([*beside, *continuing])
        self._comparer.prepare(beside)

    def _comes_before(self, other: Track, track: Track) -> bool:
        """Whether another track has its flight by the time this one is joined."""
        if other.track_file_id == self.track_file.pk:
            return (other.started_at, other.pk) < (track.started_at, track.pk)
        return flight_id_of(other) is not None

    def _part(self, one: StoredTrack, table: AirportTable) -> StoredTrack | None:
        """Cut a track where a curator split its flight as other files show it; the rest is a track of its own."""
        track, scene = one.track, self._scenes.get(one.track.aircraft_id or 0)
        if track.pk in self._links or self._assignments.flight_id(track):
            return None  # where it belongs is decided
        beside = [*(scene.overlapping(track) if scene else ())]
        if twins := self._twins.get(track.aircraft_key):
            beside += [other for other in twins.overlapping(track) if other not in beside]
        rest = part(one, beside, self._known, table, self.report) if beside else None
        if rest is not None:
            self._legs.forget(track)
            self._comparer.forget(track)
            if scene is not None:
                scene.replace(track, track, rest.track)
        return rest

    def _join_track(self, one: StoredTrack) -> None:
        track = one.track
        link = self._links.get(track.pk)
        if link is not None:
            self._flights[link.flight_id] = link.flight
        else:
            flight, shown = self._flight_for(track)
            if flight is None and not one.airborne:
                self.report.warn(
                    gettext_noop("%(track)s stays on the ground: it was stored, but no flight was made of it."),
                    track=str(track),
                )
                return
            link = self._attach(flight or self._draft(), track, shown)
        if one.entry is not None:
            one.entry.update(flight=link.flight_id, new_flight=link.flight_id in self._drafts, shown=link.shown)

    def _flight_for(self, track: Track) -> tuple[Flight | None, bool]:
        """The flight a track belongs to, if there is one, and whether it may be shown there."""
        place = self._places.get(track.pk)
        if place is not None and (flight := self._living(place.flight_id)):
            return flight, place.shown
        if assigned := self._living(self._assignments.flight_id(track)):
            return assigned, True
        twin = max(self._twins_of(track), key=lambda t: overlap((t.started_at, t.ended_at), track), default=None)
        if twin and (flight := self._living(flight_id_of(twin))):
            return flight, True
        scene = self._scenes.get(track.aircraft_id or 0)
        if scene is None:
            return None, True
        shared: Counter[str] = Counter()
        for other in scene.overlapping(track):
            flight = self._living(self._flight_id(other))
            if flight is None or not self._known.allow(flight, track) or not self._legs.one_leg(other, track):
                continue
            if (away_m := self._comparer.far_apart_m(other, track)) is not None:
                self._warn_of_distance(track, other, flight, away_m)
            else:
                shared[flight.pk] += int(overlap((other.started_at, other.ended_at), track) * 1000)
        if shared:
            return self._living(shared.most_common(1)[0][0]), True
        return self._neighbour(track, scene), True

    def _warn_of_distance(self, track: Track, other: Track, flight: Flight, away_m: float) -> None:
        self.report.warn(
            gettext_noop(
                "%(track)s and flight %(flight)s are of one aircraft and one time, but %(km)d km apart: two aircraft "
                "use one address, or one of the files is wrong. It was not joined to that flight."
            ),
            track=str(track),
            flight=flight.pk,
            km=round(away_m / 1000),
            track_id=track.pk,
        )

    def _neighbour(self, track: Track, scene: Scene) -> Flight | None:
        """The flight of the track just before or just after, where both are one leg."""
        flights: list[Flight] = []
        for other in (scene.before(track), scene.after(track)):
            # Legs of one file were told apart when the whole file was looked at.
            if other is None or other.track_file_id == track.track_file_id or not self._legs.one_leg(other, track):
                continue
            flight = self._living(self._flight_id(other))
            if flight is not None and not self._known.allow(flight, track):
                continue
            if flight is None:  # a time on the ground, which had no flight to belong to
                flight = flights[0] if flights else self._draft()
                self._attach(flight, other, True)
            if flight not in flights:
                flights.append(flight)
        if len(flights) > 1:
            self._connected.append((flights[0], flights[1]))
            self.report.warn(
                gettext_noop(
                    "%(track)s continues flight %(flight)s and is continued by flight %(other_flight)s: "
                    "the two seem to be one flight. It was joined to the first; join the flights if you agree."
                ),
                track=str(track),
                flight=flights[0].pk,
                other_flight=flights[1].pk,
                track_id=track.pk,
            )
        return flights[0] if flights else None

    def _draft(self) -> Flight:
        flight = Flight(demonstration=self.track_file.demonstration)
        self._drafts[flight.pk] = self._flights[flight.pk] = flight
        self._known.add(flight)
        return flight

    def _attach(self, flight: Flight, track: Track, shown: bool) -> FlightTrack:
        """Put a track to a flight; it is shown only where no other shown track covers its time."""
        link = FlightTrack(flight=flight, track=track, shown=shown and self._known.show(flight, track))
        self._flights[flight.pk] = flight
        self._links[track.pk] = link
        self._attached.append(link)
        return link

    def _flight_id(self, track: Track) -> str | None:
        link = self._links.get(track.pk)
        return link.flight_id if link else flight_id_of(track)

    def _living(self, flight_id: str | None) -> Flight | None:
        """The flight, or the one it was merged into."""
        return self._flights.get(flight_id or "") or self._known.living(flight_id)

    def _twins_of(self, track: Track) -> list[Track]:
        """The tracks at its place in files with the same content."""
        twins = self._twins.get(track.aircraft_key)
        return twins.within(track.started_at, track.ended_at) if twins else []

    def _write(self) -> None:
        """Write what is new. The database checks at the commit that every link finds its flight."""
        claims = TrackClaims()
        made: list[Claim] = []
        for link in self._attached:
            if link.flight_id in self._drafts:
                made += claims.of(link.flight, link.track)
        copy_objects(self._attached)
        copy_objects(made)
        set_facts(list(self._drafts.values()), made)
        copy_objects([*self._drafts.values()])

    def _tell_of_witnesses(self, stored: list[StoredTrack]) -> None:
        """The report says what is shown now, and how the others compare with it."""
        entries = {one.track.pk: one.entry for one in stored if one.entry is not None}
        links = FlightTrack.objects.filter(track__track_file=self.track_file, shown=False)
        for track_id, compared in links.values_list("track", "compared"):
            if (entry := entries.get(track_id)) is not None:
                entry.update(shown=False, **({"compared": compared} if compared else {}))
