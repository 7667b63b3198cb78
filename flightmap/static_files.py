"""Static files with hashed names, and the import map that leads ES modules to them.

Modules import each other by relative paths (`./clock.js`). The browser resolves such an import to the unhashed
address, which the import map then sends to the hashed file. So no source is rewritten: Django's own
`support_js_module_import_aggregation` breaks on comments, missing semicolons and cycles.
"""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Bare names of libraries -> their module among the static files.
LIBRARIES = {"uplot": "uplot/uPlot.esm.js"}
OUR_MODULES = "flightmap/js/"


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's manifest storage; a missing entry is served unhashed instead of failing the page."""

    manifest_strict = False


def _module_names() -> list[str]:
    """The ES modules among the static files, as paths relative to the static root."""
    hashed = getattr(staticfiles_storage, "hashed_files", None)
    names = list(hashed) if hashed else _names_in_finders()
    return sorted(name for name in names if name.startswith(OUR_MODULES) and name.endswith(".js"))


def _names_in_finders() -> list[str]:
    """Without a manifest (development, DEBUG): what the finders see now."""
    from django.contrib.staticfiles.finders import get_finders

    return [path for finder in get_finders() for path, _storage in finder.list([])]


def import_map() -> dict[str, dict[str, str]]:
    """The import map: `{"imports": {"uplot": "/static/…", "/static/flightmap/js/clock.js": "/static/…<hash>.js"}}`."""
    return _import_map_now() if settings.DEBUG else _import_map_once()


def _import_map_now() -> dict[str, dict[str, str]]:
    imports = {bare: staticfiles_storage.url(path) for bare, path in LIBRARIES.items()}
    for name in _module_names():
        imports[f"{settings.STATIC_URL}{name}"] = staticfiles_storage.url(name)
    return {"imports": imports}


_import_map_once = lru_cache(maxsize=1)(_import_map_now)
