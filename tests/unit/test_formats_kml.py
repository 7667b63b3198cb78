"""KML: every writer's way of stating times, what is one aircraft, and what is refused or left out."""

import datetime
import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit import kml_samples as write
from tests.unit.format_samples import fixes_of, read_file
from tests.unit.test_formats_xml import described, read_both_ways
from tracks.formats import kml_aircraft, kml_document, kml_parts, kml_reading, kml_track, xml_events
from tracks.formats.contract import DropReason, ParseError, ParseSettings
from tracks.processing.fixes import AltitudeKind, OnGround

TEN = datetime.datetime(2024, 3, 21, 10, tzinfo=datetime.UTC).timestamp()


def parsed(data, settings=None, parser="kml"):
    chunks, report, detected = read_file(data, settings)
    assert detected.parser.name == parser
    return chunks, report


def fixes_from(when, start=(132.0, 43.0, 1000.0), step=(0.01, 0.02, 10.0)):
    return [(w, *(round(a + i * b, 6) for a, b in zip(start, step, strict=True))) for i, w in enumerate(when)]


FIXES = fixes_from(write.times(5))


@pytest.mark.parametrize("interleaved", [False, True])
def test_times_and_positions_of_a_track_belong_together_by_their_order(interleaved):
    chunks, report = parsed(write.kml(write.placemark(write.track(FIXES, interleaved=interleaved))))
    fixes = fixes_of(chunks)
    assert fixes.time.tolist() == [TEN + i for i in range(5)]
    assert fixes.longitude.tolist() == [f[1] for f in FIXES]
    assert fixes.latitude.tolist() == [f[2] for f in FIXES]
    assert fixes.altitude.tolist() == [f[3] for f in FIXES]
    assert set(fixes.altitude_kind.tolist()) == {AltitudeKind.GEOMETRIC}
    assert fixes.record_index.tolist() == list(range(5))
    assert report.records_read == report.fixes_read == 5
    assert not report.warnings


def test_a_track_of_kml_2_3_has_no_prefix_and_positions_may_come_first():
    body = (
        "<Placemark><Track><coord>132 43 500</coord><coord>132.5 43.5 510</coord>"
        "<when>2024-03-21T10:00:00Z</when><when>2024-03-21T10:00:01Z</when></Track></Placemark>"
    )
    data = f"{write.HEAD}<kml xmlns='http://www.opengis.net/kml/2.3'><Document>{body}</Document></kml>".encode()
    fixes = fixes_of(parsed(data)[0])
    assert (fixes.longitude.tolist(), fixes.time.tolist()) == ([132.0, 132.5], [TEN, TEN + 1])


def test_a_prefix_that_is_nowhere_declared_is_understood():
    data = write.kml(write.placemark(write.track(FIXES))).replace(b' xmlns:gx="http://www.google.com/kml/ext/2.2"', b"")
    assert len(fixes_of(parsed(data)[0])) == 5


def test_foreflight_s_nine_decimals_are_read_to_the_microsecond():
    when = ["2024-03-21T10:00:00.123456789Z", "2024-03-21T10:00:01.999999999Z", "2024-03-21T10:00:03.000000000Z"]
    chunks, _ = parsed(write.kml(write.placemark(write.track(fixes_from(when), interleaved=True), "N123AB")))
    assert fixes_of(chunks).time.tolist() == [TEN + 0.123456, TEN + 1.999999, TEN + 3]


def test_skydemon_s_byte_order_mark_seven_decimals_and_untimed_points():
    when = [f"2024-03-21T10:00:{s:02d}.58483{s % 10}0Z" for s in range(20)]
    log = "<Placemark><name>Takeoff</name><Point><coordinates>132,43,100</coordinates></Point></Placemark>"
    data = b"\xef\xbb\xbf" + write.kml(
        log + write.placemark(write.track(fixes_from(when), interleaved=True), "A - B") + log
    )
    chunks, report = parsed(data.replace(b"\n", b"\r\n"))
    fixes = fixes_of(chunks, "A - B")
    assert len(chunks) == 1
    assert fixes.time[3] == pytest.approx(TEN + 3.584833, abs=1e-6)
    assert fixes.time_resolution[0] == pytest.approx(1e-7)
    assert report.records_read == 20


def test_a_position_that_the_file_leaves_empty_is_no_fix_and_moves_no_other():
    text = write.track(FIXES).replace("<gx:coord>132.02 43.04 1020.0</gx:coord>", "<gx:coord></gx:coord>")
    assert text.count("<gx:coord></gx:coord>") == 1
    for variant in (text, text.replace("<gx:coord></gx:coord>", "<gx:coord/>")):
        chunks, report = parsed(write.kml(write.placemark(variant)))
        fixes = fixes_of(chunks)
        assert fixes.time.tolist() == [TEN, TEN + 1, TEN + 3, TEN + 4]
        assert fixes.longitude.tolist() == [132.0, 132.01, 132.03, 132.04]
        assert report.dropped == {DropReason.NO_POSITION: 1}
        assert (
            report.places[DropReason.NO_POSITION][0].number
            == variant[: variant.index("<gx:coord>132.03")].count("\n") + 3
        )


def test_a_track_with_more_times_than_positions_is_left_out_and_the_others_are_read():
    broken = write.track(FIXES).replace("<gx:coord>132.02 43.04 1020.0</gx:coord>\n", "")
    data = write.kml(write.placemark(broken, "a") + write.placemark(write.track(FIXES), "b"))
    chunks, report = parsed(data)
    assert {c.aircraft_key for c in chunks} == {"b"}
    assert report.dropped == {DropReason.UNREADABLE: 5}
    assert "5 times but 4 positions" in str(report.warnings[0])


def test_times_that_cannot_be_read_are_counted_and_quoted():
    text = write.track(FIXES).replace("<when>2024-03-21T10:00:02Z</when>", "<when>2024-03-21</when>")
    chunks, report = parsed(write.kml(write.placemark(text.replace("<when>2024-03-21T10:00:04Z", "<when>"))))
    assert fixes_of(chunks).record_index.tolist() == [0, 1, 3]
    assert report.dropped == {DropReason.UNREADABLE_TIME: 1, DropReason.NO_TIME: 1}
    assert "“2024-03-21”" in str(report.warnings[0])


def test_times_without_a_zone_are_refused_unless_the_curator_states_it():
    data = write.kml(write.placemark(write.track(FIXES).replace("Z</when>", "</when>")))
    with pytest.raises(ParseError, match="in which zone"):
        read_file(data)
    fixes = fixes_of(parsed(data, ParseSettings(time_zone="Asia/Pyongyang"))[0])
    assert fixes.time[0] == TEN - 9 * 3600


def test_times_in_an_hour_that_clocks_showed_twice_are_read_with_a_warning():
    when = ["2024-10-27T01:59:59", "2024-10-27T02:30:00", "2024-10-27T02:31:00", "2024-10-27T03:00:00"]
    bodies = (write.placemark(write.track(fixes_from(when))), "".join(write.point(*f) for f in fixes_from(when)))
    for body in bodies:
        chunks, report = parsed(write.kml(body), ParseSettings(time_zone="Europe/Berlin"))
        # Until three o'clock clocks are two hours ahead of UTC, then they show two o'clock again.
        assert (np.diff(fixes_of(chunks).time)).tolist() == [1801, 60, 29 * 60 + 3600]
        assert [str(w)[:40] for w in report.warnings] == ["2 times lie in an hour that the clocks o"]


def test_offsets_count():
    when = ["2024-03-21T20:00:00+10:00", "2024-03-21T06:30:01-03:30"]
    assert fixes_of(parsed(write.kml(write.placemark(write.track(fixes_from(when)))))[0]).time.tolist() == [
        TEN,
        TEN + 1,
    ]


def altitudes_of(mode, *metres):
    fixes = [(when, 132.0, 43.0, z) for when, z in zip(write.times(len(metres)), metres, strict=True)]
    chunks, report = parsed(write.kml(write.placemark(write.track(fixes, mode=mode))))
    return fixes_of(chunks), report


def test_heights_above_ground_are_no_altitudes():
    fixes, report = altitudes_of("relativeToGround", 50, 60)
    assert np.isnan(fixes.altitude).all()
    assert report.blanked == {"altitude": 2}
    assert "above ground" in str(report.warnings[0])


def test_heights_without_a_mode_are_of_unstated_reference_and_zeros_are_none():
    for mode in ("", "clampToGround"):
        fixes, report = altitudes_of(mode, 0, 120)
        assert report.blanked == {"altitude": 1}
        assert fixes.altitude.tolist() == pytest.approx([math.nan, 120], nan_ok=True)
        assert fixes.altitude_kind.tolist() == [AltitudeKind.UNKNOWN, AltitudeKind.UNSTATED]


def test_zero_is_a_height_above_the_sea_unless_there_is_no_other():
    fixes, report = altitudes_of("absolute", 0, 120)
    assert (fixes.altitude.tolist(), dict(report.blanked)) == ([0, 120], {})
    fixes, report = altitudes_of("absolute", 0, 0)
    assert np.isnan(fixes.altitude).all()
    assert report.blanked == {"altitude": 2}
    assert np.isnan(altitudes_of("absolute", 1e9)[0].altitude).all()


def test_a_multitrack_is_one_aircraft_that_was_silent_between_its_tracks():
    parts = [fixes_from(write.times(3, start)) for start in (0, 100, 200)]
    tracks = "".join(write.track(part, mode="") for part in parts)
    stated = "<altitudeMode>absolute</altitudeMode><gx:interpolate>1</gx:interpolate>"
    fixes = fixes_of(parsed(write.kml(write.placemark(f"<gx:MultiTrack>{stated}{tracks}</gx:MultiTrack>")))[0])
    assert np.flatnonzero(fixes.break_before).tolist() == [3, 6]
    assert set(fixes.altitude_kind.tolist()) == {AltitudeKind.GEOMETRIC}


def moving(count, metres_a_second=100.0):
    """Fixes towards the east along the 40th parallel, one a second."""
    degrees = math.degrees(metres_a_second / (6_371_008.8 * math.cos(math.radians(40))))
    return [(w, round(130 + i * degrees, 7), 40.0, 500.0) for i, w in enumerate(write.times(count))]


def with_values(values, fields=""):
    arrays = "".join(
        f'<gx:SimpleArrayData name="{name}">'
        + "".join(f"<gx:value>{v}</gx:value>" for v in column)
        + "</gx:SimpleArrayData>\n"
        for name, column in values.items()
    )
    extra = f'<ExtendedData><SchemaData schemaUrl="#s">{arrays}</SchemaData></ExtendedData>'
    schema = f'<Schema id="s">{fields}</Schema>'
    chunks, report = parsed(write.kml(schema + write.placemark(write.track(moving(20), extra=extra))))
    return fixes_of(chunks), report


def test_speeds_beside_a_track_are_in_the_unit_that_is_stated():
    field = (
        '<gx:SimpleArrayField name="speed" type="float"><displayName>Speed (km/h)</displayName></gx:SimpleArrayField>'
    )
    fixes, _ = with_values({"speed": [185.2] * 19 + [""]}, field)
    assert fixes.ground_speed[:19].tolist() == pytest.approx([100.0] * 19)
    assert np.isnan(fixes.ground_speed[19])


@pytest.mark.parametrize("factor", [1.0, 3.6, 3600 / 1852, 2.2369362920544])
def test_speeds_without_a_unit_are_in_the_one_the_positions_show(factor):
    fixes, report = with_values({"speed": [100 * factor] * 20, "bearing": [90] * 20})
    assert fixes.ground_speed.tolist() == pytest.approx([100 * 3600 / 1852] * 20, rel=1e-5)
    assert fixes.track_angle.tolist() == [90] * 20
    assert not report.warnings


def test_miles_an_hour_a_little_slow_are_not_taken_for_knots():
    fixes, _ = with_values({"speed": [100 * 2.2369362920544 * 0.95] * 20})
    assert fixes.ground_speed.tolist() == pytest.approx([95 * 3600 / 1852] * 20, rel=1e-5)


def test_speeds_between_two_units_are_not_read():
    fixes, report = with_values({"speed": [100 * 2.8] * 20})
    assert np.isnan(fixes.ground_speed).all()
    assert "without their unit" in str(report.warnings[0])


def test_directions_in_radians_are_known_by_the_positions():
    fixes, _ = with_values({"course": [1.57] * 20})
    assert fixes.track_angle.tolist() == pytest.approx([89.95] * 20, abs=0.01)


def test_values_that_the_positions_contradict_are_not_read():
    fixes, report = with_values({"speed": [7] * 20, "heading": [200] * 20})
    assert np.isnan(fixes.ground_speed).all()
    assert np.isnan(fixes.track_angle).all()
    assert len(report.warnings) == 2


def test_a_heading_that_wind_turns_from_the_movement_is_no_track_angle():
    fixes, report = with_values({"heading": [97] * 20})
    assert np.isnan(fixes.track_angle).all()
    assert len(report.warnings) == 1
    fixes, report = with_values({"heading": [91] * 20})
    assert fixes.track_angle.tolist() == [91] * 20
    assert not report.warnings


def test_a_unit_that_the_file_states_after_a_track_is_no_other_for_a_file_in_one_piece(monkeypatch):
    schema = (
        '<Schema><gx:SimpleArrayField name="speed"><displayName>Speed (kt)</displayName></gx:SimpleArrayField></Schema>'
    )
    values = "".join(f"<gx:value>{v}</gx:value>" for v in (1, 2, 3, 4, 5))
    array = f'<gx:SimpleArrayData name="speed">{values}</gx:SimpleArrayData>'
    extra = f"<ExtendedData><SchemaData>{array}</SchemaData></ExtendedData>"
    track = write.placemark(write.track(FIXES, extra=extra))

    def speeds(data):
        return fixes_of(parsed(data)[0]).ground_speed.tolist()

    assert speeds(write.kml(schema + track)) == [1, 2, 3, 4, 5]
    late = write.kml(track + schema)
    whole = speeds(late)
    monkeypatch.setattr(xml_events, "BLOCK_BYTES", 100)
    assert np.array_equal(speeds(late), whole, equal_nan=True)
    assert np.isnan(whole).all()


def test_values_that_are_fewer_than_the_positions_are_not_read():
    fixes, report = with_values({"speed": [100] * 19})
    assert np.isnan(fixes.ground_speed).all()
    assert "do not match" in str(report.warnings[0])


def test_timed_points_of_a_folder_are_one_aircraft():
    points = "".join(write.point(when, 132 + i / 10, 43, 900 + i) for i, when in enumerate(write.times(40)))
    fixes = fixes_of(parsed(write.kml(f"<Folder><name>Log</name>{points}</Folder>"))[0], "Log")
    assert fixes.time.tolist() == [TEN + i for i in range(40)]
    assert fixes.longitude.tolist() == [132 + i / 10 for i in range(40)]
    assert fixes.altitude.tolist() == [900 + i for i in range(40)]


def test_points_in_different_places_at_the_same_times_are_as_many_aircraft_as_names():
    whens = write.times(10)
    points = "".join(
        write.point(w, 132 + k, 43 + i / 100, 900, n) for i, w in enumerate(whens) for k, n in enumerate("AB")
    )
    chunks, _ = parsed(write.kml(points))
    assert fixes_of(chunks, "A").longitude.tolist() == [132] * 10
    assert fixes_of(chunks, "B").longitude.tolist() == [133] * 10
    assert fixes_of(chunks, "B").record_index.tolist() == list(range(1, 20, 2))


def test_points_named_by_their_height_stay_one_aircraft():
    points = "".join(write.point(w, 132 + i / 100, 43, name=f"{i // 3} m") for i, w in enumerate(write.times(30)))
    assert {c.aircraft_key for c in parsed(write.kml(points))[0]} == {"points"}


def test_a_time_span_says_that_a_point_was_there_when_it_begins():
    points = "".join(
        write.point(w, 132 + i / 10, 43).replace("TimeStamp", "TimeSpan").replace("when>", "begin>")
        for i, w in enumerate(write.times(12))
    )
    chunks, report = parsed(write.kml(points))
    assert fixes_of(chunks).time.tolist() == [TEN + i for i in range(12)]
    assert "time span" in str(report.warnings[0])


def test_a_few_timed_points_beside_tracks_are_marks():
    body = write.point(write.times(1)[0], 132, 43, name="Start") + write.placemark(write.track(FIXES), "T")
    chunks, report = parsed(write.kml(body + write.point(write.times(1, 4)[0], 132, 43, name="End")))
    assert [c.aircraft_key for c in chunks] == ["T"]
    assert chunks[0].fixes.record_index.tolist() == [1, 2, 3, 4, 5]
    assert "marks" in str(report.warnings[0])


LINE = write.placemark(
    "<TimeSpan><begin>2024-03-21T10:00:00Z</begin></TimeSpan>"
    "<LineString><coordinates>1,2,3 4,5,6</coordinates></LineString>"
)


@pytest.mark.parametrize("portion", [1 << 18, 64])
def test_a_few_timed_points_before_tracks_are_marks_however_the_file_comes(monkeypatch, portion):
    monkeypatch.setattr(xml_events, "BLOCK_BYTES", portion)
    few = "".join(write.point(*f, name="Takeoff") for f in FIXES[:2])
    folder = f"<Folder><name>Events</name>{few}</Folder>"
    chunks, report = parsed(write.kml(folder + write.placemark(write.track(FIXES), "flown")))
    assert {c.aircraft_key for c in chunks} == {"flown"}
    assert "taken for marks" in str(report.warnings[0])
    alone, report = parsed(write.kml(folder))
    assert len(fixes_of(alone)) == 2
    assert not report.warnings


def test_the_last_points_of_a_long_folder_are_no_marks(monkeypatch):
    monkeypatch.setattr(kml_parts, "POINTS", 20)
    monkeypatch.setattr(xml_events, "BLOCK_BYTES", 1000)
    points = "".join(write.point(*f) for f in fixes_from(write.times(45)))
    chunks, report = parsed(write.kml(f"<Folder>{points}</Folder>" + write.placemark(write.track(FIXES), "flown")))
    assert sum(len(c.fixes) for c in chunks if c.aircraft_key == "points") == 45
    assert not report.warnings


@pytest.mark.parametrize(
    ("before", "simulator"),
    [
        ("<name>Flight</name><description>Recorded by Sky Dolly</description>", "Recorded by Sky Dolly"),
        ("<name>Condor DE1234</name>", None),
    ],
)
def test_a_document_that_names_a_simulator_says_that_nobody_flew_it(before, simulator):
    chunks, report = parsed(write.kml(before + write.placemark(write.track(FIXES))))
    assert {c.identity.simulator for c in chunks} == {simulator}
    assert len(report.warnings) == (simulator is not None)


def test_lines_without_times_are_refused_with_the_reason():
    with pytest.raises(ParseError, match="no time for each of their points"):
        read_file(write.kml(LINE * 20))
    _, report = parsed(write.kml(LINE * 20 + write.placemark(write.track(FIXES))))
    assert "20 lines" in str(report.warnings[0])


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "holds no track"),
        ("<Placemark><Point><coordinates>1,2</coordinates></Point></Placemark>" * 9, "places without times"),
        ("<NetworkLink><Link><href>x</href></Link></NetworkLink>", "links to other files"),
        ("<Placemark><gx:Track></gx:Track></Placemark>", "holds no track"),
    ],
)
def test_kml_without_fixes_is_refused_with_what_it_holds(body, says):
    with pytest.raises(ParseError, match=says):
        read_file(write.kml(body))


def test_placemarks_of_one_name_are_one_aircraft_unless_they_overlap_in_time():
    body = write.placemark(write.track(fixes_from(write.times(5))), "X")
    body += write.placemark(write.track(fixes_from(write.times(5, 4))), "X")
    body += write.placemark(write.track(fixes_from(write.times(5, 2))), "X")
    body += write.placemark(write.track(fixes_from(write.times(5, 900))), "Y")
    body += f"<Folder>{write.placemark(write.track(fixes_from(write.times(5, 900))), 'X')}</Folder>"
    chunks, _ = parsed(write.kml(body + write.placemark(write.track(fixes_from(write.times(5, 1900))))))
    assert [c.aircraft_key for c in chunks] == ["X", "X", "X (2)", "Y", "X (3)", "track"]


def test_tar1090_s_sections_of_an_aircraft_are_one_and_say_what_was_on_the_ground():
    ground = fixes_from([f"2024-03-21T10:00:{s:02d}.250Z" for s in range(4)], (132.1, 43.4, 0.0))
    air = fixes_from([f"2024-03-21T10:01:{s:02d}.000Z" for s in range(4)], (132.2, 43.5, 300.0))
    data = write.tar1090(
        {"RA-82030": [(True, ground), (False, air)], "~2A0001": [(False, air)], "71BE01": [(False, air)]}
    )
    chunks, report = parsed(data, parser="tar1090-kml")
    fixes = fixes_of(chunks, "RA-82030")
    assert len(fixes) == 10  # the last of each section is doubled, as in the file
    assert fixes.time[[0, 4, 5, 9]].tolist() == [TEN + 0.25, TEN + 3.25, TEN + 60, TEN + 63]
    assert fixes.on_ground.tolist() == [OnGround.YES] * 5 + [OnGround.NO] * 5
    assert np.isnan(fixes.altitude[:5]).all()
    assert fixes.altitude[5:].tolist() == [300, 310, 320, 330, 330]
    assert set(fixes.altitude_kind[5:].tolist()) == {AltitudeKind.UNSTATED}
    assert not fixes.break_before.any()
    identities = {c.aircraft_key: c.identity.as_dict() for c in chunks}
    assert identities == {
        "RA-82030": {"registration": "RA-82030"},
        "~2A0001": {"address": "~2a0001"},
        "71BE01": {"address": "71be01"},
    }
    assert report.fixes_read == 20


def test_a_name_of_digits_in_tar1090_s_kml_may_be_address_or_registration_and_is_taken_for_neither():
    chunks, report = parsed(
        write.tar1090({"168859": [(False, FIXES)], "155C1A": [(False, FIXES)]}), parser="tar1090-kml"
    )
    assert {c.aircraft_key: c.identity.as_dict() for c in chunks} == {"168859": {}, "155C1A": {"address": "155c1a"}}
    assert [str(w) for w in report.warnings if "“168859” may be an address or a registration" in str(w)]


def test_a_file_of_more_aircraft_than_any_has_is_given_up(monkeypatch):
    monkeypatch.setattr(kml_aircraft, "_MOST_AIRCRAFT", 20)
    tracks = "".join(write.placemark(write.track(FIXES)) for _ in range(21))
    with pytest.raises(ParseError, match="more than 20 aircraft"):
        read_file(write.kml(tracks))
    # Ten at each time, in different places; then every point has a name of its own.
    crowd = [write.point(when, 100 + n, 40, 10, f"x{n}") for when in write.times(12) for n in range(10)]
    alone = [write.point(when, 100, 40, 10, when) for when in write.times(40, 10)]
    with pytest.raises(ParseError, match="more than 20 aircraft"):
        read_file(write.kml("".join(crowd + alone)))


def test_thousands_of_tracks_of_one_name_at_one_time_are_not_compared_each_with_each(monkeypatch):
    asked = []
    takes = kml_aircraft._Group.takes
    monkeypatch.setattr(kml_aircraft._Group, "takes", lambda *of: asked.append(1) or takes(*of))
    count = 200
    chunks, _ = parsed(write.kml(write.placemark(write.track(FIXES), "X") * count))
    assert len({c.aircraft_key for c in chunks}) == count
    assert len(asked) <= kml_aircraft._MOST_COMPARED * count


@pytest.mark.parametrize("german", [False, True])
def test_flightaware_states_callsign_and_ends_in_any_language(german):
    chunks, report = parsed(write.flightaware(FIXES, german=german), parser="flightaware-kml")
    fixes = fixes_of(chunks)
    assert fixes.time.tolist() == [TEN + i for i in range(5)]
    assert fixes.altitude.tolist() == [f[3] for f in FIXES]
    assert set(fixes.altitude_kind.tolist()) == {AltitudeKind.UNSTATED}
    assert chunks[-1].identity.as_dict() == {"callsign": "KOR271", "origin": "UHWW", "destination": "ZKPY"}
    assert not report.warnings
    assert report.records_read == 5


def test_flightaware_s_ends_come_from_the_title_where_one_airport_is_missing():
    chunks, _ = parsed(write.flightaware(FIXES, destination=False), parser="flightaware-kml")
    assert (chunks[0].identity.origin, chunks[0].identity.destination) == ("UHWW", "ZKPY")


@pytest.mark.parametrize("portion", [1 << 18, 64])
def test_flightaware_s_ends_are_not_guessed_from_three_airports_however_the_file_comes(monkeypatch, portion):
    monkeypatch.setattr(xml_events, "BLOCK_BYTES", portion)
    data = write.flightaware(FIXES)
    first, second = data.index(b"    <Placemark>"), data.index(b"    <Placemark>", data.index(b"UHWW Airport"))
    airport = data[first:second].replace(b"UHWW", b"RJAA")
    track = data.index(b"<Placemark><name>KOR271")
    close = data.index(b"</Document>")
    for at in (track, close):  # a diversion, before or after the track
        chunks, _ = parsed(data[:at] + airport + data[at:], parser="flightaware-kml")
        assert {(c.identity.origin, c.identity.destination) for c in chunks} == {("UHWW", "ZKPY")}
    unsaid = data.replace(b"<description>VVO / UHWW - FNJ / ZKPY</description>", b"").replace(
        b"VVO / UHWW-FNJ / ZKPY", b""
    )
    track = unsaid.index(b"<Placemark><name>KOR271")
    chunks, _ = parsed(unsaid[:track] + airport + unsaid[track:], parser="flightaware-kml")
    assert {(c.identity.origin, c.identity.destination) for c in chunks} == {(None, None)}


FR24 = [
    (f"2024-03-21T10:00:{i:02d}+00:00", 132.1 + i / 100, 43.4 + i / 100, 1000 * max(i - 3, 0), 15 + 40 * i, 199 + i)
    for i in range(12)
]


@pytest.mark.parametrize("trail", [False, True])
def test_flightradar24_s_route_is_read_and_its_trail_is_not(trail):
    chunks, report = parsed(write.flightradar24(FR24, trail=trail), parser="fr24-kml")
    fixes = fixes_of(chunks)
    assert fixes.time.tolist() == [TEN + i for i in range(12)]
    assert fixes.ground_speed.tolist() == [f[4] for f in FR24]
    assert fixes.track_angle.tolist() == [f[5] for f in FR24]
    assert fixes.altitude[5:].tolist() == pytest.approx([304.8 * (i - 3) for i in range(5, 12)], abs=1e-3)
    assert fixes.altitude_kind.tolist() == [AltitudeKind.UNKNOWN] * 4 + [AltitudeKind.PRESSURE] * 8
    assert fixes.on_ground.tolist()[:4] == [OnGround.YES, OnGround.YES, OnGround.UNKNOWN, OnGround.UNKNOWN]
    assert report.records_read == 12
    assert not report.warnings
    assert chunks[-1].identity.as_dict() == {
        "registration": "P-632",
        "type_designator": "T204",
        "type_name": "Tupolev Tu-204-300",
        "operator": "Air Koryo",
        "callsign": "KOR272",
        "flight_number": "JS272",
        "origin": "VVO",
        "destination": "FNJ",
    }


@pytest.mark.parametrize(
    "mark", [",", ".", " ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "’", "'", "&nbsp;", ""]
)
def test_flightradar24_s_thousands_are_set_off_as_the_language_has_it(mark):
    data = write.flightradar24(FR24).decode()
    for _, _, _, feet, _, _ in FR24:
        data = data.replace(f"{feet:,} ft", f"{feet:,} ft".replace(",", mark))
    data = re.sub(r"(<coordinates>[^,]*,[^,]*),[\d.]+<", r"\1,0<", data)  # only the feet say how high it was
    fixes = fixes_of(parsed(data.encode(), parser="fr24-kml")[0])
    assert fixes.altitude[5:].tolist() == pytest.approx([304.8 * (i - 3) for i in range(5, 12)], abs=1e-3)


def test_flightradar24_s_feet_with_a_fraction_are_not_taken_for_thousands():
    data = write.flightradar24(FR24).replace(b"8,000 ft", b"8,5 ft")
    assert fixes_of(parsed(data, parser="fr24-kml")[0]).altitude[-1] == pytest.approx(8 * 304.8, abs=0.01)


def test_flightradar24_s_metres_serve_where_its_description_has_no_feet():
    data = write.flightradar24(FR24).replace(b" ft</span>", b"</span>")
    assert fixes_of(parsed(data, parser="fr24-kml")[0]).altitude[-1] == pytest.approx(8 * 304.8, abs=0.01)


def test_a_file_cut_anywhere_gives_its_complete_fixes_and_never_others():
    whole = {}
    for name, data in samples().items():
        fixes = [tuple(map(float, r)) for r in rows_of(read_file(data)[0])]
        whole[name] = fixes
        for cut in range(0, len(data), 97):
            try:
                part = rows_of(read_file(data[:cut])[0])
            except ParseError:
                continue
            assert set(part) <= set(fixes)


def rows_of(chunks):
    return [
        (t, x, y) for c in chunks for t, x, y in zip(c.fixes.time, c.fixes.longitude, c.fixes.latitude, strict=True)
    ]


def samples():
    air = fixes_from([f"2024-03-21T10:01:{s:02d}.000Z" for s in range(9)])
    return {
        "fr24": write.flightradar24(FR24),
        "flightaware": write.flightaware(FIXES),
        "tar1090": write.tar1090({"RA-82030": [(True, air), (False, fixes_from(write.times(9, 300)))]}),
        "foreflight": write.kml(write.placemark(write.track(air, interleaved=True))),
        "points": write.kml("".join(write.point(w, 132 + i / 10, 43, name="N") for i, w in enumerate(write.times(20)))),
        "values": write.kml(
            write.placemark(
                write.track(
                    moving(9), extra='<SimpleArrayData name="speed">' + "<value>100</value>" * 9 + "</SimpleArrayData>"
                )
            )
        ),
    }


@given(
    name=st.sampled_from(sorted(samples())),
    edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), st.binary(max_size=12)), max_size=4),
)
def test_mutated_files_never_fail_but_with_a_sentence_and_are_read_alike_in_bulk(name, edits):
    data = bytearray(samples()[name])
    for where, length, instead in edits:
        at = int(where * len(data))
        data[at : at + length] = instead
    with pytest.MonkeyPatch.context() as patch:
        (bulk, report), (single, report_single) = read_both_ways(bytes(data), kml_reading, patch)
    # Of a time and its position, which stand on two lines, either may be named.
    assert described(bulk, report, lines=False) == described(single, report_single, lines=False)


@pytest.mark.parametrize("interleaved", [False, True])
def test_a_long_track_is_given_out_before_its_end_with_running_indices(monkeypatch, interleaved):
    monkeypatch.setattr(kml_track, "HOLD", 10_000)
    monkeypatch.setattr(kml_document, "HOLD", 10_000)
    monkeypatch.setattr(kml_track, "_IN_MEMORY", 1_000)  # so that what waits lies on disk
    when = [f"2024-03-21T{10 + i // 36000}:{i // 600 % 60:02d}:{i // 10 % 60:02d}.{i % 10}Z" for i in range(60_000)]
    chunks, _ = parsed(
        write.kml(write.placemark(write.track(fixes_from(when, step=(1e-4, 1e-4, 0)), interleaved=interleaved), "L"))
    )
    fixes = fixes_of(chunks, "L")
    assert len(chunks) > 3
    assert fixes.record_index.tolist() == list(range(60_000))
    assert np.allclose(np.diff(fixes.time), 0.1)
    assert not fixes.break_before.any()


def test_absurd_numbers_are_no_fixes():
    text = (
        write.track(FIXES)
        .replace("132.01 43.02", "1e999 43.02")
        .replace("132.02 43.04", "132.02 -91")
        .replace("132.03 ", "nan ")
    )
    chunks, report = parsed(write.kml(write.placemark(text)))
    assert fixes_of(chunks).record_index.tolist() == [0, 4]
    assert report.dropped == {DropReason.NO_POSITION: 2, DropReason.POSITION_OUT_OF_RANGE: 1}


@pytest.mark.parametrize("pad", ["", " " * 300, "\n" * 250])
@pytest.mark.parametrize("digits", [1, 100, 400])
def test_a_position_of_hundreds_of_digits_is_none_however_it_is_read_and_space_around_one_is_nothing(
    digits, pad, monkeypatch
):
    body = write.placemark(write.track(FIXES)).replace("132.02 ", f"{pad}132.02{'0' * digits} ", 1)
    (bulk, report), (single, report_single) = read_both_ways(write.kml(body), kml_reading, monkeypatch)
    assert described(bulk, report, lines=False) == described(single, report_single, lines=False)
    assert report.fixes_read == (4 if digits == 400 else 5)
