"""`TrajectoryField`: a PostGIS LINESTRING ZM whose M is time, read and written as a numpy array.

GeoDjango's own geometry fields go through GEOS and silently lose M. This field derives from
`BaseSpatialField`, writes EWKB built with numpy and reads it with shapely (2.2 keeps M in EWKB both ways).
EWKB: https://libgeos.org/specifications/wkb/#extended-wkb
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.db.backends.postgis.adapter import PostGISAdapter
from django.contrib.gis.db.models.fields import BaseSpatialField
from django.core.exceptions import ValidationError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext_lazy as _
from numpy.typing import ArrayLike, NDArray

SRID = 4326
_LINESTRING_ZM_WITH_SRID = 0x2 | 0x80000000 | 0x40000000 | 0x20000000


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """A line in space and time: n×4 float64, columns longitude (°), latitude (°), altitude (m), epoch seconds.

    n is at least 2; every number is finite and time strictly increases (the database checks both).
    An unknown altitude stands as 0 in the line; the stretch's `altitude_known` column says so.
    """

    coordinates: NDArray[np.float64]

    @classmethod
    def of(cls, longitude: ArrayLike, latitude: ArrayLike, altitude: ArrayLike, time: ArrayLike) -> Trajectory:
        """Build a trajectory from four columns; NaN altitudes become 0 (unknown, see above)."""
        columns = (longitude, latitude, np.nan_to_num(np.asarray(altitude, dtype="f8"), nan=0.0), time)
        return cls(np.column_stack([np.asarray(column, dtype="f8") for column in columns]))

    @classmethod
    def from_ewkb(cls, ewkb: bytes | str) -> Trajectory:
        """Read EWKB (bytes, or the hexadecimal text PostGIS sends)."""
        geometry = shapely.from_wkb(ewkb)
        return cls(shapely.get_coordinates(geometry, include_z=True, include_m=True))

    def ewkb(self) -> bytes:
        """Little-endian EWKB with SRID 4326."""
        body = np.ascontiguousarray(self.coordinates, dtype="<f8")
        return struct.pack("<BIII", 1, _LINESTRING_ZM_WITH_SRID, SRID, len(body)) + body.tobytes()

    def __len__(self) -> int:
        return len(self.coordinates)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Trajectory) and np.array_equal(self.coordinates, other.coordinates)

    def __hash__(self) -> int:
        return hash(self.coordinates.tobytes())

    @property
    def longitude(self) -> NDArray[np.float64]:
        """Degrees."""
        return self.coordinates[:, 0]

    @property
    def latitude(self) -> NDArray[np.float64]:
        """Degrees."""
        return self.coordinates[:, 1]

    @property
    def altitude(self) -> NDArray[np.float64]:
        """Metres; 0 where unknown."""
        return self.coordinates[:, 2]

    @property
    def time(self) -> NDArray[np.float64]:
        """Epoch seconds."""
        return self.coordinates[:, 3]


class _EwkbAdapter(PostGISAdapter):
    """Hands EWKB made here to psycopg; GeoDjango's adapter would make it from a GEOS geometry."""

    def __init__(self, ewkb: bytes) -> None:
        self.is_geometry = True
        self.ewkb = ewkb
        self.srid = SRID
        self.geography = False


class TrajectoryField(BaseSpatialField):
    """`geometry(LINESTRINGZM, 4326)`, in Python a `Trajectory`.

    No index by itself: a three-dimensional field would get an n-D GiST index, which `&&` and `ST_Intersects` do
    not use. Models add a plain two-dimensional `GistIndex`.
    """

    description = _("Path in space and time")
    geom_class = None
    geom_type = "LINESTRING"
    geography = False
    dim = 2  # for the schema editor: a plain two-dimensional index

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["srid"] = SRID
        kwargs["spatial_index"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("srid", "spatial_index"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "geometry(LINESTRINGZM,4326)"

    def get_placeholder(self, value: Any, compiler: Any, connection: BaseDatabaseWrapper) -> str:
        return "%s"

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        return f"{sql}::bytea", params

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Trajectory | None:
        return None if value is None else Trajectory.from_ewkb(bytes(value))

    def to_python(self, value: Any) -> Trajectory | None:
        if value is None or isinstance(value, Trajectory):
            return value
        raise ValidationError(_("A path is changed by edits, not by typing."))

    def get_prep_value(self, value: Any) -> Any:
        return value

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        return _EwkbAdapter(value.ewkb()) if isinstance(value, Trajectory) else value

    def formfield(self, **kwargs: Any) -> None:
        return None  # read-only everywhere: LeafletGeoAdmin would write GeoJSON back and destroy time
