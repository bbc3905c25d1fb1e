"""TEMP"""

from django.db import models


class Calendar(models.Model):
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)


class CalendarVersion(models.Model):
    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    rules = models.JSONField()
    published_at = models.DateTimeField(null=True)
