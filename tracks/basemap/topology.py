"""Read the TopoJSON of the npm package `world-atlas` into arcs and rings of grid integers.

TopoJSON (https://github.com/topojson/topojson-specification, 2.1) keeps every line once, as an *arc*:
integers on a grid, the first point absolute, the others as differences. A ring is a list of arc
numbers; `~n` means arc n backwards. world-atlas is stitched across the antimeridian: a ring there
jumps from +180° to −180° and back, or is cut in two along it. `read_topology` undoes the jumps, so that
every ring is continuous and may reach beyond ±180°, and calls the edges along a cut *seams*: whoever draws
the rings every 360° and leaves out the seams when stroking sees neither a streak nor a cut.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon

Arc = NDArray[np.int64]  # n×2: x, y in grid units
Ring = list[int]  # arc numbers, ~n for reversed


class BaseMapError(Exception):
    """The base map's source is missing or is not what world-atlas publishes; says what to do."""


@dataclass
class Topology:
    """Arcs on a grid and the rings made of them.

    `scale` and `translate` turn grid units into degrees: lon = x·scale[0] + translate[0], lat alike.
    `countries` maps Natural Earth's name to polygons (each a list of rings, the first one outer).
    `land` holds the polygons of all land together. `seams` are arcs along the antimeridian or over
    the pole, where Natural Earth was cut: part of the fill, never of a coast line.
    """

    scale: tuple[float, float]
    translate: tuple[float, float]
    arcs: list[Arc]
    countries: dict[str, list[list[Ring]]]
    land: list[list[Ring]]
    seams: set[int]

    @property
    def turn(self) -> int:
        """Grid units in 360° of longitude."""
        return round(360 / self.scale[0])

    def degrees(self, points: NDArray[Any]) -> NDArray[np.float64]:
        """Grid points (n×2) as longitude, latitude in degrees."""
        return points * np.array(self.scale) + np.array(self.translate)

    def grid(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Longitude, latitude (n×2, degrees) in grid units, not rounded."""
        return (lonlat - np.array(self.translate)) / np.array(self.scale)

    def arc(self, number: int) -> Arc:
        """The points of an arc in the direction a ring uses it."""
        return self.arcs[number] if number >= 0 else self.arcs[~number][::-1]

    def ring(self, ring: Ring) -> Arc:
        """The closed, continuous points of a ring (the joints between arcs once)."""
        parts = [self.arc(ring[0])] + [self.arc(number)[1:] for number in ring[1:]]
        return np.vstack(parts)

    def polygons(self, polygons: list[list[Ring]]) -> MultiPolygon:
        """Polygons in degrees; longitudes may lie beyond ±180°."""
        made = []
        for rings in polygons:
            outer, *holes = [self.degrees(self.ring(ring)) for ring in rings]
            if len(outer) >= 4:
                made.append(Polygon(outer, [hole for hole in holes if len(hole) >= 4]))
        return MultiPolygon(made)


def read_topology(path: Path) -> Topology:
    """Read `countries-*.json` of world-atlas.

    Raises:
        BaseMapError: the file is missing, is not TopoJSON, or has a ring that does not close.
    """
    try:
        raw: dict[str, Any] = json.loads(path.read_bytes())
        countries, land = raw["objects"]["countries"], raw["objects"]["land"]
        scale, translate = raw["transform"]["scale"], raw["transform"]["translate"]
        arcs = [np.cumsum(np.array(arc, dtype=np.int64), axis=0) for arc in raw["arcs"]]
    except FileNotFoundError as error:
        raise BaseMapError(f"{path} is missing: run `npm ci`, which brings world-atlas.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BaseMapError(f"{path} is not the TopoJSON that world-atlas publishes ({error}).") from error

    topology = Topology(
        scale=(scale[0], scale[1]),
        translate=(translate[0], translate[1]),
        arcs=arcs,
        countries={},
        land=[polygon for shape in land["geometries"] for polygon in _polygons(shape)],
        seams=set(),
    )
    for shape in countries["geometries"]:
        topology.countries.setdefault(shape["properties"]["name"], []).extend(_polygons(shape))
    _unwrap(topology)
    _split_off_seams(topology)
    return topology


def rings(topology: Topology) -> Iterator[Ring]:
    """Every ring of every country and of the land."""
    for polygons in (*topology.countries.values(), topology.land):
        for polygon in polygons:
            yield from polygon


def _polygons(shape: dict[str, Any]) -> list[list[Ring]]:
    if shape["type"] == "Polygon":
        return [shape["arcs"]]
    if shape["type"] == "MultiPolygon":
        return list(shape["arcs"])
    raise BaseMapError(f"world-atlas holds a {shape['type']} where only polygons are expected.")


def _unwrap(topology: Topology) -> None:
    """Make every arc, then every ring, continuous; close a ring round the pole with a seam."""
    turn = topology.turn
    jumping = set()
    for number, arc in enumerate(topology.arcs):
        steps = np.diff(arc[:, 0])
        turns = np.where(steps > turn / 2, -1, np.where(steps < -turn / 2, 1, 0))
        if turns.any():
            arc[1:, 0] += np.cumsum(turns) * turn
            jumping.add(number)

    settled: set[int] = set()
    closures: dict[int, int] = {}  # first arc of a ring round the pole -> its seam
    for ring in rings(topology):
        # An arc that does not jump keeps its place: neighbours share it.
        first = next((i for i, n in enumerate(ring) if _number(n) not in jumping), 0)
        ordered = ring[first:] + ring[:first]
        ring[:] = ordered
        end: Arc | None = None
        for number in ordered:
            if end is not None:
                _shift_to(topology, number, end, settled)
            elif len(ordered) == 1 and _number(number) in jumping and _number(number) not in settled:
                points = topology.arcs[_number(number)]
                points[:, 0] -= (points[:, 0].min() // turn) * turn
            settled.add(_number(number))
            end = topology.arc(number)[-1]
        start = topology.arc(ordered[0])[0]
        if end is not None and (end != start).any():
            ring.append(_close_over_pole(topology, ordered[0], start, end, closures))


def _number(signed: int) -> int:
    return signed if signed >= 0 else ~signed


def _shift_to(topology: Topology, number: int, end: Arc, settled: set[int]) -> None:
    """Move an arc by whole turns to where the ring before it ended."""
    offset = end - topology.arc(number)[0]
    if not offset.any():
        return
    if offset[1] or offset[0] % topology.turn or _number(number) in settled:
        raise BaseMapError(f"world-atlas has a ring that does not close at arc {_number(number)}.")
    topology.arcs[_number(number)][:, 0] += offset[0]


def _close_over_pole(topology: Topology, first: int, start: Arc, end: Arc, closures: dict[int, int]) -> int:
    """The seam of a ring that went once round the globe (Antarctica): down, along the edge, up."""
    if abs(end[0] - start[0]) != topology.turn or end[1] != start[1]:
        raise BaseMapError(f"world-atlas has a ring that does not close at arc {_number(first)}.")
    if first not in closures:
        edge = round((-89.99 - topology.translate[1]) / topology.scale[1])
        closures[first] = len(topology.arcs)
        topology.seams.add(len(topology.arcs))
        topology.arcs.append(np.array([end, [end[0], edge], [start[0], edge], start]))
    return closures[first]


def _split_off_seams(topology: Topology) -> None:
    """Give the edges that run along the antimeridian arcs of their own, listed as seams."""
    replaced: dict[int, list[int]] = {}
    for number, arc in enumerate(list(topology.arcs)):
        if number in topology.seams:
            continue
        at_cut = (arc[:, 0] + round((topology.translate[0] + 180) / topology.scale[0])) % topology.turn == 0
        edges = np.flatnonzero(at_cut[:-1] & at_cut[1:])
        if not len(edges):
            continue
        cuts = sorted({0, len(arc) - 1, *edges.tolist(), *(edges + 1).tolist()})
        pieces = []
        for start, stop in pairwise(cuts):
            pieces.append(len(topology.arcs))
            topology.arcs.append(arc[start : stop + 1])
            if start in edges:
                topology.seams.add(pieces[-1])
        replaced[number] = pieces
        topology.arcs[number] = arc[:0]  # keeps the numbers of the others
    for ring in rings(topology):
        ring[:] = [piece for number in ring for piece in _pieces(replaced, number)]


def _pieces(replaced: dict[int, list[int]], number: int) -> list[int]:
    pieces = replaced.get(_number(number))
    if pieces is None:
        return [number]
    return pieces if number >= 0 else [~piece for piece in reversed(pieces)]
