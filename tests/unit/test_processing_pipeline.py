"""The whole of processing: what comes out for anything that goes in."""

import itertools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.flights import Flight
from tracks.processing.cleaning import Dropped
from tracks.processing.fixes import Fixes
from tracks.processing.gaps import GapKind
from tracks.processing.pipeline import process
from tracks.processing.thresholds import ProcessingSettings, settings_of


def test_a_flight_lost_on_the_way_is_one_leg_with_an_open_end():
    flight = Flight().park(120).roll(60, 120).fly(1200, 380, 10_000).fly(900, 450)
    (leg,) = process(flight.fixes()).legs
    assert leg.airborne
    assert [g.kind for g in leg.gaps] == [GapKind.TRAILING]
    assert leg.departure.seen
    assert not leg.arrival.seen
    assert leg.interval == (flight.rows[0][0], flight.rows[-1][0])


def test_a_time_on_the_ground_is_a_leg_without_gaps_at_its_ends():
    (leg,) = process(Flight().park(600).fixes()).legs
    assert not leg.airborne
    assert leg.gaps == []


def test_callsigns_of_a_leg_come_most_stated_first():
    fixes = Flight().fly(300, 300).fixes()
    fixes.callsigns = ("RARE", "OFTEN", "NEVER")
    fixes.callsign[:5] = [0, 1, 1, -1, 1]
    assert process(fixes).legs[0].callsigns == ("OFTEN", "RARE")


def test_nothing_comes_of_nothing():
    processed = process(Fixes.empty())
    assert processed.legs == []
    assert processed.report.as_dict()["read"] == 0


def test_the_report_is_json_and_names_the_first_records():
    fixes = Flight().fly(300, 300).fixes()
    fixes.latitude[7] += 30
    report = json.loads(json.dumps(process(fixes).report.as_dict()))
    assert report["dropped"][Dropped.IMPLAUSIBLE.value]["records"] == [7]
    assert report["kept"] == report["read"] - 1


def test_settings_survive_being_stored():
    settings = settings_of(json.loads(json.dumps(ProcessingSettings(max_ground_speed_kmh=900).as_dict())))
    assert settings == ProcessingSettings(max_ground_speed_kmh=900)


FLOAT = st.floats(allow_nan=True, allow_infinity=True)


@given(
    st.lists(
        st.tuples(
            st.floats(0, 4e9) | FLOAT,
            st.floats(-180, 180) | FLOAT,
            st.floats(-90, 90) | FLOAT,
            FLOAT,
            FLOAT,
            st.sampled_from([-1, 0, 1]),
            st.booleans(),
        ),
        max_size=40,
    )
)
def test_whatever_goes_in_every_fix_kept_is_in_one_stretch_of_one_leg_and_time_increases(rows):
    table = np.array(rows, dtype="f8").reshape(-1, 7)
    with np.errstate(all="ignore"):
        fixes = Fixes.of(
            table[:, 0],
            table[:, 1],
            table[:, 2],
            altitude=table[:, 3].astype("f4"),
            ground_speed=table[:, 4].astype("f4"),
            on_ground=table[:, 5],
            estimated=table[:, 6],
            record_index=np.arange(len(rows)),
        )
        processed = process(fixes)
    held = [
        record
        for leg in processed.legs
        for stretch in leg.stretches
        for record in leg.fixes.record_index[stretch.slice].tolist()
    ]
    lost = [r for records in processed.report.dropped.values() for r in records.tolist()]
    assert sorted(held + lost) == list(range(len(rows)))
    ends = [leg.interval for leg in processed.legs]
    assert all(a[1] < b[0] for a, b in itertools.pairwise(ends))
    for leg in processed.legs:
        assert (np.diff(leg.fixes.time) > 0).all()


def test_a_site_changes_thresholds_by_name_and_the_rest_stays():
    changed = ProcessingSettings().changed(
        "max_ground_speed_kmh=900, gap.most_s = 1800,split.ground_stop_s=1e3,crowd_aircraft=4,"
    )
    assert (changed.max_ground_speed_kmh, changed.gap.most_s, changed.split.ground_stop_s) == (900, 1800, 1000)
    assert changed.crowd_aircraft == 4
    back = changed.changed("max_ground_speed_kmh=1400,gap.most_s=3600,split.ground_stop_s=300,crowd_aircraft=3")
    assert back == ProcessingSettings()
    assert ProcessingSettings().changed("") == ProcessingSettings()


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("speed=900", "no threshold 'speed'; there are .*gap.most_s.*max_ground_speed_kmh"),
        ("gap=900", "no threshold 'gap'"),
        ("gap.most_s=an hour", "gap.most_s=an hour: write a number"),
        ("gap.most_s=", "write a number"),
        ("gap.most_s=-1", "not negative"),
        ("gap.most_s=nan", "write a number"),
        ("crowd_aircraft=2.5", "write a whole number"),
        ("gap.interval_quantile=75", "write a part of one"),
    ],
)
def test_a_threshold_that_is_none_is_told(written, says):
    with pytest.raises(ValueError, match=says):
        ProcessingSettings().changed(written)
