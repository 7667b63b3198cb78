"""`/aircraft/<registration or 24-bit address>/`."""

import datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests import archive
from tracks.models import Aircraft, AircraftIdentity, Sanction, claim_values

pytestmark = pytest.mark.django_db

START = datetime.datetime(2024, 3, 21, 4, 30, tzinfo=datetime.UTC)


@pytest.fixture
def aircraft() -> Aircraft:
    """RA-82030 with a published flight."""
    made = archive.antonov()
    archive.published(archive.observed_flight(START, aircraft=made))
    return made


def test_the_page_shows_identity_sanctions_and_published_flights(client: Client, aircraft: Aircraft) -> None:
    source = archive.source("tar1090-db")
    AircraftIdentity.objects.create(
        aircraft=aircraft, field="icao24", value="15406e", basis="source", basis_note="community", source=source
    )
    Sanction.objects.create(
        scope="operator", operator=aircraft.operator, authority="US Department of State", date_text="2024-01-11",
        valid_from=datetime.date(2024, 1, 11), source=source, programme="E.O. 14024",
    )  # fmt: skip
    archive.observed_flight(START + archive.DAY, aircraft=aircraft)
    response = client.get("/aircraft/RA-82030/")
    data, (flight,) = response.context["aircraft"], response.context["flights"]
    assert (data["registration"], data["icao24"], data["type"], data["type_name"]) == (
        "RA-82030", "15406e", "A124", "An-124"
    )  # fmt: skip
    assert data["identities"][0]["source"]["publisher"] == "tar1090-db"
    assert data["sanctions"][0]["source_url"] == source.url
    assert flight["aircraft"]["sanctioned"] is True
    body = response.content.decode()
    for words in ("RA-82030", "15406e", "224th Flight Unit", "US Department of State", "E.O. 14024", "? → ?"):
        assert words in body, words
    assert client.get("/api/v1/aircraft/RA-82030/").json() == {"aircraft": data, "flights": [flight]}


@pytest.mark.parametrize(
    "key", ["ra-82030", "15406e", "15406E", "Ra-82030", "%20RA-82030", "RA-82031", "RA82030", "ra82031", "R-A82030"]
)
def test_other_writings_lead_to_the_one_address(client: Client, aircraft: Aircraft, key: str) -> None:
    AircraftIdentity.objects.create(aircraft=aircraft, field="registration", value="RA-82031", basis="source")
    response = client.get(f"/aircraft/{key}/")
    assert (response.status_code, response["Location"]) == (301, "/aircraft/RA-82030/")
    assert client.get(f"/api/v1/aircraft/{key}/")["Location"] == "/api/v1/aircraft/RA-82030/"


def test_a_registration_that_two_aircraft_bore_leads_to_neither(client: Client, aircraft: Aircraft) -> None:
    other = Aircraft.objects.create(registration="RA-82038", listed=True)
    for bearer in (aircraft, other):
        AircraftIdentity.objects.create(aircraft=bearer, field="registration", value="RA-82031", basis="source")
    assert client.get("/aircraft/RA-82031/").status_code == 404


def test_an_aircraft_without_a_registration_lives_at_its_address(client: Client) -> None:
    Aircraft.objects.create(icao24="71f0a1", listed=True)
    assert client.get("/aircraft/71f0a1/").status_code == 200
    assert client.get("/aircraft/71F0A1/")["Location"] == "/aircraft/71f0a1/"


def test_a_registration_may_hold_a_slash(client: Client) -> None:
    made = Aircraft.objects.create(registration="RF/10 A", listed=True)
    archive.published(archive.observed_flight(START, aircraft=made))
    (flight,) = client.get("/api/v1/flights/").json()["flights"]
    assert client.get(flight["aircraft"]["url"]).status_code == 200


@pytest.mark.parametrize("key", ["nobody", "%00", "RA-82030%00", "x" * 300, "..%2f", "%F0%9F%9B%A9", "'--"])
def test_what_is_no_aircraft_is_not_there(client: Client, aircraft: Aircraft, key: str) -> None:
    assert client.get(f"/aircraft/{key}/").status_code == 404
    assert client.get(f"/api/v1/aircraft/{key}/").status_code == 404


def test_an_aircraft_known_only_from_drafts_is_there_for_the_newsroom_alone(client: Client) -> None:
    secret = Aircraft.objects.create(registration="P-618", icao24="720abc")
    archive.observed_flight(START, aircraft=secret)
    staff = Client()
    staff.force_login(User.objects.create_user("curator", is_staff=True))
    for key in ("P-618", "p-618", "720abc"):
        assert client.get(f"/aircraft/{key}/").status_code == 404
        assert client.get(f"/api/v1/aircraft/{key}/").status_code == 404
        assert staff.get(f"/api/v1/aircraft/{key}/").status_code == 404
    redirect = staff.get("/aircraft/p-618/")
    assert "public" not in redirect["Cache-Control"]
    page = staff.get(redirect["Location"])
    assert (page.status_code, page["X-Robots-Tag"], page.context["flights"]) == (200, "noindex", [])


def test_what_only_an_unpublished_file_states_of_an_aircraft_is_not_shown_nor_found(
    client: Client, aircraft: Aircraft
) -> None:
    secret = archive.track(START, aircraft=aircraft).track_file
    shown = aircraft.tracks.get(flight_track__flight__status="published").track_file
    for file, registration in ((secret, "RA-00000"), (shown, "RA-11111")):
        AircraftIdentity.objects.create(
            aircraft=aircraft, field="registration", value=registration, basis="computed",
            basis_note=f"stated by track file {file.sha256[:12]}",
        )  # fmt: skip
    body = client.get("/aircraft/RA-82030/").content.decode()
    assert "RA-11111" in body
    assert "RA-00000" not in body
    assert client.get("/aircraft/RA-00000/").status_code == 404
    assert client.get("/aircraft/RA-11111/").status_code == 301
    found = {q: client.get(f"/api/v1/flights/?q={q}").json()["total"] for q in ("RA-00000", "RA-11111")}
    assert found == {"RA-00000": 0, "RA-11111": 1}


def test_a_demonstration_aircraft_says_so(client: Client) -> None:
    archive.published(archive.demonstration_flight(START))
    response = client.get("/aircraft/DEMO-1/")
    assert response["X-Robots-Tag"] == "noindex"
    assert b'id="demonstration"' in response.content


def test_an_operators_other_sanctions_do_not_hide_that_the_flight_was_by_another(client: Client) -> None:
    other = archive.Operator.objects.create(name="Volga-Dnepr")
    archive.published(
        archive.reported_flight(
            archive.day_value(datetime.date(2024, 3, 21)),
            aircraft=claim_values.aircraft_value(archive.antonov()),
            operator=claim_values.operator_value(other),
        )
    )
    (flight,) = client.get("/aircraft/RA-82030/").context["flights"]
    assert flight["aircraft"]["operator"] == "Volga-Dnepr"


def sanction(upon: Aircraft | None, authority: str, stated: str, valid_from: str | None, **more: object) -> Sanction:
    first = datetime.date.fromisoformat(valid_from) if valid_from else None
    names = {"scope": "aircraft", "aircraft": upon, **more}
    return Sanction.objects.create(authority=authority, date_text=stated, valid_from=first, **names)


def test_each_sanction_stands_beside_each_flight_as_it_was_on_its_day(client: Client, aircraft: Aircraft) -> None:
    other = archive.Operator.objects.create(name="Volga-Dnepr")
    facts = {"aircraft": claim_values.aircraft_value(aircraft), "operator": claim_values.operator_value(other)}
    archive.published(archive.reported_flight(archive.day_value(datetime.date(2016, 12, 10)), **facts))
    archive.published(archive.reported_flight(None, **facts))
    sanction(aircraft, "Aircraft", "2016-12", "2016-12-31")
    sanction(aircraft, "Ended", "2015-01-01", "2015-01-01", valid_to=datetime.date(2016, 12, 31))
    sanction(None, "Fleet", "2024-03-21", "2024-03-21", scope="fleet", operator=aircraft.operator)
    sanction(None, "Other", "2010-05-01", "2010-05-01", scope="operator", operator=other)
    sanction(aircraft, "Undated", "", None)
    context = client.get("/aircraft/RA-82030/").context
    marks = [one["authority"] for one in context["sanctions"]]
    assert marks == ["Other", "Ended", "Aircraft", "Fleet", "Undated"]
    states = {
        row["flight"]["date"]["text"]: dict(zip(marks, [state["name"] for state in row["states"]], strict=True))
        for row in context["sanction_states"]
    }
    assert states["2024-03-21"] == {
        "Other": "other_operator", "Ended": "ended", "Aircraft": "in_force", "Fleet": "in_force", "Undated": "unknown"
    }  # fmt: skip
    assert states["2016-12-10"] == {
        "Other": "in_force", "Ended": "in_force", "Aircraft": "perhaps", "Fleet": "other_operator", "Undated": "unknown"
    }  # fmt: skip
    assert states[""] == {
        "Other": "unknown", "Ended": "unknown", "Aircraft": "unknown", "Fleet": "other_operator", "Undated": "unknown"
    }  # fmt: skip
    for row in context["sanction_states"]:
        in_force = any(state["name"] == "in_force" for state in row["states"])
        assert row["flight"]["aircraft"]["sanctioned"] is in_force, "the badge and the table say the same"


def test_routes_and_numbers_add_up(client: Client, aircraft: Aircraft) -> None:
    ends = {
        "origin": claim_values.place_value(archive.vladivostok()),
        "destination": claim_values.place_value(archive.pyongyang()),
    }
    facts = {"aircraft": claim_values.aircraft_value(aircraft), **ends}
    for day in (datetime.date(2018, 7, 9), datetime.date(2018, 9, 9)):
        archive.published(archive.reported_flight(archive.day_value(day), **facts))
    archive.published(archive.reported_flight(None, **facts))
    context = client.get("/aircraft/RA-82030/").context
    numbers = context["statistics"]
    assert {key: numbers[key] for key in ("number", "observed", "reported", "outbound", "inbound", "undated")} == {
        "number": 4, "observed": 1, "reported": 3, "outbound": 3, "inbound": 0, "undated": 1
    }  # fmt: skip
    # 04:30–04:34 and 04:44–04:48 with ten minutes of gap between them.
    assert (numbers["observed_s"], numbers["gaps"], numbers["gaps_s"]) == (8 * 60, 1, 10 * 60)
    assert [(y["year"], y["observed"], y["reported"]) for y in numbers["years"]] == [(2024, 1, 0), (2018, 0, 2)]
    often, once = context["routes"]
    assert (often["origin"], often["destination"]) == ("Vladivostok International", "Pyongyang Sunan International")
    assert often["number"] == 3
    assert [often[end]["date"]["text"] for end in ("first", "last")] == ["2018-07-09", "2018-09-09"]
    assert (once["origin"], once["destination"], once["observed"]) == (None, None, 1)


def test_the_last_visit_opens_on_the_map_with_its_flights_and_no_others(client: Client) -> None:
    made = archive.antonov()
    there, here = (claim_values.place_value(place()) for place in (archive.pyongyang, archive.vladivostok))
    out, back = {"origin": here, "destination": there}, {"origin": there, "destination": here}
    early = archive.published(archive.observed_flight(START - 90 * archive.DAY, aircraft=made, facts=out))
    legs = [
        archive.published(archive.observed_flight(START + days * archive.DAY, aircraft=made, facts=facts))
        for days, facts in ((0, out), (2, back))
    ]
    bystander = Aircraft.objects.create(registration="P-618")
    archive.published(archive.observed_flight(START + archive.DAY, aircraft=bystander, facts=out))
    address = client.get("/aircraft/RA-82030/").context["last_visit_url"]
    assert "aircraft=RA-82030" in address
    shown = {flight["id"]: flight["lane"] for flight in client.get(address).context["page_json"]["flights"]}
    assert {pk for pk, lane in shown.items() if lane == "RA-82030"} == {leg.pk for leg in legs}
    assert early.pk not in shown
    # Each leg's own page leads to the same window, with itself chosen.
    for leg in legs:
        visit = client.get(f"/api/v1/flights/{leg.pk}/").json()["visit"]
        assert (visit["grouped"], [one["id"] for one in visit["legs"]]) == ("computed", [one.pk for one in legs])
        assert visit["map_url"] == address.replace("&aircraft=", f"&flight={leg.pk}&aircraft=")
        # It landed after its last fix (04:48) and left before its first one (04:30, two days later).
        assert visit["legs"][1]["stay"]["longest_s"] == 2 * 86_400 - 18 * 60
    assert client.get(f"/api/v1/flights/{early.pk}/").json()["visit"] is None
