"""All thresholds of processing in one place: as they are, as a site changes them, as they were stored."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from typing import Any

from tracks.processing.endpoints import EndThresholds
from tracks.processing.gaps import GapThresholds
from tracks.processing.phases import PhaseThresholds
from tracks.processing.reach import Limits
from tracks.processing.splitting import SplitThresholds


@dataclass(frozen=True, slots=True)
class ProcessingSettings:
    """All thresholds of processing; stored with what was made of a file.

    The first ones are those of `cleaning.clean`, those of crowds are of `crowds.find_crowds`.
    """

    max_ground_speed_kmh: float = 1400.0
    position_noise_m: float = 500.0
    clock_noise_s: float = 1.0
    reanchor_after: int = 5
    frozen_m: float = 500.0
    frozen_above_kt: float = 30.0
    frozen_unstated_s: float = 60.0
    jump_m: float = 20_000.0
    jump_fixes: int = 2
    clock_step_s: float = 1.0
    clock_steps_share: float = 0.01
    silence_s: float = 60.0
    crowd_m: float = 5_000.0
    crowd_s: float = 1_800.0
    crowd_aircraft: int = 3
    phase: PhaseThresholds = field(default_factory=PhaseThresholds)
    split: SplitThresholds = field(default_factory=SplitThresholds)
    gap: GapThresholds = field(default_factory=GapThresholds)
    end: EndThresholds = field(default_factory=EndThresholds)

    @property
    def reach(self) -> Limits:
        """What a fix can be reached from."""
        return Limits.of(
            max_ground_speed_kmh=self.max_ground_speed_kmh,
            position_noise_m=self.position_noise_m,
            clock_noise_s=self.clock_noise_s,
        )

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return asdict(self)

    def changed(self, written: str) -> ProcessingSettings:
        """These settings with others in their place, as a site states them.

        Args:
            written: `name=number` separated by commas, names as in `as_dict`, those of a group with it:
                "max_ground_speed_kmh=1100, gap.most_s=1800".

        Raises:
            ValueError: a name that there is not, or no number of its kind; says which.
        """
        known = dict(_numbers(self))
        settings = self
        for part in filter(None, (part.strip() for part in written.split(","))):
            name, _, value = (word.strip() for word in part.partition("="))
            if name not in known:
                raise ValueError(f"there is no threshold {name!r}; there are {', '.join(sorted(known))}")
            kind = type(known[name])
            try:
                number = kind(value)
            except ValueError:
                number = math.nan
            if not (math.isfinite(number) and number >= 0):
                raise ValueError(f"{name}={value}: write a {'whole ' if kind is int else ''}number, not negative")
            if name.endswith(("_share", "_quantile")) and number > 1:
                raise ValueError(f"{name}={value}: write a part of one, 0 to 1")
            group, _, own = name.rpartition(".")
            change: dict[str, Any] = {own: number}
            if group:
                change = {group: replace(getattr(settings, group), **change)}
            settings = replace(settings, **change)
        return settings


def _numbers(of: Any, group: str = "") -> Iterator[tuple[str, float | int]]:
    for each in fields(of):
        value = getattr(of, each.name)
        if is_dataclass(value):
            yield from _numbers(value, f"{each.name}.")
        else:
            yield f"{group}{each.name}", value


def settings_of(values: Mapping[str, Any]) -> ProcessingSettings:
    """The settings that `ProcessingSettings.as_dict` described; unknown names are an error."""
    values = dict(values)
    groups = {"phase": PhaseThresholds, "split": SplitThresholds, "gap": GapThresholds, "end": EndThresholds}
    made = {name: kind(**values.pop(name)) for name, kind in groups.items() if name in values}
    return ProcessingSettings(**values, **made)
