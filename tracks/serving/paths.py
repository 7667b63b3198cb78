"""Paths on the wire: which published paths a request may have, and their bytes, compressed once and kept.

The bytes are those of `tracks.serving.encoding`. They are kept under a name made from the content hashes of the
revisions in them, so a kept answer can never be an old one; what may be seen is asked of the database each time.
"""

from __future__ import annotations

import hashlib
import inspect
import logging
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import redis
from django.core.cache import cache

from tracks.models import Flight, FlightRevision, RevisionStretch
from tracks.models.assembly import Assembly
from tracks.models.vocabulary import FlightStatus
from tracks.serving import encoding
from tracks.serving.compression import compress
from tracks.serving.encoding import WireFlight, WireStretch, encode_paths
from tracks.visibility import is_public

MOST_FLIGHTS = 200  # in one request: its address then stays below the 4,094 bytes that gunicorn reads
KEPT_FOR = 24 * 3600  # seconds in the cache
_WIRE_COLUMNS = ("altitude_kind", "ground_speed", "track_angle", "vertical_rate", "source", "on_ground")
_UNUSED_COLUMNS = ("geometric_altitude", "squawk", "time_resolution", "record_index")
_FILE_DIGITS = 12  # of a file's SHA-256: enough to find the original among a flight's

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One path asked for: `<flight id>.<revision number>`."""

    flight_id: str
    number: int

    def __str__(self) -> str:
        return f"{self.flight_id}.{self.number}"


_WANTED = re.compile(r"([0-9a-z]{1,12})\.([0-9]{1,9})", re.ASCII)


def parse_wanted(text: str) -> list[Wanted]:
    """Read `id.rev,id.rev…`; repeated ones once, in the order given.

    Raises:
        ValueError: naming the part that cannot be read.
    """
    wanted: dict[Wanted, None] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = _WANTED.fullmatch(part)
        if match is None or int(match[2]) > 2**31 - 1:
            raise ValueError(part[:40])
        wanted[Wanted(match[1], int(match[2]))] = None
    return list(wanted)


@dataclass(frozen=True, slots=True)
class Found:
    """What there is of the paths asked for. `gone` were published once and no longer are."""

    revisions: list[FlightRevision]
    gone: list[Wanted]
    missing: list[Wanted]


def find_revisions(wanted: Sequence[Wanted]) -> Found:
    """The published revisions asked for, in the order asked; by one query."""
    rows = FlightRevision.objects.filter(
        flight__in={one.flight_id for one in wanted}, number__in={one.number for one in wanted}
    ).select_related("flight")
    rows = rows.only("flight_id", "number", "content_hash", "flight__status", "flight__withdrawn_through")
    by_name = {Wanted(row.flight_id, row.number): row for row in rows}
    found = Found([], [], [])
    for one in wanted:
        row = by_name.get(one)
        if row is None or row.flight.status == FlightStatus.DRAFT:
            found.missing.append(one)
        elif is_public(row):
            found.revisions.append(row)
        else:
            found.gone.append(one)
    return found


def paths_url(path: str, revisions: Iterable[tuple[str, int]]) -> str | None:
    """The address of the paths of (flight id, revision number) pairs, at most `MOST_FLIGHTS`; None for none.

    Sorted, so that pages that show the same flights share one address and one cached answer.
    """
    names = sorted(f"{flight_id}.{number}" for flight_id, number in revisions)[:MOST_FLIGHTS]
    return f"{path}?f={','.join(names)}" if names else None


def entity_tag(revisions: Iterable[FlightRevision]) -> str:
    """A weak ETag: the same whatever the compression."""
    return f'W/"{_name_of(revisions)}"'


def path_bytes(revisions: Sequence[FlightRevision], content_encoding: str) -> bytes:
    """The paths in one message, compressed; from the cache when it has them."""
    key = f"paths:{_name_of(revisions)}:{content_encoding}"
    return _kept(key, lambda: compress(encode_paths(wire_flights(revisions)), content_encoding))


@lru_cache(maxsize=1)
def _encoder_digest() -> str:
    """Names the code that makes the bytes: a new release is never answered from an older one's cache."""
    return hashlib.sha256(inspect.getsource(encoding).encode()).hexdigest()[:16]


def _name_of(revisions: Iterable[FlightRevision]) -> str:
    parts = [_encoder_digest(), *(f"{r.flight_id}.{r.number}.{r.content_hash}" for r in revisions)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]


def _kept(key: str, make: Callable[[], bytes]) -> bytes:
    """A value of the cache, made when it is not there. A cache that is away costs time, never the answer."""
    try:
        if (value := cache.get(key)) is not None:
            return value
    except redis.RedisError as error:
        logger.warning("The cache does not answer: %s", error)
        return make()
    value = make()
    try:
        cache.set(key, value, KEPT_FOR)
    except redis.RedisError as error:
        logger.warning("The cache does not take a value: %s", error)
    return value


def wire_flights(revisions: Sequence[FlightRevision]) -> list[WireFlight]:
    """The published stretches of the revisions, by one query."""
    stretches: dict[int, list[WireStretch]] = {revision.pk: [] for revision in revisions}
    rows = RevisionStretch.objects.filter(revision__in=revisions).order_by("revision", "ordinal")
    for row in rows.defer(*_UNUSED_COLUMNS):
        line = row.path.coordinates if row.path is not None else np.asarray(row.lone_fix).reshape(-1, 4)
        columns = {name: np.asarray(getattr(row, name)) for name in (*_WIRE_COLUMNS, "altitude_known")}
        stretches[row.revision_id].append(
            wire_stretch(row.evidence_class, row.file_sha256[:_FILE_DIGITS], line, columns)
        )
    return [WireFlight(r.flight_id, r.number, in_order(stretches[r.pk])) for r in revisions]


def wire_draft(flight: Flight, assembly: Assembly) -> WireFlight:
    """The path of a working copy, as revision 0."""
    stretches = [
        wire_stretch(s.evidence_class, s.track.track_file.sha256[:_FILE_DIGITS], s.coordinates, s.columns)
        for s in assembly.stretches
    ]
    return WireFlight(flight.pk, 0, in_order(stretches))


def wire_stretch(
    evidence_class: str, track: str, coordinates: np.ndarray, columns: dict[str, np.ndarray]
) -> WireStretch:
    """A stretch for the wire.

    Args:
        evidence_class: "observed" or "estimated".
        track: what leads back to the original file.
        coordinates: n×4, longitude (°), latitude (°), altitude (m), epoch seconds.
        columns: by the names of `StretchColumns`, each of length n, or empty where unknown throughout.
    """
    longitude, latitude, altitude, time = coordinates.T
    known = columns["altitude_known"]
    return WireStretch(
        evidence_class=evidence_class,
        track=track,
        time=time,
        longitude=longitude,
        latitude=latitude,
        # The line stores an unknown altitude as 0; on the wire it is unknown.
        altitude=np.where(known, altitude, np.nan) if known.size else None,
        **{name: columns[name] if columns[name].size else None for name in _WIRE_COLUMNS},
    )


def in_order(stretches: list[WireStretch]) -> list[WireStretch]:
    """By the time of the first fix, as the wire wants them."""
    return sorted(stretches, key=lambda stretch: float(np.asarray(stretch.time)[0]))
