"""How services name the way a position was received, as the word or letter in a column."""

from __future__ import annotations

from tracks.formats.flightradar24 import SOURCES as FLIGHTRADAR24
from tracks.formats.readsb import SOURCES as READSB
from tracks.processing.fixes import PositionSource

# FlightAware: "update_type" in AeroAPI's reference; FlightXML put a T before the letter.
_FLIGHTAWARE = {
    "A": PositionSource.ADSB,
    "D": PositionSource.OTHER,  # data link
    "M": PositionSource.MLAT,
    "O": PositionSource.OTHER,  # position report over an ocean
    "P": PositionSource.TRACKER_ESTIMATE,
    "S": PositionSource.SATELLITE,
    "V": PositionSource.TRACKER_ESTIMATE,
    "X": PositionSource.OTHER,  # surveillance of an airport's surface
    "Z": PositionSource.RADAR,
}
_WORDS = {
    **{word.upper(): source for word, source in READSB.items()},
    **FLIGHTRADAR24,
    **_FLIGHTAWARE,
    **{f"T{letter}": source for letter, source in _FLIGHTAWARE.items()},
    "TISB": PositionSource.TISB,
    "PROJECTED": PositionSource.TRACKER_ESTIMATE,
    "RADAR": PositionSource.RADAR,
    "FLARM": PositionSource.FLARM,
}


def source_named(word: str) -> int:
    """The source that a word stands for; UNKNOWN where it is none we know."""
    name = word.strip().upper().replace("ADS-", "ADS").replace("TIS-", "TIS")
    return int(_WORDS.get(name, PositionSource.UNKNOWN))
