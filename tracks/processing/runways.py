"""Which runway a take-off or landing used."""

from __future__ import annotations

import numpy as np

from tracks.processing.airports import Airports
from tracks.processing.end_rules import EndThresholds
from tracks.processing.fixes import Fixes
from tracks.processing.geodesy import angle_between_deg, bearing_deg, distance_m
from tracks.processing.phases import Phases


def runway_used(
    fixes: Fixes, known: Phases, airport: int, when: float, airports: Airports, limits: EndThresholds
) -> str | None:
    """The runway end whose line most of the fixes around take-off or landing lie on and move along."""
    ends = np.flatnonzero(airports.end_airport == airport)
    if not ends.size:
        return None
    around = (when - limits.runway_window_s, when + limits.runway_window_s)
    window = np.arange(*np.searchsorted(fixes.time, around))
    # One a second: between those of a quicker logger it moves less than positions waver.
    window = window[np.unique(np.floor(fixes.time[window]), return_index=True)[1]]
    with np.errstate(invalid="ignore"):
        window = window[known.speed_kt[window] > limits.runway_above_kt]
    if window.size < 2:
        return None
    # Direction of travel from the positions: on the ground files give headings, or nothing.
    lon, lat = fixes.longitude[window], fixes.latitude[window]
    course = bearing_deg(lon[:-1], lat[:-1], lon[1:], lat[1:])
    moved = distance_m(lon[:-1], lat[:-1], lon[1:], lat[1:]) > limits.runway_step_m
    votes = []
    for end in ends.tolist():
        heading = airports.end_heading_deg[end]
        far = distance_m(airports.end_longitude[end], airports.end_latitude[end], lon[1:], lat[1:])
        direction = bearing_deg(airports.end_longitude[end], airports.end_latitude[end], lon[1:], lat[1:])
        off = np.radians(direction - heading)
        along, lateral = far * np.cos(off), far * np.sin(off)
        length = airports.end_length_m[end]
        on_line = (
            moved
            & (np.abs(lateral) <= limits.runway_lateral_m)
            & (along >= -limits.runway_beyond_m)
            & (along <= length + limits.runway_beyond_m)
            & (angle_between_deg(course, heading) <= limits.runway_deg)
        )
        votes.append((int(on_line.sum()), -float(np.abs(lateral[on_line]).mean()) if on_line.any() else 0.0, end))
    votes.sort(reverse=True)
    best = votes[0]
    if best[0] < 2 or (len(votes) > 1 and votes[1][:2] == best[:2]):
        return None
    return str(airports.end_ident[best[2]])
