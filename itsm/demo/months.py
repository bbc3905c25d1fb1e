"""A year of believable tickets, two busy months of it in every state, drawn from the scenarios with a fixed seed."""

import json
import math
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from itsm.accounts.models import Department, User
from itsm.catalog.enums import Impact, Urgency
from itsm.catalog.models import Category, Module, System
from itsm.demo.script import Act, open_act
from tickets import conversation, fieldwork, lifecycle
from tickets.actors import Reporter
from tickets.enums import HoldReason
from tickets.models import Ticket
from tickets.opening import Report
from tickets.work import Done

SEED = 20261014
TICKETS = 260
DAYS = 60
# Before these the desk served fewer departments and fewer rang it; the curves of a year show that it grew.
OLDER_TICKETS = 260
YEAR_DAYS = 360
# What stands open when the demo is opened: minutes since the report, how many acts have happened,
# and what the desk did last.
LIVE = (
    (2, 1, ""),
    (7, 1, ""),
    (19, 1, ""),
    (46, 1, ""),
    (12, 2, ""),
    (33, 2, ""),
    (64, 2, ""),
    (28, 3, ""),
    (75, 3, ""),
    (110, 3, ""),
    (170, 3, ""),
    (250, 3, ""),
    (620, 3, ""),
    (95, 3, "hold"),
    (180, 3, "hold"),
    (330, 3, "hold"),
    (140, 3, "resolve"),
    (290, 3, "resolve"),
    (400, 3, "resolve"),
)
_SCENARIOS = Path(__file__).with_name("scenarios.json")
_CALLERS = ("值班护士", "护士站", "值班医生", "门诊医生", "窗口人员", "技师", "科室秘书")
_PLACES = ("护士站", "医生办公室", "一诊室", "三号窗口", "治疗室", "登记台", "走廊东侧", "")
_SOURCES = ("web", "web", "web", "phone", "phone", "phone", "wechat", "on_site")
_PRAISE = ("", "", "处理很快", "态度好", "谢谢", "希望提前通知", "解释得很清楚")


@dataclass
class Stage:
    """What the draws need: the dice, the people and the reference data."""

    dice: random.Random
    people: dict[str, User]
    departments: list[Department]
    systems: dict[str, System]
    modules: dict[tuple[str, str], Module]
    categories: dict[str, Category]


def scripts(people: dict[str, User], *, until: datetime) -> list[list[Act]]:
    """One script per ticket over the year before `until`; the same `until` gives the same scripts."""
    stage = Stage(
        random.Random(SEED),  # noqa: S311  a repeatable demo, not a secret
        people,
        list(Department.objects.filter(kind__in=("clinical", "medical_technology"))),
        {system.code: system for system in System.objects.select_related("primary_owner", "backup_owner")},
        {(module.system.code, module.name): module for module in Module.objects.select_related("system")},
        {category.name: category for category in Category.objects.exclude(parent=None)},
    )
    scenarios = json.loads(_SCENARIOS.read_text(encoding="utf-8"))
    ages = [stage.dice.uniform(1, DAYS) for _ in range(TICKETS)]
    ages += [_older(stage.dice) for _ in range(OLDER_TICKETS)]
    moments = sorted(_moment(stage.dice, until - timedelta(days=age)) for age in ages)
    past = [_script(stage, stage.dice.choice(scenarios), at, number) for number, at in enumerate(moments)]
    return past + [_live(stage, scenarios, until, number) for number in range(len(LIVE))]


def _live(stage: Stage, scenarios: list[dict[str, Any]], until: datetime, number: int) -> list[Act]:
    """A ticket that is being handled while the demo is looked at."""
    minutes, count, last = LIVE[number]
    scene, desk = scenarios[number * 2 % len(scenarios)], stage.people["wangqian"]
    place = TICKETS + OLDER_TICKETS + number
    acts = _script(stage, scene, until - timedelta(minutes=minutes), place, is_live=True)
    acts = acts if last else acts[:count]
    at = acts[-1].at + timedelta(minutes=12)
    if last == "hold":
        wait = {"hold_reason": HoldReason.REQUESTER, "note": "科室正在使用，约定空闲后处理。"}
        acts.append(Act(at, lambda t, at: lifecycle.hold(t, by=desk, at=at, **wait)))
    elif last == "resolve":
        acts.append(Act(at, lambda t, at: lifecycle.resolve(t, by=desk, at=at, solution=scene["solution"])))
    return acts


def _older(dice: random.Random) -> float:
    """How many days ago: before the busy months, the more the later."""
    return DAYS + (YEAR_DAYS - DAYS) * (1 - math.sqrt(dice.random()))


def _moment(dice: random.Random, day: datetime) -> datetime:
    """A moment of that day: mornings are busy, nights are quiet."""
    hour = dice.choices(
        range(24), weights=[1, 1, 1, 1, 1, 1, 2, 6, 16, 16, 14, 10, 5, 8, 14, 12, 10, 7, 3, 3, 2, 2, 2, 1]
    )[0]
    return day.replace(hour=hour, minute=dice.randrange(60), second=dice.randrange(60), microsecond=0)


def _script(stage: Stage, scene: dict[str, Any], at: datetime, number: int, *, is_live: bool = False) -> list[Act]:
    dice = stage.dice
    system = stage.systems.get(scene["system"])
    report = _report(stage, scene, system)
    source = dice.choice(_SOURCES)
    desk = stage.people["wangqian"]
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"demo:{SEED}:{number}")
    acts = [open_act(report, by=None if source == "web" else desk, at=at, source=source, key=key)]
    engineer = system.primary_owner if system and system.primary_owner else stage.people["zhengkai"]
    course = _Course(dice, acts, desk, engineer, stage.people["linjing"], scene)
    if is_live:
        course.begin()
    else:
        course.draw(in_person=source == "on_site")
    return acts


def _report(stage: Stage, scene: dict[str, Any], system: System | None) -> Report:
    dice = stage.dice
    known = dice.random() < 0.96
    return Report(
        reporter_name=dice.choice(_CALLERS),
        reporter_phone=str(dice.randint(2100, 6899)),
        department=dice.choice(stage.departments),
        location=dice.choice(_PLACES),
        description=scene["description"],
        system=system if known else None,
        module=stage.modules.get((scene["system"], scene["module"])) if known else None,
        category=stage.categories.get(scene["category"]),
        impact=Impact(scene["impact"]),
        urgency=Urgency(scene["urgency"]),
    )


class _Course:
    """Draws what becomes of one ticket and appends the acts."""

    def __init__(
        self, dice: random.Random, acts: list[Act], desk: User, engineer: User, other: User, scene: dict[str, Any]
    ) -> None:
        self.dice, self.acts, self.desk, self.engineer, self.other = dice, acts, desk, engineer, other
        self.scene = scene
        self.at = acts[0].at

    def begin(self) -> None:
        """As far as somebody works on it."""
        self._respond()
        self._talk()

    def draw(self, *, in_person: bool) -> None:
        """From the first response to the rating, or to a cancellation. in_person: somebody goes there."""
        if self.dice.random() < 0.04:
            self._then(8, lambda t, at: lifecycle.cancel(t, by=self.desk, at=at, reason="重复来电，已在另一单处理。"))
            return
        self._respond()
        if in_person:
            self._go()
        if self.dice.random() < 0.45:
            self._talk()
        if self.dice.random() < 0.18:
            self._wait()
        self._resolve(in_person=in_person)
        if self.dice.random() < 0.06:
            self._then(90, lambda t, at: lifecycle.reopen(t, by=_reporter(t), at=at, reason="又出现了，和之前一样。"))
            self._resolve()
        self._end()

    def _then(self, minutes: float, play: Callable[[Ticket, datetime], object]) -> None:
        self.at += timedelta(seconds=int(max(20, self.dice.gauss(minutes, minutes / 3) * 60)))
        self.acts.append(Act(self.at, play))

    def _respond(self) -> None:
        minutes = self.dice.choices((4, 9, 28), weights=(70, 22, 8))[0]
        engineer, other = self.engineer, self.other
        if self.dice.random() < 0.5:
            self._then(minutes, lambda t, at: lifecycle.claim(t, by=engineer, at=at))
            return
        self._then(minutes, lambda t, at: lifecycle.assign(t, by=self.desk, at=at, assignee=engineer))
        if self.dice.random() < 0.1 and engineer.pk != other.pk:
            reason = "属于预约侧配置，请协助处理。"
            self._then(10, lambda t, at: lifecycle.transfer(t, by=engineer, at=at, assignee=other, reason=reason))
            self.engineer = other
        last = self.engineer
        self._then(6, lambda t, at: lifecycle.claim(t, by=last, at=at))

    def _go(self) -> None:
        minutes = self.dice.choices((7, 16, 75), weights=(62, 33, 5))[0]
        engineer = self.engineer
        self._then(minutes, lambda t, at: fieldwork.arrive(t, by=engineer, at=at))

    def _talk(self) -> None:
        engineer = self.engineer
        self._then(
            5, lambda t, at: conversation.reply(t, by=engineer, at=at, body="已接到报修，正在处理，预计一小时内反馈。")
        )
        if self.dice.random() < 0.4:
            self._then(
                12, lambda t, at: conversation.reply(t, by=_reporter(t), at=at, body="好的，麻烦尽快，科室这边等着用。")
            )
        if self.dice.random() < 0.5:
            self._then(
                9,
                lambda t, at: conversation.note(
                    t, by=engineer, at=at, body="已远程查看日志，问题可以复现，准备现场处理。"
                ),
            )

    def _wait(self) -> None:
        engineer = self.engineer
        reason, note = HoldReason.REQUESTER, "等待科室确认停用时间。"
        self._then(15, lambda t, at: lifecycle.hold(t, by=engineer, at=at, hold_reason=reason, note=note))
        self._then(150, lambda t, at: lifecycle.resume(t, by=engineer, at=at))

    def _resolve(self, *, in_person: bool = False) -> None:
        engineer, solution, done = self.engineer, self.scene["solution"], Done(is_clean=True) if in_person else None
        minutes = self.scene["minutes"] * self.dice.choices((0.6, 1.0, 3.2), weights=(55, 36, 9))[0]
        self._then(minutes, lambda t, at: lifecycle.resolve(t, by=engineer, at=at, solution=solution, done=done))

    def _end(self) -> None:
        if self.dice.random() < 0.55:
            self._then(60, lambda t, at: lifecycle.close(t, by=_reporter(t), at=at))
        else:
            self._then(1200, lambda t, at: lifecycle.close(t, by=self.desk, at=at))
        if self.dice.random() < 0.5:
            rating = self.dice.choices((5, 4, 3, 2, 1), weights=(58, 26, 9, 5, 2))[0]
            comment = self.dice.choice(_PRAISE)
            self._then(200, lambda t, at: conversation.rate(t, by=_reporter(t), at=at, rating=rating, comment=comment))


def _reporter(ticket: Ticket) -> Reporter:
    return Reporter(ticket.pk, ticket.reporter_name)
