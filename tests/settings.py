"""The site's settings on the services of the tests (`python -m flightmap.services start --test`).

FLIGHTMAP_TEST_SUFFIX tells several runs at the same time apart: database, Redis database, queue and folders.
Processes that a test starts (a worker) read these settings too, in the same environment.
"""

import os
import zlib
from pathlib import Path

from flightmap.services import paths, prepared

SUFFIX = os.environ.setdefault("FLIGHTMAP_TEST_SUFFIX", "tests")
if "PYTEST_XDIST_WORKER" in os.environ:  # one of several processes of one run
    SUFFIX = f"{SUFFIX}_{os.environ['PYTEST_XDIST_WORKER']}"
TEST_DIR = Path(os.environ.setdefault("FLIGHTMAP_TEST_DIR", str(paths.test_directory())))
TEST_DATABASE = f"test_flightmap_{SUFFIX}"
# Redis' databases are numbered; see `--databases` in flightmap/services/redis.py.
TEST_REDIS_DATABASE = zlib.crc32(SUFFIX.encode()) % 4096

# A process beside the tests works on the test database itself; the tests' own process is sent there by Django.
_database = TEST_DATABASE if "FLIGHTMAP_BESIDE_TESTS" in os.environ else paths.DATABASE_NAME

_of_the_site = ("CORRIDOR_", "UPLOAD_", "IMPORT_", "TILE_", "SITE_", "PROCESSING_")
for _name in [name for name in os.environ if name.startswith(_of_the_site)]:
    del os.environ[_name]
os.environ.update(
    DATA_DIR=str(TEST_DIR),
    DATABASE_URL=paths.database_url(TEST_DIR, _database),
    REDIS_URL=paths.redis_url(TEST_DIR, TEST_REDIS_DATABASE),
    REDIS_PREFIX=f"flightmap-{SUFFIX}",
    CELERY_QUEUE=f"flightmap-{SUFFIX}",
    SECRET_KEY="only for the tests, which hold nothing secret",
    DEBUG="0",
)

from flightmap.settings import *  # noqa: E402, F403
from flightmap.settings import DATABASES, MIDDLEWARE, STORAGES  # noqa: E402

DATABASES["default"]["TEST"] = {"NAME": TEST_DATABASE}
DATABASES["default"]["CONN_MAX_AGE"] = 0  # a kept connection would hinder dropping the database

# Each run has files of its own. Base map and hashed static files take long to make and are the same for all runs of
# the same sources: those are shared, by the digest of what they are made from.
RUN_DIR = TEST_DIR / "runs" / SUFFIX
STATIC_ROOT = TEST_DIR / "static" / prepared.static_digest()[:16]
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
ORIGINALS_DIR = RUN_DIR / "originals"
MEDIA_ROOT = RUN_DIR / "media"
STORAGES["originals"]["OPTIONS"]["location"] = ORIGINALS_DIR
CELERY_BEAT_SCHEDULE_FILENAME = str(RUN_DIR / "celerybeat-schedule")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick: the tests log in often
MIDDLEWARE = [
    {"whitenoise.middleware.WhiteNoiseMiddleware": "tests.static_index.IndexedOnce"}.get(name, name)
    for name in MIDDLEWARE
]
