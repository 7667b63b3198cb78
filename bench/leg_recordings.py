"""Recorded flights of which it is known where one ends and the next begins, from the samples of the package `traffic`.

Nothing here asks this project's splitter, nor the one it is measured against. One recording is one flight because:

- in the three collections ("quickstart": to and from Paris; "switzerland": over Switzerland, to and from its airports;
  "savan": survey flights, days of one aircraft) each flight has a callsign of its own; where one is heard again after
  half an hour or more without a fix (twice in all) it is another flight of an aircraft that keeps its callsign;
- every other sample was published as the one flight its name tells of.

Left out, because how many flights they hold is not told: `firefighting` (its flight ids were made by the splitter of
`traffic`), `military/aircraft_carrier` (landings on a ship), `tv_relay/tour_de_france` (weeks under one callsign),
`onground` (movements on an airport), `gliders/luberon` (lands on the way), `performance` (no positions).

Where a recording reaches an airport is known where its first or last fix is low in the rectangle around the runways of
one of the airports below, or, for single samples, from who published them (the table `PUBLISHED`).
"""

from __future__ import annotations

import datetime
import gzip
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

Floats = NDArray[np.float64]

COLUMNS = ("time", "longitude", "latitude", "altitude", "groundspeed", "track", "vertical_rate", "onground")

COLLECTIONS = ("collections/quickstart", "collections/switzerland", "collections/savan")
LEFT_OUT = (
    "airspaces/", "collections/", "firefighting/", "onground/", "performance/",
    "military/aircraft_carrier", "tv_relay/tour_de_france", "gliders/luberon",
)  # fmt: skip

# Around the runways: west, south, east, north in degrees; elevation in feet.
AIRPORTS = {
    "LFPG": (2.49, 48.985, 2.64, 49.035, 392.0),
    "LFPO": (2.29, 48.700, 2.42, 48.745, 291.0),
    "LFPB": (2.41, 48.940, 2.47, 48.985, 218.0),
    "LSZH": (8.51, 47.425, 8.60, 47.495, 1416.0),
    "LSGG": (6.06, 46.210, 6.15, 46.262, 1411.0),
    "LSZB": (7.47, 46.895, 7.53, 46.925, 1674.0),
    "LFSB": (7.49, 47.560, 7.56, 47.625, 885.0),
    "LSZA": (8.90, 45.990, 8.93, 46.020, 915.0),
    "LSMD": (8.62, 47.385, 8.68, 47.410, 1470.0),
    "LFBO": (1.33, 43.600, 1.40, 43.655, 499.0),
}
ANOTHER_FLIGHT_S = 1800.0
LOW_FT = 1200.0  # above the elevation; altitudes are above the 1013 hPa level

# Where single samples begin and end, after what was published with them and their names. None: in the air.
PUBLISHED: dict[str, tuple[str | None, str | None]] = {
    "ambulances/rega_zh": (None, "LSMD"),
    "ambulances/rega_sg": (None, "LSMD"),
    "calibration/ajaccio": ("LFKJ", "LFKJ"),
    "calibration/bornholm": ("EKRN", "EKRN"),
    "calibration/brussels_ils": ("EBBR", "EBBR"),
    "calibration/brussels_vor": ("EBBR", "EBBR"),
    "calibration/cardiff": ("EGFF", "EGFF"),
    "calibration/funchal": ("LPMA", "LPMA"),
    "calibration/guatemala": ("MGGT", "MGGT"),
    "calibration/kingston": ("MKJP", "MKJP"),
    "calibration/kiruna": ("ESNQ", "ESNQ"),
    "calibration/kota_kinabalu": ("WBKK", "WBKK"),
    "calibration/liege_sprimont": ("EBBR", None),
    "calibration/lisbon": ("LPPT", "LPPT"),
    "calibration/london_gatwick": ("EGKK", "EGKK"),
    "calibration/london_heathrow": ("EGMC", "EGMC"),
    "calibration/monastir": ("DTMB", "DTMB"),
    "calibration/montreal": ("CYUL", "CYUL"),
    "calibration/munich": ("EDDM", "EDDM"),
    "calibration/nice": ("LFMN", "LFMN"),
    "calibration/noumea": ("NWWW", None),
    "calibration/perth": ("YPPH", "YPPH"),
    "calibration/sydney": ("YSSY", "YSSY"),
    "calibration/toulouse": ("LFBO", "LFBO"),
    "calibration/vancouver": ("CYLW", "CYLW"),
    "calibration/vienna": ("LOWW", "LOWW"),
    "featured/airbus_tree": ("EDHI", "EDHI"),
    "featured/belevingsvlucht": ("EHAM", "EHAM"),
    "featured/dreamliner_boeing": ("KBFI", "KBFI"),
    "featured/elal747": ("LIRF", "LLBG"),
    "featured/kiwi": ("NZCH", "NZCH"),
    "featured/qantas747": ("YSSY", None),
    "featured/texas_longhorn": ("KIWS", "KIWS"),
    "featured/turkish_flag": ("LTAC", "LTAC"),
    "featured/zero_gravity": ("LFBD", "LFBD"),
    "gliders/alto_adige": ("LIDT", "LIDT"),
    "gliders/cevennes": ("LFNL", "LFNL"),
    "gliders/danube_valley": ("EDQE", "EDQE"),
    "gliders/franconia": ("EDQE", "EDQE"),
    "gliders/sisteron": ("LFNS", "LFNS"),
    "noisy/noisy_ground": ("LSZH", None),
    "noisy/noisy_landing": (None, "LSZH"),
    "noisy/noisy_takeoff": ("LSZH", None),
    "noisy/noisy_time_issue": ("LPPR", "LSZH"),
    "surveillance/border_control": ("EGMD", "EGMD"),
    "surveys/texas": ("KSPS", "KSPS"),
    "tv_relay/vasaloppet": ("ESKM", "ESKM"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One recorded flight: n fixes sorted by time.

    Attributes:
        columns: `COLUMNS` by name, float; feet, knots, feet a minute; NaN where not recorded.
        origin, destination: ICAO codes, None where the recording does not reach an airport or it is not known.
    """

    name: str
    aircraft: str
    columns: dict[str, Floats]
    origin: str | None = None
    destination: str | None = None

    def __len__(self) -> int:
        return int(self.columns["time"].size)

    @property
    def start(self) -> float:
        return float(self.columns["time"][0])

    @property
    def end(self) -> float:
        return float(self.columns["time"][-1])

    def shifted(self, seconds: float) -> Recording:
        """The same flight at another time."""
        return replace(self, columns={**self.columns, "time": self.columns["time"] + seconds})

    def kept(self, which: NDArray[np.bool_]) -> Recording:
        """The same flight with some of its fixes only."""
        return replace(self, columns={name: column[which] for name, column in self.columns.items()})


def recordings() -> tuple[list[Recording], dict[str, list[Recording]]]:
    """All single flights, and the days: for each aircraft of a collection its flights in order of time."""
    folder = Path(str(metadata.distribution("traffic").locate_file("traffic/data/samples")))
    files = {str(path.relative_to(folder))[: -len(".json.gz")]: path for path in sorted(folder.glob("*/*.json.gz"))}
    singles = []
    for name, path in files.items():
        if not name.startswith(LEFT_OUT):
            for aircraft, rows in _by(_rows(path), "icao24").items():
                ends = PUBLISHED.get(name)
                recording = _recording(name, aircraft, rows)
                singles.append(replace(recording, origin=ends[0], destination=ends[1]) if ends else recording)
    days: dict[str, list[Recording]] = {}
    for name in COLLECTIONS:
        for aircraft, rows in _by(_rows(files[name]), "icao24").items():
            flights = [
                flight for own in _by(rows, "callsign").values() for flight in _apart(_recording(name, aircraft, own))
            ]
            days[f"{name}/{aircraft}"] = sorted(flights, key=lambda flight: flight.start)
    return singles, days


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a sample, which pandas wrote as a list of records or as a record of columns."""
    document = orjson.loads(gzip.decompress(path.read_bytes()))
    if isinstance(document, list):
        yield from document
        return
    columns = {name: list(of.values()) if isinstance(of, dict) else of for name, of in document.items()}
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))


def _by(rows: Any, column: str) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row.get("latitude") is not None and row.get("longitude") is not None:
            groups[str(row.get(column))].append(row)
    return groups


def _epoch_s(value: float | str) -> float:
    """Milliseconds, seconds or ISO 8601 in UTC."""
    if isinstance(value, str):
        moment = datetime.datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()
    return value / 1000.0 if value > 1e11 else float(value)


def _recording(name: str, aircraft: str, rows: list[dict[str, Any]]) -> Recording:
    table: dict[str, list[Any]] = {"time": [_epoch_s(row["timestamp"]) for row in rows]}
    for column in COLUMNS[1:]:
        table[column] = [row.get(column) for row in rows]
    columns = {column: np.array(values, dtype="f8") for column, values in table.items()}
    _, first = np.unique(columns["time"], return_index=True)  # sorted, each time once
    columns = {column: values[first] for column, values in columns.items()}
    origin, destination = (_airport(columns, end) for end in (0, -1))
    return Recording(name, aircraft, columns, origin, destination)


def _apart(recording: Recording) -> Iterator[Recording]:
    """The flights under one callsign of a collection."""
    cuts = np.flatnonzero(np.diff(recording.columns["time"]) >= ANOTHER_FLIGHT_S) + 1
    for part in np.split(np.arange(len(recording)), cuts):
        columns = {name: column[part] for name, column in recording.columns.items()}
        origin, destination = (_airport(columns, end) for end in (0, -1))
        yield Recording(recording.name, recording.aircraft, columns, origin, destination)


def _airport(columns: dict[str, Floats], end: int) -> str | None:
    lon, lat = columns["longitude"][end], columns["latitude"][end]
    altitude = columns["altitude"][end]
    for code, (west, south, east, north, elevation) in AIRPORTS.items():
        if west <= lon <= east and south <= lat <= north:
            grounded = columns["onground"][end] == 1.0
            return code if grounded or altitude <= elevation + LOW_FT else None
    return None
