"""The people that loaded tickets need, where the database has none."""

import random

from django.contrib.auth.hashers import make_password

from itsm.accounts.initials import initials
from itsm.accounts.models import Department, User
from tickets.bulk import words
from tickets.bulk.world import Named

ENGINEERS, AGENTS = 36, 4
_TEAM = "YWTD"


def having(role: str) -> tuple[Named, ...]:
    """The active people of a role, in the order of their keys."""
    rows = User.objects.filter(roles__contains=[role], is_active=True).order_by("pk")
    return tuple(Named(pk, name) for pk, name in rows.values_list("pk", "name"))


def ensure(dice: random.Random) -> None:
    """Create engineers and desk agents if there are none; nobody can sign in as them."""
    for role, post, count in (("ENG", "驻场工程师", ENGINEERS), ("DSK", "服务台坐席", AGENTS)):
        if not having(role):
            User.objects.bulk_create(_person(dice, role, post, place) for place in range(1, count + 1))


def _person(dice: random.Random, role: str, post: str, place: int) -> User:
    name = words.person(dice)
    return User(
        work_number=f"load-{role.lower()}{place:02d}",
        name=name,
        initials=initials(name, surname=True),
        job_title=post,
        phone=f"{8200 + place}",
        department=Department.objects.filter(code=_TEAM).first(),
        roles=[role],
        password=make_password(None),
    )
