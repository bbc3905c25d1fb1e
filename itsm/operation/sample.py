"""python -m itsm.operation.sample: whether the product shows its pages on the database it is given."""

import os
import sys
from typing import Any


def main() -> None:
    """The newest ticket as its reporter and as the desk see it; exits 1 with a line for the first that fails."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsm.settings")
    django.setup()
    if complaint := complain():
        sys.exit(complaint)


def complain() -> str:
    """Nothing when the sample pages show what they must, else a sentence."""
    from django.test import Client

    from tickets.models import Ticket

    client, ticket = Client(SERVER_NAME="localhost"), Ticket.objects.order_by("-id").first()
    pages = [("/", "")] if ticket is None else [("/", ""), (ticket.track_path, ticket.number)]
    if ticket is not None and (reader := _reader()):
        client.force_login(reader)
        pages.append((ticket.get_absolute_url(), ticket.number))
    try:
        return next(filter(None, (_fault(client, path, word) for path, word in pages)), "")
    finally:
        client.logout()


def _fault(client: Any, path: str, word: str) -> str:
    answer = client.get(path)
    if answer.status_code != 200:
        return f"{path} answers {answer.status_code}"
    return "" if word in answer.content.decode() else f"{path} does not show {word}"


def _reader() -> object:
    """Somebody who sees every ticket."""
    from itsm.accounts.models import User

    return User.objects.filter(is_active=True, roles__overlap=["DSK", "PM", "HIT", "HLD"]).order_by("pk").first()


if __name__ == "__main__":
    main()
