"""CZML, the scenes of Cesium: packets whose position is sampled over time.

Format: the CZML Guide in the wiki of AnalyticalGraphicsInc/czml-writer.

    [{"id": "document", "version": "1.0"},
     {"id": "a", "position": {"epoch": "2024-03-21T04:00:00Z", "cartographicDegrees": [0, lon, lat, m, 10, …]}}]

Samples are four numbers each: a time, in seconds after `epoch` or written as ISO 8601, then longitude,
latitude and height (`cartographicDegrees`, `cartographicRadians`) or metres from the Earth's centre
(`cartesian`; `cartesianVelocity` has three more). `position` may be a list of such objects with an
`interval` each; one of them that holds a single position holds it from the interval's start on.

Decisions:
- Packets with the same id are one aircraft: CZML may be sent in pieces.
- A position without times (a place on the ground) is no track and passed over.
- Heights of cartographic positions are above what the writer took: their kind is unstated. Those from
  metres from the Earth's centre are geometric by nature. Where all are zero, they are unknown.
- Positions in the frame that does not turn with the Earth ("INERTIAL") are not read.
- A sample is a record; they are counted through the whole file.
- Who the aircraft is may stand among a packet's `properties`. Its `name` may be anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tracks.formats.columns import possible, without_unusable
from tracks.formats.contract import (
    ByteStream,
    Chunk,
    Confidence,
    DropReason,
    ParseError,
    ParseReport,
    ParseSettings,
    StatedIdentity,
    at_byte,
    at_record,
    gettext_noop,
)
from tracks.formats.czml_samples import KINDS, Samples
from tracks.formats.feature_names import identity_of, is_identity, plain_name
from tracks.formats.json_events import Elements, Enter, Event, Path, Value, Want
from tracks.formats.json_replay import replayed
from tracks.formats.json_times import TimeReader
from tracks.formats.json_walk import JsonWalker
from tracks.formats.longitudes import Longitudes
from tracks.formats.text import begin_of, clean_or_none
from tracks.formats.times import zone_named
from tracks.processing.fixes import AltitudeKind, Fixes, PositionSource

_BATCH = 32_768

# So many fixes may wait for the id of their packet.
_MOST_WAITING = 1_000_000

_PACKETS = frozenset({("*",)})
_POSITIONS = frozenset({("*", "position"), ("*", "position", "*")})
_LISTS = frozenset({(), ("*", "position")})


def _want(path: Path) -> Want:
    if path in ((), ("*", "position")):
        return Want.OBJECTS
    if path in (("*",), ("*", "position", "*"), ("*", "properties")):
        return Want.WALK
    if path == ("*", "id"):
        return Want.VALUE
    if path[:2] == ("*", "properties") and len(path) == 3 and is_identity(path[2]):
        return Want.VALUE
    if path[:2] == ("*", "position") and path[-1] in ("epoch", "interval", "referenceFrame"):
        return Want.VALUE
    return Want.SCALARS if path[:2] == ("*", "position") and path[-1] in KINDS else Want.SKIP


class Czml:
    """The parser of CZML."""

    name = "czml"
    label = gettext_noop("CZML (Cesium)")
    version = 2

    def sniff(self, head: bytes) -> Confidence:
        """Certain where a list begins with the packet that every CZML document begins with."""
        text = begin_of(head)
        if not text.startswith(b"["):
            return Confidence.NO
        positions = b'"position"' in head and any(f'"{kind}"'.encode() in head for kind in KINDS)
        if text.startswith(b"[") and b'"id"' in head and b'"document"' in head and b'"version"' in head:
            return Confidence.CERTAIN
        return Confidence.LIKELY if positions and b'"id"' in head else Confidence.NO

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield the samples of all packets in file order; see `contract.Parser.parse`."""
        walker = JsonWalker(stream, _want, settings.limits)
        reader = _Reader(report, settings)
        for event in walker.events():
            yield from reader.take(event)
        if walker.truncated is not None:
            yield from reader.end_position()
            yield from reader.end_packet()
            report.warn(
                gettext_noop(
                    "The file stops before its end: the %(records)d samples before that place were read, whatever "
                    "followed is missing. Fetch the file again if you can."
                ),
                walker.truncated,
                records=reader.records,
            )
        if walker.trailing is not None:
            report.warn(gettext_noop("Something follows the end of the JSON; it was not read."), walker.trailing)
        reader.tell()
        if not reader.positions:
            raise ParseError(
                gettext_noop("No packet has a position that is sampled over time, so there is no track in the file.")
            )


class _Reader:
    """Turns events into fixes; keeps what belongs to the packet and the position that are being read."""

    def __init__(self, report: ParseReport, settings: ParseSettings) -> None:
        self._report = report
        self._times = TimeReader(report, zone_named(settings.time_zone))
        self._longitudes = Longitudes(report)
        self._packets = 0
        self._packet = _Packet()
        self._samples: Samples | None = None
        self._told: set[str] = set()
        self.records = 0
        self.positions = 0

    def take(self, event: Event) -> Iterator[Chunk]:
        """One event."""
        path = event.path
        if isinstance(event, Elements):
            if path in _LISTS:
                for element in event.elements:
                    for each in replayed(element, (*path, "*"), _want, event.byte):
                        yield from self.take(each)
            elif self._samples is not None:
                self._samples.add(path[-1], event.elements, event.byte)
        elif isinstance(event, Value):
            self._value(path, event.value, event.byte)
        elif isinstance(event, Enter):
            if path in _PACKETS:
                self._packets += 1
                self._packet = _Packet()
            elif path in _POSITIONS:
                self._samples = Samples(self._times)
        elif path in _POSITIONS:
            yield from self.end_position()
        elif path in _PACKETS:
            yield from self.end_packet()

    def _value(self, path: Path, value: Any, byte: int) -> None:
        if path == ("*", "id"):
            self._packet.id = clean_or_none(str(value)[:64])
        elif path[:2] == ("*", "properties") and len(path) == 3:
            # A property is a value or, as all of CZML, {"string": value}.
            inner = value.get("string") if isinstance(value, dict) else value
            self._packet.stated[plain_name(path[-1])] = inner
        elif path[:2] == ("*", "position") and self._samples is not None:
            self._samples.given[path[-1]] = value
            self._samples.byte = byte

    def tell(self) -> None:
        """At the end of the file, tell the curator what was decided for many samples."""
        self._times.tell()
        self._longitudes.tell()

    def end_position(self) -> Iterator[Chunk]:
        """What has been read of a position, or of one of its intervals."""
        samples, self._samples = self._samples, None
        if samples is None:
            return
        try:
            if samples.finish():
                self.positions += 1
                yield from self._blocks(samples)
        finally:
            samples.close()

    def end_packet(self) -> Iterator[Chunk]:
        """Hand on what waited for the packet's id, and what it says of the aircraft."""
        packet = self._packet
        key = packet.id or f"packet-{self._packets}"
        identity = identity_of(packet.stated)
        for fixes in packet.held:
            yield Chunk(key, identity, fixes)
        if packet.gave and identity != StatedIdentity():
            yield Chunk(key, identity, Fixes.empty())
        packet.held = []

    def _blocks(self, samples: Samples) -> Iterator[Chunk]:
        packet = self._packet
        for problem in samples.problems:
            if problem not in self._told:
                self._told.add(problem)
                self._report.warn(problem, at_record(self.records))
        for start in range(0, samples.count, _BATCH):
            fixes = self._fixes(samples, start, min(start + _BATCH, samples.count))
            self._report.refuse_nonsense()
            if not len(fixes):
                continue
            if start == 0 and packet.gave:
                fixes.break_before[0] = True
            packet.gave = True
            if packet.id is None and packet.waiting < _MOST_WAITING:
                packet.waiting += len(fixes)
                packet.held.append(fixes)
            elif packet.id is None:
                raise ParseError(
                    gettext_noop("A packet has its “id” behind a position too long to wait for it. Put the id first."),
                    place=at_byte(samples.byte),
                )
            else:
                yield Chunk(packet.id, identity_of(packet.stated), fixes)
        if samples.left_over:
            self._report.records_read += 1
            self._report.drop(DropReason.UNREADABLE, at_record(self.records))

    def _fixes(self, samples: Samples, start: int, stop: int) -> Fixes:
        first = self.records
        self.records += stop - start
        seconds, step, longitude, latitude, height = samples.read(start, stop)
        unreadable = np.flatnonzero(np.isneginf(seconds)) + first
        altitude = possible("altitude", np.where(samples.has_heights, height, np.nan), self._report)
        kind = AltitudeKind.GEOMETRIC if samples.geocentric else AltitudeKind.UNSTATED
        fixes = Fixes.of(
            np.where(np.isneginf(seconds), np.nan, seconds),
            self._longitudes.of(longitude),
            latitude,
            altitude=altitude,
            altitude_kind=np.where(np.isnan(altitude), int(AltitudeKind.UNKNOWN), int(kind)),
            source=int(PositionSource.UNKNOWN),
            time_resolution=step,
            record_index=np.arange(first, self.records),
        )
        texts = dict.fromkeys(unreadable.tolist(), self._times.unreadable or "")
        return without_unusable(fixes, self._report, at_record, texts)


@dataclass(slots=True)
class _Packet:
    """What is known of the packet that is being read; fixes wait in `held` until its id is known."""

    id: str | None = None
    stated: dict[str, Any] = field(default_factory=dict)
    held: list[Fixes] = field(default_factory=list)
    waiting: int = 0
    gave: bool = False
