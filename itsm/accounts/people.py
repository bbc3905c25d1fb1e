"""Opening, changing and closing accounts, and granting roles.

The system administrator opens and closes accounts, the security administrator grants roles: neither can
do the other's part (三员分立).
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from itsm.accounts import passwords, sessions
from itsm.accounts.events import AccountActed
from itsm.accounts.initials import initials
from itsm.accounts.models import User
from itsm.accounts.permissions import check_may, check_other
from itsm.accounts.roles import ROLES, SEPARATED, check_roles
from itsm.errors import Conflict, RuleBroken, TransitionRefused
from itsm.events import publish
from itsm.versions import because

EDITABLE = ("name", "job_title", "phone", "email", "department", "vendor")
FIRST_ROLES = ("CLI",)


@transaction.atomic
def create(*, by: User | None, at: datetime, work_number: str, **columns: Any) -> tuple[User, str]:
    """Open an account with the first role and a temporary password; return both. It must be changed at once.

    columns: of EDITABLE. Raises NotAllowed, ValidationError.
    """
    check_may(by, "accounts.create")
    password = passwords.temporary()
    return _open(password, by=by, at=at, work_number=work_number, columns=columns), password


@transaction.atomic
def enrol(*, by: User | None, at: datetime, work_number: str, **columns: Any) -> User:
    """Open an account that nobody can sign in to before a password is set by `passwords.reset`. Raises as create."""
    check_may(by, "accounts.create")
    return _open(None, by=by, at=at, work_number=work_number, columns=columns)


def _open(password: str | None, *, by: User | None, at: datetime, work_number: str, columns: Mapping[str, Any]) -> User:
    person = User(work_number=work_number.strip(), roles=list(FIRST_ROLES), must_change_password=True, **columns)
    person.initials = initials(person.name, surname=True)
    person.password_changed_at = at if password else None
    person.set_password(password)
    person.full_clean()
    because(person, "accounts.create", by=by, at=at).save()
    _tell("create", person, by, at, {"after": _told(person, (*EDITABLE, "roles"))})
    return person


@transaction.atomic
def edit(person: User, *, by: User | None, at: datetime, version: int, **columns: Any) -> User:
    """Change what the register says about a person. Raises NotAllowed, Conflict when it changed meanwhile."""
    check_may(by, "accounts.edit")
    person = _locked(person)
    if person.version != version:
        raise Conflict(_("Somebody else changed this account meanwhile. Look at it again, then change it."))
    return _change("edit", person, by, at, {name: columns[name] for name in EDITABLE if name in columns})


@transaction.atomic
def edit_own(person: User, *, by: User, at: datetime, name: str, phone: str, email: str) -> User:
    """Change one's own name, telephone and e-mail."""
    if by.pk != person.pk:
        check_may(by, "accounts.edit")
    return _change("edit_own", _locked(person), by, at, {"name": name, "phone": phone, "email": email})


@transaction.atomic
def deactivate(person: User, *, by: User | None, at: datetime, left_on: date | None, reason: str) -> User:
    """Close the account: at once, or after the last day if that lies ahead. Its sessions end when it closes.

    Raises NotAllowed, TransitionRefused if it is closed, RuleBroken for the last of the three administrators.
    """
    check_may(by, "accounts.deactivate")
    check_other(by, person)
    person = _locked(person)
    if not person.is_active:
        raise TransitionRefused(_("This account is closed already."))
    _check_not_last(person, person.roles, ())
    person.left_on = left_on
    person.is_active = person.may_sign_in(timezone.localdate(at)) if left_on else False
    person.version += 1
    because(person, "accounts.deactivate", by=by, at=at).save(update_fields=["left_on", "is_active", "version"])
    if not person.is_active:
        sessions.end_all(person)
    _tell("deactivate", person, by, at, {"left_on": str(left_on or ""), "reason": reason})
    return person


@transaction.atomic
def restore(person: User, *, by: User | None, at: datetime, reason: str) -> User:
    """Open a closed account again, without an end; its password must be changed. Raises as deactivate."""
    check_may(by, "accounts.restore")
    check_other(by, person)
    person = _locked(person)
    if person.may_sign_in(timezone.localdate(at)) and person.left_on is None:
        raise TransitionRefused(_("This account is open."))
    person.is_active, person.left_on, person.enabled_at = True, None, at
    person.must_change_password = True
    person.version += 1
    opened = ["is_active", "left_on", "enabled_at", "must_change_password", "version"]
    because(person, "accounts.restore", by=by, at=at).save(update_fields=opened)
    _tell("restore", person, by, at, {"reason": reason})
    return person


@transaction.atomic
def grant(
    person: User, *, by: User | None, at: datetime, roles: Iterable[str], sees_department: bool, reason: str
) -> User:
    """Give exactly these roles and, or not, the sight of the own department's tickets.

    Raises NotAllowed for the own account, RuleBroken for a combination that breaks the separation.
    """
    check_may(by, "accounts.grant")
    check_other(by, person)
    person = _locked(person)
    wanted = [code for code in ROLES if code in set(roles)]
    try:
        check_roles([*wanted, *sorted(set(roles) - set(wanted))], sees_department=sees_department)
    except ValueError as error:
        raise RuleBroken(str(error)) from error
    if sees_department and not person.department_id:
        raise RuleBroken(_("Without a department there are no department tickets to see."))
    _check_not_last(person, person.roles, wanted)
    before = {"roles": person.roles, "sees_department": person.sees_department}
    person.roles, person.sees_department = wanted, sees_department
    person.version += 1
    granted = ["roles", "sees_department", "version"]
    because(person, "accounts.grant", by=by, at=at).save(update_fields=granted)
    after = {"roles": wanted, "sees_department": sees_department}
    _tell("grant", person, by, at, {"before": before, "after": after, "reason": reason})
    return person


@transaction.atomic
def close_due(*, at: datetime) -> list[User]:
    """Close the accounts whose last day is over and those that nobody used for IDLE_ACCOUNT_DAYS.

    The last holder of an administrator's role stays, or nobody could open the product again.
    """
    departed = User.objects.departed(timezone.localdate(at))
    closed = [_close(person, at, "left") for person in departed.select_for_update()]
    if settings.IDLE_ACCOUNT_DAYS:
        idle = User.objects.idle_since(at - timedelta(days=settings.IDLE_ACCOUNT_DAYS))
        closed += [_close(person, at, "idle") for person in idle.select_for_update() if not _is_last(person)]
    return closed


def _close(person: User, at: datetime, reason: str) -> User:
    person.is_active = False
    person.version += 1
    because(person, "accounts.deactivate", by=None, at=at).save(update_fields=["is_active", "version"])
    sessions.end_all(person)
    _tell("deactivate", person, None, at, {"reason": reason, "left_on": str(person.left_on or "")})
    return person


def _locked(person: User) -> User:
    return User.objects.select_for_update().get(pk=person.pk)


def _change(verb: str, person: User, by: User | None, at: datetime, columns: Mapping[str, Any]) -> User:
    before = _told(person, columns)
    for name, value in columns.items():
        setattr(person, name, value)
    person.initials = initials(person.name, surname=True)
    if person.sees_department and not person.department_id:
        raise ValidationError({"department": _("This person sees the tickets of the own department.")})
    person.full_clean()
    person.version += 1
    because(person, f"accounts.{verb}", by=by, at=at).save()
    after = _told(person, columns)
    changed = [name for name in before if before[name] != after[name]]
    if changed:
        told = {"before": {name: before[name] for name in changed}, "after": {name: after[name] for name in changed}}
        _tell(verb, person, by, at, told)
    return person


def _told(person: User, columns: Iterable[str]) -> dict[str, Any]:
    values = {name: getattr(person, name) for name in columns}
    return {name: value if isinstance(value, list) else str(value or "") for name, value in values.items()}


def _check_not_last(person: User, before: Iterable[str], after: Iterable[str]) -> None:
    lost = SEPARATED & (set(before) - set(after))
    if lost and _is_last(person):
        raise RuleBroken(
            _("This is the last %(role)s; grant the role to somebody else first.") % {"role": ROLES[min(lost)].name}
        )


def _is_last(person: User) -> bool:
    """Whether an administrator's role would be without anybody."""
    held = SEPARATED & set(person.roles)
    others = User.objects.filter(is_active=True, left_on=None).exclude(pk=person.pk)
    return any(not others.filter(roles__contains=[code]).exists() for code in held)


def _tell(verb: str, person: User, by: User | None, at: datetime, detail: Mapping[str, Any]) -> None:
    publish(AccountActed(verb, person.pk, by.pk if by else None, at, person.work_number, detail=detail))


def read(person: User, *, by: User, at: datetime) -> None:
    """Note that somebody read a person's page."""
    _tell("read", person, by, at, {})
