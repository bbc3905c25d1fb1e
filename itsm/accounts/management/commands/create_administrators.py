"""manage.py create_administrators: the first three accounts of a new installation."""

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from itsm.accounts import people
from itsm.accounts.models import User
from itsm.accounts.roles import ROLES

ACCOUNTS = {"sysadmin": "SYS", "secadmin": "SEC", "auditor": "AUD"}


class Command(BaseCommand):
    """Opens an account for each of the three administrators that nobody is yet (三员分立)."""

    help = "Open the accounts of the system, security and audit administrator."

    @transaction.atomic
    def handle(self, **options: object) -> None:
        """One line for each: work number and temporary password."""
        at = timezone.now()
        for work_number, role in ACCOUNTS.items():
            if User.objects.filter(roles__contains=[role]).exists():
                continue
            person, password = people.create(by=None, at=at, work_number=work_number, name=str(ROLES[role].name))
            people.grant(person, by=None, at=at, roles=[role], sees_department=False, reason="create_administrators")
            self.stdout.write(f"{work_number}\t{password}")
