"""What the headers of an IGC file say that holds for all of it: the glider, its heights, its datum; see `igc`."""

from __future__ import annotations

import re

from tracks.formats.contract import ParseReport, StatedIdentity, at_line, gettext_noop
from tracks.formats.simulators import SIMULATED, simulator_in
from tracks.formats.text import clean
from tracks.processing.fixes import AltitudeKind

# Where a simulator gives its name; never in the glider's type, for gliders are called Condor.
_RECORDER_LINES = frozenset({"FTY", "RFW", "RHW", "GPS", "PRS", "SIM"})
_CONDORS_OWN = "LCONFPL"  # its task, in lines of Condor's alone

_NOTHING = frozenset({"", "-", "--", "?", "0", "N/A", "NA", "NIL", "NONE", "NOT SET", "NKN", "UNKNOWN", "XXX", "XXXX"})
_REGISTRATION = re.compile(r"(?=.*[A-Z])[A-Z0-9][A-Z0-9-]{1,9}")


class Headers:
    """Takes header lines by `take`, the lines that name the recorder by `recorder`.

    Attributes, of what was read so far:
        identity: the glider's registration and type, and the simulator where it is one.
        pressure_kind: what the pressure altitude is measured from.
        no_pressure, no_gnss: that the recorder has no such altitude.
    """

    def __init__(self, report: ParseReport) -> None:
        self._report = report
        self._told: set[str] = set()
        self.identity = StatedIdentity()
        self.pressure_kind = AltitudeKind.PRESSURE
        self.no_pressure = self.no_gnss = False

    def take(self, subject: str, text: str, line: int) -> None:
        """A header but for the date: its three letters, and what follows them on a line of the file."""
        name, colon, value = text.partition(":")
        reference = value.strip().upper()[:3]
        if subject == "GID":
            registration = _stated(text, colon, value, "GLIDER ?ID").upper()
            if _REGISTRATION.fullmatch(registration):
                self.identity = self.identity.merged(StatedIdentity(registration=registration))
        elif subject == "GTY":
            if glider := _stated(text, colon, value, "GLIDER ?TYPE")[:80]:
                self.identity = self.identity.merged(StatedIdentity(type_name=glider))
        elif subject == "ALP" and reference == "MSL":
            self.pressure_kind = AltitudeKind.UNSTATED
        elif subject == "ALP":
            self.no_pressure = self.no_pressure or reference == "NIL"
        elif subject == "ALG":
            self.no_gnss = self.no_gnss or reference == "NIL"
        elif subject == "DTM":
            if datum := _other_datum(name, value):
                message = gettext_noop("The positions are stated on “%(datum)s”, not on WGS 84: they may be far off.")
                self.tell(message, line, datum=datum)
        elif subject in _RECORDER_LINES:
            self.recorder(text, line)

    def recorder(self, text: str, line: int) -> None:
        """Something that names the recorder: a simulator says so."""
        if self.identity.simulator is not None:
            return
        own = text.startswith(_CONDORS_OWN)
        if own or simulator_in(text, names_program=True):
            name = "Condor" if own else clean(text.rpartition(":")[2])[:60] or "simulator"
            self.identity = self.identity.merged(StatedIdentity(simulator=name))
            self.tell(SIMULATED, line, name=name)

    def tell(self, message: str, line: int, **values: object) -> None:
        """Warn once in a file."""
        if message not in self._told:
            self._told.add(message)
            self._report.warn(message, at_line(line), **values)


def _stated(text: str, colon: str, value: str, name: str) -> str:
    """The value of a header, also of one that was written without a colon; "" where it says nothing."""
    stated = clean(value if colon else re.sub(f"^{name}", "", text, flags=re.IGNORECASE))
    return "" if stated.upper() in _NOTHING else stated


def _other_datum(name: str, value: str) -> str:
    """The datum that a header states by its number (100 is WGS 84) and name, "" where it is WGS 84 or not stated.

    Where both are there the name counts: recorders write the number as a matter of form.
    """
    number, _, label = name.upper().partition("GPS")
    datum = clean(value or label.removeprefix("DATUM"))[:40]
    if datum.upper() not in _NOTHING:
        return "" if "84" in datum else datum
    number = re.sub(r"\D", "", number)
    return "" if number in ("", "100") else number
