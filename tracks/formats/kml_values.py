"""Altitudes, speeds and directions of KML: what the numbers mean, where the file says it or shows it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tracks.formats.columns import possible
from tracks.formats.contract import ParseReport, gettext_noop
from tracks.formats.kml_track import Positions
from tracks.formats.movement import COURSE_OFF_DEG, course_factor, implied, speed_unit
from tracks.formats.units import KNOTS_IN
from tracks.processing.fixes import AltitudeKind

# KML's names of heights above something that is no common reference.
_ABOVE_GROUND = ("relativeToGround", "relativeToSeaFloor", "clampToSeaFloor")

# Names under which writers put speed and direction of movement, the first that is there counts.
SPEEDS = ("speed", "ground_speed", "groundspeed", "gs", "speed_kts", "velocity")
COURSES = ("course", "bearing", "track", "direction", "heading")

_UNITS = (
    ("m/s", re.compile(r"m/s|mps|meters? per second|ms-1", re.IGNORECASE)),
    ("km/h", re.compile(r"km/?h|kph|kmph", re.IGNORECASE)),
    ("kt", re.compile(r"\bkn?o?ts?\b|_kts?\b", re.IGNORECASE)),
    ("mph", re.compile(r"\bmph\b|mi/h", re.IGNORECASE)),
)

# What is called a heading may be where the nose points: wind turns that from the movement by more than this.
_HEADING_OFF_DEG = 3.0


def altitudes(
    metres: NDArray[np.float64], modes: Sequence[str], absolute: AltitudeKind, report: ParseReport
) -> tuple[NDArray[np.float64], NDArray[np.uint8], NDArray[np.bool_]]:
    """Altitudes of n positions, the kind of each, and which were heights above ground (and are left out).

    `absolute` is above sea level by KML's definition. Without a mode, or clamped to the ground, the
    number is ignored by viewers, and writers put 0 there; another number is kept, its reference unstated.
    A track of nothing but zeros knows no altitudes. What is left out is counted as blanked.

    Args:
        metres: n numbers as written. modes: the altitudeMode of all, or n of them.
        absolute: the kind of altitudes that are called absolute.
    """
    mode = np.asarray(modes if len(modes) == metres.size else [modes[0] if modes else ""] * metres.size, dtype=object)
    above_ground = np.isin(mode, _ABOVE_GROUND) & ~np.isnan(metres)
    stated = mode == "absolute"
    nothing = (metres == 0) & (~stated | (np.nan_to_num(metres) == 0).all())
    report.blank("altitude", int(np.count_nonzero(above_ground | nothing)))
    altitude = possible("altitude", np.where(nothing | above_ground, np.nan, metres), report)
    kind = np.where(stated, int(absolute), int(AltitudeKind.UNSTATED))
    return altitude, np.where(np.isnan(altitude), int(AltitudeKind.UNKNOWN), kind).astype("u1"), above_ground


def movement(
    fixes: Positions, fields: Mapping[str, str], report: ParseReport
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ground speed in knots and track angle in degrees from the values beside a track, NaN where there are none.

    KML has no unit for them. A unit in the name or display name counts; otherwise the unit is the one in
    which the values agree with the positions themselves, and without one they are not used.

    Args:
        fields: the display names of the values by name.
    """
    nothing = np.full(len(fixes), np.nan)
    speed = next((name for name in SPEEDS if name in fixes.values), None)
    course = next((name for name in COURSES if name in fixes.values), None)
    if speed is None and course is None:
        return nothing, nothing
    implied_speed, implied_course = implied(fixes.time, fixes.position[:, 0], fixes.position[:, 1])
    knots, degrees = nothing, nothing
    if speed is not None:
        values = fixes.values[speed]
        written = f"{speed} {fields.get(speed, '')}"
        unit = next((unit for unit, pattern in _UNITS if pattern.search(written)), None)
        unit = unit or speed_unit(values, implied_speed)
        if unit is not None:
            with np.errstate(over="ignore"):
                knots = possible("ground_speed", values * KNOTS_IN[unit], report)
        elif not np.isnan(values).all():
            report.warn(
                gettext_noop(
                    "Speeds stand beside a track without their unit, and the positions do not show it: not read."
                )
            )
    if course is not None:
        values = fixes.values[course]
        off = _HEADING_OFF_DEG if "heading" in course.lower() else COURSE_OFF_DEG
        factor = course_factor(values, implied_course, off)
        if factor is not None:
            with np.errstate(over="ignore"):
                degrees = possible("track_angle", values * factor, report)
        elif not np.isnan(values).all():
            report.warn(
                gettext_noop(
                    "Directions (“%(name)s”) stand beside a track that are not those of its movement: not read."
                ),
                name=course,
            )
    return knots, degrees
