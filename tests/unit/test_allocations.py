"""Addresses and registrations of one state go together; checked against the tables of the package `traffic`."""

import itertools
import json
import re
from importlib import metadata
from pathlib import Path

import pytest

from tracks.importing.allocations import BLOCKS, contradiction, mark_of_registration, marks_of_address

PATTERNS = Path(str(metadata.distribution("traffic").locate_file("traffic/data/basic/patterns.json")))


@pytest.mark.parametrize(
    ("icao24", "registration"),
    [
        ("15406e", "RA-82030"), ("720001", "P-632"), ("a835af", "N628TS"), ("71be15", "HL7515"), ("4242ed", "VP-BDH"),
        ("780a4c", "B-5919"), ("899001", "B-18203"), ("4baac6", "TC-JVF"), ("c00001", "C-FABC"), ("507c01", "UK32021"),
    ],
)  # fmt: skip
def test_what_goes_together_is_no_contradiction(icao24: str, registration: str) -> None:
    assert contradiction(icao24, registration) == ()


@pytest.mark.parametrize(
    ("icao24", "registration", "marks"),
    [
        ("15406e", "P-632", ("RA", "RF")), ("720001", "RA-82030", ("P",)), ("4baac6", "N628TS", ("TC",)),
        ("a835af", "HL7515", ("N",)), ("720001", "PH-BXA", ("P",)),
    ],
)  # fmt: skip
def test_a_registration_of_another_state_is_one(icao24: str, registration: str, marks: tuple[str, ...]) -> None:
    assert contradiction(icao24, registration) == marks


@pytest.mark.parametrize("registration", ["", "RF82030X", "09-5709", "TEST-1", "ZZ-123", "NATO", "RRR1234"])
def test_of_what_is_no_registration_we_know_nothing_is_said(registration: str) -> None:
    assert contradiction("15406e", registration) == ()


def test_an_address_of_no_block_says_nothing() -> None:
    assert marks_of_address("f00001") == ()
    assert contradiction("f00001", "RA-82030") == ()


def test_no_two_blocks_overlap() -> None:
    ordered = sorted(BLOCKS)
    assert all(one[1] < other[0] for one, other in itertools.pairwise(ordered))
    assert len(ordered) == 101


def test_every_block_and_mark_is_that_of_the_other_table() -> None:
    registers = [r for r in json.loads(PATTERNS.read_text())["registers"] if r.get("start") and r.get("pattern")]
    theirs = {int(r["start"], 16): (int(r["end"], 16), r) for r in registers}
    for first, last, marks in BLOCKS:
        end, register = theirs[first]
        # The package's end of Thailand's block lies before its beginning.
        assert end == last or end < first, f"{first:06x}"
        patterns = [register["pattern"], *(c.get("pattern", "") for c in register.get("categories", []))]
        for mark in marks:
            samples = [f"{mark}-ABC", f"{mark}1234", f"{mark}-12345", f"{mark}-B12", f"{mark}-FABC"]
            fits = any(re.match(pattern, sample) for pattern in filter(None, patterns) for sample in samples)
            # Marks given up or added since: Kazakhstan's UN-, Brazil's PS-.
            assert fits or mark in {"UN"}, f"{mark} of {register['country']}"


def test_the_mark_is_what_stands_before_the_dash() -> None:
    assert [mark_of_registration(text) for text in ("ra-82030", "P-632", "N1", "JA8089", "RDPL-34222")] == [
        "RA", "P", "N", "JA", "RDPL",
    ]  # fmt: skip
