"""One XML document as a stream of events, fast where the same elements come over and over.

The bytes are pushed through expat, which holds one token at a time. In a long list of like elements the
XML parser's calls into Python cost most of the time; so after an element of a kind the sink asks for
(`units`), a template is learned from it (`xml_template.py`) and what follows and matches is read by one
regular expression and kept from expat. That cannot go wrong unnoticed: it begins where expat has just
closed such an element and holds nothing open, it takes out whole elements of the very mark-up expat has
accepted in the same parent, and whatever does not match goes through expat.

What a hostile document would have us do is refused: document type declarations (their entities are how
small files grow to gigabytes), a token without end, nesting without end, names without end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from xml.parsers import expat

from tracks.formats.contract import ByteStream, Limits, ParseError, ParseReport, at_line, gettext_noop
from tracks.formats.text import BOM
from tracks.formats.xml_template import Template, learn, local_name

BLOCK_BYTES = 1 << 18

_MOST_LEVELS = 200
_MOST_NAMES = 4_096
_MOST_TEMPLATES = 4

# After so many elements that match nothing, longer and longer pieces go to expat at once.
_PATIENCE = 8


class Sink(Protocol):
    """What takes the events of a document. Names come without their namespace prefix.

    Attributes:
        units: names of elements that come in long lists.
        barred: names of elements that must not be read as a part of such a list.
        texts: names of elements whose text is wanted -> how many characters of it.
    """

    @property
    def units(self) -> Collection[str]: ...
    @property
    def barred(self) -> Collection[str]: ...
    @property
    def texts(self) -> Mapping[str, int]: ...

    def wanted(self, key: str) -> bool:
        """Whether `repeated` wants the values at a key of `xml_template.Template`."""
        ...

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins; it is the last of `XmlEvents.path`."""
        ...

    def end(self, name: str, text: str) -> None:
        """An element ends, no longer in the path; `text` is what was wanted of it, "" without."""
        ...

    def repeated(
        self, count: int, columns: Mapping[str, list[bytes]], paths: Collection[str], line_of: Callable[[int], int]
    ) -> None:
        """Repetitions of a template inside the last element of the path, with neither start nor end told.

        Args:
            columns: the wanted values by key, `count` each.
            paths: all elements of one repetition.
            line_of: the line in the file at which a repetition (from 0) begins.
        """
        ...


@dataclass(slots=True)
class _Parent:
    """What is known of the children of an open element: where the last of each name ended, their shapes."""

    ends: dict[str, int] = field(default_factory=dict)
    templates: list[Template] = field(default_factory=list)


class XmlEvents:
    """Pushes a stream into a sink. Iterate `blocks()` once.

    Args:
        in_bulk: whether lists may be read by templates; the events are the same in effect.
    """

    def __init__(
        self, stream: ByteStream, sink: Sink, report: ParseReport, limits: Limits, *, in_bulk: bool = True
    ) -> None:
        self._stream = stream
        self._sink = sink
        self._report = report
        self._limit = limits.record_bytes
        self._stops = re.compile(rb"</(?:[^\s/<>]+:)?(?:%b)\s*>" % "|".join(sorted(sink.units)).encode())
        self._in_bulk = in_bulk and bool(sink.units)
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parents: list[_Parent | None] = [None]
        self._text: list[str] | None = None
        self._room = 0
        self._given = 0  # bytes given to expat
        self._skipped = 0  # bytes and lines kept from it
        self._skipped_lines = 0
        self._closed: tuple[str, int] = ("", -1)  # the last unit that ended, where its end tag began
        self._misses = 0
        self.path: list[str] = []
        self.truncated = False
        self._begun = False
        self._ended = False

    @property
    def line(self) -> int:
        """The line expat has come to, from 1."""
        return self._parser.CurrentLineNumber + self._skipped_lines

    def blocks(self) -> Iterator[None]:
        """Push block after block; what each holds has reached the sink when it is yielded.

        A document that merely stops early is `truncated` afterwards, with a warning.

        Raises:
            ParseError: the XML is broken, or of a kind that no track file is.
        """
        data = self._beginning()
        while data and not self._ended:
            self._take(data)
            self._guard()
            yield
            data = self._stream.read(BLOCK_BYTES)
        if not self._ended:
            self._parse(b"", final=True)
            yield

    def _beginning(self) -> bytes:
        """The first bytes of the document; what may stand before its declaration is skipped and counted.

        A byte order mark is for expat, white space is forgiven, and both may come in portions of their own.
        """
        data = b""
        while len(data) < len(BOM) and (more := self._stream.read(BLOCK_BYTES)):
            data += more
            bare = (data if self._skipped else data.removeprefix(BOM)).lstrip()
            before = data[: len(data) - len(bare)]
            self._skipped += len(before)
            self._skipped_lines += before.count(b"\n")
            data = bare
        return data

    def _guard(self) -> None:
        if self._given - self._parser.CurrentByteIndex > self._limit and not self._ended:
            raise ParseError(
                gettext_noop("A single element here is larger than %(limit)d KiB, which no track file has."),
                place=at_line(self.line),
                limit=self._limit >> 10,
            )
        if len(self._parser.intern) > _MOST_NAMES:
            raise ParseError(
                gettext_noop("The elements here have more than %(limit)d different names, as in no track file."),
                place=at_line(self.line),
                limit=_MOST_NAMES,
            )

    def _parse(self, data: bytes, *, final: bool = False) -> None:
        self._given += len(data)
        try:
            self._parser.Parse(data, final)
        except (LookupError, ValueError) as error:
            if self._begun:
                raise
            raise ParseError(
                gettext_noop("The XML says that it is in an encoding we do not read. Save it as UTF-8."),
                place=at_line(1),
            ) from error
        except expat.ExpatError as error:
            line = error.lineno + self._skipped_lines
            self._ended = True
            if final:
                self.truncated = True
                self._report.warn(
                    gettext_noop(
                        "The file stops before its end: what was complete before that place was read, "
                        "whatever followed is missing. Fetch the file again if you can."
                    ),
                    at_line(line),
                )
            elif self._begun and not self.path:
                self._report.warn(gettext_noop("Something follows the end of the XML; it was ignored."), at_line(line))
            else:
                raise ParseError(
                    gettext_noop("The XML is broken here (%(detail)s). Fetch or export the file again."),
                    place=at_line(line),
                    detail=expat.ErrorString(error.code),
                ) from error

    def _refuse(self, *_: object) -> None:
        raise ParseError(
            gettext_noop("The file declares a document type (<!DOCTYPE …>), which no track needs. It was not read."),
            place=at_line(self.line),
        )

    # What expat tells.

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = local_name(name)
        self._begun = True
        self.path.append(name)
        self._parents.append(None)
        if len(self.path) > _MOST_LEVELS:
            raise ParseError(
                gettext_noop("Elements are nested more than %(limit)d deep here, as in no track file."),
                place=at_line(self.line),
                limit=_MOST_LEVELS,
            )
        self._room = self._sink.texts.get(name, 0)
        if self._room:
            self._text = []
            self._parser.CharacterDataHandler = self._characters
        self._sink.start(name, attributes)

    def _characters(self, text: str) -> None:
        if self._text is not None and self._room > 0:
            self._text.append(text[: self._room])
            self._room -= len(text)

    def _end(self, name: str) -> None:
        name = self.path.pop()
        self._parents.pop()
        text = ""
        if self._text is not None:
            text = "".join(self._text)
            self._text = None
            self._parser.CharacterDataHandler = None
        self._sink.end(name, text)
        if name in self._sink.units:
            self._closed = (name, self._parser.CurrentByteIndex)

    # Lists of like elements.

    def _take(self, data: bytes) -> None:
        """Give a block to expat, except for what templates read of it."""
        at = 0
        while at < len(data) and not self._ended:
            stop = None
            if self._in_bulk:
                ahead = 1 << min(self._misses, 14) if self._misses > _PATIENCE else 0
                stop = self._stops.search(data, at + ahead)
            given = self._given
            if stop is None:
                self._parse(data[at:])
                return
            self._parse(data[at : stop.end()])
            name, index = self._closed
            if index == given + stop.start() - at and not self._ended:
                at = self._bulk(name, data, stop.end())
            else:
                at = stop.end()
                self._misses += 1

    def _bulk(self, name: str, data: bytes, at: int) -> int:
        """Hand over what repeats after a unit that ended at `at`; where that ends."""
        parent = self._parents[-1]
        if parent is None:
            parent = self._parents[-1] = _Parent()
        base = self._given + self._skipped - at  # where data[0] lies in the file
        begin, last = at, parent.ends.get(name)
        again = True
        while again:
            again = False
            for template in parent.templates:
                if repeated := template.run.match(data, at):
                    self._hand_over(template, repeated[0])
                    at = repeated.end()
                    again = True
            if not again and at == begin and last is not None and last >= base:
                template_ = learn(data[last - base : at], self._sink.wanted, self._sink.barred)
                last = None
                if template_ is not None:
                    parent.templates = [template_, *parent.templates[: _MOST_TEMPLATES - 1]]
                    again = True
        parent.ends[name] = base + at
        self._misses = 0 if at > begin else self._misses + 1
        return at

    def _hand_over(self, template: Template, text: bytes) -> None:
        found = template.unit.findall(text)
        values = list(map(list, zip(*found, strict=True))) if len(template.keys) > 1 else [found][: len(template.keys)]
        first = self.line

        def line_of(number: int) -> int:
            for index, unit in enumerate(template.unit.finditer(text)):
                if index == number:
                    start = unit.start() + len(unit[0]) - len(unit[0].lstrip())
                    return first + _lines(text[:start])
            return first

        self._sink.repeated(len(found), dict(zip(template.keys, values, strict=True)), template.paths, line_of)
        self._skipped += len(text)
        self._skipped_lines += _lines(text)


def _lines(text: bytes) -> int:
    r"""How many lines end in a text; as expat counts, \r\n is one end and \r another."""
    return text.count(b"\n") + (text.count(b"\r") - text.count(b"\r\n") if b"\r" in text else 0)
