"""The base map in a real browser: what is land and what is sea, and when it is painted again."""

from base64 import b64decode

import pytest
from playwright.sync_api import Page, expect

from tests.browser_page import WatchedPage

# Another map of the site's own modules on its page: it can be moved about without the page's say.
OPEN = """async ({lat, lon, zoom, width, height, urls}) => {
  const page = document.querySelector("[data-basemap-world]").dataset;
  const { createBasemap } = await import("/static/flightmap/js/basemap.js");
  const host = document.body.appendChild(document.createElement("div"));
  Object.assign(host.style, { position: "fixed", inset: "0 auto auto 0", width: `${width}px`, height: `${height}px`,
    zIndex: 9999 });
  const map = L.map(host, { zoomAnimation: false, fadeAnimation: false }).setView([lat, lon], zoom);
  const own = { world: page.basemapWorld, region: page.basemapRegion, sheets: page.basemapSheets, ...urls };
  const words = JSON.parse(document.getElementById("corridor-words").textContent).map.basemap;
  const basemap = createBasemap(map, { urls: own, graticule: false, words });
  window.trial = { map, basemap };
  await basemap.ready;
}"""
# The colour of the canvas at a place, and that of the tokens as the canvas would write them.
COLOUR_AT = """([lat, lon]) => {
  const { map, basemap } = window.trial;
  const view = basemap.layer.view();
  const canvas = map.getPane("basemap").querySelector("canvas");
  const point = map.project([lat, lon]).subtract(map.project([0, 0]));
  const x = (lon + 180) / 360, y = 0.5 + point.y / (256 * 2 ** map.getZoom());
  const ratio = canvas.width / view.width;
  const pixel = [(x - view.west) * view.scale * ratio, (y - view.north) * view.scale * ratio].map(Math.round);
  return "rgb(" + [...canvas.getContext("2d").getImageData(...pixel, 1, 1).data].slice(0, 3).join(", ") + ")";
}"""
TOKEN = """async (name) => (await import("/static/flightmap/js/theme.js")).colour(name)"""

PRIMORYE, EAST_SEA = [44.9, 134.2], [41.3, 132.6]


@pytest.fixture
def site(page: Page, transactional_db: None) -> Page:
    page.goto("/")
    return page


def open_map(
    page: Page, lat: float, lon: float, zoom: int, width: int = 600, height: int = 400, **urls: str | None
) -> None:
    page.evaluate(OPEN, {"lat": lat, "lon": lon, "zoom": zoom, "width": width, "height": height, "urls": urls})


def paints(page: Page) -> int:
    return page.evaluate("window.trial.basemap.layer.paints")


def test_land_and_sea_have_the_colours_of_the_theme_and_follow_it(site: Page) -> None:
    open_map(site, 43.2, 132.0, 6)
    light = [site.evaluate(COLOUR_AT, place) for place in (PRIMORYE, EAST_SEA)]
    assert light == [site.evaluate(TOKEN, "map-land"), site.evaluate(TOKEN, "map-sea")]
    site.evaluate("document.getElementById('theme-switch').click()")
    site.wait_for_function(f"""async () => ({COLOUR_AT})({PRIMORYE}) === await ({TOKEN})("map-land")""")
    dark = [site.evaluate(COLOUR_AT, place) for place in (PRIMORYE, EAST_SEA)]
    assert dark == [site.evaluate(TOKEN, "map-land"), site.evaluate(TOKEN, "map-sea")]
    assert set(light).isdisjoint(dark)


def test_the_theme_of_the_system_is_followed_without_a_reload(site: Page) -> None:
    open_map(site, 43.2, 132.0, 6)
    site.emulate_media(color_scheme="dark")
    site.wait_for_function(
        f"""() => ({COLOUR_AT})({PRIMORYE}) === "rgb(16, 21, 28)" """,
    )


def test_a_map_that_only_moves_is_not_painted_again(site: Page) -> None:
    open_map(site, 40.5, 129.0, 6)
    before = paints(site)
    for _step in range(10):
        site.evaluate("window.trial.map.panBy([10, -5], {animate: false})")
    assert paints(site) == before
    site.evaluate("window.trial.map.panBy([400, 0], {animate: false})")
    assert paints(site) == before + 1, "what would be bare is painted"
    site.evaluate("window.trial.map.setZoom(7, {animate: false})")
    assert paints(site) == before + 2


def test_every_copy_of_the_world_is_drawn(site: Page) -> None:
    open_map(site, 43.2, 132.0 + 720, 5, sheets=None)
    assert site.evaluate(COLOUR_AT, [PRIMORYE[0], PRIMORYE[1] + 720]) == site.evaluate(TOKEN, "map-land")
    assert site.evaluate(COLOUR_AT, [EAST_SEA[0], EAST_SEA[1] + 720]) == site.evaluate(TOKEN, "map-sea")


def test_nothing_runs_along_the_antimeridian(site: Page) -> None:
    open_map(site, 60.0, 180.0, 3, width=900, sheets=None)
    sea, land = site.evaluate(TOKEN, "map-sea"), site.evaluate(TOKEN, "map-land")
    for latitude in (30, 40, 50, 55):
        assert {site.evaluate(COLOUR_AT, [latitude, 180 + step / 4]) for step in range(-12, 13)} == {sea}
    assert {site.evaluate(COLOUR_AT, [67.0, 180 + step / 4]) for step in range(-6, 7)} == {land}, "Chukotka"


def test_detail_comes_for_a_part_of_the_world_that_is_looked_at_closely(site: Page) -> None:
    """At 1:110 million Zanzibar is not there; its detail sheet has it."""
    open_map(site, -6.15, 39.35, 8)
    site.wait_for_function(f"""async () => ({COLOUR_AT})([-6.15, 39.35]) === await ({TOKEN})("map-land")""")


def test_without_the_region_the_world_alone_is_a_map(watched_page, transactional_db) -> None:
    watched_page.expected.append(r"404")
    page = watched_page.page
    page.goto("/")
    open_map(page, 44.0, 128.0, 6, region="/static/basemap/not-there.json")
    assert page.evaluate(COLOUR_AT, PRIMORYE) == page.evaluate(TOKEN, "map-land")


def test_without_the_world_ready_says_so(watched_page, transactional_db) -> None:
    watched_page.expected.append(r"404")
    page = watched_page.page
    page.goto("/")
    with pytest.raises(Exception, match=r"not-there\.json answers 404"):
        open_map(page, 44.0, 128.0, 6, world="/static/basemap/not-there.json")


def test_the_scale_is_given_in_kilometres_and_nautical_miles(site: Page) -> None:
    open_map(site, 0.0, 20.0, 6)
    bars = site.evaluate(
        """() => [...window.trial.map.getContainer().querySelectorAll(".leaflet-control-scale-line")]
             .map((bar) => [bar.textContent, bar.getBoundingClientRect().width])"""
    )
    (km, km_width), (nmi, nmi_width) = bars
    assert (km.split()[1], nmi.split()[1]) == ("km", "nmi")
    metres_a_pixel = 40075016.7 / (256 * 2**6)  # at the equator
    assert int(km.split()[0]) * 1000 / metres_a_pixel == pytest.approx(km_width, abs=6)
    assert int(nmi.split()[0]) * 1852 / metres_a_pixel == pytest.approx(nmi_width, abs=6)


TILES = """async () => {
  const { createBasemap } = await import("/static/flightmap/js/basemap.js");
  const page = document.querySelector("[data-basemap-world]").dataset;
  window.trial?.map.getContainer().remove();
  const host = document.body.appendChild(document.createElement("div"));
  const box = { position: "fixed", inset: "0 auto auto 0", width: "600px", height: "400px", zIndex: 9999 };
  Object.assign(host.style, box);
  const map = L.map(host, { zoomAnimation: false, fadeAnimation: false }).setView([43.2, 132.0], 6);
  const urls = { world: page.basemapWorld, region: page.basemapRegion, sheets: null };
  const layer = (name) => ({ name, url: `/tiles/${name}/{z}/{x}/{y}.png`, attribution: `Credit of ${name}` });
  const tileLayers = ["Good", "Bad"].map(layer);
  const words = JSON.parse(document.getElementById("corridor-words").textContent).map.basemap;
  window.trial = { map, basemap: createBasemap(map, { urls, tileLayers, words: { ...words, offline: "Own" } }) };
  await window.trial.basemap.ready;
}"""
PIXEL = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def test_tiles_lie_over_the_own_map_are_remembered_and_a_host_that_fails_is_named(
    watched_page: WatchedPage, transactional_db: None
) -> None:
    page = watched_page.page
    watched_page.expected.append("ERR_FAILED")
    page.route("**/tiles/Good/**", lambda route: route.fulfill(body=PIXEL, content_type="image/png"))
    page.route("**/tiles/Bad/**", lambda route: route.abort())
    page.goto("/")
    page.evaluate(TILES)
    host = page.locator(".leaflet-container").last
    host.locator(".leaflet-control-layers").hover()
    host.get_by_label("Bad").check()
    expect(host.get_by_role("status")).to_have_text("Bad does not answer. The offline map stays.")
    assert page.evaluate(COLOUR_AT, PRIMORYE) == page.evaluate(TOKEN, "map-land")
    host.get_by_label("Good").check()
    expect(host.locator(".leaflet-tile-loaded").first).to_be_visible()
    expect(host.get_by_role("status")).to_have_count(0)
    expect(host.locator(".leaflet-control-attribution")).to_contain_text("Credit of Good")
    page.evaluate(TILES)
    host = page.locator(".leaflet-container").last
    expect(host.locator(".leaflet-tile-loaded").first).to_be_visible()
    host.locator(".leaflet-control-layers").hover()
    host.get_by_label("Own").check()
    expect(host.locator(".leaflet-tile")).to_have_count(0)
    assert page.evaluate("localStorage.getItem('flightmap-tiles')") is None


def test_a_base_map_that_does_not_come_is_said_and_asked_for_again(
    watched_page: WatchedPage, transactional_db: None
) -> None:
    page = watched_page.page
    # What the page still loads when the connection goes away fails, too.
    watched_page.expected += ["ERR_FAILED", "ERR_INTERNET_DISCONNECTED", "preload"]
    page.route("**/basemap/world*.json", lambda route: route.abort())
    page.goto("/")
    said = page.locator(".basemap-trouble")
    expect(said).to_contain_text("The base map could not be loaded.")
    page.context.set_offline(True)
    expect(page.locator("[data-watch-offline]")).to_be_visible()
    page.unroute("**/basemap/world*.json")
    page.context.set_offline(False)
    expect(page.locator("[data-watch-offline]")).to_be_hidden()
    expect(said).to_have_count(0)


def test_a_script_that_does_not_arrive_is_said(watched_page: WatchedPage, transactional_db: None) -> None:
    page = watched_page.page
    watched_page.expected.append("ERR_FAILED")
    page.route("**/js/clock*.js", lambda route: route.abort())
    page.goto("/")
    expect(page.locator("[data-watch-failed]")).to_contain_text("did not arrive")


def test_the_map_keeps_its_colours_where_the_system_forces_its_own(site: Page) -> None:
    site.emulate_media(forced_colors="active")
    open_map(site, 43.2, 132.0, 6)
    land, sea = (site.evaluate(COLOUR_AT, place) for place in (PRIMORYE, EAST_SEA))
    assert (land, sea) == ("rgb(244, 243, 239)", "rgb(221, 226, 229)")
