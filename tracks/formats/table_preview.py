"""How the first rows of a table would be read: shown to whoever says what its columns are."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np

from tracks.formats.contract import Chunk, ParseReport, ParseSettings
from tracks.formats.csv_table import CsvTable
from tracks.formats.table_lines import HEAD_BYTES
from tracks.formats.table_mapping import TableMapping
from tracks.processing.fixes import AltitudeKind, OnGround


@dataclass(frozen=True, slots=True)
class FirstFix:
    """One fix, None for what is not stated: UTC as text, degrees, metres, knots, degrees, feet a minute.

    `altitude_kind` is "pressure", "geometric", "unstated", or "" without an altitude.
    """

    record: int
    aircraft: str
    time: str
    latitude: float
    longitude: float
    altitude: float | None
    altitude_kind: str
    ground_speed: float | None
    track_angle: float | None
    vertical_rate: float | None
    on_ground: bool | None


def first_fixes(head: bytes, mapping: TableMapping, zone: str | None, count: int) -> tuple[list[FirstFix], ParseReport]:
    """The first `count` fixes of a table by their rows, and what became of all rows at hand.

    Args:
        head: the beginning of the content, `HEAD_BYTES` of it; a line that is cut off there is left out.
        zone: that of times without one.

    Raises:
        ParseError: as reading the whole file would.
    """
    whole = head if len(head) < HEAD_BYTES else head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1]
    report = ParseReport()
    chunks = CsvTable().parse(io.BytesIO(whole), report, ParseSettings(time_zone=zone, table=mapping))
    found = [_fix(chunk, position) for chunk in chunks for position in range(min(len(chunk.fixes), count))]
    return sorted(found, key=lambda fix: fix.record)[:count], report


def _fix(chunk: Chunk, position: int) -> FirstFix:
    fixes, identity = chunk.fixes, chunk.identity

    def known(name: str) -> float | None:
        value = float(getattr(fixes, name)[position])
        return None if np.isnan(value) else value

    kind = AltitudeKind(int(fixes.altitude_kind[position]))
    ground = OnGround(int(fixes.on_ground[position]))
    named = (identity.address or identity.registration, fixes.callsign_at(position))
    moment = np.datetime64(round(float(fixes.time[position]) * 1000), "ms")
    return FirstFix(
        record=int(fixes.record_index[position]),
        aircraft=" ".join(name for name in named if name),
        time=str(moment).replace("T", " ").removesuffix(".000") + "Z",
        latitude=float(fixes.latitude[position]),
        longitude=float(fixes.longitude[position]),
        altitude=known("altitude"),
        altitude_kind="" if kind is AltitudeKind.UNKNOWN else kind.name.lower(),
        ground_speed=known("ground_speed"),
        track_angle=known("track_angle"),
        vertical_rate=known("vertical_rate"),
        on_ground=None if ground is OnGround.UNKNOWN else ground is OnGround.YES,
    )
