"""Put together what a flight shows: the stretches of its tracks with the curators' edits applied, and its gaps.

One track per stretch of time, never merged point by point. The shown tracks lead; a second witness is shown where
they have a gap, or where a curator chose it. What several tracks show takes turns at gaps (`tracks.models.turns`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tracks.models.anchors import Bound, concerns, edits_on, time_bounds
from tracks.models.assembled import AssembledGap, AssembledStretch, Line, moment, within
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
    links = list(
        flight.flight_tracks.select_related("track__track_file").order_by("track__started_at", "track__ended_at", "pk")
    )
    edits = edits_on(flight, [link.track for link in links])
    choices = [edit for edit in edits if edit.kind == Edit.Kind.CHOOSE_SOURCE]
    chosen = {link.pk for link in links if any(concerns(edit, link.track) for edit in choices)}
    bounds = time_bounds(flight)
    leading = _witnesses([link for link in links if link.shown or link.pk in chosen], edits, bounds)
    pieces = take_turns(leading, choices)
    gaps = gaps_between(pieces, leading)
    rest = [link for link in links if not link.shown and link.pk not in chosen and _meets(link.track, gaps)]
    for witness in _witnesses(sorted(rest, key=_length, reverse=True), edits, bounds):
        if added := fill(pieces, gaps, witness):
            pieces = sorted([*pieces, *added], key=lambda piece: piece.start)
            leading.append(witness)
            gaps = gaps_between(pieces, leading)
    pieces = sorted(without_estimates(pieces), key=lambda piece: piece.start)
    _apply_causes(gaps, edits)
    seen = {piece.track.pk for piece in pieces} | {link.track_id for link in links if link.shown}
    tracks = [link.track for link in links if link.track_id in seen]
    return Assembly(pieces, gaps, tracks, edits)


def _meets(track: Track, gaps: list[AssembledGap]) -> bool:
    """Whether a track has time within one of the gaps."""
    return any(
        (gap.started_at is None or track.ended_at > gap.started_at)
        and (gap.ended_at is None or track.started_at < gap.ended_at)
        for gap in gaps
    )


def _length(link: FlightTrack) -> float:
    return (link.track.ended_at - link.track.started_at).total_seconds()


def _witnesses(links: list[FlightTrack], edits: list[Edit], bounds: tuple[Bound, Bound]) -> list[Witness]:
    """The tracks of links with what trims and exclusions leave of them."""
    stored: dict[int, list[Stretch]] = {link.track_id: [] for link in links}
    for stretch in Stretch.objects.filter(track__in=stored).order_by("track", "ordinal") if links else ():
        stored[stretch.track_id].append(stretch)
    gaps: dict[int, list[Gap]] = {link.track_id: [] for link in links}
    for gap in Gap.objects.filter(track__in=gaps).order_by("id") if links else ():
        gaps[gap.track_id].append(gap)
    return [_witness(link, stored[link.track_id], gaps[link.track_id], edits, bounds) for link in links]


def _witness(
    link: FlightTrack,
    stretches: list[Stretch],
    gaps: list[Gap],
    edits: list[Edit],
    bounds: tuple[Bound, Bound],
) -> Witness:
    track = link.track
    whole = [AssembledStretch.of(stretch, track) for stretch in stretches]
    pieces = whole
    for edit in edits:
        if edit.kind in {Edit.Kind.EXCLUDE, Edit.Kind.TRIM} and (edit.track_file_id is None or concerns(edit, track)):
            pieces = _without(pieces, edit.starts_at, edit.ends_at, keep=edit.kind == Edit.Kind.TRIM)
    since, until = bounds
    if since is not None or until is not None:
        end = None if until is None else moment(np.nextafter(until.timestamp(), -np.inf))
        pieces = _without(pieces, since, end, keep=True)
    left = _gaps_after_removal(observed(whole), observed(pieces), [AssembledGap.of(gap) for gap in gaps])
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
