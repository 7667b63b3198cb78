"""The language a reader chooses. It is kept in a cookie; no address says it, so that a permalink means one page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt  # another site could only change the language; a token would give every reader a cookie
def choose(request: HttpRequest) -> HttpResponse:
    """POST `/language/` with `language`: back to the page that asked, in that language from now on."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    response = HttpResponseRedirect(_where_from(request))
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    patch_cache_control(response, private=True, no_store=True)
    return response


def _where_from(request: HttpRequest) -> str:
    """The page the form stood on: as the browser names it (with the moment its script wrote there), or as the form.

    The part of the page, which no browser names, is added to the form's address by a script (theme.js).
    """
    by_the_form = request.POST.get("next", "")
    for address in (request.headers.get("Referer", ""), by_the_form):
        if address and url_has_allowed_host_and_scheme(
            address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            _page, hash_sign, part = by_the_form.partition("#")
            return address.partition("#")[0] + hash_sign + part
    return "/"
