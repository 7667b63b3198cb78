"""gunicorn's configuration for `make run` and the container: `gunicorn -c python:flightmap.gunicorn flightmap.wsgi`.

HOST, PORT, WEB_CONCURRENCY (processes) and WEB_THREADS (per process) come from the environment.
"""

import os
from pathlib import Path

_shared_memory = Path("/dev/shm")  # noqa: S108 - gunicorn makes a nameless file there

bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)
worker_class = "gthread"
preload_app = True  # one import for all processes, and an error in it is told at once
timeout = 120  # seconds; an upload of several large files is read within one request
graceful_timeout = 10  # seconds for requests under way when it is told to stop
keepalive = 15
worker_tmp_dir = str(_shared_memory) if os.access(_shared_memory, os.W_OK) else None  # no heartbeat on a slow disk
accesslog = "-"
errorlog = "-"
