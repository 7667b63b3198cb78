"""The curators' pages in a real browser: from a dropped file to a permalink in a stranger's window."""

import base64
import datetime
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.contrib.gis.geos import Point
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import archive
from tests.accessibility import barriers
from tests.browser_page import WatchedPage
from tests.curators import client_of, curator
from tests.flown import flight_of, seen
from tests.integration.archive import imported, run_task
from tests.traces import trace
from tracks.admin.edit_forms import FORMS
from tracks.models import Acquisition, Airport, Flight, Place, TrackFile, Trajectory, claim_values
from tracks.models.assembly import assemble
from tracks.models.publishing import publish
from tracks.receiving import reimport

SAMPLES = Path(str(metadata.distribution("traffic").locate_file("traffic/data/samples")))
READSB = SAMPLES / "readsb" / "trace_full_ac671b.json"  # N899DN, 2025-02-05
PLAYBACK = SAMPLES / "fr24" / "372355e5.json"  # TC-JVF, LTFM to ENGM, 2024-09-17
START = datetime.datetime(2024, 3, 21, 4, 30, tzinfo=datetime.UTC)
UPLOAD = "/admin/tracks/trackfile/upload/"
DROP = """async (files) => {
  const transfer = new DataTransfer();
  for (const { name, base64 } of files) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], name));
  }
  const target = document.querySelector("h1"); // not the frame: files may be dropped anywhere
  for (const type of ["dragenter", "dragover", "drop"]) {
    target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }));
  }
}"""
# How many pixels of the map's path canvas have the colour of the observed line, or close to it.
LINE_PIXELS = """async () => {
  const { colour } = await import("/static/flightmap/js/theme.js");
  const [r, g, b] = colour("identity-1").match(/\\d+/g).map(Number);
  const canvas = document.querySelector(".leaflet-overlay-pane canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {
    const near = Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b) < 40;
    count += near && data[i + 3] > 200;
  }
  return count;
}"""


# How many pixels lie under the path to show an interval.
UNDERLAID_PIXELS = """() => {
  const canvas = document.querySelector(".leaflet-marked-pane canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, i) => i % 4 === 3 && value > 0).length;
}"""


def log_in(page: Page) -> None:
    """By the form, as a member of the group that comes with the site."""
    curator()
    page.goto("/admin/login/")
    page.fill("#id_username", "curator")
    page.fill("#id_password", "curator")
    page.click("input[type=submit]")
    expect(page.locator("h1")).to_have_text("What is to be done")


def drop(page: Page, *files: tuple[str, bytes]) -> None:
    page.evaluate(DROP, [{"name": name, "base64": base64.b64encode(data).decode()} for name, data in files])


def bring(page: Page) -> None:
    page.get_by_role("button", name="Bring these files").click()


def item(page: Page, name: str) -> Any:
    """The line of the upload page that tells of a file."""
    return page.locator(".upload-item").filter(has=page.get_by_text(name, exact=True))


@pytest.fixture
def desk(page: Page, live_server: LiveServer, transactional_db: None) -> Page:
    """A curator's browser, logged in already."""
    page.context.add_cookies([session_of(curator(), live_server)])
    return page


def session_of(user: User, server: LiveServer) -> Any:
    """The cookie of somebody who has logged in."""
    return {"name": "sessionid", "value": client_of(user).cookies["sessionid"].value, "url": server.url}


def test_two_dropped_files_are_imported_checked_published_and_seen_by_a_stranger(
    page: Page, celery_worker_process: subprocess.Popen[bytes], browser: Browser, live_server: LiveServer
) -> None:
    desk = page
    log_in(desk)
    for icao, lon, lat in (("LTFM", 28.742, 41.262), ("ENGM", 11.1, 60.194)):
        Airport.objects.create(icao=icao, name=icao, city=icao, location=Point(lon, lat), elevation_m=99)
    desk.get_by_role("link", name="Bring track files").locator("visible=true").click()
    expect(desk.get_by_text("nothing from them can be published until both are stated")).to_be_visible()
    drop(desk, (READSB.name, READSB.read_bytes()), (PLAYBACK.name, PLAYBACK.read_bytes()))
    expect(item(desk, PLAYBACK.name)).to_contain_text("Ready.")
    desk.fill("#id_licence", "CC BY 4.0")
    desk.fill("#id_credit", "Recorded by a volunteer")
    expect(desk.get_by_text("nothing from them can be published until both are stated")).to_be_hidden()
    bring(desk)
    expect(item(desk, READSB.name)).to_contain_text("fixes read, 4 tracks made", timeout=60_000)
    expect(item(desk, PLAYBACK.name)).to_contain_text("634 fixes read, 1 track made", timeout=60_000)
    expect(desk.locator(".upload-item progress:visible")).to_have_count(0)
    assert Acquisition.objects.filter(credit="Recorded by a volunteer", licence="CC BY 4.0").count() == 2

    item(desk, PLAYBACK.name).get_by_role("link", name="Read its report").click()
    expect(desk.locator("#report")).to_contain_text("registration TC-JVF")
    expect(desk.locator("#report .figures")).to_contain_text("634 fixes read")
    flight = Flight.objects.get(aircraft__registration="TC-JVF")

    desk.locator("#report table").first.locator("th a").click()
    expect(desk.locator(".path-map[data-ready]")).to_be_visible()
    expect(desk.get_by_text("LTFM, from fixes").or_(desk.get_by_text("LTFM, from"))).to_be_visible()
    desk.wait_for_function(f"async () => (await ({LINE_PIXELS})()) > 100")
    desk.get_by_role("link", name=str(flight)).click()
    desk.get_by_role("button", name="Publish", exact=True).click()
    expect(desk.locator(".messagelist")).to_contain_text("Published as revision 1.")
    permalink = desk.locator(".messagelist a").get_attribute("href")
    assert permalink == f"/flights/{flight.pk}/"

    with WatchedPage(browser, live_server.url) as stranger:
        stranger.expected = ["404 .Not Found."]
        answer = stranger.page.goto(permalink)
        assert answer is not None
        assert answer.status == 200
        expect(stranger.page.locator("body")).to_contain_text("TC-JVF")
        expect(stranger.page.locator("body")).to_contain_text("Recorded by a volunteer")
        assert stranger.page.goto("/admin/tracks/flight/").url.endswith("?next=/admin/tracks/flight/")
        draft = Flight.objects.filter(aircraft__registration="N899DN").first()
        hidden = stranger.page.goto(f"/flights/{draft.pk}/")
        assert hidden is not None
        assert hidden.status == 404


def test_the_progress_of_an_import_is_shown_from_its_row_until_it_is_done(desk: Page) -> None:
    file = TrackFile.objects.create(sha256="a" * 64, size=1000, file="x")
    Acquisition.objects.create(track_file=file, original_name="slow.json")
    row = TrackFile.objects.filter(pk=file.pk)
    desk.goto(f"/admin/tracks/trackfile/{file.pk}/change/")
    state = desk.locator("#import-progress")
    expect(state).to_contain_text("Waiting for a worker")
    row.update(status="importing", step="parsing", progress_bytes=250, progress_fixes=1200, attempts=1)
    expect(state).to_contain_text("reading fixes: 250 of 1,000 bytes, 1,200 fixes")
    expect(desk.locator("#import-progress progress")).to_have_js_property("value", 0.25)
    row.update(status="failed", error="The file holds no usable fix.", error_place={"byte": 99}, step="")
    expect(desk.get_by_role("alert")).to_contain_text("The file holds no usable fix.")
    expect(desk.get_by_role("alert")).to_contain_text("byte 99 of the file")


def test_what_a_curator_has_typed_survives_the_end_of_the_import(desk: Page) -> None:
    file = TrackFile.objects.create(sha256="a" * 64, size=1000, file="x", status="importing")
    Acquisition.objects.create(track_file=file, original_name="slow.json")
    desk.goto(f"/admin/tracks/trackfile/{file.pk}/change/")
    desk.get_by_label("Licence").fill("CC0")
    TrackFile.objects.filter(pk=file.pk).update(status="imported")
    expect(desk.locator("[data-progress-label]")).to_have_text("imported")
    expect(desk.get_by_label("Licence")).to_have_value("CC0")


def test_a_file_too_large_is_refused_before_it_is_sent(desk: Page, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    desk.goto(UPLOAD)
    posted: list[str] = []
    desk.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    drop(desk, ("large.json", b"x" * 1001), ("empty.json", b""))
    expect(item(desk, "large.json")).to_contain_text("It has 1.0 kB; one file may have 1.0 kB.")
    expect(item(desk, "empty.json")).to_contain_text("The file is empty.")
    expect(desk.get_by_role("button", name="Bring these files")).to_be_disabled()
    assert posted == []


def test_dropped_files_wait_for_the_button_and_may_be_sent_without_licence_and_credit(desk: Page) -> None:
    desk.goto(UPLOAD)
    button = desk.get_by_role("button", name="Bring these files")
    expect(button).to_be_disabled()
    posted: list[str] = []
    desk.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    drop(desk, ("good.json", READSB.read_bytes()))
    expect(item(desk, "good.json")).to_contain_text("Ready.")
    expect(desk.locator(".upload-send")).to_contain_text("nothing from them can be published")
    expect(desk.locator("#id_licence")).to_be_visible()
    assert posted == []
    assert not TrackFile.objects.exists()
    button.click()
    expect(item(desk, "good.json")).to_contain_text("Waiting for a worker")
    expect(button).to_be_disabled()


def test_each_file_has_its_own_result_and_names_with_markup_stay_text(desk: Page) -> None:
    desk.goto(UPLOAD)
    name = "<img src=x onerror=document.title='owned'>.json"
    drop(desk, (name, b"nonsense"), ("good.json", READSB.read_bytes()))
    bring(desk)
    expect(item(desk, name)).to_contain_text("Refused. This is not a track file we can read.")
    expect(item(desk, "good.json")).to_contain_text("Waiting for a worker")
    drop(desk, ("again.json", READSB.read_bytes()))
    bring(desk)
    expect(item(desk, "again.json")).to_contain_text("Already known.")
    expect(item(desk, "again.json")).to_contain_text("as “good.json”")
    link = item(desk, "again.json").get_by_role("link")
    assert link.get_attribute("href") == f"/admin/tracks/trackfile/{TrackFile.objects.get().pk}/change/"
    assert "owned" not in desk.title()
    assert desk.locator(".upload-item img").count() == 0


def test_a_wrong_zone_is_told_at_the_file_and_nothing_is_stored(desk: Page, watched_page: WatchedPage) -> None:
    # `desk` and `watched_page` are two contexts; the second expects the refusal's answer.
    watched_page.expected = ["400 for .*upload", "status of 400"]
    watched_page.context.add_cookies(desk.context.cookies())
    page = watched_page.page
    page.goto(UPLOAD)
    page.fill("#id_time_zone", "Mars/Olympus")
    drop(page, ("good.json", READSB.read_bytes()))
    bring(page)
    expect(item(page, "good.json")).to_contain_text("“Mars/Olympus” is no time zone")
    assert not TrackFile.objects.exists()


def test_without_javascript_the_page_is_a_plain_form(
    desk: Page, browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    with WatchedPage(browser, live_server.url, java_script_enabled=False) as plain:
        plain.context.add_cookies(desk.context.cookies())
        page = plain.page
        page.goto(UPLOAD)
        bad = tmp_path / "bad.txt"
        bad.write_text("nonsense")
        page.set_input_files("input[type=file]", [READSB, bad])
        page.fill("#id_licence", "CC0")
        page.get_by_role("button", name="Bring these files").click()
        expect(item(page, READSB.name)).to_contain_text("Taken. A worker imports it.")
        expect(item(page, "bad.txt")).to_contain_text("Refused.")
        expect(page.locator("#id_licence")).to_have_value("CC0")


def test_a_claim_is_made_by_choosing_and_outweighs_the_rest(desk: Page) -> None:
    archive.vladivostok()
    archive.pyongyang()
    flight = archive.observed_flight(START, aircraft=archive.antonov())
    desk.goto(f"/admin/tracks/flight/{flight.pk}/change/")
    desk.get_by_role("link", name="Claim: Origin").click()
    desk.locator(".field-airport .select2-selection").click()
    desk.locator(".select2-search__field").fill("UHWW")
    desk.locator(".select2-results__option", has_text="Vladivostok International (UHWW)").click()
    desk.fill("#id_supports", "The tower's recording")
    desk.get_by_role("button", name="Note the claim").click()
    row = desk.locator("#fact-origin")
    expect(row.locator(".fact-shown")).to_have_text("Vladivostok International (UHWW)")
    expect(row).to_contain_text("decided by a curator")
    expect(row).to_contain_text("The tower's recording")
    row.get_by_role("button", name="Take back").click()
    expect(desk.locator("#fact-origin .fact-shown")).to_have_text("unknown")


def test_a_dropped_fix_of_the_report_is_found_on_the_map(desk: Page) -> None:
    rows = trace(2000, flights=1).split(b"\n")
    rows[212] = b"    [420.0, 48.0, 139.0, 33000, 450, 40, 0, 0, null],"  # hundreds of kilometres off, for one fix
    file = imported(b"\n".join(rows))
    desk.goto(f"/admin/tracks/trackfile/{file.pk}/change/")
    desk.get_by_role("link", name="record 210").click()
    expect(desk.locator(".path-map[data-ready]")).to_be_visible()
    told = desk.locator(".map-spot")
    expect(told).to_contain_text("The fix nearest in time: 2023-11-14 22:20:18Z")
    expect(told).to_contain_text("Here the fix was that is not in the path (2023-11-14 22:20:20Z)")
    ring, kept = (
        desk.locator(f".leaflet-marker-icon{name}").bounding_box() for name in (".spot-dropped", ".path-start")
    )
    assert ring is not None
    assert kept is not None
    assert ring["x"] - kept["x"] > 100, "it claimed to be far in the east"
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.reload()
    expect(desk.locator(".path-map[data-ready]")).to_be_visible()
    legend = desk.locator(".map-legend").bounding_box()
    assert legend is not None
    for mark in desk.locator(".leaflet-marker-icon.spot-mark").all():
        box = mark.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < legend["y"], "no mark lies below the legend"


def test_an_interval_picked_on_the_map_is_excluded_and_given_back(desk: Page) -> None:
    flight = flight_of(seen(range(20)))
    desk.goto(f"/admin/tracks/flight/{flight.pk}/change/")
    desk.get_by_role("link", name="Exclude…").click()
    expect(desk.locator(".path-map[data-ready]")).to_be_visible()
    assert desk.evaluate(LINE_PIXELS) > 100
    # The path lies level across the map, its fixes a nineteenth of it apart. The earlier end may be picked last.
    for minute, field in ((12, "#id_ends"), (5, "#id_starts")):
        desk.focus(field)
        first, last = (desk.locator(f".leaflet-marker-icon.path-{end}").bounding_box() for end in ("start", "stop"))
        assert first is not None
        assert last is not None
        x = first["x"] + (last["x"] - first["x"]) * minute / 19 + first["width"] / 2
        desk.mouse.click(x, first["y"] + first["height"] / 2)
        expect(desk.locator(field)).to_have_value(f"2024-03-21 04:{30 + minute}:00")
    assert desk.evaluate(UNDERLAID_PIXELS) > 100
    desk.fill("#id_reason", "jammed")
    desk.get_by_role("button", name="Note the edit").click()
    row = desk.locator("#edits tbody tr").first
    expect(row).to_contain_text("exclude this interval")
    expect(row).to_contain_text("jammed")
    expect(desk.locator("#edits")).to_contain_text("excluded by a curator")
    assert [len(piece.coordinates) for piece in assemble(flight).stretches] == [5, 7]
    row.get_by_role("button", name="Undo").click()
    expect(desk.locator(".messagelist")).to_contain_text("The edit is set aside.")
    assert [len(piece.coordinates) for piece in assemble(flight).stretches] == [20]


def test_a_suggestion_that_was_declined_is_not_made_again_when_the_file_is_read_again(desk: Page) -> None:
    track_file = imported(trace(500, flights=1, step_s=10))
    flight = Flight.objects.get()
    assert flight.starts_at is not None
    told = claim_values.aircraft_value(flight.aircraft)
    archive.published(archive.reported_flight(archive.day_value(flight.starts_at.date()), aircraft=told))
    desk.goto(f"/admin/tracks/flight/{flight.pk}/change/")
    expect(desk.locator("main")).to_contain_text("May be the same flight")
    desk.get_by_role("button", name="They are two").click()
    expect(desk.locator(".messagelist")).to_contain_text("They are two flights; it is not suggested again.")
    expect(desk.locator("main")).not_to_contain_text("May be the same flight")
    reimport(track_file, queue=False)
    assert run_task(track_file).status == "imported"
    desk.reload()
    expect(desk.locator("#edits")).to_be_visible()
    expect(desk.locator("main")).not_to_contain_text("May be the same flight")


def test_nothing_is_drawn_across_a_gap_and_its_ends_are_marked(desk: Page) -> None:
    flight = archive.observed_flight(START, aircraft=archive.antonov())
    gap = flight.flight_tracks.get().track.gaps.get(kind="interior")
    # Minutes 4 and 14 of tests/archive.py's track.
    gap.start_point, gap.end_point = Point(131.76, 43.108), Point(131.16, 42.628)
    gap.save()
    desk.goto(f"/admin/tracks/flight/{flight.pk}/change/")
    expect(desk.locator(".path-map[data-ready]")).to_be_visible()
    titles = [mark.get_attribute("title") for mark in desk.locator(".gap-mark").all()]
    assert titles == ["Last fix before a gap: 2024-03-21 04:34:00Z", "First fix after a gap: 2024-03-21 04:44:00Z"]
    first, second = (mark.bounding_box() for mark in desk.locator(".gap-mark").all())
    desk.wait_for_function(f"async () => (await ({LINE_PIXELS})()) > 20")
    canvas = desk.locator(".leaflet-overlay-pane canvas")
    box = canvas.bounding_box()
    middle = [(first[k] + second[k]) / 2 + 5 - box[k] for k in ("x", "y")]
    painted = canvas.evaluate(
        """(canvas, [x, y]) => {
          const ratio = canvas.width / canvas.clientWidth;
          const box = [(x - 25) * ratio, (y - 25) * ratio, 50 * ratio, 50 * ratio].map(Math.round);
          const { data } = canvas.getContext("2d").getImageData(...box);
          return data.filter((value, i) => i % 4 === 3 && value > 0).length;
        }""",
        middle,
    )
    assert painted == 0


def test_a_path_over_the_antimeridian_does_not_run_around_the_world(desk: Page) -> None:
    track = archive.track(START)
    for stretch, longitude in zip(track.stretches.order_by("ordinal"), (179.8, -180.0), strict=True):
        line = stretch.path.coordinates.copy()
        line[:, 0] = np.linspace(longitude, longitude + 0.2, len(line))
        stretch.path = Trajectory(line)
        stretch.save()
    desk.goto(f"/admin/tracks/track/{track.pk}/change/")
    expect(desk.locator(".path-map[data-ready]")).to_be_visible()
    kilometres = desk.locator(".leaflet-control-scale-line").first.inner_text()
    assert int(kilometres.removesuffix(" km")) <= 100


def test_a_map_follows_the_admins_own_theme_switch(desk: Page) -> None:
    flight = archive.observed_flight(START, aircraft=archive.antonov())
    desk.goto(f"/admin/tracks/track/{flight.flight_tracks.get().track_id}/change/")
    expect(desk.locator(".path-map[data-ready]")).to_be_visible()
    desk.wait_for_function(f"async () => (await ({LINE_PIXELS})()) > 20")
    for _turn in ("dark", "light"):  # the switch goes round: as the system, then two more
        desk.locator(".theme-toggle").locator("visible=true").click()
        assert desk.evaluate("document.documentElement.dataset.theme") != "auto"
        desk.wait_for_function(f"async () => (await ({LINE_PIXELS})()) > 20")


def test_a_place_is_set_by_a_click_on_the_map(desk: Page) -> None:
    place = Place.objects.create(name="Rason", precision="city", radius_km=15, location=Point(130.3, 42.25))
    desk.goto(f"/admin/tracks/place/{place.pk}/change/")
    frame = desk.locator(".point-map")
    expect(frame.locator(".point-mark")).to_be_visible()
    box = frame.bounding_box()
    desk.mouse.click(box["x"] + box["width"] / 2 + 60, box["y"] + box["height"] / 2)
    expect(desk.get_by_label("Longitude")).not_to_have_value("130.3")
    longitude = float(desk.get_by_label("Longitude").input_value())
    assert 130.3 < longitude < 131
    assert abs(float(desk.get_by_label("Latitude").input_value()) - 42.25) < 0.02
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.locator(".messagelist")).to_be_visible()
    place.refresh_from_db()
    assert place.location.x == longitude


def pages_of_the_newsroom() -> list[str]:
    """One of each kind of page, full of data."""
    source = claim_values.place_value(archive.vladivostok())
    flight = archive.observed_flight(START, aircraft=archive.antonov(), facts={"origin": source})
    publish(flight)
    archive.reported_flight(archive.day_value(datetime.date(2018, 7, 9)), origin=source)
    track = flight.flight_tracks.get().track
    return [
        "/admin/",
        UPLOAD,
        "/admin/tracks/trackfile/",
        f"/admin/tracks/trackfile/{track.track_file_id}/change/",
        f"/admin/tracks/track/{track.pk}/change/",
        "/admin/tracks/flight/",
        f"/admin/tracks/flight/{flight.pk}/change/",
        f"/admin/tracks/flight/{flight.pk}/claims/add/departure/",
        f"/admin/tracks/flight/{flight.pk}/history/",
        f"/admin/tracks/flight/{flight.pk}/withdraw/",
        *(f"/admin/tracks/flight/{flight.pk}/edits/add/{kind}/" for kind in FORMS),
        "/admin/tracks/flight/add/",
        f"/admin/tracks/aircraft/{flight.aircraft_id}/change/",
        f"/admin/tracks/airport/{Airport.objects.get(icao='UHWW').pk}/change/",
    ]


def settle(page: Page) -> None:
    """Wait until a page of the newsroom has loaded all it loads by itself: its maps are drawn last."""
    page.wait_for_load_state("load")
    expect(page.locator(".path-map:not([data-ready])")).to_have_count(0)


def test_the_pages_pass_the_accessibility_checker_in_both_themes(
    desk: Page, browser: Browser, live_server: LiveServer
) -> None:
    found: list[str] = []
    with WatchedPage(browser, live_server.url, bypass_csp=True) as watched:
        watched.context.add_cookies(desk.context.cookies())
        for address in pages_of_the_newsroom():
            watched.page.goto(address)
            settle(watched.page)
            # Maps are judged with the site's own pages; the boxes of Django's autocomplete are Django's.
            found += [f"{address} {barrier}" for barrier in barriers(watched.page, ".leaflet-container", ".select2")]
    assert found == [], "\n".join(found)


def test_every_page_runs_under_the_strict_policy_and_none_moves_sideways_on_a_phone(
    desk: Page, browser: Browser, live_server: LiveServer
) -> None:
    phone = {"viewport": {"width": 390, "height": 800}, "is_mobile": True, "has_touch": True}
    with WatchedPage(browser, live_server.url, **phone) as watched:  # fails on anything the browser says
        watched.context.add_cookies(desk.context.cookies())
        for address in pages_of_the_newsroom():
            watched.page.goto(address)
            settle(watched.page)
            assert watched.page.evaluate("document.documentElement.scrollWidth") <= 390, address
