"""The walker against the JSON library: what it yields is what stands in the document, whatever the block size."""

import io
import tracemalloc

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.test_formats_json_rows import TRICKY, VALUES, Dribble
from tracks.formats import json_walk
from tracks.formats.contract import Limits, ParseError
from tracks.formats.json_events import Elements, Enter, Leave, Value, Want
from tracks.formats.json_walk import JsonWalker

ROWS = st.lists(st.lists(st.floats(-180, 180) | st.none(), min_size=1, max_size=4), max_size=9)
SCALARS = st.lists(st.floats(-1e9, 1e9) | TRICKY, max_size=9)
WANTS = {
    (): Want.WALK,
    ("rows",): Want.ROWS,
    ("times",): Want.SCALARS,
    ("name",): Want.VALUE,
    ("inner",): Want.WALK,
    ("inner", "rows"): Want.ROWS,
    ("list",): Want.OBJECTS,
    ("list", "*"): Want.WALK,
    ("list", "*", "rows"): Want.ROWS,
    ("list", "*", "times"): Want.SCALARS,
    ("list", "*", "name"): Want.VALUE,
}


def walk(data, block_bytes=48, step=None, limits=None):
    stream = io.BytesIO(data) if step is None else Dribble(data, step)
    walker = JsonWalker(stream, lambda path: WANTS.get(path, Want.SKIP), limits or Limits(), block_bytes)
    return walker, list(walker.events())


def gathered(events):
    """Events as the document they came from: whole values by path, arrays put together again by part."""
    values, arrays = {}, {}
    for event in events:
        if isinstance(event, Value):
            values[event.path] = event.value
        elif isinstance(event, Elements):
            arrays.setdefault((event.path, event.part), []).extend(event.elements)
    return values, arrays


@settings(max_examples=60)
@given(
    rows=ROWS,
    times=SCALARS,
    name=VALUES,
    inner=ROWS,
    junk=st.dictionaries(TRICKY, VALUES, max_size=3),
    block_bytes=st.integers(4, 90),
    step=st.integers(1, 40),
    indent=st.booleans(),
)
def test_wanted_values_come_whole_and_the_rest_is_passed_over(
    rows, times, name, inner, junk, block_bytes, step, indent
):
    junk = {f"x{key}": value for key, value in junk.items()}
    document = {"a": junk, "rows": rows, **junk, "times": times, "inner": {"b": junk, "rows": inner}, "name": name}
    data = orjson.dumps(document, option=orjson.OPT_INDENT_2 if indent else 0)
    walker, events = walk(data, block_bytes, step)
    values, arrays = gathered(events)
    assert values == {("name",): name}
    assert arrays.get((("rows",), 0), []) == rows
    assert arrays.get((("times",), 0), []) == times
    assert arrays.get((("inner", "rows"), 0), []) == inner
    assert [type(e) for e in (events[0], events[-1])] == [Enter, Leave]
    assert walker.truncated is None
    assert walker.trailing is None


@given(
    lines=st.lists(ROWS.filter(bool), min_size=1, max_size=4),
    times=st.lists(SCALARS.filter(bool), min_size=1, max_size=4),
    block_bytes=st.integers(4, 90),
)
def test_arrays_of_arrays_keep_their_parts(lines, times, block_bytes):
    _, arrays = gathered(walk(orjson.dumps({"rows": lines, "times": times}), block_bytes)[1])
    assert [arrays[("rows",), n] for n in range(len(lines))] == lines
    assert [arrays[("times",), n] for n in range(len(times))] == times


@given(
    objects=st.lists(
        st.fixed_dictionaries({"rows": ROWS, "times": SCALARS, "name": VALUES, "x": VALUES}), min_size=1, max_size=6
    ),
    whole=st.sampled_from([0, 60, 200, 1 << 18]),
    block_bytes=st.integers(4, 200),
)
def test_objects_come_whole_or_are_walked_through_by_their_size(objects, whole, block_bytes):
    data = orjson.dumps({"list": objects})
    before, json_walk.WHOLE_BYTES = json_walk.WHOLE_BYTES, whole
    try:
        _, events = walk(data, block_bytes)
    finally:
        json_walk.WHOLE_BYTES = before
    got = []
    for event in events:
        if isinstance(event, Elements) and event.path == ("list",):
            got += event.elements
        elif isinstance(event, Enter) and event.path == ("list", "*"):
            got.append({"rows": [], "times": []})
        elif isinstance(event, Elements):
            got[-1][event.path[-1]] += event.elements
        elif isinstance(event, Value):
            got[-1][event.path[-1]] = event.value
    assert got == [
        o if "x" in g else {k: v for k, v in o.items() if k != "x"} for o, g in zip(objects, got, strict=True)
    ]


@given(rows=ROWS.filter(bool), times=SCALARS.filter(bool), data=st.data())
def test_a_document_cut_anywhere_yields_what_is_complete(rows, times, data):
    text = orjson.dumps({"rows": rows, "times": times})
    cut = data.draw(st.integers(0, len(text) - 1))
    walker, events = walk(text[:cut], 32)
    _, arrays = gathered(events)
    assert walker.truncated.number == cut
    for key, whole in (("rows", rows), ("times", times)):
        got = arrays.get(((key,), 0), [])
        assert got == whole[: len(got)]
    complete = sum(1 for i in range(len(rows)) if len(orjson.dumps({"rows": rows[: i + 1]})) - 1 <= cut)
    assert len(arrays.get((("rows",), 0), [])) == complete


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"a" 1}', "“:” was expected"),
        (b"{a:1}", "name of a field was expected"),
        (b'{"a":1 "b":2}', "“,” or “}” was expected"),
        (b'{"name":tru}', "value cannot be read"),
        (b'{"rows":[[1]]]}', "“,” or “}” was expected"),
        (b'{"rows":' + b"[" * 50 + b"]" * 50 + b"}", "nested deeper"),
    ],
)
def test_broken_json_is_an_error_with_its_byte(data, message):
    with pytest.raises(ParseError, match=message) as caught:
        walk(data)
    assert 0 <= caught.value.place.number <= len(data)


def test_deep_nesting_nobody_wants_is_passed_over():
    data = b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b',"name":1}'
    assert gathered(walk(data, 1 << 16)[1])[0] == {("name",): 1}


def test_elements_that_are_no_json_are_none():
    _, arrays = gathered(walk(b'{"times":[1,,wat,"2"],"rows":[[1,2],[3,,4],[5]]}')[1])
    assert arrays[("times",), 0] == [1, None, None, "2"]
    assert arrays[("rows",), 0] == [[1, 2], None, [5]]


@given(value=VALUES, step=st.integers(1, 40), block_bytes=st.integers(1, 60))
def test_whatever_is_passed_over_ends_where_it_ends(value, step, block_bytes):
    data = orjson.dumps({"x": value, "name": 1})
    assert gathered(walk(data, block_bytes, step)[1])[0] == {("name",): 1}


def test_large_values_are_passed_over_without_being_held():
    big = b'{"x":[' + b"[1.5,2.5]," * 400_000 + b'[0]],"name":1}'
    tracemalloc.start()
    _, events = walk(big, 1 << 16)
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()
    assert gathered(events)[0] == {("name",): 1}
    with pytest.raises(ParseError, match="larger than"):
        walk(b'{"name":[' + b"1," * 400_000 + b"1]}", 1 << 16, limits=Limits(record_bytes=1 << 16))
