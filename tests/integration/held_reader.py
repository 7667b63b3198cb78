"""For a worker of the tests (`--include`): it reads the first fixes of a trace, then no more until it is killed."""

import signal
from collections.abc import Iterator

from tracks.formats import registry
from tracks.formats.contract import ByteStream, Chunk, ParseReport, ParseSettings
from tracks.formats.readsb import ReadsbTrace


class HeldReader(ReadsbTrace):
    """Reads as ever up to the first chunk of fixes."""

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        yield next(iter(super().parse(stream, report, settings)))
        while True:
            signal.pause()


registry.PARSERS = (HeldReader(), *(parser for parser in registry.PARSERS if parser.name != HeldReader.name))
