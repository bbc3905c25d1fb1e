"""影响分析: what suffers when an item fails, and what an item leans on, by one recursive query."""

from typing import NamedTuple

from django.db import connection

from itsm.catalog.enums import CARRIES_FAILURE, RelationKind
from itsm.catalog.models import ConfigurationItem, Relation, System

MOST_STEPS = 10
MOST_PATHS = 5000

# Breadth first, never twice through the same item, so that a circle of relations ends. Every way is
# walked; the shortest to each item is kept.
_WALK = """
    WITH RECURSIVE walk (item, path, kinds, steps) AS (
        SELECT %(start)s::bigint, ARRAY[%(start)s::bigint], ARRAY[]::text[], 0
        UNION ALL
        SELECT relation.{far}, walk.path || relation.{far}, walk.kinds || relation.kind::text, walk.steps + 1
        FROM walk
        JOIN {relations} relation ON relation.{near} = walk.item
        JOIN {items} item ON item.id = relation.{far} AND item.is_active
        WHERE walk.steps < %(most_steps)s
            AND relation.kind = ANY(%(kinds)s)
            AND relation.{far} <> ALL(walk.path)
    ),
    found AS (SELECT * FROM walk WHERE steps > 0 LIMIT %(most_paths)s)
    SELECT DISTINCT ON (item) path, kinds FROM found ORDER BY item, steps, path
"""


class Reached(NamedTuple):
    """An item on the way: over which items and by which relations it was reached, the start first."""

    item: ConfigurationItem
    path: list[int]
    kinds: list[str]

    @property
    def steps(self) -> int:
        """How many relations away."""
        return len(self.kinds)


class Branch(NamedTuple):
    """An item with what hangs on it, as a page draws it; `kind` is the relation to the item above."""

    item: ConfigurationItem
    kind: str
    branches: list["Branch"]

    @property
    def relation(self) -> RelationKind | None:
        """The relation to the item above, with its words."""
        return RelationKind(self.kind) if self.kind else None


def affected(item: ConfigurationItem) -> list[Reached]:
    """What suffers when this item fails, the nearest first. A standby does not suffer."""
    return _walk(item, near="target_id", far="source_id")


def needed(item: ConfigurationItem) -> list[Reached]:
    """What must run so that this item runs, the nearest first."""
    return _walk(item, near="source_id", far="target_id")


def affected_systems(item: ConfigurationItem, reached: list[Reached]) -> list[System]:
    """受影响系统清单: the systems of the item itself and of what suffers with it, in their usual order."""
    systems = {found.pk: found for found in (item.system, *(row.item.system for row in reached)) if found}
    return sorted(systems.values(), key=lambda system: (system.position, system.code))


def tree(item: ConfigurationItem, reached: list[Reached]) -> Branch:
    """The items under the one over which they were reached."""
    root = Branch(item, "", [])
    branches = {item.pk: root}
    for row in reached:
        branch = branches.setdefault(row.item.pk, Branch(row.item, row.kinds[-1], []))
        branches[row.path[-2]].branches.append(branch)
    return root


def _walk(item: ConfigurationItem, *, near: str, far: str) -> list[Reached]:
    tables = {"relations": Relation._meta.db_table, "items": ConfigurationItem._meta.db_table}
    values = {
        "start": item.pk,
        "kinds": [str(kind.value) for kind in CARRIES_FAILURE],
        "most_steps": MOST_STEPS,
        "most_paths": MOST_PATHS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WALK.format(near=near, far=far, **tables), values)
        rows = cursor.fetchall()
    items = ConfigurationItem.objects.with_row().in_bulk([path[-1] for path, _kinds in rows])
    reached = [Reached(items[path[-1]], path, kinds) for path, kinds in rows]
    return sorted(reached, key=lambda row: (row.steps, row.path))
