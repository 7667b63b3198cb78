"""The demonstration: five fictional aircraft, eleven round trips between Vladivostok and Pyongyang.

They fly from 5 to 10 March 2001. No tracker of that time wrote any of these formats (Flightradar24
began in 2006, readsb in 2016), so no file of these dates can be taken for a recording. Registrations
(DEMO-1…5) belong to no register and addresses are marked as not ICAO's.

| aircraft | recorded by | shows |
|---|---|---|
| DEMO-1 | readsb, Primorye only | goes dark in cruise, stays, comes back: two flights in one file, the landing unseen |
| DEMO-2 | readsb, Primorye only | landing never seen; some positions multilaterated |
| DEMO-3 | Flightradar24 CSV | lost over the DPRK, heard again on the way down |
| DEMO-4 | Flightradar24 playback | heard until far into the descent |
| DEMO-5 | a logger aboard (GPX) | seen all the way |
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from tracks.demonstration import coverage, writers
from tracks.demonstration.kinematics import Route, Waypoint, fly
from tracks.demonstration.writers import Recording

LICENCE = "CC0-1.0"
CREDIT = "Flightmap demonstration (simulated)"
TYPE_NAME = "Fictional twin jet"

# Raised whenever the files would come out otherwise.
SEED = 20010305

UHWW_ELEVATION_M = 14.0
ZKPY_ELEVATION_M = 36.0

# Runway thresholds: OurAirports (public domain). Stands and taxiways are made up.
UHWW_STAND = (132.1480, 43.3905)
UHWW_07R, UHWW_25L = (132.141998, 43.393700), (132.169006, 43.404499)
ZKPY_STAND = (125.6660, 39.2010)
ZKPY_17, ZKPY_35 = (125.664001, 39.220402), (125.676003, 39.190201)


@dataclass(frozen=True, slots=True)
class DemonstrationFile:
    """A file written, with what an acquisition of it has to state.

    `registration` is the aircraft flown: some formats do not state it, and the curator has to.
    """

    path: Path
    format: str
    registration: str
    callsigns: tuple[str, ...]
    licence: str
    credit: str
    note: str


@dataclass(frozen=True, slots=True)
class Trip:
    """One round trip: departures in epoch seconds, first to Pyongyang, then back."""

    number: int
    outbound: float
    inbound: float


def _utc(day: int, hour: int, minute: int) -> float:
    return datetime(2001, 3, day, hour, minute, tzinfo=UTC).timestamp()


def _trip(number: int, day: int, out: tuple[int, int], back: tuple[int, int], *, next_day: bool = False) -> Trip:
    return Trip(number, _utc(day, *out), _utc(day + next_day, *back))


TRIPS: dict[str, tuple[Trip, ...]] = {
    "DEMO-1": (
        _trip(1, 5, (0, 40), (5, 55)),
        _trip(2, 8, (1, 15), (6, 20)),
        _trip(3, 10, (0, 30), (4, 50)),
    ),
    "DEMO-2": (_trip(1, 6, (22, 10), (3, 20), next_day=True), _trip(2, 9, (21, 50), (2, 40), next_day=True)),
    "DEMO-3": (_trip(1, 7, (2, 5), (6, 30)), _trip(2, 10, (1, 0), (5, 40))),
    "DEMO-4": (_trip(1, 6, (1, 30), (7, 10)), _trip(2, 10, (0, 45), (6, 15))),
    "DEMO-5": (_trip(1, 5, (2, 20), (8, 0)), _trip(2, 10, (0, 5), (3, 50))),
}


def route(*, outbound: bool, cruise_ft: int, east_m: float) -> Route:
    """The way out (from runway 25L to 35) or back (from 35 to 25L), over the sea and no third country.

    Args:
        east_m: how far this flight keeps to the east over the sea.
    """
    sea = (131.35 + east_m / 84_000.0, 41.30)
    coast = (128.75, 39.95)
    corners = [
        Waypoint(*UHWW_STAND),
        Waypoint(132.1530, 43.3945, 30.0),
        Waypoint(132.1700, 43.4030, 30.0),
        Waypoint(*UHWW_25L),
        Waypoint(132.020, 43.345, 4_000.0),
        Waypoint(131.750, 42.800, 9_000.0),
        Waypoint(*sea, 12_000.0),
        Waypoint(*coast, 12_000.0),
        Waypoint(126.300, 38.990, 9_000.0),
        Waypoint(125.760, 38.975, 4_000.0),
        Waypoint(*ZKPY_35),
        Waypoint(125.6690, 39.2080, 30.0),
        Waypoint(*ZKPY_STAND),
    ]
    roll_from, threshold = 3, 10
    elevations = UHWW_ELEVATION_M, ZKPY_ELEVATION_M
    if not outbound:
        corners = [
            Waypoint(*ZKPY_STAND),
            Waypoint(125.6735, 39.1905, 30.0),
            Waypoint(*ZKPY_35),
            Waypoint(125.6040, 39.3700, 4_000.0),
            Waypoint(126.100, 39.620, 6_000.0),
            Waypoint(coast[0], coast[1] + 0.12, 12_000.0),
            Waypoint(sea[0] + 0.25, sea[1], 12_000.0),
            Waypoint(132.550, 43.000, 9_000.0),
            Waypoint(132.540, 43.5525, 5_000.0),
            Waypoint(*UHWW_25L),
            Waypoint(132.1480, 43.3961, 30.0),
            Waypoint(*UHWW_STAND),
        ]
        roll_from, threshold = 2, 9
        elevations = elevations[::-1]
    return Route(tuple(corners), roll_from, threshold, *elevations, cruise_ft * 0.3048, wind_to_deg=110.0, wind_ms=22.0)


def write_demonstration(folder: Path) -> list[DemonstrationFile]:
    """Write all files of the demonstration into a folder (made if needed), the same bytes every time.

    Raises:
        OSError: the folder or a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files: list[DemonstrationFile] = []
    for registration, trips in TRIPS.items():
        for trip in trips:
            files += _WRITERS[registration](folder, registration, trip)
    return files


def _recording(
    registration: str,
    trip: Trip,
    receivers: tuple[coverage.Receiver, ...],
    interval: float,
    *,
    outbound: bool,
    mlat: bool = False,
    noise_m: float = 8.0,
) -> Recording:
    """One flight as a network of receivers (or, without any, a logger aboard) recorded it."""
    aircraft = int(registration[-1])
    rng = np.random.default_rng([SEED, aircraft, trip.number, int(outbound)])
    cruise_ft = (34_000 if outbound else 35_000) - 2_000 * (aircraft % 3)
    motion = fly(route(outbound=outbound, cruise_ft=cruise_ft, east_m=float(rng.uniform(-15e3, 15e3))))
    times = coverage.update_times(float(motion.time[-1]), interval, rng)
    multilaterated = np.zeros(times.size, dtype=bool)
    if mlat:
        # Twice on the way its own positions do not come through and are computed from arrival times.
        for centre in rng.uniform(0.12, 0.4, 2) if outbound else rng.uniform(0.6, 0.88, 2):
            multilaterated |= np.abs(times / times[-1] - centre) < 0.03
    seen = coverage.observed(motion, times, np.where(multilaterated, 120.0, noise_m), rng)
    multilaterated &= ~seen.on_ground
    if receivers:
        which = coverage.heard(seen, receivers)
        seen, multilaterated = coverage.take(seen, which), multilaterated[which]
    start = (trip.outbound if outbound else trip.inbound) + float(rng.integers(0, 400))
    callsign = f"DEMO{aircraft}{2 * trip.number - int(outbound):02d}"
    squawk = f"{rng.integers(1, 8)}{rng.integers(0, 8)}{rng.integers(0, 8)}{rng.integers(1, 8)}"
    return Recording(callsign, start, seen, multilaterated, squawk)


def _day(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"


def _file(path: Path, kind: str, registration: str, note: str, *recordings: Recording) -> DemonstrationFile:
    callsigns = tuple(recording.callsign for recording in recordings)
    return DemonstrationFile(path, kind, registration, callsigns, LICENCE, CREDIT, f"Simulated. {note}")


def _same_day_trace(folder: Path, registration: str, trip: Trip) -> list[DemonstrationFile]:
    out = _recording(registration, trip, coverage.PRIMORYE, 4.0, outbound=True)
    back = _recording(registration, trip, coverage.PRIMORYE, 4.0, outbound=False)
    path = folder / f"{_day(out.start)}_trace_full_~d30001.json"
    writers.write_readsb(path, [out, back], "~d30001", registration, TYPE_NAME)
    note = "Goes dark in cruise towards Pyongyang and is heard again hours later on its way back."
    return [_file(path, "readsb-trace", registration, note, out, back)]


def _separate_traces(folder: Path, registration: str, trip: Trip) -> list[DemonstrationFile]:
    files = []
    for outbound in (True, False):
        flown = _recording(registration, trip, coverage.PRIMORYE, 3.5, outbound=outbound, mlat=True)
        path = folder / f"{_day(flown.start)}_trace_full_~d30002.json"
        writers.write_readsb(path, [flown], "~d30002", registration, TYPE_NAME)
        note = "The landing was never heard." if outbound else "Take-off and climb were never heard."
        files.append(_file(path, "readsb-trace", registration, f"{note} Some positions are multilaterated.", flown))
    return files


def _csv_exports(folder: Path, registration: str, trip: Trip) -> list[DemonstrationFile]:
    files = []
    for outbound in (True, False):
        flown = _recording(registration, trip, coverage.PRIMORYE_AND_WEST_COAST, 5.0, outbound=outbound)
        path = folder / f"{flown.callsign}_{SEED:x}{trip.number}{int(outbound)}.csv"
        writers.write_fr24_csv(path, flown)
        files.append(_file(path, "fr24-csv", registration, "Lost over the DPRK and heard again.", flown))
    return files


def _playbacks(folder: Path, registration: str, trip: Trip) -> list[DemonstrationFile]:
    files = []
    for outbound in (True, False):
        flown = _recording(registration, trip, coverage.PRIMORYE_AND_EAST_COAST, 5.0, outbound=outbound)
        path = folder / f"{flown.callsign}_playback.json"
        ends = ("UHWW", "ZKPY") if outbound else ("ZKPY", "UHWW")
        writers.write_fr24_playback(path, flown, registration, TYPE_NAME, *ends)
        note = "Below the horizon of every receiver near Pyongyang."
        files.append(_file(path, "fr24-playback", registration, note, flown))
    return files


def _logger(folder: Path, registration: str, trip: Trip) -> list[DemonstrationFile]:
    both = [_recording(registration, trip, (), 4.0, outbound=out, noise_m=4.0) for out in (True, False)]
    path = folder / f"{registration}_{_day(both[0].start)}.gpx"
    writers.write_gpx(path, both)
    return [_file(path, "gpx", registration, "Written by a logger aboard: seen all the way.", *both)]


_WRITERS: dict[str, Callable[[Path, str, Trip], list[DemonstrationFile]]] = {
    "DEMO-1": _same_day_trace,
    "DEMO-2": _separate_traces,
    "DEMO-3": _csv_exports,
    "DEMO-4": _playbacks,
    "DEMO-5": _logger,
}
