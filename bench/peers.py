"""An environment of their own, under var/, for the libraries this project is measured against.

They need other versions of what this project needs too, so nothing of ours is imported there: a script is run in it,
and files go to and fro.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "peers"
WANTED = ROOT / "bench" / "requirements-peers.txt"


def peer_python() -> str:
    """The interpreter of the environment, which is made, or brought up to the list, where it is not."""
    python, installed = FOLDER / "bin" / "python", FOLDER / "installed.txt"
    wanted = WANTED.read_text()
    if not (installed.exists() and installed.read_text() == wanted):
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--requirement", str(WANTED)], check=True)
        installed.write_text(wanted)
    return str(python)


def run_peer(script: str, *arguments: str) -> str:
    """What a script of this folder writes to standard output when run in the environment."""
    command = [peer_python(), str(ROOT / "bench" / script), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
