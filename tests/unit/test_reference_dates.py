"""Dates of reports as UTC intervals: values worked by hand."""

import datetime

import pytest

from tracks.models.vocabulary import DatePrecision, ZoneBasis
from tracks.reference.dates import flight_date, interval, moment
from tracks.reference.files import ReferenceDataError, read

KST, VLAT, MSK = "Asia/Seoul", "Asia/Vladivostok", "Europe/Moscow"


def utc(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


def record(zone: str, date: str | None = "2024-03-21", precision: str = "day", **times) -> dict:
    return {
        "id": "x",
        "flight_date": date,
        "flight_date_precision": precision,
        "flight_date_timezone": zone,
        "departure_time": None,
        "arrival_time": None,
        **times,
    }


@pytest.mark.parametrize(
    ("text", "precision", "zones", "start", "end"),
    [
        ("2018-07-09", "day", [KST], "2018-07-08T15:00", "2018-07-09T15:00"),
        ("2018-07-30", "day", [VLAT], "2018-07-29T14:00", "2018-07-30T14:00"),
        ("2024-03-21", "day", [VLAT, KST], "2024-03-20T14:00", "2024-03-21T15:00"),
        ("2024-08-29", "day", [KST, MSK], "2024-08-28T15:00", "2024-08-29T21:00"),
        ("2024-12-31", "day", [MSK], "2024-12-30T21:00", "2024-12-31T21:00"),
        ("2023-11", "month", [KST], "2023-10-31T15:00", "2023-11-30T15:00"),
        ("2019-12", "month", [MSK], "2019-11-30T21:00", "2019-12-31T21:00"),
        ("2023", "year", [KST, MSK], "2022-12-31T15:00", "2023-12-31T21:00"),
        # Pyongyang kept UTC+8:30 until 4 May 2018: that day ended half an hour early.
        ("2018-05-04", "day", ["Asia/Pyongyang"], "2018-05-03T15:30", "2018-05-04T15:00"),
    ],
)
def test_a_date_covers_its_day_month_or_year_in_every_zone_it_can_mean(text, precision, zones, start, end):
    assert interval(text, precision, zones) == (utc(start), utc(end))


@pytest.mark.parametrize(("text", "precision"), [("2024-02-30", "day"), ("2024-03", "day"), ("March", "month")])
def test_a_date_that_is_none_is_refused(text, precision):
    with pytest.raises(ReferenceDataError, match="is not a date"):
        interval(text, precision, [KST])


def test_a_date_without_a_zone_covers_the_zones_of_the_places_and_says_so():
    value = flight_date(record("not stated"), [VLAT], ["Asia/Pyongyang"])
    assert (value["from"], value["to"]) == ("2024-03-20T14:00:00+00:00", "2024-03-21T15:00:00+00:00")
    assert value["zone_basis"] == ZoneBasis.UNSTATED
    assert value["text"] == "2024-03-21"


def test_a_presumed_zone_stays_presumed():
    value = flight_date(record("KST presumed"), [VLAT], [KST])
    assert (value["from"], value["to"]) == ("2024-03-20T15:00:00+00:00", "2024-03-21T15:00:00+00:00")
    assert value["zone_basis"] == ZoneBasis.PRESUMED


@pytest.mark.parametrize(("stated", "basis"), [(True, ZoneBasis.STATED), (False, ZoneBasis.PRESUMED)])
def test_a_plain_zone_is_stated_only_where_the_source_states_the_zone_of_its_times(stated, basis):
    time = {"timezone_stated_by_source": stated}
    assert flight_date(record("KST (+09:00)", arrival_time=time), [VLAT], [KST])["zone_basis"] == basis
    assert flight_date(record("KST (+09:00)"), [VLAT], [KST])["zone_basis"] == ZoneBasis.PRESUMED


def test_an_unknown_date_makes_no_claim():
    assert flight_date(record("not stated", None, "unknown"), [VLAT], [KST]) is None


def test_a_zone_note_nobody_has_read_is_refused():
    with pytest.raises(ReferenceDataError, match=r"Flight x: the zone note “sun time” has no reading"):
        flight_date(record("sun time"), [VLAT], [KST])


def test_every_stated_departure_lies_inside_its_stated_date():
    """The data set against itself: a reading that got a zone wrong would put some time outside its day."""
    checked = 0
    for flight in read("reported_flights.json")["flights"]:
        departure = flight["departure_time"]
        if not (flight["flight_date"] and departure and departure["value"]):
            continue
        value = flight_date(flight, [MSK, KST], [VLAT])
        at = datetime.datetime.fromisoformat(departure["value"])
        assert datetime.datetime.fromisoformat(value["from"]) <= at < datetime.datetime.fromisoformat(value["to"])
        checked += 1
    assert checked == 20


def time(value: str | None, words: str, *, zone: str | None = "KST", stated: bool = False, about: bool = False) -> dict:
    return {
        "value": value,
        "as_reported": words,
        "timezone": zone,
        "timezone_stated_by_source": stated,
        "approximate": about,
    }


@pytest.mark.parametrize(
    ("reported", "at", "precision", "basis", "approximate"),
    [
        (time("2018-07-13T09:39:00+09:00", "about 27 minutes after 09:12", stated=True, about=True),
         "2018-07-13T00:39:00+00:00", DatePrecision.MINUTE, ZoneBasis.STATED, True),
        (time("2023-08-02T21:00:00+09:00", "about 9 p.m.", about=True),
         "2023-08-02T12:00:00+00:00", DatePrecision.HOUR, ZoneBasis.PRESUMED, True),
        (time("2019-04-23T22:00:00+09:00", "about 22:00", about=True),
         "2019-04-23T13:00:00+00:00", DatePrecision.MINUTE, ZoneBasis.PRESUMED, True),
        (time(None, "08:48", zone=None), None, DatePrecision.UNKNOWN, ZoneBasis.UNSTATED, False),
        (time(None, "around 10:30 a.m. local", stated=True, about=True),
         None, DatePrecision.UNKNOWN, ZoneBasis.STATED, True),
    ],
)  # fmt: skip
def test_a_time_keeps_its_words_its_mark_and_its_exactness(reported, at, precision, basis, approximate):
    value = moment(reported)
    assert value["at"] == at
    assert value["precision"] == precision
    assert value["zone_basis"] == basis
    assert value["approximate"] is approximate
    assert value["as_reported"] == reported["as_reported"]


def test_a_lost_signal_keeps_where():
    value = moment({"where": "off Chongjin", "as_reported": "first picked up about 09:12",
                    "value": "2018-07-13T09:12:00+09:00", "timezone": "KST"})  # fmt: skip
    assert value["where"] == "off Chongjin"
    assert value["at"] == "2018-07-13T00:12:00+00:00"
    assert value["approximate"] is True
    assert value["zone_basis"] == ZoneBasis.PRESUMED
