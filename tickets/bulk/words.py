"""What people of a hospital say when something does not work, and what is said back; from words.json."""

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

WORDS: dict[str, Any] = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))
# Systems that are reported on more often than the others, and how much more.
HEAVY = {
    "HIS": 14, "EMR": 12, "TERM": 12, "LIS": 9, "PACS": 6, "MIS": 6, "RIS": 5, "NIS": 5, "SRP": 5, "OA": 4, "CA": 4,
}  # fmt: skip
# Each is said on few tickets among thousands, so that a search for it must find exactly those.
RARE: list[str] = WORDS["rare"]
RARE_EVERY = 1_500
# A duty with a number is held by nine, and each of them reports as often as any other.
REPORTERS: list[str] = [
    text.format(place) for text in WORDS["reporters"] for place in (range(1, 10) if "{}" in text else (1,))
]


class Said(NamedTuple):
    """A report in its reporter's words."""

    title: str
    description: str


def pick(dice: random.Random, choices: Sequence[T]) -> T:
    """One of them; cheaper than choice(), and a load draws some thirty times per ticket."""
    return choices[int(dice.random() * len(choices))]


def one_of(dice: random.Random, kind: str) -> str:
    """A phrase of that kind in words.json."""
    return pick(dice, WORDS[kind])


def reporter(dice: random.Random) -> str:
    """Who reports, by place or duty: 护士站, 收费窗口3号. Never a person's name."""
    return pick(dice, REPORTERS)


def report(dice: random.Random, *, department: str, system: str, module: str, category: str, rare: str) -> Said:
    """Some hundred characters about one fault. system, category: their codes; rare: a phrase or ""."""
    things, symptoms = WORDS["things"], WORDS["symptoms"]
    thing = pick(dice, things.get(system) or things[""])
    fault = thing + pick(dice, symptoms.get(category[:2]) or symptoms["SW"])
    if module and module not in thing:
        fault = module + fault
    asset = 10_000 + int(dice.random() * 90_000)
    description = (
        f"{department}{one_of(dice, 'posts')}报：{one_of(dice, 'when')}{fault}，{one_of(dice, 'tried')}。"
        f"{rare and rare + '。'}电脑编号ZC-{asset}，{one_of(dice, 'effects')}。{one_of(dice, 'wishes')}"
    )
    return Said(fault, description)
