"""The reader of world-atlas: continuous rings, seams along the antimeridian, Crimea, disputed lines."""

import json

import numpy as np
import pytest
import shapely
import shapely.ops
from django.conf import settings
from shapely.geometry import LineString, Point

from tracks.basemap.disputed import DISPUTED_BORDERS, OWN_LINES, give_crimea_to_ukraine, sort_borders
from tracks.basemap.topology import BaseMapError, Topology, read_topology, rings

ATLAS = settings.BASE_DIR / "node_modules" / "world-atlas"
SIMFEROPOL, KERCH, SEVASTOPOL = Point(34.10, 44.95), Point(36.20, 45.33), Point(33.60, 44.60)


@pytest.fixture(scope="module", params=["countries-10m.json", "countries-110m.json"])
def atlas(request: pytest.FixtureRequest) -> Topology:
    topology = read_topology(ATLAS / request.param)
    give_crimea_to_ukraine(topology)
    return topology


@pytest.fixture(scope="module")
def fine() -> Topology:
    topology = read_topology(ATLAS / "countries-10m.json")
    give_crimea_to_ukraine(topology)
    return topology


def country(topology: Topology, name: str) -> shapely.MultiPolygon:
    return shapely.union_all([polygon.buffer(0) for polygon in topology.polygons(topology.countries[name]).geoms])


def own_line(name: str) -> LineString:
    return next(LineString(line.points) for line in OWN_LINES if line.name.startswith(name))


def test_every_ring_is_closed_and_continuous_across_the_antimeridian(atlas: Topology):
    for ring in rings(atlas):
        points = atlas.ring(ring)
        assert (points[0] == points[-1]).all()
        edges = np.abs(np.diff(atlas.degrees(points)[:, 0]))
        over_pole = any((number if number >= 0 else ~number) in atlas.seams for number in ring)
        assert over_pole or edges.max(initial=0) < 30


def test_no_coast_runs_along_the_antimeridian(atlas: Topology):
    for number, arc in enumerate(atlas.arcs):
        if number in atlas.seams or len(arc) < 2:
            continue
        at_cut = np.isclose(np.abs(atlas.degrees(arc)[:, 0]) % 360, 180, atol=1e-6)
        assert not (at_cut[:-1] & at_cut[1:]).any()


def test_the_east_of_chukotka_is_land_next_to_the_west_of_it(atlas: Topology):
    # All of the world made valid would take ten seconds: around the points is enough.
    around = shapely.box(-600, 25, 600, 70)
    land = [shapely.make_valid(one) for one in shapely.clip_by_rect(atlas.polygons(atlas.land).geoms, *around.bounds)]

    def is_land(longitude: float, latitude: float) -> bool:
        return any(one.contains(Point(longitude + turn, latitude)) for one in land for turn in (-360, 0, 360))

    for longitude in (179.0, -179.0):  # both sides of the antimeridian
        assert is_land(longitude, 67.0)
        assert not is_land(longitude, 30.0)


def test_crimea_is_in_ukraine_and_not_in_russia(atlas: Topology):
    ukraine, russia = country(atlas, "Ukraine"), country(atlas, "Russia")
    for place in (SIMFEROPOL, Point(34.4, 45.4)):
        assert ukraine.contains(place)
        assert not russia.contains(place)
    assert russia.contains(Point(37.6, 55.7))


def test_all_of_crimea_goes_with_its_ends(fine: Topology):
    ukraine, russia = country(fine, "Ukraine"), country(fine, "Russia")
    assert ukraine.contains(KERCH)
    assert ukraine.contains(SEVASTOPOL)
    assert russia.contains(Point(37.2, 45.1)), "the Russian side of the strait stays"


def test_no_solid_border_is_left_between_crimea_and_the_mainland(atlas: Topology):
    solid, _ = sort_borders(atlas)
    isthmus = shapely.box(33.3, 45.6, 35.2, 46.3)
    assert not any(LineString(atlas.degrees(line)).intersects(isthmus) for line in solid)


def test_the_border_in_korea_is_the_demarcation_line_and_disputed_all_along(fine: Topology):
    solid, disputed = sort_borders(fine)
    peninsula = shapely.box(126.5, 37.5, 128.3, 38.6)
    assert not any(LineString(fine.degrees(line)).intersects(peninsula) for line in solid)
    (line,) = [one for one in disputed if one.name == "Korean Military Demarcation Line"]
    # From the mouth of the Imjin to the coast south of Kosong; known places on either side: the Joint Security Area's
    # village of Kijong-dong and Kaesong in the north; Daeseong-dong, Cheorwon and the Goseong observatory in the south.
    divided = shapely.ops.split(shapely.box(126.665, 37.0, 128.364, 39.5), LineString(line.points))
    assert len(divided.geoms) == 2
    north, south = sorted(divided.geoms, key=lambda part: -part.centroid.y)
    assert all(north.contains(place) for place in (Point(126.6702, 37.9453), Point(127.35, 38.45)))
    assert all(south.contains(place) for place in (Point(126.70, 37.93), Point(127.20, 38.25), Point(127.0, 37.9)))


def test_the_line_north_of_crimea_is_disputed_and_the_one_of_natural_earth(fine: Topology):
    (line,) = [one for one in sort_borders(fine)[1] if one.name == "Crimea, the northern line"]
    untouched = read_topology(ATLAS / "countries-10m.json")
    border = country(untouched, "Ukraine").boundary.intersection(country(untouched, "Russia").boundary)
    assert LineString(line.points).length > 1.5
    assert all(border.distance(Point(point)) < 0.001 for point in line.points)


def test_the_lines_in_the_kurils_stay_at_sea_and_between_the_right_islands(fine: Topology):
    japan, russia = country(fine, "Japan"), country(fine, "Russia")
    in_force = own_line("Southern Kurils / Northern Territories, the line in force")
    claimed = own_line("Southern Kurils / Northern Territories, the line Japan claims")
    for line in (in_force, claimed):
        assert not line.intersects(japan)
        assert not line.intersects(russia)
    nemuro, kunashir = Point(145.58, 43.33), Point(145.85, 44.05)
    iturup, urup = Point(148.4, 45.2), Point(150.0, 46.0)
    assert LineString([nemuro, kunashir]).intersects(in_force)
    assert LineString([iturup, urup]).intersects(claimed)
    assert not LineString([kunashir, iturup]).intersects(claimed)


def test_every_disputed_border_named_is_found_in_natural_earth(fine: Topology):
    dashed = {line.name for line in sort_borders(fine)[1]}
    assert dashed == {border.name for border in DISPUTED_BORDERS}


def test_the_line_of_control_is_dashed_and_the_border_south_of_it_is_not(fine: Topology):
    solid, dashed = sort_borders(fine)
    kashmir, rajasthan = shapely.box(74, 33, 76.5, 34.8), shapely.box(69.5, 24.5, 72, 28)
    assert any(LineString(line.points).intersects(kashmir) for line in dashed)
    assert not any(LineString(fine.degrees(line)).intersects(kashmir) for line in solid)
    assert any(LineString(fine.degrees(line)).intersects(rajasthan) for line in solid)


def test_a_missing_atlas_says_what_to_run(tmp_path):
    with pytest.raises(BaseMapError, match="npm ci"):
        read_topology(tmp_path / "countries-10m.json")


def test_something_else_in_the_atlas_file_is_refused_by_name(tmp_path):
    path = tmp_path / "countries-10m.json"
    path.write_text(json.dumps({"type": "FeatureCollection"}))
    with pytest.raises(BaseMapError, match=r"countries-10m\.json is not the TopoJSON"):
        read_topology(path)
