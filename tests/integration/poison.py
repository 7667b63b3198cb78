"""For a worker of the tests (`--include`): a parser of files that kill the worker reading them."""

import os
import signal
from collections.abc import Iterator

from tracks.formats import registry
from tracks.formats.contract import ByteStream, Chunk, Confidence, ParseReport, ParseSettings, StatedIdentity
from tracks.processing.fixes import Fixes

POISON = b"A file that kills the worker reading it, as one would that makes it use up all memory"


class PoisonParser:
    """Yields a chunk, then dies as the kernel's out-of-memory killer lets a process die."""

    name = "poison"
    label = "poison"
    version = 1

    def sniff(self, head: bytes) -> Confidence:
        return Confidence.CERTAIN if head.startswith(POISON) else Confidence.NO

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        yield Chunk("x", StatedIdentity(), Fixes.of([1.7e9, 1.7e9 + 10], [132.0, 132.1], [43.0, 43.0]))
        os.kill(os.getpid(), signal.SIGKILL)


if "FLIGHTMAP_BESIDE_TESTS" in os.environ:  # not in the process of the tests, which reads `POISON` here
    registry.PARSERS = (*registry.PARSERS, PoisonParser())
