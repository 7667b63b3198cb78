"""GPX tracks: both versions, odd times, damaged and hostile XML."""

import gzip

import numpy as np
import pytest

from tests.unit.format_samples import fixes_of, read_file
from tracks.formats.contract import DropReason, ParseError, ParseSettings
from tracks.processing.fixes import AltitudeKind


def point(lat=43.4, lon=132.1, inner="<ele>120.5</ele><time>2024-03-21T23:59:58Z</time>"):
    return f'<trkpt lat="{lat}" lon="{lon}">{inner}</trkpt>'


def gpx(*tracks, version="1.1", extra=""):
    body = "".join(f"<trk><name>x</name><trkseg>{t}</trkseg></trk>" for t in tracks)
    space = f"http://www.topografix.com/GPX/{version.replace('.', '/')}"
    return f'<?xml version="1.0"?>\n<gpx version="{version}" creator="t" xmlns="{space}">{extra}{body}</gpx>'.encode()


def parsed(data, key="trk-1", settings=None):
    chunks, report, detected = read_file(data, settings)
    assert detected.parser.name == "gpx"
    return fixes_of(chunks, key), report


def epoch(text):
    return float(np.datetime64(text, "us").astype("i8")) / 1e6


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_point_is_read_in_degrees_metres_and_utc(version):
    fixes, _ = parsed(gpx(point(), version=version))
    assert fixes.time.tolist() == [epoch("2024-03-21T23:59:58")]
    assert (fixes.latitude[0], fixes.longitude[0], fixes.altitude[0]) == (43.4, 132.1, 120.5)
    assert fixes.altitude_kind[0] == AltitudeKind.UNSTATED
    assert np.isnan(fixes.ground_speed[0])


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59"),
        ("2024-03-01T09:59:59+10:00", "2024-02-29T23:59:59"),
        ("2024-02-29T23:59:59.25Z", "2024-02-29T23:59:59.25"),
        ("2024-02-29T23:59:59.123456789Z", "2024-02-29T23:59:59.123456"),
        ("  2024-02-29T23:59:59-00:30\n", "2024-03-01T00:29:59"),
    ],
)
def test_offsets_and_fractions_of_times_are_understood(text, utc):
    fixes, _ = parsed(gpx(point(inner=f"<time>{text}</time>")))
    assert fixes.time[0] == pytest.approx(epoch(utc), abs=1e-6)


def test_a_time_without_a_zone_is_utc_as_gpx_defines_and_the_report_says_so():
    data = gpx(point(inner="<time>2024-03-21T10:00:00</time>") * 3)
    fixes, report = parsed(data)
    assert fixes.time[0] == epoch("2024-03-21T10:00:00")
    assert len(report.warnings) == 1
    assert "without a zone" in str(report.warnings[0])
    stated, report = parsed(data, settings=ParseSettings(time_zone="Asia/Pyongyang"))
    assert stated.time[0] == epoch("2024-03-21T01:00:00")
    assert not report.warnings


def test_a_time_that_the_clocks_of_the_stated_zone_never_showed_is_read_with_a_warning():
    data = gpx(point(inner="<time>2024-03-31T02:30:00</time>") + point(inner="<time>2024-03-31T04:00:00</time>"))
    fixes, report = parsed(data, settings=ParseSettings(time_zone="Europe/Berlin"))
    assert fixes.time.tolist() == [epoch("2024-03-31T01:30:00"), epoch("2024-03-31T02:00:00")]
    assert "1 times lie in an hour" in str(report.warnings[0])


def test_a_point_without_time_is_no_fix_and_is_counted_with_its_line():
    fixes, report = parsed(gpx(point() + "\n" + point(inner="<ele>1</ele>") + point(inner="<time>soon</time>")))
    assert len(fixes) == 1
    assert report.dropped == {DropReason.NO_TIME: 1, DropReason.UNREADABLE_TIME: 1}
    assert str(report.places[DropReason.NO_TIME][0]) == "line 3"


def test_impossible_and_missing_coordinates_are_counted():
    data = gpx(point() + point(lat=91) + point(lon="x") + '<trkpt lat="1"><time>2024-03-21T10:00:00Z</time></trkpt>')
    fixes, report = parsed(data)
    assert len(fixes) == 1
    assert report.dropped == {DropReason.POSITION_OUT_OF_RANGE: 1, DropReason.NO_POSITION: 2}


def test_several_tracks_are_several_legs():
    chunks, report, _ = read_file(gpx(point() * 3, point(50) * 2))
    assert [(c.aircraft_key, len(c.fixes)) for c in chunks] == [("trk-1", 3), ("trk-2", 2)]
    assert fixes_of(chunks, "trk-2").record_index.tolist() == [3, 4]
    assert report.records_read == 5


def test_heights_of_zero_throughout_are_taken_as_unknown():
    fixes, report = parsed(gpx(point(inner="<ele>0</ele><time>2024-03-21T10:00:00Z</time>") * 3))
    assert np.isnan(fixes.altitude).all()
    assert fixes.altitude_kind.tolist() == [AltitudeKind.UNKNOWN] * 3
    assert "height is zero" in str(report.warnings[0])


def test_speed_and_course_are_read_where_given_in_metres_a_second():
    plain = "<time>2024-03-21T10:00:00Z</time><course>270.5</course><speed>100</speed>"
    garmin = (
        "<time>2024-03-21T10:00:01Z</time><extensions><t:TrackPointExtension xmlns:t='urn:x'>"
        "<t:speed>51.44444</t:speed><t:course>90</t:course></t:TrackPointExtension></extensions>"
    )
    fixes, _ = parsed(gpx(point(inner=plain) + point(inner=garmin), version="1.0"))
    assert fixes.ground_speed.tolist() == pytest.approx([194.3844, 100.0], rel=1e-5)
    assert fixes.track_angle.tolist() == pytest.approx([270.5, 90.0])


@pytest.mark.parametrize("factor", [1.0, 3.6, 3600 / 1852])
def test_speeds_in_the_unit_of_an_extension_s_writer_are_known_by_the_positions(factor):
    # 0.001° of latitude a second is 111.19 m/s on a sphere, 216.1 kt.
    inner = "<time>2024-03-21T10:00:{:02d}Z</time><extensions><speed>{:.2f}</speed></extensions>"
    points = "".join(point(40 + i / 1000, 120, inner.format(i, 111.19 * factor)) for i in range(20))
    fixes, report = parsed(gpx(points))
    assert fixes.ground_speed == pytest.approx(216.1, abs=0.1)
    assert len(report.warnings) == (factor != 1.0)


def test_speeds_that_no_unit_explains_stay_metres_a_second():
    inner = "<time>2024-03-21T10:00:{:02d}Z</time><speed>70</speed>"
    fixes, report = parsed(gpx("".join(point(40 + i / 1000, 120, inner.format(i)) for i in range(20)), version="1.0"))
    assert fixes.ground_speed == pytest.approx(70 * 3600 / 1852)
    assert not report.warnings


def ways(steps, degrees):
    """Points that go on for a step in metres and turn by an angle before the next, and a speed beside each."""
    at, heading, points = [46.0, 8.0], 0.0, []
    for i, (step, speed) in enumerate(steps):
        time = f"<time>2024-03-21T10:{i * 6 // 60:02d}:{i * 6 % 60:02d}Z</time><speed>{speed}</speed>"
        points.append(point(f"{at[0]:.7f}", f"{at[1]:.7f}", time))
        heading += np.radians(degrees)
        at[0] += step * np.cos(heading) / 111_195
        at[1] += step * np.sin(heading) / 111_195 / np.cos(np.radians(46))
    return gpx("".join(points), version="1.0")


@pytest.mark.parametrize("seconds_a_circle", [15, 20, 25])
def test_a_circling_glider_does_not_seem_to_state_another_unit(seconds_a_circle):
    # A fix each 6 s: the chords between them are half as long as the way, as if 25 m/s were knots, or km/h.
    turn = 2 * np.pi * 6 / seconds_a_circle
    chord = 25 * 6 * np.sin(turn / 2) / (turn / 2)
    fixes, report = parsed(ways([(chord, 25)] * 90, np.degrees(turn)))
    assert fixes.ground_speed == pytest.approx(25 * 3600 / 1852)
    assert not report.warnings


def test_a_car_that_stops_between_fixes_does_not_seem_to_state_another_unit():
    # In the middle it drives 10 m/s at a fix and gets on by half of that, as knots would look.
    part = [step for share in (0.2, 0.3, 0.5, 0.5, 0.52, 0.9, 1.0) for step in [(60 * share, 10)] * 3]
    fixes, report = parsed(ways(part * 4, 0))
    assert fixes.ground_speed == pytest.approx(10 * 3600 / 1852)
    assert not report.warnings


def test_the_unit_of_a_track_is_that_which_its_first_positions_show(monkeypatch):
    monkeypatch.setattr("tracks.formats.gpx._BATCH", 10)
    # Later on, positions go half as far as they would by the speeds.
    fixes, report = parsed(ways([(60, 10)] * 30 + [(30.87, 10)] * 30, 0))
    assert fixes.ground_speed == pytest.approx(10 * 3600 / 1852)
    assert not report.warnings


@pytest.mark.parametrize(
    ("creator", "simulator"),
    [("Little Navmap 3.0", "Little Navmap 3.0"), ("FS Track Log", "FS Track Log"), ("Garmin Connect", None)],
)
def test_a_file_that_a_simulator_wrote_says_that_nobody_flew_it(creator, simulator):
    data = gpx(point()).replace(b'creator="t"', f'creator="{creator}"'.encode())
    chunks, report, _ = read_file(data)
    assert {c.identity.simulator for c in chunks} == {simulator}
    assert len(report.warnings) == (simulator is not None)


def test_waypoints_and_routes_are_not_tracks():
    extra = '<wpt lat="1" lon="2"><time>2024-03-21T10:00:00Z</time></wpt><rte><rtept lat="1" lon="2"/></rte>'
    fixes, _ = parsed(gpx(point(), extra=extra))
    assert len(fixes) == 1
    with pytest.raises(ParseError, match="holds no track"):
        read_file(gpx(extra=extra))


def test_a_truncated_file_gives_its_complete_points_and_says_where_it_stops():
    data = gpx("\n".join(point(40 + i / 100) for i in range(50)))
    for packed in (False, True):
        cut = data[: len(data) * 2 // 3]
        fixes, report = parsed(gzip.compress(cut) if packed else cut)
        assert 20 < len(fixes) < 40
        assert fixes.latitude.tolist() == [40 + i / 100 for i in range(len(fixes))]
        assert "stops before its end" in str(report.warnings[-1])
        assert report.warnings[-1].place.number == len(fixes) + 2


def test_broken_xml_is_an_error_with_its_line():
    data = gpx(point() + "\n\n<trkpt lat='1' lon='2'></trk>" + point())
    with pytest.raises(ParseError, match="XML is broken here") as caught:
        read_file(data)
    assert caught.value.place.number == 4


BOMB = """<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<gpx version="1.1"><trk><name>&b;</name></trk></gpx>"""
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE gpx SYSTEM "file:///etc/passwd"><gpx version="1.1"></gpx>'


@pytest.mark.parametrize("text", [BOMB, OUTSIDE])
def test_document_types_and_their_entities_are_refused(text):
    with pytest.raises(ParseError, match="DOCTYPE"):
        read_file(text.encode())


def test_a_single_element_without_end_is_not_held():
    data = gpx(point())[:-6] + b"<name>" + b"x" * 10 + b"</name><a b='" + b"y" * (9 << 20)
    with pytest.raises(ParseError, match="larger than"):
        read_file(data)


def test_a_long_track_comes_in_several_chunks_with_running_indices():
    data = gpx("".join(point(f"{40 + i / 1e4:.4f}") for i in range(40_000)))
    chunks, _, _ = read_file(data)
    assert len(chunks) > 1
    assert fixes_of(chunks).record_index.tolist() == list(range(40_000))


def test_a_further_segment_of_a_track_says_that_nothing_was_received_before_it():
    between = "</trkseg><trkseg></trkseg><trkseg>"
    untimed = point(inner="<ele>1</ele>")
    data = gpx(point() * 2 + between + untimed + point() * 2, point() * 2 + between + point())
    chunks, _, _ = read_file(data)
    assert fixes_of(chunks, "trk-1").break_before.tolist() == [False, False, True, False]
    assert fixes_of(chunks, "trk-2").break_before.tolist() == [False, False, True]


def test_segments_are_told_apart_across_chunks():
    data = gpx(point() * 16_384 + "</trkseg><trkseg>" + point() * 16_384 + point())
    chunks, _, _ = read_file(data)
    assert len(chunks) > 1
    assert np.flatnonzero(fixes_of(chunks).break_before).tolist() == [16_384]


def at_heights(*heights):
    return "".join(point(inner=f"<ele>{h}</ele><time>2024-03-21T10:00:00Z</time>") for h in heights)


@pytest.mark.parametrize(
    ("heights", "unknown"),
    [
        ([900, 0, 0.0, 950], [1, 2]),
        ([0, 0, 3000, 3010], [0, 1]),
        ([3000, 3010, 0], [2]),
        ([12, 4, 0, 0, 3, 15], []),
        ([-3, 0, 150, 400, 800], []),
        ([5, 0, 0, 700], [1, 2]),
        ([700, 0.5, 700], []),
    ],
)
def test_zeros_beside_heights_far_away_are_unknown_and_counted(heights, unknown):
    fixes, report = parsed(gpx(at_heights(*heights)))
    assert np.flatnonzero(np.isnan(fixes.altitude)).tolist() == unknown
    assert (fixes.altitude_kind == AltitudeKind.UNKNOWN).tolist() == np.isnan(fixes.altitude).tolist()
    assert report.blanked == ({"altitude": len(unknown)} if unknown else {})


def test_zeros_are_judged_by_their_own_track_and_over_chunks():
    chunks, report, _ = read_file(gpx(at_heights(*[900] * 16_384, *[0] * 20_000), at_heights(0, 5, 900)))
    long = fixes_of(chunks, "trk-1").altitude
    assert np.isnan(long[16_384:]).all()
    assert fixes_of(chunks, "trk-2").altitude.tolist() == [0, 5, 900]
    assert report.blanked == {"altitude": 20_000}
    assert not report.warnings
