"""From a place in a track file to the spot on a map: which track, at what time, and where a dropped fix claimed to be.

A report names places by byte, line or record, with the record that stands there. A record leads to the track whose
fixes were read nearest to it in the file; it is looked up when somebody follows the link, so that a report stays true
after the file is read again.
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import numpy as np
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from tracks.admin.base import change_url
from tracks.admin.words import place_in_words
from tracks.formats.reading import MEMBER_BIT, member_and_record
from tracks.models import Stretch, Track, TrackFile
from tracks.serving.moments import parse_time

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the file in words; `url` leads to the map, "" where no fix was read there."""

    words: str
    url: str


def spot_of(file: TrackFile, place: Json) -> Spot:
    """A place of a report (`tracks.importing.reports`) with its way to the map."""
    words = place_in_words(place["kind"], place["number"], place.get("member", ""))
    record = place.get("record", _record_index(file, place))
    if record is None or not file.report.get("tracks_count"):
        return Spot(words, "")
    query: dict[str, Any] = {"record": record}
    if "lat" in place and "lon" in place:
        query["at"] = f"{place['lat']:.6f},{place['lon']:.6f}"
    if "time" in place:
        query["t"] = _iso(place["time"])
    return Spot(words, f"{reverse('admin:tracks_trackfile_spot', args=[file.pk])}?{urlencode(query)}")


def _record_index(file: TrackFile, place: Json) -> int | None:
    """The number a record has in the whole file (`formats.reading`), where an older report names it by its kind only;
    None for a byte or a line at which no record stands.
    """
    if place["kind"] != "record":
        return None
    if not place.get("member"):
        return int(place["number"])
    numbers = {member["name"]: member["number"] for member in file.report.get("members", [])}
    ordinal = numbers.get(place["member"])
    return None if ordinal is None else (ordinal << MEMBER_BIT) | int(place["number"])


def track_spot_url(track_id: int, at: datetime.datetime | None) -> str:
    """The page of a track, its map at a moment."""
    address = reverse("admin:tracks_track_change", args=[track_id])
    return address if at is None else f"{address}?{urlencode({'t': _iso(at.timestamp())})}#map"


def spot_view(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """`?record=N`, perhaps with `t` and `at` of a fix that was dropped: on to the track that was read there."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    file = get_object_or_404(TrackFile, pk=pk)
    record = request.GET.get("record", "")
    found = _nearest(file, int(record)) if record.isascii() and record.isdigit() and len(record) < 19 else None
    if found is None:
        text = _("No track has a fix from around this place of the file, so no map can show it.")
        model_admin.message_user(request, text, messages.WARNING)
        return HttpResponseRedirect(change_url(file))
    track_id, time = found
    query = {"t": request.GET.get("t") or _iso(time)}
    if "at" in request.GET:
        query["at"] = request.GET["at"]
    return HttpResponseRedirect(f"{reverse('admin:tracks_track_change', args=[track_id])}?{urlencode(query)}#map")


def marked_spot(request: HttpRequest, track: Track) -> Json | None:
    """What `?t=` and `?at=lat,lon` ask a track's map to show; anything that is neither is left aside."""
    time = parse_time(request.GET.get("t"))
    at = _position(request.GET.get("at", ""))
    if time is None and at is None:
        return None
    return {"time": None if time is None else time.timestamp(), "at": at}


def _position(text: str) -> list[float] | None:
    """ "lat,lon" in degrees."""
    try:
        latitude, longitude = (float(part) for part in text.split(","))
    except ValueError:
        return None
    possible = math.isfinite(longitude) and abs(longitude) <= 360 and abs(latitude) <= 90  # NaN is neither
    return [latitude, longitude] if possible else None


def _nearest(file: TrackFile, record: int) -> tuple[int, float] | None:
    """The track with the fix that was read nearest to a record of the file, and that fix's time."""
    best: tuple[int, int, int] | None = None  # how many records away, stretch, fix in it
    rows = Stretch.objects.filter(track__track_file=file).order_by("pk").values_list("pk", "record_index")
    for pk, packed in rows.iterator(chunk_size=500):
        records = np.asarray(packed)
        if not records.size:
            continue
        at = int(np.argmin(np.abs(records - record)))
        away = abs(int(records[at]) - record)
        same_member = member_and_record(int(records[at]))[0] == member_and_record(record)[0]
        if same_member and (best is None or away < best[0]):
            best = (away, pk, at)
    if best is None:
        return None
    stretch = Stretch.objects.get(pk=best[1])
    line = stretch.path.coordinates if stretch.path is not None else np.asarray(stretch.lone_fix).reshape(-1, 4)
    return stretch.track_id, float(line[best[2], 3])


def _iso(epoch: float) -> str:
    at = datetime.datetime.fromtimestamp(epoch, datetime.UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
