"""Which fixes of a track can be true together: none out of reach of the others, none in two places at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracks.processing.cleaning_report import CleaningReport, Dropped
from tracks.processing.fixes import Fixes
from tracks.processing.reach import Limits, Places, neighbours_reachable, reachable

# Of the chains of fixes that wait for confirmation, so many are kept in mind.
_CHAINS_WAITING = 8


def believed_among(
    fixes: Fixes,
    members: NDArray[np.int64],
    report: CleaningReport,
    limits: Limits,
    reanchor_after: int,
    *,
    confirmed_by: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Those of the fixes at some positions that neither contradict each other nor are out of reach.

    Args:
        confirmed_by: positions of fixes known to be right, and known to agree with all members:
            across them two members need not reach each other.
    """
    part = Places.of(fixes, members)
    keep = _uncontradicted(part, report, limits)
    if not keep.all():
        members = members[keep]
        part = Places.of(fixes, members)
    across = None
    if confirmed_by is not None:
        across = np.diff(np.searchsorted(confirmed_by, members)) > 0
    return members[_plausible(part, report, limits, reanchor_after, across)]


def not_refuted(
    fixes: Fixes,
    guesses: NDArray[np.int64],
    observed: NDArray[np.int64],
    report: CleaningReport,
    limits: Limits,
) -> NDArray[np.int64]:
    """Those of the estimated fixes that the nearest observed ones, believed already, allow."""
    if not observed.size:
        return guesses
    places = Places.of(fixes)
    time = fixes.time[observed]
    earlier = np.searchsorted(time, fixes.time[guesses], side="right") - 1
    later = np.minimum(earlier + 1, observed.size - 1)
    good = np.ones(guesses.size, dtype=bool)
    for neighbour in (np.maximum(earlier, 0), later):
        good &= reachable(places, observed[neighbour], guesses, limits)
    # Each time once: where one was observed there is nothing to estimate.
    good &= (earlier < 0) | (time[np.maximum(earlier, 0)] < fixes.time[guesses])
    report.add(Dropped.REFUTED, fixes.record_index[guesses[~good]])
    return guesses[good]


def _uncontradicted(places: Places, report: CleaningReport, limits: Limits) -> NDArray[np.bool_]:
    """Of fixes with one time in several places none stays, unless only one of them can be true."""
    keep = np.ones(len(places), dtype=bool)
    time = places.times()
    same = time[1:] == time[:-1]
    if not same.any():
        return keep
    disputed = np.append(same, False) | np.insert(same, 0, False)
    which = np.flatnonzero(disputed)
    # Disputes may follow each other: the nearest undisputed fixes are beyond them all.
    run = np.cumsum(np.diff(which, prepend=which[0]) > 1)
    first = np.flatnonzero(np.diff(run, prepend=-1))
    before, after = which[first][run] - 1, which[np.append(first[1:], which.size) - 1][run] + 1
    possible = np.ones(which.size, dtype=bool)
    for neighbour in (before, after):
        there = (neighbour >= 0) & (neighbour < len(places))
        possible[there] &= reachable(places, neighbour[there], which[there], limits)
    group = np.cumsum(np.diff(time[which], prepend=time[which[0]]) != 0)
    believed = (np.bincount(group, weights=possible) == 1)[group]
    keep[which] = possible & believed
    report.add(Dropped.IMPLAUSIBLE, places.records(which[~possible & believed]))
    report.add(Dropped.CONTRADICTORY, places.records(which[~believed]))
    return keep


def _plausible(
    places: Places,
    report: CleaningReport,
    limits: Limits,
    reanchor_after: int,
    across: NDArray[np.bool_] | None,
) -> NDArray[np.bool_]:
    """Drop short runs of fixes that can be reached neither from those before nor reach those after.

    The track is cut wherever two neighbours imply an impossible speed. A run of fewer than
    `reanchor_after` fixes between two cuts is an intruder if the track goes on possibly without it.
    Nothing is believed from the start, so a wrong first fix cannot condemn the right ones.
    Where `across` (n−1) is true, two neighbours are not compared.
    """
    count = len(places)
    if count < 2:
        return np.ones(count, dtype=bool)
    cut = ~neighbours_reachable(places, limits)
    if across is not None:
        cut &= ~across
    if not cut.any():
        return np.ones(count, dtype=bool)
    starts = np.concatenate([[0], np.flatnonzero(cut) + 1])
    stops = np.concatenate([starts[1:], [count]])

    def follows(earlier: int, later: int) -> bool:
        return bool(reachable(places, np.array([earlier]), np.array([later]), limits)[0])

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
    report.add(Dropped.IMPLAUSIBLE, places.records(~keep))
    return keep


def _believe_longest(chains: list[list[tuple[int, int]]], keep: NDArray[np.bool_]) -> None:
    """In a track too short for any chain to be confirmed, the longest counts; of equal ones, all."""
    sizes = [sum(end - begin for begin, end in chain) for chain in chains]
    for chain, size in zip(chains, sizes, strict=True):
        if size == max(sizes):
            for begin, end in chain:
                keep[begin:end] = True
