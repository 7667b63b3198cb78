"""Remember what was installed from which list, so that it is done again only when the list changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path


def digest(files: Iterable[Path]) -> str:
    """One digest of the contents of several files, in their order."""
    found = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        found.update(f"{file.name} {len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()


def is_current(stamp: Path, key: str, value: str) -> bool:
    """Whether the stamp file says `value` under `key`."""
    return _read(stamp).get(key) == value


def write(stamp: Path, **values: str) -> None:
    """Add values to the stamp file."""
    stamp.write_text(json.dumps({**_read(stamp), **values}, indent=1) + "\n", encoding="utf-8")


def _read(stamp: Path) -> dict[str, str]:
    try:
        found = json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
