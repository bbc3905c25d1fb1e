"""The platform under the desk: people, audit, notices, reference data, pages, settings.

Importing it makes the Celery application known, so tasks bind to it.
"""

from itsm.celery import app as celery_app

__all__ = ["celery_app"]
