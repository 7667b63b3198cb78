"""Columns of words: each word asked for once, whatever shares its slot, however many there are and how long."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tracks.formats import column_words
from tracks.formats.column_words import Words

WORDS = (
    st.sampled_from(["71c011", "155bf0", "", "NULL", "a", "é", "x" * 70, "y" * 70]) | st.none() | st.text(max_size=3)
)


def by_hand(cells, numbers):
    """The number of each cell: those that say nothing have none, the others theirs."""
    nothing = column_words.NOTHING
    return [-1 if cell is None or cell.strip().lower() in nothing else numbers[cell] for cell in cells]


def check(blocks):
    asked = []

    def meaning(word):
        asked.append(word)
        return numbers.setdefault(word, len(numbers))

    numbers = {}
    words = Words(meaning)
    for cells in blocks:
        found = words.of(pl.Series(cells, dtype=pl.String))
        assert found.tolist() == by_hand(cells, numbers)
    return asked


@given(st.lists(st.lists(WORDS, max_size=30), max_size=4))
def test_every_cell_gets_the_number_of_its_word(blocks):
    check(blocks)


def test_a_word_is_asked_for_once_and_in_the_order_of_the_rows():
    cells = ["b", "a", "b", None, "c"]
    assert check([cells, cells[::-1], ["d", "a"]]) == ["b", "a", "c", "d"]


def test_words_that_share_a_slot_are_told_apart(monkeypatch):
    monkeypatch.setattr(column_words, "_BITS", 1)
    cells = [f"w{n}" for n in range(50)]
    assert sorted(check([cells, cells, [None, *cells]])) == sorted(cells)


def test_only_so_many_words_are_kept_and_all_are_right(monkeypatch):
    monkeypatch.setattr(column_words, "_KEPT", 10)
    check([[f"w{n % 37}" for n in range(start, start + 20)] for start in range(0, 200, 10)])


@given(st.integers(0, 2**64 - 1))
@settings(max_examples=5)
def test_no_two_addresses_have_one_hash(seed):
    addresses = pl.Series([f"{n:06x}" for n in range(1 << 18)])
    assert addresses.hash(seed).n_unique() == 1 << 18
