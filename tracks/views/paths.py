"""`/api/v1/paths/`: the paths of flights, as the map wants them (docs/wire.md)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _

from tracks.models import Flight
from tracks.models.assembly import assemble
from tracks.serving.compression import IDENTITY, accepted_encoding, compress
from tracks.serving.encoding import encode_paths
from tracks.serving.paths import (
    MOST_FLIGHTS,
    Found,
    entity_tag,
    find_revisions,
    parse_wanted,
    path_bytes,
    wire_draft,
)
from tracks.views.answers import ApiError, api
from tracks.visibility import sees_everything

CONTENT_TYPE = "application/octet-stream"
MAX_AGE = 4 * 3600  # seconds; not for ever, so that a withdrawal reaches the caches


@api
def paths(request: HttpRequest) -> HttpResponseBase:
    """The paths of `?f=<id>.<revision>,…`; those withdrawn are left out. `?preview=<id>`: a working copy's."""
    encoding = accepted_encoding(request.headers.get("Accept-Encoding", ""))
    if "preview" in request.GET:
        return _preview(request, encoding)
    found = _asked_for(request)
    tag = entity_tag(found.revisions)
    response = get_conditional_response(request, etag=tag)
    if response is None:
        response = _message(path_bytes(found.revisions, encoding), encoding)
    response["ETag"] = tag
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _asked_for(request: HttpRequest) -> Found:
    try:
        wanted = parse_wanted(request.GET.get("f", ""))
    except ValueError as error:
        sentence = _("“%(part)s” is not a flight's path: write its id, a dot and the number of its revision.")
        raise ApiError(400, sentence % {"part": error}) from None
    if not wanted:
        raise ApiError(400, _("Say which paths: ?f=<id>.<revision>, several separated by commas."))
    if len(wanted) > MOST_FLIGHTS:
        sentence = _("%(asked)d paths are too many for one request: ask for at most %(most)d at a time.")
        raise ApiError(400, sentence % {"asked": len(wanted), "most": MOST_FLIGHTS}, most_flights=MOST_FLIGHTS)
    found = find_revisions(wanted)
    if found.revisions:
        return found
    if found.gone:
        raise ApiError(410, _("What was asked for is no longer published."), gone=[str(one) for one in found.gone])
    raise ApiError(404, _("There are no such flights, or not in these revisions."))


def _message(body: bytes, encoding: str) -> HttpResponse:
    response = HttpResponse(body, content_type=CONTENT_TYPE)
    if encoding != IDENTITY:
        response["Content-Encoding"] = encoding
    return response


def _preview(request: HttpRequest, encoding: str) -> HttpResponse:
    """The path of a working copy, for the newsroom alone; kept nowhere."""
    if not sees_everything(request.user):
        raise Http404
    flight = get_object_or_404(Flight, pk=request.GET["preview"].replace("\0", ""))
    body = encode_paths([wire_draft(flight, assemble(flight))])
    response = _message(compress(body, encoding), encoding)
    patch_cache_control(response, private=True, no_store=True)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
