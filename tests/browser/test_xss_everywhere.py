"""Every text column of every row that the walk of tests/test_access.py knows, filled with payloads past every form;
then every page of the access table is opened in Chromium. A new room is covered once its addresses are declared.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import DataError, IntegrityError, connection, models, transaction
from django.urls import reverse
from playwright.sync_api import Error

from itsm.access_table import TABLE
from itsm.accounts.models import User
from itsm.errors import RuleBroken
from tests import factories
from tests.access_samples import SAMPLES, Record, Sample
from tests.browser.payloads import PAYLOADS
from tests.browser.test_xss import JOINED, guard  # noqa: F401  guard is a fixture
from tests.test_access import Walk, parts, record_of

# What no person types: keys, hashes, words of a fixed list that a column holds without saying so.
KEYS = {
    *("password", "session_key", "token", "sha256", "dedup_key", "digest", "mark", "request_id", "boot_id"),
    *("content", "zone", "code", "initials", "hash", "body_hash", "message_hash", "previous_hash", "reach", "source"),
    *("fingerprint", "result", "drawn", "mailbox", "dimension", "key", "figure"),
    *("table", "kind", "seed", "slug", "tickets.ticket.number"),
}
FOREIGN = {"auth", "contenttypes", "sessions", "axes", "account", "socialaccount", "mfa", "admin", "numbering"}
# Opened by others, or no page at all: files, streams, and what only a machine asks for.
NO_PAGE = (
    *("xlsx", "csv", "docx", "_file", "blank", "file", "download", "preview", "thumbnail"),
    *("oidc", "oidc_callback", "sign_out", "history:sheet"),
)
# Texts that no page shows as text. Everything else must be seen on one.
UNSEEN = {
    "catalog.amendment.title": "the contract's page shows the title of today",
    "imports.import.file_name": "the list shows those of the reader, and the page of an import is the sender's",
    "notifications.message.url": "where a link leads; the watch looks at links",
    "slas.pauserule.reason": "a word of the callers' own list",
}


def columns(model: type[models.Model]) -> list[models.Field]:
    """The columns that hold words of people."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and not KEYS & {field.name, f"{model._meta.label_lower}.{field.name}"}
    ]


def ours() -> list[type[models.Model]]:
    """Every table of the product, its versions left out: they are written by the rows."""
    every = apps.get_models()
    return [
        m for m in every if m._meta.app_label not in FOREIGN and m._meta.managed and not hasattr(m, "instance_type")
    ]


def marker(field: models.Field) -> str:
    """A payload of the column's own, by which it is known on a page."""
    return f"<b data-xss>{field.model._meta.label_lower}.{field.name}</b>"


def filling(field: models.Field, row: int) -> str:
    """As much as the column holds: its marker with all payloads, its marker alone, or a payload that fits."""
    room = field.max_length or 10_000
    whole = f"{marker(field)}\n{JOINED}"
    if len(whole) <= room:
        return whole
    if len(marker(field)) <= room:
        return marker(field)
    fitting = [payload for payload in PAYLOADS if len(payload) <= room] or ["<b data-xss>"]
    return fitting[row % len(fitting)][:room]


def spoil(model: type[models.Model], field: models.Field) -> bool:
    """Fill the column of every row; whether the database let it in anywhere."""
    table, name, filled = model._meta.db_table, field.column, False
    with connection.cursor() as cursor:
        for number, key in enumerate(model._base_manager.values_list("pk", flat=True)):
            try:
                with transaction.atomic():
                    cursor.execute(
                        f'UPDATE "{table}" SET "{name}" = %s WHERE "{model._meta.pk.column}" = %s AND "{name}" <> \'\'',
                        [filling(field, number), key],
                    )
                    filled = filled or cursor.rowcount > 0
            except (DataError, IntegrityError):  # unique, or held to a form of its own
                continue
    return filled


def pages() -> list[str]:
    """The name of every address that shows a page to somebody who signed in, or to everybody."""
    shown = [name for name in sorted(set(TABLE) & set(parts())) if TABLE[name].get and not TABLE[name].machine]
    own = {"api:tokens", "api:docs"}  # the rest of the API answers in JSON
    return [name for name in shown if not name.endswith(NO_PAGE) and (name in own or not name.startswith("api:"))]


def reader(name: str) -> str:
    """Who sees the most of a page, of those who may open it."""
    roles = TABLE[name].get.split()
    return next((role for role in ("PM", "HLD", "SYS", "SEC", "AUD", "DSK") if role in roles), roles[0])


class Everywhere:
    """The walk's records, all at once, each in the hands of the person who will look at it."""

    def __init__(self) -> None:
        factories.reference()
        self.walk = Walk(next(name for name, takes in parts().items() if "uuid" in takes))
        self.own: dict[Record, Any] = {}
        self.places = dict(self._made())
        self.filled = {marker(field) for model in ours() for field in columns(model) if self._spoiled(model, field)}

    def _made(self) -> Iterator[tuple[str, str]]:
        """Each page's address, with the records behind it."""
        for name in pages():
            self.walk.name, self.walk.sample = name, SAMPLES.get(name, Sample())
            self.walk.relate(reader(name))
            yield name, reverse(name, kwargs={part: self._own(name, part) for part in parts()[name]})

    def _own(self, name: str, part: str) -> Any:
        """A record for the page; where there may be only one of its kind, that one."""
        found = record_of(name, part)
        try:
            with transaction.atomic():
                self.own[found] = found.own(self.walk)
        except (RuleBroken, IntegrityError):
            if found not in self.own:
                raise
        return self.own[found]

    def _spoiled(self, model: type[models.Model], field: models.Field) -> bool:
        if field.unique and any(field.name in found for found in ("code", "number", "slug", "work_number", "prefix")):
            return False
        filled = spoil(model, field)
        return filled and len(marker(field)) <= (field.max_length or 10_000)

    def person(self, name: str) -> User:
        """Who looks at the page."""
        return self.walk.people[reader(name)]


@pytest.fixture
def without_triggers(transactional_db: None) -> Iterator[None]:
    """The database's own guards stand aside: what a frozen row holds must be harmless too."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")


def test_every_text_column_is_harmless_on_every_page(guard, live_server, without_triggers, media):  # noqa: F811
    world = Everywhere()
    guards: dict[Any, Any] = {}
    seen, failed = set(), {}
    for name, path in world.places.items():
        person = world.person(name)
        look = guards.setdefault(person.pk, None) or guards.update({person.pk: guard(person)}) or guards[person.pk]
        try:
            status = look.page.goto(path, wait_until="load").status
        except Error as error:
            status = str(error)[:90]
        if status != 200:
            failed[name] = status
        text = look.look()
        seen |= {mark for mark in world.filled if mark in text}
    print(failed)
    print(len(world.places), "pages;", len(world.filled), "columns;", sorted(world.filled - seen))
    assert failed == {}
    assert sorted(mark[12:-4] for mark in world.filled - seen if mark[12:-4] not in UNSEEN) == []
