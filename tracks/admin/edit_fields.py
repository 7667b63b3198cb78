"""What the forms of all edits share: a flight, its tracks and gaps to choose from, times in UTC, a reason.

A map shows times to the second, so a time given to the second means the fixes it shows there.
"""

from __future__ import annotations

import datetime
import re
from typing import Any

import numpy as np
from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracks.models import Flight, FlightTrack, Stretch
from tracks.models.assembled import AssembledGap, moment
from tracks.models.assembly import Assembly, assemble
from tracks.serving.moments import parse_time
from tracks.serving.wording import duration_in_words

AS_SHOWN_S = 0.5  # the map rounds times to a second
CANDIDATES_WITHIN = datetime.timedelta(days=3)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?Z?", re.ASCII)


class UtcField(forms.Field):
    """A moment in UTC: "2024-03-21 06:14:05", seconds and a final Z as one likes."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {
            "data-time": True,
            "placeholder": "2024-03-21 06:14:05",
            "maxlength": 40,
            "autocomplete": "off",
            "spellcheck": "false",
        }
        super().__init__(widget=forms.TextInput(attrs), **kwargs)

    def to_python(self, value: Any) -> datetime.datetime | None:
        text = str(value or "").strip()
        if not text:
            return None
        found = parse_time(text.replace(" ", "T")) if _MOMENT.fullmatch(text) else None
        if found is None:
            raise ValidationError(_("Write the time in UTC, as 2024-03-21 06:14:05."))
        return found


class EditForm(forms.Form):
    """An edit of one flight. `apply` makes it and returns the flight to look at then."""

    heading: str | Promise = ""
    lead: str | Promise = ""
    action: str | Promise = gettext_lazy("Note the edit")
    marks = ""  # how the map shows the interval: "keep", "remove" or nothing

    def __init__(self, flight: Flight, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.flight = flight
        self.assembly: Assembly = assemble(flight)
        self.links = list(flight.flight_tracks.select_related("track__track_file").order_by("track__started_at", "pk"))
        self.fields["reason"] = forms.CharField(
            label=gettext_lazy("Reason"),
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=gettext_lazy("Readers of the published flight see it."),
        )
        self.prepare()

    def prepare(self) -> None:
        """Fill in the choices that depend on the flight."""

    @property
    def reason(self) -> str:
        return self.cleaned_data["reason"]

    def apply(self, author: User) -> Flight:
        """Make the edit.

        Raises:
            EditRefused: with a sentence for the curator.
        """
        raise NotImplementedError

    def track_choices(self) -> list[tuple[str, str]]:
        return [(str(link.pk), _track_in_words(link)) for link in self.links]

    def link(self, name: str = "track") -> FlightTrack:
        return next(link for link in self.links if str(link.pk) == self.cleaned_data[name])

    def gap_choices(self) -> list[tuple[str, str]]:
        return [(gap_key(gap), gap_in_words(gap)) for gap in self.assembly.gaps]

    def gap_named(self, key: str) -> AssembledGap | None:
        return next((gap for gap in self.assembly.gaps if gap_key(gap) == key), None)

    def as_shown(self, at: datetime.datetime | None, *, last: bool) -> datetime.datetime | None:
        """The first, or the last, fix that the map shows at this second; the time itself where it shows none."""
        if at is None or at.microsecond:
            return at
        near = [float(time) for times in self._times() for time in times[np.abs(times - at.timestamp()) <= AS_SHOWN_S]]
        return moment(max(near) if last else min(near)) if near else at

    def _times(self) -> list[Any]:
        if not hasattr(self, "_fix_times"):
            rows = Stretch.objects.filter(track__in=[link.track_id for link in self.links]).only("path", "lone_fix")
            self._fix_times = [
                row.path.coordinates[:, 3] if row.path is not None else np.asarray(row.lone_fix)[3:4] for row in rows
            ]
        return self._fix_times


def gap_key(gap: AssembledGap) -> str:
    """A gap in an address or a form, by the fixes that bound it."""
    return "|".join(f"{at.timestamp():.6f}" if at else "" for at in (gap.started_at, gap.ended_at))


def gap_in_words(gap: AssembledGap) -> str:
    """ "between 2024-03-21 04:34:00Z and 04:44:00Z, 10 min"."""
    if gap.started_at is None:
        return _("before the first fix, %(time)s") % {"time": _time(gap.ended_at)}
    if gap.ended_at is None:
        return _("after the last fix, %(time)s") % {"time": _time(gap.started_at)}
    lasts = (gap.ended_at - gap.started_at).total_seconds()
    values = {"start": _time(gap.started_at), "end": _time(gap.ended_at), "length": duration_in_words(lasts)}
    return _("%(start)s – %(end)s, %(length)s") % values


def _time(at: datetime.datetime | None) -> str:
    return f"{at.astimezone(datetime.UTC):%Y-%m-%d %H:%M:%S}Z" if at else ""


def _track_in_words(link: FlightTrack) -> str:
    track = link.track
    name = f"{track} – {track.ended_at.astimezone(datetime.UTC):%H:%M}Z · {track.track_file.name}"
    return name if link.shown else _("%(track)s (second witness)") % {"track": name}
