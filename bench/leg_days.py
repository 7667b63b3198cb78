"""Days of one aircraft for the bench of legs: recorded flights one after another, spans of them cut out.

Two sets of days:

- *as recorded*: every aircraft of a collection with its own flights at their own times;
- *assembled*: flights of several recordings as those of one aircraft, each departing where the one before arrived,
  25 minutes to 12 hours later; or, where a recording ends in the air, the next one coming back 90 minutes to 10 hours
  later (short times as often as long ones). A recording is used up to `USES` times, on other days with other cuts.

From each flight its climb, its descent, or spans on the way may be cut out (of one that goes far up to 60 % of its
way), and its fixes may be thinned; in half of the days the on-ground flag is hidden too. Marks of a new leg and
callsigns are always hidden. All of it happens several times over, by fixed seeds (`SEEDS`).

The recordings are divided into two halves: those of the collections by the aircraft's address, of the single samples
every other one by name (one aircraft flew many of these). The splitter was worked on with the first half only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.leg_recordings import COLUMNS, Floats, Recording, recordings
from tracks.processing.fixes import AltitudeKind, Fixes, OnGround
from tracks.processing.geodesy import distance_m

HALVES = ("first half", "held out")
SEEDS = (20_261_122, 20_261_123, 20_261_124)
USES = 3
ASSEMBLED_DAYS = 60
LEGS_A_DAY = 8

TURNAROUND_S = (25 * 60.0, 12 * 3600.0)
AWAY_S = (90 * 60.0, 10 * 3600.0)

# How often, and how long in minutes, something is cut out of a flight. Never more than the share of its duration.
CLIMB_CUT, DESCENT_CUT, WAY_CUT, FAR_CUT = 0.35, 0.35, 0.4, 0.6
CUT_MIN = {"end": (2.0, 25.0), "way": (2.0, 45.0), "far": (20.0, 300.0)}
CUT_SHARE = {"end": 0.6, "way": 0.4, "far": 0.6}
FAR_M = 400_000.0  # so far apart are beginning and end of a flight that goes far
LEAST_FIXES = 20  # in flight, at places of their own: what is left of a flight
THINNED = (1, 5, 15)  # of a recording with a fix a second one in so many is kept

FLYING_KT = 60.0
FOOT = 0.3048


@dataclass(frozen=True, slots=True, eq=False)
class Day:
    """One aircraft's flights, in order of time, cut; `flag` tells whether its on-ground flag is shown."""

    name: str
    flights: list[Recording]
    flag: bool

    def columns(self) -> dict[str, Floats]:
        """All fixes of the day as columns."""
        return {name: np.concatenate([flight.columns[name] for flight in self.flights]) for name in COLUMNS}

    def flight_of(self) -> NDArray[np.int64]:
        """For each fix of the day the number of its flight."""
        return np.repeat(np.arange(len(self.flights)), [len(flight) for flight in self.flights])

    def fixes(self) -> Fixes:
        """The day as a parser would give it, without callsigns and marks of a new leg."""
        columns = self.columns()
        ground = np.where(np.isnan(columns["onground"]), OnGround.UNKNOWN, columns["onground"])
        return Fixes.of(
            columns["time"],
            columns["longitude"],
            columns["latitude"],
            altitude=columns["altitude"] * FOOT,
            altitude_kind=np.where(np.isnan(columns["altitude"]), AltitudeKind.UNKNOWN, AltitudeKind.PRESSURE),
            ground_speed=columns["groundspeed"],
            track_angle=columns["track"],
            vertical_rate=columns["vertical_rate"],
            on_ground=ground if self.flag else OnGround.UNKNOWN,
            record_index=np.arange(columns["time"].size),
        )

    def boundaries(self) -> list[tuple[int, int]]:
        """For each boundary between two flights the first and the last fix before which a cut is right.

        That is anywhere between the last fix in flight of the one and the first in flight of the other.
        """
        columns, number = self.columns(), self.flight_of()
        flies = flying(columns)
        found = []
        for k in range(len(self.flights) - 1):
            ours, next_ones = np.flatnonzero(number == k), np.flatnonzero(number == k + 1)
            last, first = ours[flies[ours]], next_ones[flies[next_ones]]
            found.append(
                (int(last[-1]) + 1 if last.size else int(ours[0]) + 1, int(first[0] if first.size else next_ones[-1]))
            )
        return found


def flying(columns: dict[str, Floats]) -> NDArray[np.bool_]:
    """Which fixes are surely in flight: judged simply, and not by what is measured here."""
    speed = columns["groundspeed"]
    told = np.where(np.isnan(speed), columns["onground"] == 0.0, speed >= FLYING_KT)
    return told & (columns["onground"] != 1.0)


def days(seeds: Iterable[int] = SEEDS) -> dict[str, dict[str, list[Day]]]:
    """The days of both sets for each of the halves: `{half: {"as recorded": …, "assembled": …}}`."""
    singles, recorded = recordings()
    made: dict[str, dict[str, list[Day]]] = {}
    for number, half in enumerate(HALVES):
        own_days = {name: flights for name, flights in recorded.items() if _half(flights[0].aircraft) == number}
        own = singles[number::2]
        own += [flight for flights in own_days.values() for flight in flights]
        made[half] = {"as recorded": [], "assembled": []}
        for seed in seeds:
            rng = np.random.default_rng([seed, number])
            made[half]["as recorded"] += [_cut_day(name, flights, rng) for name, flights in own_days.items()]
            made[half]["assembled"] += _assembled(own, rng)
    return made


def _half(aircraft: str) -> int:
    return int(aircraft, 16) % 2


def _cut_day(name: str, flights: list[Recording], rng: np.random.Generator) -> Day:
    return Day(name, [_cut(flight, rng) for flight in flights], bool(rng.random() < 0.5))


def _cut(flight: Recording, rng: np.random.Generator) -> Recording:
    """The flight without some spans; what would leave hardly anything of it is not cut."""
    if np.median(np.diff(flight.columns["time"])) < 2.0:
        flight = flight.kept(np.arange(len(flight)) % int(rng.choice(THINNED)) == 0)
    time = flight.columns["time"]
    start, end = time[0], time[-1]

    def seconds(kind: str) -> float:
        return float(min(rng.uniform(*CUT_MIN[kind]) * 60.0, CUT_SHARE[kind] * (end - start)))

    keep = np.ones(time.size, dtype=bool)
    spans = []
    if rng.random() < CLIMB_CUT:
        spans.append((start, start + seconds("end")))
    if rng.random() < DESCENT_CUT:
        spans.append((end - seconds("end"), end + 1.0))
    lon, lat = flight.columns["longitude"], flight.columns["latitude"]
    far = distance_m(lon[0], lat[0], lon[-1], lat[-1]) > FAR_M
    for kind, chance in (("way", WAY_CUT), ("way", WAY_CUT), ("far", FAR_CUT if far else 0.0)):
        if rng.random() < chance:
            length = seconds(kind)
            begin = rng.uniform(start, end - length)
            spans.append((begin, begin + length))
    shows_flight = flying(flight.columns) & np.append(True, (np.diff(lon) != 0) | (np.diff(lat) != 0))
    for begin, stop in spans:
        cut = keep & ~((time >= begin) & (time < stop))
        if (cut & shows_flight).sum() >= LEAST_FIXES:
            keep = cut
    return flight.kept(keep)


def _assembled(flights: list[Recording], rng: np.random.Generator) -> list[Day]:
    """Days of several legs that join where they begin and end."""
    departing, arriving = defaultdict(list), defaultdict(list)
    for number, flight in enumerate(flights):
        if flight.origin is not None:
            departing[flight.origin].append(number)
        if flight.destination is not None:
            arriving[flight.destination].append(number)
    used: dict[int, int] = defaultdict(int)
    airports = sorted(set(departing) & set(arriving))
    shares = np.array([len(departing[code]) + len(arriving[code]) for code in airports], dtype="f8")
    made: list[Day] = []
    for day in range(ASSEMBLED_DAYS):
        code = str(rng.choice(airports, p=shares / shares.sum()))
        legs: list[Recording] = []
        time = 1_600_000_000.0 + day * 10 * 86400.0
        at: str | None = code
        while len(legs) < LEGS_A_DAY:
            # From the airport where it stands, or, when it was last seen in the air, to where the day began.
            choice = [n for n in (departing[at] if at is not None else arriving[code]) if used[n] < USES]
            if not choice:
                break
            number = int(rng.choice(choice))
            used[number] += 1
            flight = flights[number].shifted(time - flights[number].start)
            legs.append(flight)
            at = flight.destination
            pause = np.log(TURNAROUND_S if at is not None else AWAY_S)
            time = flight.end + float(np.exp(rng.uniform(*pause)))
        if len(legs) > 1:
            made.append(_cut_day(f"assembled/{day}", legs, rng))
    return made
