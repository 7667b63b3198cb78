"""Spots where several aircraft seem to be at one time: what forged satellite signals make of those in their reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tracks.processing.geodesy import MEAN_RADIUS_M, distance_m

# Of positions in one cell (about a spot's size, see `_Cells`) so many are tried as the middle of a crowd: thousands
# lie about each of them alike, and trying all would take the square of their number.
_MIDDLES = 16


@dataclass(frozen=True, slots=True)
class Crowd:
    """Several aircraft at one spot at one time: positions in what was given to `find_crowds`."""

    members: tuple[int, ...]
    aircraft: int
    longitude: float
    latitude: float
    start: float
    end: float


def find_crowds(
    aircraft: Sequence[int] | NDArray[np.int64],
    time: ArrayLike,
    longitude: ArrayLike,
    latitude: ArrayLike,
    *,
    spot_m: float = 5_000.0,
    spot_s: float = 1_800.0,
    least_aircraft: int = 3,
) -> list[Crowd]:
    """Spots where several aircraft seem to be at about one time.

    For the far ends of jumps (`find_jumps` of all aircraft of a file), or for other suspicious
    fixes: at an airport, or in a thermal, many aircraft at one spot are nothing unusual.

    Args:
        aircraft, time, longitude, latitude: n each: a number for each aircraft, epoch seconds, degrees.
        spot_m, spot_s: members are this near to the one they gather about.
        least_aircraft: so many different ones make a crowd.

    Returns:
        Crowds, the largest first. No position is in two of them.

    O(n log n), wherever the positions are: they are looked up in cells. In a cell of more than `_MIDDLES` aircraft not
    each is tried as the middle, so that a small crowd beside many others may be missed.
    """
    who, when = np.asarray(aircraft), np.asarray(time, dtype="f8")
    lon, lat = np.asarray(longitude, dtype="f8"), np.asarray(latitude, dtype="f8")
    cells = _Cells(when, lon, lat, spot_m, spot_s)
    free = np.ones(when.size, dtype=bool)

    def gathered_about(i: int, near: NDArray[np.int64]) -> NDArray[np.int64]:
        near = near[np.abs(when[near] - when[i]) <= spot_s]
        return near[distance_m(lon[i], lat[i], lon[near], lat[near]) <= spot_m]

    # Only how many there are is kept: thousands of aircraft at one spot would each hold the list of all.
    counts = np.zeros(when.size, dtype="i8")
    for inside, near in cells:
        for i in _middles(inside, who).tolist():
            counts[i] = np.unique(who[gathered_about(i, near)]).size
    enough = np.flatnonzero(counts >= least_aircraft)
    crowds: list[Crowd] = []
    for i in enough[np.argsort(-counts[enough], kind="stable")].tolist():
        if not free[i]:
            continue
        near = gathered_about(i, cells.near(i))
        near = near[free[near]]
        count = int(np.unique(who[near]).size)
        if count < least_aircraft:
            continue
        free[near] = False
        crowds.append(
            Crowd(
                members=tuple(np.sort(near).tolist()),
                aircraft=count,
                longitude=float(lon[i]),
                latitude=float(lat[i]),
                start=float(when[near].min()),
                end=float(when[near].max()),
            )
        )
    return crowds


def _middles(inside: NDArray[np.int64], who: NDArray[Any]) -> NDArray[np.int64]:
    """Of the positions in a cell those tried as the middle: of as many aircraft as can be, then further ones."""
    if inside.size <= _MIDDLES:
        return inside
    _aircraft, first = np.unique(who[inside], return_index=True)
    further = np.setdiff1d(np.arange(inside.size), first)
    chosen = np.concatenate([_spread(first, _MIDDLES), _spread(further, _MIDDLES - min(first.size, _MIDDLES))])
    return inside[chosen]


def _spread(values: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """So many of some values at the most, from all over them."""
    return values if values.size <= most else values[np.linspace(0, values.size - 1, most).astype("i8")]


class _Cells:
    """n positions in cells of space and time, each as large as the most that is still near.

    Space is that around the globe's middle, where neither poles nor the antimeridian are special; a straight line is
    shorter than the way over ground, so what is near lies in the same cell or in one that touches it.
    """

    def __init__(
        self,
        time: NDArray[np.float64],
        longitude: NDArray[np.float64],
        latitude: NDArray[np.float64],
        spot_m: float,
        spot_s: float,
    ) -> None:
        lon, lat = np.radians(longitude), np.radians(latitude)
        edge = max(spot_m, 1.0) * 1.000001  # rounding never puts what is near two cells away
        space = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
        cell = np.floor(np.column_stack([space * (MEAN_RADIUS_M / edge), time / max(spot_s, 1.0)]))
        self._cells, self._of = np.unique(cell, axis=0, return_inverse=True)
        self._of = self._of.reshape(-1)
        members = np.argsort(self._of, kind="stable")
        self._members = np.split(members, np.cumsum(np.bincount(self._of))[:-1]) if time.size else []
        self._numbers = {tuple(cell): number for number, cell in enumerate(self._cells.tolist())}

    def __iter__(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Of each cell the positions in it, and those in and around it."""
        for number, inside in enumerate(self._members):
            yield inside, self._around(number)

    def near(self, position: int) -> NDArray[np.int64]:
        """The positions in and around the cell of one."""
        return self._around(int(self._of[position]))

    def _around(self, number: int) -> NDArray[np.int64]:
        cell = self._cells[number].tolist()
        touching = (tuple(c + step for c, step in zip(cell, steps, strict=True)) for steps in _STEPS)
        found = [self._members[known] for key in touching if (known := self._numbers.get(key)) is not None]
        return np.concatenate(found)


_STEPS = tuple(product((-1.0, 0.0, 1.0), repeat=4))
