"""Sound files to mutate, small ones: recorded where there are recordings, else made as their writers write them.

They are borrowed from the tests of each format, which know what is in them.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.unit import kml_samples as kml
from tests.unit import test_formats_csv_table as csv_table
from tests.unit import test_formats_czml as czml
from tests.unit import test_formats_flightradar24 as fr24
from tests.unit import test_formats_geojson as geojson
from tests.unit import test_formats_gpx as gpx
from tests.unit import test_formats_igc as igc
from tests.unit import test_formats_json_table as json_table
from tests.unit import test_formats_kml_gpsbabel as gpsbabel
from tests.unit import test_formats_opensky_csv as opensky_csv
from tests.unit import test_formats_opensky_tracks as opensky_tracks
from tests.unit import test_formats_readsb_heatmap as heatmap
from tests.unit import test_formats_sbs as sbs
from tests.unit.format_samples import sample
from tracks.formats.contract import ParseSettings

FIXES = [(when, 132.1 + i / 100, 43.4 + i / 100, 1000.0 + i) for i, when in enumerate(kml.times(40))]


def _readsb() -> list[bytes]:
    trace = json.loads(sample("readsb/trace_full_ac671b.json"))
    short = {**trace, "trace": trace["trace"][:60]}
    old = {"icao": "~ab12cd", "timestamp": 1.6e9, "trace": [row[:7] for row in trace["trace"][60:120]]}
    return [json.dumps(each, separators=(",", ":")).encode() for each in (short, old)]


def _playback() -> list[bytes]:
    flight = json.loads(sample("fr24/3376ab31.json"))
    data = flight["result"]["response"]["data"]["flight"]
    data["track"] = data["track"][:40]
    trail = [
        {"lat": 43.4, "lng": 132.1, "alt": 900 + i, "spd": 200, "ts": 1_700_000_000 + i, "hd": 75} for i in range(9)
    ]
    return [json.dumps(flight).encode(), fr24.clicked(trail[::-1])]


def _heatmap() -> list[bytes]:
    slices = [
        [heatmap.position(0xAB12CD + i, lat=43 + i / 10, lon=132 - i / 10, alt=400 + n) for i in range(6)]
        + [heatmap.identity(0xAB12CD)]
        for n in range(8)
    ]
    return [heatmap.heatmap(*slices), heatmap.heatmap(*slices, index=False)]


def _fr24_csv() -> list[bytes]:
    text = fr24.HEAD + fr24.ROWS
    return [variant.encode() for variant in (text, fr24.without_utc(text), fr24.split_position(text))]


def _gpx() -> list[bytes]:
    many = "".join(gpx.point(lat=43 + i / 100) for i in range(30))
    return [gpx.gpx(many), gpx.gpx(gpx.point(), version="1.0")]


def _geojson() -> list[bytes]:
    lines = geojson.collection(geojson.feature(coordTimes=geojson.TIMES), geojson.feature(times=geojson.TIMES))
    return [geojson.WHOLE, json.dumps(lines).encode()]


SEEDS: dict[str, Callable[[], list[bytes]]] = {
    "readsb-trace": _readsb,
    "fr24-playback": _playback,
    "fr24-csv": _fr24_csv,
    "gpx": _gpx,
    "readsb-heatmap": _heatmap,
    "igc": lambda: [igc.SAMPLE],
    "opensky-states": lambda: [(opensky_csv.HEAD + opensky_csv.ROWS).encode()],
    "geojson": _geojson,
    "mf-json": lambda: [json.dumps(geojson.moving()).encode()],
    "czml": lambda: [czml.WHOLE, json.dumps(czml.czml(czml.packet(czml.degrees()))).encode()],
    "traffic-table": lambda: [json_table.as_csv(json_table.ROWS).encode()],
    "json-table": lambda: [
        json_table.WHOLE,
        "\n".join(map(json.dumps, json_table.ROWS)).encode(),
        json_table.BY_COLUMNS,
        json.dumps({"states": json_table.STATES, "time": json_table.T0}).encode(),
        json.dumps(
            {"now": json_table.T0, "aircraft": [{"hex": "71bc25", "lat": 43.4, "lon": 132.1, "seen_pos": 1.5}]}
        ).encode(),
        json.dumps({"data": [{"hex": "71bc25", "tracks": json_table.tracked(5)}, {"tracks": [7, {}]}]}).encode(),
        *(json.dumps(each).encode() for each in (json_table.VIRTUAL_RADAR, json_table.AEROAPI, json_table.PAGE)),
    ],
    "csv-table": lambda: [csv_table.LOGGER.encode()],
    "sbs": lambda: [sbs.LOG.encode()],
    "opensky-tracks": lambda: [json.dumps(opensky_tracks.ANSWER).encode()],
    "fr24-kml": lambda: [kml.flightradar24([(w, x, y, int(z), 400, 200) for w, x, y, z in FIXES])],
    "flightaware-kml": lambda: [kml.flightaware(FIXES), kml.flightaware(FIXES, german=True)],
    "tar1090-kml": lambda: [
        kml.tar1090({"ab12cd": [(True, FIXES[:10]), (False, FIXES[10:])], "~f00baa": [(False, FIXES)]})
    ],
    "kml": lambda: [
        kml.kml(kml.placemark(kml.track(FIXES), "N1")),
        kml.kml(kml.placemark(kml.track(FIXES, interleaved=True))),
        kml.kml("".join(kml.point(*fix) for fix in FIXES)),
        gpsbabel.gpsbabel({"Out": gpsbabel.OUT, "Back": gpsbabel.BACK}),
    ],
}


def settings_of(name: str) -> ParseSettings:
    """How the seeds of a parser are to be read: what a curator has said of them, where they need it."""
    return ParseSettings(table=csv_table.LOGGER_MAPPING) if name == "csv-table" else ParseSettings()


def seeds_of(name: str) -> list[bytes]:
    """The seeds of a parser.

    Raises:
        KeyError: there are none yet; every parser has some.
    """
    return SEEDS[name]()
