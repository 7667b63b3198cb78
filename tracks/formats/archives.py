"""ZIP archives, KMZ among them: a safe list of the files in them, each a stream.

Format: APPNOTE.TXT of PKWARE; ZIP64 and data descriptors are the business of Python's `zipfile`, which
reads the directory at the end of the archive. Nothing is ever written under a name from an archive, so
absolute names and names with ".." do no harm: a name is only shown.

What an archive might do to us, and what stands against it:
- Unpack to gigabytes: every byte is counted while it is unpacked, against the limit for all files
  together and against the bytes it was packed in.
- Entries that share bytes (one bomb listed a million times): two entries may not overlap.
- A directory of millions of entries: it is refused by its size before it is read.
- An archive within an archive within…: one within is read, no more.
- bzip2 and LZMA, of which a few bytes may need gigabytes of memory at once: only entries that are stored
  or deflated, which all but a few programs write, are read.
"""

from __future__ import annotations

import itertools
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO, BinaryIO, cast

from tracks.formats.contract import Limits, ParseError, at_byte, gettext_noop
from tracks.formats.text import clean

# A file; an empty archive; the mark before the first file of an archive that might have been split.
ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")

_READ_BYTES = 1 << 18
_LOCAL_HEADER = 30
_ENCRYPTED = 0x1

# Archives within archives are unpacked to a file of no name once they are larger.
_IN_MEMORY = 1 << 22

# What programs put beside tracks. KMZ files bring their pictures along.
_NO_TRACKS = frozenset((".png", ".jpg", ".jpeg", ".gif", ".bmp", ".ico", ".svg", ".webp", ".tif", ".tiff", ".dae"))
_SHADOWS = frozenset((".ds_store", "thumbs.db", "desktop.ini"))

_NAME_SHOWN = 200

_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, ValueError, OverflowError, IndexError)


def is_archive(head: bytes) -> bool:
    """Whether a file begins as a ZIP archive does."""
    return head.startswith(ZIP_MAGICS)


class ArchiveRefused(ParseError):
    """Something that ends the reading of the whole archive, not of one file in it."""


@dataclass(slots=True)
class Budget:
    """What reading an archive, with those within it, has taken so far."""

    entries: int = 0
    unpacked: int = 0  # bytes of content


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in an archive.

    `ordinal` counts the files of the archive from 1, in the order of its directory, those of archives
    within it in their place; it is 0 where the file is the only one. `path` is its name for people.
    `problem` says why it cannot be opened.
    """

    ordinal: int
    path: str
    problem: ParseError | None = None
    _archive: Archive | None = field(default=None, repr=False)
    _info: zipfile.ZipInfo | None = field(default=None, repr=False)

    @contextmanager
    def open(self) -> Iterator[_EntryStream]:
        """Its content as a stream that does not seek.

        Raises:
            ParseError: it cannot be opened.
        """
        if self.problem is not None:
            raise self.problem
        assert self._archive is not None
        assert self._info is not None
        with self._archive.stream(self._info) as stream:
            yield stream


class Archive:
    """An archive that is open for reading. `entries` gives its files, once.

    Raises:
        ParseError: it is damaged, cut off, or refused for what it would do to us.
    """

    def __init__(self, file: BinaryIO, limits: Limits, budget: Budget | None = None, *, depth: int = 0) -> None:
        self._limits = limits
        self._depth = depth
        self.budget = budget or Budget()
        self._file = _Counted(file, limits.directory_bytes)
        self._bytes_before = 0  # packed, of the entries that are done with
        self._packed = 0  # bytes of the one that is being read
        with _damage_told(gettext_noop("The ZIP archive is damaged or cut off (%(detail)s). Fetch it again.")):
            self._zip = zipfile.ZipFile(cast(IO[bytes], self._file))
        self._file.read_limit = None
        self._infos = [info for info in self._zip.infolist() if not info.is_dir()]
        self.budget.entries += len(self._infos)
        if self.budget.entries > limits.members:
            raise ArchiveRefused(
                gettext_noop("The archive holds more than the %(limit)d files allowed. Split it and bring the parts."),
                limit=limits.members,
            )
        self._refuse_overlaps()
        self._tracks = [info for info in self._infos if _may_be_track(info.filename)]

    @property
    def file_bytes(self) -> int:
        """Bytes of the archive taken so far, its directory not counted."""
        return self._bytes_before + min(self._file.taken, self._packed)

    def _refuse_overlaps(self) -> None:
        infos = sorted(self._zip.infolist(), key=lambda info: info.header_offset)
        for one, other in itertools.pairwise(infos):
            if one.header_offset + _LOCAL_HEADER + one.compress_size > other.header_offset:
                raise ArchiveRefused(
                    gettext_noop("Files in the archive share bytes, as in archives made to do harm. It was not read."),
                    place=at_byte(max(other.header_offset, 0)),
                )

    def entries(self) -> Iterator[Entry]:
        """The files that might be tracks, in the order of the directory, those of archives within among them."""
        only = len(self._tracks) == 1
        number = 0
        names: set[str] = set()
        repeats: dict[str, int] = {}
        for info in self._tracks:
            path = clean(info.filename)[:_NAME_SHOWN] or "?"
            path = _unlike(names, repeats, path)
            names.add(path)
            self._bytes_before += self._packed
            self._packed, self._file.taken = info.compress_size, 0
            for entry in self._opened(info, path):
                alone = only and entry.ordinal == 0
                number += 1
                yield Entry(0 if alone else number, entry.path, entry.problem, entry._archive, entry._info)

    def _opened(self, info: zipfile.ZipInfo, path: str) -> Iterator[Entry]:
        """The entry itself, or the files in it where it is an archive. Ordinal 0: alone there."""
        try:
            with self.stream(info) as stream:
                head = stream.read(4)
                inner = self._unpacked(stream, head) if is_archive(head) else None
            if inner is None:
                yield Entry(0, path, None, self, info)
                return
            with inner:
                archive = Archive(cast(BinaryIO, inner), self._limits, self.budget, depth=self._depth + 1)
                for entry in archive.entries():
                    yield Entry(entry.ordinal, f"{path}/{entry.path}", entry.problem, entry._archive, entry._info)
        except ArchiveRefused:
            raise
        except ParseError as error:
            yield Entry(0, path, error)

    def _unpacked(self, stream: _EntryStream, head: bytes) -> IO[bytes]:
        if self._depth:
            raise ParseError(
                gettext_noop("It is an archive in an archive in an archive. Unpack it and bring the files in it.")
            )
        inner = cast(IO[bytes], tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 closed by `_opened`
        inner.write(head)
        while data := stream.read(_READ_BYTES):
            inner.write(data)
        inner.seek(0)
        return inner

    @contextmanager
    def stream(self, info: zipfile.ZipInfo) -> Iterator[_EntryStream]:
        """The content of an entry, counted.

        Raises:
            ParseError: it is encrypted, packed in a way we do not read, or damaged.
        """
        if info.flag_bits & _ENCRYPTED:
            raise ParseError(gettext_noop("It is encrypted: unpack it with its password and bring it as it is."))
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ParseError(
                gettext_noop("It is packed by a method we do not read (number %(number)d): unpack it and bring it so."),
                number=info.compress_type,
            )
        with _damage_told(gettext_noop("It is damaged in the archive (%(detail)s).")):
            opened = self._zip.open(info)
        with opened:
            yield _EntryStream(opened, info.compress_size, self._limits, self.budget)


class _EntryStream:
    """An entry's content, refused once it is more than an archive may unpack to."""

    def __init__(self, opened: IO[bytes], packed: int, limits: Limits, budget: Budget) -> None:
        self._opened = opened
        self._packed = packed
        self._limits = limits
        self._budget = budget
        self._bytes = 0

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, b"" at the end.

        Raises:
            ParseError: the packed data is damaged, or unpacks to more than the limits allow.
        """
        with _damage_told(gettext_noop("It is damaged in the archive (%(detail)s), so nothing in it can be trusted.")):
            data = self._opened.read(size if size >= 0 else _READ_BYTES)
        self._bytes += len(data)
        self._budget.unpacked += len(data)
        if self._budget.unpacked > self._limits.content_bytes:
            raise ArchiveRefused(
                gettext_noop("The archive unpacks to more than the %(limit)d MiB allowed. Bring its files in parts."),
                limit=self._limits.content_bytes >> 20,
            )
        over = self._bytes > self._limits.ratio_from_bytes
        if over and self._bytes > self._limits.compression_ratio * max(self._packed, 1):
            raise ArchiveRefused(
                gettext_noop(
                    "A file in the archive unpacks to more than %(ratio)d times its size, which no track file does. "
                    "The archive was not read further."
                ),
                ratio=int(self._limits.compression_ratio),
            )
        return data


class _Counted:
    """The archive's file: counts what is read of it, and refuses a directory that is too large to hold."""

    def __init__(self, file: BinaryIO, read_limit: int) -> None:
        self._file = file
        self.taken = 0
        self.read_limit: int | None = read_limit

    def read(self, size: int = -1) -> bytes:
        if self.read_limit is not None and size > self.read_limit:
            raise ArchiveRefused(gettext_noop("The list of files in the archive is larger than any we read. Split it."))
        data = self._file.read(size)
        self.taken += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        """The file is its owner's to close."""


@contextmanager
def _damage_told(message: str) -> Iterator[None]:
    """Errors of `zipfile` as a sentence, which takes `%(detail)s`."""
    try:
        yield
    except (*_DAMAGE, NotImplementedError, RuntimeError) as error:
        raise ParseError(message, detail=clean(str(error))[:200] or type(error).__name__) from error
    except OSError as error:
        if error.errno not in (None, 22):  # 22: a place before the start of the file; others are the machine's
            raise
        raise ParseError(message, detail=clean(str(error))[:200]) from error


def _unlike(names: set[str], repeats: dict[str, int], path: str) -> str:
    """The path with what tells it from the names there are; `repeats` counts, as thousands may have one name."""
    unlike = path
    while unlike in names:
        repeats[path] = repeats.get(path, 0) + 1
        unlike = f"{path}+{repeats[path]}" if repeats[path] > 1 else f"{path}+"
    return unlike


def _may_be_track(name: str) -> bool:
    """False for pictures and for what operating systems leave behind."""
    path = PurePosixPath(name)
    if path.suffix.lower() in _NO_TRACKS or path.name.lower() in _SHADOWS:
        return False
    return not path.name.startswith("._") and "__MACOSX" not in path.parts
