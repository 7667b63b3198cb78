"""What `json_walk` yields on its way through a document, and what it may be told to do with a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

Path = tuple[str, ...]


class Want(Enum):
    """What to do with a value."""

    SKIP = auto()  # pass over it, however large
    VALUE = auto()  # give it whole; it may not be larger than a record
    WALK = auto()  # an object: look at its fields; anything else: skip
    ROWS = auto()  # an array of arrays of numbers, or several such; a scalar or a flat array is given whole
    SCALARS = auto()  # an array of numbers or texts, or several such; a scalar is given whole
    OBJECTS = auto()  # an array of objects: small ones whole, large ones walked with "*" in their path


@dataclass(frozen=True, slots=True)
class Enter:
    """An object that is walked through begins."""

    path: Path
    byte: int


@dataclass(frozen=True, slots=True)
class Leave:
    """It ends."""

    path: Path


@dataclass(frozen=True, slots=True)
class Value:
    """A whole value."""

    path: Path
    value: Any
    byte: int


@dataclass(frozen=True, slots=True)
class Elements:
    """Consecutive elements of an array. `part` counts, from 0, the innermost arrays where there are several."""

    path: Path
    part: int
    elements: list[Any]
    byte: int


Event = Enter | Leave | Value | Elements
