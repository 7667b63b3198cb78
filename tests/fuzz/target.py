"""What must hold whatever bytes a parser is given.

A parser may refuse a file, with a sentence; it may not raise anything else, hang, yield what cannot be, or depend on
how the bytes came in: the same bytes in other portions must give the same fixes, the same report, the same refusal.
"""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from tracks.formats.contract import CHUNK_FIXES, Confidence, Limits, ParseError, Parser, ParseReport, ParseSettings
from tracks.processing.fixes import Fixes

# Far more than any mutated sample needs, on a busy machine: a parser that takes longer hangs.
HANGS_AFTER_S = 60.0
_LINE = re.compile(r"line [\d,]+")
LIMITS = Limits(content_bytes=1 << 26, record_bytes=1 << 20)


class Portions:
    """Bytes as a stream that gives fewer than were asked for, as sockets and pipes do.

    Args:
        chance: decides the size of each portion; None gives all that was asked for.
    """

    def __init__(self, data: bytes, chance: random.Random | None) -> None:
        self._data = data
        self._at = 0
        self._chance = chance

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, b"" at the end only."""
        rest = len(self._data) - self._at
        wanted = rest if size < 0 else min(size, rest)
        if self._chance is not None and wanted > 1:
            wanted = self._chance.choice([1, 2, 7, 64, 1000, wanted])
            wanted = max(1, min(wanted, rest, size if size > 0 else rest))
        data = self._data[self._at : self._at + wanted]
        self._at += len(data)
        return data


@dataclass(slots=True)
class Reading:
    """What a parser made of bytes: fixes by aircraft key, what the file states of each, the report, the refusal."""

    fixes: dict[str, list[Fixes]] = field(default_factory=dict)
    identities: dict[str, dict[str, str]] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)
    refusal: str | None = None


def read(parser: Parser, data: bytes, settings: ParseSettings, chance: random.Random | None = None) -> Reading:
    """Parse bytes and check what must hold of every chunk and of the report.

    Raises:
        AssertionError: something does not hold.
        Exception: anything a parser must not raise.
    """
    report, reading = ParseReport(), Reading()
    confidence = parser.sniff(data[: 1 << 16])
    assert isinstance(confidence, Confidence)
    began = time.monotonic()
    count = 0
    try:
        for chunk in parser.parse(Portions(data, chance), report, settings):
            check_chunk(chunk.fixes)
            count += len(chunk.fixes)
            reading.fixes.setdefault(chunk.aircraft_key, []).append(chunk.fixes)
            stated = reading.identities.setdefault(chunk.aircraft_key, {})
            stated.update(chunk.identity.as_dict())
            assert time.monotonic() - began < HANGS_AFTER_S, "the parser hangs"
    except ParseError as error:
        reading.refusal = str(error)
    if reading.refusal is None:
        assert report.fixes_read == count, f"the report says {report.fixes_read} fixes, {count} came"
        assert report.records_read >= 0
        assert all(number > 0 for number in report.dropped.values())
    else:
        assert reading.refusal.strip(), "a refusal says why"
    assert time.monotonic() - began < HANGS_AFTER_S, "the parser hangs"
    reading.report = report.as_dict()
    return reading


def check_chunk(fixes: Fixes) -> None:
    """What every chunk of every parser must be."""
    assert len(fixes) <= CHUNK_FIXES
    if not len(fixes):
        return
    assert np.isfinite(fixes.time).all()
    assert ((fixes.time > 6.0e8) & (fixes.time < 4.2e9)).all(), "a time outside of 1990 to 2100"
    assert (np.abs(fixes.latitude) <= 90).all()
    assert (np.abs(fixes.longitude) <= 180).all()
    for name in ("altitude", "ground_speed", "track_angle", "vertical_rate"):
        column = getattr(fixes, name)
        assert not np.isinf(column).any(), f"{name} is infinite"
    told = fixes.track_angle[~np.isnan(fixes.track_angle)]
    assert ((told >= 0) & (told < 360.0001)).all(), "a track angle outside of the circle"
    assert (fixes.record_index >= 0).all()
    assert (fixes.callsign >= -1).all()
    assert (fixes.callsign < len(fixes.callsigns)).all()


def check(parser: Parser, data: bytes, chance: random.Random, settings: ParseSettings) -> Reading:
    """Read bytes twice, in one piece and in portions, and hold the readings against each other.

    Raises:
        AssertionError: something does not hold.
        Exception: anything a parser must not raise.
    """
    settings = replace(settings, limits=LIMITS, time_zone=chance.choice([None, "UTC", "Asia/Pyongyang"]))
    whole = read(parser, data, settings)
    portions = read(parser, data, settings, chance)
    # Of several things wrong with a file, which one is met first may depend on the portions; whether it is refused not.
    refused = (whole.refusal is None, portions.refusal is None)
    assert refused[0] == refused[1], f"in one piece: {whole.refusal}\nin portions: {portions.refusal}"
    if whole.refusal is None:
        assert same(whole.report, portions.report), f"in one piece: {whole.report}\nin portions: {portions.report}"
        assert whole.identities == portions.identities
        assert whole.fixes.keys() == portions.fixes.keys()
        for key, parts in whole.fixes.items():
            same_fixes(Fixes.concatenate(parts), Fixes.concatenate(portions.fixes[key]))
    return whole


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two reports say the same: how a quoted text is spaced, which of two neighbouring lines a record is
    said to stand in, and which of two warnings comes first, does not matter."""
    told, otherwise = (
        [_LINE.sub("line", " ".join(str(each).split())) for each in (rest, *sorted(warnings))]
        for warnings, rest in ((report["warnings"], {**report, "warnings": None}) for report in (one, other))
    )
    return told == otherwise


def same_fixes(one: Fixes, other: Fixes) -> None:
    """Whether two readings gave the same fixes; callsigns by what they say."""
    for (name, left), (_, right) in zip(one.columns(), other.columns(), strict=True):
        if name == "callsign":
            left, right = (np.array([*f.callsigns, ""])[f.callsign] for f in (one, other))
        equal_nan = left.dtype.kind == "f"
        assert np.array_equal(left, right, equal_nan=equal_nan), f"{name} depends on how the bytes came in"
