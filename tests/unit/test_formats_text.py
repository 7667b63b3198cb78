"""Text from files: what PostgreSQL refuses and what no reader can see never gets past the parsers."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.format_samples import fixes_of, read_file
from tracks.formats.contract import Chunk, Notice, ParseError, StatedIdentity
from tracks.formats.text import clean
from tracks.processing.fixes import Fixes

HOSTILE = "RA\x00-82\ud800038\u202e\x1b\x7f"


@given(st.text(st.characters(exclude_categories=()), max_size=30))
def test_clean_text_can_be_stored_and_holds_no_invisible_characters(text):
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert not [c for c in cleaned if unicodedata.category(c).startswith("C")]
    assert cleaned == cleaned.strip() == clean(cleaned)


@pytest.mark.parametrize("text", ["Аэрофлот", "高麗航空", "An-124 “Ruslan”", "é\u00a0e\u0301"])
def test_names_in_any_script_stay_as_they_are(text):
    assert clean(text) == text


def test_line_ends_in_a_name_become_spaces():
    assert clean(" ANTONOV\r\nAn-124\t") == "ANTONOV  An-124"


def test_stated_identities_keys_and_sentences_are_cleaned_wherever_they_are_made():
    identity = StatedIdentity(registration=HOSTILE, type_name="\x00 \u200b", origin="UHWW")
    assert identity.as_dict() == {"registration": "RA-82038", "origin": "UHWW"}
    assert Chunk(HOSTILE, identity, Fixes.empty()).aircraft_key == "RA-82038"
    assert Notice("“%(key)s”", {"key": HOSTILE}).values == {"key": "RA-82038"}
    assert str(ParseError("“%(key)s”", key=HOSTILE)) == "“RA-82038”"


def test_a_trace_full_of_control_characters_gives_text_that_can_be_stored():
    row = [0, 43.4, 132.1, 1000, 250, 200, 0, 0, {"flight": "DE\x00MO\ud8001  "}]
    header = {"icao": "ab\x0012cd", "r": HOSTILE, "desc": "An\x00-124", "timestamp": 1_700_000_000}
    chunks, _, _ = read_file(json.dumps({**header, "trace": [row, [1, *row[1:8], {"flight": "DEMO1"}]]}).encode())
    assert chunks[0].aircraft_key == "ab12cd"
    assert chunks[0].identity.as_dict() == {
        "address": "ab12cd",
        "registration": "RA-82038",
        "type_name": "An-124",
        "callsign": "DEMO1",
    }
    assert fixes_of(chunks).callsigns == ("DEMO1",)
