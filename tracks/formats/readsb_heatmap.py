"""readsb heatmap files: `globe_history/…/heatmap/NN.bin.ttf`, half an hour of all aircraft, gzip inside.

Written by `handleHeatmap` in globe_index.c of wiedehopf/readsb and read by `replay` in tar1090's
script.js. Records of 16 bytes, little-endian (`struct heatEntry`, globe_index.h):

    int32 hex   int32 lat   int32 lon   int16 alt   int16 gs

1. An index, one record a slice: `hex` is the number of the record where that slice begins.
2. Slices. Each begins with a record whose `hex` is 0x0e7f7c9d: its time in milliseconds since 1970,
   high half in `lat`, low half in `lon`; `alt` is the interval between slices in milliseconds.
   - Position: `hex` is the address in bits 0–23, bit 24 set where it is not an ICAO address, and in bits
     27–31 the kind of address (readsb's `addrtype_t`); `lat` and `lon` in 1e-6°; `alt` in 25 ft, −123 on the
     ground, −124 not known; `gs` in 0.1 kt, −1 not known.
   - Identity, where `lat` is 2³⁰ or more: its low 16 bits are the squawk's four digits as a decimal number,
     `lon`, `alt` and `gs` together the eight letters of the callsign.

Decisions:
- Of each slice an aircraft has the first position received in it, and when within the slice is not
  written: the time is that of the slice, its resolution the interval.
- A callsign or squawk is stated for the position that follows it in the same slice. Squawk 0000
  stands in the file also where none was received, so it is unknown.
- The altitude is the pressure altitude or, where there was none, the geometric one; the file does
  not say which: its kind is unstated.
- Older readsb wrote no kinds of address: all bits are 0, which now means ADS-B. Until a file has shown
  another kind, its positions are of unknown source.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tracks.formats.columns import possible, without_unusable
from tracks.formats.contract import (
    CHUNK_FIXES,
    ByteStream,
    Chunk,
    Confidence,
    ParseError,
    ParseReport,
    ParseSettings,
    StatedIdentity,
    at_byte,
    at_record,
    gettext_noop,
)
from tracks.formats.readsb import SOURCES
from tracks.formats.text import clean
from tracks.formats.units import FEET
from tracks.processing.fixes import AltitudeKind, Fixes, OnGround, PositionSource

RECORD = np.dtype([("hex", "<u4"), ("lat", "<i4"), ("lon", "<i4"), ("alt", "<i2"), ("gs", "<i2")])
SLICE = 0x0E7F7C9D
IDENTITY_FROM = 1 << 30
NOT_ICAO = 1 << 24
ON_GROUND, NO_ALTITUDE, NO_SPEED = -123, -124, -1

# readsb's addrtype_t, in its order.
ADDRESS_KINDS = (
    "adsb_icao",
    "adsb_icao_nt",
    "adsr_icao",
    "tisb_icao",
    "adsc",
    "mlat",
    "other",
    "mode_s",
    "adsb_other",
    "adsr_other",
    "tisb_trackfile",
    "tisb_other",
)
_SOURCES = np.full(32, int(PositionSource.UNKNOWN), dtype="u1")
_SOURCES[: len(ADDRESS_KINDS)] = [int(SOURCES[kind]) for kind in ADDRESS_KINDS]

_HALF_HOUR_MS = 30 * 60 * 1000

# Records worked on at a time: a large site's file has about a million and a half.
_BLOCK = 1 << 19

# Nobody sees so many aircraft in half an hour, nor so many callsigns.
_MOST_AIRCRAFT = 200_000
_MOST_CALLSIGNS = 200_000


class ReadsbHeatmap:
    """The parser of readsb heatmap files."""

    name = "readsb-heatmap"
    label = gettext_noop("readsb heatmap (.bin.ttf)")
    version = 1

    def sniff(self, head: bytes) -> Confidence:
        """Certain where a slice of a possible time begins at a record of the head, after nothing but an index."""
        records = _records(head)
        marks = np.flatnonzero(records["hex"] == SLICE)
        if not marks.size:
            return Confidence.NO
        before = records[: marks[0]]
        if before["lat"].any() or before["lon"].any() or before["alt"].any() or before["gs"].any():
            return Confidence.NO
        return Confidence.CERTAIN if 9e11 < _times(records[marks[:1]])[0] * 1000 < 5e12 else Confidence.NO

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield what each aircraft has in a block of slices, blocks in file order; see `contract.Parser.parse`."""
        reader = _Reader(report)
        held = b""
        while True:
            data = _filled(stream, _BLOCK * RECORD.itemsize - len(held))
            whole = held + data
            if not data and len(whole) % RECORD.itemsize:
                report.warn(
                    gettext_noop("The file stops within a record; what followed is missing. Fetch it again."),
                    at_byte(reader.first * RECORD.itemsize + len(whole)),
                )
            held = b""
            records = _records(whole)
            if data:
                # The rest of a slice waits for what follows it: identity and position belong together.
                marks = np.flatnonzero(records["hex"] == SLICE)
                records = records[: marks[-1]] if marks.size and marks[-1] else records
                held = whole[records.nbytes :]
            yield from reader.block(records)
            report.refuse_nonsense()
            if not data:
                break
        reader.end()


def _filled(stream: ByteStream, size: int) -> bytes:
    """`size` bytes, fewer only at the end of the stream."""
    parts = []
    while size > 0 and (data := stream.read(size)):
        parts.append(data)
        size -= len(data)
    return b"".join(parts)


def _records(data: bytes) -> NDArray[np.void]:
    """The whole records at the start of some bytes."""
    return np.frombuffer(data, dtype=RECORD, count=len(data) // RECORD.itemsize)


def _times(marks: NDArray[np.void]) -> NDArray[np.float64]:
    """Epoch seconds of records that begin a slice."""
    high, low = marks["lat"].astype("i8"), marks["lon"].astype("u4").astype("i8")
    return ((high << 32) + low) / 1000.0


class _Reader:
    """Turns blocks of records into chunks; keeps what reaches from one block into the next."""

    def __init__(self, report: ParseReport) -> None:
        self._report = report
        self._time = np.nan
        self._interval = np.nan
        self._slices = 0
        self._indexed = 0
        self._kinds_stated = False
        self._aircraft: dict[int, StatedIdentity] = {}
        self._callsigns: dict[bytes, str] = {}
        self.first = 0  # number of the next block's first record

    def block(self, records: NDArray[np.void]) -> Iterator[Chunk]:
        """The fixes of consecutive records, by aircraft."""
        first, self.first = self.first, self.first + len(records)
        marks = np.flatnonzero(records["hex"] == SLICE)
        if not len(records):
            return
        # What stands before the first slice is the index.
        index = 0 if self._slices else int(marks[0]) if marks.size else len(records)
        self._indexed += index
        slice_of = np.cumsum(records["hex"] == SLICE)
        times = np.concatenate(([self._time], _times(records[marks])))
        if marks.size:
            self._interval = self._interval_of(int(records["alt"][marks[0]]))
            self._time = float(times[-1])
            self._slices += int(marks.size)

        other = records["hex"] != SLICE
        other[:index] = False
        rows = np.flatnonzero(other)
        identity = records["lat"][rows] >= IDENTITY_FROM
        key = records["hex"][rows] & np.uint32(NOT_ICAO | 0xFFFFFF)
        order = np.argsort(key, kind="stable")
        before, after = order[:-1], order[1:]
        paired = (
            identity[before]
            & ~identity[after]
            & (key[before] == key[after])
            & (slice_of[rows[before]] == slice_of[rows[after]])
        )
        stated = np.full(len(rows), -1, dtype="i8")
        stated[after[paired]] = rows[before[paired]]

        at = np.flatnonzero(~identity)
        fixes = self._fixes(records, rows[at], times[slice_of[rows[at]]], stated[at])
        fixes.record_index += first
        kept = without_unusable(fixes, self._report, at_record)
        keys = key[at]
        if len(kept) < len(fixes):
            keys = keys[np.isin(fixes.record_index, kept.record_index)]
        yield from self._by_aircraft(kept, keys)

    def _interval_of(self, stated: int) -> float:
        """Seconds between slices; the 16 bits that state it are too few for a minute and more, the index helps."""
        milliseconds = stated & 0xFFFF
        if self._indexed:
            candidates = range(milliseconds, _HALF_HOUR_MS + 1, 1 << 16)
            fitting = [ms for ms in candidates if ms and _HALF_HOUR_MS // ms == self._indexed]
            milliseconds = fitting[0] if fitting else milliseconds
        return milliseconds / 1000.0 or np.nan

    def _fixes(
        self,
        records: NDArray[np.void],
        rows: NDArray[np.int64],
        times: NDArray[np.float64],
        stated: NDArray[np.int64],
    ) -> Fixes:
        """Positions as fixes, in file order; `stated` is where each one's identity stands, −1 for none."""
        positions = records[rows]
        kinds = positions["hex"] >> 27
        self._kinds_stated = self._kinds_stated or bool(kinds.any())
        steps = positions["alt"]
        known = (steps != ON_GROUND) & (steps != NO_ALTITUDE)
        altitude = possible("altitude", np.where(known, steps * (25.0 * FEET), np.nan), self._report)
        knots = np.where(positions["gs"] == NO_SPEED, np.nan, positions["gs"] / 10.0)
        squawk, callsign, names = self._identities(records, stated)
        return Fixes.of(
            times,
            positions["lon"] / 1e6,
            positions["lat"] / 1e6,
            altitude=altitude,
            altitude_kind=np.where(np.isnan(altitude), int(AltitudeKind.UNKNOWN), int(AltitudeKind.UNSTATED)),
            ground_speed=possible("ground_speed", knots, self._report),
            source=_SOURCES[kinds] if self._kinds_stated else int(PositionSource.UNKNOWN),
            on_ground=np.where(
                steps == ON_GROUND,
                int(OnGround.YES),
                np.where(steps == NO_ALTITUDE, int(OnGround.UNKNOWN), int(OnGround.NO)),
            ),
            time_resolution=self._interval,
            record_index=rows,
            squawk=squawk,
            callsign=callsign,
            callsigns=names,
        )

    def _identities(
        self, records: NDArray[np.void], stated: NDArray[np.int64]
    ) -> tuple[NDArray[np.int16], NDArray[np.int32], tuple[str, ...]]:
        """Squawk and callsign (with its names) of each position."""
        squawk = np.full(stated.size, -1, dtype="i2")
        callsign = np.full(stated.size, -1, dtype="i4")
        at = np.flatnonzero(stated >= 0)
        said = records[stated[at]]
        digits = (said["lat"] & 0xFFFF)[:, None] // np.array([1000, 100, 10, 1]) % 10
        octal = digits @ np.array([512, 64, 8, 1])
        squawk[at] = np.where((digits < 8).all(axis=1) & (octal > 0) & (said["lat"] & 0xFFFF <= 7777), octal, -1)
        letters = np.frombuffer(said.tobytes(), dtype="S8")[1::2]
        distinct, number = np.unique(letters, return_inverse=True)
        names: dict[str, int] = {}
        places = np.array([names.setdefault(n, len(names)) if (n := self._name(text)) else -1 for text in distinct])
        if at.size:
            callsign[at] = places[number]
        return squawk, callsign, tuple(names)

    def _name(self, text: bytes) -> str:
        """A callsign as text, its padding removed; "" where there is none."""
        name = self._callsigns.get(text)
        if name is None:
            name = clean(text.decode("latin-1")).strip(" @")
            if len(self._callsigns) >= _MOST_CALLSIGNS:
                self._report.blank("callsign", 1)
                return ""
            self._callsigns[text] = name
        return name

    def _by_aircraft(self, fixes: Fixes, keys: NDArray[np.uint32]) -> Iterator[Chunk]:
        """The fixes of a block, one aircraft after the other."""
        order = np.argsort(keys, kind="stable")
        fixes, keys = fixes[order], keys[order]
        names = np.array([*fixes.callsigns, ""], dtype=object)
        edges = np.concatenate(([0], np.flatnonzero(keys[1:] != keys[:-1]) + 1, [len(keys)]))
        for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            for begin in range(start, stop, CHUNK_FIXES):
                part = fixes[begin : min(begin + CHUNK_FIXES, stop)]
                used, number = np.unique(part.callsign, return_inverse=True)
                unknown = int(used.size > 0 and used[0] < 0)
                part.callsign = (number - unknown).astype("i4")
                part.callsigns = tuple(names[used[unknown:]])
                identity = self._identity(int(keys[start]))
                assert identity.address is not None
                yield Chunk(identity.address, identity, part)

    def _identity(self, key: int) -> StatedIdentity:
        known = self._aircraft.get(key)
        if known is None:
            if len(self._aircraft) >= _MOST_AIRCRAFT:
                raise ParseError(
                    gettext_noop("The file holds more than %(count)d aircraft, as no half hour does. It is damaged."),
                    count=_MOST_AIRCRAFT,
                )
            mark = "~" if key & NOT_ICAO else ""
            known = self._aircraft[key] = StatedIdentity(address=f"{mark}{key & 0xFFFFFF:06x}")
        return known

    def end(self) -> None:
        """Compare what was read with what the index promised."""
        if self._slices < self._indexed:
            self._report.warn(
                gettext_noop(
                    "The file stops before its end: it has %(read)d of the %(promised)d slices its index names. "
                    "Fetch it again if you can."
                ),
                at_record(self.first),
                read=self._slices,
                promised=self._indexed,
            )
