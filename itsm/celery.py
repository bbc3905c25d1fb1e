"""The Celery application. It carries wake-ups only; what is due stands in PostgreSQL."""

import logging.config
import os
from typing import Any

from celery import Celery, signals
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsm.settings")

app = Celery("itsm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@signals.setup_logging.connect
def keep_our_lines(**unused: Any) -> None:
    """Worker and beat write the same lines as the web; Celery sets up none of its own."""
    logging.config.dictConfig(settings.LOGGING)
