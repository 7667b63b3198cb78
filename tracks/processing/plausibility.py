"""Which fixes of a track can be true together: none out of reach of the others, none in two places at once."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from tracks.processing.cleaning_report import CleaningReport, Dropped
from tracks.processing.fixes import Fixes
from tracks.processing.geodesy import distance_m
from tracks.processing.reach import Limits, Places, neighbours_reachable, reachable

# Of the chains of fixes that wait for confirmation, so many are kept in mind.
_CHAINS_WAITING = 8

_Fix = tuple[float, float, float]  # time, longitude, latitude


def believed_among(
    fixes: Fixes,
    members: NDArray[np.int64],
    report: CleaningReport,
    limits: Limits,
    reanchor_after: int,
    silence_s: float,
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
    sides = np.zeros(members.size, "i8") if confirmed_by is None else np.searchsorted(confirmed_by, members)
    lost = members
    if not neighbours_reachable(part, limits).all():
        for apart_s in (silence_s, np.inf):
            good = _plausible(Places.of(fixes, members), sides, limits, reanchor_after, apart_s)
            members, sides = members[good], sides[good]
        report.add(Dropped.IMPLAUSIBLE, fixes.record_index[np.setdiff1d(lost, members, assume_unique=True)])
    return members


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
    places: Places, sides: NDArray[np.int64], limits: Limits, reanchor_after: int, apart_s: float
) -> NDArray[np.bool_]:
    """Drop short runs of fixes that can be reached neither from those before nor reach those after.

    The track is cut wherever two neighbours imply an impossible speed. A run of fewer than
    `reanchor_after` fixes between two cuts is an intruder if the track goes on possibly without it.
    Nothing is believed from the start, so a wrong first fix cannot condemn the right ones.

    Args:
        places: n fixes sorted by time.
        sides: n numbers; neighbours whose numbers differ are not compared.
        apart_s: each piece of the track between silences this long is judged by itself, and only where enough of its
            fixes agree. Infinite: the whole track, in any case.
    """
    keep = np.ones(len(places), dtype=bool)
    if len(places) < 2:
        return keep
    silent = np.diff(places.times()) >= apart_s
    broken = silent | (~neighbours_reachable(places, limits) & (np.diff(sides) == 0))
    if not broken.any():
        return keep
    starts = np.concatenate([[0], np.flatnonzero(broken) + 1])
    stops = np.append(starts[1:], len(places))
    sizes = (stops - starts).tolist()
    begins, ends = (list(zip(*(c.tolist() for c in places.at(at)), strict=True)) for at in (starts, stops - 1))
    stays = np.ones(starts.size, dtype=bool)
    pieces = np.flatnonzero(silent[starts[1:] - 1]) + 1
    for first, last in itertools.pairwise([0, *pieces.tolist(), starts.size]):
        if last - first < 2:
            continue
        runs = range(first, last)
        believed, others = _chains(runs, begins, ends, sizes, limits, reanchor_after)
        if not believed:
            if np.isfinite(apart_s):
                continue
            believed = _longest(others, sizes)
        stays[first:last] = False
        stays[believed] = True
    return np.repeat(stays, stops - starts)


def _chains(
    runs: range, begins: list[_Fix], ends: list[_Fix], sizes: list[int], limits: Limits, reanchor_after: int
) -> tuple[list[int], list[list[int]]]:
    """Which runs are believed because enough fixes agree; and, where none are, the chains of those that do agree."""
    believed: list[int] = []
    chains: list[list[int]] = []  # runs that fit each other, not yet believed
    forgotten: list[list[int]] = []  # chains too long ago to be continued, while nothing is believed yet
    for run in runs:
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
    return believed, [] if believed else [*forgotten, *chains]


def _longest(chains: list[list[int]], sizes: list[int]) -> list[int]:
    """In a track too short for any chain to be confirmed, the longest counts; of equal ones, all.

    Also in one in which everything is too fast: then there is nothing to choose by, and each fix stands alone.
    """
    lengths = [sum(sizes[one] for one in chain) for chain in chains]
    most = max(lengths)
    return [one for chain, length in zip(chains, lengths, strict=True) if length == most for one in chain]
