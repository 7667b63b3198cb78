"""The page of one flight in a real browser: what it shows at a moment, and what it never shows."""

import datetime
import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import archive
from tests.accessibility import barriers
from tests.browser_page import WatchedPage
from tracks.models import Flight, claim_values

# tests/archive.py: five fixes a minute apart, ten minutes of gap, five more; fixes at 04:30–04:34 and 04:44–04:48.
START = datetime.datetime(2024, 3, 21, 4, 30, tzinfo=datetime.UTC)
IN_GAP = "2024-03-21T04:39:00Z"
# How many pixels of a flight canvas are painted within 12 px of a place on the map.
PAINTED = """([name, lat, lon]) => {
  const canvas = document.querySelector(`.flight-canvas-${name}`);
  const map = document.getElementById("map").flightMap;
  const at = map.latLngToLayerPoint([lat, lon]).subtract(window.L.DomUtil.getPosition(canvas.parentElement));
  const ratio = canvas.width / parseFloat(canvas.style.width);
  const box = [(at.x - 12) * ratio, (at.y - 12) * ratio, 24 * ratio, 24 * ratio].map(Math.round);
  const { data } = canvas.getContext("2d").getImageData(...box);
  let painted = 0;
  for (let i = 3; i < data.length; i += 4) painted += data[i] > 60;
  return painted;
}"""


@dataclass
class Shown:
    """Ids of an observed, a reported and a simulated flight."""

    observed: str
    reported: str
    demonstration: str


@pytest.fixture
def shown(transactional_db: None) -> Shown:
    origin = claim_values.place_value(archive.vladivostok())
    country = claim_values.place_value(archive.north_korea())
    observed = archive.observed_flight(START, aircraft=archive.antonov(), facts={"origin": origin})
    reported = archive.reported_flight(archive.day_value(datetime.date(2018, 7, 9)), origin=origin, destination=country)
    demonstration = archive.demonstration_flight(START + datetime.timedelta(days=2000))
    ids = [archive.published(flight).pk for flight in (observed, reported, demonstration)]
    return Shown(*ids)


def place_at(minute: float) -> tuple[float, float]:
    """Latitude and longitude of the observed flight so many minutes after its start."""
    return 43.3 - minute * 60 * 0.0008, 132.0 - minute * 60 * 0.001


def painted(page: Page, canvas: str, minute: float) -> int:
    """Painted pixels around the flight's place of that minute."""
    return page.evaluate(PAINTED, [canvas, *place_at(minute)])


def wait_until_painted(page: Page, canvas: str, minute: float, least: int) -> None:
    """Wait until more than so many pixels are painted there."""
    page.wait_for_function(f"([least, ...args]) => ({PAINTED})(args) > least", arg=[least, canvas, *place_at(minute)])


def open_flight(page: Page, flight: str, query: str = "") -> Page:
    """The page with its path loaded."""
    page.goto(f"/flights/{flight}/{query}")
    page.wait_for_selector("html[data-ready=flight]")
    return page


def clock(page: Page) -> str:
    return page.locator("[data-transport-utc]").inner_text()


def expect_clock(page: Page, start: str) -> None:
    """Wait until the time on the page begins so."""
    expect(page.locator("[data-transport-utc]")).to_have_text(re.compile(f"^{re.escape(start)}"))


def test_a_permalink_opens_the_flight_at_its_moment(page: Page, shown: Shown) -> None:
    open_flight(page, shown.observed, "?t=2024-03-21T04:32:30Z")
    expect_clock(page, "2024-03-21 04:32:30")
    expect(page.locator("[data-transport-pyongyang]")).to_have_text("13:32")
    expect(page.locator("[data-transport-vladivostok]")).to_have_text("14:32")
    # The reading is that of the fix before, not of a time between fixes.
    expect(page.locator("[data-said]")).to_contain_text("Fix of 2024-03-21 04:32:00 UTC")
    expect(page.locator("[data-said]")).to_contain_text("30,000 ft · 9,144 m (pressure)")
    expect(page.locator("[data-said]")).to_contain_text("430 kt")
    wait_until_painted(page, "heads", 2.5, 50)
    assert painted(page, "heads", 15) == 0


@pytest.mark.parametrize("query", ["?t=yesterday", "?t=2024-13-45T99:99:99Z", "?t=", "?t=%00", "?t=1e999&rev=x"])
def test_a_malformed_moment_falls_back_to_the_beginning(page: Page, shown: Shown, query: str) -> None:
    open_flight(page, shown.observed, query)
    expect_clock(page, "2024-03-21 04:30:00")


def test_nothing_is_drawn_or_moves_across_a_gap_until_estimates_are_asked_for(page: Page, shown: Shown) -> None:
    open_flight(page, shown.observed, f"?t={IN_GAP}")
    expect(page.locator("[data-said]")).to_have_text("Not observed; last fix 2024-03-21 04:34:00 UTC")
    wait_until_painted(page, "trail", 2, 50)
    wait_until_painted(page, "heads", 4, 20)  # the cross at the last fix
    for minute in (6, 9, 12):
        for canvas in ("ground", "trail", "heads"):
            assert painted(page, canvas, minute) == 0
    page.get_by_label("Show estimates").check()
    expect(page.locator(".map-legend-method")).to_contain_text("great circle at constant speed")
    wait_until_painted(page, "heads", 9, 50)  # the hollow head
    assert painted(page, "trail", 6) + painted(page, "heads", 6) > 5
    assert painted(page, "heads", 12) == 0
    expect(page).to_have_url(re.compile(r"estimates=1"))
    page.get_by_label("Show estimates").uncheck()
    page.wait_for_function(f"(args) => ({PAINTED})(args) === 0", arg=["heads", *place_at(9)])


def test_play_moves_the_head_and_pause_keeps_the_moment_in_the_address(page: Page, shown: Shown) -> None:
    open_flight(page, shown.observed)
    page.locator("[data-transport-rate]").select_option("60")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => document.querySelector('[data-transport-utc]').textContent > '2024-03-21 04:31:30'")
    page.get_by_role("button", name="Pause").click()
    at = clock(page)
    expect(page).to_have_url(re.compile(r"t=2024-03-21T04:3\d:\d\dZ"))
    assert at > "2024-03-21 04:31:30"
    wait_until_painted(page, "trail", 1, 50)


def test_skip_gaps_jumps_over_the_time_without_data_and_says_so(page: Page, shown: Shown) -> None:
    open_flight(page, shown.observed, "?t=2024-03-21T04:33:58Z")
    page.get_by_label("Skip gaps").check()
    page.get_by_role("button", name="Play").click()
    expect(page.locator("[data-map-notice]")).to_have_text("Skipped 10 min without data")
    page.wait_for_function("() => document.querySelector('[data-transport-utc]').textContent >= '2024-03-21 04:44:00'")


def test_dragging_over_the_chart_moves_the_clock(page: Page, shown: Shown) -> None:
    open_flight(page, shown.observed)
    box = page.locator(".u-over").bounding_box()
    assert box
    page.mouse.move(box["x"] + 5, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40, steps=5)
    expect_clock(page, "2024-03-21 04:3")
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 40, steps=5)
    page.mouse.up()
    expect(page.locator("[data-transport-utc]")).to_have_text(re.compile("^2024-03-21 04:4(5:[345]|6:)"))


def test_keys_play_and_step(page: Page, shown: Shown) -> None:
    open_flight(page, shown.observed)
    page.locator("body").press("ArrowRight")
    expect_clock(page, "2024-03-21 04:30:10")
    page.locator("body").press("Shift+ArrowRight")
    expect_clock(page, "2024-03-21 04:31:50")
    page.locator("body").press("End")
    expect_clock(page, "2024-03-21 04:48:00")
    page.locator("body").press("Home")
    page.locator("body").press(" ")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.locator("body").press(" ")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_the_table_has_every_fix_and_the_gap_and_leads_the_clock(page: Page, shown: Shown) -> None:
    open_flight(page, shown.observed)
    rows = page.locator(".fix-table tbody tr")
    expect(rows).to_have_count(11)
    first = rows.nth(0).locator("th, td").all_inner_texts()
    assert first[:4] == ["2024-03-21 04:30:00", "43.30000", "132.00000", "–"]  # its altitude is unknown
    assert first[4:6] == ["430 kt", "222°"]
    assert first[7:] == ["ADS-B", "observed"]
    expect(rows.nth(5)).to_contain_text("Gap of 10 min, ")
    page.get_by_role("button", name="2024-03-21 04:45:00").click()
    expect_clock(page, "2024-03-21 04:45:00")
    expect(page.locator(".fix-table tr[aria-current]")).to_contain_text("04:45:00")
    # Its columns sort; gaps stand in the order of time only, and what is unknown comes last.
    page.get_by_role("button", name="Altitude").click()
    expect(rows).to_have_count(10)
    expect(rows.last).to_contain_text("04:30:00")
    expect(page.get_by_role("columnheader", name="Altitude")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("button", name="Time (UTC)").click()
    page.get_by_role("button", name="Time (UTC)").click()
    expect(rows.first).to_contain_text("04:48:00")


def test_of_a_long_table_only_the_rows_in_sight_are_in_the_page(page: Page, transactional_db: None) -> None:
    flight = archive.published(archive.observed_flight(START, aircraft=archive.antonov(), fixes=600))
    open_flight(page, flight.pk, "?t=2024-03-21T09:00:00Z")
    frame, rows = page.locator(".fix-table-frame"), page.locator(".fix-table tr[data-row]")
    expect(page.locator(".fix-table")).to_have_attribute("aria-rowcount", "1202")  # 1,200 fixes, a gap, the head
    current = page.locator(".fix-table tr[aria-current]")
    expect(current).to_contain_text("09:00:00")
    expect(current).to_have_attribute("aria-rowindex", "272")  # 270 minutes after the first, below the head
    place = "(row) => (row.getBoundingClientRect().top - row.closest('.fix-table-frame').getBoundingClientRect().top)"
    opened_at = current.evaluate(place)
    assert 0 < opened_at < 200, "it is in sight"
    # Rows that come and go above those in sight do not move them.
    still = """async (frame) => {
      for (let n = 0; n < 12; n += 1) {
        frame.scrollTop += 300;
        await new Promise(requestAnimationFrame);
      }
      return frame.scrollTop;
    }"""
    before = frame.evaluate("(frame) => frame.scrollTop")
    assert frame.evaluate(still) == pytest.approx(before + 3600, abs=2)
    for end, said in (("0", "2024-03-21 04:30:00"), ("frame.scrollHeight", "2024-03-22 00:37:00")):
        frame.evaluate(f"(frame) => {{ frame.scrollTop = {end}; }}")
        expect(rows.filter(has_text=said)).to_have_count(1)
        assert rows.count() < 120
    # A keyboard comes into the rows once and out again; arrows lead from row to row.
    expect(page.locator(".fix-go[tabindex='0']")).to_have_count(1)
    rows.get_by_role("button", name="2024-03-22 00:37:00").focus()
    for key, said in (
        ("Home", "2024-03-21 04:30:00"),
        ("ArrowDown", "2024-03-21 04:31:00"),
        ("End", "2024-03-22 00:38:00"),
    ):
        page.keyboard.press(key)
        expect(rows.get_by_role("button", name=said)).to_be_focused()
    page.keyboard.press("Tab")
    assert frame.evaluate("(frame) => !frame.contains(document.activeElement)")
    page.get_by_role("button", name="At the time on the map").click()
    expect(current).to_contain_text("09:00:00")
    assert current.evaluate(place) == pytest.approx(opened_at, abs=2)


def test_nothing_moves_below_the_reading_whatever_it_says(page: Page, shown: Shown) -> None:
    open_flight(page, shown.observed, "?t=2024-03-21T04:31:00Z")
    said, chart = page.locator("[data-said]"), page.locator(".flight-chart-plot")
    top = "(plot) => plot.getBoundingClientRect().top + scrollY"
    for width in (360, 480, 700, 900, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        page.mouse.move(0, 0)
        expect(said).to_contain_text("Fix of")
        before = chart.evaluate(top)
        page.locator("[data-gap]").first.hover()
        expect(said).to_contain_text("Not observed; last fix")
        assert chart.evaluate(top) == pytest.approx(before, abs=0.5), width


def test_a_moment_pointed_at_anywhere_shows_everywhere(page: Page, shown: Shown) -> None:
    page.set_viewport_size({"width": 1280, "height": 2200})  # all of it in sight: nothing scrolls between two moves
    open_flight(page, shown.observed, "?t=2024-03-21T04:31:00Z")
    ring, line = page.locator("path.hover-time"), page.locator(".chart-pointed")
    row = page.locator(".fix-table tr.is-hovered")
    reading = page.locator("[data-said]")
    # The table points at the map, the chart and the reading.
    page.locator(".fix-table tr", has_text="04:46:00").hover()
    expect(ring).to_have_count(1)
    expect(line).to_have_text("04:46:00 UTC · 13:46 Pyongyang · 14:46 Vladivostok")
    expect(reading).to_contain_text("04:46:00")
    # A gap of the list points at its row in the table, and at no place.
    page.locator("[data-gap]").first.hover()
    expect(row).to_contain_text("Gap of 10 min")
    expect(ring).to_have_count(0)
    expect(reading).to_contain_text("Not observed")
    # The map points at the table; a click brings the clock there.
    spot = page.evaluate(
        """([lat, lon]) => {
          const map = document.getElementById("map").flightMap;
          const { x, y } = map.latLngToContainerPoint([lat, lon]);
          return { x, y };
        }""",
        place_at(17),
    )
    page.locator("#map").hover(position=spot)
    expect(row).to_contain_text(re.compile("04:4[67]:"))
    page.locator("#map").click(position=spot)
    page.wait_for_function("document.querySelector('[data-transport-utc]').textContent.includes('04:4')")
    # In one leap from the map to the gap: what is left last does not take back what was pointed at first.
    page.locator("[data-gap]").first.hover()
    expect(row).to_contain_text("Gap of 10 min")
    page.mouse.move(0, 0)
    expect(line).to_be_hidden()
    expect(row).to_have_count(0)


def test_the_facts_gaps_and_originals_are_there_without_javascript(
    browser: Browser, live_server: LiveServer, shown: Shown
) -> None:
    original = Flight.objects.get(pk=shown.observed).tracks.get().track_file
    with WatchedPage(browser, live_server.url, java_script_enabled=False) as watched:
        watched.page.goto(f"/flights/{shown.observed}/")
        content = watched.page.locator("main").inner_text()
    for words in ("RA-82030", "Vladivostok International (UHWW)", "decided by a curator", "10 min", "120 km (65 NM)"):
        assert words in content
    for words in ("open: not seen again", original.sha256, "CC BY 4.0", "A receiver's owner"):
        assert words in content


def test_a_reported_flight_has_a_dotted_bow_and_a_patch_and_nothing_that_moves(page: Page, shown: Shown) -> None:
    page.goto(f"/flights/{shown.reported}/")
    expect(page.locator("path.reported-arc")).to_have_count(1)
    expect(page.locator("path.reported-patch")).to_have_count(1)
    expect(page.locator("path.reported-end")).to_have_count(1)
    dashes = page.locator("path.reported-arc").evaluate("(path) => getComputedStyle(path).strokeDasharray")
    assert dashes.startswith("0.1px")
    expect(page.get_by_text("No positions are known.")).to_be_visible()
    expect(page.locator("[data-transport]")).to_have_count(0)
    expect(page.locator(".flight-canvas-heads")).to_have_count(0)
    expect(page.locator(".badge-reported").first).to_have_text("reported")


def test_a_demonstration_says_so_in_its_head_in_its_map_and_to_search_engines(page: Page, shown: Shown) -> None:
    response = page.goto(f"/flights/{shown.demonstration}/")
    assert response
    assert response.headers["x-robots-tag"] == "noindex"
    page.wait_for_selector("html[data-ready=flight]")
    expect(page.locator("meta[name=robots]")).to_have_attribute("content", "noindex")
    expect(page.locator("#demonstration")).to_contain_text("no such flight took place")
    expect(page.locator(".flight-head .badge-demonstration")).to_be_visible()
    watermark = page.locator("#map canvas.map-watermark")
    expect(watermark).to_be_visible()
    alphas = "c.getContext('2d').getImageData(0, 0, c.width, c.height).data.filter((value, i) => i % 4 === 3 && value)"
    assert watermark.evaluate(f"(c) => {alphas}.length") > 2000


def test_a_copied_link_shows_a_colleague_the_same_moment(
    browser: Browser, live_server: LiveServer, shown: Shown
) -> None:
    with WatchedPage(browser, live_server.url, permissions=["clipboard-read", "clipboard-write"]) as watched:
        page = open_flight(watched.page, shown.observed, "?t=2024-03-21T04:45:20Z")
        page.get_by_label("Show estimates").check()
        page.get_by_role("button", name="Copy link to this moment").click()
        expect(page.locator("[data-share-said]")).to_have_text("Link copied")
        link = page.evaluate("navigator.clipboard.readText()")
    with WatchedPage(browser, live_server.url) as watched:
        watched.page.goto(link)
        watched.page.wait_for_selector("html[data-ready=flight]")
        expect_clock(watched.page, "2024-03-21 04:45:20")
        assert watched.page.get_by_label("Show estimates").is_checked()


def test_zooming_and_dragging_keep_the_path_where_it_is_on_the_earth(page: Page, shown: Shown) -> None:
    open_flight(page, shown.observed, "?t=2024-03-21T04:46:00Z")
    for move in ("map.setZoom(map.getZoom() + 1, { animate: false })", "map.panBy([60, -40], { animate: false })"):
        page.evaluate(f"() => {{ const map = document.getElementById('map').flightMap; {move}; }}")
        wait_until_painted(page, "trail", 15, 40)
        wait_until_painted(page, "heads", 16, 40)
        assert painted(page, "trail", 9) == 0


def test_a_path_damaged_on_its_way_is_said_and_not_drawn(watched_page: WatchedPage, shown: Shown) -> None:
    page = watched_page.page
    watched_page.expected.append("the paths arrived damaged or cut off")

    def damage(route: Any) -> None:
        answer = route.fetch()
        body = bytearray(answer.body())
        body[len(body) // 2] ^= 1
        route.fulfill(status=200, content_type="application/octet-stream", body=bytes(body))

    page.route("**/api/v1/paths/**", damage)
    page.goto(f"/flights/{shown.observed}/")
    expect(page.locator("[data-map-notice]")).to_contain_text("The path could not be loaded")
    expect(page.locator("[data-transport]")).to_be_hidden()


@pytest.mark.parametrize("name", ["observed", "reported", "demonstration"])
def test_the_page_meets_wcag(browser: Browser, live_server: LiveServer, shown: Shown, name: str) -> None:
    with WatchedPage(browser, live_server.url, bypass_csp=True) as watched:
        page = watched.page
        page.goto(f"/flights/{getattr(shown, name)}/")
        page.wait_for_selector(".map-legend")
        if name != "reported":
            page.wait_for_selector("html[data-ready=flight]")
        assert barriers(page) == []


def test_a_phone_shows_everything_without_sideways_scrolling(
    browser: Browser, live_server: LiveServer, shown: Shown
) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with WatchedPage(browser, live_server.url, **phone) as watched:
        page = open_flight(watched.page, shown.observed)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        map_box = page.locator("#map").bounding_box()
        assert map_box
        assert map_box["height"] >= 0.5 * 844
        assert not page.locator(".map-legend").evaluate("(legend) => legend.open")
        play = page.get_by_role("button", name="Play").bounding_box()
        assert play
        assert play["height"] >= 44
