"""Units of files in ours, exactly: metres, knots, feet a minute (`Fixes`); and the size of the Earth."""

from __future__ import annotations

EARTH_RADIUS = 6_371_008.8  # metres, the mean one

FEET = 0.3048  # metres in a foot
KNOT = 1852.0 / 3600.0  # metres a second in a knot
FOOT_A_MINUTE = FEET / 60.0  # metres a second in a foot a minute

# Knots in one of a unit of speed.
KNOTS_IN = {"kt": 1.0, "km/h": 1000 / 1852, "m/s": 3600 / 1852, "mph": 1609.344 / 1852}
