"""The accounts that loaded tickets need, where the database has none."""

from django.contrib.auth.hashers import make_password

from itsm.accounts.initials import initials
from itsm.accounts.models import Department, User
from tickets.bulk.world import Named

ENGINEERS, AGENTS = 36, 4
_TEAM = "YWTD"


def having(role: str) -> tuple[Named, ...]:
    """The active people of a role, in the order of their keys."""
    rows = User.objects.filter(roles__contains=[role], is_active=True).order_by("pk")
    return tuple(Named(pk, name) for pk, name in rows.values_list("pk", "name"))


def ensure() -> None:
    """Create engineers and desk agents if there are none; nobody can sign in as them."""
    for role, name, post, count in (
        ("ENG", "压测工程师", "驻场工程师", ENGINEERS),
        ("DSK", "压测坐席", "服务台坐席", AGENTS),
    ):
        if not having(role):
            User.objects.bulk_create(_account(role, f"{name}{place:02d}", post, place) for place in range(1, count + 1))


def _account(role: str, name: str, post: str, place: int) -> User:
    return User(
        work_number=f"load-{role.lower()}{place:02d}",
        name=name,
        initials=initials(name),
        job_title=post,
        phone=f"{8200 + place}",
        department=Department.objects.filter(code=_TEAM).first(),
        roles=[role],
        password=make_password(None),
    )
