"""Which tracks take the place of those a file had before."""

import datetime
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tracks.importing.places import places_of
from tracks.importing.storing import FormerTrack, StoredTrack

DAY = datetime.datetime(2024, 3, 21, tzinfo=datetime.UTC)


def moment(minutes: float) -> datetime.datetime:
    return DAY + datetime.timedelta(minutes=minutes)


def stored(
    pk: int, start: float, end: float, first: int, last: int, *, key: str = "a", new: bool = True
) -> StoredTrack:
    track: Any = SimpleNamespace(pk=pk, aircraft_key=key, started_at=moment(start), ended_at=moment(end))
    return StoredTrack(track, True, new, None, (first, last))


def former(flight: str | None, start: float, end: float, first: int, last: int, key: str = "a") -> FormerTrack:
    return FormerTrack(key, (moment(start), moment(end)), (first, last), flight, True)


def placed(new: list[StoredTrack], old: list[FormerTrack]) -> dict[int, str | None]:
    return {pk: one.flight_id for pk, one in places_of(new, old).items()}


def test_a_track_cut_elsewhere_keeps_its_flight() -> None:
    new = [stored(1, 0, 55, 0, 110), stored(2, 56, 120, 111, 240)]
    assert placed(new, [former("x", 0, 60, 0, 120), former("y", 61, 120, 121, 240)]) == {1: "x", 2: "y"}


def test_of_a_track_parted_in_two_the_larger_part_keeps_the_flight() -> None:
    assert placed([stored(1, 0, 20, 0, 40), stored(2, 21, 60, 41, 120)], [former("x", 0, 60, 0, 120)]) == {2: "x"}


def test_records_tell_where_all_times_have_moved_also_onto_each_other() -> None:
    old = [former("x", 0, 60, 0, 99), former("y", 540, 600, 100, 199)]
    for moved in (180, 540, -540):
        new = [stored(1, moved, moved + 60, 0, 99), stored(2, moved + 540, moved + 600, 100, 199)]
        assert placed(new, old) == {1: "x", 2: "y"}


def test_times_tell_where_records_are_counted_otherwise() -> None:
    old = [former("x", 0, 60, 0, 99), former("y", 540, 600, 100, 199)]
    new = [stored(1, 0, 60, 1000, 1099), stored(2, 540, 600, 1100, 1199)]
    assert placed(new, old) == {1: "x", 2: "y"}


def test_only_new_tracks_of_the_same_aircraft_take_a_place_that_was_a_flight_s() -> None:
    new = [stored(1, 0, 60, 0, 99, new=False), stored(2, 0, 60, 0, 99, key="b")]
    assert placed(new, [former("x", 0, 60, 0, 99)]) == {}
    assert placed([stored(1, 0, 60, 0, 99)], [former(None, 0, 60, 0, 99)]) == {}


def test_a_lone_fix_finds_its_place() -> None:
    assert placed([stored(1, 5, 5, 7, 7)], [former("x", 5, 5, 7, 7)]) == {1: "x"}


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 20), st.integers(0, 50), st.integers(0, 20)), max_size=12))
def test_no_place_is_taken_twice_and_none_without_anything_in_common(rows: list[tuple[int, int, int, int]]) -> None:
    half = len(rows) // 2
    new = [stored(n, s, s + d, f, f + c) for n, (s, d, f, c) in enumerate(rows[:half])]
    old = [former(f"f{n}", s, s + d, f, f + c) for n, (s, d, f, c) in enumerate(rows[half:])]
    places = places_of(new, old)
    assert len({id(one) for one in places.values()}) == len(places)
    for pk, one in places.items():
        start, length, first, count = rows[pk]
        in_time = moment(start) <= one.interval[1] and moment(start + length) >= one.interval[0]
        in_records = first <= one.records[1] + 1 and first + count + 1 >= one.records[0]
        assert in_time or in_records
