"""Walk through a JSON document of any shape without holding it: long arrays come in blocks.

`json_rows` streams one array whose place is known. GeoJSON, MF-JSON and CZML have several: the positions
of each feature in one array, their times in another, a million numbers in each or one. So the walker is
told, path by path, what to do with a value, and yields events; what nobody wants is passed over without
being held, however large.

The text is cut into blocks the same way: at what looks like a boundary between two elements, for orjson
to confirm or refuse; where it refuses, elements are taken one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import orjson

from tracks.formats.contract import ByteStream, Limits, ParseError, at_byte, gettext_noop
from tracks.formats.json_events import Elements, Enter, Event, Leave, Path, Value, Want
from tracks.formats.json_rows import BLOCK_BYTES, JsonArrayReader, _Cut
from tracks.formats.json_values import NOT_JSON, load
from tracks.formats.text import BOM

# An object in an array is taken whole up to this size; a larger one is walked through.
WHOLE_BYTES = 1 << 18

_SPACE = rb"[ \t\r\n]*"
_BETWEEN_OBJECTS = re.compile(rb"\}" + _SPACE + rb"," + _SPACE + rb"(?=\{)")
_BETWEEN_ROWS = re.compile(rb"\]" + _SPACE + rb"," + _SPACE + rb"(?=\[)")
_END_OF_ROWS = re.compile(rb"\]" + _SPACE + rb"\]")
_NESTING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|["\[\]{}]', re.DOTALL)
_ESCAPED = re.compile(rb"\\.", re.DOTALL)
_DEPTH = np.zeros(256, dtype="i8")
_DEPTH[list(b"[{")] = 1
_DEPTH[list(b"]}")] = -1


class JsonWalker(JsonArrayReader):
    """Yields the events of one document; after that `truncated` and `trailing` say how it ended.

    Args:
        want: what to do with the value at a path; "*" stands for an element of an array of objects.
    """

    def __init__(
        self, stream: ByteStream, want: Callable[[Path], Want], limits: Limits, block_bytes: int = BLOCK_BYTES
    ) -> None:
        super().__init__(stream, (), limits, block_bytes)
        self._want = want

    def events(self) -> Iterator[Event]:
        """All events in the order of the document. One that stops early yields those up to there.

        Raises:
            ParseError: it is no JSON, or a value that is wanted whole is larger than a record may be.
        """
        try:
            self._fill(len(BOM))
            if self._text.startswith(BOM):
                self._at = len(BOM)
            yield from self._any(())
            if self._more_follows():
                self.trailing = at_byte(self._base + self._at)
        except _Cut:
            self.truncated = at_byte(self._base + len(self._text))
        except RecursionError as error:
            raise ParseError(
                gettext_noop("The JSON is nested deeper here than in any track file."),
                place=at_byte(self._base + self._at),
            ) from error

    @property
    def _byte(self) -> int:
        return self._base + self._at

    def _any(self, path: Path) -> Iterator[Event]:
        want = self._want(path)
        first = self._peek()
        if first == b"{" and want in (Want.WALK, Want.OBJECTS):
            yield from self._fields(path)
        elif first == b"[" and want is Want.OBJECTS:
            yield from self._objects(path)
        elif first == b"[" and want in (Want.ROWS, Want.SCALARS):
            for part, elements, byte in self._innermost(want, [0]):
                yield Elements(path, part, elements, byte)
        elif want is Want.VALUE or (first not in b"{[" and want is not Want.SKIP):
            byte = self._byte
            yield Value(path, self._load(self._value_length()), byte)
        else:
            self._skip()

    def _fields(self, path: Path) -> Iterator[Event]:
        yield Enter(path, self._byte)
        self._at += 1
        if self._peek() == b"}":
            self._at += 1
            yield Leave(path)
            return
        while True:
            if self._peek() != b'"':
                self._fail(gettext_noop("The JSON is broken here: the name of a field was expected."))
            key = self._load(self._value_length())
            if self._peek() != b":":
                self._fail(gettext_noop("The JSON is broken here: “:” was expected after the name of a field."))
            self._at += 1
            self._peek()
            yield from self._any((*path, str(key)))
            if self._separator(b"}"):
                yield Leave(path)
                return

    def _separator(self, closing: bytes) -> bool:
        """Pass the comma or the closing bracket after a value; whether it was the bracket."""
        separator = self._peek()
        if separator != b"," and separator != closing:
            self._fail(
                gettext_noop("The JSON is broken here: “,” or “%(closing)s” was expected."), closing=closing.decode()
            )
        self._at += 1
        return separator == closing

    def _skip(self) -> None:
        """Pass over a value of any size, holding none of it. It need not be valid JSON inside."""
        first = self._peek()
        if first not in b"[{":
            length = self._value_length()
            self._at += length
            return
        depth, in_text = 0, 0
        block = max(self._block_bytes, 16)
        while True:
            text = _ESCAPED.sub(b"__", self._text[self._at : self._at + block])
            if text.endswith(b"\\"):
                text = text[:-1]  # what it escapes comes with the next block
            letters = np.frombuffer(text, dtype="u1")
            inside = (np.cumsum(letters == ord('"')) + in_text) & 1
            steps = np.where(inside, 0, _DEPTH[letters])
            depths = depth + np.cumsum(steps)
            ends = np.flatnonzero((depths == 0) & (steps < 0))
            if ends.size:
                self._at += int(ends[0]) + 1
                return
            if letters.size:
                depth, in_text = int(depths[-1]), int(inside[-1])
                self._at += letters.size
            if len(self._text) - self._at < 2 and not self._grow():
                raise _Cut

    # Arrays of objects.

    def _objects(self, path: Path) -> Iterator[Event]:
        self._at += 1
        if self._peek() == b"]":
            self._at += 1
            return
        inner = (*path, "*")
        while True:
            self._fill(self._block_bytes)
            found = self._block(_BETWEEN_OBJECTS)
            if found is not None:
                yield Elements(path, 0, *found)
                continue
            byte = self._byte
            elements: list[Any] = []
            ended = False
            try:
                while self._byte - byte < self._block_bytes and not ended:
                    length = self._short_length()
                    if length is None:
                        if elements:
                            yield Elements(path, 0, elements, byte)
                        elements = []
                        yield from self._any(inner)
                        byte = self._byte
                    else:
                        value = load(self._take(length))
                        elements.append(None if value is NOT_JSON else value)
                    ended = self._separator(b"]")
                    if not ended:
                        self._peek()
            except _Cut:
                if elements:
                    yield Elements(path, 0, elements, byte)
                raise
            if elements:
                yield Elements(path, 0, elements, byte)
            if ended:
                return

    def _short_length(self) -> int | None:
        """Length of the value that begins here, None where it is larger than `WHOLE_BYTES`."""
        if self._peek() not in b'"[{':
            return self._scalar_length()
        depth = 0
        at = self._at
        while True:
            for token in _NESTING.finditer(self._text, at):
                what = token[0]
                if what == b'"':
                    at = token.start()
                    break
                depth += 1 if what in b"[{" else -1 if what in b"]}" else 0
                if depth == 0:
                    return token.end() - self._at
                at = token.end()
            else:
                at = len(self._text)
            if len(self._text) - self._at > WHOLE_BYTES:
                return None
            behind = at - self._at
            if not self._grow():
                # What is complete of a value that is cut off may still be walked through.
                return None
            at = self._at + behind

    # Arrays of rows or scalars, and arrays of such arrays.

    def _innermost(self, want: Want, part: list[int]) -> Iterator[tuple[int, list[Any], int]]:
        """Blocks of the innermost arrays, each with its number."""
        self._at += 1
        first = self._peek()
        if first == b"]":
            self._at += 1
            return
        if first == b"{":
            self._at -= 1
            self._skip()
            return
        if first == b"[" and (want is Want.SCALARS or self._holds_arrays()):
            if len(part) > 8:
                self._fail(gettext_noop("The JSON is nested deeper here than in any track file."))
            part.append(0)
            while True:
                if self._peek() == b"[":
                    yield from self._innermost(want, part)
                else:
                    self._skip()
                if self._separator(b"]"):
                    part.pop()
                    return
                self._peek()
        number = part[0]
        part[0] += 1
        between, end = (_BETWEEN_ROWS, _END_OF_ROWS) if first == b"[" else (None, None)
        while True:
            self._fill(self._block_bytes)
            if whole := self._whole_array(end):
                yield number, *whole
                return
            found = self._block(between)
            if found is not None:
                yield number, *found
                continue
            elements, byte, ended = self._one_by_one()
            yield number, elements, byte
            if ended:
                return

    def _holds_arrays(self) -> bool:
        """Whether the array that begins at the next byte holds arrays itself."""
        at = self._at + 1
        while True:
            inside = self._text[at : at + 64].lstrip()
            if inside:
                return inside.startswith(b"[")
            if len(self._text) > at + 64:
                at += 64
                continue
            behind = at - self._at
            if not self._grow():
                raise _Cut
            at = self._at + behind

    def _whole_array(self, end: re.Pattern[bytes] | None) -> tuple[list[Any], int] | None:
        """All that is left of an array, where its end is at hand."""
        start = self._at
        if end is not None:
            match = end.search(self._text, start)
            stop, after = (match.start() + 1, match.end()) if match else (-1, -1)
        else:
            stop = self._text.find(b"]", start)
            after = stop + 1
        if stop < 0:
            return None
        elements = _loaded(self._text[start:stop])
        if elements is None:
            return None
        byte = self._byte
        self._at = after
        return elements, byte

    def _block(self, between: re.Pattern[bytes] | None) -> tuple[list[Any], int] | None:
        """Elements up to the last boundary at hand in one call of orjson; None where that fails."""
        start = self._at
        if between is not None:
            boundary = None
            for boundary in between.finditer(self._text, start, start + self._block_bytes):  # noqa: B007 the last one
                pass
            if boundary is None:
                return None
            stop, after = boundary.start() + 1, boundary.end()
        else:
            stop = self._text.rfind(b",", start, start + self._block_bytes)
            after = stop + 1
            if stop < 0:
                return None
        elements = _loaded(self._text[start:stop])
        if elements is None:
            return None
        byte = self._byte
        self._at = after
        self._peek()
        return elements, byte

    def _one_by_one(self) -> tuple[list[Any], int, bool]:
        """Elements up to about a block's length, None for what cannot be read; whether the array ended."""
        byte = self._byte
        elements: list[Any] = []
        while self._byte - byte < self._block_bytes:
            try:
                self._peek()
                value = load(self._take(self._element_length()))
                ended = self._separator(b"]")
            except _Cut:
                if not elements:
                    raise
                self._cut_later()
                return elements, byte, False
            elements.append(None if value is NOT_JSON else value)
            if ended:
                return elements, byte, True
        return elements, byte, False

    def _cut_later(self) -> None:
        """Give out what came before the end; the next look finds nothing left."""
        self._at = len(self._text)


def _loaded(text: bytes) -> list[Any] | None:
    try:
        elements = orjson.loads(b"[%b]" % text)
    except orjson.JSONDecodeError:
        return None
    return elements
