"""What all views share: methods, caching, JSON and its errors."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page

View = Callable[..., HttpResponseBase]
READING = ["GET", "HEAD", "OPTIONS"]


def readable(view: View) -> View:
    """A view that only reads: GET and HEAD; OPTIONS says so, everything else is refused."""

    @csrf_exempt  # nothing can be changed here; the refusal says so instead of speaking of tokens
    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in {"GET", "HEAD"}:
            return view(request, *args, **kwargs)
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": ", ".join(READING)})
        return HttpResponseNotAllowed(READING)

    return answer


def page(view: View) -> View:
    """A page for people: compressed, and asked for anew each time, so that what was withdrawn is gone at once."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        return response

    return readable(gzip_page(answer))


class ApiError(Exception):
    """An answer of the API that is not what was asked for, in a sentence; `more` goes into the JSON beside it."""

    def __init__(self, status: int, sentence: str, **more: Any) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.more = status, sentence, more


def api(view: View) -> View:
    """A view of the API: compressed, with ETag, its errors JSON with a sentence.

    Always in English: caches keep one answer for everybody, and programs compare its words.
    """

    @csrf_exempt
    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Not as a decorator: one object would then keep the language to go back to for the requests of all threads.
        with override(settings.LANGUAGE_CODE):
            response = answered(request, *args, **kwargs)
        response["Content-Language"] = settings.LANGUAGE_CODE
        return response

    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in READING:
            sentence = _("The API only reads: use GET.")
            return json_error(405, sentence, headers={"Allow": ", ".join(READING)})
        try:
            return reading(request, *args, **kwargs)
        except ApiError as error:
            return json_error(error.status, error.sentence, **error.more)
        except Http404:
            return json_error(404, _("There is no such thing here."))

    reading = readable(gzip_page(conditional_page(view)))
    return answer


def json_answer(data: dict[str, Any], *, max_age: int) -> HttpResponse:
    """JSON that is the same for everybody, for `max_age` seconds."""
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})
    patch_cache_control(response, public=True, max_age=max_age)
    return response


def json_error(status: int, sentence: str, *, headers: dict[str, str] | None = None, **more: Any) -> HttpResponse:
    """An error of the API."""
    response = JsonResponse(
        {"error": sentence, **more}, status=status, headers=headers, json_dumps_params={"ensure_ascii": False}
    )
    patch_cache_control(response, no_store=True)
    return response
