"""Whatever an address holds, the site answers: never with a failure of its own."""

import datetime
import string
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests import archive
from tracks.models import claim_values

pytestmark = pytest.mark.django_db

START = datetime.datetime(2024, 3, 21, 4, 30, tzinfo=datetime.UTC)
PARAMETERS = [
    "q", "from", "to", "aircraft", "registration", "icao24", "operator", "type", "callsign", "airport", "class",
    "direction", "sanctioned", "undated", "demonstration", "page", "limit", "cursor", "f", "flight", "t", "rev",
    "preview", "speed", "view",
]  # fmt: skip

# Any text, and text that nearly makes sense: dates, numbers, ids, what SQL or a cursor might choke on.
nearly = st.sampled_from(
    [
        "0", "-1", "1e999", "99999999999999999999", "2024", "0000", "9999", "2024-02-30", "9999-12-31", "1900",
        "2200-01-01", "2024-03-21T04:30:00+99:99", "2024-03-21T24:00Z", "T", "\0", "%", "_", "\\", "'", '"', "--",
        "March 9999", "31 February 2024", "32.13.2024", "0000-00", "bnVsbA", "WzFlOTk5LCAiYSJd", "WzFdXQ",
        "W251bGwsICJcdTAwMDAiXQ", "WzFlMzAwLCAiYSJd", "W05hTiwgImEiXQ", "WyJ4IiwgImEiXQ", "W1tdLCB7fV0",
        "abc.1", "abc.99999999999", "abc.1,abc.1", ".", "..", ",", "²", "١", "\ud7ff", "🛩", "type:", "unknown", "yes",
        "all", "observed", "estimated", "outbound", "1", "on",
    ]
)  # fmt: skip
values = st.one_of(nearly, st.text(max_size=40), st.lists(nearly, min_size=2, max_size=4).map(" ".join))
queries = st.lists(st.tuples(st.sampled_from(PARAMETERS), values), max_size=6).map(urlencode)
raw_queries = st.text(alphabet=string.printable, max_size=60).map(lambda text: quote(text, safe="%&=+;[]"))
lenient = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def flight_id() -> str:
    facts = {"destination": claim_values.place_value(archive.pyongyang())}
    return archive.published(archive.observed_flight(START, aircraft=archive.antonov(), facts=facts)).pk


@lenient
@given(query=st.one_of(queries, raw_queries))
@example(query="q=%00")
@example(query="q=%ED%A0%80")
@example(query="from=2200&to=2200")
@example(query="page=99999999999999999999999")
@example(query="aircraft=%00&airport=%00&operator=%00")
def test_a_page_is_shown_whatever_the_query(client: Client, flight_id: str, query: str) -> None:
    for address in ("/", "/flights/", f"/flights/{flight_id}/"):
        assert client.get(f"{address}?{query}").status_code in ({200} if "preview" not in query else {200, 404})


@lenient
@given(query=st.one_of(queries, raw_queries))
@example(query="cursor=WzFlMzAwLCAiYSJd")
@example(query="f=%00.1")
@example(query="preview=%00")
def test_the_api_answers_or_says_in_json_what_is_wrong(client: Client, flight_id: str, query: str) -> None:
    for address in ("/api/v1/flights/", "/api/v1/paths/", f"/api/v1/flights/{flight_id}/", "/api/v1/"):
        response = client.get(f"{address}?{query}")
        assert response.status_code in {200, 400, 404, 410}
        if response.status_code != 200:
            assert response.json()["error"]


@lenient
@given(key=st.one_of(values, st.text(min_size=1, max_size=300)))
def test_any_path_is_found_or_not_found(client: Client, flight_id: str, key: str) -> None:
    quoted = quote(key, safe="")
    for before in ("/flights/", f"/flights/{flight_id}/", "/aircraft/", "/api/v1/flights/", "/api/v1/aircraft/", "/"):
        assert client.get(f"{before}{quoted}/").status_code in {200, 301, 404}


@lenient
@given(
    tag=st.text(alphabet=string.printable.strip(), max_size=40), encoding=st.text(string.printable.strip(), max_size=40)
)
def test_any_header_a_browser_may_send_is_answered(client: Client, flight_id: str, tag: str, encoding: str) -> None:
    headers = {"if-none-match": tag, "accept-encoding": encoding, "accept-language": tag, "if-modified-since": encoding}
    for address in (f"/api/v1/paths/?f={flight_id}.1", "/api/v1/flights/", "/flights/"):
        assert client.get(address, headers=headers).status_code in {200, 304}
