"""What was last said of an aircraft before a fix, where position and the rest come in messages of their own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class LastKnown:
    """Values that messages state from time to time, asked for at the fixes among them, block after block.

    Args:
        width: how many values a message states together.
        age: seconds for which a message counts, either way: clocks step back.
        once: whether a message counts for the next fix only.
    """

    def __init__(self, width: int, age: float, *, once: bool = False) -> None:
        self._age = age
        self._once = once
        # By the number of the aircraft: the values last stated, and when; NaN where none is waiting.
        self._values = np.empty((0, width))
        self._times = np.empty(0)

    def of(
        self,
        aircraft: NDArray[np.int32],
        time: NDArray[np.float64],
        asked: NDArray[np.bool_],
        values: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """The values that count at the rows asked for, NaN where none do.

        Args:
            aircraft: numbers of the aircraft of n rows in the order of the file; time: n epoch seconds.
            asked: which of the n rows are fixes. What such a row states itself counts for it.
            values: n × width, a row all NaN where it states none of them.

        Returns:
            m × width for the m rows asked for.
        """
        self._grow(int(aircraft.max(initial=-1)) + 1)
        order = np.argsort(aircraft, kind="stable")
        owner, when, fix = aircraft[order], time[order], asked[order]
        stated: NDArray[np.bool_] = np.logical_or.reduce(~np.isnan(values[order]), axis=1)
        place = np.arange(owner.size)
        first = np.concatenate(([True], owner[1:] != owner[:-1])) if owner.size else np.empty(0, "?")
        begin = np.maximum.accumulate(np.where(first, place, 0))
        last = np.maximum.accumulate(np.where(stated, place, -1))
        here = last >= begin
        # The rows of this block's messages, or what waits from the blocks before.
        found = np.where(here[:, None], values[order][last], self._values[owner])
        said_at = np.where(here, when[last], self._times[owner])
        with np.errstate(invalid="ignore"):
            counts = np.abs(when - said_at) <= self._age
        if self._once:
            earlier = np.where(fix, place, -1)
            before = np.maximum.accumulate(np.concatenate(([-1], earlier[:-1]))) if owner.size else earlier
            counts &= before < np.where(here, last, begin)
        answer = np.full(values.shape, np.nan)
        answer[order] = np.where(counts[:, None], found, np.nan)
        self._keep(owner, when, fix, stated, place, values[order])
        return answer[asked]

    def _grow(self, count: int) -> None:
        more = count - self._times.size
        if more > 0:
            self._values = np.concatenate([self._values, np.full((more, self._values.shape[1]), np.nan)])
            self._times = np.concatenate([self._times, np.full(more, np.nan)])

    def _keep(
        self,
        owner: NDArray[np.int32],
        when: NDArray[np.float64],
        fix: NDArray[np.bool_],
        stated: NDArray[np.bool_],
        place: NDArray[np.int64],
        values: NDArray[np.float64],
    ) -> None:
        """Remember each aircraft's last message; of what counts once, only where no fix has followed."""
        if self._once:
            self._times[owner[fix]] = np.nan
        says = np.flatnonzero(stated)
        if self._once and says.size:
            ends = np.append(np.flatnonzero(np.diff(owner)), owner.size - 1)
            last_fix = np.maximum.accumulate(np.where(fix, place, -1))[ends]
            says = says[says > np.repeat(last_fix, np.diff(ends, prepend=-1))[says]]
        # Of several for one aircraft the last counts: the rows are in the order of the file.
        self._values[owner[says]] = values[says]
        self._times[owner[says]] = when[says]
