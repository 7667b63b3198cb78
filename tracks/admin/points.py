"""A place typed as latitude and longitude, with a map beside it where JavaScript runs.

GeoDjango's own widgets load their maps from other hosts; a curator's address is not ours to give away either.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SRID = 4326


class LatLonWidget(forms.MultiWidget):
    """Two numbers, and an element that js/admin-point-map.js turns into a map."""

    template_name = "admin/widgets/lat_lon.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        def number(label: object, limit: int) -> forms.NumberInput:
            return forms.NumberInput({"step": "any", "min": -limit, "max": limit, "aria-label": label})

        super().__init__({"lat": number(_("Latitude"), 90), "lon": number(_("Longitude"), 180)}, attrs)

    def decompress(self, value: Point | None) -> list[float | None]:
        return [None, None] if value is None else [round(value.y, 7), round(value.x, 7)]


class LatLonField(forms.MultiValueField):
    """A point from two numbers in degrees; both or neither."""

    widget = LatLonWidget
    default_error_messages = {"half": _("A place needs both latitude and longitude.")}

    def __init__(self, **kwargs: Any) -> None:
        for name in ("geom_type", "srid", "max_geom_collections"):  # what a model's geometry field hands over
            kwargs.pop(name, None)
        numbers = [
            forms.FloatField(min_value=-limit, max_value=limit, required=False, label=label)
            for label, limit in ((_("Latitude"), 90), (_("Longitude"), 180))
        ]
        super().__init__(numbers, require_all_fields=False, **kwargs)

    def compress(self, values: list[float | None]) -> Point | None:
        if not values or all(value is None for value in values):
            return None
        latitude, longitude = values
        if latitude is None or longitude is None:
            raise ValidationError(self.error_messages["half"], code="half")
        return Point(longitude, latitude, srid=SRID)

    def has_changed(self, initial: Point | None, data: Any) -> bool:
        if self.disabled:
            return False
        # 5e-8° is half of what the widget shows: a place that was only looked at has not changed.
        try:
            point = self.clean(data)
        except ValidationError:
            return True
        if initial is None or point is None:
            return initial is not point
        return abs(initial.x - point.x) > 5e-8 or abs(initial.y - point.y) > 5e-8
