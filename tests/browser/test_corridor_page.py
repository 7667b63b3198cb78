"""The corridor map in a real browser: what a reader sees, presses and shares."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, FloatRect, Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from tests import archive
from tests.accessibility import barriers
from tests.browser_page import WatchedPage
from tracks.models import claim_values

START = datetime.datetime(2024, 3, 21, 4, 30, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
# Whether anything is painted on the canvas of the moving heads.
HEADS = """() => {
  const canvas = document.querySelector(".flight-canvas-heads");
  if (!canvas?.width) return false;
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value);
}"""


@dataclass
class Shown:
    """The flights of the archive: two observed legs of one aircraft, reports, one of them without a date."""

    outbound: str
    inbound: str
    reported: str
    undated: str


@pytest.fixture
def shown(transactional_db: None) -> Shown:
    antonov = archive.antonov()
    ends = {
        "origin": claim_values.place_value(archive.vladivostok()),
        "destination": claim_values.place_value(archive.pyongyang()),
    }
    back = {"origin": ends["destination"], "destination": ends["origin"]}
    country = claim_values.place_value(archive.north_korea())
    day = archive.day_value(datetime.date(2018, 7, 9))
    report = archive.reported_flight(day, origin=ends["origin"], destination=country)
    undated = archive.reported_flight(None, origin=ends["origin"], destination=country)
    return Shown(
        outbound=archive.published(archive.observed_flight(START, aircraft=antonov, facts=ends)).pk,
        inbound=archive.published(archive.observed_flight(START + 6 * HOUR, aircraft=antonov, facts=back)).pk,
        reported=archive.published(report).pk,
        undated=archive.published(undated).pk,
    )


def clock(page: Page) -> str:
    """The time on the map, UTC."""
    return page.locator("[data-transport-utc]").inner_text()


def expect_playing(page: Page, yes: bool = True) -> None:
    """Wait until it plays, or until it does not."""
    transport = expect(page.locator("[data-transport]"))
    (transport.to_contain_class if yes else transport.not_to_contain_class)("is-playing")


def expect_clock(page: Page, start: str) -> None:
    """Wait until the time on the map begins so."""
    expect(page.locator("[data-transport-utc]")).to_have_text(re.compile(f"^{re.escape(start)}"))


def wait_until_loaded(page: Page) -> None:
    """The paths are here: a head is on the map."""
    page.wait_for_function(HEADS)


@pytest.fixture
def still_page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page of a reader who prefers reduced motion: nothing plays by itself, nothing glides."""
    with WatchedPage(browser, live_server.url, reduced_motion="reduce") as watched:
        yield watched.page


SHIFTS = """window.shifted = 0;
new PerformanceObserver((list) => {
  for (const { value } of list.getEntries()) window.shifted += value;
}).observe({ type: "layout-shift", buffered: true });"""


def test_aircraft_move_as_soon_as_the_page_is_open_and_nothing_shifts(page: Page, shown: Shown) -> None:
    page.add_init_script(SHIFTS)
    page.goto("/")
    wait_until_loaded(page)
    before = clock(page)
    assert before.startswith("2024-03-21 04:3")
    expect(page.locator("[data-transport-utc]")).not_to_have_text(before)
    expect_playing(page)
    assert page.evaluate("() => window.shifted") < 0.01


def test_nothing_plays_by_itself_for_a_reader_who_prefers_reduced_motion(still_page: Page, shown: Shown) -> None:
    still_page.goto("/")
    wait_until_loaded(still_page)
    expect_clock(still_page, "2024-03-21 04:30:00")
    expect_playing(still_page, False)


def test_while_it_plays_the_lanes_are_not_drawn_again(page: Page, shown: Shown) -> None:
    page.goto("/")
    wait_until_loaded(page)
    page.evaluate("""() => {
      window.drawn = 0;
      const clear = CanvasRenderingContext2D.prototype.clearRect;
      CanvasRenderingContext2D.prototype.clearRect = function (...box) {
        if (this.canvas.matches(".timeline-canvas, .timeline-axis-canvas, .overview-canvas")) window.drawn += 1;
        return clear.apply(this, box);
      };
    }""")
    before = page.locator(".timeline-playhead").get_attribute("style")
    page.evaluate("""async () => {
      for (let n = 0; n < 30; n += 1) await new Promise(requestAnimationFrame);
    }""")
    expect_playing(page)
    expect(page.locator(".timeline-playhead")).not_to_have_attribute("style", before or "")
    assert page.evaluate("window.drawn") == 0


def test_the_address_stays_plain_until_the_reader_does_something(page: Page, shown: Shown) -> None:
    page.goto("/")
    wait_until_loaded(page)
    assert page.url.endswith("/")
    page.keyboard.press("Space")
    page.wait_for_url(re.compile(r"\?from=2024-03-21T.*&to=2024-03-21T.*&t=2024-03-21T"))


def test_a_copied_address_opens_what_its_sender_saw(still_page: Page, shown: Shown) -> None:
    still_page.goto(
        f"/?from=2024-03-21T03:00:00Z&to=2024-03-21T06:00:00Z&t=2024-03-21T04:32:10Z&speed=60"
        f"&flight={shown.outbound}&view=42.5,131,7&estimates=1&aircraft=RA-82030"
    )
    wait_until_loaded(still_page)
    expect_clock(still_page, "2024-03-21 04:32:10")
    expect(still_page.locator("[data-transport-rate]")).to_have_value("60")
    expect(still_page.locator("[data-corridor-card]")).to_contain_text("RA-82030")
    expect(still_page.locator("[data-corridor-chips]")).to_contain_text("RA-82030")
    expect(still_page.get_by_label("Show estimates")).to_be_checked()
    expect(still_page.locator(".timeline-range")).to_have_text("2024-03-21 03:00–06:00 UTC")
    still_page.keyboard.press("ArrowRight")
    still_page.wait_for_url(re.compile(r"view=42\.5\d*,131(\.0\d*)?,7\b"))
    assert {"estimates=1", "speed=60"} <= set(urlsplit(still_page.url).query.split("&"))


@pytest.mark.parametrize(
    "query",
    [
        "?from=yesterday&to=tomorrow&t=now&speed=fast&flight=../admin&view=north&class=proven&direction=up&estimates=maybe",
        "?from=2024-03-22&to=2024-03-20&t=9999-99-99&speed=1e9&view=91,181,99",
        "?t=%E0%A4%A&from=%00&to=%00&q=%00&aircraft=%F0%9F%9B%A9&speed=NaN&sanctioned=toString",
        "?__proto__[x]=1&constructor=1&flight=zzzzzzzz&speed=-5",
    ],
)
def test_a_malformed_address_falls_back_and_breaks_nothing(still_page: Page, shown: Shown, query: str) -> None:
    still_page.goto(f"/{query}")
    expect(still_page.locator(".timeline-range")).to_contain_text("2024-03-21")
    expect_clock(still_page, "2024-03-21 04:30")
    expect(still_page.locator("[data-transport-rate]")).to_have_value("300")


def test_keys_play_walk_from_flight_to_flight_and_help(still_page: Page, shown: Shown) -> None:
    still_page.goto("/")
    wait_until_loaded(still_page)
    card = still_page.locator("[data-corridor-card]")
    still_page.keyboard.press("]")
    expect(card).to_contain_text("Vladivostok → Pyongyang")
    still_page.keyboard.press("]")
    expect(card).to_contain_text("Pyongyang → Vladivostok")
    expect_clock(still_page, "2024-03-21 10:30:00")
    still_page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    still_page.keyboard.press("?")
    expect(still_page.get_by_role("dialog")).to_contain_text("previous, next flight")
    still_page.keyboard.press("Escape")
    expect(still_page.get_by_role("dialog")).to_be_hidden()
    still_page.keyboard.press("Space")
    expect_playing(still_page)


def test_a_key_pressed_before_the_browser_takes_the_focus_from_the_closed_help_is_the_pages(
    still_page: Page, shown: Shown
) -> None:
    still_page.goto("/")
    wait_until_loaded(still_page)
    still_page.keyboard.press("?")
    expect(still_page.get_by_role("dialog")).to_be_visible()
    focused = still_page.evaluate("""() => {
      document.querySelector("dialog").close();
      const focused = document.activeElement;
      focused.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true, cancelable: true }));
      return focused.tagName;
    }""")
    assert focused == "INPUT", "the focus left at once: the test has nothing to show"
    expect_playing(still_page)


def test_lanes_are_walked_by_keyboard_and_each_bar_says_what_it_is(still_page: Page, shown: Shown) -> None:
    still_page.goto("/")
    wait_until_loaded(still_page)
    bars = still_page.locator(".lane-bar")
    expect(bars).to_have_count(2)
    expect(still_page.locator(".lane-bar[tabindex='0']")).to_have_count(1)
    bars.first.focus()
    label = bars.first.get_attribute("aria-label") or ""
    assert label.startswith("RA-82030, Vladivostok to Pyongyang, observed, 21 March 2024 04:30–04:48 UTC, 2 gaps")
    grid = still_page.get_by_role("grid", name="Flights by aircraft")
    expect(grid).to_have_attribute("aria-rowcount", "1")
    expect(grid).to_have_attribute("aria-colcount", "4")  # the aircraft, two flights, those without a date
    expect(grid.get_by_role("row").get_by_role("gridcell").nth(1)).to_have_attribute("aria-colindex", "3")
    still_page.keyboard.press("ArrowRight")
    expect(bars.nth(1)).to_be_focused()
    still_page.keyboard.press("Control+Home")
    expect(bars.first).to_be_focused()
    still_page.keyboard.press("Enter")
    expect(bars.first).to_have_attribute("aria-pressed", "true")
    expect(still_page.locator("[data-corridor-card]")).to_be_visible()
    still_page.keyboard.press("f")
    expect(still_page.locator(".timeline-range")).to_contain_text("2024-03-21 04:")
    still_page.wait_for_url(re.compile(r"from=2024-03-21T04:"))


def test_walking_past_the_edge_of_the_window_moves_it(still_page: Page, shown: Shown) -> None:
    still_page.goto("/?from=2024-03-21T04:00:00Z&to=2024-03-21T06:00:00Z")
    wait_until_loaded(still_page)
    expect(still_page.locator(".lane-bar")).to_have_count(1)
    still_page.locator(".lane-bar").focus()
    still_page.keyboard.press("ArrowRight")
    expect(still_page.locator(f".lane-bar[data-flight='{shown.inbound}']")).to_be_focused()
    expect(still_page.locator(".timeline-range")).to_have_text(re.compile(r"2024-03-21 09:.*–11:"))


def box_of(page: Page, selector: str) -> FloatRect:
    """Where something is on the screen."""
    box = page.locator(selector).bounding_box()
    assert box
    return box


def bar_middle(page: Page, flight: str) -> tuple[float, float]:
    """The middle of a flight's bar on the screen."""
    box = box_of(page, f".lane-bar[data-flight='{flight}']")
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_pointing_at_a_bar_points_at_the_flight_everywhere(still_page: Page, shown: Shown) -> None:
    still_page.goto("/")
    wait_until_loaded(still_page)
    still_page.mouse.move(*bar_middle(still_page, shown.inbound))
    tip = still_page.locator(".timeline-tip")
    expect(tip).to_contain_text("Pyongyang → Vladivostok")
    expect(tip).to_contain_text(re.compile(r"2024-03-21 10:\d\d UTC · 19:\d\d KST · 20:\d\d VLAT"))
    expect(still_page.locator(f".flight-entry[data-flight='{shown.inbound}']")).to_have_class(re.compile("is-hovered"))
    still_page.mouse.move(5, 5)
    expect(tip).to_be_hidden()
    expect(still_page.locator(".is-hovered")).to_have_count(0)


def test_a_click_chooses_a_double_click_fits(still_page: Page, shown: Shown) -> None:
    still_page.goto("/")
    wait_until_loaded(still_page)
    still_page.mouse.click(*bar_middle(still_page, shown.inbound))
    entry = still_page.locator(f".flight-entry[data-flight='{shown.inbound}']")
    expect(entry).to_have_attribute("aria-pressed", "true")
    expect_clock(still_page, "2024-03-21 10:30:00")
    wide = still_page.locator(".timeline-range").inner_text()
    still_page.mouse.dblclick(*bar_middle(still_page, shown.inbound))
    expect(still_page.locator(".timeline-range")).not_to_have_text(wide)
    still_page.wait_for_function(
        "(id) => document.querySelector(`.lane-bar[data-flight='${id}']`).getBoundingClientRect().width > 300",
        arg=shown.inbound,
    )


def test_the_wheel_zooms_around_the_pointer_and_a_drag_moves_the_window(still_page: Page, shown: Shown) -> None:
    still_page.goto("/")
    wait_until_loaded(still_page)
    x, y = bar_middle(still_page, shown.outbound)
    still_page.mouse.move(x, y)
    before = still_page.locator(".timeline-range").inner_text()
    still_page.mouse.wheel(0, -300)
    still_page.wait_for_url(re.compile(r"from="))
    expect(still_page.locator(".timeline-range")).not_to_have_text(before)
    assert abs(bar_middle(still_page, shown.outbound)[0] - x) < 40
    chart = box_of(still_page, ".timeline-chart")
    empty = (chart["x"] + chart["width"] - 60, chart["y"] + chart["height"] - 20)
    start, _end = re.findall(r"\d\d:\d\d", still_page.locator(".timeline-range").inner_text())
    still_page.mouse.move(*empty)
    still_page.mouse.down()
    still_page.mouse.move(empty[0] - 200, empty[1], steps=4)
    still_page.mouse.up()
    expect(still_page.locator(".timeline-range")).not_to_contain_text(start)


def test_a_window_is_drawn_on_the_strip_of_the_whole_archive(still_page: Page, shown: Shown) -> None:
    still_page.goto("/")
    wait_until_loaded(still_page)
    strip = box_of(still_page, ".overview")
    y = strip["y"] + strip["height"] / 2

    def drag(start: float, end: float) -> None:
        still_page.mouse.move(strip["x"] + start * strip["width"], y)
        still_page.mouse.down()
        still_page.mouse.move(strip["x"] + end * strip["width"], y, steps=3)
        still_page.mouse.up()

    def expect_window(*shares: float) -> None:
        still_page.wait_for_function(
            """shares => [...document.querySelectorAll(".overview-handle")].every((handle, n) => {
              const value = (name) => Number(handle.getAttribute(`aria-value${name}`));
              const [least, most, now] = ["min", "max", "now"].map(value);
              return Math.abs((now - least) / (most - least) - shares[n]) < 0.01;
            })""",
            arg=shares,
        )

    drag(0.6, 0.2)  # outside the frame: a new window, in whichever direction
    expect_window(0.2, 0.6)
    drag(0.3, 0.5)  # the frame itself moves
    expect_window(0.4, 0.8)
    still_page.keyboard.down("Shift")
    drag(0.5, 0.7)  # with Shift also a new one
    still_page.keyboard.up("Shift")
    expect_window(0.5, 0.7)
    still_page.mouse.click(strip["x"] + 0.2 * strip["width"], y)  # a click brings it there
    expect_window(0.1, 0.3)
    still_page.get_by_role("button", name="All", exact=True).click()
    expect_window(0, 1)
    drag(0.3, 0.5)  # of a window that is all there is, a part
    expect_window(0.3, 0.5)


def test_the_axis_is_scrubbed_and_its_labels_lead_to_what_they_name(still_page: Page, shown: Shown) -> None:
    still_page.goto("/?from=2024-03-21T00:00:00Z&to=2024-03-21T10:00:00Z&t=2024-03-21T01:00:00Z")
    expect(still_page.locator(".lane-bar")).to_have_count(1)
    scrub = still_page.get_by_role("slider", name="Time on the map")
    chart = box_of(still_page, ".timeline-chart")
    still_page.mouse.click(chart["x"] + chart["width"] / 2, box_of(still_page, ".timeline-scrub")["y"] + 20)
    time = expect(still_page.locator("[data-transport-utc]"))
    time.to_have_text(re.compile("^2024-03-21 (05:0|04:59)"))
    scrub.focus()
    still_page.keyboard.press("PageUp")
    time.to_have_text(re.compile("^2024-03-21 (06:0|05:5)"))
    still_page.keyboard.press("End")
    expect_clock(still_page, "2024-03-21 10:00:00")

    shown_range = expect(still_page.locator(".timeline-range"))
    day = (chart["x"] + 20, chart["y"] + 8)  # the label "Thu, 21 March 2024"
    still_page.mouse.click(*day)
    shown_range.to_have_text("2024-03-21")
    expect_clock(still_page, "2024-03-21 10:00:00")  # a label leads there, it does not scrub
    still_page.get_by_role("button", name="Month", exact=True).click()
    shown_range.to_have_text("2024-03-01 – 2024-03-31")
    still_page.get_by_role("button", name="Earlier", exact=True).click()
    shown_range.to_have_text("2024-02-01 – 2024-02-29")
    still_page.get_by_role("button", name="Later", exact=True).click()
    still_page.keyboard.down("Shift")
    still_page.mouse.move(chart["x"] + chart["width"] * 20 / 31, chart["y"] + 50)
    still_page.mouse.down()
    still_page.mouse.move(chart["x"] + chart["width"] * 21 / 31, chart["y"] + 50, steps=4)
    still_page.mouse.up()
    still_page.keyboard.up("Shift")
    shown_range.to_have_text(re.compile("^2024-03-2[01] \\d\\d:\\d\\d.* UTC$"))


def test_filters_count_and_an_empty_result_says_why(still_page: Page, shown: Shown) -> None:
    still_page.goto("/")
    wait_until_loaded(still_page)
    still_page.locator(".corridor-filters > summary").click()
    still_page.locator(".filter-group summary", has_text="Class").click()
    reported = still_page.get_by_role("checkbox", name="only reported 2")
    reported.check()
    expect(still_page.locator("[data-corridor-list-head]")).to_contain_text("0 flights in this window")
    empty = still_page.locator("[data-corridor-empty]")
    expect(empty).to_contain_text("1 passes the filters at another time")
    expect(still_page.locator("[data-corridor-list]")).to_contain_text("1 without date")
    lanes = still_page.locator(".timeline-empty")
    expect(lanes).to_contain_text("No flight in this window passes the filters.")
    expect(still_page.locator(".timeline-playhead")).to_have_css("height", "36px")
    empty.get_by_role("button", name="Show them").click()
    expect(still_page.locator(f".flight-entry[data-flight='{shown.reported}']")).to_be_visible()
    still_page.wait_for_url(re.compile("class=reported"))
    still_page.get_by_role("searchbox").fill("RA-82030")
    expect(empty).to_contain_text("No flight passes all these filters together")
    empty.get_by_role("button", name="Without “Class: only reported”: 2 flights").click()
    expect(still_page.locator("[data-corridor-chips]")).not_to_contain_text("reported")
    chips = still_page.locator("[data-corridor-chips]")
    expect(chips).to_contain_text("RA-82030")
    still_page.go_back()
    expect(chips).to_contain_text("reported")
    still_page.go_back()
    expect(chips).not_to_contain_text("RA-82030")
    expect(still_page.get_by_role("searchbox")).to_have_value("")
    expect(still_page.locator(f".flight-entry[data-flight='{shown.reported}']")).to_be_visible()  # its window too
    still_page.go_back()
    expect(chips).to_be_hidden()
    expect(reported).not_to_be_checked()
    expect(still_page.locator("[data-corridor-list-head]")).to_contain_text("2 flights in this window")
    still_page.go_forward()
    expect(chips).to_contain_text("reported")


def test_flights_without_a_date_have_a_bin_of_their_own(still_page: Page, shown: Shown) -> None:
    still_page.goto("/")
    wait_until_loaded(still_page)
    still_page.get_by_role("button", name="1 without date").click()
    panel = still_page.get_by_role("dialog", name="1 flight without a date")
    panel.locator(f"[data-flight='{shown.undated}']").click()
    expect(still_page.locator("[data-corridor-card]")).to_contain_text("date unknown")
    still_page.keyboard.press("Escape")
    expect_clock(still_page, "2024-03-21 04:30:00")


def test_choosing_a_report_elsewhere_in_time_brings_the_window_there_and_nothing_moves(
    still_page: Page, shown: Shown
) -> None:
    still_page.goto(f"/?flight={shown.reported}")
    expect(still_page.locator(".timeline-range")).to_contain_text("2018-07-0")
    expect(still_page.locator("[data-corridor-notice]")).to_contain_text("nothing moves")
    expect(still_page.locator(".lane-bar")).to_have_attribute("aria-label", re.compile("time of day not stated"))
    assert not still_page.evaluate(HEADS)
    play = still_page.get_by_role("button", name="Play")
    expect(play).to_have_attribute("aria-disabled", "true")
    expect(play).to_have_attribute("title", re.compile("no positions are known"))
    before = clock(still_page)
    still_page.locator("[data-corridor-list-head]").click()
    still_page.keyboard.press("Space")
    still_page.keyboard.press("ArrowRight")
    expect(still_page.locator("[data-transport-utc]")).not_to_have_text(before)
    expect_playing(still_page, False)


def test_reports_from_one_country_are_one_patch(still_page: Page, shown: Shown) -> None:
    """However many they are: their number does not make the place darker."""
    country = claim_values.place_value(archive.north_korea())
    for day in (10, 11, 12):
        date = archive.day_value(datetime.date(2018, 7, day))
        archive.published(archive.reported_flight(date, destination=country))
    still_page.goto("/?from=2018-07-01&to=2018-07-31")
    expect(still_page.locator("[data-corridor-list-head]")).to_contain_text("4 flights in this window")
    expect(still_page.locator("path.reported-patch")).to_have_count(1)


def test_a_flight_that_is_not_on_this_map_is_said_to_be_elsewhere(still_page: Page, shown: Shown) -> None:
    still_page.goto("/?flight=nosuchone")
    notice = still_page.locator("[data-corridor-notice]")
    expect(notice).to_contain_text("not on this map")
    expect(notice.get_by_role("link")).to_have_attribute("href", "/flights/nosuchone/")
    still_page.locator(f".flight-entry[data-flight='{shown.outbound}']").click()
    expect(notice).not_to_contain_text("not on this map")


def test_arrows_step_through_time_also_after_a_click_on_a_checkbox(still_page: Page, shown: Shown) -> None:
    still_page.goto("/")
    wait_until_loaded(still_page)
    quiet = still_page.get_by_role("checkbox", name="Skip quiet time")
    quiet.click()
    before = clock(still_page)
    still_page.keyboard.press("ArrowRight")
    expect(still_page.locator("[data-transport-utc]")).not_to_have_text(before)
    assert clock(still_page) > before
    still_page.keyboard.press("Space")
    expect(quiet).to_be_checked()
    expect_playing(still_page, False)


def test_simulated_flights_are_badged_and_real_reports_one_click_away(page: Page, transactional_db: None) -> None:
    archive.vladivostok(), archive.pyongyang()
    archive.published(archive.demonstration_flight(datetime.datetime(2001, 3, 5, 2, tzinfo=datetime.UTC)))
    destination = claim_values.place_value(archive.pyongyang())
    reports = [
        archive.published(archive.reported_flight(archive.day_value(day), destination=destination)).pk
        for day in (datetime.date(2018, 7, 9), datetime.date(2025, 10, 27))
    ]
    page.goto("/")
    wait_until_loaded(page)
    expect(page.locator("#demonstration")).to_contain_text("Demonstration: simulated tracks")
    expect(page.locator(".map-watermark")).to_be_visible()
    expect(page.locator(".lane-demonstration")).to_have_count(1)
    page.get_by_role("button", name="2 reported flights, 2018–2025").click()
    for flight in reports:
        expect(page.locator(f".flight-entry[data-flight='{flight}']")).to_be_visible()
    expect(page.locator(".map-watermark")).to_have_count(0)
    expect_playing(page, False)


def test_paths_that_do_not_arrive_are_said_and_asked_for_again(
    browser: Browser, live_server: LiveServer, shown: Shown
) -> None:
    with WatchedPage(browser, live_server.url, reduced_motion="reduce") as watched:
        watched.expected = [r"ERR_FAILED", r"preload"]
        page = watched.page
        page.route("**/api/v1/paths/**", lambda route: route.abort())
        page.goto("/")
        notice = page.locator("[data-corridor-notice]")
        expect(notice).to_contain_text("could not be loaded")
        page.unroute("**/api/v1/paths/**")
        notice.get_by_role("button", name="Try again").click()
        wait_until_loaded(page)
        expect(notice).not_to_contain_text("could not be loaded")


def test_a_click_on_a_moving_aircraft_chooses_its_flight(still_page: Page, shown: Shown) -> None:
    still_page.goto("/?t=2024-03-21T04:32:00Z")
    wait_until_loaded(still_page)
    # The head's place in the page: the middle of what is painted on its canvas, label aside.
    x, y = still_page.evaluate("""() => {
      const canvas = document.querySelector(".flight-canvas-trail");
      const { width, height } = canvas;
      const data = canvas.getContext("2d").getImageData(0, 0, width, height).data;
      const box = canvas.getBoundingClientRect();
      for (let y = height - 1; y >= 0; y -= 1) for (let x = 0; x < width; x += 1) {
        if (data[4 * (y * width + x) + 3] < 128) continue;
        return [box.x + (x * box.width) / width, box.y + (y * box.height) / height];
      }
    }""")
    still_page.mouse.click(x, y)
    expect(still_page.locator("[data-corridor-card]")).to_contain_text("Vladivostok → Pyongyang")
    expect(still_page.get_by_role("link", name="Open flight")).to_have_attribute("href", f"/flights/{shown.outbound}/")
    still_page.get_by_role("link", name="Open flight").hover()
    expect(still_page.get_by_role("link", name="Open flight")).to_have_attribute(
        "href", f"/flights/{shown.outbound}/?t=2024-03-21T04:32:00Z"
    )


def test_names_from_the_archive_are_text_and_never_markup(still_page: Page, transactional_db: None) -> None:
    evil = "<b id=owned>&amp;</b><img src=/owned>"
    facts = {"destination": claim_values.place_value(archive.pyongyang()), "callsign": claim_values.text_value(evil)}
    flight = archive.observed_flight(START, aircraft=archive.antonov(operator=evil), facts=facts)
    archive.published(flight)
    still_page.goto("/")
    wait_until_loaded(still_page)
    still_page.keyboard.press("]")
    still_page.get_by_role("searchbox").fill(evil)
    expect(still_page.locator("[data-corridor-chips]")).to_contain_text(evil)
    expect(still_page.locator("#owned, img[src='/owned']")).to_have_count(0)


def test_the_page_weighs_less_than_700_kb_from_an_empty_cache(page: Page, shown: Shown) -> None:
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))
    page.goto("/")
    wait_until_loaded(page)
    page.wait_for_load_state("networkidle")
    sizes = [request.sizes() for request in requests]
    assert 0 < sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) < 700_000


def test_every_module_of_the_first_frame_is_preloaded_so_that_none_waits_for_another(page: Page, shown: Shown) -> None:
    page.goto("/")
    wait_until_loaded(page)
    preloaded, loaded = page.evaluate("""() => [
      [...document.querySelectorAll("link[rel=modulepreload]")].map(({ href }) => href),
      performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.includes("/js/")),
    ]""")
    # Classic scripts, which no module asks for, set the theme before the first paint and watch what does not arrive.
    apart = re.compile(r"/(theme-boot|page-watch)\.")
    assert sorted(preloaded) == sorted(address for address in loaded if not apart.search(address))


def test_no_barrier_is_found_by_axe(browser: Browser, live_server: LiveServer, shown: Shown) -> None:
    with WatchedPage(browser, live_server.url, reduced_motion="reduce", bypass_csp=True) as watched:
        page = watched.page
        page.goto("/")
        wait_until_loaded(page)
        page.keyboard.press("]")
        page.locator(".corridor-filters > summary").click()
        assert barriers(page) == []


def test_a_phone_has_map_lanes_and_the_filters_in_a_sheet(
    browser: Browser, live_server: LiveServer, shown: Shown
) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with WatchedPage(browser, live_server.url, reduced_motion="reduce", **phone) as watched:
        page = watched.page
        page.goto("/")
        wait_until_loaded(page)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert box_of(page, "#map")["height"] >= 0.5 * 844
        assert box_of(page, "[data-transport-play]")["height"] >= 44
        lanes = box_of(page, ".timeline-scroll")
        assert lanes["height"] >= 60
        assert lanes["y"] + lanes["height"] <= 844
        entry = page.locator(f".flight-entry[data-flight='{shown.inbound}']")
        expect(entry).to_be_hidden()
        page.locator("[data-corridor-sheet-open]").tap()
        entry.tap()
        card = page.locator("[data-corridor-card]")
        expect(card).to_contain_text("Pyongyang → Vladivostok")
        expect(entry).to_be_hidden()
        # Legend and scale lie under the card and take none of its taps.
        card.get_by_role("link").first.tap(trial=True)
        # On its side the map is low: the card leaves its buttons free, and half of it.
        page.set_viewport_size({"width": 844, "height": 390})
        low, lying = box_of(page, "#map"), box_of(page, "[data-corridor-card]")
        zoom = box_of(page, ".leaflet-control-zoom")
        assert lying["x"] >= zoom["x"] + zoom["width"]
        assert lying["y"] + lying["height"] <= low["y"] + low["height"]
        assert lying["height"] <= 0.55 * low["height"]
        card.get_by_role("button", name="Close").tap()
        expect(card).to_be_hidden()


@pytest.mark.parametrize("path", ["/", "/flights/", "/method/"])
@pytest.mark.parametrize("width", [320, 360])
def test_the_narrowest_phone_scrolls_no_page_sideways(
    browser: Browser, live_server: LiveServer, shown: Shown, width: int, path: str
) -> None:
    phone = {"viewport": {"width": width, "height": 700}, "has_touch": True, "is_mobile": True}
    with WatchedPage(browser, live_server.url, reduced_motion="reduce", **phone) as watched:
        page = watched.page
        page.goto(path)
        expect(page.locator(".site-header")).to_contain_text("Flightmap")
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_fingers_swipe_the_lanes_and_pinch_them(browser: Browser, live_server: LiveServer, shown: Shown) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with WatchedPage(browser, live_server.url, reduced_motion="reduce", **phone) as watched:
        page = watched.page
        page.goto("/?from=2024-03-21T00:00:00Z&to=2024-03-21T12:00:00Z&t=2024-03-21T04:32:00Z")
        wait_until_loaded(page)
        fingers = watched.context.new_cdp_session(page)
        chart = box_of(page, ".timeline-chart")
        y = chart["y"] + 50

        def touch(kind: str, *xs: float) -> None:
            points = [{"x": x, "y": y, "id": n} for n, x in enumerate(xs)]
            fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        def window() -> tuple[datetime.datetime, datetime.datetime]:
            asked = parse_qs(urlsplit(page.url).query)
            start, end = (datetime.datetime.fromisoformat(asked[name][0]) for name in ("from", "to"))
            return start, end

        left = chart["x"] + 40
        before = window()
        touch("touchStart", left + 150)
        for x in range(140, 40, -10):
            touch("touchMove", left + x)
        touch("touchEnd")
        page.wait_for_url(lambda url: "from=2024-03-21T00:00:00Z" not in url)
        swiped = window()
        assert swiped[0] > before[0]
        assert swiped[1] - swiped[0] == before[1] - before[0]

        touch("touchStart", left + 90, left + 110)
        for apart in range(20, 100, 10):
            touch("touchMove", left + 90 - apart / 2, left + 110 + apart / 2)
        touch("touchEnd")
        page.wait_for_url(lambda url: f"from={swiped[0]:%Y-%m-%dT%H:%M:%SZ}" not in url)
        pinched = window()
        assert pinched[1] - pinched[0] < (swiped[1] - swiped[0]) / 2
