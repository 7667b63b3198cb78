"""The closed vocabularies of the archive, used by database, API, map and exports alike."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EvidenceClass(models.TextChoices):
    """How a position or a flight is known. Nothing may silently turn one class into another."""

    OBSERVED = "observed", _("observed")
    ESTIMATED = "estimated", _("estimated")
    REPORTED = "reported", _("reported")


class AssertionLevel(models.TextChoices):
    """How strongly a publication asserts a flight: one only scheduled must not look flown."""

    TRACKED = "tracked_full_or_partial", _("tracked, in full or in part")
    OFFICIAL_ALLEGATION = "official_allegation", _("official allegation")
    INFERRED = "mentioned_or_inferred", _("mentioned or inferred")
    SCHEDULED_ONLY = "scheduled_only", _("scheduled only")
    IMAGERY_ONLY = "imagery_only", _("seen on imagery only")
    CONFIRMED = "announced_or_confirmed_by_operator", _("announced or confirmed by operator")


class Basis(models.TextChoices):
    """Where a claim comes from, weakest first: a curator's decision outweighs a measurement, that a publication."""

    SOURCE = "source", _("stated by a source")
    COMPUTED = "computed", _("computed from a track")
    CURATOR = "curator", _("decided by a curator")


class PlacePrecision(models.TextChoices):
    """How exactly a place is known."""

    RUNWAY = "runway", _("runway")
    AIRPORT = "airport", _("airport")
    CITY = "city", _("city")
    AREA = "area", _("area")
    COUNTRY = "country", _("country")


class DatePrecision(models.TextChoices):
    """How exactly a date or time is stated."""

    SECOND = "second", _("to the second")
    MINUTE = "minute", _("to the minute")
    HOUR = "hour", _("to the hour")
    DAY = "day", _("to the day")
    MONTH = "month", _("to the month")
    YEAR = "year", _("to the year")
    UNKNOWN = "unknown", _("unknown")


class ZoneBasis(models.TextChoices):
    """Whether a source states the time zone of its times."""

    STATED = "stated", _("zone stated")
    PRESUMED = "presumed", _("zone presumed")
    UNSTATED = "unstated", _("zone not stated")


class GapKind(models.TextChoices):
    """Where in a track the gap lies."""

    LEADING = "leading", _("before the first fix")
    INTERIOR = "interior", _("between fixes")
    TRAILING = "trailing", _("after the last fix")


class GapCause(models.TextChoices):
    """Why there are no fixes; unknown until a curator says."""

    UNKNOWN = "unknown", _("unknown")
    COVERAGE = "coverage", _("no receiver in reach")
    TRANSPONDER_OFF = "transponder_off", _("transponder off")
    TRACKER = "tracker", _("missing in the tracker's data")
    REMOVED = "removed", _("excluded by a curator")
    OTHER = "other", _("other")


class SanctionScope(models.TextChoices):
    """What exactly a sanction names."""

    AIRCRAFT = "aircraft", _("the aircraft")
    AIRCRAFT_AS_REPORTED = "aircraft_as_reported", _("the aircraft, as reported by a publication")
    OPERATOR = "operator", _("the operator")
    FLEET = "fleet", _("the operator's fleet")
    OWNER = "owner", _("the owner")


class SourceKind(models.TextChoices):
    """What kind of publication a source is."""

    ORIGINAL_REPORT = "original_report", _("original report")
    WIRE = "wire_or_broadcaster", _("wire service or broadcaster")
    RELAY = "relay_of_other_outlet", _("relays another outlet")
    COPY = "aggregator_or_mirror_copy", _("aggregator or mirror copy")
    DATABASE = "database", _("database")
    OFFICIAL = "official", _("official document")
    OTHER = "other", _("other")


class FlightStatus(models.TextChoices):
    """Where a flight stands. Only `published` ones are public; the others answer 404, 410 or redirect."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")
    MERGED = "merged", _("merged into another flight")


class Direction(models.TextChoices):
    """Along the corridor; the settings say which airports lie at which end."""

    OUTBOUND = "outbound", _("outbound")
    INBOUND = "inbound", _("inbound")
