"""What the database and the static files were last prepared from, so that a second start need not do it again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from flightmap.services import paths, stamps

_SOURCES = ("tracks", "flightmap", "manage.py", "requirements.txt")
_STATIC = ("static", "package-lock.json", "requirements.txt", "flightmap/static_files.py", "flightmap/minified.py")
_BASEMAP = ("tracks/basemap", "tracks/data", "tracks/management/commands/prepare_basemap.py")


def _files(names: tuple[str, ...]) -> Iterator[Path]:
    for name in names:
        path = paths.BASE_DIR / name
        if path.is_file():
            yield path
        else:
            yield from sorted(p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts)


def _digest(names: tuple[str, ...]) -> str:
    found = hashlib.sha256()
    for file in _files(names):
        content = file.read_bytes()
        found.update(f"{file.relative_to(paths.BASE_DIR)} {len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()


def static_digest() -> str:
    """One digest of all that the static files and the base map are made from."""
    return _digest(_STATIC + _BASEMAP)


class Prepared:
    """The stamps of one installation.

    Those of our own database lie beside its cluster and go with it. A database elsewhere (DATABASE_URL) is prepared at
    every start: what happens to it is not ours to see.
    """

    def __init__(self, var: Path, database_url: str, *, own_database: bool) -> None:
        self._own = own_database
        key = hashlib.sha256(database_url.encode()).hexdigest()[:16]
        self._database = paths.postgres_home(var) / "prepared.json" if own_database else var / f"prepared-{key}.json"
        self._static = var / "static" / ".flightmap-prepared.json"

    def database_is_current(self) -> bool:
        """Whether the data was prepared by these very sources."""
        return self._own and stamps.is_current(self._database, "sources", _digest(_SOURCES))

    def static_is_current(self) -> bool:
        """Whether the static files were collected from these very sources."""
        return stamps.is_current(self._static, "sources", static_digest())

    def demonstration_was_loaded(self) -> bool:
        """Whether it was loaded once: a demonstration that somebody removed does not come back."""
        return stamps.is_current(self._database, "demonstration", "loaded")

    def note_database(self) -> None:
        """The database is prepared."""
        stamps.write(self._database, sources=_digest(_SOURCES))

    def note_static(self) -> None:
        """The static files are collected."""
        stamps.write(self._static, sources=static_digest())

    def note_demonstration(self) -> None:
        """The demonstration has been loaded."""
        stamps.write(self._database, demonstration="loaded")
