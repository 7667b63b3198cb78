"""Positions as FlightAware's web services list them, AeroAPI and FlightXML: records of JSON, read as a table.

    {"positions": [{"timestamp", "latitude", "longitude", "altitude": 350, "groundspeed", "update_type", …}]}
    {"GetHistoricalTrackResult": {"data": [{"timestamp": 1710990306, …, "altitudeChange", "updateType"}]}}

Altitudes are in hundreds of feet and speeds in knots; what altitudes are measured from is not said. `heading` is what
the pages of the same service call the course. A projected position is an estimate of the service.
Source: "Get flight's track" in AeroAPI's reference.
"""

from __future__ import annotations

from collections.abc import Iterator

from tracks.formats.contract import ByteStream, Chunk, Confidence, ParseError, ParseReport, ParseSettings, gettext_noop
from tracks.formats.table_lines import HEAD_BYTES, Peeked
from tracks.formats.traffic_table import mapping_by_names

_ROLES = {
    "latitude": "latitude-degrees",
    "longitude": "longitude-degrees",
    "altitude": "altitude-unstated-hft",
    "groundspeed": "speed-kt",
    "heading": "track",
    "update_type": "source",
    "updateType": "source",
}
_NEEDED = {"timestamp", "latitude", "longitude", "altitude", "groundspeed"}
_OWN = ({"altitude_change", "update_type"}, {"altitudeChange", "updateType"})


class FlightAwareRows:
    """The reader of these records; `json_table` gives them as CSV."""

    name = "flightaware-rows"
    label = gettext_noop("FlightAware positions (AeroAPI)")
    version = 1

    def sniff(self, head: bytes) -> Confidence:
        """Likely where the columns have the names that only this service puts together."""
        found = any(mapping_by_names(head, _NEEDED | own, _ROLES) is not None for own in _OWN)
        return Confidence.LIKELY if found else Confidence.NO

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield the rows' fixes; see `contract.Parser.parse`."""
        from tracks.formats.csv_rows import fixes_of_rows  # Polars: see `tables`

        peeked = Peeked(stream, HEAD_BYTES)
        mapping = mapping_by_names(peeked.head, _NEEDED, _ROLES)
        if mapping is None:
            raise ParseError(gettext_noop("The first line does not name the columns."))
        yield from fixes_of_rows(peeked, mapping, report, settings)
