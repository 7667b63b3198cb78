"""The worker of the tests is a real one."""

import subprocess

from flightmap.celery import app
from flightmap.services import paths
from tests.settings import TEST_DIR, TEST_REDIS_DATABASE


def test_the_worker_process_answers_and_shares_nothing_with_other_runs(
    celery_worker_process: subprocess.Popen[bytes],
) -> None:
    answers = app.control.ping(timeout=1.0)
    assert len(answers) == 1
    queues = app.control.inspect(timeout=2.0).active_queues()
    names = {queue["name"] for found in queues.values() for queue in found}
    assert names == {app.conf.task_default_queue}


def test_the_broker_is_the_redis_database_of_this_run(services: None) -> None:
    with app.connection_for_write() as connection:
        options = connection.default_channel.client.connection_pool.connection_kwargs
    assert options["db"] == TEST_REDIS_DATABASE
    assert options["path"] == str(paths.redis_socket(TEST_DIR))


def test_the_worker_process_can_be_killed(celery_worker_process: subprocess.Popen[bytes]) -> None:
    celery_worker_process.kill()
    assert celery_worker_process.wait(timeout=10) == -9
