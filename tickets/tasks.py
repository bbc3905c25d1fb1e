"""Wake-ups of the mail intake."""

from celery import shared_task
from django.utils import timezone

from tickets.mail import intake, reading


@shared_task(name="tickets.read_mail", soft_time_limit=300, time_limit=360)
def read_mail() -> int:
    """Take in what lies in the mailbox, settle what waits, and leave aside what nobody has decided on."""
    reading.read(at=timezone.now())
    intake.expire(at=timezone.now())
    return intake.settle_waiting(at=timezone.now())
