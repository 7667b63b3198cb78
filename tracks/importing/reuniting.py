"""A split is undone: two flights are one again, with what was claimed of the later one since.

What is claimed of where and when the later flight begins, or the earlier one ends, speaks of the moment between them
and would be wrong of the whole. It is kept with the flight that leads on, and the whole tells of it as a conflict that
somebody has to look at: nothing that a curator wrote is lost, and nothing is shown that nobody said.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from tracks.importing.airports import AirportTable, load_airports
from tracks.importing.cutting import mend
from tracks.importing.refreshing import refresh
from tracks.models import Claim, ClaimField, Edit, Flight, merging
from tracks.models.anchors import anchor_of, anchored_in, concerns
from tracks.models.claim_values import Expander, text_value
from tracks.models.editing import open_to_edits
from tracks.models.revisions import EditRefused
from tracks.models.vocabulary import FlightStatus
from tracks.processing.splitting import SplitReason


@transaction.atomic
def undo_split(edit: Edit) -> Flight:
    """Make the two flights of a split one again, and return it. Tracks that were cut for it are mended.

    Raises:
        EditRefused: one of them has become part of a third, or the public knows only the later one; or a worker is at
            a file of theirs.
    """
    flight = open_to_edits(edit.flight)  # type: ignore[arg-type]  # a split always has one
    later = Flight.objects.filter(pk=edit.parameters["into"]).first()
    if later is None:  # an import left the draft without a track: there is nothing to give back
        merging.revert(merging.siblings(edit, "into"))
        refresh(flight)
        return flight
    rest = open_to_edits(later)
    merging.keep_imports_away(flight, rest)
    if rest.status == FlightStatus.PUBLISHED and flight.status != FlightStatus.PUBLISHED:
        raise EditRefused(
            _("Flight %(rest)s is public and %(id)s is not: publish this one first, so that its readers find it.")
            % {"rest": rest.pk, "id": flight.pk}
        )
    rows = merging.siblings(edit, "into")
    table = load_airports()
    for row in rows:
        _mend(row, flight, rest, table)
    for link in rest.flight_tracks.select_related("track"):
        merging.move_track(link, flight)
    merging.revert(rows)
    _bring_back_claims(rows, flight, rest)
    merging.lead_on(rest, flight)
    merging.show_one(flight)
    refresh(flight)
    flight.refresh_from_db()
    return flight


def _mend(row: Edit, flight: Flight, rest: Flight, table: AirportTable) -> None:
    """Join the two halves of the track that a row of the split cut, if there still are two."""
    at, (start, end) = row.starts_at, anchor_of(row)
    same = {"track__track_file": row.track_file, "track__aircraft_key": row.aircraft_key}
    before = flight.flight_tracks.filter(**same, track__ended_at__lt=at, track__ended_at__gte=start)
    after = rest.flight_tracks.filter(**same, track__started_at__gte=at, track__started_at__lte=end)
    first = before.select_related("track").order_by("-track__ended_at").first()
    second = after.select_related("track").order_by("track__started_at").first()
    if first and second and second.track.ends.get("begins") == SplitReason.CURATOR_SAYS:
        # What was trimmed of a half would cut the other half off the whole: somebody has to look at it.
        for edit in anchored_in(row.track_file_id or 0, Edit.Kind.TRIM).filter(created_at__gt=row.created_at):
            if concerns(edit, first.track) or concerns(edit, second.track):
                edit.state = Edit.State.REVIEW
                edit.save(update_fields=["state"])
        mend(first.track, second.track, table)


# Of the later flight alone: where, when it begins, and what a newer word would replace without anybody noticing.
_OF_THE_LATER = (
    ClaimField.ORIGIN,
    ClaimField.DEPARTURE,
    ClaimField.DATE,
    ClaimField.VIA,
    ClaimField.TITLE,
    ClaimField.IN_CORRIDOR,
)
_OF_THE_EARLIER = (ClaimField.DESTINATION, ClaimField.ARRIVAL)


def _bring_back_claims(rows: list[Edit], flight: Flight, rest: Flight) -> None:
    """Hand over what was claimed of the later flight, and its sources. `rows`: of the split."""
    since = min(row.created_at for row in rows)
    by_hand = flight.claims.filter(track__isnull=True, author__isnull=False, created_at__gte=since)
    apart = [*by_hand.filter(field__in=_OF_THE_EARLIER)]
    merging.hand_over(apart, rest)
    claims = rest.claims.filter(track__isnull=True).exclude(pk__in=[claim.pk for claim in apart])
    merging.hand_over(claims.exclude(field__in=_OF_THE_LATER), flight)
    apart += claims.filter(field__in=_OF_THE_LATER)
    known = flight.flight_sources.values("source")
    merging.hand_over(rest.flight_sources.exclude(source__in=known), flight)
    expander = Expander(claim.value for claim in apart)
    for claim in apart:
        with override(settings.LANGUAGE_CODE):  # kept, and published with the flight: in one language, whoever clicks
            text = _(
                "While the flight was split, %(field)s “%(value)s” was claimed of one part of it (see flight %(id)s)."
            )
            text %= {"field": claim.get_field_display(), "value": _in_words(claim, expander), "id": rest.pk}
        Claim.objects.create(
            flight=flight,
            field=ClaimField.CONFLICT,
            value=text_value(text),
            basis=claim.basis,
            source=claim.source,
            supports=claim.supports,
            author=claim.author,
        )


def _in_words(claim: Claim, expander: Expander) -> str:
    """Enough to know it by; the claim itself stands with the other flight."""
    value = claim.value
    if value.get("unknown"):
        return _("unknown")
    if "flag" in value:
        return _("yes") if value["flag"] else _("no")
    if "places" in value:
        return ", ".join(place["name"] for place in expander.in_full(value)["places"])
    full = expander.in_full(value)
    return str(full.get("name") or full.get("text") or full.get("at") or "")
