"""What an address asks for by a NUL is not there: PostgreSQL stores none, and refuses to look for one.

The readers' pages take any text and say themselves that nothing was found. Those of the admin hand ids and filters to
the database as they come.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse


class NulMiddleware:
    """Answers 404 to an address of the admin with a NUL in its path or query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        in_admin = request.path_info.startswith("/admin/")
        if in_admin and ("\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")):
            raise Http404
        return self.get_response(request)
