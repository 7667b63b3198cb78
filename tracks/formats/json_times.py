"""Times in JSON: numbers of seconds or milliseconds since 1970, or written ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracks.formats.columns import QUOTED, numbers
from tracks.formats.contract import ParseError, ParseReport, Place, gettext_noop
from tracks.formats.times import MILLISECONDS_FROM, tell_of_changed_clocks


class TimeReader:
    """Reads the times of a file; keeps what a curator has to know of them.

    Attributes:
        unreadable: the first text that is no time, None where all could be read.
    """

    def __init__(self, report: ParseReport, zone: tzinfo | None) -> None:
        self._report = report
        self._zone = zone
        self._doubtful = 0  # see `tell_of_changed_clocks`, and where the first of them stands
        self._doubtful_from: Place | None = None
        self.unreadable: str | None = None

    def seconds(self, stated: Sequence[Any], place: Place) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Epoch seconds of n times and the step each is written to; NaN for none, −∞ for what cannot be read.

        Args:
            place: where the first of them stands.

        Raises:
            ParseError: a written time states no zone, and the curator has stated none.
        """
        seconds = numbers(stated)
        step = np.ones(seconds.size)
        counted = ~np.isnan(seconds)
        if counted.any():
            millis = np.abs(seconds) >= MILLISECONDS_FROM
            seconds = np.where(millis, seconds / 1000.0, seconds)
            step[millis] = 0.001 if (seconds[millis] % 1).any() else 1.0
            plain = counted & ~millis
            if (seconds[plain] % 1).any():
                step[plain] = 0.001
        # JSON can spell half of a surrogate pair, which no other text can hold.
        texts = [value.encode(errors="replace").decode() if type(value) is str else None for value in stated]
        if any(text is not None for text in texts):
            self._written(texts, seconds, step, place)
        return seconds, step

    def tell(self) -> None:
        """At the end of the file, tell the curator what was decided for many times."""
        tell_of_changed_clocks(self._report, self._doubtful, self._doubtful_from)

    def _written(
        self, texts: list[str | None], seconds: NDArray[np.float64], step: NDArray[np.float64], place: Place
    ) -> None:
        import polars as pl  # here, not above: see `tables`

        from tracks.formats.column_times import written_times

        read = written_times(pl.Series(texts, dtype=pl.String), self._zone)
        said = np.array([text is not None for text in texts])
        if self._zone is None and (read.zoneless & said).any():
            raise ParseError(
                gettext_noop(
                    "The times (“%(text)s”) do not say in which zone they are. State the zone of this file, or export "
                    "it again with times in UTC."
                ),
                place=place,
                text=str(texts[int(np.flatnonzero(read.zoneless & said)[0])])[:QUOTED],
            )
        if doubtful := int(np.count_nonzero(read.ambiguous & said)):
            self._doubtful += doubtful
            self._doubtful_from = self._doubtful_from or place
        seconds[said] = read.seconds[said]
        fine = said & ~np.isnan(read.seconds)
        step[fine] = read.resolution[fine]
        # Programs leave a fraction of zero out: where one time has decimals, whole seconds have them too.
        whole = fine & (step <= 1.0)
        if whole.any():
            step[whole] = step[whole].min()
        bad = np.flatnonzero(said & np.isnan(read.seconds))
        seconds[bad] = -np.inf
        if bad.size and self.unreadable is None:
            self.unreadable = str(texts[int(bad[0])])[:QUOTED]
