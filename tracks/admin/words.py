"""Codes of imports and processing in words: what stands in the database short is shown in full sentences."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils.translation import gettext as _

from tracks.formats.reading import ARCHIVE_FORMAT, ARCHIVE_LABEL, member_and_record
from tracks.formats.registry import parser_named

FEET = 0.3048  # metres


def format_label(name: str) -> str:
    """A format's name for people, or as stored where no parser of today has it."""
    if name == ARCHIVE_FORMAT:
        return _(ARCHIVE_LABEL)
    try:
        return _(parser_named(name).label) if name else ""
    except KeyError:
        return name


def place_in_words(kind: str, number: int, member: str = "") -> str:
    """Where in a file: "byte 1,234". Lines count from 1, bytes and records from 0. In an archive, in which file too."""
    words = {"byte": _("byte %(n)s"), "line": _("line %(n)s"), "record": _("record %(n)s")}
    place = words.get(kind, kind + " %(n)s") % {"n": f"{number:,}"}
    return _("%(file)s: %(place)s") % {"file": member, "place": place} if member else place


def record_in_words(record_index: int, report: dict[str, Any]) -> str:
    """A record by its number (`formats.reading`): "1,234", in an archive of several files "doc.kml: record 1,234"."""
    ordinal, record = member_and_record(record_index)
    if not ordinal:
        return f"{record:,}"
    names = {member["number"]: member["name"] for member in report.get("members", [])}
    return place_in_words("record", record, names.get(ordinal, _("file %(n)d") % {"n": ordinal}))


def column_label(name: str) -> str:
    """A column of `processing.fixes.COLUMNS`."""
    return {
        "altitude": _("altitude"),
        "geometric_altitude": _("geometric altitude"),
        "ground_speed": _("ground speed"),
        "track_angle": _("track angle"),
        "vertical_rate": _("vertical rate"),
        "squawk": _("squawk"),
        "callsign": _("callsign"),
    }.get(name, name.replace("_", " "))


_IDENTITY = (
    "registration",
    "address",
    "type_designator",
    "type_name",
    "operator",
    "callsign",
    "flight_number",
    "origin",
    "destination",
    "simulator",
)


def identity_in_words(identity: dict[str, Any]) -> str:
    """What a file states of an aircraft: "registration TC-JVF · 24-bit address 4baac6"."""
    order = sorted(identity, key=lambda name: _IDENTITY.index(name) if name in _IDENTITY else len(_IDENTITY))
    return " · ".join(f"{identity_label(name)} {identity[name]}" for name in order)


def identity_label(name: str) -> str:
    """A part of an identity (`formats.contract.StatedIdentity`)."""
    return {
        "registration": _("registration"),
        "address": _("address"),
        "type_designator": _("type designator"),
        "type_name": _("type"),
        "operator": _("operator"),
        "callsign": _("callsign"),
        "flight_number": _("flight number"),
        "origin": _("origin"),
        "destination": _("destination"),
        "simulator": _("simulator"),
    }.get(name, name.replace("_", " "))


def confidence_label(confidence: int) -> str:
    """How sure the recognition of a format is (`formats.contract.Confidence`)."""
    return {
        3: _("recognised by its content, beyond doubt"),
        2: _("recognised by its content, probably"),
        1: _("recognised by its content, barely: check it"),
    }.get(confidence, "")


def end_confidence(confidence: str) -> str:
    """How sure an end is, in a word or two (`processing.endpoints`); nothing where it is as sure as can be."""
    return {"high": "", "medium": _("medium confidence"), "low": _("low confidence")}.get(confidence, confidence)


def compared_in_words(compared: dict[str, Any]) -> str:
    """How a second witness compares with the shown track (`FlightTrack.compared`)."""
    if not compared:
        return ""
    offset, apart = compared.get("offset_s"), round(compared.get("distance_m", 0))
    if offset is None:
        return _("%(m)s m apart; too little movement in common to compare the clocks") % {"m": f"{apart:,}"}
    values = {
        "s": f"{abs(offset):.1f}",
        "doubt": f"{max(compared.get('doubt_s', 0.0), 0.1):.1f}",
        "m": f"{apart:,}",
        "aligned": f"{round(compared.get('aligned_m', 0)):,}",
    }
    if abs(offset) < 0.05:
        return _("clocks agree (± %(doubt)s s); %(m)s m apart") % values
    sentence = (
        _("clock %(s)s s ahead (± %(doubt)s s): %(m)s m apart as stated, %(aligned)s m without that")
        if offset > 0
        else _("clock %(s)s s behind (± %(doubt)s s): %(m)s m apart as stated, %(aligned)s m without that")
    )
    return sentence % values


def begins_label(reason: str) -> str:
    """Why a leg begins (`processing.splitting.SplitReason`); nothing where the file simply begins."""
    return {
        "track-start": "",
        "file-says": _("the file says that a new leg begins"),
        "ground-stop": _("it had stood on the ground"),
        "callsign-change-near-the-ground": _("the callsign changed near the ground"),
        "landed-and-took-off-unseen": _("it landed and took off again unseen"),
        "must-have-stayed-unseen": _("it must have stayed somewhere unseen"),
        "curator-says": _("a curator split the flight here"),
    }.get(reason, reason)


def end_in_words(end: dict[str, Any] | None, *, departure: bool) -> list[str]:
    """How an end of a track was found (`processing.endpoints.End`), one sentence an item."""
    if not end:
        return [_("Nothing is known of this end.")]
    told = []
    if end.get("airport"):
        basis = {
            "fixes-on-the-ground-there": _("fixes on the ground there"),
            "fixes-low-nearby": _("fixes low nearby"),
        }.get(end.get("basis", ""), end.get("basis", ""))
        sure = {"high": _("high"), "medium": _("medium"), "low": _("low: another airport is about as near")}
        told.append(
            _("%(airport)s, from %(basis)s; confidence %(confidence)s")
            % {
                "airport": end["airport"],
                "basis": basis,
                "confidence": sure.get(end.get("confidence", ""), end.get("confidence", "")),
            }
        )
    elif end.get("seen"):
        told.append(_("The fixes reach the ground, but no airport we know is near."))
    elif departure:
        told.append(_("Not seen: the aircraft was already under way at the first fix."))
    else:
        told.append(_("Not seen: the aircraft was still under way at the last fix."))
    if end.get("distance_m") is not None:
        told.append(_("%(km).1f km from its reference point") % {"km": end["distance_m"] / 1000})
    if end.get("height_m") is not None:
        told.append(_("%(m)d m (%(ft)d ft) above its elevation") % {"m": end["height_m"], "ft": end["height_m"] / FEET})
    if end.get("runway"):
        told.append(_("runway %(ident)s") % {"ident": end["runway"]})
    if end.get("time") is not None:
        at = datetime.datetime.fromtimestamp(end["time"], datetime.UTC)
        values = {"time": f"{at:%Y-%m-%d %H:%M:%S}Z", "s": end.get("time_uncertainty_s") or 0}
        told.append((_("took off %(time)s ± %(s)d s") if departure else _("landed %(time)s ± %(s)d s")) % values)
    return told
