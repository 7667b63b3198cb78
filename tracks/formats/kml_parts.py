"""What a KML document hands on: fixes of tracks and of timed points, with the folder and placemark they stand in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from tracks.formats.columns import QUOTED
from tracks.formats.kml_track import Positions
from tracks.formats.xml_places import Places
from tracks.formats.xml_values import coordinates, times

POINTS = 16_384

# So much is kept of a placemark's text.
LONGEST = 2_000

# What is wanted of a placemark with a point: key of `xml_template.Template` -> column.
POINT_KEYS = {
    "Placemark/name": "name",
    "Placemark/description": "description",
    "Placemark/TimeStamp/when": "when",
    "Placemark/TimeSpan/begin": "begin",
    "Placemark/Point/coordinates": "coordinates",
    "Placemark/Point/altitudeMode": "mode",
}


@dataclass(slots=True)
class Folder:
    """A Folder or Document; `number` tells those of one name apart."""

    number: int
    name: str = ""
    description: str = ""


@dataclass(slots=True)
class Mark:
    """A placemark that holds tracks, or a point without time; what stands behind the tracks comes late."""

    number: int
    folder: Folder
    name: str = ""
    description: str = ""


@dataclass(slots=True)
class Part:
    """Fixes of one placemark's track (`mark` given), or of timed points of one folder.

    `modes` is one altitudeMode for all or one each; `further` says that a track of the same placemark
    went before; `names` and `descriptions` are those of points, one each; `fields` are the display names of
    the values beside a track by name, as far as the file had said them by then.
    """

    folder: Folder
    mark: Mark | None
    fixes: Positions
    modes: list[str]
    further: bool = False
    names: list[bytes] = field(default_factory=list)
    descriptions: list[bytes] = field(default_factory=list)
    fields: Mapping[str, str] = field(default_factory=dict)


def marks_of(columns: Mapping[str, list[bytes]], count: int, first: int, folder: Folder) -> list[Mark]:
    """The first `count` of placemarks that are points, numbered from `first` on."""
    marks = [Mark(first + at, folder) for at in range(count)]
    for name in ("name", "description"):
        for mark, text in zip(marks, columns.get(name, ()), strict=False):
            setattr(mark, name, text.decode("utf-8", "replace").strip()[:LONGEST])
    return marks


class TimedPoints:
    """Collects timed points of one folder after the other.

    Args:
        read_time: reads what is not written in the usual way.
    """

    def __init__(self, read_time: Callable[[str], float]) -> None:
        self._read_time = read_time
        self._columns: dict[str, list[bytes]] = {name: [] for name in POINT_KEYS.values()}
        self._records: list[tuple[int, int]] = []  # first record and how many, in turn
        self._folder = Folder(0)
        self._places = Places()

    def add(
        self,
        count: int,
        columns: Mapping[str, list[bytes]],
        folder: Folder,
        record: int,
        line_of: Callable[[int], int],
    ) -> list[Part]:
        """Take points of a folder, numbered from `record` on; gives out what is full or of another folder."""
        done = self.flush() if folder is not self._folder else []
        self._folder = folder
        for name, batch in self._columns.items():
            batch += [text[:LONGEST] for text in columns[name]] if name in columns else [b""] * count
        if "when" not in columns:
            self._columns["when"][-count:] = columns["begin"]
        self._places.add(record, line_of)
        self._records.append((record, count))
        return done + self.flush() if len(self._columns["when"]) >= POINTS else done

    def flush(self) -> list[Part]:
        """What has been collected."""
        if not self._records:
            return []
        points = {name: [text.strip() for text in batch] for name, batch in self._columns.items()}
        seconds, steps = times(points["when"], lambda _, text: self._read_time(text))
        record = np.concatenate([np.arange(first, first + count) for first, count in self._records])
        wrong = np.flatnonzero(np.isnan(seconds))
        texts = {int(record[at]): points["when"][at].decode("utf-8", "replace")[:QUOTED] for at in wrong}
        unreadable = {at: text for at, text in texts.items() if text}
        position = coordinates(points["coordinates"], b",")
        fixes = Positions(seconds, steps, position, record, unreadable, self._places.copy().place)
        modes = [mode.decode("utf-8", "replace") for mode in points["mode"]]
        self._columns = {name: [] for name in self._columns}
        self._records = []
        self._places.clear()
        return [Part(self._folder, None, fixes, modes, names=points["name"], descriptions=points["description"])]
