"""XML read in bulk gives what reading it element by element gives; hostile XML is refused; values are exact."""

import io
import math
import re
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.format_samples import read_file
from tracks.formats import gpx
from tracks.formats.contract import Chunk, Limits, ParseError, ParseReport, ParseSettings
from tracks.formats.times import epoch_seconds, written_resolution
from tracks.formats.xml_events import XmlEvents
from tracks.formats.xml_places import root_is
from tracks.formats.xml_template import learn
from tracks.formats.xml_values import coordinates, floats, times


def read_both_ways(
    data, module, monkeypatch
) -> tuple[tuple[list[Chunk], ParseReport], tuple[list[Chunk], ParseReport]]:
    """Chunks and report of a file read in bulk and element by element; an error counts as a report."""
    found = []
    for in_bulk in (True, False):
        monkeypatch.setattr(module, "XmlEvents", partial(XmlEvents, in_bulk=in_bulk))
        try:
            chunks, report, _ = read_file(data)
        except ParseError as error:
            found.append(([], str(error)))
        else:
            found.append((chunks, report))
    return tuple(found)


def described(chunks, report, *, lines=True):
    """All that is in chunks and a report, to compare; with the numbers of lines or without."""
    rows = [
        (chunk.aircraft_key, *(column[i].item() for _, column in chunk.fixes.columns()))
        for chunk in chunks
        for i in range(len(chunk.fixes))
    ]
    said = report if isinstance(report, str) else repr(report.as_dict())
    return repr(rows), said if lines else re.sub(r"line [\d,]+", "line", said)


def point(i, inner="<ele>{i}</ele><time>2024-03-21T10:{i:02d}:00Z</time>"):
    return f'<trkpt lat="{40 + i / 100}" lon="{130 + i / 100}">{inner.format(i=i)}</trkpt>'


def gpx_of(body):
    return f'<?xml version="1.0"?>\n<gpx version="1.1" creator="t"><trk><trkseg>{body}</trkseg></trk></gpx>'.encode()


ODD = [
    "<!-- <trkpt lat='1' lon='2'><time>2024-03-21T10:00:00Z</time></trkpt> -->",
    "<![CDATA[<trkpt lat='1' lon='2'><time>2024-03-21T10:00:00Z</time></trkpt>]]>",
    "<?note <trkpt></trkpt>?>",
    "</trkseg><trkseg>",
    "</trkseg></trk><trk><trkseg>",
    "<trkpt lat='50' lon='60'/>",
    "<trkpt lat='50' lon='60'><time>2024-03-21T11:00:00Z</time></trkpt>",
    '<trkpt lat="41" lon="131"><name>a &lt; b</name><time>2024-03-21T11:30:00Z</time></trkpt>',
    '<trkpt lat="41" lon="131"><ele><!-- 5 -->7</ele><time>2024-03-21T11:30:00Z</time></trkpt>',
    '<trkpt lat="41" lon="131"><ele>7</ele><time>2024-03-21T11:30:00Z</time><trkpt lat="1" lon="1"/></trkpt>',
    '<trkpt lat="41" lon="131"><ele>7</ele><time>2024-03-21T11:30:00Z</trkpt>',
    "<extensions><trkpt>",
    "\r\n\r\n",
    "é中",
    "&#10;",
    "<unfinished",
]


@given(
    parts=st.lists(st.one_of(st.integers(0, 59).map(point), st.sampled_from(ODD)), max_size=40),
    repeat=st.integers(1, 5),
)
def test_a_list_read_in_bulk_gives_what_reading_point_by_point_gives(parts, repeat):
    with pytest.MonkeyPatch.context() as patch:
        (bulk, report), (single, report_single) = read_both_ways(gpx_of("".join(parts) * repeat), gpx, patch)
    assert described(bulk, report) == described(single, report_single)


@given(
    body=st.text("<>/&;![]CDATA-? \r\n\"'=trkptlaone0123456789.:Z", max_size=60),
    at=st.integers(0, 400),
    cut=st.integers(0, 400),
)
def test_a_list_damaged_anywhere_is_never_read_otherwise_in_bulk(body, at, cut):
    text = gpx_of("\n".join(point(i) for i in range(30))).decode()
    data = (text[:at] + body + text[at + cut % 50 :]).encode()
    with pytest.MonkeyPatch.context() as patch:
        (bulk, report), (single, report_single) = read_both_ways(data, gpx, patch)
    assert described(bulk, report) == described(single, report_single)


def test_most_of_a_long_list_does_not_go_through_the_xml_parser(monkeypatch):
    ends = []
    monkeypatch.setattr(
        XmlEvents, "_end", lambda self, name, real=XmlEvents._end: (ends.append(name), real(self, name))
    )
    data = gpx_of("\n".join(point(i % 60) for i in range(5_000)))
    _, report, _ = read_file(data)
    assert report.fixes_read == 5_000
    assert ends.count("trkpt") < 50


def test_lines_are_right_within_a_list_read_in_bulk():
    points = [point(i % 60) for i in range(200)]
    points[150] = point(5, "<ele>1</ele><time>soon</time>")
    for newline in ("\n", "\r\n", "\r"):
        data = b"\n\n" + gpx_of(newline.join(points))
        _, report, _ = read_file(data)
        assert [p.number for p in next(iter(report.places.values()))] == [2 + 2 + 150]


class Nothing:
    units = ("trkpt",)
    barred = ()
    texts = {}

    def wanted(self, key):
        return False

    def start(self, name, attributes):
        pass

    def end(self, name, text):
        pass

    def repeated(self, count, columns, paths, line_of):
        pass


def events(data, limits=None):
    return XmlEvents(io.BytesIO(data), Nothing(), ParseReport(), limits or Limits())


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<gpx>" * 10_000, "nested more than"),
        (b"<gpx>" + b"".join(b"<n%d/>" % i for i in range(10_000)), "different names"),
        (b"<gpx " + b"a" * (9 << 20), "larger than"),
        (b'<?xml version="1.0" encoding="UTF-9"?><gpx/>', "encoding"),
        (b'<?xml version="1.0" encoding="shift_jis"?><gpx/>', "encoding"),
        (b'<?xml version="1.0" encoding="zlib"?><gpx/>', "encoding"),
        (b'<!DOCTYPE gpx [<!ENTITY a "aaaa">]><gpx>&a;</gpx>', "DOCTYPE"),
    ],
)
def test_hostile_documents_are_refused(data, says):
    with pytest.raises(ParseError, match=says):
        list(events(data).blocks())


@pytest.mark.parametrize("portion", [1, 2, 3, 7])
@pytest.mark.parametrize("before", [b"", b"\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \r\n\n", b" " * 9])
def test_what_stands_before_the_document_may_come_in_portions_of_its_own(before, portion):
    class Portions(io.BytesIO):
        def read(self, size=-1):
            return super().read(portion if size < 0 else min(size, portion))

    data = before + gpx_of("".join(point(i) for i in range(3)))
    report = ParseReport()
    (chunk,) = gpx.Gpx().parse(Portions(data), report, ParseSettings())
    assert len(chunk.fixes) == 3
    assert not report.warnings


def test_what_follows_the_document_is_ignored_with_a_warning():
    chunks, report, _ = read_file(gpx_of(point(1)) + b"\0\0\0")
    assert len(chunks) == 1
    assert "follows the end" in str(report.warnings[0])


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\xef\xbb\xbf\r\n<?xml version='1.0'?><!-- <kml> --><g:GPX>", b"gpx"),
        (b"<!DOCTYPE kml [<!ENTITY a 'b'>]><kml", b"kml"),
        (b"<?a?>" * 5_000 + b"<kml>", b"kml"),
    ],
)
def test_the_root_element_is_found(head, name):
    assert root_is(name, head)
    assert not root_is(b"html", head)


def test_the_root_element_of_hostile_text_is_looked_for_in_no_time():
    assert not root_is(b"kml", b"<?a?>" * 13_000)
    assert not root_is(b"kml", b"<!--" * 16_000)


@pytest.mark.parametrize(
    "sample",
    [
        b"<when>a</when><when>b</when>",  # the second would hide
        b"text<when>a</when>",
        b"<a><!-- c --></a>",
        b"<a>x<b/>y</a>",
        b"<a>x<b/></a>",
        b"<a><![CDATA[x]]>y</a>",
        b"<a/>",
        b"<a><b>1</b></a>",
    ],
)
def test_no_template_is_learned_from_what_it_could_not_read_exactly(sample):
    assert learn(sample, lambda key: True, ()) is None
    assert learn(b"<other/>", lambda key: True, ("other",)) is None


NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(lambda x: repr(x).encode()),
    st.sampled_from(
        [b"", b"nan", b"inf", b"-inf", b"1e999", b"1_0", b"+5", b"05.50", b".5", b"1,2", b"null", b"[1", b"1 2"]
    ),
)


@given(st.lists(NUMBERS, max_size=20))
def test_numbers_read_together_are_those_read_alone(texts):
    def alone(text):
        try:
            value = float(text) if b"_" not in text else math.nan
        except ValueError:
            return math.nan
        return value if math.isfinite(value) else math.nan

    assert np.array_equal(floats(texts), [alone(text) for text in texts], equal_nan=True)


def test_a_coordinate_of_another_number_of_values_moves_no_other():
    texts = [b"130 40 1", b"131 41", b"", b"132,42,2", b"133 43 3 4", b"x 44 1", b"\n134\t44  5 ", b"135 45 inf"]
    expected = [
        [130, 40, 1],
        [131, 41, math.nan],
        [math.nan] * 3,
        [132, 42, 2],
        [math.nan] * 3,
        [math.nan] * 3,
        [134, 44, 5],
        [135, 45, math.nan],
    ]
    assert np.array_equal(coordinates(texts, b" "), expected, equal_nan=True)
    assert np.array_equal(coordinates([b"1,2", b"3,4"], b","), [[1, 2, math.nan], [3, 4, math.nan]], equal_nan=True)


ZONES = st.sampled_from(["Z", "+00:00", "-00:00", "+09:00", "-03:30", "+14:00", "+24:00", "+05:99"])


@given(
    st.lists(
        st.builds(
            "{:04d}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}{}{}".format,
            st.integers(0, 2300),
            st.integers(0, 13),
            st.integers(0, 32),
            st.integers(0, 25),
            st.integers(0, 61),
            st.integers(0, 61),
            st.one_of(st.just(""), st.from_regex(r"\.[0-9]{1,9}", fullmatch=True), st.just(".")),
            ZONES,
        ),
        max_size=20,
    )
)
def test_times_read_together_are_those_read_alone(texts):
    seconds, steps = times([t.encode() for t in texts], lambda _, text: epoch_seconds(text))
    assert np.array_equal(seconds, [epoch_seconds(t) for t in texts], equal_nan=True)
    assert steps.tolist() == [written_resolution(t) for t in texts]
