"""From stored bytes to content: unwraps gzip by content, counts and limits what it reads.

Whatever the name says, a file beginning with 1f 8b is gzip (RFC 1952) and is unpacked as a stream,
so that neither the packed nor the unpacked file is ever held whole.
"""

from __future__ import annotations

import hashlib
import zlib
from enum import StrEnum

from tracks.formats.contract import ByteStream, Limits, ParseError, ParseReport, at_byte, gettext_noop

GZIP_MAGIC = b"\x1f\x8b"

# How much of the content the parsers get to see before one of them is chosen.
HEAD_BYTES = 1 << 16

_READ_BYTES = 1 << 18


class TooLarge(ParseError):
    """The content is larger than the limit for all of it, so nothing that follows can be read either."""


class Container(StrEnum):
    """What the content comes wrapped in."""

    PLAIN = "plain"
    GZIP = "gzip"
    ZIP = "zip"


class Content:
    """A file's content as a stream that a parser reads; made by `open_content`.

    Attributes, true at any moment:
        file_bytes: bytes of the file taken so far: the progress of the import, against its size.
        content_bytes: bytes of content handed out so far.
        unpacked_bytes: bytes of content taken from the file so far.
        container: what it was wrapped in.
        truncated: whether the file turned out to stop before its own end.
    """

    def __init__(self, file: ByteStream, limits: Limits, report: ParseReport, already: int = 0) -> None:
        self._file = file
        self._already = already
        self._limits = limits
        self._report = report
        self._sha256 = hashlib.sha256()
        self._unpacked = bytearray()
        self._packed = b""
        self._ended = False
        self.file_bytes = 0
        self.content_bytes = 0
        self._unpacked_bytes = 0
        self.truncated = False
        first = self._take()
        self.container = Container.GZIP if first.startswith(GZIP_MAGIC) else Container.PLAIN
        self._inflater = zlib.decompressobj(wbits=31) if self.container is Container.GZIP else None
        if self._inflater is None:
            self._accept(first)
        else:
            self._packed = first
        while len(self._unpacked) < HEAD_BYTES and self._more():
            pass
        self.head = bytes(self._unpacked[:HEAD_BYTES])

    @property
    def unpacked_bytes(self) -> int:
        """Bytes of content taken from the file so far."""
        return self._unpacked_bytes

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes of content (all that remain where negative), b"" at the end.

        Raises:
            ParseError: the packed data is damaged, or the content is larger than the limits allow.
        """
        if self._inflater is None and not self._unpacked and size > 0:
            data = self._take(size)  # as it is: nothing is copied
            self._count(data)
        else:
            data = self._unpacked_to(size)
        self.content_bytes += len(data)
        self._sha256.update(data)
        return data

    def content_sha256(self) -> str:
        """The SHA-256 of the whole content, as hex; reads on to the end where a parser stopped early."""
        while self.read(_READ_BYTES):
            pass
        return self._sha256.hexdigest()

    def _take(self, size: int = _READ_BYTES) -> bytes:
        data = self._file.read(size)
        self.file_bytes += len(data)
        return data

    def _unpacked_to(self, size: int) -> bytes:
        """The next bytes of what is unpacked, and unpack for it."""
        while (size < 0 or len(self._unpacked) < size) and self._more():
            pass
        end = len(self._unpacked) if size < 0 else min(size, len(self._unpacked))
        with memoryview(self._unpacked) as unpacked:
            data = bytes(unpacked[:end])
        del self._unpacked[:end]
        return data

    def _accept(self, data: bytes) -> None:
        self._unpacked += data
        self._count(data)

    def _count(self, data: bytes) -> None:
        self._unpacked_bytes += len(data)
        if self._already + self._unpacked_bytes > self._limits.content_bytes:
            raise TooLarge(
                gettext_noop(
                    "The content is larger than the %(limit)d MiB allowed for one file. "
                    "Split it, or ask the administrator to raise the limit."
                ),
                place=at_byte(self._limits.content_bytes),
                limit=self._limits.content_bytes >> 20,
            )

    def _more(self) -> bool:
        """Unpack or read some more; False at the end."""
        if self._ended:
            return False
        if self._inflater is None:
            data = self._take()
            self._ended = not data
            self._accept(data)
            return bool(data)
        return self._inflate()

    def _inflate(self) -> bool:
        assert self._inflater is not None
        if self._inflater.eof:
            return self._next_member()
        packed = self._packed or self._take()
        if not packed:
            # A download that broke off. What came through is sound (checked block by block by the
            # decoder only as far as it goes; the checksum stood at the missing end).
            self._ended = self.truncated = True
            tail = self._inflater.flush()
            self._accept(tail)
            self._report.warn(
                gettext_noop(
                    "The gzip file stops before its end: everything after byte %(bytes)d of the content "
                    "is missing and the checksum could not be tested. Fetch the file again if you can."
                ),
                at_byte(self._unpacked_bytes),
                bytes=self._unpacked_bytes,
            )
            return bool(tail)
        try:
            # max_length bounds the output of one step: a bomb is noticed before it is unpacked.
            data = self._inflater.decompress(packed, _READ_BYTES)
        except zlib.error as error:
            raise ParseError(
                gettext_noop(
                    "The gzip data is damaged (%(detail)s) within the %(bytes)d bytes before byte %(end)d of "
                    "the file, so nothing in it can be trusted. Fetch the file again."
                ),
                place=at_byte(self.file_bytes - len(packed)),
                detail=str(error),
                bytes=len(packed),
                end=self.file_bytes,
            ) from error
        self._packed = self._inflater.unconsumed_tail
        self._accept(data)
        used = self.file_bytes - len(self._packed) - len(self._inflater.unused_data)
        ratio = self._unpacked_bytes / max(used, 1)
        if self._unpacked_bytes > self._limits.ratio_from_bytes and ratio > self._limits.compression_ratio:
            raise ParseError(
                gettext_noop(
                    "The gzip file unpacks to more than %(ratio)d times its size, which no track file does. "
                    "It was not read further."
                ),
                place=at_byte(self._unpacked_bytes),
                ratio=int(self._limits.compression_ratio),
            )
        return True

    def _next_member(self) -> bool:
        """Go on with a further gzip member, if one follows (RFC 1952, 2.2); padding is ignored."""
        assert self._inflater is not None
        rest = self._inflater.unused_data + self._packed
        if len(rest) < len(GZIP_MAGIC):
            rest += self._take()
        if rest.startswith(GZIP_MAGIC):
            self._inflater = zlib.decompressobj(wbits=31)
            self._packed = rest
            return True
        self._ended = True
        if rest.strip(b"\0"):
            self._report.warn(
                gettext_noop("Bytes that are not gzip follow the gzip data; they were ignored."),
                at_byte(self._unpacked_bytes),
            )
        return False


def open_content(file: ByteStream, report: ParseReport, limits: Limits | None = None, already: int = 0) -> Content:
    """Open a file opened in binary mode as content, unpacked where it is gzip.

    Args:
        already: bytes that other files of the same archive have unpacked to; they count against the limit.

    Raises:
        ParseError: the file is empty, or packed data is damaged right at its start.
    """
    content = Content(file, limits or Limits(), report, already)
    if not content.head:
        raise ParseError(
            gettext_noop("The file is empty.")
            if content.file_bytes == 0
            else gettext_noop("The gzip file contains nothing."),
            place=at_byte(0),
        )
    return content
