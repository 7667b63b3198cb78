"""Several tracks of one flight take turns: which fixes of which track are shown when.

Each moment is one track's. Fixes of two trackers are never mixed: their clocks differ, and between two fixes of
different trackers a clock's two seconds turn into a jump of a kilometre.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from tracks.models.anchors import concerns
from tracks.models.assembled import AssembledGap, AssembledStretch, Line, moment, within
from tracks.models.revisions import Edit
from tracks.models.track_files import Track
from tracks.models.vocabulary import EvidenceClass, GapCause, GapKind
from tracks.processing.geodesy import distance_m

SEAM_S = 60.0  # seconds: an archive day cut at midnight leaves less between its last fix and the next day's first


@dataclass(slots=True)
class Witness:
    """A track of the flight with what trims and exclusions leave of it.

    Attributes:
        shown: whether it leads; others are shown where a curator chose them or those that lead have a gap.
        offset_s: by how much its clock is ahead of the leading track's; 0 where that is not known.
        pieces: its stretches, received and estimated, in order of time.
        gaps: those of the track that are left, and those the edits made.
    """

    track: Track
    shown: bool
    offset_s: float
    pieces: list[AssembledStretch]
    gaps: list[AssembledGap]


def observed(pieces: list[AssembledStretch]) -> Line:
    """The received fixes of pieces, n×4, in their order."""
    lines = [piece.coordinates for piece in pieces if _received(piece)]
    return np.concatenate(lines) if lines else np.empty((0, 4))


def _received(piece: AssembledStretch) -> bool:
    return piece.evidence_class == EvidenceClass.OBSERVED


def take_turns(leading: list[Witness], choices: list[Edit]) -> list[AssembledStretch]:
    """What is shown of the leading tracks, in order of time.

    By default they follow each other: where two overlap, the one that began first goes on to its end. Where a curator
    chose a track, it alone is shown; of two choices for one time the later one counts.
    """
    shown: list[AssembledStretch] = []
    busy_until = -np.inf
    for witness in leading:
        last = -np.inf
        for piece in witness.pieces:
            times = piece.coordinates[:, 3]
            allowed = (times > busy_until) if witness.shown else np.zeros(len(times), dtype=bool)
            for edit in choices:
                inside = within(times, edit.starts_at, edit.ends_at)
                allowed[inside] = concerns(edit, witness.track)
            shown += piece.where(allowed) if allowed.any() else []
            last = max(last, piece.end)
        if witness.shown:
            busy_until = max(busy_until, last)
    return sorted(shown, key=lambda piece: piece.start)


def gaps_between(pieces: list[AssembledStretch], witnesses: list[Witness]) -> list[AssembledGap]:
    """The gaps of what is shown, in order of time.

    Within a track its own gaps count. Between two tracks there is a gap where more than a seam lies between them or
    nothing could have flown from one to the other.
    """
    chain = [piece for piece in pieces if _received(piece)]
    if not chain:  # nothing but a tracker's guesses: their own gaps are all there are
        shown = {piece.track.pk for piece in pieces}
        return [gap for witness in witnesses if witness.track.pk in shown for gap in witness.gaps]
    own = {
        (witness.track.pk, gap.kind, gap.started_at, gap.ended_at): gap for witness in witnesses for gap in witness.gaps
    }
    hidden = _hidden_times(chain, witnesses)
    gaps: list[AssembledGap] = []
    first, last = chain[0].coordinates[0], chain[-1].coordinates[-1]
    leading = own.get((chain[0].track.pk, GapKind.LEADING, None, moment(first[3])))
    if leading is not None or (hidden < first[3]).any():
        gaps.append(leading or AssembledGap.open_before(first, GapCause.REMOVED))
    for one, other in itertools.pairwise(chain):
        before, after = one.coordinates[-1], other.coordinates[0]
        removed = bool(np.searchsorted(hidden, before[3], "right") < np.searchsorted(hidden, after[3]))
        cause = GapCause.REMOVED if removed else GapCause.UNKNOWN
        if one.track.pk == other.track.pk:
            gap = own.get((one.track.pk, GapKind.INTERIOR, moment(before[3]), moment(after[3])))
            if gap is not None or removed:
                gaps.append(gap or AssembledGap.between(before, after, cause))
        elif after[3] - before[3] > _seam_s(one, other) or not _within_reach(before, after[None, :], 0.0)[0]:
            gap = AssembledGap.between(before, after, cause)
            if not removed:
                gap.cause = _stated_cause(gap, [w for w in witnesses if w.track.pk in {one.track.pk, other.track.pk}])
            gaps.append(gap)
    trailing = own.get((chain[-1].track.pk, GapKind.TRAILING, moment(last[3]), None))
    if trailing is not None or (hidden > last[3]).any():
        gaps.append(trailing or AssembledGap.open_after(last, GapCause.REMOVED))
    return gaps


def _seam_s(one: AssembledStretch, other: AssembledStretch) -> float:
    """How long the change from one track to another may take without being a gap: what is none within either track."""
    gap = settings.PROCESSING.gap
    usual = [
        gap.times_interval * float(np.quantile(np.diff(piece.coordinates[:, 3]), gap.interval_quantile))
        for piece in (one, other)
        if len(piece.coordinates) > 1
    ]
    return min(max([SEAM_S, *usual]), gap.most_s)


def _hidden_times(chain: list[AssembledStretch], witnesses: list[Witness]) -> NDArray[np.float64]:
    """The times of the received fixes of leading tracks that are not shown: a choice, or another track, hides them."""
    shown: dict[int, list[NDArray[np.float64]]] = {witness.track.pk: [np.empty(0)] for witness in witnesses}
    for piece in chain:
        shown[piece.track.pk].append(piece.coordinates[:, 3])
    times = [
        np.setdiff1d(observed(witness.pieces)[:, 3], np.concatenate(shown[witness.track.pk]))
        for witness in witnesses
        if witness.shown
    ]
    return np.sort(np.concatenate(times)) if times else np.empty(0)


def _stated_cause(gap: AssembledGap, witnesses: list[Witness]) -> str:
    """The cause a track's own gap has around a gap between two tracks."""
    assert gap.started_at is not None
    assert gap.ended_at is not None
    for own in (own for witness in witnesses for own in witness.gaps):
        begun = own.started_at is None or own.started_at < gap.ended_at
        lasts = own.ended_at is None or own.ended_at > gap.started_at
        if own.kind == GapKind.INTERIOR and begun and lasts and own.cause not in {GapCause.UNKNOWN, GapCause.REMOVED}:
            return own.cause
    return GapCause.UNKNOWN


def fill(pieces: list[AssembledStretch], gaps: list[AssembledGap], witness: Witness) -> list[AssembledStretch]:
    """What a second witness received while those shown have a gap.

    Nothing near the gap's ends that only the difference of the two clocks puts there, and nothing that could not have
    been reached from there. Beyond the flight's first and last fix more than a seam has to be gained.
    """
    chain = [piece for piece in pieces if _received(piece)]
    ends = {piece.end: piece.coordinates[-1] for piece in chain}
    starts = {piece.start: piece.coordinates[0] for piece in chain}
    added: list[AssembledStretch] = []
    for gap in gaps:
        before = _fix_at(ends, gap.started_at.timestamp()) if gap.started_at else None
        after = _fix_at(starts, gap.ended_at.timestamp()) if gap.ended_at else None
        if (before is None) != (gap.started_at is None) or (after is None) != (gap.ended_at is None):
            continue  # bounded by a tracker's guess: nobody knows how far from it the aircraft was
        inside = [
            part
            for piece in witness.pieces
            if _received(piece)
            for part in _parts_between(piece, before, after, abs(witness.offset_s))
        ]
        if not inside:
            continue
        if before is None or after is None:
            gained = max(
                inside[-1].end - before[3] if before is not None else 0.0,
                after[3] - inside[0].start if after is not None else 0.0,
            )
            if gained <= SEAM_S:
                continue
        added += inside
    return added


def _fix_at(fixes: dict[float, Line], time: float) -> Line | None:
    """The fix at a time that went through the database's microseconds."""
    return next((fix for at, fix in fixes.items() if abs(at - time) < 1e-3), None)


def _parts_between(
    piece: AssembledStretch, before: Line | None, after: Line | None, offset_s: float
) -> list[AssembledStretch]:
    line = piece.coordinates
    allowed = np.ones(len(line), dtype=bool)
    if before is not None:
        allowed &= (line[:, 3] > before[3] + offset_s) & _within_reach(before, line, offset_s)
    if after is not None:
        allowed &= (line[:, 3] < after[3] - offset_s) & _within_reach(after, line, offset_s)
    return piece.where(allowed) if allowed.any() else []


def _within_reach(fix: Line, line: Line, offset_s: float) -> NDArray[np.bool_]:
    """Whether an aircraft can have been at both, `fix` and each row of `line`."""
    away = distance_m(fix[0], fix[1], line[:, 0], line[:, 1])
    reach = settings.PROCESSING.reach
    return away <= reach.speed_ms * (np.abs(line[:, 3] - fix[3]) + reach.noise_s + offset_s) + reach.noise_m


def without_estimates(pieces: list[AssembledStretch]) -> list[AssembledStretch]:
    """The pieces without what a tracker estimated for a time in which another track received."""
    received = [piece for piece in pieces if _received(piece)]
    left: list[AssembledStretch] = []
    for piece in pieces:
        if _received(piece):
            left.append(piece)
            continue
        times = piece.coordinates[:, 3]
        kept = np.ones(len(times), dtype=bool)
        for other in received:
            if other.track.pk != piece.track.pk:
                kept &= (times < other.start) | (times > other.end)
        left += piece.where(kept) if kept.any() else []
    return left
