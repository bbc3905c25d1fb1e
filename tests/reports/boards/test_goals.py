"""Goals of the contract: the latest that is in force counts, and exactly the goal attains it."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from itsm.catalog import registry
from itsm.errors import FieldsRefused, NotAllowed
from itsm.reports.boards import goals
from itsm.reports.kpis import Reading
from itsm.reports.models import Goal
from tests import factories

AT = factories.at("2026-10-14 09:00")
K4 = {"code": "K4", "value": Decimal(90), "since_on": date(2026, 1, 5), "name": "合同附件三"}
AGREED = {"K4": [(date(2026, 9, 1), Decimal(92)), (date(2026, 1, 5), Decimal(90))]}


@pytest.mark.parametrize(
    "day, goal",
    [
        (date(2026, 1, 4), None),
        (date(2026, 1, 5), Decimal(90)),
        (date(2026, 8, 31), Decimal(90)),
        (date(2026, 9, 1), Decimal(92)),
    ],
)
def test_on_gives_the_goal_of_the_day(day, goal):
    assert goals.on(AGREED, "K4", day) == goal


@pytest.mark.parametrize(
    "reading, goal, verdict",
    [
        (Reading("K4", 9, 10), 90, goals.ATTAINED),
        (Reading("K4", 899, 1000), 90, goals.MISSED),
        (Reading("K5", 3600, 1), 60, goals.ATTAINED),
        (Reading("K5", 3601, 1), 60, goals.MISSED),
        (Reading("K4", 0, 0), 90, None),
        (Reading("K4", 9, 10), None, None),
    ],
)
def test_verdict_knows_which_way_is_better(reading, goal, verdict):
    assert goals.verdict(reading, goal if goal is None else Decimal(goal)) == verdict


@pytest.mark.parametrize(
    "code, goal, words", [("K4", "92.50", "≥ 92.5 %"), ("K5", "60.00", "≤ 60 分钟"), ("K11M", "4.5", "≥ 4.5 分")]
)
def test_words_say_the_goal_with_its_unit(code, goal, words):
    assert goals.words(code, Decimal(goal)) == words


@pytest.mark.django_db
def test_all_of_leaves_out_what_is_retired():
    kept = registry.create(Goal, by=None, at=AT, values=K4)
    gone = registry.create(Goal, by=None, at=AT, values={**K4, "since_on": date(2026, 9, 1)})
    registry.retire(gone, by=None, at=AT)
    assert goals.all_of() == {"K4": [(kept.since_on, kept.value)]}


@pytest.mark.django_db
def test_create_takes_the_permission_of_the_goals():
    with pytest.raises(NotAllowed):
        registry.create(Goal, by=factories.user("HIT"), at=AT, values=K4)
    assert registry.create(Goal, by=factories.user("HLD"), at=AT, values=K4).value == 90


@pytest.mark.django_db
@pytest.mark.parametrize("changes, field", [({}, "since_on"), ({"since_on": date(2027, 1, 1), "value": -1}, "value")])
def test_create_says_what_the_database_refuses(changes, field):
    registry.create(Goal, by=None, at=AT, values=K4)
    with pytest.raises(FieldsRefused) as refused:
        registry.create(Goal, by=None, at=AT, values={**K4, **changes})
    assert list(refused.value.errors) == [field]


@pytest.mark.django_db
@pytest.mark.parametrize("changes", [{"value": -1}, {"code": "N"}])
def test_the_database_refuses_what_is_no_goal(changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        Goal.objects.create(**{**K4, **changes})


@pytest.mark.django_db
def test_a_count_is_no_goal():
    with pytest.raises(ValidationError):
        Goal(**{**K4, "code": "N"}).full_clean()


@pytest.mark.django_db
def test_a_goal_knows_from_when_a_later_one_holds():
    early, late = (
        registry.create(Goal, by=None, at=AT, values={**K4, "since_on": day})
        for day in (date(2026, 1, 5), date(2026, 9, 1))
    )
    ends = dict(Goal.objects.with_successor().values_list("pk", "superseded_on"))
    assert ends == {early.pk: date(2026, 9, 1), late.pk: None}
