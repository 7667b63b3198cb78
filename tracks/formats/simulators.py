"""Programs that record flights nobody flew, by the names they give themselves in files."""

from __future__ import annotations

import re

from tracks.formats.contract import gettext_noop

_WORDS = (
    r"simulator|flight ?sim|msfs|\bfs ?(?:20|x\b|track ?log)|prepar3d|\bp3d\b|x-?plane|silent ?wings|aerofly|"
    r"flightgear|sim_logger|sky ?dolly|little ?nav ?map|volanta|geofs"
)
_ANYWHERE = re.compile(_WORDS, re.IGNORECASE)
# An airline is called Condor, and so are gliders; and people write of simulated things.
_OF_A_PROGRAM = re.compile(f"{_WORDS}|condor|simulat", re.IGNORECASE)

SIMULATED = gettext_noop("The file was written by a simulator or for one (“%(name)s”): nobody flew this.")


def simulator_in(text: str, *, names_program: bool = False) -> str | None:
    """What a text of a file says of its program, where that is a simulator or writes down what one shows.

    Args:
        names_program: the text is about nothing but the program.
    """
    return text.strip()[:60] if (_OF_A_PROGRAM if names_program else _ANYWHERE).search(text) else None
