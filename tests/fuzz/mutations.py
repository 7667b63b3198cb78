"""Bytes like those of a track file, but damaged: one to a few changes of a seed, from a random number."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")

# What trips parsers: numbers at the edge of what types hold, and pieces of syntax where none is expected.
_NUMBERS = [
    *b"0 -0 -1 1e999 -1e999 NaN nan inf -Infinity 1e-320 90.0000001 -180 180.5 359.999 360 1_000 0x1f 1,5".split(),
    *b"9007199254740993 2147483648 -2147483649 18446744073709551616 4294967295 1711000000000 1711000000".split(),
    *b"253402300800 99999999999999999999999999999999 null true [] {} +7 .5 5.".split(),
    b"",
    b" ",
    b'""',
    "٣".encode(),
]
_PIECES = [
    *b"< > </ /> <!-- --> <![CDATA[ ]]> & &lt; &a; &#0; &#x110000; <?xml ?>".split(),
    *b"{ } [ ] , : ; \" ' \\ \\u0000 \\ud800 | \t # ~ % *".split(b" "),
    *[b"\n", b"\r\n", b"\r", b"\n\n", b"\0", b" ", b"\x80", b"\xc3"],
    *[b"\xff\xfe", b"\xef\xbb\xbf", b"\x1f\x8b", b"PK\x03\x04", b"\xf0\x9f\x9b\xa9", b"\xe2\x80\xae"],
    *[b"[" * 2000, b'{"a":' * 500, b"<a>" * 500, b"9" * 400, b"A" * 70_000],
    b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
    *b"2024-02-30T25:61:61Z 2024-03-21T10:00:00 1970-01-01T00:00:00Z".split(),
]


def mutated(seed: bytes, chance: random.Random, other: bytes = b"") -> bytes:
    """A seed with one to six changes; `other` gives what is spliced in."""
    data = bytearray(seed)
    for _ in range(chance.choice([1, 1, 1, 2, 3, 6])):
        chance.choice(_MUTATIONS)(data, chance, other or seed)
    return bytes(data)


def _span(data: bytearray, chance: random.Random, most: int) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + chance.randrange(1, most))


def _flip(data: bytearray, chance: random.Random, _other: bytes) -> None:
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _set(data: bytearray, chance: random.Random, _other: bytes) -> None:
    if data:
        data[chance.randrange(len(data))] = chance.choice([0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)])


def _delete(data: bytearray, chance: random.Random, _other: bytes) -> None:
    start, end = _span(data, chance, 200)
    del data[start:end]


def _repeat(data: bytearray, chance: random.Random, _other: bytes) -> None:
    start, end = _span(data, chance, 400)
    data[end:end] = data[start:end] * chance.choice([1, 1, 2, 20])


def _cut(data: bytearray, chance: random.Random, _other: bytes) -> None:
    del data[chance.randrange(len(data) + 1) :]


def _behead(data: bytearray, chance: random.Random, _other: bytes) -> None:
    del data[: chance.randrange(min(len(data), 300) + 1)]


def _insert(data: bytearray, chance: random.Random, _other: bytes) -> None:
    at = chance.randrange(len(data) + 1)
    data[at:at] = chance.choice(_PIECES)


def _number(data: bytearray, chance: random.Random, _other: bytes) -> None:
    start = chance.randrange(len(data) + 1)
    found = _NUMBER.search(data, start) or _NUMBER.search(data)
    if found:
        data[found.start() : found.end()] = chance.choice(_NUMBERS)


def _lines(data: bytearray, chance: random.Random, _other: bytes) -> None:
    lines = bytes(data).split(b"\n")
    one, two = (chance.randrange(len(lines)) for _ in range(2))
    if chance.random() < 0.5:
        lines[one], lines[two] = lines[two], lines[one]
    else:
        lines.insert(one, lines[two])
    data[:] = b"\n".join(lines)


def _splice(data: bytearray, chance: random.Random, other: bytes) -> None:
    at, end = _span(data, chance, 100)
    start = chance.randrange(len(other) + 1)
    data[at:end] = other[start : start + chance.randrange(1, 400)]


def _encode(data: bytearray, chance: random.Random, _other: bytes) -> None:
    text = bytes(data).removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    data[:] = text.encode(chance.choice(["utf-16", "utf-16-le", "utf-8-sig", "latin-1", "cp1252"]), "replace")


def _newlines(data: bytearray, chance: random.Random, _other: bytes) -> None:
    data[:] = bytes(data).replace(b"\n", chance.choice([b"\r\n", b"\r", b""]))


_MUTATIONS: list[Callable[[bytearray, random.Random, bytes], None]] = [
    *([_flip, _set, _delete, _repeat, _cut, _insert, _number, _number, _number, _lines, _splice] * 3),
    _behead,
    _encode,
    _newlines,
]
