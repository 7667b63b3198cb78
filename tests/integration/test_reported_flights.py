"""The reported flights: what the data says, nothing more, and never over a curator's word."""

import json
from collections import Counter
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser, User

from tracks import visibility
from tracks.models import (
    Aircraft,
    AircraftIdentity,
    Airport,
    Claim,
    Flight,
    FlightRevision,
    FlightSource,
    Mission,
    Operator,
    Place,
    Sanction,
    Source,
    Stretch,
    claim_values,
)
from tracks.models.publishing import publish, withdraw
from tracks.models.resolving import resolve
from tracks.models.vocabulary import Basis, FlightStatus
from tracks.reference import files, reported
from tracks.reference.airports import load_airports
from tracks.reference.places import ROUGH_PLACES
from tracks.reference.reported import load_reported

DATA = Path(__file__).resolve().parents[2] / "tracks" / "data"
RECORDS = {r["id"]: r for r in json.loads((DATA / "reported_flights.json").read_text())["flights"]}
FLEET = {a["registration"]: a for a in json.loads((DATA / "aircraft.json").read_text())["aircraft"]}


@pytest.fixture(scope="module")
def _everything(module_transaction):
    """All of it loaded once for this module."""
    load_airports()
    load_reported()


@pytest.fixture
def loaded(_everything, db):
    """The loaded data; what a test changes is taken back."""


def flight(record_id: str) -> Flight:
    return Flight.objects.get(external_key=f"reported:{record_id}")


def claims(record_id: str, field: str) -> list[Claim]:
    return list(flight(record_id).claims.filter(field=field).order_by("pk").select_related("source"))


def test_all_77_flights_and_23_aircraft_are_loaded_public_and_reported(loaded):
    assert Flight.objects.count() == len(RECORDS) == 77
    assert Aircraft.objects.count() == len(FLEET) == 23
    listed = visibility.listed_revisions()
    assert listed.count() == 77
    assert set(listed.values_list("evidence_class", "number")) == {("reported", 1)}
    assert visibility.visible_aircraft(AnonymousUser()).count() == 23


def test_no_position_is_invented(loaded):
    assert not Stretch.objects.exists()
    assert not any(revision.snapshot["gaps"] for revision in FlightRevision.objects.all())


def test_unknown_ends_and_dates_stay_unknown(loaded):
    """38 legs lack an airport at one end, 8 lack a date: counted in the data and in the database."""
    ends = ("origin", "destination")
    without_airport = {key for key, r in RECORDS.items() if any(not (r[end] or {}).get("icao") for end in ends)}
    undated = {key for key, r in RECORDS.items() if r["flight_date"] is None}
    assert (len(without_airport), len(undated)) == (38, 8)
    stored = {f.external_key.removeprefix("reported:"): f for f in Flight.objects.select_related(*ends)}
    assert {k for k, f in stored.items() if not all((e := getattr(f, end)) and e.airport_id for end in ends)} == (
        without_airport
    )
    assert {k for k, f in stored.items() if f.date_from is None} == undated
    for key in undated:
        found = stored[key]
        assert (found.date_text, found.starts_at, found.ends_at) == ("", None, None)
        assert RECORDS[key]["flight_date_note"] is None or RECORDS[key]["flight_date_note"] in found.note


def test_each_end_is_what_the_record_says(loaded):
    for key, record in RECORDS.items():
        found = flight(key)
        for end in ("origin", "destination"):
            place = getattr(found, end)
            if record[end] is None:
                assert place is None
            elif record[end]["icao"]:
                assert place.airport.icao == record[end]["icao"]
                assert getattr(found, f"{end}_basis") == Basis.SOURCE
            else:
                assert place.name == record[end]["name"]
                assert place.airport_id is None


def test_a_country_is_a_patch_and_a_city_reaches_its_airports(loaded):
    korea = Place.objects.get(name="North Korea (airport not stated)")
    assert (korea.precision, korea.country) == ("country", "KP")
    assert korea.radius_km > 300
    assert Place.objects.get(name="Russia (place not stated)").location is None, "no circle fits Russia"
    moscow = Place.objects.get(name="Moscow (airport not stated)")
    assert moscow.precision == "city"
    reach = moscow.location.buffer(moscow.radius_km / 111.2 / 0.56)
    for icao in ("UUEE", "UUWW", "UUDD"):
        assert reach.contains(Airport.objects.get(icao=icao).location)
    for name in ROUGH_PLACES:
        place = Place.objects.filter(name=name).first()
        assert place is None or place.radius_km > 0


def test_the_circle_of_north_korea_holds_its_airports(loaded):
    from tracks.processing.geodesy import distance_m

    korea = Place.objects.get(name="North Korea (airport not stated)")
    for airport in Airport.objects.filter(country="KP"):
        away = distance_m(korea.location.x, korea.location.y, airport.location.x, airport.location.y)
        assert away / 1000 < korea.radius_km


def test_every_fact_rests_on_a_claim_of_a_source(loaded):
    assert set(Claim.objects.values_list("basis", flat=True)) == {Basis.SOURCE}
    without = Counter(Claim.objects.filter(source=None).values_list("field", flat=True))
    assert set(without) <= {"mission", "note", "title", "conflict"}, "grouping and remarks are the data set's own"
    for claim in Claim.objects.exclude(source=None).select_related("source", "flight"):
        record = RECORDS[claim.flight.external_key.removeprefix("reported:")]
        assert claim.source.url in {source["url"] for source in record["sources"]}


def test_every_source_of_every_flight_is_kept_with_what_it_supports(loaded):
    wanted = {(key, s["url"], s["supports"]) for key, r in RECORDS.items() for s in r["sources"]}
    links = FlightSource.objects.values_list("flight__external_key", "source__url", "supports")
    assert {(key.removeprefix("reported:"), url, supports) for key, url, supports in links} == wanted
    voa = Source.objects.get(url="https://www.voakorea.com/a/4482085.html")
    assert (voa.publisher, voa.publication_date, voa.language, voa.kind) == ("VOA Korean", "", "ko", "original_report")
    assert Source.objects.get(url__contains="europe.newsweek").publication_date == "2024-03", "reduced stays reduced"


def test_a_claim_names_the_source_whose_note_speaks_of_it(loaded):
    (departure,) = claims("2023-10-16-js272-vvo-fnj", "departure")
    assert departure.source.publisher == "Hankyung (Yonhap, citing NK News)"
    (lost,) = claims("2024-03-20-ra82030-vvo-dprk", "signal_lost")
    assert lost.source.publisher == "Reporter (topcor.ru)"
    (operator,) = claims("2024-09-20-ra86559-mow-fnj", "operator")
    assert operator.supports.startswith("No source is noted for this (one of 2 sources of this flight).")


def test_assertion_levels_are_those_of_the_data(loaded):
    wanted = Counter(record["assertion_level"] for record in RECORDS.values())
    assert Counter(Flight.objects.values_list("assertion_level", flat=True)) == wanted
    assert set(wanted) == {
        "tracked_full_or_partial", "announced_or_confirmed_by_operator", "mentioned_or_inferred",
        "official_allegation", "scheduled_only", "imagery_only",
    }  # fmt: skip


def test_conflicts_show_as_disagreements(loaded):
    conflicting = {key for key, record in RECORDS.items() if record["conflicts"]}
    assert conflicting == {
        f.external_key.removeprefix("reported:") for f in Flight.objects.all() if "conflict" in f.disagreements
    }
    kept = {claim.value["text"] for claim in Claim.objects.filter(field="conflict")}
    assert kept == {text for record in RECORDS.values() for text in record["conflicts"]}


def test_dates_carry_precision_and_zone_basis(loaded):
    wanted = Counter(record["flight_date_precision"] for record in RECORDS.values())
    assert Counter(Flight.objects.values_list("date_precision", flat=True)) == wanted
    kst = flight("2018-07-09-p885-fnj-vvo")
    assert kst.date_from.isoformat() == "2018-07-08T15:00:00+00:00"
    assert kst.date_to.isoformat() == "2018-07-09T15:00:00+00:00"
    assert (kst.date_text, kst.date_zone_basis) == ("2018-07-09", "presumed")
    lead = flight("2024-03-21-ra82030-dprk-vvo")
    assert lead.date_from.isoformat() == "2024-03-20T14:00:00+00:00", "midnight in Vladivostok"
    assert lead.date_to.isoformat() == "2024-03-21T15:00:00+00:00", "midnight in Pyongyang"
    assert lead.date_zone_basis == "unstated"


def test_a_stated_time_is_kept_with_its_marks(loaded):
    landed = flight("2018-07-13-p885-fnj-vvo")
    assert landed.arrival_at.isoformat() == "2018-07-13T00:39:00+00:00"
    assert landed.arrival_basis == Basis.SOURCE
    (claim,) = claims("2018-07-13-p885-fnj-vvo", "arrival")
    assert claim.value["approximate"] is True
    assert claim.value["zone_basis"] == "stated"
    (unplaced,) = claims("2024-08-31-p881-mow-dprk", "departure")
    assert (unplaced.value["at"], unplaced.value["as_reported"]) == (None, "08:48")
    assert flight("2024-08-31-p881-mow-dprk").departure_at is None


def test_missions_hold_the_legs_of_one_visit(loaded):
    wanted = {key: record["mission_id"] for key, record in RECORDS.items()}
    assert {f.external_key.removeprefix("reported:"): f.mission.key for f in Flight.objects.all()} == wanted


def test_the_lead_story_is_marked_and_its_own_wording_kept(loaded):
    marked = {key for key, r in RECORDS.items() if r["lead_story"]}
    assert len(marked) == 2
    noted = Flight.objects.filter(note__contains="A leg of the lead story")
    assert {f.external_key.removeprefix("reported:") for f in noted} == marked
    assert [mission.key for mission in Mission.objects.filter(lead_story=True)] == ["2024-03-21-lead"]
    said = [c for c in claims("2024-03-20-tu154-vvo-fnj", "destination") if c.source.publisher == "Defence Blog"]
    assert Place.objects.get(pk=said[0].value["place"]).precision == "city", "it names the city only"
    assert flight("2024-03-20-tu154-vvo-fnj").destination.airport.icao == "ZKPY"
    assert not any(c.source.publisher == "Defence Blog" for c in claims("2024-03-20-tu154-vvo-fnj", "aircraft"))
    assert [c.source.publisher for c in claims("2024-03-21-ra82030-dprk-vvo", "aircraft")] == ["Defence Blog"]
    assert flight("2024-03-21-ra82030-dprk-vvo").title == "RA-82030: North Korea → Vladivostok"


def test_several_aircraft_in_one_report_do_not_look_like_one(loaded):
    assert flight("2018-10-07-ak-il76x3-fnj-vvo").title == "3 × Il-76: Pyongyang → Vladivostok"


def test_every_flight_of_the_set_belongs_to_the_corridor(loaded):
    assert not Flight.objects.filter(in_corridor=False).exists()


def test_addresses_are_claims_of_a_community_database(loaded):
    for registration, entry in FLEET.items():
        aircraft = Aircraft.objects.get(registration=registration)
        assert aircraft.icao24 == (entry["icao24"].lower() if entry["icao24"] else None)
        stated = AircraftIdentity.objects.filter(aircraft=aircraft, field="icao24")
        if entry["icao24"]:
            assert "community database" in stated.get().basis_note
            assert "not confirmed" in stated.get().basis_note
            assert stated.get().source.kind == "database"
        else:
            assert not stated.exists()
    assert Aircraft.objects.exclude(icao24=None).count() == 14
    assert "no hex is adopted" in Aircraft.objects.get(registration="P-883").note


def test_sanctions_name_what_the_data_says_they_name(loaded):
    scopes = Counter(Sanction.objects.values_list("scope", flat=True))
    assert scopes == {"operator": 3, "fleet": 1, "owner": 1, "aircraft": 4, "aircraft_as_reported": 1}
    lead = Aircraft.objects.get(registration="RA-82030")
    as_reported = Sanction.objects.get(scope="aircraft_as_reported")
    assert (as_reported.aircraft, as_reported.operator, as_reported.valid_from) == (lead, None, None)
    koryo = Sanction.objects.get(scope="fleet")
    assert (koryo.operator.name, koryo.aircraft) == ("Air Koryo", None)
    assert koryo.date_text == "2016-12", "the day is not known"
    assert koryo.valid_from.isoformat() == "2016-12-31"


def test_a_sanction_is_shown_as_of_the_day_of_a_flight(loaded):
    lead = Aircraft.objects.get(registration="RA-82030")
    upon = Sanction.objects.upon(lead)
    before, after = flight("2023-10-16-js271-fnj-vvo"), flight("2024-03-21-ra82030-dprk-vvo")
    assert not upon.in_force(before.date_from.date()).exists()
    assert {s.scope for s in upon.in_force(after.date_from.date())} == {"operator"}
    assert {s.scope for s in Sanction.objects.upon(Aircraft.objects.get(registration="RF-82041"))} == {
        "aircraft", "owner",
    }  # fmt: skip


def count_all() -> dict[str, int]:
    models = (
        Flight,
        Claim,
        FlightSource,
        FlightRevision,
        Source,
        Place,
        Operator,
        Aircraft,
        AircraftIdentity,
        Sanction,
    )
    return {model.__name__: model.objects.count() for model in (*models, Mission)}


def test_loading_again_changes_nothing(loaded, django_assert_max_num_queries):
    before = count_all()
    with django_assert_max_num_queries(40):
        again = load_reported()
    assert (again.created, again.changed, again.waiting) == (0, 0, 0)
    assert count_all() == before


def test_a_curators_decision_survives_and_is_not_published_for_them(loaded, monkeypatch):
    found = flight("2024-03-21-ra82030-dprk-vvo")
    sunan = Place.for_airport(Airport.objects.get(icao="ZKPY"))
    curator = User.objects.create_user("curator")
    decision = Claim.objects.create(
        flight=found, field="origin", basis=Basis.CURATOR, value=claim_values.place_value(sunan), author=curator
    )
    resolve(found)
    change_note(monkeypatch, "2024-03-21-ra82030-dprk-vvo")
    again = load_reported()
    assert (again.changed, again.waiting) == (1, 1)
    found.refresh_from_db()
    assert found.origin == sunan
    assert found.origin_basis == Basis.CURATOR
    assert found.note.startswith("A better note.")
    assert found.published_revision.number == 1, "the curator's unpublished work is not for the public yet"
    assert Claim.objects.filter(pk=decision.pk).exists()


def test_a_change_in_the_data_is_published_where_nobody_is_at_work(loaded, monkeypatch):
    change_note(monkeypatch, "2018-07-09-p885-vvo-fnj")
    again = load_reported()
    assert (again.changed, again.waiting) == (1, 0)
    found = flight("2018-07-09-p885-vvo-fnj")
    assert found.published_revision.number == 2
    assert found.published_revision.note.startswith("A better note.")
    assert found.claims.filter(field="note").count() == 1


def test_a_claim_that_a_curator_brought_from_a_source_stays(loaded, monkeypatch):
    found = flight("2018-07-09-p885-vvo-fnj")
    curator = User.objects.create_user("curator")
    own = Claim.objects.create(
        flight=found, field="callsign", basis=Basis.SOURCE, value={"text": "KOR999"}, author=curator
    )
    change_note(monkeypatch, "2018-07-09-p885-vvo-fnj")
    load_reported()
    assert Claim.objects.filter(pk=own.pk).exists()


def test_a_withdrawn_flight_stays_withdrawn(loaded, monkeypatch):
    found = flight("2018-07-09-p885-vvo-fnj")
    withdraw(found, "A mistake of the source.")
    change_note(monkeypatch, "2018-07-09-p885-vvo-fnj")
    load_reported()
    found.refresh_from_db()
    assert found.status == FlightStatus.WITHDRAWN


def change_note(monkeypatch: pytest.MonkeyPatch, record_id: str) -> None:
    """The data set with another note on one flight."""
    changed = json.loads((DATA / "reported_flights.json").read_text())
    next(r for r in changed["flights"] if r["id"] == record_id)["note"] = "A better note."
    monkeypatch.setattr(reported, "read", lambda name: changed if name == "reported_flights.json" else files.read(name))


def test_a_published_curators_edit_does_not_hold_up_later_data(loaded, monkeypatch):
    found = flight("2018-07-09-p885-vvo-fnj")
    Claim.objects.create(flight=found, field="callsign", basis=Basis.CURATOR, value={"text": "KOR1"})
    publish(resolve(found))
    change_note(monkeypatch, "2018-07-09-p885-vvo-fnj")
    assert load_reported().waiting == 0
    found.refresh_from_db()
    assert found.published_revision.number == 3
    assert found.callsign == "KOR1"
