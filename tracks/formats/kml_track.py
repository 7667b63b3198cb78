"""The parallel lists of one gx:Track: times, positions, and values beside them, paired by their order.

Writers put all times before all positions, or one after the other, and values (`SimpleArrayData`) last;
what waits for its partner lies in a temporary file once it is large, so that memory does not grow.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tracks.formats.columns import QUOTED
from tracks.formats.contract import Place, at_record
from tracks.formats.xml_places import Places
from tracks.formats.xml_values import coordinates, floats, times

# Fixes of one track that wait for its end, where speeds may stand. A longer track is given out before.
HOLD = 1 << 18

_BATCH = 8_192
_IN_MEMORY = 1 << 25
_QUOTES = 100


@dataclass(slots=True)
class Positions:
    """n fixes as KML states them, before altitudes and values are interpreted.

    `step` is the resolution in which a time is written, `unreadable` maps records to times that are none.
    `values` holds n numbers for each `SimpleArrayData` that was wanted.
    """

    time: NDArray[np.float64]
    step: NDArray[np.float64]
    position: NDArray[np.float64]  # n × (longitude, latitude, altitude as written)
    record: NDArray[np.int64]
    unreadable: dict[int, str]
    place: Callable[[int], Place] = at_record
    values: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.time.size)

    def __getitem__(self, part: slice | NDArray[np.intp]) -> Positions:
        values = {name: array[part] for name, array in self.values.items()}
        return Positions(
            self.time[part],
            self.step[part],
            self.position[part],
            self.record[part],
            self.unreadable,
            self.place,
            values,
        )


class RowQueue:
    """Rows of numbers, first in first out; beyond some size they lie on disk."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 closed with the object
        self._read = 0
        self._written = 0

    def __len__(self) -> int:
        return (self._written - self._read) // (8 * self._width)

    def append(self, rows: NDArray[np.float64]) -> None:
        """Add n × width numbers."""
        self._file.seek(self._written)
        self._written += self._file.write(np.ascontiguousarray(rows, dtype="f8").tobytes())

    def take(self, count: int) -> NDArray[np.float64]:
        """Remove the first `count` rows."""
        self._file.seek(self._read)
        data = self._file.read(count * self._width * 8)
        self._read += len(data)
        if self._read == self._written:
            self._file.seek(0)
            self._file.truncate()
            self._read = self._written = 0
        return np.frombuffer(data, dtype="f8").reshape(-1, self._width).copy()


class TrackColumns:
    """Collects one gx:Track.

    Args:
        first_record: the number of its first position in the file.
        read_time: reads what is not written in the usual way.
    """

    def __init__(self, first_record: int, read_time: Callable[[str], float]) -> None:
        self.mode = ""
        self.given = False  # a part went out before the end of the track
        self.times = 0
        self.positions = 0
        self.first_record = first_record
        self._paired = 0
        self._read_time = read_time
        self._whens: list[bytes] = []
        self._coords: list[bytes] = []
        self._time_queue = RowQueue(2)
        self._position_queue = RowQueue(3)
        self._quotes: dict[int, str] = {}
        self._places = Places()
        self._arrays: dict[str, list[NDArray[np.float64]]] = {}
        self._held: list[Positions] = []

    def add_times(self, texts: list[bytes]) -> None:
        """The next times of the track."""
        self.times += len(texts)
        self._whens += texts
        if len(self._whens) >= _BATCH:
            self._read_times()

    def add_positions(self, texts: list[bytes], line_of: Callable[[int], int]) -> None:
        """The next positions of the track."""
        self._places.add(self.first_record + self.positions, line_of)
        self.positions += len(texts)
        self._coords += texts
        if len(self._coords) >= _BATCH:
            self._read_positions()

    def add_values(self, name: str, texts: list[bytes]) -> None:
        """The next values of a `SimpleArrayData`; too many are not kept."""
        parts = self._arrays.setdefault(name, [])
        if sum(map(len, parts)) <= HOLD:
            parts.append(floats([text.strip() for text in texts]))

    @property
    def held(self) -> int:
        """How many fixes are paired and wait."""
        return sum(map(len, self._held))

    def give_out(self) -> Positions | None:
        """The fixes paired so far, before the end of the track: without values."""
        self._pair()
        positions = self._joined()
        self.given |= positions is not None
        self._places.clear()
        return positions

    def finish(self) -> Positions | None:
        """The fixes not given out yet, at the end of the track; those without a partner are left out."""
        self._pair()
        positions = self._joined()
        if positions is not None and not self.given:
            for name, parts in self._arrays.items():
                values = np.concatenate(parts)
                if values.size == len(positions):
                    positions.values[name] = values
        return positions

    @property
    def mismatched_values(self) -> bool:
        """At the end: whether there are values, but not as many as fixes, or for fixes already given out."""
        lengths = [sum(map(len, parts)) for parts in self._arrays.values()]
        return any(self.given or length != self.positions for length in lengths if length)

    def _joined(self) -> Positions | None:
        parts, self._held = self._held, []
        if not parts:
            return None
        return Positions(
            np.concatenate([part.time for part in parts]),
            np.concatenate([part.step for part in parts]),
            np.concatenate([part.position for part in parts]),
            np.concatenate([part.record for part in parts]),
            {record: text for part in parts for record, text in part.unreadable.items()},
            self._places.copy().place,
        )

    def _read_times(self) -> None:
        first = self.first_record + self.times - len(self._whens)

        def otherwise(position: int, text: str) -> float:
            seconds = self._read_time(text)
            if np.isnan(seconds):
                unreadable.append(position)
                if len(self._quotes) < _QUOTES:
                    self._quotes[first + position] = text[:QUOTED]
            return seconds

        unreadable: list[int] = []
        seconds, steps = times([text.strip() for text in self._whens], otherwise)
        steps[unreadable] *= -1  # their mark in the queue
        self._time_queue.append(np.column_stack([seconds, steps]))
        self._whens = []

    def _read_positions(self) -> None:
        self._position_queue.append(coordinates([text.strip() for text in self._coords], b" "))
        self._coords = []
        if len(self._position_queue) > HOLD:
            self._places.clear()  # the lines of so many that wait for their times are not remembered
        self._pair()

    def _pair(self) -> None:
        if self._whens:
            self._read_times()
        if self._coords:
            coords, self._coords = self._coords, []
            self._position_queue.append(coordinates([text.strip() for text in coords], b" "))
        while count := min(len(self._time_queue), len(self._position_queue), HOLD):
            timed = self._time_queue.take(count)
            first = self.first_record + self._paired
            wrong = first + np.flatnonzero(timed[:, 1] < 0)
            record = np.arange(first, first + count)
            self._paired += count
            unreadable = {int(at): self._quotes.get(int(at), "?") for at in wrong}
            position = self._position_queue.take(count)
            self._held.append(Positions(timed[:, 0], np.abs(timed[:, 1]), position, record, unreadable))
