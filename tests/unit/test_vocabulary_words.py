"""Words of templates."""

import pytest

from tracks.templatetags.vocabulary import without_name


@pytest.mark.parametrize(
    ("title", "name", "rest"),
    [
        ("RA-82030: Vladivostok → Sunan", "RA-82030", "Vladivostok → Sunan"),
        ("?: ? → Sunan", None, "? → Sunan"),
        ("?: ? → Sunan", "", "? → Sunan"),
        ("2 × Il-76: North Korea → Russia", "Il-76", "2 × Il-76: North Korea → Russia"),
        ("An inspection", "RA-82030", "An inspection"),
    ],
)
def test_a_title_loses_the_name_it_begins_with_and_no_other(title: str, name: str | None, rest: str) -> None:
    assert without_name(title, name) == rest
