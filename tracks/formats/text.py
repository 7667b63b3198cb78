"""Text from files, made fit to be stored and shown.

A file may hold any character where a name is expected: NUL and lone surrogates (JSON's `\\ud800`) that
PostgreSQL refuses, marks that turn the direction of a line around, line ends. All text a parser
passes on goes through `clean`: `StatedIdentity`, `Chunk.aircraft_key`, callsigns, notices and errors.
"""

from __future__ import annotations

import unicodedata

# UTF-8's byte order mark, which some programs put first.
BOM = b"\xef\xbb\xbf"


def begin_of(head: bytes) -> bytes:
    """The beginning of a text file from its first letter on: what `Parser.sniff` looks at."""
    return head.removeprefix(BOM).lstrip()


def clean(text: str) -> str:
    """The text without characters of Unicode's category C (control, format, surrogate, private, unassigned).

    Line ends and tabs among them become spaces; spaces around the text are removed.
    """
    if not text.isprintable():
        text = "".join(c if unicodedata.category(c)[0] != "C" else " " if c in "\t\n\v\f\r\x85" else "" for c in text)
    return text.strip()


def clean_or_none(text: object) -> str | None:
    """The text cleaned; None where nothing is left of it, or where it is no text."""
    return clean(text) or None if isinstance(text, str) else None
