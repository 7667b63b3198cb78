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
    """Two numbers; js/admin-point-map.js finds them by their `data-point` and puts a map below."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        def number(which: str, label: Any, limit: int) -> forms.NumberInput:
            limits = {"step": "any", "min": -limit, "max": limit}
            return forms.NumberInput({**limits, "data-point": which, "aria-label": label, "placeholder": label})

        super().__init__({"lat": number("lat", _("Latitude"), 90), "lon": number("lon", _("Longitude"), 180)}, attrs)

    def decompress(self, value: Point | None) -> list[float | None]:
        return [None, None] if value is None else [value.y, value.x]


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
        try:
            point = self.clean(data)
        except ValidationError:
            return True
        return (point and point.coords) != (initial and initial.coords)
