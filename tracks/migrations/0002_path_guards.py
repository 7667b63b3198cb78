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

# A row as it was, but for references that may go: what they pointed at was deleted. After the UPDATE, because the
# generated columns are not there before.
KEPT_FUNCTION = """
CREATE FUNCTION {table}_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {releases}
    IF OLD IS DISTINCT FROM NEW THEN
        RAISE EXCEPTION '% holds what was published: it cannot be changed', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;
"""

# A revision goes with all its stretches or not at all; asked at the commit, when both may be gone.
STRETCH_GOES_WITH_REVISION = """
CREATE FUNCTION tracks_revisionstretch_goes_with_its_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM tracks_flightrevision WHERE id = OLD.revision_id) THEN
        RAISE EXCEPTION '% holds what was published: it cannot be taken out of its revision', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER tracks_revisionstretch_stays AFTER DELETE ON tracks_revisionstretch
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tracks_revisionstretch_goes_with_its_revision();
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


def kept(table: str, *references: str) -> list[migrations.RunSQL]:
    """A trigger against every change of a row but its references becoming null."""
    releases = "\n    ".join(f"IF NEW.{name} IS NULL THEN OLD.{name} := NULL; END IF;" for name in references)
    return [
        migrations.RunSQL(KEPT_FUNCTION.format(table=table, releases=releases), f"DROP FUNCTION {table}_is_kept()"),
        migrations.RunSQL(
            f"CREATE TRIGGER {table}_is_kept AFTER UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_is_kept()",
            f"DROP TRIGGER {table}_is_kept ON {table}",
        ),
    ]


class Migration(migrations.Migration):
    """Guards that Django's schema cannot express."""

    dependencies = [("tracks", "0001_initial")]

    operations = [
        migrations.RunSQL(PATH_FUNCTION, "DROP FUNCTION flightmap_path_is_sound(geometry, integer)"),
        migrations.RunSQL(FROZEN_FUNCTION, "DROP FUNCTION flightmap_refuse_change()"),
        *path_table("tracks_stretch"),
        *path_table("tracks_revisionstretch"),
        *kept("tracks_flightrevision", "published_by_id", "mission_id"),
        *kept("tracks_revisionstretch", "track_id"),
        migrations.RunSQL(
            STRETCH_GOES_WITH_REVISION,
            "DROP TRIGGER tracks_revisionstretch_stays ON tracks_revisionstretch; "
            "DROP FUNCTION tracks_revisionstretch_goes_with_its_revision()",
        ),
        frozen("tracks_trackfile", "sha256, size, file"),
    ]
