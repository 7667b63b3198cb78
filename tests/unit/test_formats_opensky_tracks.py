"""The answers of OpenSky's `/tracks/all`."""

import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.format_samples import fixes_of, read_file
from tracks.formats.content import open_content
from tracks.formats.contract import DropReason, ParseError, ParseReport, ParseSettings
from tracks.formats.opensky_tracks import OpenSkyTracks
from tracks.processing.fixes import AltitudeKind, OnGround

PATH = [
    [1521383900, 43.39, 132.15, 0, 75.0, True],
    [1521384000, 43.41, 132.2, 304.8, 255, False],
    [1521384900, 42.0, 131.5, None, None, False],
    [1521385000, 41.5, 131.0, 9144, 200.5, None],
]
ANSWER = {
    "icao24": "155BF0",
    "callsign": "KOR271  ",
    "startTime": 1521383900,
    "endTime": 1521385000,
    "path": PATH,
}


def parsed(document):
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    chunks, report, detected = read_file(data)
    assert detected.parser.name == "opensky-tracks"
    return chunks, report


@pytest.mark.parametrize("key", ["callsign", "calllsign"])
def test_a_path_is_read_with_the_aircraft_it_is_of(key):
    document = {(key if k == "callsign" else k): v for k, v in ANSWER.items()}
    chunks, report = parsed(document)
    (chunk,) = chunks
    assert (chunk.identity.icao24, chunk.identity.callsign) == ("155bf0", "KOR271")
    fixes = chunk.fixes
    assert fixes.time.tolist() == [1521383900, 1521384000, 1521384900, 1521385000]
    assert fixes.latitude.tolist() == [43.39, 43.41, 42.0, 41.5]
    assert fixes.longitude.tolist() == [132.15, 132.2, 131.5, 131.0]
    assert fixes.altitude[[0, 1, 3]].tolist() == pytest.approx([0, 304.8, 9144])
    assert np.isnan(fixes.altitude[2])
    assert fixes.altitude_kind.tolist() == [1, 1, AltitudeKind.UNKNOWN, 1]
    assert fixes.track_angle[[0, 1, 3]].tolist() == [75, 255, 200.5]
    assert fixes.on_ground.tolist() == [OnGround.YES, OnGround.NO, OnGround.NO, OnGround.UNKNOWN]
    assert np.isnan(fixes.ground_speed).all()
    assert report.fixes_read == report.records_read == 4


def test_what_follows_the_path_counts_as_much_as_what_precedes_it():
    document = {"path": PATH, **ANSWER}
    (chunk,) = parsed(document)[0]
    assert chunk.identity.callsign == "KOR271"


def test_null_callsign_and_null_values_stay_unknown():
    document = {**ANSWER, "callsign": None, "path": [[1521383900, None, None, None, None, None], *PATH]}
    chunks, report = parsed(document)
    assert chunks[0].identity.callsign is None
    assert report.dropped == {DropReason.NO_POSITION: 1}


def test_rows_that_are_none_are_dropped_with_their_place():
    document = {**ANSWER, "path": [*PATH[:2], [1521384100], "x", ["soon", 1, 2, 3, 4, True], *PATH[2:]]}
    chunks, report = parsed(document)
    assert fixes_of(chunks).record_index.tolist() == [0, 1, 5, 6]
    assert report.dropped == {DropReason.UNREADABLE: 2, DropReason.UNREADABLE_TIME: 1}
    assert [str(p) for p in report.places[DropReason.UNREADABLE]] == ["record 2", "record 3"]


def test_an_answer_cut_anywhere_gives_its_whole_rows_or_a_sentence():
    data = json.dumps(ANSWER).encode()
    for cut in range(1, len(data)):
        report = ParseReport()
        try:
            content = open_content(io.BytesIO(data[:cut]), report)
            fixes = sum(len(c.fixes) for c in OpenSkyTracks().parse(content, report, ParseSettings()))
        except ParseError:
            assert data[:cut].count(b"]") == 0
        else:
            rows = min(data[:cut].count(b"]"), len(PATH))
            assert rows - 1 <= fixes <= rows
            assert report.warnings


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_mutation_raises_anything_but_a_sentence(data):
    text = bytearray(json.dumps(ANSWER).encode())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(text) - 1))
        end = at + data.draw(st.integers(0, 8))
        text[at:end] = data.draw(st.binary(max_size=8) | st.sampled_from([b"[", b"]", b"NaN", b"1e400", b"{", b"null"]))
    report = ParseReport()
    try:
        content = open_content(io.BytesIO(bytes(text)), report)
        fixes = sum(len(c.fixes) for c in OpenSkyTracks().parse(content, report, ParseSettings()))
    except ParseError:
        return
    assert report.records_read == fixes + report.dropped.total()
