"""From the fixes of one aircraft in one file to its legs: clean, split, find gaps and ends."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tracks.processing.cleaning import CleaningReport, clean, parts_apart
from tracks.processing.endpoints import Airports, End, find_ends
from tracks.processing.fixes import Fixes
from tracks.processing.gaps import Gap, Stretch, find_gaps
from tracks.processing.phases import Phases, phases
from tracks.processing.splitting import SplitReason, split_legs
from tracks.processing.thresholds import ProcessingSettings

# Raised whenever the same fixes would give other legs; stored with what was made of a file.
PROCESSING_VERSION = 4


@dataclass(frozen=True, slots=True)
class Leg:
    """One flight, or a time on the ground, as one file shows it.

    Attributes:
        fixes: cleaned, times strictly increasing; every one belongs to exactly one stretch.
        stretches: runs of one evidence class without a gap, in order of time.
        gaps: leading, interior and trailing, in order of time.
        departure, arrival: the ends, unknown where the fixes do not show them.
        begins_because: why the leg was cut off from what is before it.
        airborne: whether any observed fix is in the air (in a leg without observed ones, any fix); a
            leg without is a time on the ground.
        callsigns: those stated in this leg, most often stated first.
    """

    fixes: Fixes
    stretches: list[Stretch]
    gaps: list[Gap]
    departure: End
    arrival: End
    begins_because: SplitReason
    airborne: bool
    callsigns: tuple[str, ...]

    @property
    def interval(self) -> tuple[float, float]:
        """Epoch seconds of the first and the last fix."""
        return float(self.fixes.time[0]), float(self.fixes.time[-1])


@dataclass(frozen=True, slots=True)
class Processed:
    """What became of the fixes of one aircraft."""

    legs: list[Leg]
    report: CleaningReport


def process(fixes: Fixes, settings: ProcessingSettings | None = None, airports: Airports | None = None) -> Processed:
    """Clean the fixes of one aircraft and cut them into legs.

    Args:
        fixes: as parsed, in any order.
        settings: thresholds.
        airports: where legs may begin and end; without, all ends are unknown.
    """
    settings = settings or ProcessingSettings()
    cleaned, report = clean(
        fixes,
        max_ground_speed_kmh=settings.max_ground_speed_kmh,
        position_noise_m=settings.position_noise_m,
        clock_noise_s=settings.clock_noise_s,
        reanchor_after=settings.reanchor_after,
        frozen_m=settings.frozen_m,
        frozen_above_kt=settings.frozen_above_kt,
        frozen_unstated_s=settings.frozen_unstated_s,
        jump_m=settings.jump_m,
        jump_fixes=settings.jump_fixes,
        clock_step_s=settings.clock_step_s,
        clock_steps_share=settings.clock_steps_share,
        silence_s=settings.silence_s,
        apart_s=settings.split.longest_gap_s,
    )
    legs: list[Leg] = []
    # Nothing flies so long unseen: whatever is found before such a silence must not depend on what comes after.
    for apart in parts_apart(cleaned.time, settings.split.longest_gap_s):
        part = cleaned[apart]
        known = phases(part, settings.phase)
        for leg, reason in split_legs(part, settings.split, known):
            if apart.start and not leg.start:
                reason = SplitReason.FILE_SAYS if part.leg_start[0] else SplitReason.STAYED_UNSEEN
            legs.append(_leg(part[leg], known[leg], reason, settings, airports))
    return Processed(legs, report)


def as_leg(
    fixes: Fixes,
    begins_because: SplitReason,
    settings: ProcessingSettings | None = None,
    airports: Airports | None = None,
) -> Leg:
    """Cleaned fixes as one leg, whatever the rules that split legs would find: somebody knows better.

    Args:
        fixes: at least one; times strictly increasing.
    """
    settings = settings or ProcessingSettings()
    return _leg(fixes, phases(fixes, settings.phase), begins_because, settings, airports)


def cut_leg(
    leg: Leg, moments: Iterable[float], settings: ProcessingSettings | None = None, airports: Airports | None = None
) -> list[Leg]:
    """Cut a leg where somebody says that another one begins.

    Args:
        moments: epoch seconds; the fix at or after each is the first of another leg. Those outside do nothing.
    """
    cuts = np.unique(np.searchsorted(leg.fixes.time, sorted(moments)))
    cuts = cuts[(cuts > 0) & (cuts < len(leg.fixes))]
    if not cuts.size:
        return [leg]
    bounds = itertools.pairwise([0, *cuts.tolist(), len(leg.fixes)])
    return [
        as_leg(leg.fixes[start:stop], SplitReason.CURATOR_SAYS if start else leg.begins_because, settings, airports)
        for start, stop in bounds
    ]


def _leg(
    fixes: Fixes, known: Phases, reason: SplitReason, settings: ProcessingSettings, airports: Airports | None
) -> Leg:
    departure, arrival = find_ends(fixes, airports, settings.end, known)
    airborne = bool((known.air & ~fixes.estimated).any() or (fixes.estimated.all() and known.air.any()))
    stretches, gaps = find_gaps(
        fixes,
        settings.gap,
        known,
        # A time on the ground misses neither a departure nor an arrival.
        departure_seen=departure.seen or not airborne,
        arrival_seen=arrival.seen or not airborne,
        reach=settings.reach,
    )
    return Leg(fixes, stretches, gaps, departure, arrival, reason, airborne, _callsigns(fixes))


def _callsigns(fixes: Fixes) -> tuple[str, ...]:
    stated = fixes.callsign[fixes.callsign >= 0]
    if not stated.size:
        return ()
    if (stated == stated[0]).all():
        return (fixes.callsigns[int(stated[0])],)
    counts = np.bincount(stated, minlength=len(fixes.callsigns))
    order = np.argsort(-counts, kind="stable")
    return tuple(fixes.callsigns[i] for i in order.tolist() if counts[i])
