"""A test that commits leaves nothing to the next one."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from tests import archive
from tests.emptying import KEPT
from tracks.admin.curators import GROUP

pytestmark = pytest.mark.django_db(transaction=True)


def rows() -> dict[str, int]:
    """How many rows each table has, of those that have any."""
    counts = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in {*KEPT, "spatial_ref_sys"}:
                cursor.execute(f'SELECT count(*) FROM "{table}"')
                counts[table] = cursor.fetchone()[0]
    return {table: count for table, count in counts.items() if count}


@pytest.mark.parametrize("again", [False, True])
def test_what_is_committed_is_gone_afterwards_also_what_a_trigger_protects(again: bool) -> None:
    assert rows() == {}
    archive.published(archive.observed_flight(archive.datetime.datetime.now(archive.UTC), aircraft=archive.antonov()))
    assert {"tracks_flightrevision", "tracks_revisionstretch", "tracks_stretch", "auditlog_logentry"} <= rows().keys()


@pytest.mark.parametrize("again", [False, True])
def test_a_group_that_was_taken_away_is_there_again_afterwards(again: bool) -> None:
    assert Group.objects.get().name == GROUP
    assert Permission.objects.filter(group__name=GROUP).count() > 5
    assert ContentType.objects.filter(app_label="tracks", model="flight").exists()
    Group.objects.all().delete()
