"""The supervisor starts, brings up again and stops; on small programs of the test's own."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flightmap.services.console import Console
from flightmap.services.errors import ServiceError
from flightmap.services.processes import started_at, wait_until
from flightmap.services.programs import Program
from flightmap.services.supervisor import StopAsked, Supervisor


@pytest.fixture
def output() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def supervisor(tmp_path: Path, output: io.StringIO) -> Iterator[Supervisor]:
    made = Supervisor(Console(output), tmp_path / "running.json")
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield made
    made.stop_all()
    for number, handler in handlers.items():
        signal.signal(number, handler)


PREAMBLE = """
import signal, subprocess, sys
def note(event):
    with open("events", "a") as file:
        print(event, file=file)
def end(*_):
    note(sys.argv[1] + " down")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
note(sys.argv[1] + " up")
"""


def program(tmp_path: Path, name: str, code: str, **options: object) -> Program:
    """A Python program that notes in the file `events` when it is up and when it goes down, and runs `code`."""

    def spawn() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", PREAMBLE + code, name], start_new_session=True, cwd=tmp_path)

    return Program(name, name.title(), tmp_path / f"{name}.log", spawn, **options)  # type: ignore[arg-type]


FOREVER = "while True: signal.pause()"


def events(tmp_path: Path) -> list[str]:
    file = tmp_path / "events"
    return file.read_text().splitlines() if file.exists() else []


def wait_for(supervisor: Supervisor, condition: object) -> None:
    """Let the supervisor look after its children until the condition holds."""
    for _ in range(300):
        if condition():  # type: ignore[operator]
            return
        supervisor.pause()
    raise AssertionError("It did not come to that within 30 s.")


def test_a_program_is_awaited_until_it_answers(supervisor: Supervisor, tmp_path: Path) -> None:
    one = program(tmp_path, "web", FOREVER, is_ready=lambda: "web up" in events(tmp_path))
    supervisor.start(one)
    supervisor.await_ready(one)
    assert events(tmp_path) == ["web up"]


def test_a_program_that_never_answers_ends_the_wait_with_the_end_of_its_log(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    (tmp_path / "web.log").write_text("the reason it gave\n")
    one = program(tmp_path, "web", FOREVER, is_ready=lambda: False, patience=0.3)
    supervisor.start(one)
    with pytest.raises(ServiceError, match="the reason it gave"):
        supervisor.await_ready(one)


def test_a_killed_program_is_brought_up_again_and_said_so(
    supervisor: Supervisor, tmp_path: Path, output: io.StringIO
) -> None:
    supervisor.start(program(tmp_path, "worker", FOREVER))
    wait_for(supervisor, lambda: events(tmp_path) == ["worker up"])
    os.kill(recorded(tmp_path, "worker"), signal.SIGKILL)
    wait_for(supervisor, lambda: events(tmp_path) == ["worker up", "worker up"])
    assert "Worker ended with SIGKILL; it is started again" in output.getvalue()


def recorded(tmp_path: Path, name: str) -> int:
    return int(json.loads((tmp_path / "running.json").read_text())[name]["pid"])


def test_a_program_that_keeps_ending_is_given_up_with_its_log(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flightmap.services.supervisor.FIRST_DELAY", 0.0)
    (tmp_path / "beat.log").write_text("no such module\n")
    supervisor.start(program(tmp_path, "beat", "sys.exit(3)"))
    with pytest.raises(ServiceError, match=r"(?s)Beat ended 6 times.*status 3.*no such module"):
        wait_for(supervisor, lambda: False)


def test_the_servers_are_stopped_after_what_uses_them(supervisor: Supervisor, tmp_path: Path) -> None:
    for name in ("postgres", "redis", "worker"):
        supervisor.start(program(tmp_path, name, FOREVER))
        wait_for(supervisor, lambda name=name: f"{name} up" in events(tmp_path))
    supervisor.stop_all()
    assert [event for event in events(tmp_path) if event.endswith("down")] == [
        "worker down",
        "redis down",
        "postgres down",
    ]
    assert not (tmp_path / "running.json").exists()


def test_what_does_not_end_in_time_is_killed_with_its_children(supervisor: Supervisor, tmp_path: Path) -> None:
    code = (
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])\n"
        "note(f'child {child.pid}')\nwhile True: signal.pause()"
    )
    supervisor.start(program(tmp_path, "worker", code, stop_patience=0.2))
    wait_for(supervisor, lambda: len(events(tmp_path)) == 2)
    child = int(events(tmp_path)[1].split()[1])
    supervisor.stop_all()
    assert wait_until(lambda: started_at(child) is None, 10.0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_any_wait(supervisor: Supervisor, tmp_path: Path, number: signal.Signals) -> None:
    supervisor.listen()
    one = program(tmp_path, "web", FOREVER, is_ready=lambda: bool(os.kill(os.getpid(), number)))
    supervisor.start(one)
    with pytest.raises(StopAsked):
        supervisor.await_ready(one)
