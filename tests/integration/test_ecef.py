"""Metres from the Earth's centre become longitude, latitude and height as PROJ, asked through PostGIS, has it."""

import numpy as np
import pytest
from django.db import connection

from tracks.formats.ecef import geodetic

pytestmark = pytest.mark.django_db


def test_the_closed_formula_agrees_with_proj_everywhere() -> None:
    random = np.random.default_rng(1)
    count = 500
    towards = random.normal(size=(count, 3))
    towards /= np.linalg.norm(towards, axis=1)[:, None]
    points = towards * random.uniform(6_340_000, 6_900_000, (count, 1))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_X(p), ST_Y(p), ST_Z(p) FROM"
            " (SELECT n, ST_Transform(ST_SetSRID(ST_MakePoint(x, y, z), 4978), 4979) p"
            " FROM unnest(%s::float8[], %s::float8[], %s::float8[]) WITH ORDINALITY AS u (x, y, z, n)) q ORDER BY n",
            [column.tolist() for column in points.T],
        )
        theirs = np.array(cursor.fetchall())
    ours = np.column_stack(geodetic(*points.T))
    np.testing.assert_allclose(ours[:, :2], theirs[:, :2], atol=1e-9)
    np.testing.assert_allclose(ours[:, 2], theirs[:, 2], atol=1e-4)
