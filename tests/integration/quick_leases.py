"""The settings of the tests with leases of two seconds and a sweep every second, for workers that are killed."""

from tests.settings import *  # noqa: F403
from tests.settings import RUN_DIR

IMPORT_LEASE_SECONDS = 2
CELERY_BEAT_SCHEDULE = {"sweep-import-leases": {"task": "tracks.sweep_import_leases", "schedule": 1.0}}
CELERY_BEAT_SCHEDULE_FILENAME = str(RUN_DIR / "quick-celerybeat-schedule")
