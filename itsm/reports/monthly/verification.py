"""Whether the seals are whole: the content gives its hash, and the audit log knows that hash.

That the audit log itself is whole, its own chain shows (manage.py verify_audit).
"""

from typing import NamedTuple

from django.utils.translation import gettext as _

from itsm.audit.models import Event
from itsm.reports.monthly import canonical
from itsm.reports.monthly.models import Edition, Seal


class Fault(NamedTuple):
    """A seal that is not what was sealed."""

    edition: str
    round: int
    sentence: str


def verify() -> tuple[int, list[Fault]]:
    """How many seals there are, and what is wrong with them; a seal that was taken away is told too."""
    faults, count = [], 0
    noted = _noted()
    for seal in Seal.objects.select_related("edition__report").order_by("pk").iterator(50):
        count += 1
        key = (seal.edition_id, seal.round)
        if canonical.digest(seal.content) != seal.sha256:
            faults.append(Fault(str(seal.edition), seal.round, _("The content is not what was sealed.")))
        elif noted.get(key, ("", ""))[0] != seal.sha256:
            faults.append(Fault(str(seal.edition), seal.round, _("The audit log knows another hash.")))
        noted.pop(key, None)
    faults += [Fault(label, round_of, _("The seal is gone.")) for (_pk, round_of), (_hash, label) in noted.items()]
    return count, faults


def _noted() -> dict[tuple[int, int], tuple[str, str]]:
    """The hashes that the audit log knows with the edition's name, by edition and round."""
    rows = Event.objects.filter(verb="reports.submit", object_type=Edition._meta.label_lower, outcome="done")
    found = rows.values_list("object_id", "detail__round", "detail__sha256", "object_label")
    return {(pk, round_of): (sha256, label) for pk, round_of, sha256, label in found}
