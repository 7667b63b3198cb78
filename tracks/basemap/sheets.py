"""Cut, simplify and encode the map into sheets: small JSON files that the browser draws.

A sheet holds the land as closed rings and the undisputed borders as lines, in integers on
world-atlas's own grid, each line as [x₀, y₀, Δx, Δy, …]. A sheet with a `box` is exact inside that
box only; the browser clips to it. Natural Earth is simplified line by line (Douglas–Peucker), so
neighbours keep one common line.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from .topology import Arc, Topology

Box = tuple[float, float, float, float]  # west, south, east, north in degrees
Bounds = NDArray[np.int64]  # n×4: west, south, east, north in grid units


def simplified(topology: Topology, tolerance: float) -> Topology:
    """A copy whose arcs stay within `tolerance` degrees of the original; 0 changes nothing."""
    if not tolerance:
        return topology
    lines = {
        number: shapely.LineString(topology.degrees(arc))
        for number, arc in enumerate(topology.arcs)
        if len(arc) > 2 and number not in topology.seams
    }
    thinner = shapely.simplify(list(lines.values()), tolerance, preserve_topology=False)
    arcs = list(topology.arcs)
    for number, line in zip(lines, thinner, strict=True):
        arcs[number] = np.rint(topology.grid(shapely.get_coordinates(line))).astype(np.int64)
    return Topology(topology.scale, topology.translate, arcs, topology.countries, topology.land, topology.seams)


class Linework:
    """The land's outlines and the solid borders of a topology, ready to be cut into sheets.

    Args:
        borders: solid border lines, in grid units of `topology`.
    """

    def __init__(self, topology: Topology, borders: Iterable[Arc]) -> None:
        self.topology = topology
        self._land = _with_bounds(topology.ring(ring) for polygon in topology.land for ring in polygon)
        self._borders = _with_bounds(borders)

    def sheet(self, box: Box | None = None) -> dict[str, Any]:
        """The JSON of one sheet; `box` is west, south, east, north in degrees, None for the whole world."""
        limits = None if box is None else self.topology.grid(np.array(box).reshape(2, 2)).reshape(4)
        return {
            "scale": self.topology.scale,
            "translate": self.topology.translate,
            "box": box,
            "land": [_deltas(ring) for ring in _cut(*self._land, limits) if len(ring) > 3],
            "borders": [_deltas(line) for line in _cut(*self._borders, limits) if len(line) > 1],
        }


def thin_outside(points: Arc, west: float, south: float, east: float, north: float) -> Arc:
    """Drop points of a line that lie outside a box without changing anything inside it.

    Of a run of points beyond one side of the box only the ends stay: the line between them cannot
    enter the box, and a filled ring keeps its winding number everywhere inside.
    """
    for column, limit, sign in ((0, west, -1), (0, east, 1), (1, south, -1), (1, north, 1)):
        beyond = points[:, column] * sign > limit * sign
        keep = np.ones(len(points), dtype=bool)
        keep[1:-1] = ~(beyond[:-2] & beyond[1:-1] & beyond[2:])
        points = points[keep]
    return points


def _with_bounds(lines: Iterable[Arc]) -> tuple[list[Arc], Bounds]:
    """The lines, and west, south, east, north of each in grid units."""
    kept = [line for line in lines if len(line) > 1]
    bounds = [np.concatenate([line.min(axis=0), line.max(axis=0)]) for line in kept]
    return kept, np.array(bounds).reshape(-1, 4)


def _cut(lines: list[Arc], bounds: Bounds, limits: NDArray[np.float64] | None) -> Iterable[Arc]:
    if limits is None:
        return lines
    west, south, east, north = limits
    touching = (bounds[:, 2] >= west) & (bounds[:, 0] <= east)
    touching &= (bounds[:, 3] >= south) & (bounds[:, 1] <= north)
    return [thin_outside(lines[index], west, south, east, north) for index in np.flatnonzero(touching)]


def _deltas(points: Arc) -> list[int]:
    flat: list[int] = np.diff(points, axis=0, prepend=[[0, 0]]).ravel().tolist()
    return flat
