"""OpenSky state vectors as tables: every way of writing them, frozen positions, damaged rows and their lines."""

import io
import json
import tracemalloc

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.format_samples import fixes_of, read_file
from tracks.formats import many_aircraft, table_lines
from tracks.formats.content import open_content
from tracks.formats.contract import DropReason, Limits, ParseError, ParseReport, ParseSettings
from tracks.formats.opensky_csv import OpenSkyCsv
from tracks.processing.cleaning import clean
from tracks.processing.fixes import AltitudeKind, OnGround, PositionSource

HEAD = (
    "time,icao24,lat,lon,velocity,heading,vertrate,callsign,onground,alert,spi,squawk,"
    "baroaltitude,geoaltitude,lastposupdate,lastcontact\n"
)
ROWS = (
    "1650844800,71c011,43.3981,132.1480,102.8889,75.5,5.08,KOR123  ,False,False,False,0510,3048.0,3200.4,"
    "1650844799.25,1650844799.9\n"
    "1650844800,155bf0,39.0,125.5,,,,,true,false,false,,,,1650844798,1650844799\n"
    "1650844810,71c011,43.40,132.20,100,76,-5.08,KOR123  ,False,False,False,0510,3000,3150,1650844809.5,1650844809.9\n"
)


def parsed(text, parse_settings=None):
    chunks, report, detected = read_file(text if isinstance(text, bytes) else text.encode(), parse_settings)
    assert detected.parser.name == "opensky-states"
    return chunks, report


def check(chunks):
    """The values of ROWS, worked out by hand."""
    one, two = fixes_of(chunks, "71c011"), fixes_of(chunks, "155bf0")
    assert {c.identity.icao24 for c in chunks} == {"71c011", "155bf0"}
    assert one.time.tolist() == [1650844799.25, 1650844809.5]
    assert one.latitude.tolist() == [43.3981, 43.40]
    assert one.longitude.tolist() == [132.148, 132.20]
    assert one.ground_speed[0] == pytest.approx(200.0, abs=1e-4)  # 102.8889 m/s
    assert one.vertical_rate.tolist() == pytest.approx([1000.0, -1000.0])
    assert one.track_angle.tolist() == [75.5, 76.0]
    assert one.altitude.tolist() == [3048.0, 3000.0]
    assert one.altitude_kind.tolist() == [AltitudeKind.PRESSURE] * 2
    assert one.geometric_altitude.tolist() == pytest.approx([3200.4, 3150.0])
    assert one.squawk.tolist() == [0o510] * 2
    assert one.on_ground.tolist() == [OnGround.NO] * 2
    assert [one.callsign_at(i) for i in range(2)] == ["KOR123"] * 2
    assert two.time.tolist() == [1650844798.0]
    assert two.on_ground.tolist() == [OnGround.YES]
    assert two.altitude_kind.tolist() == [AltitudeKind.UNKNOWN]
    assert two.callsign_at(0) is None
    assert two.squawk.tolist() == [-1]
    assert np.isnan(two.ground_speed[0])


def shuffled(text):
    lines = [line.split(",") for line in text.splitlines()]
    order = [7, 14, 3, 0, 12, 2, 1, 15, 4, 11, 13, 5, 6, 8, 9, 10]
    return "".join(",".join(line[i] for i in order) + "\n" for line in lines)


def framed(text):
    rule = "+" + "+".join("-" * 16 for _ in range(16)) + "+\n"
    lines = ["| " + " | ".join(f"{c:14s}" for c in line.split(",")) + " |\n" for line in text.splitlines()]
    body = "".join(lines[1:]).replace("|                |", "| NULL           |")
    return f"Query: select * from state_vectors_data4\n{rule}{lines[0]}{rule}{body}{rule}Fetched 3 row(s) in 1.05s\n"


def quoted(text):
    return "".join(",".join(f'"{c}"' for c in line.split(",")) + "\n" for line in text.splitlines())


def as_pandas(text):
    """With an index column and times as pandas writes them."""
    lines = text.splitlines()
    out = ["," + lines[0]]
    for number, line in enumerate(lines[1:]):
        cells = line.split(",")
        for at in (0, 14):
            moment = np.datetime64(round(float(cells[at]) * 1000), "ms")
            cells[at] = str(moment).replace("T", " ") + "+00:00"
        out.append(f"{number}," + ",".join(cells))
    return "\n".join(out) + "\n"


VARIANTS = {
    "as its samples": HEAD + ROWS,
    "with CRLF": (HEAD + ROWS).replace("\n", "\r\n"),
    "with CR only": (HEAD + ROWS).replace("\n", "\r"),
    "with a byte order mark": "\ufeff" + HEAD + ROWS,
    "without a last line end": (HEAD + ROWS).rstrip("\n"),
    "columns in another order": shuffled(HEAD + ROWS),
    "framed by an SQL shell": framed(HEAD + ROWS),
    "separated by pipes": (HEAD + ROWS).replace(",", "|"),
    "separated by semicolons": (HEAD + ROWS).replace(",", ";"),
    "separated by tabs": (HEAD + ROWS).replace(",", "\t"),
    "quoted throughout": quoted(HEAD + ROWS),
    "quoted in part": (HEAD + ROWS).replace("KOR123  ", '"KOR123  "').replace("71c011", '"71c011"'),
    "spaces after commas": (HEAD + ROWS).replace(",", ", "),
    "heads in capitals": HEAD.upper() + ROWS.replace("71c011", "71C011"),
    "heads with the table's name": ",".join("s." + h for h in HEAD.split(",")) + ROWS,
    "times as pandas writes them": as_pandas(HEAD + ROWS),
    "heads of the live API": HEAD.replace("lat,lon", "latitude,longitude")
    .replace("baroaltitude", "baro_altitude")
    .replace("geoaltitude", "geo_altitude")
    .replace("lastposupdate", "time_position")
    .replace("heading", "true_track")
    .replace("vertrate", "vertical_rate")
    + ROWS,
    "empty lines between": (HEAD + ROWS).replace("\n", "\n\n"),
    "heads again in the middle": HEAD + ROWS[: ROWS.index("1650844810")] + HEAD + ROWS[ROWS.index("1650844810") :],
    "NULL for nothing": HEAD + ROWS.replace(",,,,,true", ",NULL,NULL,NULL,NULL,true"),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_way_of_writing_the_table_gives_the_same_fixes(variant):
    chunks, report = parsed(VARIANTS[variant])
    check(chunks)
    extra = 1 if variant == "framed by an SQL shell" else 0  # the shell's last words
    assert report.dropped.total() == extra
    assert (report.records_read, report.fixes_read) == (3 + extra, 3)


@pytest.mark.parametrize(
    ("word", "meaning"), [("t", 1), ("f", 0), ("1", 1), ("0", 0), ("TRUE", 1), ("no", 0), ("?", -1)]
)
def test_the_ground_is_told_in_several_spellings(word, meaning):
    chunks, _ = parsed(HEAD + ROWS.replace("False,False,False", f"{word},False,False"))
    assert fixes_of(chunks, "71c011").on_ground.tolist() == [meaning] * 2


def test_a_frozen_position_keeps_its_own_time_and_nothing_of_later_moments():
    fresh = "1650844800,71c011,43.4,132.2,100,75,0,A,False,False,False,,3000,,1650844800,1\n"
    ten, minutes = (fresh.replace("1650844800,71", f"{1650844800 + s},71").replace("3000", "2000") for s in (10, 200))
    for rows in ([fresh, ten, minutes], [minutes, ten, fresh]):
        chunks, report = parsed(HEAD + "".join(rows))
        fixes = fixes_of(chunks)
        assert fixes.time.tolist() == [1650844800.0] * 3
        assert np.isnan(fixes.altitude).tolist() == [False, False, True]  # that of 200 s later comes last
        assert sum(w.values.get("rows", 0) for w in report.warnings) == 1
        kept, _ = clean(fixes)
        assert len(kept) == 1
        assert kept.altitude[0] in (2000.0, 3000.0)


def test_without_the_time_of_the_position_that_of_the_row_is_taken_and_told():
    text = "".join(",".join(line.split(",")[:14]) + "\n" for line in (HEAD + ROWS).splitlines())
    chunks, report = parsed(text)
    assert fixes_of(chunks, "71c011").time.tolist() == [1650844800.0, 1650844810.0]
    assert "lastposupdate" in str(report.warnings[0])
    chunks, report = parsed(HEAD + ROWS.replace("1650844799.25", ""))
    assert fixes_of(chunks, "71c011").time.tolist() == [1650844800.0, 1650844809.5]
    assert "In 1 rows" in str(report.warnings[0])
    assert "line 2" in str(report.warnings[0])


@pytest.mark.parametrize("absurd", ["0", "1650845299.25", "-5"])
def test_a_time_of_the_position_that_cannot_be_is_none(absurd):
    chunks, report = parsed(HEAD + ROWS.replace("1650844799.25", absurd))
    assert fixes_of(chunks, "71c011").time.tolist() == [1650844800.0, 1650844809.5]
    assert "In 1 rows" in str(report.warnings[0])


def test_only_what_is_stated_is_there():
    chunks, report = parsed("icao24,lat,lon,lastposupdate\n71c011,1,2,1650844800\n")
    fixes = fixes_of(chunks)
    assert np.isnan([fixes.altitude[0], fixes.ground_speed[0], fixes.track_angle[0], fixes.vertical_rate[0]]).all()
    assert (fixes.on_ground[0], fixes.squawk[0], fixes.callsign[0], fixes.source[0]) == (-1, -1, -1, 0)
    assert not report.warnings


def test_a_geometric_altitude_alone_is_the_altitude():
    chunks, _ = parsed("time,icao24,lat,lon,geoaltitude\n1650844800,71c011,1,2,3000\n")
    fixes = fixes_of(chunks)
    assert (fixes.altitude[0], fixes.altitude_kind[0]) == (3000.0, AltitudeKind.GEOMETRIC)
    assert np.isnan(fixes.geometric_altitude[0])


def test_the_live_apis_source_of_positions_is_read():
    rows = "".join(f"71c01{n},1650844800,2,1,{n}\n" for n in range(4))
    chunks, _ = parsed("icao24,time_position,longitude,latitude,position_source\n" + rows)
    sources = [int(c.fixes.source[0]) for c in sorted(chunks, key=lambda c: c.aircraft_key)]
    assert sources == [PositionSource.ADSB, PositionSource.RADAR, PositionSource.MLAT, PositionSource.FLARM]


def test_damaged_rows_are_dropped_with_their_lines_and_the_others_stay():
    lines = (HEAD + ROWS * 4).splitlines()
    lines[3] = "1650844810,71c011,43.40"  # cut
    lines[5] += ",one too many"
    lines[7] = lines[7].replace("1650844800", "yesterday").replace("1650844799.25", "soon")
    lines[8] = lines[8].replace("39.0", "95.0")
    lines[9] = lines[9].replace("43.40", "x")
    lines[10] = lines[10].replace("71c011", "7.1E+11")
    chunks, report = parsed("\n".join(lines))
    places = {reason: [str(place) for place in found] for reason, found in report.places.items()}
    assert places == {
        DropReason.UNREADABLE: ["line 4", "line 6"],
        DropReason.UNREADABLE_TIME: ["line 8"],
        DropReason.POSITION_OUT_OF_RANGE: ["line 9"],
        DropReason.NO_POSITION: ["line 10"],
        DropReason.NO_AIRCRAFT: ["line 11"],
    }
    assert any("soon" in str(w) for w in report.warnings)
    assert any("7.1E+11" in str(w) for w in report.warnings)
    kept = sorted(r for c in chunks for r in c.fixes.record_index.tolist())
    assert kept == [0, 1, 3, 5, 10, 11]  # records from 0, dropped ones counted
    assert (report.records_read, report.fixes_read) == (12, 6)


@pytest.mark.parametrize("emptied", [False, True])
def test_a_separator_that_moved_from_one_row_to_another_spoils_both(emptied):
    lines = (HEAD + ROWS * 4).splitlines()
    if emptied:  # nobody can tell an empty last cell from a missing one without looking at the separators
        lines[1:] = [line.rsplit(",", 1)[0] + "," for line in lines[1:]]
    lines[4] = lines[4].replace(",False", "False", 1)
    lines[7] = lines[7].replace("False", ",False", 1)
    _, report = parsed("\n".join(lines) + "\n")
    assert [str(place) for place in report.places[DropReason.UNREADABLE]] == ["line 5", "line 8"]
    assert report.fixes_read == 10


def test_a_stray_quote_spoils_one_row():
    chunks, report = parsed(HEAD + ROWS.replace("KOR123  ,False", '"KOR123  ,False', 1))
    assert report.dropped == {DropReason.UNREADABLE: 1}
    assert [str(p) for p in report.places[DropReason.UNREADABLE]] == ["line 2"]
    assert report.fixes_read == 2
    assert chunks


def test_a_file_cut_anywhere_gives_its_whole_rows():
    text = (HEAD + ROWS).encode()
    for cut in range(len(HEAD), len(text)):
        _, report = parsed(text[:cut])
        assert report.fixes_read >= text[:cut].count(b"\n") - 1
        assert report.records_read <= 3


def test_times_without_a_zone_are_refused_until_it_is_stated():
    text = as_pandas(HEAD + ROWS).replace("+00:00", "")
    with pytest.raises(ParseError, match=r"do not say in which zone.*line 2"):
        parsed(text)
    chunks, _ = parsed(text, ParseSettings(time_zone="Asia/Vladivostok"))  # UTC+10
    assert fixes_of(chunks, "155bf0").time.tolist() == [1650844798.0 - 36_000]


def test_other_tables_are_left_to_others():
    parser = OpenSkyCsv()
    for head in (
        b"timestamp,icao24,latitude,longitude,groundspeed,track,altitude\n",  # knots and feet
        b"Timestamp,UTC,Callsign,Position,Altitude,Speed,Direction\n",
        b"time,icao24,velocity,lastposupdate\n",
        b"\0" * 100,
        b"",
    ):
        assert parser.sniff(head) == 0


def test_broken_utf8_and_latin1_are_read_around():
    text = (HEAD + ROWS).encode().replace(b"KOR123  ", b"K\xd6R\xff 1", 1)
    chunks, report = parsed(text)
    assert report.fixes_read == 3
    assert fixes_of(chunks, "71c011").callsign_at(1) == "KOR123"


def test_infinite_and_absurd_numbers_are_unknown_and_counted():
    row = "1650844800,71c011,1,2,1e30,400,inf,A,False,False,False,9999,-1e9,nan,1650844800,1\n"
    chunks, report = parsed(HEAD + row)
    fixes = fixes_of(chunks)
    assert np.isnan([fixes.ground_speed[0], fixes.track_angle[0], fixes.vertical_rate[0], fixes.altitude[0]]).all()
    assert report.blanked == {"ground_speed": 1, "track_angle": 1, "altitude": 1}
    assert fixes.squawk[0] == -1


def made(rows, aircraft, seed=1):
    """A table of rows as polars writes it, with the frame it was written from."""
    rng = np.random.default_rng(seed)
    when = 1_650_844_800 + np.arange(rows) // aircraft * 10
    frame = pl.DataFrame(
        {
            "time": when,
            "icao24": [f"{n:06x}" for n in rng.permutation(rows) % aircraft + 0xABC000],
            "lat": rng.uniform(-80, 80, rows),
            "lon": rng.uniform(-180, 180, rows),
            "velocity": rng.uniform(0, 300, rows),
            "callsign": rng.choice(["AAA1    ", "BBB22   ", ""], rows),
            "onground": rng.random(rows) < 0.1,
            "squawk": [("0000", "7700", None)[n] for n in rng.integers(0, 3, rows)],
            "baroaltitude": [(None, 1000.5, 9144.0)[n] for n in rng.integers(0, 3, rows)],
            "lastposupdate": when - np.round(rng.random(rows), 3),
        }
    )
    return frame, frame.write_csv().encode()


@pytest.mark.parametrize("gathered", [64, 5_000, 1 << 19])
def test_a_large_table_agrees_with_polars_reading_it_whole(monkeypatch, gathered):
    monkeypatch.setattr(many_aircraft, "GATHERED_FIXES", gathered)
    monkeypatch.setattr(table_lines, "BLOCK_BYTES", 100_000)
    frame, data = made(12_000, 37)
    chunks, report = parsed(data)
    assert report.fixes_read == 12_000
    whole = pl.read_csv(io.BytesIO(data), schema_overrides={"squawk": pl.String, "icao24": pl.String})
    for key in sorted(set(frame["icao24"])):
        rows = whole.with_row_index().filter(pl.col("icao24") == key)
        fixes = fixes_of(chunks, key)
        assert fixes.record_index.tolist() == rows["index"].to_list()
        assert fixes.time.tolist() == rows["lastposupdate"].to_list()
        assert fixes.longitude.tolist() == rows["lon"].to_list()
        assert fixes.latitude.tolist() == rows["lat"].to_list()
        assert np.allclose(fixes.ground_speed, rows["velocity"].to_numpy() * 3600 / 1852, rtol=1e-6)
        assert np.array_equal(fixes.altitude, rows["baroaltitude"].to_numpy().astype("f4"), equal_nan=True)
        assert fixes.on_ground.tolist() == rows["onground"].cast(int).to_list()
        stated = [(s or "").strip() or None for s in rows["callsign"].to_list()]
        assert [fixes.callsign_at(i) for i in range(len(fixes))] == stated
        assert fixes.squawk.tolist() == [-1 if s is None else int(s, 8) for s in rows["squawk"].to_list()]


def test_the_quick_and_the_careful_way_agree(monkeypatch):
    _, data = made(3_000, 11)
    quick, _ = parsed(data)
    careful, _ = parsed(data.replace(b"\n", b"\n\n"))  # an empty line makes every block be read line by line
    for key in {c.aircraft_key for c in quick}:
        one, other = fixes_of(quick, key), fixes_of(careful, key)
        assert one.callsigns == other.callsigns
        for (name, column), (_, again) in zip(one.columns(), other.columns(), strict=True):
            assert np.array_equal(column, again, equal_nan=column.dtype.kind == "f"), name


class Endless:
    """A stream of rows made as they are read."""

    def __init__(self, size):
        self.left = size
        self.row = 0
        self.first = HEAD.encode()

    def read(self, size=-1, /):
        if self.left <= 0:
            return b""
        rows = []
        for _ in range(1500):
            self.row += 1
            when = 1650844800 + self.row // 300
            rows.append(
                f"{when},{0xA00000 + self.row % 300:06x},{self.row % 90}.123456789,{self.row % 170}.987654321,"
                f"200.5,123.4,1.5,ABC{self.row % 300},False,False,False,1234,9000,9100,{when}.5,{when}.6\n"
            )
        data = self.first + "".join(rows).encode()
        self.first = b""
        self.left -= len(data)
        return data


def test_memory_does_not_grow_with_the_file(monkeypatch):
    monkeypatch.setattr(many_aircraft, "GATHERED_FIXES", 1 << 15)
    monkeypatch.setattr(table_lines, "BLOCK_BYTES", 1 << 20)

    def peak(size):
        report = ParseReport()
        tracemalloc.start()
        content = open_content(Endless(size), report, Limits())
        fixes = sum(len(c.fixes) for c in OpenSkyCsv().parse(content, report, ParseSettings()))
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return fixes, highest

    peak(1 << 20)
    few, small = peak(8 << 20)
    many, large = peak(24 << 20)
    assert many > 2.9 * few
    assert large < small * 1.2


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_mutation_raises_anything_but_a_sentence(data):
    text = bytearray((VARIANTS[data.draw(st.sampled_from(sorted(VARIANTS)))] * 2).encode())
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(text) - 1))
        end = at + data.draw(st.integers(0, 12))
        text[at:end] = data.draw(st.binary(max_size=12) | st.sampled_from([b",", b"\n", b'"', b"nan", b"1e400", b"\r"]))
    report = ParseReport()
    try:
        content = open_content(io.BytesIO(bytes(text)), report)
        if not OpenSkyCsv().sniff(content.head):
            return
        fixes = sum(len(c.fixes) for c in OpenSkyCsv().parse(content, report, ParseSettings()))
    except ParseError:
        return
    assert report.fixes_read == fixes
    assert report.records_read == fixes + report.dropped.total()
    assert json.dumps(report.as_dict())


def test_headings_from_minus_180_to_180_are_track_angles():
    headings = (-1, -90.5, 0, 179)
    rows = "".join(f"{1650844800 + i},155c26,43.{i},132.1,100,{h},,\n" for i, h in enumerate(headings))
    chunks, _, _ = read_file(f"time,icao24,lat,lon,velocity,heading,lastposupdate,baroaltitude\n{rows}".encode())
    assert fixes_of(chunks).track_angle.tolist() == [359, 269.5, 0, 179]
