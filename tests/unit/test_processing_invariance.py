"""Where on the earth and when a day was flown, and how it was handed over, changes nothing of what is found in it."""

import functools
import itertools

import airportsdata
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.format_samples import fixes_of, read_file, sample
from tracks.processing.endpoints import Airports
from tracks.processing.fixes import COLUMNS, AltitudeKind, Fixes, OnGround
from tracks.processing.pipeline import process


@functools.cache
def recorded_day():
    """Four flights of one aircraft; times in quarters of a second, so that adding days to them is exact."""
    fixes = fixes_of(read_file(sample("readsb/trace_full_ac671b.json"))[0])
    fixes.time = np.round(fixes.time * 4) / 4
    return fixes


@functools.cache
def airports():
    """The airports of that part of the world."""
    day = recorded_day()
    near = [
        a
        for a in airportsdata.load("ICAO").values()
        if day.latitude.min() - 1 < a["lat"] < day.latitude.max() + 1
        and day.longitude.min() - 1 < a["lon"] < day.longitude.max() + 1
    ]
    columns = ([a[name] for a in near] for name in ("icao", "lon", "lat"))
    return Airports.of(*columns, [a["elevation"] * 0.3048 for a in near])


@st.composite
def damaged_days(draw):
    """The recorded day with spans lost, fixes at wrong places, told twice, out of order, and columns unknown."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    fixes = recorded_day()[:: draw(st.sampled_from([2, 5, 20]))]
    keep = np.ones(len(fixes), dtype=bool)
    for _ in range(draw(st.integers(0, 3))):
        first = int(rng.integers(len(fixes)))
        keep[first : first + int(rng.integers(len(fixes) // 5))] = False
    index = np.flatnonzero(keep)
    index = np.sort(np.concatenate([index, rng.choice(index, 5)]))
    if draw(st.booleans()):
        index = rng.permutation(index)
    fixes = fixes[index]
    fixes.record_index[:] = np.arange(len(fixes))
    wrong = rng.choice(len(fixes), 8)
    fixes.latitude[wrong] += rng.choice([-0.2, 0.3, 5.0], 8)
    for name in draw(st.sets(st.sampled_from(["altitude", "ground_speed", "track_angle", "vertical_rate"]))):
        getattr(fixes, name)[:] = np.nan
    if draw(st.booleans()):
        fixes.on_ground[:] = OnGround.UNKNOWN
    if draw(st.booleans()):
        fixes.altitude_kind[fixes.altitude_known] = AltitudeKind.GEOMETRIC
    return fixes


def copy_of(fixes, **columns):
    return Fixes(
        **{name: columns.get(name, column.copy()) for name, column in fixes.columns()}, callsigns=fixes.callsigns
    )


def found(fixes, places, later_s=0.0):
    """All that processing tells, in record indices and whole numbers; times as if flown `later_s` earlier."""
    processed = process(fixes, airports=places)

    def told(end):
        code = None if end.airport is None else places.code[end.airport]
        time = None if end.time is None else end.time - later_s
        return end.seen, code, end.basis, end.confidence, time, end.time_uncertainty_s

    def gap(leg, one):
        ends = tuple(None if at is None else int(leg.fixes.record_index[at]) for at in (one.before, one.after))
        far = None if one.distance_m is None else round(one.distance_m / 10.0)
        return one.kind, *ends, one.duration_s, far

    legs = [
        (
            leg.fixes.record_index.tolist(),
            leg.begins_because,
            leg.airborne,
            [(s.start, s.stop, s.evidence) for s in leg.stretches],
            [gap(leg, one) for one in leg.gaps],
            told(leg.departure),
            told(leg.arrival),
            leg.callsigns,
        )
        for leg in processed.legs
    ]
    lost = {reason: sorted(records.tolist()) for reason, records in processed.report.dropped.items()}
    jumps = [(jump.first_record, jump.last_record, jump.came_back) for jump in processed.report.jumps]
    return legs, lost, jumps


def turned(longitude, degrees):
    return (np.asarray(longitude) + degrees + 180.0) % 360.0 - 180.0


@settings(max_examples=40)
@given(damaged_days(), st.integers(1, 359))
def test_everything_is_the_same_at_every_longitude(day, degrees):
    places = airports()
    elsewhere = Airports.of(places.code, turned(places.longitude, degrees), places.latitude, places.elevation_m)
    there = copy_of(day, longitude=turned(day.longitude, degrees))
    assert found(there, elsewhere) == found(day, places)


@pytest.mark.parametrize("beyond", [-0.5, 0.0, 0.5])
def test_a_day_whose_every_flight_crosses_the_antimeridian_is_the_same_day(beyond):
    day, places = recorded_day(), airports()
    degrees = 180.0 - float(np.median(day.longitude)) + beyond
    there = copy_of(day, longitude=turned(day.longitude, degrees))
    assert (np.abs(np.diff(there.longitude)) > 180.0).any()
    elsewhere = Airports.of(places.code, turned(places.longitude, degrees), places.latitude, places.elevation_m)
    assert found(there, elsewhere) == found(day, places)


@settings(max_examples=25)
@given(damaged_days())
def test_everything_is_the_same_south_of_the_equator(day):
    places = airports()
    elsewhere = Airports.of(places.code, places.longitude, -places.latitude, places.elevation_m)
    there = copy_of(day, latitude=-day.latitude, track_angle=(180.0 - day.track_angle) % 360.0)
    assert found(there, elsewhere) == found(day, places)


@settings(max_examples=25)
@given(damaged_days(), st.integers(-20_000, 20_000), st.integers(0, 86_399))
def test_everything_is_the_same_at_every_time_of_day_and_year(day, days, seconds):
    later = 86_400.0 * days + seconds
    assert found(copy_of(day, time=day.time + later), airports(), later) == found(day, airports())


@settings(max_examples=25)
@given(damaged_days(), st.lists(st.integers(0, 2000), max_size=12))
def test_everything_is_the_same_however_the_fixes_were_cut_into_chunks(day, cuts):
    bounds = [0, *sorted(min(cut, len(day)) for cut in cuts), len(day)]
    chunks = [day[a:b] for a, b in itertools.pairwise(bounds)]
    for chunk in chunks:  # as a parser numbers them: each chunk its own list
        used = sorted(set(chunk.callsign[chunk.callsign >= 0].tolist()), reverse=True)
        number = {old: new for new, old in enumerate(used)}
        chunk.callsign = np.array([number.get(one, -1) for one in chunk.callsign.tolist()], "i4")
        chunk.callsigns = tuple(day.callsigns[one] for one in used)
    assert found(Fixes.concatenate(chunks), airports()) == found(day, airports())


@settings(max_examples=25)
@given(damaged_days(), st.randoms(use_true_random=False))
def test_the_order_of_the_file_changes_no_path(day, random):
    _, once = np.unique(day.time, return_index=True)  # of two at one time the first would stay
    day = day[once]
    order = list(range(len(day)))
    random.shuffle(order)
    assert found(day[np.array(order)], airports()) == found(day, airports())


@settings(max_examples=40)
@given(damaged_days(), damaged_days(), st.integers(2, 400), st.randoms(use_true_random=False))
def test_what_is_found_in_a_day_depends_on_no_day_long_before_or_after(day, other, days, random):
    count = len(day)
    later = copy_of(other, time=other.time + 86_400.0 * days, record_index=other.record_index + count)
    order = list(range(count + len(later)))
    if random.random() < 0.5:  # all of the later day first
        order = order[count:] + order[:count]
    together = process(Fixes.concatenate([day, later])[np.array(order)], airports=airports())
    apart = [process(day, airports=airports()), process(later, airports=airports())]
    legs = [leg for one in apart for leg in one.legs]
    assert len(together.legs) == len(legs)
    for ours, theirs in zip(together.legs, legs, strict=True):
        assert ours.fixes.record_index.tolist() == theirs.fixes.record_index.tolist()
        for name in ("stretches", "gaps", "departure", "arrival", "airborne", "callsigns"):
            assert getattr(ours, name) == getattr(theirs, name), name
    for reason, records in together.report.dropped.items():
        assert sorted(records) == sorted(r for one in apart for r in one.report.dropped.get(reason, []))


@pytest.mark.parametrize("says_ground", [True, False])
@pytest.mark.parametrize("seconds", [0, 10, 30, 60, 120])
def test_the_recorded_day_has_its_four_flights_at_every_interval(seconds, says_ground):
    day = recorded_day()
    _, first = np.unique(np.floor(day.time / max(seconds, 0.25)), return_index=True)
    thin = copy_of(day[np.sort(first)])
    thin.leg_start[:] = False
    if not says_ground:
        thin.on_ground[:] = OnGround.UNKNOWN
    assert sum(leg.airborne for leg in process(thin).legs) == 4


@given(st.integers(0, 2**32 - 1), st.integers(2, 60))
def test_columns_of_kept_fixes_are_never_changed(seed, count):
    rng = np.random.default_rng(seed)
    fixes = Fixes.of(
        np.cumsum(rng.choice([0.0, 1.0, 10.0, 4000.0], count)),
        rng.choice([10.0, 10.001, 60.0], count),
        50.0 + np.cumsum(rng.choice([0.0, 0.001], count)),
        altitude=rng.choice([np.nan, 0.0, 900.0, 9000.0], count),
        ground_speed=rng.choice([np.nan, 0.0, 150.0, 450.0], count),
        on_ground=rng.choice([-1, 0, 1], count),
        estimated=rng.random(count) < 0.2,
        time_resolution=rng.choice([np.nan, 1.0], count),
        record_index=np.arange(count),
    )
    marks = {"leg_start", "break_before"}  # which move on to the next fix kept
    for leg in process(fixes).legs:
        for name in COLUMNS.keys() - marks:
            was, now = getattr(fixes, name)[leg.fixes.record_index], getattr(leg.fixes, name)
            assert np.array_equal(was, now, equal_nan=now.dtype.kind == "f"), name
