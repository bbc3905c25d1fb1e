"""One row per key that a create form or API call carried."""

from django.db import models


class Submission(models.Model):
    """A key, a fingerprint of what was sent with it, and what came of it."""

    key = models.UUIDField(primary_key=True)
    fingerprint = models.CharField(max_length=64)
    result = models.CharField(max_length=64, blank=True)
    submitted_at = models.DateTimeField(db_index=True)
