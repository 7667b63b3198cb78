"""Whether two paths that lie one upon the other are at one height too."""

import numpy as np
import pytest

from tracks.importing.resembling import at_one_level
from tracks.processing.fixes import AltitudeKind, Fixes


def _level(altitude: float, kind: AltitudeKind, *, late: float = 0.0) -> Fixes:
    time = np.arange(0.0, 600.0, 10.0)
    return Fixes.of(time + late, 130 + time / 500, 43 + time / 900, altitude=altitude, altitude_kind=kind)


@pytest.mark.parametrize(
    ("first", "other", "one_level"),
    [
        ((10_000.0, AltitudeKind.PRESSURE), (10_200.0, AltitudeKind.PRESSURE), True),
        ((10_000.0, AltitudeKind.PRESSURE), (10_610.0, AltitudeKind.PRESSURE), False),
        ((10_000.0, AltitudeKind.PRESSURE), (10_610.0, AltitudeKind.GEOMETRIC), True),
        ((10_000.0, AltitudeKind.PRESSURE), (11_220.0, AltitudeKind.GEOMETRIC), False),
        ((10_000.0, AltitudeKind.UNSTATED), (10_610.0, AltitudeKind.UNSTATED), True),
        ((10_000.0, AltitudeKind.PRESSURE), (np.nan, AltitudeKind.UNKNOWN), True),
    ],
)
def test_paths_are_at_one_level_unless_their_stated_altitudes_say_otherwise(
    first: tuple[float, AltitudeKind], other: tuple[float, AltitudeKind], one_level: bool
) -> None:
    assert at_one_level(_level(*first), _level(*other), 0.0) is one_level


def test_a_climb_seen_by_a_clock_that_is_ahead_is_at_one_level() -> None:
    time = np.arange(0.0, 600.0, 10.0)
    climb = {"altitude": time * 15, "altitude_kind": AltitudeKind.PRESSURE}
    here, ahead = (Fixes.of(time + late, 130 + time / 500, 43 + time / 900, **climb) for late in (0.0, 60.0))
    assert at_one_level(here, ahead, 60.0)
    assert not at_one_level(here, ahead, 0.0)
