"""KML that tar1090 exports (ADS-B Exchange, adsb.fi, airplanes.live and other sites that run it).

Source: `exportKML` in html/script.js of wiedehopf/tar1090.

    <kml><Folder><Folder><name>N410WN track</name>
        <Placemark><name>N410WN</name><gx:Track><when>…</when>…<gx:coord>lon lat metres</gx:coord>…

One inner folder for each aircraft, named by its registration, or its address where none is known, both in
capitals; in it one placemark for each time on the ground and in the air. Names stand as `<when >`. Times have
milliseconds. The last position of each section is doubled.

Decisions:
- On the ground there is no altitudeMode and the altitude is 0: no altitude, and on the ground.
- In the air the altitude is called absolute whatever it is: pressure altitude, or geometric altitude over
  the geoid. Only the name of the file says which, so its reference is unstated here.
- A name of six decimal digits may be an address or a serial of the US Navy, which is its registration there:
  neither is taken.
- Sections follow each other without a silence between, so none begins with a break.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from tracks.formats.contract import (
    ByteStream,
    Chunk,
    Confidence,
    ParseReport,
    ParseSettings,
    StatedIdentity,
    gettext_noop,
)
from tracks.formats.kml_parts import Part
from tracks.formats.kml_reading import KmlReading
from tracks.processing.fixes import AltitudeKind, OnGround

_BEGIN = re.compile(rb"<kml[^>]*>\s*<Folder\s*>\s*(?:<Folder\s*>\s*<name\s*>[^<]{1,40} track</name\s*>)")
_ADDRESS = re.compile(r"~?[0-9A-Fa-f]{6}")
_EITHER = re.compile(r"[0-9]{6}")


class Tar1090Kml:
    """The parser of tar1090's KML."""

    name = "tar1090-kml"
    label = gettext_noop("tar1090 KML")
    version = 1

    def sniff(self, head: bytes) -> Confidence:
        """Certain where a folder in a folder is called “… track”."""
        return Confidence.CERTAIN if _BEGIN.search(head) else Confidence.NO

    def parse(self, stream: ByteStream, report: ParseReport, settings: ParseSettings) -> Iterator[Chunk]:
        """Yield the fixes section by section, in file order; see `contract.Parser.parse`."""
        yield from _Reading(report, settings).chunks(stream)


class _Reading(KmlReading):
    """Knows aircraft by their folders."""

    absolute = AltitudeKind.UNSTATED

    def key(self, part: Part) -> str | list[str]:
        """One aircraft a folder."""
        return self.keys.of_folder(part.folder, _named(part))

    def identity(self, part: Part) -> StatedIdentity:
        """The registration, or the address where the tracker knew none."""
        name = _named(part)
        if _EITHER.fullmatch(name):
            self.tell(
                gettext_noop(
                    "“%(name)s” may be an address or a registration, which this export does not tell apart: neither "
                    "was taken. Say which aircraft it is."
                ),
                int(part.fixes.record[0]),
                part,
                name=name,
            )
            return StatedIdentity()
        if _ADDRESS.fullmatch(name):
            return StatedIdentity(address=name.lower())
        return StatedIdentity(registration=name)

    def columns(self, part: Part) -> dict[str, Any]:
        """With the ground as the sections tell it."""
        if not part.modes[0] and not np.nan_to_num(part.fixes.position[:, 2]).any():
            return {"on_ground": int(OnGround.YES)}
        return {**super().columns(part), "on_ground": int(OnGround.NO)}


def _named(part: Part) -> str:
    name = part.mark.name if part.mark is not None else ""
    return name or part.folder.name.removesuffix(" track")
