"""The application's configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TracksConfig(AppConfig):
    """Aircraft, track files, flights and what is said of them."""

    name = "tracks"
    verbose_name = _("Flights")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make ours the current Celery application; put every curated model under the change log."""
        # Here and not in flightmap/__init__.py: flightmap.services also runs where Celery is not installed yet.
        import flightmap.celery  # noqa: F401
        from tracks.models.change_log import register_curated_models

        register_curated_models()
