"""Which admin site Django's admin application serves."""

from django.contrib.admin.apps import AdminConfig


class CuratorsAdminConfig(AdminConfig):
    """Django's admin, with the curators' site in place of the plain one."""

    default_site = "flightmap.admin.CuratorsSite"
