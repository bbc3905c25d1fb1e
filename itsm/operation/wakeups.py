"""Handing work to the worker from a request: never waits for the broker, never fails the request."""

import logging
from typing import Any

from celery import Task
from django.conf import settings

from itsm.operation import machine

log = logging.getLogger(__name__)


def send(task: Task, *arguments: Any) -> bool:
    """Whether the broker took the wake-up. A hung broker is noticed within a second."""
    if not machine.broker_answers(settings.CELERY_BROKER_URL):
        return False
    try:
        task.delay(*arguments)
    except Exception:  # whatever the broker does, the page must answer
        log.exception("the wake-up %s was not sent", task.name)
        return False
    return True
