"""Put together what a flight shows: the stretches of its tracks with the curators' edits applied, and its gaps.

One track per stretch of time, never merged point by point. The shown tracks lead; a second witness is shown where
they have a gap, or where a curator chose it. What several tracks show takes turns at gaps (`tracks.models.turns`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tracks.models.anchors import Bound, bounds_by, concerns, edits_about_each, splits_of
from tracks.models.assembled import PARALLEL_COLUMNS, AssembledGap, AssembledStretch, Line, moment, within
from tracks.models.flights import Flight, FlightTrack
from tracks.models.revisions import Edit
from tracks.models.track_files import Gap, Stretch, Track
from tracks.models.turns import Witness, fill, gaps_between, observed, take_turns, without_estimates
from tracks.models.vocabulary import GapCause, GapKind


@dataclass(slots=True)
class Assembly:
    """What a flight shows, in order of time. `tracks` are those something is shown of, and all that lead."""

    stretches: list[AssembledStretch] = field(default_factory=list)
    gaps: list[AssembledGap] = field(default_factory=list)
    tracks: list[Track] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)

    @property
    def span(self) -> tuple[float, float] | None:
        """Epoch seconds of the first and the last fix shown."""
        if not self.stretches:
            return None
        return min(piece.start for piece in self.stretches), max(piece.end for piece in self.stretches)


def assemble(flight: Flight) -> Assembly:
    """Read the flight's tracks, apply the edits, let them take turns."""
    return assemble_each([flight])[flight.pk]


def assemble_each(flights: Sequence[Flight], *, columns: bool = True) -> dict[str, Assembly]:
    """What each of several flights shows, by its id: as many queries as for one, and all of it in memory together.

    Args:
        columns: whether the stretches are to have their parallel columns, and not their paths alone.
    """
    works = _begin(flights)
    stored = _Stored.of((link for work in works.values() for link in work.leading_links()), columns=columns)
    for work in works.values():
        work.lead(stored)
    stored = _Stored.of((link for work in works.values() for link in work.other_links()), columns=columns)
    return {pk: work.finish(stored) for pk, work in works.items()}


def _begin(flights: Sequence[Flight]) -> dict[str, _Work]:
    links: dict[str, list[FlightTrack]] = {flight.pk: [] for flight in flights}
    found = FlightTrack.objects.filter(flight__in=links).select_related("track__track_file")
    # The report of an import may be as long as the file has tracks, and would come with each of them.
    for link in found.defer("track__track_file__report").order_by("track__started_at", "track__ended_at", "pk"):
        links[link.flight_id].append(link)
    edits = edits_about_each({pk: [link.track for link in own] for pk, own in links.items()}, [Edit.State.ACTIVE])
    splits = splits_of(links)
    return {pk: _Work(own, edits[pk], bounds_by(splits[pk], pk)) for pk, own in links.items()}


@dataclass(slots=True)
class _Work:
    """One flight that is being assembled: its tracks in order of time, the edits in force, and its bounds."""

    links: list[FlightTrack]
    edits: list[Edit]
    bounds: tuple[Bound, Bound]
    _choices: list[Edit] = field(default_factory=list)
    _leading: list[Witness] = field(default_factory=list)
    _pieces: list[AssembledStretch] = field(default_factory=list)
    _gaps: list[AssembledGap] = field(default_factory=list)

    def leading_links(self) -> list[FlightTrack]:
        """The tracks that lead: those shown, and those a curator chose."""
        self._choices = [edit for edit in self.edits if edit.kind == Edit.Kind.CHOOSE_SOURCE]
        return [link for link in self.links if link.shown or self._is_chosen(link)]

    def lead(self, stored: _Stored) -> None:
        """Let them take turns."""
        self._leading = [stored.witness(link, self.edits, self.bounds) for link in self.leading_links()]
        self._pieces = take_turns(self._leading, self._choices)
        self._gaps = gaps_between(self._pieces, self._leading)

    def other_links(self) -> list[FlightTrack]:
        """The second witnesses that have time within the gaps, the longest first."""
        rest = [link for link in self.links if not link.shown and not self._is_chosen(link)]
        return sorted((link for link in rest if _meets(link.track, self._gaps)), key=_length, reverse=True)

    def finish(self, stored: _Stored) -> Assembly:
        """Fill the gaps with what second witnesses received."""
        pieces, gaps = self._pieces, self._gaps
        for link in self.other_links():
            witness = stored.witness(link, self.edits, self.bounds)
            if added := fill(pieces, gaps, witness):
                pieces = sorted([*pieces, *added], key=lambda piece: piece.start)
                self._leading.append(witness)
                gaps = gaps_between(pieces, self._leading)
        pieces = sorted(without_estimates(pieces), key=lambda piece: piece.start)
        _apply_causes(gaps, self.edits)
        seen = {piece.track.pk for piece in pieces} | {link.track_id for link in self.links if link.shown}
        tracks = [link.track for link in self.links if link.track_id in seen]
        return Assembly(pieces, gaps, tracks, self.edits)

    def _is_chosen(self, link: FlightTrack) -> bool:
        return any(concerns(edit, link.track) for edit in self._choices)


def _meets(track: Track, gaps: list[AssembledGap]) -> bool:
    """Whether a track has time within one of the gaps."""
    return any(
        (gap.started_at is None or track.ended_at > gap.started_at)
        and (gap.ended_at is None or track.started_at < gap.ended_at)
        for gap in gaps
    )


def _length(link: FlightTrack) -> float:
    return (link.track.ended_at - link.track.started_at).total_seconds()


@dataclass(slots=True)
class _Stored:
    """The stretches and gaps of tracks as they are stored, by the id of the track."""

    stretches: dict[int, list[Stretch]]
    gaps: dict[int, list[Gap]]
    names: Sequence[str]  # of the parallel columns that were read

    @classmethod
    def of(cls, links: Iterable[FlightTrack], *, columns: bool) -> _Stored:
        ids = [link.track_id for link in links]
        stored = cls({pk: [] for pk in ids}, {pk: [] for pk in ids}, PARALLEL_COLUMNS if columns else ())
        if not ids:
            return stored
        stretches = Stretch.objects.filter(track__in=ids).order_by("track_id", "ordinal")
        if not columns:
            stretches = stretches.only("track_id", "ordinal", "evidence_class", "path", "lone_fix")
        for stretch in stretches:
            stored.stretches[stretch.track_id].append(stretch)
        for gap in Gap.objects.filter(track__in=ids).order_by("id"):
            stored.gaps[gap.track_id].append(gap)
        return stored

    def witness(self, link: FlightTrack, edits: list[Edit], bounds: tuple[Bound, Bound]) -> Witness:
        """The track of a link with what trims and exclusions leave of it."""
        track = link.track
        whole = [AssembledStretch.of(stretch, track, self.names) for stretch in self.stretches[track.pk]]
        pieces = whole
        for edit in edits:
            cuts = edit.kind in {Edit.Kind.EXCLUDE, Edit.Kind.TRIM}
            if cuts and (edit.track_file_id is None or concerns(edit, track)):
                pieces = _without(pieces, edit.starts_at, edit.ends_at, keep=edit.kind == Edit.Kind.TRIM)
        since, until = bounds
        if since is not None or until is not None:
            end = None if until is None else moment(np.nextafter(until.timestamp(), -np.inf))
            pieces = _without(pieces, since, end, keep=True)
        left = _gaps_after_removal(observed(whole), observed(pieces), [AssembledGap.of(g) for g in self.gaps[track.pk]])
        return Witness(track, link.shown, float(link.compared.get("offset_s", 0.0)), pieces, left)


def _without(pieces: list[AssembledStretch], starts_at: Bound, ends_at: Bound, *, keep: bool) -> list[AssembledStretch]:
    """The pieces without the interval, or, with `keep`, the interval alone."""
    left: list[AssembledStretch] = []
    for piece in pieces:
        inside = within(piece.coordinates[:, 3], starts_at, ends_at)
        left += piece.where(inside if keep else ~inside)
    return left


def _gaps_after_removal(before: Line, after: Line, gaps: list[AssembledGap]) -> list[AssembledGap]:
    """The gaps once edits have turned the received fixes `before` into `after` (rows of coordinates).

    A gap stays while the fixes that bound it do; where received fixes were taken out, a gap says so.
    """
    if len(before) == len(after):
        return gaps
    if not len(after):
        return []
    place: NDArray[np.intp] = np.searchsorted(before[:, 3], after[:, 3])  # times are unique within a track
    times = {moment(time) for time in after[:, 3]}
    result = [g for g in gaps if all(end is None or end in times for end in (g.started_at, g.ended_at))]
    jumps = np.flatnonzero(np.diff(place) > 1)
    result += [AssembledGap.between(after[i], after[i + 1], GapCause.REMOVED) for i in jumps]
    if place[0] > 0:
        result.append(AssembledGap.open_before(after[0], GapCause.REMOVED))
    if place[-1] < len(before) - 1:
        result.append(AssembledGap.open_after(after[-1], GapCause.REMOVED))
    order = {GapKind.LEADING: 0, GapKind.INTERIOR: 1, GapKind.TRAILING: 2}
    return sorted(result, key=lambda g: (order[GapKind(g.kind)], g.started_at or g.ended_at))


def _apply_causes(gaps: list[AssembledGap], edits: list[Edit]) -> None:
    """A curator's word on the cause of a gap holds for the gaps its interval overlaps."""
    for edit in edits:
        if edit.kind != Edit.Kind.GAP_CAUSE or edit.parameters.get("cause") not in GapCause.values:
            continue
        for gap in gaps:
            if speaks_of(edit, gap):
                gap.cause, gap.cause_reason = edit.parameters["cause"], edit.reason


def speaks_of(edit: Edit, gap: AssembledGap) -> bool:
    """Whether the interval of an edit overlaps a gap."""
    starts_late = edit.ends_at is not None and gap.started_at is not None and gap.started_at >= edit.ends_at
    ends_early = edit.starts_at is not None and gap.ended_at is not None and gap.ended_at <= edit.starts_at
    return not (starts_late or ends_early)
