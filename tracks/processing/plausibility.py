"""Which fixes of a track can be true together: none out of reach of the others, none in two places at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracks.processing.cleaning_report import CleaningReport, Dropped
from tracks.processing.fixes import Fixes
from tracks.processing.geodesy import distance_m
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
    """Of fixes with one time in several places none stays, unless only one of them can be true, or all.

    All can be where the file writes times so coarsely that the aircraft may have been at each of them within one: a
    logger with two fixes a second and times in whole seconds. Of these the first stays.
    """
    keep = np.ones(len(places), dtype=bool)
    time = places.times()
    same = time[1:] == time[:-1]
    if not same.any():
        return keep
    shared = np.flatnonzero(np.append(same, False) | np.insert(same, 0, False))
    group = np.cumsum(np.diff(time[shared], prepend=time[shared[0]]) != 0)
    foremost, moment = _one_moment(places, shared, group, limits)
    keep[shared] = foremost & moment
    which, group = shared[~moment], group[~moment]
    report.add(Dropped.SAME_MOMENT, places.records(shared[moment & ~foremost]))
    if not which.size:
        return keep
    # Disputes may follow each other: the nearest undisputed fixes are beyond them all.
    run = np.cumsum(np.diff(which, prepend=which[0]) > 1)
    first = np.flatnonzero(np.diff(run, prepend=-1))
    before, after = which[first][run] - 1, which[np.append(first[1:], which.size) - 1][run] + 1
    possible = np.ones(which.size, dtype=bool)
    for neighbour in (before, after):
        there = (neighbour >= 0) & (neighbour < len(places))
        possible[there] &= reachable(places, neighbour[there], which[there], limits)
    foremost, moment = _one_moment(places, which[possible], group[possible], limits)
    stays = np.zeros(which.size, dtype=bool)
    stays[possible] = foremost & moment
    believed = (np.bincount(group, weights=stays, minlength=1) == 1)[group]
    keep[which] = stays
    report.add(Dropped.IMPLAUSIBLE, places.records(which[~possible & believed]))
    report.add(Dropped.SAME_MOMENT, places.records(which[possible & believed & ~stays]))
    report.add(Dropped.CONTRADICTORY, places.records(which[~believed]))
    return keep


def _one_moment(
    places: Places, which: NDArray[np.int64], group: NDArray[np.int64], limits: Limits
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which fixes are the first of their group, and whether the whole group lies within the resolution of its time.

    Args:
        which: positions in `places`. group: to which group each belongs, ascending.
    """
    foremost = np.diff(group, prepend=-1) > 0
    number = np.cumsum(foremost) - 1
    head = which[foremost][number]
    (_, lon1, lat1), (_, lon2, lat2) = places.at(head), places.at(which)
    coarseness = np.maximum(places.resolutions_s(head), places.resolutions_s(which))
    apart = distance_m(lon1, lat1, lon2, lat2) > limits.speed_ms * coarseness
    return foremost, (np.bincount(number, weights=apart, minlength=1) == 0)[number]


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
    sizes = (stops - starts).tolist()
    begins, ends = (list(zip(*(c.tolist() for c in places.at(at)), strict=True)) for at in (starts, stops - 1))

    believed: list[int] = []  # numbers of runs
    chains: list[list[int]] = []  # runs that fit each other, not yet believed
    forgotten: list[list[int]] = []  # chains too long ago to be continued, while nothing is believed yet
    for run in range(starts.size):
        if believed and limits.allow(ends[believed[-1]], begins[run]):
            believed.append(run)
            chains = []
            continue
        chain = next((c for c in reversed(chains) if limits.allow(ends[c[-1]], begins[run])), None)
        if chain is None:
            chain = []
            chains.append(chain)
            if len(chains) > _CHAINS_WAITING:
                oldest = chains.pop(0)
                if not believed:
                    forgotten.append(oldest)
        chain.append(run)
        if sum(sizes[one] for one in chain) >= reanchor_after:
            believed += chain
            chains = []
    if not believed:
        believed = _longest([*forgotten, *chains], sizes)
    stays = np.zeros(starts.size, dtype=bool)
    stays[believed] = True
    keep = np.repeat(stays, stops - starts)
    report.add(Dropped.IMPLAUSIBLE, places.records(~keep))
    return keep


def _longest(chains: list[list[int]], sizes: list[int]) -> list[int]:
    """In a track too short for any chain to be confirmed, the longest counts; of equal ones, all.

    Also in one in which everything is too fast: then there is nothing to choose by, and each fix stands alone.
    """
    lengths = [sum(sizes[one] for one in chain) for chain in chains]
    most = max(lengths)
    return [one for chain, length in zip(chains, lengths, strict=True) if length == most for one in chain]
