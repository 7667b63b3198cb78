"""For files of one aircraft: what the file says of it at its end counts as much as what stands first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from tracks.formats.contract import Chunk, StatedIdentity
from tracks.processing.fixes import Fixes


def chunks_of_one(
    parts: Iterable[Fixes], identity: Callable[[], StatedIdentity], key: str, only_callsign: Callable[[], str | None]
) -> Iterator[Chunk]:
    """Chunks with one constant key, the last with all that the file states.

    One part is held back, so that the last can carry what follows the fixes in the file. A callsign
    is stated for the whole only there: before the end nobody knows that there is no second one.

    Args:
        parts: fixes, at most `CHUNK_FIXES` each.
        identity: what is stated so far, called before each chunk goes out.
        key: the key, where no address precedes the first part.
        only_callsign: the one callsign of the file or None, called at its end.
    """
    held: Fixes | None = None
    fixed_key: str | None = None
    for fixes in parts:
        if not len(fixes):
            continue
        if held is not None and fixed_key is not None:
            yield Chunk(fixed_key, replace(identity(), callsign=None), held)
        fixed_key = fixed_key or identity().address or key
        held = fixes
    if held is not None and fixed_key is not None:
        stated = identity()
        yield Chunk(fixed_key, replace(stated, callsign=stated.callsign or only_callsign()), held)
