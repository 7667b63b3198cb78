"""Unwrapping, limits and recognition of files by their content."""

import gzip
import io
import zlib

import pytest

from tracks.formats.content import Container, open_content
from tracks.formats.contract import Limits, ParseError, ParseReport
from tracks.formats.registry import PARSERS, detect, parser_named

TRACE = b'{"icao":"abc123","timestamp":1700000000.0,"trace":[[0,43.4,132.1,100,null,null,0,null,null]]}'


def opened(data, **limits):
    report = ParseReport()
    return open_content(io.BytesIO(data), report, Limits(**limits)), report


def test_gzip_is_recognised_by_its_bytes_and_unpacked():
    content, _ = opened(gzip.compress(TRACE))
    assert content.container is Container.GZIP
    assert content.read() == TRACE


def test_plain_content_comes_through_unchanged_and_counted():
    content, _ = opened(TRACE)
    assert content.container is Container.PLAIN
    assert content.read(10) + content.read() == TRACE
    assert content.content_bytes == content.file_bytes == len(TRACE)


def test_progress_counts_the_bytes_of_the_packed_file():
    packed = gzip.compress(TRACE * 1000)
    content, _ = opened(packed)
    content.read()
    assert content.file_bytes == len(packed)
    assert content.content_bytes == len(TRACE) * 1000


def test_gzip_of_several_members_and_zero_padding_is_one_content():
    content, report = opened(gzip.compress(TRACE) + gzip.compress(b" ") + b"\0" * 100)
    assert content.read() == TRACE + b" "
    assert not report.warnings


def test_bytes_after_the_gzip_data_are_told():
    content, report = opened(gzip.compress(TRACE) + b"<html>")
    assert content.read() == TRACE
    assert "follow the gzip data" in str(report.warnings[0])


def test_the_hash_of_the_content_does_not_depend_on_its_wrapping():
    plain, _ = opened(TRACE)
    packed, _ = opened(gzip.compress(TRACE))
    packed.read(20)  # a parser that stopped early
    assert plain.content_sha256() == packed.content_sha256()


def test_a_gzip_file_that_stops_early_yields_what_came_through_and_says_what_is_lost():
    data = bytes(range(256)) * 4000
    packed = gzip.compress(zlib.compress(data))  # does not shrink, so that cutting it leaves much
    content, report = opened(packed[: len(packed) // 2])
    got = content.read()
    assert 0 < len(got) < len(zlib.compress(data))
    assert zlib.compress(data).startswith(got)
    assert content.truncated
    assert f"after byte {len(got)} of the content is missing" in str(report.warnings[0])


def test_damaged_gzip_data_is_refused_with_the_place():
    packed = bytearray(gzip.compress(bytes(range(256)) * 40))
    packed[len(packed) // 2] ^= 0xFF
    with pytest.raises(ParseError, match="gzip data is damaged") as caught:
        opened(bytes(packed))[0].read()
    assert caught.value.place is not None


def test_a_compression_bomb_is_noticed_while_unpacking():
    bomb = gzip.compress(b"\0" * (40 << 20))
    content, _ = opened(bomb)
    with pytest.raises(ParseError, match="more than 200 times its size"):
        content.read()
    assert content.content_bytes == 0


def test_content_beyond_the_limit_is_refused_naming_the_limit():
    with pytest.raises(ParseError, match="larger than the 1 MiB allowed"):
        opened(b"x" * (2 << 20), content_bytes=1 << 20)[0].read()


@pytest.mark.parametrize("data", [b"", gzip.compress(b"")])
def test_an_empty_file_is_called_empty(data):
    with pytest.raises(ParseError, match=r"empty|contains nothing"):
        opened(data)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"\x89PNG\r\n\x1a\n....", "PNG image"),
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04aaaa", "ZIP or KMZ"),
        (b"<!DOCTYPE html><html><body>Please log in", "web page"),
        (b"\n <HTML><head>", "web page"),
        (b'<?xml version="1.0"?><rss/>', "XML, but of no kind"),
        (b'{"hello": [1, 2]}', "JSON, but without the fields"),
        (b"name,price,colour\nx,1,red\n", "table of text"),
        (b"Dear all, please find attached", "plain text"),
        (b"\x00\x01\x02\x03\x04", "binary data"),
        (b"   \n\t  ", "nothing but white space"),
        (b"PAR1\x15\x04", "Parquet file: save its table as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office program: save its table as CSV"),
        (b"Obj\x01\x04\x16avro.schema", "Avro file: save its table as CSV"),
        (b"\x80\x05\x95\x10\x00", "pickle of Python"),
        (b"$GPRMC,040506.00,A,4306.0,N,13206.0,E,100.5,200.1,210324,,,A*6C\r\n" * 3, "NMEA sentences"),
        (b"*8D4840D6202CC371C32CE0576098;\n*02E197B00179C3;\n", "raw Mode S messages: let a decoder"),
        (b"@016CE3671C748D4840D6202CC371C32CE0576098;\n", "raw Mode S messages"),
        (b"1457996402.648,8D4840D6202CC371C32CE0576098\n" * 3, "raw Mode S messages"),
        (b"\x1a3\x00\x11\x22\x33\x44\x55\x66\x8d\x48", "Beast format"),
        (
            b"# aprsc 2.1.10\nFLRDDA5BA>OGFLR,qAS,LFMX:/074548h4415.41N/00600.03E'342/049/A=005524\n",
            "Open Glider Network",
        ),
        (b"Metadata,CA_CSV.3\nGMT,1510000000000\nTAIL,N12345\n", "CloudAhoy"),
        (b'<?xml version="1.0"?>\n<TrainingCenterDatabase xmlns="x">', "TCX file: export the track as GPX"),
        (b"\x0e\x20\x93\x08\x10\x00\x00\x00.FIT\x00\x00", "FIT file: export the track as GPX"),
        (b'{"full_count":2,"version":4,"28996aba":["47843F",50.9,11.6]}', "one position of each aircraft"),
    ],
)
def test_what_is_no_track_file_is_refused_with_what_it_looks_like(data, word):
    content, _ = opened(data)
    with pytest.raises(ParseError, match=word) as caught:
        detect(content)
    assert "readsb" in str(caught.value), "the formats that can be read are named"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_text_in_wide_encodings_is_refused_with_advice(encoding):
    content, _ = opened(TRACE.decode().encode(encoding))
    with pytest.raises(ParseError, match="Save it as UTF-8"):
        detect(content)


def test_every_parser_is_found_by_its_name_and_names_differ():
    assert len({p.name for p in PARSERS}) == len(PARSERS)
    for parser in PARSERS:
        assert parser_named(parser.name) is parser
    with pytest.raises(KeyError):
        parser_named("no-such-format")
