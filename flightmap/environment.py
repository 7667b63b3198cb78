"""Read settings from environment variables, with errors that say which variable is wrong."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from tracks.processing.thresholds import ProcessingSettings


def text(name: str, default: str = "") -> str:
    """The variable's text, or the default when it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool) -> bool:
    """A yes/no variable: 1, true, yes, on against 0, false, no, off."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r}: write 1 or 0")


def number(name: str, default: int) -> int:
    """A whole-number variable."""
    value = text(name)
    try:
        return int(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r}: write a whole number") from None


def numbers(name: str, default: tuple[float, ...], count: int) -> tuple[float, ...]:
    """A variable of `count` decimal numbers separated by commas."""
    value = text(name)
    if not value:
        return default
    try:
        parts = tuple(float(part) for part in value.split(","))
    except ValueError:
        parts = ()
    if len(parts) != count:
        raise ImproperlyConfigured(f"{name}={value!r}: write {count} numbers separated by commas")
    return parts


def words(name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    """A variable of words separated by commas."""
    value = text(name)
    return tuple(part.strip() for part in value.split(",") if part.strip()) if value else default


def thresholds(name: str) -> ProcessingSettings:
    """A variable of thresholds of processing, `name=number` separated by commas; those not named stay as they are."""
    try:
        return ProcessingSettings().changed(text(name))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}") from None


def database(name: str, default: str) -> dict[str, Any]:
    """A PostGIS database from a URL: `postgresql://user:password@host:port/name`.

    A unix socket's folder goes into the query, as libpq has it: `postgresql:///name?host=/folder`.
    """
    parts = urlsplit(text(name, default))
    if parts.scheme not in {"postgres", "postgresql", "postgis"}:
        raise ImproperlyConfigured(f"{name}: write postgresql://user:password@host:port/name")
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": unquote(parts.path.lstrip("/")) or "flightmap",
        "USER": unquote(parts.username or options.pop("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def secret(name: str, kept_in: Path) -> str:
    """A secret from the environment, or one made once and kept in a file only its owner can read."""
    if value := text(name):
        return value
    try:
        return kept_in.read_text().strip()
    except FileNotFoundError:
        pass
    kept_in.parent.mkdir(parents=True, exist_ok=True)
    value = secrets.token_urlsafe(50)
    try:
        with os.fdopen(os.open(kept_in, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(value)
    except FileExistsError:  # another process made it in the same moment
        return kept_in.read_text().strip()
    return value
