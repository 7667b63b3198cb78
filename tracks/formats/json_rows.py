"""Read the elements of one long array inside a JSON document as a stream, at C speed.

A trace file is a small object around one huge array. Parsing it whole needs some ten times its size
in memory; parsing it character by character in Python is fifty times too slow. So the text is cut
into blocks at what looks like a boundary between two rows (`],[` or `},{` with any white space), and each
block is handed to orjson as an array of its own.

Such a cut may fall inside a string or a nested array. That is always noticed: text up to a wrong cut
has an unclosed string or unbalanced brackets, so it is not valid JSON and orjson refuses it. Then
that block alone is walked token by token, which is exact and slow, and also finds the end of the
array and any single row that cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from tracks.formats.contract import ByteStream, Limits, ParseError, Place, at_byte, gettext_noop
from tracks.formats.json_values import NOT_JSON, load
from tracks.formats.text import BOM

BLOCK_BYTES = 1 << 19

# What opens and closes a value; a string is one token.
_NESTING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|["\[\]{}]', re.DOTALL)

# The only bytes that matter for finding where a value ends; a string is one token.
_STRUCTURE = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|["\[\]{},]', re.DOTALL)
_SPACE = re.compile(rb"[ \t\r\n]*")
_BOUNDARY = re.compile(rb"[\]}][ \t\r\n]*,[ \t\r\n]*(?=[\[{])")
_SCALAR = re.compile(rb"[^\s,\]}\[{]+")

# A boundary is looked for in the end of a block first: rows are far shorter than this.
_TAIL_BYTES = 1 << 14

# So many last elements, read one by one, join the block before them.
_LAST_FEW = 64


class Unreadable:
    """Stands in a block for an element that is not JSON; its place in the block gives its offset."""

    __slots__ = ("byte_offset",)

    def __init__(self, byte_offset: int) -> None:
        self.byte_offset = byte_offset


@dataclass(slots=True)
class Block:
    """Consecutive elements of the array.

    `byte_offset` is where the first begins in the content, `text` the bytes they were read from.
    """

    first_index: int
    byte_offset: int
    elements: list[Any]
    text: bytes


class _Cut(Exception):
    """The content ended inside a value."""


class JsonArrayReader:
    """Streams the array at `path` (keys from the top object down) of one JSON document.

    Iterate `blocks()` once. `outside` maps the path of every wanted value beside that array to the
    value, as far as it was read when you look; the parts before the array are there at the first
    block. What is not wanted is passed over. All that stands beside the array may not be larger than
    `limits.record_bytes`, wanted or not.
    After the iteration `truncated` is the place where the content stopped early, `trailing` where
    something follows the document, each None where it does not; `repeated` lists fields outside the
    array that are stated again with different values, once each (the first value is kept).

    Args:
        wanted: paths of the values to keep, beside the way down to the array; None for all.
        decode: makes elements of a JSON array of them, a block at a time; a ValueError where it is not JSON.
            Where a block is damaged, its elements come one by one, as orjson makes them.
    """

    def __init__(
        self,
        stream: ByteStream,
        path: tuple[str, ...],
        limits: Limits,
        block_bytes: int = BLOCK_BYTES,
        *,
        wanted: Collection[tuple[str, ...]] | None = None,
        decode: Callable[[bytes], list[Any]] = orjson.loads,
    ) -> None:
        self._decode = decode
        self._wanted = wanted
        self._outside_bytes = 0
        self._stream = stream
        self._path = path
        self._limit = limits.record_bytes
        self._block_bytes = block_bytes
        self._text = b""
        self._base = 0  # offset of _text[0] in the content
        self._at = 0  # next byte to look at, in _text
        self._index = 0
        self._found = False
        self.outside: dict[tuple[str, ...], Any] = {}
        self.repeated: list[tuple[tuple[str, ...], Place]] = []
        self.truncated: Place | None = None
        self.trailing: Place | None = None

    def blocks(self) -> Iterator[Block]:
        """The array's elements, block by block.

        Raises:
            ParseError: the document is not JSON outside the array's elements, has no such array,
                has it twice, or one value is larger than the limit.
        """
        try:
            self._fill(len(BOM))
            if self._text.startswith(BOM):
                self._at = len(BOM)
            if self._peek() != b"{":
                self._fail(gettext_noop("A JSON object was expected here. The file is damaged or of another kind."))
            yield from self._object(())
            if self._more_follows():
                self.trailing = at_byte(self._base + self._at)
        except _Cut:
            self.truncated = at_byte(self._base + len(self._text))
        if not self._found:
            message = (
                gettext_noop("The file stops before its list of positions (“%(key)s”) begins. Fetch it again.")
                if self.truncated
                else gettext_noop("The file has no list of positions (“%(key)s”).")
            )
            raise ParseError(message, place=at_byte(self._base + len(self._text)), key=".".join(self._path))

    def _fail(self, message: str, **values: Any) -> None:
        raise ParseError(message, place=at_byte(self._base + self._at), **values)

    # The text at hand: _text[_at:], more of it by _grow.

    def _grow(self) -> bool:
        data = self._stream.read(self._block_bytes)
        if self._at:
            self._base += self._at
            self._text = self._text[self._at :]
            self._at = 0
        self._text += data
        return bool(data)

    def _fill(self, size: int) -> bool:
        while len(self._text) - self._at < size:
            if not self._grow():
                return False
        return True

    def _peek(self) -> bytes:
        """The next byte that is not white space."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text):
                return self._text[self._at : self._at + 1]
            if not self._grow():
                raise _Cut

    def _more_follows(self) -> bool:
        try:
            return bool(self._peek())
        except _Cut:
            return False

    def _value_length(self) -> int:
        """Length of the value that begins at the next byte, reading on as needed."""
        depth = 0
        scanned = 0
        first = self._peek()
        if first not in b'"[{':
            return self._scalar_length()
        while True:
            for token in _NESTING.finditer(self._text, self._at + scanned):
                what = token[0]
                if what in b"[{":
                    depth += 1
                elif what in b"]}":
                    depth -= 1
                elif what == b'"':
                    scanned = token.start() - self._at  # a string that is not closed yet
                    break
                if depth == 0:
                    return token.end() - self._at
            else:
                scanned = len(self._text) - self._at  # nothing that matters is left in it
            if len(self._text) - self._at > self._limit:
                self._fail(
                    gettext_noop("A single value here is larger than %(limit)d KiB, which no track file has."),
                    limit=self._limit >> 10,
                )
            if not self._grow():
                raise _Cut

    def _scalar_length(self) -> int:
        while True:
            match = _SCALAR.match(self._text, self._at)
            length = match.end() - self._at if match else 0
            if self._at + length < len(self._text):
                if length == 0:
                    self._fail(gettext_noop("The JSON is broken here: a value is missing."))
                return length
            if length > 4096:
                self._fail(gettext_noop("The JSON is broken here: this is neither a number nor a word of JSON."))
            if not self._grow():
                raise _Cut

    def _take(self, length: int) -> bytes:
        value = self._text[self._at : self._at + length]
        self._at += length
        return value

    def _object(self, path: tuple[str, ...]) -> Iterator[Block]:
        self._at += 1
        if self._peek() == b"}":
            self._at += 1
            return
        while True:
            if self._peek() != b'"':
                self._fail(gettext_noop("The JSON is broken here: the name of a field was expected."))
            length = self._value_length()
            self._count_outside(length)
            key = self._load(length)
            if self._peek() != b":":
                self._fail(gettext_noop("The JSON is broken here: “:” was expected after the name of a field."))
            self._at += 1
            inner = (*path, str(key))
            following = self._peek()
            if inner == self._path and following == b"[":
                if self._found:
                    self._fail(gettext_noop("The file holds two lists of positions, so neither can be trusted."))
                self._found = True
                yield from self._array()
            elif self._path[: len(inner)] == inner and following == b"{":
                yield from self._object(inner)
            else:
                self._keep(inner)
            separator = self._peek()
            if separator not in b",}":
                self._fail(gettext_noop("The JSON is broken here: “,” or “}” was expected."))
            self._at += 1
            if separator == b"}":
                return

    def _keep(self, path: tuple[str, ...]) -> None:
        place = at_byte(self._base + self._at)
        length = self._value_length()
        self._count_outside(length)
        if self._wanted is not None and path not in self._wanted:
            self._at += length
            return
        value = self._load(length)
        if path not in self.outside:
            self.outside[path] = value
        elif self.outside[path] != value and all(path != told for told, _ in self.repeated):
            self.repeated.append((path, place))

    def _count_outside(self, length: int) -> None:
        self._outside_bytes += length
        if self._outside_bytes > self._limit:
            self._fail(
                gettext_noop(
                    "More than %(limit)d KiB stand beside the list of positions up to here, as in no track file."
                ),
                limit=self._limit >> 10,
            )

    def _load(self, length: int) -> Any:
        value = load(self._text[self._at : self._at + length])
        if value is NOT_JSON:
            self._fail(gettext_noop("The JSON is broken here: this value cannot be read."))
        self._at += length
        return value

    # The array itself.

    def _array(self) -> Iterator[Block]:
        self._at += 1
        if self._peek() == b"]":
            self._at += 1
            return
        waiting: Block | None = None
        while True:
            block = self._quick_block()
            ended = False
            if block is None:
                block, ended = self._exact_block()
                ended = ended or self.truncated is not None
            if waiting is not None and ended and len(block.elements) <= _LAST_FEW:
                # The last row is always read by itself; it need not be a block by itself.
                waiting.elements += block.elements
                waiting.text = b",".join((waiting.text, block.text))
                block = Block(block.first_index, block.byte_offset, [], b"")
            if waiting is not None:
                yield waiting
            waiting = block
            if ended:
                if waiting.elements:
                    yield waiting
                if self.truncated is not None:
                    raise _Cut
                return

    def _quick_block(self) -> Block | None:
        """Elements up to the last boundary at hand in one call of orjson; None where that fails."""
        self._fill(self._block_bytes)
        text, start = self._text, self._at
        boundary = _last(_BOUNDARY.finditer(text, max(start, len(text) - _TAIL_BYTES)))
        boundary = boundary or _last(_BOUNDARY.finditer(text, start))
        if boundary is None:
            return None
        piece = text[start : boundary.start() + 1]
        try:
            elements = self._decode(b"[%b]" % piece)
        except ValueError:
            return None
        block = Block(self._index, self._base + start, elements, piece)
        self._index += len(elements)
        self._at = boundary.end()
        return block

    def _exact_block(self) -> tuple[Block, bool]:
        """Elements one by one up to about a block's length; whether the array ended with them."""
        begin = self._base + self._at
        elements: list[Any] = []
        parts: list[bytes] = []
        ended = False
        try:
            # Content may also stop right after a comma: the rows before it are whole, and waiting to be given out.
            self._peek()
            begin = self._base + self._at
            while self._base + self._at - begin < self._block_bytes:
                self._peek()
                place = self._base + self._at
                piece = self._take(self._element_length())
                value = load(piece)
                elements.append(Unreadable(place) if value is NOT_JSON else value)
                parts.append(piece)
                separator = self._peek()
                if separator == b"}":
                    self._fail(gettext_noop("The JSON is broken here: “}” closes nothing."))
                self._at += 1
                if separator == b"]":
                    ended = True
                    break
        except _Cut:
            self.truncated = at_byte(self._base + len(self._text))
        block = Block(self._index, begin, elements, b",".join(parts))
        self._index += len(elements)
        return block, ended

    def _element_length(self) -> int:
        """Length of an element, up to the comma or bracket that ends it, be it JSON or not."""
        depth = 0
        scanned = 0
        while True:
            for token in _STRUCTURE.finditer(self._text, self._at + scanned):
                what = token[0]
                if what == b'"':
                    break
                if depth == 0 and what in b",]}":
                    return token.start() - self._at
                if what in b"[{":
                    depth += 1
                elif what in b"]}":
                    depth -= 1
                scanned = token.end() - self._at
            if len(self._text) - self._at > self._limit:
                self._fail(
                    gettext_noop("A single record here is larger than %(limit)d KiB, which no track file has."),
                    limit=self._limit >> 10,
                )
            if not self._grow():
                raise _Cut


def _last(matches: Iterator[re.Match[bytes]]) -> re.Match[bytes] | None:
    last = None
    for last in matches:  # noqa: B007
        pass
    return last
