"""Static files with hashed names, and the import map that leads ES modules to them.

Modules import each other by relative paths (`./clock.js`). The browser resolves such an import to the unhashed
address, which the import map then sends to the hashed file. So no import is rewritten: Django's own
`support_js_module_import_aggregation` breaks on comments, missing semicolons and cycles.

The hashed files of ours are minified (flightmap/minified.py); under its own name each stays as it was written.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import FileSystemStorage, Storage
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

from flightmap.minified import minify

# Bare names of libraries -> their module among the static files.
LIBRARIES = {"uplot": "uplot/uPlot.esm.js"}
OUR_MODULES = "flightmap/js/"
# An import or export that the browser follows before it runs the module; `import()` and words in comments are none.
_IMPORTED = re.compile(r"""^(?:import|export)\s(?:[\w\s{},*$]*?\bfrom\s*)?["']([^"']+)["']""", re.MULTILINE)
# What is ours to make small; libraries come as their authors publish them.
MINIFIED = ((OUR_MODULES, ".js"), ("flightmap/css/", ".css"))


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's manifest storage; a missing entry is served unhashed instead of failing the page."""

    manifest_strict = False

    def post_process(
        self, paths: Mapping[str, tuple[Storage, str]], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str, bool]]:
        """Hash and compress what was collected, ours from its minified text.

        Args:
            paths: where each collected file comes from: storage and path there, by its name.
            dry_run: do nothing.
            options: passed on.

        Yields:
            A file's name, its hashed or compressed name, and whether something was written.
        """
        with tempfile.TemporaryDirectory(prefix="flightmap-static-") as folder:
            small = {} if dry_run else {name: paths[name] for name in paths if _is_ours(name)}
            minify({name: Path(storage.path(path)) for name, (storage, path) in small.items()}, Path(folder))
            made = FileSystemStorage(location=folder)
            yield from super().post_process({**paths, **{name: (made, name) for name in small}}, dry_run, **options)

    def create_compressor(self, **options: Any) -> Compressor:
        """WhiteNoise's compressor, which leaves source maps alone too: only a developer's tools ask for them."""
        return Compressor(**{**options, "extensions": (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")})

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Compress what is the same once: nearly every file is there under its own and under its hashed name.

        Brotli at its best takes most of the time of a first start.

        Args:
            paths: names of files in the static root.

        Yields:
            A file's name and the name of a compressed one beside it.
        """
        same: dict[str, list[str]] = {}
        for name in sorted(paths):
            same.setdefault(hashlib.sha256(Path(self.path(name)).read_bytes()).hexdigest(), []).append(name)
        others = {first: rest for first, *rest in same.values()}
        for name, compressed in super().compress_files(others):
            yield name, compressed
            for other in others[name]:
                twin = other + compressed.removeprefix(name)
                shutil.copy2(self.path(compressed), self.path(twin))
                yield other, twin


def _is_ours(name: str) -> bool:
    return any(name.startswith(folder) and name.endswith(ending) for folder, ending in MINIFIED)


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


def modules_of(name: str) -> list[str]:
    """A module of ours ("clock.js") and all that it imports, straight or by others, the nearest first.

    Libraries are there by their bare names. What is imported only when it is used is not.
    """
    return list(_modules_now(name) if settings.DEBUG else _modules_once(name))


def _modules_now(name: str) -> tuple[str, ...]:
    found = [name]
    for module in found:  # grows while it is walked: the nearest first
        place = None if module in LIBRARIES else finders.find(f"{OUR_MODULES}{module}")
        imports = _IMPORTED.findall(Path(place).read_text(encoding="utf-8")) if place else []
        found += dict.fromkeys(each for each in (i.removeprefix("./") for i in imports) if each not in found)
    return tuple(found)


_modules_once = lru_cache(maxsize=None)(_modules_now)
