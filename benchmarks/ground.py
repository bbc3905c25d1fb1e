"""The ground that is measured on: a migrated database with loaded tickets, and a signed-in desk agent."""

import sys
import time
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command

from benchmarks.creating import TEXT
from itsm.accounts import sessions
from itsm.accounts.models import User
from itsm.catalog.models import System
from tickets.models import Ticket

BACKEND = "itsm.accounts.backends.PeopleBackend"


def prepare(*, reuse: bool) -> None:
    """Migrate and seed. Raises SystemExit when the database is not empty and not to be reused."""
    call_command("migrate", verbosity=0, stdout=sys.stderr)
    if Ticket.objects.exists() and not reuse:
        raise SystemExit("The database already holds tickets. Benchmarks want an empty one, or --reuse.")
    call_command("seed_dictionaries", stdout=sys.stderr)


def load(tickets: int, *, reuse: bool) -> None:
    """The tickets that pages show, unless there are some to be reused."""
    if not (reuse and Ticket.objects.exists()):
        call_command("load_bulk", tickets=tickets, stdout=sys.stderr)
    _give_owners()


def loaded() -> int:
    """How many tickets the database holds, those left out that the run has created."""
    return Ticket.objects.exclude(description=TEXT).count()


def _give_owners() -> None:
    """A new ticket tells its system's owner; without owners a create would be cheaper than in life."""
    engineers = list(User.objects.filter(roles__contains=["ENG"]).order_by("pk"))
    for place, system in enumerate(System.objects.filter(primary_owner=None)):
        system.primary_owner = engineers[place % len(engineers)]
        system.save(update_fields=["primary_owner"])


def agent() -> User:
    """A service desk agent, who sees every ticket and is no administrator."""
    return User.objects.filter(roles=["DSK"]).order_by("pk")[0]


def manager() -> User:
    """A project manager, whom loaded tickets do not bring; nobody can sign in as this one."""
    words = {"name": "压测项目经理", "roles": ["PM"], "password": "!"}
    return User.objects.get_or_create(work_number="bench-manager", defaults=words)[0]


def session_of(user: User) -> str:
    """The cookie of a person who has just signed in; both webs share secret and session table."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[sessions.BEGAN] = session[sessions.SEEN] = int(time.time())
    session.create()
    return session.session_key
