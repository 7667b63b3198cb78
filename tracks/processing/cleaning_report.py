"""What cleaning did: what was dropped and why, and what else it found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tracks.processing.signs import ClockStep, Jump


def gettext_noop(message: str) -> str:
    """Mark words for translation; whoever shows them translates them."""
    return message


class Dropped(StrEnum):
    """Why a fix did not enter a path."""

    INVALID_TIME = "invalid-time"
    INVALID_POSITION = "invalid-position"
    DUPLICATE = "duplicate"
    CONTRADICTORY = "contradictory"
    SAME_MOMENT = "same-moment"
    IMPLAUSIBLE = "implausible-speed"
    REFUTED = "estimate-refuted"
    FROZEN = "frozen-position"


DROPPED_LABELS: Mapping[Dropped, str] = {
    Dropped.INVALID_TIME: gettext_noop("no possible time"),
    Dropped.INVALID_POSITION: gettext_noop("no possible position"),
    Dropped.DUPLICATE: gettext_noop("the same time and place as another fix"),
    Dropped.CONTRADICTORY: gettext_noop("the same time as another fix in another place"),
    Dropped.SAME_MOMENT: gettext_noop("another place of the same moment, as exactly as the file writes times"),
    Dropped.IMPLAUSIBLE: gettext_noop("unreachable from the fixes before and after it"),
    Dropped.REFUTED: gettext_noop("estimated where the observed fixes around it exclude it"),
    Dropped.FROZEN: gettext_noop("an old position told again, which the aircraft had left by then"),
}


@dataclass(slots=True)
class CleaningReport:
    """What cleaning did. Arrays hold record indices of the file (`Fixes.record_index`).

    `jumps` are signs of forged or jammed positions among the observed fixes, `clock_steps` of a clock
    that was set back (see `signs`).
    """

    read: int = 0
    kept: int = 0
    out_of_order: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, "i8"))
    null_island: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, "i8"))
    dropped: dict[Dropped, NDArray[np.int64]] = field(default_factory=dict)
    jumps: list[Jump] = field(default_factory=list)
    clock_steps: list[ClockStep] = field(default_factory=list)

    def add(self, reason: Dropped, records: NDArray[np.int64]) -> None:
        """Count fixes as dropped."""
        if records.size:
            earlier = self.dropped.get(reason, np.empty(0, "i8"))
            self.dropped[reason] = np.concatenate([earlier, records])

    def take_in(self, parts: Sequence[CleaningReport]) -> None:
        """Add what was dropped from, and found in, parts of the fixes, each later than the one before."""
        for reason in Dropped:
            lists = [part.dropped[reason] for part in parts if reason in part.dropped]
            if lists:
                self.add(reason, np.concatenate(lists))
        for part in parts:
            self.jumps += part.jumps

    def as_dict(self, places: int = 5) -> dict[str, object]:
        """JSON-ready counts, with the first few record indices of each kind."""

        def told(records: NDArray[np.int64]) -> dict[str, object]:
            return {"count": int(records.size), "records": np.sort(records)[:places].tolist()}

        return {
            "read": self.read,
            "kept": self.kept,
            "out_of_order": told(self.out_of_order),
            "null_island": told(self.null_island),
            "dropped": {
                str(reason): {**told(records), "label": DROPPED_LABELS[reason]}
                for reason, records in self.dropped.items()
            },
            "jumps": [asdict(jump) for jump in self.jumps],
            "clock_steps": [asdict(step) for step in self.clock_steps],
        }
