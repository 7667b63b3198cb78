"""Resolve a flight's facts from its claims. Can be run again at any time and gives the same facts.

The strongest claim is shown (`tracks.models.ranking`); whatever contradicts it is kept as a disagreement.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Max, Min, Q, Sum

from tracks.models.assembled import moment
from tracks.models.assembly import assemble_each
from tracks.models.batches import in_batches
from tracks.models.claim_values import Expander, Value, parse_time
from tracks.models.corridor import direction_between, passing_through_corridor, said_of_corridor
from tracks.models.flights import Claim, ClaimField, Flight, FlightTrack
from tracks.models.places import Place
from tracks.models.ranking import disagreeing_fields, ranked_claims_of, value_of
from tracks.models.revisions import Edit
from tracks.models.track_files import Stretch
from tracks.models.vocabulary import DatePrecision, EvidenceClass, ZoneBasis


@transaction.atomic
def resolve(flight: Flight) -> Flight:
    """Rebuild the facts of the flight's working copy from its claims and tracks, and save them."""
    set_facts([flight])
    flight.save()
    return flight


def set_facts(flights: Sequence[Flight], all_claims: Sequence[Claim] | None = None) -> None:
    """Set the facts of flights from their claims and tracks, saving nothing: a handful of queries for any number.

    The claims and tracks are those in the database; the flights themselves need not be there yet.

    Args:
        all_claims: where the caller has all claims of the flights at hand, saved; they are not loaded then.
    """
    claims, expander = ranked_claims_of(flights, all_claims)
    spans = {
        span["flight"]: (span["start"], span["end"])
        for span in FlightTrack.objects.filter(flight__in=flights, shown=True)
        .order_by()
        .values("flight")
        .annotate(start=Min("track__started_at"), end=Max("track__ended_at"))
    }
    spans |= _edited_spans(flights, spans.keys())
    simulated = FlightTrack.objects.filter(flight__in=flights, track__track_file__demonstration=True)
    demonstrations = set(simulated.order_by().values_list("flight", flat=True))
    received = set(
        Stretch.objects.filter(
            track__flight_track__flight__in=flights,
            track__flight_track__shown=True,
            evidence_class=EvidenceClass.OBSERVED,
        )
        .order_by()
        .values_list("track__flight_track__flight", flat=True)
        .distinct()
    )
    undecided: list[Flight] = []
    for flight in flights:
        own = claims[flight.pk]
        shown = {field: group[0] for field, group in own.items()}
        _set_names(flight, shown, expander)
        _set_ends(flight, shown, expander)
        _set_times(flight, shown, spans.get(flight.pk))
        if flight.evidence_class == EvidenceClass.OBSERVED and flight.pk not in received:
            flight.evidence_class = EvidenceClass.ESTIMATED  # its tracks hold nothing but the tracker's own guesses
        flight.demonstration = flight.demonstration or flight.pk in demonstrations
        flight.disagreements = disagreeing_fields(own, expander)
        flight.direction = direction_between(flight.origin, flight.destination)
        said = said_of_corridor(shown.get(ClaimField.IN_CORRIDOR), own, expander)
        flight.in_corridor = bool(said)
        if said is None:
            undecided.append(flight)
        title = value_of(shown.get(ClaimField.TITLE)).get("text", "")
        flight.title = (title or automatic_title(flight))[:200]
    passing = passing_through_corridor(undecided)
    for flight in undecided:
        flight.in_corridor = flight.pk in passing


def _edited_spans(
    flights: Sequence[Flight], tracked: Iterable[str]
) -> dict[str, tuple[datetime.datetime, datetime.datetime]]:
    """What flights with edits, or with second witnesses, show: that is more or less than their shown tracks."""
    tracked = list(tracked)
    if not tracked:
        return {}
    files = FlightTrack.objects.filter(flight__in=tracked).order_by()
    edited = Edit.objects.filter(state=Edit.State.ACTIVE).values("track_file")
    named = files.filter(Q(track__track_file__in=edited) | Q(shown=False)).values_list("flight", flat=True)
    own = Edit.objects.filter(state=Edit.State.ACTIVE, flight__in=tracked).values_list("flight", flat=True)
    wanted = {*named, *own}
    fixes = dict(files.filter(flight__in=wanted).values_list("flight").annotate(count=Sum("track__fix_count")))
    spans: dict[str, tuple[datetime.datetime, datetime.datetime]] = {}
    for together in in_batches((flight for flight in flights if flight.pk in wanted), lambda one: fixes.get(one.pk, 0)):
        for pk, assembly in assemble_each(together, columns=False).items():
            if (span := assembly.span) is not None:
                spans[pk] = moment(span[0]), moment(span[1])
    return spans


def _set_names(flight: Flight, shown: dict[str, Claim], expander: Expander) -> None:
    flight.aircraft = expander.aircraft(value_of(shown.get(ClaimField.AIRCRAFT)))
    kind = value_of(shown.get(ClaimField.TYPE))
    flight.type_designator = kind.get("type_designator", "") or getattr(flight.aircraft, "type_designator", "")
    flight.type_name = kind.get("type_name", "") or getattr(flight.aircraft, "type_name", "")
    flight.operator = expander.operator(value_of(shown.get(ClaimField.OPERATOR))) or getattr(
        flight.aircraft, "operator", None
    )
    flight.callsign = value_of(shown.get(ClaimField.CALLSIGN)).get("text", "")
    flight.assertion_level = value_of(shown.get(ClaimField.ASSERTION_LEVEL)).get("choice", "")
    flight.mission = expander.mission(value_of(shown.get(ClaimField.MISSION)))
    flight.note = value_of(shown.get(ClaimField.NOTE)).get("text", "")


def _set_ends(flight: Flight, shown: dict[str, Claim], expander: Expander) -> None:
    for end in ("origin", "destination"):
        claim = shown.get(end)
        place = expander.place(value_of(claim))
        setattr(flight, end, place)
        setattr(flight, f"{end}_basis", claim.basis if claim and place else "")


def _set_times(
    flight: Flight, shown: dict[str, Claim], span: tuple[datetime.datetime, datetime.datetime] | None
) -> None:
    for end in ("departure", "arrival"):
        claim = shown.get(end)
        value = value_of(claim)
        at = parse_time(value.get("at"))
        setattr(flight, f"{end}_at", at)
        basis = value.get("evidence") or (claim.basis if claim else "")
        setattr(flight, f"{end}_basis", basis if at else "")
        setattr(flight, f"{end}_precision", value.get("precision", "") if at else "")
    if span is not None:
        _set_observed_times(flight, *span)
    else:
        _set_reported_times(flight, value_of(shown.get(ClaimField.DATE)))


def _set_observed_times(flight: Flight, start: datetime.datetime, end: datetime.datetime) -> None:
    flight.evidence_class = EvidenceClass.OBSERVED
    flight.starts_at, flight.ends_at = start, end
    midnight = start.astimezone(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    flight.date_from, flight.date_to = midnight, midnight + datetime.timedelta(days=1)
    flight.date_text = midnight.date().isoformat()
    flight.date_precision, flight.date_zone_basis = DatePrecision.SECOND, ZoneBasis.STATED


def _set_reported_times(flight: Flight, date: Value) -> None:
    flight.evidence_class = EvidenceClass.REPORTED
    flight.date_from, flight.date_to = parse_time(date.get("from")), parse_time(date.get("to"))
    flight.date_text = date.get("text", "")
    flight.date_precision = date.get("precision", DatePrecision.UNKNOWN)
    flight.date_zone_basis = date.get("zone_basis", ZoneBasis.UNSTATED)
    stated = flight.departure_at is not None and flight.arrival_at is not None
    if stated and flight.departure_at <= flight.arrival_at:  # type: ignore[operator]
        flight.starts_at, flight.ends_at = flight.departure_at, flight.arrival_at
    else:
        flight.starts_at, flight.ends_at = flight.date_from, flight.date_to


def automatic_title(flight: Flight) -> str:
    """Who flew from where to where, as far as known: "RA-82030: North Korea → Vladivostok"."""
    known = (flight.aircraft and flight.aircraft.key, flight.callsign, flight.type_name)
    who = next(filter(None, known), None) or (flight.operator.name if flight.operator else "Unidentified aircraft")
    return f"{who}: {short_place(flight.origin)} → {short_place(flight.destination)}"


def short_place(place: Place | None) -> str:
    """The place in a word or two: its city, else its name up to the bracket; "?" where unknown."""
    if place is None:
        return "?"
    if place.airport is not None and place.airport.city:
        return place.airport.city
    return place.name.split(" (")[0]
