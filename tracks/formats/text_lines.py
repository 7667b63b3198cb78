"""Lines of a text stream, bounded, whatever ends them."""

from __future__ import annotations

from collections.abc import Iterator

from tracks.formats.contract import ByteStream, Limits, ParseError, at_line, gettext_noop
from tracks.formats.text import BOM

_READ_BYTES = 1 << 16


def text_lines(stream: ByteStream, limits: Limits) -> Iterator[str]:
    r"""Lines without their ends (\n, \r\n or \r), a byte order mark removed, bytes that are not UTF-8 as U+FFFD.

    Raises:
        ParseError: a line is longer than `limits.record_bytes`.
    """
    rest = b""
    number = 0
    first = True
    while True:
        data = stream.read(_READ_BYTES)
        text = rest + data
        if first and len(text) >= len(BOM):
            text, first = text.removeprefix(BOM), False
        # A trailing \r may be half of \r\n: it waits for what follows.
        held = b"\r" if data and text.endswith(b"\r") else b""
        lines = text[: len(text) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        rest = lines.pop() + held
        for line in lines:
            number += 1
            yield line.decode("utf-8", "replace")
        if len(rest) > limits.record_bytes:
            raise ParseError(
                gettext_noop("A line here is longer than %(limit)d KiB, which no track file has."),
                place=at_line(number + 1),
                limit=limits.record_bytes >> 10,
            )
        if not data:
            if rest:
                yield rest.decode("utf-8", "replace")
            return
