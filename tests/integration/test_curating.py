"""Flights are split, joined and taken apart by a curator, and an import that comes later leaves them so."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests import archive
from tests.curators import curator
from tests.flown import START, flight_of, minute, seen
from tests.integration.archive import imported, make_airports, run_task
from tests.integration.test_joining import across_midnight, parts
from tests.other_trackers import as_fr24_csv
from tests.traces import trace
from tracks.importing import curating
from tracks.importing.verifying import verify_revision
from tracks.models import (
    Claim,
    Edit,
    Flight,
    FlightSource,
    FlightTrack,
    Gap,
    Stretch,
    Suggestion,
    Track,
    TrackFile,
    claim_values,
    merging,
)
from tracks.models.assembly import assemble
from tracks.models.editing import cut_away
from tracks.models.publishing import publish, withdraw
from tracks.models.resolving import resolve
from tracks.models.revisions import EditRefused
from tracks.receiving import reimport

pytestmark = pytest.mark.django_db(transaction=True)

T0 = 1_700_000_000.0


@pytest.fixture
def author() -> User:
    return curator()


def again(track_file: TrackFile) -> TrackFile:
    """Import a file once more, as a newer parser would."""
    reimport(track_file, queue=False)
    done = run_task(track_file)
    assert done.status == "imported", done.error
    return done


def paths(*flights: Flight) -> list[Any]:
    """What flights show, number by number."""
    return [
        (flight.pk, [(p.evidence_class, p.coordinates.tolist()) for p in assemble(flight).stretches], flight.starts_at)
        for flight in map(reread, flights)
    ]


def reread(flight: Flight) -> Flight:
    return Flight.objects.get(pk=flight.pk)


def tracks_of(flight: Flight) -> list[int]:
    return list(flight.flight_tracks.order_by("track__started_at").values_list("track", flat=True))


def one_leg_that_is_two() -> bytes:
    """There and back, with a stop on the ground so short and so well heard that no rule sees two flights."""
    document = json.loads(trace(3000, flights=2, stop_s=30))
    for row in document["trace"]:
        row[6] &= ~2  # readsb's mark of a new leg
        if isinstance(row[8], dict):
            row[8]["flight"] = "TST100  "
    return json.dumps(document).encode()


# Splitting


def test_a_flight_is_split_where_the_curator_says_and_each_part_has_its_own_ends(author: User) -> None:
    make_airports()
    imported(one_leg_that_is_two())
    flight = Flight.objects.get()
    at = flight.tracks.get().started_at + (flight.tracks.get().ended_at - flight.tracks.get().started_at) / 2
    rest = curating.split(flight, at, reason="it turned round at Khabarovsk", author=author)
    flight.refresh_from_db()
    ends = [(one.origin.airport.icao, one.destination.airport.icao) for one in (flight, rest)]  # type: ignore[union-attr]
    assert ends == [("UHWW", "UHHH"), ("UHHH", "UHWW")]
    assert rest.status == "draft"
    assert flight.ends_at is not None
    assert rest.starts_at is not None
    assert flight.ends_at < at <= rest.starts_at
    assert Stretch.objects.count() >= 2
    assert sum(Track.objects.values_list("fix_count", flat=True)) == 3000


def test_a_split_holds_when_the_file_is_imported_again(author: User) -> None:
    file = imported(trace(2000, flights=1))
    flight = Flight.objects.get()
    rest = curating.split(flight, START.fromtimestamp(T0 + 2001, START.tzinfo), reason="x", author=author)
    before, ids = paths(flight, rest), list(Track.objects.order_by("pk").values_list("pk", flat=True))
    assert len(ids) == 2
    assert again(file).report["edits_to_review"] == 0
    assert paths(flight, rest) == before
    assert list(Track.objects.order_by("pk").values_list("pk", flat=True)) == ids


def test_no_flight_is_split_or_put_together_while_a_worker_is_at_its_file(author: User) -> None:
    file = imported(trace(2000, flights=1))
    flight = Flight.objects.get()
    at = START.fromtimestamp(T0 + 2001, START.tzinfo)
    TrackFile.objects.update(status="importing")
    with pytest.raises(EditRefused, match=file.name):
        curating.split(flight, at, reason="x", author=author)
    assert Track.objects.count() == 1
    TrackFile.objects.update(status="imported")
    curating.split(flight, at, reason="x", author=author)
    TrackFile.objects.update(status="importing")
    with pytest.raises(EditRefused, match=file.name):
        curating.undo(Edit.objects.get())
    assert Track.objects.count() == 2


def test_a_split_whose_later_flight_an_import_removed_can_be_set_aside(author: User) -> None:
    imported(trace(2000, flights=1))
    flight = Flight.objects.get()
    rest = curating.split(flight, START.fromtimestamp(T0 + 2001, START.tzinfo), reason="x", author=author)
    rest.tracks.get().delete()
    rest.delete()
    assert curating.undo(Edit.objects.get()) == flight
    assert Edit.objects.get().state == Edit.State.REVERTED


def test_undoing_a_split_gives_back_what_was_there_number_by_number(author: User) -> None:
    imported(trace(2000, flights=1, lost=(0.3, 0.4)))
    flight = Flight.objects.get()
    before = paths(flight)
    gaps = list(Gap.objects.values_list("kind", "started_at", "ended_at", "distance_m", "cause"))
    claims = sorted(Claim.objects.values_list("field", "value__at", "basis"), key=str)
    rest = curating.split(flight, START.fromtimestamp(T0 + 2600, START.tzinfo), reason="x", author=author)
    assert paths(flight) != before
    curating.undo(Edit.objects.get())
    assert paths(flight) == before
    assert list(Gap.objects.values_list("kind", "started_at", "ended_at", "distance_m", "cause")) == gaps
    assert sorted(Claim.objects.values_list("field", "value__at", "basis"), key=str) == claims
    rest.refresh_from_db()
    assert (rest.status, rest.merged_into) == ("merged", flight)
    assert Edit.objects.get().state == "reverted"


def test_a_split_cuts_every_tracker_and_is_undone_as_a_whole(author: User) -> None:
    imported(trace(2000, flights=1), "one.json")
    imported(trace(1400, flights=1, step_s=2000 * 2 / 1400, seed=9), "two.json")
    flight = Flight.objects.get()
    before = paths(flight)
    rest = curating.split(flight, START.fromtimestamp(T0 + 2000, START.tzinfo), reason="x", author=author)
    assert [sorted(one.flight_tracks.values_list("shown", flat=True)) for one in (flight, rest)] == [[False, True]] * 2
    assert Edit.objects.filter(kind="split").count() == 2
    curating.undo(Edit.objects.order_by("-pk").first())  # type: ignore[arg-type]
    assert paths(flight) == before
    assert set(Edit.objects.values_list("state", flat=True)) == {"reverted"}


def test_a_split_between_two_files_moves_the_later_and_no_import_joins_them_again(author: User) -> None:
    days = across_midnight()
    files = [imported(data) for data in days]
    flight = Flight.objects.get()
    second = files[1].tracks.get()
    rest = curating.split(flight, second.started_at, reason="another crew", author=author)
    assert (tracks_of(flight), tracks_of(rest)) == ([files[0].tracks.get().pk], [second.pk])
    for file in files:
        again(file)
    assert (tracks_of(flight), tracks_of(rest)) == ([files[0].tracks.get().pk], [second.pk])
    # Another receiver of the second day: it goes to the second flight.
    third = imported(parts(trace(2000, flights=1, timestamp=1_700_006_400.0 - 2000, seed=4), 1_700_006_400.0)[1])
    assert third.tracks.get().flight_track.flight == rest


def test_a_split_needs_fixes_on_both_sides(author: User) -> None:
    flight = flight_of(seen(range(10)))
    for at in (minute(0), minute(20)):
        with pytest.raises(EditRefused, match="both sides"):
            curating.split(flight, at, reason="x", author=author)
    assert Flight.objects.count() == 1


def test_what_was_trimmed_of_a_half_waits_for_review_when_the_halves_are_mended(author: User) -> None:
    imported(trace(2000, flights=1))
    flight = Flight.objects.get()
    curating.split(flight, START.fromtimestamp(T0 + 2000, START.tzinfo), reason="x", author=author)
    end = START.fromtimestamp(T0 + 1500, START.tzinfo)
    cut_away(flight, Edit.Kind.TRIM, flight.tracks.all(), (None, end), reason="x", author=author)
    curating.undo(Edit.objects.get(kind="split"))
    assert Edit.objects.get(kind="trim").state == "review"
    flight.refresh_from_db()
    assert flight.ends_at is not None
    assert flight.ends_at.timestamp() == T0 + 3998


def test_a_tracker_that_comes_after_a_split_feeds_both_flights(author: User) -> None:
    """Its clock is 40 s ahead, and it wrote down every third fix of the whole flight."""
    make_airports()
    data = one_leg_that_is_two()
    imported(data)
    flight = Flight.objects.get()
    rest = curating.split(flight, START.fromtimestamp(T0 + 3015, START.tzinfo), reason="it turned", author=author)
    document = json.loads(data)
    document.update(timestamp=T0 + 40, trace=document["trace"][::3])
    file = imported(json.dumps(document).encode(), "other.json")
    assert [link.flight_id for link in links_of(file)] == [flight.pk, rest.pk]
    assert all(not link.shown and link.compared["offset_s"] == pytest.approx(40, abs=1) for link in links_of(file))
    assert sum(track.fix_count for track in file.tracks.all()) == 1000
    assert [entry["flight"] for entry in file.report["tracks"]] == [flight.pk, rest.pk]
    assert [entry["fixes"] for entry in file.report["tracks"]] == [link.track.fix_count for link in links_of(file)]
    assert file.report["tracks_count"] == 2
    (told,) = [w["text"] for w in file.report["warnings"] if "a curator split flight" in w["text"]]
    assert rest.pk in told
    shown = paths(flight, rest)
    assert again(file).report["edits_to_review"] == 0
    assert [link.flight_id for link in links_of(file)] == [flight.pk, rest.pk]
    assert paths(flight, rest) == shown
    curating.undo(Edit.objects.filter(kind="split").latest("pk"))
    assert [link.flight_id for link in links_of(file)] == [flight.pk]
    assert Track.objects.count() == 2
    assert not Edit.objects.filter(state="active").exists()


def test_a_tracker_of_another_place_is_not_cut_where_a_flight_was_split(author: User) -> None:
    imported(trace(2000, flights=1))
    at = START.fromtimestamp(T0 + 2001, START.tzinfo)
    curating.split(Flight.objects.get(), at, reason="x", author=author)
    document = json.loads(trace(2000, flights=1, seed=9))
    for row in document["trace"]:
        row[1] -= 8.0  # 890 km farther south
    file = imported(json.dumps(document).encode(), "two.json")
    assert file.tracks.count() == 1
    assert Edit.objects.count() == 1


def links_of(file: TrackFile) -> list[FlightTrack]:
    links = FlightTrack.objects.filter(track__track_file=file).select_related("track")
    return list(links.order_by("track__started_at"))


def test_what_was_claimed_of_the_parts_is_not_lost_when_a_split_is_undone(author: User) -> None:
    make_airports()
    imported(trace(2000, flights=1))
    flight = Flight.objects.get()
    at = START.fromtimestamp(T0 + 2001, START.tzinfo)
    rest = curating.split(flight, at, reason="x", author=author)
    publication = archive.source()
    FlightSource.objects.create(flight=rest, source=publication)
    pyongyang = claim_values.place_value(archive.pyongyang())
    archive.claim(rest, "note", claim_values.text_value("It carried rifles."), "source", source=publication)
    archive.claim(rest, "destination", pyongyang, "curator", author=author)
    archive.claim(rest, "origin", pyongyang, "curator", author=author)
    archive.claim(flight, "arrival", claim_values.moment_value(at, precision="minute"), "curator", author=author)
    resolve(flight)
    resolve(rest)
    curating.undo(Edit.objects.get())
    flight, rest = reread(flight), reread(rest)
    assert flight.note == "It carried rifles."
    assert flight.destination == archive.pyongyang()  # the whole ends where its later part does
    assert flight.origin.airport.icao == "UHWW"  # type: ignore[union-attr]  # and begins where its earlier does
    assert flight.arrival_at != at
    assert flight.flight_sources.get().source == publication
    told = [claim.value["text"] for claim in flight.claims.filter(field="conflict").order_by("pk")]
    assert ["arrival" in text for text in told] == [True, False]
    assert "Pyongyang" in told[1]
    assert "conflict" in flight.disagreements
    assert sorted(rest.claims.values_list("field", flat=True)) == ["arrival", "origin"]


# Joining


def two_days(author: User) -> tuple[Flight, Flight]:
    """Two drafts of one aircraft, hours apart."""
    aircraft = archive.antonov()
    return flight_of(seen(range(20), aircraft=aircraft)), flight_of(seen(range(40, 60), aircraft=aircraft))


def test_joined_flights_are_one_whose_other_id_leads_on(author: User, client: Client) -> None:
    one, other = two_days(author)
    publish(one)
    publish(other)
    kept = curating.join(one, other, reason="one flight", author=author)
    assert kept == one
    assert len(tracks_of(one)) == 2
    assert (reread(one).starts_at, reread(one).ends_at) == (minute(0), minute(59))
    publish(kept)
    answer = client.get(f"/flights/{other.pk}/?t=2024-03-21T05:00:00Z")
    assert (answer.status_code, answer["Location"]) == (301, f"/flights/{one.pk}/?t=2024-03-21T05:00:00Z")


def test_a_published_flight_outlives_a_draft_whichever_page_it_was_joined_on(author: User) -> None:
    one, other = two_days(author)
    publish(other)
    assert curating.join(one, other, reason="x", author=author) == other
    assert reread(one).merged_into == other


def test_undoing_a_join_gives_both_back_with_their_claims_sources_and_shown_tracks(author: User) -> None:
    one = flight_of(seen(range(20)))
    other = archive.reported_flight(archive.day_value(START.date()), callsign={"text": "RFF7001"})
    witness = seen(range(5, 40))
    FlightTrack.objects.create(flight=other, track=witness)
    resolve(other)
    publish(one)
    publish(other)
    before = paths(one, other)
    told = [sorted(flight.claims.values_list("pk", flat=True)) for flight in (one, other)]
    joined = curating.join(one, other, reason="x", author=author)
    assert not FlightTrack.objects.get(flight=one, track=witness).shown
    assert joined.callsign == "RFF7001"
    assert joined.flight_sources.count() == 1
    curating.undo(Edit.objects.get(kind="join"))
    assert paths(one, other) == before
    assert [sorted(flight.claims.values_list("pk", flat=True)) for flight in (one, other)] == told
    assert other.flight_sources.count() == 1
    assert (reread(other).status, reread(other).merged_into) == ("published", None)
    assert reread(one).callsign == ""


def test_a_join_is_undone_only_after_the_split_that_cut_what_was_joined(author: User) -> None:
    data = trace(2000, flights=1)
    imported(data, "one.json")
    imported(as_fr24_csv(data), "two.csv")  # names no aircraft, so a flight of its own
    one, other = (Flight.objects.get(flight_tracks__track__track_file__format=f) for f in ("readsb-trace", "fr24-csv"))
    before = paths(one, other)
    curating.join(one, other, reason="one path", author=author)
    curating.split(one, START.fromtimestamp(T0 + 2000, START.tzinfo), reason="x", author=author)
    with pytest.raises(EditRefused, match="undo that split first"):
        curating.undo(Edit.objects.get(kind="join"))
    assert Edit.objects.get(kind="join").state == "active"
    assert reread(other).merged_into == one
    curating.undo(Edit.objects.filter(kind="split").first())  # type: ignore[arg-type]
    curating.undo(Edit.objects.get(kind="join"))
    assert paths(one, other) == before


def test_what_cannot_be_one_flight_is_not_joined(author: User) -> None:
    one, other = two_days(author)
    demonstration = archive.demonstration_flight(START)
    gone = archive.published(archive.observed_flight(START))
    withdraw(gone, "wrong aircraft")
    for wrong, why in ((one, "same flight"), (demonstration, "demonstration"), (gone, "withdrawn")):
        with pytest.raises(EditRefused, match=why):
            curating.join(one, wrong, reason="x", author=author)
    curating.join(one, other, reason="x", author=author)
    with pytest.raises(EditRefused, match="merged into"):
        curating.join(one, other, reason="x", author=author)


def test_two_halves_of_a_split_are_not_joined_but_the_split_undone(author: User) -> None:
    flight = flight_of(seen(range(20)), seen(range(30, 40)))
    rest = curating.split(flight, minute(30), reason="x", author=author)
    with pytest.raises(EditRefused, match="undo that instead"):
        curating.join(flight, rest, reason="x", author=author)


def test_joined_flights_stay_joined_when_a_file_of_theirs_is_imported_again(author: User) -> None:
    file = imported(trace(2000, flights=2, stop_s=4 * 3600))
    one, other = Flight.objects.order_by("starts_at")
    curating.join(one, other, reason="a ferry with a technical stop", author=author)
    # A parser that finds none of the tracks again where they were: their places in flights go with the rows.
    Track.objects.all().delete()
    again(file)
    assert len(tracks_of(one)) == 1
    assert tracks_of(one) == [Track.objects.order_by("-started_at")[0].pk]
    assert Edit.objects.get(kind="join").state == "active"


def test_nothing_is_joined_or_parted_while_a_worker_is_at_one_of_the_files(author: User) -> None:
    flight, other = flight_of(seen(range(20)), seen(range(30, 40))), flight_of(seen(range(50, 60)))
    link = flight.flight_tracks.first()
    own = merging.move_out(link, reason="x", author=author)
    one = curating.join(other, own, reason="x", author=author)
    joined = Edit.objects.get(kind="join")
    TrackFile.objects.update(status="importing")
    for attempt in (
        lambda: curating.join(flight, one, reason="x", author=author),
        lambda: merging.move_out(one.flight_tracks.first(), reason="x", author=author),
        lambda: curating.undo(joined),
    ):
        with pytest.raises(EditRefused, match="is being imported"):
            attempt()
    TrackFile.objects.update(status="imported")
    curating.undo(joined)
    assert Edit.objects.get(kind="join").state != "active"


def test_undoing_a_join_after_an_import_gives_the_new_tracks_to_the_right_flights(author: User) -> None:
    file = imported(trace(2000, flights=2, stop_s=4 * 3600))
    one, other = Flight.objects.order_by("starts_at")
    curating.join(one, other, reason="x", author=author)
    again(file)
    curating.undo(Edit.objects.get(kind="join"))
    first, second = Track.objects.order_by("started_at").values_list("pk", flat=True)
    assert (tracks_of(one), tracks_of(other)) == ([first], [second])
    assert reread(other).status == "draft"


# Moving out


def test_a_track_joined_by_mistake_gets_its_own_flight_and_is_not_joined_back(author: User) -> None:
    imported(trace(2000, flights=1), "one.json")
    file = imported(trace(1400, flights=1, step_s=2000 * 2 / 1400, seed=9), "two.json")
    flight = Flight.objects.get()
    wrong = file.tracks.get()
    own = merging.move_out(wrong.flight_track, reason="another aircraft", author=author)
    assert (tracks_of(own), reread(own).starts_at) == ([wrong.pk], wrong.started_at)
    assert own.flight_tracks.get().shown
    assert own.claims.filter(track=wrong).exists()
    again(file)
    assert tracks_of(own) == [file.tracks.get().pk]
    Track.objects.filter(track_file=file).delete()
    again(file)
    assert tracks_of(own) == [file.tracks.get().pk]
    assert len(tracks_of(flight)) == 1
    curating.undo(Edit.objects.get(kind="move_out"))
    assert len(tracks_of(flight)) == 2
    assert reread(own).merged_into == flight


def test_the_only_track_of_a_flight_is_not_moved_out(author: User) -> None:
    flight = flight_of(seen(range(20)))
    with pytest.raises(EditRefused, match="only track"):
        merging.move_out(flight.flight_tracks.get(), reason="x", author=author)


# What imports see of several trackers


def test_the_difference_of_two_trackers_clocks_is_told_in_the_report_and_kept_with_the_track() -> None:
    """The second tracker's clock is 3 s ahead: it dates every position 3 s late."""
    imported(trace(2000, flights=1), "one.json")
    file = imported(trace(2000, flights=1, seed=9, timestamp=T0 + 3.0), "two.json")
    (entry,) = file.report["tracks"]
    assert entry["compared"]["offset_s"] == pytest.approx(3.0, abs=0.1)
    assert entry["compared"]["aligned_m"] < 20 < entry["compared"]["distance_m"]
    link = file.tracks.get().flight_track
    assert (link.shown, link.compared) == (False, entry["compared"])


def test_two_aircraft_of_one_address_at_one_time_are_two_flights_and_it_is_said() -> None:
    imported(trace(2000, flights=1), "one.json")
    document = json.loads(trace(2000, flights=1, seed=9))
    for row in document["trace"]:
        row[1] -= 8.0  # 890 km farther south
    file = imported(json.dumps(document).encode(), "two.json")
    assert Flight.objects.count() == 2
    (told,) = [w for w in file.report["warnings"] if "one address" in w["text"]]
    assert told["values"]["km"] == pytest.approx(890, rel=0.02)
    assert told["values"]["flight"] == Flight.objects.order_by("created_at")[0].pk


def test_a_gap_of_one_tracker_is_filled_with_what_another_received() -> None:
    imported(trace(2000, flights=1, lost=(0.4, 0.6)), "one.json")
    imported(trace(1400, flights=1, step_s=2000 * 2 / 1400, seed=9, lost=(0.7, 0.8)), "two.json")
    flight = Flight.objects.get()
    names = [piece.track.track_file.name for piece in assemble(flight).stretches]
    assert names == ["one.json", "two.json", "one.json"]
    assert assemble(flight).gaps == []


def test_two_drafts_that_a_later_track_connects_are_suggested_as_one(author: User) -> None:
    first, middle, last = parts(trace(3000, flights=1, step_s=26.0), T0 + 6_000, T0 + 72_000)
    imported(first)
    imported(last)
    one, other = Flight.objects.order_by("starts_at")
    imported(middle)
    suggestion = Suggestion.objects.get()
    assert {suggestion.one, suggestion.other} == {one, other}
    assert (suggestion.kind, suggestion.state) == ("connected", "open")
    curating.join(one, other, reason="x", author=author)
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.decided_by) == ("joined", author)
    assert reread(one).tracks.count() == 3


def test_what_was_dismissed_is_not_suggested_again(author: User) -> None:
    first, middle, last = parts(trace(3000, flights=1, step_s=26.0), T0 + 6_000, T0 + 72_000)
    imported(first)
    imported(last)
    one, other = Flight.objects.order_by("starts_at")
    merging.dismiss(one, other, Suggestion.Kind.CONNECTED, author)
    imported(middle)
    assert Suggestion.objects.get().state == "dismissed"


# Edits after an import by another parser


def test_a_cause_waits_for_review_when_the_gap_is_gone(author: User) -> None:
    file = imported(trace(2000, flights=1, lost=(0.4, 0.6)))
    track = file.tracks.get()
    gap = track.gaps.get(kind="interior")
    edit = Edit.objects.create(
        kind="gap_cause", track_file=file, aircraft_key=track.aircraft_key, starts_at=gap.started_at,
        ends_at=gap.ended_at, parameters={"cause": "coverage"}, reason="x",
    )  # fmt: skip
    assert again(file).report["edits_to_review"] == 0
    # The better parser: it reads what this one could not, a fix a minute within the gap.
    assert gap.started_at is not None
    assert gap.ended_at is not None
    Edit.objects.filter(pk=edit.pk).update(starts_at=gap.started_at - (gap.ended_at - gap.started_at) / 10,
                                           ends_at=gap.started_at)  # fmt: skip
    assert again(file).report["edits_to_review"] == 1
    edit.refresh_from_db()
    assert edit.state == "review"


def test_trims_exclusions_and_choices_hold_after_an_import_and_published_revisions_stay(author: User) -> None:
    file = imported(trace(2000, flights=1))
    flight = Flight.objects.get()
    first = publish(flight)
    moments = [START.fromtimestamp(T0 + seconds, START.tzinfo) for seconds in (500, 1000, 1100)]
    cut_away(flight, Edit.Kind.TRIM, flight.tracks.all(), (moments[0], None), reason="x", author=author)
    cut_away(flight, Edit.Kind.EXCLUDE, flight.tracks.all(), (moments[1], moments[2]), reason="x", author=author)
    before = paths(flight)
    again(file)
    assert paths(flight) == before
    assert [stretch.fix_count for stretch in first.stretches.all()] == [2000]
    assert reread(flight).published_revision == first


def test_what_is_published_of_two_trackers_and_of_a_cut_track_is_found_again_in_the_originals(author: User) -> None:
    imported(trace(2000, flights=1, lost=(0.4, 0.6)), "one.json")
    imported(trace(1400, flights=1, step_s=2000 * 2 / 1400, seed=9), "two.json")
    flight = Flight.objects.get()
    rest = curating.split(flight, START.fromtimestamp(T0 + 3000, START.tzinfo), reason="x", author=author)
    for one in (reread(flight), rest):
        revision = publish(one)
        found = verify_revision(revision)
        assert found.sound, found.differs
        assert found.fixes == sum(stretch.fix_count for stretch in revision.stretches.all())
    assert {stretch.file_sha256 for stretch in reread(flight).published_revision.stretches.all()} == set(  # type: ignore[union-attr]
        TrackFile.objects.values_list("sha256", flat=True)
    )


# Thresholds


def test_a_track_is_cut_and_mended_by_the_thresholds_its_file_was_processed_with(author: User, settings: Any) -> None:
    today = settings.PROCESSING
    rows = json.loads(trace(2000, flights=1))
    rows["trace"] = [row for number, row in enumerate(rows["trace"]) if not 400 <= number < 420]
    settings.PROCESSING = today.changed("gap.most_s=10, gap.least_s=10")
    file = imported(json.dumps(rows).encode())
    flight = Flight.objects.get()
    before = paths(flight)
    inner = [(gap.started_at, gap.ended_at) for gap in Gap.objects.filter(kind="interior")]
    assert inner
    settings.PROCESSING = today
    rest = curating.split(flight, START.fromtimestamp(T0 + 2001, START.tzinfo), reason="x", author=author)
    assert [(gap.started_at, gap.ended_at) for gap in Gap.objects.filter(kind="interior")] == inner
    of_curator = paths(flight, rest)
    settings.PROCESSING = today.changed("gap.most_s=10, gap.least_s=10")
    again(file)
    assert paths(flight, rest) == of_curator
    settings.PROCESSING = today
    curating.undo(Edit.objects.get(kind=Edit.Kind.SPLIT))
    assert paths(flight) == before
    again(file)
    assert not Gap.objects.filter(kind="interior").exists()


def test_a_later_attempt_that_failed_does_not_change_by_which_thresholds_a_track_is_cut(
    author: User, settings: Any
) -> None:
    file = imported(trace(2000, flights=1))
    used = TrackFile.objects.get().read_as["processing"]
    assert used == TrackFile.objects.get().report["processing"]
    TrackFile.objects.update(status="failed", report={"failed": True})
    curating.split(Flight.objects.get(), START.fromtimestamp(T0 + 2001, START.tzinfo), reason="x", author=author)
    assert Track.objects.filter(track_file=file).count() == 2


def test_no_track_is_cut_by_thresholds_nobody_knows_any_more(author: User) -> None:
    file = imported(trace(2000, flights=1))
    file.read_as["processing"]["settings"]["gap"]["of_old"] = 3
    file.save(update_fields=["read_as"])
    at = START.fromtimestamp(T0 + 2001, START.tzinfo)
    with pytest.raises(EditRefused, match="import it again"):
        curating.split(Flight.objects.get(), at, reason="x", author=author)
    assert (Track.objects.count(), Flight.objects.count(), Edit.objects.count()) == (1, 1, 0)
    again(file)
    curating.split(Flight.objects.get(), at, reason="x", author=author)
    assert Track.objects.count() == 2
