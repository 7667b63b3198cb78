"""Run in the environment of the peers: where `traffic` splits days of fixes. Called by `bench_legs.py`.

python bench/peer_split.py days.npz     → {minutes: [[position of the first fix of a leg, …], …]}
"""

from __future__ import annotations

import json
import sys

import numpy as np
import pandas as pd
from traffic.core import Flight


def main(file: str) -> None:
    """Split each day at each number of minutes."""
    given = np.load(file)
    table = pd.DataFrame(
        {
            "timestamp": pd.to_datetime((given["time"] * 1000).astype("i8"), unit="ms", utc=True),
            "icao24": "000001",
            "longitude": given["longitude"],
            "latitude": given["latitude"],
            "altitude": given["altitude"],
            "groundspeed": given["groundspeed"],
            "track": given["track"],
            "vertical_rate": given["vertical_rate"],
        }
    )
    answer: dict[str, list[list[int]]] = {str(minutes): [] for minutes in given["minutes"].tolist()}
    start = 0
    for size in given["sizes"].tolist():
        day = table.iloc[start : start + size].reset_index(drop=True)
        day["position"] = np.arange(size)
        for minutes, by_day in answer.items():
            legs = Flight(day).split(f"{minutes} min")
            by_day.append([int(leg.data["position"].iloc[0]) for leg in legs][1:])
        start += size
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1])
