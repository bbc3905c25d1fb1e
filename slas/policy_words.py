"""What the agreement's rows are called and what they say. The callers' words come from itsm.wiring."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from itsm.catalog.enums import Priority
from slas.enums import Kind
from slas.lengths import spelt
from slas.models import PauseRule, Rung, Target

NOTHING = "—"


def wired(name: str) -> Any:
    """What the apps above hand in: SUBJECTS, WAITS or MEASURED of itsm.wiring."""
    return getattr(import_module("itsm.wiring"), name)


def subjects() -> dict[str, Any]:
    """The callers' words for what is measured, "" the common one."""
    return wired("SUBJECTS")()


def waits() -> dict[str, Any]:
    """The callers' words for why time may stand still."""
    return wired("WAITS")()


def subject_choices() -> list[tuple[str, Any]]:
    """The same for a select."""
    return list(subjects().items())


def wait_choices() -> list[tuple[str, Any]]:
    """Why time may stand still, for a select."""
    return list(waits().items())


def place(target: Target) -> str:
    """Whom it holds for only: system, department, vendor; "" for everywhere."""
    return " · ".join(one.name for one in (target.system, target.department, target.vendor) if one)


def of_subject(subject: str) -> str:
    """What is measured, in the callers' word."""
    return str(subjects().get(subject, subject))


def target_name(target: Target) -> str:
    """Resolution P3 · ICU."""
    own = of_subject(target.subject) if target.subject else ""
    return " · ".join(part for part in (own, f"{Kind(target.kind).label} {target.priority}", place(target)) if part)


def target_said(target: Target | None) -> str:
    """8 working h · working time of the hospital; round the clock is said, too."""
    if target is None:
        return NOTHING
    calendar = target.calendar.name if target.calendar else _("24×7")
    return f"{spelt(target.seconds, working=bool(target.calendar_id))} · {calendar}"


def pause_name(rule: PauseRule) -> str:
    """Waiting for the third party P1."""
    return f"{waits().get(rule.reason, rule.reason)} {rule.priority}"


def pause_said(rule: PauseRule | None) -> str:
    """Whether the clock stands still, how long at most, and with whose consent."""
    if rule is None:
        return _("without a limit")
    if not rule.stops_clock:
        said = _("goes on counting")
    elif rule.most_seconds is None:
        said = _("without a limit")
    else:
        said = f"{pgettext('pause', 'at most')} {spelt(rule.most_seconds)}"
    consent = _("with the project manager's consent")
    return f"{said}，{consent}" if rule.needs_consent else said


def rung_name(rung: Rung) -> str:
    """Resolution P1: 80 % of the target."""
    return f"{Kind(rung.kind).label} {Priority(rung.priority).value}：{rung.words}"


def rung_said(rung: Rung | None) -> str:
    """Whom it tells, how, and what ends it."""
    if rung is None:
        return NOTHING
    more = [
        rung.channel_words,
        _("stops once acknowledged") if rung.stops_on_ack else "",
        _("also in quiet hours") if rung.pierces else "",
    ]
    return "；".join([rung.recipient_words, *(part for part in more if part)])


NAMES: dict[str, Callable[[Any], str]] = {"target": target_name, "pause_rule": pause_name, "rung": rung_name}
SAYS: dict[str, Callable[[Any], str]] = {"target": target_said, "pause_rule": pause_said, "rung": rung_said}
