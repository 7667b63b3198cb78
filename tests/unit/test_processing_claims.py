"""What a track claims of its take-off and landing: observed only where the fixes close in on the moment."""

import pytest

from tests.unit.flights import Flight
from tracks.importing.track_claims import TrackClaims
from tracks.models import Flight as FlightRow
from tracks.models import Track
from tracks.processing.endpoints import find_end


def departure_claimed(end):
    """The departure that a track with this end claims."""
    track = Track(ends={"departure": end, "arrival": {}, "airborne": True}, identity={})
    (claim,) = TrackClaims().of(FlightRow(), track)
    assert claim.field == "departure"
    return claim.value


@pytest.mark.parametrize(
    ("doubt", "evidence", "precision", "approximate"),
    [
        (0.5, "observed", "second", False),
        (2.0, "observed", "second", False),
        (5.0, "observed", "minute", False),
        (10.0, "observed", "minute", False),
        (10.5, "estimated", "minute", True),
        (33.0, "estimated", "minute", True),
        (None, "estimated", "minute", True),
    ],
)
def test_a_take_off_is_observed_only_where_the_fixes_around_it_are_close(doubt, evidence, precision, approximate):
    value = departure_claimed({"time": 1_700_000_000.0, "time_uncertainty_s": doubt})
    assert (value["evidence"], value["precision"], value["approximate"]) == (evidence, precision, approximate)
    assert value["at"] == "2023-11-14T22:13:20+00:00"


@pytest.mark.parametrize(("silence", "evidence"), [(0.0, "observed"), (56.0, "estimated")])
def test_a_take_off_within_a_silence_is_the_middle_of_it_and_an_estimate(silence, evidence):
    flight = Flight().park(60).roll(40, 120)
    last = flight.rows[-1][0]
    fixes = flight.wait(silence).fly(600, 200, 3000).fixes()
    end = find_end(fixes, None, arrival=False)
    assert end.time == pytest.approx(last + (silence + 10) / 2)
    assert end.time_uncertainty_s == (silence + 10) / 2
    claimed = departure_claimed({"time": end.time, "time_uncertainty_s": end.time_uncertainty_s})
    assert claimed["evidence"] == evidence
