"""One row per bucket. The table is unlogged: a crash fills every bucket, and nothing else is lost."""

from django.db import models


class Bucket(models.Model):
    """What is left of an allowance, as of a moment; it fills up again by itself."""

    key = models.CharField(max_length=160, primary_key=True)
    tokens = models.FloatField()
    filled_at = models.DateTimeField(db_index=True)
    is_granted = models.BooleanField()
