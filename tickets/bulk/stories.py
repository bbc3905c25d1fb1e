"""PURE: the life of one ticket, drawn with dice and told in whole seconds since 1970.

A story obeys transitions.py and does to its clocks what slas.clocks would do.
"""

import random
from typing import Any, NamedTuple

from itsm.catalog.enums import Priority
from tickets.bulk import words
from tickets.bulk.clocks import Clock, Promise
from tickets.bulk.world import Act, Named, Place, Product, Story, World

MINUTE, HOUR, DAY = 60, 3600, 86400
MOST_SAID = 5
MOST_CLOCKS = 3  # response, resolution, and its first cycle once reopened


class Subject(NamedTuple):
    """Who reports what, before anything happens."""

    place: Place
    system: Product | None
    module: Named | None
    category: Named
    impact: int
    urgency: int
    priority: Priority


def subject(dice: random.Random, world: World) -> Subject:
    """A fault somewhere in the hospital, with the priority that the kept matrix gives it."""
    place = words.pick(dice, world.places)
    system = dice.choices(world.systems, cum_weights=world.weights)[0] if dice.random() < 0.93 else None
    module = words.pick(dice, system.modules) if system and system.modules and dice.random() < 0.85 else None
    impact = _share(dice, (0.015, 0.285))
    urgency = _share(dice, (0.12, 0.58))
    return Subject(
        place, system, module, words.pick(dice, world.categories), impact, urgency,
        _priority(world, place, system, impact, urgency),
    )  # fmt: skip


def _share(dice: random.Random, shares: tuple[float, float]) -> int:
    drawn = dice.random()
    return 1 if drawn < shares[0] else 2 if drawn < sum(shares) else 3


def _priority(world: World, place: Place, system: Product | None, impact: int, urgency: int) -> Priority:
    """tickets.priority, without its conversions."""
    if system and system.tier == "A" and impact == 1 and urgency <= 2:
        return Priority.P1
    found = world.matrix[impact, urgency]
    order = list(Priority)
    return order[max(0, order.index(found) - 1)] if place.acute else found


class Teller:
    """Tells stories from one set of dice: the same dice and world tell the same stories."""

    def __init__(self, dice: random.Random, world: World, now: int, told: int = 0) -> None:
        self.dice, self.world, self.now, self.told = dice, world, now, told

    def settled(self, opened: int) -> Story:
        """A ticket of the past: cancelled, or resolved and mostly closed, all before now."""
        story = self._opened(subject(self.dice, self.world), opened)
        if self.dice.random() < 0.02:
            self._cancel(story)
            return self._finished(story)
        self._respond(story)
        self._work(story)
        self._resolve(story, self._moment_of_solving(story))
        if self.dice.random() < 0.03 and story.resolved + 2 * HOUR < self.now:
            self._reopen(story)
        self._close(story)
        return self._finished(story)

    def unsettled(self) -> Story:
        """A ticket that is open now; a few are overdue, some on hold."""
        dice, about = self.dice, subject(self.dice, self.world)
        response = self.world.promises["response", about.priority]
        resolution = self.world.promises["resolution", about.priority]
        late, drawn = dice.random() < 0.06, dice.random()
        if drawn < 0.07:
            share = 1 + dice.random() if late else 0.05 + 0.85 * dice.random()
            return self._finished(self._opened(about, self._back(response, share)))
        if drawn < 0.45:
            share = 1 + dice.random() if late else 0.1 + 0.8 * dice.random()
            story = self._opened(about, self._back(resolution, share))
            self._respond(story, claim=drawn > 0.2)
            return self._finished(story)
        opened = self._back(resolution, 1) - int(dice.random() ** 2 * 30 * DAY)
        story = self._opened(about, opened)
        self._respond(story)
        self._wait(story, until_now=drawn > 0.75, late=late)
        return self._finished(story)

    def _back(self, promise: Promise, share: float) -> int:
        """When a ticket was opened that has used up this share of its time now."""
        return promise.after(self.now, -int(promise.seconds * share))

    def _opened(self, about: Subject, opened: int) -> Story:
        dice, world = self.dice, self.world
        rare = ""
        self.told += 1
        if self.told % words.RARE_EVERY == 0:
            rare = words.RARE[self.told // words.RARE_EVERY % len(words.RARE)]
        said = words.report(
            dice,
            department=about.place.name,
            system=about.system.code if about.system else "",
            module=about.module.name if about.module else "",
            category=about.category.code,
            rare=rare,
        )
        source = words.pick(dice, ("web", "web", "web", "phone", "phone", "phone", "wechat", "on_site"))
        reported = opened - int(dice.random() * 2 * HOUR) if source != "web" and dice.random() < 0.05 else opened
        name = words.reporter(dice)
        story = Story(
            reported, opened, source, *about,
            reporter=name,
            phone=f"{2000 + int(dice.random() * 7000)}",
            location=words.one_of(dice, "places"),
            title=said.title,
            description=said.description,
            response=Clock("response", reported, world.promises["response", about.priority]),
            resolution=Clock("resolution", reported, world.promises["resolution", about.priority]),
        )  # fmt: skip
        agent = words.pick(dice, world.agents) if source != "web" else None
        detail = {"source": source, "priority": about.priority.value, "reported_at": reported}
        self._act(story, opened, "open", agent, agent.name if agent else name, detail)
        return story

    def _act(
        self,
        story: Story,
        at: int,
        verb: str,
        actor: Named | None,
        name: str = "",
        detail: dict[str, Any] | None = None,
    ) -> None:
        story.acts.append(Act(at, verb, actor, name or (actor.name if actor else ""), detail or {}))

    def _move(
        self, story: Story, at: int, verb: str, to: str, actor: Named | None, name: str = "", **detail: str
    ) -> None:
        moved = {"from": story.state, "to": to, **detail}
        story.state = to
        self._act(story, at, verb, actor, name, moved)

    def _within(self, at: int, seconds: float) -> int:
        """So much later, but before now."""
        return min(at + int(seconds), at + int((self.now - at) * (0.3 + 0.5 * self.dice.random())))

    def _respond(self, story: Story, claim: bool = True) -> None:
        """Somebody answers: accepted, assigned or claimed at once; then claimed, if `claim`."""
        dice, target = self.dice, story.response.target
        delay = target * (0.05 + 0.9 * dice.random()) if dice.random() < 0.95 else target * (1 + 2 * dice.random())
        at = max(story.opened, self._within(story.reported, delay))
        agent, engineer = words.pick(dice, self.world.agents), words.pick(dice, self.world.engineers)
        story.response.stop(at)
        story.responded, story.assignee = at, engineer
        if claim and dice.random() < 0.3:
            self._move(story, at, "claim", "in_progress", engineer)
            return
        if dice.random() < 0.2:
            self._move(story, at, "accept", "accepted", agent)
            at = self._within(at, 60 + dice.random() * 600)
        handed = {"assignee_before": "", "assignee": engineer.name}
        self._move(story, at, "assign", "accepted", agent, **handed)
        if claim:
            self._move(story, self._within(at, 60 + dice.random() * 1200), "claim", "in_progress", engineer)

    def _work(self, story: Story) -> None:
        """Now and then a transfer or a wait before the solution."""
        drawn, at = self.dice.random(), story.acts[-1].at
        if drawn < 0.04:
            engineer = words.pick(self.dice, self.world.engineers)
            handed = {"assignee_before": story.assignee.name, "assignee": engineer.name}
            at = self._within(at, 10 * MINUTE)
            reason = words.one_of(self.dice, "reasons")
            self._move(story, at, "transfer", "accepted", story.assignee, **handed, reason=reason)
            story.assignee, story.transferred = engineer, 1
            self._move(story, self._within(at, 15 * MINUTE), "claim", "in_progress", engineer)
        elif drawn < 0.12:
            self._hold(story, self._within(at, 20 * MINUTE))
            self._resume(story, self._within(story.acts[-1].at, HOUR + self.dice.random() * 2 * DAY))

    def _hold(self, story: Story, at: int) -> None:
        urgent = story.priority in (Priority.P1, Priority.P2)
        reason = (
            "requester"
            if urgent
            else words.pick(self.dice, ("requester", "third_party", "third_party", "planned_window"))
        )
        story.resolution.hold(at, reason)
        story.hold_reason = reason
        self._move(story, at, "hold", "on_hold", story.assignee, hold_reason=reason, reason="")

    def _resume(self, story: Story, at: int) -> None:
        story.resolution.resume(at)
        story.hold_reason = ""
        self._move(story, at, "resume", "in_progress", story.assignee)

    def _wait(self, story: Story, *, until_now: bool, late: bool) -> None:
        """An old open ticket: it still waits, or has waited so long that its time is not up yet."""
        at = story.acts[-1].at
        held = self._within(at, story.resolution.target * 0.5 * self.dice.random())
        if late and not until_now:
            return
        self._hold(story, held)
        if not until_now:
            promise = story.resolution.promise
            left = max(60, promise.seconds - promise.between(story.reported, held))
            back = max(held + 1, promise.after(self.now, -int(left * (0.1 + 0.8 * self.dice.random()))))
            self._resume(story, min(back, self.now))

    def _moment_of_solving(self, story: Story) -> int:
        dice, clock = self.dice, story.resolution
        in_time = dice.random() < 0.93
        share = 0.15 + 0.8 * dice.random() if in_time else 1.05 + dice.random()
        wanted = clock.promise.after(story.reported, clock.pause_seconds + int(clock.target * share))
        last = story.acts[-1].at
        return self._within(last, max(wanted - last, 5 * MINUTE))

    def _resolve(self, story: Story, at: int) -> None:
        story.resolution.stop(at)
        story.resolved, story.solution = at, words.one_of(self.dice, "solutions")
        self._move(story, at, "resolve", "resolved", story.assignee)

    def _reopen(self, story: Story) -> None:
        at = self._within(story.resolved, HOUR + self.dice.random() * DAY)
        story.earlier, story.resolution = story.resolution, story.resolution.reopened(at)
        story.reopened, story.resolved = 1, None
        self._move(story, at, "reopen", "in_progress", None, story.reporter, reason=words.one_of(self.dice, "again"))
        self._resolve(story, self._within(at, 20 * MINUTE + self.dice.random() * 4 * HOUR))

    def _close(self, story: Story) -> None:
        """Confirmed by the reporter or the desk some hours later; what was solved just now waits."""
        dice = self.dice
        if dice.random() < 0.4:
            self._rate(story, self._within(story.resolved, 10 * MINUTE + dice.random() * HOUR))
        at = story.acts[-1].at + int(10 * MINUTE + dice.random() * 2 * DAY)
        if at >= self.now:
            return
        story.closed = at
        by_reporter = dice.random() < 0.6
        agent = None if by_reporter else words.pick(dice, self.world.agents)
        self._move(story, at, "close", "closed", agent, story.reporter if by_reporter else "")

    def _rate(self, story: Story, at: int) -> None:
        story.rating = 5 if self.dice.random() < 0.7 else 1 + int(self.dice.random() * 4)
        story.rating_comment, story.rated = words.one_of(self.dice, "praise"), at
        self._act(story, at, "rate", None, story.reporter, {"rating": story.rating})

    def _cancel(self, story: Story) -> None:
        story.closed = at = self._within(story.opened, story.response.target * 0.8)
        for clock in (story.response, story.resolution):
            clock.cancel(at)
        agent = words.pick(self.dice, self.world.agents)
        self._move(story, at, "cancel", "cancelled", agent, reason=words.one_of(self.dice, "cancelled"))

    def _finished(self, story: Story) -> Story:
        """With what was said in between, and with the deadlines noted that have passed by now."""
        for clock in (story.response, story.resolution):
            clock.note_breach(self.now)
        self._talk(story)
        story.acts.sort(key=_at)
        return story

    def _talk(self, story: Story) -> None:
        """Some three comments between the response and the last act; ours only after the response."""
        dice = self.dice
        begin, end = story.responded, story.closed or self.now
        count = (1, 2, 3, 3, 4, 4, MOST_SAID, MOST_SAID)[int(dice.random() * 8)] if begin else int(dice.random() * 2)
        for _ in range(count):
            drawn = dice.random()
            if begin is None or drawn < 0.2:
                start = story.opened
                at = start + int((min(end, start + DAY) - start) * dice.random())
                story.acts.append(
                    Act(at, "reply", None, story.reporter, {}, ("public", words.one_of(dice, "follow_ups")))
                )
                continue
            at = begin + int((min(end, begin + DAY) - begin) * dice.random())
            audience, verb, kind = ("public", "reply", "replies") if drawn < 0.6 else ("internal", "note", "notes")
            story.acts.append(
                Act(at, verb, story.assignee, story.assignee.name, {}, (audience, words.one_of(dice, kind)))
            )


def _at(act: Act) -> tuple[int, bool]:
    return (act.at, act.verb != "open")
