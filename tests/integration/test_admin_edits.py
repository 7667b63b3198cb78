"""Edits are made and undone on the flight's page; each step says what it did, and nobody else may take it."""

import datetime
import html
import re
from typing import Any

import pytest
from auditlog.models import LogEntry as ChangeLogEntry
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import archive
from tests.curators import client_of, curator, person
from tests.flown import START, epoch, flight_of, minute, seen
from tracks.admin.edit_forms import FORMS
from tracks.models import Edit, Flight, FlightTrack, Suggestion, claim_values, merging
from tracks.models.assembly import assemble
from tracks.models.publishing import publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hashed_static_files")]


@pytest.fixture
def client() -> Client:
    return client_of(curator())


def page_of(flight: Flight) -> str:
    return reverse("admin:tracks_flight_change", args=[flight.pk])


def edit_page(flight: Flight, kind: str) -> str:
    return reverse("admin:tracks_flight_edit", args=[flight.pk, kind])


def send(client: Client, flight: Flight, kind: str, **given: Any) -> Any:
    return client.post(edit_page(flight, kind), {"reason": "because", **given})


def typed(number: float) -> str:
    return f"{minute(number):%Y-%m-%d %H:%M:%S}"


def minutes_shown(flight: Flight) -> list[tuple[int, int]]:
    return [
        (round((piece.start - epoch(0)) / 60), round((piece.end - epoch(0)) / 60))
        for piece in assemble(flight).stretches
    ]


@pytest.mark.parametrize("kind", FORMS)
def test_every_kind_of_edit_has_a_page_with_the_map_beside_its_form(client: Client, kind: str) -> None:
    flight = flight_of(seen([*range(10), *range(20, 30)]), seen(range(5)), shown=[True, False])
    page = client.get(edit_page(flight, kind)).content.decode()
    assert "data-path-map" in page
    assert 'name="reason"' in page
    assert edit_page(flight, kind) in client.get(page_of(flight)).content.decode()


def test_a_trim_is_noted_with_author_reason_and_anchor_and_undone_again(client: Client) -> None:
    one = seen(range(20))
    flight = flight_of(one)
    answer = send(client, flight, "trim", starts=typed(5), ends="")
    assert answer["Location"] == f"{page_of(flight)}#edits"
    edit = Edit.objects.get()
    assert (edit.author.username, edit.reason, edit.flight, edit.track_file) == (  # type: ignore[union-attr]
        "curator", "because", flight, one.track_file,
    )  # fmt: skip
    assert minutes_shown(flight) == [(5, 19)]
    page = client.get(page_of(flight)).content.decode()
    assert "trim: keep only this interval" in page
    undo = reverse("admin:tracks_edit_undo", args=[edit.pk])
    assert undo in page
    assert client.post(undo, {"flight": flight.pk})["Location"] == f"{page_of(flight)}#edits"
    assert minutes_shown(flight) == [(0, 19)]
    assert "because" not in client.get(page_of(flight)).content.decode()
    edit.refresh_from_db()
    assert edit.state == "reverted"
    assert client.post(reverse("admin:tracks_edit_force", args=[edit.pk])).status_code == 302
    assert minutes_shown(flight) == [(5, 19)]


def test_a_second_of_the_map_means_the_fixes_shown_at_it(client: Client) -> None:
    """A fix 0.4 s after the minute is shown at the minute: excluding that minute excludes it."""
    flight = flight_of(seen(range(20), clock_s=0.4))
    send(client, flight, "exclude", starts=typed(7), ends=typed(7))
    assert minutes_shown(flight) == [(0, 6), (8, 19)]
    assert Edit.objects.get().starts_at == minute(7) + datetime.timedelta(seconds=0.4)


@pytest.mark.parametrize(
    ("kind", "given", "complaint"),
    [
        ("trim", {}, "at least one of the two"),
        ("trim", {"starts": "yesterday"}, "Write the time in UTC"),
        ("trim", {"starts": "2024-03-21 04:40:00", "ends": "2024-03-21 04:35:00"}, "ends before it begins"),
        ("trim", {"starts": "2024-03-21 04:40:00", "reason": ""}, "This field is required"),
        ("exclude", {"starts": "2024-03-21 04:40:00"}, "This field is required"),
        ("exclude", {"starts": "2030-01-01 00:00", "ends": "2030-01-02 00:00"}, "same as before"),
        ("exclude", {"starts": "2000-01-01 00:00", "ends": "2030-01-02 00:00"}, "Nothing that was received"),
        ("cause", {"gap": "1|2", "cause": "coverage"}, "Select a valid choice"),
        ("split", {}, "Choose a gap or give a time"),
        ("split", {"at": "2030-01-01 00:00"}, "both sides"),
        ("join", {"flight_id": "nothing"}, "There is no flight “nothing”"),
        ("move-out", {"track": "0"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said_beside_the_form_and_changes_nothing(
    client: Client, kind: str, given: dict[str, str], complaint: str
) -> None:
    flight = flight_of(seen(range(20)))
    answer = send(client, flight, kind, **given)
    assert answer.status_code == 200
    assert complaint in answer.content.decode()
    assert not Edit.objects.exists()
    assert Flight.objects.count() == 1


def test_the_cause_of_a_gap_is_stated_from_its_row(client: Client) -> None:
    flight = flight_of(seen([*range(10), *range(20, 30)]))
    page = client.get(page_of(flight)).content.decode()
    (address,) = re.findall(r'href="([^"]*/edits/add/cause/[?]gap=17109[0-9.]*%7C17109[^"]*)"', page)
    form = client.get(address).context["form"]
    assert form["gap"].value() in dict(form.fields["gap"].choices)
    send(client, flight, "cause", gap=form["gap"].value(), cause="transponder_off")
    assert [gap.cause for gap in assemble(flight).gaps] == ["unknown", "transponder_off", "unknown"]
    assert "transponder off" in client.get(page_of(flight)).content.decode()


def test_another_track_is_chosen(client: Client) -> None:
    one, other = seen(range(20)), seen(range(20), clock_s=1.0, name="other.json")
    flight = flight_of(one, other, shown=[True, False])
    link = FlightTrack.objects.get(track=other)
    send(client, flight, "source", track=link.pk, starts=typed(5), ends=typed(8))
    assert [piece.track.pk for piece in assemble(flight).stretches] == [one.pk, other.pk, one.pk]


def test_the_page_of_a_choice_shows_every_track_with_its_clock_and_its_times(client: Client) -> None:
    one, other = seen(range(20)), seen(range(5, 20), clock_s=40.0, name="other.json")
    flight = flight_of(one, other, shown=[True, False])
    FlightTrack.objects.filter(shown=False).update(
        compared={"offset_s": 40.0, "doubt_s": 0.04, "distance_m": 5420.0, "aligned_m": 0.0, "fixes": 200}
    )
    answer = client.get(edit_page(flight, "source"))
    (beside,) = answer.context["map_data"]["beside"]
    assert beside["name"] == "other.json"
    assert client.get(beside["url"]).content[:4] == b"FMP1"
    page = answer.content.decode()
    assert "clock 40.0 s ahead" in page
    assert "04:35:40" in page  # its first fix: minute 5 by its clock
    assert client.get(edit_page(flight, "trim")).context["map_data"]["beside"] == []


@pytest.mark.django_db(transaction=True)
def test_a_flight_is_split_at_a_gap_and_put_together_again(client: Client) -> None:
    flight = flight_of(seen([*range(10), *range(20, 30)]))
    gap = assemble(flight).gaps[1]
    assert gap.started_at is not None
    assert gap.ended_at is not None
    key = f"{gap.started_at.timestamp():.6f}|{gap.ended_at.timestamp():.6f}"
    page = client.post(edit_page(flight, "split"), {"reason": "x", "gap": key}, follow=True).content.decode()
    rest = Flight.objects.exclude(pk=flight.pk).get()
    assert f"Flight {rest.pk}" in page
    assert (minutes_shown(flight), minutes_shown(rest)) == ([(0, 9)], [(20, 29)])
    undo = reverse("admin:tracks_edit_undo", args=[Edit.objects.get().pk])
    assert undo in client.get(page_of(rest)).content.decode(), "it can be undone on either page"
    client.post(undo, {"flight": flight.pk})
    assert minutes_shown(flight) == [(0, 9), (20, 29)]


@pytest.mark.django_db(transaction=True)
def test_a_split_of_several_tracks_is_told_and_undone_as_one_act(client: Client) -> None:
    flight = flight_of(seen([*range(10), *range(20, 30)]), seen(range(25), name="other.json"), shown=[True, False])
    send(client, flight, "split", at=typed(5))
    assert Edit.objects.count() == 2
    answer = client.get(page_of(flight))
    (row,) = answer.context["edits"]
    client.post(reverse("admin:tracks_edit_undo", args=[row.edit.pk]))
    assert not client.get(page_of(flight)).context["edits"]
    assert flight.flight_tracks.count() == 2


def test_an_edit_of_one_of_several_tracks_names_its_file(client: Client) -> None:
    other = seen(range(20), clock_s=1.0, name="other.json")
    flight = flight_of(seen(range(20)), other, shown=[True, False])
    page = client.get(edit_page(flight, "source"))
    link = FlightTrack.objects.get(track=other)
    assert page.context["form"]["track"].value() == link.pk, "what is shown already needs no choice"
    send(client, flight, "source", track=link.pk, starts=typed(5), ends=typed(8))
    assert [row.of for row in client.get(page_of(flight)).context["edits"]] == ["other.json"]


def test_flights_are_joined_by_id_or_permalink_and_parted_again(client: Client) -> None:
    aircraft = archive.antonov()
    one, other = flight_of(seen(range(20), aircraft=aircraft)), flight_of(seen(range(40, 60), aircraft=aircraft))
    for flight in (one, other):
        archive.claim(flight, "aircraft", claim_values.aircraft_value(aircraft), "curator")
        merging.resolve(flight)
    publish(one)
    page = client.get(edit_page(one, "join")).content.decode()
    assert f'<option value="{other.pk}">' in page
    answer = send(client, other, "join", flight_id=f"https://flightmap.example/flights/{one.pk}/?t=1")
    assert answer["Location"] == f"{page_of(one)}#edits", "the published one stays"
    assert "Readers see it once you publish" in client.get(page_of(one)).content.decode()
    assert minutes_shown(one) == [(0, 19), (40, 59)]
    client.post(reverse("admin:tracks_edit_undo", args=[Edit.objects.get().pk]), {"flight": one.pk})
    assert (minutes_shown(one), minutes_shown(other)) == ([(0, 19)], [(40, 59)])


def test_a_track_is_moved_out_from_its_row(client: Client) -> None:
    one, other = seen(range(20)), seen(range(5, 15))
    flight = flight_of(one, other, shown=[True, False])
    link = FlightTrack.objects.get(track=other)
    assert f"{edit_page(flight, 'move-out')}?track={link.pk}" in client.get(page_of(flight)).content.decode()
    send(client, flight, "move-out", track=link.pk)
    assert FlightTrack.objects.get(track=other).flight != flight


def test_a_fitting_report_is_suggested_and_joined_by_one_click(client: Client) -> None:
    tracked = archive.observed_flight(START, aircraft=archive.antonov())
    said = archive.published(
        archive.reported_flight(
            archive.day_value(START.date()), aircraft=claim_values.aircraft_value(archive.antonov())
        )
    )
    front = client.get(reverse("admin:index")).content.decode()
    assert "flight that may be one with another" in front
    listed = client.get(reverse("admin:tracks_flight_changelist"), {"same": "yes"}).content.decode()
    assert tracked.pk in listed
    assert said.pk not in listed
    page = client.get(page_of(tracked)).content.decode()
    assert "same aircraft, same type, same operator, the dates can be the same" in page
    join = reverse("admin:tracks_flight_same", args=[tracked.pk, said.pk])
    assert join in page
    assert client.get(join).status_code == 405
    answer = client.post(join, follow=True)
    assert answer.redirect_chain[0][0] == f"{page_of(said)}#edits"
    assert f"Flight {tracked.pk} is part of this one now" in answer.content.decode()
    tracked.refresh_from_db()
    assert tracked.merged_into == said


def test_what_is_kept_and_published_is_in_one_language_whoever_clicks(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ru"
    flight, other = flight_of(seen(range(20))), flight_of(seen(range(40, 60)))
    client.post(reverse("admin:tracks_flight_same", args=[flight.pk, other.pk]))
    joined = Edit.objects.get()
    assert joined.reason == "A track continues the one and is continued by the other."
    entry = ChangeLogEntry.objects.get_for_object(joined).get()
    assert entry.object_repr == f"join with another flight: {joined.reason}", "the change log, too"
    answer = client.post(reverse("admin:tracks_edit_undo", args=[joined.pk]), follow=True)
    assert "The edit is set aside." not in answer.content.decode(), "it is told in Russian"
    assert LogEntry.objects.filter(change_message="The edit is set aside.").exists()
    send(client, flight, "split", at=typed(5))
    rest = Flight.objects.exclude(pk__in=[flight.pk, other.pk]).get()
    archive.claim(rest, "callsign", {"unknown": True}, "curator")
    archive.claim(rest, "departure", {"unknown": True}, "curator")
    client.post(reverse("admin:tracks_edit_undo", args=[Edit.objects.get(kind="split").pk]))
    told = flight.claims.get(field="conflict").value["text"]
    assert told.startswith("While the flight was split, departure “unknown” was claimed")


def test_a_suggestion_is_dismissed_for_good(client: Client) -> None:
    one, other = flight_of(seen(range(20))), flight_of(seen(range(40, 60)))
    merging.suggest(one, other, Suggestion.Kind.CONNECTED)
    assert "May be the same flight" in client.get(page_of(one)).content.decode()
    client.post(reverse("admin:tracks_flight_dismiss", args=[other.pk, one.pk]))
    assert "May be the same flight" not in client.get(page_of(one)).content.decode()
    assert Suggestion.objects.get().state == "dismissed"
    assert Flight.objects.filter(status="merged").count() == 0


def test_a_witness_is_told_beside_the_shown_track_with_its_clock(client: Client) -> None:
    flight = flight_of(seen(range(20)), seen(range(5)), shown=[True, False])
    FlightTrack.objects.filter(shown=False).update(
        compared={"offset_s": -3.02, "doubt_s": 0.04, "distance_m": 1250.0, "aligned_m": 31.0, "fixes": 200}
    )
    page = client.get(page_of(flight)).content.decode()
    assert "clock 3.0 s behind (± 0.1 s): 1,250 m apart as stated, 31 m without that" in page


def test_nobody_edits_without_the_permission() -> None:
    flight = flight_of(seen(range(20)))
    edit = Edit.objects.create(kind="trim", flight=flight, starts_at=minute(5), reason="x")
    reader, changer = person("reader", "view_flight", "view_edit"), person("changer", "view_flight", "change_flight")
    for somebody in (reader, changer):
        client = client_of(somebody)
        assert client.get(page_of(flight)).status_code == 200
        assert edit_page(flight, "trim") not in client.get(page_of(flight)).content.decode()
        assert client.get(edit_page(flight, "trim")).status_code == 403
        assert client.post(reverse("admin:tracks_flight_same", args=[flight.pk, flight.pk])).status_code == 403
        assert client.post(reverse("admin:tracks_flight_dismiss", args=[flight.pk, flight.pk])).status_code == 403
        assert client.post(reverse("admin:tracks_edit_undo", args=[edit.pk])).status_code == 403
    assert Client().get(edit_page(flight, "trim")).status_code == 302


def test_an_edit_that_lost_its_place_says_so_and_can_be_set_aside(client: Client) -> None:
    one = seen(range(20))
    flight = flight_of(one)
    send(client, flight, "trim", starts=typed(5))
    edit = Edit.objects.get()
    Edit.objects.update(state="review")
    page = client.get(reverse("admin:tracks_edit_change", args=[edit.pk])).content.decode()
    assert "nothing was found where this edit was made" in page
    assert "None" not in re.sub(r"<[^>]*>", " ", page.split("<main")[-1]), "an open end and no cause are dashes"
    assert reverse("admin:tracks_edit_force", args=[edit.pk]) in page
    client.post(reverse("admin:tracks_edit_undo", args=[edit.pk]))
    edit.refresh_from_db()
    assert edit.state == "reverted"


def test_the_names_of_links_and_buttons_begin_with_what_is_written_on_them(client: Client) -> None:
    """Whoever speaks to the browser says what he sees (WCAG 2.5.3)."""
    flight = flight_of(seen([*range(10), *range(20, 30)]), seen(range(5)), shown=[True, False])
    merging.suggest(flight, flight_of(seen(range(40, 60))), Suggestion.Kind.CONNECTED)
    send(client, flight, "trim", starts=typed(2), ends="")
    archive.claim(flight, "callsign", claim_values.text_value("RFF7001"), "curator", author=User.objects.get())
    page = html.unescape(client.get(page_of(flight)).content.decode())
    named = re.findall(r'<(?:a|button)[^>]*aria-label="([^"]*)"[^>]*>([^<]+)</', page)
    written = {text for _name, text in named}
    assert {"Join them", "They are two", "Undo", "Say why…", "Split here…", "Move out…", "Take back"} <= written
    assert [name for name, text in named if not name.startswith(text.rstrip("…"))] == []


def test_the_list_of_edits_takes_no_more_queries_for_many_and_tells_their_times_in_utc(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    address = reverse("admin:tracks_edit_changelist")
    send(client, flight_of(seen(range(20), name="a.json")), "trim", starts=typed(2), ends="")
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    count = len(few)
    for name in "bcd":
        send(client, flight_of(seen(range(20), name=f"{name}.json")), "trim", starts=typed(2), ends="")
    Edit.objects.update(created_at=START)
    with django_assert_max_num_queries(count):
        page = client.get(address).content.decode()
    assert all(f"{name}.json" in page for name in "abcd")
    assert page.count(f">{START:%Y-%m-%d %H:%M}Z</time>") == 4
