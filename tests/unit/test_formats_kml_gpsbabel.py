"""KML as GPSBabel writes it: every track as gx:Track, then again as a folder of points and as a line."""

import re
from typing import Any

import pytest

from tests.unit.format_samples import fixes_of, read_file
from tracks.formats import kml_repeats
from tracks.formats.contract import DropReason

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"
\txmlns:gx="http://www.google.com/kml/ext/2.2">
  <Document>
    <name>GPS device</name>
    <snippet>Created Thu Mar 21 12:00:00 2024</snippet>
"""


def whens(first: int, count: int) -> list[str]:
    return [f"2024-03-21T04:{n // 60:02}:{n % 60:02}Z" for n in range(first, first + 10 * count, 10)]


def places(south: float, count: int) -> list[str]:
    return [f"{132.1 - n / 1000:.6f},{43.4 - south * n / 1000:.6f},{1000 + n:.2f}" for n in range(count)]


def gpsbabel(tracks: dict[str, tuple[list[str], list[str]]], *, as_track: bool = True, as_points: bool = True) -> bytes:
    """The file of its options track=1 and points=1."""
    text = HEAD
    if as_track:
        text += "    <Folder>\n      <name>Tracks</name>\n"
        for name, (times, positions) in tracks.items():
            text += f"      <Placemark>\n        <name>{name}</name>\n        <styleUrl>#multiTrack</styleUrl>\n"
            text += "        <gx:Track>\n"
            text += "".join(f"          <when>{when}</when>\n" for when in times)
            text += "".join(f"          <gx:coord>{place.replace(',', ' ')}</gx:coord>\n" for place in positions)
            text += "        </gx:Track>\n      </Placemark>\n"
        text += "    </Folder>\n"
    text += "    <Folder>\n      <name>Tracks</name>\n"
    for name, (times, positions) in tracks.items():
        text += f"      <Folder>\n        <name>{name}</name>\n        <snippet/>\n"
        text += "        <description>\n<![CDATA[<table>\n<tr><td><b>Distance</b> 1.0 mi</td></tr>\n</table>]]>\n"
        text += f"        </description>\n        <TimeSpan>\n          <begin>{times[0]}</begin>\n"
        text += f"          <end>{times[-1]}</end>\n        </TimeSpan>\n"
        if as_points:
            text += "        <Folder>\n          <name>Points</name>\n"
            for number, (when, place) in enumerate(zip(times, positions, strict=True)):
                text += f"          <Placemark>\n            <name>{name}-{number}</name>\n            <snippet/>\n"
                text += "            <description><![CDATA[<table></table>]]></description>\n            <LookAt>\n"
                text += f"              <longitude>{place.split(',')[0]}</longitude>\n"
                text += f"              <latitude>{place.split(',')[1]}</latitude>\n              <tilt>66</tilt>\n"
                text += f"            </LookAt>\n            <TimeStamp><when>{when}</when></TimeStamp>\n"
                text += "            <styleUrl>#track</styleUrl>\n            <Point>\n"
                text += f"              <coordinates>{place}</coordinates>\n            </Point>\n"
                text += "          </Placemark>\n"
            text += "        </Folder>\n"
        text += "        <Placemark>\n          <name>Path</name>\n          <LineString>\n"
        text += f"            <tessellate>1</tessellate>\n            <coordinates>\n{chr(10).join(positions)}\n"
        text += "            </coordinates>\n          </LineString>\n        </Placemark>\n      </Folder>\n"
    return (text + "    </Folder>\n  </Document>\n</kml>\n").encode()


OUT = (whens(0, 40), places(1, 40))
BACK = (whens(1800, 30), places(-2, 30))


def aircraft(chunks: list[Any]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for chunk in chunks:
        counts[chunk.aircraft_key] = counts.get(chunk.aircraft_key, 0) + len(chunk.fixes)
    return counts


def test_each_fix_is_read_once_and_is_of_its_track() -> None:
    chunks, report, detected = read_file(gpsbabel({"Out": OUT, "Back": BACK}))
    assert detected.parser.name == "kml"
    assert aircraft(chunks) == {"Out": 40, "Back": 30}
    assert report.dropped == {DropReason.REPEATED: 70}
    assert report.records_read == 140
    first = report.places[DropReason.REPEATED][0]
    assert first.record == 70
    assert str(first).startswith("line ")
    own = fixes_of([chunk for chunk in chunks if chunk.aircraft_key == "Back"])
    assert own.latitude.tolist() == pytest.approx([float(place.split(",")[1]) for place in BACK[1]])
    assert not any("taken for marks" in str(notice) for notice in report.warnings)


def test_points_alone_are_read_as_the_track() -> None:
    chunks, report, _ = read_file(gpsbabel({"Out": OUT}, as_track=False))
    assert list(aircraft(chunks).values()) == [40]
    assert not report.dropped


def test_points_that_no_track_has_stay() -> None:
    more = (OUT[0] + whens(3000, 20), OUT[1] + [f"{place.split(',')[0]},41.5,900" for place in places(1, 20)])
    whole = gpsbabel({"Out": OUT}, as_points=False).decode()
    points = gpsbabel({"Out": more}, as_track=False).decode()
    body = points.split("</snippet>\n", 1)[1]
    chunks, report, _ = read_file(whole.replace("  </Document>\n</kml>\n", "").encode() + body.encode())
    assert sorted(aircraft(chunks).values()) == [20, 40]
    assert report.dropped == {DropReason.REPEATED: 40}


def test_what_only_resembles_a_fix_is_no_repeat() -> None:
    times, positions = OUT
    moved = [place.replace("132.", "131.") for place in positions]
    whole = gpsbabel({"Out": OUT}, as_points=False).decode()
    points = gpsbabel({"Out": (times, moved)}, as_track=False).decode().split("</snippet>\n", 1)[1]
    chunks, report, _ = read_file(whole.replace("  </Document>\n</kml>\n", "").encode() + points.encode())
    assert sorted(aircraft(chunks).values()) == [40, 40]
    assert not report.dropped


def test_beyond_what_is_remembered_it_is_said_that_repeats_may_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kml_repeats, "_MOST", 40)
    chunks, report, _ = read_file(gpsbabel({"Out": OUT, "Back": BACK}))
    assert report.dropped == {DropReason.REPEATED: 40}
    assert sum(aircraft(chunks).values()) == 100
    assert any("not all are remembered" in str(notice) for notice in report.warnings)


def test_points_without_names_are_known_too() -> None:
    data = re.sub(rb"\n +<name>(Out|Back)-\d+</name>", b"", gpsbabel({"Out": OUT, "Back": BACK}))
    chunks, report, _ = read_file(data)
    assert aircraft(chunks) == {"Out": 40, "Back": 30}
    assert report.dropped == {DropReason.REPEATED: 70}
