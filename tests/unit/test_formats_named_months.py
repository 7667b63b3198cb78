"""Times with the month as a word, and points in one cell: what is read, and what is none."""

import math

import polars as pl
import pytest

from tracks.formats.cell_points import points
from tracks.formats.month_names import with_numbers


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Thu Mar 21 13:00:05 -0500 2024", "2024-03-21 13:00:05 -0500"),
        ("Thu Mar 21 13:00:05 +0900 2024", "2024-03-21 13:00:05 +0900"),
        ("Thu Mar 21 13:00:05 UTC 2024", "2024-03-21 13:00:05 UTC"),
        ("21-Mar-2024-13:00:05", "2024-03-21 13:00:05"),
        ("21-Mar-24 13:00:05", "2024-03-21 13:00:05"),
        ("21-Mar-0024 13:00:05", "0024-03-21 13:00:05"),
        ("21-Mai-2024 13:00:05", None),
    ],
)
def test_the_zone_keeps_its_sign_and_the_year_its_digits(written: str, read: str | None) -> None:
    assert with_numbers(pl.Series([written])).to_list() == [read]


def test_a_point_of_another_system_is_none() -> None:
    cells = [
        '{"type":"Point","coordinates":[132.1,43.4]}',
        '{"type":"Point","crs":"EPSG:3857","coordinates":[1,2]}',
        "{type:Point,coordinates:[1,2],crs:EPSG:3857}",
    ]
    latitude, longitude = points(pl.Series(cells))
    assert (latitude[0], longitude[0]) == (43.4, 132.1)
    assert all(map(math.isnan, [*latitude[1:], *longitude[1:]]))
