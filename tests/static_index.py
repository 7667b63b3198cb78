"""WhiteNoise as on the site, but reading the folder of static files once a process instead of for every client."""

from __future__ import annotations

from pathlib import Path

from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile


class IndexedOnce(WhiteNoiseMiddleware):
    """A test client makes middleware of its own; a thousand of them would stat a thousand files each.

    What was found is kept for as long as the manifest of the hashed names is the same.
    """

    _found: dict[tuple[object, ...], dict[str, StaticFile]] = {}

    def update_files_dictionary(self, root: str, prefix: str) -> None:
        manifest = Path(root, "staticfiles.json")
        made = manifest.stat().st_mtime_ns if manifest.exists() else None
        if made is None:  # not collected yet
            super().update_files_dictionary(root, prefix)
            return
        key = (root, prefix, made, self.max_age, self.static_prefix)
        if key not in self._found:
            super().update_files_dictionary(root, prefix)
            self._found[key] = dict(self.files)
        self.files.update(self._found[key])
