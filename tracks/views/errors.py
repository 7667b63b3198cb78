"""Pages for what goes wrong. They ask neither database nor session: these may be what is wrong."""

from __future__ import annotations

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.cache import patch_cache_control
from django.utils.html import escape
from django.utils.translation import gettext as _

from tracks.views.answers import json_error

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _answer(request, 400, _("Bad request"), _("This address or form cannot be understood."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _answer(request, 403, _("Not allowed"), _("You may not do this."))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403, for a form whose token is missing or old."""
    return _answer(
        request,
        403,
        _("Not sent"),
        _("The form is too old or came from elsewhere. Reload its page and try again."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return _answer(request, 404, _("Not found"), _("There is no such page. Search the flights, or start from the map."))


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return _answer(
        request,
        500,
        _("Something went wrong"),
        _("The site could not answer. It has been noted; try again later."),
    )


def _answer(request: HttpRequest, status: int, title: str, sentence: str) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        return json_error(status, sentence)
    context = {"title": title, "sentence": sentence, "status": status, "SITE_NAME": settings.SITE_NAME}
    response = HttpResponse(_page(request, context), status=status)
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, no_store=True)
    return response


def _page(request: HttpRequest, context: dict[str, object]) -> str:
    try:
        # Without `request=` no context processor runs; base.html needs the request itself for its nonce.
        return loader.get_template("error.html").render({**context, "request": request})
    except Exception:
        # The templates or static files may be what is wrong. An error here would end in no answer at all.
        logger.exception("The page for an error cannot be made")
        title, sentence = escape(str(context["title"])), escape(str(context["sentence"]))
        return f"<!doctype html><title>{title}</title><h1>{title}</h1><p>{sentence}</p>"
