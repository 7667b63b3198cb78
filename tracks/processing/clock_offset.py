"""How far apart two trackers' fixes of one flight are, and by how much their clocks differ.

A tracker's clock that is two seconds ahead puts an aircraft half a kilometre behind its true place. The difference
shows wherever the aircraft moves: it is the shift in time that brings the two paths nearest to each other. Nothing is
corrected by it; it is told, and keeps fixes of different trackers from being shown side by side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracks.processing.fixes import Fixes
from tracks.processing.geodesy import MEAN_RADIUS_M

Floats = NDArray[np.float64]
_DEGREE_M = float(np.radians(1.0)) * MEAN_RADIUS_M

# Whether paths come near to each other is told by where one was at moments so far apart.
NEAR_STEP_S = 30.0
# A turn between two moments of the grid leads no farther out of their box; neither do two receivers' errors.
NEAR_MARGIN_DEG = 0.05


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two trackers' fixes of the same time.

    Attributes:
        fixes: how many of the other's were compared with the path of the first.
        distance_m: median distance at the times the trackers state.
        offset_s: by how much the other's clock is ahead of the first's; None where too little moves to tell.
        doubt_s: standard error of that.
        aligned_m: median distance once the difference of the clocks is taken out.
    """

    fixes: int
    distance_m: float
    offset_s: float | None = None
    doubt_s: float | None = None
    aligned_m: float | None = None

    @property
    def apart_m(self) -> float:
        """How far apart they are whatever their clocks say."""
        return self.distance_m if self.aligned_m is None else self.aligned_m


def compare(
    first: Fixes,
    other: Fixes,
    *,
    most_offset_s: float = 120.0,
    grid_s: float = 5.0,
    most_step_s: float = 120.0,
    least_fixes: int = 20,
    least_speed_ms: float = 25.0,
    least_way_m: float = 5_000.0,
    alike_m: float = 2_000.0,
    most_fixes: int = 400,
) -> Comparison | None:
    """Compare the received fixes of two trackers where both saw the aircraft.

    A median decides, so that a few wrong positions do not. The offset is searched on a grid and then refined: at each
    moving fix, the distance along the way divided by the speed is how late it is; the median of these is what is left.

    Args:
        first, other: sorted by time, each time once.
        most_offset_s, grid_s: offsets tried. Clocks farther apart have another zone, not another delay.
        most_step_s: the first's path is known between two of its fixes no farther apart.
        least_fixes, least_speed_ms, least_way_m: an offset is told from so many fixes of the other at that speed that
            lie so far apart; an aircraft that stands says nothing about clocks.
        alike_m: and only where the paths then come so near to each other.
        most_fixes: so many of the other's fixes are looked at, evenly chosen.

    Returns:
        None where no fix of the other lies between two of the first's.
    """
    path = _Path.of(first, most_step_s)
    received = np.flatnonzero(~other.estimated)
    if path is None or not received.size:
        return None
    low, high = path.time[0] - most_offset_s, path.time[-1] + most_offset_s
    received = received[(other.time[received] >= low) & (other.time[received] <= high)]
    if received.size > most_fixes:
        received = received[np.linspace(0, received.size - 1, most_fixes).astype(int)]
    time, east, north = other.time[received], path.east_of(other.longitude[received]), other.latitude[received]
    as_stated = path.residuals(time, east, north, 0.0)
    if not as_stated.known.any():
        return None
    plain = Comparison(int(as_stated.known.sum()), as_stated.distance)
    if as_stated.distance <= alike_m:  # near enough to go on from: no need to try all others
        offset, found = 0.0, as_stated
    else:
        tried = {
            float(one): path.residuals(time, east, north, float(one))
            for one in np.arange(-most_offset_s, most_offset_s + grid_s / 2, grid_s)
        }
        # Few fixes that happen to lie near must not win against many.
        enough = max(least_fixes, plain.fixes // 2)
        offset, found = min(tried.items(), key=lambda one: one[1].distance if one[1].known.sum() >= enough else np.inf)
    late = np.empty(0)
    for _again in range(4):
        moving = found.known & (found.speed >= least_speed_ms)
        if moving.sum() < least_fixes or _way(east[moving], north[moving]) < least_way_m:
            return plain
        late = found.late[moving]
        offset += float(np.median(late))
        found = path.residuals(time, east, north, offset)
    if not found.known.any() or found.distance > alike_m or abs(offset) >= most_offset_s:
        return plain
    spread = 1.4826 * float(np.median(np.abs(late - np.median(late))))  # of a normal distribution, its σ
    doubt = 1.2533 * spread / np.sqrt(late.size)  # of a median
    return Comparison(plain.fixes, plain.distance_m, offset, float(doubt), found.distance)


def comes_near(first: Fixes, other: Fixes, *, most_offset_s: float = 120.0) -> bool:
    """Whether any received fix of the other lies near the first's path, as it was within some time of that fix.

    Where it is not so, `compare` finds no offset of that size at which they are one path. The box of
    where the first was in that time is looked at, so that more pairs come near than are beside each other.

    Args:
        first, other: sorted by time.
        most_offset_s: by how much the clocks may differ.
    """
    path, fixes = np.flatnonzero(~first.estimated), np.flatnonzero(~other.estimated)
    if not path.size or not fixes.size:
        return False
    time = first.time[path]
    middle = float(first.longitude[path[path.size // 2]])
    grid = np.arange(time[0], time[-1] + NEAR_STEP_S, NEAR_STEP_S)
    # Within reach of a moment of the grid, which a fix is at most half a step from, and one more on either side.
    reach = int(np.ceil(most_offset_s / NEAR_STEP_S)) + 1
    when = np.rint((other.time[fixes] - grid[0]) / NEAR_STEP_S).astype(int)
    there = (when >= -reach) & (when < grid.size + reach)
    if not there.any():
        return False
    when, fixes = np.clip(when[there], 0, grid.size - 1), fixes[there]
    east, north = _east(other.longitude[fixes], middle), other.latitude[fixes]
    east_margin = NEAR_MARGIN_DEG / np.maximum(np.cos(np.radians(north)), 0.01)
    west_most, east_most = _around(np.interp(grid, time, _east(first.longitude[path], middle)), reach)
    south_most, north_most = _around(np.interp(grid, time, first.latitude[path]), reach)
    near = (east >= west_most[when] - east_margin) & (east <= east_most[when] + east_margin)
    near &= (north >= south_most[when] - NEAR_MARGIN_DEG) & (north <= north_most[when] + NEAR_MARGIN_DEG)
    return bool(near.any())


def _around(values: Floats, reach: int) -> tuple[Floats, Floats]:
    """The least and the greatest value around each, `reach` to either side."""
    padded = np.pad(values, reach, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    return windows.min(axis=1), windows.max(axis=1)


def _way(east: Floats, north: Floats) -> float:
    """The largest extent in metres of points in degrees."""
    return _DEGREE_M * float(np.hypot(np.ptp(east) * np.cos(np.radians(north.mean())), np.ptp(north)))


@dataclass(frozen=True, slots=True)
class _Residuals:
    """The other's fixes against the first's path: which could be compared, how far apart, how late, at what speed."""

    known: NDArray[np.bool_]
    distance: float  # median, m
    late: Floats  # s, by which the other's clock is ahead of what was assumed
    speed: Floats  # m/s, of the first's path there


@dataclass(frozen=True, slots=True)
class _Path:
    """The received fixes of the first tracker: degrees east of their middle, degrees north."""

    time: Floats
    east: Floats
    north: Floats
    middle: float  # degrees of longitude
    most_step_s: float

    @classmethod
    def of(cls, fixes: Fixes, most_step_s: float) -> _Path | None:
        received = ~fixes.estimated
        if received.sum() < 2:
            return None
        longitude = fixes.longitude[received]
        middle = float(longitude[longitude.size // 2])
        return cls(fixes.time[received], _east(longitude, middle), fixes.latitude[received], middle, most_step_s)

    def east_of(self, longitude: Floats) -> Floats:
        """Longitudes as degrees east of this path's middle."""
        return _east(longitude, self.middle)

    def residuals(self, time: Floats, east: Floats, north: Floats, offset: float) -> _Residuals:
        """With the other's clock taken as ahead by `offset`."""
        wanted = time - offset
        after = np.clip(np.searchsorted(self.time, wanted), 1, self.time.size - 1)
        before = after - 1
        step = self.time[after] - self.time[before]
        share = (wanted - self.time[before]) / step
        known = (share >= 0) & (share <= 1) & (step <= self.most_step_s)
        across = self.east[after] - self.east[before]
        along = self.north[after] - self.north[before]
        metres_east = _DEGREE_M * np.cos(np.radians(north))
        dx = (east - self.east[before] - across * share) * metres_east
        dy = (north - self.north[before] - along * share) * _DEGREE_M
        vx, vy = across * metres_east / step, along * _DEGREE_M / step
        square = vx * vx + vy * vy
        late = -(dx * vx + dy * vy) / np.maximum(square, 1e-9)
        distance = np.hypot(dx, dy)
        return _Residuals(known, float(np.median(distance[known])) if known.any() else np.inf, late, np.sqrt(square))


def _east(longitude: Floats, middle: float) -> Floats:
    return np.remainder(longitude - middle + 180.0, 360.0) - 180.0
