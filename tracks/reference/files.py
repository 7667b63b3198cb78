"""The data files beside the code, and the errors of loading them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "data"


class ReferenceDataError(Exception):
    """A data file cannot be used; says which one, where in it and what to do."""


@cache
def read(name: str) -> Any:
    """The content of tracks/data/<name>.

    Raises:
        ReferenceDataError: it is missing or is not JSON.
    """
    path = DATA / name
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ReferenceDataError(f"{path} is missing: restore it from the project's sources.") from error
    except ValueError as error:
        raise ReferenceDataError(f"{path} is not valid JSON: {error}") from error
