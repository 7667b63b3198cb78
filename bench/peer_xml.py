"""Run in the environment of the peers: how long gpxpy or fastkml take to read a file, in seconds a run.

    python peer_xml.py gpx|kml FILE RUNS

Both are given text in memory, and asked for the number of its points afterwards, outside the time taken.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import fastkml
import gpxpy


def _gpx(text: str) -> Any:
    return gpxpy.parse(text)


def _gpx_points(parsed: Any) -> int:
    return sum(len(segment.points) for track in parsed.tracks for segment in track.segments)


def _kml(text: str) -> Any:
    # It refuses text that declares an encoding.
    return fastkml.KML.from_string(text.partition("?>")[2])


def _kml_points(parsed: Any) -> int:
    return sum(
        len(placemark.kml_geometry.track_items)
        for document in parsed.features
        for placemark in document.features
        if isinstance(placemark.kml_geometry, fastkml.gx.Track)
    )


if __name__ == "__main__":
    kind, file, runs = sys.argv[1:]
    read, count = {"gpx": (_gpx, _gpx_points), "kml": (_kml, _kml_points)}[kind]
    written = Path(file).read_text(encoding="utf-8")
    seconds = []
    for _ in range(int(runs)):
        began = time.perf_counter()
        document = read(written)
        seconds.append(time.perf_counter() - began)
        points = count(document)
        del document
    json.dump({"seconds": seconds, "points": points}, sys.stdout)
