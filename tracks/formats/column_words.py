"""Columns of words that repeat: addresses, callsigns, spellings of true."""

from __future__ import annotations

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

# Stands where the meaning of a word was not asked for yet.
_UNSEEN = -(1 << 31)


class Words:
    """A column of words that repeat; each distinct one is looked at once.

    Args:
        meaning: the number that a word stands for.
        missing: the number where there is no word.
    """

    def __init__(self, meaning: Callable[[str], int], missing: int = -1) -> None:
        self._categories = pl.Categories.random()
        self._meaning = meaning
        self._missing = missing
        # By the number of the word in Polars plus one; 0 is no word.
        self._known = np.array([missing], dtype="i4")
        self.type = pl.Categorical(self._categories)

    def of(self, numbers: NDArray[np.int64]) -> NDArray[np.int32]:
        """What each row's word means. Polars leaves numbers out and gives them to later words."""
        most = int(numbers.max(initial=0))
        if most >= self._known.size:
            grown = np.full(max(most + 1, 2 * self._known.size), _UNSEEN, dtype="i4")
            grown[: self._known.size] = self._known
            self._known = grown
        found = self._known[numbers]
        unseen = found == _UNSEEN
        if unseen.any():
            for number in np.unique(numbers[unseen]).tolist():
                word = str(self._categories[number - 1])
                nothing = word.strip().lower() in NOTHING
                self._known[number] = self._missing if nothing else self._meaning(word)
            found = self._known[numbers]
        return found


def words_of(frame: pl.DataFrame, columns: Mapping[str, Words]) -> dict[str, NDArray[np.int32]]:
    """What the words of each row mean, column by column; the columns have the types of their `Words`."""
    if not columns:
        return {}
    numbers = frame.select((pl.col(*columns).to_physical().cast(pl.Int64) + 1).fill_null(0))
    return {name: words.of(numbers[name].to_numpy()) for name, words in columns.items()}
