"""Forms for the edits of a flight: one for each kind, each with the reason that stands beside it for ever."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracks.admin.edit_fields import EditForm, UtcField, gap_key
from tracks.importing import curating
from tracks.models import Edit, Flight, merging
from tracks.models.editing import choose_track, cut_away, state_cause
from tracks.models.matching import matches_of
from tracks.models.revisions import EditRefused
from tracks.models.vocabulary import FlightStatus, GapCause, GapKind

CANDIDATES_WITHIN = datetime.timedelta(days=3)


class IntervalForm(EditForm):
    """From one fix to another, both included."""

    starts = UtcField(label=gettext_lazy("From (UTC)"), required=False)
    ends = UtcField(label=gettext_lazy("To (UTC)"), required=False)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        start, end = given.get("starts"), given.get("ends")
        if start is not None and end is not None and end < start:
            self.add_error("ends", _("It ends before it begins."))
        given["interval"] = (self.as_shown(start, last=False), self.as_shown(end, last=True))
        return given


class CutForm(IntervalForm):
    """What trimming and excluding have in common."""

    kind: Edit.Kind
    track = forms.ChoiceField(label=gettext_lazy("Of"), required=False)

    def prepare(self) -> None:
        choices = [("", _("all its tracks")), *self.track_choices()]
        self.fields["track"].choices = choices  # type: ignore[attr-defined]

    def apply(self, author: User) -> Flight:
        tracks = [self.link().track] if self.cleaned_data["track"] else [link.track for link in self.links]
        interval = self.cleaned_data["interval"]
        cut_away(self.flight, self.kind, tracks, interval, reason=self.reason, author=author)
        return self.flight


class TrimForm(CutForm):
    heading = gettext_lazy("Trim")
    lead = gettext_lazy(
        "Only the fixes from the one time to the other are shown. Leave one end open to keep everything on that side."
    )
    kind = Edit.Kind.TRIM
    marks = "keep"

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not self.errors and given["interval"] == (None, None):
            self.add_error("starts", _("Give at least one of the two times."))
        return given


class ExcludeForm(CutForm):
    heading = gettext_lazy("Exclude an interval")
    lead = gettext_lazy(
        "Its fixes are not shown; a gap says that a curator excluded them. Where a second witness has fixes, they are "
        "shown instead."
    )
    kind = Edit.Kind.EXCLUDE
    marks = "remove"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts"].required = self.fields["ends"].required = True


class CauseForm(EditForm):
    heading = gettext_lazy("Cause of a gap")
    lead = gettext_lazy("Why nothing was received. It stays unknown until somebody knows.")
    gap = forms.ChoiceField(label=gettext_lazy("Gap"))
    cause = forms.ChoiceField(
        label=gettext_lazy("Cause"), choices=[c for c in GapCause.choices if c[0] != GapCause.REMOVED]
    )

    def prepare(self) -> None:
        self.fields["gap"].choices = self.gap_choices()  # type: ignore[attr-defined]

    def apply(self, author: User) -> Flight:
        gap = self.gap_named(self.cleaned_data["gap"])
        if gap is None:
            raise EditRefused(_("The flight has no such gap now. Load the page again."))
        state_cause(self.flight, gap, self.cleaned_data["cause"], reason=self.reason, author=author)
        return self.flight


class SourceForm(IntervalForm):
    heading = gettext_lazy("Choose the track shown")
    lead = gettext_lazy(
        "From the one time to the other, this track alone is shown. Tracks of different trackers are never mixed."
    )
    track = forms.ChoiceField(label=gettext_lazy("Track"))
    marks = "keep"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts"].required = self.fields["ends"].required = True

    def prepare(self) -> None:
        self.fields["track"].choices = self.track_choices()  # type: ignore[attr-defined]
        witness = next((link for link in self.links if not link.shown), None)
        if witness is not None:  # what is shown already needs no choice
            self.fields["track"].initial = witness.pk

    def apply(self, author: User) -> Flight:
        interval = self.cleaned_data["interval"]
        choose_track(self.flight, self.link().track, interval, reason=self.reason, author=author)
        return self.flight


class SplitForm(EditForm):
    heading = gettext_lazy("Split the flight")
    lead = gettext_lazy(
        "What follows becomes a flight of its own, a draft. Every later import of the files splits there again."
    )
    action = gettext_lazy("Split it")
    gap = forms.ChoiceField(label=gettext_lazy("At the gap"), required=False)
    at = UtcField(
        label=gettext_lazy("Or at (UTC)"),
        required=False,
        help_text=gettext_lazy("The first fix of the later flight. A click on the path writes its time."),
    )

    def prepare(self) -> None:
        interior = [choice for choice in self.gap_choices() if choice[0] in self._interior()]
        self.fields["gap"].choices = [("", "–"), *interior]  # type: ignore[attr-defined]

    def _interior(self) -> set[str]:
        return {gap_key(gap) for gap in self.assembly.gaps if gap.kind == GapKind.INTERIOR}

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        gap = self.gap_named(given.get("gap", ""))
        if bool(gap) == bool(given.get("at")) and not self.errors:
            self.add_error("at", _("Choose a gap or give a time, not both."))
        given["moment"] = gap.ended_at if gap else self.as_shown(given.get("at"), last=False)
        return given

    def apply(self, author: User) -> Flight:
        return curating.split(self.flight, self.cleaned_data["moment"], reason=self.reason, author=author)


class JoinForm(EditForm):
    heading = gettext_lazy("Join with another flight")
    lead = gettext_lazy(
        "Tracks, claims and sources come together; one id stays, the other leads on to it. A published flight keeps "
        "its id before a draft, a tracked one before a report. Both come back when the join is undone."
    )
    action = gettext_lazy("Join them")
    flight_id = forms.CharField(
        label=gettext_lazy("Other flight"),
        max_length=200,
        widget=forms.TextInput({"list": "flight-candidates", "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("Its id or its permalink."),
    )

    def candidates(self) -> list[Flight]:
        """Flights that are likely meant: reports that fit, and those of the same aircraft about that time."""
        likely = [match.flight for match in matches_of(self.flight)]
        if self.flight.aircraft_id and self.flight.starts_at and self.flight.ends_at:
            near = Flight.objects.filter(
                aircraft=self.flight.aircraft_id,
                starts_at__lt=self.flight.ends_at + CANDIDATES_WITHIN,
                ends_at__gt=self.flight.starts_at - CANDIDATES_WITHIN,
                status__in=[FlightStatus.DRAFT, FlightStatus.PUBLISHED],
            )
            likely += near.exclude(pk__in=[self.flight.pk, *(one.pk for one in likely)]).order_by("starts_at")[:20]
        return likely

    def clean_flight_id(self) -> str:
        text = self.cleaned_data["flight_id"].strip()
        found = re.search(r"/flights?/([0-9a-z]+)", text)
        wanted = found[1] if found else text
        if not Flight.objects.filter(pk=wanted).exists():
            raise ValidationError(_("There is no flight “%(id)s”."), params={"id": wanted[:40]})
        return wanted

    def apply(self, author: User) -> Flight:
        other = Flight.objects.get(pk=self.cleaned_data["flight_id"])
        return curating.join(self.flight, other, reason=self.reason, author=author)


class MoveOutForm(EditForm):
    heading = gettext_lazy("Move a track out")
    lead = gettext_lazy(
        "For a track that an import joined to this flight by mistake. It gets a flight of its own, a draft, and no "
        "later import brings it back."
    )
    action = gettext_lazy("Move it out")
    track = forms.ChoiceField(label=gettext_lazy("Track"))

    def prepare(self) -> None:
        self.fields["track"].choices = self.track_choices()  # type: ignore[attr-defined]

    def apply(self, author: User) -> Flight:
        return merging.move_out(self.link(), reason=self.reason, author=author)


FORMS: dict[str, type[EditForm]] = {
    "trim": TrimForm,
    "exclude": ExcludeForm,
    "cause": CauseForm,
    "source": SourceForm,
    "split": SplitForm,
    "join": JoinForm,
    "move-out": MoveOutForm,
}
