"""Airports and their runways as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(slots=True, eq=False)
class Airports:
    """k airports as arrays, their runways (r) beside them.

    Attributes:
        code: k names by which the caller knows them.
        longitude, latitude: k, degrees. elevation_m: k, metres, NaN where not known.
        runway_airport: r indices into the airports; the other runway arrays have length 2r: each
            runway once from its low and once from its high end, in that order, as `ident`,
            position of the threshold and true heading of who lands or takes off there.
    """

    code: Sequence[str]
    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]
    elevation_m: NDArray[np.float64]
    end_airport: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, "i8"))
    end_ident: Sequence[str] = ()
    end_longitude: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    end_latitude: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    end_heading_deg: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    end_length_m: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    _by_latitude: NDArray[np.int64] = field(init=False, repr=False)
    _latitudes: NDArray[np.float64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._by_latitude = np.argsort(self.latitude, kind="stable")
        self._latitudes = self.latitude[self._by_latitude]

    def within_latitude(self, latitude: float, reach_m: float) -> NDArray[np.int64]:
        """The airports whose latitude is within some metres of one: a first, cheap choice."""
        reach = float(np.degrees(reach_m / 6.3e6))
        between = np.searchsorted(self._latitudes, (latitude - reach, latitude + reach))
        return self._by_latitude[between[0] : between[1]]

    @classmethod
    def of(cls, code: Sequence[str], longitude: ArrayLike, latitude: ArrayLike, elevation_m: ArrayLike) -> Airports:
        """Airports without runways, from any sequences of length k."""
        return cls(
            list(code),
            np.asarray(longitude, dtype="f8"),
            np.asarray(latitude, dtype="f8"),
            np.asarray(elevation_m, dtype="f8"),
        )

    def with_runway_ends(
        self,
        airport: ArrayLike,
        ident: Sequence[str],
        longitude: ArrayLike,
        latitude: ArrayLike,
        heading_deg: ArrayLike,
        length_m: ArrayLike,
    ) -> Airports:
        """The same airports with runway ends: e entries, two for each runway (one a direction).

        Args:
            airport: index into the airports. ident: "07L". longitude, latitude: the threshold.
            heading_deg: true heading of a landing or take-off there. length_m: of the runway.
        """
        return Airports(
            self.code,
            self.longitude,
            self.latitude,
            self.elevation_m,
            np.asarray(airport, dtype="i8"),
            list(ident),
            np.asarray(longitude, dtype="f8"),
            np.asarray(latitude, dtype="f8"),
            np.asarray(heading_deg, dtype="f8"),
            np.asarray(length_m, dtype="f8"),
        )
