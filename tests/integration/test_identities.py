"""From the identities that a file states to aircraft of the archive: many at once as one after the other."""

import datetime
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from tests.integration.archive import bring, run_task
from tests.traces import trace
from tracks.importing.identities import Identifier
from tracks.importing.reports import ImportReport
from tracks.models import Aircraft, AircraftIdentity, Flight, FlightTrack, Track, TrackFile
from tracks.receiving import reimport

pytestmark = pytest.mark.django_db(transaction=True)

Identity = dict[str, str]
ADDRESSES = ("", "a00001", "a00002", "a00003", "~a00001")
REGISTRATIONS = ("", "N1FM", "N2FM", "n2fm ", "RA-82030", "?!")
TYPES = ("", "A124", "IL76")


def archive_of(chance: random.Random) -> None:
    """Aircraft known by address, by registration, by both; some that readers see, some that others said things of."""
    AircraftIdentity.objects.all().delete()
    Aircraft.objects.all().delete()
    free = list(ADDRESSES[1:4])
    for registration in chance.sample(["N1FM", "N2FM", "RA-82030"], chance.randrange(4)):
        address = free.pop() if chance.random() < 0.4 else None
        aircraft = Aircraft.objects.create(
            registration=registration, icao24=address, listed=chance.random() < 0.3, demonstration=chance.random() < 0.2
        )
        if chance.random() < 0.5:
            said = chance.choice(ADDRESSES[1:4])
            AircraftIdentity.objects.create(aircraft=aircraft, field="icao24", value=said, basis="computed")


def ask(identities: list[Identity], track_file: TrackFile, *, at_once: bool) -> dict[str, Any]:
    """Everything that comes of it, without the numbers of rows."""
    report = ImportReport()
    found: list[Aircraft | None] = []
    for group in [identities] if at_once else [[identity] for identity in identities]:
        identifier = Identifier(track_file, report, group)
        answers = [identifier.aircraft_for(identity) for identity in group]
        identifier.write()
        found += answers
    first = min(Aircraft.objects.values_list("pk", flat=True), default=0)
    return {
        "found": [None if one is None else one.pk - first for one in found],
        "warnings": [(notice.message, dict(notice.values)) for notice in report.parsed.warnings],
        "aircraft": list(
            Aircraft.objects.order_by("pk").values_list("registration", "icao24", "type_designator", "demonstration")
        ),
        "claims": sorted(
            (pk - first, name, value, basis)
            for pk, name, value, basis in AircraftIdentity.objects.values_list("aircraft", "field", "value", "basis")
        ),
    }


def test_many_at_once_give_what_they_give_one_after_the_other() -> None:
    track_file = bring(trace(10))
    met = 0
    for seed in range(150):
        chance = random.Random(seed)
        identities = [
            {
                "address": chance.choice(ADDRESSES),
                "registration": chance.choice(REGISTRATIONS),
                "type_designator": chance.choice(TYPES),
                **({"simulator": "X-Plane"} if chance.random() < 0.05 else {}),
            }
            for _ in range(chance.randrange(1, 8))
        ]
        results = []
        for at_once in (True, False):
            archive_of(random.Random(seed))
            results.append(ask(identities, track_file, at_once=at_once))
        assert results[0] == results[1], f"seed {seed}: {identities}"
        met += len(set(results[0]["found"])) < len(results[0]["found"])
    assert met > 50, "few of the files speak of one aircraft twice"


def test_what_a_curator_writes_while_a_file_is_imported_stays() -> None:
    track_file = bring(trace(10))
    aircraft = Aircraft.objects.create(registration="RA-82030")
    identity = {"address": "a00001", "registration": "RA-82030", "type_designator": "IL76"}
    identifier = Identifier(track_file, ImportReport(), [identity])
    assert identifier.aircraft_for(identity) == aircraft
    Aircraft.objects.update(registration="RA-82031", type_name="An-124")
    identifier.write()
    aircraft.refresh_from_db()
    assert (aircraft.registration, aircraft.type_designator, aircraft.type_name) == ("RA-82031", "", "An-124")
    assert aircraft.icao24 == "a00001"


def state_vectors(aircraft: int, first: int, clock_s: float = 0.0) -> bytes:
    """OpenSky's table of as many aircraft, each with a flight of its own; `clock_s`: by how much its clock is ahead."""
    lines = [
        "time,icao24,lat,lon,velocity,heading,vertrate,callsign,onground,alert,spi,squawk,"
        "baroaltitude,geoaltitude,lastposupdate,lastcontact"
    ]
    for step in range(12):
        time = 1_650_844_800 + 10 * step
        lines += [
            f"{time},{first + number:06x},{-50 + number % 100 + 0.02 * step:.4f},{number // 100 + 30}.5,230.0,0.0,0.0,"
            f"TST{number},false,false,false,1000,9000.0,9300.0,{time - 0.5 + clock_s},{time - 0.1 + clock_s}"
            for number in range(aircraft)
        ]
    return "\n".join(lines).encode() + b"\n"


def questions(work: Callable[[], TrackFile]) -> int:
    """How often the database is asked by an import."""
    with CaptureQueriesContext(connection) as queries:
        track_file = work()
    assert (track_file.status, track_file.error) == ("imported", "")
    return len(queries)


def test_a_file_of_many_aircraft_asks_the_database_no_more_often_than_one_of_few() -> None:
    """Nor does a second tracker's file of the same flights, the first imported again, or one whose legs are others."""
    asked = []
    for aircraft, first in ((2, 0x100000), (5, 0x200000), (200, 0x300000)):
        file, other = (bring(state_vectors(aircraft, first, clock_s), f"{clock_s}.csv") for clock_s in (0.0, 0.25))
        counts = [questions(lambda file=file: run_task(file)), questions(lambda other=other: run_task(other))]
        own = Track.objects.filter(aircraft__icao24__gte=f"{first:06x}", track_file=file)
        assert own.count() == aircraft
        assert FlightTrack.objects.filter(track__track_file=other, shown=False, compared__fixes=11).count() == aircraft
        reimport(file, queue=False)
        counts.append(questions(lambda file=file: run_task(file)))
        own.update(ended_at=F("ended_at") - datetime.timedelta(seconds=5))
        reimport(file, queue=False)
        counts.append(questions(lambda file=file: run_task(file)))
        assert TrackFile.objects.get(pk=file.pk).report["tracks_removed"] == aircraft
        asked.append(counts)
    few, many = asked[1:]  # with the first, what is looked up once for all
    assert few[:3] == many[:3]
    assert many[3] <= few[3] + 2, "rows are deleted by the hundred"
    assert Flight.objects.filter(aircraft__icao24__startswith="3000").count() == 200
    assert Flight.objects.count() == 207
