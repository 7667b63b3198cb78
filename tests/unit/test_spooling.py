"""What goes into the spool comes out: each aircraft's fixes, in the order of the file, from memory or from disk."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracks.formats.contract import Chunk, StatedIdentity
from tracks.importing import spooling
from tracks.importing.spooling import FIX_BYTES, Spool
from tracks.processing.fixes import Fixes
from tracks.processing.splitting import SplitThresholds


def make_fixes(seed: int, count: int, callsigns: tuple[str, ...]) -> Fixes:
    random = np.random.default_rng(seed)
    return Fixes.of(
        random.uniform(0, 2e9, count),
        random.uniform(-180, 180, count),
        random.uniform(-90, 90, count),
        altitude=np.where(random.random(count) < 0.3, np.nan, random.uniform(0, 12000, count)),
        record_index=random.integers(0, 1 << 40, count),
        callsign=random.integers(-1, len(callsigns), count),
        callsigns=callsigns,
        squawk=random.integers(-1, 4096, count),
        estimated=random.random(count) < 0.1,
    )


chunks = st.lists(
    st.tuples(
        st.sampled_from(["one", "other", "third"]),
        st.integers(0, 60),
        st.lists(st.sampled_from(["AAA1", "BBB2", "CCC3"]), unique=True).map(tuple),
    ),
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(parts=chunks, memory_fixes=st.sampled_from([0, 50, 10_000]))
def test_each_aircraft_comes_out_as_its_chunks_joined_in_order(
    tmp_path: Path, parts: list[tuple[str, int, tuple[str, ...]]], memory_fixes: int
) -> None:
    wanted: dict[str, list[Fixes]] = {}
    with Spool(tmp_path / "spool", memory_bytes=memory_fixes * FIX_BYTES) as spool:
        for seed, (key, count, callsigns) in enumerate(parts):
            fixes = make_fixes(seed, count, callsigns)
            wanted.setdefault(key, []).append(fixes)
            spool.add(Chunk(key, StatedIdentity(), fixes))
        assert [gathered.aircraft_key for gathered in spool.aircraft()] == list(wanted)
        for gathered in spool.aircraft():
            given_back = spool.take(gathered)
            joined = Fixes.concatenate(wanted[gathered.aircraft_key])
            assert len(given_back) == gathered.count == len(joined)
            for name, column in joined.columns():
                if name != "callsign":
                    np.testing.assert_array_equal(getattr(given_back, name), column)
            stated = [given_back.callsign_at(i) for i in range(len(joined))]
            assert stated == [joined.callsign_at(i) for i in range(len(joined))]


def test_what_later_chunks_state_of_an_aircraft_is_added_to_what_earlier_ones_did(tmp_path: Path) -> None:
    with Spool(tmp_path) as spool:
        spool.add(Chunk("x", StatedIdentity(address="abc123"), make_fixes(1, 3, ())))
        spool.add(Chunk("x", StatedIdentity(registration="RA-1"), make_fixes(2, 3, ())))
        assert spool.aircraft()[0].identity == StatedIdentity(address="abc123", registration="RA-1")


def test_the_file_on_disk_has_no_name_that_a_killed_process_could_leave_behind(tmp_path: Path) -> None:
    with Spool(tmp_path, memory_bytes=0) as spool:
        spool.add(Chunk("x", StatedIdentity(), make_fixes(1, 1000, ())))
        assert spool.on_disk
        assert list(tmp_path.iterdir()) == []


def test_an_aircraft_with_very_many_fixes_comes_in_parts_between_which_it_was_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spooling, "PART_FIXES", 100)
    days = [np.arange(70) * 60.0 + day * 86_400 for day in range(6)]
    days[3] = days[3] - 86_400 + 30.0  # among the fixes of the day before
    time = np.concatenate(days)
    time[5] = np.nan
    fixes = Fixes.of(time, np.linspace(100, 110, 420), np.linspace(10, 20, 420), record_index=np.arange(420))
    with Spool(tmp_path / "spool", memory_bytes=90 * FIX_BYTES) as spool:
        for start in range(0, 420, 50):
            spool.add(Chunk("one", StatedIdentity(), fixes[start : start + 50]))
        assert spool.on_disk
        parts = list(spool.parts(spool.aircraft()[0]))
    assert [len(part) for part in parts] == [140, 140, 140]  # days 0 and 1, 2 and 3, 4 and 5
    joined = Fixes.concatenate(parts)
    for name, column in fixes.columns():
        np.testing.assert_array_equal(getattr(joined, name), column)
    for before, after in itertools.pairwise(parts):
        assert np.nanmin(after.time) - np.nanmax(before.time) >= SplitThresholds().longest_gap_s


def test_an_aircraft_whose_times_stand_in_no_order_comes_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spooling, "PART_FIXES", 100)
    fixes = make_fixes(1, 1000, ())
    with Spool(tmp_path / "spool", memory_bytes=0) as spool:
        spool.add(Chunk("one", StatedIdentity(), fixes))
        (whole,) = spool.parts(spool.aircraft()[0])
    np.testing.assert_array_equal(whole.time, fixes.time)


def test_parts_are_cut_at_the_silences_that_the_site_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spooling, "PART_FIXES", 100)
    time = np.concatenate([np.arange(150.0), 7200 + np.arange(150.0)])
    fixes = Fixes.of(time, np.linspace(100, 110, 300), np.linspace(10, 20, 300), record_index=np.arange(300))
    for apart_s, lengths in ((7000.0, [150, 150]), (7100.0, [300]), (None, [300])):
        with Spool(tmp_path / "spool", memory_bytes=0, apart_s=apart_s) as spool:
            spool.add(Chunk("one", StatedIdentity(), fixes))
            assert [len(part) for part in spool.parts(spool.aircraft()[0])] == lengths
