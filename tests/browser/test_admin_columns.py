"""The page on which a curator says what a table's columns are, in a real browser."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.accessibility import barriers
from tests.browser.test_admin import log_in
from tests.browser_page import WatchedPage
from tests.integration.archive import imported, run_task
from tests.integration.test_admin_columns import columns_of, page_of, table

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_table_of_no_known_format_is_read_after_its_columns_were_named(page: Page, live_server: LiveServer) -> None:
    log_in(page)
    file = imported(table(), name="logger of the port.csv")
    page.goto(page_of(file))
    page.get_by_role("link", name="Say what the columns are").click()
    expect(page.get_by_text("Nothing is read until you save")).to_be_visible()
    time, altitude, registration = (page.locator(f"#column-{n}") for n in (1, 4, 5))
    expect(time).to_have_value("time-dmy")
    expect(altitude).to_have_value("")
    expect(page.locator("#preview")).to_contain_text("in which zone")
    altitude.select_option("altitude-unstated-m")
    registration.select_option("registration")
    page.get_by_label("Zone of times without one").select_option("Asia/Vladivostok")
    page.get_by_role("button", name="Only show what this gives").click()
    expect(page.locator("#preview")).to_contain_text("2024-03-20 18:00:00Z")
    expect(altitude).to_have_value("altitude-unstated-m")
    page.get_by_role("button", name="Save and read the file").click()
    expect(page.get_by_text("The file is being read as you said.")).to_be_visible()
    assert run_task(file).status == "imported"


def test_no_barrier_is_found_on_the_page_of_columns_and_it_does_not_move_sideways_on_a_phone(
    browser: Browser, live_server: LiveServer
) -> None:
    with WatchedPage(browser, live_server.url, bypass_csp=True) as watched:
        page = watched.page
        log_in(page)
        file = imported(table(), name="logger of the port.csv")
        page.goto(columns_of(file))
        page.locator("#column-5").select_option("registration")
        page.get_by_label("Zone of times without one").select_option("UTC")
        page.get_by_role("button", name="Look again").click()
        expect(page.locator("#preview")).to_contain_text("HL7773")
        assert barriers(page) == []
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
