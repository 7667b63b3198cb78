"""What a killed supervisor left running is recognised and stopped by the next start."""

from __future__ import annotations

import json
import signal
from pathlib import Path

from flightmap.services.processes import kill_group, started_at, stop


def end_leftovers(record: Path) -> list[str]:
    """Stop what a killed supervisor left running: only processes whose pid *and* start time are the recorded ones."""
    try:
        found = json.loads(record.read_text())
    except (OSError, ValueError):
        return []
    alive = {
        name: entry["pid"]
        for name, entry in found.items()
        if entry.get("started") is not None and started_at(entry["pid"]) == entry["started"]
    }
    for name in ("web", "worker", "beat", "redis", "postgres"):
        if name in alive:
            stop(alive[name], signal.SIGINT if name == "postgres" else signal.SIGTERM)
            kill_group(alive[name])  # children that outlived it: each of ours leads a group of its own
    record.unlink(missing_ok=True)
    return sorted(alive)
