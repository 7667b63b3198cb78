"""Features that are points, each with a time of its own: a track in as many features as it has fixes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from tracks.formats.contract import Chunk, ParseError, StatedIdentity, at_byte, at_record, gettext_noop
from tracks.formats.feature_names import POINT_TIMES, identity_of, is_identity, plain_name
from tracks.formats.features import FeatureReader, positions_of
from tracks.formats.interleaved import Interleaved
from tracks.formats.many_aircraft import ByAircraft, CallsignNames

_BATCH = 32_768

# Aircraft are looked up by what their points state; so many different statements are remembered.
_REMEMBERED = 1 << 16


class Points:
    """Gathers points into columns; those that name no aircraft are together one."""

    def __init__(self, reader: FeatureReader) -> None:
        self._reader = reader
        self._identities: list[StatedIdentity] = []
        self._numbers: dict[str, int] = {}
        self._known: dict[tuple[tuple[str, Any], ...], int] = {}
        self._callsigns = CallsignNames(reader.report)
        self._gathered = ByAircraft(self._identities, self._callsigns.names)
        self._interleaved = Interleaved()
        self._heights = False  # whether a height other than zero was among them
        self._nameless: list[str] = []  # the first two callsigns of points that name no aircraft
        self._rows: list[tuple[int, int, list[Any], Any, int]] = []

    def add(self, position: list[Any], time: Any, stated: Mapping[str, Any], byte: int) -> Iterator[Chunk]:
        """A point; `stated` is what its properties say of the aircraft, by plain names."""
        reader = self._reader
        reader.features += 1
        if time is None:
            reader.drop_timeless(1)
            return
        reader.with_times += 1
        callsign = stated.get("callsign")
        callsign_number = self._callsigns.number(callsign) if isinstance(callsign, str) else -1
        aircraft = self._aircraft(stated)
        if callsign_number >= 0 and len(self._nameless) < 2 and aircraft == self._numbers.get(""):
            name = self._callsigns.names[callsign_number]
            self._nameless += [name] if name not in self._nameless else []
        self._rows.append((reader.records, aircraft, position, time, callsign_number))
        reader.records += 1
        if len(self._rows) >= _BATCH:
            yield from self._flush(byte)

    def add_whole(self, feature: Mapping[str, Any], byte: int) -> Iterator[Chunk]:
        """A point that is all there, as `geometry` and `properties`."""
        times: dict[str, Any] = {}
        stated: dict[str, Any] = {}
        for key, value in (feature.get("properties") or {}).items():
            name = plain_name(key)
            if is_identity(name):
                stated[name] = value
            elif name in POINT_TIMES and type(value) not in (list, dict):
                times.setdefault(name, value)
        yield from self.add(feature["geometry"]["coordinates"], point_time(times), stated, byte)

    def rest(self, byte: int) -> Iterator[Chunk]:
        """What has gathered."""
        yield from self._flush(byte)
        if self._interleaved.evident:
            raise ParseError(
                gettext_noop(
                    "The points name no aircraft (no property icao24 or registration), but cannot be of one: taken by "
                    "their times they jump to and fro faster than anything flies. Bring a file for each aircraft, or "
                    "one whose points say whose they are."
                ),
                place=None if self._interleaved.example is None else at_record(self._interleaved.example),
            )
        yield from self._gathered.rest()
        if len(self._nameless) > 1:
            self._reader.report.warn(
                gettext_noop(
                    "Points that name no aircraft (no address, no registration) were read as one aircraft, but have "
                    "several callsigns, “%(one)s” and “%(other)s” among them. If these are several aircraft, bring "
                    "a file for each."
                ),
                one=self._nameless[0],
                other=self._nameless[1],
            )

    def _aircraft(self, stated: Mapping[str, Any]) -> int:
        """The number of the aircraft that a point names."""
        said = tuple([(name, value) for name, value in stated.items() if name != "callsign" and type(value) is str])
        number = self._known.get(said)
        if number is None:
            identity = identity_of(dict(said))
            key = identity.address or identity.registration or ""
            number = self._numbers.setdefault(key, len(self._identities))
            if number == len(self._identities):
                self._identities.append(identity)
            else:
                self._identities[number] = self._identities[number].merged(identity)
            if len(self._known) < _REMEMBERED:
                self._known[said] = number
        return number

    def _flush(self, byte: int) -> Iterator[Chunk]:
        rows, self._rows = self._rows, []
        if not rows:
            return
        records, aircraft, places, times, callsigns = zip(*rows, strict=True)
        positions = positions_of(list(places))
        zeros = int(np.count_nonzero(positions[:, 2] == 0))
        self._heights = self._heights or zeros < int(np.count_nonzero(~np.isnan(positions[:, 2])))
        if zeros and not self._heights:
            self._reader.tell_of_zero_heights(zeros, records[0])
        seconds, step = self._reader.times.seconds(times, at_byte(byte))
        fixes = self._reader.fixes(
            np.array(records, dtype="i8"),
            positions,
            seconds,
            step,
            heights=self._heights,
            callsign=callsigns,
        )
        self._reader.report.refuse_nonsense()
        numbers = np.array(aircraft, dtype="i4")
        if len(fixes) < len(rows):
            numbers = numbers[np.isin(records, fixes.record_index, assume_unique=True)]
        if len(fixes):
            self._interleaved.add(fixes[numbers == self._numbers.get("", -1)])
            yield from self._gathered.add(fixes, numbers)


def point_time(stated: Mapping[str, Any]) -> Any:
    """The time of a point among what stands under names of times; None where there is none."""
    return next((stated[name] for name in POINT_TIMES if stated.get(name) is not None), None)
