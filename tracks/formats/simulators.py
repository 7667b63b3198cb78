"""Programs that record flights nobody flew, by the names they give themselves in files."""

from __future__ import annotations

import re

from tracks.formats.contract import gettext_noop

# Not Condor: an airline is called so, and gliders are. IGC files have headers that tell (`igc_headers.py`).
SIMULATOR = re.compile(
    r"simulator|flight ?sim|msfs|\bfs ?(?:20|x\b)|prepar3d|\bp3d\b|x-?plane|silent ?wings|aerofly|flightgear|"
    r"sim_logger|sky ?dolly|little ?nav ?map|volanta|geofs",
    re.IGNORECASE,
)

SIMULATED = gettext_noop("The file was written by a simulator or for one (“%(name)s”): nobody flew this.")


def simulator_in(text: str) -> str | None:
    """What a file says of its program, where that is a simulator or writes down what one shows."""
    return text.strip()[:60] if SIMULATOR.search(text) else None
