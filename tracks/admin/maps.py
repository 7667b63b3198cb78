"""What a map of the curators' pages needs: the offline base map's files, the ends' airports, words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext as _

from tracks.models import Airport, Gap
from tracks.models.assembled import AssembledGap
from tracks.serving.airports import airport_on_map


def map_data(
    *,
    paths_url: str | None = None,
    gaps: Iterable[AssembledGap] = (),
    airports: Iterable[Airport | None] = (),
    spot: dict[str, Any] | None = None,
    beside: Iterable[dict[str, Any]] = (),
) -> dict[str, Any]:
    """JSON for js/admin-map.js.

    Args:
        paths_url: where the paths come from, in the wire's view profile; None for a map of a place.
        gaps: their ends are marked; nothing is drawn between them.
        airports: shown with their runways.
        beside: tracks drawn as a pale band in a colour of their own, for they are not what the flight shows:
            {"url": of the path, "token": of the colour, "name": in words}.
        spot: what the map opens on: {"time": epoch seconds or None, "at": [lat, lon] of a dropped fix or None}.
    """
    west, south, east, north = settings.CORRIDOR_BOUNDS
    shown = {airport.pk: airport for airport in airports if airport is not None}
    return {
        "pathsUrl": paths_url,
        "gaps": [gap_ends(gap) for gap in gaps],
        "spot": spot,
        "beside": list(beside),
        "bounds": [[south, west], [north, east]],
        "basemap": {
            "urls": {
                "world": static("basemap/world.json"),
                "region": static("basemap/region.json"),
                "sheets": f"{settings.STATIC_URL}basemap/",
            },
            "airports": [airport_on_map(airport, runways=airport.runways.all(), zoom=5) for airport in shown.values()],
            "tileLayers": settings.TILE_LAYERS,
            "words": {
                "offline": _("Natural Earth (offline)"),
                "layers": _("Base map"),
                "failed": _("The base map could not be loaded."),
                "tilesFailed": _("{name} does not answer. The offline map stays."),
                "tryAgain": _("Try again"),
                "metres": _("m"),
                "kilometres": _("km"),
                "nauticalMiles": _("nmi"),
                "north": _("N"),
                "south": _("S"),
                "east": _("E"),
                "west": _("W"),
            },
        },
        "words": {
            "legend": {
                "title": _("What the lines mean"),
                "observed": _("Observed: received positions"),
                "stopped": _("A gap begins or ends here"),
                "estimated": _("Estimated by the tracker itself"),
                "disputed": _("Border in dispute"),
                "show": _("Show estimates"),
                "method": _("Across gaps nothing is drawn here."),
                "more": _("How it is done"),
            },
            "lastFix": _("Last fix before a gap: {time}"),
            "firstFix": _("First fix after a gap: {time}"),
            "of": _("{track}: {fix}"),
            "first": _("First fix: {time}"),
            "last": _("Last fix: {time}"),
            "nearest": _("The fix nearest in time: {fix}"),
            "dropped": _("Here the fix was that is not in the path ({time})"),
            "droppedUndated": _("Here the fix was that is not in the path"),
            "trouble": _("The path could not be read: {why}. Reload the page."),
            "none": _("There is no path to show."),
        },
    }


class PointMapMixin:
    """A model's page whose places can be clicked on a map (js/admin-point-map.js)."""

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        obj = kwargs.get("obj")
        # An airport's runways are drawn, so that one sees whether they lie where they should.
        context["point_map_data"] = map_data(
            airports=[obj if isinstance(obj, Airport) else getattr(obj, "airport", None)]
        )
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]


def assembled(gaps: Iterable[Gap]) -> list[AssembledGap]:
    """Stored gaps as maps take them."""
    return [AssembledGap.of(gap) for gap in gaps]


def gap_ends(gap: AssembledGap) -> dict[str, Any]:
    """Where and when a gap begins and ends, as far as it has ends: `[lat, lon]`, epoch seconds."""
    return {
        "kind": gap.kind,
        "start": gap.started_at.timestamp() if gap.started_at else None,
        "end": gap.ended_at.timestamp() if gap.ended_at else None,
        "from": [gap.start_point[1], gap.start_point[0]] if gap.start_point else None,
        "to": [gap.end_point[1], gap.end_point[0]] if gap.end_point else None,
    }
