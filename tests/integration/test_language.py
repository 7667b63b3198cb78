"""The language of the pages: asked for by the browser, or chosen by the reader; addresses and data stay the same."""

from __future__ import annotations

import datetime
import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings

from tests import archive
from tracks.models import Flight, claim_values

pytestmark = pytest.mark.django_db

START = datetime.datetime(2024, 3, 21, 4, 30, tzinfo=datetime.UTC)
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.fixture
def flight() -> Flight:
    facts = {"origin": claim_values.place_value(archive.vladivostok())}
    return archive.published(archive.observed_flight(START, aircraft=archive.antonov(), facts=facts))


def body_in(language: str, client: Client, address: str) -> str:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client.get(address).content.decode()


def language_of(body: str) -> str:
    found = re.search(r'<html lang="([\w-]+)"', body)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("asked", "shown", "title"),
    [
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko", "비행 목록"),
        ("ru", "ru", "Рейсы"),
        ("de,ru;q=0.5", "ru", "Рейсы"),
        ("de", "en", "Flights"),
        ("xx;q=a,,,", "en", "Flights"),
    ],
)
def test_a_page_is_in_the_first_language_of_the_browser_that_there_is(
    client: Client, asked: str, shown: str, title: str
) -> None:
    response = client.get("/flights/", headers={"accept-language": asked})
    body = response.content.decode()
    assert language_of(body) == shown == response["Content-Language"]
    assert f"<h1>{title}</h1>" in re.sub(r"<h1[^>]*>", "<h1>", body)
    # A cache keeps one copy for each language, and asks each time anyway.
    assert {"accept-language", "cookie"} <= {name.strip().lower() for name in response["Vary"].split(",")}
    assert "private" in response["Cache-Control"]


def test_the_language_chosen_outweighs_that_of_the_browser_and_an_unknown_one_is_none(client: Client) -> None:
    headers = {"accept-language": "ko"}
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ru"
    assert language_of(client.get("/flights/", headers=headers).content.decode()) == "ru"
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "../../etc/passwd"
    assert language_of(client.get("/flights/", headers=headers).content.decode()) == "ko"


def test_choosing_needs_no_script_and_no_token_and_leads_back_to_the_moment_shown() -> None:
    strict = Client(enforce_csrf_checks=True)
    moment = "http://testserver/flights/abcdefgh/?t=2024-03-21T04:32:00Z"
    chosen = {"language": "ko", "next": "/flights/abcdefgh/"}
    response = strict.post("/language/", chosen, headers={"referer": moment})
    assert (response.status_code, response["Location"]) == (302, moment)
    assert "no-store" in response["Cache-Control"]
    assert set(strict.cookies) == {settings.LANGUAGE_COOKIE_NAME}, "a reader who logs in nowhere gets nothing else"
    cookie = strict.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("ko", "Lax", True)
    assert int(cookie["max-age"]) >= 180 * 24 * 3600


def test_choosing_leads_back_to_the_part_of_the_page_that_a_script_has_named(client: Client) -> None:
    for headers in ({"referer": "http://testserver/method/"}, {}):
        response = client.post("/language/", {"language": "ru", "next": "/method/#gaps"}, headers=headers)
        assert response["Location"].removeprefix("http://testserver") == "/method/#gaps"
    response = client.post("/language/", {"language": "ru", "next": "/method/#a\r\nSet-Cookie: b=c"})
    assert response["Location"] == "/method/#a%0D%0ASet-Cookie:%20b=c"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "http:///x", ""]
)
def test_choosing_leads_to_no_other_site(client: Client, elsewhere: str) -> None:
    headers = {"referer": elsewhere}
    response = client.post("/language/", {"language": "ru", "next": elsewhere}, headers=headers)
    assert response["Location"] == "/"
    response = client.post("/language/", {"language": "ru", "next": "/method/"}, headers=headers)
    assert response["Location"] == "/method/"


def test_only_a_language_that_there_is_can_be_chosen_and_only_by_a_form(client: Client) -> None:
    for unknown in ("de", "", "../ru", "ru\x00"):
        response = client.post("/language/", {"language": unknown})
        assert response.status_code in {302, 400}
        assert settings.LANGUAGE_COOKIE_NAME not in response.cookies
    refused = client.get("/language/?language=ru")
    assert (refused.status_code, refused["Allow"]) == (405, "POST")
    assert not refused.cookies


def test_every_page_offers_each_language_in_its_own_words(client: Client, flight: Flight) -> None:
    for address in ("/", "/flights/", f"/flights/{flight.pk}/", "/method/", "/aircraft/RA-82030/", "/no-such-page/"):
        body = body_in("ko", client, address)
        assert language_of(body) == "ko"
        offered = re.findall(r'<button type="submit" name="language" value="(\w+)" lang="(\w+)"[^>]*>([^<]+)<', body)
        assert offered == [("en", "en", "English"), ("ko", "ko", "한국어"), ("ru", "ru", "Русский")], address
        assert 'value="ko" lang="ko" aria-current="true"' in body


def test_pages_for_errors_are_in_the_readers_language(client: Client) -> None:
    response = client.get("/flights/zzzzzzzz/", headers={"accept-language": "ko"})
    assert response.status_code == 404
    assert "<h1>찾을 수 없음</h1>" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_data_for_programs_is_the_same_in_every_language(client: Client, flight: Flight) -> None:
    for address in ("/api/v1/", "/api/v1/flights/", f"/api/v1/flights/{flight.pk}/", "/api/v1/flights/zzzzzzzz/"):
        answers = [client.get(address, headers={"accept-language": language}) for language in LANGUAGES]
        assert len({answer.content for answer in answers}) == 1, address
        if answers[0].status_code == 200:
            assert "accept-language" not in answers[0].get("Vary", "").lower(), "one copy serves everybody"
        assert {answer.get("Content-Language", "en") for answer in answers} == {"en"}


# What a script reads of an element, and what a form or a link carries.
OF_MACHINES = re.compile(r'\s(?:data-(?!label)[\w-]+|datetime|href|src|action|min|max|step)="([^"]*)"')


def machine_values(body: str) -> list[str]:
    return [value for value in OF_MACHINES.findall(body) if "nonce" not in value]


def test_what_scripts_read_of_a_page_does_not_depend_on_its_language(client: Client, flight: Flight) -> None:
    for address in ("/", "/flights/", f"/flights/{flight.pk}/", "/aircraft/RA-82030/", "/method/"):
        read = {language: machine_values(body_in(language, client, address)) for language in LANGUAGES}
        assert read["ru"] == read["en"] == read["ko"], address
        assert address == "/method/" or any(value for value in read["en"])


def words_of(body: str) -> dict[str, Any]:
    blocks = re.findall(r'<script type="application/json" id="([\w-]+-words)">(.*?)</script>', body, re.S)
    assert blocks
    return {name: json.loads(text) for name, text in blocks}


def shape(words: Any) -> Any:
    """The names in a block of words and what is filled into each; the forms of a plural count as one."""
    if isinstance(words, str):
        return sorted(re.findall(r"\{\w+\}", words))
    if isinstance(words, list):
        return [shape(word) for word in words]
    if "other" in words:
        shapes = {json.dumps(shape(form)) for form in words.values()}
        assert len(shapes) == 1
        return {"other": shapes.pop()}
    # The base map's own names are English: that page needs no others.
    return {name: shape(word) for name, word in words.items() if name != "names"}


def test_the_words_of_scripts_have_the_same_names_in_every_language(client: Client, flight: Flight) -> None:
    for address in ("/", f"/flights/{flight.pk}/", "/aircraft/RA-82030/"):
        words = {language: words_of(body_in(language, client, address)) for language in LANGUAGES}
        assert shape(words["en"]) == shape(words["ko"]) == shape(words["ru"])
        assert words["en"] != words["ko"] != words["ru"]
    russian = words_of(body_in("ru", client, "/"))["timeline-words"]["flights"]
    assert russian == {"one": "{n} рейс", "few": "{n} рейса", "many": "{n} рейсов", "other": "{n} рейсов"}


def test_numbers_and_plurals_are_written_as_the_language_does(client: Client, flight: Flight) -> None:
    assert "1 рейс" in body_in("ru", client, "/flights/")
    assert "비행 1건" in body_in("ko", client, "/flights/")
    assert "не короче 1 мин" in body_in("ru", client, "/method/")


def test_the_corridor_is_named_in_the_readers_language_unless_by_a_name_of_its_own(client: Client) -> None:
    def heading(language: str) -> str:
        found = re.search(r'<h1 class="corridor-title">([^<]+)</h1>', body_in(language, client, "/"))
        assert found
        return found[1]

    assert [heading(language) for language in ("en", "ko", "ru")] == [
        "Vladivostok – Pyongyang",
        "블라디보스토크 – 평양",
        "Владивосток – Пхеньян",
    ]
    with override_settings(CORRIDOR_NAME="Our corridor"):
        assert heading("ko") == "Our corridor"
