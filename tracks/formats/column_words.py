"""Columns of words that repeat: addresses, callsigns, spellings of true."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tracks.processing.fixes import OnGround

# A cell with one of these says nothing, in whatever letters (SQL shells, pandas, R, spreadsheets).
NOTHING = frozenset(("", "null", "none", "nan", "na", "n/a", "<na>", "nat", "\\n"))

# How programs write that an aircraft is on the ground, in lower case; spreadsheets translate true and false.
ON_GROUND = {
    **dict.fromkeys(("true", "t", "1", "yes", "y", "1.0", "-1", "wahr", "vrai", "verdadero", "истина"), OnGround.YES),
    **dict.fromkeys(("ground", "on ground", "on-ground", "onground", "on_ground", "grounded"), OnGround.YES),
    **dict.fromkeys(("false", "f", "0", "no", "n", "0.0", "falsch", "faux", "falso", "ложь"), OnGround.NO),
    **dict.fromkeys(("air", "airborne", "in air", "in flight", "flying"), OnGround.NO),
}

# So many words are kept for one column, and none that is longer: others are looked at each time.
_KEPT = 1 << 18
_LONGEST = 64

# Words are found by so many bits of their hash.
_BITS = 18


class Words:
    """A column of words that repeat; each distinct one is looked at once, in the order of the rows.

    Categories of Polars would take three times as long, and keep every word there ever was.

    Args:
        meaning: the number that a word stands for.
        missing: the number where there is no word.
    """

    type = pl.String

    def __init__(self, meaning: Callable[[str], int], missing: int = -1) -> None:
        self._meaning = meaning
        self._missing = missing
        self._forget()

    def _forget(self) -> None:
        self._known: dict[str, int] = {}  # what each word means
        # The same by number; 0 is no word.
        self._words = pl.Series([None], dtype=pl.String)
        self._meanings = np.array([self._missing], dtype="i4")
        # The number of the first word that had a hash. Words that came later are looked up one by one: they are few.
        self._by_hash = np.zeros(1 << _BITS, dtype="u4")

    def of(self, words: pl.Series) -> NDArray[np.int32]:
        """What each row's word means; n words, null where there is none, give n numbers."""
        slots = (words.hash().to_numpy() >> np.uint64(64 - _BITS)).astype("i8")
        numbers = self._by_hash.take(slots)
        found = self._meanings.take(numbers)
        other = words.ne_missing(self._words.gather(pl.Series(numbers))).to_numpy()
        if other.any():
            rows = np.flatnonzero(other)
            found[rows] = [
                self._look_up(word, slot)
                for word, slot in zip(words.gather(rows).to_list(), slots[rows].tolist(), strict=True)
            ]
            self._keep()
        return found

    def _look_up(self, word: str | None, slot: int) -> int:
        """What a word means that was not found by its hash."""
        if word is None:
            return self._missing
        meaning = self._known.get(word)
        if meaning is None:
            meaning = self._missing if word.strip().lower() in NOTHING else self._meaning(word)
            if len(word) <= _LONGEST:
                self._known[word] = meaning
                if not self._by_hash[slot]:
                    self._by_hash[slot] = len(self._known)
        return meaning

    def _keep(self) -> None:
        """Have the words that came anew found by their hash."""
        new = list(islice(self._known.items(), self._meanings.size - 1, None))
        if len(self._known) > _KEPT:
            self._forget()
        elif new:
            self._words = self._words.extend(pl.Series([word for word, _meaning in new], dtype=pl.String))
            self._meanings = np.append(self._meanings, np.array([meaning for _word, meaning in new], dtype="i4"))


def words_of(frame: pl.DataFrame, columns: Mapping[str, Words]) -> dict[str, NDArray[np.int32]]:
    """What the words of each row mean, column by column; the columns have the type of `Words`."""
    # What is done with a whole frame waits for threads of Polars, which may be at the next block.
    return {name: words.of(frame[name]) for name, words in columns.items()}
