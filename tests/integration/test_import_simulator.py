"""What a simulator wrote keeps its mark and never becomes a place where a real aircraft was."""

import pytest
from django.urls import reverse

from tests import archive
from tests.curators import client_of, curator
from tests.integration.archive import imported, run_task
from tests.traces import trace
from tracks.formats import igc_headers
from tracks.models import Aircraft, Claim, Flight, FlightSource, Suggestion, Track, merging
from tracks.models.claim_values import aircraft_value
from tracks.models.publishing import PublishingRefused, publish
from tracks.models.resolving import resolve
from tracks.models.revisions import EditRefused
from tracks.models.simulated import mark_as_demonstration
from tracks.receiving import reimport

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hashed_static_files")]


def igc(recorder: str) -> bytes:
    records = [
        f"B{22 + n // 3600:02}{n // 60 % 60:02}{n % 60:02}43{24000 + 10 * n:05}N132{9000 + 10 * n:05}EA{n:05}{n:05}"
        for n in range(0, 1800, 5)
    ]
    head = ["AXXX001", "HFDTE141123", "HFGIDGLIDERID:TEST-1", "HFGTYGLIDERTYPE:LS 8", f"HFFTYFRTYPE:{recorder}"]
    return "\r\n".join([*head, *records, ""]).encode()


def test_a_flight_flown_in_a_simulator_is_of_no_aircraft_and_says_so() -> None:
    imported(trace(2000, flights=1))
    track_file = imported(igc("Condor Soaring Simulator"), "sim.igc")
    assert (track_file.status, track_file.error) == ("imported", "")
    track = Track.objects.get(track_file=track_file)
    assert track.simulator
    assert track.aircraft is None
    assert track.identity["simulator"] == "Condor Soaring Simulator"
    assert any("nobody flew this" in warning["text"] for warning in track_file.report["warnings"])
    assert Aircraft.objects.get().registration == "TEST-1"
    assert Flight.objects.filter(aircraft=None).count() == 1


def test_what_a_simulator_wrote_is_published_as_a_demonstration_or_not_at_all() -> None:
    file = imported(igc("Condor Soaring Simulator"), "sim.igc")
    flight = Flight.objects.get()
    with pytest.raises(PublishingRefused, match="nobody flew this"):
        publish(flight)
    client = client_of(curator())
    step = reverse("admin:tracks_trackfile_demonstrate", args=[file.pk])
    refused = client.post(reverse("admin:tracks_flight_publish", args=[flight.pk]), follow=True).content.decode()
    page = reverse("admin:tracks_trackfile_change", args=[file.pk])
    assert f'<a href="{page}">“sim.igc”</a>' in refused
    assert step in client.get(page).content.decode()
    assert "are a demonstration" in client.post(step, follow=True).content.decode()
    flight.refresh_from_db()
    assert flight.demonstration
    assert publish(flight).demonstration
    assert step not in client.get(page).content.decode()


def test_what_was_flown_is_never_made_a_demonstration() -> None:
    imported(trace(2000, flights=1))
    real = imported(igc("LX9000"), "real.igc")
    simulated = imported(igc("Condor Soaring Simulator"), "sim.igc")
    with pytest.raises(EditRefused, match="a simulator wrote"):
        mark_as_demonstration(real)
    flight = Flight.objects.get(tracks__track_file=simulated)
    archive.claim(flight, "aircraft", aircraft_value(Aircraft.objects.earliest("pk")), "curator")
    resolve(flight)
    with pytest.raises(EditRefused, match="never shows a real aircraft"):
        mark_as_demonstration(simulated)
    Claim.objects.filter(flight=flight).delete()
    resolve(flight)
    told = FlightSource.objects.create(flight=flight, source=archive.source())
    with pytest.raises(EditRefused, match="rests on a publication"):
        mark_as_demonstration(simulated)
    told.delete()
    merging.join(flight, Flight.objects.get(tracks__track_file=real), reason="x", author=None)
    with pytest.raises(EditRefused, match="tracks of other files"):
        mark_as_demonstration(simulated)


def test_a_demonstration_of_a_real_aircraft_is_not_published() -> None:
    file = imported(igc("Condor Soaring Simulator"), "sim.igc")
    (flight,) = mark_as_demonstration(file)
    archive.claim(flight, "aircraft", aircraft_value(archive.antonov()), "curator")
    with pytest.raises(PublishingRefused, match="is a real aircraft"):
        publish(resolve(flight))


def test_a_real_recorder_gives_the_aircraft_it_names() -> None:
    track_file = imported(igc("LX9000"), "real.igc")
    track = Track.objects.get(track_file=track_file)
    assert not track.simulator
    assert track.aircraft is not None
    assert track.aircraft.registration == "TEST-1"
    assert track_file.format == "igc"


def as_stored() -> list[object]:
    """What tracks and flights are, to be compared with what they are later."""
    tracks = Track.objects.order_by("pk").values_list("pk", "simulator", "identity", "aircraft")
    return [*tracks, *Flight.objects.order_by("pk").values_list("pk", "demonstration", "aircraft", "status")]


@pytest.mark.parametrize("demonstration", [True, False])
def test_a_simulation_that_a_newer_parser_reads_as_flown_stays_what_it_was(
    demonstration: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = imported(igc("Condor Soaring Simulator"), "sim.igc")
    if demonstration:
        mark_as_demonstration(file)
    before = as_stored()
    with monkeypatch.context() as newer:
        newer.setattr(igc_headers, "simulator_in", lambda text, **_: None)
        reimport(file, queue=False)
        held = run_task(file)
    assert held.status == "failed"
    assert "imported as written by a simulator, and is read as flown now. Nothing was changed" in held.error
    assert held.error.endswith("bring it again.")
    assert as_stored() == before
    assert held.demonstration == demonstration
    reimport(file, queue=False)
    assert run_task(file).status == "imported"
    assert as_stored() == before


def test_what_was_flown_does_not_become_a_simulation_by_a_newer_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr(igc_headers, "simulator_in", lambda text, **_: None)
        file = imported(igc("Condor Soaring Simulator"), "flown.igc")
    before = as_stored()
    reimport(file, queue=False)
    held = run_task(file)
    assert held.status == "failed"
    assert "imported as flown, and is read as written by a simulator now" in held.error
    assert as_stored() == before


def test_a_simulated_flight_on_a_real_path_is_not_proposed_as_one_with_it() -> None:
    imported(igc("LX9000"), "real.igc")
    simulated = imported(igc("Condor Soaring Simulator"), "sim.igc")
    assert not Suggestion.objects.exists()
    assert not any("lies on the path" in warning["text"] for warning in simulated.report["warnings"])
    one, other = sorted(Flight.objects.values_list("pk", flat=True))
    Suggestion.objects.create(one_id=one, other_id=other, kind=Suggestion.Kind.SAME_PATH)  # as older imports made them
    mark_as_demonstration(simulated)
    assert not Suggestion.objects.exists()
