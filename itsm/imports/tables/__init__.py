"""Everything that can be imported, by its code."""

from itsm.accounts.models import User
from itsm.imports.tables.people import Departments, People
from itsm.imports.tables.systems import Modules, Systems
from itsm.workbooks.importing import Importable

TABLES: dict[str, type[Importable]] = {table.code: table for table in (Departments, People, Systems, Modules)}


def tables_of(user: User) -> list[type[Importable]]:
    """What this person may import."""
    return [table for table in TABLES.values() if user.may(table.permission)]
