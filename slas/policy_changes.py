"""What differs between two versions of the agreement: promises, pauses, ladders."""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import User
from slas import policy_words
from slas.models import Policy


class Change(NamedTuple):
    """A row that differs. before or after is a dash where it is not there."""

    part: Promise
    name: str
    before: str
    after: str


def between(old: Policy | None, new: Policy, *, reader: User) -> list[Change]:
    """The rows that differ, in the order of the agreement. Six queries at most."""
    rows: dict[str, Callable[[Policy], Iterable[Any]]] = {
        "target": lambda one: one.targets.visible_to(reader).with_names(),
        "pause_rule": lambda one: one.pause_rules.all(),
        "rung": lambda one: one.rungs.all(),
    }
    found = []
    for part, of in rows.items():
        name, said = policy_words.NAMES[part], policy_words.SAYS[part]
        before, after = ({_KEYS[part](row): row for row in (of(one) if one else ())} for one in (old, new))
        for place in {**before, **after}:
            was, will_be = said(before.get(place)), said(after.get(place))
            if was != will_be:
                found.append(Change(_LABELS[part], name(after.get(place) or before[place]), was, will_be))
    return found


_LABELS = {"target": _("Promise"), "pause_rule": _("Rule for waiting"), "rung": _("Level of the ladder")}
# What makes a row of one version the same as a row of another.
_KEYS: dict[str, Callable[[Any], tuple[Any, ...]]] = {
    "target": attrgetter("kind", "priority", "subject", "system_id", "department_id", "vendor_id"),
    "pause_rule": attrgetter("reason", "priority"),
    "rung": attrgetter("kind", "priority", "basis", "value"),
}
