"""SBS-1 messages joined to fixes; the format and what was decided stand in `sbs.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import tzinfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tracks.formats.column_times import WrittenTimes, written_times
from tracks.formats.column_words import Words, words_of
from tracks.formats.columns import QUOTED, possible, squawks_of, without_unusable
from tracks.formats.contract import (
    PLACES_KEPT,
    ByteStream,
    Chunk,
    DropReason,
    ParseError,
    ParseReport,
    ParseSettings,
    at_line,
    gettext_noop,
)
from tracks.formats.last_known import LastKnown
from tracks.formats.many_aircraft import Addresses, ByAircraft, CallsignNames
from tracks.formats.sbs import FIELDS
from tracks.formats.table_lines import Layout
from tracks.formats.tables import Block, TableReader, chunks_of_table
from tracks.formats.times import tell_of_changed_clocks, zone_named
from tracks.formats.units import FEET
from tracks.processing.fixes import AltitudeKind, Fixes, OnGround, PositionSource

# Seconds for which a velocity message counts for the fixes after it, and a callsign or squawk for the next fix.
VELOCITY_AGE = 5.0
IDENTITY_AGE = 60.0

_NUMBERS = ("altitude", "ground_speed", "track", "latitude", "longitude", "vertical_rate", "squawk", "on_ground")
_TIMES = ("date_generated", "time_generated", "date_logged", "time_logged")
_MSG, _MLAT, _OTHER = 1, 2, 3
_KINDS = {"MSG": _MSG, "MLAT": _MLAT, **dict.fromkeys(("SEL", "ID", "AIR", "STA", "CLK"), _OTHER)}


def fixes_of_log(
    stream: ByteStream, layout: Layout, before: int, report: ParseReport, settings: ParseSettings
) -> Iterator[Chunk]:
    """Yield the fixes of a log, by aircraft within some hundred thousand of them.

    Args:
        before: how many columns stand before the first field of a message.
    """
    log = _Log(report, zone_named(settings.time_zone))
    columns = {name: (before + FIELDS[name], kind) for name, kind in log.types.items()}
    gathered = ByAircraft(log.addresses.identities, log.callsigns.names)
    reader = TableReader(stream, layout, settings.limits, report, columns, ragged=True, parted=3)
    yield from chunks_of_table(reader, log, gathered, report)


class _Log:
    """Turns blocks of messages into fixes; keeps what was last heard of each aircraft."""

    def __init__(self, report: ParseReport, zone: tzinfo | None) -> None:
        self._report = report
        self._zone = zone
        self.addresses = Addresses()
        self.callsigns = CallsignNames(report)
        self._words = {
            "kind": Words(lambda word: _KINDS.get(word.strip().upper(), -1)),
            "transmission": Words(lambda word: int(word) if word.strip() in "12345678" else -1),
            "address": Words(self.addresses.number),
            "callsign": Words(self.callsigns.number),
        }
        self.types: dict[str, pl.DataType | type[pl.DataType]] = dict.fromkeys(_NUMBERS, pl.Float64)
        self.types |= dict.fromkeys(_TIMES, pl.String)
        self.types |= {name: words.type for name, words in self._words.items()}
        self._velocity = LastKnown(3, VELOCITY_AGE)
        self._callsign = LastKnown(1, IDENTITY_AGE, once=True)
        self._squawk = LastKnown(1, IDENTITY_AGE, once=True)
        self._logged = 0
        self._ambiguous = 0

    def fixes(self, block: Block) -> tuple[Fixes, NDArray[np.int32]]:
        """The fixes of a block of messages and the numbers of their aircraft."""
        said = words_of(block.frame, self._words)
        self._drop(block, said["kind"] < 0, DropReason.UNREADABLE)
        number = {name: _numbers(block.frame, name) for name in _NUMBERS}
        number["callsign"] = np.where(said["callsign"] < 0, np.nan, said["callsign"])
        placed = ~(np.isnan(number["latitude"]) & np.isnan(number["longitude"]))
        moving = ~(np.isnan(number["ground_speed"]) & np.isnan(number["track"]) & np.isnan(number["vertical_rate"]))
        naming = ~(np.isnan(number["callsign"]) & np.isnan(number["squawk"]))
        message = (said["kind"] == _MSG) | (said["kind"] == _MLAT)
        self._drop(block, message & placed & (said["address"] < 0), DropReason.NO_AIRCRAFT)
        rows = np.flatnonzero(message & (said["address"] >= 0) & (placed | moving | naming))
        times, stated = self._times(block, rows)
        return self._joined(block, rows, times, stated, {k: v[rows] for k, v in (said | number).items()}, placed[rows])

    def _joined(
        self,
        block: Block,
        rows: NDArray[np.int64],
        times: WrittenTimes,
        stated: pl.Series,
        at: Mapping[str, NDArray],
        placed: NDArray[np.bool_],
    ) -> tuple[Fixes, NDArray[np.int32]]:
        """The positions among some rows (`placed`), with what other messages of their aircraft say."""
        report, aircraft = self._report, at["address"]
        ask = self._velocity.of(
            aircraft, times.seconds, placed, np.column_stack([at["ground_speed"], at["track"], at["vertical_rate"]])
        )
        # A position without a time is no fix: what is waiting for one goes on waiting.
        dated = placed & ~np.isnan(times.seconds)
        callsign, squawk = np.full((2, np.count_nonzero(placed)), np.nan)
        for known, name, found in ((self._callsign, "callsign", callsign), (self._squawk, "squawk", squawk)):
            found[dated[placed]] = known.of(aircraft, times.seconds, dated, at[name][:, None])[:, 0]
        here = {name: values[placed] for name, values in at.items()}
        flag = here["on_ground"]
        ground = np.where((flag == -1) | (flag == 1), int(OnGround.YES), np.where(flag == 0, int(OnGround.NO), -1))
        ground[np.isnan(flag) & (here["transmission"] == 2)] = int(OnGround.YES)
        altitude = possible("altitude", here["altitude"] * FEET, report)
        fixes = Fixes.of(
            times.seconds[placed],
            here["longitude"],
            here["latitude"],
            altitude=altitude,
            altitude_kind=np.where(np.isnan(altitude), int(AltitudeKind.UNKNOWN), int(AltitudeKind.PRESSURE)),
            ground_speed=possible("ground_speed", ask[:, 0], report),
            track_angle=possible("track_angle", ask[:, 1], report),
            vertical_rate=possible("vertical_rate", ask[:, 2], report),
            source=np.where(here["kind"] == _MLAT, int(PositionSource.MLAT), int(PositionSource.UNKNOWN)),
            on_ground=ground,
            time_resolution=times.resolution[placed],
            record_index=block.records[rows[placed]],
            callsign=np.where(np.isnan(callsign), -1, callsign),
            squawk=squawks_of(squawk),
        )
        unread = np.flatnonzero(np.isnan(fixes.time))
        texts = stated.gather(np.flatnonzero(placed)[unread]).to_list()
        unreadable = {
            int(fixes.record_index[i]): text.strip()[:QUOTED]
            for i, text in zip(unread.tolist(), texts, strict=True)
            if text and text.strip()
        }
        kept = without_unusable(fixes, report, block.place_of, unreadable)
        owners = here["address"]
        if len(kept) < len(fixes):
            owners = owners[np.isin(fixes.record_index, kept.record_index, assume_unique=True)]
        return kept, owners

    def _times(self, block: Block, rows: NDArray[np.int64]) -> tuple[WrittenTimes, pl.Series]:
        """Times of some rows, and the texts they were read from."""
        frame = block.frame.select(_TIMES)[rows]
        generated = pl.concat_str("date_generated", pl.lit(" "), "time_generated")
        logged = pl.concat_str("date_logged", pl.lit(" "), "time_logged")
        written = frame.select(generated.alias("g"), logged.alias("l"), pl.coalesce(generated, logged).alias("t"))
        if written["g"].null_count() and (missing := (written["g"].is_null() & written["l"].is_not_null())).any():
            if not self._logged:
                first = int(rows[int(missing.arg_true()[0])])
                self._report.warn(
                    gettext_noop(
                        "Some messages do not say when they were received; the time they were logged was taken."
                    ),
                    block.place_of(int(block.records[first])),
                )
            self._logged += int(missing.sum())
        times = written_times(written["t"], self._zone)
        if self._zone is None and times.zoneless.any():
            first = int(np.argmax(times.zoneless))
            raise ParseError(
                gettext_noop(
                    "The times (“%(text)s”) do not say in which zone they are, and no SBS-1 log does. Find out on "
                    "which clock the receiver ran (readsb writes UTC, BaseStation the time of its PC), state it as "
                    "the zone of times without one, and read the file again."
                ),
                place=at_line(int(block.lines[rows[first]])),
                text=str(written["t"][first])[:QUOTED],
            )
        self._ambiguous += int(np.count_nonzero(times.ambiguous))
        return times, written["t"]

    def _drop(self, block: Block, mask: NDArray[np.bool_], reason: DropReason) -> None:
        lost = np.flatnonzero(mask)
        if lost.size:
            self._report.records_read += int(lost.size)
            places = [block.place_of(int(block.records[row])) for row in lost[:PLACES_KEPT]]
            self._report.drop(reason, *places, count=int(lost.size))

    def tell(self) -> None:
        """At the end of the file, tell the curator what was decided for many rows."""
        self.addresses.tell(self._report)
        tell_of_changed_clocks(self._report, self._ambiguous)


def _numbers(frame: pl.DataFrame, name: str) -> NDArray[np.float64]:
    values = frame[name].to_numpy(writable=True)
    values[np.isinf(values)] = np.nan
    return values
