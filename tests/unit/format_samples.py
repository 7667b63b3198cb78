"""Reading files in tests: the whole way from bytes to fixes, and where recorded real flights lie."""

from __future__ import annotations

import io
from importlib import metadata
from pathlib import Path

from tracks.formats.content import open_content
from tracks.formats.contract import Chunk, ParseReport, ParseSettings
from tracks.formats.registry import Detected, detect
from tracks.processing.fixes import Fixes


def read_file(data: bytes, settings: ParseSettings | None = None) -> tuple[list[Chunk], ParseReport, Detected]:
    """Recognise and parse a file given as bytes."""
    settings = settings or ParseSettings()
    report = ParseReport()
    content = open_content(io.BytesIO(data), report, settings.limits)
    detected = detect(content)
    return list(detected.parser.parse(content, report, settings)), report, detected


def fixes_of(chunks: list[Chunk], key: str | None = None) -> Fixes:
    """All fixes of one aircraft (or of the only one) in file order."""
    keys = {chunk.aircraft_key for chunk in chunks}
    assert key is not None or len(keys) == 1, keys
    return Fixes.concatenate([c.fixes for c in chunks if key is None or c.aircraft_key == key])


def sample(name: str) -> bytes:
    """A recorded file from the samples of the `traffic` package, found without importing it."""
    folder = Path(str(metadata.distribution("traffic").locate_file("traffic/data/samples")))
    return (folder / name).read_bytes()
