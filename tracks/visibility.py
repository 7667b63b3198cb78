"""Who may see what: every rule written once, usable in Python and in SQL.

The public sees published flights, as their revisions say, and aircraft that a published flight or the reference data
names. Staff see everything. Whoever may not see a thing is told that it is not there.
"""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import Left

from tracks.models import Aircraft, AircraftIdentity, Flight, FlightRevision, RevisionStretch
from tracks.models.vocabulary import Basis, FlightStatus

User = AbstractBaseUser | AnonymousUser

# What was withdrawn stays withdrawn, also when a corrected revision is published afterwards.
REVISION_IS_PUBLIC = Q(flight__status=FlightStatus.PUBLISHED, number__gt=F("flight__withdrawn_through"))


def sees_everything(user: User) -> bool:
    """Whether this is somebody of the newsroom: active staff."""
    return bool(user.is_authenticated and user.is_active and getattr(user, "is_staff", False))


def can_see(user: User, flight: Flight) -> bool:
    """Whether the user may open the flight's page."""
    return sees_everything(user) or flight.status == FlightStatus.PUBLISHED


def listed_revisions() -> QuerySet[FlightRevision]:
    """What lists, maps, feeds and searches show to everybody: the current revision of every published flight."""
    # Not by a join from the revision: PostgreSQL multiplies the odds of "its flight" and "its flight's current one",
    # expects a single row of them all, and reads every aircraft again for each flight.
    current = Flight.objects.filter(status=FlightStatus.PUBLISHED).values("published_revision")
    return FlightRevision.objects.filter(pk__in=current)


def visible_revisions(user: User) -> QuerySet[FlightRevision]:
    """The revisions the user may open by number: of published flights all but those once withdrawn."""
    revisions = FlightRevision.objects.all()
    return revisions if sees_everything(user) else revisions.filter(REVISION_IS_PUBLIC)


def is_public(revision: FlightRevision) -> bool:
    """Whether everybody may open the revision: the same rule for one at hand."""
    flight = revision.flight
    return flight.status == FlightStatus.PUBLISHED and revision.number > flight.withdrawn_through


def visible_aircraft(user: User) -> QuerySet[Aircraft]:
    """The aircraft whose page the user may open; one known only from drafts is not among them."""
    aircraft = Aircraft.objects.all()
    if sees_everything(user):
        return aircraft
    published = listed_revisions().filter(aircraft=OuterRef("pk"))
    return aircraft.filter(Q(listed=True) | Exists(published))


def public_identities() -> QuerySet[AircraftIdentity]:
    """The claims on identities that everybody may read.

    An import notes what a file states of its aircraft, with the first digits of the file's SHA-256. Such a claim is
    public once a flight from that file is: before, it is known only from drafts.
    """
    note = ExpressionWrapper(OuterRef("basis_note"), output_field=CharField())
    named = RevisionStretch.objects.filter(revision__in=listed_revisions(), revision__aircraft=OuterRef("aircraft"))
    named = named.alias(note=note).filter(note__endswith=Left("file_sha256", 12))
    return AircraftIdentity.objects.filter(~Q(basis=Basis.COMPUTED) | Exists(named))
