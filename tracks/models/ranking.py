"""Which claim on a fact is the strongest, and what contradicts it.

A curator's claim comes before one computed from a track, that before one a source states; among curators' the newest,
among tracks' those of the tracks that are shown, among sources' the most exact and then the oldest. What a track shows
of an end that a curator cut away from it (forged positions, another aircraft's) is no claim while that edit holds.
"""

from __future__ import annotations

from collections.abc import Sequence

from tracks.models.anchors import cuts_in, is_cut_away
from tracks.models.assembled import moment
from tracks.models.claim_values import Expander, Value, values_agree
from tracks.models.flights import Claim, ClaimField, Flight, FlightTrack
from tracks.models.revisions import Edit
from tracks.models.vocabulary import Basis, DatePrecision

_BASIS_RANK = {Basis.CURATOR: 0, Basis.COMPUTED: 1, Basis.SOURCE: 2}
_PRECISION_RANK = {name: rank for rank, name in enumerate(["runway", "airport", "city", "area", "country"])} | {
    name: rank for rank, name in enumerate(DatePrecision.values)
}
# Of several tracks of one flight, the first knows the departure, the last the arrival.
_LATEST_TRACK_FIRST = {ClaimField.ARRIVAL, ClaimField.DESTINATION}
# At which end of a track the fixes are that a claim on these rests on.
_ENDS: dict[str, str] = {
    ClaimField.ORIGIN: "departure",
    ClaimField.DEPARTURE: "departure",
    ClaimField.DESTINATION: "arrival",
    ClaimField.ARRIVAL: "arrival",
}
# Notes add to each other; conflicts are disagreements by themselves.
_NEVER_CONTRADICT = {ClaimField.NOTE, ClaimField.VIA, ClaimField.CONFLICT, ClaimField.TITLE, ClaimField.IN_CORRIDOR}


def ranked_claims(flight: Flight) -> tuple[dict[str, list[Claim]], Expander]:
    """The flight's claims by field, the strongest first, and who expands their values."""
    claims, expander = ranked_claims_of([flight])
    return claims[flight.pk], expander


def ranked_claims_of(
    flights: Sequence[Flight], claims: Sequence[Claim] | None = None
) -> tuple[dict[str, dict[str, list[Claim]]], Expander]:
    """The claims of several flights by flight and field, the strongest first, and who expands their values."""
    if claims is None:
        # Unordered here and below: the model's own order would join the flights, which may not be saved yet.
        found = Claim.objects.filter(flight__in=flights).select_related("source", "track", "author")
        claims = list(found.order_by())
    claims = _without_ends_cut_away(claims)
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


def _without_ends_cut_away(claims: Sequence[Claim]) -> list[Claim]:
    """The claims but those on an end of a track whose fixes there were trimmed or excluded."""
    tracks = {claim.track for claim in claims if claim.field in _ENDS and claim.basis == Basis.COMPUTED and claim.track}
    cuts = cuts_in(track.track_file_id for track in tracks) if tracks else []
    if not cuts:
        return list(claims)
    return [
        claim
        for claim in claims
        if claim.track not in tracks or claim.field not in _ENDS or not _end_is_cut_away(claim, cuts)
    ]


def _end_is_cut_away(claim: Claim, cuts: Sequence[Edit]) -> bool:
    track, end = claim.track, _ENDS[claim.field]
    assert track is not None
    if claim.basis != Basis.COMPUTED:
        return False
    # Of a take-off or landing the fixes around it tell, not those of the way to the stand.
    turned = (track.ends.get(end) or {}).get("time")
    outermost = track.started_at if end == "departure" else track.ended_at
    return is_cut_away(track, outermost if turned is None else moment(turned), cuts)


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


def value_of(claim: Claim | None) -> Value:
    """The value of the claim shown; nothing where there is none or it says that the fact is unknown."""
    return {} if claim is None or claim.value.get("unknown") else claim.value
