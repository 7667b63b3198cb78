"""What goes into the spool comes out: each aircraft's fixes, in the order of the file, from memory or from disk."""

from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracks.formats.contract import Chunk, StatedIdentity
from tracks.importing.spooling import FIX_BYTES, Spool
from tracks.processing.fixes import Fixes


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
