"""The dictionaries that a new installation starts with; files of rows in dictionaries/.

A row is known by its code and is never touched again once it is there: what an administrator has
edited or retired stays so. An upgrade adds only the codes that the database does not have yet.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import models, transaction

from itsm.accounts.initials import initials
from itsm.accounts.models import Department, Vendor
from itsm.catalog.models import Category, Code, Interface, Module, PriorityRule, System
from itsm.versions import create_all

Row = dict[str, Any]
Progress = Callable[[str, int], None]

_FOLDER = Path(__file__).with_name("dictionaries")
_STEP = 10  # room to put a row between two others


@transaction.atomic
def seed(progress: Progress, *, with_vendors: bool = False) -> None:
    """Create the rows that are missing; report each dictionary's name and how many were created.

    with_vendors: also the demo's fictional vendors, which no real hospital wants.
    """
    progress("vendors", _seed_vendors() if with_vendors else 0)
    progress("departments", _seed_tree(Department, read("departments")))
    systems = _seed_systems()
    progress("systems", len(systems))
    progress("modules", _seed_modules(systems))
    progress("interfaces", _seed_interfaces(systems))
    progress("fault categories", _seed_tree(Category, read("categories")))
    progress(
        "codes of cause and solution",
        len(create_all(Code, (Code(**row) for row in _listed(Code, read("codes"))))),
    )
    progress("priority rules", _seed_priority_rules())


def read(name: str) -> list[Row]:
    """The rows of a dictionary file, in its order."""
    return json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def _missing(model: type[models.Model], rows: list[Row]) -> list[Row]:
    kept = set(model.objects.values_list("code", flat=True))
    return [row for row in rows if row["code"] not in kept]


def _listed(model: type[models.Model], rows: list[Row]) -> list[Row]:
    """The missing rows with their place in the file and their initials."""
    places = {row["code"]: number * _STEP for number, row in enumerate(rows, start=1)}
    return [row | {"position": places[row["code"]], "initials": initials(row["name"])} for row in _missing(model, rows)]


def _ids(model: type[models.Model]) -> dict[str | None, int | None]:
    return {None: None, **dict(model.objects.values_list("code", "pk"))}


def _seed_vendors() -> int:
    rows = (row | {"initials": initials(row["name"])} for row in _missing(Vendor, read("vendors")))
    return len(create_all(Vendor, (Vendor(**row) for row in rows)))


def _seed_tree(model: type[models.Model], rows: list[Row]) -> int:
    """Tops before their children, which need the tops' ids."""
    missing = _listed(model, rows)
    for level in ([row for row in missing if not row["parent"]], [row for row in missing if row["parent"]]):
        ids = _ids(model)
        create_all(model, (_node(model, row, ids[row["parent"]]) for row in level))
    return len(missing)


def _node(model: type[models.Model], row: Row, parent_id: int | None) -> models.Model:
    return model(**{name: value for name, value in row.items() if name != "parent"}, parent_id=parent_id)


def _seed_systems() -> dict[System, Row]:
    """The new systems, each with its row of the file."""
    rows, vendors = _listed(System, read("systems")), _ids(Vendor)
    systems = create_all(System, (_system(row, vendors.get(row["vendor"])) for row in rows))
    return dict(zip(systems, rows, strict=True))


def _system(row: Row, vendor_id: int | None) -> System:
    columns = {name: row[name] for name in ("code", "name", "tier", "position", "initials")}
    return System(**columns, vendor_id=vendor_id)


# Modules and interfaces are created together with their system and never again: a renamed one would
# come back if it were looked for by its name.


def _seed_modules(systems: dict[System, Row]) -> int:
    modules = [
        Module(system=system, name=name, **_numbered(system, Module.PREFIX, number, name))
        for system, row in systems.items()
        for number, name in enumerate(row["modules"], start=1)
    ]
    return len(create_all(Module, modules))


def _seed_interfaces(systems: dict[System, Row]) -> int:
    known = _ids(System)
    interfaces = [
        Interface(
            system=system,
            name=name,
            **_other_side(known.get(name), name),
            **_numbered(system, Interface.PREFIX, number, name),
        )
        for system, row in systems.items()
        for number, name in enumerate(row["interfaces"], start=1)
    ]
    return len(create_all(Interface, interfaces))


def _numbered(system: System, letter: str, number: int, name: str) -> Row:
    return {"code": f"{system.code}-{letter}{number:02d}", "position": number * _STEP, "initials": initials(name)}


def _other_side(system_id: int | None, name: str) -> Row:
    """An interface named by the code of a system of ours points at it; else it names an outside party."""
    return {"counterpart_id": system_id} if system_id else {"party": name}


def _seed_priority_rules() -> int:
    kept = set(PriorityRule.objects.values_list("impact", "urgency"))
    rules = [PriorityRule(**row) for row in read("priority_rules") if (row["impact"], row["urgency"]) not in kept]
    return len(create_all(PriorityRule, rules))
