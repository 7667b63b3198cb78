"""Which borders are not simply borders: whose polygon Crimea is, what is dashed, and our own lines.

world-atlas has countries only and draws the line of actual control as any other border. Here a border
two countries of Natural Earth share is *disputed* where the line itself is contested or is a ceasefire
line, and *left out* where it is no border at all. The geometry is Natural Earth's own, but for the few
lines world-atlas has nothing of: those are approximations in degrees, from the public sources named in
docs/basemap.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .topology import Arc, BaseMapError, Topology

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class DisputedBorder:
    """A border of Natural Earth between two of its countries, disputed inside `box` (None: all of it)."""

    name: str
    between: tuple[str, str]
    box: Box | None = None


@dataclass(frozen=True)
class DisputedLine:
    """A disputed line as it is drawn: longitude, latitude in degrees."""

    name: str
    points: tuple[tuple[float, float], ...]


# Natural Earth 4.1 follows de facto control. Names as Natural Earth writes them.
DISPUTED_BORDERS = (
    DisputedBorder("Korean Military Demarcation Line", ("North Korea", "South Korea")),
    DisputedBorder("Crimea, the northern line", ("Ukraine", "Ukraine")),  # once Crimea is Ukraine's
    DisputedBorder("Line of Control in Kashmir", ("India", "Pakistan"), (73.4, 32.3, 78.2, 36.0)),
    DisputedBorder("Siachen", ("India", "Siachen Glacier")),
    DisputedBorder("Siachen", ("Pakistan", "Siachen Glacier")),
    DisputedBorder("Siachen", ("China", "Siachen Glacier")),
    DisputedBorder("Shaksgam and Gilgit-Baltistan", ("China", "Pakistan")),
    DisputedBorder("Line of Actual Control, Aksai Chin", ("India", "China"), (76.0, 30.0, 82.0, 36.5)),
    DisputedBorder("McMahon Line, Arunachal Pradesh", ("India", "China"), (91.0, 27.0, 98.0, 30.0)),
    DisputedBorder("Bhutan and Tibet", ("China", "Bhutan")),
    DisputedBorder("Ceasefire line of 1974, Golan", ("Israel", "Syria")),
    DisputedBorder("Green Line and Gaza", ("Israel", "Palestine")),
    DisputedBorder("Northern Cyprus", ("Cyprus", "Cyprus U.N. Buffer Zone")),
    DisputedBorder("Northern Cyprus", ("N. Cyprus", "Cyprus U.N. Buffer Zone")),
    DisputedBorder("Northern Cyprus", ("N. Cyprus", "Dhekelia")),
    DisputedBorder("Northern Cyprus", ("Cyprus", "N. Cyprus")),
    DisputedBorder("Kosovo", ("Serbia", "Kosovo")),
    DisputedBorder("Western Sahara, the berm", ("Morocco", "W. Sahara")),
    DisputedBorder("Somaliland", ("Somalia", "Somaliland")),
    DisputedBorder("Halaib triangle", ("Egypt", "Sudan"), (33.1, 21.5, 37.5, 22.5)),
    DisputedBorder("Abyei", ("Sudan", "S. Sudan"), (27.4, 9.2, 29.4, 10.7)),
    DisputedBorder("Ilemi triangle", ("Kenya", "S. Sudan")),
)

# No line at all: a lease is not a border.
UNDRAWN_BORDERS = (
    ("Kazakhstan", "Baikonur"),
    ("Cuba", "USNB Guantanamo Bay"),
)

OWN_LINES = (
    DisputedLine(
        "Southern Kurils / Northern Territories, the line in force",
        (
            (146.700, 43.150), (146.000, 43.350), (145.860, 43.400), (145.700, 43.480), (145.480, 43.600),
            (145.330, 43.690), (145.370, 43.850), (145.350, 44.050), (145.500, 44.300), (145.750, 44.600),
        ),
    ),
    DisputedLine(
        "Southern Kurils / Northern Territories, the line Japan claims",
        ((148.500, 46.150), (149.150, 45.620), (149.550, 45.300), (150.050, 44.900)),
    ),
    DisputedLine(
        "Golan, the line before June 1967",
        (
            (35.660, 33.270), (35.625, 33.240), (35.645, 33.150), (35.650, 33.050), (35.640, 32.960),
            (35.625, 32.895), (35.650, 32.860), (35.660, 32.790), (35.645, 32.720), (35.680, 32.690),
        ),
    ),
    DisputedLine(
        "Western Sahara, the northern limit of the territory",
        ((-13.172, 27.667), (-11.000, 27.667), (-8.680, 27.667)),
    ),
)  # fmt: skip

_CRIMEA: Box = (32.3, 44.3, 36.8, 46.4)


def give_crimea_to_ukraine(topology: Topology) -> None:
    """Move the polygon of Crimea from Russia to Ukraine; the arc between them is no border any more.

    Raises:
        BaseMapError: Russia has no polygon of that place and size: world-atlas has changed.
    """
    russia = topology.countries["Russia"]
    moved = [polygon for polygon in russia if _inside(topology.degrees(topology.ring(polygon[0])), _CRIMEA)]
    if not moved:
        raise BaseMapError("world-atlas has no separate polygon for Crimea: its edition has changed.")
    topology.countries["Russia"] = [polygon for polygon in russia if polygon not in moved]
    topology.countries["Ukraine"].extend(moved)


def sort_borders(topology: Topology) -> tuple[list[Arc], list[DisputedLine]]:
    """The borders to draw as such (grid units) and those of Natural Earth that are disputed (degrees)."""
    solid: list[Arc] = []
    disputed: list[DisputedLine] = []
    for number, pair in _shared_arcs(topology):
        if pair in {frozenset(undrawn) for undrawn in UNDRAWN_BORDERS}:
            continue
        arc = topology.arcs[number]
        boxes = [border for border in DISPUTED_BORDERS if frozenset(border.between) == pair]
        for piece, border in _split(topology, arc, boxes):
            if border:
                points = tuple((x, y) for x, y in topology.degrees(piece).round(4).tolist())
                disputed.append(DisputedLine(border.name, points))
            elif len(pair) == 2:
                solid.append(piece)
    return solid, disputed


def _inside(lonlat: NDArray[np.float64], box: Box) -> bool:
    west, south, east, north = box
    low, high = lonlat.min(axis=0), lonlat.max(axis=0)
    return bool(low[0] > west and low[1] > south and high[0] < east and high[1] < north)


def _shared_arcs(topology: Topology) -> Iterable[tuple[int, frozenset[str]]]:
    """Arcs two polygons meet at, with the names of their countries: one name, where both are the same one's."""
    users: dict[int, list[str]] = {}
    for name, polygons in topology.countries.items():
        for polygon in polygons:
            for ring in polygon:
                for number in ring:
                    users.setdefault(number if number >= 0 else ~number, []).append(name)
    return [(number, frozenset(names)) for number, names in users.items() if len(names) == 2]


def _split(topology: Topology, arc: Arc, borders: list[DisputedBorder]) -> Iterable[tuple[Arc, DisputedBorder | None]]:
    """Cut an arc into runs of segments that lie inside one disputed border's box, or in none."""
    middles = topology.degrees((arc[:-1] + arc[1:]) / 2)
    owner = np.full(len(middles), -1)
    for index, border in enumerate(borders):
        west, south, east, north = border.box or (-999.0, -99.0, 999.0, 99.0)
        x, y = middles[:, 0], middles[:, 1]
        owner[(x >= west) & (x <= east) & (y >= south) & (y <= north)] = index
    starts = np.flatnonzero(np.diff(owner, prepend=-2))
    for start, stop in zip(starts, [*starts[1:], len(owner)], strict=True):
        index = owner[start]
        yield arc[start : stop + 1], borders[index] if index >= 0 else None
