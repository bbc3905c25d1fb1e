"""What people do at the desk while its servers fail: report a fault, sign in, look at the queue."""

import re
import uuid
from typing import NamedTuple

from itsm.accounts.models import User
from tests.visitor import Visitor

PASSWORD = "a-password-of-the-tests"


class Receipt(NamedTuple):
    """What a reporter was told."""

    number: str
    description: str
    seconds: float


def with_password(user: User) -> User:
    """The person can sign in."""
    user.set_password(PASSWORD)
    user.save()
    return user


def report(visitor: Visitor, department: int, system: int | str = "") -> Receipt | None:
    """Send the public form and read the receipt; None when the desk could not answer.

    The seconds are those from pressing the button to reading the number.
    """
    description = f"打印机坏了 {uuid.uuid4()}"
    fields = {"name": "王护士", "phone": "2316", "description": description, "impact": 1, "urgency": 2}
    try:
        key = visitor.key("/report/")
        sent = visitor.post("/report/", key=key, department=department, system=system, **fields)
        shown = visitor.get(sent.location) if sent.status == 302 else sent
    except (OSError, AssertionError):
        return None
    number = re.search(r"GD\d{8}-\d{4}", shown.text)
    return Receipt(number[0], description, sent.seconds + shown.seconds) if number else None
