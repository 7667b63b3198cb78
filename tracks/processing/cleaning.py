"""Cleaning: drop what cannot be, order what is left, count everything. No position is ever changed.

What is dropped, and why, is kept with the index of the record in the file, so that a curator can
look it up there. What a dropped fix marks (a new leg, a silence before it) the next kept one marks.

Observed fixes are judged by each other alone; what a tracker estimated has to agree with them.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from tracks.processing.cleaning_report import DROPPED_LABELS, CleaningReport, Dropped
from tracks.processing.fixes import Fixes
from tracks.processing.frozen import frozen
from tracks.processing.plausibility import believed_among, not_refuted
from tracks.processing.reach import Limits, Places
from tracks.processing.signs import find_clock_steps, find_jumps

__all__ = ["DROPPED_LABELS", "CleaningReport", "Dropped", "clean"]


def clean(
    fixes: Fixes,
    *,
    max_ground_speed_kmh: float = 1400.0,
    position_noise_m: float = 500.0,
    clock_noise_s: float = 1.0,
    reanchor_after: int = 5,
    frozen_m: float = 500.0,
    frozen_above_kt: float = 30.0,
    frozen_unstated_s: float = 60.0,
    jump_m: float = 20_000.0,
    jump_fixes: int = 2,
    clock_step_s: float = 1.0,
    clock_steps_share: float = 0.01,
    silence_s: float = 60.0,
    apart_s: float = 18 * 3600.0,
) -> tuple[Fixes, CleaningReport]:
    """The fixes that may enter a path, sorted by time, each time once.

    Args:
        fixes: n fixes of one aircraft in any order.
        max_ground_speed_kmh, position_noise_m, clock_noise_s: what can be reached; see `reach.Limits.of`.
        reanchor_after: so many fixes in a row that agree with each other but cannot be reached from
            those before are believed nevertheless: one of the two places was right, and the jump
            between them becomes a break in the path.
        frozen_m, frozen_above_kt, frozen_unstated_s: when a place told again is no new fix; see
            `frozen.frozen`.
        jump_m, jump_fixes: what is told as a jump to a far place; see `signs.find_jumps`.
        clock_step_s, clock_steps_share: what is told as a clock set back; see `signs.find_clock_steps`.
        silence_s: fixes are judged by those around them without so long a silence between first. After a silence
            nearly every place is in reach, and one wrong fix before or after it would pass for right.
        apart_s: across a silence this long fixes say nothing of each other: what is before it is cleaned as if what
            is after were in another file.

    Returns:
        The kept fixes, times strictly increasing, and what was dropped and found.
    """
    report = CleaningReport(read=len(fixes))
    limits = Limits.of(
        max_ground_speed_kmh=max_ground_speed_kmh, position_noise_m=position_noise_m, clock_noise_s=clock_noise_s
    )
    fixes = _without_invalid(fixes, report)
    if len(fixes) > 1 and (fixes.time[1:] < fixes.time[:-1]).any():
        report.clock_steps = find_clock_steps(fixes, limits, least_s=clock_step_s, most_share=clock_steps_share)
        fixes = _in_order(fixes, report)
    keep = np.zeros(len(fixes), dtype=bool)
    parts: list[CleaningReport] = []
    for apart in parts_apart(fixes.time, apart_s):
        part, told = fixes[apart], CleaningReport()
        left = np.flatnonzero(~_duplicates(part, told))
        part = part if left.size == len(part) else part[left]
        repeated = frozen(part, moved_m=frozen_m, above_kt=frozen_above_kt, unstated_s=frozen_unstated_s)
        if repeated.any():
            told.add(Dropped.FROZEN, part.record_index[repeated])
            left, part = left[~repeated], part[~repeated]
        observed = np.flatnonzero(~part.estimated)
        if not report.clock_steps:  # which would put the aircraft at two places by turns
            told.jumps = find_jumps(Places.of(part, observed), limits, far_m=jump_m, least_fixes=jump_fixes)
        believed = believed_among(part, observed, told, limits, reanchor_after, silence_s)
        keep[apart.start + left[believed]] = True
        if observed.size < len(part):
            guesses = not_refuted(part, np.flatnonzero(part.estimated), believed, told, limits)
            guesses = believed_among(part, guesses, told, limits, reanchor_after, silence_s, confirmed_by=believed)
            keep[apart.start + left[guesses]] = True
        parts.append(told)
    report.take_in(parts)
    if not keep.all():
        fixes = _kept(fixes, keep)
    report.kept = len(fixes)
    return fixes, report


def parts_apart(time: NDArray[np.float64], apart_s: float) -> list[slice]:
    """The pieces of n ascending times between silences at least so long; none of no times."""
    bounds = [0, *(np.flatnonzero(np.diff(time) >= apart_s) + 1).tolist(), time.size]
    return list(itertools.starmap(slice, itertools.pairwise(bounds))) if time.size else []


def _kept(fixes: Fixes, keep: NDArray[np.bool_]) -> Fixes:
    """The fixes to keep; marks of those dropped move to the next one kept."""
    kept = fixes[keep]
    lost = np.flatnonzero(~keep)
    for name in ("leg_start", "break_before"):
        marked = lost[getattr(fixes, name)[lost]]
        if marked.size:
            inheriting = marked - np.searchsorted(lost, marked)  # so many are kept before it
            getattr(kept, name)[inheriting[inheriting < len(kept)]] = True
    return kept


def _without_invalid(fixes: Fixes, report: CleaningReport) -> Fixes:
    with np.errstate(invalid="ignore"):
        time_ok = np.isfinite(fixes.time)
        place_ok = (fixes.longitude <= 180.0) & (fixes.longitude >= -180.0)
        place_ok &= (fixes.latitude <= 90.0) & (fixes.latitude >= -90.0)
    if not time_ok.all():
        report.add(Dropped.INVALID_TIME, fixes.record_index[~time_ok])
    if not place_ok.all():
        report.add(Dropped.INVALID_POSITION, fixes.record_index[time_ok & ~place_ok])
    good = time_ok & place_ok
    if not good.all():
        fixes = _kept(fixes, good)
    # 0° N 0° E is where broken receivers are; it is also a place in the Gulf of Guinea.
    report.null_island = fixes.record_index[(fixes.longitude == 0.0) & (fixes.latitude == 0.0)]
    return fixes


def _in_order(fixes: Fixes, report: CleaningReport) -> Fixes:
    late = fixes.time < np.maximum.accumulate(fixes.time)
    report.out_of_order = fixes.record_index[late]
    return fixes[np.argsort(fixes.time, kind="stable")]


def _duplicates(fixes: Fixes, report: CleaningReport) -> NDArray[np.bool_]:
    """Of fixes with one time and one place the first stays, an observed one before an estimated one: all others."""
    again = np.zeros(len(fixes), dtype=bool)
    same_time = np.diff(fixes.time) == 0
    if not same_time.any():
        return again
    shared = np.flatnonzero(np.append(same_time, False) | np.insert(same_time, 0, False))
    # Stable: among equals the file's order decides which is the first.
    keys = (fixes.estimated[shared], fixes.latitude[shared], fixes.longitude[shared], fixes.time[shared])
    order = shared[np.lexsort(keys)]
    same = (
        (np.diff(fixes.time[order]) == 0)
        & (np.diff(fixes.longitude[order]) == 0)
        & (np.diff(fixes.latitude[order]) == 0)
    )
    again[order[1:][same]] = True
    if again.any():
        report.add(Dropped.DUPLICATE, fixes.record_index[again])
    return again
