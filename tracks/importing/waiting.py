"""How many messages wait in the queue of imports."""

from __future__ import annotations

from celery import current_app
from kombu.exceptions import ChannelError


def messages_waiting() -> int:
    """Messages nobody has taken yet; 0 for a queue that was never used."""
    with current_app.connection_for_read() as connection, connection.channel() as channel:
        try:
            found = channel.queue_declare(queue=current_app.conf.task_default_queue, passive=True)
        except ChannelError:
            return 0
        return int(found.message_count)
