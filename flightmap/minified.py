"""Our scripts and style sheets without what only their authors read: each file by itself, by esbuild.

No bundling: the files, their names and their imports stay. esbuild shortens names within a module, takes out comments
and space, and leaves alone what a module exports. It is one program without Node.js at run time; npm puts the one
for this machine under `node_modules/@esbuild/`.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# Browsers with import maps, which the modules need anyway, know all of it; nothing is rewritten for older ones.
LANGUAGE = "es2022"


def esbuild() -> Path:
    """The program.

    Raises:
        ImproperlyConfigured: npm has not installed it.
    """
    folder = settings.BASE_DIR / "node_modules" / "@esbuild"
    for program in sorted(folder.glob("*/bin/esbuild")):
        if os.access(program, os.X_OK):
            return program
    raise ImproperlyConfigured(
        f"The static files cannot be made small: no esbuild under {folder}. "
        "Run `npm ci` in the project's folder (without --omit=optional), or `make run`, which does it."
    )


def minify(sources: Mapping[str, Path], into: Path) -> None:
    """Write each source, made small, under its name into a folder.

    Args:
        sources: the files by the names they get, "flightmap/js/clock.js"; `.js` and `.css`.
        into: the folder; what is there under these names is written over.

    Raises:
        ImproperlyConfigured: no esbuild, or it does not run on this machine.
        ValueError: it cannot read a source; the message says which, where and why.
    """
    if not sources:
        return
    program = esbuild()
    files = [f"{name.rpartition('.')[0]}={path}" for name, path in sources.items()]
    options = ["--minify", f"--target={LANGUAGE}", "--charset=utf8", "--legal-comments=inline", "--log-level=error"]
    command = [str(program), *options, f"--outdir={into}", *files]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise ImproperlyConfigured(
            f"{program} does not run on this machine ({error.strerror}). Run `npm ci` here: node_modules of another "
            "machine holds that machine's program."
        ) from error
    if done.returncode:
        raise ValueError(done.stderr.strip())
