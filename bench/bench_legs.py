"""How well legs and their ends are found, on recorded flights whose beginnings and ends are known.

What the flights are and how it is known where each begins and ends: `leg_recordings.py` (1,566 distinct ones). How they
make days and what is cut out of them: `leg_days.py`. A boundary is found where a leg begins between the last fix in
flight of one recording and the first in flight of the next; one found twice counts as wrong once.

The peer is `Flight.split` of `traffic`, which cuts at gaps: at its default of 10 minutes, and at the number of minutes
of those tried that suits these very days best, chosen with hindsight.

An end is judged where the recording, uncut, shows its airport, or where it shows none and the leg's end is above
10,000 ft. An end should be answered where the first or last fix left is within 10 km of the airport of the recording
and within 3,000 ft above it (by pressure altitude).
"""

from __future__ import annotations

import itertools
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import airportsdata
import numpy as np

from bench.figures import Row
from bench.leg_days import FOOT, Day, days
from bench.peers import run_peer
from tracks.processing.endpoints import Airports
from tracks.processing.geodesy import distance_m
from tracks.processing.pipeline import Leg, process

TITLE = "Legs and ends against what is known of recorded flights"
PEER_MINUTES = (10, 20, 30, 45, 60, 75, 90, 105, 120, 150)
NEAR_M, NEAR_FT = 10_000.0, 3_000.0
CRUISE_FT = 10_000.0


def airports() -> tuple[Airports, dict[str, tuple[float, float, float]]]:
    """The airports the site has (without runways); and longitude, latitude and elevation in metres by code."""
    table = {code: (a["lon"], a["lat"], a["elevation"] * FOOT) for code, a in airportsdata.load("ICAO").items()}
    lon, lat, elevation = (list(column) for column in zip(*table.values(), strict=True))
    return Airports.of(list(table), lon, lat, elevation), table


def judge(day: Day, cuts: list[tuple[int, int]]) -> Counter[str]:
    """Boundaries right, found and true. A cut is between two neighbouring fixes: the last before, the first after."""
    truth = day.boundaries()
    right = sum(any(low <= after and before < high for before, after in cuts) for low, high in truth)
    return Counter(right=right, found=len(cuts), true=len(truth))


def our_cuts(legs: list[Leg]) -> list[tuple[int, int]]:
    """Between which fixes of the day our legs change."""
    ends = [(int(leg.fixes.record_index[0]), int(leg.fixes.record_index[-1])) for leg in legs]
    return [(before[1], after[0]) for before, after in itertools.pairwise(ends)]


def judge_ends(day: Day, legs: list[Leg], codes: list[str], table: dict[str, Any]) -> Counter[str]:
    """Ends that are near their airport, of these answered; all judged answers, of these right."""
    columns, number = day.columns(), day.flight_of()
    counts: Counter[str] = Counter()
    for leg in legs:
        for arrival, end in ((False, leg.departure), (True, leg.arrival)):
            at = int(leg.fixes.record_index[-1 if arrival else 0])
            flight = day.flights[int(number[at])]
            truth = flight.destination if arrival else flight.origin
            answer = None if end.airport is None else codes[end.airport]
            altitude = columns["altitude"][at]
            if truth is None:
                if answer is not None and altitude > CRUISE_FT:
                    counts["answered"] += 1
                continue
            near = False
            if truth in table:
                lon, lat, elevation = table[truth]
                away = float(distance_m(columns["longitude"][at], columns["latitude"][at], lon, lat))
                height = altitude - elevation / FOOT
                near = away <= NEAR_M and (np.isnan(height) or height <= NEAR_FT)
            answered = answer is not None
            counts.update(near=int(near), near_answered=int(near and answered))
            counts.update(answered=int(answered), right=int(answer == truth))
    return counts


def peer_cuts(of: list[Day]) -> dict[str, list[list[tuple[int, int]]]]:
    """For each number of minutes the cuts of `traffic` in each day."""
    with tempfile.TemporaryDirectory(prefix="flightmap-bench-") as folder:
        file = Path(folder) / "days.npz"
        columns = [day.columns() for day in of]
        sizes = [day["time"].size for day in columns]
        joined = {name: np.concatenate([day[name] for day in columns]) for name in columns[0]}
        np.savez(file, sizes=sizes, minutes=PEER_MINUTES, **joined)
        answer = json.loads(run_peer("peer_split.py", str(file)))
    return {
        minutes: [[(position - 1, position) for position in cuts] for cuts in by_day]
        for minutes, by_day in answer.items()
    }


def _rates(counts: Counter[str]) -> dict[str, float]:
    precision = counts["right"] / max(counts["found"], 1)
    recall = counts["right"] / max(counts["true"], 1)
    return {"precision": round(precision, 4), "recall": round(recall, 4)}


def _f1(rates: dict[str, float]) -> float:
    return 2 * rates["precision"] * rates["recall"] / max(rates["precision"] + rates["recall"], 1e-9)


def measure(of: list[Day]) -> dict[str, Any]:
    """All figures of some days, ours and the peer's."""
    known, table = airports()
    codes = list(known.code)
    cuts: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    for day in of:
        legs = process(day.fixes(), airports=known).legs
        cuts += judge(day, our_cuts(legs))
        ends += judge_ends(day, legs, codes, table)
    theirs = {}
    for minutes, by_day in peer_cuts(of).items():
        total: Counter[str] = Counter()
        for day, positions in zip(of, by_day, strict=True):
            total += judge(day, positions)
        theirs[minutes] = _rates(total)
    best = max(theirs, key=lambda minutes: _f1(theirs[minutes]))
    return {
        "days": len(of),
        "legs": sum(len(day.flights) for day in of),
        "boundaries": cuts["true"],
        "fixes": sum(len(flight) for day in of for flight in day.flights),
        "ours": _rates(cuts),
        "peer": theirs[str(PEER_MINUTES[0])],
        "peer_best": {"minutes": int(best), **theirs[best]},
        "ends_judged": ends["answered"],
        "ends_right": round(ends["right"] / max(ends["answered"], 1), 4),
        "ends_near": ends["near"],
        "ends_near_answered": round(ends["near_answered"] / max(ends["near"], 1), 4),
    }


def run() -> dict[str, Any]:
    """Measure; for each half and set of days the figures by name."""
    return {f"{half}, {name}": measure(of_set) for half, of_half in days().items() for name, of_set in of_half.items()}


def rows(f: dict[str, Any]) -> list[Row]:
    """What `run` measured, as rows of docs/benchmarks.md."""
    written: list[Row] = []
    for name, of in f.items():
        ours, peer, best = of["ours"], of["peer"], of["peer_best"]
        written += [
            Row(
                f"{name}: {of['boundaries']:,} boundaries between {of['legs']:,} legs on {of['days']:,} days of "
                "recorded flights, spans cut out: precision, recall",
                f"{ours['precision']:.3f}, {ours['recall']:.3f} (traffic's split: {peer['precision']:.3f}, "
                f"{peer['recall']:.3f}; at {best['minutes']} min, best for these days: {best['precision']:.3f}, "
                f"{best['recall']:.3f})",
                "≥ 0.97 each",
                min(ours["precision"], ours["recall"]) >= 0.97,
            ),
            Row(
                f"{name}: airport right where one is told, of {of['ends_judged']:,} ends",
                f"{of['ends_right']:.1%}",
                "≥ 98 %",
                of["ends_right"] >= 0.98,
            ),
            Row(
                f"{name}: airport told, of {of['ends_near']:,} ends within 10 km and 3,000 ft of it",
                f"{of['ends_near_answered']:.1%}",
                "≥ 80 %",
                of["ends_near_answered"] >= 0.8,
            ),
        ]
    return written


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(), indent=1) + "\n")
