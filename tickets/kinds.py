"""PURE: what follows from a ticket's kind: its number, who may open it, its service level, its work."""

from enum import StrEnum
from typing import NamedTuple

from tickets.enums import Kind


class Opener(StrEnum):
    """Who may open a ticket of a kind."""

    REPORTER = "reporter"  # everybody on the public page, and the desk
    DESK = "desk"


class Facts(NamedTuple):
    """What the product must know about a kind.

    prefix: of the number. subject: which service level it asks for, "" for the common one.
    detail: the ticket's attribute with its particulars, "" if it has none. opener: who may open it.
    has_work: whether hands are put on something, so that it is said how (remotely, on site).
    told_to_owner: whether the system's owner hears of it at once.
    """

    prefix: str = "GD"
    subject: str = ""
    detail: str = ""
    opener: Opener = Opener.DESK
    has_work: bool = True
    told_to_owner: bool = True


FACTS: dict[Kind, Facts] = {
    Kind.INCIDENT: Facts(opener=Opener.REPORTER),
    Kind.REQUEST: Facts(opener=Opener.REPORTER),
    Kind.CONSULTATION: Facts(opener=Opener.REPORTER, has_work=False),
    Kind.REQUIREMENT: Facts(subject="requirement", detail="requirement", opener=Opener.REPORTER, has_work=False),
    Kind.POLICY_INTERFACE: Facts(subject="requirement", detail="policyinterface", has_work=False),
    Kind.BUG: Facts(detail="bug"),
    Kind.DATA_CORRECTION: Facts(subject="data_correction", detail="datacorrection"),
    Kind.COMPLAINT: Facts(
        prefix="TS",
        subject="complaint",
        detail="complaint",
        opener=Opener.REPORTER,
        has_work=False,
        told_to_owner=False,
    ),
    Kind.FINDING: Facts(prefix="YH", detail="finding"),
    Kind.ALERT: Facts(detail="alert"),
}


def facts(kind: str) -> Facts:
    """The facts of a stored kind."""
    return FACTS[Kind(kind)]


def open_to_reporters() -> list[Kind]:
    """The kinds that the public page offers, in their order."""
    return [kind for kind in Kind if FACTS[kind].opener is Opener.REPORTER]
