"""Gathers a parser's chunks by aircraft, on disk once they are more than a few megabytes.

A file may hold the chunks of thousands of aircraft in any order. One unnamed temporary file takes them all, column
after column, and vanishes with the process however it ends. One aircraft at a time is read back, and of one with very
many fixes a part at a time.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import numpy as np
from numpy.typing import NDArray

from tracks.formats.contract import Chunk, StatedIdentity
from tracks.processing.fixes import COLUMNS, Fixes
from tracks.processing.splitting import SplitThresholds

# More than a day of one aircraft at a fix a second stays in memory.
MEMORY_BYTES = 8 << 20

# An aircraft with more fixes is given out in parts, cut where it is silent for longer than a flight can be.
PART_FIXES = 250_000
# A run is cut at so many silences at most: in a file without order they are everywhere and say nothing.
_MOST_SILENCES = 100

FIX_BYTES = sum(dtype.itemsize for dtype, _unknown in COLUMNS.values())


@dataclass(frozen=True, slots=True)
class _Spilled:
    """A run of fixes in the temporary file; `first` and `last` are its earliest and latest time, epoch seconds."""

    offset: int
    count: int
    callsigns: tuple[str, ...]
    first: float
    last: float


@dataclass(slots=True)
class Gathered:
    """What a file holds of one aircraft. `fixes` is filled by `Spool.take` only."""

    aircraft_key: str
    identity: StatedIdentity
    count: int = 0
    spilled: list[_Spilled] = field(default_factory=list)
    waiting: list[Fixes] = field(default_factory=list)


class Spool:
    """Chunks go in by `add`, each aircraft's fixes come out once by `take`, in the order of the file.

    Args:
        folder: where the temporary file goes; made when it is needed.
        memory_bytes: so much is kept in memory before it is written out.
        apart_s: a silence as long as no flight's, in seconds: as `SplitThresholds` has it, unless given.

    Attributes:
        fixes: how many it was given, those of discarded aircraft left out.
    """

    def __init__(self, folder: Path, memory_bytes: int = MEMORY_BYTES, *, apart_s: float | None = None) -> None:
        self._folder = folder
        self._memory_bytes = memory_bytes
        self._apart_s = SplitThresholds().longest_gap_s if apart_s is None else apart_s
        self._in_memory = 0
        self._file: IO[bytes] | None = None
        self._aircraft: dict[str, Gathered] = {}
        self.fixes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._aircraft.clear()
        if self._file is not None:
            self._file.close()

    def discard(self, aircraft_keys: Iterable[str]) -> None:
        """Forget these aircraft; what of theirs is on disk stays there unread."""
        for key in aircraft_keys:
            gathered = self._aircraft.pop(key, None)
            if gathered is not None:
                self.fixes -= gathered.count
                self._in_memory -= sum(map(len, gathered.waiting)) * FIX_BYTES

    @property
    def on_disk(self) -> bool:
        """Whether the temporary file was needed."""
        return self._file is not None

    def add(self, chunk: Chunk) -> None:
        """Keep a chunk.

        Raises:
            OSError: no room for the temporary file.
        """
        known = self._aircraft.get(chunk.aircraft_key)
        if known is None:
            known = self._aircraft[chunk.aircraft_key] = Gathered(chunk.aircraft_key, chunk.identity)
        elif chunk.identity != known.identity:
            known.identity = known.identity.merged(chunk.identity)
        if not len(chunk.fixes):
            return
        known.count += len(chunk.fixes)
        self.fixes += len(chunk.fixes)
        known.waiting.append(chunk.fixes)
        self._in_memory += len(chunk.fixes) * FIX_BYTES
        if self._in_memory > self._memory_bytes:
            self._spill()

    def aircraft(self) -> list[Gathered]:
        """Every aircraft of the file, in the order it first appears."""
        return list(self._aircraft.values())

    def parts(self, gathered: Gathered) -> Iterator[Fixes]:
        """As `take`, but of an aircraft with very many fixes a part after the other, each later than the last.

        Between two parts nothing was heard of it for `apart_s` at least. A file that tells times in no order, or of
        an aircraft that was never silent, gives one part.
        """
        if gathered.count <= PART_FIXES or self._file is None:
            yield self.take(gathered)
            return
        self._spill()
        runs = gathered.spilled
        latest = np.maximum.accumulate([run.last for run in runs])
        earliest = np.minimum.accumulate([run.first for run in reversed(runs)])[::-1]
        group: list[_Spilled] = []
        for number, run in enumerate(runs):
            silent = number > 0 and earliest[number] - latest[number - 1] >= self._apart_s
            if silent and sum(one.count for one in group) >= PART_FIXES:
                yield self._taken(gathered, group)
                group = []
            group.append(run)
        yield self._taken(gathered, group)
        gathered.spilled = []

    def _taken(self, gathered: Gathered, runs: list[_Spilled]) -> Fixes:
        count = sum(run.count for run in runs)
        return self.take(Gathered(gathered.aircraft_key, gathered.identity, count, runs))

    def take(self, gathered: Gathered) -> Fixes:
        """All fixes of one aircraft; they are gone from the spool afterwards."""
        columns: dict[str, Any] = {name: np.empty(gathered.count, dtype) for name, (dtype, _unknown) in COLUMNS.items()}
        callsigns: dict[str, int] = {}
        start = 0
        for run in gathered.spilled:
            self._read(run, columns, start)
            _renumber(columns["callsign"][start : start + run.count], run.callsigns, callsigns)
            start += run.count
        for part in gathered.waiting:
            for name, column in part.columns():
                columns[name][start : start + len(part)] = column
            _renumber(columns["callsign"][start : start + len(part)], part.callsigns, callsigns)
            start += len(part)
        self._in_memory -= sum(map(len, gathered.waiting)) * FIX_BYTES
        gathered.spilled, gathered.waiting = [], []
        return Fixes(**columns, callsigns=tuple(callsigns))

    def _spill(self) -> None:
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = tempfile.TemporaryFile(dir=self._folder, prefix="spool-")  # noqa: SIM115 closed by __exit__
        self._file.seek(0, 2)
        for gathered in self._aircraft.values():
            if not gathered.waiting:
                continue
            fixes = Fixes.concatenate(gathered.waiting)
            gathered.waiting = []
            for start, stop in _runs(fixes.time, self._apart_s):
                times = fixes.time[start:stop]
                times = times[np.isfinite(times)]
                span = (float(times.min()), float(times.max())) if times.size else (np.inf, -np.inf)
                gathered.spilled.append(_Spilled(self._file.tell(), stop - start, fixes.callsigns, *span))
                for _name, column in fixes.columns():
                    self._file.write(np.ascontiguousarray(column[start:stop]).data)
        self._in_memory = 0

    def _read(self, run: _Spilled, columns: dict[str, Any], start: int) -> None:
        assert self._file is not None
        self._file.seek(run.offset)
        for name in COLUMNS:
            target = columns[name][start : start + run.count]
            read = self._file.readinto(target.view(np.uint8))  # type: ignore[attr-defined]
            assert read == target.nbytes, "the temporary file holds what was written"


def _runs(time: NDArray[np.float64], apart_s: float) -> list[tuple[int, int]]:
    """Bounds of the pieces between long silences; all as one where there are too many of these."""
    with np.errstate(invalid="ignore"):
        silences = (np.flatnonzero(np.diff(time) >= apart_s) + 1).tolist()
    if len(silences) > _MOST_SILENCES:
        silences = []
    return list(itertools.pairwise([0, *silences, len(time)]))


def _renumber(column: Any, own: tuple[str, ...], common: dict[str, int]) -> None:
    """Point a part's callsign column into the common list, in place."""
    if own:
        numbers = np.array([common.setdefault(name, len(common)) for name in own] + [-1], dtype="i4")
        column[:] = numbers[column]  # −1 picks the last entry, which is −1
