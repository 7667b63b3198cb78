"""One JSON value, read as kindly as can be done without guessing."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

# What `load` gives for text that is no JSON value.
NOT_JSON: Any = object()


def _no_number(_: str) -> None:
    """NaN and Infinity are not JSON, but some programs write them for "not known"."""
    return


def load(text: bytes) -> Any:
    """One JSON value; NaN and Infinity read as null, broken UTF-8 as U+FFFD; `NOT_JSON` if neither helps."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    try:
        # "nan" in lower case is what C's printf writes.
        return json.loads(_NAN.sub(b"NaN", text).decode("utf-8", "replace"), parse_constant=_no_number, parse_int=float)
    except (ValueError, RecursionError):
        return NOT_JSON


_NAN = re.compile(rb"(?<=[\[,: ])-?(?:nan|inf)(?=[\],} ])")
