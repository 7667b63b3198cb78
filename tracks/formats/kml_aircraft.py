"""Which placemarks of a KML file are one aircraft.

KML does not say. What is taken for one: the tracks of one placemark (gx:MultiTrack); placemarks of one
name in one folder, as long as they do not overlap in time (tar1090 writes one placemark for each time
on the ground and in the air); the timed points of one folder, unless so many stand at one time in
different places under different names that they must be several (then each name is one). Everything
else is several. Two taken apart here can still become one flight later; two taken for one could not be
told apart again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tracks.formats.contract import ParseError, gettext_noop
from tracks.formats.kml_parts import Folder, Part
from tracks.formats.text import clean

# Seconds by which two sections of one aircraft may overlap: clocks and doubled last positions.
_OVERLAP = 1.0
_MOST_SECTIONS = 4_096

# A file that seems to hold more aircraft names its points by something else; each would be kept in memory.
_MOST_AIRCRAFT = 1 << 16

# Of aircraft with one name in one folder, a section is compared with so many, the last ones.
_MOST_COMPARED = 16

# Of points: this share stands elsewhere at the time of another, in so different a place (degrees).
_SHARE = 0.1
_ELSEWHERE = 0.01


@dataclass(slots=True)
class _Group:
    """The sections taken for one aircraft."""

    key: str
    spans: list[tuple[float, float]] = field(default_factory=list)

    def takes(self, begin: float, end: float) -> bool:
        """Whether something from `begin` to `end` is at no time of what there is."""
        return len(self.spans) < _MOST_SECTIONS and all(
            begin > last - _OVERLAP or end < first + _OVERLAP for first, last in self.spans
        )


class AircraftKeys:
    """The keys of a file's aircraft, given out in file order.

    Every method may raise ParseError: the file seems to hold more than `_MOST_AIRCRAFT`.
    """

    def __init__(self) -> None:
        self._count = 0
        self._used: dict[str, int] = {}
        self._groups: dict[tuple[int, str], list[_Group]] = {}
        self._mark: tuple[int, _Group] | None = None
        self._folders: dict[int, str] = {}
        self._named: dict[tuple[int, str], str] = {}
        self._by_name: dict[int, bool] = {}

    def of_track(self, part: Part) -> str:
        """The key of a part that comes from a track."""
        times = part.fixes.time[~np.isnan(part.fixes.time)]
        begin, end = (float(times.min()), float(times.max())) if times.size else (np.inf, -np.inf)
        if part.mark is not None and self._mark is not None and self._mark[0] == part.mark.number:
            group = self._mark[1]
        else:
            group = self._group(part, begin, end)
            if part.mark is not None:
                self._mark = (part.mark.number, group)
        if times.size:
            group.spans.append((begin, end))
        return group.key

    def of_folder(self, folder: Folder, name: str) -> str:
        """The key of all that stands in a folder; `name` is what to call it."""
        if folder.number not in self._folders:
            self._folders[folder.number] = self._new(clean(name) or "track")
        return self._folders[folder.number]

    def of_points(self, part: Part) -> str | list[str]:
        """The key of points, or the key of each where names tell several aircraft apart."""
        number = part.folder.number
        if number not in self._by_name:
            self._by_name[number] = _several(part)
        if not self._by_name[number]:
            return self.of_folder(part.folder, part.folder.name or "points")
        return [self._of_name(number, name) for name in part.names]

    def _of_name(self, folder: int, name: bytes) -> str:
        text = clean(name.decode("utf-8", "replace")) or "point"
        if (folder, text) not in self._named:
            self._named[folder, text] = self._new(text)
        return self._named[folder, text]

    def _group(self, part: Part, begin: float, end: float) -> _Group:
        name = clean(part.mark.name) if part.mark is not None else ""
        if not name:
            return _Group(self._new("track"))
        groups = self._groups.setdefault((part.folder.number, name), [])
        for group in groups[-_MOST_COMPARED:]:
            if group.takes(begin, end):
                return group
        groups.append(_Group(self._new(name)))
        return groups[-1]

    def _new(self, name: str) -> str:
        self._count += 1
        if self._count > _MOST_AIRCRAFT:
            raise ParseError(
                gettext_noop(
                    "The file seems to hold more than %(count)d aircraft: tracks without a name, or as many names. It "
                    "was not read further. Export fewer at a time, or give what belongs to one aircraft one name."
                ),
                count=_MOST_AIRCRAFT,
            )
        name = name[:60]
        self._used[name] = self._used.get(name, 0) + 1
        return name if self._used[name] == 1 else f"{name} ({self._used[name]})"


def _several(part: Part) -> bool:
    """Whether points of one folder must be several aircraft, told apart by their names."""
    fixes = part.fixes
    known = np.flatnonzero(~np.isnan(fixes.time) & ~np.isnan(fixes.position[:, :2]).any(axis=1))
    if known.size < 2 or len(set(part.names)) > known.size / 2:
        return False
    known = known[np.argsort(fixes.time[known], kind="stable")]
    time, position = fixes.time[known], fixes.position[known, :2]
    names = np.array([part.names[at] for at in known], dtype=object)
    elsewhere = (
        (time[1:] == time[:-1])
        & (np.abs(position[1:] - position[:-1]) > _ELSEWHERE).any(axis=1)
        & (names[1:] != names[:-1])
    )
    return int(elsewhere.sum()) >= _SHARE * known.size
