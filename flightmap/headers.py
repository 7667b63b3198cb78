"""Headers that every response carries, whoever made it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# What a page here never asks a browser for; a script that got in could not ask for it either.
_NEVER = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
PERMISSIONS_POLICY = ", ".join([*(f"{feature}=()" for feature in _NEVER), "fullscreen=(self)"])
# Nothing that a browser would open as a document: there the policy has no say, and it is longer than many a script.
_NO_DOCUMENT = {"text/javascript", "text/css"}
# Not for search engines: data for programs, and the newsroom's own pages.
_UNINDEXED = ("/api/", "/admin/", "/healthz")


class HeadersMiddleware:
    """Adds Permissions-Policy, keeps what is not for search engines out of them, and puts Vary right.

    Stands first in MIDDLEWARE, so that it sees every response as it leaves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.get("Content-Type", "").partition(";")[0] not in _NO_DOCUMENT:
            response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        if request.path_info.startswith(_UNINDEXED):
            response.headers.setdefault("X-Robots-Tag", "noindex")
        if "public" in response.get("Cache-Control", "") and "Set-Cookie" not in response and not response.cookies:
            _same_for_everybody(response)
        return response


def _same_for_everybody(response: HttpResponse) -> None:
    """A public response is the same for every reader and language: only its compression may differ.

    Other middleware marks each response as depending on cookie and language; a shared cache would then keep
    one copy a reader.
    """
    if response.has_header("Vary"):
        kept = [name.strip() for name in response["Vary"].split(",")]
        kept = [name for name in kept if name.lower() not in {"cookie", "accept-language"}]
        if kept:
            response["Vary"] = ", ".join(kept)
        else:
            del response["Vary"]
    if response.has_header("Content-Language"):
        del response["Content-Language"]
