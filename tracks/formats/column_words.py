"""Columns of words that repeat: addresses, callsigns, spellings of true."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

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

# Words are found by so many bits of their hash, and known again by all 64 of it.
_BITS = 18


class Words:
    """A column of words that repeat; each distinct one is looked at once, in the order of the rows.

    A word is known again by its hash, which is seeded anew for every file: that one of the words of a file is taken
    for another happens in fewer than one file of 10⁸ (2¹⁸ words, 64 bits). Comparing the words themselves would take
    three times as long, categories of Polars too, and those keep every word there ever was.

    Args:
        meaning: the number that a word stands for.
        missing: the number where there is no word.
    """

    type = pl.String

    def __init__(self, meaning: Callable[[str], int], missing: int = -1) -> None:
        self._meaning = meaning
        self._missing = missing
        self._seed = secrets.randbits(64)
        self._forget()

    def _forget(self) -> None:
        self._known: dict[str | None, int] = {}  # what each word means
        # The hash and the meaning of the first word in each slot. Words that came later are looked up one by one: they
        # are few. A slot that is free has a hash that belongs to another.
        self._hashes = np.zeros(1 << _BITS, dtype="u8")
        self._hashes[0] = 1 << (64 - _BITS)
        self._meanings = np.full(1 << _BITS, self._missing, dtype="i4")

    def of(self, words: pl.Series) -> NDArray[np.int32]:
        """What each row's word means; n words, null where there is none, give n numbers."""
        hashes = words.hash(self._seed).to_numpy()
        slots = (hashes >> np.uint64(64 - _BITS)).astype("i8")
        found = self._meanings.take(slots)
        other = self._hashes.take(slots) != hashes
        if other.any():
            rows = np.flatnonzero(other)
            distinct, first, which = np.unique(hashes[rows], return_index=True, return_inverse=True)
            meant = np.empty(distinct.size, dtype="i4")
            order = np.argsort(first)
            for at, word, word_hash in zip(
                order.tolist(), words.gather(rows[first[order]]).to_list(), distinct[order].tolist(), strict=True
            ):
                meant[at] = self._look_up(word, word_hash)
            found[rows] = meant[which]
            if len(self._known) > _KEPT:
                self._forget()
        return found

    def _look_up(self, word: str | None, word_hash: int) -> int:
        """What a word means that was not found by its hash."""
        meaning = self._known.get(word)
        if meaning is None:
            if word is None or word.strip().lower() in NOTHING:
                meaning = self._missing
            else:
                meaning = self._meaning(word)
            if word is None or len(word) <= _LONGEST:
                self._known[word] = meaning
                slot = word_hash >> (64 - _BITS)
                if int(self._hashes[slot]) >> (64 - _BITS) != slot:
                    self._hashes[slot], self._meanings[slot] = word_hash, meaning
        return meaning


def words_of(frame: pl.DataFrame, columns: Mapping[str, Words]) -> dict[str, NDArray[np.int32]]:
    """What the words of each row mean, column by column; the columns have the type of `Words`."""
    # What is done with a whole frame waits for threads of Polars, which may be at the next block.
    return {name: words.of(frame[name]) for name, words in columns.items()}
