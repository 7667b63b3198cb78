"""Two flights that seem to be one: proposed to a curator, who joins them or says that they are not."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tracks.models.flights import Flight


class Suggestion(models.Model):
    """What is said of a pair of flights. `one` is the flight whose id sorts first, so that a pair stands here once.

    Flights that a track connects, or whose tracks lie on one path, are written down by the import that saw it. A report
    that fits a tracked flight is found whenever somebody looks (`tracks.models.matching`) and stands here only once it
    was decided upon.
    """

    class Kind(models.TextChoices):
        """Why they seem to be one."""

        CONNECTED = "connected", _("a track continues the one and is continued by the other")
        SAME_PATH = "same_path", _("a track whose file names no aircraft lies on the path of the other")
        REPORT = "report", _("a report fits a tracked flight")

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("open")
        JOINED = "joined", _("joined")
        DISMISSED = "dismissed", _("dismissed")

    one = models.ForeignKey(Flight, models.CASCADE, related_name="+", verbose_name=_("flight"))
    other = models.ForeignKey(Flight, models.CASCADE, related_name="+", verbose_name=_("other flight"))
    kind = models.CharField(_("why"), max_length=10, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("decided by")
    )

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="suggestion_once"),
            models.CheckConstraint(name="suggestion_in_order", condition=models.Q(one__lt=models.F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} + {self.other_id}: {self.get_kind_display()}"
