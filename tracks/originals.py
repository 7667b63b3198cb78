"""The original bytes of track files, stored once under the SHA-256 of what they hold and never changed.

`<originals>/ab/abcd…` is written under another name first and moved into place when it is complete and on the disk,
so nobody ever sees half of one, and two who bring the same bytes at once do no harm.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from tracks.models.track_files import originals

INCOMING = "incoming"
READ_BYTES = 1 << 20
# Nobody takes so long to bring a file: what is older was left behind by a process that was killed.
ABANDONED_AFTER = 24 * 3600  # seconds

_FULL_DISK = {errno.ENOSPC, errno.EDQUOT}


class ReceivingRefused(Exception):
    """The bytes cannot be taken; `str()` is a sentence for whoever brings them."""


@dataclass(frozen=True, slots=True)
class Original:
    """Stored bytes. `name` is relative to the storage."""

    sha256: str
    size: int
    name: str


def original_name(sha256: str) -> str:
    """Where bytes with this SHA-256 lie in the storage."""
    return f"{sha256[:2]}/{sha256}"


def store_original(parts: Iterable[bytes], limit: int) -> Original:
    """Write the bytes while hashing them; bytes that are there already are left as they are.

    Args:
        parts: the bytes in pieces, none of which need be large.
        limit: the most bytes a file may have.

    Raises:
        ReceivingRefused: more bytes than the limit, or no room on the disk.
        OSError: anything else that keeps the bytes from being stored.
    """
    storage: Any = originals()
    try:
        incoming = _folder(Path(storage.path(INCOMING)))
        with _temporary(incoming) as (file, path):
            sha256, size = _write(parts, file, limit)
            name = original_name(sha256)
            target = Path(storage.path(name))
            if not (target.exists() and target.stat().st_size == size):
                _folder(target.parent)
                path.chmod(0o440)
                path.replace(target)
                _sync_folder(target.parent)
    except OSError as error:
        if error.errno in _FULL_DISK:
            raise ReceivingRefused(
                _("The disk of the archive is full: the file was not stored. Tell the administrator to free space.")
            ) from error
        raise
    return Original(sha256, size, name)


def delete_original(sha256: str) -> None:
    """Remove the bytes of a track file that is gone from the database."""
    originals().delete(original_name(sha256))


def remove_abandoned(older_than: float = ABANDONED_AFTER) -> int:
    """Remove what killed processes left half received; returns how many files that were."""
    incoming = Path(originals().path(INCOMING))
    count = 0
    for path in incoming.glob("*.part") if incoming.is_dir() else ():
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > older_than:
                path.unlink()
                count += 1
    return count


def pieces(upload: Any) -> Iterator[bytes]:
    """The bytes of a path, of a file of Django's or of anything with `read(size)`, in pieces."""
    if isinstance(upload, str | os.PathLike):
        with Path(upload).open("rb") as file:
            yield from _read(file)
    elif hasattr(upload, "chunks"):
        yield from upload.chunks(READ_BYTES)
    else:
        yield from _read(upload)


def _read(file: BinaryIO) -> Iterator[bytes]:
    while part := file.read(READ_BYTES):
        yield part


def _write(parts: Iterable[bytes], file: BinaryIO, limit: int) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    for part in parts:
        size += len(part)
        if size > limit:
            raise ReceivingRefused(
                _(
                    "The file is larger than the %(limit)d MB that one file may have. "
                    "Split it, or compress it with gzip."
                )
                % {"limit": limit >> 20}
            )
        digest.update(part)
        file.write(part)
    file.flush()
    os.fsync(file.fileno())
    return digest.hexdigest(), size


@contextlib.contextmanager
def _temporary(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file, path
    finally:
        path.unlink(missing_ok=True)  # it is gone already when it was moved into place


def _folder(path: Path) -> Path:
    path.mkdir(mode=0o750, parents=True, exist_ok=True)
    return path


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
