"""Install Debian packages as root, without their services being started.

Run by itself as root: `python3 -m flightmap.bootstrap.debian PACKAGE…`. Debian's packages start their service when
they are installed; invoke-rc.d(8) asks /usr/sbin/policy-rc.d first. PostgreSQL's also makes a cluster of its own,
unless pg_createcluster's configuration says otherwise. Both are changed for the time of the installation only.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

MARK = "written by flightmap for the time of one installation"
ACTION_FORBIDDEN = 101  # policy-rc.d's answer, see /usr/share/doc/init-system-helpers
BOOT_SERVICES = ("redis-server",)


@contextmanager
def services_kept_from_starting(root: Path = Path("/")) -> Iterator[None]:
    """Forbid starting PostgreSQL and Redis; whatever policy was there is asked about everything else and put back."""
    policy = root / "usr/sbin/policy-rc.d"
    kept = policy.with_name("policy-rc.d.before-flightmap")
    if policy.exists() and MARK in policy.read_text(errors="replace"):
        policy.unlink()  # an installation before this one was killed
    elif policy.exists() or policy.is_symlink():
        policy.rename(kept)
    policy.parent.mkdir(parents=True, exist_ok=True)
    policy.write_text(
        "#!/bin/sh\n"
        f"# {MARK}\n"
        f'case "$1" in postgresql*|redis*) exit {ACTION_FORBIDDEN};; esac\n'
        f'if [ -x "{kept}" ]; then exec "{kept}" "$@"; fi\n'
        "exit 0\n"
    )
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink(missing_ok=True)
        if kept.exists() or kept.is_symlink():
            kept.rename(policy)


@contextmanager
def no_cluster_of_the_package(root: Path = Path("/")) -> Iterator[None]:
    """Keep the package `postgresql` from making a cluster `main`, by a drop-in that is taken away again."""
    directory = root / "etc/postgresql-common/createcluster.d"
    made = [path for path in (directory, directory.parent) if not path.exists()]
    directory.mkdir(parents=True, exist_ok=True)
    drop_in = directory / "flightmap.conf"
    drop_in.write_text(f"# {MARK}\ncreate_main_cluster = false\n")
    try:
        yield
    finally:
        drop_in.unlink(missing_ok=True)
        for path in made:
            if path.exists() and not any(path.iterdir()):
                path.rmdir()


def choose(names: Sequence[str]) -> list[str]:
    """From arguments like `a|b`: the first alternative that apt can install, or the first of all."""
    chosen = []
    for name in names:
        alternatives = name.split("|")
        available = (n for n in alternatives if _has_candidate(n))
        chosen.append(next(available, alternatives[0]))
    return chosen


def _has_candidate(name: str) -> bool:
    answer = subprocess.run(
        ["apt-cache", "policy", name], check=False, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}
    ).stdout
    return "Candidate:" in answer and "Candidate: (none)" not in answer


def forget_boot_start(service: str) -> None:
    """Take a service that this installation brought out of what starts at boot."""
    if shutil.which("systemctl"):
        subprocess.run(["systemctl", "disable", f"{service}.service"], check=False)
    elif shutil.which("update-rc.d"):
        subprocess.run(["update-rc.d", service, "disable"], check=False)


def install(names: Sequence[str]) -> int:
    """Install packages (each a name or `a|b`) with their services kept from starting; returns apt's status."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    apt = ["apt-get", "--option", "DPkg::Lock::Timeout=300", "--option", "Dpkg::Use-Pty=0"]
    new_services = [name for name in BOOT_SERVICES if name in names and not Path(f"/usr/bin/{name}").exists()]
    with ExitStack() as stack:
        stack.enter_context(services_kept_from_starting())
        stack.enter_context(no_cluster_of_the_package())
        # A broken entry among the sources does not matter as long as the packages are to be had.
        subprocess.run([*apt, "update"], check=False, env=environment)
        command = [*apt, "install", "--yes", "--no-install-recommends", *choose(names)]
        status = subprocess.run(command, check=False, env=environment).returncode
        for service in new_services:
            forget_boot_start(service)
    return status


def main(names: Sequence[str]) -> int:
    """Install what the arguments name; a signal still puts the changed files back."""

    def leave(number: int, _frame: object) -> None:
        sys.exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    return install(names)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
