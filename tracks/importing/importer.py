"""One import: sniff, parse, clean, split, store, join; all of it or nothing.

Parsing spools the fixes outside any transaction. Everything that is stored is stored in one, together with the row's
word that the file is imported; see `leases` for why two workers can never both commit.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings as site
from django.db import DataError, IntegrityError, connection, transaction
from django.utils.translation import gettext_noop

from tracks.formats.contract import Limits, ParseError, ParseSettings
from tracks.formats.reading import ARCHIVE_FORMAT, ARCHIVE_LABEL, ARCHIVE_VERSION, Reading, Withdrawn
from tracks.formats.table_mapping import TableMapping
from tracks.importing import leases
from tracks.importing.airports import load_airports
from tracks.importing.asking import AskingFile
from tracks.importing.collecting import rare_collections
from tracks.importing.continuing import continued
from tracks.importing.failures import as_failure, not_the_files_fault, overtaken
from tracks.importing.forgery import Forgery
from tracks.importing.heartbeat import Heartbeat
from tracks.importing.joining import Joiner
from tracks.importing.leases import Lease, LeaseLost
from tracks.importing.progress import Progress
from tracks.importing.reports import ImportReport
from tracks.importing.spooling import Spool
from tracks.importing.storing import TrackStore, stored_key
from tracks.models import TrackFile
from tracks.processing.pipeline import PROCESSING_VERSION, Leg, process

logger = logging.getLogger(__name__)

Step = TrackFile.Step


def run_import(track_file_id: int, listener: Callable[[Progress], None] | None = None) -> bool:
    """Import a file unless it is imported already or another worker has it. Whatever comes of it is on its row.

    Args:
        listener: told of the progress, in this thread.

    Returns:
        Whether there was anything to do.

    Raises:
        django.db.OperationalError: the database went away; the sweep will have the file tried again.
    """
    lease = leases.take(track_file_id)
    if lease is None:
        return False
    track_file = TrackFile.objects.get(pk=track_file_id)
    job = _Import(lease, track_file, Progress(size=track_file.size, listener=listener))
    with Heartbeat(lease, job.progress), rare_collections():
        try:
            job.run_again_if_overtaken()
        except BaseException as error:
            broken_off = lease.lost.is_set() and isinstance(error, Exception)  # of whatever kind
            if broken_off or isinstance(error, LeaseLost):
                logger.warning("Track file %s: the lease was lost, the import was given up", track_file_id)
            else:
                job.end_by(error)
    return True


@dataclass(slots=True)
class _Import:
    """The state of one import on its way."""

    lease: Lease
    track_file: TrackFile
    progress: Progress
    report: ImportReport = field(default_factory=ImportReport)
    facts: dict[str, Any] = field(default_factory=dict)

    def run(self) -> None:
        self.report.attempt = self.track_file.attempts
        with Spool(Path(site.DATA_DIR) / "spool", apart_s=site.PROCESSING.split.longest_gap_s) as spool:
            with self._timed("reading"):
                self._read(spool)
            self._warn_of_same_content()
            with transaction.atomic(durable=True):
                self._store(spool)

    def run_again_if_overtaken(self) -> None:
        """Run; where somebody removed or made meanwhile what the import speaks of, once more, with what there is now.

        Nothing of the first time is stored.
        """
        try:
            self.run()
        except IntegrityError as error:
            if not overtaken(error):
                raise
            logger.warning("Track file %s: the archive changed beneath the import: once more", self.track_file.pk)
            self.report, self.facts = ImportReport(), {}
            self.run()

    def end_by(self, error: BaseException) -> None:
        """Write down why the import ended; what it had stored is rolled back already."""
        if not_the_files_fault(error):
            # The database itself, or the end of this process. The lease runs out and the sweep does the rest.
            connection.close()
            with contextlib.suppress(Exception):
                self.lease.give_back()
            raise error
        failure = as_failure(error, self.report, self.progress)
        sentence = failure.sentence.replace("\x00", "")
        told = {**self.report.as_json(), "failed": True}
        try:
            self.lease.fail(sentence, failure.place, report=told, **self.facts, **self._read_so_far())
        except DataError:  # something the file says cannot be stored: then at least why it failed can
            self.lease.fail(sentence, failure.place)
        if failure.is_ours:
            logger.error("Track file %s: the import failed", self.track_file.pk, exc_info=error)
        if isinstance(error, KeyboardInterrupt):
            raise error

    def _read(self, spool: Spool) -> None:
        with self.track_file.file.open("rb") as original:
            asking = AskingFile(cast(BinaryIO, original), self.lease.check)
            reading = Reading(cast(BinaryIO, asking), self.report.parsed, parse_settings(self.track_file.settings))

            def keep_up() -> None:
                self.lease.check()
                self.progress.read(min(reading.file_bytes, self.track_file.size), spool.fixes)

            try:
                self._tell(reading)
                self.progress.enter(Step.PARSING)
                asking.before_read = keep_up
                for chunk in reading.chunks():
                    if isinstance(chunk, Withdrawn):
                        spool.discard(chunk.aircraft_keys)
                    else:
                        spool.add(chunk)
                    keep_up()
            finally:
                self._tell(reading)
            self.progress.read(self.track_file.size, spool.fixes)
            sha256 = reading.content_sha256()
            self.facts.update(content_sha256=sha256, content_size=reading.content_bytes)
            self.report.content = {"size": reading.content_bytes, "sha256": sha256}
        if not spool.fixes:
            raise ParseError(gettext_noop("The file holds no usable fix."))

    def _tell(self, reading: Reading) -> None:
        """What the file is, as far as it has been read."""
        self.report.reading(reading)
        self.facts.update(format_of(reading))

    def _warn_of_same_content(self) -> None:
        same = TrackFile.objects.filter(content_sha256=self.facts["content_sha256"]).exclude(pk=self.track_file.pk)
        if other := same.order_by("pk").first():
            self.report.warn(
                gettext_noop(
                    "The content is that of “%(name)s” (%(sha256)s), packed differently. "
                    "Its tracks stand beside those as second witnesses; no flight was doubled."
                ),
                name=other.name,
                sha256=other.sha256[:12],
            )

    def _store(self, spool: Spool) -> None:
        with connection.cursor() as cursor:
            # A worker that hangs in here would hold up the one that takes over: let the database end it.
            cursor.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{4 * site.IMPORT_LEASE_SECONDS}s'")
        table = load_airports()
        store = TrackStore(self.track_file, table, self.report)
        forgery = Forgery(self.report, site.PROCESSING)
        for gathered in spool.aircraft():
            key, identity = stored_key(gathered.aircraft_key), gathered.identity
            before: Leg | None = None
            for fixes in spool.parts(gathered):
                self.lease.check()
                self.progress.enter(Step.CLEANING)
                with self._timed("cleaning"):
                    processed = process(fixes, site.PROCESSING, table.airports)
                self.progress.enter(Step.STORING)
                with self._timed("storing"):
                    entry = {"key": key, "identity": identity.as_dict(), "tracks": len(processed.legs)}
                    self.report.add_aircraft(entry, processed.report, fixes, goes_on=before is not None)
                    forgery.add(key, processed.report, goes_on=before is not None)
                    del fixes
                    for number, leg in enumerate(processed.legs):
                        store.add(key, identity, leg if number or before is None else continued(before, leg))
                    before = processed.legs[-1] if processed.legs else before
                del processed
        forgery.finish()
        with self._timed("storing"):
            former = store.finish()
        if not store.stored:
            raise ParseError(gettext_noop("The file holds no usable fix."))
        self.progress.enter(Step.JOINING)
        with self._timed("joining"):
            Joiner(self.track_file, self.facts["content_sha256"], self.report).join(store.stored, former)
        self.report.processing = {"version": PROCESSING_VERSION, "settings": site.PROCESSING.as_dict()}
        self.lease.check()
        read_as = {
            **{name: self.facts[name] for name in ("format", "parser_version")},
            "settings": self.track_file.settings,
            "parsers": self.report.parsers if self.report.members else [],
            "processing": self.report.processing,
        }
        self.lease.complete(report=self.report.as_json(), read_as=read_as, **self.facts, **self._read_so_far())

    def _read_so_far(self) -> dict[str, int]:
        return {"progress_bytes": self.progress.file_bytes, "progress_fixes": self.progress.fixes}

    @contextlib.contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        finally:
            self.report.spend(step, time.monotonic() - started)


def format_of(reading: Reading) -> dict[str, Any]:
    """What a file was read as, for its row. An archive of several files has a format of its own, they have theirs."""
    only = reading.only
    if only is not None and only.detected is not None:
        parser, sure = only.detected.parser, only.detected.confidence
        return {
            "format": parser.name,
            "format_reason": f"{parser.label} ({sure.name.lower()}, {reading.container})",
            "parser_version": parser.version,
        }
    counts = Counter(member.detected.parser.name for member in reading.readable if member.detected is not None)
    told = ", ".join(f"{count} × {name}" for name, count in counts.most_common())
    return {
        "format": ARCHIVE_FORMAT,
        "format_reason": f"{ARCHIVE_LABEL} ({told})"[:300] if told else ARCHIVE_LABEL,
        "parser_version": ARCHIVE_VERSION,
    }


def parse_settings(chosen: Mapping[str, Any]) -> ParseSettings:
    """How a file is to be read: the site's limits and what its curator chose (`TrackFile.settings`)."""
    limits = Limits(content_bytes=site.UPLOAD_MAX_EXPANDED_BYTES)
    table = chosen.get("table")
    return ParseSettings(
        limits=limits,
        time_zone=chosen.get("time_zone"),
        table=None if table is None else TableMapping.from_json(table),
    )
