"""How the work on a ticket was done: remote logs and the checklists of risky and on-site work."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from itsm.privacy.fields import PatientMark
from itsm.versions import versions
from tickets.enums import Answer, SafetyItem, Tool
from tickets.models.ticket import Ticket
from tickets.texts import FREE_TEXT


class RemoteLog(models.Model):
    """远程记录: with what, from when to when, and what was done. Only ever added."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="remote_logs")
    tool = models.CharField(_("tool"), max_length=12, choices=Tool)
    started_at = models.DateTimeField(_("begun"))
    ended_at = models.DateTimeField(_("ended"))
    actions = models.TextField(_("what was done remotely"), max_length=5000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    has_patient_data = PatientMark(texts=FREE_TEXT["remotelog"])

    class Meta:
        ordering = ("started_at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ended_at__gte=F("started_at")), name="remote_log_forward"),
            models.CheckConstraint(condition=Q(tool__in=Tool.values), name="remote_log_tool_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_tool_display()} {self.started_at:%Y-%m-%d %H:%M}"


class Check(models.Model):
    """One item of a checklist, as it was answered in one round of the work (a reopening begins another).

    item: one of SafetyItem, or "clean" for the place of an on-site job.
    """

    CLEAN = "clean"

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="checks", db_index=False)
    round = models.PositiveSmallIntegerField()
    item = models.CharField(max_length=12)
    answer = models.CharField(max_length=4, choices=Answer)
    reason = models.CharField(max_length=200, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField()
    has_patient_data = PatientMark(texts=FREE_TEXT["check"])

    history = versions()

    class Meta:
        ordering = ("round", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "round", "item"], name="check_once_a_round"),
            models.CheckConstraint(condition=Q(answer__in=Answer.values), name="check_answer_known"),
            models.CheckConstraint(condition=~Q(answer="na") | ~Q(reason=""), name="check_reason_if_not_applicable"),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.get_answer_display()}"

    @property
    def label(self) -> str:
        """The item in words."""
        return str(SafetyItem(self.item).label) if self.item in SafetyItem else self.item
