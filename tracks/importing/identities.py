"""From the identity a file states to an aircraft of the archive.

The 24-bit address decides before the registration: the aircraft sends it, the registration comes from the tracker's
own database. What contradicts the archive is told and kept as a dated claim; nothing of a curator's is overwritten.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_noop

from tracks.importing.allocations import contradiction
from tracks.importing.reports import ImportReport
from tracks.models import Aircraft, AircraftIdentity, TrackFile
from tracks.models.vocabulary import Basis
from tracks.visibility import visible_aircraft

_ICAO24 = re.compile(r"[0-9a-f]{6}")
_REGISTRATION = re.compile(r"[A-Z0-9][A-Z0-9+.-]{1,15}")


def aircraft_for(identity: Mapping[str, str], track_file: TrackFile, report: ImportReport) -> Aircraft | None:
    """The aircraft that the file speaks of, made when the archive does not have it; None when the file names none.

    Args:
        identity: as `StatedIdentity.as_dict()` has it. What a simulator wrote is of no aircraft: a
            registration in it says nothing of where that aircraft was.
    """
    if identity.get("simulator"):
        return None
    icao24 = _icao24(identity.get("address", ""))
    registration = _registration(identity.get("registration", ""), report)
    if not icao24 and not registration:
        return None
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
    by_address = _by_address(icao24) if icao24 else None
    by_registration = Aircraft.objects.filter(registration=registration).first() if registration else None
    aircraft = by_address or by_registration
    if aircraft is None:
        aircraft = Aircraft.objects.create(
            icao24=icao24 or None,
            registration=registration or None,
            type_designator=identity.get("type_designator", "")[:4],
            type_name=identity.get("type_name", "")[:120],
            demonstration=track_file.demonstration,
        )
    elif aircraft.demonstration != track_file.demonstration:
        report.warn(
            gettext_noop(
                "The file says it is %(key)s, which the archive knows as an aircraft of the other kind "
                "(demonstration or real). Its tracks were stored without an aircraft."
            ),
            key=aircraft.key,
        )
        return None
    else:
        if _is_public(aircraft):
            _tell_what_is_new(aircraft, icao24, registration, report)
        else:
            _complete(
                aircraft, icao24, registration, identity, taken=by_address is not None and by_registration is not None
            )
        _warn_of_conflicts(aircraft, by_registration, icao24, registration, identity, report)
    _note_statements(aircraft, icao24, registration, identity, track_file)
    return aircraft


def _by_address(icao24: str) -> Aircraft | None:
    """The aircraft with the address, or the one a file or a curator said it of."""
    if known := Aircraft.objects.filter(icao24=icao24).first():
        return known
    said = AircraftIdentity.objects.filter(
        field=AircraftIdentity.Field.ICAO24, value=icao24, basis__in=[Basis.COMPUTED, Basis.CURATOR]
    )
    return Aircraft.objects.filter(icao24__isnull=True, identities__in=said).order_by("pk").first()


def _is_public(aircraft: Aircraft) -> bool:
    """Whether readers see the aircraft's page: then nothing may appear there that only a draft's file says."""
    return visible_aircraft(AnonymousUser()).filter(pk=aircraft.pk).exists()


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


def _registration(text: str, report: ImportReport) -> str:
    registration = text.strip().upper()
    if registration and not _REGISTRATION.fullmatch(registration):
        report.warn(
            gettext_noop("The file states the registration “%(text)s”, which cannot be one; it was left aside."),
            text=registration[:40],
        )
        return ""
    return registration


def _complete(aircraft: Aircraft, icao24: str, registration: str, identity: Mapping[str, str], *, taken: bool) -> None:
    """Fill in what the archive did not know of the aircraft; `taken`: its registration is another's already."""
    before = (aircraft.icao24, aircraft.registration, aircraft.type_designator, aircraft.type_name)
    if aircraft.icao24 is None and icao24:
        aircraft.icao24 = icao24
    if aircraft.registration is None and registration and not taken:
        aircraft.registration = registration
    if not aircraft.type_designator and not aircraft.type_name:
        aircraft.type_designator = identity.get("type_designator", "")[:4]
        aircraft.type_name = identity.get("type_name", "")[:120]
    if before != (aircraft.icao24, aircraft.registration, aircraft.type_designator, aircraft.type_name):
        aircraft.save()


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


def _note_statements(
    aircraft: Aircraft, icao24: str, registration: str, identity: Mapping[str, str], track_file: TrackFile
) -> None:
    """Keep each statement once as a claim on the aircraft's identity."""
    fields = AircraftIdentity.Field
    stated = {
        fields.ICAO24: icao24,
        fields.REGISTRATION: registration,
        fields.TYPE: identity.get("type_designator") or identity.get("type_name", ""),
        fields.OPERATOR: identity.get("operator", ""),
    }
    known = set(aircraft.identities.filter(basis=Basis.COMPUTED).values_list("field", "value"))
    AircraftIdentity.objects.bulk_create(
        AircraftIdentity(
            aircraft=aircraft,
            field=field,
            value=value[:200],
            basis=Basis.COMPUTED,
            basis_note=f"stated by track file {track_file.sha256[:12]}",
        )
        for field, value in stated.items()
        if value and (str(field), value[:200]) not in known
    )
