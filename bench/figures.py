"""How a measured figure is written down."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a section: what, the figure in words, the target in words, and whether it is reached."""

    what: str
    figure: str
    target: str = ""
    reached: bool | None = None

    def line(self) -> str:
        """As a row of a Markdown table."""
        verdict = {None: "", True: "yes", False: "**no**"}[self.reached]
        return f"| {self.what} | {self.figure} | {self.target} | {verdict} |"
