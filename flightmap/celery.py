"""The Celery application: `celery -A flightmap worker`, `celery -A flightmap beat`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flightmap.settings")
app = Celery("flightmap")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["tracks.importing"])
