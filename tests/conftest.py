"""Fixtures of every test: services, database, hashed static files, a real worker, a real browser."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from flightmap.services import local
from flightmap.services.catalogues import compile_catalogues
from flightmap.services.processes import dies_with_parent, tail
from tests.browser_page import CHROMIUM_ARGUMENTS, WatchedPage, chromium

# Playwright's synchronous interface keeps an event loop running in the thread of the tests, which Django takes for
# asynchronous code. The tests call the database from that one thread only.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

compile_catalogues()

KEEP_STATIC_FILES = 24 * 3600.0  # seconds; another run may still serve those of other sources


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes do not stand in the names of tests: what gzip packs holds the time, and processes would differ."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Several processes (`-n`) use the same services: started before the first, stopped after the last."""
    from tests.settings import TEST_DIR

    for server in local.start(for_tests=True, var=TEST_DIR):
        config.add_cleanup(server.stop)


@pytest.fixture(scope="session")
def services() -> Iterator[None]:
    """PostgreSQL and Redis of the tests: those that run are used and left running, others are ours to stop."""
    from tests.settings import TEST_DIR, TEST_REDIS_DATABASE

    started = local.start(for_tests=True, var=TEST_DIR)
    _empty_redis(TEST_REDIS_DATABASE)
    yield
    for server in reversed(started):
        server.stop()


def _empty_redis(database: int) -> None:
    import redis
    from django.conf import settings

    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(services: None) -> None:
    """The database is made after its server runs; tests/settings.py names it."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database; what tests commit is taken out of it by `tests.emptying`."""
    from django.test import TransactionTestCase

    from tests.emptying import Emptier

    with django_db_blocker.unblock():
        emptier = Emptier()
    with pytest.MonkeyPatch.context() as patch:
        replacement = emptier.instead_of(TransactionTestCase._fixture_teardown)
        patch.setattr(TransactionTestCase, "_fixture_teardown", replacement)
        yield


@contextlib.contextmanager
def _alone(name: str) -> Iterator[None]:
    """Only one run of the tests at a time does what is shared between runs."""
    from tests.settings import TEST_DIR

    TEST_DIR.mkdir(parents=True, exist_ok=True)
    with (TEST_DIR / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def hashed_static_files() -> None:
    """Collect the static files under their hashed names, as a production site serves them.

    The import map, the Content-Security-Policy and the cache headers are then the real ones.
    """
    from django.conf import settings
    from django.core.management import call_command

    complete = settings.STATIC_ROOT / ".complete"
    with _alone("static"):
        if not complete.exists():
            for outdated in settings.STATIC_ROOT.parent.iterdir():
                if time.time() - outdated.stat().st_mtime > KEEP_STATIC_FILES:
                    shutil.rmtree(outdated, ignore_errors=True)
            call_command("prepare_basemap", verbosity=0)
            call_command("collectstatic", interactive=False, verbosity=0)
            complete.touch()


@pytest.fixture(autouse=True)
def _static_files_of_pages(request: pytest.FixtureRequest) -> None:
    """Whoever asks for pages through a client gets them with their static files."""
    if {"client", "admin_client", "async_client"} & set(request.fixturenames):
        request.getfixturevalue("hashed_static_files")


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A request leaves its language with the thread that answered it: none is left to the next test."""
    yield
    translation.deactivate()


@pytest.fixture(scope="module")
def module_transaction(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A transaction around all tests of a module, taken back after them: for rows that are made once and only read.

    What a test with `db` changes beyond them is taken back after that test. Not for tests with `transactional_db`.
    """
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


class ProductionLiveServer(LiveServer):
    """A live server whose static files come from WhiteNoise by their hashed names, not from Django's finders."""

    def __init__(self, address: str) -> None:
        super().__init__(address, start=False)
        self.thread.static_handler = lambda application: application
        self.start()


@pytest.fixture(scope="session")
def live_server(services: None, hashed_static_files: None) -> Iterator[LiveServer]:
    """The site on a free port of localhost, on the test database."""
    server = ProductionLiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture
def celery_worker_process(
    transactional_db: None, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker process on the test database, ready to take tasks. `worker.kill()` is what it sounds like.

    One task at a time, in a child process of the worker's as in production.
    """
    with running_worker(tmp_path / "worker.log") as worker:
        yield worker


@pytest.fixture(scope="module")
def module_worker(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[bytes]]:
    """One real worker for all tests of a module: none of them may kill it, or run a worker beside it.

    It sees what is committed: its tests need transactional_db too.
    """
    with running_worker(tmp_path_factory.mktemp("worker") / "worker.log") as worker:
        yield worker


@contextlib.contextmanager
def running_worker(log: Path, *arguments: str, settings: str = "tests.settings") -> Generator[subprocess.Popen[bytes]]:
    """Start a worker, wait until it answers a ping, and stop it with all its children in the end.

    Args:
        arguments: further ones of the worker's command line. settings: the settings module.
    """
    from flightmap.celery import app
    from tests.settings import SUFFIX

    name = f"tests-{SUFFIX}-{os.getpid()}-{log.parent.name}@localhost"
    command = [sys.executable, "-m", "celery", "--app", "flightmap.celery:app", "worker", "--loglevel", "INFO"]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": settings,
        "FLIGHTMAP_BESIDE_TESTS": "1",
    }
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [*command, "--pool", "prefork", "--concurrency", "1", "--hostname", name, "--without-mingle", *arguments],
            stdout=output,
            stderr=output,
            env=environment,
            start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGTERM),
        )
    try:
        for _attempt in range(60):
            if worker.poll() is not None or app.control.ping(destination=[name], timeout=1.0):
                break
        assert worker.poll() is None, f"The worker ended:\n{tail(log, 40)}"
        assert app.control.ping(destination=[name], timeout=5.0), f"The worker does not answer:\n{tail(log, 40)}"
        yield worker
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGTERM)
        try:
            worker.wait(timeout=10)
        except subprocess.TimeoutExpired:
            pass
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)  # the task's child too, which a killed worker leaves behind
        worker.wait(timeout=10)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Debian's Chromium, headless. Not having one is an error."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: object, live_server: LiveServer) -> Iterator[object]:
    """A page in a browser context of its own; any complaint of the browser fails the test."""
    with WatchedPage(browser, live_server.url) as watched:
        yield watched.page


@pytest.fixture
def watched_page(browser: object, live_server: LiveServer) -> Iterator[WatchedPage]:
    """As `page`, for a test that opens more pages (`new_page`) or expects a complaint (`expected`)."""
    with WatchedPage(browser, live_server.url) as watched:
        yield watched
