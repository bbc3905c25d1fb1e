"""From a configuration item to everything that suffers with it (R46)."""

from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction

from itsm.catalog import impact
from itsm.catalog.models import ConfigurationItem
from tests import factories
from tests.catalog.agreements import item, leans

pytestmark = pytest.mark.django_db


def codes(reached: list[impact.Reached]) -> list[str]:
    return [row.item.code for row in reached]


class House:
    """A database under two applications of two systems; a server under it, with a standby beside it."""

    def __init__(self) -> None:
        self.his, self.emr = factories.system(position=1), factories.system(position=2)
        self.server, self.standby = item("SRV-1"), item("SRV-2")
        self.database = item("DB-1", kind="database")
        self.his_app, self.emr_app = item("APP-HIS", self.his), item("APP-EMR", self.emr)
        leans(self.database, self.server, "deployed")
        leans(self.standby, self.server, "standby")
        leans(self.his_app, self.database, "depends")
        leans(self.emr_app, self.his_app, "interface")


def test_from_the_database_every_system_above_it_is_affected():
    house = House()
    reached = impact.affected(house.database)
    assert codes(reached) == ["APP-HIS", "APP-EMR"]
    assert impact.affected_systems(house.database, reached) == [house.his, house.emr]


def test_the_way_to_what_suffers_is_told():
    house = House()
    last = impact.affected(house.server)[-1]
    assert (last.path, last.kinds, last.steps) == (
        [house.server.pk, house.database.pk, house.his_app.pk, house.emr_app.pk],
        ["deployed", "depends", "interface"],
        3,
    )


def test_a_standby_does_not_suffer():
    house = House()
    assert "SRV-2" not in codes(impact.affected(house.server))


def test_needed_walks_the_other_way():
    house = House()
    assert codes(impact.needed(house.emr_app)) == ["APP-HIS", "DB-1", "SRV-1"]


def test_the_own_system_is_affected_too():
    house = House()
    reached = impact.affected(house.emr_app)
    assert (reached, impact.affected_systems(house.emr_app, reached)) == ([], [house.emr])


def test_a_circle_ends():
    first, second, third = item("A"), item("B"), item("C")
    leans(first, second)
    leans(second, third)
    leans(third, first)
    assert codes(impact.affected(first)) == ["C", "B"]


def test_the_shortest_way_is_kept():
    bottom, middle, top = item("A"), item("B"), item("C")
    leans(middle, bottom)
    leans(top, middle)
    leans(top, bottom, "interface")
    assert [(row.item.code, row.steps) for row in impact.affected(bottom)] == [("B", 1), ("C", 1)]


def test_a_retired_item_passes_nothing_on():
    house = House()
    ConfigurationItem.objects.filter(pk=house.his_app.pk).update(is_active=False)
    assert impact.affected(house.database) == []


def test_the_walk_is_limited_in_depth():
    chain = [item(f"N{number:02d}") for number in range(impact.MOST_STEPS + 3)]
    for below, above in pairwise(chain):
        leans(above, below)
    assert len(impact.affected(chain[0])) == impact.MOST_STEPS


def test_a_dense_web_answers_within_the_statement_timeout():
    layers = [[item(f"L{layer}-{number}") for number in range(6)] for layer in range(8)]
    for lower, upper in pairwise(layers):
        for above in upper:
            for below in lower:
                leans(above, below)
    assert len(impact.affected(layers[0][0])) <= 42


def test_tree_hangs_every_item_under_the_one_it_came_from():
    house = House()
    root = impact.tree(house.server, impact.affected(house.server))
    (database,) = root.branches
    (his_app,) = database.branches
    assert [root.item, database.item, his_app.item, [branch.item for branch in his_app.branches]] == [
        house.server,
        house.database,
        house.his_app,
        [house.emr_app],
    ]


def test_affected_costs_two_queries(django_assert_num_queries):
    house = House()
    with django_assert_num_queries(2):
        impact.affected_systems(house.server, impact.affected(house.server))


def test_an_item_never_leans_on_itself():
    one = item()
    with pytest.raises(IntegrityError, match="relation_not_to_itself"), transaction.atomic():
        leans(one, one)


def test_a_relation_is_there_once():
    one, other = item(), item()
    leans(one, other)
    with pytest.raises(IntegrityError, match="relation_once"), transaction.atomic():
        leans(one, other)
