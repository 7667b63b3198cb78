"""Nobody sees what they may not see: every address of the site, every state of a flight, every role.

A new address without an entry here fails the first test. The secrets are words that stand only in things the public
may not see; each is looked for in the body and the headers of every answer.
"""

import datetime
import gzip
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import brotli
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RoutePattern

from tests import archive
from tracks.models import Acquisition, Aircraft, Claim, Edit, Flight, FlightTrack, Operator, Source, claim_values
from tracks.models.publishing import publish, withdraw
from tracks.models.resolving import resolve
from tracks.models.vocabulary import Basis, FlightStatus

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hashed_static_files")]

START = datetime.datetime(2024, 3, 21, 4, 30, tzinfo=datetime.UTC)
ROLES = ("anonymous", "reader", "dismissed", "staff")
PUBLIC_ROLES = ROLES[:3]

# What each word stands in. Letters alone, so that no encoding of a page or an address changes them.
SECRETS = {
    "Drafttitle": "title of a draft",
    "DRAFTCALL": "callsign of a draft",
    "DRFTREG": "registration known only from a draft",
    "d0af70": "24-bit address known only from a draft",
    "Draftnote": "note of a draft",
    "Draftpublisher": "source of a draft",
    "Draftoperator": "operator known only from a draft",
    "draftfile": "name of a draft's file",
    "Changedtitle": "title of a published flight's working copy",
    "Replacedtitle": "title of a withdrawn flight",
    "Mergedtitle": "title of a merged flight",
    "MERGEDREG": "registration known only from a merged flight",
    "WITHDRAWNREG": "registration known only from a withdrawn flight",
    "Neverpublic": "reason why a draft was dropped",
    "licencelessfile": "name of a file without a licence",
    "unlicensedperson": "whom a file was obtained from",
    "curatoraddress": "a curator's e-mail address",
    "curatorname": "a curator's name",
    "Revertededit": "reason of an edit that is not in force",
    "Unpublishedcut": "reason why fixes were excluded after publication",
}
PUBLISHED_WORDS = ("Publishedtitle", "PUBREG")


@dataclass
class World:
    """Flights by state, and clients by role."""

    flights: dict[str, Flight]
    clients: dict[str, Client]


@pytest.fixture
def world(_flights: dict[str, Flight], db: None) -> World:
    """A flight in every state, and clients of this test alone: the answers to some requests log out."""
    return World(_flights, {role: _client(role) for role in ROLES})


@pytest.fixture(scope="module")
def _flights(module_transaction: None) -> dict[str, Flight]:
    """A flight in every state, full of secrets."""
    curator = User.objects.create_user(
        "curatorname", email="curatoraddress@newsroom.example", is_staff=True, is_superuser=True
    )
    flights = {
        "draft": _flight("Drafttitle", "DRFTREG", icao24="d0af70", callsign="DRAFTCALL", name="draftfile.json"),
        "dropped": _flight("Drafttitle", "DRFTREG"),
        "published": _flight("Publishedtitle", "PUBREG"),
        "withdrawn": _flight("Replacedtitle", "WITHDRAWNREG"),
        "merged": _flight("Mergedtitle", "MERGEDREG"),
        "merged into a draft": _flight("Mergedtitle", "MERGEDREG"),
        "demonstration": archive.demonstration_flight(START),
    }
    draft = flights["draft"]
    archive.claim(draft, "note", claim_values.text_value("Draftnote"), source=archive.source("Draftpublisher"))
    operator = Operator.objects.create(name="Draftoperator")
    archive.claim(draft, "operator", claim_values.operator_value(operator), Basis.CURATOR)
    resolve(draft)
    for state in ("published", "withdrawn", "merged", "demonstration"):
        Claim.objects.update(author=curator)
        Acquisition.objects.update(acquired_by=curator, obtained_from="unlicensedperson")
        publish(flights[state], by=curator)
    _change_after_publication(flights["published"], curator)
    withdraw(flights["withdrawn"], "A public reason.", by=curator)
    withdraw(flights["dropped"], "Neverpublic", by=curator)
    for state, target in (("merged", "published"), ("merged into a draft", "draft")):
        Flight.objects.filter(pk=flights[state].pk).update(status=FlightStatus.MERGED, merged_into=flights[target])
    return flights


def _flight(title: str, registration: str, icao24: str | None = None, callsign: str = "", **of_track: str) -> Flight:
    aircraft, _made = Aircraft.objects.get_or_create(registration=registration, defaults={"icao24": icao24})
    facts = {"title": claim_values.text_value(title)}
    if callsign:
        facts["callsign"] = claim_values.text_value(callsign)
    return archive.observed_flight(START, aircraft=aircraft, facts=facts, **of_track)


def _change_after_publication(flight: Flight, curator: User) -> None:
    """A working copy with a new title, a second witness without a licence, and an edit taken back."""
    archive.claim(flight, "title", claim_values.text_value("Changedtitle"), Basis.CURATOR)
    unlicensed = archive.track(START + archive.DAY, name="licencelessfile.json", licence="", credit="")
    FlightTrack.objects.create(flight=flight, track=unlicensed, shown=False)
    Edit.objects.create(kind="trim", state="reverted", flight=flight, reason="Revertededit", author=curator)
    cut = {"starts_at": START, "ends_at": START + archive.MINUTE}
    Edit.objects.create(kind="exclude", flight=flight, reason="Unpublishedcut", author=curator, **cut)
    resolve(flight)


def _client(role: str) -> Client:
    client = Client()
    if role != "anonymous":
        user = User.objects.create_user(role, is_staff=role in {"staff", "dismissed"}, is_superuser=role == "staff")
        client.force_login(user)
        if role == "dismissed":
            User.objects.filter(pk=user.pk).update(is_active=False)
    return client


def _each_flight(world: World, name: str, *rest: str) -> list[str]:
    return [reverse(name, args=[flight.pk, *rest]) for flight in world.flights.values()]


def _aircraft(world: World, name: str) -> list[str]:
    keys = ["PUBREG", "DEMO-1", "DRFTREG", "drftreg", "d0af70", "MERGEDREG", "WITHDRAWNREG", "nobody"]
    return [reverse(name, args=[key]) for key in keys]


def _paths(world: World) -> list[str]:
    ids = [flight.pk for flight in world.flights.values()]
    everything = ",".join(f"{pk}.1" for pk in ids)
    address = reverse("api-paths")
    return [
        f"{address}?f={everything}",
        *(f"{address}?f={pk}.{number}" for pk in ids for number in (0, 1, 2)),
        *(f"{address}?preview={pk}" for pk in ids),
    ]


def _searches(name: str) -> list[str]:
    words = ["DRFTREG", "Changedtitle", "PUBREG", "March 2024"]  # every secret is searched for in a test of its own
    filters = ["aircraft=DRFTREG", "registration=DRFTREG", "icao24=d0af70", "callsign=DRAFTCALL",
               "operator=Draftoperator", "type=x", "airport=x", "undated=1", "sanctioned=no"]  # fmt: skip
    queries = ["", *(f"q={word}" for word in words), *filters]
    return [f"{reverse(name)}?{query}&demonstration=all" for query in queries]


# Every address of the site with what to ask of it.
ADDRESSES: dict[str, Callable[[World], list[str]]] = {
    "corridor": lambda world: [
        "/", "/?demonstration=all&from=2024&to=2024", *(f"/?flight={flight.pk}" for flight in world.flights.values())
    ],
    "flights": lambda world: _searches("flights"),
    "flight": lambda world: [
        address + query
        for address in _each_flight(world, "flight")
        for query in ("", "?preview=1", "?rev=1", "?rev=2", "?t=2024-03-21T04:31Z")
    ],
    "flight-with-slug": lambda world: [
        address + query for address in _each_flight(world, "flight-with-slug", "slug") for query in ("", "?preview=1")
    ],
    "flight-report": lambda world: [
        address + query for address in _each_flight(world, "flight-report") for query in ("", "?sent=1", "?rev=1")
    ],
    "flight-excluded": lambda world: _each_flight(world, "flight-excluded"),
    "aircraft": lambda world: _aircraft(world, "aircraft"),
    "language": lambda world: ["/language/"],
    "method": lambda world: ["/method/"],
    "healthz": lambda world: ["/healthz"],
    "robots": lambda world: ["/robots.txt"],
    "favicon": lambda world: ["/favicon.ico"],
    "api-index": lambda world: ["/api/v1/"],
    "api-flights": lambda world: _searches("api-flights"),
    "api-flight": lambda world: _each_flight(world, "api-flight"),
    "api-paths": _paths,
    "api-aircraft": lambda world: _aircraft(world, "api-aircraft"),
}  # fmt: skip

# What a flight's permalink answers, by state and by whether one belongs to the newsroom.
PERMALINK = {
    "draft": (404, 302),
    "dropped": (404, 302),
    "published": (200, 200),
    "withdrawn": (410, 410),
    "merged": (301, 301),
    "merged into a draft": (404, 302),
    "demonstration": (200, 200),
}
API = {state: 404 if status == 404 else status for state, (status, _staff) in PERMALINK.items()}


def url_patterns(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every pattern of the URL configuration with its whole route."""
    for pattern in patterns:
        route = before + _route(pattern)
        if isinstance(pattern, URLResolver):
            yield from url_patterns(pattern.url_patterns, route)
        else:
            yield route, pattern


def _route(pattern: URLPattern | URLResolver) -> str:
    text = str(pattern.pattern)
    return text if isinstance(pattern.pattern, RoutePattern) else text.removeprefix("^").removesuffix("$")


def answers(world: World, role: str, address: str, method: str = "get") -> tuple[int, str]:
    """Status, and everything sent: headers and the body, expanded, also as the text that bytes of a path hold."""
    response = getattr(world.clients[role], method)(address)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    match response.get("Content-Encoding"):
        case "gzip":
            body = gzip.decompress(body)
        case "br":
            body = brotli.decompress(body)
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return response.status_code, f"{headers}\n{body.decode('utf-8', 'replace')}"


def leaks(world: World, address: str, sent: str) -> list[str]:
    """The secrets in an answer; what stands in the address itself was known to who asked."""
    hidden = {pk: f"id of the flight: {state}" for state in ("draft", "dropped", "merged into a draft")
              for pk in [world.flights[state].pk]}  # fmt: skip
    secrets = {**SECRETS, **hidden}
    return [f"{what} in {address}" for word, what in secrets.items()
            if word.lower() in sent.lower() and word.lower() not in address.lower()]  # fmt: skip


def test_every_address_of_the_site_is_tried_here() -> None:
    names = [
        pattern.name for route, pattern in url_patterns(get_resolver().url_patterns) if not route.startswith("admin/")
    ]
    assert None not in names, "an address without a name cannot be tried"
    assert sorted(set(names)) == sorted(ADDRESSES)


@pytest.mark.parametrize("role", PUBLIC_ROLES)
def test_no_address_tells_the_public_a_secret(world: World, role: str) -> None:
    found = []
    for name, addresses in ADDRESSES.items():
        for address in addresses(world):
            status, sent = answers(world, role, address)
            assert status < 500, (name, address, status)
            found += leaks(world, address, sent)
    assert found == []


def test_the_headers_of_other_methods_tell_no_secret_either(world: World) -> None:
    for addresses in ADDRESSES.values():
        for address in addresses(world)[:8]:
            for method in ("head", "options", "post"):
                assert leaks(world, address, answers(world, "anonymous", address, method)[1]) == []


def test_a_search_for_a_secret_finds_nothing(world: World) -> None:
    for word in SECRETS:
        for role in ROLES:
            answer = world.clients[role].get(f"/api/v1/flights/?q={word}&demonstration=all")
            assert answer.json()["total"] == 0, word


def test_lists_and_api_show_the_newsroom_no_more_than_everybody(world: World) -> None:
    for name in ("corridor", "flights", "api-index", "api-flights", "api-flight", "api-aircraft", "method", "healthz"):
        for address in ADDRESSES[name](world):
            status, sent = answers(world, "staff", address)
            assert status == answers(world, "anonymous", address)[0]
            assert leaks(world, address, sent) == []


@pytest.mark.parametrize("state", PERMALINK)
@pytest.mark.parametrize("role", ROLES)
def test_a_permalink_answers_by_the_state_of_its_flight(world: World, state: str, role: str) -> None:
    flight = world.flights[state]
    expected = PERMALINK[state][role == "staff"]
    assert answers(world, role, f"/flights/{flight.pk}/")[0] == expected
    assert answers(world, role, f"/flights/{flight.pk}/slug/")[0] == expected
    assert answers(world, role, f"/flights/{flight.pk}/?preview=1")[0] == (200 if role == "staff" else 404)
    assert answers(world, role, f"/api/v1/flights/{flight.pk}/")[0] == API[state]
    public_path = {200: 200, 410: 410, 301: 410}.get(PERMALINK[state][0], 404)
    assert answers(world, role, f"/api/v1/paths/?f={flight.pk}.1")[0] == public_path
    for address in (f"/api/v1/paths/?preview={flight.pk}", f"/flights/{flight.pk}/excluded/"):
        assert answers(world, role, address)[0] == (200 if role == "staff" else 404)


@pytest.mark.parametrize("role", ROLES)
def test_an_aircraft_is_there_for_the_public_only_with_a_published_flight(world: World, role: str) -> None:
    for key, public in (("PUBREG", True), ("DEMO-1", True), ("DRFTREG", False), ("MERGEDREG", False),
                        ("WITHDRAWNREG", False)):  # fmt: skip
        page = answers(world, role, f"/aircraft/{key}/")[0]
        assert page == (200 if public or role == "staff" else 404), key
        assert answers(world, role, f"/api/v1/aircraft/{key}/")[0] == (200 if public else 404), key


def test_the_secrets_are_where_the_newsroom_finds_them_so_the_search_for_them_means_something(world: World) -> None:
    draft, published = (world.flights[state] for state in ("draft", "published"))
    preview = answers(world, "staff", f"/flights/{draft.pk}/?preview=1")[1]
    for word in ("Drafttitle", "DRAFTCALL", "DRFTREG", "d0af70", "Draftnote", "Draftpublisher", "Draftoperator",
                 "draftfile"):  # fmt: skip
        assert word in preview, word
    assert "Changedtitle" in answers(world, "staff", f"/flights/{published.pk}/?preview=1")[1]
    assert "Unpublishedcut" in answers(world, "staff", f"/flights/{published.pk}/excluded/")[1]
    page = answers(world, "anonymous", f"/flights/{published.pk}/")[1]
    assert all(word in page for word in PUBLISHED_WORDS)


def test_what_is_for_the_newsroom_is_kept_by_no_shared_cache(world: World) -> None:
    draft = world.flights["draft"]
    for address in (f"/flights/{draft.pk}/?preview=1", f"/flights/{draft.pk}/", "/aircraft/DRFTREG/",
                    "/aircraft/drftreg/", f"/api/v1/paths/?preview={draft.pk}",
                    f"/flights/{draft.pk}/excluded/"):  # fmt: skip
        response = world.clients["staff"].get(address)
        control = response.get("Cache-Control", "")
        assert "public" not in control, address
        assert "private" in control or "no-store" in control, address
        assert "Cookie" in response["Vary"], address


ADMIN_ARGUMENT = re.compile(r"<[^>]+>|\(\?P<[^>]+>[^)]*\)|\(\.\*\)")


@pytest.mark.parametrize("role", PUBLIC_ROLES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_newsrooms_own_pages_send_others_to_the_door(world: World, role: str, method: str) -> None:
    draft = world.flights["draft"]
    track = draft.tracks.get()
    arguments = [draft.pk, str(track.pk), str(track.track_file_id), "tracks", "1"]
    tried, found = 0, []
    for route, _pattern in url_patterns(get_resolver().url_patterns):
        if not route.startswith("admin/"):
            continue
        for argument in arguments:
            address = "/" + ADMIN_ARGUMENT.sub(argument, route).replace("\\", "")
            status, sent = answers(world, role, address, method)
            open_to_all = address in {"/admin/login/", "/admin/jsi18n/", "/admin/logout/"}
            assert status in {301, 302, 400, 403, 404, 405} or open_to_all, (address, status)
            found += leaks(world, address, sent)
            tried += 1
    assert tried > 100
    # The door greets whoever is logged in by name, and keeps where they wanted to go.
    assert found == []


def test_the_originals_are_served_at_no_address(world: World) -> None:
    file = world.flights["draft"].tracks.get().track_file
    settings.ORIGINALS_DIR.mkdir(parents=True, exist_ok=True)
    kept = settings.ORIGINALS_DIR / "probe.json"
    kept.write_text("Drafttitle")
    try:
        for address in ("/originals/probe.json", "/media/probe.json", "/static/probe.json",
                        "/static/../originals/probe.json", "/static/%2e%2e/originals/probe.json",
                        "/static/..%2foriginals/probe.json", f"/originals/{file.sha256}",
                        f"/{file.file.name}"):  # fmt: skip
            for role in ROLES:
                assert answers(world, role, address)[0] == 404, address
    finally:
        kept.unlink()


def test_a_source_of_a_draft_alone_is_not_named(world: World) -> None:
    assert Source.objects.filter(publisher="Draftpublisher").exists()
    for address in ADDRESSES["api-flights"](world):
        assert "Draftpublisher" not in answers(world, "anonymous", address)[1] or "Draftpublisher" in address
