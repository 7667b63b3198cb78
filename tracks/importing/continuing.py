"""Whether two tracks show one flight: the question that cuts a file into legs, asked across files."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.conf import settings as site
from django.db.models import QuerySet
from numpy.typing import NDArray

from tracks.models import Stretch, Track
from tracks.models.batches import in_batches
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


@dataclass(slots=True)
class Legs:
    """Whether two tracks of one aircraft are one leg: they share most of the shorter one's time, or the rules that
    split legs find nothing to split in the fixes of both together. Remembers what it has found.
    """

    _done: dict[tuple[int, int], bool] = field(default_factory=dict)

    def one_leg(self, one: Track, other: Track) -> bool:
        """Whether they are."""
        self.prepare([(one, other)])
        return self._done[one.pk, other.pk]

    def prepare(self, pairs: Iterable[tuple[Track, Track]]) -> None:
        """Find it out of many pairs, with a handful of queries, for those who ask later."""
        waiting: list[tuple[Track, Track]] = []
        for one, other in pairs:
            if (one.pk, other.pk) not in self._done:
                by_times = _one_leg_by_times(one, other)
                if by_times is None:
                    waiting.append((one, other))
                else:
                    self._done[one.pk, other.pk] = by_times
        for together in in_batches(waiting, lambda pair: pair[0].fix_count + pair[1].fix_count):
            fixes = fixes_of_each(track for pair in together for track in pair)
            for one, other in together:
                both = Fixes.concatenate([fixes[track.pk] for track in sorted((one, other), key=_start)])
                _times, first = np.unique(both.time, return_index=True)  # sorted, each once, as the rules want it
                self._done[one.pk, other.pk] = len(_legs(both[first])) == 1

    def forget(self, track: Track) -> None:
        """Drop what was found of a track that has other fixes now."""
        self._done = {pair: found for pair, found in self._done.items() if track.pk not in pair}


def _one_leg_by_times(one: Track, other: Track) -> bool | None:
    """Whether they are one leg where their times alone tell."""
    earlier, later = sorted((one, other), key=_start)
    if later.started_at - earlier.ended_at > longest_gap():
        return False
    shared = (min(one.ended_at, other.ended_at) - later.started_at).total_seconds()
    shorter = min((track.ended_at - track.started_at).total_seconds() for track in (one, other))
    return True if shared >= SHARED * shorter and shared >= 0 else None


def _start(track: Track) -> datetime.datetime:
    return track.started_at


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
    return fixes_of_each([track])[track.pk]


def fixes_of_each(tracks: Iterable[Track]) -> dict[int, Fixes]:
    """The fixes of several tracks, by their ids, in one query."""
    callsigns = {track.pk: track.callsign for track in tracks}
    found = _concatenated(callsigns, Stretch.objects.all(), _fixes)
    for pk, fixes in found.items():
        if callsigns[pk] and len(fixes):
            fixes.callsigns = (callsigns[pk],)
            fixes.callsign = np.zeros(len(fixes), dtype="i4")
    return found


def paths_of(track_ids: Iterable[int]) -> dict[int, Fixes]:
    """Time, place and class of the fixes of many tracks, by their ids, in one query; the other columns are unknown."""
    return _concatenated(track_ids, Stretch.objects.only("track_id", "evidence_class", "path", "lone_fix"), _path)


def _concatenated(
    track_ids: Iterable[int], stretches: QuerySet[Stretch], read: Callable[[Stretch], Fixes]
) -> dict[int, Fixes]:
    parts: dict[int, list[Fixes]] = {pk: [] for pk in track_ids}
    for stretch in stretches.filter(track__in=parts).order_by("track_id", "ordinal"):
        parts[stretch.track_id].append(read(stretch))
    return {pk: Fixes.concatenate(own) for pk, own in parts.items()}


def _path(stretch: Stretch) -> Fixes:
    line = _line(stretch)
    estimated = stretch.evidence_class == EvidenceClass.ESTIMATED
    return Fixes.of(line[:, 3], line[:, 0], line[:, 1], estimated=estimated)


def _line(stretch: Stretch) -> NDArray[np.float64]:
    """Longitude, latitude, altitude and time of its fixes, n×4."""
    return stretch.path.coordinates if stretch.path is not None else np.asarray(stretch.lone_fix).reshape(-1, 4)


def _fixes(stretch: Stretch) -> Fixes:
    line = _line(stretch)
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
