"""The path column keeps time and refuses what is no trajectory."""

import datetime

import numpy as np
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tracks.models import Stretch, Track, TrackFile, Trajectory

pytestmark = pytest.mark.django_db

GOOD = [[131.9, 43.1, 100.0, 1710900000.25], [131.5, 42.9, 900.5, 1710900060.5], [131.0, 42.5, 0.0, 1710900120.75]]


def make_track() -> Track:
    file = TrackFile.objects.create(sha256="0" * 64, size=1, file="x")
    at = datetime.datetime(2024, 3, 20, tzinfo=datetime.UTC)
    return Track.objects.create(track_file=file, aircraft_key="a", started_at=at, ended_at=at, fix_count=3)


def store(coordinates: list[list[float]], **columns: object) -> Stretch:
    return Stretch.objects.create(
        track=make_track(),
        ordinal=0,
        evidence_class="observed",
        fix_count=columns.pop("fix_count", len(coordinates)),
        path=Trajectory(np.array(coordinates, dtype="f8")),
        **columns,
    )


def test_a_path_comes_back_with_every_bit_of_z_and_m() -> None:
    pk = store(GOOD).pk
    assert np.array_equal(Stretch.objects.get(pk=pk).path.coordinates, np.array(GOOD))


def test_the_database_reads_the_same_numbers_as_we_do() -> None:
    pk = store(GOOD).pk
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_AsEWKT(path), ST_NDims(path) FROM tracks_stretch WHERE id = %s", [pk])
        text, dimensions = cursor.fetchone()
    assert dimensions == 4
    assert text == (
        "SRID=4326;LINESTRING(131.9 43.1 100 1710900000.25,131.5 42.9 900.5 1710900060.5,131 42.5 0 1710900120.75)"
    )


def test_the_times_of_a_stretch_are_made_by_the_database_from_its_ends() -> None:
    stretch = Stretch.objects.get(pk=store(GOOD).pk)
    assert stretch.started_at == datetime.datetime.fromtimestamp(1710900000.25, datetime.UTC)
    assert stretch.ended_at == datetime.datetime.fromtimestamp(1710900120.75, datetime.UTC)


def test_saving_again_keeps_the_path() -> None:
    stretch = Stretch.objects.get(pk=store(GOOD).pk)
    stretch.save()
    stretch.refresh_from_db()
    assert np.array_equal(stretch.path.coordinates, np.array(GOOD))


def test_packed_columns_come_back_as_arrays() -> None:
    speed = np.array([200.5, np.nan, 310], dtype="f4")
    stretch = Stretch.objects.get(pk=store(GOOD, ground_speed=speed, on_ground=np.array([1, 0, -1], "i1")).pk)
    assert np.array_equal(stretch.ground_speed, speed, equal_nan=True)
    assert stretch.on_ground.tolist() == [1, 0, -1]
    assert stretch.squawk.size == 0


def changed(row: int, column: int, value: float) -> list[list[float]]:
    rows = [list(r) for r in GOOD]
    rows[row][column] = value
    return rows


@pytest.mark.parametrize(
    "coordinates",
    [
        pytest.param(changed(1, 0, 500), id="longitude 500"),
        pytest.param(changed(1, 1, -91), id="latitude −91"),
        pytest.param(changed(1, 0, float("nan")), id="NaN longitude"),
        pytest.param(changed(1, 2, float("nan")), id="NaN altitude"),
        pytest.param(changed(0, 3, float("nan")), id="NaN time"),
        pytest.param(changed(2, 3, float("inf")), id="infinite time"),
        pytest.param(changed(1, 3, GOOD[0][3]), id="time stands still"),
        pytest.param(changed(2, 3, GOOD[0][3]), id="time runs back"),
        pytest.param(GOOD[:1], id="one point"),
    ],
)
def test_the_database_refuses_what_is_no_trajectory(coordinates: list[list[float]]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        store(coordinates)


def test_the_database_refuses_an_empty_line_and_a_wrong_count() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        store(GOOD, fix_count=4)
    stretch = store(GOOD)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE tracks_stretch SET path = 'SRID=4326;LINESTRING ZM EMPTY' WHERE id = %s", [stretch.pk])


def test_a_lone_fix_has_no_line() -> None:
    stretch = Stretch.objects.create(
        track=make_track(), ordinal=0, evidence_class="observed", fix_count=1, lone_fix=np.array(GOOD[0])
    )
    stretch.refresh_from_db()
    assert stretch.path is None
    assert stretch.lone_fix.tolist() == GOOD[0]
    assert stretch.started_at is None


def test_the_original_bytes_of_a_file_cannot_be_changed() -> None:
    file = TrackFile.objects.create(sha256="0" * 64, size=1, file="x")
    file.sha256 = "1" * 64
    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
        file.save()
    file.refresh_from_db()
    file.status = TrackFile.Status.IMPORTED
    file.save()


def test_the_spatial_index_is_two_dimensional_and_paths_are_compressed_fast() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'stretch_path_2d'")
        assert "gist (path)" in cursor.fetchone()[0]
        cursor.execute(
            "SELECT attcompression FROM pg_attribute WHERE attrelid = 'tracks_stretch'::regclass AND attname = 'path'"
        )
        assert cursor.fetchone()[0] == "l"
