"""What the database itself guards: valid paths, fast compression, and that what is published or original stays."""

from django.db import migrations

# ST_IsValidTrajectory alone accepts an empty line, NaN and a longitude of 500.
PATH_FUNCTION = """
CREATE FUNCTION flightmap_path_is_sound(path geometry, fixes integer) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF path IS NULL THEN
        RETURN fixes = 1;
    END IF;
    IF ST_IsEmpty(path) OR ST_NPoints(path) <> fixes OR fixes < 2 THEN
        RETURN false;
    END IF;
    IF NOT (ST_XMin(path) >= -180 AND ST_XMax(path) <= 180 AND ST_YMin(path) >= -90 AND ST_YMax(path) <= 90
            AND ST_ZMin(path) >= -2000 AND ST_ZMax(path) <= 100000) THEN
        RETURN false;
    END IF;
    -- A bounding box forgets NaN; a length does not, and PostgreSQL holds NaN to be greater than every number.
    IF NOT ST_3DLength(path) < 1e12 THEN
        RETURN false;
    END IF;
    -- Time strictly increases, so its ends bound it: the years 1900 to 2200.
    RETURN ST_IsValidTrajectory(path) AND ST_M(ST_StartPoint(path)) >= -2208988800
        AND ST_M(ST_EndPoint(path)) <= 7258118400;
END
$$;
"""

FROZEN_FUNCTION = """
CREATE FUNCTION flightmap_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% holds what was published or brought: it cannot be changed', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
"""


def path_table(table: str) -> list[migrations.RunSQL]:
    """Check and compression of one table of stretches."""
    return [
        migrations.RunSQL(
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_path_is_sound "
            "CHECK (flightmap_path_is_sound(path, fix_count))",
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_path_is_sound",
        ),
        *(
            migrations.RunSQL(f"ALTER TABLE {table} ALTER COLUMN {column} SET COMPRESSION lz4", migrations.RunSQL.noop)
            for column in (
                "path",
                "altitude_kind",
                "altitude_known",
                "geometric_altitude",
                "ground_speed",
                "track_angle",
                "vertical_rate",
                "source",
                "on_ground",
                "squawk",
                "time_resolution",
                "record_index",
            )
        ),
    ]


def frozen(table: str, columns: str) -> migrations.RunSQL:
    """A trigger against changes of the columns."""
    changed = " OR ".join(
        f"OLD.{column.strip()} IS DISTINCT FROM NEW.{column.strip()}" for column in columns.split(",")
    )
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_is_frozen BEFORE UPDATE ON {table} "
        f"FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION flightmap_refuse_change()",
        f"DROP TRIGGER {table}_is_frozen ON {table}",
    )


class Migration(migrations.Migration):
    """Guards that Django's schema cannot express."""

    dependencies = [("tracks", "0001_initial")]

    operations = [
        migrations.RunSQL(PATH_FUNCTION, "DROP FUNCTION flightmap_path_is_sound(geometry, integer)"),
        migrations.RunSQL(FROZEN_FUNCTION, "DROP FUNCTION flightmap_refuse_change()"),
        *path_table("tracks_stretch"),
        *path_table("tracks_revisionstretch"),
        # Foreign keys to users, tracks and places may still be nulled when those go; the content may not change.
        frozen(
            "tracks_flightrevision",
            "number, published_at, content_hash, snapshot, search_text, callsign, title, note, departure_at, "
            "arrival_at, date_from, date_to, starts_at, ends_at, evidence_class, demonstration",
        ),
        frozen(
            "tracks_revisionstretch", "ordinal, evidence_class, fix_count, path, lone_fix, file_sha256, record_index"
        ),
        frozen("tracks_trackfile", "sha256, size, file"),
    ]
