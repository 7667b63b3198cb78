"""What a curator is told of forged positions and clocks that were set."""

import numpy as np

from tests.unit.flights import Flight
from tracks.importing.forgery import Forgery
from tracks.importing.reports import ImportReport
from tracks.processing.cleaning import clean
from tracks.processing.fixes import Fixes
from tracks.processing.thresholds import ProcessingSettings


def cruise(lat: float) -> Fixes:
    flight = Flight(lat=lat, lon=33.0)
    flight.altitude = 10_000.0
    return flight.fly(3600, 450).fixes()


def jumping(lat: float) -> Fixes:
    fixes = cruise(lat)
    fixes.longitude[100:190], fixes.latitude[100:190] = 35.49, 33.82 + np.arange(90) * 1e-3
    return fixes


def told(*tracks: Fixes) -> ImportReport:
    report = ImportReport()
    forgery = Forgery(report, ProcessingSettings())
    for number, fixes in enumerate(tracks):
        forgery.add(f"4baac{number}", clean(fixes)[1])
    forgery.finish()
    return report


def texts(report: ImportReport) -> list[str]:
    return [str(warning) for warning in report.parsed.warnings]


def test_an_ordinary_flight_warns_of_nothing():
    assert texts(told(cruise(40.0), cruise(40.0), cruise(40.0))) == []


def test_a_jump_names_the_aircraft_the_time_the_distance_and_the_record():
    report = told(jumping(40.0))
    (text,) = texts(report)
    # A fix every ten seconds from 22:13:20. From 37.94° N 33° E: 458 km south and 224 km east.
    assert text.startswith("4baac0 seems to jump 510 km at 2023-11-14 22:30:00Z and to be back after")
    assert "after 2023-11-14 22:44:50Z (90 fixes)" in text
    place = report.parsed.warnings[0].place
    assert place is not None
    assert (place.kind, place.number) == ("record", 100)


def test_three_aircraft_that_jump_to_one_spot_are_told_of_together():
    alone = texts(told(jumping(40.0), jumping(41.0)))
    assert not any("one spot" in text for text in alone)
    together = texts(told(jumping(40.0), jumping(41.0), jumping(42.0)))
    (crowd,) = [text for text in together if "one spot" in text]
    assert crowd.startswith("3 aircraft seem to jump to one spot, 33.820, 35.490, between 2023-11-14 22:30:00Z")


def test_a_clock_that_was_set_back_is_told_with_its_record():
    fixes = cruise(40.0)
    fixes.time[200:] -= 3600.0
    report = told(fixes)
    (text,) = texts(report)
    assert text.startswith("The clock of 4baac0 goes back by 3590 s while it flies on")
    assert report.parsed.warnings[0].place.number == 200
