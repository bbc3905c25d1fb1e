"""manage.py show_access: the declared rights, address by address."""

import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from itsm.access_table import TABLE, Address


class Command(BaseCommand):
    """Prints who may open and send what, as a list or as JSON for other tools."""

    help = "Show the declared rights of every address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--json for machines."""
        parser.add_argument("--json", action="store_true", help="as JSON: {address: {get, post, …}}")

    def handle(self, **options: object) -> None:
        """Print the table."""
        if options["json"]:
            rows = {name: _row(address) for name, address in sorted(TABLE.items())}
            self.stdout.write(json.dumps(rows, indent=2))
            return
        for name, address in sorted(TABLE.items()):
            for method, roles in (("GET", address.get), ("POST", address.post)):
                if roles is not None:
                    self.stdout.write(f"{name:32} {method:5} {_who(address, roles)}")


def _who(address: Address, roles: str) -> str:
    if address.machine:
        return "machines with a token or a signature"
    return "everybody" if address.public else roles or "by relation alone"


def _row(address: Address) -> dict[str, object]:
    said = address._asdict()
    return {key: value.split() if isinstance(value, str) else value for key, value in said.items()}
