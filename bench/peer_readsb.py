"""Run in the environment of the peers: how long `traffic` takes to read a readsb trace. Called by `bench_parsing.py`.

python bench/peer_readsb.py trace.json RUNS     → {"seconds": median, "fixes": rows}
"""

from __future__ import annotations

import json
import statistics
import sys
import time

from traffic.core import Flight


def main(file: str, runs: int) -> None:
    """Read the file so many times, after a first time that is not counted."""
    fixes = len(Flight.from_readsb(file).data)
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        Flight.from_readsb(file)
        seconds.append(time.perf_counter() - began)
    sys.stdout.write(json.dumps({"seconds": statistics.median(seconds), "fixes": fixes}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
