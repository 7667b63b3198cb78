"""From the parts of a KML document to chunks of fixes: what all its writers have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tracks.formats.columns import without_unusable
from tracks.formats.contract import (
    CHUNK_FIXES,
    ByteStream,
    Chunk,
    DropReason,
    ParseError,
    ParseReport,
    ParseSettings,
    StatedIdentity,
    at_line,
    gettext_noop,
)
from tracks.formats.kml_aircraft import AircraftKeys
from tracks.formats.kml_document import KmlDocument
from tracks.formats.kml_parts import Folder, Part
from tracks.formats.kml_repeats import TrackFixes, without
from tracks.formats.kml_values import COURSES, SPEEDS, altitudes, movement
from tracks.formats.simulators import SIMULATED, simulator_in
from tracks.formats.times import tell_of_changed_clocks, zone_named
from tracks.formats.xml_events import XmlEvents
from tracks.formats.xml_values import uniform_steps
from tracks.processing.fixes import AltitudeKind, Fixes

# So many timed points beside tracks are marks on them.
_MARKS = 10

# So many groups of so few points wait for the end of the file.
_MOST_FEW = 1_024


class KmlReading:
    """One KML file being read. Writers whose files say more have classes derived from this one.

    Attributes:
        absolute: what kind altitudes called absolute are.
        descriptions: whether the descriptions of points are wanted.
        lines_repeat: whether lines without times only repeat the fixes, so that nobody needs to know of them.
    """

    absolute = AltitudeKind.GEOMETRIC
    descriptions = False
    lines_repeat = False

    def __init__(self, report: ParseReport, settings: ParseSettings) -> None:
        self.report = report
        self.keys = AircraftKeys()
        self.document = KmlDocument(
            report, zone_named(settings.time_zone), arrays=(*SPEEDS, *COURSES), descriptions=self.descriptions
        )
        self._limits = settings.limits
        self._told: set[str] = set()
        self._tracks = 0  # parts that came from tracks
        self._few: list[Part] = []
        self._of_tracks = TrackFixes()
        self._folder_of_many = -1  # the last folder of which so many points came that they are no marks

    def chunks(self, stream: ByteStream) -> Iterator[Chunk]:
        """All chunks of the file, in file order."""
        events = XmlEvents(stream, self.document, self.report, self._limits)
        self.document.attach(events)
        fixes = 0
        for _ in events.blocks():
            for chunk in self._ready():
                fixes += len(chunk.fixes)
                yield chunk
            self.report.refuse_nonsense()
        self.document.finish()
        for chunk in (*self._ready(), *self._held_back()):
            fixes += len(chunk.fixes)
            yield chunk
        self._refuse_or_warn(fixes, events.line, truncated=events.truncated)

    def _ready(self) -> Iterator[Chunk]:
        for part in map(self._without_repeats, self.document.take()):
            if not len(part.fixes):
                continue
            if self.may_be_marks(part):
                self._few.append(part)
            elif self.is_track(part):
                yield from self._of_part(part)

    def _without_repeats(self, part: Part) -> Part:
        """A part without points that are fixes of the tracks before: an aircraft of their own they are not."""
        if part.mark is not None:
            self._of_tracks.add(part.fixes)
            return part
        repeated = self._of_tracks.repeated_in(part.fixes)
        if self._of_tracks.too_many and len(part.fixes):
            self.tell(
                gettext_noop(
                    "The tracks have so many fixes that not all are remembered: points that repeat them may come as "
                    "an aircraft of their own. Exclude it, or export tracks without points."
                ),
                int(part.fixes.record[0]),
                part,
            )
        if not repeated.any():
            return part
        records = part.fixes.record[repeated]
        self.report.records_read += int(records.size)
        places = [part.fixes.place(int(record)) for record in records[:5]]
        self.report.drop(DropReason.REPEATED, *places, count=int(records.size))
        return without(part, repeated)

    def _held_back(self) -> Iterator[Chunk]:
        """At the end: points that were so few that tracks which came later may have made marks of them."""
        few, self._few = self._few, []
        for part in few:
            if self.is_track(part):
                yield from self._of_part(part)

    # What writers differ in.

    def may_be_marks(self, part: Part) -> bool:
        """Whether to wait for the end of the file before it is said what points are."""
        few = part.mark is None and len(part.fixes) <= _MARKS and part.folder.number != self._folder_of_many
        return few and not self._tracks and len(self._few) < _MOST_FEW

    def is_track(self, part: Part) -> bool:
        """Whether a part is fixes of an aircraft."""
        if part.mark is not None:
            self._tracks += 1
            return True
        if len(part.fixes) > _MARKS:
            self._folder_of_many = part.folder.number
        elif self._tracks and part.folder.number != self._folder_of_many:
            self.tell(
                gettext_noop("A few points with a time stand beside the tracks; they were taken for marks."),
                int(part.fixes.record[0]),
                part,
            )
            return False
        return True

    def key(self, part: Part) -> str | list[str]:
        """The aircraft a part belongs to, or one for each of its points."""
        return self.keys.of_points(part) if part.names else self.keys.of_track(part)

    def identity(self, part: Part) -> StatedIdentity:
        """Who that is, as far as the file says so: KML names no aircraft, but a simulator may name itself."""
        for document in (Folder(0, self.document.creator), *self.document.documents[:1]):
            for text in (document.name, document.description):
                if name := simulator_in(text):
                    self.tell(SIMULATED, int(part.fixes.record[0]), part, name=name)
                    return StatedIdentity(simulator=name)
        return StatedIdentity()

    def columns(self, part: Part) -> dict[str, Any]:
        """The columns of `Fixes` beside time, place and record."""
        fixes = part.fixes
        altitude, kind, above_ground = altitudes(fixes.position[:, 2], part.modes, self.absolute, self.report)
        if above_ground.any():
            self.tell(
                gettext_noop("Heights here are above ground, not above sea level: they are no altitudes and not read."),
                int(fixes.record[np.flatnonzero(above_ground)[0]]),
                part,
            )
        knots, degrees = movement(fixes, part.fields, self.report)
        return {"altitude": altitude, "altitude_kind": kind, "ground_speed": knots, "track_angle": degrees}

    def tell(self, message: str, record: int, part: Part, **values: Any) -> None:
        """Warn once in a file."""
        if message not in self._told:
            self._told.add(message)
            self.report.warn(message, part.fixes.place(record), **values)

    # Chunks.

    def _of_part(self, part: Part) -> Iterator[Chunk]:
        stated = part.fixes
        fixes = Fixes.of(
            stated.time,
            stated.position[:, 0],
            stated.position[:, 1],
            time_resolution=uniform_steps(stated.step),
            record_index=stated.record,
            **self.columns(part),
        )
        if part.further and len(fixes):
            fixes.break_before[0] = True
        key, identity = self.key(part), self.identity(part)
        if isinstance(key, str):
            groups = [(key, fixes)]
        else:
            names, which = np.unique(key, return_inverse=True)
            groups = [(str(name), fixes[which == number]) for number, name in enumerate(names)]
        for own_key, own in groups:
            for start in range(0, len(own), CHUNK_FIXES):
                kept = without_unusable(own[start : start + CHUNK_FIXES], self.report, stated.place, stated.unreadable)
                if len(kept):
                    yield Chunk(own_key, identity, kept)

    def _refuse_or_warn(self, fixes: int, line: int, *, truncated: bool) -> None:
        document, report = self.document, self.report
        tell_of_changed_clocks(report, document.doubtful)
        if document.spans:
            report.warn(
                gettext_noop("%(count)d points have a time span; they were taken to be there when it begins."),
                count=document.spans,
            )
        if fixes or report.records_read:
            if document.lines and not self.lines_repeat:
                report.warn(
                    gettext_noop(
                        "%(count)d lines without times for their points stand beside the fixes; they were not read."
                    ),
                    count=document.lines,
                )
            return
        if document.lines:
            message = gettext_noop(
                "The KML holds lines, but no time for each of their points, so it is no track. (A time span beside a "
                "line only says when all of it is shown.) Export it as a track with times (gx:Track), or as GPX or CSV."
            )
        elif document.untimed:
            message = gettext_noop("The KML holds places without times, and no track.")
        elif document.links:
            message = gettext_noop("The KML only links to other files and holds no track. Fetch what it links to.")
        elif truncated:
            message = gettext_noop("The file stops before its first fix. Fetch it again.")
        else:
            message = gettext_noop("The KML holds no track.")
        raise ParseError(message, place=at_line(line))
