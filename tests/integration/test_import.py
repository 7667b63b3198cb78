"""A track file goes in, tracks and draft flights come out; again and again with the same result."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.integration.archive import bring, imported, make_airports, run_task
from tests.traces import trace
from tracks.importing import importer
from tracks.importing.importer import run_import
from tracks.importing.spooling import FIX_BYTES, Gathered, Spool
from tracks.importing.verifying import verify_revision
from tracks.models import (
    Aircraft,
    Claim,
    Flight,
    FlightRevision,
    FlightTrack,
    Gap,
    RevisionStretch,
    Stretch,
    Track,
    TrackFile,
)
from tracks.models.claim_values import text_value
from tracks.models.publishing import publish
from tracks.models.resolving import resolve
from tracks.models.vocabulary import Basis
from tracks.processing.fixes import Fixes
from tracks.processing.pipeline import process
from tracks.processing.splitting import split_legs
from tracks.processing.thresholds import ProcessingSettings
from tracks.receiving import reimport

pytestmark = pytest.mark.django_db(transaction=True)


def everything() -> dict[str, Any]:
    """All that an import may touch, but for the row of the file itself."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in (Track, Gap, Flight, FlightTrack, Claim, Aircraft, FlightRevision)
    } | {
        model.__name__: [
            (s.pk, s.ordinal, s.evidence_class, s.fix_count, hash(s.path), bytes(s.record_index))
            for s in model.objects.order_by("pk")
        ]
        for model in (Stretch, RevisionStretch)
    }


def test_every_fix_of_the_file_is_stored_once_with_its_own_values() -> None:
    data = trace(4000, flights=2)
    rows = json.loads(data)["trace"]
    track_file = imported(data)
    assert (track_file.status, track_file.error) == ("imported", "")
    seen: list[int] = []
    for stretch in Stretch.objects.order_by("track__started_at", "ordinal"):
        line = stretch.path.coordinates
        wanted = [rows[i] for i in stretch.record_index]
        seen += stretch.record_index.tolist()
        np.testing.assert_array_equal(line[:, 0], [row[2] for row in wanted])
        np.testing.assert_array_equal(line[:, 1], [row[1] for row in wanted])
        np.testing.assert_allclose(line[:, 3], [1_700_000_000.0 + row[0] for row in wanted], atol=1e-6)
        feet = [row[3] if isinstance(row[3], int) else np.nan for row in wanted]
        np.testing.assert_allclose(np.where(stretch.altitude_known, line[:, 2] / 0.3048, np.nan), feet, atol=0.01)
        np.testing.assert_allclose(stretch.ground_speed, [row[4] for row in wanted], atol=1e-4)
        np.testing.assert_array_equal(stretch.on_ground, [row[3] == "ground" for row in wanted])
    assert sorted(seen) == list(range(4000))


def test_a_flight_to_and_fro_becomes_two_draft_flights_with_their_facts() -> None:
    make_airports()
    imported(trace(4000, flights=2))
    there, back = Flight.objects.order_by("starts_at").select_related("origin", "destination")
    assert (there.status, back.status) == ("draft", "draft")
    assert there.aircraft == back.aircraft == Aircraft.objects.get(icao24="15f0aa", registration="TEST-1")
    assert (there.callsign, back.callsign) == ("TST100", "TST101")
    assert there.origin == back.destination
    assert there.destination == back.origin
    assert there.origin is not None
    assert there.origin.airport is not None
    assert there.origin.airport.icao == "UHWW"
    assert there.origin_basis == Basis.COMPUTED
    assert there.departure_basis == there.arrival_basis == "observed"
    # 3 % of 2,000 fixes, 2 s apart, roll before the first one flies.
    assert there.departure_at is not None
    assert there.departure_at.timestamp() == pytest.approx(1_700_000_000 + 0.03 * 4000, abs=4)
    assert there.evidence_class == "observed"


def test_an_end_that_the_fixes_do_not_show_stays_without_a_claim() -> None:
    make_airports()
    imported(trace(2000, flights=1, lost=(0.6, 1.1)))
    flight = Flight.objects.get()
    assert flight.origin is not None
    assert flight.destination is None
    assert flight.arrival_at is None
    assert not flight.claims.filter(field__in=["destination", "arrival"]).exists()
    assert Gap.objects.get().kind == "trailing"


def test_a_loss_of_coverage_is_a_gap_and_no_line_crosses_it() -> None:
    imported(trace(2000, flights=1, lost=(0.4, 0.6)))
    before, after = Stretch.objects.order_by("ordinal")
    gap = Gap.objects.get(kind="interior")
    assert gap.started_at == before.ended_at
    assert gap.ended_at == after.started_at
    assert gap.duration_s == pytest.approx(0.2 * 4000, rel=0.01)
    assert Flight.objects.count() == 1


def test_the_report_accounts_for_every_record() -> None:
    document = json.loads(trace(1000, flights=1))
    rows = document["trace"]
    rows[10][1] = None  # no position
    rows[20][1], rows[20][2] = 95.0, 500.0  # absurd
    rows[31] = rows[30]  # the same fix twice
    rows[40][1] += 3.0  # a jump of 300 km and back
    track_file = imported(json.dumps(document).encode())
    report = track_file.report
    assert report["read"]["records"] == 1000
    assert report["read"]["kept"] == 996
    losses = {
        loss["reason"]: (loss["count"], [p["number"] for p in loss["places"]]) for loss in report["read"]["dropped"]
    }
    assert losses == {
        "no-position": (1, [10]),
        "position-out-of-range": (1, [20]),
        "duplicate": (1, [31]),
        "implausible-speed": (1, [40]),
    }
    assert [(a["key"], a["identity"]["registration"], a["tracks"]) for a in report["aircraft"]] == [
        ("15f0aa", "TEST-1", 1)
    ]
    (leg,) = report["tracks"]
    track = Track.objects.get()
    assert (leg["id"], leg["flight"], leg["fixes"], leg["shown"]) == (track.pk, Flight.objects.get().pk, 996, True)
    assert set(report["durations"]) == {"reading", "cleaning", "storing", "joining", "total"}
    assert (track_file.format, track_file.parser_version) == ("readsb-trace", report["format"]["parser_version"])


def test_progress_counts_bytes_of_the_packed_file_and_fixes() -> None:
    data = trace(150_000, flights=2, step_s=0.5, compressed=True)
    track_file = bring(data)
    seen: list[tuple[str, int, int]] = []
    assert run_import(track_file.pk, lambda progress: seen.append(progress.seen()))
    steps = list(dict.fromkeys(step for step, _bytes, _fixes in seen))
    assert steps == ["parsing", "cleaning", "storing", "joining"]
    read = [file_bytes for _step, file_bytes, _fixes in seen]
    assert read == sorted(read)
    assert 0 < read[1] < len(data) == read[-1]
    assert seen[-1][2] == 150_000
    track_file.refresh_from_db()
    assert (track_file.progress_bytes, track_file.progress_fixes) == (len(data), 150_000)


def test_a_task_delivered_twice_changes_nothing() -> None:
    track_file = imported(trace(3000))
    before, row = everything(), TrackFile.objects.values().get()
    run_task(track_file)
    assert everything() == before
    assert TrackFile.objects.values().get() == row


def test_a_task_for_a_file_that_is_gone_changes_nothing() -> None:
    track_file = bring(trace(100))
    TrackFile.objects.all().delete()
    assert run_import(track_file.pk) is False


def test_the_same_bytes_twice_are_one_file_and_give_the_same_once() -> None:
    data = trace(3000)
    first = imported(data, "a.json")
    before = everything()
    second = imported(data, "b.json")
    assert first.pk == second.pk
    assert first.acquisitions.count() == 2
    assert everything() == before


def test_a_reimport_keeps_tracks_flights_decisions_and_what_is_published() -> None:
    make_airports()
    track_file = imported(trace(3000, flights=3))
    flight = Flight.objects.order_by("starts_at")[1]
    Claim.objects.create(flight=flight, field="callsign", value=text_value("RIGHT1"), basis=Basis.CURATOR)
    revision = publish(resolve(flight))
    before = everything()
    assert reimport(track_file, queue=False)
    again = run_task(track_file)
    assert again.status == "imported"
    after = everything()
    for kept in ("Track", "FlightTrack", "Claim", "Aircraft", "FlightRevision", "RevisionStretch"):
        assert after[kept] == before[kept], kept
    assert [s[1:] for s in after["Stretch"]] == [s[1:] for s in before["Stretch"]]
    flight.refresh_from_db()
    assert (flight.callsign, flight.published_revision) == ("RIGHT1", revision)
    assert publish(flight) == revision, "nothing changed, so there is nothing new to publish"
    assert {t["new"] for t in again.report["tracks"]} == {False}


def test_a_better_splitter_keeps_the_flight_of_the_leg_that_is_most_like_the_old_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """First both legs pass for one (as by an older splitter), then they are told apart."""
    data = trace(3000, flights=2)

    def unsplit(fixes: Fixes, *args: Any, **kwargs: Any) -> Any:
        from tracks.processing import pipeline

        with monkeypatch.context() as patch:
            patch.setattr(pipeline, "split_legs", lambda f, *_known: [(slice(0, len(f)), split_legs(f)[0][1])])
            return process(fixes, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(importer, "process", unsplit)
        track_file = imported(data)
    (flight,) = Flight.objects.all()
    publish(flight)
    reimport(track_file, queue=False)
    again = run_task(track_file)
    assert again.report["tracks_removed"] == 1
    assert Track.objects.count() == Flight.objects.count() == 2
    flight.refresh_from_db()
    assert flight.tracks.count() == 1
    assert flight.published_revision is not None
    assert RevisionStretch.objects.filter(revision=flight.published_revision).exists()


def test_a_draft_whose_tracks_are_gone_after_a_reimport_is_removed_unless_somebody_spoke_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    track_file = imported(trace(4000, flights=4))
    flights = list(Flight.objects.order_by("starts_at"))
    Claim.objects.create(flight=flights[3], field="note", value=text_value("Look again."), basis=Basis.CURATOR)

    def first_two_legs(fixes: Fixes, *args: Any, **kwargs: Any) -> Any:
        done = process(fixes, *args, **kwargs)
        del done.legs[2:]
        return done

    monkeypatch.setattr(importer, "process", first_two_legs)
    reimport(track_file, queue=False)
    run_task(track_file)
    assert set(Flight.objects.all()) == {flights[0], flights[1], flights[3]}


def test_a_reimport_that_fails_leaves_everything_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    track_file = imported(trace(3000))
    before = everything()

    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(importer.Joiner, "join", broken)
    reimport(track_file, queue=False)
    failed = run_task(track_file)
    assert failed.status == "failed"
    assert "ZeroDivisionError: a fault of ours" in failed.error
    assert everything() == before


def test_the_same_content_packed_otherwise_is_a_second_witness_not_a_second_flight() -> None:
    data = trace(3000)
    plain = imported(data, "plain.json")
    packed = imported(gzip.compress(data), "packed.json.gz")
    assert packed.sha256 != plain.sha256
    assert packed.content_sha256 == plain.content_sha256
    assert "“plain.json”" in packed.report["warnings"][0]["text"]
    assert Track.objects.count() == 2 * Flight.objects.count()
    assert set(FlightTrack.objects.filter(track__track_file=packed).values_list("shown", flat=True)) == {False}
    assert set(FlightTrack.objects.filter(track__track_file=plain).values_list("shown", flat=True)) == {True}


def test_content_without_an_identity_is_recognised_packed_otherwise_too() -> None:
    data = trace(3000, hex_address="~15f0aa", registration=None)
    imported(data)
    imported(gzip.compress(data))
    assert Aircraft.objects.count() == 0
    assert Track.objects.count() == 2 * Flight.objects.count()


def test_fixes_beyond_memory_go_to_disk_and_come_back_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[bool] = []

    class SmallSpool(Spool):
        def __init__(self, folder: Path, apart_s: float) -> None:
            super().__init__(folder, memory_bytes=FIX_BYTES * 1000, apart_s=apart_s)

        def take(self, gathered: Gathered) -> Fixes:
            used.append(self.on_disk)
            return super().take(gathered)

    imported(trace(5000))
    before = [bytes(s.record_index) + s.path.ewkb() for s in Stretch.objects.order_by("track__started_at", "ordinal")]
    TrackFile.objects.all().delete()
    monkeypatch.setattr(importer, "Spool", SmallSpool)
    imported(trace(5000))
    assert used == [True]
    after = [bytes(s.record_index) + s.path.ewkb() for s in Stretch.objects.order_by("track__started_at", "ordinal")]
    assert after == before


def test_the_time_between_two_flights_is_nobodys_line() -> None:
    imported(trace(3000, flights=3))
    hours = [(s.ended_at - s.started_at).total_seconds() for s in Stretch.objects.all()]  # type: ignore[operator]
    assert max(hours) < 3000


def test_a_way_across_the_antimeridian_is_cut_there() -> None:
    document = json.loads(trace(1000, flights=1))
    for row in document["trace"]:
        row[2] = round((row[2] - VLADIVOSTOK_TO_ANTIMERIDIAN + 540) % 360 - 180, 6)
    imported(json.dumps(document).encode())
    west, east = sorted(Stretch.objects.all(), key=lambda s: s.path.longitude.mean())
    assert west.path.longitude.max() < 0 < east.path.longitude.min()
    assert west.fix_count + east.fix_count == 1000
    assert not Gap.objects.filter(kind="interior").exists()


# The middle of the way between the two airports lies at 133.67° east.
VLADIVOSTOK_TO_ANTIMERIDIAN = 133.67 - 180


def test_thresholds_of_the_site_count_and_are_stored_with_what_they_made(settings: Any) -> None:
    data = trace(2000, flights=1, lost=(0.45, 0.55))
    assert Gap.objects.filter(track__track_file=imported(data), kind="interior").count() == 1
    settings.PROCESSING = ProcessingSettings().changed("gap.least_s=3600, gap.most_s=3600")
    again = imported(trace(2000, flights=1, lost=(0.45, 0.55), hex_address="15f0ab", registration=None))
    assert not Gap.objects.filter(track__track_file=again, kind="interior").exists()
    assert again.report["processing"]["settings"]["gap"]["least_s"] == 3600


@pytest.mark.parametrize("ends", ["waiting", "failed", "imported"])
def test_what_was_published_is_verified_as_it_was_read_whatever_a_later_import_was_told(ends: str) -> None:
    columns = ("time-ymd", "latitude-degrees", "longitude-degrees")
    table = {
        "delimiter": ",",
        "decimal_comma": False,
        "first_line": 2,
        "heads": ["t", "lat", "lon"],
        "columns": columns,
    }
    rows = "".join(f"2024-03-21 04:{5 + n:02}:06,{43.4 - n / 10:.3f},{132.1 - n / 10:.3f}\n" for n in range(20))
    told = {"time_zone": "UTC", "table": {**table, "columns": list(columns)}}
    track_file = imported(f"t,lat,lon\n{rows}".encode(), "log.csv", settings=told)
    assert (track_file.status, track_file.error) == ("imported", "")
    revision = publish(Flight.objects.get())
    zone = {"waiting": "Asia/Pyongyang", "failed": "Asia/Pyongyang", "imported": "Asia/Vladivostok"}[ends]
    broken = {"columns": ["time-epoch-s", *columns[1:]]} if ends == "failed" else {}
    assert reimport(track_file, settings={"time_zone": zone, "table": {**told["table"], **broken}}, queue=False)
    if ends != "waiting":
        assert run_task(track_file).status == ends
    found = verify_revision(revision)
    assert found.sound, found.differs
    assert found.fixes == 20


@pytest.mark.parametrize("hours", [3, 9], ids=["to another time", "to where the other flight was"])
def test_flights_keep_their_tracks_when_the_file_is_read_in_another_time_zone(hours: int) -> None:
    columns = ["time-ymd", "latitude-degrees", "longitude-degrees"]
    table = {
        "delimiter": ",",
        "decimal_comma": False,
        "first_line": 2,
        "heads": ["t", "lat", "lon"],
        "columns": columns,
    }

    def flown(hour: int, south: float) -> str:
        return "".join(
            f"2024-03-21 {hour:02}:{n:02}:06,{43.4 - south * n / 10:.3f},{132.1 - n / 10:.3f}\n" for n in range(50)
        )

    rows = flown(4, 1) + flown(13, -1)  # nine hours later
    track_file = imported(f"t,lat,lon\n{rows}".encode(), "log.csv", settings={"time_zone": "UTC", "table": table})
    before = list(Flight.objects.order_by("starts_at"))
    assert [flight.starts_at.hour for flight in before if flight.starts_at] == [4, 13]
    revision = publish(before[0])
    assert reimport(track_file, settings={"time_zone": f"Etc/GMT+{hours}", "table": table}, queue=False)
    assert run_task(track_file).status == "imported"
    after = list(Flight.objects.order_by("starts_at"))
    assert [flight.pk for flight in after] == [flight.pk for flight in before]
    assert [flight.starts_at.hour for flight in after if flight.starts_at] == [4 + hours, 13 + hours]
    assert [flight.flight_tracks.count() for flight in after] == [1, 1]
    revision.refresh_from_db()
    assert revision.starts_at == before[0].starts_at
