"""What a simulator wrote keeps its mark and never becomes a place where a real aircraft was."""

import pytest

from tests.integration.archive import imported
from tests.traces import trace
from tracks.models import Aircraft, Flight, Track

pytestmark = pytest.mark.django_db(transaction=True)


def igc(recorder: str) -> bytes:
    records = [
        f"B{22 + n // 3600:02}{n // 60 % 60:02}{n % 60:02}43{24000 + 10 * n:05}N132{9000 + 10 * n:05}EA{n:05}{n:05}"
        for n in range(0, 1800, 5)
    ]
    head = ["AXXX001", "HFDTE141123", "HFGIDGLIDERID:TEST-1", "HFGTYGLIDERTYPE:LS 8", f"HFFTYFRTYPE:{recorder}"]
    return "\r\n".join([*head, *records, ""]).encode()


def test_a_flight_flown_in_a_simulator_is_of_no_aircraft_and_says_so() -> None:
    imported(trace(2000, flights=1))
    track_file = imported(igc("Condor Soaring Simulator"), "sim.igc")
    assert (track_file.status, track_file.error) == ("imported", "")
    track = Track.objects.get(track_file=track_file)
    assert track.simulator
    assert track.aircraft is None
    assert track.identity["simulator"] == "Condor Soaring Simulator"
    assert any("nobody flew this" in warning["text"] for warning in track_file.report["warnings"])
    assert Aircraft.objects.get().registration == "TEST-1"
    assert Flight.objects.filter(aircraft=None).count() == 1


def test_a_real_recorder_gives_the_aircraft_it_names() -> None:
    track_file = imported(igc("LX9000"), "real.igc")
    track = Track.objects.get(track_file=track_file)
    assert not track.simulator
    assert track.aircraft is not None
    assert track.aircraft.registration == "TEST-1"
    assert track_file.format == "igc"
