"""Cuts a stored track in two where a curator splits a flight, and mends it when that is undone.

Both are done to the fixes as they are stored, by the thresholds that the track's file was processed with, whatever the
site's are by now: stretches, gaps and ends of each part are those an import finds that cuts the leg at the same moment.
"""

from __future__ import annotations

import datetime

import numpy as np
from django.utils.translation import gettext as _

from tracks.importing.airports import AirportTable
from tracks.importing.continuing import fixes_of
from tracks.importing.copying import StoredGap, copy_gaps, copy_stretches, moment
from tracks.importing.storing import describe
from tracks.models import Gap, Stretch, Track, TrackFile
from tracks.models.revisions import EditRefused
from tracks.models.vocabulary import GapKind
from tracks.processing.fixes import Fixes
from tracks.processing.pipeline import Leg, as_leg, cut_leg
from tracks.processing.splitting import SplitReason
from tracks.processing.thresholds import ProcessingSettings, settings_of

Causes = dict[tuple[str, datetime.datetime | None, datetime.datetime | None], str]


def thresholds_of(track_file: TrackFile) -> ProcessingSettings:
    """The thresholds by which the stored tracks of a file were made.

    Raises:
        EditRefused: the row does not tell, or names some that there are no longer. The file has to be imported again:
            cut by others, its tracks would be a mixture that nobody could tell apart.
    """
    told = track_file.read_as.get("processing") or track_file.report.get("processing") or {}
    try:
        return settings_of(told["settings"])
    except (KeyError, TypeError) as error:
        raise EditRefused(
            _(
                "“%(name)s” was processed by an older version, with thresholds that are not known any more: import it "
                "again first."
            )
            % {"name": track_file.name}
        ) from error


def cut(
    track: Track, at: datetime.datetime, table: AirportTable, thresholds: ProcessingSettings
) -> tuple[Track, list[Leg]]:
    """Cut a track before the first fix at or after `at`; it keeps what is before.

    Args:
        thresholds: by which the track was made: `thresholds_of` its file, or those of the import that is making it.

    Returns:
        The rest, a track of its own; and the two legs they hold now.

    Raises:
        ValueError: it has no fix before `at`, or none from then on.
    """
    whole = as_leg(_fixes(track), SplitReason(track.ends.get("begins", SplitReason.TRACK_START)), thresholds)
    legs = cut_leg(whole, [at.timestamp()], thresholds, table.airports)
    if len(legs) != 2:
        raise ValueError(f"{at} does not lie within {track}")
    rest = Track(
        track_file=track.track_file,
        aircraft_key=track.aircraft_key,
        aircraft=track.aircraft,
        identity=track.identity,
        simulator=track.simulator,
    )
    causes = _causes(track)
    for one, leg in zip((track, rest), legs, strict=True):
        _write(one, leg, table, causes)
    return rest, legs


def mend(first: Track, second: Track, table: AirportTable) -> Track:
    """Make two tracks that were cut apart one again: the first, longer. The second goes, with its place in a flight.

    Raises:
        EditRefused: it is not known how their file was processed (`thresholds_of`).
    """
    thresholds = thresholds_of(first.track_file)
    fixes = Fixes.concatenate([_fixes(first), _fixes(second)])
    fixes.callsigns, fixes.callsign = _callsign(first.callsign or second.callsign, len(fixes))
    begins = SplitReason(first.ends.get("begins", SplitReason.TRACK_START))
    leg = as_leg(fixes, begins, thresholds, table.airports)
    causes = _causes(first) | _causes(second)
    second.delete()
    _write(first, leg, table, causes)
    return first


def _callsign(callsign: str, count: int) -> tuple[tuple[str, ...], np.ndarray]:
    return ((callsign,) if callsign else ()), np.full(count, 0 if callsign else -1, dtype="i4")


def _fixes(track: Track) -> Fixes:
    """The track's fixes, with a mark at each that follows a gap: not every gap shows in the times."""
    fixes = fixes_of(track)
    after = track.gaps.filter(kind=GapKind.INTERIOR).values_list("ended_at", flat=True)
    at = np.searchsorted(fixes.time, [time.timestamp() - 1e-4 for time in after if time is not None])
    fixes.break_before[at[at < len(fixes)]] = True
    return fixes


def _causes(track: Track) -> Causes:
    return {(gap.kind, gap.started_at, gap.ended_at): gap.cause for gap in track.gaps.all()}


def _write(track: Track, leg: Leg, table: AirportTable, causes: Causes) -> None:
    callsigns = track.ends.get("callsigns")
    describe(track, leg, table)
    if callsigns:  # stored fixes have one callsign only; the file may have more
        track.ends["callsigns"] = callsigns
    track.started_at, track.ended_at = (moment(time) for time in leg.interval)
    track.save()
    Stretch.objects.filter(track=track).delete()
    Gap.objects.filter(track=track).delete()
    copy_stretches([(track.pk, leg)])
    stored = []
    for gap in leg.gaps:
        bounds = tuple(None if time is None else moment(time) for time in (gap.start, gap.end))
        cause = causes.get((str(gap.kind), bounds[0], bounds[1]), "unknown")
        stored.append(StoredGap(track.pk, gap, leg.fixes, cause))
    copy_gaps(stored)
