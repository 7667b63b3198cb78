"""What a flight shows when a curator has edited it, and when several trackers saw it; see tests/flown.py."""

import datetime
import itertools
import json
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.curators import curator
from tests.flown import epoch, flight_of, minute, seen
from tests.integration.archive import imported, make_airports
from tests.traces import trace
from tracks.models import Edit, Flight, Stretch, Track
from tracks.models.assembly import Assembly, assemble
from tracks.models.editing import choose_track, cut_away, put_in_force, set_aside, state_cause
from tracks.models.publishing import publish
from tracks.models.revisions import EditRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def author() -> User:
    return curator()


def shown(flight: Flight) -> list[tuple[int, float, float]]:
    """Track, first and last minute of each stretch shown."""
    return [
        (piece.track.pk, round((piece.start - epoch(0)) / 60, 3), round((piece.end - epoch(0)) / 60, 3))
        for piece in assemble(flight).stretches
    ]


def gaps(flight: Flight) -> list[tuple[str, float | None, float | None, str]]:
    """Kind, minutes and cause of each gap."""

    def told(at: datetime.datetime | None) -> float | None:
        return None if at is None else round((at.timestamp() - epoch(0)) / 60, 3)

    return [(gap.kind, told(gap.started_at), told(gap.ended_at), gap.cause) for gap in assemble(flight).gaps]


def no_two_at_once(assembly: Assembly) -> bool:
    return all(one.end < other.start for one, other in itertools.pairwise(assembly.stretches))


# Second witnesses


def test_a_second_witness_is_shown_where_the_shown_track_has_a_gap_and_nowhere_else() -> None:
    one = seen([*range(11), *range(30, 41)], open_ends=False)
    other = seen(range(3, 38), clock_s=2.0, open_ends=False)
    flight = flight_of(one, other, shown=[True, False])
    # Its minute 10 is 2 s after the other's: too near for two clocks. At 29 the next of the first is 58 s away.
    assert shown(flight) == [(one.pk, 0, 10), (other.pk, 10.033, 29.033), (one.pk, 30, 40)]
    assert gaps(flight) == []
    assert flight.starts_at == minute(0)


def test_near_the_ends_of_a_gap_nothing_is_shown_that_only_the_difference_of_clocks_puts_there() -> None:
    one = seen([*range(11), *range(30, 41)], open_ends=False)
    other = seen(range(3, 38), clock_s=2.0, open_ends=False)
    flight = flight_of(one, other, shown=[True, False])
    flight.flight_tracks.filter(track=other).update(compared={"offset_s": 2.0})
    assert shown(flight)[1] == (other.pk, 11.033, 29.033)


def test_what_of_a_gap_the_witness_did_not_see_either_stays_a_gap() -> None:
    one = seen([*range(11), *range(30, 41)], open_ends=False)
    other = seen([*range(5), *range(15, 20)], open_ends=False)
    flight = flight_of(one, other, shown=[True, False])
    assert shown(flight) == [(one.pk, 0, 10), (other.pk, 15, 19), (one.pk, 30, 40)]
    assert gaps(flight) == [("interior", 10, 15, "unknown"), ("interior", 19, 30, "unknown")]


def test_a_witness_that_saw_more_of_the_end_is_shown_beyond_it() -> None:
    one = seen(range(20))
    other = seen(range(10, 31))
    flight = flight_of(one, other, shown=[True, False])
    assert shown(flight) == [(one.pk, 0, 19), (other.pk, 20, 30)]
    assert gaps(flight) == [("leading", None, 0, "unknown"), ("trailing", 30, None, "unknown")]
    assert flight.ends_at == minute(30)


def test_a_second_more_at_the_end_is_no_reason_to_change_the_track() -> None:
    one = seen(range(20))
    other = seen(range(19), clock_s=61.0)
    assert shown(flight_of(one, other, shown=[True, False])) == [(one.pk, 0, 19)]


def test_an_end_that_was_seen_is_the_end() -> None:
    one = seen(range(20), open_ends=False)
    other = seen(range(31), open_ends=False)
    assert shown(flight_of(one, other, shown=[True, False])) == [(one.pk, 0, 19)]


def test_a_witness_that_nothing_could_have_flown_to_is_not_shown() -> None:
    one = seen([*range(11), *range(30, 41)], open_ends=False)
    elsewhere = seen(range(3, 38), north=9.0, open_ends=False)  # 1,000 km off; in 10 minutes 233 km can be flown
    assert shown(flight_of(one, elsewhere, shown=[True, False])) == [(one.pk, 0, 10), (one.pk, 30, 40)]


def test_what_one_tracker_received_replaces_what_the_other_estimated() -> None:
    one = seen([*range(11), *range(30, 41)], estimated=range(12, 28), open_ends=False)
    other = seen(range(15, 20), open_ends=False)
    flight = flight_of(one, other, shown=[True, False])
    assembly = assemble(flight)
    minutes = [
        (piece.evidence_class, round((piece.start - epoch(0)) / 60), round((piece.end - epoch(0)) / 60))
        for piece in assembly.stretches
    ]
    assert minutes == [
        ("observed", 0, 10), ("estimated", 12, 14), ("observed", 15, 19), ("estimated", 20, 27), ("observed", 30, 40),
    ]  # fmt: skip
    assert no_two_at_once(assembly)


def test_two_days_of_an_archive_follow_each_other_without_a_gap_at_the_seam() -> None:
    flight = flight_of(seen(range(10)), seen(range(10, 20)))
    assert gaps(flight) == [("leading", None, 0, "unknown"), ("trailing", 19, None, "unknown")]


def test_shown_tracks_that_overlap_take_turns() -> None:
    one, other = seen(range(20)), seen(range(15, 30), clock_s=1.5)
    flight = flight_of(one, other)
    assert shown(flight) == [(one.pk, 0, 19), (other.pk, 19.025, 29.025)]
    assert no_two_at_once(assemble(flight))


# Trim, exclude


def test_a_trim_keeps_the_interval_of_every_track_and_the_flight_lasts_as_long(author: User) -> None:
    one, other = seen(range(20)), seen(range(20, 40))
    flight = flight_of(one, other)
    edits = cut_away(flight, Edit.Kind.TRIM, [one, other], (minute(5), minute(30)), reason="taxiing", author=author)
    assert [edit.track_file_id for edit in edits] == [one.track_file_id, other.track_file_id]
    assert shown(flight) == [(one.pk, 5, 19), (other.pk, 20, 30)]
    assert gaps(flight) == [("leading", None, 5, "removed"), ("trailing", 30, None, "removed")]
    flight.refresh_from_db()
    assert (flight.starts_at, flight.ends_at) == (minute(5), minute(30))


def test_a_trim_of_one_leg_leaves_the_other_legs_of_the_file_alone(author: User) -> None:
    first = seen(range(20))
    second = seen(range(200, 220))
    Track.objects.filter(pk=second.pk).update(track_file=first.track_file)
    flight, next_flight = flight_of(first), flight_of(Track.objects.get(pk=second.pk))
    cut_away(flight, Edit.Kind.TRIM, [first], (minute(5), None), reason="x", author=author)
    assert shown(flight) == [(first.pk, 5, 19)]
    assert shown(next_flight) == [(second.pk, 200, 219)]
    assert assemble(next_flight).edits == []


def test_an_exclusion_is_of_the_tracks_that_have_time_there(author: User) -> None:
    one, other = seen(range(20)), seen(range(20, 40))
    flight = flight_of(one, other)
    (edit,) = cut_away(flight, Edit.Kind.EXCLUDE, [one, other], (minute(7), minute(9)), reason="jam", author=author)
    assert (edit.track_file, edit.author, edit.reason) == (one.track_file, author, "jam")
    assert shown(flight) == [(one.pk, 0, 6), (one.pk, 10, 19), (other.pk, 20, 39)]


def test_where_a_track_is_excluded_the_second_witness_is_shown(author: User) -> None:
    one, other = seen(range(20)), seen(range(20), clock_s=1.0)
    flight = flight_of(one, other, shown=[True, False])
    cut_away(flight, Edit.Kind.EXCLUDE, [one], (minute(7), minute(9)), reason="x", author=author)
    assert [track for track, _start, _end in shown(flight)] == [one.pk, other.pk, one.pk]


@pytest.mark.parametrize("interval", [(50, 60), (3.2, 3.8)])
def test_an_edit_that_would_change_nothing_is_refused(author: User, interval: tuple[float, float]) -> None:
    one = seen(range(20))
    flight = flight_of(one)
    start, end = (minute(number) for number in interval)
    with pytest.raises(EditRefused, match="same as before"):
        cut_away(flight, Edit.Kind.EXCLUDE, [one], (start, end), reason="x", author=author)
    assert not Edit.objects.exists()


def test_an_edit_that_would_leave_nothing_is_refused(author: User) -> None:
    one = seen(range(20))
    with pytest.raises(EditRefused, match="Nothing that was received"):
        cut_away(flight_of(one), Edit.Kind.EXCLUDE, [one], (None, None), reason="x", author=author)
    assert not Edit.objects.exists()


def test_a_merged_flight_is_not_edited(author: User) -> None:
    one = seen(range(20))
    flight, other = flight_of(one), flight_of(seen(range(5)))
    Flight.objects.filter(pk=flight.pk).update(status="merged", merged_into=other)
    with pytest.raises(EditRefused, match=other.pk):
        cut_away(flight, Edit.Kind.TRIM, [one], (minute(5), None), reason="x", author=author)


def test_what_a_track_shows_of_an_end_that_was_cut_away_is_no_claim_until_it_is_shown_again(author: User) -> None:
    make_airports()
    imported(trace(500, flights=1, step_s=10))
    flight = Flight.objects.get()
    ends = ("origin", "departure_at", "destination", "arrival_at")
    before = [getattr(flight, name) for name in ends]
    assert None not in before
    track = Track.objects.get()
    late = track.ended_at - datetime.timedelta(minutes=20)
    (edit,) = cut_away(flight, Edit.Kind.EXCLUDE, [track], (late, None), reason="forged", author=author)
    flight.refresh_from_db()
    assert [getattr(flight, name) for name in ends] == [*before[:2], None, None]
    assert flight.destination_basis == flight.arrival_basis == ""
    published = publish(flight)
    assert published.destination is None
    assert "Khabarovsk" not in json.dumps(published.snapshot)
    set_aside(edit)
    flight.refresh_from_db()
    assert [getattr(flight, name) for name in ends] == before


def test_a_trim_of_the_way_from_the_stand_leaves_what_the_take_off_shows(author: User) -> None:
    make_airports()
    imported(trace(500, flights=1, step_s=10))
    flight, track = Flight.objects.get(), Track.objects.get()
    assert flight.departure_at is not None
    assert flight.departure_at > track.started_at
    before = (flight.origin, flight.departure_at)
    between = track.started_at + (flight.departure_at - track.started_at) / 2
    cut_away(flight, Edit.Kind.TRIM, [track], (between, None), reason="taxiing", author=author)
    flight.refresh_from_db()
    assert (flight.origin, flight.departure_at) == before


# Causes


def test_the_cause_of_a_gap_is_stated_with_its_reason_and_holds_for_no_other(author: User) -> None:
    one = seen([*range(10), *range(20, 30), *range(40, 50)])
    flight = flight_of(one)
    gap = assemble(flight).gaps[1]
    state_cause(flight, gap, "transponder_off", reason="NOTAM", author=author)
    assert [cause for _kind, _start, _end, cause in gaps(flight)] == [
        "unknown",
        "transponder_off",
        "unknown",
        "unknown",
    ]
    assert assemble(flight).gaps[1].cause_reason == "NOTAM"


def test_the_cause_of_an_open_gap_holds_for_that_end_only(author: User) -> None:
    flight = flight_of(seen([*range(10), *range(20, 30)]))
    for index in (0, -1):
        state_cause(flight, assemble(flight).gaps[index], "coverage", reason="x", author=author)
    assert [cause for _kind, _start, _end, cause in gaps(flight)] == ["coverage", "unknown", "coverage"]


@pytest.mark.parametrize("cause", ["removed", "aliens"])
def test_no_curator_states_a_cause_that_is_none(author: User, cause: str) -> None:
    flight = flight_of(seen([*range(10), *range(20, 30)]))
    with pytest.raises(EditRefused, match=cause):
        state_cause(flight, assemble(flight).gaps[1], cause, reason="x", author=author)


# Choosing a track


def test_the_chosen_track_alone_is_shown_in_its_interval(author: User) -> None:
    one, other = seen(range(20)), seen(range(20), clock_s=1.5)
    flight = flight_of(one, other, shown=[True, False])
    choose_track(flight, other, (minute(5), minute(10)), reason="the better receiver", author=author)
    assert shown(flight) == [(one.pk, 0, 4), (other.pk, 5.025, 9.025), (one.pk, 11, 19)]
    assert no_two_at_once(assemble(flight))
    # A fix a minute is what both trackers have: two minutes between them are no gap.
    assert [kind for kind, _start, _end, _cause in gaps(flight)] == ["leading", "trailing"]


def test_where_the_chosen_track_misses_what_the_other_has_a_curator_left_a_gap(author: User) -> None:
    one, other = seen(range(20)), seen([4, 5, 12, 13], clock_s=1.5)
    flight = flight_of(one, other, shown=[True, False])
    choose_track(flight, other, (minute(3), minute(16)), reason="x", author=author)
    told = [gap for gap in gaps(flight) if gap[0] == "interior"]
    assert told == [("interior", 5.025, 12.025, "unknown")], "its own gap; the rest is a seam"


def test_of_two_choices_for_one_time_the_later_counts(author: User) -> None:
    one, other = seen(range(20)), seen(range(20), clock_s=1.5)
    flight = flight_of(one, other, shown=[True, False])
    choose_track(flight, other, (minute(5), minute(10)), reason="x", author=author)
    choose_track(flight, one, (minute(7), minute(20)), reason="x", author=author)
    assert shown(flight) == [(one.pk, 0, 4), (other.pk, 5.025, 6.025), (one.pk, 7, 19)]


def test_a_choice_that_changes_nothing_or_has_nothing_to_show_is_refused(author: User) -> None:
    one, other = seen(range(20)), seen(range(10), clock_s=1.5)
    flight = flight_of(one, other, shown=[True, False])
    with pytest.raises(EditRefused, match="already"):
        choose_track(flight, one, (minute(5), minute(10)), reason="x", author=author)
    with pytest.raises(EditRefused, match="no fix there"):
        choose_track(flight, other, (minute(15), minute(18)), reason="x", author=author)


# Setting aside


def test_an_edit_set_aside_gives_everything_back_and_can_be_put_in_force_again(author: User) -> None:
    one = seen(range(20))
    flight = flight_of(one)
    before: Any = (shown(flight), gaps(flight))
    (edit,) = cut_away(flight, Edit.Kind.TRIM, [one], (minute(5), None), reason="x", author=author)
    after = (shown(flight), gaps(flight))
    set_aside(edit)
    assert (shown(flight), gaps(flight)) == before
    flight.refresh_from_db()
    assert flight.starts_at == minute(0)
    put_in_force(edit)
    assert (shown(flight), gaps(flight)) == after


def test_an_edit_whose_track_is_gone_cannot_be_put_in_force(author: User) -> None:
    one = seen(range(20))
    (edit,) = cut_away(flight_of(one), Edit.Kind.TRIM, [one], (minute(5), None), reason="x", author=author)
    set_aside(edit)
    one.delete()
    with pytest.raises(EditRefused, match="No flight has a track"):
        put_in_force(edit)


def test_the_public_reads_of_an_edit_what_was_done_and_why_but_no_ids(author: User) -> None:
    one = seen([*range(10), *range(20, 30)])
    flight = flight_of(one)
    state_cause(flight, assemble(flight).gaps[1], "coverage", reason="sea", author=author)
    (told,) = publish(flight).snapshot["edits"]
    assert (told["kind"], told["reason"], told["parameters"]) == ("gap_cause", "sea", {"cause": "coverage"})


def test_edits_never_touch_a_stored_path_or_a_published_revision(author: User) -> None:
    one = seen(range(20))
    flight = flight_of(one)
    first = publish(flight)
    stored = list(Stretch.objects.values_list("pk", "fix_count"))
    cut_away(flight, Edit.Kind.TRIM, [one], (minute(5), None), reason="x", author=author)
    assert list(Stretch.objects.values_list("pk", "fix_count")) == stored
    assert [stretch.fix_count for stretch in first.stretches.all()] == [20]
    assert [stretch.fix_count for stretch in publish(flight).stretches.all()] == [15]
