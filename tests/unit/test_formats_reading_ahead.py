"""Working ahead in threads: the order of the items, what is raised and where, and stopping early."""

import itertools
import threading

import pytest

from tracks.formats.one_ahead import made_ahead, worked_ahead


def failing_after(count):
    yield from range(count)
    raise ValueError("no more")


@pytest.mark.parametrize("ahead", [1, 3, 50])
def test_items_come_in_their_order_with_what_was_made_of_them(ahead):
    made = worked_ahead(lambda n: n * n, made_ahead(iter(range(20)), ahead), ahead)
    assert list(made) == [(n, n * n) for n in range(20)]


def test_what_making_an_item_raises_comes_after_the_items_before_it():
    made = worked_ahead(str, made_ahead(failing_after(5), 2), 4)
    assert [next(made)[0] for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="no more"):
        next(made)


def test_what_working_on_an_item_raises_comes_in_its_turn():
    made = worked_ahead(lambda n: 1 / (n - 3), iter(range(9)), 4)
    assert [next(made)[0] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ZeroDivisionError):
        next(made)


def test_no_more_is_made_than_was_asked_for_ahead_and_nothing_after_stopping():
    taken = []
    items = (taken.append(n) or n for n in itertools.count())
    made = made_ahead(items, 3)
    assert [next(made) for _ in range(4)] == [0, 1, 2, 3]
    made.close()
    assert len(taken) <= 4 + 3
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("reading")]
