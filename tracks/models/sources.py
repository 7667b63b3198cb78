"""Publications that claims rest on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracks.models.vocabulary import SourceKind


class Source(models.Model):
    """A publication, named so that a reader can look it up."""

    publisher = models.CharField(_("publisher"), max_length=200)
    title = models.CharField(_("title"), max_length=300, blank=True)
    url = models.URLField(_("address"), max_length=1000, unique=True)
    publication_date = models.CharField(
        _("publication date"),
        max_length=10,
        blank=True,
        help_text=_("As printed, ISO 8601, reduced where the page is: 2024-03-27, 2024-03 or 2024."),
    )
    language = models.CharField(_("language"), max_length=8, blank=True)
    kind = models.CharField(_("kind"), max_length=40, choices=SourceKind.choices, default=SourceKind.OTHER)
    archive_url = models.URLField(_("archived copy"), max_length=1000, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["publisher", "publication_date", "id"]

    def __str__(self) -> str:
        return f"{self.publisher} ({self.publication_date})" if self.publication_date else self.publisher
