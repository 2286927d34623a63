"""The bell: a message to the workers that a row of JobRun waits. It may be lost, doubled or late; the row is the truth."""

import json
import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from kombu.connection import Connection
from kombu.exceptions import ChannelError, OperationalError
from redis.exceptions import RedisError

from crm.celery import app

log = logging.getLogger(__name__)

# A request that enqueues must not wait for a broker that is away.
QUICKLY = {"socket_connect_timeout": 1, "socket_timeout": 3}
AWAY = (OperationalError, RedisError, OSError)
PERFORM = "crm.tasks.perform"


def _connection() -> Connection:
    options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **QUICKLY, "max_retries": 0}
    connection: Connection = app.connection_for_write(transport_options=options)
    return connection


def has_broker() -> bool:
    """Whether a broker is configured at all (a command in the foreground has none)."""
    return not str(settings.CELERY_BROKER_URL).endswith("/dev/null")


def ring(run_ids: Iterable[int], task: str = PERFORM, *, expires: float | None = None) -> bool:
    """Tell the workers to perform these runs, or another task on each number; `expires`: seconds after which nobody needs
    to hear it. False, and a line in the log, when the broker does not answer."""
    if not has_broker():
        return False
    try:
        with _connection() as connection:
            for run_id in run_ids:
                app.send_task(task, args=[run_id], connection=connection, retry=False, expires=expires)
    except AWAY as error:
        log.warning("The broker does not answer (%s); the reconciler will ring later", type(error).__name__)
        return False
    return True


def waiting() -> int | None:
    """How many messages wait in the broker, None when it does not answer."""
    return _asked(
        lambda channel: int(channel.queue_declare(queue=app.conf.task_default_queue, passive=True).message_count)
    )


def unheard() -> int | None:
    """How many of them are rings for work: what beat sends at the same moment is none. None as above."""
    return _asked(
        lambda channel: sum(
            json.loads(message)["headers"]["task"] == PERFORM
            for message in channel.client.lrange(app.conf.task_default_queue, 0, -1)
        )
    )


def _asked(question: Callable[[Any], int]) -> int | None:
    if not has_broker():
        return None
    try:
        with _connection() as connection:
            return question(connection.default_channel)
    except ChannelError:
        return 0  # Redis keeps no empty queue
    except AWAY as error:
        log.warning("The broker does not answer (%s)", type(error).__name__)
        return None
