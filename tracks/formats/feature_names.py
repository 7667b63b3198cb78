"""Names under which programs put times and identities into the properties of a feature.

No standard says how; what is read here are names that can mean one thing only. "name", "id" or "type"
may be anything and are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tracks.formats.contract import StatedIdentity
from tracks.formats.text import clean

# Lists of times of a line, the first that fits counts. See the README of mapbox/togeojson (coordTimes),
# placemark/togeojson (coordinateProperties.times), Leaflet.TimeDimension (linestringTimestamps, times).
LINE_TIMES = ("coordtimes", "times", "linestringtimestamps", "timestamps", "datetimes", "time")

# The time of a point.
POINT_TIMES = (
    "time",
    "timestamp",
    "datetime",
    "timeutc",
    "utc",
    "utctime",
    "when",
    "recordedat",
    "gpstime",
    "epoch",
    "unixtime",
    "tst",
    "fixtime",
    "ts",
    "t",
)

_IDENTITY = {
    "icao24": "address",
    "icao24bit": "address",
    "hex": "address",
    "hexident": "address",
    "modes": "address",
    "modeshex": "address",
    "icaohex": "address",
    "icaoaddress": "address",
    "registration": "registration",
    "reg": "registration",
    "tailnumber": "registration",
    "callsign": "callsign",
    "typedesignator": "type_designator",
    "typecode": "type_designator",
    "icaotype": "type_designator",
    "operator": "operator",
    "airline": "operator",
    "flightnumber": "flight_number",
}
_FORMS = {
    "address": re.compile(r"~?[0-9a-f]{6}"),
    "registration": re.compile(r"[A-Z0-9][A-Z0-9-]{1,11}", re.IGNORECASE),
    "callsign": re.compile(r"[A-Z0-9]{2,8}", re.IGNORECASE),
    "type_designator": re.compile(r"[A-Z0-9]{2,4}", re.IGNORECASE),
}

_PLAIN: dict[str, str] = {}


def plain_name(name: str) -> str:
    """A property's name in small letters and digits only: "Coord-Times" is "coordtimes"."""
    plain = _PLAIN.get(name)
    if plain is None:
        plain = re.sub(r"[^a-z0-9]", "", name.lower())
        if len(_PLAIN) < 1024 and len(name) < 64:
            _PLAIN[name] = plain
    return plain


def is_identity(name: str) -> bool:
    """Whether a property tells who the aircraft is."""
    return plain_name(name) in _IDENTITY


def identity_of(stated: Mapping[str, Any]) -> StatedIdentity:
    """Who a feature says the aircraft is; `stated` is by plain names."""
    found: dict[str, str] = {}
    for name, value in stated.items():
        part = _IDENTITY.get(name)
        if part is None or part in found or not isinstance(value, str):
            continue
        text = clean(value[:80])
        text = text.lower() if part == "address" else text
        form = _FORMS.get(part)
        if text and (form is None or form.fullmatch(text)):
            found[part] = text
    return StatedIdentity(**found)
