"""Places that reports name without an airport, and how far they reach.

Coordinates are the town's centre to 0.01°; the radius holds every airport that can be meant. North Korea is the
smallest circle round its land (Natural Earth), 365 km about 40.4° N 127.5° E. Russia has no circle that would not
cover its neighbours too: it has no location, and nothing is drawn at that end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Point

from tracks.models import Airport, Place
from tracks.models.vocabulary import PlacePrecision
from tracks.reference.files import ReferenceDataError
from tracks.reference.touched import touched_by_people

# The first and the last zone of Russia: a date somewhere in Russia is a date in one of its zones.
RUSSIA_ZONES = ("Europe/Kaliningrad", "Asia/Kamchatka")


@dataclass(frozen=True)
class RoughPlace:
    """A place no more exact than a city: latitude and longitude in degrees, or None where no circle fits."""

    precision: PlacePrecision
    country: str
    latitude: float | None
    longitude: float | None
    radius_km: float
    zones: tuple[str, ...]


_CITY, _AREA, _COUNTRY = PlacePrecision.CITY, PlacePrecision.AREA, PlacePrecision.COUNTRY

ROUGH_PLACES = {
    "North Korea (airport not stated)": RoughPlace(_COUNTRY, "KP", 40.40, 127.50, 365, ("Asia/Pyongyang",)),
    "Russia (place not stated)": RoughPlace(_COUNTRY, "RU", None, None, 4500, RUSSIA_ZONES),
    # Sheremetyevo, Vnukovo, Domodedovo, Zhukovsky, Chkalovsky
    "Moscow (airport not stated)": RoughPlace(_CITY, "RU", 55.75, 37.62, 50, ("Europe/Moscow",)),
    # Pudong, Hongqiao
    "Shanghai (airport not stated)": RoughPlace(_CITY, "CN", 31.23, 121.47, 45, ("Asia/Shanghai",)),
    "Tianjin (airport not stated)": RoughPlace(_CITY, "CN", 39.12, 117.20, 30, ("Asia/Shanghai",)),
    # Knevichi, Tsentralnaya Uglovaya
    "Vladivostok (airport not stated)": RoughPlace(_CITY, "RU", 43.12, 131.89, 45, ("Asia/Vladivostok",)),
    # Sunan, Mirim
    "Pyongyang (airport not stated)": RoughPlace(_CITY, "KP", 39.03, 125.75, 30, ("Asia/Pyongyang",)),
    # Wonsan-Kalma lies 11 km from the middle, Munchon 8 km
    "Wonsan area (airport not stated; climb seen over Munchon)": RoughPlace(
        _AREA, "KP", 39.20, 127.38, 30, ("Asia/Pyongyang",)
    ),
    # An air base without an ICAO code in our tables
    "Hwangju air base, south of Pyongyang": RoughPlace(_AREA, "KP", 38.65, 125.79, 10, ("Asia/Pyongyang",)),
}


class Places:
    """The places that reports name, as rows of the database; made when they are not there yet.

    Raises:
        ReferenceDataError: an airport is not in the database, or a name is on no list.
    """

    def __init__(self) -> None:
        self._touched = touched_by_people(Place)
        self._rough: dict[str, Place] = {}
        self._airports = Airport.objects.in_bulk(field_name="icao", id_list=[])
        self._of_airport: dict[str, Place] = {}

    def prepare(self, icaos: set[str]) -> None:
        """Read the airports and the places there are, all at once."""
        self._airports = Airport.objects.in_bulk(sorted(icaos), field_name="icao")
        stored = Place.objects.filter(airport__in=self._airports.values(), precision=PlacePrecision.AIRPORT)
        for place in stored.select_related("airport").order_by("-pk"):
            if place.airport is not None:
                self._of_airport[place.airport.icao] = place
        self._rough = {place.name: place for place in Place.objects.filter(name__in=ROUGH_PLACES)}

    def get(self, name: str, icao: str | None) -> Place:
        """The place a report means."""
        if icao is None:
            return self.rough(name)
        if icao not in self._of_airport:
            self._of_airport[icao] = Place.for_airport(self.airport(icao))
        return self._of_airport[icao]

    def airport(self, icao: str) -> Airport:
        """An airport by its code."""
        if icao not in self._airports:
            raise ReferenceDataError(f"Airport {icao} is not in the database: run `manage.py load_reference` first.")
        return self._airports[icao]

    def rough(self, name: str) -> Place:
        """A place of ROUGH_PLACES."""
        if name not in ROUGH_PLACES:
            raise ReferenceDataError(f"“{name}” is on no list of places: add it to tracks/reference/places.py.")
        wanted = ROUGH_PLACES[name]
        place = self._rough.get(name)
        if place is not None and (place.pk in self._touched or _values(place) == _wanted_values(wanted)):
            return place
        place = place or Place(name=name)
        place.precision, place.country, place.radius_km = wanted.precision, wanted.country, wanted.radius_km
        place.location = _point(wanted)
        place.save()
        self._rough[name] = place
        return place

    def zones(self, end: dict[str, Any] | None) -> tuple[str, ...]:
        """The time zones a place of the data can lie in; of a place not named, Russia's and North Korea's.

        The set is about flights between these two countries, so an end that no source names is in one of them.
        """
        if end is None:
            return (*RUSSIA_ZONES, "Asia/Pyongyang")
        if end["icao"]:
            return (self.airport(end["icao"]).time_zone,)
        return ROUGH_PLACES[end["name"]].zones


def _point(rough: RoughPlace) -> Point | None:
    if rough.latitude is None or rough.longitude is None:
        return None
    return Point(rough.longitude, rough.latitude, srid=4326)


def _values(place: Place) -> tuple[Any, ...]:
    location = place.location.coords if place.location else None
    return (place.precision, place.country, place.radius_km, location)


def _wanted_values(rough: RoughPlace) -> tuple[Any, ...]:
    point = _point(rough)
    return (rough.precision, rough.country, rough.radius_km, point.coords if point else None)
