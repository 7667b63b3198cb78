"""What a parser is, what it yields and how it says what went wrong.

A parser turns one file's bytes into bounded chunks of fixes, without holding the file. It invents
nothing: what the file does not state stays unknown. To write the next one, read `readsb.py`; the
steps are in docs/formats.md.

Sentences meant for people are plain English with named placeholders, marked `gettext_noop` so that
the site can translate them; no Django is imported here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from tracks.formats.text import clean, clean_or_none
from tracks.processing.fixes import Fixes

if TYPE_CHECKING:
    from tracks.formats.table_mapping import TableMapping

# No chunk holds more: the memory of an import must not grow with the file.
CHUNK_FIXES = 65_536

# A file is given up once so many of its records could not be used and hardly any could.
NONSENSE_RECORDS = 50_000
NONSENSE_SHARE = 0.98

# The report names the first few places of each kind of loss, not all of a million.
PLACES_KEPT = 5
WARNINGS_KEPT = 50


def gettext_noop(message: str) -> str:
    """Mark a sentence for translation; whoever shows it translates it."""
    return message


class PlaceKind(StrEnum):
    """What a place in a file counts."""

    BYTE = "byte"
    LINE = "line"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the file: a byte offset (from 0), a line (from 1) or a record (from 0).

    Byte offsets count the content as it was before compression: the file itself where it is plain.
    `member` is the name of the file in an archive that is meant, "" where the file is none.
    `record` is the record that stands there, as `Fixes.record_index` counts them, where that is known:
    it leads from the report to the map.
    """

    kind: PlaceKind
    number: int
    member: str = ""
    record: int | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.member}: {self.kind} {self.number:,}" if self.member else f"{self.kind} {self.number:,}"

    def within(self, member: str, first_record: int = 0) -> Place:
        """The same place in a file of an archive, whose records count from `first_record` on."""
        return replace(self, member=member, record=None if self.record is None else self.record + first_record)

    def of_record(self, record: int) -> Place:
        """The same place, and the record that stands there."""
        return replace(self, record=record)


def at_byte(offset: int) -> Place:
    """A byte offset, from 0."""
    return Place(PlaceKind.BYTE, offset)


def at_line(line: int) -> Place:
    """A line, from 1."""
    return Place(PlaceKind.LINE, line)


def at_record(index: int) -> Place:
    """A record, from 0: the same number as `Fixes.record_index`."""
    return Place(PlaceKind.RECORD, index, record=index)


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values to put into a sentence; what they quote from a file is cleaned."""
    return {name: clean(value) if isinstance(value, str) else value for name, value in values.items()}


class ParseError(Exception):
    """The file cannot be read: a sentence for a curator saying what is wrong, where, what to do.

    `message` keeps its named placeholders (`%(name)s`) so that it can be translated before
    `values` are put in; `str()` gives the English sentence with its place.
    """

    def __init__(self, message: str, *, place: Place | None = None, **values: Any) -> None:
        super().__init__(message)
        self.message = message
        self.values = _cleaned(values)
        self.place = place

    def __str__(self) -> str:
        sentence = self.message % self.values if self.values else self.message
        return f"{sentence} (at {self.place})" if self.place else sentence


class DropReason(StrEnum):
    """Why a record of a file did not become a fix."""

    UNREADABLE = "unreadable-record"
    NO_TIME = "no-time"
    UNREADABLE_TIME = "unreadable-time"
    NO_POSITION = "no-position"
    TIME_OUT_OF_RANGE = "time-out-of-range"
    POSITION_OUT_OF_RANGE = "position-out-of-range"
    NO_AIRCRAFT = "no-aircraft"
    REPEATED = "repeated"


DROP_REASONS: Mapping[DropReason, str] = {
    DropReason.UNREADABLE: gettext_noop("record could not be read"),
    DropReason.NO_TIME: gettext_noop("no time stated"),
    DropReason.UNREADABLE_TIME: gettext_noop("time that cannot be read, or a date without a time of day"),
    DropReason.NO_POSITION: gettext_noop("no position stated"),
    DropReason.TIME_OUT_OF_RANGE: gettext_noop("time before 1990 or in the far future"),
    DropReason.POSITION_OUT_OF_RANGE: gettext_noop("latitude or longitude that cannot exist"),
    DropReason.NO_AIRCRAFT: gettext_noop("no address stated, among rows of many aircraft"),
    DropReason.REPEATED: gettext_noop("repeats a fix of a track in the same file"),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a curator should know about a file that could nevertheless be read."""

    message: str
    values: Mapping[str, Any] = field(default_factory=dict)
    place: Place | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", _cleaned(self.values))

    def __str__(self) -> str:
        sentence = self.message % dict(self.values) if self.values else self.message
        return f"{sentence} (at {self.place})" if self.place else sentence


@dataclass(slots=True)
class ParseReport:
    """What became of a file's records, filled while `parse` runs. Safe to read between chunks."""

    records_read: int = 0
    fixes_read: int = 0
    dropped: Counter[DropReason] = field(default_factory=Counter)
    places: dict[DropReason, list[Place]] = field(default_factory=dict)
    blanked: Counter[str] = field(default_factory=Counter)
    warnings: list[Notice] = field(default_factory=list)
    warnings_not_kept: int = 0

    def drop(self, reason: DropReason, *places: Place, count: int | None = None) -> None:
        """Count records that become no fix: `count`, or one for each place.

        The first few places of each reason are kept.
        """
        self.dropped[reason] += len(places) if count is None else count
        kept = self.places.setdefault(reason, [])
        kept.extend(places[: PLACES_KEPT - len(kept)])

    def refuse_nonsense(self) -> None:
        """Called between chunks: stop reading what turned out not to be a track file.

        Raises:
            ParseError: `NONSENSE_RECORDS` or more could not be used, `NONSENSE_SHARE` of all.
        """
        lost = self.dropped.total()
        if lost >= NONSENSE_RECORDS and lost >= NONSENSE_SHARE * self.records_read:
            reason, _ = self.dropped.most_common(1)[0]
            raise ParseError(
                gettext_noop(
                    "Of the first %(read)d records %(lost)d could not be used, most of them because: %(reason)s. "
                    "This is not the track file it seems to be; it was not read further."
                ),
                place=self.places[reason][0] if self.places[reason] else None,
                read=self.records_read,
                lost=lost,
                reason=DROP_REASONS[reason],
            )

    def blank(self, column: str, count: int) -> None:
        """Count values of a column that cannot be true and were taken as unknown."""
        if count:
            self.blanked[column] += count

    def warn(self, message: str, place: Place | None = None, **values: Any) -> None:
        """Tell the curator something about the file; the first `WARNINGS_KEPT` are kept."""
        if len(self.warnings) < WARNINGS_KEPT:
            self.warnings.append(Notice(message, values, place))
        else:
            self.warnings_not_kept += 1

    def absorb(self, other: ParseReport, member: str, first_record: int = 0) -> None:
        """Add what became of a file of an archive; its places get the file's name, its records count from there on."""
        self.records_read += other.records_read
        self.fixes_read += other.fixes_read
        self.blanked.update(other.blanked)
        for reason, count in other.dropped.items():
            self.drop(reason, *(place.within(member, first_record) for place in other.places[reason]), count=count)
        for notice in other.warnings:
            place = (notice.place or at_byte(0)).within(member, first_record)
            self.warn(notice.message, place, **notice.values)
        self.warnings_not_kept += other.warnings_not_kept

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON-ready values, sentences in English."""
        return {
            "records_read": self.records_read,
            "fixes_read": self.fixes_read,
            "dropped": {
                str(reason): {
                    "count": count,
                    "label": DROP_REASONS[reason],
                    "places": [str(p) for p in self.places[reason]],
                }
                for reason, count in self.dropped.most_common()
            },
            "blanked": dict(self.blanked),
            "warnings": [str(w) for w in self.warnings],
            "warnings_not_kept": self.warnings_not_kept,
        }


@dataclass(frozen=True, slots=True)
class StatedIdentity:
    """Who the file says this aircraft is. None where it does not say; nothing is looked up.

    Text is cleaned (`text.clean`); what is nothing then counts as not stated.

    `address` is the transponder address as stated, lower-case hex, with a leading "~" where the
    file marks it as not an ICAO address. `origin` and `destination` are airport codes (ICAO where
    the file gives them) that the file *states*: claims of the source, not computed from fixes.
    `simulator` names the simulator that a file says wrote it: what it shows was never flown.
    """

    address: str | None = None
    registration: str | None = None
    type_designator: str | None = None
    type_name: str | None = None
    operator: str | None = None
    callsign: str | None = None
    flight_number: str | None = None
    origin: str | None = None
    destination: str | None = None
    simulator: str | None = None

    def __post_init__(self) -> None:
        for name in self.__slots__:  # the fields; files of all the sky state thousands of identities
            if (value := getattr(self, name)) is not None:
                object.__setattr__(self, name, clean_or_none(value))

    @property
    def icao24(self) -> str | None:
        """The 24-bit ICAO address, or None where none is stated or it is not an ICAO one."""
        return self.address if self.address is not None and not self.address.startswith("~") else None

    @property
    def is_icao_address(self) -> bool | None:
        """Whether `address` is an ICAO address; None where no address is stated."""
        return None if self.address is None else not self.address.startswith("~")

    def merged(self, later: StatedIdentity) -> StatedIdentity:
        """What both state together: a file may say more further on. The later word counts."""
        stated = {f.name: v for f in fields(later) if (v := getattr(later, f.name)) is not None}
        return replace(self, **stated)

    def as_dict(self) -> dict[str, str]:
        """Only what is stated."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, slots=True)
class Chunk:
    """At most `CHUNK_FIXES` fixes of one aircraft, in file order.

    `aircraft_key` tells aircraft apart within this file and is the same whenever the same bytes are
    read again; it is not an identity. Chunks of several aircraft may alternate.
    """

    aircraft_key: str
    identity: StatedIdentity
    fixes: Fixes

    def __post_init__(self) -> None:
        object.__setattr__(self, "aircraft_key", clean(self.aircraft_key) or "aircraft")
        assert len(self.fixes) <= CHUNK_FIXES, "a parser yields bounded chunks"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may ask of us. Sizes in bytes.

    A gzip file may not unpack to more than `content_bytes`, nor, past `ratio_from_bytes`, to more
    than `compression_ratio` times its own size (a readsb trace has a ratio of 4 to 12). No single
    record, and not all that stands beside the list of fixes together, may be larger than `record_bytes`.
    An archive may unpack to no more than `content_bytes` in all, have no more than `members` files, and
    its directory no more than `directory_bytes`.
    The importer gives the site's `UPLOAD_MAX_EXPANDED_BYTES` as `content_bytes`: that setting is what
    holds on a site. The number here is for whoever reads a file without saying anything.
    """

    content_bytes: int = 1 << 30
    compression_ratio: float = 200.0
    ratio_from_bytes: int = 1 << 24
    record_bytes: int = 1 << 22
    members: int = 10_000
    directory_bytes: int = 1 << 22


@dataclass(frozen=True, slots=True)
class ParseSettings:
    """What a curator may decide about reading a file; stored with it, so it can be read again alike.

    `time_zone` is the IANA zone of times written without one; None refuses such times. `table` says what the
    columns of a table are that no parser knows by itself.
    """

    limits: Limits = field(default_factory=Limits)
    time_zone: str | None = None
    table: TableMapping | None = None

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return asdict(self)


class Confidence(IntEnum):
    """How sure a parser is that content is its own, from the first bytes."""

    NO = 0
    POSSIBLE = 1
    LIKELY = 2
    CERTAIN = 3


@runtime_checkable
class ByteStream(Protocol):
    """What a parser reads from: it never seeks."""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, b"" at the end."""
        ...


class Parser(Protocol):
    """One file format.

    `name` is stored with every file read and never changes; `version` is raised whenever the same
    bytes would give other fixes; `label` is a message to translate.
    """

    name: str
    label: str
    version: int

    def sniff(self, head: bytes) -> Confidence:
        """How sure we are that content beginning with `head` (up to `content.HEAD_BYTES`) is ours."""
        ...

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield the fixes of an unpacked stream in file order, filling `report` on the way.

        Raises:
            ParseError: nothing (more) can be read and what was read must not be kept. A file that
                merely stops early yields what is complete and warns instead.
        """
        ...
