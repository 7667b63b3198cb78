"""The block-wise JSON reader against the JSON library: cuts must never change what is read."""

import io

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracks.formats import json_rows
from tracks.formats.contract import Limits, ParseError
from tracks.formats.json_rows import JsonArrayReader, Unreadable

# Strings full of what a careless cut would fall for.
TRICKY = st.text(alphabet='],[{}" \\\n:aé', max_size=12)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | TRICKY
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TRICKY, inner, max_size=3), max_leaves=12
)


class Dribble(io.BytesIO):
    """A stream that gives few bytes at a time, whatever is asked for."""

    def __init__(self, data, step):
        super().__init__(data)
        self.step = step

    def read(self, size=-1, /):
        return super().read(self.step)


def read(data, path=("trace",), block_bytes=64, step=None, limits=None):
    stream = io.BytesIO(data) if step is None else Dribble(data, step)
    reader = JsonArrayReader(stream, path, limits or Limits(), block_bytes=block_bytes)
    return reader, list(reader.blocks())


def elements(blocks):
    return [e for block in blocks for e in block.elements]


@given(
    rows=st.lists(st.lists(VALUES, max_size=5) | VALUES, max_size=12),
    before=st.dictionaries(TRICKY, VALUES, max_size=3),
    after=st.dictionaries(TRICKY, VALUES, max_size=3),
    block_bytes=st.integers(4, 80),
    step=st.integers(1, 40),
    indent=st.booleans(),
)
def test_any_document_reads_as_the_json_library_reads_it(rows, before, after, block_bytes, step, indent):
    before.pop("trace", None)
    after = {k: v for k, v in after.items() if k not in before and k != "trace"}
    document = {**before, "trace": rows, **after}
    data = orjson.dumps(document, option=orjson.OPT_INDENT_2 if indent else 0)
    reader, blocks = read(data, block_bytes=block_bytes, step=step)
    assert elements(blocks) == rows
    assert {k[0]: v for k, v in reader.outside.items()} == {**before, **after}
    assert reader.truncated is None
    assert [b.first_index for b in blocks] == [sum(len(c.elements) for c in blocks[:i]) for i in range(len(blocks))]


@given(rows=st.lists(st.lists(VALUES, min_size=1, max_size=5), min_size=1, max_size=8), data=st.data())
def test_a_document_cut_anywhere_yields_exactly_the_complete_rows(rows, data):
    text = orjson.dumps({"trace": rows})
    cut = data.draw(st.integers(len(b'{"trace":['), len(text) - 1))
    reader, blocks = read(text[:cut], block_bytes=32)
    got = elements(blocks)
    assert got == rows[: len(got)]
    # A row is complete once the comma or bracket after it is there.
    complete = sum(1 for i in range(len(rows)) if len(orjson.dumps({"trace": rows[: i + 1]})) - 1 <= cut)
    assert len(got) == complete
    assert reader.truncated is not None
    assert reader.truncated.number == cut


@pytest.mark.parametrize("tail", [b",", b", \n", b""])
def test_content_that_stops_right_after_a_comma_loses_no_whole_row(tail):
    row = b'["' + b"a" * 100 + b'",[],{"b":"]"}]'
    reader, blocks = read(b'{"trace":[' + b",".join([row] * 3) + tail, block_bytes=16)
    assert len(elements(blocks)) == (3 if tail else 2)  # without a comma the third may not be whole
    assert reader.truncated is not None


def test_byte_offsets_of_blocks_and_unreadable_elements_are_true():
    data = b'{"a": 1, "trace": [[1,2], [3,,4], [5,6], wat, [7,8]]}'
    _, blocks = read(data)
    bad = [e for e in elements(blocks) if isinstance(e, Unreadable)]
    assert [data[e.byte_offset :].split(b"]")[0].split(b",")[0] for e in bad] == [b"[3", b"wat"]
    for block in blocks:
        assert data[block.byte_offset :].startswith(block.text[:2])
    assert [e for e in elements(blocks) if not isinstance(e, Unreadable)] == [[1, 2], [5, 6], [7, 8]]


def test_numbers_that_are_not_json_read_as_unknown():
    _, blocks = read(b'{"trace":[[NaN,Infinity,-Infinity,1],[nan, -nan, inf ,2]]}')
    assert elements(blocks) == [[None, None, None, 1], [None, None, None, 2]]


def test_broken_utf8_in_one_row_does_not_lose_the_row():
    _, blocks = read(b'{"trace":[[1,"ok"],[2,"\xff\xfe"],[3,"ok"]]}')
    assert [e[0] for e in elements(blocks)] == [1, 2, 3]


def test_absurd_nesting_is_one_unreadable_row_and_no_crash():
    deep = b"[" * 5000 + b"]" * 5000
    _, blocks = read(b'{"trace":[[1],' + deep + b",[2]]}", block_bytes=1 << 16)
    got = elements(blocks)
    assert (got[0], got[2]) == ([1], [2])
    assert isinstance(got[1], Unreadable)


def test_a_byte_order_mark_is_skipped_and_counted():
    data = b'\xef\xbb\xbf{"trace":[[1],[2]]}'
    _, blocks = read(data, block_bytes=1 << 16)
    assert elements(blocks) == [[1], [2]]
    assert blocks[0].byte_offset == data.index(b"[[") + 1


def test_a_path_into_objects_is_followed_and_the_rest_collected():
    document = {"x": 1, "result": {"data": {"flight": {"id": "7", "track": [{"a": [1]}, {"b": 2}]}}, "y": [1, 2]}}
    reader, blocks = read(orjson.dumps(document), ("result", "data", "flight", "track"), block_bytes=16)
    assert elements(blocks) == [{"a": [1]}, {"b": 2}]
    assert reader.outside["result", "data", "flight", "id"] == "7"
    assert reader.outside["result", "y"] == [1, 2]


def test_fields_stated_twice_with_different_values_are_told():
    reader, _ = read(b'{"r":"A","r":"B","t":"X","t":"X","trace":[]}')
    assert [path for path, _ in reader.repeated] == [("r",)]
    assert reader.outside["r",] == "A"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"trace":[[1]],"trace":[[2]]}', "two lists of positions"),
        (b'{"other":[]}', "no list of positions"),
        (b'{"icao":"abc', "stops before its list"),
        (b'{"a" 1,"trace":[]}', "“:” was expected"),
        (b'{a:1,"trace":[]}', "name of a field was expected"),
        (b'{"a":1 "trace":[]}', "“,” or “}” was expected"),
        (b'{"a":tru,"trace":[]}', "this value cannot be read"),
        (b'{"trace":[[1],[2]}}', "closes nothing"),
        (b'[["trace"]]', "JSON object was expected"),
    ],
)
def test_broken_json_outside_the_rows_is_an_error_with_its_byte(data, message):
    with pytest.raises(ParseError, match=message) as caught:
        read(data)
    assert caught.value.place is not None
    assert 0 <= caught.value.place.number <= len(data)


def test_the_byte_of_an_error_is_where_the_error_is():
    data = b'{"a":1, "trace":[[1],[2]], oops}'
    with pytest.raises(ParseError) as caught:
        read(data, block_bytes=8, step=3)
    assert data[caught.value.place.number :].startswith(b"oops")


def test_something_after_the_document_is_told():
    reader, _ = read(b'{"trace":[[1]]} {"trace":[[2]]}')
    assert reader.trailing is not None
    assert reader.trailing.number == 16


@pytest.mark.parametrize("filler", [b"x", b'"', b"[", b"1,", b"{"])
def test_a_value_without_an_end_is_refused_instead_of_held(filler):
    with pytest.raises(ParseError, match="larger than"):
        read(b'{"trace":[[' + filler * (1 << 17) * 4, block_bytes=1 << 12, limits=Limits(record_bytes=1 << 16))


def test_only_wanted_values_are_kept():
    data = orjson.dumps({"a": 1, "b": {"c": [1, 2]}, "trace": [[1]], "d": "x", "e": [[], []]})
    reader = JsonArrayReader(io.BytesIO(data), ("trace",), Limits(), 8, wanted={("a",), ("d",)})
    assert elements(reader.blocks()) == [[1]]
    assert reader.outside == {("a",): 1, ("d",): "x"}


@pytest.mark.parametrize("place", ["before", "after"])
def test_many_small_values_beside_the_rows_are_refused_instead_of_read_for_minutes(place):
    many = b",".join(b'"k%d":[%s[]]' % (i, b"[]," * 100) for i in range(400))
    rows = b'"trace":[[1]]'
    data = b"{" + b",".join((many, rows) if place == "before" else (rows, many)) + b"}"
    reader = JsonArrayReader(io.BytesIO(data), ("trace",), Limits(record_bytes=1 << 16), wanted={("a",)})
    with pytest.raises(ParseError, match="More than 64 KiB stand beside") as caught:
        list(reader.blocks())
    assert (1 << 16) < caught.value.place.number < (1 << 17)
    assert reader.outside == {}


def test_a_field_repeated_often_is_told_once():
    reader, _ = read(b'{"r":"A",' + b'"r":"B",' * 500 + b'"trace":[]}')
    assert [path for path, _ in reader.repeated] == [("r",)]


def test_a_long_value_beside_the_rows_is_looked_through_once(monkeypatch):
    looked_at = 0

    class Counting:
        def finditer(self, text, start):
            nonlocal looked_at
            looked_at += len(text) - start
            return nesting.finditer(text, start)

    nesting = json_rows._NESTING
    monkeypatch.setattr(json_rows, "_NESTING", Counting())
    data = b'{"k":[' + b"1,[2]," * 2_000 + b"3" + b",4" * 20_000 + b'],"trace":[[1]]}'
    _, blocks = read(data, step=64)
    assert elements(blocks) == [[1]]
    assert looked_at < 2 * len(data)
