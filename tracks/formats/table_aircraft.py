"""Whose each row of a table is, by what a curator says names its aircraft; decisions stand in `csv_table`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from tracks.formats.contract import ParseError, ParseReport, StatedIdentity, gettext_noop
from tracks.formats.many_aircraft import Addresses
from tracks.formats.text import clean

# The columns that tell aircraft apart.
NAMING = ("icao24", "registration", "key")

# A column with more different names tells rows apart, not aircraft.
MOST_NAMES = 1 << 17

_REGISTRATION = re.compile(r"[A-Z0-9][A-Z0-9+.-]{1,15}")
_KEY_SHOWN = 64


class Names:
    """Words by number, in the order they came."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.words: list[str] = []

    def number(self, word: str) -> int:
        """The number of a word.

        Raises:
            ParseError: there are more than aircraft have names.
        """
        number = self._numbers.setdefault(word, len(self.words))
        if number == len(self.words):
            if number >= MOST_NAMES:
                raise ParseError(
                    gettext_noop(
                        "A column that was said to name aircraft has more than %(limit)d different values, “%(word)s” "
                        "among them: it tells rows apart, not aircraft. Correct what the columns are."
                    ),
                    limit=MOST_NAMES,
                    word=word,
                )
            self.words.append(word)
        return number


class RowAircraft:
    """Gives each row the number of its aircraft.

    Attributes:
        named: those of `NAMING` that the table has; without any all rows are of one aircraft.
        identities, keys: who each aircraft is and the key it is told apart by, by its number.
    """

    def __init__(self, columns: Collection[str], report: ParseReport) -> None:
        self._report = report
        self.named = [name for name in NAMING if name in columns]
        self.identities: list[StatedIdentity] = [] if self.named else [StatedIdentity()]
        self.keys: list[str] = [] if self.named else ["aircraft"]
        self._addresses = Addresses()
        self._registrations, self._own = Names(), Names()
        self._numbers: dict[tuple[int, int, int], int] = {}
        self._registration_of: dict[int, int] = {}
        self._disputed: tuple[int, int] | None = None  # the numbers of an address and of its second registration

    @property
    def meanings(self) -> Mapping[str, Callable[[str], int]]:
        """For each of `NAMING` what makes a number of a word; −1 where it names nobody."""
        return {
            "icao24": self._addresses.number,
            "registration": self._registration,
            "key": lambda word: self._own.number(clean(word)[:_KEY_SHOWN]) if clean(word) else -1,
        }

    def of(self, said: Mapping[str, NDArray[np.int32]], rows: int) -> NDArray[np.int32]:
        """The number of each row's aircraft, −1 where the row names none though others do.

        Args:
            said: of the columns in `named`, the number of each row's word.
        """
        if not self.named:
            return np.zeros(rows, dtype="i4")
        columns = [said[name].astype("i8") if name in said else np.full(rows, -1, dtype="i8") for name in NAMING]
        kind, first = np.zeros(rows, dtype="i8"), np.empty(0, dtype="i8")
        for column in columns:
            _, first, kind = np.unique((kind << 32) + column, return_index=True, return_inverse=True)
        numbered = [self._number(*[int(column[row]) for column in columns]) for row in first.tolist()]
        return np.array(numbered, dtype="i4")[kind]

    def _number(self, address: int, registration: int, own: int) -> int:
        if max(address, registration, own) < 0:
            return -1
        number = self._numbers.setdefault((address, registration, own), len(self.identities))
        if number == len(self.identities):
            stated = self._addresses.identities[address].address if address >= 0 else None
            name = self._registrations.words[registration] if registration >= 0 else None
            self.identities.append(StatedIdentity(address=stated, registration=name))
            word = self._own.words[own] if own >= 0 else ""
            self.keys.append(" ".join(filter(None, (stated or name, word))))
            if address >= 0 and registration >= 0:
                first = self._registration_of.setdefault(address, registration)
                self._disputed = self._disputed or ((address, registration) if first != registration else None)
        return number

    def _registration(self, word: str) -> int:
        name = clean(word).upper()
        return self._registrations.number(name) if _REGISTRATION.fullmatch(name) else -1

    def tell(self) -> None:
        """At the end of the file, tell the curator what is odd about the names."""
        self._addresses.tell(self._report)
        if self._disputed is None:
            return
        address, other = self._disputed
        self._report.warn(
            gettext_noop(
                "The address %(address)s stands beside the registration “%(one)s” and beside “%(other)s”. It was read "
                "as one aircraft: check which it is."
            ),
            address=self._addresses.identities[address].address,
            one=self._registrations.words[self._registration_of[address]],
            other=self._registrations.words[other],
        )
