"""The thresholds that decide where a leg began and ended; shared by `endpoints`, `nearby` and `runways`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EndThresholds:
    """When an end is at an airport.

    Args:
        ground_m: a fix on the ground is at an airport whose reference point is this near.
        rival: another airport less than this many times as far makes that answer uncertain.
        near_m, height_m: a fix in the air is at one that is this near and, above its elevation,
            this close below. 900 m hold a glide path from 15 km out. (An airport of unknown
            elevation cannot be concluded from a fix in the air.)
        over_m, over_kt: a fix this near and this slow is at the airport although its height is not
            known: positions that aircraft send from the surface have none.
        fast_kt, waver_m: nothing that goes faster so near and low lands there, or has just taken off: it passes,
            or its height is the 0 of a device that knew none. As stated or, where it is not, as its way within
            `vertical_s` tells, less so much by which positions waver.
        pressure_m: so wrong a height may be, as the air pressure is far from standard.
        close_m, close_height_m: this near and low it is there, wherever it heads.
        vertical_fpm, vertical_s: else it must, on average over this time, sink to arrive or climb to
            depart at least this fast, as far as its fixes tell,
        lateral_m, lateral_share: and the airport's reference point must be this near to the line it
            flies along, ahead or behind; for a departure, which soon turns, or off that line by
            this share of the distance.
        line_from_m: a runway may begin this far from the reference point.
        glide: height lost over distance on an approach: 3 degrees.
        steepest: height over distance on a descent or climb, at most.
        doubt_m: another airport that fits the glide path and the line worse by less than this, in
            metres across the line, makes the answer uncertain: then none is given.
        takeoff_s: take-off and landing are told only if the fixes around are this close in time.
        runway_window_s, runway_above_kt: fixes this close to take-off or landing, and faster than any
            taxi, may show the runway.
        runway_step_m: between two of these it moved at least so far; less has no direction.
        runway_lateral_m, runway_beyond_m, runway_deg: they must be this near to its line, at most
            this far off its ends, and move along it within this angle.
    """

    ground_m: float = 6_000.0
    rival: float = 1.5
    near_m: float = 12_000.0
    height_m: float = 900.0
    over_m: float = 2_000.0
    over_kt: float = 170.0
    fast_kt: float = 320.0
    waver_m: float = 500.0
    pressure_m: float = 300.0
    close_m: float = 3_500.0
    close_height_m: float = 300.0
    vertical_fpm: float = 200.0
    vertical_s: float = 60.0
    lateral_m: float = 3_000.0
    lateral_share: float = 0.5
    line_from_m: float = 2_000.0
    glide: float = 0.0524
    steepest: float = 0.15
    doubt_m: float = 500.0
    takeoff_s: float = 120.0
    runway_window_s: float = 90.0
    runway_above_kt: float = 50.0
    runway_step_m: float = 20.0
    runway_lateral_m: float = 90.0
    runway_beyond_m: float = 4_000.0
    runway_deg: float = 12.0
