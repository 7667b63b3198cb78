"""Put together what a flight shows: the stretches of its tracks with the curators' edits applied, and its gaps.

One track per stretch of time: shown tracks do not overlap, they follow each other. Edits are anchored to file,
aircraft and time interval, never to rows, so they find their place again after an import with a better parser.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracks.models.columns import PackedColumn
from tracks.models.fields import Trajectory
from tracks.models.flights import Flight
from tracks.models.revisions import Edit
from tracks.models.track_files import Gap, Stretch, StretchColumns, Track
from tracks.models.vocabulary import EvidenceClass, GapCause, GapKind
from tracks.processing.geodesy import KNOT_MS, geodesic_m

PARALLEL_COLUMNS = tuple(
    field.name
    for field in StretchColumns._meta.local_fields
    if isinstance(field, PackedColumn) and field.name != "lone_fix"
)
SEAM_S = 60  # seconds: an archive day cut at midnight leaves less between its last fix and the next day's first


@dataclass(slots=True)
class AssembledStretch:
    """A stretch as the flight shows it: `coordinates` n×4 (°, °, m, epoch s), columns of length n or 0 (unknown)."""

    evidence_class: str
    coordinates: NDArray[np.float64]
    columns: dict[str, NDArray[Any]]
    track: Track

    @classmethod
    def of(cls, stretch: StretchColumns, track: Track) -> AssembledStretch:
        """Read a stored stretch."""
        line = stretch.path.coordinates if stretch.path is not None else np.asarray(stretch.lone_fix).reshape(-1, 4)
        return cls(
            stretch.evidence_class,
            line,
            {name: np.asarray(getattr(stretch, name)) for name in PARALLEL_COLUMNS},
            track,
        )

    def where(self, mask: NDArray[np.bool_]) -> list[AssembledStretch]:
        """The runs of fixes at which the mask is true, each a stretch of its own."""
        if mask.all():
            return [self]
        edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.view("i1"), [0]])))
        return [
            AssembledStretch(
                self.evidence_class,
                self.coordinates[start:end],
                {name: column[start:end] if column.size else column for name, column in self.columns.items()},
                self.track,
            )
            for start, end in edges.reshape(-1, 2)
        ]

    def fields(self, ordinal: int) -> dict[str, Any]:
        """The values of `StretchColumns` that store it."""
        lone = len(self.coordinates) == 1
        return {
            "ordinal": ordinal,
            "evidence_class": self.evidence_class,
            "fix_count": len(self.coordinates),
            "path": None if lone else Trajectory(self.coordinates),
            "lone_fix": self.coordinates.ravel() if lone else np.empty(0),
            **self.columns,
        }


@dataclass(slots=True)
class AssembledGap:
    """Time without fixes within a flight; see `tracks.models.Gap`."""

    kind: str
    started_at: datetime.datetime | None
    ended_at: datetime.datetime | None
    start_point: tuple[float, float] | None  # longitude, latitude
    end_point: tuple[float, float] | None
    distance_m: float | None
    implied_speed_kt: float | None
    cause: str = GapCause.UNKNOWN
    cause_reason: str = ""

    @classmethod
    def of(cls, gap: Gap) -> AssembledGap:
        """Read a stored gap."""
        return cls(
            gap.kind,
            gap.started_at,
            gap.ended_at,
            (gap.start_point.x, gap.start_point.y) if gap.start_point else None,
            (gap.end_point.x, gap.end_point.y) if gap.end_point else None,
            gap.distance_m,
            gap.implied_speed_kt,
            gap.cause,
        )

    @classmethod
    def between(cls, before: NDArray[np.float64], after: NDArray[np.float64], cause: str) -> AssembledGap:
        """The gap between two fixes (rows of coordinates)."""
        distance = float(geodesic_m(before[0], before[1], after[0], after[1]))
        seconds = float(after[3] - before[3])
        return cls(
            GapKind.INTERIOR,
            _moment(before[3]),
            _moment(after[3]),
            (float(before[0]), float(before[1])),
            (float(after[0]), float(after[1])),
            distance,
            distance / seconds / KNOT_MS if seconds > 0 else None,
            cause,
        )

    @classmethod
    def open_before(cls, fix: NDArray[np.float64], cause: str) -> AssembledGap:
        """The gap before the first fix."""
        point = (float(fix[0]), float(fix[1]))
        return cls(GapKind.LEADING, None, _moment(fix[3]), None, point, None, None, cause)

    @classmethod
    def open_after(cls, fix: NDArray[np.float64], cause: str) -> AssembledGap:
        """The gap after the last fix."""
        point = (float(fix[0]), float(fix[1]))
        return cls(GapKind.TRAILING, _moment(fix[3]), None, point, None, None, None, cause)

    def in_words(self) -> dict[str, Any]:
        """As a revision keeps it."""
        return {
            "kind": self.kind,
            "start": self.started_at.timestamp() if self.started_at else None,
            "end": self.ended_at.timestamp() if self.ended_at else None,
            "start_point": self.start_point,
            "end_point": self.end_point,
            "distance_m": self.distance_m,
            "implied_speed_kt": self.implied_speed_kt,
            "cause": self.cause,
            "cause_reason": self.cause_reason,
        }


@dataclass(slots=True)
class Assembly:
    """What a flight shows, in order of time."""

    stretches: list[AssembledStretch] = field(default_factory=list)
    gaps: list[AssembledGap] = field(default_factory=list)
    tracks: list[Track] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)


def _moment(epoch: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(float(epoch), datetime.UTC)


def edits_on(flight: Flight, tracks: Iterable[Track]) -> list[Edit]:
    """The edits in force on a flight: its own, and those anchored to its tracks' files and aircraft."""
    anchors = {(track.track_file_id, track.aircraft_key) for track in tracks}
    edits = Edit.objects.filter(state=Edit.State.ACTIVE)
    anchored = edits.filter(track_file__in={file for file, _key in anchors}).select_related("author")
    own = edits.filter(flight=flight, track_file__isnull=True).select_related("author")
    return [*own, *(edit for edit in anchored if (edit.track_file_id, edit.aircraft_key) in anchors)]


def assemble(flight: Flight) -> Assembly:
    """Read the flight's shown tracks, apply the edits, join their gaps."""
    shown = flight.flight_tracks.filter(shown=True).select_related("track__track_file").order_by("track__started_at")
    tracks = [link.track for link in shown]
    assembly = Assembly(tracks=tracks, edits=edits_on(flight, tracks))
    stored: dict[int, list[Stretch]] = {track.pk: [] for track in tracks}
    for stretch in Stretch.objects.filter(track__in=tracks).order_by("ordinal"):
        stored[stretch.track_id].append(stretch)
    gaps: dict[int, list[Gap]] = {track.pk: [] for track in tracks}
    for gap in Gap.objects.filter(track__in=tracks).order_by("id"):
        gaps[gap.track_id].append(gap)
    for track in tracks:
        pieces, found = _edited_track(track, stored[track.pk], gaps[track.pk], assembly.edits)
        _append_track(assembly, pieces, found)
    _apply_causes(assembly)
    return assembly


def _edited_track(
    track: Track, stretches: list[Stretch], gaps: list[Gap], edits: list[Edit]
) -> tuple[list[AssembledStretch], list[AssembledGap]]:
    whole = [AssembledStretch.of(stretch, track) for stretch in stretches]
    found = [AssembledGap.of(gap) for gap in gaps]
    anchor = (track.track_file_id, track.aircraft_key)
    pieces = whole
    for edit in edits:
        if edit.kind not in {Edit.Kind.EXCLUDE, Edit.Kind.TRIM}:
            continue
        if edit.track_file_id is not None and (edit.track_file_id, edit.aircraft_key) != anchor:
            continue
        start = edit.starts_at.timestamp() if edit.starts_at else -np.inf
        end = edit.ends_at.timestamp() if edit.ends_at else np.inf
        kept: list[AssembledStretch] = []
        for piece in pieces:
            inside = (piece.coordinates[:, 3] >= start) & (piece.coordinates[:, 3] <= end)
            kept += piece.where(inside if edit.kind == Edit.Kind.TRIM else ~inside)
        pieces = kept
    return pieces, _gaps_after_removal(_observed(whole), _observed(pieces), found)


def _observed(pieces: list[AssembledStretch]) -> NDArray[np.float64]:
    """The received fixes of stretches, n×4, in order of time."""
    lines = [piece.coordinates for piece in pieces if piece.evidence_class == EvidenceClass.OBSERVED]
    return np.concatenate(lines) if lines else np.empty((0, 4))


def _gaps_after_removal(
    before: NDArray[np.float64], after: NDArray[np.float64], gaps: list[AssembledGap]
) -> list[AssembledGap]:
    """The gaps once edits have turned the received fixes `before` into `after` (rows of coordinates).

    A gap stays while the fixes that bound it do; where received fixes were taken out, a gap says so.
    """
    if len(before) == len(after):
        return gaps
    if not len(after):
        return []
    place = np.searchsorted(before[:, 3], after[:, 3])  # times are unique within a track
    times = {_moment(time) for time in after[:, 3]}
    result = [g for g in gaps if all(end is None or end in times for end in (g.started_at, g.ended_at))]
    jumps = np.flatnonzero(np.diff(place) > 1)
    result += [AssembledGap.between(after[i], after[i + 1], GapCause.REMOVED) for i in jumps]
    if place[0] > 0:
        result.append(AssembledGap.open_before(after[0], GapCause.REMOVED))
    if place[-1] < len(before) - 1:
        result.append(AssembledGap.open_after(after[-1], GapCause.REMOVED))
    order = {GapKind.LEADING: 0, GapKind.INTERIOR: 1, GapKind.TRAILING: 2}
    return sorted(result, key=lambda g: (order[GapKind(g.kind)], g.started_at or g.ended_at))


def _append_track(assembly: Assembly, pieces: list[AssembledStretch], gaps: list[AssembledGap]) -> None:
    """Put a track behind those before it: the open ends that meet become one gap between two fixes."""
    if not pieces:
        return
    if assembly.stretches:
        before, after = assembly.stretches[-1].coordinates[-1], pieces[0].coordinates[0]
        open_ends = {GapKind.TRAILING} & {g.kind for g in assembly.gaps} | {GapKind.LEADING} & {g.kind for g in gaps}
        assembly.gaps = [gap for gap in assembly.gaps if gap.kind != GapKind.TRAILING]
        gaps = [gap for gap in gaps if gap.kind != GapKind.LEADING]
        if open_ends or after[3] - before[3] > SEAM_S:
            assembly.gaps.append(AssembledGap.between(before, after, GapCause.UNKNOWN))
    assembly.stretches += pieces
    assembly.gaps += gaps


def _apply_causes(assembly: Assembly) -> None:
    """A curator's word on the cause of a gap holds for the gaps its interval overlaps."""
    for edit in assembly.edits:
        if edit.kind != Edit.Kind.GAP_CAUSE or edit.parameters.get("cause") not in GapCause.values:
            continue
        for gap in assembly.gaps:
            starts_late = edit.ends_at is not None and gap.started_at is not None and gap.started_at >= edit.ends_at
            ends_early = edit.starts_at is not None and gap.ended_at is not None and gap.ended_at <= edit.starts_at
            if not (starts_late or ends_early):
                gap.cause, gap.cause_reason = edit.parameters["cause"], edit.reason
