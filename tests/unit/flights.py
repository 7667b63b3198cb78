"""Small hand-made flights for tests: pieces of straight movement put one after another."""

from __future__ import annotations

import numpy as np

from tracks.processing.fixes import Fixes, OnGround
from tracks.processing.geodesy import KNOT_MS

NM_DEG = 1 / 60  # a nautical mile of latitude, near enough


class Flight:
    """Puts fixes together along one meridian: positions in nautical miles north of the start.

    Every method adds fixes every `step` seconds and returns the builder.
    """

    def __init__(self, lat: float = 43.4, lon: float = 132.15, t0: float = 1_700_000_000.0, step: float = 10.0) -> None:
        self.lat, self.lon, self.time, self.step = lat, lon, t0, step
        self.rows: list[tuple[float, float, float, float, int, float, float]] = []
        self.altitude = 0.0

    def _add(self, knots: float, track: float, ground: OnGround, rate_fpm: float) -> None:
        altitude = np.nan if ground is OnGround.YES else self.altitude
        self.rows.append((self.time, self.lat, altitude, knots, int(ground), track, rate_fpm))

    def park(self, seconds: float) -> Flight:
        """Stand on the ground."""
        for _ in range(round(seconds / self.step)):
            self._add(0.0, np.nan, OnGround.YES, 0.0)
            self.time += self.step
        return self

    def fly(
        self, seconds: float, knots: float, to_altitude: float | None = None, south: bool = True, seen: bool = True
    ) -> Flight:
        """Fly straight, climbing or sinking evenly to an altitude in metres; `seen=False` adds no fixes."""
        count = round(seconds / self.step)
        target = self.altitude if to_altitude is None else to_altitude
        climb = (target - self.altitude) / count
        for _ in range(count):
            if seen:
                rate = climb / self.step / 0.3048 * 60
                self._add(knots, 180.0 if south else 0.0, OnGround.NO, rate)
            self.time += self.step
            self.altitude += climb
            self.lat += (-1 if south else 1) * knots * self.step / 3600 * NM_DEG
        return self

    def roll(self, seconds: float, knots: float, south: bool = True) -> Flight:
        """Move on the ground."""
        for _ in range(round(seconds / self.step)):
            self._add(knots, np.nan, OnGround.YES, 0.0)
            self.time += self.step
            self.lat += (-1 if south else 1) * knots * self.step / 3600 * NM_DEG
        return self

    def wait(self, seconds: float) -> Flight:
        """Let time pass without fixes and without moving."""
        self.time += seconds
        return self

    def on_ground_now(self) -> Flight:
        """Without fixes: be on the ground."""
        self.altitude = 0.0
        return self

    def fixes(self, says_ground: bool = True, **columns: object) -> Fixes:
        """The fixes so far; `says_ground=False` as from a format that does not tell ground from air."""
        rows = np.array(self.rows)
        ground = rows[:, 4] if says_ground else np.full(len(rows), int(OnGround.UNKNOWN))
        return Fixes.of(
            rows[:, 0],
            np.full(len(rows), self.lon),
            rows[:, 1],
            altitude=rows[:, 2],
            ground_speed=rows[:, 3],
            on_ground=ground,
            track_angle=rows[:, 5],
            vertical_rate=rows[:, 6],
            record_index=np.arange(len(rows)),
            **columns,
        )


def metres(nautical: float) -> float:
    """Nautical miles as metres."""
    return nautical * 3600 * KNOT_MS
