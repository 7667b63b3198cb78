"""Aircraft, their operators, and the sanctions upon them."""

from __future__ import annotations

import datetime

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracks.models.sources import Source
from tracks.models.vocabulary import Basis, SanctionScope

ICAO24 = RegexValidator(
    r"^~?[0-9a-f]{6}$", _("Six hexadecimal digits, lower case; “~” before them marks a non-ICAO address.")
)


class Operator(models.Model):
    """Who flies the aircraft."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    country = models.CharField(_("country (ISO 3166)"), max_length=2, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("operator")
        verbose_name_plural = _("operators")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Aircraft(models.Model):
    """One airframe. Registration and address move between airframes: `AircraftIdentity` holds the dated claims."""

    registration = models.CharField(_("registration"), max_length=16, null=True, blank=True, unique=True)
    icao24 = models.CharField(
        _("24-bit address"), max_length=7, null=True, blank=True, unique=True, validators=[ICAO24]
    )
    type_designator = models.CharField(_("type designator"), max_length=4, blank=True)
    type_name = models.CharField(_("type"), max_length=120, blank=True)
    operator = models.ForeignKey(
        Operator, models.SET_NULL, null=True, blank=True, related_name="aircraft", verbose_name=_("operator")
    )
    demonstration = models.BooleanField(_("demonstration"), default=False, db_index=True)
    listed = models.BooleanField(
        _("listed"),
        default=False,
        help_text=_("Public even while no flight of it is published. One known only from drafts stays hidden."),
    )
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("aircraft")
        verbose_name_plural = _("aircraft")
        ordering = ["registration", "icao24"]
        constraints = [
            models.CheckConstraint(
                name="aircraft_has_identity",
                condition=Q(registration__isnull=False) & ~Q(registration="") | Q(icao24__isnull=False) & ~Q(icao24=""),
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """What the aircraft is called in addresses and lanes: registration, or else the 24-bit address."""
        return self.registration or self.icao24 or ""

    def clean(self) -> None:
        """Empty means unknown: two aircraft without a registration are not the same one."""
        self.registration = (self.registration or "").strip().upper() or None
        self.icao24 = (self.icao24 or "").strip().lower() or None


class AircraftIdentity(models.Model):
    """A dated claim on an aircraft's identity."""

    class Field(models.TextChoices):
        """What is claimed."""

        REGISTRATION = "registration", _("registration")
        ICAO24 = "icao24", _("24-bit address")
        TYPE = "type", _("type")
        OPERATOR = "operator", _("operator")

    aircraft = models.ForeignKey(Aircraft, models.CASCADE, related_name="identities", verbose_name=_("aircraft"))
    field = models.CharField(_("what"), max_length=16, choices=Field.choices)
    value = models.CharField(_("value"), max_length=200)
    basis = models.CharField(_("basis"), max_length=10, choices=Basis.choices)
    basis_note = models.CharField(_("basis in words"), max_length=300, blank=True)
    source = models.ForeignKey(Source, models.SET_NULL, null=True, blank=True, verbose_name=_("source"))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("identity claim")
        verbose_name_plural = _("identity claims")
        ordering = ["aircraft", "field", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["aircraft", "field", "value", "basis", "source"], name="identity_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_field_display()}: {self.value}"


class SanctionQuerySet(models.QuerySet["Sanction"]):
    """Sanctions as of a day, and on an aircraft by any scope."""

    def in_force(self, day: datetime.date) -> SanctionQuerySet:
        """Those whose dates cover the day. One without a start date is not in force: nobody says since when."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))

    def upon(self, aircraft: Aircraft) -> SanctionQuerySet:
        """Those that name the aircraft, or its operator, fleet or owner."""
        named = Q(aircraft=aircraft)
        if aircraft.operator_id is not None:
            named |= Q(operator=aircraft.operator_id, aircraft__isnull=True)
        return self.filter(named)


class Sanction(models.Model):
    """A sanction as a source states it. Whether it applied is shown as of a flight's date."""

    scope = models.CharField(_("scope"), max_length=24, choices=SanctionScope.choices)
    aircraft = models.ForeignKey(
        Aircraft, models.CASCADE, null=True, blank=True, related_name="sanctions", verbose_name=_("aircraft")
    )
    operator = models.ForeignKey(
        Operator, models.CASCADE, null=True, blank=True, related_name="sanctions", verbose_name=_("operator")
    )
    authority = models.CharField(_("authority"), max_length=200)
    programme = models.CharField(_("programme"), max_length=120, blank=True)
    detail = models.TextField(_("detail"), blank=True)
    date_text = models.CharField(
        _("date as stated"), max_length=10, blank=True, help_text=_("ISO 8601, reduced where the source is: 2016-12.")
    )
    valid_from = models.DateField(
        _("valid from"),
        null=True,
        blank=True,
        help_text=_("The last day the stated date can mean: 2016-12 is 31 December."),
    )
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, verbose_name=_("source"))

    objects = SanctionQuerySet.as_manager()

    class Meta:
        verbose_name = _("sanction")
        verbose_name_plural = _("sanctions")
        ordering = ["valid_from", "id"]
        constraints = [
            models.CheckConstraint(
                name="sanction_names_somebody", condition=Q(aircraft__isnull=False) | Q(operator__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.authority}, {self.date_text or _('no date')}: {self.get_scope_display()}"
