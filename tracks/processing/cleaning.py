"""Cleaning: drop what cannot be, order what is left, count everything. No position is ever changed.

What is dropped, and why, is kept with the index of the record in the file, so that a curator can
look it up there. What a dropped fix marks (a new leg, a silence before it) the next kept one marks.

Observed fixes are judged by each other alone; what a tracker estimated has to agree with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tracks.processing.fixes import Fixes
from tracks.processing.frozen import frozen
from tracks.processing.reach import neighbours_reachable, reachable
from tracks.processing.signs import ClockStep, Jump, find_clock_steps, find_jumps

# Of the chains of fixes that wait for confirmation, so many are kept in mind.
_CHAINS_WAITING = 8


def gettext_noop(message: str) -> str:
    """Mark words for translation; whoever shows them translates them."""
    return message


class Dropped(StrEnum):
    """Why a fix did not enter a path."""

    INVALID_TIME = "invalid-time"
    INVALID_POSITION = "invalid-position"
    DUPLICATE = "duplicate"
    CONTRADICTORY = "contradictory"
    IMPLAUSIBLE = "implausible-speed"
    REFUTED = "estimate-refuted"
    FROZEN = "frozen-position"


DROPPED_LABELS: Mapping[Dropped, str] = {
    Dropped.INVALID_TIME: gettext_noop("no possible time"),
    Dropped.INVALID_POSITION: gettext_noop("no possible position"),
    Dropped.DUPLICATE: gettext_noop("the same time and place as another fix"),
    Dropped.CONTRADICTORY: gettext_noop("the same time as another fix in another place"),
    Dropped.IMPLAUSIBLE: gettext_noop("unreachable from the fixes before and after it"),
    Dropped.REFUTED: gettext_noop("estimated where the observed fixes around it exclude it"),
    Dropped.FROZEN: gettext_noop("an old position told again, which the aircraft had left by then"),
}


@dataclass(slots=True)
class CleaningReport:
    """What cleaning did. Arrays hold record indices of the file (`Fixes.record_index`).

    `jumps` are signs of forged or jammed positions among the observed fixes, `clock_steps` of a clock
    that was set back (see `signs`).
    """

    read: int = 0
    kept: int = 0
    out_of_order: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, "i8"))
    null_island: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, "i8"))
    dropped: dict[Dropped, NDArray[np.int64]] = field(default_factory=dict)
    jumps: list[Jump] = field(default_factory=list)
    clock_steps: list[ClockStep] = field(default_factory=list)

    def add(self, reason: Dropped, records: NDArray[np.int64]) -> None:
        """Count fixes as dropped."""
        if records.size:
            earlier = self.dropped.get(reason, np.empty(0, "i8"))
            self.dropped[reason] = np.concatenate([earlier, records])

    def as_dict(self, places: int = 5) -> dict[str, object]:
        """JSON-ready counts, with the first few record indices of each kind."""

        def told(records: NDArray[np.int64]) -> dict[str, object]:
            return {"count": int(records.size), "records": np.sort(records)[:places].tolist()}

        return {
            "read": self.read,
            "kept": self.kept,
            "out_of_order": told(self.out_of_order),
            "null_island": told(self.null_island),
            "dropped": {
                str(reason): {**told(records), "label": DROPPED_LABELS[reason]}
                for reason, records in self.dropped.items()
            },
            "jumps": [asdict(jump) for jump in self.jumps],
            "clock_steps": [asdict(step) for step in self.clock_steps],
        }


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
) -> tuple[Fixes, CleaningReport]:
    """The fixes that may enter a path, sorted by time, each time once.

    Args:
        fixes: n fixes of one aircraft in any order.
        max_ground_speed_kmh: faster than any aircraft of the type goes, a tail wind included.
        position_noise_m, clock_noise_s: what two true fixes may differ by beyond that speed:
            multilateration is off by hundreds of metres, trackers round times to a second.
        reanchor_after: so many fixes in a row that agree with each other but cannot be reached from
            those before are believed nevertheless: one of the two places was right, and the jump
            between them becomes a break in the path.
        frozen_m, frozen_above_kt, frozen_unstated_s: when a place told again is no new fix; see
            `frozen.frozen`.
        jump_m, jump_fixes: what is told as a jump to a far place; see `signs.find_jumps`.

    Returns:
        The kept fixes, times strictly increasing, and what was dropped and found.
    """
    report = CleaningReport(read=len(fixes))
    limits = max_ground_speed_kmh / 3.6, position_noise_m, clock_noise_s
    fixes = _without_invalid(fixes, report)
    fixes = _in_order(fixes, report, limits)
    fixes = _without_duplicates(fixes, report)
    repeated = frozen(fixes, moved_m=frozen_m, above_kt=frozen_above_kt, unstated_s=frozen_unstated_s)
    if repeated.any():
        report.add(Dropped.FROZEN, fixes.record_index[repeated])
        fixes = _kept(fixes, ~repeated)
    observed = np.flatnonzero(~fixes.estimated)
    seen = fixes if observed.size == len(fixes) else fixes[observed]
    report.jumps = find_jumps(seen, limits, far_m=jump_m, least_fixes=jump_fixes)
    believed = _believed(fixes, observed, report, limits, reanchor_after)
    keep = np.zeros(len(fixes), dtype=bool)
    keep[believed] = True
    if observed.size < len(fixes):
        guesses = _not_refuted(fixes, np.flatnonzero(fixes.estimated), believed, report, limits)
        keep[_believed(fixes, guesses, report, limits, reanchor_after, confirmed_by=believed)] = True
    if not keep.all():
        fixes = _kept(fixes, keep)
    report.kept = len(fixes)
    return fixes, report


def _kept(fixes: Fixes, keep: NDArray[np.bool_]) -> Fixes:
    """The fixes to keep; marks of those dropped move to the next one kept."""
    kept = fixes[keep]
    for name in ("leg_start", "break_before"):
        column = getattr(fixes, name)
        if column[~keep].any():
            setattr(kept, name, np.diff(np.cumsum(column)[keep], prepend=0) > 0)
    return kept


def _believed(
    fixes: Fixes,
    members: NDArray[np.int64],
    report: CleaningReport,
    limits: tuple[float, float, float],
    reanchor_after: int,
    *,
    confirmed_by: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Those of the fixes at some positions that neither contradict each other nor are out of reach.

    Args:
        confirmed_by: positions of fixes known to be right, and known to agree with all members:
            across them two members need not reach each other.
    """
    part = fixes if members.size == len(fixes) else fixes[members]
    keep = _uncontradicted(part, report, *limits)
    if not keep.all():
        members, part = members[keep], part[keep]
    across = None
    if confirmed_by is not None:
        across = np.diff(np.searchsorted(confirmed_by, members)) > 0
    return members[_plausible(part, report, *limits, reanchor_after, across)]


def _not_refuted(
    fixes: Fixes,
    guesses: NDArray[np.int64],
    observed: NDArray[np.int64],
    report: CleaningReport,
    limits: tuple[float, float, float],
) -> NDArray[np.int64]:
    """Those of the estimated fixes that the nearest observed ones, believed already, allow."""
    if not observed.size:
        return guesses
    time = fixes.time[observed]
    earlier = np.searchsorted(time, fixes.time[guesses], side="right") - 1
    later = np.minimum(earlier + 1, observed.size - 1)
    good = np.ones(guesses.size, dtype=bool)
    for neighbour in (np.maximum(earlier, 0), later):
        good &= reachable(fixes, observed[neighbour], guesses, *limits)
    # Each time once: where one was observed there is nothing to estimate.
    good &= (earlier < 0) | (time[np.maximum(earlier, 0)] < fixes.time[guesses])
    report.add(Dropped.REFUTED, fixes.record_index[guesses[~good]])
    return guesses[good]


def _without_invalid(fixes: Fixes, report: CleaningReport) -> Fixes:
    with np.errstate(invalid="ignore"):
        time_ok = np.isfinite(fixes.time)
        place_ok = (np.abs(fixes.longitude) <= 180.0) & (np.abs(fixes.latitude) <= 90.0)
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


def _in_order(fixes: Fixes, report: CleaningReport, limits: tuple[float, float, float]) -> Fixes:
    if len(fixes) < 2 or (np.diff(fixes.time) >= 0).all():
        return fixes
    report.clock_steps = find_clock_steps(fixes, limits)
    late = fixes.time < np.maximum.accumulate(fixes.time)
    report.out_of_order = fixes.record_index[late]
    return fixes[np.argsort(fixes.time, kind="stable")]


def _without_duplicates(fixes: Fixes, report: CleaningReport) -> Fixes:
    """Of fixes with one time and one place the first stays, an observed one before an estimated one."""
    if len(fixes) < 2 or not (np.diff(fixes.time) == 0).any():
        return fixes
    same_time = np.diff(fixes.time) == 0
    shared = np.flatnonzero(np.append(same_time, False) | np.insert(same_time, 0, False))
    # Stable: among equals the file's order decides which is the first.
    keys = (fixes.estimated[shared], fixes.latitude[shared], fixes.longitude[shared], fixes.time[shared])
    order = shared[np.lexsort(keys)]
    same = (
        (np.diff(fixes.time[order]) == 0)
        & (np.diff(fixes.longitude[order]) == 0)
        & (np.diff(fixes.latitude[order]) == 0)
    )
    again = np.zeros(len(fixes), dtype=bool)
    again[order[1:][same]] = True
    if not again.any():
        return fixes
    report.add(Dropped.DUPLICATE, fixes.record_index[again])
    return _kept(fixes, ~again)


def _uncontradicted(
    fixes: Fixes, report: CleaningReport, speed: float, noise_m: float, noise_s: float
) -> NDArray[np.bool_]:
    """Of fixes with one time in several places none stays, unless only one of them can be true."""
    if len(fixes) < 2 or not (np.diff(fixes.time) == 0).any():
        return np.ones(len(fixes), dtype=bool)
    _, first, group = np.unique(fixes.time, return_index=True, return_inverse=True)
    size = np.bincount(group)
    disputed = size[group] > 1
    # The nearest undisputed fix on each side; −1 and n where there is none.
    positions = np.arange(len(fixes))
    before = np.maximum.accumulate(np.where(disputed, -1, positions))
    after = np.minimum.accumulate(np.where(disputed, len(fixes), positions)[::-1])[::-1]
    which = np.flatnonzero(disputed)
    possible = np.ones(which.size, dtype=bool)
    for neighbour in (before[which], after[which]):
        there = (neighbour >= 0) & (neighbour < len(fixes))
        possible[there] &= reachable(fixes, neighbour[there], which[there], speed, noise_m, noise_s)
    believed = np.bincount(group[which], weights=possible, minlength=first.size) == 1
    keep = ~disputed
    keep[which] = possible & believed[group[which]]
    lost_alone = which[~possible & believed[group[which]]]
    contradictory = which[~believed[group[which]]]
    report.add(Dropped.IMPLAUSIBLE, fixes.record_index[lost_alone])
    report.add(Dropped.CONTRADICTORY, fixes.record_index[contradictory])
    return keep


def _plausible(
    fixes: Fixes,
    report: CleaningReport,
    speed: float,
    noise_m: float,
    noise_s: float,
    reanchor_after: int,
    across: NDArray[np.bool_] | None,
) -> NDArray[np.bool_]:
    """Drop short runs of fixes that can be reached neither from those before nor reach those after.

    The track is cut wherever two neighbours imply an impossible speed. A run of fewer than
    `reanchor_after` fixes between two cuts is an intruder if the track goes on possibly without it.
    Nothing is believed from the start, so a wrong first fix cannot condemn the right ones.
    Where `across` (n−1) is true, two neighbours are not compared.
    """
    count = len(fixes)
    if count < 2:
        return np.ones(count, dtype=bool)
    cut = ~neighbours_reachable(fixes, speed, noise_m, noise_s)
    if across is not None:
        cut &= ~across
    if not cut.any():
        return np.ones(count, dtype=bool)
    starts = np.concatenate([[0], np.flatnonzero(cut) + 1])
    stops = np.concatenate([starts[1:], [count]])

    def follows(earlier: int, later: int) -> bool:
        return bool(reachable(fixes, np.array([earlier]), np.array([later]), speed, noise_m, noise_s)[0])

    keep = np.zeros(count, dtype=bool)
    anchor = -1  # the last fix believed
    chains: list[list[tuple[int, int]]] = []  # runs that fit each other, not yet believed
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        if anchor >= 0 and follows(anchor, start):
            keep[start:stop] = True
            anchor, chains = stop - 1, []
            continue
        chain = next((c for c in reversed(chains) if follows(c[-1][1] - 1, start)), None)
        if chain is None:
            chain = []
            chains = [*chains[1 - _CHAINS_WAITING :], chain]
        chain.append((start, stop))
        if sum(end - begin for begin, end in chain) >= reanchor_after:
            for begin, end in chain:
                keep[begin:end] = True
            anchor, chains = stop - 1, []
    if anchor < 0:
        _believe_longest(chains, keep)
    report.add(Dropped.IMPLAUSIBLE, fixes.record_index[~keep])
    return keep


def _believe_longest(chains: list[list[tuple[int, int]]], keep: NDArray[np.bool_]) -> None:
    """In a track too short for any chain to be confirmed, the longest counts; of equal ones, all."""
    sizes = [sum(end - begin for begin, end in chain) for chain in chains]
    for chain, size in zip(chains, sizes, strict=True):
        if size == max(sizes):
            for begin, end in chain:
                keep[begin:end] = True
