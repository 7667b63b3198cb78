"""Resolve a flight's facts from its claims. Can be run again at any time and gives the same facts.

The strongest claim is shown: a curator's before one computed from a track before one a source states; among curators'
the newest, among tracks' those of the tracks that are shown, among sources' the most exact and then the oldest.
Whatever contradicts the claim shown is kept as a disagreement.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Func, Max, Min, Q
from django.db.models.fields import BooleanField

from tracks.models.assembled import moment
from tracks.models.assembly import assemble
from tracks.models.claim_values import Expander, Value, parse_time, values_agree
from tracks.models.flights import Claim, ClaimField, Flight, FlightTrack
from tracks.models.places import Place
from tracks.models.revisions import Edit
from tracks.models.track_files import Stretch
from tracks.models.vocabulary import Basis, DatePrecision, Direction, EvidenceClass, ZoneBasis

_BASIS_RANK = {Basis.CURATOR: 0, Basis.COMPUTED: 1, Basis.SOURCE: 2}
_PRECISION_RANK = {name: rank for rank, name in enumerate(["runway", "airport", "city", "area", "country"])} | {
    name: rank for rank, name in enumerate(DatePrecision.values)
}
# Of several tracks of one flight, the first knows the departure, the last the arrival.
_LATEST_TRACK_FIRST = {ClaimField.ARRIVAL, ClaimField.DESTINATION}
# Notes add to each other; conflicts are disagreements by themselves.
_NEVER_CONTRADICT = {ClaimField.NOTE, ClaimField.VIA, ClaimField.CONFLICT, ClaimField.TITLE, ClaimField.IN_CORRIDOR}


def ranked_claims(flight: Flight) -> tuple[dict[str, list[Claim]], Expander]:
    """The flight's claims by field, the strongest first, and who expands their values."""
    claims, expander = _ranked_claims([flight])
    return claims[flight.pk], expander


def _ranked_claims(
    flights: Sequence[Flight], claims: Sequence[Claim] | None = None
) -> tuple[dict[str, dict[str, list[Claim]]], Expander]:
    """The claims of several flights by flight and field, the strongest first, and who expands their values."""
    if claims is None:
        # Unordered here and below: the model's own order would join the flights, which may not be saved yet.
        found = Claim.objects.filter(flight__in=flights).select_related("source", "track", "author")
        claims = list(found.order_by())
    expander = Expander(claim.value for claim in claims)
    computed = {claim.track_id for claim in claims if claim.basis == Basis.COMPUTED}
    hidden: set[int] = set()
    if computed:
        links = FlightTrack.objects.filter(track__in=computed, shown=False).order_by()
        hidden.update(links.values_list("track", flat=True))
    by_flight: dict[str, dict[str, list[Claim]]] = {flight.pk: {} for flight in flights}
    for claim in claims:
        by_flight[claim.flight_id].setdefault(claim.field, []).append(claim)
    for by_field in by_flight.values():
        for field, group in by_field.items():
            group.sort(key=lambda claim: _strength(field, claim, expander, hidden))
    return by_flight, expander


def _strength(field: str, claim: Claim, expander: Expander, hidden: set[int]) -> tuple[float, ...]:
    """What claims are sorted by. `hidden`: second witnesses, whose clocks differ from that of the track shown."""
    basis = _BASIS_RANK[Basis(claim.basis)]
    precision = 0.0
    order = float(claim.pk)
    if claim.basis == Basis.CURATOR:
        order = -order
    elif claim.basis == Basis.COMPUTED and claim.track is not None:
        time = claim.track.started_at.timestamp()
        precision = -time if field in _LATEST_TRACK_FIRST else time
    else:
        place = expander.place(claim.value)
        precision = _PRECISION_RANK.get(place.precision if place else claim.value.get("precision", ""), 0)
    known = 1.0 if claim.value.get("unknown") and claim.basis != Basis.CURATOR else 0.0
    beside = 1.0 if claim.basis == Basis.COMPUTED and claim.track_id in hidden else 0.0
    return (basis, known, beside, precision, order)


def disagreeing_fields(claims: dict[str, list[Claim]], expander: Expander) -> list[str]:
    """The fields in which some claim contradicts the one shown. A curator's decision settles nothing in secret."""
    fields = [
        field
        for field, group in claims.items()
        if field not in _NEVER_CONTRADICT
        and any(not values_agree(field, group[0].value, claim.value, expander) for claim in group[1:])
    ]
    if claims.get(ClaimField.CONFLICT):
        fields.append(ClaimField.CONFLICT)
    return sorted(fields)


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
    claims, expander = _ranked_claims(flights, all_claims)
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
        flight.direction = _direction(flight.origin, flight.destination)
        said = _said_of_corridor(shown.get(ClaimField.IN_CORRIDOR), own, expander)
        flight.in_corridor = bool(said)
        if said is None:
            undecided.append(flight)
        title = _value(shown.get(ClaimField.TITLE)).get("text", "")
        flight.title = (title or automatic_title(flight))[:200]
    passing = _pass_through_corridor(undecided)
    for flight in undecided:
        flight.in_corridor = flight.pk in passing


def _edited_spans(
    flights: Sequence[Flight], tracked: Iterable[str]
) -> dict[str, tuple[datetime.datetime, datetime.datetime]]:
    """What flights with edits, or with second witnesses, show: that is more or less than their shown tracks."""
    tracked = list(tracked)
    files = FlightTrack.objects.filter(flight__in=tracked).order_by()
    edited = Edit.objects.filter(state=Edit.State.ACTIVE).values("track_file")
    named = files.filter(Q(track__track_file__in=edited) | Q(shown=False)).values_list("flight", flat=True)
    own = Edit.objects.filter(state=Edit.State.ACTIVE, flight__in=tracked).values_list("flight", flat=True)
    wanted = {*named, *own} if tracked else set()
    spans = {flight.pk: assemble(flight).span for flight in flights if flight.pk in wanted}
    return {pk: (moment(span[0]), moment(span[1])) for pk, span in spans.items() if span is not None}


def _value(claim: Claim | None) -> Value:
    """The value of the claim shown; nothing where there is none or it says that the fact is unknown."""
    return {} if claim is None or claim.value.get("unknown") else claim.value


def _set_names(flight: Flight, shown: dict[str, Claim], expander: Expander) -> None:
    flight.aircraft = expander.aircraft(_value(shown.get(ClaimField.AIRCRAFT)))
    kind = _value(shown.get(ClaimField.TYPE))
    flight.type_designator = kind.get("type_designator", "") or getattr(flight.aircraft, "type_designator", "")
    flight.type_name = kind.get("type_name", "") or getattr(flight.aircraft, "type_name", "")
    flight.operator = expander.operator(_value(shown.get(ClaimField.OPERATOR))) or getattr(
        flight.aircraft, "operator", None
    )
    flight.callsign = _value(shown.get(ClaimField.CALLSIGN)).get("text", "")
    flight.assertion_level = _value(shown.get(ClaimField.ASSERTION_LEVEL)).get("choice", "")
    flight.mission = expander.mission(_value(shown.get(ClaimField.MISSION)))
    flight.note = _value(shown.get(ClaimField.NOTE)).get("text", "")


def _set_ends(flight: Flight, shown: dict[str, Claim], expander: Expander) -> None:
    for end in ("origin", "destination"):
        claim = shown.get(end)
        place = expander.place(_value(claim))
        setattr(flight, end, place)
        setattr(flight, f"{end}_basis", claim.basis if claim and place else "")


def _set_times(
    flight: Flight, shown: dict[str, Claim], span: tuple[datetime.datetime, datetime.datetime] | None
) -> None:
    for end in ("departure", "arrival"):
        claim = shown.get(end)
        value = _value(claim)
        at = parse_time(value.get("at"))
        setattr(flight, f"{end}_at", at)
        basis = value.get("evidence") or (claim.basis if claim else "")
        setattr(flight, f"{end}_basis", basis if at else "")
        setattr(flight, f"{end}_precision", value.get("precision", "") if at else "")
    if span is not None:
        _set_observed_times(flight, *span)
    else:
        _set_reported_times(flight, _value(shown.get(ClaimField.DATE)))


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


def _lies_at_far_end(place: Place) -> bool:
    """Whether the place lies at the corridor's far end (the settings' destinations and countries)."""
    if place.airport is not None and place.airport.icao in settings.CORRIDOR_DESTINATIONS:
        return True
    return place.country in settings.CORRIDOR_COUNTRIES


def _direction(origin: Place | None, destination: Place | None) -> str:
    from_far = origin is not None and _lies_at_far_end(origin)
    to_far = destination is not None and _lies_at_far_end(destination)
    if to_far and not from_far:
        return Direction.OUTBOUND
    if from_far and not to_far:
        return Direction.INBOUND
    return ""


class _MeetsCorridor(Func):
    """`ST_Intersects(path, corridor)`; the wrapper keeps GeoDjango from asking the field for its GEOS class."""

    function = "ST_Intersects"
    template = "%(function)s(%(expressions)s, ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326))"
    output_field = BooleanField()

    def __init__(self, bounds: tuple[float, ...]) -> None:
        west, south, east, north = (repr(float(bound)) for bound in bounds)
        super().__init__("path", west=west, south=south, east=east, north=north)


def _said_of_corridor(decided: Claim | None, claims: dict[str, list[Claim]], expander: Expander) -> bool | None:
    """What a curator's word, or else an end of any basis, says; None where neither does."""
    if "flag" in _value(decided):
        return bool(_value(decided)["flag"])
    ends = [c for field in (ClaimField.ORIGIN, ClaimField.DESTINATION) for c in claims.get(field, [])]
    if any(place is not None and _lies_at_far_end(place) for place in (expander.place(c.value) for c in ends)):
        return True
    return None


def _pass_through_corridor(flights: Sequence[Flight]) -> set[str]:
    """Those of the flights with a shown path through the corridor's area: coverage is lost at the far end."""
    passing = (
        Stretch.objects.filter(track__flight_track__flight__in=flights, track__flight_track__shown=True)
        .annotate(meets=_MeetsCorridor(settings.CORRIDOR_BOUNDS))
        .filter(meets=True)
    )
    return (
        set(passing.order_by().values_list("track__flight_track__flight", flat=True).distinct()) if flights else set()
    )


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
