"""Columns that several registers share, and what is inherited from the system."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.pages.columns import ExportColumn
from itsm.pages.registers import IN_SCOPE, OUT_OF_SCOPE, Column, Fact, Mark
from itsm.pages.words import shown

CODE = Column("code", gettext_lazy("Code"), sort=("code",))
NAME = Column("name", gettext_lazy("Name"), sort=("initials",), wide=True)
CODE_FILE = ExportColumn(gettext_lazy("Code"), "code")
NAME_FILE = ExportColumn(gettext_lazy("Name"), "name", 28)
IN_USE_FILE = ExportColumn(gettext_lazy("In use"), "is_active")
POSITION_FILE = ExportColumn(gettext_lazy("Position"), "position")


def scope(record: Any) -> Mark:
    """Whether the contract covers it: itself and, of a part, its system."""
    system = getattr(record, "system", None)
    return IN_SCOPE if record.in_scope and (system is None or system.in_scope) else OUT_OF_SCOPE


def inherited(record: Any, name: str) -> str:
    """A part's own value in words, else its system's with a remark."""
    if own := shown(record, name):
        return own
    given = shown(record.system, name)
    return _("%(name)s (as the system)") % {"name": given} if given else ""


def missing(word: str) -> Mark:
    """A cell that ought not to be empty."""
    return Mark(word, "orange", "alert-triangle")


SCOPE = Column("scope", gettext_lazy("Scope"), scope)


def part_facts(record: Any) -> list[Fact]:
    """What the pages of modules and interfaces share."""
    return [
        Fact(gettext_lazy("Vendor"), inherited(record, "vendor")),
        Fact(gettext_lazy("Primary owner"), inherited(record, "primary_owner")),
        Fact(gettext_lazy("Backup owner"), inherited(record, "backup_owner")),
        Fact(gettext_lazy("Scope"), scope(record)),
        Fact(gettext_lazy("Software version"), record.release),
    ]
