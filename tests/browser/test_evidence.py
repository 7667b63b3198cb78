"""What the map says of its evidence beyond the lines: gaps by name, sources on demand, what was excluded."""

import datetime
import re

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from tests import archive
from tests.accessibility import barriers
from tests.browser_page import WatchedPage
from tracks.models import Edit, Flight, Stretch
from tracks.models.editing import cut_away
from tracks.models.publishing import publish

START = datetime.datetime(2024, 3, 21, 4, 30, tzinfo=datetime.UTC)
ADSB, MLAT = 1, 6
# The boxes of the gap labels shown that lie over another one, or under the legend.
OVERLAPS = """() => {
  const shown = [...document.querySelectorAll(".gap-label:not([hidden]), .map-legend")];
  const boxes = shown.map((label) => label.getBoundingClientRect());
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => meet(a, b))).length;
}"""


@pytest.fixture
def flight(transactional_db: None) -> Flight:
    """Two stretches of five fixes with a gap of ten minutes; of the second some fixes are by multilateration."""
    made = archive.observed_flight(START, aircraft=archive.antonov())
    second = Stretch.objects.get(ordinal=1)
    second.source = np.array([ADSB, ADSB, MLAT, MLAT, MLAT])
    second.save()
    cut = (START + archive.MINUTE, START + 2 * archive.MINUTE)
    cut_away(made, Edit.Kind.EXCLUDE, [second.track], cut, reason="Reflected positions", author=None)
    publish(made)
    return made


def test_gaps_are_named_sources_shown_on_demand_and_exclusions_told_to_the_newsroom_alone(
    browser: Browser, live_server: LiveServer, flight: Flight
) -> None:
    newsroom = Client()
    newsroom.force_login(User.objects.create_user("curator", is_staff=True))
    session = {"name": "sessionid", "value": newsroom.cookies["sessionid"].value, "url": live_server.url}
    with WatchedPage(browser, live_server.url, bypass_csp=True, reduced_motion="reduce") as watched:
        page = watched.page
        page.context.add_cookies([session])
        page.goto(f"/flights/{flight.pk}/?sources=1")
        gaps = page.locator(".gap-label:visible")
        expect(gaps.filter(has_text=re.compile(r"^10 min · \d+ km · not observed$"))).to_have_count(1)
        expect(gaps.filter(has_text="not observed after 04:48 UTC")).to_have_count(1)
        for zoom in range(5, 12):
            page.evaluate("(zoom) => document.getElementById('map').flightMap.setZoom(zoom, { animate: false })", zoom)
            assert page.evaluate(OVERLAPS) == 0, zoom
        legend = page.locator(".map-legend")
        expect(legend.locator(".map-legend-sources li")).to_have_text(["ADS-B", "MLAT"])
        excluded = page.locator("[data-excluded-list] li")
        expect(excluded).to_contain_text("2024-03-21 04:31:00 – 04:32:00 UTC (1 min) · 2 fixes · trace.json")
        expect(excluded).to_contain_text("Reflected positions")
        expect(page.locator(".leaflet-container path.excluded-line:not(.map-legend *)")).to_have_count(1)
        assert barriers(page) == []
        legend.get_by_label("Show position sources").uncheck()
        expect(page.locator(".source-canvas")).to_have_count(0)
        expect(page).not_to_have_url(re.compile("sources="))
        legend.get_by_label("Show what was excluded").uncheck()
        expect(page.locator("path.excluded-line:not(.map-legend *)")).to_have_count(0)
        page.context.clear_cookies()
        page.goto(f"/flights/{flight.pk}/")
        expect(gaps.first).to_be_visible()
        expect(page.get_by_label("Show position sources")).not_to_be_checked()
        expect(page.locator("[data-excluded-list], [data-excluded], .excluded-line")).to_have_count(0)
