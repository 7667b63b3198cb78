"""The wire format: what Python writes, the browser's own decoder (under Node) reads back."""

from __future__ import annotations

import base64
import gzip
import json
import math
import shutil
import struct
import subprocess
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import brotli
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracks.serving.encoding import WireFlight, WireStretch, encode_paths

ROOT = Path(__file__).resolve().parents[2]
Decode = Callable[[bytes], Any]


@pytest.fixture(scope="module")
def decode() -> Iterator[Decode]:
    """Decode one message by static/flightmap/js/path.js in a Node process that stays open."""
    node = shutil.which("node")
    assert node, "Node is needed: the decoder under test is JavaScript"
    process = subprocess.Popen(
        [node, str(ROOT / "tests" / "js" / "decode-lines.js")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout

    question, answer = process.stdin, process.stdout

    def ask(message: bytes) -> Any:
        question.write(base64.b64encode(message).decode() + "\n")
        question.flush()
        return json.loads(answer.readline())

    yield ask
    question.close()
    assert process.wait(timeout=30) == 0


def flight(**columns: Any) -> WireFlight:
    """A flight of one observed stretch."""
    return WireFlight("k3x9q7wz", 2, [WireStretch(evidence_class="observed", track="9f2c", **columns)])


def test_a_message_of_one_fix_has_the_bytes_of_the_specification() -> None:
    message = encode_paths([flight(time=[1000.0], longitude=[0.00001], latitude=[-0.00001], altitude=[3048.0])])
    length = struct.unpack_from("<I", message, 4)[0]
    header = json.loads(message[8 : 8 + length])
    assert message[:4] == b"FMP1"
    assert header["flights"][0]["t0"] == 1000
    assert header["flights"][0]["altitude_step"] == 30.48  # 10,000 ft is a multiple of 100 ft
    # time 0 → 0; major: latitude −1 → 1; minor: longitude 1 → 2; altitude 100 → 200 + 1, which is 9 more than
    # 192: lead 192, tail 9; the six unknown columns are one 0 each.
    assert message[8 + length : -4] == bytes([0, 1, 2, 192, 9, 0, 0, 0, 0, 0, 0])
    assert struct.unpack("<I", message[-4:])[0] == zlib.crc32(message[:-4])


def test_several_flights_come_back_each_with_its_stretches_and_identity(decode: Decode) -> None:
    first = WireFlight(
        "aaaaaaaa",
        1,
        [
            WireStretch(
                evidence_class="observed",
                track="t1",
                time=[1711000000.2, 1711000005.7, 1711000012.0],
                longitude=[132.148, 132.16, 132.175],
                latitude=[43.399, 43.41, 43.421],
                altitude=[1005.84, 1066.8, 1219.2],
                altitude_kind=[1, 1, 2],
                ground_speed=[250.4, 251.6, np.nan],
                track_angle=[359.0, 1.0, 2.0],
                vertical_rate=[1024, 1088, np.nan],
                source=[1, 1, 5],
                on_ground=[0, -1, 1],
            ),
            WireStretch(
                evidence_class="estimated", track="t2", time=[1711003600.0], longitude=[130.0], latitude=[41.0]
            ),
        ],
    )
    second = WireFlight(
        "bbbbbbbb",
        7,
        [WireStretch(evidence_class="observed", track="t3", time=[5.0], longitude=[-180.0], latitude=[90.0])],
    )
    one, two = decode(encode_paths([first, second]))
    assert (one["id"], one["revision"], one["t0"]) == ("aaaaaaaa", 1, 1711000000)
    assert (two["id"], two["revision"], two["start"], two["end"]) == ("bbbbbbbb", 7, 5, 5)
    observed, estimated = one["stretches"]
    assert observed["class"] == "observed"
    assert observed["track"] == "t1"
    assert estimated["class"] == "estimated"
    assert estimated["track"] == "t2"
    assert estimated["n"] == 1
    assert observed["time"] == [0.2, 5.7, 12]
    assert observed["lon"] == [132.148, 132.16, 132.175]
    assert observed["lat"] == [43.399, 43.41, 43.421]
    assert observed["altitude"] == pytest.approx([1005.84, 1066.8, 1219.2], abs=1e-3)
    assert observed["altitudeKind"] == [1, 1, 2]
    assert observed["speed"] == [250, 252, None]
    assert observed["angle"] == [359, 1, 2]
    assert observed["rate"] == [1024, 1088, None]
    assert observed["source"] == [1, 1, 5]
    assert observed["onGround"] == [0, -1, 1]
    assert (two["stretches"][0]["lon"], two["stretches"][0]["lat"]) == ([-180], [90])


def test_no_flights_and_a_flight_without_a_path_are_messages_too(decode: Decode) -> None:
    assert decode(encode_paths([])) == []
    (alone,) = decode(encode_paths([WireFlight("cccccccc", 1, [])]))
    assert alone["stretches"] == []
    assert alone["start"] is None
    assert alone["end"] is None


def _column(element: st.SearchStrategy[float], n: int) -> st.SearchStrategy[list[float] | None]:
    return st.none() | st.lists(element | st.just(math.nan), min_size=n, max_size=n)


@st.composite
def _flights(draw: st.DrawFn) -> list[WireFlight]:
    flights = []
    for number in range(draw(st.integers(0, 3))):
        stretches, now = [], draw(st.floats(-2e9, 4e9).map(lambda s: round(s, 2)))
        for _ in range(draw(st.integers(0, 3))):
            n = draw(st.integers(1, 12))
            steps = draw(st.lists(st.floats(0, 1e6) | st.integers(0, 30), min_size=n, max_size=n))
            times = now + np.cumsum(steps)
            now = float(times[-1])
            longitude = st.floats(-180, 180)
            near = draw(longitude)
            here = st.floats(max(-180.0, near - 0.05), min(180.0, near + 0.05))
            stretches.append(
                WireStretch(
                    evidence_class=draw(st.sampled_from(["observed", "estimated"])),
                    track=draw(st.text(max_size=8)),
                    time=times,
                    longitude=draw(st.lists(longitude | here, min_size=n, max_size=n)),
                    latitude=draw(st.lists(st.floats(-90, 90), min_size=n, max_size=n)),
                    altitude=draw(_column(st.floats(-500, 25000) | st.integers(-5, 500).map(lambda f: f * 30.48), n)),
                    altitude_kind=draw(st.none() | st.lists(st.integers(0, 3), min_size=n, max_size=n)),
                    ground_speed=draw(_column(st.floats(0, 1500), n)),
                    track_angle=draw(_column(st.floats(0, 360), n)),
                    vertical_rate=draw(
                        _column(st.floats(-9000, 9000) | st.integers(-99, 99).map(lambda r: r * 64.0), n)
                    ),
                    source=draw(st.none() | st.lists(st.integers(0, 13), min_size=n, max_size=n)),
                    on_ground=draw(st.none() | st.lists(st.sampled_from([-1, 0, 1]), min_size=n, max_size=n)),
                )
            )
        flights.append(WireFlight(f"flight-{number}", draw(st.integers(1, 9)), stretches))
    return flights


def _same_within(given: Any, got: list[float | None], quantum: float, turn: float = 0.0) -> None:
    expected = [math.nan] * len(got) if given is None else np.asarray(given, "f8").tolist()
    assert len(expected) == len(got)
    for before, after in zip(expected, got, strict=True):
        assert math.isnan(before) == (after is None), "unknown stays unknown and known stays known"
        if after is not None:
            apart = abs(before - after)
            assert min(apart, abs(turn - apart)) <= quantum / 2 + 1e-3


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flights=_flights())
def test_any_flights_come_back_within_half_a_step_and_unknown_as_unknown(
    decode: Decode, flights: list[WireFlight]
) -> None:
    answer = decode(encode_paths(flights))
    assert [(f["id"], f["revision"], len(f["stretches"])) for f in answer] == [
        (f.id, f.revision, len(f.stretches)) for f in flights
    ]
    for sent, got in zip(flights, answer, strict=True):
        for a, b in zip(sent.stretches, got["stretches"], strict=True):
            assert (a.evidence_class, a.track) == (b["class"], b["track"])
            times = np.asarray(b["time"]) + got["t0"]
            assert np.abs(times - np.asarray(a.time)).max() <= 0.0501
            assert np.abs(np.asarray(b["lon"]) - np.asarray(a.longitude)).max() <= 0.5001e-5
            assert np.abs(np.asarray(b["lat"]) - np.asarray(a.latitude)).max() <= 0.5001e-5
            _same_within(a.altitude, b["altitude"], 0.3048)
            _same_within(a.ground_speed, b["speed"], 1)
            _same_within(a.track_angle, b["angle"], 1, turn=360)
            _same_within(a.vertical_rate, b["rate"], 1)
            for given_column, name, unknown in (
                (a.altitude_kind, "altitudeKind", 0),
                (a.source, "source", 0),
                (a.on_ground, "onGround", -1),
            ):
                expected = [unknown] * b["n"] if given_column is None else np.asarray(given_column).tolist()
                assert b[name] == expected


def _sixty_fixes() -> WireFlight:
    return flight(time=range(60), longitude=np.linspace(130, 131, 60), latitude=np.linspace(40, 41, 60))


@pytest.mark.parametrize("cut", [0, 3, 4, 7, 11, 40, -5, -1])
def test_a_message_cut_off_is_refused_whole(decode: Decode, cut: int) -> None:
    message = encode_paths(
        [flight(time=range(60), longitude=np.linspace(130, 131, 60), latitude=np.linspace(40, 41, 60))]
    )
    assert decode(message[:cut] if cut else b"")["error"].startswith("PathFormatError: ")


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_message_with_any_byte_changed_is_refused_whole(decode: Decode, data: st.DataObject) -> None:
    message = bytearray(encode_paths([_sixty_fixes()]))
    place = data.draw(st.integers(0, len(message) - 1))
    message[place] ^= data.draw(st.integers(1, 255))
    assert decode(bytes(message))["error"].startswith("PathFormatError: ")


def test_a_message_whose_columns_are_too_short_is_refused_though_its_checksum_fits(decode: Decode) -> None:
    message = encode_paths([flight(time=[0.0, 1.0], longitude=[1.0, 2.0], latitude=[3.0, 4.0])])
    length = struct.unpack_from("<I", message, 4)[0]
    header = json.loads(message[8 : 8 + length])
    header["flights"][0]["stretches"][0]["n"] = 3
    text = json.dumps(header).encode()
    forged = b"FMP1" + struct.pack("<I", len(text)) + text + message[8 + length : -4]
    answer = decode(forged + struct.pack("<I", zlib.crc32(forged)))
    assert "column time ends at byte" in answer["error"]


@pytest.mark.parametrize(
    ("columns", "word"),
    [
        ({"time": [], "longitude": [], "latitude": []}, "at least one fix"),
        ({"time": [2, 1], "longitude": [0, 0], "latitude": [0, 0]}, "ascend"),
        ({"time": [math.nan], "longitude": [0], "latitude": [0]}, "finite"),
        ({"time": [1], "longitude": [math.nan], "latitude": [0]}, "longitude"),
        ({"time": [1], "longitude": [0], "latitude": [90.1]}, "latitude"),
        ({"time": [1, 2], "longitude": [0], "latitude": [0, 0]}, "longitude"),
        ({"time": [1], "longitude": [0], "latitude": [0], "ground_speed": [1, 2]}, "ground_speed"),
    ],
)
def test_columns_that_make_no_path_are_refused_with_the_flight_named(columns: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=rf"k3x9q7wz.*{word}"):
        encode_paths([flight(**columns)])


def test_a_reported_claim_can_never_become_a_path() -> None:
    stretch = WireStretch(evidence_class="reported", track="x", time=[1], longitude=[0], latitude=[0])
    with pytest.raises(ValueError, match="reported"):
        encode_paths([WireFlight("k3x9q7wz", 1, [stretch])])


def _recorded() -> list[tuple[str, WireFlight]]:
    """Flights recorded by real receivers, from the samples of the `traffic` package."""
    import importlib.util

    spec = importlib.util.find_spec("traffic")
    assert spec
    assert spec.submodule_search_locations
    samples = Path(spec.submodule_search_locations[0]) / "data" / "samples"

    def column(rows: list[Any], pick: Callable[[Any], Any]) -> list[float]:
        return [float(v) if isinstance(v, (int, float)) else math.nan for v in map(pick, rows)]

    trace = json.loads((samples / "readsb" / "trace_full_ac671b.json").read_text())
    rows = trace["trace"]
    found = [
        (
            "readsb",
            flight(
                time=[trace["timestamp"] + row[0] for row in rows],
                latitude=column(rows, lambda r: r[1]),
                longitude=column(rows, lambda r: r[2]),
                altitude=[a * 0.3048 for a in column(rows, lambda r: r[3])],
                altitude_kind=[1] * len(rows),
                ground_speed=column(rows, lambda r: r[4]),
                track_angle=column(rows, lambda r: r[5]),
                vertical_rate=column(rows, lambda r: r[7]),
                source=[1] * len(rows),
                on_ground=[int(r[3] == "ground") for r in rows],
            ),
        )
    ]
    for path in sorted((samples / "fr24").glob("*.json")):
        rows = json.loads(path.read_text())["result"]["response"]["data"]["flight"]["track"]
        found.append(
            (
                "fr24",
                flight(
                    time=column(rows, lambda r: r["timestamp"]),
                    latitude=column(rows, lambda r: r["latitude"]),
                    longitude=column(rows, lambda r: r["longitude"]),
                    altitude=[a * 0.3048 for a in column(rows, lambda r: r["altitude"]["feet"])],
                    altitude_kind=[1] * len(rows),
                    ground_speed=column(rows, lambda r: r["speed"]["kts"]),
                    track_angle=column(rows, lambda r: r["heading"]),
                    vertical_rate=column(rows, lambda r: r["verticalSpeed"]["fpm"]),
                ),
            )
        )
    return found


@pytest.mark.parametrize("recorder", ["readsb", "fr24"])
def test_recorded_flights_take_at_most_four_and_a_half_bytes_a_fix(recorder: str) -> None:
    flights = [recorded for name, recorded in _recorded() if name == recorder]
    fixes = sum(np.size(f.stretches[0].time) for f in flights)
    message = encode_paths(flights)
    assert fixes >= 2500
    # Brotli at a quality that a server can afford while it answers; every browser asks for it over https.
    assert len(brotli.compress(message, quality=5)) / fixes <= 4.5
    assert len(gzip.compress(message, 6)) / fixes <= 4.8


def test_a_recorded_flight_comes_back_fix_for_fix(decode: Decode) -> None:
    _, recorded = _recorded()[0]
    (got,) = decode(encode_paths([recorded]))
    sent, stretch = recorded.stretches[0], got["stretches"][0]
    assert np.abs(np.asarray(stretch["time"]) + got["t0"] - np.asarray(sent.time)).max() <= 0.0501
    assert np.abs(np.asarray(stretch["lon"]) - np.asarray(sent.longitude)).max() <= 0.5001e-5
    _same_within(sent.altitude, stretch["altitude"], 0.01)  # 25 ft steps are kept exactly
    _same_within(sent.vertical_rate, stretch["rate"], 0.0)
