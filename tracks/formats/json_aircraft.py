"""What services write about aircraft in JSON, as rows of tables whose columns and units we know.

    readsb, dump1090   {"hex": "4006e9", "lat", "lon", "seen_pos", "alt_baro", …}         beside "now"
    Virtual Radar      {"Icao": "4006E9", "Lat", "Long", "PosTime", "Alt", "AltT", …, "Cos": [lat, lon, ms, …]}
    FlightAware        {"timestamp", "coord": [lon, lat], "alt", "gs", …}                  what its pages load

Sources: README-json.md of wiedehopf/readsb; "Aircraft List (JSON)" in Virtual Radar Server's documentation.

Decisions:
- Of Virtual Radar's altitudes `Alt` is read, above the 1013 hPa level unless `AltT` is 1; `GAlt` is made from it. A
  speed through the air (`SpdTyp`) and a heading (`TrkH`) are not read. An address it calls `Bad` is none of ICAO's.
- Its short trails (`Cos`) are earlier positions and read as such; full trails (`Cot`) have no times.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeGuard

Record = dict[str, Any]

# What receivers call things in aircraft.json -> the name in tables of traffic and jet1090, in the same units. Where
# two are given, older dump1090 has the second.
_SEEN = {
    "icao24": ("hex",),
    "registration": ("r",),
    "callsign": ("flight",),
    "squawk": ("squawk",),
    "latitude": ("lat",),
    "longitude": ("lon",),
    "altitude": ("alt_baro", "altitude"),
    "geoaltitude": ("alt_geom",),
    "groundspeed": ("gs", "speed"),
    "track": ("track",),
    "vertical_rate": ("baro_rate", "vert_rate"),
}

SEEN_HEADS = frozenset(_SEEN) | {"timestamp", "onground", "position_source"}

_VIRTUAL_RADAR = {
    "registration": "Reg",
    "callsign": "Call",
    "squawk": "Sqk",
    "latitude": "Lat",
    "longitude": "Long",
    "vertical_rate": "Vsi",
    "onground": "Gnd",
}
_GEOMETRIC = 1
_LARGEST = 1e15  # no moment or angle is

# Numbers of a point in a trail: latitude, longitude, milliseconds, and what `TT` says.
_TRAILS = {"a": 4, "s": 4}


def seen(aircraft: Record, now: float | None) -> Record:
    """What a receiver says of an aircraft at a moment, its position dated by its own age."""
    row: Record = {name: next((aircraft[key] for key in keys if key in aircraft), None) for name, keys in _SEEN.items()}
    # Without a position its age is not stated either.
    age = aircraft.get("seen_pos") if "lat" in aircraft else 0.0
    row["timestamp"] = round(now - age, 3) if now is not None and isinstance(age, int | float) else None
    row["onground"] = row["altitude"] == "ground" if row["altitude"] is not None else None
    if row["altitude"] == "ground":
        row["altitude"] = None
    kind, mlat = aircraft.get("type"), aircraft.get("mlat")
    row["position_source"] = kind if isinstance(kind, str) else "mlat" if type(mlat) is list and "lat" in mlat else None
    return row


def of_virtual_radar(aircraft: Record) -> Iterator[Record]:
    """The positions of an aircraft in a list of Virtual Radar Server: those of its trail, and the last."""
    row: Record = dict.fromkeys(SEEN_HEADS)
    row |= {name: aircraft.get(key) for name, key in _VIRTUAL_RADAR.items()}
    address = aircraft.get("Icao")
    if isinstance(address, str):
        row["icao24"] = f"~{address.lower()}" if aircraft.get("Bad") is True else address.lower()
    row["position_source"] = next((word for word in ("Mlat", "Tisb") if aircraft.get(word) is True), None)
    moment = aircraft.get("PosTime")
    last = moment / 1000 if _is_number(moment) else None
    who = dict.fromkeys(SEEN_HEADS) | {name: row[name] for name in ("icao24", "registration")}
    for point in _trail(aircraft):
        if last is None or point["timestamp"] < last:
            yield {**who, **point}
    altitude = "geoaltitude" if aircraft.get("AltT") == _GEOMETRIC else "altitude"
    row[altitude] = aircraft.get("Alt")
    row["groundspeed"] = None if aircraft.get("SpdTyp") else aircraft.get("Spd")
    row["track"] = None if aircraft.get("TrkH") else aircraft.get("Trak")
    row["timestamp"] = last
    yield row


def _trail(aircraft: Record) -> Iterator[Record]:
    numbers, what = aircraft.get("Cos"), aircraft.get("TT")
    step = _TRAILS.get(what, 3) if isinstance(what, str) else 3
    if type(numbers) is not list or len(numbers) % step:
        return
    for at in range(0, len(numbers), step):
        latitude, longitude, moment = numbers[at : at + 3]
        if all(map(_is_number, (latitude, longitude, moment))):
            row = {"latitude": latitude, "longitude": longitude, "timestamp": moment / 1000}
            if what == "a":
                kind = "geoaltitude" if aircraft.get("AltT") == _GEOMETRIC else "altitude"
                row[kind] = numbers[at + 3]
            yield row


def of_flightaware(point: Record) -> Record:
    """A point of a track on FlightAware's pages, named as its web service names it."""
    place = point["coord"]
    longitude, latitude = place if type(place) is list and len(place) == 2 else (None, None)
    return {
        "timestamp": point.get("timestamp"),
        "latitude": latitude,
        "longitude": longitude,
        "altitude": point.get("alt"),
        "groundspeed": point.get("gs"),
        "update_type": point.get("type"),
        "altitude_change": point.get("altitudeChange"),
    }


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST
