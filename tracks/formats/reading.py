"""From a file as it was brought to fixes: a track file, plain or gzip, or a ZIP archive of several.

A file in an archive is told apart from the others by two things:
- Its name stands before the key of each of its aircraft (`name!key`), so that keys are the same whenever
  the same bytes are read again, whatever we can read by then.
- `record_index` counts the records of the file it is in, as always; the file's number in the archive
  stands in the bits from `MEMBER_BIT` up. So each record of an archive has one number, and
  `member_and_record` finds the file and the record in it.

An archive with one file is read as that file alone would be: same keys, same numbers, same hash of the
content. A KMZ is the KML in it. Pictures do not count as files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from tracks.formats import registry
from tracks.formats.archives import Archive, ArchiveRefused, Entry, is_archive
from tracks.formats.content import Container, Content, TooLarge, open_content
from tracks.formats.contract import (
    Chunk,
    Confidence,
    ParseError,
    ParseReport,
    ParseSettings,
    Place,
    at_byte,
    at_record,
    gettext_noop,
)
from tracks.formats.registry import Detected

# How an archive of several files is stored as a format; its files have formats of their own.
ARCHIVE_FORMAT = "zip"
ARCHIVE_LABEL = gettext_noop("ZIP archive")
ARCHIVE_VERSION = 1

MEMBER_BIT = 40

# So many files of an archive that could not be read are named one by one.
_NAMED = 20

# Files that the archives have as which office programs save (Office Open XML, OpenDocument, iWork).
_OFFICE = {"[Content_Types].xml", "mimetype", "Index/Document.iwa"}

_KEY_MEMBER = 40  # letters of a file's name in an aircraft key; longer ones are cut and told apart by a hash


def member_and_record(record_index: int) -> tuple[int, int]:
    """The number of the file in its archive (0: not in one, or the only one), and of the record in that file."""
    return record_index >> MEMBER_BIT, record_index & ((1 << MEMBER_BIT) - 1)


def record_place(record_index: int, members: Mapping[int, str]) -> Place:
    """The place of a record; `members` are the names of an archive's files by their numbers."""
    ordinal, record = member_and_record(record_index)
    return at_record(record).within(members.get(ordinal, f"#{ordinal}" if ordinal else ""), ordinal << MEMBER_BIT)


@dataclass(slots=True)
class Member:
    """What became of one file of an archive, or of the file itself where it is none (`name` is "")."""

    ordinal: int = 0
    name: str = ""
    detected: Detected | None = None
    report: ParseReport = field(default_factory=ParseReport)
    content_bytes: int = 0
    content_sha256: str = ""
    error: ParseError | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """All chunks of these aircraft are to be forgotten: the file in the archive turned out to be damaged."""

    aircraft_keys: frozenset[str]


class Reading:
    """The reading of one file as it was brought. Iterate `chunks` once.

    Attributes, true at any moment:
        members: the files read so far; a file that is no archive is its own only member.

    Args:
        file: opened in binary mode, at its start; it must be able to seek.
        report: filled while chunks come; what a file of an archive adds comes when it has been read.
        chosen: names of the parsers to read with, by the number of the file in its archive; where there is
            none, content decides.

    Raises:
        ParseError: the file is empty, of no kind we read, or an archive that is damaged or refused.
    """

    def __init__(
        self,
        file: BinaryIO,
        report: ParseReport,
        settings: ParseSettings,
        chosen: Mapping[int, str] | None = None,
    ) -> None:
        self._report = report
        self._settings = settings
        self._chosen = chosen or {}
        self._content: Content | None = None
        self._archive: Archive | None = None
        self._fixes_before = 0
        self.members: list[Member] = []
        head = file.read(4)
        file.seek(0)
        if is_archive(head):
            self._archive = Archive(file, settings.limits)
        else:
            self._content = open_content(file, report, settings.limits)
            self.members.append(Member(0, "", self._detect(self._content, 0), report))

    def _detect(self, content: Content, ordinal: int) -> Detected:
        if (name := self._chosen.get(ordinal)) is None:
            return registry.detect(content, self._settings)
        return Detected(registry.parser_named(name), content.container, Confidence.CERTAIN)

    @property
    def container(self) -> Container:
        """What the file is wrapped in."""
        return Container.ZIP if self._content is None else self._content.container

    @property
    def file_bytes(self) -> int:
        """Bytes of the file taken so far: the progress, against its size."""
        if self._archive is not None:
            return self._archive.file_bytes
        assert self._content is not None
        return self._content.file_bytes

    @property
    def content_bytes(self) -> int:
        """Bytes of content read so far."""
        return sum(member.content_bytes for member in self.members)

    @property
    def only(self) -> Member | None:
        """The one file there is, in an archive or not; None for an archive of several."""
        return self.members[0] if self.members and self.members[0].ordinal == 0 else None

    @property
    def readable(self) -> list[Member]:
        """The files that could be read."""
        return [member for member in self.members if member.error is None and member.detected is not None]

    def chunks(self) -> Iterator[Chunk | Withdrawn]:
        """The fixes of all files; those of one that turns out to be damaged are withdrawn again.

        Raises:
            ParseError: the file cannot be read; of an archive, none of its files can.
        """
        if self._archive is None:
            assert self._content is not None
            yield from self._parse(self.members[0], self._content)
            return
        for entry in self._archive.entries():
            yield from self._entry(entry, self._archive)
        self._tell_of_unreadable()

    def recognised(self) -> Detected:
        """What the file is, without reading it; of an archive, its first file that can be read.

        Raises:
            ParseError: there is none.
        """
        if self._archive is None:
            assert self.members[0].detected is not None
            return self.members[0].detected
        for entry in self._archive.entries():
            member = Member(entry.ordinal, entry.path)
            self.members.append(member)
            try:
                with entry.open() as stream:
                    return self._detect(open_content(stream, member.report, self._settings.limits), entry.ordinal)
            except ArchiveRefused:
                raise
            except ParseError as error:
                member.error = error
        self._tell_of_unreadable()
        raise AssertionError("an archive without a readable file is refused")

    def content_sha256(self) -> str:
        """SHA-256 of the content: for an archive of several files, of their names and the hashes of theirs."""
        if (only := self.only) is not None:
            return only.content_sha256
        digest = hashlib.sha256()
        for member in self.readable:
            digest.update(f"{member.name}\0{member.content_sha256}\n".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def _parse(self, member: Member, content: Content) -> Iterator[Chunk]:
        assert member.detected is not None
        for chunk in member.detected.parser.parse(content, member.report, self._settings):
            member.content_bytes = content.content_bytes
            yield chunk
        # The hash wants all of the content, also where the parser stopped early.
        member.content_sha256 = content.content_sha256()
        member.content_bytes = content.content_bytes

    def _entry(self, entry: Entry, archive: Archive) -> Iterator[Chunk | Withdrawn]:
        member = Member(entry.ordinal, entry.path)
        self.members.append(member)
        keys: set[str] = set()
        content: Content | None = None
        try:
            with entry.open() as stream:
                content = open_content(stream, member.report, self._settings.limits, archive.budget.unpacked)
                member.detected = self._detect(content, entry.ordinal)
                for chunk in self._parse(member, content):
                    chunk = _of_member(chunk, member)
                    keys.add(chunk.aircraft_key)
                    yield chunk
        except (ArchiveRefused, TooLarge):
            raise
        except ParseError as error:
            member.error = error
            if keys:
                yield Withdrawn(frozenset(keys))
            return
        finally:
            archive.budget.unpacked += _gunzipped(content)
        self._report.absorb(member.report, member.name, member.ordinal << MEMBER_BIT)

    def _tell_of_unreadable(self) -> None:
        """Name the files that could not be read, or refuse the archive where that is all of them."""
        lost = [member for member in self.members if member.error is not None]
        if not self.members:
            raise ParseError(gettext_noop("The archive holds no file that might be a track."), place=at_byte(0))
        if len(lost) == len(self.members):
            if _OFFICE & {member.name for member in lost}:
                raise ParseError(
                    gettext_noop(
                        "It looks like a document of a spreadsheet or another office program: save the table in it as "
                        "CSV and bring that."
                    ),
                    place=at_byte(0),
                )
            first = lost[0].error
            assert first is not None
            if len(lost) == 1:
                place = (first.place or at_byte(0)).within(lost[0].name)
                raise ParseError(first.message, place=place, **first.values)
            raise ParseError(
                gettext_noop(
                    "None of the %(count)d files in the archive can be read; the first is “%(name)s”. %(why)s"
                ),
                count=len(lost),
                name=lost[0].name,
                why=str(first),
            )
        for member in lost[:_NAMED]:
            self._report.warn(
                gettext_noop("“%(name)s” in the archive was left out. %(why)s"), name=member.name, why=str(member.error)
            )
        if len(lost) > _NAMED:
            self._report.warn(gettext_noop("So were %(count)d further files in the archive."), count=len(lost) - _NAMED)


def recognise(file: BinaryIO, settings: ParseSettings | None = None) -> Detected:
    """What a file is; of an archive, its first file that can be read.

    Raises:
        ParseError: nothing of it can be read, and why.
    """
    return Reading(file, ParseReport(), settings or ParseSettings()).recognised()


def _gunzipped(content: Content | None) -> int:
    """Bytes a gzip file in an archive has unpacked to; those of the archive are counted already."""
    return 0 if content is None or content.container is Container.PLAIN else content.unpacked_bytes


def _of_member(chunk: Chunk, member: Member) -> Chunk:
    """A chunk as that of a file in an archive of several."""
    if not member.ordinal:
        return chunk
    name = member.name.replace("!", "_")
    if len(name) > _KEY_MEMBER:
        digest = hashlib.sha256(member.name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        name = f"…{name[-(_KEY_MEMBER - 10) :]}~{digest}"
    chunk.fixes.record_index = chunk.fixes.record_index + (member.ordinal << MEMBER_BIT)
    return replace(chunk, aircraft_key=f"{name}!{chunk.aircraft_key}")
