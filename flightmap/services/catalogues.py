"""The catalogues of translated words: compiled where they are missing or older than their source.

A catalogue is kept as text (`locale/<language>/LC_MESSAGES/django.po`); gettext reads its compiled form beside it,
which is made here, by polib, so that a site needs no GNU gettext.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import polib
from django.core.exceptions import ImproperlyConfigured

FOLDER = Path(__file__).resolve().parents[1] / "locale"


def catalogues(folder: Path = FOLDER) -> Iterator[Path]:
    """The sources of all languages, in the order of their names."""
    yield from sorted(folder.glob("*/LC_MESSAGES/*.po"))


def compile_catalogues(folder: Path = FOLDER) -> list[Path]:
    """Compile what is not current; returns the files written. Several processes may do it at a time.

    Raises:
        ImproperlyConfigured: a compiled file cannot be written (a checkout that is only to be read); says what to do.
    """
    return [_compile(source) for source in catalogues(folder) if not _is_current(source)]


def _is_current(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    # The very time of the source is written to the compiled file: a checkout may bring an older source.
    return compiled.exists() and compiled.stat().st_mtime_ns == source.stat().st_mtime_ns


def _compile(source: Path) -> Path:
    stated = source.stat()
    compiled = source.with_suffix(".mo")
    unfinished = compiled.with_name(f".{compiled.name}.{os.getpid()}")
    try:
        polib.pofile(str(source)).save_as_mofile(str(unfinished))
        os.utime(unfinished, ns=(stated.st_atime_ns, stated.st_mtime_ns))
        unfinished.replace(compiled)
    except OSError as error:
        raise ImproperlyConfigured(
            f"The translated words cannot be compiled: {compiled} cannot be written ({error.strerror}). Let this user "
            f"write to {compiled.parent}, or run `python -m flightmap.services.prepare static` there once as a user "
            "who may: what is compiled and no older than its source is taken as it is."
        ) from error
    return compiled
