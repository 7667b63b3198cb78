"""Processes are recognised by more than their number, and only ours are stopped."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from flightmap.services import leftovers, locks, processes

WAITING = [sys.executable, "-c", "import sys; print('up', flush=True); sys.stdin.read()"]


def waiting_process(**options: object) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(WAITING, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **options)  # type: ignore[call-overload]
    assert process.stdout.readline() == b"up\n"
    return process


def test_a_process_that_has_ended_has_no_start_time_even_while_nobody_has_taken_note() -> None:
    process = waiting_process()
    assert processes.started_at(process.pid) is not None
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # dead, and still in the table: a zombie
    assert processes.started_at(process.pid) is None
    process.wait()
    assert processes.started_at(process.pid) is None


def test_a_process_is_ours_when_it_works_in_our_folder(tmp_path: Path) -> None:
    process = waiting_process(cwd=tmp_path)
    try:
        assert processes.works_in(process.pid, tmp_path)
        assert not processes.works_in(process.pid, tmp_path.parent)
    finally:
        process.kill()
        process.wait()


def test_a_damaged_pid_file_names_no_process(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    assert processes.pid_in(file) is None
    file.write_text("")
    assert processes.pid_in(file) is None
    file.write_text("12x\n")
    assert processes.pid_in(file) is None
    file.write_text("4711\n/some/where\n")
    assert processes.pid_in(file) == 4711


def test_a_process_that_does_not_listen_is_killed() -> None:
    deaf = (
        "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen([sys.executable, "-c", deaf], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    processes.stop(process.pid, signal.SIGTERM, seconds=0.2)
    assert process.wait(timeout=10) == -signal.SIGKILL


def test_the_next_start_ends_what_a_killed_run_left_and_nothing_else(tmp_path: Path) -> None:
    left, innocent = waiting_process(start_new_session=True), waiting_process(start_new_session=True)
    record = tmp_path / "running.json"
    started = processes.started_at(innocent.pid)
    assert started is not None
    record.write_text(
        json.dumps(
            {
                "web": {"pid": left.pid, "started": processes.started_at(left.pid)},
                # its number came round: the process of that number is another one now
                "worker": {"pid": innocent.pid, "started": started - 1},
            }
        )
    )
    try:
        assert leftovers.end_leftovers(record) == ["web"]
        assert left.wait(timeout=10) == -signal.SIGTERM
        assert innocent.poll() is None
        assert not record.exists()
    finally:
        for process in (left, innocent):
            process.kill()
            process.wait()


def test_a_child_dies_with_a_parent_that_was_killed() -> None:
    parent_code = (
        "import subprocess, sys, signal\n"
        "from flightmap.services.processes import dies_with_parent\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import sys; sys.stdin.read()'], stdin=subprocess.PIPE,\n"
        "    start_new_session=True, preexec_fn=dies_with_parent(signal.SIGTERM))\n"
        "print(child.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", parent_code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert processes.started_at(child) is not None
    parent.kill()
    parent.wait()
    assert processes.wait_until(lambda: processes.started_at(child) is None, 10.0)


def test_a_lock_is_held_by_one_and_free_again_when_its_holder_is_gone(tmp_path: Path) -> None:
    file = tmp_path / "run.lock"
    held = locks.acquire(file, wait=False)
    assert held is not None
    assert locks.acquire(file, wait=False) is None
    assert locks.holder(file) == str(os.getpid())
    os.close(held)
    again = locks.acquire(file, wait=False)
    assert again is not None
    os.close(again)
