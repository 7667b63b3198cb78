"""The search for reference cycles: rare within, as it was afterwards, whatever ended it."""

import gc

import pytest

from tracks.importing.collecting import NEW_OBJECTS, rare_collections


def test_the_collector_is_as_it_was_after_an_error():
    before = gc.get_threshold()
    within = []

    def work():
        with rare_collections():
            within.append(gc.get_threshold()[0])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert within == [NEW_OBJECTS]
    assert gc.get_threshold() == before


def test_many_objects_in_use_are_not_searched_within():
    gc.collect()
    with rare_collections():
        searched = gc.get_stats()[0]["collections"]
        kept = [[] for _ in range(NEW_OBJECTS // 2)]
        assert gc.get_stats()[0]["collections"] == searched
    assert len(kept) == NEW_OBJECTS // 2
