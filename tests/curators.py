"""People of the newsroom, for tests of the curators' pages."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from tracks.admin.curators import GROUP


def person(name: str, *permissions: str, **columns: bool) -> User:
    """Somebody with single permissions ("view_flight"), staff unless `is_staff=False`."""
    user = User.objects.create_user(name, password=name, **{"is_staff": True, **columns})
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="tracks", codename__in=permissions))
    return user


def curator(name: str = "curator") -> User:
    """A member of the group that comes with the site."""
    user = person(name)
    user.groups.add(Group.objects.get(name=GROUP))
    return user


def client_of(user: User) -> Client:
    """A client that is logged in."""
    client = Client()
    client.force_login(user)
    return client
