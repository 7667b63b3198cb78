"""Collect the words to translate: `manage.py makemessages`, as Django does it, for all languages of the site."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.commands import makemessages


class Command(makemessages.Command):
    help = "Bring the catalogues in flightmap/locale up to date with the words in Python and templates."

    # A guess at a translation from a sentence like it would have to be found and undone; an empty one is seen.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def handle(self, *args: Any, **options: Any) -> None:
        if not (options["locale"] or options["all"]):
            options["locale"] = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
        # Line numbers would change with every edit of a source.
        options.update(no_wrap=True, add_location="file", no_obsolete=True)
        options["ignore_patterns"] = [*options["ignore_patterns"], "var", "node_modules", "tests", "bench"]
        super().handle(*args, **options)
