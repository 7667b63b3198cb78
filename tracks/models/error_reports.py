"""What readers say is wrong with a flight."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracks.models.flights import Flight

LONGEST_TEXT = 4000  # characters
LONGEST_CONTACT = 200


class ErrorReport(models.Model):
    """A reader's report of an error. Only the newsroom reads it; nothing of the reader is kept but what is written."""

    class State(models.TextChoices):
        """Whether a curator has dealt with it."""

        OPEN = "open", _("to be read")
        DONE = "done", _("dealt with")

    flight = models.ForeignKey(Flight, models.CASCADE, related_name="error_reports", verbose_name=_("flight"))
    revision = models.PositiveIntegerField(_("revision shown"), null=True, blank=True)
    moment = models.DateTimeField(_("moment shown"), null=True, blank=True)
    text = models.TextField(_("what is wrong"), max_length=LONGEST_TEXT)
    contact = models.CharField(_("how to answer"), max_length=LONGEST_CONTACT, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    note = models.TextField(_("note of the newsroom"), blank=True)
    created_at = models.DateTimeField(_("received"), auto_now_add=True)

    class Meta:
        verbose_name = _("report of an error")
        verbose_name_plural = _("reports of errors")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.flight}: {self.text[:60]}"
