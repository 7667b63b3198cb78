"""Whether text looks like a table, and what its columns might be: proposals for a curator, never applied by themselves.

A unit is proposed only where the head names it, or a line of units beside the heads (as avionics write it); the
order of day and month only where a number above 12 tells.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tracks.formats.table_lines import DELIMITERS, Layout, head_lines
from tracks.formats.table_mapping import ROLES
from tracks.formats.text import begin_of

_LINES = 200
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_DATE = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})(.*)", re.DOTALL)
_WEEKDAY = r"(?:(?:[Mm]on|[Tt]ue|[Ww]ed|[Tt]hu|[Ff]ri|[Ss]at|[Ss]un)[a-z]*\.?,?\s+)?"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_NAMED = re.compile(rf"(?i){_WEEKDAY}(?:\d{{1,4}}\w{{0,2}}[-\s./]*{_MONTH}|{_MONTH}\s*\d{{1,2}}\b).*\d.*")
_POINT = re.compile(r"(?i)(?:SRID=\d+;)?\s*POINT\s*\w*\s*\(.*\)|(?:\\x)?0[01][0-9A-F]{40,}|\{.*coordinates.*\}")
_CLOCK = re.compile(_WEEKDAY + r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?(\s*[AaPp][Mm])?Z?")
_ANGLE = re.compile(r"[NSEWnsew]?\s*[+-]?\d{1,3}\D+\d{1,2}.*|[NSEWnsew]?[+-]?\d{4,5}\.\d+[NSEWnsew]?")
_PAIR_IN_MINUTES = re.compile(r"\D{0,2}\d{1,3}\s*[°º:\s]\s*\d{1,2}\s*(?:\.\d+)?\s*['′’:\s].*[EWew].*", re.DOTALL)
_OFFSET = re.compile(r"[+-]\d{2}:?\d{2}")
_PAIR = re.compile(r"[+-]?\d{1,2}\.\d+\s*[,;/\s]\s*[+-]?\d{1,3}\.\d+")
_VALUE = (_NUMBER, _DATE, _CLOCK, _NAMED, _POINT, _PAIR, _PAIR_IN_MINUTES)

# Lines before the rows that have as many cells as these and no values: heads, units, translations of them.
_MOST_HEADS = 4

# Heads in small letters, without anything but letters and digits.
_LATITUDE = re.compile(r".*latitude|breite|(?:gps\d?|gnss|pos|position|aircraft|point|dec|decimal)?lat(?!ac|er|en|e$)")
_LONGITUDE = re.compile(
    r".*longitude|laenge|länge|(?:gps\d?|gnss|pos|position|aircraft|point|dec|decimal)?(?:lon(?!g?ac|gitudinal)|lng)"
)
_OTHER_SPEEDS = re.compile(r"wind|wnd|airsp|^[ikct]as|indicated|mach")  # not over the ground
# Sentences of a satellite receiver have as many commas each, but are no rows.
_NMEA = re.compile(rb"[$!][A-Z]{5},")

# When something was handed on or begun, or a height above somewhere, where another column is the moment or altitude.
_SECONDARY = re.compile(r"server|receiv|creat|updat|upload|system|device(?!id)|session|start|^osdheight|^height")
_SOURCE = re.compile(r"(?i)(?:(?:ads|tis)-?[bcr]|mlat)(?:_\w+)?|mode_s|radar|estimated|projected|other|unknown|flarm")
_KEY = re.compile(
    r"(?:object|track|trajectory|traj|flight|aircraft|target|device|tracker|unit|ectrl)id|mmsi|trajectory|device|instrument|drifter"
)

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
    """How a table seems to be written: its layout, whether numbers have a decimal comma, its first rows.

    `units` are the cells of a line of units beside the heads, where there is one.
    """

    layout: Layout
    decimal_comma: bool
    rows: list[list[str]]
    units: tuple[str, ...] = ()


def guess_table(head: bytes, delimiter: str | None = None, first_line: int | None = None) -> Guess | None:
    """How the text is a table, None where it does not look like one.

    Args:
        head: the beginning of the content.
        delimiter, first_line: where somebody has said so; then only they count.
    """
    if b"\0" in head or (delimiter is None and _NMEA.match(begin_of(head))):
        return None
    lines = head_lines(head)[:_LINES]
    guesses = [_as_table(lines, each, first_line) for each in (delimiter or DELIMITERS)]
    found = [guess for guess in guesses if guess is not None]
    # Some cell may hold more separators of another kind than there are columns: heads that make sense go first.
    return max(
        found,
        key=lambda guess: (_names_latitude(guess.layout.heads), len(guess.rows) * guess.layout.width),
        default=None,
    )


def _as_table(lines: Sequence[str], delimiter: str, first_line: int | None) -> Guess | None:
    bare = Layout(delimiter, (), 0, 1)
    split = [(number, bare.cells(line)) for number, line in enumerate(lines, 1) if line.strip()]
    if first_line is not None:
        split = [(number, cells) for number, cells in split if number >= first_line - 1]
    widths = Counter(len(cells) for _number, cells in split[-50:])
    if not widths:
        return None
    width = max(widths, key=lambda w: (widths[w], w))
    if width < 2:
        return None
    rows = [(number, cells) for number, cells in split if len(cells) == width]
    heads = list(itertools.takewhile(lambda row: _names(row[1]), rows[:_MOST_HEADS]))
    if first_line is None:
        chosen = next((row for row in reversed(heads) if _names_latitude(row[1])), heads[0] if heads else None)
        begins = chosen[0] + 1 if chosen else rows[0][0]
    else:
        chosen = next((row for row in heads if row[0] == first_line - 1), None)
        begins = first_line
    named = chosen is not None
    first = chosen[1] if chosen else []
    units = next((cells for _number, cells in heads if cells is not first), [])
    beside = [cells for _number, cells in heads]
    remarks = {number for number, line in enumerate(lines, 1) if line.lstrip().startswith("#")}
    rest = [cells for number, cells in split if number >= begins and number not in remarks and cells not in beside]
    whole = [cells for cells in rest if len(cells) == width]
    if first_line is None and (len(whole) < 2 - named or len(whole) < 0.8 * len(rest) or not _has_values(whole)):
        return None
    layout = Layout(delimiter, tuple(first) if named else (), width, begins)
    cells = [cell for row in whole for cell in row]
    comma = delimiter != "," and any(map(_DECIMAL_COMMA.fullmatch, cells)) and not any(map(_decimal_point, cells))
    return Guess(layout, comma, whole, tuple(units))


def _names(cells: Sequence[str]) -> bool:
    """Whether a line may name columns or units: it has words, and no values."""
    return any(cells) and not any(map(_is_value, cells))


def _names_latitude(cells: Sequence[str]) -> bool:
    return any(_LATITUDE.match(_bare(cell)) for cell in cells)


def _bare(head: str) -> str:
    return re.sub(r"[^a-z0-9äöüß]", "", head.lower())


def _decimal_point(cell: str) -> bool:
    return re.fullmatch(r"[+-]?\d+\.\d+", cell) is not None


def _is_value(cell: str) -> bool:
    return any(pattern.fullmatch(cell) for pattern in _VALUE)


def _has_values(rows: Sequence[Sequence[str]]) -> bool:
    """Whether most rows hold two numbers or times at least."""
    return sum(sum(map(_is_value, row)) >= 2 for row in rows) >= 0.8 * len(rows)


def propose_columns(guess: Guess) -> list[str]:
    """For each column a key of `ROLES` that its head and values speak for, "" where they do not."""
    found = []
    for position in range(guess.layout.width):
        head = guess.layout.heads[position] if guess.layout.heads else ""
        unit = guess.units[position] if guess.units else ""
        values = [row[position] for row in guess.rows if row[position]]
        values = [value.replace(",", ".") for value in values] if guess.decimal_comma else values
        found.append((_proposed(head, unit, values), _bare(head)))
    proposed = [""] * len(found)
    taken: set[str] = set()
    # Of several columns of a kind the one that is most likely meant; of equal ones the first.
    for position in sorted(range(len(found)), key=lambda at: bool(_SECONDARY.search(found[at][1]))):
        role = found[position][0]
        if role and ROLES[role].slot not in taken:
            taken.add(ROLES[role].slot)
            proposed[position] = role
    if "time" in taken:
        proposed = ["" if role and ROLES[role].slot in ("date", "clock") else role for role in proposed]
    if taken & {"icao24", "registration"}:
        proposed = ["" if role == "key" else role for role in proposed]
    return proposed


def names_dates(guess: Guess) -> bool:
    """Whether some column holds dates, by its head or its values."""
    heads = any(re.search(r"dat(?:e|um)", head.lower()) for head in guess.layout.heads)
    return heads or any(_DATE.fullmatch(cell) or _NAMED.fullmatch(cell) for row in guess.rows for cell in row)


def _proposed(head: str, beside: str, values: Sequence[str]) -> str:
    """What a column seems to be, by its head, what a line of units has for it, and its values."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", f"{head} {beside}").lower()
    unit = next((u for u, pattern in _UNITS if re.search(rf"(?<![a-z/])(?:{pattern})(?![a-z/])", apart)), "")
    bare = _bare(head)
    words = set(re.split(r"[^a-z0-9/]+", re.sub(r"(?<=[a-z])(?=\d)", "", head.lower())))
    if values and all(_OFFSET.fullmatch(value) for value in values):
        return "utc-offset"
    if re.search(r"time|date|utc|epoch|unix|timestamp|stamp|zeit|datum|^ts?$|^now$", bare) or not head:
        return _time(values)
    if _LATITUDE.match(bare):
        return "latitude-minutes" if _in_minutes(values, 90) else "latitude-degrees"
    if _LONGITUDE.match(bare):
        return "longitude-minutes" if _in_minutes(values, 180) else "longitude-degrees"
    if values and all(_POINT.fullmatch(value) for value in values):
        return "position-geometry"
    if bare.removeprefix("approx") in ("position", "latlon", "latlng", "coordinates"):
        return "position-minutes" if values and all(map(_PAIR_IN_MINUTES.match, values)) else "position-degrees"
    if "flightlevel" in bare or words & {"fl"}:
        return "altitude-pressure-fl"
    if re.search(r"vert|climb|vspe?e?d|^vs$|^vr$|^roc", bare):
        return {"ft/min": "rate-ftmin", "m/s": "rate-ms"}.get(unit, "")
    if re.search(r"agl|above(?:ground|takeoff|home|terrain)|groundele|radio|radar|sonar|^rel|max|min(?!ut)", bare):
        return ""  # heights, but no altitudes
    if re.search(r"alt|height|elev", bare) or bare in ("feet", "meters", "metres"):
        kind = "pressure" if re.search(r"baro|pressure|qne|std", bare) else "unstated"
        kind = "pressure" if "pressure" in _bare(beside) else kind
        kind = "geometric" if re.search(r"geo|gps|gnss|hae|msl|sealevel|ellips", bare) else kind
        return f"altitude-{kind}-{unit}" if unit in ("ft", "m") else ""
    if _OTHER_SPEEDS.search(bare):
        return ""
    if re.search(r"speed|velocity|^gs|spd|^kts$|^sog", bare):
        return {"kt": "speed-kt", "km/h": "speed-kmh", "m/s": "speed-ms", "mph": "speed-mph"}.get(unit, "")
    if re.fullmatch(
        r"(?:gps)?(?:true|ground)?(?:track|trk|course|cog|direction|bearing)(?:angle)?(?:deg(?:rees)?)?", bare
    ):
        return "track" if values and all(re.search(r"\d", value) for value in values) else ""
    if bare in ("callsign", "adscallsign", "flight", "cs", "acid"):
        return "callsign"
    if re.fullmatch(
        r"icao(?:24|address|hex)?|(?:ads)?hex(?:ident)?|(?:airframe)?modes(?:id|hex|code)?|address|transponder", bare
    ):
        return "icao24" if values and all(re.fullmatch(r"[0-9a-fA-F]{6}", value) for value in values) else ""
    if bare in ("registration", "aircraftregistration", "reg", "tail", "tailnumber"):
        return "registration"
    if _KEY.fullmatch(bare):
        return "key"
    if bare in ("source", "positionsource", "updatetype") and values and all(map(_SOURCE.fullmatch, values)):
        return "source"
    if bare in ("onground", "ground", "isonground", "gnd"):
        return "on-ground"
    return "squawk" if bare == "squawk" else ""


def _time(values: Sequence[str]) -> str:
    """What kind of time some values are."""
    if not values:
        return ""
    if all(_NUMBER.fullmatch(value) for value in values):
        first = float(values[0].replace(",", "."))
        units = (("s", 1), ("ms", 1e3), ("us", 1e6), ("ns", 1e9))
        return next((f"time-epoch-{name}" for name, unit in units if 6e8 < first / unit < 4.2e9), "")
    if all(_CLOCK.fullmatch(value) for value in values):
        return "clock"
    if all(_NAMED.fullmatch(value) for value in values):
        clocks = [":" in value for value in values]
        return "time-named" if all(clocks) else "" if any(clocks) else "date-named"
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
