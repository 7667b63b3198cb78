"""What a stretch of XML looks like that repeats: the elements of a long list, read by one regular expression.

A template is learned from one element that the XML parser has read: its mark-up word for word, its
values as groups of plain ASCII. Bytes that a template matches are therefore whole, well-formed elements
of that same shape, whatever their values are. Values that hold anything else (entities, comments, other
alphabets, a second shape) do not match and go through the XML parser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

# Printable ASCII and white space without what XML gives a meaning: & < > ] in text, ] in CDATA (which
# ends at ]]>), & < and the quote in attributes (where white space other than a space would be changed).
_TEXT = rb"[\t\n\r -%'-;=?-\\^-~]*+"
_CDATA = rb"[\t\n\r -\\^-~]*+"
_QUOTED = {b'"': rb"[ !#-%'-;=-~]*+", b"'": rb"[ -%(-;=-~]*+"}
_SPACE = rb"[\t\n\r ]*+"

_TOKEN = re.compile(
    rb"""<!\[CDATA\[(?P<cdata>[^\]]*)\]\]>
    |<(?P<close>/?)(?P<name>[^\s/<>!?='"&]+)
      (?P<attributes>(?:\s+[^\s=<>/&'"]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)(?P<tail>\s*)(?P<empty>/?)>
    |(?P<text>[^<]+)""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(rb"""(\s+)([^\s=<>/&'"]+)(\s*=\s*)(["'])(.*?)\4""", re.DOTALL)

# What a template is learned from is no larger.
_LARGEST = 1 << 15


def local_name(name: str) -> str:
    """A name without its namespace prefix."""
    return name.rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class Template:
    """One or more elements side by side, over and over.

    `paths` are all elements in it, relative to their common parent ("trkpt/ele"); `keys` name the
    captured values in the order of the groups: an element's path for its text, "trkpt/@lat" for an
    attribute. `run` matches as many repetitions as there are, `unit` a single one.
    """

    unit: re.Pattern[bytes]
    run: re.Pattern[bytes]
    keys: tuple[str, ...]
    paths: frozenset[str]


def learn(sample: bytes, wanted: Callable[[str], bool], barred: Collection[str]) -> Template | None:
    """The template of a well-formed sample: white space and whole elements; None where it is too special.

    Args:
        wanted: whether the value at a key is to be captured.
        barred: names of elements that must not be read this way.
    """
    tokens = _tokens(sample)
    if tokens is None:
        return None
    parts: list[bytes] = []
    keys: list[str] = []
    paths: list[str] = []
    path: list[str] = []
    position = 0

    def value(key: str, pattern: bytes) -> None:
        capture = wanted(key) and key not in keys
        if capture:
            keys.append(key)
        parts.append(b"(%b)" % pattern if capture else pattern)

    while position < len(tokens):
        token = tokens[position]
        position += 1
        if token["text"] is not None:
            if token["text"].strip():
                return None  # text beside elements
            parts.append(_SPACE)
        elif token["cdata"] is not None:
            return None
        elif token["close"]:
            if not path:
                return None
            path.pop()
            parts.append(re.escape(token[0]))
        else:
            name = local_name(token["name"].decode("utf-8", "replace"))
            path.append(name)
            key = "/".join(path)
            if name in barred or name in path[:1] * (len(path) > 1) or (len(path) == 1 and key in paths):
                return None  # a second one would hide behind the first
            paths.append(key)
            parts.append(b"<" + re.escape(token["name"]))
            for space, attribute, equals, quote, written in _ATTRIBUTE.findall(token["attributes"]):
                parts.append(re.escape(space + attribute + equals + quote))
                if attribute.startswith(b"xmlns"):
                    parts.append(re.escape(written))
                else:
                    value(f"{key}/@{local_name(attribute.decode('utf-8', 'replace'))}", _QUOTED[quote])
                parts.append(quote)
            parts.append(re.escape(token["tail"] + token["empty"] + b">"))
            if token["empty"]:
                if wanted(key):
                    return None  # nothing stands there for others to differ in
                path.pop()
                continue
            inside = []
            while position < len(tokens) and tokens[position]["name"] is None:
                inside.append(tokens[position])
                position += 1
            if position == len(tokens):
                return None
            if tokens[position]["close"]:
                marked = [t for t in inside if t["cdata"] is not None]
                if not marked and len(inside) <= 1:
                    value(key, _TEXT)
                elif len(marked) == 1 and not any(t["text"].strip() for t in inside if t["text"] is not None):
                    parts.append(_SPACE + rb"<!\[CDATA\[")
                    value(key, _CDATA)
                    parts.append(rb"\]\]>" + _SPACE)
                else:
                    return None
            elif wanted(key) or any(t["cdata"] is not None or t["text"].strip() for t in inside):
                return None
            else:
                parts.append(_SPACE)
    if path or not paths:
        return None
    pattern = b"".join(parts)
    return Template(re.compile(pattern), re.compile(b"(?:%b)++" % pattern), tuple(keys), frozenset(paths))


def _tokens(sample: bytes) -> list[re.Match[bytes]] | None:
    if len(sample) > _LARGEST:
        return None
    tokens: list[re.Match[bytes]] = []
    at = 0
    while at < len(sample):
        token = _TOKEN.match(sample, at)
        if token is None:
            return None
        tokens.append(token)
        at = token.end()
    return tokens
