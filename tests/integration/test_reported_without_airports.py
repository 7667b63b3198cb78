"""Loading reported flights into a database that does not know enough for it."""

import pytest
from django.core.management import CommandError, call_command

from tracks.models import Flight, Source


def test_without_airports_the_command_says_what_to_run(db: None) -> None:
    with pytest.raises(CommandError, match="load_reference"):
        call_command("load_reported")
    assert not Flight.objects.exists()
    assert not Source.objects.exists(), "all or nothing"
