"""From the identity a file states to an aircraft of the archive.

The 24-bit address decides before the registration: the aircraft sends it, the registration comes from the tracker's
own database. What contradicts the archive is told and kept as a dated claim; nothing of a curator's is overwritten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import InitVar, dataclass, field

from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from tracks.importing.allocations import contradiction
from tracks.importing.bulk import copy_objects
from tracks.importing.reports import ImportReport
from tracks.models import Aircraft, AircraftIdentity, Track, TrackFile
from tracks.models.vocabulary import Basis
from tracks.visibility import visible_aircraft

_ICAO24 = re.compile(r"[0-9a-f]{6}")
_REGISTRATION = re.compile(r"[A-Z0-9][A-Z0-9+.-]{1,15}")
# What a file may fill in on an aircraft of the archive.
_COMPLETED = ("icao24", "registration", "type_designator", "type_name")


@dataclass(slots=True)
class Identifier:
    """Finds the aircraft that the identities of one import speak of; `write` stores what is new about them.

    All that the archive knows of these aircraft is read at once, and what is new is written at once: a file may name
    thousands. In between every answer takes those before it into account, as if each had been written. New aircraft
    are not in the change log, which is for what curators do; what is filled in on others is.

    Args:
        identities: all that will be asked for, as `StatedIdentity.as_dict()` has them.
    """

    track_file: TrackFile
    report: ImportReport
    identities: InitVar[Iterable[Mapping[str, str]]]
    _by_address: dict[str, Aircraft] = field(default_factory=dict)
    _by_registration: dict[str, Aircraft] = field(default_factory=dict)
    _said: dict[str, list[Aircraft]] = field(default_factory=dict)  # by the address a file or a curator said of it
    _public: set[int] = field(default_factory=set)
    _noted: dict[int, set[tuple[str, str]]] = field(default_factory=dict)  # by id(aircraft)
    _made: list[Aircraft] = field(default_factory=list)
    _changed: dict[int, Aircraft] = field(default_factory=dict)
    _claims: list[AircraftIdentity] = field(default_factory=list)

    def __post_init__(self, identities: Iterable[Mapping[str, str]]) -> None:
        stated = [identity for identity in identities if not identity.get("simulator")]
        addresses = {_icao24(identity.get("address", "")) for identity in stated} - {""}
        registrations = {_registration(identity.get("registration", "")) for identity in stated} - {""}
        if not addresses and not registrations:
            return
        said = AircraftIdentity.objects.filter(
            field=AircraftIdentity.Field.ICAO24, value__in=addresses, basis__in=[Basis.COMPUTED, Basis.CURATOR]
        )
        claimed = list(
            said.filter(aircraft__icao24__isnull=True).order_by("aircraft_id").values_list("value", "aircraft_id")
        )
        wanted = Q(icao24__in=addresses) | Q(registration__in=registrations) | Q(pk__in={pk for _, pk in claimed})
        known = {aircraft.pk: aircraft for aircraft in Aircraft.objects.filter(wanted).order_by()}
        self._by_address = {one.icao24: one for one in known.values() if one.icao24}
        self._by_registration = {one.registration: one for one in known.values() if one.registration}
        for address, pk in claimed:
            self._said.setdefault(address, []).append(known[pk])
        self._public = set(visible_aircraft(AnonymousUser()).filter(pk__in=known).values_list("pk", flat=True))
        noted = AircraftIdentity.objects.filter(aircraft__in=known, basis=Basis.COMPUTED).order_by()
        for pk, name, value in noted.values_list("aircraft_id", "field", "value"):
            self._noted.setdefault(id(known[pk]), set()).add((name, value))

    def aircraft_for(self, identity: Mapping[str, str]) -> Aircraft | None:
        """The aircraft that the file speaks of, a new one when the archive does not have it; None when it names none.

        What a simulator wrote is of no aircraft: a registration in it says nothing of where that aircraft was.
        """
        if identity.get("simulator"):
            return None
        icao24 = _icao24(identity.get("address", ""))
        registration = _registration(identity.get("registration", ""))
        _warn_of_statements(identity, icao24, registration, self.report)
        if not icao24 and not registration:
            return None
        by_address = self._with_address(icao24) if icao24 else None
        by_registration = self._by_registration.get(registration) if registration else None
        aircraft = by_address or by_registration
        if aircraft is None:
            aircraft = self._make(icao24, registration, identity)
        elif aircraft.demonstration != self.track_file.demonstration:
            self.report.warn(
                gettext_noop(
                    "The file says it is %(key)s, which the archive knows as an aircraft of the other kind "
                    "(demonstration or real). Its tracks were stored without an aircraft."
                ),
                key=aircraft.key,
            )
            return None
        else:
            if aircraft.pk in self._public:
                _tell_what_is_new(aircraft, icao24, registration, self.report)
            elif _complete(
                aircraft, icao24, registration, identity, taken=by_address is not None and by_registration is not None
            ):
                self._enter(aircraft)
                if aircraft.pk is not None:
                    self._changed[aircraft.pk] = aircraft
            _warn_of_conflicts(aircraft, by_registration, icao24, registration, identity, self.report)
        self._note_statements(aircraft, icao24, registration, identity)
        return aircraft

    @transaction.atomic
    def write(self) -> None:
        """Store new aircraft, what was filled in on others, and what the file states of all."""
        copy_objects(self._made)
        # A curator may have written since they were read: only what is unknown still is filled in.
        for aircraft in Aircraft.objects.filter(pk__in=self._changed).order_by("pk").select_for_update():
            given = {name: getattr(self._changed[aircraft.pk], name) for name in _COMPLETED}
            if _fill_in(aircraft, given):
                aircraft.save(update_fields=_COMPLETED)
        for claim in self._claims:
            claim.aircraft = claim.aircraft  # by now it has its key
        copy_objects(self._claims)

    def _with_address(self, icao24: str) -> Aircraft | None:
        """The aircraft with the address, or the one a file or a curator said it of."""
        if known := self._by_address.get(icao24):
            return known
        return next((one for one in self._said.get(icao24, ()) if one.icao24 is None), None)

    def _make(self, icao24: str, registration: str, identity: Mapping[str, str]) -> Aircraft:
        aircraft = Aircraft(
            icao24=icao24 or None,
            registration=registration or None,
            type_designator=identity.get("type_designator", "")[:4],
            type_name=identity.get("type_name", "")[:120],
            demonstration=self.track_file.demonstration,
        )
        self._made.append(aircraft)
        self._enter(aircraft)
        return aircraft

    def _enter(self, aircraft: Aircraft) -> None:
        """Let those that are asked for later find it."""
        if aircraft.icao24:
            self._by_address[aircraft.icao24] = aircraft
        if aircraft.registration:
            self._by_registration[aircraft.registration] = aircraft

    def _note_statements(self, aircraft: Aircraft, icao24: str, registration: str, identity: Mapping[str, str]) -> None:
        """Keep each statement once as a claim on the aircraft's identity."""
        fields = AircraftIdentity.Field
        stated = {
            fields.ICAO24: icao24,
            fields.REGISTRATION: registration,
            fields.TYPE: identity.get("type_designator") or identity.get("type_name", ""),
            fields.OPERATOR: identity.get("operator", ""),
        }
        noted = self._noted.setdefault(id(aircraft), set())
        for name, value in stated.items():
            statement = (str(name), value[:200])
            if not value or statement in noted:
                continue
            noted.add(statement)
            if name == fields.ICAO24 and aircraft.icao24 is None:
                self._said[icao24] = sorted([*self._said.get(icao24, ()), aircraft], key=lambda one: one.pk)
            self._claims.append(
                AircraftIdentity(
                    aircraft=aircraft,
                    field=name,
                    value=value[:200],
                    basis=Basis.COMPUTED,
                    basis_note=f"stated by track file {self.track_file.sha256[:12]}",
                )
            )


def _warn_of_statements(identity: Mapping[str, str], icao24: str, registration: str, report: ImportReport) -> None:
    """Tell what cannot be true of what the file states, whatever the archive knows."""
    text = identity.get("registration", "").strip().upper()
    if text and not registration:
        report.warn(
            gettext_noop("The file states the registration “%(text)s”, which cannot be one; it was left aside."),
            text=text[:40],
        )
    if icao24 and registration and (marks := contradiction(icao24, registration)):
        report.warn(
            gettext_noop(
                "The address %(icao24)s does not match the registration %(registration)s: addresses of its block go "
                "with registrations that begin with %(marks)s. One of the two is wrong, or not this aircraft's."
            ),
            icao24=icao24,
            registration=registration,
            marks=", ".join(f"{mark}-" if mark not in {"N", "HL", "JA"} else mark for mark in marks),
        )


def _tell_what_is_new(aircraft: Aircraft, icao24: str, registration: str, report: ImportReport) -> None:
    """Leave it to a curator to put what a file says onto an aircraft that readers see."""
    for name, stated, known in (
        (gettext_noop("address"), icao24, aircraft.icao24),
        (gettext_noop("registration"), registration, aircraft.registration),
    ):
        if stated and not known:
            report.warn(
                gettext_noop(
                    "The file states the %(what)s %(stated)s for %(key)s, which the archive does not have. Readers see "
                    "that aircraft, so it was not filled in: add it on the aircraft’s page if you agree."
                ),
                what=name,
                stated=stated,
                key=aircraft.key,
            )


def _icao24(address: str) -> str:
    """The address where it is an ICAO one; “~” marks others, which trackers make up anew every day."""
    address = address.strip().lower()
    return address if _ICAO24.fullmatch(address) else ""


def _registration(text: str) -> str:
    """The registration, or nothing where the text cannot be one."""
    registration = text.strip().upper()
    return registration if _REGISTRATION.fullmatch(registration) else ""


def _complete(aircraft: Aircraft, icao24: str, registration: str, identity: Mapping[str, str], *, taken: bool) -> bool:
    """Fill in what the archive did not know, not saved; whether there was anything. `taken`: that registration is
    another's already.
    """
    type_designator, type_name = identity.get("type_designator", "")[:4], identity.get("type_name", "")[:120]
    stated = (icao24, "" if taken else registration, type_designator, type_name)
    return _fill_in(aircraft, dict(zip(_COMPLETED, stated, strict=True)))


def _fill_in(aircraft: Aircraft, given: Mapping[str, str | None]) -> bool:
    """Write what is given onto what the aircraft lacks: address, registration, type; whether there was anything."""
    lacks = [name for name in ("icao24", "registration") if not getattr(aircraft, name)]
    if not aircraft.type_designator and not aircraft.type_name:
        lacks += ["type_designator", "type_name"]
    filled = {name: value for name in lacks if (value := given[name])}
    for name, value in filled.items():
        setattr(aircraft, name, value)
    return bool(filled)


def _warn_of_conflicts(
    aircraft: Aircraft,
    by_registration: Aircraft | None,
    icao24: str,
    registration: str,
    identity: Mapping[str, str],
    report: ImportReport,
) -> None:
    if by_registration is not None and by_registration != aircraft:
        report.warn(
            gettext_noop(
                "The file says that the address %(icao24)s is %(registration)s, but the archive knows these as two "
                "aircraft, %(one)s and %(other)s. The tracks were given to %(one)s, which has the address."
            ),
            icao24=icao24,
            registration=registration,
            one=aircraft.key,
            other=by_registration.key,
        )
        return
    for name, stated, known in (
        (gettext_noop("address"), icao24, aircraft.icao24),
        (gettext_noop("registration"), registration, aircraft.registration),
        (gettext_noop("type"), identity.get("type_designator", ""), aircraft.type_designator),
    ):
        if stated and known and stated != known:
            report.warn(
                gettext_noop(
                    "The file states the %(what)s %(stated)s for %(key)s, the archive has %(known)s. "
                    "The archive was left as it is; check which is right for the day of the flight."
                ),
                what=name,
                stated=stated,
                key=aircraft.key,
                known=known,
            )


def write_aircraft(tracks: Sequence[Track]) -> None:
    """Write onto the rows of tracks whose they are: one statement for all of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tracks_track SET aircraft_id = given.aircraft "
            "FROM unnest(%s::bigint[], %s::bigint[]) AS given(track, aircraft) WHERE tracks_track.id = given.track",
            [[track.pk for track in tracks], [track.aircraft_id for track in tracks]],
        )
