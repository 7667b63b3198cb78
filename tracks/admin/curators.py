"""The group "Curators": whoever is in it and is staff does the newsroom's work and manages no users."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.db.models.signals import post_migrate
from django.dispatch import receiver

GROUP = "Curators"

# Model -> what curators may do with it besides looking.
PERMISSIONS: dict[str, tuple[str, ...]] = {
    "trackfile": ("add", "change", "delete"),
    "acquisition": ("change",),
    "track": (),
    "flight": ("add", "change", "delete"),
    "flighttrack": ("change",),
    "flightsource": ("add", "change", "delete"),
    "claim": ("add", "change", "delete"),
    "flightrevision": (),
    "edit": ("change",),
    "mission": ("add", "change", "delete"),
    "aircraft": ("add", "change", "delete"),
    "aircraftidentity": ("add", "change", "delete"),
    "operator": ("add", "change", "delete"),
    "sanction": ("add", "change", "delete"),
    "airport": ("add", "change", "delete"),
    "runway": ("add", "change", "delete"),
    "place": ("add", "change", "delete"),
    "source": ("add", "change", "delete"),
    "errorreport": ("change", "delete"),
}


@receiver(post_migrate, dispatch_uid="tracks.curators_group")
def make_curators_group(app_config: AppConfig, using: str, **options: Any) -> None:
    """Make the group after migrating, if there is none: what an administrator changes in it later stays changed.

    Not a data migration, for the permissions themselves are made only after all migrations have run.
    """
    if app_config.label != "tracks" or Group.objects.using(using).filter(name=GROUP).exists():
        return
    create_permissions(app_config, verbosity=0, using=using)
    group = Group.objects.using(using).create(name=GROUP)
    wanted = Q(content_type__app_label="auditlog", codename="view_logentry")
    for model, actions in PERMISSIONS.items():
        wanted |= Q(content_type__app_label="tracks", codename__in=[f"{a}_{model}" for a in ("view", *actions)])
    group.permissions.set(Permission.objects.using(using).filter(wanted))
