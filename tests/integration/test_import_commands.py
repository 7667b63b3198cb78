"""The commands of importing, from the shell's side."""

import io
import subprocess
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.integration.archive import imported, make_airports
from tests.traces import trace
from tracks.management import imports
from tracks.management.progress_bar import ProgressBar
from tracks.models import Acquisition, Aircraft, Claim, Flight, RevisionStretch, Track, TrackFile
from tracks.models.claim_values import text_value
from tracks.models.publishing import publish, withdraw
from tracks.models.resolving import resolve
from tracks.models.vocabulary import Basis
from tracks.originals import originals

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: str) -> str:
    """Standard output of a command."""
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def files_of(track_files: list[TrackFile]) -> list[Path]:
    return [Path(originals().path(file.file.name)) for file in track_files]


@pytest.fixture
def two_files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "first.json", tmp_path / "second.json"]
    paths[0].write_bytes(trace(1000, flights=1))
    paths[1].write_bytes(trace(1000, flights=1, timestamp=1.6e9))
    return paths


def test_import_tracks_imports_in_this_process(two_files: list[Path]) -> None:
    out = run(
        "import_tracks", *map(str, two_files), "--licence", "CC0", "--credit", "Me", "--obtained-from", "a USB stick"
    )
    assert "first.json: readsb / tar1090 trace JSON, 1,000 of 1,000 fixes, 1 track, flight " in out
    assert Flight.objects.count() == 2
    assert set(Acquisition.objects.values_list("original_name", "licence", "credit", "obtained_from")) == {
        ("first.json", "CC0", "Me", "a USB stick"),
        ("second.json", "CC0", "Me", "a USB stick"),
    }


def test_import_tracks_leaves_the_work_to_the_worker(
    two_files: list[Path], celery_worker_process: subprocess.Popen[bytes]
) -> None:
    out = run("import_tracks", "--queue", *map(str, two_files))
    assert out.count("1,000 of 1,000 fixes") == 2
    assert TrackFile.objects.filter(status="imported", attempts=1).count() == 2


def test_import_tracks_goes_on_after_a_failure_and_ends_with_an_error(two_files: list[Path], tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Sir or Madam")
    errors = io.StringIO()
    with pytest.raises(CommandError, match="2 of 4 files failed"):
        call_command(
            "import_tracks",
            str(tmp_path / "letter.txt"),
            str(tmp_path / "missing.json"),
            *map(str, two_files),
            stderr=errors,
        )
    assert "letter.txt: This is not a track file we can read. It looks like plain text." in errors.getvalue()
    assert "(byte 0)" in errors.getvalue()
    assert "missing.json: No such file or directory" in errors.getvalue()
    assert Flight.objects.count() == 2


def test_import_tracks_says_what_is_there_already_and_imports_it_again_when_asked(two_files: list[Path]) -> None:
    run("import_tracks", str(two_files[0]))
    assert "first.json: is in the archive already." in run("import_tracks", str(two_files[0]))
    before = list(Track.objects.values_list("pk", flat=True))
    assert "1,000 of 1,000 fixes" in run("import_tracks", "--again", str(two_files[0]))
    assert list(Track.objects.values_list("pk", flat=True)) == before


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_a_bar_grows_and_leaves_nothing_behind() -> None:
    stream = Terminal()
    bar = ProgressBar(stream, "x.json", 1000)
    bar.show("parsing", 500, 12345)
    bar.clear()
    drawn = stream.getvalue()
    assert "x.json  ████████████░░░░░░░░░░░░  50%, 12,345 fixes, reading fixes" in drawn
    assert drawn.endswith("\r\x1b[K")


def test_in_a_log_a_quick_import_writes_no_progress() -> None:
    stream = io.StringIO()
    bar = ProgressBar(stream, "x.json", 1000)
    for done in range(0, 1000, 10):
        bar.show("parsing", done, done)
    bar.clear()
    assert stream.getvalue() == ""


def test_rebuild_flights_restores_facts_and_keeps_decisions() -> None:
    make_airports()
    imported(trace(3000, flights=2))
    flight = Flight.objects.order_by("starts_at").first()
    assert flight is not None
    Claim.objects.create(flight=flight, field="callsign", value=text_value("RIGHT1"), basis=Basis.CURATOR)
    wanted = Flight.objects.filter(pk=resolve(flight).pk).values().get()
    Flight.objects.update(callsign="WRONG", origin=None, title="wrong")
    Claim.objects.filter(basis=Basis.COMPUTED).delete()
    assert "2 flights rebuilt, 2 of them changed" in run("rebuild_flights")
    again = Flight.objects.filter(pk=flight.pk).values().get()
    assert {**again, "changed_at": None} == {**wanted, "changed_at": None}
    assert again["callsign"] == "RIGHT1"
    assert "1 flight rebuilt, 0 of them changed" in run("rebuild_flights", "--flight", flight.pk)


def test_rebuild_flights_keeps_an_empty_draft_somebody_began() -> None:
    begun = Flight.objects.create()
    run("rebuild_flights")
    assert Flight.objects.get() == begun


def test_rebuild_flights_refuses_a_flight_that_is_not_there() -> None:
    with pytest.raises(CommandError, match="There is no flight nowhere"):
        run("rebuild_flights", "--flight", "nowhere")


# verify_flight


@pytest.fixture
def published() -> Flight:
    imported(trace(2000, flights=1, lost=(0.4, 0.5)))
    flight = Flight.objects.get()
    publish(flight)
    return flight


def test_verify_flight_finds_every_published_fix_in_the_file(published: Flight) -> None:
    out = run("verify_flight", published.pk)
    count = sum(RevisionStretch.objects.values_list("fix_count", flat=True))
    assert f"{count:,} published fixes are those of the files, in every column." in out


def test_verify_flight_still_finds_them_after_the_track_is_gone(published: Flight) -> None:
    Track.objects.all().delete()
    assert "published fixes are those of the files" in run("verify_flight", published.pk)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("path = ST_Translate(path, 0, 0.000001)", "path differ from the file's"),
        ("ground_speed = set_byte(ground_speed, 9, 1)", "ground_speed differ from the file's"),
        ("evidence_class = 'estimated'", "class differ from the file's"),
        ("record_index = set_byte(record_index, 3, 1)", "gives no fix any more"),
    ],
)
def test_verify_flight_finds_a_number_that_was_changed(published: Flight, change: str, said: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tracks_revisionstretch DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE tracks_revisionstretch SET {change} WHERE ordinal = 1")
        cursor.execute("ALTER TABLE tracks_revisionstretch ENABLE TRIGGER USER")
    out = io.StringIO()
    with pytest.raises(CommandError, match="does not agree"):
        call_command("verify_flight", published.pk, stdout=out)
    assert "Stretch 1:" in out.getvalue()
    assert said in out.getvalue()


def test_verify_flight_finds_bytes_that_were_changed(published: Flight) -> None:
    (path,) = files_of(list(TrackFile.objects.all()))
    data = bytearray(path.read_bytes())
    data[500] ^= 1
    path.chmod(0o640)
    path.write_bytes(bytes(data))
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("verify_flight", published.pk, stdout=out)
    assert "they were changed" in out.getvalue()
    path.unlink()
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("verify_flight", published.pk, stdout=out)
    assert "cannot be read" in out.getvalue()


def test_verify_flight_of_a_draft_or_of_nothing_says_so(published: Flight) -> None:
    draft = Flight.objects.create()
    with pytest.raises(CommandError, match="was never published"):
        run("verify_flight", draft.pk)
    with pytest.raises(CommandError, match="no revision 7"):
        run("verify_flight", published.pk, "--revision", "7")
    with pytest.raises(CommandError, match="There is no flight nothing"):
        run("verify_flight", "nothing")


# The demonstration


@pytest.fixture
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports.current_app.control, "ping", lambda **_given: [])


def test_the_demonstration_comes_by_the_worker_and_goes_without_a_trace(
    celery_worker_process: subprocess.Popen[bytes],
) -> None:
    make_airports()
    imported(trace(1000, flights=1), "real.json")
    publish(Flight.objects.get())
    real = {model: list(model.objects.order_by("pk").values()) for model in (Flight, Aircraft, TrackFile, Track, Claim)}
    out = run("load_demonstration", "--wait")
    assert "17 files, imported by the worker" in out
    assert "22 flights published" in out
    flights = Flight.objects.filter(demonstration=True)
    assert {flight.status for flight in flights} == {"published"}
    assert {flight.aircraft.registration for flight in flights if flight.aircraft} == {f"DEMO-{n}" for n in range(1, 6)}
    assert all(flight.aircraft and flight.aircraft.demonstration for flight in flights)
    assert all(flight.published_revision and flight.published_revision.demonstration for flight in flights)
    assert all(flight.starts_at and flight.starts_at.year == 2001 for flight in flights)
    paths = files_of(list(TrackFile.objects.filter(demonstration=True)))
    assert all(path.exists() for path in paths)

    acquisitions = Acquisition.objects.count()
    assert "17 demonstration files in the archive, 0 of them new; 0 flights published" in run("load_demonstration")
    assert Acquisition.objects.count() == acquisitions

    assert "Removed: 17 files, 22 flights, 5 aircraft." in run("remove_demonstration")
    assert {model: list(model.objects.order_by("pk").values()) for model in real} == real
    assert not any(path.exists() for path in paths)
    assert all(path.exists() for path in files_of(list(TrackFile.objects.all())))
    assert "Removed: 0 files, 0 flights, 0 aircraft." in run("remove_demonstration")


def test_without_a_worker_the_demonstration_is_imported_here_and_says_so(no_worker: None) -> None:
    out = run("load_demonstration")
    assert "17 files, imported here, for no worker answers" in out
    assert Flight.objects.filter(status="published", demonstration=True).count() == 22


def test_a_demonstration_flight_that_was_withdrawn_stays_withdrawn(no_worker: None) -> None:
    run("load_demonstration")
    flight = Flight.objects.filter(demonstration=True).first()
    assert flight is not None
    withdraw(flight, "not needed")
    run("load_demonstration")
    flight.refresh_from_db()
    assert flight.status == "withdrawn"
