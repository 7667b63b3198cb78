"""Our own names on the map: the corridor's cities, the seas, and where a country's name stands.

Why an own list here and GeoNames elsewhere: GeoNames writes North Korean names in McCune–Reischauer
with administrative suffixes (Sariwŏn-si, Anbyŏn-ŭp) and counts suburbs as cities; readers of this map
know the places by the spellings newspapers use. Coordinates are town centres to 0.01°; a test holds
them against GeoNames.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["city", "major", "capital", "country", "sea"]


@dataclass(frozen=True)
class Place:
    """A name on the map, shown from `zoom` on; a line break in a name is drawn as one.

    A "major" city is one the corridor turns on: set as strong as a capital.
    """

    name: str
    longitude: float
    latitude: float
    zoom: int
    kind: Kind = "city"


CORRIDOR_CITIES = (
    # North Korea: GeoNames is not used there, so everything the map shows is here.
    Place("Pyongyang", 125.75, 39.03, 3, "capital"),
    Place("Chongjin", 129.78, 41.79, 5),
    Place("Wonsan", 127.44, 39.15, 5),
    Place("Hamhung", 127.54, 39.92, 6),
    Place("Sinuiju", 124.40, 40.10, 6),
    Place("Rason", 130.29, 42.25, 6),
    Place("Nampo", 125.41, 38.74, 7),
    Place("Kaesong", 126.55, 37.97, 7),
    Place("Haeju", 125.71, 38.04, 7),
    Place("Kanggye", 126.59, 40.97, 7),
    Place("Hyesan", 128.18, 41.40, 7),
    Place("Kimchaek", 129.20, 40.67, 7),
    Place("Sariwon", 125.76, 38.51, 8),
    Place("Sunchon", 125.93, 39.43, 8),
    Place("Sinpo", 128.19, 40.04, 8),
    Place("Tanchon", 128.91, 40.46, 8),
    Place("Kilju", 129.33, 40.96, 8),
    Place("Musan", 129.21, 42.23, 8),
    Place("Hoeryong", 129.75, 42.44, 8),
    Place("Manpo", 126.29, 41.15, 8),
    Place("Anju", 125.66, 39.62, 8),
    Place("Samjiyon", 128.32, 41.80, 8),
    Place("Onsong", 129.99, 42.96, 9),
    Place("Kusong", 125.25, 39.98, 9),
    Place("Tokchon", 126.26, 39.75, 9),
    Place("Chunggang", 126.87, 41.78, 9),
    Place("Kyongsong", 129.61, 41.59, 9),
    Place("Orang", 129.66, 41.45, 9),
    Place("Sunan", 125.69, 39.20, 9),
    Place("Tongchon", 127.89, 38.95, 9),
    # Russia
    Place("Vladivostok", 131.89, 43.12, 3, "major"),
    Place("Khabarovsk", 135.07, 48.48, 4, "major"),
    Place("Ussuriysk", 131.95, 43.80, 6),
    Place("Nakhodka", 132.89, 42.82, 6),
    Place("Komsomolsk-on-Amur", 137.01, 50.55, 6),
    Place("Yuzhno-Sakhalinsk", 142.74, 46.96, 5),
    Place("Blagoveshchensk", 127.53, 50.27, 6),
    Place("Birobidzhan", 132.92, 48.79, 7),
    Place("Spassk-Dalny", 132.82, 44.60, 7),
    Place("Dalnegorsk", 135.57, 44.56, 7),
    Place("Dalnerechensk", 133.74, 45.93, 7),
    Place("Sovetskaya Gavan", 140.29, 48.97, 7),
    Place("Khasan", 130.64, 42.43, 8),
    Place("Slavyanka", 131.38, 42.86, 8),
    Place("Artyom", 132.19, 43.36, 8),
    Place("Partizansk", 133.12, 43.12, 8),
    Place("Arsenyev", 133.27, 44.16, 8),
    Place("Lesozavodsk", 133.40, 45.47, 8),
    Place("Bolshoy Kamen", 132.35, 43.11, 9),
    Place("Fokino", 132.41, 42.97, 9),
    # South Korea and the Chinese border
    Place("Seoul", 126.98, 37.57, 4, "capital"),
    Place("Busan", 129.03, 35.10, 5),
    Place("Incheon", 126.71, 37.46, 7),
    Place("Gangneung", 128.90, 37.76, 7),
    Place("Sokcho", 128.59, 38.21, 8),
    Place("Chuncheon", 127.73, 37.87, 8),
    Place("Harbin", 126.65, 45.75, 5),
    Place("Shenyang", 123.43, 41.79, 5),
    Place("Changchun", 125.32, 43.88, 6),
    Place("Mudanjiang", 129.60, 44.55, 6),
    Place("Yanji", 129.50, 42.89, 6),
    Place("Dandong", 124.39, 40.13, 7),
    Place("Tonghua", 125.93, 41.72, 7),
    Place("Hunchun", 130.36, 42.87, 8),
    Place("Suifenhe", 131.15, 44.41, 8),
)

# In the region a country's name stands where the corridor's reader looks, not at its middle. Of several places for
# one name the first that is in view is taken.
REGION_COUNTRIES = (
    Place("Russia", 134.6, 46.9, 4, "country"),
    Place("Russia", 133.6, 44.0, 5, "country"),
    Place("China", 123.0, 44.6, 4, "country"),
    Place("China", 126.6, 42.9, 5, "country"),
    Place("North Korea", 126.9, 40.75, 4, "country"),
    Place("South Korea", 128.0, 36.5, 4, "country"),
    Place("South Korea", 128.2, 37.9, 5, "country"),
    Place("Japan", 138.3, 36.2, 4, "country"),
    Place("Mongolia", 112.5, 46.8, 4, "country"),
)

# The sea between Korea and Japan by both its names, in the order of the alphabet. Names that are
# contested elsewhere are left out.
SEAS = (
    Place("East Sea /\nSea of Japan", 134.6, 39.0, 4, "sea"),
    Place("East Sea /\nSea of Japan", 130.4, 39.6, 5, "sea"),
    Place("Yellow Sea", 123.2, 35.6, 4, "sea"),
    Place("East China Sea", 125.0, 29.6, 4, "sea"),
    Place("Sea of Okhotsk", 149.0, 54.0, 4, "sea"),
    Place("Peter the Great Gulf", 131.95, 42.60, 8, "sea"),
    Place("Korea Bay", 124.0, 39.1, 7, "sea"),
    Place("Pacific\nOcean", -150.0, 25.0, 2, "sea"),
    Place("Pacific Ocean", 152.0, 33.0, 4, "sea"),
    Place("Atlantic\nOcean", -38.0, 30.0, 2, "sea"),
    Place("Indian\nOcean", 79.0, -22.0, 2, "sea"),
    Place("Southern Ocean", 30.0, -60.0, 3, "sea"),
    Place("Arctic Ocean", 160.0, 76.0, 3, "sea"),
    Place("Bering Sea", -178.0, 58.0, 4, "sea"),
    Place("Philippine Sea", 134.0, 20.0, 4, "sea"),
    Place("Bay of Bengal", 88.5, 14.5, 4, "sea"),
    Place("Arabian Sea", 64.0, 15.0, 4, "sea"),
    Place("Mediterranean Sea", 18.5, 34.6, 4, "sea"),
    Place("Black Sea", 34.0, 43.3, 5, "sea"),
    Place("Caspian Sea", 51.0, 41.0, 5, "sea"),
    Place("Baltic Sea", 19.5, 57.2, 5, "sea"),
    Place("North Sea", 3.0, 56.2, 5, "sea"),
    Place("Barents Sea", 40.0, 73.5, 4, "sea"),
    Place("Norwegian Sea", 2.0, 67.0, 4, "sea"),
    Place("Caribbean Sea", -75.0, 15.0, 4, "sea"),
    Place("Red Sea", 38.0, 20.5, 5, "sea"),
    Place("Tasman Sea", 160.0, -38.0, 4, "sea"),
)
