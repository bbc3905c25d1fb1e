"""Refusals with a sentence fit for the person who reads it; pages and API map them to a status."""


class RuleBroken(Exception):
    """A domain rule said no. `str()` is the sentence to show; nothing was written."""

    status = 422


class NotAllowed(RuleBroken):
    """This person may not do this."""

    status = 403


class TransitionRefused(RuleBroken):
    """The record's state does not allow this now."""

    status = 409


class Conflict(RuleBroken):
    """Somebody else changed the record meanwhile, or a key was used for something else."""

    status = 409


class TooMany(RuleBroken):
    """Too many requests from one place in a short time. seconds: when to try again."""

    status = 429

    def __init__(self, sentence: str, *, seconds: int = 60) -> None:
        super().__init__(sentence)
        self.seconds = seconds
