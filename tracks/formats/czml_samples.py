"""The samples of one position in CZML: kept until its epoch is known, then given out as times and places."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracks.formats.columns import numbers
from tracks.formats.contract import at_byte, gettext_noop
from tracks.formats.ecef import geodetic
from tracks.formats.json_times import TimeReader
from tracks.formats.number_spool import NumberSpool

# Kind of position -> numbers of a sample, its time included.
KINDS = {"cartographicDegrees": 4, "cartographicRadians": 4, "cartesian": 4, "cartesianVelocity": 7}

# Kept of a sample: seconds after the epoch, epoch seconds, step of the time, three numbers.
_WIDTH = 6

_NO_EPOCH = gettext_noop("Times are stated in seconds, but no “epoch” from which they count.")
_INERTIAL = gettext_noop("Positions in a frame that does not turn with the Earth were not read.")


class Samples:
    """Takes the numbers of a position by `add`, in blocks of any length; after `finish`, `read` gives samples.

    Attributes:
        given: what else the position states: epoch, interval, referenceFrame.
        problems: sentences on what could not be read.
        left_over: whether numbers were left that make no whole sample.
        byte: where something of it stands.
    """

    def __init__(self, times: TimeReader) -> None:
        self._times = times
        self._kind = ""
        self._spool = NumberSpool(_WIDTH)
        self._rest: list[Any] = []
        self._epoch = np.nan
        self.given: dict[str, Any] = {}
        self.problems: list[str] = []
        self.has_heights = False
        self.left_over = False
        self.byte = 0

    @property
    def count(self) -> int:
        """Samples so far."""
        return self._spool.count

    @property
    def geocentric(self) -> bool:
        """Whether positions are metres from the Earth's centre."""
        return self._kind.startswith("cartesian")

    def close(self) -> None:
        """Forget everything."""
        self._spool.close()

    def add(self, kind: str, elements: list[Any], byte: int) -> None:
        """Further numbers. Of several kinds of one position the first that is there counts."""
        self._kind = self._kind or kind
        if kind != self._kind:
            return
        self.byte = byte
        size = KINDS[kind]
        elements = self._rest + elements
        whole = len(elements) // size * size
        self._rest = elements[whole:]
        if not whole:
            return
        stated = elements[0:whole:size]
        offsets = numbers(stated)
        written = [time if type(time) is str else None for time in stated]
        seconds, step = self._times.seconds(written, at_byte(byte))
        counted = ~np.isnan(offsets)
        step[counted] = 0.001 if (offsets[counted] % 1).any() else 1.0
        self._append(offsets, seconds, step, [numbers(elements[part:whole:size]) for part in (1, 2, 3)])

    def _append(
        self,
        offsets: NDArray[np.float64],
        seconds: NDArray[np.float64],
        step: NDArray[np.float64],
        places: list[NDArray[np.float64]],
    ) -> None:
        self.has_heights = self.has_heights or self.geocentric or bool(np.nan_to_num(places[2]).any())
        self._spool.append(np.column_stack((offsets, seconds, step, *places)))

    def finish(self) -> bool:
        """All of the position is there. Whether it has samples: one without times has none."""
        interval = self.given.get("interval")
        if not self.count and len(self._rest) == 3 and isinstance(interval, str):
            seconds, step = self._times.seconds([interval.split("/")[0]], at_byte(self.byte))
            self._append(np.array([np.nan]), seconds, step, [numbers([number]) for number in self._rest])
            self._rest = []
        if not self.count:
            return False
        self.left_over = bool(self._rest)
        epoch = self.given.get("epoch")
        if isinstance(epoch, str):
            self._epoch = float(self._times.seconds([epoch], at_byte(self.byte))[0][0])
        if self.given.get("referenceFrame") == "INERTIAL":
            self.problems.append(_INERTIAL)
        first = self._spool.read(0, 1)[0]
        if np.isnan(self._epoch) and not np.isnan(first[0]):
            self.problems.append(_NO_EPOCH)
        return True

    def read(self, start: int, stop: int) -> tuple[NDArray[np.float64], ...]:
        """Epoch seconds (−∞ where unreadable), their step, longitude, latitude (degrees), height (metres)."""
        offsets, seconds, step, one, two, three = self._spool.read(start, stop).T
        time = np.where(np.isnan(offsets), seconds, self._epoch + offsets)
        near = np.abs(time) < 1e10
        time[near] = np.round(time[near], 3)  # the sum of two decimal fractions is not one
        if self.given.get("referenceFrame") == "INERTIAL":
            one = two = three = np.full(len(time), np.nan)
        elif self.geocentric:
            one, two, three = geodetic(one, two, three)
        elif self._kind == "cartographicRadians":
            one, two = np.degrees(one), np.degrees(two)
        return time, step, one, two, three
