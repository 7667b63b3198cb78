"""Derives a published revision's stretches from the original bytes again and compares them, number by number.

Nothing the database computed is taken for granted: the stored file is hashed, parsed anew as it was when the revision
was published, and every published fix is looked up in the parse by the index of its record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
from django.conf import settings as site
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from tracks.formats.contract import ParseError, ParseReport
from tracks.formats.reading import Reading, Withdrawn
from tracks.importing.copying import PACKED, StoredColumns, packed_column
from tracks.importing.importer import parse_settings
from tracks.importing.reports import Json
from tracks.importing.spooling import Spool
from tracks.importing.storing import stored_key
from tracks.models import FlightRevision, RevisionStretch, TrackFile
from tracks.models.vocabulary import EvidenceClass
from tracks.processing.fixes import Fixes


@dataclass(slots=True)
class Verification:
    """What agrees and what does not, in sentences."""

    agrees: list[str] = field(default_factory=list)
    differs: list[str] = field(default_factory=list)
    fixes: int = 0

    @property
    def sound(self) -> bool:
        """Whether nothing differs."""
        return not self.differs


def verify_revision(revision: FlightRevision) -> Verification:
    """Compare a revision with the originals it names."""
    found = Verification()
    stretches = list(revision.stretches.select_related("track").order_by("ordinal"))
    if not stretches:
        found.agrees.append(_("It shows no track, so there is nothing to derive."))
    for sha256 in dict.fromkeys(stretch.file_sha256 for stretch in stretches):
        of_file = [stretch for stretch in stretches if stretch.file_sha256 == sha256]
        _verify_file(sha256, revision.read_as.get(sha256, {}), of_file, found)
    return found


def _verify_file(sha256: str, read_as: Json, stretches: list[RevisionStretch], found: Verification) -> None:
    track_file = TrackFile.objects.filter(sha256=sha256).first()
    if track_file is None:
        found.differs.append(_("The original %(sha256)s is no longer in the archive.") % {"sha256": sha256})
        return
    try:
        stored = _sha256(track_file)
    except OSError as error:
        found.differs.append(
            _("The original %(sha256)s cannot be read: %(why)s.") % {"sha256": sha256, "why": error.strerror}
        )
        return
    if stored != sha256:
        found.differs.append(
            _("The bytes on the disk have the SHA-256 %(stored)s, not %(sha256)s: they were changed.")
            % {"stored": stored, "sha256": sha256}
        )
        return
    found.agrees.append(_("Original %(sha256)s: the bytes are those that were brought.") % {"sha256": sha256[:12]})
    try:
        _compare_file(track_file, read_as or track_file.read_as or _as_of_last(track_file), stretches, found)
    except (ParseError, KeyError) as error:
        found.differs.append(_("The original can no longer be parsed: %(why)s") % {"why": error})


def _sha256(track_file: TrackFile) -> str:
    with track_file.file.open("rb") as file:
        return hashlib.file_digest(cast(Any, file), "sha256").hexdigest()


def _as_of_last(track_file: TrackFile) -> Json:
    """`TrackFile.read_as` of a file that was imported before that was kept."""
    report = {name: track_file.report[name] for name in ("parsers", "members") if name in track_file.report}
    row = {name: getattr(track_file, name) for name in ("format", "parser_version", "settings")}
    return {**row, **report}


def _compare_file(track_file: TrackFile, read_as: Json, stretches: list[RevisionStretch], found: Verification) -> None:
    with Spool(Path(site.DATA_DIR) / "spool") as spool:
        with track_file.file.open("rb") as file:
            chosen = {number: name for number, (name, _version) in _parsers_of(read_as).items()}
            reading = Reading(cast(BinaryIO, file), ParseReport(), parse_settings(read_as["settings"]), chosen)
            for chunk in reading.chunks():
                if isinstance(chunk, Withdrawn):
                    spool.discard(chunk.aircraft_keys)
                else:
                    spool.add(chunk)
        found.agrees += _other_versions(read_as, reading)
        waiting = list(stretches)
        for gathered in spool.aircraft():
            key = stored_key(gathered.aircraft_key)
            # A stretch whose track went away in a later import does not say its aircraft: any may have its records.
            mine = [s for s in waiting if s.track is None or s.track.aircraft_key == key]
            if not mine:
                continue
            records = _ByRecord(spool.take(gathered))
            for stretch in mine:
                if stretch.track is not None or records.have(_records(stretch)):
                    waiting.remove(stretch)
                    _compare(stretch, records, found)
        found.differs += [
            _("Stretch %(number)d: its aircraft is not in the file.") % {"number": stretch.ordinal}
            for stretch in waiting
        ]


def _parsers_of(read_as: Json) -> dict[int, tuple[str, int]]:
    """Format and parser version of each file of an archive that could be read, by its number; a file that is none is
    number 0 of its own.
    """
    if runs := read_as.get("parsers"):
        return {
            number: (run["format"], run["parser_version"])
            for run in runs
            for number in range(run["first"], run["last"] + 1)
        }
    if members := read_as.get("members"):  # as reports were before they told of every file
        sound = [member for member in members if "format" in member and "error" not in member]
        return {member["number"]: (member["format"], member["parser_version"]) for member in sound}
    return {0: (read_as["format"], read_as["parser_version"])}


def _other_versions(read_as: Json, reading: Reading) -> list[str]:
    """A sentence for each parser that has changed since the import."""
    then = _parsers_of(read_as)
    alone = then.get(0) if len(then) == 1 else None  # in an archive its number may be another
    versions = {
        (known[1], member.detected.parser.version)
        for member in reading.readable
        if member.detected is not None and (known := then.get(member.ordinal, alone))
    }
    return [
        _("It was read by version %(then)s of the parser; this is version %(now)s, so differences may be its own.")
        % {"then": old, "now": new}
        for old, new in sorted(versions)
        if old != new
    ]


class _ByRecord:
    """Fixes that can be looked up by the index of their record."""

    def __init__(self, fixes: Fixes) -> None:
        self.fixes = fixes[np.argsort(fixes.record_index, kind="stable")]

    def have(self, records: NDArray[np.int64]) -> bool:
        """Whether all of these records gave a fix."""
        return bool(np.isin(records, self.fixes.record_index).all())

    def at(self, records: NDArray[np.int64]) -> Fixes:
        """The fixes of these records, in this order."""
        return self.fixes[np.searchsorted(self.fixes.record_index, records)]


def _compare(stretch: RevisionStretch, records: _ByRecord, found: Verification) -> None:
    wanted = _records(stretch)
    if not records.have(wanted):
        missing = wanted[~np.isin(wanted, records.fixes.record_index)]
        found.differs.append(
            _("Stretch %(number)d: record %(record)d of the file gives no fix any more.")
            % {"number": stretch.ordinal, "record": int(missing[0])}
        )
        return
    derived = records.at(wanted)
    wrong = [name for name, stored, again in _columns(stretch, derived) if stored != again]
    estimated = stretch.evidence_class == EvidenceClass.ESTIMATED
    if not (derived.estimated == estimated).all():
        wrong.append("class")
    if wrong:
        found.differs.append(
            _("Stretch %(number)d: %(columns)s differ from the file's.")
            % {"number": stretch.ordinal, "columns": ", ".join(wrong)}
        )
    else:
        found.fixes += stretch.fix_count


def _records(stretch: RevisionStretch) -> NDArray[np.int64]:
    return np.asarray(stretch.record_index)


def _columns(stretch: RevisionStretch, derived: Fixes) -> Iterator[tuple[str, bytes, bytes | None]]:
    """The bytes of each stored column beside those derived."""
    path, lone_fix, *columns = StoredColumns(derived).values(0, len(derived))
    if stretch.path is not None:
        yield "path", stretch.path.ewkb(), path
    else:
        yield "path", np.asarray(stretch.lone_fix, dtype="<f8").tobytes(), lone_fix
    for name, column in zip(PACKED, columns, strict=True):
        # A part cut out of a stretch may be unknown throughout where the whole was not.
        stored, known = packed_column(name, np.asarray(getattr(stretch, name)))
        yield name, b"" if known is not None and not known.any() else stored.tobytes(), column
