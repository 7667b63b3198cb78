"""The list of flights and the page of an aircraft in a real browser, with and without scripts."""

import datetime
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import archive
from tests.accessibility import barriers
from tests.browser_page import WatchedPage
from tracks.models import AircraftIdentity, Sanction, claim_values
from tracks.views import flights as views

START = datetime.datetime(2024, 3, 21, 4, 30, tzinfo=datetime.UTC)


@pytest.fixture
def plain_page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page of a reader without scripts."""
    with WatchedPage(browser, live_server.url, java_script_enabled=False) as watched:
        yield watched.page


@pytest.fixture
def flights(transactional_db: None) -> dict[str, str]:
    """A seen flight, a report to the day with a presumed zone, one without a date."""
    to_pyongyang = {"destination": claim_values.place_value(archive.pyongyang())}
    country = claim_values.place_value(archive.north_korea())
    day = archive.day_value(datetime.date(2018, 7, 9), archive.KST, "presumed")
    seen = archive.observed_flight(START, aircraft=archive.antonov(), facts=to_pyongyang)
    return {
        "seen": archive.published(seen).pk,
        "reported": archive.published(archive.reported_flight(day, destination=country)).pk,
        "undated": archive.published(archive.reported_flight(None, destination=country)).pk,
    }


def expect_rows(page: Page, *ids: str) -> None:
    """Wait until these flights are listed, from above."""
    rows = page.locator("tr[data-flight]")
    expect(rows).to_have_count(len(ids))
    for n, flight in enumerate(ids):
        expect(rows.nth(n)).to_have_attribute("data-flight", flight)


def test_the_list_works_without_scripts(plain_page: Page, flights: dict[str, str]) -> None:
    plain_page.goto("/flights/")
    expect_rows(plain_page, flights["seen"], flights["reported"], flights["undated"])
    seen = plain_page.locator(f"tr[data-flight='{flights['seen']}']")
    expect(seen).to_contain_text(re.compile(r"2024-03-21 04:30\s*–\s*04:48 UTC"))
    expect(seen.locator(".badge-observed")).to_be_visible()
    expect(plain_page.locator(f"tr[data-flight='{flights['reported']}']")).to_contain_text("zone presumed")
    expect(plain_page.locator(f"tr[data-flight='{flights['undated']}']")).to_contain_text("date unknown")
    plain_page.get_by_role("searchbox").fill("RA-82030")
    plain_page.get_by_role("button", name="Search").click()
    expect_rows(plain_page, flights["seen"])
    plain_page.locator("tr[data-flight] a").first.click()
    expect(plain_page.locator("h1")).to_contain_text("RA-82030")


def test_an_empty_list_says_which_condition_to_leave_out(plain_page: Page, flights: dict[str, str]) -> None:
    plain_page.goto("/flights/?aircraft=RA-82030&class=reported")
    panel = plain_page.locator(".flights-empty")
    expect(panel).to_contain_text("without “Class”: 1 flight")
    expect(panel).to_contain_text("does not mean that it did not take place")
    panel.get_by_role("link", name="without “Aircraft”: 2 flights").click()
    expect_rows(plain_page, flights["reported"], flights["undated"])


def test_an_unreadable_date_is_explained_beside_its_field_and_the_rest_holds(
    plain_page: Page, flights: dict[str, str]
) -> None:
    plain_page.goto("/flights/?from=2024-13&class=observed")
    expect(plain_page.locator(".field-error")).to_contain_text("Write a date as 2024")
    expect_rows(plain_page, flights["seen"])


def test_an_archive_without_flights_says_so(plain_page: Page, transactional_db: None) -> None:
    plain_page.goto("/flights/")
    expect(plain_page.locator(".flights-empty")).to_contain_text("Nothing is published in this archive yet.")


def test_pages_keep_the_filters(plain_page: Page, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    destination = claim_values.place_value(archive.pyongyang())
    for day in range(3):
        date = datetime.date(2018, 1, 1) + datetime.timedelta(days=day)
        archive.published(archive.reported_flight(archive.day_value(date), destination=destination))
    plain_page.goto("/flights/?class=reported")
    expect(plain_page.locator("tr[data-flight]")).to_have_count(2)
    expect(plain_page.locator(".pages")).to_contain_text("Page 1 of 2")
    plain_page.get_by_role("link", name="Older").click()
    expect(plain_page.locator("tr[data-flight]")).to_have_count(1)
    assert parse_qs(urlsplit(plain_page.url).query) == {"class": ["reported"], "page": ["2"]}


def test_with_scripts_the_address_of_a_search_holds_no_empty_fields(page: Page, flights: dict[str, str]) -> None:
    page.goto("/flights/")
    page.get_by_role("searchbox").fill("An-124")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url(re.compile(r"/flights/\?q=An-124$"))
    page.locator(".flights-filters summary").click()
    page.get_by_label("Class").select_option("observed")
    page.wait_for_url(re.compile(r"/flights/\?q=An-124&class=observed$"))
    expect_rows(page, flights["seen"])


def test_the_list_leads_to_the_same_flights_on_the_map(page: Page, flights: dict[str, str]) -> None:
    page.goto("/flights/?aircraft=RA-82030")
    page.get_by_role("link", name="Show them on the map").click()
    expect(page.locator("[data-corridor-chips]")).to_contain_text("RA-82030")
    expect(page.locator(f".flight-entry[data-flight='{flights['seen']}']")).to_be_visible()


def test_an_aircraft_shows_claims_sanctions_and_flights(page: Page, flights: dict[str, str]) -> None:
    antonov = archive.antonov()
    AircraftIdentity.objects.create(
        aircraft=antonov,
        field="icao24",
        value="15406e",
        basis="source",
        basis_note="community database",
        source=archive.source(),
    )
    Sanction.objects.create(
        operator=antonov.operator, scope="operator", authority="US Department of State", programme="E.O. 14024",
        valid_from=datetime.date(2024, 1, 11), date_text="2024-01-11", source=archive.source("Willkie"),
    )  # fmt: skip
    page.goto("/aircraft/RA-82030/")
    expect(page.locator("h1")).to_have_text("RA-82030")
    expect(page.get_by_role("region", name="Claims on the identity")).to_contain_text("community database")
    expect(page.locator(".sanctions")).to_contain_text("the operator")
    expect(page.locator(".sanctions")).to_contain_text("2024-01-11")
    expect_rows(page, flights["seen"])
    bar = page.locator(".lane-bar")
    expect(bar).to_have_attribute("aria-label", re.compile("observed"))
    box = bar.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("tr[data-flight]")).to_have_class(re.compile("is-selected"))
    expect(page.get_by_role("slider", name="Time on the map")).to_have_count(0)


def test_the_wheel_over_an_aircrafts_lane_scrolls_the_page(page: Page, flights: dict[str, str]) -> None:
    page.set_viewport_size({"width": 900, "height": 420})
    page.goto("/aircraft/RA-82030/")
    shown = page.locator(".overview-handle-start").get_attribute("aria-valuetext")
    box = page.locator(".timeline-scroll").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    page.mouse.wheel(0, 200)
    page.wait_for_function("() => scrollY > 0")
    assert page.locator(".overview-handle-start").get_attribute("aria-valuetext") == shown


def test_the_page_of_an_aircraft_works_without_scripts(plain_page: Page, flights: dict[str, str]) -> None:
    plain_page.goto("/aircraft/RA-82030/")
    expect_rows(plain_page, flights["seen"])
    expect(plain_page.locator("[data-aircraft-timeline]")).to_be_hidden()
    expect(plain_page.locator("main")).to_contain_text(
        "This archive knows of none. That is no statement that there is none."
    )


def test_without_scripts_the_map_leads_to_the_list(plain_page: Page, flights: dict[str, str]) -> None:
    plain_page.goto("/")
    plain_page.get_by_role("link", name="list of flights").click()
    expect(plain_page.locator("tr[data-flight]")).to_have_count(3)


@pytest.mark.parametrize(
    "path",
    [
        "/flights/?class=observed",
        "/flights/?aircraft=nobody",
        "/aircraft/RA-82030/",
        "/method/",
        "/flights/{seen}/report/",
    ],
)
@pytest.mark.parametrize("width", [390, 1280])
def test_no_barrier_is_found_by_axe_and_nothing_is_wider_than_the_screen(
    browser: Browser, live_server: LiveServer, flights: dict[str, str], path: str, width: int
) -> None:
    options = {"viewport": {"width": width, "height": 844}, "bypass_csp": True}
    with WatchedPage(browser, live_server.url, **options) as watched:
        page = watched.page
        page.goto(path.format(**flights))
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert barriers(page) == []
