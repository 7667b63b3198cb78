"""Which user PostgreSQL and Redis run as, and where that user can keep files.

PostgreSQL refuses to run as root. Started by root, both servers step down to an unprivileged account; started by
anybody else they run as that person.
"""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flightmap.services.errors import ServiceError

SYSTEM_DATA = Path("/var/lib/flightmap")
_CREATED_ACCOUNT = "flightmap"


@dataclass(frozen=True)
class Account:
    """The user that the servers run as; `steps_down` tells that it is not the user who started us."""

    name: str
    uid: int
    gid: int
    steps_down: bool

    def credentials(self) -> dict[str, Any]:
        """The arguments that make `subprocess.Popen` start a program as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.steps_down else {}

    def can_write(self, directory: Path) -> bool:
        """Whether this user reaches `directory` and may make files in it: tried, not guessed from mode bits."""
        return self._test("-w", str(directory), "-a", "-x", str(directory))

    def can_enter(self, directory: Path) -> bool:
        """Whether this user may pass through `directory`."""
        return self._test("-x", str(directory))

    def _test(self, *expression: str) -> bool:
        command = ["test", *expression]
        return subprocess.run(command, cwd="/", check=False, **self.credentials()).returncode == 0


def server_account() -> Account:
    """The account for PostgreSQL and Redis: this user, or an unprivileged one when this user is root."""
    if os.geteuid() != 0:
        return Account(pwd.getpwuid(os.geteuid()).pw_name, os.geteuid(), os.getegid(), steps_down=False)
    for name in ("postgres", _CREATED_ACCOUNT):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, steps_down=True)
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    try:
        subprocess.run([*command, _CREATED_ACCOUNT], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        detail = getattr(error, "stderr", "") or str(error)
        raise ServiceError(
            f"PostgreSQL does not run as root, and no unprivileged user could be made for it: {detail.strip()}\n"
            f"Make one (useradd --system {_CREATED_ACCOUNT}) and start again."
        ) from error
    entry = pwd.getpwnam(_CREATED_ACCOUNT)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, steps_down=True)


def prepare_home(var: Path, name: str, account: Account) -> Path:
    """Make `var/<name>` for a server's files, owned by its account and closed to others; returns its real path.

    Where the account cannot reach `var` (a clone under /root), the files go to a folder of their own under
    /var/lib/flightmap and `var/<name>` becomes a link to it: opening /root to the account is not ours to do.
    """
    home = var / name
    var.mkdir(parents=True, exist_ok=True)
    if account.steps_down:
        var.chmod(var.stat().st_mode | 0o011)  # passable, whatever the umask; what is secret in it has its own mode
    if not os.path.lexists(home):
        home.mkdir(mode=0o700)
        if account.steps_down:
            os.chown(home, account.uid, account.gid)
    real = Path(os.path.realpath(home))
    if account.can_write(real):
        return real
    if not account.steps_down:
        raise ServiceError(
            f"{home} belongs to another user, so {name} cannot keep its files there.\n"
            f"Give it back with: sudo chown -R {account.name} {home}"
        )
    if not real.exists():
        raise ServiceError(
            f"{home} is a link to {real}, which is gone and its data with it.\n"
            "Bring it back, or remove the link to begin with an empty one."
        )
    if home.is_symlink() or any(home.iterdir()):
        raise ServiceError(
            f"{real} holds files that the user {account.name} cannot reach (was this clone moved?).\n"
            "Move the clone to a folder that other users may pass through, or back to where it was."
        )
    SYSTEM_DATA.mkdir(mode=0o755, parents=True, exist_ok=True)
    elsewhere = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=SYSTEM_DATA))
    os.chown(elsewhere, account.uid, account.gid)
    home.rmdir()
    home.symlink_to(elsewhere)
    return elsewhere
