"""Whether text looks like a table, and what its columns might be: proposals for a curator, never applied by themselves.

A unit is proposed only where the head names it, the order of day and month only where a number above 12 tells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tracks.formats.table_lines import DELIMITERS, Layout, head_lines
from tracks.formats.table_mapping import ROLES

_LINES = 200
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_DATE = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})(.*)", re.DOTALL)
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?(\s*[AaPp][Mm])?Z?")
_ANGLE = re.compile(r"[NSEWnsew]?\s*[+-]?\d{1,3}\D+\d{1,2}.*|[NSEWnsew]?[+-]?\d{4,5}\.\d+[NSEWnsew]?")
_VALUE = (_NUMBER, _DATE, _CLOCK)

_UNITS = (
    ("ft/min", r"ft/min|fpm|feet per minute"),
    ("km/h", r"km/?h|kph|kmph"),
    ("m/s", r"m/s|mps|ms-1|m s-1"),
    ("mph", r"mph"),
    ("kt", r"kts?|kn|knots?"),
    ("ft", r"ft|feet|foot"),
    ("m", r"m|metres?|meters?"),
)


@dataclass(frozen=True, slots=True)
class Guess:
    """How a table seems to be written: its layout, whether numbers have a decimal comma, its first rows."""

    layout: Layout
    decimal_comma: bool
    rows: list[list[str]]


def guess_table(head: bytes, delimiter: str | None = None, first_line: int | None = None) -> Guess | None:
    """How the text is a table, None where it does not look like one.

    Args:
        head: the beginning of the content.
        delimiter, first_line: where somebody has said so; then only they count.
    """
    if b"\0" in head:
        return None
    lines = head_lines(head)[:_LINES]
    guesses = [_as_table(lines, each, first_line) for each in (delimiter or DELIMITERS)]
    found = [guess for guess in guesses if guess is not None]
    return max(found, key=lambda guess: len(guess.rows) * guess.layout.width, default=None)


def _as_table(lines: Sequence[str], delimiter: str, first_line: int | None) -> Guess | None:
    bare = Layout(delimiter, (), 0, 1)
    split = [(number, bare.cells(line)) for number, line in enumerate(lines, 1) if line.strip()]
    if first_line is not None:
        split = [(number, cells) for number, cells in split if number >= first_line - 1]
    widths = Counter(len(cells) for _number, cells in split[-50:])
    if not widths:
        return None
    width = max(widths, key=lambda w: (widths[w], w))
    begin = next(position for position, (_number, cells) in enumerate(split) if len(cells) == width)
    if width < 2:
        return None
    (number, first), rest = split[begin], split[begin:]
    whole = [cells for _number, cells in rest if len(cells) == width]
    named = not any(_is_value(cell) for cell in first) and any(first)
    if first_line is not None:
        named = named and number == first_line - 1
        whole = [cells for at, cells in rest if len(cells) == width and at >= first_line]
        begins = first_line
    else:
        whole = whole[1:] if named else whole
        begins = number + 1 if named else number
    if first_line is None and (
        len(whole) < 2 - named or len(whole) < 0.8 * (len(rest) - named) or not _has_values(whole)
    ):
        return None
    layout = Layout(delimiter, tuple(first) if named else (), width, begins)
    cells = [cell for row in whole for cell in row]
    comma = delimiter != "," and any(map(_DECIMAL_COMMA.fullmatch, cells)) and not any(map(_decimal_point, cells))
    return Guess(layout, comma, whole)


def _decimal_point(cell: str) -> bool:
    return re.fullmatch(r"[+-]?\d+\.\d+", cell) is not None


def _is_value(cell: str) -> bool:
    return any(pattern.fullmatch(cell) for pattern in _VALUE)


def _has_values(rows: Sequence[Sequence[str]]) -> bool:
    """Whether most rows hold two numbers or times at least."""
    return sum(sum(map(_is_value, row)) >= 2 for row in rows) >= 0.8 * len(rows)


def propose_columns(guess: Guess) -> list[str]:
    """For each column a key of `ROLES` that its head and values speak for, "" where they do not."""
    taken: set[str] = set()
    proposed = []
    for position in range(guess.layout.width):
        head = guess.layout.heads[position] if guess.layout.heads else ""
        values = [row[position] for row in guess.rows if row[position]]
        role = _proposed(head.lower(), [value.replace(",", ".") for value in values] if guess.decimal_comma else values)
        if role and ROLES[role].slot in taken:
            role = ""
        taken |= {ROLES[role].slot} if role else set()
        proposed.append(role)
    if "time" in taken:
        proposed = ["" if role and ROLES[role].slot in ("date", "clock") else role for role in proposed]
    return proposed


def _proposed(head: str, values: Sequence[str]) -> str:
    words = set(re.split(r"[^a-z0-9/]+", re.sub(r"(?<=[a-z])(?=\d)", "", head)))
    bare = re.sub(r"[^a-z0-9]", "", head)
    unit = next((u for u, pattern in _UNITS if re.search(rf"(?<![a-z/])(?:{pattern})(?![a-z/])", head)), "")
    if re.search(r"time|date|utc|epoch|unix|timestamp|stamp|zeit|datum", head):
        return _time(values)
    if re.match(r"lat|breite", bare):
        return "latitude-minutes" if _in_minutes(values, 90) else "latitude-degrees"
    if re.match(r"lon|lng|laenge|länge", bare):
        return "longitude-minutes" if _in_minutes(values, 180) else "longitude-degrees"
    if bare in ("position", "latlon", "latlng", "coordinates"):
        return "position-degrees"
    if "flightlevel" in bare or words & {"fl"}:
        return "altitude-pressure-fl"
    if re.search(r"vert|climb|vspeed|^vs$|^vr$|^roc", bare):
        return {"ft/min": "rate-ftmin", "m/s": "rate-ms"}.get(unit, "")
    if re.search(r"alt|height|elev", bare):
        kind = "pressure" if re.search(r"baro|pressure|qne|std", bare) else "unstated"
        kind = "geometric" if re.search(r"geo|gps|gnss|hae|msl|ellips", bare) else kind
        return f"altitude-{kind}-{unit}" if unit in ("ft", "m") else ""
    if re.search(r"speed|velocity|^gs|spd", bare):
        return {"kt": "speed-kt", "km/h": "speed-kmh", "m/s": "speed-ms", "mph": "speed-mph"}.get(unit, "")
    if bare in ("track", "course", "cog", "direction", "truetrack", "trackangle", "trackdeg"):
        return "track"
    if bare in ("callsign", "flight", "cs", "acid"):
        return "callsign"
    if bare in ("icao24", "hex", "icao", "icaoaddress", "icaohex", "modes", "hexident", "address", "transponder"):
        return "icao24" if values and all(re.fullmatch(r"[0-9a-fA-F]{6}", value) for value in values) else ""
    if bare in ("registration", "reg", "tail", "tailnumber"):
        return "registration"
    if bare in ("onground", "ground", "isonground", "gnd"):
        return "on-ground"
    return "squawk" if bare == "squawk" else ""


def _time(values: Sequence[str]) -> str:
    """What kind of time some values are."""
    if not values:
        return ""
    if all(_NUMBER.fullmatch(value) for value in values):
        first = float(values[0].replace(",", "."))
        return "time-epoch-s" if 6e8 < first < 4.2e9 else "time-epoch-ms" if 6e11 < first < 4.2e12 else ""
    if all(_CLOCK.fullmatch(value) for value in values):
        return "clock"
    dates = [match for value in values if (match := _DATE.fullmatch(value))]
    if len(dates) < len(values):
        return ""
    what = "time" if all(":" in match[4] for match in dates) else "date" if not any(m[4] for m in dates) else ""
    if not what:
        return ""
    if all(len(match[1]) == 4 for match in dates):
        return f"{what}-ymd"
    if any(int(match[1]) > 12 for match in dates):
        return f"{what}-dmy"
    return f"{what}-mdy" if any(int(match[2]) > 12 for match in dates) else ""


def _in_minutes(values: Sequence[str], most: float) -> bool:
    """Whether angles seem to be written in degrees and minutes."""
    plain = [float(value.replace(",", ".")) for value in values if _NUMBER.fullmatch(value)]
    if len(plain) == len(values):
        return any(abs(value) > most for value in plain)
    return any(_ANGLE.fullmatch(value) and re.search(r"\d\D+\d+\D+\d|\d['′]|\d{4}\.", value) for value in values)
