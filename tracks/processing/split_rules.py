"""What may separate two legs, and the thresholds that decide; shared by the rules in `splitting` and `unseen_stays`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SplitReason(StrEnum):
    """Why a new leg begins. The first leg of a track begins because the track does."""

    TRACK_START = "track-start"
    FILE_SAYS = "file-says"
    GROUND_STOP = "ground-stop"
    CALLSIGN_CHANGE = "callsign-change-near-the-ground"
    LANDING_UNSEEN = "landed-and-took-off-unseen"
    STAYED_UNSEEN = "must-have-stayed-unseen"
    CURATOR_SAYS = "curator-says"


@dataclass(frozen=True, slots=True)
class SplitThresholds:
    """When a leg ends. Seconds, knots, metres, degrees.

    Args:
        ground_stop_s: on the ground between two flights for at least this long (a touch-and-go or
            a taxi back for another circuit is shorter).
        gap_s: only in a gap at least this long can a landing and a take-off hide.
        low_m: an aircraft this low (any altitude reference) and slower than `slow_kt` was close
            to landing or had just taken off; high airports are a reason not to go lower.
        slow_kt: see there.
        sinking_fpm: losing, or gaining, height on average at least this fast within `recent_s` it was
            on its way down, or up.
        recent_s: see there.
        steep_fpm: a fix below twice `low_m` that states to climb faster than this has just taken off: a jet is
            soon above `low_m`.
        vertical_fpm: how fast it comes down to land and climbs again, where both were unseen.
        low_ground_s: the least time on the ground between a landing and a take-off that were both
            seen in part.
        one_end_s: the same where one of them only was.
        stay_s: the same where neither was and nothing but the time tells.
        stay_speed_kt: and slower than this on average over the gap; slower flight is not en route.
        usual_kt: how fast the way would have been flown, where the fixes around do not tell.
        least_usual_kt: slower than this nothing is en route, whatever its fixes say.
        usual_within_s: fixes so close before and after a gap tell how fast it was flying.
        reversed_deg: a track angle turned by at least this much across a gap means it came back.
        reversed_stay_s: `stay_s` for one that came back.
        longest_gap_s: nothing stays in the air this long unseen.
    """

    ground_stop_s: float = 300.0
    gap_s: float = 600.0
    low_m: float = 3000.0
    slow_kt: float = 260.0
    sinking_fpm: float = 400.0
    recent_s: float = 300.0
    steep_fpm: float = 500.0
    vertical_fpm: float = 1800.0
    low_ground_s: float = 900.0
    one_end_s: float = 1500.0
    stay_s: float = 2700.0
    stay_speed_kt: float = 130.0
    usual_kt: float = 150.0
    least_usual_kt: float = 50.0
    usual_within_s: float = 300.0
    reversed_deg: float = 120.0
    reversed_stay_s: float = 2400.0
    longest_gap_s: float = 18 * 3600.0


@dataclass(frozen=True, slots=True)
class Split:
    """A new leg begins at the fix at `position`; the leg before ends at the one before it."""

    position: int
    reason: SplitReason
