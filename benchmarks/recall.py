"""Does the indexed search find exactly what a plain reading of every text finds?"""

import random

from benchmarks.jobs import WORD, containing
from tickets.bulk import words
from tickets.models import Ticket

SAMPLE = 12


class Truth:
    """Counts of what must be found, was found, and was found wrongly."""

    def __init__(self) -> None:
        self.wanted = self.found = self.extra = 0

    def compare(self, phrase: str) -> None:
        """Ask both ways for one phrase."""
        truth = set(containing(phrase).values_list("pk", flat=True))
        found = set(Ticket.objects.matching(phrase).values_list("pk", flat=True))
        self.wanted, self.found = self.wanted + len(truth), self.found + len(truth & found)
        self.extra += len(found - truth)

    @property
    def recall(self) -> float:
        """The part of what had to be found that was found."""
        return self.found / self.wanted if self.wanted else 0.0


def check() -> Truth:
    """The measured words, the rare phrases, and two-character words from the tickets themselves."""
    truth, dice = Truth(), random.Random(7)
    texts = list(Ticket.objects.order_by("-id").values_list("title", flat=True)[:500])
    pairs = [
        text[at : at + 2]
        for text in dice.sample(texts, min(SAMPLE, len(texts)))
        for at in (dice.randrange(max(1, len(text) - 2)),)
    ]
    for phrase in (WORD, *words.RARE, *(pair for pair in pairs if all("\u4e00" <= one <= "\u9fff" for one in pair))):
        truth.compare(phrase)
    return truth
