"""The page on which a curator says what the columns of a table are.

It proposes what heads and values speak for, shows how the first rows would be read, and applies nothing until it is
saved; then the file is read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracks.admin.base import change_url
from tracks.admin.claim_times import zone_choices
from tracks.admin.table_previews import preview_of, table_head
from tracks.formats.csv_table import CsvTable
from tracks.formats.table_guessing import Guess, guess_table, propose_columns
from tracks.formats.table_mapping import DELIMITERS, ROLES, MappingRefused, TableMapping
from tracks.models import TrackFile
from tracks.receiving import ReceivingRefused, reimport

# Formats whose files are tables: what a parser took one for may be wrong, and then this page mends it.
TABLES = frozenset({CsvTable.name, "fr24-csv", "opensky-states", "traffic-table", "json-table"})

_SAMPLES = 4


def _delimiter_choices() -> list[tuple[str, Any]]:
    return [(sign, _(label)) for sign, label in DELIMITERS.items()]


def _zone_choices() -> list[Any]:
    return [("", gettext_lazy("none: times without a zone are refused")), *zone_choices()]


class WritingForm(forms.Form):
    """How the table is written."""

    # Not stripped: one of them is a tab.
    delimiter = forms.TypedChoiceField(label=gettext_lazy("Separator"), choices=_delimiter_choices)
    first_line = forms.IntegerField(
        label=gettext_lazy("Rows begin on line"), min_value=1, max_value=10_000, widget=forms.NumberInput({"size": 5})
    )
    decimal_comma = forms.BooleanField(label=gettext_lazy("Numbers have a decimal comma (43,398)"), required=False)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Zone of times without one"), choices=_zone_choices, required=False
    )


@dataclass(slots=True)
class Column:
    """A column of the table: its head, first values, and the choice of what it is."""

    number: int
    head: str
    values: list[str]
    choice: SafeString


def columns_view(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the page; `preview` in the request shows what the statements give, `save` stores them."""
    file = get_object_or_404(TrackFile, pk=pk)
    if not model_admin.has_change_permission(request, file):
        raise PermissionDenied
    head = table_head(file)
    if head is None:
        raise Http404(_("This file does not begin like text."))
    page = _Page(file, head)
    if request.method == "POST":
        page.said(request)
        if "save" in request.POST and page.mapping is not None and not page.error:
            try:
                taken = reimport(file, settings={"table": page.mapping.as_json(), "time_zone": page.zone})
            except ReceivingRefused as refusal:
                page.error = str(refusal)
            else:
                text = _("The file is being read as you said.") if taken else _("A worker has the file at this moment.")
                level = messages.SUCCESS if taken else messages.WARNING
                model_admin.message_user(request, text, level)
                return HttpResponseRedirect(change_url(file))
    else:
        page.proposed()
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Columns of “%(name)s”") % {"name": file.name},
        "opts": model_admin.opts,
        "original": file,
        "page": page,
        "preview": preview_of(head, page.mapping, page.zone) if page.mapping is not None else None,
    }
    status = 400 if page.error and request.method == "POST" else 200
    return TemplateResponse(request, "admin/tracks/trackfile/columns.html", context, status=status)


class _Page:
    """What the page shows: the guess at the table, what is said of it, and by whom."""

    def __init__(self, file: TrackFile, head: bytes) -> None:
        self.file = file
        self._head = head
        self.guess: Guess | None = None
        self.roles: list[str] = []
        self.zone = ""
        self.form = WritingForm()
        self.mapping: TableMapping | None = None
        self.error = ""
        self.origin = ""
        self.earlier: TrackFile | None = None

    def proposed(self) -> None:
        """What was said before; else what was said of a table with the same heads; else what is guessed."""
        self.zone = self.file.settings.get("time_zone", "")
        stored = self.file.settings.get("table")
        if stored is not None:
            mapping = TableMapping.from_json(stored)
            self.guess = guess_table(self._head, mapping.delimiter, mapping.first_line)
            self.roles, self.origin = list(mapping.columns), "said"
            comma = mapping.decimal_comma
        else:
            self.guess = guess_table(self._head)
            comma = self.guess is not None and self.guess.decimal_comma
            self._propose_roles()
            if self.earlier is not None:
                comma = self.earlier.settings["table"]["decimal_comma"]
        layout = self.guess.layout if self.guess else None
        initial = {
            "delimiter": layout.delimiter if layout else ",",
            "first_line": layout.first_line if layout else 2,
            "decimal_comma": comma,
            "time_zone": self.zone,
        }
        self.form = WritingForm(initial=initial)
        self._map(comma)

    def said(self, request: HttpRequest) -> None:
        """What the request says."""
        self.form = WritingForm(request.POST)
        if not self.form.is_valid():
            self.error = _("Please correct what is marked below.")
            self.guess = guess_table(self._head)
            self._propose_roles()
            return
        given = self.form.cleaned_data
        self.zone = given["time_zone"]
        self.guess = guess_table(self._head, given["delimiter"], given["first_line"])
        self.roles = request.POST.getlist("column")
        if self.guess is not None and len(self.roles) != self.guess.layout.width:
            # Other columns than those the choices were about: nothing said of them holds.
            self._propose_roles()
            self.error = _("With this separator and first line the table has other columns. Check what each is.")
        self._map(given["decimal_comma"])

    def _propose_roles(self) -> None:
        self.roles, self.origin = [], ""
        if self.guess is None:
            return
        heads = list(self.guess.layout.heads)
        if heads:
            alike = TrackFile.objects.exclude(pk=self.file.pk).filter(
                settings__table__heads=heads, settings__table__delimiter=self.guess.layout.delimiter
            )
            self.earlier = alike.order_by("-pk").first()
        if self.earlier is not None:
            self.roles, self.origin = list(self.earlier.settings["table"]["columns"]), "earlier"
        else:
            self.roles, self.origin = propose_columns(self.guess), "guessed"

    def _map(self, decimal_comma: bool) -> None:
        if self.guess is None:
            self.error = self.error or _("With these settings the file does not look like a table.")
            return
        layout = self.guess.layout
        mapping = TableMapping(layout.delimiter, decimal_comma, layout.first_line, layout.heads, tuple(self.roles))
        try:
            self.mapping = mapping.checked()
        except MappingRefused as refusal:
            values = {name: _(value) if isinstance(value, str) else value for name, value in refusal.values.items()}
            self.error = self.error or _(refusal.message) % values

    def columns(self) -> list[Column]:
        """The columns with their choices."""
        if self.guess is None:
            return []
        layout, rows = self.guess.layout, self.guess.rows
        choices = role_choices()
        found = []
        for position in range(layout.width):
            name = layout.heads[position] if layout.heads else ""
            values = [row[position][:60] for row in rows[:_SAMPLES]]
            label = _("What column %(n)d, “%(head)s”, is") % {"n": position + 1, "head": name}
            role = self.roles[position] if position < len(self.roles) else ""
            widget = forms.Select({"id": f"column-{position + 1}", "aria-label": label}, choices)
            found.append(Column(position + 1, name, values, widget.render("column", role)))
        return found


def role_choices() -> list[tuple[Any, Any]]:
    """What a column may be, in groups, for a select."""
    groups: dict[str, list[tuple[str, Any]]] = {}
    for name, role in ROLES.items():
        groups.setdefault(role.group, []).append((name, _(role.label)))
    return [("", _("not read")), *((_(group), choices) for group, choices in groups.items())]


def columns_in_words(file: TrackFile) -> list[tuple[str, str | Promise]]:
    """What was said of the file's columns, for its page: head and meaning of those that are read."""
    stored = file.settings.get("table")
    if stored is None:
        return []
    mapping = TableMapping.from_json(stored)
    heads: Sequence[str] = mapping.heads or [str(n + 1) for n in range(len(mapping.columns))]
    return [(head, _(ROLES[role].label)) for head, role in zip(heads, mapping.columns, strict=True) if role]
