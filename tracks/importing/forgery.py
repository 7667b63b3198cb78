"""Tells the curator of signs that positions were forged or jammed, or a clock set, in any aircraft of a file."""

from __future__ import annotations

import datetime

from django.utils.translation import gettext_noop

from tracks.formats.contract import PLACES_KEPT
from tracks.formats.reading import record_place
from tracks.importing.reports import ImportReport
from tracks.processing.cleaning import CleaningReport
from tracks.processing.crowds import find_crowds
from tracks.processing.signs import Jump
from tracks.processing.thresholds import ProcessingSettings

# Of an aircraft that jumps a thousand times the first ones tell as much.
JUMPS_KEPT = 100


class Forgery:
    """`add` each aircraft as it is cleaned, `finish` when all are."""

    def __init__(self, report: ImportReport, settings: ProcessingSettings) -> None:
        self.report = report
        self.settings = settings
        self.aircraft = 0
        self.jumps: list[tuple[int, Jump]] = []

    def add(self, key: str, cleaning: CleaningReport, *, goes_on: bool = False) -> None:
        """Warn of the signs in one aircraft's fixes, or (`goes_on`) in a further part of those of the last one."""
        self.aircraft += not goes_on
        self.jumps += [(self.aircraft, jump) for jump in cleaning.jumps[:JUMPS_KEPT]]
        for jump in cleaning.jumps[:PLACES_KEPT]:
            self.report.warn(
                _JUMPED_AND_BACK if jump.came_back else _JUMPED,
                record_place(jump.first_record, self.report.member_names),
                aircraft=key,
                time=_utc(jump.start),
                end=_utc(jump.end),
                km=round(jump.distance_m / 1000),
                count=jump.count,
            )
        for step in cleaning.clock_steps[:PLACES_KEPT]:
            self.report.warn(
                _CLOCK, record_place(step.record, self.report.member_names), aircraft=key, seconds=round(step.seconds)
            )

    def finish(self) -> None:
        """Warn of spots to which several aircraft jumped."""
        who = [number for number, _ in self.jumps]
        time, lon, lat = ([getattr(j, name) for _, j in self.jumps] for name in ("start", "longitude", "latitude"))
        limits = self.settings
        crowds = find_crowds(
            who,
            time,
            lon,
            lat,
            spot_m=limits.crowd_m,
            spot_s=limits.crowd_s,
            least_aircraft=limits.crowd_aircraft,
        )
        for crowd in crowds[:PLACES_KEPT]:
            self.report.warn(
                _CROWD,
                count=crowd.aircraft,
                lat=f"{crowd.latitude:.3f}",
                lon=f"{crowd.longitude:.3f}",
                time=_utc(crowd.start),
                end=_utc(crowd.end),
            )


def _utc(time: float) -> str:
    return f"{datetime.datetime.fromtimestamp(time, datetime.UTC):%Y-%m-%d %H:%M:%S}Z"


_JUMPED_AND_BACK = gettext_noop(
    "%(aircraft)s seems to jump %(km)d km at %(time)s and to be back after %(end)s (%(count)d fixes). "
    "Its positions there may be forged or jammed."
)
_JUMPED = gettext_noop(
    "%(aircraft)s seems to jump %(km)d km at %(time)s and does not come back (%(count)d fixes up to %(end)s). "
    "Its positions on one of the two sides may be forged or jammed."
)
_CROWD = gettext_noop(
    "%(count)d aircraft seem to jump to one spot, %(lat)s, %(lon)s, between %(time)s and %(end)s: "
    "a sign of forged satellite signals."
)
_CLOCK = gettext_noop(
    "The clock of %(aircraft)s goes back by %(seconds)d s while it flies on: times before or after are wrong by that."
)
