"""Which fixes are on the ground and which in the air, as far as they say; shared by the steps after cleaning.

What the file says comes first. Where it says nothing, speeds tell, and a fix they do not tell of is neither.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracks.processing.fixes import Fixes, OnGround
from tracks.processing.geodesy import KNOT_MS, distance_m

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PhaseThresholds:
    """What tells ground from air. Knots, seconds, metres.

    Args:
        stopped_below_kt: no aeroplane flies slower. (A hovering helicopter does; it then counts as
            stopped, and a long hover separates two legs.)
        flying_above_kt: faster than anything taxies. A take-off roll may pass for flight for
            seconds, which no step minds.
        sustained_above_kt, sustained_s: nothing taxies this fast for this long; gliders and
            helicopters fly no faster.
        sustained_gap_s: fixes farther apart in time do not sustain a speed.
        surely_above_m: above any airport (any altitude reference).
        climb_m, climb_s: no airport is so steep: an altitude that changes by so much within this time before a
            fix, and again by so much the same way after it, is of one in the air, however slowly it flies (a
            paraglider, a hovering helicopter). Both ways, as an altimeter that is set jumps once.
        implied_within_s: fixes farther apart in time imply no speed;
        flown_within_s: but how fast it went at least.
        flicker_s: fixes "in the air" between two on the ground that are closer in time than this are
            a transponder's error and no flight;
        flicker_m, hop_s, same_airport_m: so are those of which none is this far from where the
            aircraft stood before, if it stands again within this time, or this near: aircraft at a
            gate often say that they are in the air. A circuit takes longer and goes farther.
    """

    stopped_below_kt: float = 5.0
    flying_above_kt: float = 100.0
    sustained_above_kt: float = 40.0
    sustained_s: float = 60.0
    sustained_gap_s: float = 300.0
    surely_above_m: float = 5000.0
    climb_m: float = 80.0
    climb_s: float = 120.0
    implied_within_s: float = 60.0
    flown_within_s: float = 600.0
    flicker_s: float = 60.0
    flicker_m: float = 500.0
    hop_s: float = 600.0
    same_airport_m: float = 6_000.0


@dataclass(frozen=True, slots=True, eq=False)
class Phases:
    """What `phases` found about n fixes. No fix is both on the ground and in the air; one may be neither."""

    ground: Mask
    air: Mask
    speed_kt: Floats

    def __getitem__(self, index: slice | NDArray[np.int64] | Mask) -> Phases:
        """The same about some of the fixes."""
        return Phases(self.ground[index], self.air[index], self.speed_kt[index])


def phases(fixes: Fixes, thresholds: PhaseThresholds | None = None) -> Phases:
    """Ground, air and speed of n cleaned fixes (times strictly increasing).

    Observed fixes are judged by each other alone, and so are estimated ones.
    """
    limits = thresholds or PhaseThresholds()
    estimated = fixes.estimated
    if not estimated.any() or estimated.all():
        return _phases(fixes, limits)
    ground, air, speed = np.zeros(len(fixes), "?"), np.zeros(len(fixes), "?"), np.empty(len(fixes))
    for members in (~estimated, estimated):
        part = _phases(fixes[members], limits)
        ground[members], air[members], speed[members] = part.ground, part.air, part.speed_kt
    return Phases(ground, air, speed)


def _phases(fixes: Fixes, limits: PhaseThresholds) -> Phases:
    speed = speed_kt(fixes, within_s=limits.implied_within_s)
    ground = fixes.on_ground == OnGround.YES
    air = fixes.on_ground == OnGround.NO
    untold = fixes.on_ground == OnGround.UNKNOWN
    if untold.any():
        with np.errstate(invalid="ignore"):
            fast = _surely(fixes, speed, within_s=limits.flown_within_s)
            flying = (fast > limits.flying_above_kt) | (fixes.altitude > limits.surely_above_m)
            flying |= _sustained(fixes.time, fast > limits.sustained_above_kt, limits)
            slow = np.flatnonzero(untold & ~flying & fixes.altitude_known)
            flying[slow[_goes_up_or_down(fixes, slow, limits)]] = True
            air |= untold & flying
            ground |= untold & ~flying & (speed < limits.stopped_below_kt)
    flicker = _flicker(fixes, ground, air, limits)
    if flicker.size:
        air[flicker] = False
    return Phases(ground, air, speed)


def speed_kt(fixes: Fixes, *, within_s: float = 60.0) -> Floats:
    """The ground speed stated, or where none is, what the fixes before and after imply; n knots.

    For conclusions only: what is implied is never stored as a speed of the fix.

    Args:
        fixes: times strictly increasing.
        within_s: fixes farther apart in time imply nothing (NaN).
    """
    speed = fixes.ground_speed.astype("f8")
    which = np.flatnonzero(np.isnan(speed))
    if not which.size or len(fixes) < 2:
        return speed
    before, after = np.maximum(which - 1, 0), np.minimum(which + 1, len(fixes) - 1)
    # At a gap only the side without it counts.
    before = np.where(fixes.time[which] - fixes.time[before] > within_s, which, before)
    after = np.where(fixes.time[after] - fixes.time[which] > within_s, which, after)
    speed[which] = _implied_kt(fixes, before, after)
    return speed


def _implied_kt(fixes: Fixes, before: NDArray[np.int64], after: NDArray[np.int64]) -> Floats:
    """The speed between fixes at two positions each; NaN where they are the same fix."""
    lon, lat = fixes.longitude, fixes.latitude
    duration = fixes.time[after] - fixes.time[before]
    distance = distance_m(lon[before], lat[before], lon[after], lat[after])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(duration > 0, distance / duration / KNOT_MS, np.nan)


def _surely(fixes: Fixes, speed: Floats, *, within_s: float) -> Floats:
    """How fast it went at least: as stated, or else the lower of what the two sides imply.

    One jump of a position is no flight.
    """
    which = np.flatnonzero(np.isnan(fixes.ground_speed))
    if not which.size or len(fixes) < 2:
        return speed
    step = _implied_kt(fixes, np.arange(len(fixes) - 1), np.arange(1, len(fixes)))
    step[np.diff(fixes.time) > within_s] = np.nan
    sides = np.concatenate([[np.nan], step, [np.nan]])
    surely = speed.copy()
    surely[which] = np.fmin(sides[which], sides[which + 1])
    return surely


def _sustained(time: Floats, fast: Mask, limits: PhaseThresholds) -> Mask:
    """The runs of fixes with `fast` that last, without a gap, at least so long."""
    if not fast.any():
        return fast
    edge = np.flatnonzero((fast[1:] != fast[:-1]) | (np.diff(time) > limits.sustained_gap_s)) + 1
    starts = np.concatenate([[0], edge])
    stops = np.concatenate([edge, [time.size]])
    lasting = fast[starts] & (time[stops - 1] - time[starts] >= limits.sustained_s)
    return np.repeat(lasting, stops - starts)


def _goes_up_or_down(fixes: Fixes, which: NDArray[np.int64], limits: PhaseThresholds) -> Mask:
    """Whether the fixes at some positions climb or sink as nothing on the ground does: see `PhaseThresholds`."""
    time, altitude, kind = fixes.time, fixes.altitude, fixes.altitude_kind
    before = np.searchsorted(time, time[which] - limits.climb_s)
    after = np.searchsorted(time, time[which] + limits.climb_s, side="right") - 1
    gained, to_gain = altitude[which] - altitude[before], altitude[after] - altitude[which]
    alike = (kind[before] == kind[which]) & (kind[after] == kind[which])
    steep = np.minimum(np.abs(gained), np.abs(to_gain)) >= limits.climb_m
    return alike & steep & (np.signbit(gained) == np.signbit(to_gain))


def _flicker(fixes: Fixes, ground: Mask, air: Mask, limits: PhaseThresholds) -> NDArray[np.int64]:
    """Positions of fixes "in the air" that are no flight: see `PhaseThresholds`."""
    stood = np.flatnonzero(ground)
    # Neighbouring fixes on the ground with others between them.
    which = np.flatnonzero(np.diff(stood) > 1)
    if not which.size:
        return which
    before, after = stood[which], stood[which + 1]
    lon, lat = fixes.longitude, fixes.latitude
    away_s = fixes.time[after] - fixes.time[before]
    hop = away_s < limits.hop_s
    hop |= distance_m(lon[before], lat[before], lon[after], lat[after]) < limits.same_airport_m
    before, after, away_s = before[hop], after[hop], away_s[hop]
    if not before.size:
        return before
    counts = after - before - 1
    run = np.repeat(np.arange(before.size), counts)
    first = np.cumsum(counts) - counts
    inside = np.arange(counts.sum()) - first[run] + before[run] + 1
    moved = distance_m(lon[before[run]], lat[before[run]], lon[inside], lat[inside])
    farthest = np.maximum.reduceat(moved, first)
    no_flight = (away_s < limits.flicker_s) | (farthest < limits.flicker_m)
    inside = inside[no_flight[run]]
    return inside[air[inside]]
