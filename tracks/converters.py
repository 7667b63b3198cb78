"""Parts of addresses."""

from __future__ import annotations


class FlightIdConverter:
    """A flight's id: up to twelve lower-case letters and digits. What cannot be an id never reaches the database."""

    regex = "[0-9a-z]{1,12}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
