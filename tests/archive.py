"""A small archive for tests, made the way the site makes one: claims are resolved, flights published."""

from __future__ import annotations

import datetime
import hashlib
import itertools
from typing import Any

import numpy as np
from django.contrib.gis.geos import Point

from tracks.models import (
    Acquisition,
    Aircraft,
    Airport,
    Claim,
    Flight,
    FlightSource,
    FlightTrack,
    Gap,
    Operator,
    Place,
    Source,
    Stretch,
    Track,
    TrackFile,
    Trajectory,
    claim_values,
)
from tracks.models.publishing import publish
from tracks.models.resolving import resolve
from tracks.models.vocabulary import Basis

UTC = datetime.UTC
KST = datetime.timezone(datetime.timedelta(hours=9))
MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)

_numbers = itertools.count(1)


def vladivostok() -> Place:
    """Knevichi."""
    airport, _made = Airport.objects.get_or_create(
        icao="UHWW",
        defaults={
            "iata": "VVO",
            "name": "Vladivostok International",
            "city": "Vladivostok",
            "country": "RU",
            "location": Point(132.148, 43.398),
        },
    )
    return Place.for_airport(airport)


def pyongyang() -> Place:
    """Sunan."""
    airport, _made = Airport.objects.get_or_create(
        icao="ZKPY",
        defaults={
            "iata": "FNJ",
            "name": "Pyongyang Sunan International",
            "city": "Pyongyang",
            "country": "KP",
            "location": Point(125.67, 39.224),
        },
    )
    return Place.for_airport(airport)


def north_korea() -> Place:
    """A place known only as a country."""
    place, _made = Place.objects.get_or_create(
        name="North Korea",
        precision="country",
        defaults={"country": "KP", "radius_km": 250, "location": Point(127, 40)},
    )
    return place


def antonov(operator: str = "224th Flight Unit State Airlines") -> Aircraft:
    """RA-82030, an An-124."""
    aircraft, _made = Aircraft.objects.get_or_create(
        registration="RA-82030",
        defaults={
            "icao24": "15406e",
            "type_designator": "A124",
            "type_name": "An-124",
            "operator": Operator.objects.get_or_create(name=operator)[0],
        },
    )
    return aircraft


def source(publisher: str = "Defence Blog") -> Source:
    """A publication."""
    number = next(_numbers)
    return Source.objects.create(
        publisher=publisher, url=f"https://example.org/{number}", publication_date="2024-04-24", title="A report"
    )


def claim(flight: Flight, field: str, value: dict[str, Any], basis: str = Basis.SOURCE, **columns: Any) -> Claim:
    """A claim on a flight."""
    return Claim.objects.create(flight=flight, field=field, value=value, basis=basis, **columns)


def day_value(date: datetime.date, zone: datetime.tzinfo = UTC, zone_basis: str = "stated") -> dict[str, Any]:
    """A date to the day, in a zone."""
    start = datetime.datetime.combine(date, datetime.time(), zone)
    return claim_values.date_value(
        start, start + DAY, precision="day", zone_basis=zone_basis, text=date.isoformat(), zone_text=""
    )


def reported_flight(date: dict[str, Any] | None = None, *, publisher: str = "Defence Blog", **facts: Any) -> Flight:
    """A draft of a flight that a publication speaks of. `facts`: values of claims by field."""
    flight = Flight.objects.create()
    publication = source(publisher)
    FlightSource.objects.create(flight=flight, source=publication, supports="tail number and date")
    if date is not None:
        facts["date"] = date
    facts.setdefault("assertion_level", claim_values.assertion_level_value("tracked_full_or_partial"))
    for field, value in facts.items():
        claim(flight, field, value, source=publication)
    return resolve(flight)


def track(
    start: datetime.datetime,
    *,
    aircraft: Aircraft | None = None,
    fixes: int = 5,
    gap: datetime.timedelta = 10 * MINUTE,
    demonstration: bool = False,
    name: str = "trace.json",
    licence: str = "CC BY 4.0",
    credit: str = "A receiver's owner",
) -> Track:
    """Two stretches of `fixes` fixes a minute apart with a gap between them, open at the end.

    It flies south-west from Vladivostok. The altitude of the very first fix is unknown.
    """
    number = next(_numbers)
    file = TrackFile.objects.create(
        sha256=hashlib.sha256(str(number).encode()).hexdigest(),
        size=1000 + number,
        file=name,
        format="readsb",
        demonstration=demonstration,
    )
    Acquisition.objects.create(track_file=file, original_name=name, licence=licence, credit=credit)
    second = start + (fixes - 1) * MINUTE + gap
    end = second + (fixes - 1) * MINUTE
    made = Track.objects.create(
        track_file=file,
        aircraft_key=aircraft.key if aircraft else "unknown",
        aircraft=aircraft,
        started_at=start,
        ended_at=end,
        fix_count=2 * fixes,
    )
    for ordinal, first in enumerate((start, second)):
        seconds = np.arange(fixes) * 60.0
        since_start = (first - start).total_seconds() + seconds
        known = np.ones(fixes, dtype=bool)
        known[0] = ordinal > 0
        Stretch.objects.create(
            track=made,
            ordinal=ordinal,
            evidence_class="observed",
            fix_count=fixes,
            path=Trajectory.of(
                132.0 - since_start * 0.001,
                43.3 - since_start * 0.0008,
                np.where(known, 9144.0, np.nan),
                first.timestamp() + seconds,
            ),
            altitude_known=known,
            altitude_kind=np.where(known, 1, 0),
            ground_speed=np.full(fixes, 430.0),
            track_angle=np.full(fixes, 222.0),
            source=np.full(fixes, 1),
        )
    Gap.objects.create(
        track=made,
        kind="interior",
        started_at=start + (fixes - 1) * MINUTE,
        ended_at=second,
        distance_m=120_000.0,
        implied_speed_kt=400.0,
    )
    Gap.objects.create(track=made, kind="trailing", started_at=end)
    return made


def observed_flight(
    start: datetime.datetime, *, aircraft: Aircraft | None = None, facts: dict[str, Any] | None = None, **of_track: Any
) -> Flight:
    """A draft of a flight with one track. `facts`: values of claims by field, as a curator's."""
    flight = Flight.objects.create()
    FlightTrack.objects.create(flight=flight, track=track(start, aircraft=aircraft, **of_track))
    if aircraft is not None:
        claim(flight, "aircraft", claim_values.aircraft_value(aircraft), Basis.CURATOR)
    for field, value in (facts or {}).items():
        claim(flight, field, value, Basis.CURATOR)
    return resolve(flight)


def published(flight: Flight) -> Flight:
    """The flight, published."""
    publish(flight)
    return flight


def demonstration_flight(start: datetime.datetime, registration: str = "DEMO-1") -> Flight:
    """A draft of a simulated flight."""
    aircraft, _made = Aircraft.objects.get_or_create(registration=registration, defaults={"demonstration": True})
    return observed_flight(start, aircraft=aircraft, demonstration=True, name="demo.json")
