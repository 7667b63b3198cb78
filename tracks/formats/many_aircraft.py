"""For files of many aircraft: their fixes arrive mixed and leave aircraft by aircraft.

A file of all aircraft of the sky has some thousands of them in every minute. Handed on row by row they
would be as many chunks as rows; so some hundred thousand fixes are gathered first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracks.formats.columns import QUOTED
from tracks.formats.contract import CHUNK_FIXES, Chunk, ParseReport, StatedIdentity, gettext_noop
from tracks.formats.text import clean
from tracks.processing.fixes import COLUMNS, Fixes

# Fixes gathered before they are handed on: 80 bytes each, twice while they are put in order.
GATHERED_FIXES = 3 << 17

# More different callsigns in one file are noise that would only fill memory.
MOST_CALLSIGNS = 1 << 18

_ADDRESS = re.compile(r"~?[0-9a-f]{6}", re.ASCII)


class CallsignNames:
    """The callsigns of a file by number; further ones than `MOST_CALLSIGNS` count as not stated and as blanked."""

    def __init__(self, report: ParseReport) -> None:
        self._report = report
        self._numbers: dict[str, int] = {}
        self.names: list[str] = []

    def number(self, text: str) -> int:
        """The number of a callsign as written, padding and all; −1 where it is none."""
        name = clean(text[:64]).strip(" @")[:16].rstrip()
        if not name:
            return -1
        known = self._numbers.get(name)
        if known is None:
            if len(self.names) >= MOST_CALLSIGNS:
                self._report.blank("callsign", 1)
                return -1
            known = self._numbers[name] = len(self.names)
            self.names.append(name)
        return known


class Addresses:
    """The aircraft of a file, numbered by their addresses. `identities` are in the order of their numbers."""

    def __init__(self) -> None:
        self.identities: list[StatedIdentity] = []
        self._numbers: dict[str, int] = {}
        self._no_address: str | None = None

    def number(self, text: str) -> int:
        """The number of an address as written; −1 where it is not six hexadecimal digits."""
        address = text.strip().lower()
        if not _ADDRESS.fullmatch(address):
            self._no_address = self._no_address or text.strip()[:QUOTED]
            return -1
        number = self._numbers.setdefault(address, len(self.identities))
        if number == len(self.identities):
            self.identities.append(StatedIdentity(address=address))
        return number

    def tell(self, report: ParseReport) -> None:
        """Warn, at the end, where something stood in place of an address."""
        if self._no_address is not None:
            report.warn(
                gettext_noop(
                    "Some rows have “%(text)s” or the like where an address of six hexadecimal digits was expected; "
                    "nobody can say whose they are. Spreadsheets damage addresses: use the file as it was exported."
                ),
                text=self._no_address,
            )


class ByAircraft:
    """Gathers fixes and gives them out aircraft by aircraft, each one's in the order they came in.

    Args:
        identities: who each aircraft is, by its number; may grow while the file is read.
        callsigns: the name of each callsign by its number in the fixes that are added; may grow.
        keys: the key of each aircraft by its number, may grow; None for its address or registration.
    """

    def __init__(
        self,
        identities: Sequence[StatedIdentity],
        callsigns: Sequence[str] = (),
        keys: Sequence[str] | None = None,
    ) -> None:
        self._identities = identities
        self._keys = keys
        self._callsigns = callsigns
        # Columns that are filled again and again: fresh memory costs as much as what is done with it.
        self._columns: dict[str, NDArray[Any]] = {}
        self._aircraft = np.empty(0, dtype="i4")
        self._count = 0

    def add(self, fixes: Fixes, aircraft: NDArray[np.int32]) -> Iterator[Chunk]:
        """Take n fixes and the numbers of their n aircraft; yields chunks when enough are gathered.

        The column `callsign` of the fixes holds numbers of the file's callsigns; their `callsigns` is not used.
        """
        start = 0
        while start < len(fixes):
            stop = min(len(fixes), start + max(GATHERED_FIXES, CHUNK_FIXES) - self._count)
            self._keep(fixes[start:stop], aircraft[start:stop])
            start = stop
            if self._count >= GATHERED_FIXES:
                yield from self.rest()

    def _keep(self, fixes: Fixes, aircraft: NDArray[np.int32]) -> None:
        if self._aircraft.size < self._count + len(fixes):
            # Twice as much each time: most files are small.
            size = max(2 * self._aircraft.size, self._count + len(fixes))
            self._aircraft = _grown(self._aircraft, self._count, size)
            for name, (dtype, _unknown) in COLUMNS.items():
                self._columns[name] = _grown(self._columns.get(name, np.empty(0, dtype)), self._count, size)
        part = slice(self._count, self._count + len(fixes))
        self._aircraft[part] = aircraft
        for name, column in fixes.columns():
            self._columns[name][part] = column
        self._count += len(fixes)

    def rest(self) -> Iterator[Chunk]:
        """Give out what is gathered."""
        if not self._count:
            return
        count, self._count = self._count, 0
        numbers = self._aircraft[:count]
        # Sixteen bits are sorted by counting, in linear time.
        order = np.argsort(numbers.astype("u2") if numbers.max() < 1 << 16 else numbers, kind="stable")
        numbers = numbers[order]
        columns = {name: _ordered(self._columns[name][:count], order) for name in COLUMNS}
        local, names = self._local_callsigns(numbers, columns["callsign"])
        columns["callsign"] = local
        edges = np.concatenate(([0], np.flatnonzero(numbers[1:] != numbers[:-1]) + 1, [numbers.size])).tolist()
        owners = numbers[edges[:-1]].tolist()
        arrays = list(columns.values())
        for position, owner in enumerate(owners):
            identity = self._identities[owner]
            key = self._keys[owner] if self._keys else identity.address or identity.registration or "aircraft"
            for start in range(edges[position], edges[position + 1], CHUNK_FIXES):
                part = slice(start, min(start + CHUNK_FIXES, edges[position + 1]))
                # By position, which mypy cannot count: thousands of these are made, and names cost as much as all else.
                fixes = Fixes(*[array[part] for array in arrays], names[position])  # type: ignore[call-arg,arg-type]
                yield Chunk(key, identity, fixes)

    def _local_callsigns(
        self, numbers: NDArray[np.int32], callsign: NDArray[np.int32]
    ) -> tuple[NDArray[np.int32], list[tuple[str, ...]]]:
        """Callsigns numbered anew for each aircraft, and their names, aircraft by aircraft.

        An aircraft keeps its callsign for long, so it is runs that are looked at, not fixes.
        """
        other_aircraft = np.concatenate(([True], numbers[1:] != numbers[:-1]))
        starts = np.flatnonzero(other_aircraft | np.concatenate(([True], callsign[1:] != callsign[:-1])))
        named: list[tuple[str, ...]] = []
        seen: dict[int, int] = {}
        own: list[int] = []
        for first, number in zip(other_aircraft[starts].tolist(), callsign[starts].tolist(), strict=True):
            if first:
                if own:
                    named.append(tuple([self._callsigns[n] for n in seen]))
                seen = {}
            own.append(-1 if number < 0 else seen.setdefault(number, len(seen)))
        named.append(tuple([self._callsigns[n] for n in seen]))
        lengths = np.diff(np.append(starts, numbers.size))
        return np.repeat(np.array(own, dtype="i4"), lengths), named


def _ordered(column: NDArray[Any], order: NDArray[np.int64]) -> NDArray[Any]:
    """The values in another order. Many columns say one thing throughout, which is seen sooner than put in order."""
    if column[0] == column[-1] and (column == column[0]).all():
        return np.full_like(column, column[0])
    return column.take(order, mode="clip")  # which spares looking whether the order goes beyond


def _grown(column: NDArray[Any], count: int, size: int) -> NDArray[Any]:
    """A longer array with the same first `count` values."""
    grown = np.empty(size, dtype=column.dtype)
    grown[:count] = column[:count]
    return grown
