"""Whether two tracks show one flight: the question that cuts a file into legs, asked across files."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import numpy as np
from django.conf import settings as site
from numpy.typing import NDArray

from tracks.models import Stretch, Track
from tracks.models.vocabulary import EvidenceClass
from tracks.processing.fixes import COLUMNS, Fixes
from tracks.processing.phases import phases
from tracks.processing.pipeline import Leg
from tracks.processing.splitting import SplitReason, split_legs

_NOT_STORED = {"time", "longitude", "latitude", "altitude", "estimated", "leg_start", "break_before", "callsign"}


# Two tracks of one aircraft that share so much of the shorter one's time show one flight.
SHARED = 0.5


def longest_gap() -> datetime.timedelta:
    """Nothing stays in the air unseen for longer, says the rule of legs: nothing farther away needs to be looked at."""
    return datetime.timedelta(seconds=site.PROCESSING.split.longest_gap_s)


def one_leg(one: Track, other: Track) -> bool:
    """Whether two tracks of one aircraft are one leg: they share most of the shorter one's time, or the rules that
    split legs find nothing to split in the fixes of both together.
    """
    earlier, later = sorted((one, other), key=lambda track: track.started_at)
    if later.started_at - earlier.ended_at > longest_gap():
        return False
    shared = (min(one.ended_at, other.ended_at) - later.started_at).total_seconds()
    shorter = min((track.ended_at - track.started_at).total_seconds() for track in (one, other))
    if shared >= SHARED * shorter and shared >= 0:
        return True
    both = Fixes.concatenate([fixes_of(earlier), fixes_of(later)])
    _times, first = np.unique(both.time, return_index=True)  # sorted, each time once, as the rules want it
    return len(_legs(both[first])) == 1


def continued(before: Leg, leg: Leg) -> Leg:
    """A leg of the same file after a long silence, with the reason that the rules find in both together."""
    found = _legs(Fixes.concatenate([before.fixes, leg.fixes]))
    reasons = {part.start: reason for part, reason in found}
    return dataclasses.replace(leg, begins_because=reasons.get(len(before.fixes), SplitReason.STAYED_UNSEEN))


def _legs(fixes: Fixes) -> list[tuple[slice, SplitReason]]:
    """The legs that the rules of this site find."""
    return split_legs(fixes, site.PROCESSING.split, phases(fixes, site.PROCESSING.phase))


def fixes_of(track: Track) -> Fixes:
    """The fixes of a stored track, in order of time; its callsign stands at each of them."""
    parts = [_fixes(stretch) for stretch in Stretch.objects.filter(track=track).order_by("ordinal")]
    fixes = Fixes.concatenate(parts)
    if track.callsign and len(fixes):
        fixes.callsigns = (track.callsign,)
        fixes.callsign = np.zeros(len(fixes), dtype="i4")
    return fixes


def _fixes(stretch: Stretch) -> Fixes:
    line = stretch.path.coordinates if stretch.path is not None else np.asarray(stretch.lone_fix).reshape(-1, 4)
    known = np.asarray(stretch.altitude_known)
    columns: dict[str, Any] = {
        name: column for name in COLUMNS if name not in _NOT_STORED and (column := _column(stretch, name)).size
    }
    return Fixes.of(
        line[:, 3],
        line[:, 0],
        line[:, 1],
        altitude=np.where(known, line[:, 2], np.nan) if known.size else np.nan,
        estimated=stretch.evidence_class == EvidenceClass.ESTIMATED,
        **columns,
    )


def _column(stretch: Stretch, name: str) -> NDArray[Any]:
    return np.asarray(getattr(stretch, name))
