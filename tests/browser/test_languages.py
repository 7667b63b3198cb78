"""The pages in Korean and Russian in a real browser: no English left, nothing clipped, no barrier."""

from __future__ import annotations

import datetime
import functools
import re

import polib
import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from flightmap.services.catalogues import FOLDER
from tests import archive
from tests.accessibility import barriers
from tests.browser_page import WatchedPage
from tracks.models import claim_values

START = datetime.datetime(2024, 3, 21, 4, 30, tzinfo=datetime.UTC)
NARROWEST = {"width": 360, "height": 740}
FILLED_IN = re.compile(r"%\(\w+\)[\d.]*[sdf]|\{\w*\}")
# Every word on the page, shown or waiting to be shown, and what is read out or shown on pointing.
WORDS = """() => {
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { parentElement, textContent } = texts.currentNode;
    if (!parentElement.closest("script, style, kbd, [lang=en]")) found.push(textContent);
  }
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]")) {
    for (const name of ["aria-label", "title", "placeholder", "alt"]) found.push(element.getAttribute(name) ?? "");
  }
  return [...new Set(found.map((text) => text.trim().replace(/\\s+/g, " ")).filter(Boolean))];
}"""
# What shows less than its words need: no scrolling brings the rest into sight.
CLIPPED = """() => [...document.querySelectorAll("button, a, summary, label, legend, th, dt, .badge, output")]
  .filter((element) => {
    const { display, overflowX } = getComputedStyle(element);
    return element.checkVisibility({ visibilityProperty: true }) && !element.closest(".visually-hidden")
      && !["inline", "contents"].includes(display) && overflowX !== "visible"
      && element.scrollWidth > element.clientWidth + 1;
  })
  .map((element) => element.outerHTML.slice(0, 120))"""


@functools.cache
def english_of(language: str) -> list[tuple[str, re.Pattern[str]]]:
    """Every English phrase that is worded otherwise in the language, and how it looks with anything filled in."""
    found = []
    for entry in polib.pofile(str(FOLDER / language / "LC_MESSAGES" / "django.po")):
        if any(path.endswith("map_names.html") for path, _line in entry.occurrences):
            continue  # sources name places so, too, and are shown as they are
        translations = {entry.msgstr, *entry.msgstr_plural.values()}
        for text in filter(None, (entry.msgid, entry.msgid_plural)):
            literal = FILLED_IN.sub("", text)
            if text not in translations and len(re.findall("[A-Za-z]", literal)) > 2:
                parts = (re.escape(part) for part in FILLED_IN.split(" ".join(text.split())))
                found.append((text, re.compile(".+?".join(parts))))
    return found


def assert_all_is_said_in(language: str, page: Page) -> None:
    said = page.evaluate(WORDS)
    assert len(said) > 60
    left = {text: phrase for text in said for phrase, pattern in english_of(language) if pattern.fullmatch(text)}
    assert left == {}, f"still English on {page.url}"
    assert page.evaluate(CLIPPED) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("locale", "language", "other", "map_word"),
    [("ko-KR", "ko", "ru", "Карта"), ("ru-RU", "ru", "ko", "지도")],
    ids=["ko", "ru"],
)
def test_map_and_flight_are_read_on_the_narrowest_phone_in_the_readers_language(
    browser: Browser,
    live_server: LiveServer,
    transactional_db: None,
    locale: str,
    language: str,
    other: str,
    map_word: str,
) -> None:
    origin, country = (claim_values.place_value(place) for place in (archive.vladivostok(), archive.north_korea()))
    facts = {"origin": origin, "destination": country}
    observed = archive.published(archive.observed_flight(START, aircraft=archive.antonov(), facts=facts)).pk
    archive.published(archive.reported_flight(archive.day_value(datetime.date(2024, 3, 20)), origin=origin))
    archive.published(archive.demonstration_flight(START + datetime.timedelta(days=3)))
    options = {"viewport": NARROWEST, "has_touch": True, "bypass_csp": True, "locale": locale}
    with WatchedPage(browser, live_server.url, **options) as watched:
        page = watched.page
        page.goto("/?from=2024-03-01&to=2024-04-01")
        page.wait_for_selector("html[data-ready=corridor]")
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert_all_is_said_in(language, page)
        assert barriers(page) == []

        page.goto(f"/flights/{observed}/?t=2024-03-21T04:32:00Z")
        page.wait_for_selector("html[data-ready=flight]")
        expect(page.locator(".fix-table, [data-fixes] table").first).to_be_visible()
        assert_all_is_said_in(language, page)
        assert barriers(page) == []

        # The choice of language, without leaving the moment shown, nor the part of the page.
        page.evaluate("location.hash = '#facts'")
        page.locator("[popovertarget=languages]").click()
        page.locator(f".language-list button[value={other}]").click()
        page.wait_for_selector(f"html[lang={other}][data-ready=flight]")
        assert page.url.endswith("?t=2024-03-21T04:32:00Z#facts")
        expect(page.locator(".site-nav a").first).to_have_text(map_word)
