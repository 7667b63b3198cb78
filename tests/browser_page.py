"""A Chromium page that fails its test on anything the browser complains of."""

from __future__ import annotations

import re
import shutil
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",  # Chromium's sandbox does not work for root; the pages are ours
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
VIEWPORT = {"width": 1280, "height": 800}


def chromium() -> str:
    """The system's Chromium."""
    for name in ("chromium", "chromium-browser"):
        if program := shutil.which(name):
            return program
    raise FileNotFoundError("No Chromium: install the packages of the section [test] of system-packages.txt")


class WatchedPage:
    """A browser context on the site. Leaving it asserts that nothing was complained of.

    Complaints: console errors (violations of the Content-Security-Policy are among them), uncaught exceptions,
    requests to another host, answers of 400 and more to what a page loads by itself. `expected` takes patterns of
    complaints that a test provokes on purpose.
    """

    def __init__(self, browser: Browser | Any, base_url: str, **context_options: Any) -> None:
        self.host = urlsplit(base_url).netloc
        self.complaints: list[str] = []
        self.expected: list[str] = []
        options = {"viewport": VIEWPORT, "locale": "en-GB", "timezone_id": "UTC", **context_options}
        self.context = browser.new_context(base_url=base_url, **options)
        self.context.on("page", self._watch)
        self.context.on("request", self._note_request)
        self.context.on("response", self._note_response)
        self.page: Page = self.context.new_page()

    def new_page(self) -> Page:
        """One more page in the same context, watched too."""
        return self.context.new_page()

    def __enter__(self) -> WatchedPage:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self.context.close()
        if kind is None:
            unexpected = [c for c in self.complaints if not any(re.search(pattern, c) for pattern in self.expected)]
            assert not unexpected, "The browser complained:\n" + "\n".join(unexpected)

    def _watch(self, page: Page) -> None:
        page.on("console", self._note_message)
        page.on("pageerror", lambda error: self.complaints.append(f"exception: {error}"))
        page.on("crash", lambda _page: self.complaints.append("the page crashed"))

    def _note_message(self, message: ConsoleMessage) -> None:
        if (
            message.type == "error"
            or "Content Security Policy" in message.text
            or "Content-Security-Policy" in message.text
        ):
            self.complaints.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _note_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != self.host:
            self.complaints.append(f"request to another host: {request.url}")

    def _note_response(self, response: Response) -> None:
        # A page a test goes to may well answer 404 or 410: the test asserts that itself.
        if response.status >= 400 and not response.request.is_navigation_request():
            self.complaints.append(f"{response.status} for {response.url}")
