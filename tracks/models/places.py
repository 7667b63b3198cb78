"""Airports, runways, and places known only roughly."""

from __future__ import annotations

from django.contrib.gis.db.models import PointField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tracks.models.vocabulary import PlacePrecision


class Airport(models.Model):
    """An aerodrome."""

    icao = models.CharField(_("ICAO code"), max_length=4, unique=True)
    iata = models.CharField(_("IATA code"), max_length=3, blank=True)
    name = models.CharField(_("name"), max_length=200)
    city = models.CharField(_("city"), max_length=120, blank=True)
    country = models.CharField(_("country (ISO 3166)"), max_length=2, blank=True)
    location = PointField(_("location"), srid=4326)
    elevation_m = models.FloatField(_("elevation (m)"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    data_source = models.CharField(_("data from"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("airport")
        verbose_name_plural = _("airports")
        ordering = ["icao"]

    def __str__(self) -> str:
        return f"{self.name} ({self.icao})"


class Runway(models.Model):
    """A runway, by its two thresholds."""

    airport = models.ForeignKey(Airport, models.CASCADE, related_name="runways", verbose_name=_("airport"))
    low_ident = models.CharField(_("low end"), max_length=4)
    high_ident = models.CharField(_("high end"), max_length=4)
    low_threshold = PointField(_("low end's threshold"), srid=4326, null=True, blank=True)
    high_threshold = PointField(_("high end's threshold"), srid=4326, null=True, blank=True)
    low_heading = models.FloatField(_("low end's true heading (°)"), null=True, blank=True)
    length_m = models.FloatField(_("length (m)"), null=True, blank=True)
    width_m = models.FloatField(_("width (m)"), null=True, blank=True)
    surface = models.CharField(_("surface"), max_length=40, blank=True)
    closed = models.BooleanField(_("closed"), default=False)

    class Meta:
        verbose_name = _("runway")
        verbose_name_plural = _("runways")
        ordering = ["airport", "low_ident"]
        constraints = [models.UniqueConstraint(fields=["airport", "low_ident", "high_ident"], name="runway_once")]

    def __str__(self) -> str:
        return f"{self.airport.icao} {self.low_ident}/{self.high_ident}"


class Place(models.Model):
    """Where a flight began or ended, no more exactly than it is known.

    Only an airport or a runway is a point. A city, an area or a country is drawn as a patch of `radius_km` around
    `location`, so that nobody takes its middle for the spot.
    """

    name = models.CharField(_("name"), max_length=200)
    precision = models.CharField(_("precision"), max_length=10, choices=PlacePrecision.choices)
    airport = models.ForeignKey(
        Airport, models.PROTECT, null=True, blank=True, related_name="places", verbose_name=_("airport")
    )
    runway = models.ForeignKey(
        Runway, models.PROTECT, null=True, blank=True, related_name="places", verbose_name=_("runway")
    )
    country = models.CharField(_("country (ISO 3166)"), max_length=2, blank=True)
    location = PointField(_("location"), srid=4326, null=True, blank=True)
    radius_km = models.FloatField(_("radius (km)"), default=0)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["name", "precision"], name="place_once"),
            models.CheckConstraint(
                name="place_airport_if_precise",
                condition=~models.Q(precision__in=[PlacePrecision.AIRPORT, PlacePrecision.RUNWAY])
                | models.Q(airport__isnull=False),
            ),
            models.CheckConstraint(
                name="place_rough_has_radius",
                condition=models.Q(precision__in=[PlacePrecision.AIRPORT, PlacePrecision.RUNWAY])
                | models.Q(radius_km__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def for_airport(cls, airport: Airport) -> Place:
        """The place that is this airport, made when it is not there yet."""
        place = cls.objects.filter(airport=airport, precision=PlacePrecision.AIRPORT).first()
        return place or cls.objects.create(
            name=f"{airport.name} ({airport.icao})",
            precision=PlacePrecision.AIRPORT,
            airport=airport,
            country=airport.country,
            location=airport.location,
        )
