"""Settings of the site: one file, every deployment's differences in environment variables.

The README has a table of the variables. Everything about security follows from SITE_URL.
"""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF

from flightmap import environment as env
from flightmap.services import paths as services

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).resolve()

DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.secret("SECRET_KEY", DATA_DIR / "secret-key")
SITE_URL = env.text("SITE_URL", "http://localhost:8000").rstrip("/")
SITE_NAME = env.text("SITE_NAME", "Flightmap")
_site = urlsplit(SITE_URL)
_https = _site.scheme == "https"

ALLOWED_HOSTS = list(
    env.words(
        "ALLOWED_HOSTS", (_site.hostname or "localhost", *(() if _https else ("localhost", "127.0.0.1", "[::1]")))
    )
)
CSRF_TRUSTED_ORIGINS = [SITE_URL] if _https else []

INSTALLED_APPS = [
    "flightmap.apps.CuratorsAdminConfig",  # django.contrib.admin with a site of our own
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "auditlog",
    "csp",
    "leaflet",
    "tracks.apps.TracksConfig",
]

MIDDLEWARE = [
    # Before WhiteNoise: static files carry these headers too.
    "flightmap.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "flightmap.nul.NulMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "flightmap.urls"
WSGI_APPLICATION = "flightmap.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "flightmap.context.site",
            ],
            "builtins": ["flightmap.templatetags.flightmap_static", "flightmap.templatetags.flightmap_words"],
        },
    }
]

DATABASES = {"default": env.database("DATABASE_URL", services.database_url(DATA_DIR))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL", services.redis_url(DATA_DIR))
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL.replace("redis+socket://", "unix://").replace("virtual_host=", "db="),
        "KEY_PREFIX": env.text("REDIS_PREFIX", "flightmap"),
    }
}

# Celery reads every setting that begins with CELERY_. State and progress of imports live on the
# TrackFile row, so there is no result backend.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_DEFAULT_QUEUE = env.text("CELERY_QUEUE", "flightmap")
CELERY_TASK_SOFT_TIME_LIMIT = env.number("IMPORT_SOFT_TIME_LIMIT", 3300)  # seconds
CELERY_TASK_TIME_LIMIT = CELERY_TASK_SOFT_TIME_LIMIT + 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# What a large import took of memory is never wholly given back: after one the next begins in a process of its own.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 256 * 1024  # KiB
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"global_keyprefix": f"{env.text('REDIS_PREFIX', 'flightmap')}:"}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    # A worker that dies leaves its lease behind; the sweep finds it and queues the file again.
    "sweep-import-leases": {"task": "tracks.sweep_import_leases", "schedule": 15.0, "options": {"expires": 15}},
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어"), ("ru", "Русский")]  # each in its own words, whatever the page's
LOCALE_PATHS = [BASE_DIR / "flightmap" / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600  # seconds
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("uplot", BASE_DIR / "node_modules" / "uplot" / "dist"),
    ("basemap", DATA_DIR / "basemap"),
]
ORIGINALS_DIR = DATA_DIR / "originals"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "flightmap.static_files.ModuleManifestStorage"},
    # Track files as they were brought, named by the SHA-256 of their bytes. Nothing serves this folder.
    "originals": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": ORIGINALS_DIR}},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# Security: everything follows from the scheme of SITE_URL.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY", False) else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # a supervisor asks the process itself, without TLS
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "tracks.views.errors.csrf_failed"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# GDAL before 3.9 (Debian 12 has 3.6) would fetch what a hostile spatial reference names. None of a visitor's or a
# file's reaches it: our own parsers read track files, numpy and shapely build their geometry.
SILENCED_SYSTEM_CHECKS = ["gis.W001"]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# XYZ layers a reader may choose beside the offline base map: "Name|https://…/{z}/{x}/{y}.png|Credit", split by
# semicolons. None by default: a reader's address is not ours to give away.
TILE_LAYERS = [
    dict(zip(("name", "url", "attribution"), (part.strip() for part in layer.split("|")), strict=True))
    for layer in env.text("TILE_LAYERS").split(";")
    if layer.strip()
]
_tile_hosts = sorted(
    {f"{urlsplit(x['url']).scheme}://{urlsplit(x['url']).netloc}".replace("{s}", "*") for x in TILE_LAYERS}
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *_tile_hosts],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        "object-src": [NONE],
    }
}

# The corridor: which airports make it, and the area a path through which belongs to it (west, south, east, north).
CORRIDOR_NAME = env.text("CORRIDOR_NAME", "Vladivostok – Pyongyang")
CORRIDOR_ORIGINS = env.words("CORRIDOR_ORIGINS", ("UHWW",))
CORRIDOR_DESTINATIONS = env.words("CORRIDOR_DESTINATIONS", ("ZKPY", "ZKWS"))
CORRIDOR_BOUNDS = env.numbers("CORRIDOR_BOUNDS", (124.0, 37.5, 133.5, 44.0), 4)
CORRIDOR_COUNTRIES = env.words("CORRIDOR_COUNTRIES", ("KP",))

# Uploads.
UPLOAD_MAX_BYTES = env.number("UPLOAD_MAX_MB", 512) * 1024 * 1024
UPLOAD_MAX_EXPANDED_BYTES = env.number("UPLOAD_MAX_EXPANDED_MB", 4096) * 1024 * 1024
UPLOAD_MAX_FILES = env.number("UPLOAD_MAX_FILES", 50)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = UPLOAD_MAX_FILES
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = env.text("UPLOAD_TEMP_DIR") or None
FILE_UPLOAD_PERMISSIONS = 0o640

# Imports: a lease is renewed by its worker while it works; one not renewed for so long is taken up again.
IMPORT_LEASE_SECONDS = env.number("IMPORT_LEASE_SECONDS", 30)
IMPORT_MAX_ATTEMPTS = env.number("IMPORT_MAX_ATTEMPTS", 3)
# What is a jump, a gap, a stop: stored with every import that it was used for.
PROCESSING = env.thresholds("PROCESSING_THRESHOLDS")

LEAFLET_CONFIG = {
    "DEFAULT_CENTER": (41.2, 128.8),
    "DEFAULT_ZOOM": 6,
    "MIN_ZOOM": 2,
    "MAX_ZOOM": 15,
    "TILES": [],
    "NO_GLOBALS": False,
    "RESET_VIEW": False,
    "ATTRIBUTION_PREFIX": "Leaflet",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}
