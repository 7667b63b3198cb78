"""The catalogues of translated words: every word of the sources, in every language, with what is filled into it."""

from __future__ import annotations

import errno
import gettext
import os
import re
import shutil
from collections import Counter
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.template import Context, Template
from django.test import override_settings
from django.utils.translation import override

from flightmap.services.catalogues import FOLDER, catalogues, compile_catalogues
from tracks.basemap.places import CORRIDOR_CITIES, REGION_COUNTRIES, SEAS

PROJECT = Path(__file__).resolve().parents[2]
LANGUAGES = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
# What a program fills in, and markup: %(name)s, %(km).1f, {name}, <a href="…">.
FILLED_IN = re.compile(r"%\(\w+\)[\d.]*[sdf]|%[sd]|\{\w*\}|</?\w+[^>]*>")
FORMS = {"ko": 1, "ru": 3}
Message = tuple[str, str, str]


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(FOLDER / language / "LC_MESSAGES" / "django.po"))


def message(entry: polib.POEntry) -> Message:
    return (entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def forms(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.fixture(scope="module")
def of_the_sources(tmp_path_factory: pytest.TempPathFactory) -> set[Message]:
    """Every message that Python modules and templates have, as `manage.py makemessages` finds them."""
    if not shutil.which("xgettext"):
        pytest.fail("No xgettext: install the packages of the section [test] of system-packages.txt")
    copy = tmp_path_factory.mktemp("sources")
    for name in ("flightmap", "tracks", "templates"):
        # A copy: makemessages writes files beside the sources while it works.
        shutil.copytree(PROJECT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "data", "locale"))
    folder = copy / "flightmap" / "locale"
    folder.mkdir()
    before = Path.cwd()
    os.chdir(copy)
    try:
        with override_settings(LOCALE_PATHS=[folder]):
            call_command("makemessages", locale=["ru"], verbosity=0)
    finally:
        os.chdir(before)
    return {message(entry) for entry in polib.pofile(str(folder / "ru" / "LC_MESSAGES" / "django.po"))}


def test_there_is_a_catalogue_for_every_language_that_readers_may_choose() -> None:
    assert [path.parents[1].name for path in catalogues()] == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_sources_is_in_the_catalogue_and_no_other(
    language: str, of_the_sources: set[Message]
) -> None:
    """After a change of words: `manage.py makemessages`, then translate what is empty."""
    kept = {message(entry) for entry in catalogue(language) if not entry.obsolete}
    assert {"missing": of_the_sources - kept, "not in any source": kept - of_the_sources} == {
        "missing": set(),
        "not in any source": set(),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_translated_in_all_its_plural_forms(language: str) -> None:
    found = catalogue(language)
    assert found.metadata["Plural-Forms"].startswith(f"nplurals={FORMS[language]};")
    empty = [entry.msgid for entry in found if not all(form.strip() for form in forms(entry))]
    guessed = [entry.msgid for entry in found if entry.fuzzy]
    incomplete = [entry.msgid for entry in found if entry.msgid_plural and len(forms(entry)) != FORMS[language]]
    assert (empty, guessed, incomplete) == ([], [], [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_is_the_same_in_every_translation(language: str) -> None:
    different = {
        entry.msgid: form
        for entry in catalogue(language)
        for form in forms(entry)
        if Counter(FILLED_IN.findall(form)) != Counter(FILLED_IN.findall(entry.msgid_plural or entry.msgid))
    }
    assert different == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_begin_and_end_with_the_same_spaces(language: str) -> None:
    def edges(text: str) -> tuple[bool, bool]:
        return text[:1].isspace(), text[-1:].isspace()

    different = [
        entry.msgid for entry in catalogue(language) for form in forms(entry) if edges(form) != edges(entry.msgid)
    ]
    assert different == []


def test_a_catalogue_is_compiled_when_it_is_new_and_again_when_its_source_has_another_time(tmp_path: Path) -> None:
    folder = tmp_path / "ru" / "LC_MESSAGES"
    shutil.copytree(FOLDER / "ru" / "LC_MESSAGES", folder, ignore=shutil.ignore_patterns("*.mo"))
    source = folder / "django.po"
    assert compile_catalogues(tmp_path) == [folder / "django.mo"]
    assert compile_catalogues(tmp_path) == []

    # A checkout may bring an older source.
    os.utime(source, (1_600_000_000, 1_600_000_000))
    assert compile_catalogues(tmp_path) == [folder / "django.mo"]

    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)  # Python's own reader
    assert compiled.gettext("Flights") == "Рейсы"
    assert [compiled.ngettext("{n} flight", "{n} flights", n) for n in (1, 2, 5, 11, 21, 22)] == [
        "{n} рейс",
        "{n} рейса",
        "{n} рейсов",
        "{n} рейсов",
        "{n} рейс",
        "{n} рейса",
    ]


def test_where_nothing_can_be_written_it_is_said_which_catalogue_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "ru" / "LC_MESSAGES"
    shutil.copytree(FOLDER / "ru" / "LC_MESSAGES", folder, ignore=shutil.ignore_patterns("*.mo"))

    def refused(*_: object) -> None:  # as on a file system that is only to be read; root may write everywhere else
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(polib.POFile, "save_as_mofile", refused)
    with pytest.raises(ImproperlyConfigured, match=r"ru/LC_MESSAGES/django\.mo cannot be written \(Perm"):
        compile_catalogues(tmp_path)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", '{"one": "{n} flight", "other": "{n} flights"}'),
        ("ko", '{"other": "비행 {n}건"}'),
        ("ru", '{"one": "{n} рейс", "few": "{n} рейса", "many": "{n} рейсов", "other": "{n} рейсов"}'),
    ],
)
def test_scripts_get_a_form_for_every_plural_category_of_the_language(language: str, expected: str) -> None:
    template = Template(
        "{% load i18n %}{% plurals %}{% blocktranslate count n=n %}{n} flight{% plural %}{n} flights"
        "{% endblocktranslate %}{% endplurals %}"
    )
    with override(language):
        assert template.render(Context()) == expected


def test_every_name_of_our_own_on_the_base_map_is_translated() -> None:
    listed = (PROJECT / "templates/tracks/map_names.html").read_text()
    pairs = re.findall(r'"([^"]+)": "{% filter escapejs %}{% translate "([^"]+)" %}', listed)
    assert all(key == word for key, word in pairs)
    ours = {" ".join(place.name.split()) for place in [*CORRIDOR_CITIES, *REGION_COUNTRIES, *SEAS]}
    assert ours <= {key for key, _word in pairs}
