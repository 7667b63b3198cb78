"""Longitudes that go on beyond 180°: programs write a track across the 180th meridian so, or count from 0 to 360."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracks.formats.contract import ParseReport, gettext_noop


class Longitudes:
    """The longitudes of a file, each brought between −180 and 180: −190° is the meridian 170°."""

    def __init__(self, report: ParseReport) -> None:
        self._report = report
        self._beyond = 0

    def of(self, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        """n longitudes; what is beyond 360, or no number, stays as it is."""
        beyond = (np.abs(degrees) > 180.0) & (np.abs(degrees) <= 360.0)
        if not beyond.any():
            return degrees
        self._beyond += int(np.count_nonzero(beyond))
        return np.where(beyond, degrees - np.copysign(360.0, degrees), degrees)

    def tell(self) -> None:
        """At the end of the file, tell the curator."""
        if self._beyond:
            self._report.warn(
                gettext_noop(
                    "%(count)d longitudes are beyond 180°, as of tracks across the 180th meridian or of programs that "
                    "count from 0° to 360°: they were read as the meridians they are (190° is 170° west)."
                ),
                count=self._beyond,
            )
