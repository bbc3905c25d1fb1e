"""manage.py demo_accounts: the sign-in names of the demo."""

from django.core.management.base import BaseCommand

from itsm.accounts.demo import demo_accounts


class Command(BaseCommand):
    """Prints the demo's sign-in names, roles and password."""

    help = "List the sign-in names of the demo."

    def handle(self, **options: object) -> None:
        """One line each: sign-in name, person, role, password; parted by tabs."""
        for account in demo_accounts():
            self.stdout.write("\t".join((account.username, account.name, account.role, account.password)))
