"""What is said of a flight that was published and no longer is."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from tracks.models import Flight
from tracks.models.vocabulary import FlightStatus


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A withdrawn flight: its id, the reason given and the day."""

    flight_id: str
    reason: str
    day: datetime.date | None


def tombstone_of(flight: Flight) -> Tombstone | None:
    """The tombstone of a withdrawn flight; None for one that never was public, of which nothing is said."""
    if flight.status != FlightStatus.WITHDRAWN or flight.published_revision_id is None:
        return None
    return Tombstone(flight.pk, flight.withdrawal_reason, flight.withdrawn_at.date() if flight.withdrawn_at else None)


def successor_of(flight: Flight) -> Flight | None:
    """The flight a merged one became, followed to its end; None when that end never was public."""
    seen = {flight.pk}
    current: Flight | None = flight
    while current is not None and current.status == FlightStatus.MERGED:
        current = current.merged_into
        if current is None or current.pk in seen:
            return None
        seen.add(current.pk)
    if current is None or current.pk == flight.pk:
        return None
    public = current.status == FlightStatus.PUBLISHED or tombstone_of(current) is not None
    return current if public else None
