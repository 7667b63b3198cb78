"""Playback in a real browser: backwards, fix by fix, event by event, in a loop, after an aircraft."""

import datetime
import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import archive
from tests.accessibility import barriers
from tests.browser_page import WatchedPage

# tests/archive.py: five fixes a minute apart, ten minutes of gap, five more; fixes at 04:30–04:34 and 04:44–04:48.
START = datetime.datetime(2024, 3, 21, 4, 30, tzinfo=datetime.UTC)


@pytest.fixture
def flight(transactional_db: None) -> str:
    """The id of an observed flight."""
    return archive.published(archive.observed_flight(START, aircraft=archive.antonov())).pk


def open_flight(page: Page, flight: str, query: str = "") -> Page:
    """The page with its path loaded."""
    page.goto(f"/flights/{flight}/{query}")
    page.wait_for_selector("html[data-ready=flight]")
    return page


def expect_clock(page: Page, start: str) -> None:
    """Wait until the time on the page begins so."""
    expect(page.locator("[data-transport-utc]")).to_have_text(re.compile(f"^2024-03-21 {re.escape(start)}"))


def expect_said(page: Page, words: str) -> None:
    """Wait until the page says this."""
    expect(page.locator("[data-map-notice]")).to_contain_text(words)


def test_keys_step_by_fix_and_by_event_and_the_page_says_where_they_lead(page: Page, flight: str) -> None:
    open_flight(page, flight)
    body = page.locator("body")
    body.press(".")
    expect_clock(page, "04:31:00")
    expect_said(page, "Fix 2 of 10: 2024-03-21 04:31:00 UTC")
    expect(page.locator("[data-said]")).to_contain_text("Fix of 2024-03-21 04:31:00 UTC")
    body.press("n")
    expect_said(page, "2024-03-21 04:34:00 UTC: Gap starts, 10 min")
    expect(page.locator("[data-said]")).to_contain_text("Fix of 2024-03-21 04:34:00 UTC")
    body.press("n")
    expect_said(page, "2024-03-21 04:44:00 UTC: Gap ends")
    expect(page.locator("[data-said]")).to_contain_text("Fix of 2024-03-21 04:44:00 UTC")
    body.press(",")
    expect_clock(page, "04:34:00")  # no fix in between
    page.get_by_role("button", name="Previous event").click()
    expect_clock(page, "04:30:00")
    body.press("p")
    expect_said(page, "No earlier event here.")
    page.locator("[data-playback-more] summary").click()
    page.get_by_role("button", name="Gap ends").click()
    expect_clock(page, "04:44:00")
    moment = page.get_by_label("Go to, UTC")
    expect(moment).to_have_value("2024-03-21 04:30:00")
    moment.fill("2024-03-21 04:32:30 UTC")
    moment.press("Enter")
    expect_clock(page, "04:32:30")


def test_a_copied_address_plays_backwards_in_the_loop_its_sender_marked(
    browser: Browser, live_server: LiveServer, flight: str
) -> None:
    with WatchedPage(browser, live_server.url, reduced_motion="reduce") as watched:
        page = open_flight(watched.page, flight, "?t=2024-03-21T04:31:00Z")
        body = page.locator("body")
        body.press("i")
        expect_said(page, "Loop starts at 2024-03-21 04:31:00 UTC; mark its end")
        body.press(".")
        body.press("o")
        expect_said(page, "Loop 2024-03-21 04:31:00 – 04:32:00 UTC, 1 min")
        body.press("r")
        expect(page.get_by_role("button", name="Run backwards").first).to_have_attribute("aria-pressed", "true")
        page.locator("[data-transport-rate]").select_option("30")
        expect(page).to_have_url(re.compile(r"loop=2024-03-21T04:31:00Z,2024-03-21T04:32:00Z"))
        address = page.url
    with WatchedPage(browser, live_server.url, reduced_motion="reduce") as watched:
        page = watched.page
        page.goto(address)
        page.wait_for_selector("html[data-ready=flight]")
        expect_clock(page, "04:32:00")
        # In steps of a second: from 04:32:00 to 04:31:00, and round.
        page.evaluate("""() => {
          window.seen = [];
          const shown = document.querySelector("[data-transport-utc]");
          new MutationObserver(() => window.seen.push(shown.textContent.slice(11))).observe(shown, { childList: true });
        }""")
        page.locator("body").press(" ")
        page.wait_for_function("() => window.seen.length >= 3")
        assert page.evaluate("window.seen.slice(0, 3)") == ["04:31:30", "04:31:00", "04:31:30"]
        page.locator("body").press("l")
        expect_said(page, "No loop any more")
        expect(page).not_to_have_url(re.compile("loop="))


def test_the_map_follows_the_aircraft_until_the_reader_drags_it(page: Page, flight: str) -> None:
    open_flight(page, flight)
    page.evaluate("() => document.getElementById('map').flightMap.setZoom(11, { animate: false })")
    follow = page.get_by_role("button", name="Follow the aircraft").first
    follow.click()
    expect_said(page, "Following RA-82030")
    expect(follow).to_have_attribute("aria-pressed", "true")
    for key in ("End", "Home"):
        page.locator("body").press(key)
        # The head's place, as the path has it, lies in the middle third of the map.
        minute = 18 if key == "End" else 0
        place = [43.3 - minute * 60 * 0.0008, 132.0 - minute * 60 * 0.001]
        page.wait_for_function(
            """(place) => {
              const map = document.getElementById("map").flightMap;
              const [at, size] = [map.latLngToContainerPoint(place), map.getSize()];
              return Math.abs(at.x - size.x / 2) <= size.x / 6 + 1 && Math.abs(at.y - size.y / 2) <= size.y / 6 + 1;
            }""",
            arg=place,
        )
    box = page.locator("#map").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7 - 80, box["y"] + 100, steps=4)
    page.mouse.up()
    expect_said(page, "No longer following")
    expect(follow).to_have_attribute("aria-pressed", "false")


def test_tools_that_do_not_arrive_are_said_and_playing_goes_on_without_them(
    browser: Browser, live_server: LiveServer, flight: str
) -> None:
    with WatchedPage(browser, live_server.url, reduced_motion="reduce") as watched:
        watched.expected = [r"ERR_FAILED"]
        page = watched.page
        tools = re.compile(r"/js/playback\.[0-9a-f]+\.js")
        said = page.locator("[data-corridor-notice]")
        page.route(tools, lambda route: route.abort())
        page.goto("/?from=2024-03-21T04:00:00Z&to=2024-03-21T05:30:00Z")
        expect(said).to_contain_text("could not be loaded")
        page.get_by_role("button", name="Play", exact=True).click()
        expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
        # Where the address asks for nothing, they are fetched at first use, and again at the next one.
        page.goto("/")
        page.keyboard.press("]")
        expect(said).to_contain_text("could not be loaded")
        page.unroute(tools)
        page.keyboard.press("]")
        expect(page.get_by_role("region", name="Chosen flight")).to_be_visible()
        expect(page.locator("[data-playback='follow']").first).to_have_attribute("aria-pressed", "false")
        page.keyboard.press("c")
        expect(page.locator("[data-playback='follow']").first).to_have_attribute("aria-pressed", "true")


def test_on_the_narrowest_phone_all_of_playback_is_at_hand_and_open_to_everybody(
    browser: Browser, live_server: LiveServer, flight: str
) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "bypass_csp": True}
    with WatchedPage(browser, live_server.url, reduced_motion="reduce", **phone) as watched:
        page = watched.page
        page.goto(f"/?flight={flight}")
        page.wait_for_selector("[data-transport]:not([hidden])")
        page.locator("[data-playback-more] summary").click()
        page.get_by_role("button", name="Next event").click()
        expect(page.locator("[data-corridor-notice]")).to_contain_text("Gap starts")
        for button in page.locator(".transport-panel button:visible").all():
            inside = button.bounding_box()
            assert inside
            assert inside["height"] >= 44
            assert inside["x"] >= 0
            assert inside["x"] + inside["width"] <= 360
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert barriers(page) == []
        page.keyboard.press("Escape")
        expect(page.locator(".transport-panel")).to_be_hidden()
